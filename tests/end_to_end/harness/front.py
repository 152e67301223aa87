"""A load balancer of connections, as a Service of Kubernetes is one.

    with Front(first.address) as front:
        client = Client(front.address)
        front.backend = second.address     # for new connections; open ones stay

It knows bytes, not calls: what was sent to a server is never sent to another.
"""

import socket
import threading


class Front:
    """Listens on loopback. `backend` is HOST:PORT."""

    def __init__(self, backend: str) -> None:
        self.backend = backend
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> "Front":
        self._threads[0].start()
        return self

    def __exit__(self, *_) -> None:
        _shut(self._listener)
        self._threads[0].join()
        for connection in self._open:
            _shut(connection)
        for thread in self._threads[1:]:
            thread.join()
        for connection in (self._listener, *self._open):
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:  # it was shut
                return
            self._open.append(near)
            host, port = self.backend.split(":")
            try:
                far = socket.create_connection((host, int(port)))
            except ConnectionRefusedError:
                _shut(near)
                continue
            self._open.append(far)
            for source, sink in ((near, far), (far, near)):
                thread = threading.Thread(target=_copy, args=(source, sink))
                self._threads.append(thread)
                thread.start()


def _copy(source: socket.socket, sink: socket.socket) -> None:
    """Until either side ends; then both."""
    try:
        while received := source.recv(65_536):
            sink.sendall(received)
    except OSError:
        pass  # the other direction shut it, or a peer reset it: the end all the same
    _shut(source)
    _shut(sink)


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # its peer was first
