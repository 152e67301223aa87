"""The big table: model × task × demonstrations × method, the mean over the seeds of the
demonstrations."""

import collections
from typing import Iterable, Sequence

import numpy

from study import markdown
from study.recorded import Setting
from study.unlabelled import NONE

Figures = dict[str, dict[str, list[float]]]           # method, setting: accuracy, NLL, ECE


def _columns(settings: Sequence[Setting]) -> dict[str, list[Setting]]:
    columns = collections.defaultdict(list)
    for setting in settings:
        columns[setting.demonstrations].append(setting)
    return columns


def _cell(of_method: dict[str, list[float]], settings: Iterable[Setting]) -> str:
    mean = numpy.mean([of_method[s.name] for s in settings], axis=0)
    return " / ".join(markdown.figure(value) for value in mean)


def _worst(of_method: dict, none: dict, settings: Iterable[Setting]) -> str:
    return markdown.points(min(of_method[s.name][0] - none[s.name][0] for s in settings))


def file_table(settings: Sequence[Setting], figures: Figures) -> str:
    """The settings of one model and task."""
    columns = _columns(settings)
    rows = [[name, *(_cell(of_method, of_one) for of_one in columns.values()),
             _worst(of_method, figures[NONE], settings)]
            for name, of_method in figures.items() if settings[0].name in of_method]
    return markdown.table(["method", *columns, "worst setting, points"], rows)


def tables(settings: Sequence[Setting], found: dict) -> dict[str, str]:
    """The page of all settings, one section for each model and task."""
    files = collections.defaultdict(list)
    for setting in settings:
        files[setting.file].append(setting)
    parts = []
    for file, of_file in files.items():
        parts += [f"## {file.replace('/', ', ')}", "All rows, without labels:",
                  file_table(of_file, found["unlabelled"]["by_setting"]),
                  "64 labelled rows, on the rest:",
                  file_table(of_file, found["labelled"]["by_setting"])]
    return {"by-setting": "\n\n".join(parts)}
