"""Every output, pooling and order of normalisation, from content-free rows and from random
words, against the default with the same rows."""

import itertools
from typing import Sequence

from study import markdown
from study.bootstrap import Resamples
from study.measured import Measured, difference, worst_change
from study.recorded import Setting
from study.server import Options, Server
from study.unlabelled import METHODS, NONE, answers, prior_of

OUTPUTS = {"NORMALIZED": (Options.WEIGHTS_DIAGONAL, Options.OUTPUT_NORMALIZED),
           "SOFTMAX": (Options.WEIGHTS_DIAGONAL, Options.OUTPUT_SOFTMAX),
           "IDENTITY": (Options.WEIGHTS_IDENTITY, Options.OUTPUT_SOFTMAX)}
POOLINGS = {"PARAMETERS": Options.POOLING_PARAMETERS,
            "PROBABILITIES": Options.POOLING_PROBABILITIES,
            "MINIMUM": Options.POOLING_MINIMUM}
ORDERS = {"before": Options.NORMALIZE_BEFORE_POOLING, "after": Options.NORMALIZE_AFTER_POOLING}
CHOICES = list(itertools.product(OUTPUTS, POOLINGS, ORDERS))     # the default is the first
SOURCES = {"content-free": "content_free", "random words": "domain"}


def measure(server: Server, settings: Sequence[Setting], source: str, output: str,
            pooling: str, order: str) -> Measured:
    weights, form = OUTPUTS[output]
    fit = prior_of(SOURCES[source], weights=weights, output=form, pooling=POOLINGS[pooling],
                   normalize=ORDERS[order])
    return Measured(settings, answers(server, settings, fit))


def results(server: Server, settings: Sequence[Setting], seed: int) -> dict:
    resamples = Resamples(settings, seed)
    none = Measured(settings, answers(server, settings, METHODS[NONE]))
    found: dict = {}
    for source in SOURCES:
        measured = {choice: measure(server, settings, source, *choice) for choice in CHOICES}
        default = measured[CHOICES[0]]
        found[source] = {", ".join(choice): {
            "accuracy": of_one.accuracy.mean(), "nll": of_one.nll.mean(),
            "ece": float(of_one.ece.mean()),
            "accuracy_change": difference(resamples, of_one.accuracy, default.accuracy),
            "nll_change": difference(resamples, of_one.nll, default.nll),
            "worst": worst_change(of_one, none)["change"],
        } for choice, of_one in measured.items()}
    return found


def tables(found: dict) -> dict[str, str]:
    """One table for each source of the rows."""
    made = {}
    for source, of_source in found.items():
        rows = []
        for choice, of in of_source.items():
            default = choice == ", ".join(CHOICES[0])
            rows.append([*choice.split(", "), markdown.figure(of["accuracy"]),
                         "" if default else markdown.points_estimate(of["accuracy_change"]),
                         markdown.figure(of["nll"]),
                         "" if default else markdown.nats_estimate(of["nll_change"]),
                         markdown.figure(of["ece"]), markdown.points(of["worst"])])
        made["poolings-" + source.replace(" ", "-")] = markdown.table(
            ["output", "pooling", "normalised", "accuracy", "against the default, points",
             "NLL", "against the default, nats", "ECE", "worst setting, points"], rows)
    return made
