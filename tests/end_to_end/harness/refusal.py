"""What a server says when it refuses a call: google.rpc.Status, taken apart."""

import dataclasses
from typing import Callable

import grpc
from google.rpc import error_details_pb2, status_pb2


@dataclasses.dataclass(frozen=True)
class Refusal:
    code: grpc.StatusCode
    message: str
    reason: str = ""
    domain: str = ""
    metadata: dict[str, str] = dataclasses.field(default_factory=dict)
    field: str = ""         # of the only field violation
    description: str = ""
    retry_seconds: float = 0.0

    @staticmethod
    def of(error: grpc.RpcError) -> "Refusal":
        found = {}
        trailers = dict(error.trailing_metadata() or ())
        status = status_pb2.Status.FromString(trailers.get("grpc-status-details-bin", b""))
        for detail in status.details:
            info = error_details_pb2.ErrorInfo()
            bad_request = error_details_pb2.BadRequest()
            retry = error_details_pb2.RetryInfo()
            if detail.Unpack(info):
                found.update(reason=info.reason, domain=info.domain,
                             metadata=dict(info.metadata))
            elif detail.Unpack(bad_request):
                (violation,) = bad_request.field_violations
                found.update(field=violation.field, description=violation.description)
            elif detail.Unpack(retry):
                found.update(retry_seconds=retry.retry_delay.ToMilliseconds() / 1000)
        return Refusal(error.code(), error.details(), **found)


def refusal_of(call: Callable, *arguments, **keywords) -> Refusal:
    """Calls, and fails unless the call is refused."""
    try:
        answer = call(*arguments, **keywords)
    except grpc.RpcError as error:
        return Refusal.of(error)
    raise AssertionError(f"the call was answered: {answer}")
