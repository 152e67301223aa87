"""EvaluateProfile's recommendation against every way used everywhere, RTE included."""

import collections
from typing import Sequence

from study import markdown
from study.bootstrap import Resamples
from study.labelled import FROM_CONTENT_FREE, RECOMMENDED
from study.measured import Measured, difference, with_interval, worst_change
from study.recorded import Setting
from study.unlabelled import NONE


def results(measured: dict[str, Measured], advice: dict[str, list[str]],
            settings: Sequence[Setting], seed: int) -> dict:
    resamples = Resamples(settings, seed)
    recommended = measured[RECOMMENDED].only(settings)
    none = measured[NONE].only(settings)
    found = {}
    for name, everywhere in measured.items():
        if len(everywhere.only(settings).settings) < len(settings):
            continue                      # it suits K = 2 only
        of_one = everywhere.only(settings)
        found[name] = {
            "accuracy": with_interval(resamples, of_one.accuracy),
            "nll": of_one.nll.mean(),
            "recommended_better_by": difference(resamples, recommended.accuracy,
                                                of_one.accuracy),
            "worst": worst_change(of_one, none)}
    counts: dict[str, collections.Counter] = collections.defaultdict(collections.Counter)
    for setting in settings:
        counts[setting.task].update(advice[setting.name])
    return {"settings": len(settings), "methods": found,
            "advice": {task: dict(sorted(of_task.items())) for task, of_task in counts.items()}}


def tables(found: dict) -> dict[str, str]:
    methods = found["methods"]
    order = sorted(methods, key=lambda name: methods[name]["accuracy"][0], reverse=True)
    rows = [[f"**{name}**" if name in (RECOMMENDED, FROM_CONTENT_FREE) else name,
             markdown.estimate(of["accuracy"]), markdown.figure(of["nll"]),
             "" if name == RECOMMENDED else markdown.points_estimate(
                 of["recommended_better_by"]),
             markdown.points(of["worst"]["change"])]
            for name in order for of in [methods[name]]]
    kinds = ["NONE", "TEMPERATURE", "CURRENT", "ENSEMBLE"]
    return {
        "recommendation": markdown.table(
            ["used in every setting", "accuracy", "NLL", "the recommendation is better by, points",
             "worst setting against uncalibrated, points"], rows),
        "advice": markdown.table(
            ["task", *kinds], [[task, *(str(of.get(kind, 0)) for kind in kinds)]
                               for task, of in found["advice"].items()])}

