"""Figures of a few rows, by hand, and against definitions written another way."""

import numpy
import pytest

from study import measures

Q = numpy.array([[.6, .4], [.3, .7], [.2, .8], [.9, .1]])


def test_accuracy_is_the_share_of_right_rows() -> None:
    assert measures.accuracy(Q, numpy.array([0, 0, 1, 1])) == 0.5


def test_the_lowest_label_wins_a_tie() -> None:
    even = numpy.full((2, 3), 1 / 3)
    assert list(measures.right(even, numpy.array([0, 1]))) == [1, 0]


def test_losses_are_bounded() -> None:
    losses = measures.losses(numpy.array([[.25, .75], [1., 0.]]), numpy.array([0, 1]))
    assert losses == pytest.approx([numpy.log(4), -numpy.log(1e-12)])


def test_ece_of_rows_in_one_bin_is_the_gap() -> None:
    q = numpy.tile([.9, .1], (4, 1))
    assert measures.ece(q, numpy.array([0, 0, 0, 1])) == pytest.approx(0.9 - 0.75)


def test_ece_equals_a_loop_over_bins() -> None:
    random = numpy.random.default_rng(1)
    q = random.dirichlet([1, 1, 1], 500)
    answers = random.integers(0, 3, 500)
    expected = 0.0
    for b in range(15):
        inside = (q.max(axis=1) > b / 15) & (q.max(axis=1) <= (b + 1) / 15)
        if inside.any():
            hit = (q.argmax(axis=1) == answers)[inside].mean()
            expected += inside.mean() * abs(hit - q.max(axis=1)[inside].mean())
    assert measures.ece(q, answers) == pytest.approx(expected)


def test_a_confidence_on_an_edge_belongs_to_the_left() -> None:
    # 0.6 = 9/15 is the right edge of the ninth bin, with 0.57; 0.61 is in the tenth.
    q = numpy.array([[.6, .4], [.57, .43]])
    assert measures.ece(q, numpy.array([0, 1])) == pytest.approx(abs(1.17 - 1) / 2)
    q[0] = [.61, .39]
    assert measures.ece(q, numpy.array([0, 1])) == pytest.approx((0.39 + 0.57) / 2)


def test_balanced_accuracy_is_the_mean_over_labels_that_occur() -> None:
    q = numpy.tile([.9, .1, 0.], (10, 1))
    answers = numpy.array([0] * 9 + [1])
    assert measures.accuracy(q, answers) == 0.9
    assert measures.balanced_accuracy(q, answers) == 0.5
    assert measures.skill(q, answers) == pytest.approx(0.5 - 1 / 3)
