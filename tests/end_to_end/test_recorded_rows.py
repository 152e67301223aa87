"""Rows of a real model through a real server, against an independent computation."""

import json
import sys

import numpy
import pytest
from calibration.v1 import profile_pb2

from harness import environment, programs
from harness.client import Client
from harness.server import Calibrd

sys.path.append(str(environment.TESTS / "calibration"))
import recorded_rows_numpy as expected  # noqa: E402

Options = profile_pb2.FitOptions
OUTPUTS = {"normalized": Options.OUTPUT_NORMALIZED, "softmax": Options.OUTPUT_SOFTMAX}
LABELS = {
    "sst2": ["Negative", "Positive"],
    "trec": ["Number", "Location", "Person", "Description", "Entity", "Abbreviation"],
    "agnews": ["World", "Sports", "Business", "Technology"]}
ACCURACY = {"sst2": (0.520, 0.767), "trec": (0.333, 0.333), "agnews": (0.580, 0.607)}
TOLERANCE = 1e-6

each_task = pytest.mark.parametrize("task", LABELS)
each_output = pytest.mark.parametrize("output", OUTPUTS)


class Recorded:
    """One task: what was recorded, and what numpy makes of it."""

    def __init__(self, task: str) -> None:
        self.labels = LABELS[task]
        self.test, self.content_free, domain, self.answers = expected.load(task)
        self.corrected = expected.corrected(self.test, self.content_free, domain)
        self.profile = f"models/smollm2-135m-instruct/prompts/{task}"

    def fit(self, client: Client, output: str, log: bool = False) -> profile_pb2.Profile:
        rows = numpy.log(self.content_free) if log else self.content_free
        return client.fit(
            self.profile, rows.ravel(), self.labels, inputs=expected.CONTENT_FREE, log=log,
            options=Options(output=OUTPUTS[output]))

    def accuracy(self, best) -> float:
        return round(float((numpy.array(best) == self.answers).mean()), 3)


@each_task
@each_output
def test_answers_equal_the_independent_computation(server: Calibrd, task: str,
                                                   output: str) -> None:
    recorded = Recorded(task)
    recorded.fit(server.client, output)
    answer = server.client.calibrate(recorded.profile, recorded.test.ravel(),
                                     include_label_names=True)
    q = numpy.array(answer.probabilities).reshape(recorded.test.shape)
    assert numpy.abs(q - recorded.corrected[f"{output}_parameters"]).max() <= TOLERANCE
    assert numpy.abs(q.sum(axis=1) - 1).max() <= TOLERANCE
    assert list(answer.best) == list(q.argmax(axis=1))
    assert list(answer.best_names) == [recorded.labels[best] for best in answer.best]
    before, after = ACCURACY[task]
    assert recorded.accuracy(recorded.test.argmax(axis=1)) == before
    assert recorded.accuracy(answer.best) == after


@each_task
@each_output
def test_log_probabilities_give_the_same_answers(server: Calibrd, task: str,
                                                 output: str) -> None:
    recorded = Recorded(task)
    recorded.fit(server.client, output, log=True)
    answer = server.client.calibrate(recorded.profile, numpy.log(recorded.test).ravel(),
                                     log=True)
    q = numpy.array(answer.probabilities).reshape(recorded.test.shape)
    assert numpy.abs(q - recorded.corrected[f"{output}_parameters"]).max() <= 3 * TOLERANCE
    assert recorded.accuracy(answer.best) == ACCURACY[task][1]


@each_task
def test_the_bias_report_equals_the_independent_computation(server: Calibrd,
                                                            task: str) -> None:
    recorded = Recorded(task)
    bias = recorded.fit(server.client, "normalized").bias
    rows = expected.onto_labels(recorded.content_free)
    even = 1 / len(recorded.labels)
    prior = expected.onto_labels(expected.geometric_mean(rows))
    assert list(bias.prior) == pytest.approx(prior.tolist(), abs=TOLERANCE)
    assert bias.favored_label_name == recorded.labels[prior.argmax()]
    assert bias.total_variation == pytest.approx(abs(prior - even).sum() / 2, abs=TOLERANCE)
    assert [row.input for row in bias.rows] == list(expected.CONTENT_FREE)
    assert [row.favored_label for row in bias.rows] == list(rows.argmax(axis=1))
    assert [row.label_mass for row in bias.rows] == pytest.approx(
        recorded.content_free.sum(axis=1).tolist(), rel=TOLERANCE)
    assert [row.total_variation for row in bias.rows] == pytest.approx(
        (abs(rows - even).sum(axis=1) / 2).tolist(), abs=TOLERANCE)


def demo(server: Calibrd, *flags: str) -> programs.Ended:
    ended = programs.run([environment.demo(), f"--server={server.address}",
                          f"--rows={environment.ROWS}", *flags])
    assert ended.code == 0, ended.err
    return ended


@pytest.fixture(scope="module")
def golden() -> dict:
    path = environment.TESTS / "golden" / "recorded_rows.json"
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def figures(server: Calibrd) -> dict:
    return demo(server, "--json").json()


@each_task
@pytest.mark.parametrize("rows, method", [
    ("before", "none"), ("normalized", "normalized_parameters"),
    ("softmax", "softmax_parameters")])
def test_the_demo_measures_what_numpy_measures(figures: dict, golden: dict, task: str,
                                               rows: str, method: str) -> None:
    assert list(figures) == list(LABELS)
    assert list(figures[task]) == ["before", "normalized", "softmax"]
    assert figures[task][rows] == pytest.approx(golden[task][method], abs=TOLERANCE)


def test_the_demo_shows_people_the_gain(server: Calibrd) -> None:
    lines = demo(server).out.splitlines()
    (before,) = [line for line in lines if line.startswith("sst2")]
    assert before.split()[-3:] == ["0.520", "0.794", "0.296"]
    after = lines[lines.index(before) + 1].split()
    assert after[:5] == ["calibrated,", "normalized", "0.767", "0.518", "0.113"]
    assert "█" in lines[next(i for i, line in enumerate(lines) if "Negative" in line)]


def test_the_demo_says_where_no_server_is() -> None:
    ended = programs.run([environment.demo(), "--server=127.0.0.1:1",
                          f"--rows={environment.ROWS}"])
    assert ended.code == 1
    assert "calibrd_demo:" in ended.err
