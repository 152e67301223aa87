"""What /metrics of a server says."""

import urllib.request

from harness.server import Calibrd
from harness.waiting import PATIENCE

Labels = tuple[tuple[str, str], ...]


class Scrape:
    """One scrape. Values are found by name and labels."""

    def __init__(self, server: Calibrd) -> None:
        url = f"http://{server.metrics_address}/metrics"
        with urllib.request.urlopen(url, timeout=PATIENCE) as reply:
            self.content_type = reply.headers["Content-Type"]
            self.text = reply.read().decode()
        self.types: dict[str, str] = {}
        self.helps: dict[str, str] = {}
        self.values: dict[tuple[str, Labels], float] = {}
        for line in self.text.splitlines():
            self._read(line)

    def _read(self, line: str) -> None:
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            self.types[name] = kind
        elif line.startswith("# HELP "):
            _, _, name, text = line.split(" ", 3)
            self.helps[name] = text
        elif line:
            series, value = line.rsplit(" ", 1)
            name, _, rest = series.partition("{")
            self.values[name, _labels(rest.rstrip("}"))] = float(value)

    def value(self, name: str, **labels: str) -> float:
        """The value of one series; 0 where it has not been seen yet."""
        return self.values.get((name, tuple(sorted(labels.items()))), 0.0)

    def named(self, prefix: str) -> dict[tuple[str, Labels], float]:
        return {key: value for key, value in self.values.items()
                if key[0].startswith(prefix)}


def _labels(text: str) -> Labels:
    """Label values of calibrd hold neither quotes nor commas."""
    pairs = (pair.partition("=") for pair in text.split(",") if pair)
    return tuple(sorted((name, value.strip('"')) for name, _, value in pairs))
