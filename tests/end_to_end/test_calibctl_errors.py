"""What calibctl says when something is wrong, and the code it ends with."""

import concurrent.futures
import socket
from typing import Iterator

import grpc
import pytest

from harness.programs import Ended, calibctl
from harness.server import Calibrd

PROFILE = "models/m/prompts/p"
ABSENT = "models/m/prompts/absent"
FIT = ("fit", PROFILE, "--labels=A,B", "--content-free=-")


@pytest.fixture(autouse=True, scope="module")
def fitted(server: Calibrd) -> None:
    server.client.fit(PROFILE, [0.9, 0.1])


def failed(address: str, code: int, *arguments: str, stdin: str = "") -> str:
    """Runs what has to fail with `code`, on standard error only; returns its words."""
    ended: Ended = calibctl(address, *arguments, stdin=stdin)
    assert (ended.code, ended.out) == (code, "")
    assert ended.err.startswith("calibctl: ")
    return ended.err


@pytest.mark.parametrize("arguments, stdin, words", [
    ((), "", "a command is needed"),
    (("nonsense",), "", "there is no command nonsense"),
    (("get",), "", "NAME"),
    ((*FIT, "--weights=round"), "[0.5, 0.5]", "--weights: round"),
    (("calibrate", PROFILE, "/nowhere"), "", "/nowhere: No such file or directory"),
    (("calibrate", PROFILE), "[0.9, 0.1", "standard input:1: not JSON"),
    (("calibrate", PROFILE), "[0.9, 0.1]\n[0.9]",
     "standard input:2: the row has 1 numbers"),
    (("calibrate", PROFILE), "[0.9, -0.1]", 'label 1 ("Positive"): -0.1 is negative'),
    (FIT, "", "there are no rows"),
    ((*FIT, "--select=kind=test"), '{"kind": "other", "probabilities": [0.5, 0.5]}',
     "none of 1 rows meets --select kind=test"),
    (("import", "-"), "{", "not what `calibctl export` writes"),
    (("completion", "tcsh"), "", "tcsh"),
])
def test_what_is_wrong_here_ends_with_1(server: Calibrd, arguments: tuple[str, ...],
                                        stdin: str, words: str) -> None:
    assert words in failed(server.address, 1, *arguments, stdin=stdin)


@pytest.mark.parametrize("code, arguments, head, lines", [
    (3, ("get", "bad"), 'INVALID_ARGUMENT: the name "bad" is not of the pattern',
     ["reason: INVALID_NAME", "field name: "]),
    (3, (*FIT, "--min-probability=0.9"), "INVALID_ARGUMENT: min_probability is 0.9",
     ["reason: INVALID_OPTIONS", "field options.min_probability: "]),
    (4, ("get", ABSENT), f"NOT_FOUND: there is no profile {ABSENT}",
     ["reason: PROFILE_NOT_FOUND", f"name: {ABSENT}"]),
    (4, ("delete", ABSENT, "--yes"), "NOT_FOUND", ["reason: PROFILE_NOT_FOUND"]),
    (4, ("export", ABSENT), "NOT_FOUND", ["reason: PROFILE_NOT_FOUND"]),
    (4, ("revisions", ABSENT), "NOT_FOUND", ["reason: PROFILE_NOT_FOUND"]),
    (4, ("rollback", PROFILE, "9"), "NOT_FOUND: revision 9",
     ["reason: REVISION_NOT_FOUND", "revision: 9"]),
    (4, ("calibrate", ABSENT), "NOT_FOUND", ["reason: PROFILE_NOT_FOUND"]),
    (5, ("rollback", PROFILE, "1", "--etag=stale"), "ABORTED",
     ["reason: ETAG_MISMATCH", f"name: {PROFILE}"]),
    (5, ("delete", PROFILE, "--yes", "--etag=stale"), "ABORTED", ["reason: ETAG_MISMATCH"]),
    (5, (*FIT, "--etag=stale"), "ABORTED", ["reason: ETAG_MISMATCH"]),
])
def test_what_the_server_refuses_is_told_with_reason_and_field(
        server: Calibrd, code: int, arguments: tuple[str, ...], head: str,
        lines: list[str]) -> None:
    words = failed(server.address, code, *arguments, stdin="[0.5, 0.5]")
    assert words.startswith(f"calibctl: {head}")
    for line in lines:
        assert f"\n  {line}" in words
    assert server.client.get(PROFILE).revision == 1


def test_a_request_id_that_is_used_again_is_a_conflict(server: Calibrd) -> None:
    fit = ("fit", "models/m/prompts/once", "--label-count=2", "--content-free=-",
           "--request-id=one")
    assert calibctl(server.address, *fit, stdin="[0.5, 0.5]").code == 0
    assert "REQUEST_ID_REUSED" in failed(server.address, 5, *fit, stdin="[0.6, 0.4]")


def test_a_request_that_is_far_too_large_ends_with_7(servers) -> None:
    server = servers.start("--max_request_bytes=1024")
    words = failed(server.address, 7, *FIT, stdin="[0.5, 0.5]\n" * 1000)
    assert "RESOURCE_EXHAUSTED" in words


def test_without_a_server_it_says_how_to_start_one() -> None:
    words = failed("127.0.0.1:1", 6, "list")
    assert "no server answers at 127.0.0.1:1" in words
    assert "calibrd --listen=127.0.0.1:1" in words


def test_a_server_that_does_not_answer_is_given_up_after_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        failed(address, 6, "--timeout=300ms", "list")


class Refusing(grpc.GenericRpcHandler):
    """A server that refuses every call with the code that the test asks for."""

    def __init__(self) -> None:
        self.code = grpc.StatusCode.UNKNOWN

    def service(self, handler_call_details) -> grpc.RpcMethodHandler:
        return grpc.unary_unary_rpc_method_handler(
            lambda request, context: context.abort(self.code, "as the test asks"))


@pytest.fixture(scope="module")
def refusing() -> Iterator[tuple[str, Refusing]]:
    handler = Refusing()
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(1), handlers=[handler])
    address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    yield address, handler
    server.stop(None)


@pytest.mark.parametrize("code, exit_code", [
    ("INVALID_ARGUMENT", 3), ("OUT_OF_RANGE", 3), ("NOT_FOUND", 4), ("ABORTED", 5),
    ("ALREADY_EXISTS", 5), ("FAILED_PRECONDITION", 5), ("UNAVAILABLE", 6),
    ("DEADLINE_EXCEEDED", 6), ("CANCELLED", 6), ("RESOURCE_EXHAUSTED", 7), ("UNKNOWN", 8),
    ("INTERNAL", 8), ("DATA_LOSS", 8), ("UNIMPLEMENTED", 8), ("UNAUTHENTICATED", 9),
    ("PERMISSION_DENIED", 9)])
def test_every_code_of_a_server_has_its_exit_code(refusing: tuple[str, Refusing], code: str,
                                                  exit_code: int) -> None:
    address, handler = refusing
    handler.code = grpc.StatusCode[code]
    words = failed(address, exit_code, "get", PROFILE)
    assert words.startswith(f"calibctl: {code}: ")
    assert "as the test asks" in words
