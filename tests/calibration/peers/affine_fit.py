"""The affine methods of calibration/labelled.h once more, in numpy, minimised by scipy.

An oracle for those that no light package has: q = softmax(W x + b), the mean of -ln q of
the right labels plus the penalties, whose gradient is written out by hand.
"""

import numpy
import scipy.optimize

from peer_fit import nll, slope_of_temperature, softmax

GRADIENT = 1e-10
# As calibration/labelled.h: no number is without a penalty, so that there is a minimum.
LEAST_STRENGTH = 1e-10
LEAST_INVERSE_TEMPERATURE = 0.01


class Family:
    """W = start + spread(theta) from n numbers, and b. The penalty of W counts those of
    which `penalised` is 1."""

    def __init__(self, start, n, spread, penalised=1.0):
        self.start, self.n, self.spread = start, n, spread
        self.penalised = penalised * numpy.ones(n)

    def parameters(self, theta):
        return self.start + self.spread(theta[:self.n]), theta[self.n:]

    def gradient(self, of_weights, of_bias):
        parts = [numpy.sum(of_weights * self.spread(unit)) for unit in numpy.eye(self.n)]
        return numpy.concatenate([parts, of_bias])

    def strengths(self, weight_l2, bias_l2):
        of_bias = numpy.full(len(self.start), bias_l2)
        wanted = numpy.concatenate([weight_l2 * self.penalised, of_bias])
        return numpy.maximum(wanted, LEAST_STRENGTH)


def none(k):
    return Family(numpy.eye(k), 0, lambda theta: numpy.zeros((k, k)))


def number(k):
    return Family(numpy.eye(k), 1, lambda theta: theta[0] * numpy.eye(k))


def diagonal(k):
    return Family(numpy.eye(k), k, numpy.diag)


def dense(start, penalised=1.0):
    return Family(start, start.size, lambda theta: theta.reshape(start.shape), penalised)


def off_diagonal(k):
    """A dense W with the ODIR penalty."""
    return dense(numpy.eye(k), (1 - numpy.eye(k)).ravel())


def minimise(x, labels, family, weight_l2=0.0, bias_l2=0.0):
    """F at its minimum, with q and W there."""
    k, n = x.shape[1], len(labels)
    right = numpy.eye(k)[labels]
    strengths = family.strengths(weight_l2, bias_l2)

    def value(theta):
        weights, bias = family.parameters(theta)
        q = softmax(x @ weights.T + bias)
        of_likelihood = family.gradient((q - right).T @ x / n, (q - right).mean(axis=0))
        return (nll(q, labels) + (strengths * theta ** 2).sum(),
                of_likelihood + 2 * strengths * theta)

    best = scipy.optimize.minimize(value, numpy.zeros(family.n + k), jac=True, method="BFGS",
                                   options={"gtol": GRADIENT, "maxiter": 100_000})
    weights, bias = family.parameters(best.x)
    return best.fun, softmax(x @ weights.T + bias), weights


def inverse_temperature(rows):
    """The best one that is not below the least, where calibrd stops."""
    def slope(weight):
        return slope_of_temperature(weight, rows)

    if slope(LEAST_INVERSE_TEMPERATURE) >= 0:
        return LEAST_INVERSE_TEMPERATURE
    return scipy.optimize.brentq(slope, LEAST_INVERSE_TEMPERATURE, 100, xtol=1e-12)
