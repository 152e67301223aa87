#!/usr/bin/env python3
"""ECE and MCE of netcal for the rows of metrics.json: netcal_metrics.json."""

import json

import numpy
from netcal.metrics import ECE, MCE

import peer_file


def record():
    recorded = []
    for case in json.loads((peer_file.FOLDER / "metrics.json").read_text())["cases"]:
        rows = numpy.array(case["rows"], numpy.float32).reshape(-1, case["label_count"])
        labels = numpy.array(case["labels"])
        recorded.append({"name": case["name"]} | {
            name: float(measure(case["bins"]).measure(rows.astype(numpy.float64), labels))
            for name, measure in (("ece_equal_width", ECE), ("mce", MCE))})
    return recorded


if __name__ == "__main__":
    peer_file.settle("netcal_metrics.json", ("netcal", "numpy", "scipy"), record(), __doc__)
