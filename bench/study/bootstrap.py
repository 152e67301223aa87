"""Intervals of means over settings and rows, by bootstrap.

    resamples = Resamples(settings, seed=1)
    a, b = [Figures.of(…) for each method]
    resamples.interval(resamples.means(a.rows))                        # of a mean
    resamples.interval(resamples.means(a.rows) - resamples.means(b.rows))   # of a difference

The settings of a task share their test rows, and those of a file their model, so neither
are independent draws. A resample draws rows for each task, the same ones for all of its
settings, and settings within each file; tasks and models are not drawn, so an interval says
nothing of other tasks or models.
"""

import dataclasses
from typing import Sequence

import numpy

from study.recorded import Setting

COUNT = 2000
LEVEL = 0.95


@dataclasses.dataclass
class RowSums:
    """A figure of every row of every setting, summed over draws, and the number of draws
    that the row was measured in. Both are S×n."""
    sums: numpy.ndarray
    counts: numpy.ndarray

    @classmethod
    def once(cls, figures: Sequence[numpy.ndarray]) -> "RowSums":
        """Each row measured once."""
        sums = numpy.array(figures, dtype=float)
        return cls(sums, numpy.ones_like(sums))

    def only(self, settings: Sequence[int]) -> "RowSums":
        return RowSums(self.sums[settings], self.counts[settings])

    def of_settings(self) -> numpy.ndarray:
        return self.sums.sum(axis=1) / self.counts.sum(axis=1)

    def mean(self) -> float:
        return float(self.of_settings().mean())


class Resamples:
    """The same draws for all figures, so that differences of figures are paired."""

    def __init__(self, settings: Sequence[Setting], seed: int, count: int = COUNT) -> None:
        self.settings = settings
        random = numpy.random.default_rng(seed)
        self._tasks = numpy.array([s.task for s in settings])
        files = numpy.array([s.file for s in settings])
        self._rows = {}
        for task in sorted(set(self._tasks)):
            n = len(next(s for s in settings if s.task == task).answers)
            self._rows[task] = random.multinomial(n, numpy.full(n, 1 / n), count).T
        self._weights = numpy.zeros((len(settings), count))
        for file in sorted(set(files)):
            inside = numpy.flatnonzero(files == file)
            draws = random.multinomial(len(inside), numpy.full(len(inside), 1 / len(inside)),
                                       count)
            self._weights[inside] = draws.T
        self._weights /= len(settings)

    def means(self, rows: RowSums) -> numpy.ndarray:
        """The mean over settings in each resample."""
        settings = numpy.empty_like(self._weights)
        for task, counts in self._rows.items():
            inside = self._tasks == task
            settings[inside] = (rows.sums[inside] @ counts) / (rows.counts[inside] @ counts)
        return (settings * self._weights).sum(axis=0)

    def means_of_settings(self, figures: Sequence[float]) -> numpy.ndarray:
        """The same where only the settings are drawn: for figures that are no means over
        rows, such as ECE, which a draw of rows would raise."""
        return numpy.asarray(figures) @ self._weights

    @staticmethod
    def interval(means: numpy.ndarray) -> list[float]:
        tail = (1 - LEVEL) / 2
        return [float(numpy.quantile(means, tail)), float(numpy.quantile(means, 1 - tail))]
