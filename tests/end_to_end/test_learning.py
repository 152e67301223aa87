"""Adaptive profiles, drift and signal, on rows of a real model through a real server."""

import sys

import grpc
import numpy
import pytest
from calibration.v1 import calibration_service_pb2 as service_pb2
from calibration.v1 import profile_pb2

from harness import environment
from harness.refusal import refusal_of
from harness.scrape import Scrape
from harness.server import Calibrd
from harness.waiting import until

sys.path.append(str(environment.TESTS / "calibration"))
import recorded_rows_numpy as recorded  # noqa: E402

NAME = "models/smollm2-135m-instruct/prompts/sst2"
LABELS = ("Negative", "Positive")
Options = profile_pb2.FitOptions
Adaptive = profile_pb2.Adaptive


@pytest.fixture(scope="module")
def sst2():
    test, content_free, domain, answers = recorded.load("sst2")
    return test, domain, answers


def fit(server: Calibrd, rows, adaptive=None, name: str = NAME, **fields):
    options = Options(adaptive=adaptive) if adaptive else None
    return server.client.fit(name, rows.ravel(), LABELS, source="domain", options=options,
                             **fields)


def rank(server: Calibrd, order: int, **fields):
    return list(server.client.call("RankProfiles", service_pb2.RankProfilesRequest(
        order_by=order, **fields)).profiles)


def replay(rows, domain, strength=10.0, half_life=2000.0, max_shift=3.0):
    """The rule of calibration/adaptive_prior.h, again: the bias before each row."""
    def centred(p):
        x = numpy.log(numpy.maximum(p / p.sum(axis=-1, keepdims=True), 1e-6))
        return x - x.mean(axis=-1, keepdims=True)
    start = centred(domain)
    k = rows.shape[1]
    b0, keep, n = start.mean(axis=0), 2 ** (-1 / half_life), 0.0
    spread = max(start.var(axis=0, ddof=1).mean(), 0.01)
    sums, biases, shift = numpy.zeros((3, k)), [], numpy.zeros(k)
    for seen, row in enumerate(centred(rows), 1):
        biases.append(b0 + shift)
        u = row - b0
        n = keep * n + 1
        sums = keep * sums + [u, u ** 2, u ** 3]
        if seen < 2:
            continue
        m, q, c = sums / n
        v = numpy.maximum(q - m * m, 1e-4)
        s = numpy.sqrt(v)
        g = numpy.clip((c - 3 * m * q + 2 * m ** 3) / (v * s), -2, 2) * n / (n + 20)
        t, sign = numpy.abs(m / s), numpy.where(m < 0, -1.0, 1.0)
        distrust = 1 + 8 * numpy.maximum(-g * sign, 0)
        a = sign * numpy.minimum(t / distrust, 0.6) + g / 2
        a = numpy.sign(a) * numpy.maximum(numpy.abs(a) - 0.2, 0)
        a += sign * 2 * numpy.maximum(t - 2.4 * (1 - 1 / k), 0) / distrust
        a = numpy.clip(a, -t - numpy.abs(g) / 2, t + numpy.abs(g) / 2) * s
        gate = min(1, numpy.maximum(q - m * m, 0).mean() / (0.5 * spread))
        shift = n / (n + strength) * gate * (a - a.mean())
        shift *= min(1, max_shift / max(numpy.abs(shift).max(), 1e-300))
    return numpy.array(biases), b0 + shift


def test_each_row_is_answered_with_what_was_known_before_it(server: Calibrd, sst2) -> None:
    rows, domain, answers = sst2
    fit(server, domain, Adaptive(max_shift=3))
    biases, after = replay(rows, domain)
    expected = rows / numpy.exp(biases)
    expected /= expected.sum(axis=1, keepdims=True)
    one = server.client.calibrate(NAME, rows[:100].ravel())  # a batch, and row by row
    q = [numpy.array(one.probabilities).reshape(100, 2)]
    for row in rows[100:]:
        q.append(numpy.array([server.client.calibrate(NAME, row).probabilities]))
    assert numpy.abs(numpy.concatenate(q) - expected).max() < 1e-5
    live = server.client.get(NAME).live
    assert live.row_count == len(rows)
    prior = numpy.exp(after) / numpy.exp(after).sum()
    assert list(live.adaptive.prior) == pytest.approx(prior, abs=1e-6)
    assert live.adaptive.effective_rows == pytest.approx(
        (1 - 2 ** (-len(rows) / 2000)) / (1 - 2 ** (-1 / 2000)))
    accuracy = (numpy.concatenate(q).argmax(axis=1) == answers).mean()
    assert accuracy >= (rows.argmax(axis=1) == answers).mean() + 0.2


def test_rows_can_be_left_out_of_everything(server: Calibrd, sst2) -> None:
    rows, domain, _ = sst2
    name = NAME + "-unobserved"
    fit(server, domain, Adaptive(prior_strength=10), name)
    first = server.client.calibrate(name, rows.ravel(), do_not_observe=True)
    assert not server.client.get(name).HasField("live")
    again = server.client.calibrate(name, rows.ravel(), do_not_observe=True)
    assert first == again


def test_a_paused_profile_learns_nothing(server: Calibrd, sst2) -> None:
    rows, domain, _ = sst2
    name = NAME + "-paused"
    fit(server, domain, Adaptive(paused=True), name)
    first = server.client.calibrate(name, rows.ravel())
    assert server.client.calibrate(name, rows.ravel()) == first
    assert server.client.get(name).live.adaptive.effective_rows == 0


def test_what_was_learned_survives_a_restart(servers, sst2) -> None:
    rows, domain, _ = sst2
    server = servers.start("--statistics_interval=100ms")
    fit(server, domain, Adaptive(prior_strength=10))
    server.client.calibrate(NAME, rows.ravel())
    before = server.client.get(NAME).live
    server.stop()
    server.start()
    after = server.client.get(NAME).live
    assert after.row_count == before.row_count == len(rows)
    assert list(after.adaptive.prior) == list(before.adaptive.prior)
    assert after.signal == before.signal
    assert after.HasField("start_time")


def test_a_crash_loses_at_most_what_came_after_the_last_write(servers, sst2) -> None:
    rows, domain, _ = sst2
    server = servers.start("--statistics_interval=100ms")
    fit(server, domain, Adaptive(prior_strength=10))
    server.client.calibrate(NAME, rows.ravel())
    until("the statistics are written",
          lambda: server.client.get(NAME).live.HasField("update_time"))
    # The time is set before the write; the write after it is complete when the next is.
    server.client.calibrate(NAME, rows[0])
    written = server.client.get(NAME).live.update_time
    until("the next write", lambda: server.client.get(NAME).live.update_time != written)
    server.kill()
    server.start()
    assert server.client.get(NAME).live.row_count >= len(rows)


def test_a_fit_starts_the_statistics_anew(server: Calibrd, sst2) -> None:
    rows, domain, _ = sst2
    name = NAME + "-anew"
    fit(server, domain, Adaptive(prior_strength=10), name)
    server.client.calibrate(name, rows.ravel())
    server.client.fit(name, [0.2, 0.3, 0.5], ("a", "b", "c"))  # another K
    assert not server.client.get(name).HasField("live")
    assert len(server.client.calibrate(name, [0.2, 0.3, 0.5]).probabilities) == 3
    assert server.client.get(name).live.row_count == 1


def test_observed_takes_what_was_learned_for_the_prior(server: Calibrd, sst2) -> None:
    rows, domain, _ = sst2
    name = NAME + "-observed"
    fit(server, domain, Adaptive(prior_strength=10), name)
    server.client.calibrate(name, rows.ravel())
    learned = server.client.get(name).live.adaptive.prior
    profile = server.client.call("FitProfile", service_pb2.FitProfileRequest(
        name=name, observed=service_pb2.Observed()))
    assert profile.source == profile_pb2.Profile.SOURCE_OBSERVED
    assert [label.name for label in profile.labels] == list(LABELS)
    assert list(profile.bias.prior) == pytest.approx(list(learned), abs=1e-6)
    assert profile.row_count == len(rows)
    assert profile.options.HasField("adaptive")
    assert profile.reference.content_free_rows == len(domain)


def test_observed_needs_an_adaptive_profile_that_has_seen_rows(server: Calibrd, sst2) -> None:
    _, domain, _ = sst2
    name = NAME + "-unseen"
    request = service_pb2.FitProfileRequest(name=name, observed=service_pb2.Observed())
    refusal = refusal_of(server.client.call, "FitProfile", request)
    assert (refusal.code, refusal.reason) == (
        grpc.StatusCode.FAILED_PRECONDITION, "NOT_ADAPTIVE")
    fit(server, domain, Adaptive(prior_strength=10), name)
    refusal = refusal_of(server.client.call, "FitProfile", request)
    assert (refusal.code, refusal.reason) == (
        grpc.StatusCode.FAILED_PRECONDITION, "TOO_FEW_ROWS")
    assert "30" in refusal.message


@pytest.mark.parametrize("options, field", [
    (Options(adaptive=Adaptive(prior_strength=-1)), "options.adaptive.prior_strength"),
    (Options(adaptive=Adaptive(half_life_rows=1)), "options.adaptive.half_life_rows"),
    (Options(adaptive=Adaptive(max_shift=float("nan"))), "options.adaptive.max_shift"),
    (Options(adaptive=Adaptive(min_rows=-1)), "options.adaptive.min_rows"),
    (Options(adaptive=Adaptive(), output=Options.OUTPUT_SOFTMAX), "options.adaptive"),
    (Options(method=profile_pb2.METHOD_VECTOR), "options.method"),
])
def test_bad_options_are_named(server: Calibrd, options: Options, field: str) -> None:
    refusal = refusal_of(server.client.fit, NAME + "-bad", [0.9, 0.1], LABELS,
                         options=options)
    assert refusal.code == grpc.StatusCode.INVALID_ARGUMENT
    assert refusal.reason == "INVALID_OPTIONS"
    assert refusal.field == field


def test_drift_and_signal_are_ranked_and_counted(servers, sst2) -> None:
    rows, domain, _ = sst2
    server = servers.start("--statistics_interval=100ms", metrics=True)
    for name in ("steady", "drifting", "deaf"):
        fit(server, domain, name=f"models/m/prompts/{name}")
    source = numpy.random.default_rng(3)
    def some(count):
        return rows[source.integers(0, len(rows), count)].ravel()
    for name in ("steady", "drifting"):
        server.client.calibrate(f"models/m/prompts/{name}", some(500))
    server.client.calibrate("models/m/prompts/steady", some(400))
    server.client.calibrate("models/m/prompts/drifting", some(400).reshape(-1, 2)[:, ::-1].ravel())
    server.client.calibrate("models/m/prompts/deaf", numpy.tile([0.6, 0.4, 0.62, 0.38], 50))

    worst = rank(server, service_pb2.RankProfilesRequest.ORDER_INPUT_DRIFT)
    assert [profile.name for profile in worst] == [
        "models/m/prompts/drifting", "models/m/prompts/steady"]
    assert worst[0].live.drift.input.population_stability_index > 0.25
    assert worst[1].live.drift.input.population_stability_index < 0.1
    weakest = rank(server, service_pb2.RankProfilesRequest.ORDER_SIGNAL, limit=1)
    assert [profile.name for profile in weakest] == ["models/m/prompts/deaf"]
    assert weakest[0].live.signal.weak
    assert weakest[0].live.signal.lower < weakest[0].live.signal.ratio
    assert rank(server, service_pb2.RankProfilesRequest.ORDER_SIGNAL,
                parent="models/other") == []
    until("the gauges", lambda: Scrape(server).value("calibrd_profiles_drifting") == 1)
    scrape = Scrape(server)
    assert scrape.value("calibrd_profiles_observed") == 3
    assert scrape.value("calibrd_profiles_weak_signal") == 1
    assert scrape.value("calibrd_rows_observed_total") == 500 + 400 + 500 + 400 + 100


def test_ranking_needs_an_order(server: Calibrd) -> None:
    refusal = refusal_of(server.client.call, "RankProfiles",
                         service_pb2.RankProfilesRequest())
    assert (refusal.code, refusal.field) == (grpc.StatusCode.INVALID_ARGUMENT, "order_by")
