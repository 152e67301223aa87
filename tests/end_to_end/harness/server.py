"""A calibrd of one's own: started, watched, ended by its process id.

    server = Calibrd(directory).start()        # returns when it is SERVING
    server.client.fit("models/m/prompts/p", [0.9, 0.1])
    server.stop()                              # SIGTERM; fails unless it drained well

A server that dies by itself, logs an error that no test expected, or ends with a report
of a sanitizer fails the test, in verify().
"""

import json
import pathlib
import signal
import subprocess
from typing import Any, Optional

import grpc
from health.v1 import health_pb2

from harness import environment
from harness.client import Client
from harness.waiting import PATIENCE, until

SANITIZERS = ("AddressSanitizer", "LeakSanitizer", "ThreadSanitizer", "runtime error:")
# Ends the server if the test is killed; keeps its process id.
WITH_THE_TEST = ("setpriv", "--pdeathsig", "KILL")


class Calibrd:
    """One process. Its directory holds the store, the port file and the logs."""

    def __init__(self, directory: pathlib.Path, *flags: str, store: str = "",
                 listen: tuple[str, ...] = ("127.0.0.1:0",), metrics: bool = False,
                 variables: Optional[dict[str, str]] = None) -> None:
        self.directory = directory
        self.directory.mkdir(parents=True, exist_ok=True)
        self.store = store or f"rocksdb:{directory / 'store'}"
        self.port_file = directory / "ports"
        self.flags = [
            *(f"--listen={address}" for address in listen),
            f"--metrics_listen={'127.0.0.1:0' if metrics else ''}", f"--store={self.store}",
            f"--port_file={self.port_file}", "--log_format=json", *flags]
        self.variables = variables or {}
        self.expected_errors: list[str] = []
        self._process: Optional[subprocess.Popen[bytes]] = None
        self._client: Optional[Client] = None
        self._ended_by_test = False
        self._starts = 0

    # Starting.

    def launch(self) -> "Calibrd":
        """Starts the process and does not wait for anything."""
        assert self._process is None, "it runs already"
        self.port_file.unlink(missing_ok=True)
        self._starts += 1
        self._ended_by_test = False
        with open(self.log_file, "wb") as log:
            self._process = subprocess.Popen(
                [*WITH_THE_TEST, environment.calibrd(), *self.flags],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                cwd=self.directory,
                env={**environment.clean_environment(), **self.variables})
        return self

    def start(self) -> "Calibrd":
        """Starts the process and waits until its health service says SERVING."""
        self.launch()
        self.await_ports()
        self.await_serving()
        return self

    def await_ports(self) -> None:
        until("the port file",
              lambda: self.port_file.exists() or self.exit_code is not None)
        assert self.exit_code is None, f"it ended at once:\n{self.log_text()}"

    def await_serving(self) -> None:
        watch = self.client.health.Watch(health_pb2.HealthCheckRequest(), timeout=PATIENCE)
        try:
            for reply in watch:
                if reply.status == health_pb2.HealthCheckResponse.SERVING:
                    return
        except grpc.RpcError as error:
            raise AssertionError(f"never SERVING: {error}\n{self.log_text()}") from error
        finally:
            watch.cancel()

    # While it runs.

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def exit_code(self) -> Optional[int]:
        return None if self._process is None else self._process.poll()

    @property
    def ports(self) -> dict[str, int]:
        lines = self.port_file.read_text(encoding="utf-8").splitlines()
        return {name: int(port) for name, port in (line.split("=") for line in lines)}

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.ports['grpc']}"

    @property
    def metrics_address(self) -> str:
        return f"127.0.0.1:{self.ports['metrics']}"

    @property
    def client(self) -> Client:
        """The client of this process; made anew after a restart."""
        if self._client is None:
            self._client = Client(self.address)
        return self._client

    @property
    def log_file(self) -> pathlib.Path:
        return self.directory / f"log.{self._starts}"

    def log_text(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def log(self) -> list[dict[str, Any]]:
        """The lines of the log so far, parsed."""
        lines = self.log_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def logged(self, message: str) -> list[dict[str, Any]]:
        return [line for line in self.log() if line["message"] == message]

    def send_signal(self, number: int) -> None:
        assert self._process is not None
        self._ended_by_test = True
        self._process.send_signal(number)

    # Ending.

    def close_client(self) -> None:
        """An idle client of gRPC reads a server's goodbye seconds late, unless closed."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def wait(self, seconds: float = PATIENCE) -> int:
        assert self._process is not None
        self._process.wait(seconds)
        self.close_client()
        code, self._process = self._process.returncode, None
        self.check_log()
        return code

    def stop(self, number: int = signal.SIGTERM) -> None:
        """Ends it as an operator does; it has to drain and say 0."""
        self.close_client()
        self.send_signal(number)
        assert self.wait() == 0, self.log_text()

    def kill(self) -> None:
        """Ends it as a crash does."""
        self.send_signal(signal.SIGKILL)
        self.wait()

    def restart(self) -> "Calibrd":
        self.stop()
        return self.start()

    def expect_error(self, words: str) -> None:
        """An ERROR line that holds these words is what the test is about."""
        self.expected_errors.append(words)

    def check_log(self) -> None:
        text = self.log_text()
        found = [name for name in SANITIZERS if name in text]
        assert not found, f"{found} reported something:\n{text}"
        for line in text.splitlines():
            unexpected = '"severity":"ERROR"' in line and not any(
                words in line for words in self.expected_errors)
            assert not unexpected, f"an error in the log:\n{line}"

    def verify(self) -> None:
        """Ends it if it runs, and fails if it went wrong meanwhile."""
        if self._process is None:
            return
        died = self._process.poll() is not None and not self._ended_by_test
        assert not died, f"it died with {self._process.returncode}:\n{self.log_text()}"
        if self._ended_by_test:
            self.wait()
        else:
            self.stop()

    def abandon(self) -> None:
        """Kills it whatever its state is, so that nothing outlives a test."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
