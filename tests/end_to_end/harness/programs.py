"""Programs that run to their end: calibrd that does not start, calibctl, grpcurl."""

import dataclasses
import json
import pathlib
import subprocess
from typing import Any, Optional, Sequence

from harness import environment
from harness.server import WITH_THE_TEST
from harness.waiting import PATIENCE


@dataclasses.dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)

    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


def run(arguments: Sequence[str], stdin: str = "",
        variables: Optional[dict[str, str]] = None,
        directory: Optional[pathlib.Path] = None) -> Ended:
    ended = subprocess.run(
        [*WITH_THE_TEST, *arguments], input=stdin, capture_output=True, text=True,
        timeout=PATIENCE, check=False, cwd=directory,
        env={**environment.clean_environment(), **(variables or {})})
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def calibrd(*flags: str, **keywords) -> Ended:
    return run([environment.calibrd(), *flags], **keywords)


def calibctl(address: str, *arguments: str, stdin: str = "") -> Ended:
    """Knows its server from the environment, so that `arguments` are what users type."""
    return run([environment.calibctl(), *arguments], stdin=stdin,
               variables={"CALIBCTL_SERVER": address})


def grpcurl(*arguments: str, stdin: str = "") -> Ended:
    return run([environment.tool("grpcurl"), "-plaintext", *arguments], stdin=stdin)
