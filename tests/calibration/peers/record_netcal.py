#!/usr/bin/env python3
"""What netcal fits to the rows of rows.json: netcal.json.

It has no bound for 1/T, which may be negative.
"""

import warnings

import numpy
from netcal.scaling import TemperatureScaling

import peer_fit
from peer_fit import nll

PACKAGES = ("netcal", "numpy", "scipy", "torch")


def fits_of(rows):
    p = rows.p
    scaling = TemperatureScaling(method="mle")
    scaling.fit(p[:, 1] if rows.label_count == 2 else p, rows.labels)
    weight = numpy.ravel(scaling.weights)[0]
    q = peer_fit.softmax(weight * numpy.log(p))
    return [peer_fit.fit("TEMPERATURE", q, objective=nll(q, rows.labels), peer="netcal",
                         slope=peer_fit.slope_of_temperature(weight, rows))]


if __name__ == "__main__":
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    peer_fit.settle("netcal.json", PACKAGES, fits_of, peer_fit.read_rows(), __doc__)
