"""Figures on their way into results.json and the pages."""

import json

import pytest

from study import markdown, pages, results


def test_figures_are_rounded_and_lists_stay_on_a_line() -> None:
    found = results.rounded({"a": [0.123456, -0.00001], "b": {"c": 1, "d": "x [1,\n2]"}})
    text = results.text(found)
    assert json.loads(text) == {"a": [0.1235, 0.0], "b": {"c": 1, "d": "x [1,\n2]"}}
    assert "[0.1235, 0.0]" in text


def test_a_figure_that_differs_is_named() -> None:
    stored = {"a": {"b": [0.5, 0.25]}, "only stored": 1.0}
    assert list(results.differences(stored, {"a": {"b": [0.506, 0.25]}})) == []
    (wrong,) = results.differences(stored, {"a": {"b": [0.5, 0.26]}})
    assert wrong.startswith("/a/b[1]: 0.25 is stored, 0.2600")
    assert list(results.differences(stored, {"a": {"b": [0.5, float("nan")]}}))
    assert list(results.differences(stored, {"a": {"b": [0.5]}}))
    assert list(results.differences(stored, {"a": {"c": 1.0}})) == ["/a/c is not stored"]
    assert list(results.differences({"a": "ENSEMBLE"}, {"a": "NONE"}))


def test_a_page_takes_its_tables_and_keeps_the_rest() -> None:
    page = "before\n<!-- study:a -->\nold\n<!-- /study:a -->\nafter\n"
    expected = "before\n<!-- study:a -->\n| new |\n<!-- /study:a -->\nafter\n"
    assert pages.filled(page, {"a": "| new |"}) == expected
    assert pages.filled(expected, {"a": "| new |"}) == expected


def test_a_mark_without_an_end_is_an_error() -> None:
    with pytest.raises(ValueError, match="study:a"):
        pages.filled("<!-- study:a -->\ntext\n", {"a": "x"})


def test_points_have_a_sign_and_zero_no_minus() -> None:
    assert [markdown.points(x) for x in (0.1234, -0.28, -0.0004, 0.0)] == [
        "+12.3", "-28.0", "+0.0", "+0.0"]
    assert markdown.table(["a", "b"], [["1", "2"]]) == "| a | b |\n|---|---|\n| 1 | 2 |"
