"""The labelled rows that packages and calibrd are given alike.

Half of them are made up, of a model that is too sure of itself and prefers the first
labels; half are answers of real models, of tests/data/llm-rows.
"""

import json
import pathlib

import numpy

from peer_fit import LabelledRows

RECORDED = pathlib.Path(__file__).resolve().parents[2] / "data" / "llm-rows"


def made_up(n, k, seed):
    random = numpy.random.default_rng(seed)
    labels = random.choice(k, n, p=random.dirichlet(numpy.full(k, 8.0)))
    logits = random.normal(0, 1, (n, k)) + 1.2 * numpy.eye(k)[labels]
    logits = 1.7 * logits + numpy.linspace(1, 0, k)
    p = numpy.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return LabelledRows(f"made up, {k} labels", p.astype(numpy.float32), labels)


def recorded(model, task, prompt):
    lines = (RECORDED / f"{model}.{task}.jsonl").read_text().splitlines()
    records = [json.loads(line) for line in lines]
    labels = next(r for r in records if r["kind"] == "task")["labels"]
    rows = [r for r in records if r["kind"] == "test" and r["prompt"] == f"{task}/{prompt}"]
    p = [[sum(numpy.exp(r["logprobs"][alias]) for alias in label["aliases"])
          for label in labels] for r in rows]
    return LabelledRows(f"{model}, {task}, {prompt}", numpy.array(p).astype(numpy.float32),
                        numpy.array([r["label"] for r in rows]))


def all_rows():
    return [made_up(200, 2, 1), made_up(200, 3, 2), made_up(300, 6, 3), made_up(500, 10, 4),
            recorded("smollm2-135m-instruct", "sst2", "plain-4shot-0"),
            recorded("gemma-3-270m", "agnews", "plain-4shot-0"),
            recorded("smollm2-135m-instruct", "trec", "plain-8shot-0")]
