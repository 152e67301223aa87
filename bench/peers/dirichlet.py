#!/usr/bin/env python3
"""Times of labelled fits: calibrd beside dirichletcal, on the same rows and penalties.

    scripts/bench-peers

10,000 rows of 10 labels. dirichletcal compiles when it first fits a shape, which takes
longer than the fit; its second fit of the same rows is the one that counts.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "calibration" / "peers"))

import fit_rows  # noqa: E402
import numpy  # noqa: E402
from multinomial import regression  # noqa: E402
from peer_fit import nll  # noqa: E402

ROWS, LABELS, PENALTY = 10_000, 10, 1e-3


def ours(directory, method, **options):
    flags = [f"--{name}={value}" for name, value in options.items()]
    found = subprocess.run(
        [ROOT / "build/release/bin/fit_file", f"--rows={directory}/rows",
         f"--labels={directory}/labels", f"--label_count={LABELS}", f"--method={method}",
         *flags], check=True, capture_output=True, text=True)
    return json.loads(found.stdout)


def theirs(rows, method, **options):
    """Milliseconds of the first and the second fit, and what it minimises at its end."""
    x, times = numpy.log(rows.p), []
    for _ in range(2):
        start = time.perf_counter()
        weights, q = regression(x, rows.labels, method, **options)
        times.append(1e3 * (time.perf_counter() - start))
    inner = weights[:, :-1]
    outside = inner - numpy.diag(numpy.diag(inner))
    penalty = (options.get("reg_lambda", 0.0) * (outside ** 2).sum()
               + (options.get("reg_mu") or 0.0) * (weights[:, -1] ** 2).sum())
    return times, nll(q, rows.labels) + penalty


def main():
    rows = fit_rows.made_up(ROWS, LABELS, 5)
    print(f"{ROWS} rows of {LABELS} labels; load average {os.getloadavg()[0]:.1f}")
    print(f"{'':12}{'calibrd':>12}{'dirichletcal':>14}{'its first':>12}{'ratio':>8}"
          f"{'F, calibrd':>16}{'F, dirichletcal':>18}")
    with tempfile.TemporaryDirectory() as directory:
        rows.values.tofile(f"{directory}/rows")
        rows.labels.astype(numpy.int32).tofile(f"{directory}/labels")
        for method, kind, mine, other in (
                ("TEMPERATURE", "FixDiag", {}, {}),
                ("DIRICHLET", "Full", {"weight_l2": PENALTY, "bias_l2": PENALTY},
                 {"reg_lambda": PENALTY, "reg_mu": PENALTY})):
            fit = ours(directory, method, **mine)
            (first, second), objective = theirs(rows, kind, **other)
            print(f"{method:12}{fit['milliseconds']:>9.1f} ms{second:>11.0f} ms"
                  f"{first:>9.0f} ms{fit['milliseconds'] / second:>8.4f}"
                  f"{fit['objective']:>16.10f}{objective:>18.10f}", flush=True)


if __name__ == "__main__":
    main()
