"""/metrics: its names, its counts, and what Debian's Prometheus makes of it."""

import subprocess
import uuid
from typing import Iterator

import numpy
import pytest
from calibration.v1 import profile_pb2, calibration_service_pb2 as service_pb2

from harness import environment, golden
from harness.client import fit_request
from harness.prometheus import Prometheus
from harness.refusal import refusal_of
from harness.scrape import Scrape
from harness.server import Calibrd

ROW = [0.9, 0.1]
NAME = "models/m/prompts/p"
SERVICE = {"grpc_service": "calibration.v1.CalibrationService", "grpc_type": "unary"}
SUFFIXES = ("_bucket", "_sum", "_count")


@pytest.fixture
def fresh(servers) -> Iterator[Calibrd]:
    """A server that has counted nothing yet."""
    started = servers.start(metrics=True)
    yield started
    started.kill()  # a stop waits seconds for the metrics port; others test it


def handled(scrape: Scrape, method: str, code: str) -> float:
    return scrape.value("grpc_server_handled_total", grpc_method=method, grpc_code=code,
                        **SERVICE)


def counts(scrape: Scrape) -> dict[str, float]:
    """Every counter and gauge of our own that has a value, by name and label value."""
    ours = scrape.named("calibrd_")
    return {".".join([name, *(value for _, value in labels)]): figure
            for (name, labels), figure in ours.items()
            if figure != 0 and not name.startswith(("calibrd_store", "calibrd_build"))}


def test_names_types_and_labels_are_those_of_the_golden_file(fresh: Calibrd) -> None:
    fresh.client.fit(NAME, ROW)
    scrape = Scrape(fresh)
    labels: dict[str, set[str]] = {name: set() for name in scrape.types}
    for name, pairs in scrape.values:
        family = name
        for suffix in SUFFIXES:
            if name.removesuffix(suffix) in labels:
                family = name.removesuffix(suffix)
        labels[family] |= {label for label, _ in pairs}
    golden.check("metrics.txt", "".join(
        " ".join([name, scrape.types[name], *sorted(labels[name])]) + "\n"
        for name in sorted(labels)))


def test_promtool_finds_nothing_wrong(fresh: Calibrd) -> None:
    fresh.client.fit(NAME, ROW)
    fresh.client.calibrate(NAME, ROW)
    checked = subprocess.run([environment.tool("promtool"), "check", "metrics"],
                             input=Scrape(fresh).text, capture_output=True, text=True,
                             check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_a_new_server_has_counted_nothing(fresh: Calibrd) -> None:
    assert counts(Scrape(fresh)) == {"calibrd_serving": 1}


def test_rows_and_changed_decisions_are_counted_exactly(fresh: Calibrd) -> None:
    fresh.client.fit(NAME, ROW)
    rows = numpy.array([[0.8, 0.2], [0.95, 0.05], [0.3, 0.7], [0.6, 0.4], [0.99, 0.01]])
    answer = fresh.client.calibrate(NAME, rows.ravel())
    changed = int((rows.argmax(axis=1) != numpy.array(answer.best)).sum())
    assert changed == 2
    fresh.client.calibrate(NAME, numpy.log(rows.ravel()), log=True, top_k=1)
    refusal_of(fresh.client.calibrate, NAME, [0.8, 0.2, -1.0, 0.5])
    scrape = Scrape(fresh)
    assert scrape.value("calibrd_rows_calibrated_total") == 10
    assert scrape.value("calibrd_decisions_changed_total") == 2 * changed
    assert handled(scrape, "Calibrate", "OK") == 2
    assert handled(scrape, "Calibrate", "InvalidArgument") == 1
    assert scrape.value("grpc_server_handling_seconds_count", grpc_method="Calibrate",
                        **SERVICE) == 3


def test_fits_are_counted_by_source_and_only_when_stored(fresh: Calibrd) -> None:
    client = fresh.client
    for source, times in (("content_free", 3), ("domain", 2), ("unlabelled", 1)):
        for _ in range(times):
            client.fit(f"models/m/prompts/{source}", ROW, source=source)
    client.fit(NAME, ROW, validate_only=True)
    refusal_of(client.fit, NAME, [0.0, 0.0])
    once = fit_request(NAME, ROW, source="domain", request_id=str(uuid.uuid4()))
    for _ in range(3):
        client.call("FitProfile", once)
    assert counts(Scrape(fresh)) == {
        "calibrd_serving": 1, "calibrd_profiles": 4, "calibrd_revisions": 7,
        "calibrd_fits_total.content_free": 3, "calibrd_fits_total.domain": 3,
        "calibrd_fits_total.unlabelled": 1,
        "calibrd_fit_warnings_total": 3}  # a single content-free row, three times


def test_imports_rollbacks_and_deletions_are_counted(fresh: Calibrd) -> None:
    client = fresh.client
    transform = client.fit(NAME, ROW, source="domain").transform
    client.import_profile(NAME, transform)
    client.import_profile(NAME, transform, validate_only=True)
    client.import_profile("models/m/prompts/q", transform)
    client.roll_back(NAME, 1)
    client.roll_back(NAME, 1)  # changes nothing
    client.delete("models/m/prompts/q")
    refusal_of(client.delete, "models/m/prompts/q")
    scrape = Scrape(fresh)
    assert counts(scrape) == {
        "calibrd_serving": 1, "calibrd_profiles": 1, "calibrd_revisions": 2,
        "calibrd_fits_total.domain": 1, "calibrd_imports_total": 2,
        "calibrd_rollbacks_total": 1, "calibrd_deletions_total": 1}
    assert handled(scrape, "DeleteProfile", "NotFound") == 1
    assert handled(scrape, "RollbackProfile", "OK") == 2


def test_each_call_is_counted_once_with_its_code(fresh: Calibrd) -> None:
    client = fresh.client
    etag = client.fit(NAME, ROW).etag
    client.fit(NAME, ROW)
    refusal_of(client.fit, NAME, ROW, etag=etag)
    client.calibrate(NAME, ROW, revision=1)  # goes through a worker
    refusal_of(client.get, "models/m/prompts/none")
    refusal_of(client.call_with_bytes, "GetProfile", b"\xff")
    client.call("ListProfiles", service_pb2.ListProfilesRequest())
    found = {tuple(value for key, value in labels if key in ("grpc_code", "grpc_method")):
             count for (name, labels), count in
             Scrape(fresh).named("grpc_server_handled_total").items() if count}
    assert found == {
        ("OK", "FitProfile"): 2, ("Aborted", "FitProfile"): 1, ("OK", "Calibrate"): 1,
        ("NotFound", "GetProfile"): 1, ("InvalidArgument", "GetProfile"): 1,
        ("OK", "ListProfiles"): 1}
    started = Scrape(fresh).named("grpc_server_started_total")
    assert sum(started.values()) == sum(found.values())


def test_counts_of_what_is_stored_are_there_after_a_restart(fresh: Calibrd) -> None:
    for i in range(3):
        fresh.client.fit(f"models/m/prompts/{i}", ROW)
        fresh.client.fit(f"models/m/prompts/{i}", ROW)
    fresh.client.delete("models/m/prompts/1")
    fresh.restart()
    assert counts(Scrape(fresh)) == {"calibrd_serving": 1, "calibrd_profiles": 2,
                                     "calibrd_revisions": 4}


def test_the_store_is_timed_by_operation(fresh: Calibrd) -> None:
    before = Scrape(fresh)
    fresh.client.fit(NAME, ROW)
    fresh.client.get(NAME)
    after = Scrape(fresh)

    def operations(name: str) -> float:
        series = "calibrd_store_operation_seconds_count"
        return after.value(series, operation=name) - before.value(series, operation=name)

    assert operations("apply") == 1
    assert operations("get") >= 2
    assert after.value("calibrd_store_errors_total", operation="apply") == 0


def test_the_build_is_told(fresh: Calibrd) -> None:
    assert Scrape(fresh).value("calibrd_build_info", version=environment.version(),
                               store="rocksdb") == 1


def test_every_metric_is_explained(fresh: Calibrd) -> None:
    scrape = Scrape(fresh)
    assert scrape.types.keys() == scrape.helps.keys()
    for text in scrape.helps.values():
        assert len(text) > 10
    operations = (environment.TESTS.parent / "docs" / "operations.md").read_text("utf-8")
    for name in scrape.types:
        if name.startswith(("grpc_", "calibrd_")):
            assert f"`{name}`" in operations


def test_nothing_is_served_where_no_address_is_given(servers) -> None:
    server = servers.start()
    assert server.ports.keys() == {"grpc"}


def test_prometheus_scrapes_the_server_and_answers_queries(fresh: Calibrd,
                                                           tmp_path) -> None:
    fresh.client.fit(NAME, ROW,
                     options=profile_pb2.FitOptions(output="OUTPUT_NORMALIZED"))
    fresh.client.calibrate(NAME, [0.8, 0.2, 0.95, 0.05, 0.3, 0.7])
    with Prometheus(tmp_path / "prometheus", fresh.metrics_address) as prometheus:
        assert prometheus.value("up") == 1
        assert prometheus.value("calibrd_decisions_changed_total") == 1
        assert prometheus.value("calibrd_rows_calibrated_total") == 3
        assert prometheus.value(
            "sum(calibrd_decisions_changed_total) / sum(calibrd_rows_calibrated_total)"
        ) == pytest.approx(1 / 3)
        p99 = prometheus.value(
            "histogram_quantile(0.99, sum by (le) (grpc_server_handling_seconds_bucket"
            '{grpc_method="Calibrate"}))')
        assert 0 < p99 <= 5
        assert prometheus.value("process_resident_memory_bytes") > 1e6
