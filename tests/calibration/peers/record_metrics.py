#!/usr/bin/env python3
"""Metrics of made-up rows as other packages compute them.

metrics_test.cc checks the C++ code against them. Rows are float32, as a request carries
them; the packages get them as float64.
"""

import warnings

import calibration as uncertainty_calibration
import numpy
import relplot
import sklearn.calibration
import sklearn.metrics

import peer_file

PACKAGES = ("numpy", "relplot", "scikit-learn", "uncertainty-calibration")
# The grid of 7/1024 has an even number of points.
BANDWIDTHS = (0.002, 7 / 1024, 0.01, 0.05, 0.3, 1.0)


def made_up(rng, n, k, scale, skew):
    """Rows that are overconfident where scale > 1, and their labels."""
    logits = rng.normal(size=(n, k)) * 1.5
    p = numpy.exp(logits)
    p /= p.sum(axis=1, keepdims=True)
    labels = numpy.array([rng.choice(k, p=row) for row in p])
    q = numpy.exp(logits * scale + numpy.linspace(0, skew, k))
    return q / q.sum(axis=1, keepdims=True), labels


def in_steps(rows, steps):
    """Rows of multiples of 1/steps: ties, repeated values, and values on edges."""
    whole = numpy.floor(rows * steps)
    whole[:, 0] += steps - whole.sum(axis=1)
    return whole / steps


def cases():
    rng = numpy.random.default_rng(20240229)
    rows, labels = made_up(rng, 150, 2, 2.0, 0.5)
    yield "two labels, overconfident", rows, labels, 15
    rows, labels = made_up(rng, 400, 2, 1.0, 0.0)
    yield "two labels, calibrated", rows, labels, 15
    rows, labels = made_up(rng, 120, 4, 1.5, 1.0)
    rows[:, 2] *= 1e-3
    labels[labels == 2] = 3
    yield "a label without rows and decisions", rows / rows.sum(axis=1)[:, None], labels, 10
    rows, labels = made_up(rng, 200, 3, 1.2, 0.3)
    yield "values on edges, ties", in_steps(rows, 32), labels, 16
    rows, labels = made_up(rng, 200, 10, 0.7, -1.0)
    yield "ten labels, underconfident", rows, labels, 15
    rows, labels = made_up(rng, 12, 3, 1.0, 0.0)
    yield "fewer rows than bins", rows, labels, 15


def classification(p, labels):
    k = p.shape[1]
    decisions = p.argmax(axis=1)
    names = range(k)
    figures = {
        "accuracy": sklearn.metrics.accuracy_score(labels, decisions),
        "balanced_accuracy": sklearn.metrics.balanced_accuracy_score(labels, decisions),
        "macro_f1": sklearn.metrics.f1_score(
            labels, decisions, labels=names, average="macro", zero_division=0),
        "confusion": sklearn.metrics.confusion_matrix(
            labels, decisions, labels=names).ravel().tolist(),
        # It would limit a likelihood at 2.2e-16, and calibrd limits it at 1e-12.
        "nll": sklearn.metrics.log_loss(labels, p.clip(1e-12, 1), labels=names),
        "brier": sklearn.metrics.brier_score_loss(
            labels, p, labels=names, scale_by_half=False),
    }
    if k == 2:
        figures["binary_brier"] = sklearn.metrics.brier_score_loss(labels, p[:, 1])
    return figures


def binned(p, labels, bins):
    peer = uncertainty_calibration
    confidence = p.max(axis=1)
    right = (p.argmax(axis=1) == labels).astype(float)
    filled = [b for b in peer.utils.bin(list(zip(confidence, right)),
                                        peer.get_equal_prob_bins(None, bins)) if len(b)]
    share, mean = sklearn.calibration.calibration_curve(right, confidence, n_bins=bins)
    return {
        "ece_equal_width": peer.get_ece(p, labels, num_bins=bins),
        "ece_equal_mass": peer.get_ece_em(p, labels, num_bins=bins),
        "classwise_equal_width": peer.get_ece(p, labels, num_bins=bins, mode="marginal"),
        "classwise_equal_mass": peer.get_ece_em(p, labels, num_bins=bins, mode="marginal"),
        "debiased_top": peer.lower_bound_scaling_ce(
            p, labels, p=2, debias=True, num_bins=bins, mode="top-label"),
        "debiased_marginal": peer.lower_bound_scaling_ce(
            p, labels, p=2, debias=True, num_bins=bins, mode="marginal"),
        "mce": max(abs(peer.utils.difference_mean(b)) for b in filled),
        "table_accuracy": share.tolist(),
        "table_confidence": mean.tolist(),
    }


def smooth(p, labels):
    confidence = p.max(axis=1)
    right = (p.argmax(axis=1) == labels).astype(float)
    error, bandwidth = relplot.smECE(confidence, right, return_width=True)
    return {
        "smooth_ece": error,
        "smooth_bandwidth": bandwidth,
        "smooth_at": [[s, relplot.smECE_sigma(confidence, right, s)] for s in BANDWIDTHS],
    }


def record():
    recorded = []
    for name, rows, labels, bins in cases():
        rows = rows.astype(numpy.float32)
        p = rows.astype(numpy.float64)
        recorded.append({
            "name": name,
            "bins": bins,
            "label_count": p.shape[1],
            "rows": peer_file.floats(rows),
            "labels": labels.tolist(),
            "expected": classification(p, labels) | binned(p, labels, bins) | smooth(p, labels),
        })
    return recorded


if __name__ == "__main__":
    # scikit-learn warns of sums that are 1 in float32 only.
    warnings.filterwarnings("ignore", message="The y_prob values do not sum to one")
    peer_file.settle("metrics.json", PACKAGES, record(), __doc__)
