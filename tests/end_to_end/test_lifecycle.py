"""From the first port to the last exit code: starting, draining, ending."""

import os
import random
import signal
import socket
import threading

import grpc
import pytest
from calibration.v1 import calibration_service_pb2 as service_pb2
from calibration.v1 import rows_pb2
from health.v1 import health_pb2

from harness.client import Client, fit_request, labels, rows
from harness.refusal import Refusal, refusal_of
from harness.scrape import Scrape
from harness.server import Calibrd
from harness.waiting import PATIENCE, until

NAME = "models/m/prompts/p"
ROW = [0.9, 0.1]
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
ALL = health_pb2.HealthCheckRequest()


def health(client: Client, service: str = "") -> int:
    request = health_pb2.HealthCheckRequest(service=service)
    return client.health.Check(request, timeout=PATIENCE).status


class HeldStore:
    """A store whose first file is a pipe, so that the server loads until let go."""

    def __init__(self, server: Calibrd) -> None:
        server.start()
        server.client.fit(NAME, ROW)
        server.stop()
        self._pipe = server.directory / "store" / "CURRENT"
        self._content = self._pipe.read_bytes()
        self._pipe.unlink()
        os.mkfifo(self._pipe)
        server.launch()
        server.await_ports()

    def let_go(self) -> None:
        """Puts the file back before the pipe is fed, so that it is fed once."""
        kept = self._pipe.with_name("CURRENT.kept")
        kept.write_bytes(self._content)
        with open(self._pipe, "wb") as pipe:  # returns when the server reads it
            kept.rename(self._pipe)
            pipe.write(self._content)


def test_it_is_not_serving_until_the_profiles_are_loaded(servers) -> None:
    server = servers.make(metrics=True)
    store = HeldStore(server)
    client = server.client
    assert health(client) == NOT_SERVING
    assert health(client, "calibration.v1.CalibrationService") == NOT_SERVING
    assert Scrape(server).value("calibrd_serving") == 0
    for call in (client.calibrate, client.fit):
        refusal = refusal_of(call, NAME, ROW)
        assert (refusal.code, refusal.reason) == (grpc.StatusCode.UNAVAILABLE, "LOADING")
        assert refusal.retry_seconds == 1
    watch = client.health.Watch(ALL, timeout=PATIENCE)
    assert next(watch).status == NOT_SERVING
    store.let_go()
    assert next(watch).status == SERVING
    watch.cancel()
    assert client.calibrate(NAME, ROW).revision == 1
    assert Scrape(server).value("calibrd_serving") == 1


def test_a_signal_while_loading_ends_it_after_the_load(servers) -> None:
    server = servers.make()
    store = HeldStore(server)
    server.send_signal(signal.SIGTERM)
    until("the signal to be taken", lambda: server.logged("signal received"))
    store.let_go()
    assert server.wait() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_drains_calls_are_taken_during_the_delay(servers, number: int) -> None:
    server = servers.start("--drain_delay=1s")
    client = server.client
    watch = client.health.Watch(ALL, timeout=PATIENCE)
    assert next(watch).status == SERVING
    server.send_signal(number)
    assert next(watch).status == NOT_SERVING
    assert health(client) == NOT_SERVING
    assert client.fit(NAME, ROW).revision == 1
    assert client.calibrate(NAME, ROW).revision == 1
    ended = refusal_of(next, watch)
    assert (ended.code, ended.reason) == (grpc.StatusCode.UNAVAILABLE, "DRAINING")
    server.close_client()
    assert server.wait() == 0
    assert [line["message"] for line in server.log()[-3:]] == [
        "draining", "profile fitted", "stopped"]
    server.start()
    assert server.client.get(NAME).revision == 1


def slow_fit(name: str) -> service_pb2.FitProfileRequest:
    """A second of work for a worker: an average of many fits over 8,000 labelled rows."""
    names = [f"label {label}" for label in range(16)]
    random_ = random.Random(1)
    answers = [random_.randrange(16) for _ in range(8_000)]
    probabilities = [random_.uniform(0.1, 2 if label == answer else 1)
                     for answer in answers for label in range(16)]
    return service_pb2.FitProfileRequest(
        name=name, labels=labels(names),
        labelled=rows_pb2.LabelledRows(rows=rows(probabilities), labels=answers))


def fits_that_wait(server: Calibrd, count: int) -> list[grpc.Future]:
    """`count` fits behind a slow one, which comes first: all of them have arrived, and
    the one worker of the server has the slow one to do."""
    futures: list[grpc.Future] = []

    def have_arrived() -> bool:
        return len(futures) == Scrape(server).value(
            "grpc_server_started_total", grpc_method="FitProfile", grpc_type="unary",
            grpc_service="calibration.v1.CalibrationService")

    requests = [slow_fit("models/m/prompts/slow"),
                *(fit_request(f"models/m/prompts/{i}", ROW) for i in range(count))]
    for request in requests:
        futures.append(server.client.service.FitProfile.future(request, timeout=PATIENCE))
        until("the call to arrive", have_arrived)
    return futures


def is_closed(address: str) -> bool:
    host, port = address.split(":")
    try:
        socket.create_connection((host, int(port)), PATIENCE).close()
    except (ConnectionRefusedError, ConnectionResetError):  # reset: closed meanwhile
        return True
    return False


def test_calls_in_flight_finish_before_it_ends(servers) -> None:
    server = servers.start("--workers=1", "--drain_timeout=60s", metrics=True)
    futures = fits_that_wait(server, 12)
    server.send_signal(signal.SIGTERM)
    until("the port to be closed", lambda: is_closed(server.address))
    assert not any(future.done() for future in futures)
    late = Client(server.address)
    refused = refusal_of(late.calibrate, NAME, ROW)
    assert refused.code == grpc.StatusCode.UNAVAILABLE
    late.close()
    assert [future.result().revision for future in futures] == [1] * 13
    assert server.wait() == 0
    server.start()
    assert len(server.client.profiles()) == 13


def test_calls_that_take_longer_than_the_drain_timeout_are_cancelled(servers) -> None:
    server = servers.start("--workers=1", "--drain_timeout=10ms", metrics=True)
    futures = fits_that_wait(server, 12)
    server.send_signal(signal.SIGTERM)
    codes = {Refusal.of(future.exception()).code for future in futures}
    assert codes <= {grpc.StatusCode.CANCELLED, grpc.StatusCode.UNAVAILABLE}
    assert server.wait() == 0
    server.start()
    # What was stored all the same is whole.
    for profile in server.client.profiles():
        assert server.client.get(profile.name).revision == 1


def test_a_second_signal_ends_it_at_once(servers) -> None:
    server = servers.start("--drain_delay=1h")
    server.client.fit(NAME, ROW)
    server.send_signal(signal.SIGTERM)
    until("the drain", lambda: server.logged("draining"))
    server.send_signal(signal.SIGINT)
    assert server.wait() == 130
    assert server.logged("second signal received, stopping at once")
    server.flags.remove("--drain_delay=1h")
    server.start()
    assert server.client.get(NAME).revision == 1


def test_watchers_are_told_of_services_that_there_are_not(servers) -> None:
    server = servers.start()
    request = health_pb2.HealthCheckRequest(service="another")
    watch = server.client.health.Watch(request, timeout=PATIENCE)
    assert next(watch).status == health_pb2.HealthCheckResponse.SERVICE_UNKNOWN
    watch.cancel()
    assert refusal_of(health, server.client, "another").code == grpc.StatusCode.NOT_FOUND


def test_many_watchers_do_not_hold_up_the_end(servers) -> None:
    server = servers.start()
    watches = [server.client.health.Watch(ALL, timeout=PATIENCE) for _ in range(50)]
    assert all(next(watch).status == SERVING for watch in watches)
    codes: list[grpc.StatusCode] = []

    def drain(watch) -> None:
        codes.append(refusal_of(lambda: [*watch]).code)

    readers = [threading.Thread(target=drain, args=(watch,)) for watch in watches]
    for reader in readers:
        reader.start()
    server.send_signal(signal.SIGTERM)
    assert server.wait(10) == 0
    for reader in readers:
        reader.join()
    assert codes == [grpc.StatusCode.UNAVAILABLE] * 50
