"""Waiting for a condition, never for a time."""

import threading
import time
from typing import Callable, TypeVar

T = TypeVar("T")

# Much longer than anything here takes, also with sanitizers on a busy machine.
PATIENCE = 60.0


def until(what: str, condition: Callable[[], T], seconds: float = PATIENCE) -> T:
    """The first true value of condition(); fails where there is none in time."""
    deadline = time.monotonic() + seconds
    never = threading.Event()
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        never.wait(0.005)
