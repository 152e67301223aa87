"""The page of calibctl evaluate --html, as a browser's parser and an XML parser see it."""

import html.parser
import json
import os
import pathlib
import stat
import sys
import xml.etree.ElementTree as ElementTree

import numpy
import pytest

from harness import environment
from harness.programs import Ended, calibctl
from harness.server import Calibrd

sys.path.append(str(environment.TESTS / "calibration"))
import recorded_rows_numpy as recorded  # noqa: E402

NAMES = ("Number", "Location", "Person", "Description", "Entity", "Abbreviation")
PROFILE = "models/smollm2/prompts/trec"
HOSTILE = ("</td><script>alert(1)</script>", "\" onmouseover=\"alert(2)", "& <b>'bold'</b>",
           "<!-- <svg onload=alert(3)> -->", "]]>\u202egnirts", "感情 🙂 " + "long " * 40)
VOID = {"meta", "br", "img", "link", "input"}


def ok(server: Calibrd, *arguments: str, stdin: str = "") -> Ended:
    ended = calibctl(server.address, *arguments, stdin=stdin)
    assert (ended.code, ended.err) == (0, "")
    return ended


def lines(rows, answers) -> str:
    return "".join(json.dumps({"probabilities": [float(p) for p in row],
                               "label": int(answer)}) + "\n"
                   for row, answer in zip(rows, answers))


class Checked(html.parser.HTMLParser):
    """Elements are closed in order; none of them runs or loads anything."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes) -> None:
        assert tag not in ("script", "img", "iframe", "object", "embed", "link", "a")
        for name, value in attributes:
            assert not name.startswith("on")
            assert name not in ("src", "href", "xlink:href", "srcset", "action")
            assert "url(" not in (value or "") and "javascript:" not in (value or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes) -> None:
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag) -> None:
        assert self.open.pop() == tag

    def handle_data(self, text) -> None:
        self.text += text


def parsed(path: pathlib.Path) -> ElementTree.Element:
    text = path.read_text(encoding="utf-8")
    Checked(text)
    for reference in ("http:", "https:", "@import", "url("):
        assert reference not in text
    return ElementTree.fromstring(text)


def section(page: ElementTree.Element, name: str) -> ElementTree.Element:
    return next(one for one in page.iter("section") if one.get("id") == name)


def numbers(element: ElementTree.Element) -> list[float]:
    return [float(one.get("value")) for one in element.iter("data")]


def table(element: ElementTree.Element) -> dict[str, list[float]]:
    """The numbers of each line, by the first word of the cell that names it."""
    return {"".join(row.find("th").itertext()).split()[0]: numbers(row)
            for row in element.iter("tr") if row.find("td") is not None}


@pytest.fixture(scope="module")
def trec(server: Calibrd) -> Calibrd:
    _, content_free, _, _ = recorded.load("trec")
    server.client.fit(PROFILE, content_free.ravel(), NAMES)
    return server


@pytest.fixture(scope="module")
def evaluated(trec: Calibrd, tmp_path_factory) -> tuple[dict, ElementTree.Element]:
    """The evaluation as JSON, and its page."""
    path = tmp_path_factory.mktemp("page") / "trec.html"
    rows, _, _, answers = recorded.load("trec")
    found = ok(trec, "evaluate", PROFILE, "-o", "json", f"--html={path}",
               stdin=lines(rows, answers)).json()
    return found, parsed(path)


# Numbers.

def test_measures_are_those_of_the_json(evaluated) -> None:
    found, page = evaluated
    shown = table(section(page, "measures"))
    fields = {"accuracy": "accuracy", "balanced-accuracy": "balancedAccuracy",
              "macro-f1": "macroF1", "nll": "nll", "brier": "brier", "ece": "ece",
              "ece-equal-mass": "eceEqualMass", "mce": "mce",
              "classwise-ece": "classwiseEce", "debiased-ece": "debiasedEce",
              "smooth-ece": "smoothEce", "marginal-error": "marginalError"}
    assert set(shown) == set(fields)
    for word, field in fields.items():
        assert shown[word] == pytest.approx(
            [found[side]["measures"][field]["value"] for side in ("before", "after")],
            abs=1e-11)


def test_candidates_are_those_of_the_json(evaluated) -> None:
    found, page = evaluated
    shown = table(section(page, "candidates"))
    for candidate in found["candidates"]:
        word = candidate["method"].removeprefix("METHOD_").lower().replace("_", "-")
        measures = candidate["measures"]
        assert shown.pop(word) == pytest.approx(
            [measures["accuracy"]["value"], candidate["accuracyChange"]["value"],
             measures["nll"]["value"], candidate["nllChange"]["value"],
             measures["ece"]["value"]], abs=1e-11)
    assert not shown
    text = "".join(page.itertext())
    assert found["recommendation"]["reason"] in text


def test_bins_and_confusions_are_those_of_the_json(evaluated) -> None:
    found, page = evaluated
    tables = list(section(page, "reliability").iter("table"))
    matrices = list(section(page, "confusion").iter("table"))
    for side, bins, matrix in zip(("before", "after"), tables, matrices):
        expected = [number for one in found[side]["reliability"] for number in
                    (int(one["rowCount"]), one["confidence"], one["accuracy"],
                     one["accuracy"] - one["confidence"])]
        assert numbers(bins) == pytest.approx(expected, abs=1e-11)
        assert numbers(matrix) == [int(n) for n in found[side]["confusion"]]


def test_decisions_and_prior_are_shares(trec: Calibrd, evaluated) -> None:
    found, page = evaluated
    counts = numpy.array(found["labelRowCounts"], int) / int(found["rowCount"])
    sides = [numpy.array(found[side]["confusion"], int).reshape(6, 6).sum(axis=0) / 150
             for side in ("before", "after")]
    expected = numpy.stack([*sides, counts], axis=1)
    assert numbers(section(page, "decisions")) == pytest.approx(expected.ravel())
    prior = numpy.array(trec.client.get(PROFILE).bias.prior)
    shown = numpy.array(numbers(section(page, "prior"))).reshape(6, 3)
    assert shown[:, 0] == pytest.approx(prior)
    assert shown[:, 1] == pytest.approx(numpy.full(6, 1 / 6), abs=1e-6)
    assert shown[:, 2] == pytest.approx(numpy.full(6, 1 / 6))


def test_every_figure_is_told_in_words(evaluated) -> None:
    _, page = evaluated
    figures = list(page.iter("svg"))
    assert len(figures) == 8  # 2 reliability, 2 bias, 2 confusion, 2 methods
    for figure in figures:
        assert figure.get("role") == "img"
        assert figure.find("title").text and len(figure.find("desc").text) > 40
    assert page.get("lang") == "en" and page.find("head/title").text


# Names that come from anybody.

def test_hostile_names_stay_text(server: Calibrd, tmp_path: pathlib.Path) -> None:
    name = "models/<script>alert(0)</script>/prompts/\"&'"
    path = tmp_path / "hostile.html"
    rows, content_free, _, answers = recorded.load("trec")
    server.client.fit(name, content_free.ravel(), HOSTILE)
    ok(server, "evaluate", name, f"--html={path}", stdin=lines(rows, answers))
    text = "".join(parsed(path).itertext())
    assert name in text
    for label in HOSTILE:
        assert label.replace("\u202e", "\\u202e") in text or label.strip() in text


@pytest.mark.parametrize("label_count", [1, 12, 13, 100, 101])
def test_any_number_of_labels_makes_a_page(server: Calibrd, tmp_path: pathlib.Path,
                                           label_count: int) -> None:
    name = f"models/m/prompts/labels-{label_count}"
    path = tmp_path / "page.html"
    some = numpy.random.default_rng(label_count)
    rows = some.dirichlet(numpy.ones(label_count), 200)
    server.client.fit(name, rows[0], [f"the label {k}" for k in range(label_count)])
    methods = ["--method=temperature"] if label_count > 1 else []
    ok(server, "evaluate", name, f"--html={path}", *methods, "--resamples=100",
       stdin=lines(rows, some.integers(0, label_count, 200)))
    page = parsed(path)
    sections = {one.get("id") for one in page.iter("section")}
    assert ("confusion" in sections) == (label_count <= 100)
    assert ("candidates" in sections) == (label_count > 1)
    assert path.stat().st_size < 3_000_000


def test_a_profile_without_a_prior_has_a_page(server: Calibrd,
                                              tmp_path: pathlib.Path) -> None:
    name, path = "models/m/prompts/imported", tmp_path / "page.html"
    rows, _, _, answers = recorded.load("sst2")
    ok(server, "import", "-", stdin=json.dumps({
        "name": name, "labelCount": 2, "transform": {"input": "INPUT_LOG_PROBABILITY"}}))
    ok(server, "evaluate", name, f"--html={path}", "--measure-only",
       stdin=lines(rows, answers))
    sections = {one.get("id") for one in parsed(path).iter("section")}
    assert not {"prior", "candidates"} & sections
    assert {"reliability", "decisions", "confusion", "measures"} <= sections


# The file.

def test_the_same_evaluation_writes_the_same_page(trec: Calibrd,
                                                  tmp_path: pathlib.Path) -> None:
    rows, _, _, answers = recorded.load("trec")
    pages = []
    path = tmp_path / "page.html"
    path.write_text("an older page")
    for _ in range(2):
        ok(trec, "evaluate", PROFILE, "--html", str(path), stdin=lines(rows, answers))
        pages.append(path.read_bytes())
    assert pages[0] == pages[1]
    assert os.listdir(tmp_path) == ["page.html"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~current_umask()


def current_umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@pytest.mark.parametrize("path, words", [
    ("no/such/folder/page.html", "No such file or directory"),
    (".", "is no regular file"),
    ("/dev/null", "is no regular file"),
])
def test_a_path_that_cannot_be_written_is_told_before_rows_are_sent(
        trec: Calibrd, tmp_path: pathlib.Path, path: str, words: str) -> None:
    ended = calibctl("127.0.0.1:1", "evaluate", PROFILE,
                     f"--html={tmp_path / path}", stdin="not read")
    assert (ended.code, ended.out) == (1, "")
    assert "calibctl: --html " in ended.err and words in ended.err


def test_a_failed_evaluation_leaves_the_older_page(trec: Calibrd,
                                                   tmp_path: pathlib.Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("an older page")
    ended = calibctl(trec.address, "evaluate", PROFILE, f"--html={path}",
                     stdin=lines([[0.1] * 6], [0]))
    assert ended.code == 3
    assert path.read_text() == "an older page"
    assert os.listdir(tmp_path) == ["page.html"]
