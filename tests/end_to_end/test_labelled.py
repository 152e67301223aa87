"""Labelled fits, evaluation and prediction sets, on rows of a real model."""

import sys

import grpc
import numpy
import pytest
from calibration.v1 import calibration_service_pb2 as service_pb2
from calibration.v1 import evaluation_pb2
from calibration.v1 import profile_pb2
from calibration.v1 import rows_pb2

from harness import environment
from harness.client import labels as label_messages
from harness.client import rows as row_message
from harness.refusal import Refusal, refusal_of
from harness.server import Calibrd
from harness.waiting import PATIENCE

sys.path.append(str(environment.TESTS / "calibration"))
import recorded_rows_numpy as recorded  # noqa: E402

NAME = "models/smollm2-135m-instruct/prompts/agnews"
LABELS = ("World", "Sports", "Business", "Technology")
Options = profile_pb2.FitOptions
METHODS = [number for number in profile_pb2.Method.values() if number >= 4]
FOR_TWO = (profile_pb2.METHOD_PLATT, profile_pb2.METHOD_BETA)


@pytest.fixture(scope="module")
def agnews():
    test, content_free, _, answers = recorded.load("agnews")
    order = numpy.random.default_rng(1).permutation(len(answers))
    return test[order], answers[order], content_free


def labelled(rows, answers, **fields) -> rows_pb2.LabelledRows:
    return rows_pb2.LabelledRows(rows=row_message(numpy.ravel(rows)),
                                 labels=[int(a) for a in answers], **fields)


def fit(server: Calibrd, rows, answers, options=None, name: str = NAME, names=LABELS,
        **fields) -> profile_pb2.Profile:
    return server.client.call("FitProfile", service_pb2.FitProfileRequest(
        name=name, labels=label_messages(names), labelled=labelled(rows, answers, **fields),
        options=options))


def evaluate(server: Calibrd, *messages) -> evaluation_pb2.Evaluation:
    return server.client.service.EvaluateProfile(iter(messages), timeout=PATIENCE)


Evaluate = evaluation_pb2.EvaluateProfileRequest


def nll(q, answers) -> float:
    return float(-numpy.log(q[numpy.arange(len(answers)), answers]).mean())


@pytest.mark.parametrize("method", METHODS, ids=profile_pb2.Method.Name)
def test_each_method_fits_and_serves(server: Calibrd, agnews, method: int) -> None:
    rows, answers, _ = agnews
    names = LABELS
    if method in FOR_TWO:  # World or not
        rows = numpy.stack([rows[:, 0], rows[:, 1:].sum(axis=1)], axis=1)
        answers, names = (answers > 0).astype(int), ("World", "Other")
    profile = fit(server, rows, answers, Options(method=method), NAME + f"-{method}", names)
    assert profile.source == profile_pb2.Profile.SOURCE_LABELLED
    assert profile.options.method == method
    assert profile.fit.converged
    q = numpy.array(server.client.calibrate(profile.name, rows.ravel()).probabilities)
    q = q.reshape(rows.shape)
    assert numpy.abs(q.sum(axis=1) - 1).max() < 1e-6
    before = rows / rows.sum(axis=1, keepdims=True)
    assert nll(q, answers) < nll(before, answers)
    if method != profile_pb2.METHOD_PLATT and method != profile_pb2.METHOD_ISOTONIC:
        assert profile.fit.nll == pytest.approx(nll(q, answers), abs=1e-4)


def test_the_default_is_an_average_of_fits(server: Calibrd, agnews) -> None:
    rows, answers, content_free = agnews
    name = NAME + "-default"
    server.client.fit(name, content_free.ravel(), LABELS)
    profile = fit(server, rows[:64], answers[:64], name=name)
    assert profile.options.method == profile_pb2.METHOD_ENSEMBLE
    assert "matrix on the prior" in [member.name for member in profile.fit.members]
    assert sum(member.weight for member in profile.fit.members) == pytest.approx(1)
    best = numpy.array(server.client.calibrate(name, rows[64:].ravel()).best)
    before = (rows[64:].argmax(axis=1) == answers[64:]).mean()
    assert (best == answers[64:]).mean() > before


def test_rows_of_weight_zero_do_not_count(server: Calibrd, agnews) -> None:
    rows, answers, _ = agnews
    options = Options(method=profile_pb2.METHOD_VECTOR)
    some = fit(server, rows[:50], answers[:50], options, NAME + "-some")
    wrong = (answers[50:] + 1) % 4
    weighted = fit(server, rows, numpy.concatenate([answers[:50], wrong]), options,
                   NAME + "-weighted", weights=[1.0] * 50 + [0.0] * 100)
    assert list(weighted.transform.weights) == pytest.approx(
        list(some.transform.weights), abs=1e-5)


@pytest.mark.parametrize("change, field, words", [
    (dict(labels=[0, 1, 4]), "labelled.labels[2]", ["4", "3"]),
    (dict(labels=[0, -1, 1]), "labelled.labels[1]", ["-1"]),
    (dict(labels=[0, 1]), "labelled.labels", ["2", "3"]),
    (dict(weights=[1.0]), "labelled.weights", ["1", "3"]),
    (dict(weights=[1.0, float("nan"), 1.0]), "labelled.weights[1]", []),
    (dict(weights=[1.0, -1.0, 1.0]), "labelled.weights[1]", []),
    (dict(weights=[0.0, 0.0, 0.0]), "labelled.weights", []),
], ids=str)
def test_bad_labelled_rows_are_named(server: Calibrd, change, field, words) -> None:
    message = labelled(numpy.full((3, 4), 0.25), [0, 1, 2])
    for key, value in change.items():
        del getattr(message, key)[:]
        getattr(message, key).extend(value)
    refusal = refusal_of(server.client.call, "FitProfile", service_pb2.FitProfileRequest(
        name=NAME + "-bad", labels=label_messages(LABELS), labelled=message))
    assert refusal.code == grpc.StatusCode.INVALID_ARGUMENT
    assert refusal.field == field
    for word in words:
        assert word in refusal.message


@pytest.mark.parametrize("options, field", [
    (Options(method=profile_pb2.METHOD_PLATT), "options.method"),
    (Options(method=profile_pb2.METHOD_PRIOR), "options.method"),
    (Options(method=profile_pb2.METHOD_VECTOR, regularization=profile_pb2.Regularization(
        weights=-1)), "options.regularization.weights"),
    (Options(adaptive=profile_pb2.Adaptive()), "options.adaptive"),
    (Options(prediction_sets=profile_pb2.PredictionSetOptions(holdout=2)),
     "options.prediction_sets.holdout"),
], ids=str)
def test_bad_options_are_named(server: Calibrd, agnews, options, field) -> None:
    rows, answers, _ = agnews
    refusal = refusal_of(fit, server, rows, answers, options, NAME + "-bad")
    assert refusal.reason == "INVALID_OPTIONS"
    assert refusal.field == field


def test_degenerate_rows_are_fitted_with_a_warning(server: Calibrd, agnews) -> None:
    rows, answers, _ = agnews
    name = NAME + "-degenerate"
    some = answers < 3
    options = Options(method=profile_pb2.METHOD_VECTOR)
    without = fit(server, rows[some], answers[some], options, name)
    codes = {warning.code: warning for warning in without.warnings}
    warning = codes[profile_pb2.Warning.CODE_LABEL_WITHOUT_ROWS]
    assert warning.label == 3 and "Technology" in warning.message
    one = fit(server, rows[:1], answers[:1], options, name)
    assert profile_pb2.Warning.CODE_FEW_ROWS in {w.code for w in one.warnings}
    q = server.client.calibrate(name, rows.ravel()).probabilities
    assert numpy.isfinite(q).all()


def test_too_few_rows_for_no_regularisation_are_refused(server: Calibrd, agnews) -> None:
    rows, answers, _ = agnews
    options = Options(method=profile_pb2.METHOD_MATRIX,
                      regularization=profile_pb2.Regularization(weights=0, bias=0))
    refusal = refusal_of(fit, server, rows[:5], answers[:5], options, NAME + "-bad")
    assert refusal.reason == "INVALID_OPTIONS"
    assert refusal.field == "options.regularization.weights"


# Evaluation.

def test_an_evaluation_measures_compares_and_recommends(server: Calibrd, agnews) -> None:
    rows, answers, content_free = agnews
    name = NAME + "-evaluated"
    server.client.fit(name, content_free.ravel(), LABELS)
    found = evaluate(
        server, Evaluate(name=name, rows=labelled(rows[:60], answers[:60])),
        Evaluate(rows=labelled(rows[60:], answers[60:])))
    assert (found.name, found.revision, found.row_count) == (name, 1, 150)
    assert list(found.label_row_counts) == list(numpy.bincount(answers, minlength=4))
    before = rows / rows.sum(axis=1, keepdims=True)
    measures = found.before.measures
    assert measures.accuracy.value == pytest.approx(
        (before.argmax(axis=1) == answers).mean(), abs=1e-9)
    assert measures.nll.value == pytest.approx(nll(before, answers), abs=1e-6)
    assert measures.brier.value == pytest.approx(
        ((before - numpy.eye(4)[answers]) ** 2).sum(axis=1).mean(), abs=1e-6)
    assert measures.accuracy.lower < measures.accuracy.value < measures.accuracy.upper
    after = numpy.array(server.client.calibrate(
        name, rows.ravel(), do_not_observe=True).probabilities).reshape(rows.shape)
    assert found.after.measures.nll.value == pytest.approx(nll(after, answers), abs=1e-6)
    assert found.nll_change.value == pytest.approx(
        nll(after, answers) - nll(before, answers), abs=1e-6)
    confusion = numpy.array(found.after.confusion).reshape(4, 4)
    assert confusion.sum() == 150
    assert numpy.trace(confusion) == (after.argmax(axis=1) == answers).sum()
    assert sum(line.row_count for line in found.before.reliability) == 150
    methods = [candidate.method for candidate in found.candidates]
    assert methods == sorted(methods)
    assert {profile_pb2.METHOD_NONE, profile_pb2.METHOD_CURRENT,
            profile_pb2.METHOD_ENSEMBLE} <= set(methods)
    assert not set(FOR_TWO) & set(methods)
    assert found.recommendation.method in (
        profile_pb2.METHOD_ENSEMBLE, profile_pb2.METHOD_CURRENT)
    assert "nats" in found.recommendation.reason
    assert found.signal.ratio > 0.75
    assert found.compared_row_count == 150
    assert found.options == evaluation_pb2.EvaluationOptions(
        folds=5, resamples=1000, confidence=0.95, bin_count=15)


def test_an_evaluation_is_the_same_with_the_same_seed(server: Calibrd, agnews) -> None:
    rows, answers, content_free = agnews
    name = NAME + "-seeded"
    server.client.fit(name, content_free.ravel(), LABELS)
    def once(seed):
        return evaluate(server, Evaluate(
            name=name, rows=labelled(rows[:64], answers[:64]),
            options=evaluation_pb2.EvaluationOptions(
                methods=[profile_pb2.METHOD_BIAS], resamples=200, seed=seed)))
    assert once(5) == once(5)
    assert once(5) != once(6)


def test_rows_without_skill_are_left_uncalibrated(server: Calibrd, agnews) -> None:
    rows, answers, content_free = agnews
    name = NAME + "-unskilled"
    server.client.fit(name, content_free.ravel(), LABELS)
    shuffled = numpy.random.default_rng(4).permutation(answers)
    found = evaluate(server, Evaluate(name=name, rows=labelled(rows, shuffled)))
    assert found.recommendation.method in (
        profile_pb2.METHOD_NONE, profile_pb2.METHOD_TEMPERATURE)
    assert "chance" in found.recommendation.reason


def test_measuring_only_compares_nothing(server: Calibrd, agnews) -> None:
    rows, answers, content_free = agnews
    name = NAME + "-measured"
    server.client.fit(name, content_free.ravel(), LABELS)
    found = evaluate(server, Evaluate(
        name=name, rows=labelled(rows, answers),
        options=evaluation_pb2.EvaluationOptions(measure_only=True)))
    assert not found.candidates and not found.HasField("recommendation")


def refused(server: Calibrd, *messages) -> Refusal:
    return refusal_of(evaluate, server, *messages)


def test_bad_evaluations_are_refused(server: Calibrd, agnews) -> None:
    rows, answers, content_free = agnews
    name = NAME + "-refused"
    good = labelled(rows[:4], answers[:4])
    assert refused(server).field == "name"
    assert refused(server, Evaluate(name=name, rows=good)).reason == "PROFILE_NOT_FOUND"
    server.client.fit(name, content_free.ravel(), LABELS)
    assert refused(server, Evaluate(name=name)).field == "rows"
    assert refused(server, Evaluate(name=name, rows=labelled(rows[:1], answers[:1]))
                   ).field == "rows"
    later = refused(server, Evaluate(name=name, rows=good), Evaluate(name=name, rows=good))
    assert later.field == "name" and "message 1" in later.message
    outside = refused(server, Evaluate(name=name, rows=good),
                      Evaluate(rows=labelled(rows[:1], [4])))
    assert outside.field == "rows.labels[0]" and "message 1" in outside.message
    assert outside.metadata == {"message": "1", "row": "0"}
    infinite = refused(server, Evaluate(name=name, rows=good),
                       Evaluate(rows=labelled([rows[0], [0.1, 0.2, numpy.nan, 0.3]], [0, 1])))
    assert infinite.reason == "VALUE_NOT_FINITE"
    assert infinite.metadata == {"message": "1", "row": "1", "label": "2"}
    assert refused(server, Evaluate(name=name, rows=labelled(
        rows[:2], answers[:2], weights=[1, 1]))).field == "rows.weights"
    mixed = rows_pb2.LabelledRows(rows=row_message([-1.0] * 4, log=True), labels=[0])
    assert refused(server, Evaluate(name=name, rows=good), Evaluate(rows=mixed)
                   ).field == "rows.rows"
    assert refused(server, Evaluate(
        name=name, rows=good, options=evaluation_pb2.EvaluationOptions(folds=1))
    ).field == "options.folds"
    assert refused(server, Evaluate(name=name, rows=good, options=(
        evaluation_pb2.EvaluationOptions(methods=[profile_pb2.METHOD_PLATT])))
    ).field == "options.methods[0]"


def test_rows_over_the_budget_are_refused_and_given_back(servers, agnews) -> None:
    rows, answers, content_free = agnews
    server = servers.start("--max_evaluation_bytes=4096")
    server.client.fit(NAME, content_free.ravel(), LABELS)
    many = [Evaluate(name=NAME if i == 0 else "", rows=labelled(rows[:100], answers[:100]))
            for i in range(3)]
    refusal = refused(server, *many)
    assert refusal.code == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert "--max_evaluation_bytes" in refusal.message
    assert evaluate(server, many[0]).row_count == 100


def test_a_caller_that_goes_away_leaves_nothing_behind(servers, agnews) -> None:
    rows, answers, content_free = agnews
    server = servers.start("--max_evaluation_bytes=4096", metrics=True)
    server.client.fit(NAME, content_free.ravel(), LABELS)
    first = Evaluate(name=NAME, rows=labelled(rows[:100], answers[:100]))

    def endless():
        yield first
        call.cancel()
        yield Evaluate(rows=labelled(rows[:1], answers[:1]))

    call = server.client.service.EvaluateProfile.future(endless(), timeout=PATIENCE)
    with pytest.raises(grpc.FutureCancelledError):
        call.result()
    from harness.waiting import until
    until("the budget is given back", lambda: evaluates(server, first))


def evaluates(server: Calibrd, message) -> bool:
    try:
        return evaluate(server, message).row_count == 100
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        return False


# Prediction sets.

@pytest.mark.parametrize("score", [profile_pb2.PredictionSetOptions.SCORE_LAC,
                                   profile_pb2.PredictionSetOptions.SCORE_APS])
def test_prediction_sets_cover(server: Calibrd, agnews, score: int) -> None:
    rows, answers, _ = agnews
    name = NAME + f"-sets-{score}"
    profile = fit(server, rows, answers, Options(
        prediction_sets=profile_pb2.PredictionSetOptions(score=score)), name)
    assert profile.prediction_sets.row_count == 75
    sizes = []
    for coverage in (0.5, 0.8, 0.95):
        answer = server.client.calibrate(name, rows.ravel(), coverage=coverage)
        ends = numpy.cumsum(answer.set_sizes)
        sets = numpy.split(numpy.array(answer.set_labels), ends[:-1])
        assert len(sets) == 150
        assert all(s[0] == best for s, best in zip(sets, answer.best))
        covered = numpy.mean([a in s for a, s in zip(answers, sets)])
        assert covered > coverage - 0.08
        sizes.append(ends[-1])
    assert sizes == sorted(sizes)


def test_sets_of_the_current_transform_keep_it(server: Calibrd, agnews) -> None:
    rows, answers, content_free = agnews
    name = NAME + "-current"
    first = server.client.fit(name, content_free.ravel(), LABELS)
    profile = fit(server, rows, answers, Options(
        method=profile_pb2.METHOD_CURRENT,
        prediction_sets=profile_pb2.PredictionSetOptions()), name)
    assert profile.transform == first.transform
    assert profile.prediction_sets.row_count == 150


def test_sets_that_were_not_fitted_are_refused(server: Calibrd, agnews) -> None:
    _, _, content_free = agnews
    name = NAME + "-none"
    server.client.fit(name, content_free.ravel(), LABELS)
    refusal = refusal_of(server.client.calibrate, name, [0.25] * 4, coverage=0.9)
    assert (refusal.code, refusal.reason, refusal.field) == (
        grpc.StatusCode.FAILED_PRECONDITION, "NO_PREDICTION_SETS", "coverage")
    refusal = refusal_of(server.client.calibrate, name, [0.25] * 4, coverage=1.5)
    assert (refusal.code, refusal.field) == (
        grpc.StatusCode.INVALID_ARGUMENT, "coverage")
