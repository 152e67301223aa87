"""Rows that are drawn: how many, which, and the same ones every time."""

import numpy
import pytest

from study import streams

ANSWERS = numpy.array([0] * 60 + [1] * 70 + [2] * 20)


def test_labelled_rows_and_the_rest_are_all_rows() -> None:
    known, rest = streams.labelled_rows("m/t/p", 150, 0)
    assert (len(known), len(rest)) == (64, 86)
    assert sorted([*known, *rest]) == list(range(150))


def test_draws_are_the_same_every_time_and_differ() -> None:
    def rows(name: str, draw: int) -> list[int]:
        return list(streams.labelled_rows(name, 150, draw)[0])
    assert rows("m/t/p", 1) == rows("m/t/p", 1)
    assert rows("m/t/p", 1) != rows("m/t/p", 2)
    assert rows("m/t/p", 1) != rows("m/t/q", 1)


@pytest.mark.parametrize("draw", range(8))
def test_nine_rows_in_ten_have_one_label(draw: int) -> None:
    rows = streams.skewed_rows("m/t/p", ANSWERS, draw)
    counts = numpy.bincount(ANSWERS[rows], minlength=3)
    assert len(rows) == 150
    assert counts.max() == 135


def test_any_label_can_be_the_common_one() -> None:
    common = {int(numpy.bincount(ANSWERS[streams.skewed_rows("m/t/p", ANSWERS, draw)]).argmax())
              for draw in range(40)}
    assert common == {0, 1, 2}
