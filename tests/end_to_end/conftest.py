"""Servers for the tests of this folder; none of them outlives its test."""

import os
import pathlib
import shutil
import tempfile
from typing import Iterator

import pytest

# An idle client of gRPC looks for a server's goodbye this often: 5 s, unless said.
os.environ["GRPC_CLIENT_CHANNEL_BACKUP_POLL_INTERVAL_MS"] = "200"
pytest.register_assert_rewrite("harness")  # failures there show values, too
from harness.server import Calibrd  # noqa: E402


class Servers:
    """Makes servers, and ends them all."""

    def __init__(self, directory: pathlib.Path) -> None:
        self.directory = directory
        self._all: list[Calibrd] = []

    def make(self, *flags: str, name: str = "", **keywords) -> Calibrd:
        """One that has not been started yet."""
        directory = self.directory / (name or f"server{len(self._all)}")
        server = Calibrd(directory, *flags, **keywords)
        self._all.append(server)
        return server

    def start(self, *flags: str, **keywords) -> Calibrd:
        return self.make(*flags, **keywords).start()

    def end(self) -> None:
        try:
            for server in self._all:
                server.verify()
        finally:
            for server in self._all:
                server.abandon()


@pytest.fixture
def servers(tmp_path: pathlib.Path) -> Iterator[Servers]:
    """For tests that need servers of their own."""
    made = Servers(tmp_path)
    yield made
    made.end()


@pytest.fixture(scope="module")
def module_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    made = Servers(tmp_path_factory.mktemp("module"))
    yield made
    made.end()


@pytest.fixture(scope="module")
def server(module_servers: Servers) -> Calibrd:
    """One server for all tests of a file, with the default limits."""
    return module_servers.start(metrics=True)


@pytest.fixture
def socket_directory() -> Iterator[pathlib.Path]:
    """A path short enough for a Unix socket."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="calibrd-"))
    yield directory
    shutil.rmtree(directory)
