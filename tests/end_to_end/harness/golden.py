"""Compares with a file of tests/golden, or writes it anew.

CALIBRD_UPDATE_GOLDEN=1 in the environment writes.
"""

import os

from harness import environment


def check(name: str, actual: str) -> None:
    path = environment.TESTS / "golden" / name
    if os.environ.get("CALIBRD_UPDATE_GOLDEN") == "1":
        path.write_text(actual, encoding="utf-8")
    expected = path.read_text(encoding="utf-8") if path.exists() else ""
    assert actual == expected, (
        f"tests/golden/{name} differs; if that is meant, run scripts/update-golden and "
        "commit the file with the change")
