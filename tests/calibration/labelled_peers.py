#!/usr/bin/env python3
"""Records what other packages fit to labelled rows: labelled_peers.json.

    python3 labelled_peers.py

The test that reads the file needs none of this. To record it anew:

    pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 betacal==1.1.0 jax==0.10.2 \
        autograd==1.9.1
    pip download --no-deps dirichletcal==0.3.dev4

The last package lacks commas in its list of requirements, so pip cannot install it: put
the folder dirichletcal of the archive beside this script. It also asks for two names that
jax and scipy have dropped since, and for a positional argument that scikit-learn no
longer takes; they are put back below.

Rows are float32, as calibrd takes them, and the peers compute in double from what
calibrd computes from: each row divided by its sum.
"""

import json
import pathlib
import sys
import types

import jax
import numpy as np
import scipy.linalg
import scipy.optimize

jax.config.update("jax_enable_x64", True)
sys.modules["jax.config"] = types.ModuleType("jax.config")
sys.modules["jax.config"].config = jax.config
scipy.linalg.pinv2 = scipy.linalg.pinv

import betacal
import sklearn
from dirichletcal.calib import multinomial
from sklearn.calibration import _SigmoidCalibration
from sklearn.isotonic import IsotonicRegression
from sklearn.preprocessing import label_binarize

multinomial.label_binarize = lambda y, classes: label_binarize(y, classes=classes)

OUT = pathlib.Path(__file__).with_name("labelled_peers.json")
SHOWN = 12  # rows of which the probabilities are recorded


def make_rows(n, k, seed):
    """Rows of a model that is too sure of itself and prefers the first labels."""
    random = np.random.default_rng(seed)
    labels = random.choice(k, n, p=random.dirichlet(np.full(k, 8.0)))
    logits = random.normal(0, 1, (n, k)) + 1.2 * np.eye(k)[labels]
    logits = 1.7 * logits + np.linspace(1, 0, k)
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = (p / p.sum(axis=1, keepdims=True)).astype(np.float32)
    return p, labels


def softmax(scores):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def nll(q, labels):
    return float(-np.mean(np.log(q[np.arange(len(labels)), labels])))


def dirichletcal_fit(phi, labels, method, **options):
    """The package's regression, with the value of its own objective."""
    model = multinomial.MultinomialRegression(
        method=method, ref_row=False, initializer="identity", optimizer="newton", **options)
    # It hands the arguments of this method on in the wrong order.
    model._get_initial_weights = lambda initializer: multinomial._get_identity_weights(
        phi.shape[1], False, method)
    model.fit(phi, labels)
    q = np.asarray(model.predict_proba(phi))
    w = np.asarray(model.weights_)
    reg = 0.0
    lam = options.get("reg_lambda", 0.0)
    off = w[:, :-1] - np.diag(np.diag(w[:, :-1]))
    if options.get("reg_mu") is not None:
        reg = lam * np.sum(off ** 2) + options["reg_mu"] * np.sum(w[:, -1] ** 2)
    elif options.get("reg_format") == "identity":
        reg = lam * (np.sum((w[:, :-1] - np.eye(len(w))) ** 2) + np.sum(w[:, -1] ** 2))
    return {"objective": nll(q, labels) + float(reg), "q": q}


def scipy_fit(phi, labels, scores_of, start, penalty=lambda theta: 0.0):
    def value(theta):
        return nll(softmax(scores_of(theta, phi)), labels) + penalty(theta)

    best = scipy.optimize.minimize(value, start, method="BFGS", jac=jax_gradient(
        scores_of, phi, labels, penalty), options={"gtol": 1e-10, "maxiter": 10_000})
    return {"objective": float(best.fun), "q": softmax(scores_of(best.x, phi))}


def jax_gradient(scores_of, phi, labels, penalty):
    def value(theta):
        scores = scores_of(theta, phi)
        right = scores[np.arange(len(labels)), labels]
        return jax.numpy.mean(jax.scipy.special.logsumexp(scores, axis=1) - right) + penalty(theta)

    gradient = jax.jit(jax.grad(value))
    return lambda theta: np.asarray(gradient(theta))


def temperature_bias(theta, phi):
    return theta[0] * phi + theta[1:]


def dense(theta, phi):
    k = phi.shape[1]
    return phi @ theta[: k * k].reshape(k, k).T + theta[k * k:]


def isotonic(p, labels):
    k = p.shape[1]
    maps = [IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(p[:, j], labels == j)
            for j in range(k)] if k > 2 else None
    if k == 2:
        q1 = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit_transform(
            p[:, 1], labels == 1)
        return np.stack([1 - q1, q1], axis=1)
    q = np.stack([m.predict(p[:, j]) for j, m in enumerate(maps)], axis=1)
    return q / q.sum(axis=1, keepdims=True)


def fits_of(p, labels):
    phi = np.log(p)
    k = p.shape[1]
    start = np.concatenate([np.diag(1 / p.mean(axis=0)).ravel(), np.zeros(k)])
    fits = {
        "TEMPERATURE": dirichletcal_fit(phi, labels, "FixDiag"),
        "BIAS": scipy_fit(phi, labels, lambda b, x: x + b, np.zeros(k),
                          lambda b: 1e-3 * (b ** 2).sum()) | {"bias_l2": 1e-3},
        "TEMPERATURE_BIAS": scipy_fit(phi, labels, temperature_bias, np.r_[1.0, np.zeros(k)]),
        "VECTOR": dirichletcal_fit(phi, labels, "Diag"),
        "MATRIX": dirichletcal_fit(phi, labels, "Full", reg_lambda=1e-3, reg_format="identity")
        | {"weight_l2": 1e-3, "bias_l2": 1e-3},
        "DIRICHLET": dirichletcal_fit(phi, labels, "Full", reg_lambda=1e-2, reg_mu=1e-3)
        | {"weight_l2": 1e-2, "bias_l2": 1e-3},
        "LINEAR_PROBE": scipy_fit(
            p, labels, dense, start,
            lambda t: 1e-3 * ((t - start) ** 2).sum()) | {
                "weight_l2": 1e-3, "bias_l2": 1e-3, "prior": p.mean(axis=0).tolist()},
        "ISOTONIC": {"q": isotonic(p, labels)},
    }
    if k == 2:
        beta = betacal.BetaCalibration("abm").fit(p[:, 1].reshape(-1, 1), labels)
        q1 = beta.predict(p[:, 1].reshape(-1, 1))
        q = np.stack([1 - q1, q1], axis=1)
        fits["BETA"] = {"objective": nll(q, labels), "q": q}
        f = phi[:, 1] - phi[:, 0]
        q1 = _SigmoidCalibration().fit(f, labels).predict(f)
        fits["PLATT"] = {"q": np.stack([1 - q1, q1], axis=1)}
    return fits


def main():
    sets = []
    for n, k, seed in [(200, 2, 1), (200, 3, 2), (300, 5, 3)]:
        values, labels = make_rows(n, k, seed)
        p = values.astype(np.float64)
        p /= p.sum(axis=1, keepdims=True)
        fits = fits_of(p, labels)
        for fit in fits.values():
            fit["q"] = [float(f"{x:.9g}") for x in np.asarray(fit["q"])[:SHOWN].ravel()]
        sets.append({"label_count": k, "values": [float(f"{x:.9g}") for x in values.ravel()],
                     "labels": labels.tolist(), "fits": fits})
    versions = {"numpy": np.__version__, "scipy": scipy.__version__, "jax": jax.__version__,
                "scikit-learn": sklearn.__version__, "betacal": "1.1.0",
                "dirichletcal": "0.3.dev4"}
    OUT.write_text(json.dumps({"versions": versions, "sets": sets}) + "\n")


if __name__ == "__main__":
    main()
