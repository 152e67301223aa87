"""A request that has to be refused, and the proof that it changed nothing."""

import dataclasses
from typing import Any, Union

import grpc
import pytest
from google.protobuf.message import Message

from harness.refusal import Refusal, refusal_of
from harness.scrape import Scrape
from harness.server import Calibrd

# A profile that is there while bad requests come: two revisions, the first one active.
KEPT = "models/meta-llama/Llama-3.1-8B-Instruct/prompts/kept"


@dataclasses.dataclass(frozen=True)
class Bad:
    """What is sent, and what has to come back."""

    title: str
    method: str
    request: Union[Message, bytes]
    reason: str
    words: tuple[str, ...]
    field: str = ""
    code: grpc.StatusCode = grpc.StatusCode.INVALID_ARGUMENT
    metadata: dict[str, str] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        return self.title.replace(" ", "-")


def keep_a_profile(server: Calibrd) -> None:
    server.client.fit(KEPT, [0.9, 0.1])
    server.client.fit(KEPT, [0.3, 0.7])
    server.client.roll_back(KEPT, 1)


def everything(server: Calibrd) -> dict[str, Any]:
    """All that a refused request may not change."""
    client = server.client
    scrape = Scrape(server)
    names = [profile.name for profile in client.profiles()]
    revisions = {name: client.revisions(name) for name in names}
    return {
        "profiles": [client.get(name).SerializeToString(deterministic=True)
                     for name in names],
        "etags": [client.get(name).etag for name in names],
        "revisions": [client.get(name, revision.revision)
                      .SerializeToString(deterministic=True)
                      for name in names for revision in revisions[name]],
        "counts": {key: value for key, value in scrape.named("calibrd_").items()
                   if not key[0].startswith("calibrd_store_operation")},
    }


def send(server: Calibrd, bad: Bad) -> Refusal:
    if isinstance(bad.request, bytes):
        return refusal_of(server.client.call_with_bytes, bad.method, bad.request)
    return refusal_of(server.client.call, bad.method, bad.request)


def check_refused(server: Calibrd, bad: Bad) -> Refusal:
    """Sends `bad` and checks the code, the reason, the words and that nothing changed."""
    before = everything(server)
    refusal = send(server, bad)
    assert refusal.code == bad.code
    assert refusal.reason == bad.reason
    assert refusal.domain == "calibrd"
    assert refusal.field == bad.field
    if bad.field:
        assert refusal.description == refusal.message
    for word in bad.words:
        assert word in refusal.message
    assert refusal.metadata.items() >= bad.metadata.items()
    assert everything(server) == before
    answer = server.client.calibrate(KEPT, [0.9, 0.1], do_not_observe=True)
    assert list(answer.probabilities) == pytest.approx([0.5, 0.5])
    assert answer.revision == 1
    return refusal
