"""Methods that need no labels, on all rows of every setting.

Adaptive profiles answer each row with what was known before it, in file order.
"""

from typing import Callable, Sequence

import numpy

from study import markdown
from study.bootstrap import Resamples
from study.measured import Answers, Measured, summary
from study.recorded import Setting, of_the_summary
from study.server import Options, Server, profile_pb2

NONE = "uncalibrated"
CONTENT_FREE = "content-free, NORMALIZED"
WORDS = "random words"
ITSELF = "rows themselves"
ADAPTIVE = "adaptive, from random words"

Fit = Callable[[Server, Setting], str]


def prior_of(source: str, **options) -> Fit:
    """Fits on the setting's rows of that kind."""
    def fit(server: Server, setting: Setting) -> str:
        rows = setting.test if source == "unlabelled" else getattr(setting, source)
        return server.fit(setting, source, rows, Options(**options))
    return fit


METHODS: dict[str, Fit] = {
    NONE: Server.uncalibrated,
    CONTENT_FREE: prior_of("content_free"),
    "content-free, SOFTMAX": prior_of("content_free", output=Options.OUTPUT_SOFTMAX),
    "content-free, IDENTITY": prior_of("content_free", weights=Options.WEIGHTS_IDENTITY),
    WORDS: prior_of("domain"),
    ITSELF: prior_of("unlabelled"),
    "adaptive, from content-free": prior_of("content_free", adaptive=profile_pb2.Adaptive()),
    ADAPTIVE: prior_of("domain", adaptive=profile_pb2.Adaptive()),
}


def answers(server: Server, settings: Sequence[Setting], fit: Fit) -> Answers:
    """What a method says to all rows, which adaptive profiles learn from."""
    return {s.name: [(numpy.arange(len(s.test)),
                      server.correct(fit(server, s), s.test, observe=True))]
            for s in settings}


def measure(server: Server, settings: Sequence[Setting]) -> dict[str, Measured]:
    return {name: Measured(settings, answers(server, settings, fit))
            for name, fit in METHODS.items()}


def results(server: Server, settings: Sequence[Setting], seed: int) -> dict:
    plain = of_the_summary(settings)
    resamples = Resamples(plain, seed)
    measured = measure(server, settings)
    none = measured[NONE].only(plain)
    return {
        "by_setting": {name: of.by_setting() for name, of in measured.items()},
        "summary": {name: summary(of.only(plain), none, resamples)
                    for name, of in measured.items()}}


def summary_rows(summaries: dict) -> list[list[str]]:
    return [[name, markdown.estimate(of["accuracy"]), markdown.estimate(of["nll"]),
             markdown.estimate(of["ece"]),
             "" if name == NONE else markdown.points_estimate(of["accuracy_change"]),
             "" if name == NONE else
             f"{markdown.points(of['worst']['change'])}; {of['worst']['settings_below']}"]
            for name, of in summaries.items()]


SUMMARY_HEADER = ["method", "accuracy", "NLL", "ECE", "accuracy against uncalibrated, points",
                  "worst setting, points; settings that lose"]


def tables(found: dict) -> dict[str, str]:
    return {"unlabelled": markdown.table(SUMMARY_HEADER, summary_rows(found["summary"]))}
