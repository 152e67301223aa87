"""Clients that fit at the same time, and a ledger of what they sent and were told.

    ledger = Ledger()
    with Fitters(server.address, ledger, clients=8, seed=1):
        ledger.await_answers(100)
        server.kill()                      # whoever waits for an answer stops here
    ledger.acknowledged                    # request and answer of each fit that has one
    ledger.unanswered                      # may be stored or not, but never by half
"""

import concurrent.futures
import dataclasses
import random
import threading
from typing import Optional

import grpc
from calibration.v1 import calibration_service_pb2 as service_pb2
from calibration.v1 import profile_pb2

from harness.client import Client, fit_request
from harness.waiting import PATIENCE

SHARED = 3  # profiles that all clients fit; each client has one more of its own
# The annotation that tells which request made a revision.
TOKEN = "token"
# What a client sees of a server that was killed.
GONE = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)


@dataclasses.dataclass(frozen=True)
class Acknowledged:
    request: service_pb2.FitProfileRequest
    answer: profile_pb2.Profile


class Ledger:
    """What was sent and what came back. Thread-safe."""

    def __init__(self) -> None:
        self.acknowledged: list[Acknowledged] = []
        self.unanswered: list[service_pb2.FitProfileRequest] = []
        self.repeats = 0  # request ids that were sent again while clients fitted
        self._waiting = 0
        self._changed = threading.Condition()

    def sent(self) -> None:
        with self._changed:
            self._waiting += 1

    def answered(self, request: service_pb2.FitProfileRequest,
                 answer: profile_pb2.Profile) -> None:
        with self._changed:
            self._waiting -= 1
            self.acknowledged.append(Acknowledged(request, answer))
            self._changed.notify_all()

    def repeated(self) -> None:
        with self._changed:
            self._waiting -= 1
            self.repeats += 1

    def lost(self, request: Optional[service_pb2.FitProfileRequest]) -> None:
        """No answer came; None for the repetition of an answered one."""
        with self._changed:
            self._waiting -= 1
            if request is not None:
                self.unanswered.append(request)

    def await_answers(self, count: int) -> int:
        """Returns when `count` fits are acknowledged: how many calls then wait."""
        with self._changed:
            enough = self._changed.wait_for(
                lambda: len(self.acknowledged) >= count, PATIENCE)
            assert enough, f"{len(self.acknowledged)} of {count} fits in {PATIENCE} s"
            return self._waiting


class Fitters:
    """Threads with a connection each. They stop when the server is gone."""

    def __init__(self, address: str, ledger: Ledger, *, clients: int, seed: str) -> None:
        self._ledger = ledger
        self._threads = concurrent.futures.ThreadPoolExecutor(clients)
        self._running = [
            self._threads.submit(self._fit_until_gone, address, f"{seed}-{client}", client)
            for client in range(clients)]

    def __enter__(self) -> "Fitters":
        return self

    def __exit__(self, *_) -> None:
        for running in self._running:
            running.result(PATIENCE)
        self._threads.shutdown()

    def _fit_until_gone(self, address: str, seed: str, number: int) -> None:
        random_ = random.Random(seed)
        client = Client(address)
        mine: list[Acknowledged] = []  # those with a request id
        try:
            for count in range(1_000_000):
                if mine and random_.random() < 0.1:
                    gone = self._repeat(client, random_.choice(mine))
                else:
                    request = _request(random_, number, f"{seed}-{count}")
                    gone = self._fit(client, request, mine)
                if gone:
                    return
        finally:
            client.close()

    def _fit(self, client: Client, request: service_pb2.FitProfileRequest,
             mine: list[Acknowledged]) -> bool:
        self._ledger.sent()
        try:
            answer = client.call("FitProfile", request)
        except grpc.RpcError as error:
            self._ledger.lost(request)
            assert error.code() in GONE, error
            return True
        self._ledger.answered(request, answer)
        if request.request_id:
            mine.append(Acknowledged(request, answer))
        return False

    def _repeat(self, client: Client, first: Acknowledged) -> bool:
        self._ledger.sent()
        try:
            answer = client.call("FitProfile", first.request)
        except grpc.RpcError as error:
            self._ledger.lost(None)
            assert error.code() in GONE, error
            return True
        self._ledger.repeated()
        assert answer == first.answer
        return False


def _request(random_: random.Random, client: int,
             token: str) -> service_pb2.FitProfileRequest:
    """A fit whose numbers no other one has. Some are longer than a block of the log."""
    chosen = random_.randrange(2 * SHARED)
    name = f"shared-{chosen}" if chosen < SHARED else f"own-{client}"
    label_count = (2, 5, 3000)[chosen] if chosen < SHARED else 3
    row = [random_.uniform(0.01, 1) for _ in range(label_count)]
    return fit_request(
        f"models/killed/prompts/{name}", row, names=None, label_count=label_count,
        request_id=f"id-{token}" if random_.random() < 0.5 else "",
        annotations={TOKEN: token})
