"""calibctl with every method, adaptive profiles, prediction sets, drift and signal."""

import json
import pathlib
import re
import sys

import numpy
import pytest
from calibration.v1 import profile_pb2

from harness import environment
from harness.programs import Ended, calibctl
from harness.server import Calibrd
from harness.waiting import until

sys.path.append(str(environment.TESTS / "calibration"))
import recorded_rows_numpy as recorded  # noqa: E402

SST2 = str(environment.ROWS / "smollm2-135m-instruct.sst2.jsonl")
LABELS = "--labels=Negative,Positive"
TEST_ROWS = ("--select=kind=test", "--select=prompt=sst2/plain-0shot-0")
WORDS = ("--select=kind=domain", "--select=prompt=sst2/plain-0shot-0")
LABELLED = (LABELS, "--labelled", SST2, *TEST_ROWS)  # the field is called label
# Every method that rows with labels take.
METHODS = [word.removeprefix("METHOD_").lower().replace("_", "-")
           for word in profile_pb2.Method.keys()][2:]


def ok(server: Calibrd, *arguments: str, stdin: str = "") -> Ended:
    ended = calibctl(server.address, *arguments, stdin=stdin)
    assert (ended.code, ended.err) == (0, "")
    return ended


def failed(server: Calibrd, code: int, *arguments: str, stdin: str = "") -> str:
    ended = calibctl(server.address, *arguments, stdin=stdin)
    assert (ended.code, ended.out) == (code, "")
    assert ended.err.startswith("calibctl: ")
    return ended.err


def fit_adaptive(server: Calibrd, name: str, *options: str) -> Ended:
    return ok(server, "fit", name, LABELS, "--domain", SST2, *WORDS, "--adaptive", *options)


def calibrate_recorded(server: Calibrd, name: str, *options: str) -> list[dict]:
    return ok(server, "calibrate", name, SST2, *TEST_ROWS, *options).lines()


def lines(*rows) -> str:
    return "".join(json.dumps([float(p) for p in row]) + "\n" for row in rows)


# Labelled fits.

@pytest.mark.parametrize("method", METHODS)
def test_each_method_reaches_the_server_and_helps(server: Calibrd, method: str) -> None:
    name = f"models/m/prompts/{method}"
    ok(server, "fit", name, LABELS, "--domain", SST2, *WORDS)
    profile = ok(server, "fit", name, *LABELLED, f"--method={method}", "-o", "json").json()
    assert profile["options"]["method"] == "METHOD_" + method.upper().replace("-", "_")
    assert profile["source"] == "SOURCE_LABELLED"
    assert profile["rowCount"] == "150"
    q = calibrate_recorded(server, name, "--keep=label")
    right = numpy.mean([row["best"] == row["label"] for row in q])
    rows, _, _, answers = recorded.load("sst2")
    uncalibrated = (rows.argmax(axis=1) == answers).mean()
    if method in ("none", "temperature"):
        assert right == uncalibrated
    else:
        assert right > uncalibrated + 0.1


def test_rows_without_labels_take_method_prior(server: Calibrd) -> None:
    profile = ok(server, "fit", "models/m/prompts/prior", LABELS, "--domain", SST2, *WORDS,
                 "--method=prior", "-o", "json").json()
    assert profile["options"]["method"] == "METHOD_PRIOR"


def test_a_labelled_fit_is_shown_with_its_report(server: Calibrd) -> None:
    name = "models/m/prompts/reported"
    fields = ("--method=vector", "--regularize-weights=0.25", "--regularize-bias=0")
    shown = ok(server, "fit", name, *LABELLED, *fields).out
    assert shown.startswith(f"{name}  revision 1  labelled, 150 rows\n"
                            "vector, regularization: weights 0.25, bias 0: NLL 0.")
    assert re.search(r"converged after \d+ steps?\n", shown)
    assert "favors" not in shown
    details = ok(server, "get", name).out
    assert "method          vector, regularization: weights 0.25, bias 0\n" in details
    assert re.search(r"fit             NLL 0\.\d{4} nats, objective 0\.\d{4}, converged",
                     details)
    assert ok(server, "get", name, "-o", "json").json()["options"]["regularization"] == {
        "weights": 0.25, "bias": 0}


def test_the_default_for_labelled_rows_is_an_ensemble_that_lists_its_members(
        server: Calibrd) -> None:
    name = "models/m/prompts/ensemble-shown"
    ok(server, "fit", name, LABELS, "--domain", SST2, *WORDS)
    for shown in (ok(server, "fit", name, *LABELLED).out, ok(server, "get", name).out):
        assert re.search(r"ensemble", shown)
        weights = [float(weight) for weight in
                   re.findall(r"^ *(\d\.\d{3})  \d\.\d{4}  \S.*$", shown, re.MULTILINE)]
        assert len(weights) > 2
        assert weights == sorted(weights, reverse=True)
        assert sum(weights) == pytest.approx(1, abs=0.005)
        assert "matrix on the prior" in shown


def test_bins_are_counted(server: Calibrd) -> None:
    name = "models/m/prompts/bins"
    profile = ok(server, "fit", name, *LABELLED, "--method=histogram-binning",
                 "--bin-count=4", "-o", "json").json()
    assert profile["options"]["binCount"] == 4
    assert [len(one["x"]) for one in profile["transform"]["maps"]] == [4, 4]
    assert "steps between 8 points" in ok(server, "get", name).out


def test_weights_of_rows_count(server: Calibrd, tmp_path: pathlib.Path) -> None:
    rows, _, _, answers = recorded.load("sst2")
    written = [{"probabilities": row.tolist(), "right": int(answer), "count": count}
               for row, answer, count in zip(rows, answers, [1.0] * 75 + [0.0] * 75)]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in written), encoding="utf-8")
    fit = ("fit", "models/m/prompts/weighted", LABELS, "--label-field=right",
           "--method=bias", "-o", "json", "--labelled")
    weighted = ok(server, *fit, str(path), "--weight-field=count").json()
    path.write_text("".join(json.dumps(row) + "\n" for row in written[:75]),
                    encoding="utf-8")
    half = ok(server, *fit, str(path)).json()
    assert weighted["rowCount"] == "150"
    assert weighted["transform"]["bias"] == pytest.approx(half["transform"]["bias"],
                                                          abs=1e-5)


# Prediction sets.

@pytest.mark.parametrize("score", ["lac", "aps"])
def test_sets_cover_the_right_label(server: Calibrd, score: str) -> None:
    name = f"models/m/prompts/sets-{score}"
    shown = ok(server, "fit", name, *LABELLED, f"--prediction-sets={score}",
               "--holdout=0.4").out
    assert f"prediction sets: {score.upper()}, fitted on 60 rows\n" in shown
    assert f"prediction sets {score.upper()}, fitted on 60 rows\n" in ok(
        server, "get", name).out
    q = calibrate_recorded(server, name, "--keep=label", "--coverage=0.9")
    covered = numpy.mean([row["label"] in row["set"] for row in q])
    assert covered > 0.82
    assert all(row["set"][:1] in ([], [row["best"]]) for row in q)
    named = calibrate_recorded(server, name, "--coverage=0.9", "--names")
    assert [row["set"] for row in named] == [
        [("Negative", "Positive")[label] for label in row["set"]] for row in q]
    assert calibrate_recorded(server, name, "--batch-rows=7", "--keep=label",
                              "--coverage=0.9") == q
    table = ok(server, "calibrate", name, SST2, *TEST_ROWS, "--coverage=0.9", "-o",
               "table").out.splitlines()
    assert "SET" in table[0]
    assert any("Positive, Negative" in line or "Negative, Positive" in line
               for line in table)


def test_sets_of_a_label_count_hold_indices(server: Calibrd) -> None:
    name = "models/m/prompts/numbered"
    rows, _, _, answers = recorded.load("sst2")
    written = "".join(json.dumps({"probabilities": row.tolist(), "label": int(answer)})
                      + "\n" for row, answer in zip(rows, answers))
    ok(server, "fit", name, "--label-count=2", "--labelled=-", "--label-field=label",
       "--method=none", "--prediction-sets=lac", stdin=written)
    (row,) = ok(server, "calibrate", name, "--coverage=0.99", "--names", "--top-k=1",
                stdin="[0.5, 0.5]").lines()
    assert row["set"] == [0, 1]
    assert row["indices"] == [0]


# Adaptive profiles.

def test_an_adaptive_profile_learns_and_get_shows_what(servers) -> None:
    server = servers.start("--statistics_interval=100ms")
    name = "models/m/prompts/adaptive"
    fit_adaptive(server, name, "--prior-strength=20", "--half-life-rows=500",
                 "--adapt-after-rows=5", "--max-shift=2")
    profile = ok(server, "get", name, "-o", "json").json()
    assert profile["options"]["adaptive"] == {
        "priorStrength": 20, "halfLifeRows": 500, "minRows": "5", "maxShift": 2,
        "paused": False}
    assert "live" not in profile, "showing the prior after a fit taught the profile"
    before = ok(server, "get", name).out
    assert ("adaptive        the fitted prior counts 20 rows, half-life 500 rows, shift of "
            "at most 2 nats, moves after 5 rows\n") in before
    assert "live rows" not in before
    calibrate_recorded(server, name)
    until("the statistics are written",
          lambda: server.client.get(name).live.HasField("start_time"))
    live = server.client.get(name).live
    assert live.row_count == 150
    shown = ok(server, "get", name).out
    assert "live rows       150 rows since " in shown
    assert f"shift {live.adaptive.shift:.3f} nats" in shown
    assert live.adaptive.shift > 0
    assert f"signal          {live.signal.ratio:.2f} (95 % interval" in shown
    assert "drift           too few rows yet" in shown
    for label, fitted, now in zip(("Negative", "Positive"),
                                  server.client.get(name).bias.prior, live.adaptive.prior):
        assert re.search(rf"  {label} +{100 * fitted:.1f} % +{100 * now:.1f} %\n", shown)


def test_rows_that_are_not_observed_teach_nothing(server: Calibrd) -> None:
    name = "models/m/prompts/replayed"
    fit_adaptive(server, name)
    first = calibrate_recorded(server, name, "--do-not-observe")
    assert calibrate_recorded(server, name, "--do-not-observe") == first
    assert not server.client.get(name).HasField("live")


def test_a_paused_profile_says_so(server: Calibrd) -> None:
    name = "models/m/prompts/paused"
    fit_adaptive(server, name, "--paused")
    calibrate_recorded(server, name)
    shown = ok(server, "get", name).out
    assert "; paused\n" in shown
    assert "shift 0.000 nats, from 0.0 effective rows" in shown


def test_observed_fits_what_was_learned_and_goes_on(server: Calibrd) -> None:
    name = "models/m/prompts/observed"
    fit_adaptive(server, name, "--prior-strength=7")
    calibrate_recorded(server, name)
    learned = server.client.get(name).live.adaptive.prior
    assert "150 rows since its last fit; 151 are needed" in failed(
        server, 5, "fit", name, "--observed", "--min-rows=151")
    shown = ok(server, "fit", name, "--observed", "--min-rows=150").out
    assert f"{name}  revision 2  observed, 150 rows\n" in shown
    profile = server.client.get(name)
    assert list(profile.bias.prior) == pytest.approx(list(learned), abs=1e-6)
    assert profile.options.adaptive.prior_strength == 7
    assert [label.name for label in profile.labels] == ["Negative", "Positive"]
    assert "LABEL MASS" not in ok(server, "get", name).out
    calibrate_recorded(server, name)
    ok(server, "fit", name, "--observed", "--method=prior")
    assert not server.client.get(name).options.HasField("adaptive"), "options replace"


# Ranking.

@pytest.fixture(scope="module")
def observed(module_servers) -> Calibrd:
    """A server with a profile that is steady, one that drifts, and one that is deaf."""
    server = module_servers.start()
    rows, _, _, _ = recorded.load("sst2")
    some = numpy.random.default_rng(3)

    def send(name: str, chosen) -> None:
        ok(server, "calibrate", f"models/ranked/prompts/{name}", stdin=lines(*chosen))

    for name in ("steady", "drifting", "deaf"):
        fit_adaptive(server, f"models/ranked/prompts/{name}")
    for name, flip in (("steady", 1), ("drifting", -1)):
        send(name, rows[some.integers(0, len(rows), 500)])
        send(name, rows[some.integers(0, len(rows), 400)][:, ::flip])
    send("deaf", numpy.tile([[0.6, 0.4], [0.62, 0.38]], (50, 1)))
    return server


@pytest.mark.parametrize("order, names, column, words", [
    ("input-drift", ["drifting", "steady"], "INPUT-DRIFT", "large change"),
    ("output-drift", ["drifting", "steady"], "OUTPUT-DRIFT", "large change"),
    ("signal", ["deaf", "steady", "drifting"], "SIGNAL", "the signal is weak"),
    ("shift", None, "SHIFT", "learned"),
])
def test_the_worst_come_first(observed: Calibrd, order: str, names, column: str,
                              words: str) -> None:
    table = [line.split() for line in ok(observed, "rank", f"--order={order}").out
             .splitlines()]
    found = [line[0].removeprefix("models/ranked/prompts/") for line in table[1:]]
    figures = [float(line[table[0].index(column)]) for line in table[1:]]
    assert figures == sorted(figures, reverse=order != "signal")
    if order == "signal":
        assert found[0] == names[0] and sorted(found) == sorted(names)
    elif names is None:
        assert sorted(found) == ["deaf", "drifting", "steady"]
    else:
        assert found == names
    assert words in ok(observed, "get", table[1][0]).out


def test_a_ranking_has_the_forms_of_a_list(observed: Calibrd) -> None:
    rank = ("rank", "--order=signal")
    names = ok(observed, *rank, "-o", "names").out.split()
    assert len(names) == 3
    assert [line["name"] for line in ok(observed, *rank, "-o", "jsonl").lines()] == names
    everything = ok(observed, *rank, "-o", "json").json()["profiles"]
    assert [one["name"] for one in everything] == names
    assert everything[0]["live"]["signal"]["weak"] is True
    assert ok(observed, *rank, "--limit=1", "-o", "names").out.split() == names[:1]
    assert ok(observed, *rank, "--parent=models/ranked", "-o", "names").out.split() == names
    assert ok(observed, *rank, "--parent=models/other", "-o", "names").out == ""


def test_a_deaf_profile_is_warned_of(observed: Calibrd) -> None:
    shown = ok(observed, "get", "models/ranked/prompts/deaf").out
    assert re.search(r"signal +0\.\d\d \(95 % interval .*\), weak\n", shown)
    assert "warning: the signal is weak" in shown
    assert "warning" not in ok(observed, "get", "models/ranked/prompts/steady").out
    assert "warning: live rows are far" in ok(
        observed, "get", "models/ranked/prompts/drifting").out


# Moving.

@pytest.mark.parametrize("method", METHODS)
def test_what_each_method_fits_moves_bit_for_bit(server: Calibrd, method: str) -> None:
    name = f"models/moved/prompts/{method}"
    ok(server, "fit", name, LABELS, "--domain", SST2, *WORDS)
    ok(server, "fit", name, *LABELLED, f"--method={method}")
    exported = ok(server, "export", name).out
    copy = f"models/moved/prompts/{method}-copy"
    ok(server, "import", "-", f"--name={copy}", stdin=exported)
    original = server.client.get(name)
    assert server.client.get(copy).transform == original.transform
    assert calibrate_recorded(server, copy) == calibrate_recorded(server, name)
    assert ok(server, "export", copy).out.replace(copy, name) == exported


def test_the_largest_dense_weights_move(server: Calibrd) -> None:
    label_count = 1024
    weights = numpy.random.default_rng(2).normal(size=label_count ** 2)
    name = "models/moved/prompts/dense"
    ok(server, "import", "-", stdin=json.dumps({
        "name": name, "labelCount": label_count, "transform": {
            "input": "INPUT_LOG_PROBABILITY", "weights": weights.tolist()}}))
    assert list(server.client.get(name).transform.weights) == weights.tolist()
    exported = ok(server, "export", name, "-o", "jsonl").json()
    assert exported["transform"]["weights"] == weights.tolist()


# What is wrong.

@pytest.mark.parametrize("code, arguments, words", [
    (1, (), ["exactly one of --content-free"]),
    (1, ("--observed", "--domain=-"), ["exactly one of"]),
    (1, ("--observed", LABELS), ["--observed keeps the labels", "leave out --labels"]),
    (1, (*LABELLED, "--method=guess"), ["--method", "guess", "temperature"]),
    (1, (*LABELLED, "--pooling=minimum"), ["--pooling would have no effect"]),
    (1, (*LABELLED, "--bin-count=5"), ["--bin-count", "--method=histogram-binning"]),
    (1, (*LABELLED, "--method=isotonic", "--regularize-weights=1"),
     ["--regularize-weights would have no effect", "matrix"]),
    (1, (LABELS, "--domain=-", "--max-shift=2"), ["--max-shift requires --adaptive"]),
    (1, (*LABELLED, "--holdout=0.5"), ["--holdout requires --prediction-sets"]),
    (1, (*LABELLED, "--label-field=nowhere"), ["nowhere"]),
    (1, (LABELS, "--domain=-", "--label-field=label"),
     ["--label-field requires --labelled"]),
    (3, (*LABELLED, "--adaptive"), ["a labelled fit is not adaptive",
                                    "field options.adaptive: "]),
    (3, (*LABELLED, "--method=prior"), ["METHOD_PRIOR needs no labels"]),
    (3, (*LABELLED, "--prediction-sets=lac", "--holdout=1"),
     ["field options.prediction_sets.holdout: "]),
    (3, (LABELS, "--domain=-", "--method=temperature"),
     ["METHOD_TEMPERATURE needs labelled rows", "field options.method: "]),
    (3, (LABELS, "--domain=-", "--prediction-sets=lac"),
     ["prediction sets need labelled rows"]),
    (3, (LABELS, "--domain=-", "--adaptive", "--half-life-rows=2"),
     ["field options.adaptive.half_life_rows: "]),
    (3, (LABELS, "--domain=-", "--adaptive", "--formula=softmax"),
     ["OUTPUT_NORMALIZED only"]),
    (5, ("--observed",), ["reason: NOT_ADAPTIVE"]),
    (5, (*LABELLED, "--method=current"), ["METHOD_CURRENT could keep"]),
])
def test_wrong_combinations_are_told(server: Calibrd, code: int, arguments: tuple[str, ...],
                                     words: list[str]) -> None:
    told = failed(server, code, "fit", "models/m/prompts/wrong", *arguments,
                  stdin="[0.9, 0.1]")
    for word in words:
        assert word in told
    assert calibctl(server.address, "get", "models/m/prompts/wrong").code == 4


def test_sets_that_were_not_fitted_are_refused(server: Calibrd) -> None:
    name = "models/m/prompts/no-sets"
    ok(server, "fit", name, LABELS, "--domain", SST2, *WORDS)
    told = failed(server, 5, "calibrate", name, "--coverage=0.9", stdin="[0.5, 0.5]")
    assert "NO_PREDICTION_SETS" in told


def test_coverages_and_parents_that_are_none_are_refused(server: Calibrd) -> None:
    name = "models/m/prompts/with-sets"
    ok(server, "fit", name, *LABELLED, "--method=none", "--prediction-sets=lac")
    calibrate = ("calibrate", name)
    assert "field coverage: " in failed(server, 3, *calibrate, "--coverage=1.5",
                                        stdin="[0.5, 0.5]")
    assert "--coverage" in failed(server, 1, *calibrate, "--coverage=0", stdin="[0.5, 0.5]")
    assert "INVALID_NAME" in failed(server, 3, "rank", "--order=signal", "--parent=nowhere")
