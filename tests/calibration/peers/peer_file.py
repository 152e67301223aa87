"""What the scripts share that record the answers of other packages.

A file of tests/data/peers holds the versions of the packages, and cases of inputs with
what the packages gave for them.
"""

import argparse
import importlib.metadata
import json
import math
import pathlib
import platform
import sys

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "data" / "peers"
TOLERANCE = 1e-9


def floats(array):
    """The float32 numbers of an array, row by row, in as few digits as keep them."""
    return [float(str(value)) for value in array.ravel()]


def differs(a, b):
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() != b.keys() or any(differs(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) != len(b) or any(map(differs, a, b))
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return not math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return a != b


def text_of(versions, cases):
    lines = [json.dumps(case) for case in cases]
    return ('{"versions": ' + json.dumps(versions) + ',\n "cases": [\n'
            + ",\n".join(lines) + "\n]}\n")


def settle(name, packages, cases, description):
    """Writes the file, or compares with --check."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    versions = {package: importlib.metadata.version(package) for package in packages}
    versions["python"] = platform.python_version()
    path = FOLDER / name
    text = text_of(versions, cases)
    if parser.parse_args().check:
        if differs(json.loads(text)["cases"], json.loads(path.read_text())["cases"]):
            sys.exit(f"{name} is not what these packages give: {versions}")
        print(f"{name} is what these packages give: {versions}")
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    print(f"wrote {name}")
