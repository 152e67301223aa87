"""Intervals against the normal ones that theory gives, and how resamples are drawn."""

import numpy
import pytest

from study.bootstrap import Resamples, RowSums
from study.recorded import Setting

NOTHING = numpy.zeros((1, 2))


def setting(model: str, task: str, prompt: str, rows: int = 400) -> Setting:
    return Setting(model, task, prompt, "plain", 0, 0, ("a", "b"), NOTHING, NOTHING, NOTHING,
                   NOTHING, numpy.zeros(rows, dtype=int))


def test_the_interval_of_one_setting_is_that_of_a_binomial() -> None:
    resamples = Resamples([setting("m", "t", "p")], seed=1, count=4000)
    figures = RowSums.once([numpy.arange(400) < 300])
    low, high = resamples.interval(resamples.means(figures))
    deviation = numpy.sqrt(.75 * .25 / 400)
    assert low == pytest.approx(.75 - 1.96 * deviation, abs=0.004)
    assert high == pytest.approx(.75 + 1.96 * deviation, abs=0.004)


def test_settings_of_a_task_share_their_rows() -> None:
    # Two settings with the same figures say no more than one of them.
    row = numpy.arange(400) < 200
    one = Resamples([setting("m", "t", "p")], seed=1, count=4000)
    two = Resamples([setting("m", "t", "p"), setting("n", "t", "p")], seed=1, count=4000)
    apart = Resamples([setting("m", "t", "p"), setting("n", "u", "p")], seed=1, count=4000)
    of_one = one.means(RowSums.once([row])).std()
    both = RowSums.once([row, row])
    assert two.means(both).std() == pytest.approx(of_one, rel=0.05)
    assert apart.means(both).std() == pytest.approx(of_one / numpy.sqrt(2), rel=0.05)


def test_settings_are_drawn_within_their_file() -> None:
    settings = [setting("m", "t", "p"), setting("m", "t", "q"), setting("n", "t", "p")]
    resamples = Resamples(settings, seed=1, count=2000)
    means = resamples.means_of_settings([0., 3., 30.])
    assert sorted(set(numpy.round(means, 9))) == [10., 11., 12.]


def test_a_difference_is_paired() -> None:
    resamples = Resamples([setting("m", "t", "p")], seed=1)
    a = RowSums.once([numpy.arange(400) < 200])
    b = RowSums.once([numpy.where(numpy.arange(400) < 200, 1.25, 0.25)])
    difference = resamples.means(b) - resamples.means(a)
    assert resamples.interval(difference) == pytest.approx([0.25, 0.25])


def test_rows_count_as_often_as_they_were_measured() -> None:
    figures = RowSums(numpy.array([[2., 0., 1.]]), numpy.array([[2., 0., 2.]]))
    assert figures.mean() == 0.75
    assert figures.only([0]).of_settings() == pytest.approx([0.75])
