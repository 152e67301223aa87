"""Rows that no model can have meant: the refusal names the row and the label."""

import math
from typing import Iterator

import pytest
from calibration.v1 import rows_pb2, calibration_service_pb2 as service_pb2

from harness.bad_request import KEPT, Bad, check_refused, keep_a_profile
from harness.client import calibrate_request, fit_request, rows
from harness.server import Calibrd

MANY_ROWS = 65_536


@pytest.fixture(autouse=True, scope="module")
def kept(server: Calibrd) -> None:
    keep_a_profile(server)


def both(title: str, values: list[float], reason: str, index: int, words: tuple[str, ...],
         log: bool = False, metadata: dict[str, str] = {}) -> Iterator[Bad]:
    """The same rows in a fit and in a Calibrate."""
    kind = "log_probabilities" if log else "probabilities"
    path = f"{kind}.values" + ("" if index < 0 else f"[{index}]")
    title = f"{title} {kind}"
    yield Bad(f"fit of {title}", "FitProfile", fit_request(KEPT, values, log=log), reason,
              words, f"content_free.{path}", metadata=metadata)
    yield Bad(f"calibrate of {title}", "Calibrate",
              calibrate_request(KEPT, values, log=log), reason, words, f"rows.{path}",
              metadata=metadata)


def bad_value(title: str, value: float, reason: str, word: str, log: bool) -> Iterator[Bad]:
    """One bad number: row 1, label 1, which is values[3]."""
    good = [-0.1, -2.3, -0.2] if log else [0.9, 0.1, 0.8]
    yield from both(title, [*good, value], reason, 3,
                    ("row 1", 'label 1 ("Positive")', word), log,
                    {"row": "1", "label": "1"})


def cases() -> Iterator[Bad]:
    for log in (False, True):
        yield from bad_value("NaN in", math.nan, "VALUE_NOT_FINITE", "NaN", log)
        yield from bad_value("+inf in", math.inf, "VALUE_NOT_FINITE", "+infinity", log)
        zero = -math.inf if log else 0.0
        good = [-0.1, -2.3] if log else [0.9, 0.1]
        yield from both("an all-zero row of", [*good, zero, zero], "ROW_ALL_ZERO", 2,
                        ("row 1", "-infinity" if log else "zero"), log, {"row": "1"})
        yield from both("a length that is no multiple of K of", [*good, 0.5],
                        "INVALID_ROWS", -1, ("3 values", "rows of 2 labels"), log,
                        {"values": "3", "label_count": "2"})
        yield from both("no values of", [], "INVALID_ROWS", -1, ("no rows",), log)
        yield from both("too many rows of", good * (MANY_ROWS + 1), "INVALID_ROWS", -1,
                        ("65537 rows", "at most 65536", "--max_rows"), log)
    yield from bad_value("-inf in", -math.inf, "VALUE_NOT_FINITE", "-infinity", False)
    yield from bad_value("a negative number in", -0.25, "VALUE_NEGATIVE", "-0.25", False)
    yield Bad("fit without rows", "FitProfile",
              service_pb2.FitProfileRequest(name=KEPT, label_count=2), "INVALID_ROWS",
              ("no rows to fit on", "content_free"), "content_free")
    yield Bad("fit with rows of no format", "FitProfile",
              service_pb2.FitProfileRequest(name=KEPT, label_count=2,
                                            unlabelled=rows_pb2.Rows()),
              "INVALID_ROWS", ("unlabelled.probabilities",), "unlabelled")
    yield Bad("calibrate without rows", "Calibrate",
              service_pb2.CalibrateRequest(name=KEPT), "INVALID_ROWS",
              ("rows.probabilities",), "rows")
    yield Bad("NaN in a domain row", "FitProfile",
              fit_request(KEPT, [math.nan, 0.5], source="domain"), "VALUE_NOT_FINITE",
              ("row 0", 'label 0 ("Negative")'), "domain.probabilities.values[0]")
    yield Bad("fewer inputs than rows", "FitProfile",
              fit_request(KEPT, [0.9, 0.1, 0.8, 0.2], inputs=["N/A"]), "INVALID_ROWS",
              ("1 inputs for 2 rows",), "content_free.inputs")
    yield Bad("an input over the limit", "FitProfile",
              fit_request(KEPT, [0.9, 0.1, 0.8, 0.2], inputs=["N/A", "x" * 4097]),
              "INVALID_ROWS", ("input 1 has 4097 bytes", "at most 4096"),
              "content_free.inputs[1]")


@pytest.mark.parametrize("bad", cases(), ids=str)
def test_is_refused_and_changes_nothing(server: Calibrd, bad: Bad) -> None:
    check_refused(server, bad)


def test_a_label_without_a_name_is_named_by_its_number(server: Calibrd) -> None:
    name = "models/m/prompts/numbers"
    server.client.fit(name, [0.5, 0.25, 0.25], None, label_count=3)
    check_refused(server, Bad(
        "NaN", "Calibrate", calibrate_request(name, [1, 1, 1, 1, 1, math.nan]),
        "VALUE_NOT_FINITE", ("row 1, label 2: the value is NaN",),
        "rows.probabilities.values[5]"))


def test_zero_and_minus_infinity_are_probabilities_of_zero(server: Calibrd) -> None:
    log = server.client.calibrate(KEPT, [0.0, -math.inf], log=True)
    plain = server.client.calibrate(KEPT, [1.0, 0.0])
    assert list(log.probabilities) == pytest.approx([1.0, 0.0])
    assert list(plain.probabilities) == pytest.approx([1.0, 0.0])


def test_a_whole_request_is_refused_for_one_bad_row(server: Calibrd) -> None:
    request = service_pb2.CalibrateRequest(
        name=KEPT, rows=rows([0.9, 0.1] * 1000 + [0.9, -1] + [0.9, 0.1] * 1000))
    check_refused(server, Bad("one bad row", "Calibrate", request, "VALUE_NEGATIVE",
                              ("row 1000",), "rows.probabilities.values[2001]"))
