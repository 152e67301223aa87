#!/usr/bin/env python3
"""What dirichletcal fits to the rows of rows.json: dirichletcal.json."""

import numpy

import peer_fit
from multinomial import regression
from peer_fit import nll

PACKAGES = ("dirichletcal", "jax", "numpy", "scikit-learn", "scipy")
ODIR = {"weight_l2": 1e-2, "bias_l2": 1e-3}
ABOUT_IDENTITY = {"weight_l2": 1e-3, "bias_l2": 1e-3}


def fit(method, rows, kind, penalty, **options):
    weights, q = regression(numpy.log(rows.p), rows.labels, kind, **options)
    return peer_fit.fit(method, q, objective=nll(q, rows.labels) + penalty(weights),
                        peer="dirichletcal")


def odir(weights):
    inner = weights[:, :-1]
    outside = inner - numpy.diag(numpy.diag(inner))
    return (ODIR["weight_l2"] * (outside ** 2).sum()
            + ODIR["bias_l2"] * (weights[:, -1] ** 2).sum())


def about_identity(weights):
    away = weights - numpy.eye(*weights.shape)
    return ABOUT_IDENTITY["weight_l2"] * (away ** 2).sum()


def fits_of(rows):
    temperature, _ = regression(numpy.log(rows.p), rows.labels, "FixDiag")
    return [
        peer_fit.temperature(rows, temperature[0, 0], "dirichletcal"),
        fit("VECTOR", rows, "Diag", lambda weights: 0.0),
        fit("MATRIX", rows, "Full", about_identity, reg_lambda=ABOUT_IDENTITY["weight_l2"],
            reg_format="identity") | ABOUT_IDENTITY,
        fit("DIRICHLET", rows, "Full", odir, reg_lambda=ODIR["weight_l2"],
            reg_mu=ODIR["bias_l2"]) | ODIR,
    ]


if __name__ == "__main__":
    peer_fit.settle("dirichletcal.json", PACKAGES, fits_of, peer_fit.read_rows(), __doc__)
