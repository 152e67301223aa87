"""A real Prometheus on loopback that scrapes one server.

    with Prometheus(directory, server.metrics_address) as prometheus:
        prometheus.value("calibrd_profiles")
"""

import json
import pathlib
import re
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from typing import Any, Optional

from harness import environment
from harness.server import WITH_THE_TEST
from harness.waiting import PATIENCE, until

CONFIGURATION = """
global: {{scrape_interval: 1s}}
scrape_configs:
  - job_name: calibrd
    static_configs: [{{targets: ["{target}"]}}]
"""
LISTENING = re.compile(r"Listening on.* address=(127\.0\.0\.1:\d+)")


class Prometheus:
    def __init__(self, directory: pathlib.Path, target: str) -> None:
        directory.mkdir()
        configuration = directory / "prometheus.yml"
        configuration.write_text(CONFIGURATION.format(target=target), encoding="utf-8")
        self._log = directory / "log"
        with open(self._log, "wb") as log:
            self._process = subprocess.Popen(
                [*WITH_THE_TEST, environment.tool("prometheus"),
                 f"--config.file={configuration}",
                 f"--storage.tsdb.path={directory / 'data'}",
                 "--web.listen-address=127.0.0.1:0"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        self._address: Optional[str] = None

    def __enter__(self) -> "Prometheus":
        try:
            self._address = until("Prometheus to listen", self._find_address)
            until("a first scrape", lambda: self.query("up == 1"))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: Any) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)

    def _find_address(self) -> Optional[str]:
        text = self._log.read_text(encoding="utf-8", errors="replace")
        assert self._process.poll() is None, text
        found = LISTENING.search(text)
        return found and found.group(1)

    def query(self, expression: str) -> list[dict[str, Any]]:
        """What an instant query finds; nothing while Prometheus is not ready."""
        url = (f"http://{self._address}/api/v1/query?"
               + urllib.parse.urlencode({"query": expression}))
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE) as reply:
                return json.load(reply)["data"]["result"]
        except urllib.error.HTTPError as error:
            if error.code == 503:
                return []
            raise

    def value(self, expression: str) -> float:
        (series,) = self.query(expression)
        return float(series["value"][1])
