"""Where things are: CMake tells in the environment, so no path is written here."""

import os
import pathlib
import shutil

TESTS = pathlib.Path(__file__).resolve().parents[2]
ROWS = TESTS / "data" / "llm-rows"


def _named(variable: str) -> str:
    value = os.environ.get(variable)
    if not value:
        raise RuntimeError(f"{variable} is not set: run these tests with ctest")
    return value


def calibrd() -> str:
    return _named("CALIBRD_PROGRAM")


def calibctl() -> str:
    return _named("CALIBCTL_PROGRAM")


def demo() -> str:
    return _named("CALIBRD_DEMO_PROGRAM")


def version() -> str:
    return _named("CALIBRD_VERSION")


def tool(name: str) -> str:
    """A program that Debian or scripts/install-dependencies brings."""
    path = os.pathsep.join([_named("CALIBRD_TOOLS"), os.environ.get("PATH", "")])
    found = shutil.which(name, path=path)
    if found is None:
        raise RuntimeError(f"{name} is not installed: scripts/install-dependencies test")
    return found


def clean_environment() -> dict[str, str]:
    """The environment without what calibrd or calibctl would read from it."""
    return {key: value for key, value in os.environ.items()
            if not key.startswith(("CALIBRD_", "CALIBCTL_"))}
