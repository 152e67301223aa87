"""Tables of Markdown, and figures as they stand in them.

    table(["method", "accuracy"], [["random words", estimate([0.693, 0.66, 0.73])]])
"""

from typing import Sequence


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in [header, *rows]]
    lines.insert(1, "|" + "---|" * len(header))
    return "\n".join(lines)


def figure(value: float) -> str:
    return f"{value:.3f}"


def estimate(of: Sequence[float]) -> str:
    """A figure with its interval."""
    return f"{of[0]:.3f} ({of[1]:.3f} … {of[2]:.3f})"


def points(change: float) -> str:
    """A difference of accuracies. No minus before a zero."""
    return f"{round(100 * change, 1) + 0.0:+.1f}"


def points_estimate(of: Sequence[float]) -> str:
    return f"{points(of[0])} ({points(of[1])} … {points(of[2])})"


def nats_estimate(of: Sequence[float]) -> str:
    value, lower, upper = (f"{round(number, 3) + 0.0:+.3f}" for number in of)
    return f"{value} ({lower} … {upper})"


def share(of: Sequence[float]) -> str:
    value, lower, upper = (f"{100 * number:.0f}" for number in of)
    return f"{value} % ({lower} … {upper})"
