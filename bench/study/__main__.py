"""Measures every method on the recorded rows through a real calibrd, and writes
bench/study/results.json and the tables of docs/methods.md and docs/study.md.

    scripts/study            measures everything and writes
    scripts/study --check    measures everything; fails, naming each figure that differs
                             from what is stored by more than 0.007
    scripts/study --quick    the same for a few settings, in seconds
    scripts/study --tables   writes the tables anew from the figures that are stored
"""

import argparse
import sys
import time
from typing import Sequence

import numpy

from study import (adaptive, balanced, by_setting, labelled, pages, poolings, recommendation,
                   recorded, results, signals, unlabelled)
from study.measured import Measured
from study.recorded import Setting
from study.server import Server

# Of the bootstrap. Draws of rows have seeds of their own, see streams.py.
SEED = 20240607
# With them --quick measures again what can be measured for one setting: K = 2, 4 and 6, both
# models, plain and balanced, with skill and without.
QUICK = ("gemma-3-270m/sst2/plain-1shot-1", "smollm2-135m-instruct/agnews/balanced-4shot-0",
         "smollm2-135m-instruct/rte/plain-4shot-0", "smollm2-135m-instruct/trec/plain-8shot-1")


def progress(what: str, since: float) -> None:
    print(f"study: {what}, {time.monotonic() - since:.0f} s", file=sys.stderr)


def measure(server: Server, settings: Sequence[Setting]) -> dict:
    """Everything that is published."""
    since = time.monotonic()
    summary = recorded.of_the_summary(settings)
    found = {"about": {"calibrd": server.version, "numpy": numpy.__version__,
                       "bootstrap_seed": SEED}}
    found["unlabelled"] = unlabelled.results(server, settings, SEED)
    progress("without labels", since)
    found["poolings"] = poolings.results(server, summary, SEED)
    found["balanced"] = balanced.results(server, settings, SEED)
    found["signal"] = signals.results(server, settings, SEED)
    progress("poolings, balanced demonstrations and signal", since)
    found["adaptive"] = adaptive.results(server, summary, SEED)
    progress("adaptive", since)
    measured, advice = labelled.measure(server, settings)
    found["labelled"] = labelled.results(measured, advice, summary, SEED)
    found["recommendation"] = recommendation.results(
        measured, advice, [s for s in settings if s.plain], SEED)
    progress("with labels", since)
    return results.rounded(found)


def measure_some(server: Server, settings: Sequence[Setting]) -> dict:
    """The part of it that needs these settings only."""
    measured, advice = labelled.measure(server, settings)
    return results.rounded({
        "unlabelled": {"by_setting": by_name(unlabelled.measure(server, settings))},
        "labelled": {"by_setting": by_name(measured), "advice": advice},
        "signal": {"by_setting": signals.by_setting(server, settings)}})


def by_name(measured: dict[str, Measured]) -> dict:
    return {name: of.by_setting() for name, of in measured.items()}


def tables(settings: Sequence[Setting], found: dict) -> dict[str, str]:
    return {
        **unlabelled.tables(found["unlabelled"]), **labelled.tables(found["labelled"]),
        **recommendation.tables(found["recommendation"]),
        **adaptive.tables(found["adaptive"]), **poolings.tables(found["poolings"]),
        **balanced.tables(found["balanced"]), **signals.tables(found["signal"]),
        **by_setting.tables(settings, found)}


def write(settings: Sequence[Setting], found: dict) -> None:
    results.FILE.write_text(results.text(found), encoding="utf-8")
    for page, text in pages.all_filled(tables(settings, found)).items():
        page.write_text(text, encoding="utf-8")


def wrong(settings: Sequence[Setting], stored: dict, computed: dict) -> list[str]:
    """What is not fresh: figures that differ, and pages that do not show what is stored."""
    computed = {name: of for name, of in computed.items() if name != "about"}
    found = list(results.differences(stored, computed))
    for page, text in pages.all_filled(tables(settings, stored)).items():
        if text != page.read_text(encoding="utf-8"):
            found.append(f"{page.name} does not show what {results.FILE.name} holds")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="study", description=__doc__.partition("\n\n")[0])
    mode = parser.add_mutually_exclusive_group()
    for name in ("check", "quick", "tables"):
        mode.add_argument(f"--{name}", action="store_true")
    options = parser.parse_args()
    settings = recorded.load_all()
    if options.tables:
        write(settings, results.load())
        return
    with Server() as server:
        if options.quick:
            found = measure_some(server, [s for s in settings if s.name in QUICK])
        else:
            found = measure(server, settings)
    if not (options.check or options.quick):
        write(settings, found)
        return
    problems = wrong(settings, results.load(), found)
    if problems:
        sys.exit("the study is not fresh:\n" + "\n".join(problems))
    print("the study is fresh")


if __name__ == "__main__":
    main()
