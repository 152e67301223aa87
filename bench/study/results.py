"""bench/study/results.json: the figures, from which all tables are made.

Rounded, without a date: a second run of the same build writes the same bytes.
"""

import json
import pathlib
import re
from typing import Any, Iterator

FILE = pathlib.Path(__file__).resolve().parent / "results.json"
DIGITS = 4
# One row of 150: another processor may round a tie, or a confidence on the edge of a bin,
# the other way.
TOLERANCE = 0.007


def rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: rounded(of) for key, of in value.items()}
    if isinstance(value, list):
        return [rounded(of) for of in value]
    if isinstance(value, float):
        return round(value, DIGITS) + 0.0
    return value


def text(found: dict) -> str:
    """JSON with each list on one line."""
    indented = json.dumps(found, indent=1, ensure_ascii=False)
    return re.sub(r"\[\s+([^\[\]{}]*?)\s+\]",
                  lambda match: "[" + re.sub(r"\s*\n\s*", " ", match[1]) + "]", indented) + "\n"


def load() -> dict:
    return json.loads(FILE.read_text(encoding="utf-8"))


def differences(stored: Any, computed: Any, path: str = "") -> Iterator[str]:
    """Each figure of `computed` that is not what is stored; what only is stored does not
    count."""
    if isinstance(computed, dict) and isinstance(stored, dict):
        for key, value in computed.items():
            if key not in stored:
                yield f"{path}/{key} is not stored"
            else:
                yield from differences(stored[key], value, f"{path}/{key}")
    elif isinstance(computed, list) and isinstance(stored, list):
        if len(computed) != len(stored):
            yield f"{path}: {len(stored)} figures are stored, {len(computed)} computed"
        for i, (a, b) in enumerate(zip(stored, computed)):
            yield from differences(a, b, f"{path}[{i}]")
    elif isinstance(computed, float) and isinstance(stored, (int, float)):
        if not abs(stored - computed) <= TOLERANCE:
            yield f"{path}: {stored} is stored, {computed:.{DIGITS}f} computed"
    elif stored != computed:
        yield f"{path}: {stored} is stored, {computed} computed"
