"""A server is replaced by another under load, behind a load balancer of connections."""

import collections
import threading

import grpc

from harness.client import Client
from harness.front import Front
from harness.refusal import Refusal
from harness.scrape import Scrape
from harness.server import Calibrd
from harness.waiting import until

NAME = "models/m/prompts/p"
ROW = [0.9, 0.1]
CLIENTS = 8


class Callers:
    """Clients that call without a pause, and what became of their calls."""

    def __init__(self, address: str) -> None:
        self.outcomes: collections.Counter[str] = collections.Counter()
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._call, args=(address,))
                         for _ in range(CLIENTS)]

    def __enter__(self) -> "Callers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _call(self, address: str) -> None:
        client = Client(address)
        while not self._stopping.is_set():
            try:
                client.calibrate(NAME, ROW)
                self.outcomes["OK"] += 1
            except grpc.RpcError as error:
                self.outcomes[str(Refusal.of(error))] += 1
        client.close()


def answered(server: Calibrd) -> float:
    return Scrape(server).value("grpc_server_handled_total", grpc_code="OK",
                                grpc_method="Calibrate", grpc_type="unary",
                                grpc_service="calibration.v1.CalibrationService")


def test_no_call_is_lost_where_connections_are_younger_than_the_drain_delay(
        servers) -> None:
    flags = ("--max_connection_age=1s", "--drain_delay=3s")
    old, new = (servers.start(*flags, metrics=True) for _ in range(2))
    for server in (old, new):
        server.client.fit(NAME, ROW)
    with Front(old.address) as front, Callers(front.address) as callers:
        until("calls of the old server", lambda: answered(old) > 100)
        front.backend = new.address
        old.stop()
        until("calls of the new server", lambda: answered(new) > 100)
    assert set(callers.outcomes) == {"OK"}
