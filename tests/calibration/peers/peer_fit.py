"""Labelled rows, and what a package fitted to them, in the form of fits_test.cc.

Rows are float32, as a request carries them. Packages compute in double from what calibrd
computes from: each row divided by its sum.

A fit has the probabilities `q` of the first rows, and `objective`: what calibrd minimises
(LabelledFit::objective) at the package's optimum, with `weight_l2` and `bias_l2`, 0 unless
said. `slope` is its derivative there, where a package stops before it is 0.
`inverse_temperature` is that of a package which, unlike calibrd, has no bound for it.
"""

import dataclasses
import json

import numpy

import peer_file

SHOWN = 12  # rows of which the probabilities are recorded


@dataclasses.dataclass
class LabelledRows:
    """`values` n×K as they are sent, `p` as they are used."""
    name: str
    values: numpy.ndarray
    labels: numpy.ndarray

    @property
    def p(self):
        values = self.values.astype(numpy.float64)
        return values / values.sum(axis=1, keepdims=True)

    @property
    def label_count(self):
        return self.values.shape[1]


def read_rows():
    """Those of rows.json."""
    cases = json.loads((peer_file.FOLDER / "rows.json").read_text())["cases"]
    return [LabelledRows(case["name"],
                         numpy.array(case["values"], numpy.float32).reshape(
                             -1, case["label_count"]),
                         numpy.array(case["labels"])) for case in cases]


def softmax(scores):
    e = numpy.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def two_columns(q1):
    """Of two labels, from the probability of the second."""
    return numpy.stack([1 - q1, q1], axis=1)


def nll(q, labels):
    return float(-numpy.mean(numpy.log(q[numpy.arange(len(labels)), labels])))


def slope_of_temperature(weight, rows):
    """The derivative of the mean NLL of softmax(weight ln p)."""
    x = numpy.log(rows.p)
    q = softmax(weight * x)
    right = x[numpy.arange(len(x)), rows.labels]
    return float(((q * x).sum(axis=1) - right).mean())


def fit(method, q, *, objective, peer, **fields):
    shown = [float(f"{value:.9g}") for value in numpy.asarray(q)[:SHOWN].ravel()]
    return {"method": method, "peer": peer, "objective": float(objective), **fields,
            "q": shown}


def temperature(rows, weight, peer):
    """The fit of a package that has no bound for 1/T, which is `weight`."""
    q = softmax(weight * numpy.log(rows.p))
    return fit("TEMPERATURE", q, objective=nll(q, rows.labels), peer=peer,
               slope=slope_of_temperature(weight, rows), inverse_temperature=float(weight))


def settle(name, packages, fits_of, all_rows, description):
    """`fits_of` gives a list of fits for rows; see peer_file.settle."""
    cases = [{"name": rows.name, "label_count": rows.label_count,
              "fits": fits_of(rows)} for rows in all_rows]
    peer_file.settle(name, packages, cases, description)
