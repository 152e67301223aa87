#!/usr/bin/env python3
"""What netcal fits to the rows of rows.json: netcal.json."""

import warnings

import numpy
from netcal.binning import HistogramBinning
from netcal.scaling import TemperatureScaling

import peer_fit

PACKAGES = ("netcal", "numpy", "scipy", "torch")
BINS = 6


def columns(rows):
    """netcal takes two labels as the probability of the second."""
    return rows.p[:, 1] if rows.label_count == 2 else rows.p


def temperature(rows):
    model = TemperatureScaling(method="mle").fit(columns(rows), rows.labels)
    return peer_fit.temperature(rows, numpy.ravel(model.weights)[0], "netcal")


def histogram(rows):
    """Each label against the rest, in bins of equal width."""
    model = HistogramBinning(BINS, equal_intervals=True, independent_probabilities=True)
    q = model.fit(columns(rows), rows.labels).transform(columns(rows))
    if rows.label_count == 2:
        error = numpy.mean((q - rows.labels) ** 2)
        q = peer_fit.two_columns(q)
    else:
        right = numpy.eye(rows.label_count)[rows.labels]
        error = ((q - right) ** 2).sum(axis=1).mean()
        q = q / q.sum(axis=1, keepdims=True)
    return peer_fit.fit("HISTOGRAM", q, objective=error, peer="netcal", bins=BINS,
                        binning="equal width")


def fits_of(rows):
    return [temperature(rows), histogram(rows)]


if __name__ == "__main__":
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    peer_fit.settle("netcal.json", PACKAGES, fits_of, peer_fit.read_rows(), __doc__)
