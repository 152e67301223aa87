"""Compares a text with its golden file, or writes the file anew."""

import argparse
import difflib
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def arguments(description):
    """A parser that knows --update; a test adds what else it needs."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--update", action="store_true",
                        help="write the golden file instead of comparing")
    return parser


def settle(name, source, actual, update):
    """Returns the exit code: 0 where tests/golden/NAME holds `actual`.

    `source` names what `actual` was made from, for the diff that is printed.
    """
    path = ROOT / "tests/golden" / name
    if update:
        path.write_text(actual, encoding="utf-8")
        return 0
    expected = path.read_text(encoding="utf-8") if path.exists() else ""
    if actual == expected:
        return 0
    sys.stdout.writelines(difflib.unified_diff(
        expected.splitlines(keepends=True), actual.splitlines(keepends=True),
        f"tests/golden/{name}", source))
    print(f"\n{source} differs from tests/golden/{name}. If that is meant, run\n"
          "    scripts/update-golden\n"
          "and commit the golden file with the change.")
    return 1
