"""Do few-shot examples that show content-free inputs under every label help?

A balanced prompt has the demonstrations of a plain one and, for "N/A" and for "nothing", one
more under every label. Each is compared with the plain prompt of the same demonstrations,
row by row: as it is, and with each way to calibrate. A fit belongs to its prompt.
"""

import dataclasses
from typing import Sequence

from study import markdown
from study.bootstrap import Resamples
from study.measured import Measured, difference
from study.recorded import WITHOUT_SKILL, Setting
from study.server import Server
from study.unlabelled import METHODS, NONE, answers

UNSHOWN = "content-free inputs that are not shown"


def _unshown(server: Server, setting: Setting) -> str:
    """Not fitted on "N/A", which a balanced prompt has an answer to."""
    return server.fit(setting, "content_free", setting.unshown)


WAYS = {name: fit for name, fit in METHODS.items()
        if name not in ("content-free, IDENTITY", "content-free, SOFTMAX")}
WAYS[UNSHOWN] = _unshown


def pairs(settings: Sequence[Setting]) -> list[tuple[Setting, Setting]]:
    """Plain and balanced prompts of the same demonstrations; tasks with skill only."""
    by_key = {(s.file, s.variant, s.shots, s.seed): s for s in settings}
    return [(by_key[s.file, "plain", s.shots, s.seed], s) for s in settings
            if not s.plain and s.task != WITHOUT_SKILL]


def _measured(server: Server, settings: Sequence[Setting], names: Sequence[str], way: str
              ) -> Measured:
    """Under the names of the plain settings, so that figures pair up."""
    answered = answers(server, settings, WAYS[way])
    renamed = [dataclasses.replace(s, prompt=name) for s, name in zip(settings, names)]
    return Measured(renamed, {new.name: answered[old.name]
                              for new, old in zip(renamed, settings)})


def results(server: Server, settings: Sequence[Setting], seed: int) -> dict:
    plain, balanced = zip(*pairs(settings))
    names = [s.prompt for s in plain]
    resamples = Resamples(plain, seed)
    found = {}
    measured = {way: (_measured(server, plain, names, way),
                      _measured(server, balanced, names, way)) for way in WAYS}
    alone = measured[NONE][0]
    for way, (of_plain, of_balanced) in measured.items():
        found[way] = {
            "pairs": len(plain),
            "plain": of_plain.accuracy.mean(), "balanced": of_balanced.accuracy.mean(),
            "plain_nll": of_plain.nll.mean(), "balanced_nll": of_balanced.nll.mean(),
            "change": difference(resamples, of_balanced.accuracy, of_plain.accuracy),
            "nll_change": difference(resamples, of_balanced.nll, of_plain.nll),
            "against_nothing": difference(resamples, of_balanced.accuracy, alone.accuracy),
            "pairs_better": int((of_balanced.accuracy.of_settings()
                                 > of_plain.accuracy.of_settings() + 1e-9).sum())}
    return found


def tables(found: dict) -> dict[str, str]:
    rows = [[way, markdown.figure(of["plain"]), markdown.figure(of["balanced"]),
             markdown.points_estimate(of["change"]), f"{of['pairs_better']} of {of['pairs']}",
             markdown.nats_estimate(of["nll_change"])] for way, of in found.items()]
    return {"balanced": markdown.table(
        ["calibrated by", "plain", "balanced", "difference of accuracy, points",
         "pairs where balanced is better", "difference of NLL, nats"], rows)}
