"""Flags, where they can come from, and the logs."""

import json
import pathlib
import re

import pytest

from harness import environment, golden
from harness.programs import calibrd
from harness.refusal import refusal_of
from harness.server import Calibrd
from harness.waiting import until

NAME = "models/m/prompts/p"
ROW = [0.9, 0.1]
TEXT_LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (INFO|WARNING|DEBUG) \S")


def max_rows(server: Calibrd) -> int:
    """What --max_rows is, as a caller can find out."""
    server.client.fit(NAME, ROW)
    refusal = refusal_of(server.client.calibrate, NAME, ROW * 100)
    found = re.search(r"at most (\d+) are allowed in one call \(--max_rows\)",
                      refusal.message)
    assert found, refusal
    return int(found.group(1))


def test_help_is_the_golden_file_and_a_success() -> None:
    ended = calibrd("--help")
    assert (ended.code, ended.err) == (0, "")
    golden.check("flags.txt", ended.out)


def test_version_is_told() -> None:
    ended = calibrd("--version")
    assert (ended.code, ended.out) == (0, f"calibrd {environment.version()}\n")


@pytest.mark.parametrize("flags, words", [
    (["--max_rows=0"], ["--max_rows", "0 is not in 1"]),
    (["--max_rows=many"], ["max_rows", "many"]),
    (["--max_request_bytes=1023"], ["--max_request_bytes", "1023 is not in 1024"]),
    (["--max_labels=262145"], ["--max_labels", "262145", "262144"]),
    (["--max_revisions=0"], ["--max_revisions"]),
    (["--workers=-1"], ["--workers"]),
    (["--max_waiting_calls=0"], ["--max_waiting_calls"]),
    (["--max_waiting_bytes=-1"], ["--max_waiting_bytes"]),
    (["--max_streams_per_connection=0"], ["--max_streams_per_connection"]),
    (["--max_connection_age=10ms"], ["--max_connection_age", "at least 1s"]),
    (["--drain_delay=-1s"], ["--drain_delay", "negative"]),
    (["--drain_timeout=-1s"], ["--drain_timeout", "negative"]),
    (["--drain_timeout=20"], ["drain_timeout", "20"]),
    (["--request_id_retention=-1h"], ["--request_id_retention", "negative"]),
    (["--log_format=xml"], ["--log_format", '"xml"', "json"]),
    (["--log_level=loud"], ["--log_level", '"loud"', "warning"]),
    (["--listen="], ["--listen", "an address is empty"]),
    (["--nonsense=1"], ["nonsense"]),
    (["start"], ['"start" is not a flag', "--help"]),
    (["--store=sqlite:x"], ["--store=sqlite:x", "rocksdb:DIRECTORY"]),
    (["--flagfile=nowhere"], ["nowhere"]),
])
def test_a_wrong_flag_ends_with_1_and_words(flags: list[str], words: list[str],
                                            tmp_path: pathlib.Path) -> None:
    ended = calibrd("--listen=127.0.0.1:0", "--metrics_listen=", "--store=memory:", *flags,
                    directory=tmp_path)
    assert ended.code == 1
    assert ended.out == ""
    for word in words:
        assert word in ended.err
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_value_in_the_environment_ends_with_1_and_words() -> None:
    ended = calibrd(variables={"CALIBRD_MAX_ROWS": "many"})
    assert ended.code == 1
    assert "CALIBRD_MAX_ROWS" in ended.err


def test_flags_come_from_a_file(servers, tmp_path: pathlib.Path) -> None:
    flags = tmp_path / "flags"
    flags.write_text("# of this machine\n--max_rows=7\n--log_level=warning\n")
    server = servers.start(f"--flagfile={flags}")
    assert max_rows(server) == 7
    assert server.log() == []


def test_flags_come_from_the_environment(servers) -> None:
    server = servers.start(variables={"CALIBRD_MAX_ROWS": "8", "CALIBRD_LOG_LEVEL": "debug"})
    assert max_rows(server) == 8


def test_the_command_line_beats_the_environment(servers, tmp_path: pathlib.Path) -> None:
    variables = {"CALIBRD_MAX_ROWS": "8", "CALIBRD_STORE": f"rocksdb:{tmp_path}/no/where"}
    assert max_rows(servers.start("--max_rows=9", variables=variables)) == 9
    flags = tmp_path / "flags"
    flags.write_text("--max_rows=10\n")
    server = servers.start(f"--flagfile={flags}", variables=variables)
    assert max_rows(server) == 10


def test_the_default_store_is_in_the_state_directory(servers,
                                                     tmp_path: pathlib.Path) -> None:
    state = tmp_path / "home" / "state"
    server = servers.start(store="rocksdb:", variables={"XDG_STATE_HOME": str(state)})
    server.client.fit(NAME, ROW)
    assert (state / "calibrd" / "CURRENT").exists()
    assert (state / "calibrd").stat().st_mode & 0o777 == 0o700


def test_the_memory_store_forgets_all_on_exit(servers) -> None:
    server = servers.start(store="memory:")
    server.client.fit(NAME, ROW)
    assert server.client.get(NAME).revision == 1
    server.restart()
    assert server.client.profiles() == []


def test_logs_are_one_json_object_a_line(servers) -> None:
    server = servers.start("--log_level=debug", metrics=True)
    server.client.fit('models/"quoted"=ü/prompts/p', ROW)
    server.client.delete('models/"quoted"=ü/prompts/p')
    server.stop()
    lines = [json.loads(line) for line in server.log_text().splitlines()]
    assert all({"time", "severity", "message"} <= line.keys() for line in lines)
    ours = [line for line in lines if line["message"] != "grpc"]
    assert [line["message"] for line in ours] == [
        "serving", "profile fitted", "profile deleted", "signal received", "draining",
        "stopped"]
    assert ours[1]["name"] == 'models/"quoted"=ü/prompts/p'
    assert ours[1]["revision"] == 1


def test_the_first_line_says_version_store_and_number_of_profiles(servers) -> None:
    server = servers.start()
    server.client.fit(NAME, ROW)
    server.client.fit(NAME, ROW)
    server.restart()
    line = until("the first line", server.log)[0]
    assert line["message"] == "serving"
    assert line["severity"] == "INFO"
    assert line["version"] == environment.version()
    assert line["store"] == server.store
    assert (line["profiles"], line["revisions"]) == (1, 2)
    assert line["ports"] == f"grpc={server.ports['grpc']}"


def test_logs_are_text_for_people(servers) -> None:
    server = servers.start("--log_format=text")
    server.client.fit(NAME, ROW)
    server.stop()
    lines = server.log_text().splitlines()
    assert len(lines) == 5
    assert all(TEXT_LINE.match(line) for line in lines)
    assert f"INFO profile fitted name={NAME} revision=1 rows=1 labels=2" in lines[1]
