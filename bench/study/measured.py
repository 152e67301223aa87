"""A method's answers to the rows of many settings, measured.

    answers = {setting.name: [(row_indices, q), …]}     # one pair for each draw
    measured = Measured(settings, answers)
    summary(measured, uncalibrated, resamples)           # what a row of a table needs
"""

import copy
from typing import Mapping, Sequence

import numpy

from study import measures
from study.bootstrap import Resamples, RowSums
from study.recorded import Setting

Answers = Mapping[str, Sequence[tuple[numpy.ndarray, numpy.ndarray]]]


class Measured:
    """Accuracy and NLL of each row, and ECE of each setting (the mean over its draws)."""

    def __init__(self, settings: Sequence[Setting], answers: Answers) -> None:
        self.settings = settings
        shape = (len(settings), max(len(s.answers) for s in settings))
        counts, right, losses = numpy.zeros(shape), numpy.zeros(shape), numpy.zeros(shape)
        ece = []
        for i, setting in enumerate(settings):
            errors = []
            for rows, q in answers[setting.name]:
                truth = setting.answers[rows]
                counts[i, rows] += 1
                right[i, rows] += measures.right(q, truth)
                losses[i, rows] += measures.losses(q, truth)
                errors.append(measures.ece(q, truth))
            ece.append(numpy.mean(errors))
        self.accuracy, self.nll = RowSums(right, counts), RowSums(losses, counts)
        self.ece = numpy.array(ece)

    def only(self, wanted: Sequence[Setting]) -> "Measured":
        """The same of some of the settings."""
        names = {setting.name for setting in wanted}
        at = [i for i, setting in enumerate(self.settings) if setting.name in names]
        part = copy.copy(self)
        part.settings = [self.settings[i] for i in at]
        part.accuracy, part.nll = self.accuracy.only(at), self.nll.only(at)
        part.ece = self.ece[at]
        return part

    def by_setting(self) -> dict[str, list[float]]:
        """Accuracy, NLL and ECE of each setting."""
        figures = zip(self.accuracy.of_settings(), self.nll.of_settings(), self.ece)
        return {s.name: [float(f) for f in of_one] for s, of_one in zip(self.settings, figures)}


def with_interval(resamples: Resamples, rows: RowSums) -> list[float]:
    return [rows.mean(), *resamples.interval(resamples.means(rows))]


def difference(resamples: Resamples, a: RowSums, b: RowSums) -> list[float]:
    """The mean of a minus that of b, with its paired interval."""
    return [a.mean() - b.mean(),
            *resamples.interval(resamples.means(a) - resamples.means(b))]


def worst_change(a: Measured, b: Measured) -> dict:
    """The setting whose accuracy with `a` is the most below, or the least above, that
    with `b`; and how many settings lose."""
    changes = a.accuracy.of_settings() - b.accuracy.of_settings()
    at = int(changes.argmin())
    return {"change": float(changes[at]), "setting": a.settings[at].name,
            "settings_below": int((changes < -1e-9).sum())}


def summary(a: Measured, uncalibrated: Measured, resamples: Resamples) -> dict:
    return {
        "settings": len(a.settings),
        "accuracy": with_interval(resamples, a.accuracy),
        "nll": with_interval(resamples, a.nll),
        "ece": [float(a.ece.mean()),
                *resamples.interval(resamples.means_of_settings(a.ece))],
        "accuracy_change": difference(resamples, a.accuracy, uncalibrated.accuracy),
        "worst": worst_change(a, uncalibrated)}
