"""Each command of calibctl against a real server."""

import json
import re

import numpy
import pytest

from harness import environment, programs
from harness.programs import Ended, calibctl
from harness.server import Calibrd

PROFILE = "models/gpt2/prompts/sst2"
EXAMPLE = '{"text": "N/A", "probabilities": {"Negative": 0.9, "Positive": 0.1}}\n'
LABELS = {"sst2": ["Negative", "Positive"],
          "agnews": ["World", "Sports", "Business", "Technology"]}
ALIASES = {"sst2": [], "agnews": ["--alias=Technology=Science"]}


def ok(server: Calibrd, *arguments: str, stdin: str = "") -> Ended:
    ended = calibctl(server.address, *arguments, stdin=stdin)
    assert ended.code == 0, ended.err
    assert ended.err == ""
    return ended


def fit(server: Calibrd, name: str = PROFILE, rows: str = EXAMPLE, *options: str) -> Ended:
    return ok(server, "fit", name, "--labels=Negative,Positive", "--content-free=-",
              *options, stdin=rows)


def column(table: str, title: str) -> list[str]:
    """The cells under a title of an aligned table, for cells without spaces."""
    lines = [line.split() for line in table.splitlines()]
    place = lines[0].index(title)
    return [line[place] for line in lines[1:]]


def recorded(task: str, kind: str) -> tuple[numpy.ndarray, list[int]]:
    """Rows of the plain prompt and their right labels, read without calibctl."""
    path = environment.ROWS / f"smollm2-135m-instruct.{task}.jsonl"
    rows, answers = [], []
    for line in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        if line["kind"] == "task":
            labels = line["labels"]
        elif line["kind"] == kind and line["prompt"] == f"{task}/plain-0shot-0":
            rows.append([sum(numpy.exp(line["logprobs"][alias])
                             for alias in label["aliases"]) for label in labels])
            answers.append(line.get("label", -1))
    p = numpy.array(rows)
    return p / p.sum(axis=1, keepdims=True), answers


def select(task: str, kind: str) -> list[str]:
    return [*ALIASES[task], "--select", f"kind={kind}", "--select",
            f"prompt={task}/plain-0shot-0"]


@pytest.mark.parametrize("task", LABELS)
def test_recorded_rows_are_selected_fitted_and_calibrated(server: Calibrd,
                                                          task: str) -> None:
    name = f"models/smollm2/prompts/{task}"
    path = str(environment.ROWS / f"smollm2-135m-instruct.{task}.jsonl")
    shown = ok(server, "fit", name, f"--labels={','.join(LABELS[task])}",
               f"--content-free={path}", *select(task, "content_free")).out
    assert f"{name}  revision 1  content-free, 5 rows" in shown
    lines = ok(server, "calibrate", name, path, *select(task, "test"), "--names",
               "--keep=label").lines()
    content_free, _ = recorded(task, "content_free")
    p, answers = recorded(task, "test")
    q = p / numpy.exp(numpy.log(content_free).mean(axis=0))
    q /= q.sum(axis=1, keepdims=True)
    assert numpy.abs(q - [line["probabilities"] for line in lines]).max() <= 1e-6
    assert [line["best"] for line in lines] == list(q.argmax(axis=1))
    assert [line["best_name"] for line in lines] == [LABELS[task][best]
                                                     for best in q.argmax(axis=1)]
    assert [line["label"] for line in lines] == answers


def test_fit_shows_the_prior_before_and_after(server: Calibrd) -> None:
    shown = fit(server).out
    assert "the model favors Negative (total variation 0.400)" in shown
    assert re.search(r"Negative +90\.0 % +50\.0 %", shown)
    assert re.search(r"Positive +10\.0 % +50\.0 %", shown)
    assert "warning: fitted on a single row" in shown


def test_fit_options_reach_the_server(server: Calibrd) -> None:
    profile = fit(server, "models/m/prompts/options", EXAMPLE * 3, "--formula=softmax",
                  "--pooling=probabilities", "--normalize=after", "--target-prior=0.3,0.7",
                  "--min-probability=1e-5", "--annotation=team=search", "-o", "json").json()
    assert profile["options"] == {
        "weights": "WEIGHTS_DIAGONAL", "output": "OUTPUT_SOFTMAX",
        "pooling": "POOLING_PROBABILITIES", "normalize": "NORMALIZE_AFTER_POOLING",
        "targetPrior": [0.3, 0.7], "minProbability": 1e-5, "method": "METHOD_PRIOR",
        "binCount": 0}
    assert profile["annotations"] == {"team": "search"}
    assert profile["rowCount"] == "3"
    assert [row["input"] for row in profile["bias"]["rows"]] == ["N/A"] * 3


def test_a_validated_fit_is_shown_and_not_stored(server: Calibrd) -> None:
    name = "models/m/prompts/validated"
    assert "revision 1" in fit(server, name, EXAMPLE, "--validate-only").out
    assert calibctl(server.address, "get", name).code == 4


def test_calibrate_reads_standard_input_and_files(server: Calibrd, tmp_path) -> None:
    fit(server, "models/m/prompts/read")
    path = tmp_path / "rows.jsonl"
    path.write_text('{"probabilities": [0.9, 0.1], "text": "N/A"}\n'
                    '{"probabilities": [0.6, 0.4], "id": 7}\n', encoding="utf-8")
    from_file = ok(server, "calibrate", "models/m/prompts/read", str(path)).out
    for name in ((), ("-",)):
        piped = ok(server, "calibrate", "models/m/prompts/read", *name,
                   stdin=path.read_text(encoding="utf-8")).out
        assert piped == from_file
    first, second = map(json.loads, from_file.splitlines())
    assert first["text"] == "N/A"
    assert first["probabilities"] == pytest.approx([0.5, 0.5])
    assert second == {"id": 7, "probabilities": pytest.approx([1 / 7, 6 / 7]), "best": 1}


def test_calibrate_keeps_the_most_likely_labels_and_names_the_best(server: Calibrd) -> None:
    fit(server, "models/m/prompts/top")
    (line,) = ok(server, "calibrate", "models/m/prompts/top", "--top-k=1", "--names",
                 stdin="[0.6, 0.4]").lines()
    assert line == {"probabilities": pytest.approx([6 / 7]), "indices": [1], "best": 1,
                    "best_name": "Positive"}
    table = ok(server, "calibrate", "models/m/prompts/top", "-o", "table",
               stdin="[0.6, 0.4]").out
    assert "Positive" in table and "0.8571" in table


def test_thousands_of_rows_come_out_in_their_order(server: Calibrd) -> None:
    fit(server, "models/m/prompts/many")
    p = numpy.random.default_rng(3).uniform(0.01, 1, (5000, 2)).astype(numpy.float32)
    rows = "".join(f'{{"id": {i}, "probabilities": {row}}}\n'
                   for i, row in enumerate(p.tolist()))
    lines = ok(server, "calibrate", "models/m/prompts/many", "--batch-rows=300",
               stdin=rows).lines()
    q = p / [0.9, 0.1]
    q /= q.sum(axis=1, keepdims=True)
    assert [line["id"] for line in lines] == list(range(5000))
    assert numpy.abs(q - [line["probabilities"] for line in lines]).max() <= 1e-6


def test_get_shows_people_and_programs_the_profile(server: Calibrd) -> None:
    name = "models/m/prompts/shown"
    fit(server, name)
    shown = ok(server, "get", name).out
    for words in (f"name            {name}", "revision        1 (active)",
                  "labels          2: Negative, Positive", "favored label   Negative",
                  '"N/A"'):
        assert words in shown
    profile = ok(server, "get", name, "-o", "json").json()
    assert profile["transform"]["bias"] == pytest.approx(
        (numpy.log(0.5) - numpy.log([0.9, 0.1])).tolist())
    assert profile["etag"] == server.client.get(name).etag


def test_list_knows_parents_and_limits(server: Calibrd) -> None:
    names = [f"models/listed/prompts/{letter}" for letter in "abc"]
    for name in names:
        fit(server, name)
    parent = "--parent=models/listed"
    assert ok(server, "list", parent, "-o", "names").out.split() == names
    assert ok(server, "list", parent, "--limit=2", "-o", "names").out.split() == names[:2]
    table = ok(server, "list", parent).out
    assert column(table, "NAME") == names
    assert column(table, "REVISION") == ["1", "1", "1"]
    lines = ok(server, "list", parent, "-o", "jsonl").lines()
    assert [line["name"] for line in lines] == names


def test_revisions_are_listed_and_rolled_back(server: Calibrd) -> None:
    name = "models/m/prompts/history"
    fit(server, name)
    fit(server, name, "[0.3, 0.7]\n")
    assert column(ok(server, "revisions", name).out, "REVISION") == ["2", "1"]
    assert ok(server, "rollback", name, "1").out == f"{name}  revision 1 is active\n"
    lines = ok(server, "revisions", name, "-o", "jsonl").lines()
    assert [(line["revision"], line["active"]) for line in lines] == [("2", False),
                                                                     ("1", True)]
    assert len(ok(server, "revisions", name, "--limit=1", "-o", "jsonl").lines()) == 1
    pinned = ok(server, "calibrate", name, "--revision=2", stdin="[0.3, 0.7]").lines()
    assert pinned[0]["probabilities"] == pytest.approx([0.5, 0.5])


def test_export_into_import_moves_a_profile_bit_for_bit(server: Calibrd, servers) -> None:
    name = "models/m/prompts/moved"
    fit(server, name, "[0.123, 0.877]\n", "--annotation=team=search")
    exported = ok(server, "export", name).out
    other = servers.start()
    assert ok(other, "import", "-", stdin=exported).out \
        == f"{name}  revision 1  imported\n"
    moved = other.client.get(name)
    original = server.client.get(name)
    assert moved.transform == original.transform
    assert (moved.labels, moved.annotations) == (original.labels, original.annotations)
    ok(other, "import", "-", "--name=models/m/prompts/renamed", stdin=exported)
    assert ok(other, "export", name).out == exported
    assert other.client.get("models/m/prompts/renamed").transform == original.transform


def test_delete_deletes(server: Calibrd) -> None:
    name = "models/m/prompts/deleted"
    fit(server, name)
    assert ok(server, "delete", name, "--yes").out == f"deleted {name}\n"
    assert calibctl(server.address, "get", name).code == 4


def test_version_needs_no_server() -> None:
    ended = calibctl("127.0.0.1:1", "version")
    assert (ended.code, ended.out) == (0, f"calibctl {environment.version()}\n")


def test_bash_takes_the_completion_script_and_completes(server: Calibrd) -> None:
    fit(server, "models/completed/prompts/p")
    script = """
        set -eu
        PATH="$(dirname "$1"):$PATH"
        source <("$1" completion bash)
        COMP_WORDS=(calibctl "${@:2}"); COMP_CWORD=$(($# - 1))
        COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
        entry=$(complete -p calibctl); entry=${entry#*-F }
        "${entry%% *}" calibctl "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}" || true
        printf '%s\\n' "${COMPREPLY[@]}"
    """

    def complete(*words: str) -> list[str]:
        ended = programs.run(["bash", "-c", script, "bash", environment.calibctl(), *words],
                             variables={"CALIBCTL_SERVER": server.address})
        assert (ended.code, ended.err) == (0, "")
        return [word.strip() for word in ended.out.splitlines()]

    assert complete("re") == ["revisions"]
    assert "--content-free" in " ".join(complete("fit", "--co"))
    assert complete("get", "models/compl") == ["models/completed/prompts/p"]
