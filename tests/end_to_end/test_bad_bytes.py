"""Requests that are too large, or that are no messages at all."""

from typing import Iterator

import grpc
import pytest
from calibration.v1 import profile_pb2, calibration_service_pb2 as service_pb2

from harness.bad_request import KEPT, Bad, check_refused, everything, keep_a_profile
from harness.client import calibrate_request, fit_request
from harness.refusal import refusal_of
from harness.server import Calibrd

LIMIT = 64 << 10
TEXT = "BAD-TEXT"
NOT_UTF8 = b"\xc3\x28-\xff\xfe-T"  # of the same length
METHODS = {
    "FitProfile": fit_request(KEPT, [0.9, 0.1], request_id="some"),
    "Calibrate": calibrate_request(KEPT, [0.9, 0.1]),
    "GetProfile": service_pb2.GetProfileRequest(name=KEPT),
    "BatchGetProfiles": service_pb2.BatchGetProfilesRequest(names=[KEPT]),
    "ListProfiles": service_pb2.ListProfilesRequest(parent="models/m"),
    "DeleteProfile": service_pb2.DeleteProfileRequest(name=KEPT),
    "ListProfileRevisions": service_pb2.ListProfileRevisionsRequest(name=KEPT),
    "RollbackProfile": service_pb2.RollbackProfileRequest(revision=2, name=KEPT, etag="a"),
    "ImportProfile": service_pb2.ImportProfileRequest(
        name=KEPT, label_count=2, annotations={"key": "value"},
        transform=profile_pb2.Transform(input=1)),
}


@pytest.fixture(scope="module")
def server(module_servers) -> Calibrd:
    """With a limit that is cheap to reach."""
    started = module_servers.start(f"--max_request_bytes={LIMIT}", metrics=True)
    keep_a_profile(started)
    return started


# Where a field of a message stands in the request, if not on its first level.
FIELDS = {
    "Label.name": "labels.name",
    "FitProfileRequest.AnnotationsEntry.key": "annotations",
    "FitProfileRequest.AnnotationsEntry.value": "annotations",
}


def malformed(title: str, method: str, request: bytes, *words: str, field: str = "") -> Bad:
    return Bad(title, method, request, "MALFORMED_REQUEST", words, field)


def unreadable() -> Iterator[Bad]:
    for method, request in METHODS.items():
        whole = request.SerializeToString()
        name = request.DESCRIPTOR.full_name
        yield malformed(f"a cut {method}", method, whole[:-1], name, "cut off")
        yield malformed(f"noise in place of {method}", method, b"\xff" * 40, name)
        yield malformed(f"a wire type that there is not in {method}", method,
                        whole + b"\x0f", name)


def texts_that_are_not_utf8() -> Iterator[Bad]:
    def bad(title, method, request, path):
        raw = request.SerializeToString()
        assert TEXT.encode() in raw
        return malformed(f"{title} that is not UTF-8", method,
                         raw.replace(TEXT.encode(), NOT_UTF8),
                         f"the text in calibration.v1.{path} is not valid UTF-8",
                         field=FIELDS.get(path, path.rsplit(".")[-1]))

    for method, request in METHODS.items():
        field = {"BatchGetProfiles": "names", "ListProfiles": "parent"}.get(method, "name")
        changed = type(request)()
        changed.CopyFrom(request)
        changed.ClearField(field)
        if field == "names":
            changed.names.append(TEXT)
        else:
            setattr(changed, field, TEXT)
        yield bad(f"a {field} of {method}", method, changed,
                  f"{request.DESCRIPTOR.name}.{field}")
    fit = "FitProfileRequest"
    for title, request, path in (
            ("a label", fit_request(KEPT, [1, 2], ("A", TEXT)), "Label.name"),
            ("an input", fit_request(KEPT, [1, 2], inputs=[TEXT]), "Rows.inputs"),
            ("an etag", fit_request(KEPT, [1, 2], etag=TEXT), f"{fit}.etag"),
            ("a request id", fit_request(KEPT, [1, 2], request_id=TEXT),
             f"{fit}.request_id"),
            ("an annotation's key", fit_request(KEPT, [1, 2], annotations={TEXT: ""}),
             f"{fit}.AnnotationsEntry.key"),
            ("an annotation", fit_request(KEPT, [1, 2], annotations={"a": TEXT}),
             f"{fit}.AnnotationsEntry.value")):
        yield bad(title, "FitProfile", request, path)


@pytest.mark.parametrize("bad", [*unreadable(), *texts_that_are_not_utf8()], ids=str)
def test_is_refused_and_changes_nothing(server: Calibrd, bad: Bad) -> None:
    check_refused(server, bad)


def calibrate_of_bytes(size: int) -> service_pb2.CalibrateRequest:
    """A valid request of exactly this many bytes."""
    request = calibrate_request(KEPT, [0.9, 0.1] * (size // 9))
    request.rows.inputs.append("x" * (size - request.ByteSize() - 4))
    request.rows.inputs[0] += "x" * (size - request.ByteSize())
    assert request.ByteSize() == size
    return request


def test_a_request_of_exactly_the_limit_is_answered(server: Calibrd) -> None:
    request = calibrate_of_bytes(LIMIT)
    answer = server.client.call("Calibrate", request)
    assert len(answer.best) == len(request.rows.probabilities.values) // 2


@pytest.mark.parametrize("size", [LIMIT + 1, 2 * LIMIT, 4 * LIMIT])
@pytest.mark.parametrize("method", ["Calibrate", "FitProfile"])
def test_a_request_over_the_limit_is_told_the_flag(server: Calibrd, method: str,
                                                   size: int) -> None:
    check_refused(server, Bad(
        "over the limit", method, calibrate_of_bytes(size).SerializeToString(),
        "REQUEST_TOO_LARGE", (f"{size} bytes", f"takes {LIMIT}", "--max_request_bytes"),
        metadata={"bytes": str(size), "limit": str(LIMIT), "flag": "max_request_bytes"}))


@pytest.mark.parametrize("size", [4 * LIMIT + 1, 64 * LIMIT])
def test_a_request_far_over_the_limit_is_not_taken_in(server: Calibrd, size: int) -> None:
    before = everything(server)
    refusal = refusal_of(server.client.call_with_bytes, "FitProfile", b"x" * size)
    assert refusal.code == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert f"larger than max ({size} vs. {4 * LIMIT})" in refusal.message
    assert everything(server) == before
    assert server.client.calibrate(KEPT, [0.9, 0.1]).revision == 1


def test_a_field_of_a_later_contract_is_ignored(server: Calibrd) -> None:
    unknown = b"\xf2\x3e\x05later"  # field 1006, 5 bytes
    request = METHODS["Calibrate"].SerializeToString() + unknown
    answer = server.client.call_with_bytes("Calibrate", request)
    assert service_pb2.CalibrateResponse.FromString(answer).revision == 1


def test_a_method_that_there_is_not_is_unimplemented(server: Calibrd) -> None:
    refusal = refusal_of(server.client.call_with_bytes, "TrainProfile", b"")
    assert refusal.code == grpc.StatusCode.UNIMPLEMENTED
