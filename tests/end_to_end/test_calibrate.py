"""What Calibrate answers: shapes, choices of form, and sizes up to a vocabulary."""

import numpy
import pytest
from calibration.v1 import profile_pb2

from harness.server import Calibrd

NAME = "models/calibrate/prompts/p"
PRIOR = [0.5, 0.3, 0.2]
ROWS = [0.6, 0.3, 0.1, 0.2, 0.2, 0.6, 0.4, 0.4, 0.2]
BEST = [0, 2, 1]


@pytest.fixture(autouse=True, scope="module")
def fitted(server: Calibrd) -> None:
    server.client.fit(NAME, PRIOR, "ABC")


def expected(prior: numpy.ndarray, rows: numpy.ndarray) -> numpy.ndarray:
    scores = rows / prior
    return scores / scores.sum(axis=-1, keepdims=True)


def test_rows_are_answered_in_their_order(server: Calibrd) -> None:
    answer = server.client.calibrate(NAME, ROWS)
    rows = numpy.array(ROWS).reshape(3, 3)
    assert numpy.allclose(numpy.reshape(answer.probabilities, (3, 3)),
                          expected(numpy.array(PRIOR), rows), rtol=0, atol=1e-6)
    assert list(answer.best) == BEST
    assert not answer.best_names and not answer.indices


def test_rows_need_not_sum_to_one(server: Calibrd) -> None:
    scaled = server.client.calibrate(NAME, [value * 1e-3 for value in ROWS])
    assert list(scaled.probabilities) == pytest.approx(
        list(server.client.calibrate(NAME, ROWS).probabilities), abs=1e-6)


def test_log_probabilities_give_the_same_answer(server: Calibrd) -> None:
    plain = server.client.calibrate(NAME, ROWS)
    log = server.client.calibrate(NAME, numpy.log(ROWS) + 5, log=True)
    assert list(log.probabilities) == pytest.approx(list(plain.probabilities), abs=1e-6)
    assert log.best == plain.best


def test_a_fit_on_log_probabilities_gives_the_same_profile(server: Calibrd) -> None:
    plain = server.client.fit("models/log/prompts/p", ROWS, "ABC", validate_only=True)
    log = server.client.fit("models/log/prompts/p", numpy.log(ROWS), "ABC", log=True,
                            validate_only=True)
    assert list(log.transform.bias) == pytest.approx(list(plain.transform.bias), abs=1e-6)
    assert list(log.bias.prior) == pytest.approx(list(plain.bias.prior), abs=1e-6)


def test_label_names_are_sent_when_asked_for(server: Calibrd) -> None:
    answer = server.client.calibrate(NAME, ROWS, include_label_names=True)
    assert list(answer.best_names) == ["ABC"[best] for best in BEST]
    assert list(answer.best) == BEST


def test_a_profile_without_label_names_has_none_to_send(server: Calibrd) -> None:
    name = "models/calibrate/prompts/nameless"
    for _ in range(2):
        server.client.fit(name, PRIOR, None, label_count=3)
    for revision in (1, 2):  # read from the store, and served from memory
        answer = server.client.calibrate(name, ROWS, revision=revision,
                                         include_label_names=True)
        assert list(answer.best) == BEST
        assert not answer.best_names


@pytest.mark.parametrize("k", [1, 2, 3])
def test_top_k_sends_the_largest_first_with_their_labels(server: Calibrd, k: int) -> None:
    full = numpy.reshape(server.client.calibrate(NAME, ROWS).probabilities, (3, 3))
    answer = server.client.calibrate(NAME, ROWS, top_k=k, include_label_names=True)
    order = numpy.argsort(-full, axis=1, kind="stable")[:, :k]
    assert list(answer.indices) == order.ravel().tolist()
    assert list(answer.probabilities) == numpy.take_along_axis(full, order, 1).ravel().tolist()
    assert list(answer.best) == order[:, 0].tolist()
    assert list(answer.best_names) == ["ABC"[best] for best in order[:, 0]]


def test_the_lowest_label_wins_a_tie(server: Calibrd) -> None:
    answer = server.client.calibrate(NAME, PRIOR, top_k=3)
    assert numpy.ptp(list(answer.probabilities)) < 1e-6
    same = "models/calibrate/prompts/unbiased"
    server.client.fit(same, [1, 1, 1], "ABC")
    assert list(server.client.calibrate(same, [0.2, 0.4, 0.4]).best) == [1]
    assert list(server.client.calibrate(same, [1, 1, 1], top_k=2).indices) == [0, 1]


def test_one_label_is_always_certain(server: Calibrd) -> None:
    name = "models/calibrate/prompts/one"
    server.client.fit(name, [0.3], ["only"])
    answer = server.client.calibrate(name, [0.2, 1e-30], include_label_names=True)
    assert list(answer.probabilities) == [1.0, 1.0]
    assert list(answer.best_names) == ["only", "only"]


def test_extreme_rows_never_give_nan(server: Calibrd) -> None:
    rows = [1e-38, 1e-45, 0, 3e38, 3e38, 3e38, 1e-30, 1, 0, 0, 0, 1e-45]
    answer = server.client.calibrate(NAME, rows)
    q = numpy.reshape(answer.probabilities, (4, 3))
    assert numpy.isfinite(q).all() and (q >= 0).all()
    assert numpy.allclose(q.sum(axis=1), 1, rtol=0, atol=1e-6)


@pytest.mark.parametrize("k", [131_072, 262_144])
@pytest.mark.parametrize("options", [{}, {"weights": "WEIGHTS_IDENTITY"}],
                         ids=["diagonal", "identity"])
def test_a_profile_of_a_whole_vocabulary_works(server: Calibrd, k: int,
                                               options: dict) -> None:
    name = f"models/vocabulary/prompts/{k}"
    generator = numpy.random.default_rng(k)
    prior, row = (generator.dirichlet(numpy.ones(k)).astype(numpy.float32)
                  for _ in range(2))
    floor = 1e-12  # the default would raise many of so many probabilities
    fitted = server.client.fit(name, prior, None, label_count=k,
                               options=profile_pb2.FitOptions(min_probability=floor,
                                                              **options))
    assert fitted.label_count == k
    assert server.client.get(name) == fitted
    answer = server.client.calibrate(name, row)
    p, c = row.astype(float) / row.sum(dtype=float), prior.astype(float)
    c /= c.sum()
    if options:
        q = numpy.exp(p - c)
        q /= q.sum()
    else:
        q = expected(numpy.maximum(c, floor), p)
    assert numpy.allclose(answer.probabilities, q, rtol=1e-5, atol=1e-12)
    assert answer.best[0] == int(numpy.argmax(answer.probabilities))
    top = server.client.calibrate(name, row, top_k=5)
    assert list(top.indices) == numpy.argsort(
        -numpy.array(answer.probabilities), kind="stable")[:5].tolist()
