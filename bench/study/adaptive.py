"""Profiles that learn from the rows they answer: balanced and skewed traffic.

As recorded: the rows of each setting in file order. Skewed: streams of 150 rows of which
90 % have one label, four draws of each setting, and five such sets for the deviation. A row
is answered with what was known before it. The options are chosen among OPTIONS; `held_out`
chooses them on all tasks but one, shows them on that one, and puts the tasks together.
"""

from typing import Callable, Sequence

import numpy

from study import markdown, measures, streams
from study.bootstrap import Resamples
from study.recorded import Setting
from study.server import Options, Server, profile_pb2
from study.unlabelled import ADAPTIVE, CONTENT_FREE, ITSELF, METHODS, NONE, WORDS

SETS = 5
Adaptive = profile_pb2.Adaptive

Fit = Callable[[Server, Setting, numpy.ndarray], str]     # the last: the rows of the stream


def _known_before(name: str) -> Fit:
    """Fitted on what there is before the traffic."""
    return lambda server, setting, rows: METHODS[name](server, setting)


def _itself(server: Server, setting: Setting, rows: numpy.ndarray) -> str:
    """Knows the whole stream in advance."""
    return server.fit(setting, "unlabelled", setting.test[rows])


# What is published, with the default options.
WAYS: dict[str, Fit] = {
    **{name: _known_before(name) for name in (
        NONE, CONTENT_FREE, "adaptive, from content-free", WORDS, ADAPTIVE)},
    ITSELF: _itself,
}
OPTIONS = [(strength, shift, half_life) for strength in (2, 5, 10, 20, 50)
           for shift in (0.5, 1, 2, 3) for half_life in (100, 2000)]


def adaptive_from_words(strength: float, shift: float, half_life: float) -> Fit:
    options = Options(adaptive=Adaptive(prior_strength=strength, max_shift=shift,
                                        half_life_rows=half_life))
    return lambda server, setting, rows: server.fit(setting, "domain", setting.domain, options)


class Streams:
    """Accuracy of each setting (rows) and stream (columns): S×1 as recorded, S×20 skewed."""

    def __init__(self, settings: Sequence[Setting]) -> None:
        self.settings = settings
        self.recorded = [[numpy.arange(len(s.test))] for s in settings]
        self.skewed = [[streams.skewed_rows(s.name, s.answers, draw)
                        for draw in range(SETS * streams.SKEWED_DRAWS)] for s in settings]

    def accuracies(self, server: Server, fit: Fit, skewed: bool,
                   count: int = 0) -> numpy.ndarray:
        drawn = self.skewed if skewed else self.recorded
        return numpy.array([[_accuracy(server, fit, setting, rows) for rows in of_one]
                            for setting, of_one in zip(
                                self.settings, [d[:count or None] for d in drawn])])


def _accuracy(server: Server, fit: Fit, setting: Setting, rows: numpy.ndarray) -> float:
    q = server.correct(fit(server, setting, rows), setting.test[rows], observe=True)
    return measures.accuracy(q, setting.answers[rows])


def figures(accuracies: numpy.ndarray, uncalibrated: numpy.ndarray,
            resamples: Resamples) -> dict:
    """Mean over settings and draws, with the interval over settings; the worst change of a
    setting's mean against uncalibrated; with several sets of draws, the deviation of their
    means, and the worst change of a setting in any of them."""
    of_settings = accuracies.mean(axis=1)
    changes = of_settings - uncalibrated.mean(axis=1)
    found = {"accuracy": [float(of_settings.mean()),
                          *resamples.interval(resamples.means_of_settings(of_settings))],
             "worst": float(changes.min()),
             "worst_setting": resamples.settings[int(changes.argmin())].name}
    if accuracies.shape[1] > 1:
        sets = accuracies.reshape(len(accuracies), SETS, -1).mean(axis=2)
        none = uncalibrated.reshape(len(accuracies), SETS, -1).mean(axis=2)
        found["deviation_over_sets"] = float(sets.mean(axis=0).std(ddof=1))
        found["worst_in_a_set"] = float((sets - none).min())
    return found


def grid(server: Server, drawn: Streams) -> dict[tuple, tuple[numpy.ndarray, numpy.ndarray]]:
    """Accuracy of each setting under each choice of the options, the first set of skewed
    draws only."""
    return {options: tuple(
        drawn.accuracies(server, adaptive_from_words(*options), skewed,
                         streams.SKEWED_DRAWS).mean(axis=1) for skewed in (False, True))
        for options in OPTIONS}


def choose(found, none, inside: numpy.ndarray) -> tuple:
    """The options with the best mean of both kinds of traffic on the settings inside, among
    those that cost none of these settings more than 2 points on traffic as recorded; of
    all, where there are none."""
    def value(options: tuple) -> tuple[bool, float]:
        recorded, skewed = (of_kind[inside] for of_kind in found[options])
        harmless = (recorded - none[inside]).min() >= -0.02
        return bool(harmless), float(recorded.mean() + skewed.mean())
    return max(OPTIONS, key=value)


def held_out(settings: Sequence[Setting], found, none: numpy.ndarray) -> dict:
    """Each task under the options that were chosen on the others."""
    tasks = numpy.array([s.task for s in settings])
    recorded, skewed, chosen = none.copy(), none.copy(), {}
    for task in sorted(set(tasks)):
        options = choose(found, none, tasks != task)
        chosen[task] = dict(zip(("prior_strength", "max_shift", "half_life_rows"), options))
        of_recorded, of_skewed = found[options]
        recorded[tasks == task], skewed[tasks == task] = (
            of_recorded[tasks == task], of_skewed[tasks == task])
    return {"recorded": float(recorded.mean()), "worst": float((recorded - none).min()),
            "skewed": float(skewed.mean()), "chosen": chosen}


def by_task(settings: Sequence[Setting], accuracies: numpy.ndarray) -> dict[str, float]:
    tasks = numpy.array([s.task for s in settings])
    return {task: float(accuracies[tasks == task].mean()) for task in sorted(set(tasks))}


def results(server: Server, settings: Sequence[Setting], seed: int) -> dict:
    drawn, resamples = Streams(settings), Resamples(settings, seed)
    found: dict = {}
    for kind, skewed in (("recorded", False), ("skewed", True)):
        none = drawn.accuracies(server, WAYS[NONE], skewed)
        found[kind] = {}
        for name, fit in WAYS.items():
            accuracies = drawn.accuracies(server, fit, skewed)
            found[kind][name] = figures(accuracies, none, resamples)
            found[kind][name]["by_task"] = by_task(settings, accuracies)
    none = drawn.accuracies(server, WAYS[NONE], skewed=False).mean(axis=1)
    found["held_out"] = held_out(settings, grid(server, drawn), none)
    return found


def tables(found: dict) -> dict[str, str]:
    recorded, skewed, held_out_ = found["recorded"], found["skewed"], found["held_out"]
    rows = [[name, markdown.estimate(recorded[name]["accuracy"]),
             markdown.points(recorded[name]["worst"]),
             f"{markdown.estimate(skewed[name]['accuracy'])} "
             f"± {skewed[name]['deviation_over_sets']:.3f}",
             f"{markdown.points(skewed[name]['worst'])}; "
             f"{markdown.points(skewed[name]['worst_in_a_set'])}"] for name in WAYS]
    rows.append([f"{ADAPTIVE}, options chosen on the other tasks",
                 markdown.figure(held_out_["recorded"]), markdown.points(held_out_["worst"]),
                 markdown.figure(held_out_["skewed"]), ""])
    by_task_ = [[task, *(f"{recorded[name]['by_task'][task]:.3f} / "
                         f"{skewed[name]['by_task'][task]:.3f}" for name in WAYS)]
                for task in recorded[NONE]["by_task"]]
    chosen = [[task, *(f"{value:g}" for value in options.values())]
              for task, options in held_out_["chosen"].items()]
    return {
        "adaptive": markdown.table(
            ["", "as recorded", "worst setting, points", "skewed ± deviation over sets",
             "worst setting, points; in any set of four draws"], rows),
        "adaptive-tasks": markdown.table(["as recorded / skewed", *WAYS], by_task_),
        "adaptive-options": markdown.table(
            ["shown on", "`prior_strength`", "`max_shift`", "`half_life_rows`"], chosen)}
