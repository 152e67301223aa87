"""calibctl evaluate, on rows of a real model."""

import json
import pathlib
import sys

import numpy
import pytest

from harness import environment
from harness.programs import Ended, calibctl
from harness.server import Calibrd

sys.path.append(str(environment.TESTS / "calibration"))
import recorded_rows_numpy as recorded  # noqa: E402

NAMES = {"sst2": ("Negative", "Positive"),
         "trec": ("Number", "Location", "Person", "Description", "Entity", "Abbreviation"),
         "agnews": ("World", "Sports", "Business", "Technology")}
ALIASES = {"agnews": ("--alias", "Technology=Science")}
SST2 = "models/smollm2/prompts/sst2"


def file_of(task: str) -> str:
    return str(environment.ROWS / f"{recorded.MODEL}.{task}.jsonl")


def rows_of(task: str, kind: str = "test") -> tuple[str, ...]:
    """The arguments that choose the recorded rows of a kind."""
    return (file_of(task), f"--select=kind={kind}",
            f"--select=prompt={task}/plain-0shot-0", *ALIASES.get(task, ()))


def ok(server: Calibrd, *arguments: str, stdin: str = "") -> Ended:
    ended = calibctl(server.address, *arguments, stdin=stdin)
    assert (ended.code, ended.err) == (0, "")
    return ended


def failed(server: Calibrd, code: int, *arguments: str, stdin: str = "") -> str:
    ended = calibctl(server.address, *arguments, stdin=stdin)
    assert (ended.code, ended.out) == (code, "")
    assert ended.err.startswith("calibctl: ")
    return ended.err


@pytest.fixture(scope="module")
def fitted(server: Calibrd) -> Calibrd:
    """A server with a content-free profile of each task."""
    for task, names in NAMES.items():
        ok(server, "fit", f"models/smollm2/prompts/{task}", f"--labels={','.join(names)}",
           "--content-free", *rows_of(task, "content_free"))
    return server


def after(server: Calibrd, name: str, rows) -> numpy.ndarray:
    answer = server.client.calibrate(name, rows.ravel(), do_not_observe=True)
    return numpy.array(answer.probabilities).reshape(rows.shape)


def lines(rows, answers) -> str:
    return "".join(json.dumps({"probabilities": [float(p) for p in row],
                               "label": int(answer)}) + "\n"
                   for row, answer in zip(rows, answers))


def table(text: str, first: str) -> dict[str, list[str]]:
    """The lines of the table whose header begins with `first`, by their first word."""
    part = next(part for part in text.split("\n\n") if part.split()[0] == first)
    return {line.split()[0]: line.split()[1:] for line in part.splitlines()[1:]}


# Figures.

@pytest.mark.parametrize("task", list(NAMES))
def test_figures_are_those_that_numpy_finds(fitted: Calibrd, task: str) -> None:
    name = f"models/smollm2/prompts/{task}"
    found = ok(fitted, "evaluate", name, *rows_of(task), "-o", "json").json()
    rows, _, _, answers = recorded.load(task)
    assert found["rowCount"] == str(len(answers))
    counts = numpy.bincount(answers, minlength=len(NAMES[task]))
    assert found["labelRowCounts"] == [str(count) for count in counts]
    for side, q in (("before", recorded.onto_labels(rows)),
                    ("after", after(fitted, name, rows))):
        measures = found[side]["measures"]
        expected = recorded.measure(q, answers)
        for figure in ("accuracy", "nll", "ece"):
            assert measures[figure]["value"] == pytest.approx(expected[figure], abs=2e-6)
            if figure != "ece":  # resampled rows scatter more: its interval lies higher
                assert (measures[figure]["lower"] <= measures[figure]["value"]
                        <= measures[figure]["upper"])
        confusion = numpy.zeros((len(counts), len(counts)), int)
        numpy.add.at(confusion, (answers, q.argmax(axis=1)), 1)
        assert found[side]["confusion"] == [str(n) for n in confusion.ravel()]


def test_the_text_holds_the_figures_of_the_json(fitted: Calibrd) -> None:
    evaluate = ("evaluate", SST2, *rows_of("sst2"))
    found = ok(fitted, *evaluate, "-o", "json").json()
    text = ok(fitted, *evaluate).out
    assert text.startswith(f"{SST2}  revision 1  150 rows with labels\n")

    def shown(*estimates: dict) -> list[str]:
        return [f"{estimate[end]:.3f}" for estimate in estimates
                for end in ("value", "lower", "upper")]

    measures = table(text, "MEASURE")
    before, then = found["before"]["measures"], found["after"]["measures"]
    for word, field in (("accuracy", "accuracy"), ("macro-f1", "macroF1"), ("nll", "nll"),
                        ("ece", "ece"), ("smooth-ece", "smoothEce")):
        assert measures[word] == shown(before[field], then[field])
    assert len(measures) == len(before) + 1  # and the line about the change
    methods = [part for part in text.split("\n\n") if part.startswith("METHOD")]
    accuracy, nll = (table(part, "METHOD") for part in methods)
    for candidate in found["candidates"]:
        word = candidate["method"].removeprefix("METHOD_").lower().replace("_", "-")
        assert accuracy[word][:3] == shown(candidate["measures"]["accuracy"])
        assert float(accuracy[word][3]) == pytest.approx(
            candidate["accuracyChange"]["value"], abs=5e-4)
        assert nll[word][:3] == shown(candidate["measures"]["nll"])
    recommendation = found["recommendation"]
    word = recommendation["method"].removeprefix("METHOD_").lower()
    assert text.endswith(f"\nrecommended     {word}\n{recommendation['reason']}\n")
    signal = found["signal"]
    assert f"\nsignal          {signal['ratio']:.2f} (95 % interval" in text


def test_uncalibrated_rows_are_the_same_among_the_candidates(fitted: Calibrd) -> None:
    found = ok(fitted, "evaluate", SST2, *rows_of("sst2"), "-o", "json").json()
    none, current = found["candidates"][:2]
    assert none["measures"] == found["before"]["measures"]
    assert current["measures"] == found["after"]["measures"]
    assert current["nllChange"] == found["nllChange"]


# Options.

def test_options_reach_the_server_and_come_back(fitted: Calibrd) -> None:
    found = ok(fitted, "evaluate", SST2, *rows_of("sst2"), "--method=bias",
               "--method", "platt", "--folds=3", "--resamples=200", "--confidence=0.8",
               "--bin-count=7", "--seed=9", "-o", "jsonl")
    assert found.out.count("\n") == 1
    options = found.json()["options"]
    assert options == {"methods": ["METHOD_BIAS", "METHOD_PLATT"], "measureOnly": False,
                       "folds": 3, "resamples": 200, "confidence": 0.8, "binCount": 7,
                       "seed": "9"}
    methods = [one["method"] for one in found.json()["candidates"]]
    assert methods == ["METHOD_NONE", "METHOD_CURRENT", "METHOD_BIAS", "METHOD_PLATT",
                       "METHOD_ENSEMBLE"]
    assert found.json()["comparedRowCount"] == "150"
    assert len(found.json()["before"]["reliability"]) <= 7


def test_measuring_only_compares_nothing(fitted: Calibrd) -> None:
    text = ok(fitted, "evaluate", SST2, *rows_of("sst2"), "--measure-only").out
    assert "METHOD" not in text and "recommended" not in text
    assert "accuracy" in text


def test_an_older_revision_is_measured_on_request(fitted: Calibrd) -> None:
    name = "models/smollm2/prompts/revised"
    for values in ([0.5, 0.5], [0.9, 0.1]):
        fitted.client.fit(name, values)
    evaluate = ("evaluate", name, *rows_of("sst2"), "--measure-only", "-o", "json")
    first = ok(fitted, *evaluate, "--revision=1").json()
    assert (first["revision"], ok(fitted, *evaluate).json()["revision"]) == ("1", "2")
    assert first["accuracyChange"]["value"] == 0
    assert first["nllChange"]["value"] == pytest.approx(0, abs=1e-6)


def test_labels_have_names_and_fields_as_in_a_fit(fitted: Calibrd) -> None:
    rows, _, _, answers = recorded.load("sst2")
    named = "".join(json.dumps({"probabilities": list(row), "gold": NAMES["sst2"][answer]})
                    + "\n" for row, answer in zip(rows, answers))
    evaluate = ("evaluate", SST2, "--measure-only", "-o", "json")
    by_name = ok(fitted, *evaluate, "--label-field=gold", stdin=named).json()
    by_index = ok(fitted, *evaluate, "-", stdin=lines(rows, answers)).json()
    assert by_name == by_index


def test_files_are_read_one_after_the_other(fitted: Calibrd,
                                            tmp_path: pathlib.Path) -> None:
    rows, _, _, answers = recorded.load("sst2")
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_text(lines(rows[:70], answers[:70]))
    second.write_text(lines(rows[70:], answers[70:]))
    evaluate = ("evaluate", SST2, "--measure-only", "-o", "json")
    together = ok(fitted, *evaluate, str(first), str(second), "--batch-rows=33").json()
    assert together == ok(fitted, *evaluate, stdin=lines(rows, answers)).json()


def test_many_rows_go_in_many_messages(fitted: Calibrd, tmp_path: pathlib.Path) -> None:
    """More than the server takes in one message, and than its buffers hold."""
    rows, _, _, answers = recorded.load("sst2")
    path = tmp_path / "many"
    path.write_text(lines(rows, answers) * 700)
    found = ok(fitted, "evaluate", SST2, str(path), "--measure-only", "--resamples=100",
               "-o", "json").json()
    assert found["rowCount"] == "105000"
    expected = recorded.measure(recorded.onto_labels(rows), answers)
    assert found["before"]["measures"]["nll"]["value"] == pytest.approx(
        expected["nll"], abs=2e-6)


def test_evaluating_teaches_an_adaptive_profile_nothing(fitted: Calibrd) -> None:
    name = "models/smollm2/prompts/adaptive"
    ok(fitted, "fit", name, "--labels=Negative,Positive", "--adaptive", "--domain",
       *rows_of("sst2", "domain"))
    ok(fitted, "evaluate", name, *rows_of("sst2"))
    assert not fitted.client.get(name).HasField("live")


def test_measures_that_many_labels_do_without_are_absent(fitted: Calibrd) -> None:
    name = "models/smollm2/prompts/many-labels"
    some = numpy.random.default_rng(2)
    rows = some.dirichlet(numpy.ones(120), 60)
    fitted.client.fit(name, rows[0], None, label_count=120)
    ended = ok(fitted, "evaluate", name, "-o", "json", "--method=temperature",
               stdin=lines(rows, some.integers(0, 120, 60)))
    assert "NaN" not in ended.out
    measures = ended.json()["before"]["measures"]
    assert "ece" in measures and "classwiseEce" not in measures
    assert ended.json()["before"]["confusion"] == []


# What is wrong.

GOOD = '{"probabilities": [0.6, 0.4], "label": 0}\n'


@pytest.mark.parametrize("code, stdin, arguments, words", [
    (1, GOOD + '{"probabilities": [0.6, 0.4], "label": 2}', (),
     ["standard input:2: field \"label\": 2 is neither", "from 0 to 1"]),
    (1, GOOD + '{"probabilities": [0.6, 0.4], "label": "Neutral"}', (),
     ["standard input:2:", "\"Neutral\" is no label"]),
    (1, GOOD + '{"probabilities": [0.6, 0.4]}', (),
     ["standard input:2: the field \"label\" is missing (--label-field)"]),
    (1, GOOD + '{"probabilities": [0.6], "label": 0}', (), ["standard input:2:", "1 numbers"]),
    (1, GOOD + '{"probabilities": [0, 0], "label": 0}', (), ["standard input:2:", "zero"]),
    (1, GOOD + "not JSON", (), ["standard input:2: not JSON"]),
    (1, "", (), ["standard input: there are no rows"]),
    (1, GOOD, ("--select=kind=test",), ["none of 1 rows meets --select kind=test"]),
    (1, GOOD, ("/nonexistent",), ["/nonexistent: No such file or directory"]),
    (1, GOOD, ("-o", "names"), ["evaluate has no --output=names"]),
    (1, GOOD, ("--weight-field=w",), ["--weight-field"]),
    (3, GOOD, (), ["1 labelled rows were sent; an evaluation needs two", "field rows: "]),
    (3, GOOD * 2, ("--folds=1",), ["field options.folds: "]),
    (3, GOOD * 2, ("--resamples=99",), ["field options.resamples: "]),
    (3, GOOD * 2, ("--confidence=1",), ["field options.confidence: "]),
    (3, GOOD * 2, ("--bin-count=1001",), ["field options.bin_count: "]),
    (3, GOOD * 2, ("--method=prior",), ["field options.methods[0]: "]),
    (4, GOOD * 2, ("--revision=99",), ["reason: REVISION_NOT_FOUND"]),
])
def test_what_is_wrong_is_told(fitted: Calibrd, code: int, stdin: str,
                               arguments: tuple[str, ...], words: list[str]) -> None:
    told = failed(fitted, code, "evaluate", SST2, *arguments, stdin=stdin)
    for word in words:
        assert word in told


def test_an_unknown_profile_is_told(fitted: Calibrd) -> None:
    told = failed(fitted, 4, "evaluate", "models/m/prompts/nowhere", stdin=GOOD * 2)
    assert "reason: PROFILE_NOT_FOUND" in told


def test_no_server_is_told(fitted: Calibrd) -> None:
    ended = calibctl("127.0.0.1:1", "evaluate", SST2, stdin=GOOD * 2)
    assert ended.code == 6
    assert "no server answers at 127.0.0.1:1" in ended.err


def test_units_may_not_be_mixed(fitted: Calibrd, tmp_path: pathlib.Path) -> None:
    paths = [tmp_path / "p.jsonl", tmp_path / "logs.jsonl"]
    paths[0].write_text(GOOD)
    paths[1].write_text('{"logprobs": [-1, -2], "label": 0}\n')
    told = failed(fitted, 1, "evaluate", SST2, *map(str, paths))
    assert f"{paths[1]}:1: this row has log-probabilities" in told


def test_what_the_server_refuses_is_placed_in_the_file(servers,
                                                       tmp_path: pathlib.Path) -> None:
    """The first rows pass; the message with the others is over a limit of the server."""
    server = servers.start("--max_rows=10")
    server.client.fit(SST2, [0.9, 0.1])
    path = tmp_path / "rows.jsonl"
    path.write_text("\n" + GOOD * 25)
    told = failed(server, 3, "evaluate", SST2, str(path), "--batch-rows=15")
    assert f"{path}:2 to {path}:16: message 0: 15 rows; at most 10" in told
    assert "reason: INVALID_ROWS" in told
    found = ok(server, "evaluate", SST2, str(path), "--batch-rows=10", "-o", "json").json()
    assert found["rowCount"] == "25"


def test_rows_over_the_budget_end_the_stream(servers, tmp_path: pathlib.Path) -> None:
    """The server answers while rows are still being sent."""
    server = servers.start("--max_evaluation_bytes=65536")
    server.client.fit(SST2, [0.9, 0.1])
    path = tmp_path / "rows.jsonl"
    path.write_text(GOOD * 200_000)
    told = failed(server, 7, "evaluate", SST2, str(path))
    assert "reason: OVERLOADED" in told and "--max_evaluation_bytes" in told


def test_an_answer_that_takes_too_long_is_not_awaited(fitted: Calibrd) -> None:
    rows, _, _, answers = recorded.load("sst2")
    told = failed(fitted, 6, "evaluate", SST2, "--timeout=50ms", "--resamples=100000",
                  stdin=lines(rows, answers))
    assert "DEADLINE_EXCEEDED" in told and "--timeout" in told
