"""Where a server listens, and what it says when it cannot."""

import pathlib
import signal
import socket

import pytest
from health.v1 import health_pb2

from harness import programs
from harness.client import Client
from harness.scrape import Scrape
from harness.server import Calibrd
from harness.waiting import PATIENCE, until

PROFILE = "models/m/prompts/p"
ALL = health_pb2.HealthCheckRequest()
ELSEWHERE = ("--store=memory:", "--metrics_listen=")


def second_server(*flags: str) -> programs.Ended:
    """Runs to its end; it has to refuse with 1 and to say so in its last lines."""
    ended = programs.calibrd(*flags)
    assert ended.code == 1
    assert "ERROR the server cannot start" in ended.err
    return ended


def test_a_second_server_refuses_an_address_that_is_taken(server: Calibrd) -> None:
    ended = second_server(*ELSEWHERE, f"--listen={server.address}")
    assert f"cannot listen on {server.address}: the address is in use" in ended.err
    assert "choose another with --listen" in ended.err
    assert server.client.profiles() == []


def test_a_second_server_refuses_a_metrics_address_that_is_taken(server: Calibrd) -> None:
    ended = second_server("--store=memory:", "--listen=127.0.0.1:0",
                          f"--metrics_listen={server.metrics_address}")
    assert f"cannot serve metrics on {server.metrics_address}" in ended.err
    assert "choose another address with --metrics_listen, or none" in ended.err
    assert Scrape(server).value("calibrd_serving") == 1


@pytest.mark.parametrize("prefix", ["unix:", "unix://"])
def test_a_second_server_leaves_the_unix_socket_to_the_first(
        servers, socket_directory: pathlib.Path, prefix: str) -> None:
    path = socket_directory / "calibrd.sock"
    servers.start(listen=("127.0.0.1:0", f"unix:{path}"))
    ended = second_server(*ELSEWHERE, f"--listen={prefix}{path}")
    assert f"cannot listen on {prefix}{path}: the address is in use" in ended.err
    client = Client(f"unix:{path}")
    assert client.profiles() == []
    client.close()


def test_a_unix_socket_that_a_crash_left_behind_is_used_again(
        servers, socket_directory: pathlib.Path) -> None:
    path = socket_directory / "calibrd.sock"
    server = servers.start(listen=("127.0.0.1:0", f"unix:{path}"))
    server.kill()
    assert path.is_socket()
    server.start()
    client = Client(f"unix:{path}")
    assert client.fit(PROFILE, [0.9, 0.1]).revision == 1
    client.close()
    server.stop()
    assert not path.exists()


def test_a_server_may_listen_on_a_unix_socket_only(
        servers, socket_directory: pathlib.Path) -> None:
    path = socket_directory / "calibrd.sock"
    server = servers.make(listen=(f"unix:{path}",))
    server.launch()
    server.await_ports()
    assert server.port_file.read_text(encoding="utf-8").strip() == ""
    client = Client(f"unix:{path}")
    until("SERVING", lambda: client.health.Check(
        ALL, timeout=PATIENCE).status == health_pb2.HealthCheckResponse.SERVING)
    assert client.fit(PROFILE, [0.9, 0.1]).revision == 1
    client.close()
    server.send_signal(signal.SIGTERM)
    assert server.wait() == 0


def test_the_port_file_names_every_port_that_was_taken(servers) -> None:
    server = servers.start(listen=("127.0.0.1:0", "127.0.0.1:0"), metrics=True)
    lines = server.port_file.read_text(encoding="utf-8").splitlines()
    assert [line.partition("=")[0] for line in lines] == ["grpc", "grpc2", "metrics"]
    assert len(set(server.ports.values())) == 3
    for name in ("grpc", "grpc2"):
        client = Client(f"127.0.0.1:{server.ports[name]}")
        assert client.profiles() == []
        client.close()
    assert Scrape(server).value("calibrd_serving") == 1
    assert sorted(path.name for path in server.directory.iterdir()) \
        == ["log.1", "ports", "store"]
    (line,) = server.logged("serving")
    assert line["ports"].split(",") == lines


def test_addresses_may_come_in_one_list(servers) -> None:
    server = servers.start(listen=("127.0.0.1:0,127.0.0.1:0",))
    assert list(server.ports) == ["grpc", "grpc2"]


def test_a_port_file_that_cannot_be_written_is_named(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "missing" / "ports"
    ended = second_server(*ELSEWHERE, "--listen=127.0.0.1:0", f"--port_file={path}")
    assert f"the port file {path} cannot be written" in ended.err


def test_an_address_of_another_machine_is_refused() -> None:
    ended = second_server(*ELSEWHERE, "--listen=192.0.2.1:0")
    assert "cannot listen on 192.0.2.1:0" in ended.err
    assert "not of this machine" in ended.err


def test_without_a_metrics_address_there_are_no_metrics(servers) -> None:
    server = servers.start()
    assert list(server.ports) == ["grpc"]


def test_a_port_is_free_again_after_a_stop(servers) -> None:
    server = servers.start()
    port = server.ports["grpc"]
    server.stop()
    with socket.create_server(("127.0.0.1", port)):
        pass
