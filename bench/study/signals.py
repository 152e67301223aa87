"""Does the server's signal, a figure without labels, tell which prompts work?

Skill: balanced accuracy above chance of the rows calibrated by themselves, which takes the
bias out but cannot add knowledge; "no skill" is less than 0.1. The signal is that of a
profile fitted on the random words, after 30 rows (20 draws of each setting) and after all 150.
"""

from typing import Sequence

import numpy

from study import markdown, measures, streams
from study.recorded import Setting
from study.server import Server
from study.unlabelled import ITSELF, METHODS, WORDS

ROWS = 30
DRAWS = 20
THRESHOLD = 0.75
NO_SKILL = 0.1
RESAMPLES = 2000


def signal(server: Server, setting: Setting, rows: numpy.ndarray) -> float:
    profile = METHODS[WORDS](server, setting)
    server.correct(profile, setting.test[rows], observe=True)
    return server.get(profile).live.signal.ratio


def skill(server: Server, setting: Setting) -> float:
    q = server.correct(METHODS[ITSELF](server, setting), setting.test)
    return measures.skill(q, setting.answers)


def draws(setting: Setting) -> list[numpy.ndarray]:
    return [streams.generator("signal", setting.name, draw).permutation(
        len(setting.test))[:ROWS] for draw in range(DRAWS)]


def correlation(signals: numpy.ndarray, skills: numpy.ndarray) -> float:
    return float(numpy.corrcoef(signals, skills)[0, 1])


def _interval(of_draw, count: int, seed: int) -> list[float]:
    random = numpy.random.default_rng(seed)
    values = [of_draw(random.integers(0, count, count)) for _ in range(RESAMPLES)]
    return [float(numpy.nanquantile(values, q)) for q in (0.025, 0.975)]


def figures(signals: numpy.ndarray, skills: numpy.ndarray, seed: int) -> dict:
    """`signals` are settings × draws. Intervals resample settings; the correlation is the
    mean of that of each draw."""
    count = len(skills)

    def mean_correlation(at: numpy.ndarray) -> float:
        return float(numpy.mean([correlation(of_draw[at], skills[at])
                                 for of_draw in signals.T]))

    weak, without = signals < THRESHOLD, skills < NO_SKILL
    found = {"correlation": [mean_correlation(numpy.arange(count)),
                             *_interval(mean_correlation, count, seed)]}
    for name, inside in (("caught", without), ("false_alarms", ~without)):
        shares = weak[inside].mean(axis=1)
        found[name] = [float(shares.mean()),
                       *_interval(lambda at, s=shares: float(s[at].mean()), len(shares), seed)]
    of_rows = numpy.broadcast_to(skills[:, None], signals.shape)
    found["skill_where_weak"] = float(of_rows[weak].mean()) if weak.any() else None
    found["skill_elsewhere"] = float(of_rows[~weak].mean())
    return found


def measure(server: Server, setting: Setting) -> dict:
    return {"skill": skill(server, setting),
            "after_30": [signal(server, setting, rows) for rows in draws(setting)],
            "after_150": signal(server, setting, numpy.arange(len(setting.test)))}


def _short(of: dict) -> list[float]:
    """Skill, and the signal after 30 rows (the mean over draws) and after 150."""
    return [of["skill"], float(numpy.mean(of["after_30"])), of["after_150"]]


def by_setting(server: Server, settings: Sequence[Setting]) -> dict[str, list[float]]:
    return {s.name: _short(measure(server, s)) for s in settings}


def results(server: Server, settings: Sequence[Setting], seed: int) -> dict:
    found = {s.name: measure(server, s) for s in settings}
    skills = numpy.array([f["skill"] for f in found.values()])
    with_skill = numpy.flatnonzero(skills >= NO_SKILL)
    after_30 = numpy.array([f["after_30"] for f in found.values()])
    after_150 = numpy.array([[f["after_150"]] for f in found.values()])
    return {
        "settings": len(settings), "without_skill": int((skills < NO_SKILL).sum()),
        "after_30": figures(after_30, skills, seed),
        "after_150": figures(after_150, skills, seed),
        "correlation_with_skill_only": [
            float(numpy.mean([correlation(d[with_skill], skills[with_skill])
                              for d in after_30.T])),
            correlation(after_150[with_skill, 0], skills[with_skill])],
        "by_setting": {name: _short(of) for name, of in found.items()}}


def tables(found: dict) -> dict[str, str]:
    kinds = [found["after_30"], found["after_150"]]
    rows = [
        ["correlation with skill", *(markdown.estimate(of["correlation"]) for of in kinds)],
        ["the same, without the settings without skill",
         *(markdown.figure(value) for value in found["correlation_with_skill_only"])],
        ["settings without skill that are under 0.75", *(markdown.share(of["caught"])
                                                         for of in kinds)],
        ["settings with skill that are under 0.75", *(markdown.share(of["false_alarms"])
                                                      for of in kinds)],
        ["mean skill under 0.75; elsewhere",
         *(f"{of['skill_where_weak']:.3f}; {of['skill_elsewhere']:.3f}" for of in kinds)]]
    return {"signal": markdown.table(["", "after 30 rows", "after 150 rows"], rows)}
