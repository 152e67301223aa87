"""The client that protoc made for Python, with defaults that suit tests."""

from typing import Iterable, Iterator, Optional, Sequence

import grpc
from calibration.v1 import calibration_service_pb2 as service_pb2
from calibration.v1 import calibration_service_pb2_grpc as service_grpc
from calibration.v1 import profile_pb2, rows_pb2
from health.v1 import health_pb2_grpc

from harness.waiting import PATIENCE

LABELS = ("Negative", "Positive")


def rows(values: Iterable[float], log: bool = False,
         inputs: Sequence[str] = ()) -> rows_pb2.Rows:
    matrix = rows_pb2.FloatMatrix(values=values)
    if log:
        return rows_pb2.Rows(log_probabilities=matrix, inputs=inputs)
    return rows_pb2.Rows(probabilities=matrix, inputs=inputs)


def labels(names: Iterable[str]) -> list[profile_pb2.Label]:
    return [profile_pb2.Label(name=name) for name in names]


def fit_request(name: str, values: Iterable[float], names: Optional[Sequence[str]] = LABELS,
                *, source: str = "content_free", log: bool = False,
                inputs: Sequence[str] = (), **fields) -> service_pb2.FitProfileRequest:
    return service_pb2.FitProfileRequest(
        name=name, labels=labels(names or ()),
        **{source: rows(values, log, inputs)}, **fields)


def calibrate_request(name: str, values: Iterable[float], *, log: bool = False,
                      **fields) -> service_pb2.CalibrateRequest:
    return service_pb2.CalibrateRequest(name=name, rows=rows(values, log), **fields)


class Client:
    """One connection to one server. Thread-safe, as gRPC's channels are."""

    def __init__(self, target: str) -> None:
        self.channel = grpc.insecure_channel(target, options=[
            ("grpc.max_receive_message_length", -1),
            ("grpc.max_send_message_length", -1),
            ("grpc.use_local_subchannel_pool", 1),
            ("grpc.enable_retries", 0)])
        self.service = service_grpc.CalibrationServiceStub(self.channel)
        self.health = health_pb2_grpc.HealthStub(self.channel)

    def close(self) -> None:
        self.channel.close()

    def call(self, method: str, request, timeout: float = PATIENCE):
        return getattr(self.service, method)(request, timeout=timeout)

    def call_with_bytes(self, method: str, request: bytes) -> bytes:
        """Sends what need not be a message."""
        call = self.channel.unary_unary(
            f"/calibration.v1.CalibrationService/{method}",
            request_serializer=None, response_deserializer=None)
        return call(request, timeout=PATIENCE)

    def fit(self, name: str, values: Iterable[float], *arguments,
            **fields) -> profile_pb2.Profile:
        return self.call("FitProfile", fit_request(name, values, *arguments, **fields))

    def calibrate(self, name: str, values: Iterable[float],
                  **fields) -> service_pb2.CalibrateResponse:
        return self.call("Calibrate", calibrate_request(name, values, **fields))

    def get(self, name: str, revision: int = 0) -> profile_pb2.Profile:
        return self.call("GetProfile",
                         service_pb2.GetProfileRequest(name=name, revision=revision))

    def delete(self, name: str, etag: str = "") -> None:
        self.call("DeleteProfile", service_pb2.DeleteProfileRequest(name=name, etag=etag))

    def roll_back(self, name: str, revision: int, etag: str = "") -> profile_pb2.Profile:
        return self.call("RollbackProfile", service_pb2.RollbackProfileRequest(
            name=name, revision=revision, etag=etag))

    def import_profile(self, name: str, transform: profile_pb2.Transform,
                       names: Sequence[str] = LABELS, **fields) -> profile_pb2.Profile:
        return self.call("ImportProfile", service_pb2.ImportProfileRequest(
            name=name, labels=labels(names), transform=transform, **fields))

    def pages(self, method: str, request) -> Iterator:
        """Every page of a list."""
        while True:
            page = self.call(method, request)
            yield page
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    def profiles(self, parent: str = "", page_size: int = 0) -> list[profile_pb2.Profile]:
        request = service_pb2.ListProfilesRequest(parent=parent, page_size=page_size)
        return [profile for page in self.pages("ListProfiles", request)
                for profile in page.profiles]

    def revisions(self, name: str, page_size: int = 0) -> list[profile_pb2.Profile]:
        request = service_pb2.ListProfileRevisionsRequest(name=name, page_size=page_size)
        return [profile for page in self.pages("ListProfileRevisions", request)
                for profile in page.profiles]
