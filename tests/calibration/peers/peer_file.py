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
# Where an optimiser stops depends on the processor: 2e-7 in q between five kernels of
# OpenBLAS, with the same objective.
TOLERANCES = {"q": 1e-6, "slope": 1e-6, "inverse_temperature": 1e-6}


def floats(array):
    """The float32 numbers of an array, row by row, in as few digits as keep them."""
    return [float(str(value)) for value in array.ravel()]


def difference(a, b, tolerance=TOLERANCE, where=""):
    """Where the first one is, and both values if they are short; None if there is none."""
    if isinstance(a, dict) and isinstance(b, dict) and a.keys() == b.keys():
        parts = ((a[key], b[key], TOLERANCES.get(key, tolerance), f"{where}/{key}") for key in a)
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        parts = ((x, y, tolerance, f"{where}/{i}") for i, (x, y) in enumerate(zip(a, b)))
    elif isinstance(a, (int, float)) and isinstance(b, (int, float)):
        near = math.isclose(a, b, rel_tol=tolerance, abs_tol=tolerance)
        return None if near else f"{where}: {a}, and {b} in the file"
    else:
        return None if a == b else f"{where}: {str(a):.99}, and {str(b):.99} in the file"
    return next((found for part in parts if (found := difference(*part))), None)


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
        found = difference(json.loads(text)["cases"], json.loads(path.read_text())["cases"])
        if found:
            sys.exit(f"{name} is not what these packages give: {versions}\n{found}")
        print(f"{name} is what these packages give: {versions}")
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    print(f"wrote {name}")
