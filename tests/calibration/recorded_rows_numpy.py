#!/usr/bin/python3
"""Accuracy, NLL and ECE of the recorded rows, computed with numpy in float64.

An independent computation of what recorded_rows_test.cc checks the C++ code against:

    tests/calibration/recorded_rows_numpy.py            writes tests/golden/recorded_rows.json
    tests/calibration/recorded_rows_numpy.py --check    fails if that file is not fresh

Rows are the plain prompts without demonstrations. They are rounded to float32 first, as
that is what a request carries; everything after is float64. ECE has 15 bins of equal
width; a confidence on an edge goes to the left bin.
"""

import argparse
import json
import pathlib
import sys

import numpy

TESTS = pathlib.Path(__file__).resolve().parent.parent
GOLDEN = TESTS / "golden" / "recorded_rows.json"
MODEL = "smollm2-135m-instruct"
TASKS = ("sst2", "trec", "agnews")
CONTENT_FREE = ("N/A", "[MASK]", "")
BINS = 15
TOLERANCE = 1e-12


def load(task):
    """The rows of each kind, not normalised, and the right labels of the test rows."""
    path = TESTS / "data" / "llm-rows" / f"{MODEL}.{task}.jsonl"
    records = [json.loads(line) for line in path.read_text().splitlines()]
    labels = next(r for r in records if r["kind"] == "task")["labels"]
    prompt = f"{task}/plain-0shot-0"
    records = [r for r in records if r.get("prompt") == prompt]

    def rows(kind):
        wanted = [r for r in records if r["kind"] == kind
                  and (kind != "content_free" or r["text"] in CONTENT_FREE)]
        p = [[sum(numpy.exp(r["logprobs"][alias]) for alias in label["aliases"])
              for label in labels] for r in wanted]
        return numpy.array(p).astype(numpy.float32).astype(numpy.float64)

    answers = numpy.array([r["label"] for r in records if r["kind"] == "test"])
    return rows("test"), rows("content_free"), rows("domain"), answers


def onto_labels(p):
    return p / p.sum(axis=-1, keepdims=True)


def softmax(scores):
    e = numpy.exp(scores - scores.max(axis=-1, keepdims=True))
    return onto_labels(e)


def geometric_mean(rows):
    return numpy.exp(numpy.log(rows).mean(axis=0))


def corrected(test, content_free, domain):
    """The test rows under each method of the table, its columns in their order."""
    p, c, d = onto_labels(test), onto_labels(content_free), onto_labels(domain)
    return {
        "none": p,
        "normalized_parameters": onto_labels(p / geometric_mean(c)),
        "softmax_parameters": softmax(p * (1 / c).mean(axis=0)),
        "normalized_probabilities": onto_labels(p / c.mean(axis=0)),
        "identity": softmax(p - c.mean(axis=0)),
        "random_words": onto_labels(p / geometric_mean(d)),
        "rows_themselves": onto_labels(p / geometric_mean(p)),
    }


def measure(q, answers):
    confidence, best = q.max(axis=1), q.argmax(axis=1)
    right = best == answers
    edges = numpy.arange(1, BINS + 1) / BINS
    bins = numpy.searchsorted(edges, confidence, side="left").clip(max=BINS - 1)
    ece = 0.0
    for b in range(BINS):
        inside = bins == b
        if inside.any():
            gap = abs(confidence[inside].mean() - right[inside].mean())
            ece += inside.mean() * gap
    nll = -numpy.log(q[numpy.arange(len(answers)), answers]).mean()
    return {"accuracy": float(right.mean()), "nll": float(nll), "ece": float(ece)}


def compute():
    golden = {}
    for task in TASKS:
        *rows, answers = load(task)
        golden[task] = {method: measure(q, answers) for method, q in corrected(*rows).items()}
    return golden


def difference(golden, stored):
    """What the two disagree on, or None."""
    if golden.keys() != stored.keys():
        return f"tasks {sorted(stored)}"
    for task, methods in golden.items():
        if methods.keys() != stored[task].keys():
            return f"methods of {task}: {sorted(stored[task])}"
        for method, figures in methods.items():
            if figures.keys() != stored[task][method].keys():
                return f"figures of {task}, {method}: {sorted(stored[task][method])}"
            for name, value in figures.items():
                other = stored[task][method][name]
                if not abs(value - other) <= TOLERANCE:
                    return f"{task}, {method}, {name}: {other} stored, {value} computed"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    golden = compute()
    if parser.parse_args().check:
        wrong = difference(golden, json.loads(GOLDEN.read_text()))
        if wrong:
            sys.exit(f"{GOLDEN.name} is not fresh: {wrong}")
        print(f"{GOLDEN.name} is fresh")
        return
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(json.dumps(golden, indent=2) + "\n")
    print(f"wrote {GOLDEN.name}")


if __name__ == "__main__":
    main()
