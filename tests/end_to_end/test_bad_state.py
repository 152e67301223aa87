"""Requests that are well formed, but not for what is there."""

import uuid

import grpc
import pytest
from calibration.v1 import profile_pb2, calibration_service_pb2 as service_pb2

from harness.bad_request import KEPT, Bad, check_refused, keep_a_profile
from harness.client import calibrate_request, fit_request
from harness.refusal import refusal_of
from harness.server import Calibrd

MISSING = "models/m/prompts/missing"
ROW = [0.9, 0.1]
TRANSFORM = profile_pb2.Transform(input=profile_pb2.Transform.INPUT_LOG_PROBABILITY)
NOT_FOUND = grpc.StatusCode.NOT_FOUND
ABORTED = grpc.StatusCode.ABORTED
ALREADY_EXISTS = grpc.StatusCode.ALREADY_EXISTS


@pytest.fixture(autouse=True, scope="module")
def kept(server: Calibrd) -> None:
    keep_a_profile(server)


@pytest.mark.parametrize("method, request_", [
    ("Calibrate", calibrate_request(MISSING, ROW)),
    ("GetProfile", service_pb2.GetProfileRequest(name=MISSING)),
    ("BatchGetProfiles", service_pb2.BatchGetProfilesRequest(names=[KEPT, MISSING])),
    ("DeleteProfile", service_pb2.DeleteProfileRequest(name=MISSING)),
    ("DeleteProfile", service_pb2.DeleteProfileRequest(name=MISSING, etag="0")),
    ("ListProfileRevisions", service_pb2.ListProfileRevisionsRequest(name=MISSING)),
    ("RollbackProfile", service_pb2.RollbackProfileRequest(name=MISSING, revision=1)),
])
def test_an_unknown_profile_is_not_found(server: Calibrd, method: str, request_) -> None:
    check_refused(server, Bad("unknown profile", method, request_, "PROFILE_NOT_FOUND",
                              ("there is no profile", MISSING), code=NOT_FOUND,
                              metadata={"name": MISSING}))


@pytest.mark.parametrize("method, request_", [
    *(("Calibrate", calibrate_request(KEPT, ROW, revision=revision))
      for revision in (3, 2**62, -1)),
    *(("GetProfile", service_pb2.GetProfileRequest(name=KEPT, revision=revision))
      for revision in (3, 2**62, -1)),
    *(("RollbackProfile", service_pb2.RollbackProfileRequest(name=KEPT, revision=revision))
      for revision in (3, 2**62)),
])
def test_an_unknown_revision_is_not_found(server: Calibrd, method: str, request_) -> None:
    revision = request_.revision
    check_refused(server, Bad(
        "unknown revision", method, request_, "REVISION_NOT_FOUND",
        (f"revision {revision} of {KEPT}", "no longer kept"), code=NOT_FOUND,
        metadata={"name": KEPT, "revision": str(revision)}))


@pytest.mark.parametrize("method, request_", [
    ("FitProfile", fit_request(KEPT, ROW)),
    ("FitProfile", fit_request(KEPT, ROW, validate_only=True)),
    ("ImportProfile", service_pb2.ImportProfileRequest(name=KEPT, label_count=2,
                                                       transform=TRANSFORM)),
    ("DeleteProfile", service_pb2.DeleteProfileRequest(name=KEPT)),
    ("RollbackProfile", service_pb2.RollbackProfileRequest(name=KEPT, revision=2)),
])
def test_a_stale_etag_is_aborted(server: Calibrd, method: str, request_) -> None:
    client = server.client
    stale = client.get(KEPT).etag
    client.roll_back(KEPT, 2)
    now = client.roll_back(KEPT, 1).etag
    assert now != stale
    request_.etag = stale
    check_refused(server, Bad("stale etag", method, request_, "ETAG_MISMATCH",
                              (KEPT, stale, f"its etag is {now}", "read it again"),
                              code=ABORTED, metadata={"name": KEPT}))


def test_an_etag_of_a_profile_that_never_was_is_aborted(server: Calibrd) -> None:
    check_refused(server, Bad(
        "etag of nothing", "FitProfile", fit_request(MISSING, ROW, etag="0"),
        "ETAG_MISMATCH", (MISSING, "does not exist"), code=ABORTED))


def test_a_fit_on_a_deleted_profile_with_its_etag_is_aborted(server: Calibrd) -> None:
    name = "models/m/prompts/deleted-with-etag"
    etag = server.client.fit(name, ROW).etag
    server.client.delete(name)
    check_refused(server, Bad(
        "fit on a deleted profile", "FitProfile", fit_request(name, ROW, etag=etag),
        "ETAG_MISMATCH", (name, "does not exist"), code=ABORTED, metadata={"name": name}))


def test_a_fit_on_a_deleted_profile_makes_it_anew_with_the_next_number(
        server: Calibrd) -> None:
    name = "models/m/prompts/deleted-without-etag"
    for revision in (1, 2):
        assert server.client.fit(name, ROW).revision == revision
    server.client.delete(name)
    check_refused(server, Bad(
        "calibrate with a deleted profile", "Calibrate", calibrate_request(name, ROW),
        "PROFILE_NOT_FOUND", (name,), code=NOT_FOUND))
    anew = server.client.fit(name, [0.2, 0.8])
    assert anew.revision == 3
    assert [profile.revision for profile in server.client.revisions(name)] == [3]
    check_refused(server, Bad(
        "a revision of before", "Calibrate", calibrate_request(name, ROW, revision=2),
        "REVISION_NOT_FOUND", ("revision 2",), code=NOT_FOUND))
    server.client.delete(name)


def reused(title: str, method: str, request, request_id: str, *words: str) -> Bad:
    return Bad(title, method, request, "REQUEST_ID_REUSED", (request_id, *words),
               code=ALREADY_EXISTS, metadata={"request_id": request_id})


def test_a_request_id_of_another_request_is_refused(server: Calibrd) -> None:
    name = "models/m/prompts/reused"
    request_id = str(uuid.uuid4())
    first = fit_request(name, ROW, request_id=request_id)
    server.client.call("FitProfile", first)
    another_row = fit_request(name, [0.8, 0.2], request_id=request_id)
    another_name = fit_request(KEPT, ROW, request_id=request_id)
    imported = service_pb2.ImportProfileRequest(name=name, label_count=2,
                                                transform=TRANSFORM, request_id=request_id)
    for method, request in (("FitProfile", another_row), ("FitProfile", another_name),
                            ("ImportProfile", imported)):
        check_refused(server, reused("another request", method, request, request_id,
                                     "another request", "use a new id"))
    server.client.delete(name)


def test_a_request_id_whose_answer_is_gone_is_refused(server: Calibrd) -> None:
    name = "models/m/prompts/gone"
    request_id = str(uuid.uuid4())
    request = fit_request(name, ROW, request_id=request_id)
    server.client.call("FitProfile", request)
    server.client.delete(name)
    check_refused(server, reused("its revision is deleted", "FitProfile", request,
                                 request_id, "revision 1", "no longer kept"))


def test_a_request_id_is_not_used_up_by_a_request_that_is_refused(server: Calibrd) -> None:
    name = "models/m/prompts/tried-again"
    request_id = str(uuid.uuid4())
    bad = fit_request(name, [0.9, -0.1], request_id=request_id)
    assert refusal_of(server.client.call, "FitProfile", bad).reason == "VALUE_NEGATIVE"
    good = fit_request(name, ROW, request_id=request_id)
    assert server.client.call("FitProfile", good).revision == 1
    server.client.delete(name)
