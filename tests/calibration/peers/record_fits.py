#!/usr/bin/env python3
"""What scikit-learn, betacal, uncertainty-calibration and scipy fit: fits.json.

| method | fitted by |
|---|---|
| all but PLATT, ISOTONIC and HISTOGRAM | scipy, of the formula in affine_fit.py |
| TEMPERATURE | scikit-learn, the temperature of CalibratedClassifierCV |
| MATRIX without a penalty | scikit-learn, LogisticRegression on ln p |
| BETA without a penalty | betacal |
| PLATT | scikit-learn, the sigmoid of CalibratedClassifierCV |
| ISOTONIC | scikit-learn, IsotonicRegression for each label |
| HISTOGRAM | uncertainty-calibration, for each label |

scikit-learn can only penalise W about 0, and calibrd does so about the identity: with a
penalty it fits something else.
"""

import warnings

import betacal
import calibration as uncertainty_calibration
import numpy
import sklearn.calibration
import sklearn.isotonic
import sklearn.linear_model

import affine_fit
import peer_fit
from peer_fit import nll, two_columns

PACKAGES = ("betacal", "numpy", "scikit-learn", "scipy", "uncertainty-calibration")
PENALTY = {"weight_l2": 1e-3, "bias_l2": 1e-3}
BINS = 6


def affine(method, x, labels, family, penalty, **fields):
    objective, q, weights = affine_fit.minimise(x, labels, family, **penalty)
    if method == "BETA" and numpy.diag(weights).min() < 0:
        raise ValueError("BETA takes no W below 0, and scipy knows no such bound here")
    return peer_fit.fit(method, q, objective=objective, peer="scipy", **penalty, **fields)


def affine_fits(p, labels):
    """With a penalty and without one, but for what scikit-learn or betacal fits."""
    x, k = numpy.log(p), p.shape[1]
    probe = affine_fit.dense(numpy.diag(1 / p.mean(axis=0)))
    prior = {"prior": p.mean(axis=0).tolist()}
    fits = [affine("MATRIX", x, labels, affine_fit.dense(numpy.eye(k)), PENALTY),
            affine("DIRICHLET", x, labels, affine_fit.off_diagonal(k), PENALTY)]
    if k == 2:
        fits.append(affine("BETA", x, labels, affine_fit.diagonal(k), PENALTY))
    for penalty in ({}, PENALTY):
        fits += [affine("BIAS", x, labels, affine_fit.none(k), penalty),
                 affine("TEMPERATURE_BIAS", x, labels, affine_fit.number(k), penalty),
                 affine("VECTOR", x, labels, affine_fit.diagonal(k), penalty),
                 affine("LINEAR_PROBE", p, labels, probe, penalty, **prior)]
    return fits


def temperatures(rows):
    """The minimum within calibrd's bound, and that of scikit-learn, which has none."""
    within = peer_fit.softmax(affine_fit.inverse_temperature(rows) * numpy.log(rows.p))
    model = sklearn.calibration._TemperatureScaling().fit(numpy.log(rows.p), rows.labels)
    return [peer_fit.fit("TEMPERATURE", within, objective=nll(within, rows.labels),
                         peer="scipy"),
            peer_fit.temperature(rows, model.beta_, "scikit-learn")]


def logistic(p, labels):
    x = numpy.log(p)
    model = sklearn.linear_model.LogisticRegression(
        C=numpy.inf, solver="newton-cholesky", tol=1e-10, max_iter=10_000).fit(x, labels)
    q = model.predict_proba(x)
    return peer_fit.fit("MATRIX", q, objective=nll(q, labels), peer="scikit-learn")


def isotonic(p, labels):
    def regression(label):
        model = sklearn.isotonic.IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip")
        return model.fit_transform(p[:, label], labels == label)

    q, error = each_label(p, labels, regression)
    return peer_fit.fit("ISOTONIC", q, objective=error, peer="scikit-learn")


def histogram(p, labels):
    def binned(label):
        model = uncertainty_calibration.HistogramCalibrator(len(p), num_bins=BINS)
        model.train_calibration(p[:, label], (labels == label).astype(float))
        return model.calibrate(p[:, label])

    q, error = each_label(p, labels, binned)
    return peer_fit.fit("HISTOGRAM", q, objective=error, peer="uncertainty-calibration",
                        bins=BINS)


def each_label(p, labels, fitted):
    """One label against the rest, of two labels the second: q, and the squared error."""
    k = p.shape[1]
    maps = {label: fitted(label) for label in (range(k) if k > 2 else (1,))}
    error = sum(numpy.mean((q - (labels == label)) ** 2) for label, q in maps.items())
    if k == 2:
        return two_columns(maps[1]), error
    q = numpy.stack(list(maps.values()), axis=1)
    return q / q.sum(axis=1, keepdims=True), error


def platt(p, labels):
    scores = numpy.log(p[:, 1] / p[:, 0])
    q = sklearn.calibration._SigmoidCalibration().fit(scores, labels).predict(scores)
    second = int(labels.sum())
    first = len(labels) - second
    target = numpy.where(labels == 1, (second + 1) / (second + 2), 1 / (first + 2))
    error = -numpy.mean(target * numpy.log(q) + (1 - target) * numpy.log1p(-q))
    return peer_fit.fit("PLATT", two_columns(q), objective=error, peer="scikit-learn",
                        slope=steepest(q - target, scores))


def beta(p, labels):
    second = p[:, 1].reshape(-1, 1)
    q = two_columns(betacal.BetaCalibration("abm").fit(second, labels).predict(second))
    return peer_fit.fit("BETA", q, objective=nll(q, labels), peer="betacal",
                        slope=steepest(q[:, 1] - labels, *numpy.log(p).T))


def steepest(residuals, *inputs):
    """The largest derivative of the cross entropy of a logistic regression."""
    slopes = [numpy.mean(residuals * x) for x in (*inputs, numpy.ones_like(residuals))]
    return float(max(numpy.abs(slopes)))


def fits_of(rows):
    p, labels = rows.p, rows.labels
    fits = temperatures(rows) + affine_fits(p, labels) + [
        logistic(p, labels), isotonic(p, labels), histogram(p, labels)]
    if rows.label_count == 2:
        fits += [platt(p, labels), beta(p, labels)]
    return fits


if __name__ == "__main__":
    warnings.filterwarnings("error")
    peer_fit.settle("fits.json", PACKAGES, fits_of, peer_fit.read_rows(), __doc__)
