"""The first calls of README.md and docs/calibctl.md, run as they are written there."""

import dataclasses
import json
import os
import pathlib
import re
import sys

import pytest

from harness import environment, programs
from harness.server import Calibrd

ROOT = environment.TESTS.parent
ADDRESS = "127.0.0.1:50051"  # of the pages; it is replaced by that of a test's server


@dataclasses.dataclass
class Example:
    """A command and what the page shows after it; `…` stands for what is left out."""

    command: str
    shown: str

    @staticmethod
    def of(text: str) -> "Example":
        command, _, shown = re.split(r"((?<![|\\])\n)", text + "\n", maxsplit=1)
        return Example(command, shown.strip())


def examples(page: str) -> list[Example]:
    """Commands stand behind `$`, in blocks that are indented by four spaces."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^    \$ .*\n(?:(?:    .*)?\n)*", text, re.MULTILINE)
    lines = "".join(re.sub("^    ", "", block, flags=re.MULTILINE) for block in blocks)
    return [Example.of(one) for one in re.split(r"^\$ ", lines, flags=re.MULTILINE) if one]


def type_in(server: Calibrd, command: str, tools: pathlib.Path) -> programs.Ended:
    ended = programs.run(
        ["bash", "-c", command.replace(ADDRESS, server.address)], directory=ROOT,
        variables={"CALIBCTL_SERVER": server.address,
                   "PATH": f"{tools}:{os.environ['PATH']}"})
    assert (ended.code, ended.err) == (0, "")
    return ended


def check_shown(example: Example, out: str) -> None:
    """Numbers may differ in the last digit, as machines do."""
    if example.shown.startswith("{"):
        expected, found = json.loads(example.shown), json.loads(out)
        assert list(found) == list(expected)
        assert found.pop("probabilities") == pytest.approx(expected.pop("probabilities"))
        assert found == expected
    elif example.shown:
        parts = [re.escape(part.strip()) for part in example.shown.split("…")]
        assert re.fullmatch(r"\s*.*".join(parts), out.strip(), re.DOTALL), out


@pytest.fixture
def tools(tmp_path: pathlib.Path) -> pathlib.Path:
    """A folder for PATH, with what the pages call by name."""
    (tmp_path / "calibctl").symlink_to(environment.calibctl())
    (tmp_path / "grpcurl").symlink_to(environment.tool("grpcurl"))
    return tmp_path


@pytest.mark.parametrize("page, count", [("README.md", 3), ("docs/calibctl.md", 2)])
def test_commands_give_what_the_page_shows(servers, tools: pathlib.Path, page: str,
                                           count: int) -> None:
    server = servers.start()
    typed = [example for example in examples(page) if not example.command.endswith("&")]
    assert len(typed) == count
    for example in typed:
        check_shown(example, type_in(server, example.command, tools).out)


def test_the_commands_for_recorded_rows_run_from_the_root(servers,
                                                          tools: pathlib.Path) -> None:
    server = servers.start()
    page = (ROOT / "docs/calibctl.md").read_text(encoding="utf-8")
    command = r"^    (calibctl (?:fit|calibrate|evaluate) models/smollm2(?:.*\\\n)*.*)"
    commands = re.findall(command, page, re.MULTILINE)
    assert len(commands) == 3
    fit, calibrate, evaluate = (
        next(one for one in commands if one.startswith(f"calibctl {verb} "))
        for verb in ("fit", "calibrate", "evaluate"))
    assert "content-free, 5 rows" in type_in(server, fit, tools).out
    lines = type_in(server, calibrate, tools).lines()
    assert len(lines) == 150
    assert {"best_name", "label", "probabilities"} <= lines[0].keys()
    report = tools / "agnews.html"
    shown = type_in(server, evaluate.replace("agnews.html", str(report)), tools).out
    assert "150 rows with labels" in shown and "\nrecommended " in shown
    assert report.is_file()


def test_the_python_example_of_the_readme_runs(servers) -> None:
    server = servers.start()
    server.client.fit("models/gpt2/prompts/sst2", [0.9, 0.1])
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    ended = programs.run([sys.executable, "-"],
                         stdin=example.replace(ADDRESS, server.address))
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "[0, 1]\n"
