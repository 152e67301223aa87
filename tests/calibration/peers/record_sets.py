#!/usr/bin/env python3
"""Prediction sets of made-up rows as MAPIE computes them.

sets_test.cc checks the C++ code against them.

MAPIE draws a random number for each row that it fits. They are replaced: by 1 for kAps, by
0 for kApsInclusive, and by those of calibration/random.h for kApsRandomized.
"""

import mapie.classification
import numpy
import sklearn.base

import peer_file

PACKAGES = ("mapie", "numpy", "scikit-learn")
COVERAGES = (0.5, 0.8, 0.9, 0.95)
SCORES = ("kLac", "kAps", "kApsInclusive", "kApsRandomized")  # for K = 2 the first
SEED = 5
MASK = (1 << 64) - 1


class Given(sklearn.base.ClassifierMixin, sklearn.base.BaseEstimator):
    """A classifier whose inputs are its probabilities."""

    def __init__(self, k=2):
        self.k = k
        self.classes_ = numpy.arange(k)

    def fit(self, x, y):
        return self

    def predict_proba(self, x):
        return x

    def predict(self, x):
        return x.argmax(axis=1)

    def __sklearn_is_fitted__(self):
        return True


class Drawn(numpy.random.RandomState):
    """Gives the numbers that it was given."""

    def give(self, numbers):
        self.numbers = numbers
        return self

    def uniform(self, low=0.0, high=1.0, size=None):
        return numpy.asarray(self.numbers)


def split_mix(seed, n):
    """n numbers of calibration/random.h in [0, 1)."""
    def mix(x):
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9 & MASK
        x = (x ^ (x >> 27)) * 0x94d049bb133111eb & MASK
        return x ^ (x >> 31)

    state, numbers = mix(seed) ^ mix(MASK), []
    for _ in range(n):
        state = (state + 0x9e3779b97f4a7c15) & MASK
        numbers.append((mix(state) >> 11) * 2.0**-53)
    return numbers


def made_up(rng, n, k):
    logits = rng.normal(size=(n, k)) * 1.5
    p = numpy.exp(logits)
    labels = [int(rng.choice(k, p=row)) for row in p / p.sum(axis=1, keepdims=True)]
    q = numpy.exp(logits * 1.7)
    return (q / q.sum(axis=1, keepdims=True)).astype(numpy.float32), labels


def sets_of(score, fitted, labels, used):
    k, n = fitted.shape[1], len(labels)
    numbers = {"kApsInclusive": numpy.zeros(n), "kAps": numpy.ones(n),
               "kApsRandomized": split_mix(SEED, n)}.get(score)
    classifier = mapie.classification.SplitConformalClassifier(
        Given(k), confidence_level=list(COVERAGES), prefit=True,
        conformity_score="lac" if score == "kLac" else "aps",
        random_state=Drawn(0).give(numbers))
    classifier.conformalize(fitted.astype(float), numpy.array(labels))
    params = {} if score == "kLac" else {"include_last_label": score != "kApsInclusive"}
    _, sets = classifier.predict_set(used.astype(float), conformity_score_params=params)
    scores = numpy.sort(classifier.conformity_scores.ravel())
    return {
        "score": score,
        "scores": scores.tolist(),
        "sets": [[numpy.flatnonzero(sets[i, :, c]).tolist() for i in range(len(used))]
                 for c in range(len(COVERAGES))],
    }


def record():
    rng = numpy.random.default_rng(20240301)
    recorded = []
    for k, n in ((2, 60), (4, 80), (7, 99)):
        fitted, labels = made_up(rng, n, k)
        used, _ = made_up(rng, 30, k)
        recorded.append({
            "label_count": k,
            "seed": SEED,
            "coverages": list(COVERAGES),
            "rows": peer_file.floats(fitted),
            "labels": labels,
            "used": peer_file.floats(used),
            "expected": [sets_of(score, fitted, labels, used)
                         for score in (SCORES if k > 2 else ("kLac",))],
        })
    return recorded


if __name__ == "__main__":
    peer_file.settle("sets.json", PACKAGES, record(), __doc__)
