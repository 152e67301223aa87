"""Methods that use 64 labelled rows, and the recommendation, on the rest of the rows.

Five draws of each setting. Every profile starts from the random words, the prior that the
ensemble and the linear probe build on. The methods without labels are measured on the same
rows; the batch is fitted on the 64 rows without their labels, and adaptive profiles have
learned from them.

The recommendation is what EvaluateProfile says of the profile, given the 64 rows, and does
what it says: leave the rows as they are, keep the profile, or fit what it names.
"""

import collections
from typing import Callable, Sequence

import numpy

from study import markdown, streams
from study.bootstrap import Resamples
from study.measured import Measured, summary
from study.recorded import Setting
from study.server import Server, profile_pb2
from study.unlabelled import (ADAPTIVE, CONTENT_FREE, ITSELF, METHODS, NONE, SUMMARY_HEADER,
                              WORDS, summary_rows)

BATCH = "the 64 rows themselves, without labels"
RECOMMENDED = "recommended, profile from random words"
FROM_CONTENT_FREE = "recommended, profile from content-free"
FITTED = {
    "temperature": profile_pb2.METHOD_TEMPERATURE,
    "bias": profile_pb2.METHOD_BIAS,
    "bias-corrected temperature": profile_pb2.METHOD_BIAS_CORRECTED_TEMPERATURE,
    "vector": profile_pb2.METHOD_VECTOR,
    "matrix": profile_pb2.METHOD_MATRIX,
    "Dirichlet": profile_pb2.METHOD_DIRICHLET,
    "linear probe": profile_pb2.METHOD_LINEAR_PROBE,
    "isotonic": profile_pb2.METHOD_ISOTONIC,
    "histogram binning": profile_pb2.METHOD_HISTOGRAM_BINNING,
    "ensemble": profile_pb2.METHOD_ENSEMBLE,
}
FOR_TWO = {"Platt": profile_pb2.METHOD_PLATT, "beta": profile_pb2.METHOD_BETA}
WITHOUT_LABELS = [name for name in METHODS
                  if name != ITSELF and not name.startswith("adaptive")]

Draw = tuple[numpy.ndarray, numpy.ndarray]          # the rows that it measures, and q


class Drawn:
    """One setting and draw, and what each method says to the rows that are not labelled."""

    def __init__(self, server: Server, setting: Setting, draw: int) -> None:
        self._server, self._setting = server, setting
        self.known, self.rest = streams.labelled_rows(setting.name, len(setting.test), draw)
        self.advice = ""

    def _answer(self, profile: str) -> numpy.ndarray:
        return self._server.correct(profile, self._setting.test[self.rest])

    def without_labels(self, name: str) -> numpy.ndarray:
        return self._answer(METHODS[name](self._server, self._setting))

    def batch(self) -> numpy.ndarray:
        return self._answer(self._server.fit(
            self._setting, "unlabelled", self._setting.test[self.known]))

    def adaptive(self) -> numpy.ndarray:
        profile = METHODS[ADAPTIVE](self._server, self._setting)
        self._server.correct(profile, self._setting.test[self.known], observe=True)
        return self._server.correct(profile, self._setting.test[self.rest], observe=True)

    def fitted(self, method: int) -> numpy.ndarray:
        profile = METHODS[WORDS](self._server, self._setting)
        self._server.fit_labelled(profile, self._setting, self.known, method)
        return self._answer(profile)

    def recommended(self, start: str) -> numpy.ndarray:
        """Asks, and does what the answer says."""
        profile = METHODS[start](self._server, self._setting)
        advice = self._server.evaluate(profile, self._setting, self.known).recommendation
        if start == WORDS:
            self.advice = profile_pb2.Method.Name(advice.method).removeprefix("METHOD_")
        if advice.method == profile_pb2.METHOD_NONE:
            profile = self._server.uncalibrated(self._setting)
        elif advice.method != profile_pb2.METHOD_CURRENT:
            self._server.fit_labelled(profile, self._setting, self.known, advice.method)
        return self._answer(profile)


def ways(label_count: int) -> dict[str, Callable[[Drawn], numpy.ndarray]]:
    """Everything that is measured for so many labels."""
    found: dict[str, Callable[[Drawn], numpy.ndarray]] = {}
    for name in WITHOUT_LABELS:
        found[name] = lambda drawn, name=name: drawn.without_labels(name)
    found[BATCH] = Drawn.batch
    found[ADAPTIVE] = Drawn.adaptive
    methods = {**FITTED, **(FOR_TWO if label_count == 2 else {})}
    for name, method in methods.items():
        found[name] = lambda drawn, method=method: drawn.fitted(method)
    found[RECOMMENDED] = lambda drawn: drawn.recommended(WORDS)
    found[FROM_CONTENT_FREE] = lambda drawn: drawn.recommended(CONTENT_FREE)
    return found


def measure(server: Server, settings: Sequence[Setting]
            ) -> tuple[dict[str, Measured], dict[str, list[str]]]:
    """Each way on the settings that it suits; and what was recommended for each draw."""
    answers: dict[str, dict[str, list[Draw]]] = collections.defaultdict(dict)
    advice = {}
    for setting in settings:
        drawn = [Drawn(server, setting, d) for d in range(streams.LABELLED_DRAWS)]
        for name, way in ways(len(setting.labels)).items():
            answers[name][setting.name] = [(d.rest, way(d)) for d in drawn]
        advice[setting.name] = [d.advice for d in drawn]
    return {name: Measured([s for s in settings if s.name in found], found)
            for name, found in answers.items()}, advice


def summaries(measured: dict[str, Measured], wanted: Sequence[Setting], seed: int) -> dict:
    """Each way on the wanted settings that it suits, against no calibration of the same
    rows."""
    found = {}
    for name, everywhere in measured.items():
        of_one = everywhere.only(wanted)
        none = measured[NONE].only(of_one.settings)
        found[name] = summary(of_one, none, Resamples(of_one.settings, seed))
    return found


def results(measured: dict[str, Measured], advice: dict[str, list[str]],
            wanted: Sequence[Setting], seed: int) -> dict:
    return {"summary": summaries(measured, wanted, seed), "advice": advice,
            "by_setting": {name: of.by_setting() for name, of in measured.items()}}


def tables(found: dict) -> dict[str, str]:
    summary_of = dict(found["summary"])
    for name in FOR_TWO:
        of = summary_of.pop(name)
        summary_of[f"{name} (K = 2: {of['settings']} settings)"] = of
    return {"labelled": markdown.table(SUMMARY_HEADER, summary_rows(summary_of))}
