"""The affine methods of calibration/labelled.h once more, in numpy, minimised by scipy.

An oracle for those that no package has: q = softmax(W x + b), the mean of -ln q of the
right labels plus the penalties, whose gradient is written out by hand.
"""

import numpy
import scipy.optimize

from peer_fit import nll, softmax

GRADIENT = 1e-10


class Family:
    """W and b as linear functions of theta, about `start`."""

    def __init__(self, start_weights, weight_numbers):
        self.start = start_weights
        self.weight_numbers = weight_numbers  # n, and how they make W less start

    def parameters(self, theta):
        n, spread = self.weight_numbers
        return self.start + spread(theta[:n]), theta[n:]

    def gradient(self, of_weights, of_bias):
        n, spread = self.weight_numbers
        parts = [numpy.sum(of_weights * spread(unit)) for unit in numpy.eye(n)]
        return numpy.concatenate([parts, of_bias])


def none(k):
    return Family(numpy.eye(k), (0, lambda theta: numpy.zeros((k, k))))


def number(k):
    return Family(numpy.eye(k), (1, lambda theta: theta[0] * numpy.eye(k)))


def diagonal(k):
    return Family(numpy.eye(k), (k, numpy.diag))


def dense(start):
    k = len(start)
    return Family(start, (k * k, lambda theta: theta.reshape(k, k)))


def minimise(x, labels, family, weight_l2=0.0, bias_l2=0.0):
    """F at its minimum, and q there."""
    k, n = x.shape[1], len(labels)
    wanted = numpy.eye(k)[labels]

    def value(theta):
        weights, bias = family.parameters(theta)
        q = softmax(x @ weights.T + bias)
        away = weights - family.start
        f = nll(q, labels) + weight_l2 * (away ** 2).sum() + bias_l2 * (bias ** 2).sum()
        g = family.gradient((q - wanted).T @ x / n + 2 * weight_l2 * away,
                            (q - wanted).mean(axis=0) + 2 * bias_l2 * bias)
        return f, g

    start = numpy.zeros(family.weight_numbers[0] + k)
    best = scipy.optimize.minimize(value, start, jac=True, method="BFGS",
                                   options={"gtol": GRADIENT, "maxiter": 100_000})
    weights, bias = family.parameters(best.x)
    return best.fun, softmax(x @ weights.T + bias)
