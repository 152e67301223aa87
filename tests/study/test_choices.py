"""Options that are chosen on some tasks and shown on another."""

import types

import numpy

from study import adaptive, signals

SETTINGS = [types.SimpleNamespace(task=task) for task in ("x", "x", "y", "y")]
NONE = numpy.full(4, 0.5)


def accuracies(best: tuple) -> dict:
    """Everything alike but for one choice."""
    alike = (numpy.full(4, 0.6), numpy.full(4, 0.6))
    return {options: alike if options != best else (numpy.full(4, 0.7), numpy.full(4, 0.6))
            for options in adaptive.OPTIONS}


def test_the_best_options_are_chosen() -> None:
    best = adaptive.OPTIONS[7]
    found = adaptive.held_out(SETTINGS, accuracies(best), NONE)
    assert found["recorded"] == 0.7
    assert found["chosen"]["x"]["prior_strength"] == best[0]


def test_a_task_does_not_choose_for_itself() -> None:
    found, flattering = accuracies(adaptive.OPTIONS[7]), adaptive.OPTIONS[3]
    found[flattering] = (numpy.array([0.9, 0.9, 0.5, 0.5]), numpy.full(4, 0.6))
    chosen = adaptive.held_out(SETTINGS, found, NONE)["chosen"]
    assert tuple(chosen["x"].values()) == adaptive.OPTIONS[7]
    assert tuple(chosen["y"].values()) == flattering


def test_options_that_do_harm_are_not_chosen() -> None:
    best = adaptive.OPTIONS[7]
    found = accuracies(best)
    found[best] = (numpy.array([0.9, 0.9, 0.9, 0.47]), numpy.full(4, 0.9))
    assert adaptive.choose(found, NONE, numpy.full(4, True)) != best
    assert adaptive.choose(found, NONE, numpy.array([True, True, True, False])) == best


def test_shares_and_correlation_of_a_signal_that_knows() -> None:
    skills = numpy.array([0.0, 0.05, 0.4, 0.5] * 4)
    of = signals.figures((0.6 + skills)[:, None], skills, seed=1)
    assert of["correlation"][0] > 0.999
    assert of["caught"] == [1.0, 1.0, 1.0]
    assert of["false_alarms"] == [0.0, 0.0, 0.0]
    assert of["skill_where_weak"] == 0.025
