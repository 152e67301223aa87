"""What answers are worth, given the right labels. Shapes: q n×K, answers n.

The definitions are those of docs/methods.md and of EvaluateProfile; ECE has 15 bins of
equal width, and a confidence on an edge goes to the left bin.
"""

import numpy

BINS = 15
LEAST_LIKELIHOOD = 1e-12


def right(q: numpy.ndarray, answers: numpy.ndarray) -> numpy.ndarray:
    """1 where the best label is the right one; the lowest index on a tie."""
    return (q.argmax(axis=1) == answers).astype(float)


def accuracy(q: numpy.ndarray, answers: numpy.ndarray) -> float:
    return float(right(q, answers).mean())


def losses(q: numpy.ndarray, answers: numpy.ndarray) -> numpy.ndarray:
    """-ln q of the right label, in nats."""
    return -numpy.log(numpy.maximum(q[numpy.arange(len(answers)), answers], LEAST_LIKELIHOOD))


def ece(q: numpy.ndarray, answers: numpy.ndarray) -> float:
    confidence, hit = q.max(axis=1), right(q, answers)
    edges = numpy.arange(1, BINS + 1) / BINS
    bins = numpy.searchsorted(edges, confidence, side="left").clip(max=BINS - 1)
    sums = numpy.bincount(bins, weights=confidence - hit, minlength=BINS)
    return float(numpy.abs(sums).sum() / len(answers))


def balanced_accuracy(q: numpy.ndarray, answers: numpy.ndarray) -> float:
    """The mean over the labels that occur of the accuracy on their rows."""
    hit = right(q, answers)
    return float(numpy.mean([hit[answers == label].mean() for label in numpy.unique(answers)]))


def skill(q: numpy.ndarray, answers: numpy.ndarray) -> float:
    """Balanced accuracy above chance: 0 for answers that say nothing, whatever their bias."""
    return balanced_accuracy(q, answers) - 1 / q.shape[1]
