"""Many callers at once: no answer mixes two revisions, and too many are told to wait."""

import concurrent.futures
import dataclasses
import threading

import grpc
import numpy
import pytest
from calibration.v1 import profile_pb2

from harness.client import Client, fit_request
from harness.refusal import Refusal
from harness.scrape import Scrape
from harness.server import Calibrd
from harness.waiting import PATIENCE, until

PROFILE = "models/m/prompts/contested"
LABELS = ("A", "B", "C", "D")
ROWS = numpy.array([[.7, .1, .1, .1], [.4, .3, .2, .1], [.01, .01, .01, .97]],
                   dtype=numpy.float32)
READERS, FITTERS, ROUNDS = 8, 3, 100
Options = profile_pb2.FitOptions


@dataclasses.dataclass(frozen=True)
class Known:
    """What a revision was fitted from."""

    prior: numpy.ndarray
    output: int

    def answer(self) -> numpy.ndarray:
        p = ROWS.astype(numpy.float64)
        c = self.prior.astype(numpy.float64)
        ratio = p / p.sum(axis=1, keepdims=True) / (c / c.sum())
        scores = numpy.exp(ratio) if self.output == Options.OUTPUT_SOFTMAX else ratio
        return scores / scores.sum(axis=1, keepdims=True)


class Contest:
    """The threads of the test, and what they saw."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.known: dict[int, Known] = {}
        self.answers: list[tuple[int, numpy.ndarray]] = []
        self.absent = 0
        self._lock = threading.Lock()
        self._writing = threading.Event()
        self._writing.set()

    def fit(self, random: numpy.random.Generator) -> int:
        fitted = Known(random.uniform(0.05, 1, 4).astype(numpy.float32),
                       int(random.choice([Options.OUTPUT_NORMALIZED,
                                          Options.OUTPUT_SOFTMAX])))
        revision = self.client.fit(PROFILE, fitted.prior, LABELS,
                                   options=Options(output=fitted.output)).revision
        with self._lock:
            assert revision not in self.known, "a revision number was given twice"
            self.known[revision] = fitted
        return revision

    def fit_many(self, seed: int) -> None:
        random = numpy.random.default_rng(seed)
        for _ in range(ROUNDS):
            self.fit(random)

    def unless_deleted(self, call, *arguments) -> bool:
        """Calls; only a profile or a revision that is gone is an excuse."""
        try:
            call(*arguments)
        except grpc.RpcError as error:
            refusal = Refusal.of(error)
            assert refusal.code == grpc.StatusCode.NOT_FOUND, refusal
            assert refusal.reason in ("PROFILE_NOT_FOUND", "REVISION_NOT_FOUND")
            return False
        return True

    def roll_back_many(self) -> None:
        for _ in range(ROUNDS):
            with self._lock:
                revision = max(self.known) - 1
            self.unless_deleted(self.client.roll_back, PROFILE, max(revision, 1))

    def delete_and_make_again(self) -> None:
        random = numpy.random.default_rng(99)
        for _ in range(ROUNDS // 4):
            self.unless_deleted(self.client.delete, PROFILE)
            self.fit(random)

    def read(self) -> None:
        seen: list[tuple[int, numpy.ndarray]] = []
        absent = 0

        def calibrate() -> None:
            answer = self.client.calibrate(PROFILE, ROWS.ravel())
            seen.append((answer.revision, numpy.array(answer.probabilities)))

        while self._writing.is_set():
            absent += not self.unless_deleted(calibrate)
        with self._lock:
            self.answers += seen
            self.absent += absent

    def run(self) -> None:
        self.fit(numpy.random.default_rng(0))
        with concurrent.futures.ThreadPoolExecutor(READERS + FITTERS + 2) as threads:
            readers = [threads.submit(self.read) for _ in range(READERS)]
            writers = [threads.submit(self.fit_many, seed + 1) for seed in range(FITTERS)]
            writers += [threads.submit(self.roll_back_many),
                        threads.submit(self.delete_and_make_again)]
            try:
                for writer in writers:
                    writer.result(PATIENCE)
            finally:
                self._writing.clear()
            for reader in readers:
                reader.result(PATIENCE)


@pytest.fixture(scope="module")
def contest(server: Calibrd) -> Contest:
    contest = Contest(server.client)
    contest.run()
    return contest


def test_no_answer_mixes_two_revisions(contest: Contest) -> None:
    assert len({revision for revision, _ in contest.answers}) > ROUNDS / 4
    expected = {revision: known.answer().ravel()
                for revision, known in contest.known.items()}
    for revision, answer in contest.answers:
        assert numpy.abs(answer - expected[revision]).max() <= 1e-6, revision


def test_revisions_are_numbered_without_gaps(contest: Contest) -> None:
    count = 1 + FITTERS * ROUNDS + ROUNDS // 4
    assert sorted(contest.known) == list(range(1, count + 1))


def test_what_is_kept_is_what_is_served(contest: Contest) -> None:
    client = contest.client
    kept = [profile.revision for profile in client.revisions(PROFILE)]
    assert kept == sorted(kept, reverse=True)
    active = client.get(PROFILE).revision
    answer = client.calibrate(PROFILE, ROWS.ravel())
    assert answer.revision == active
    for revision in kept:
        pinned = client.calibrate(PROFILE, ROWS.ravel(), revision=revision)
        assert list(pinned.probabilities) == pytest.approx(
            contest.known[revision].answer().ravel().tolist(), abs=1e-6)


def test_the_counts_agree_with_the_calls(contest: Contest, server: Calibrd) -> None:
    scrape = Scrape(server)
    assert scrape.value("calibrd_fits_total", source="content_free") == len(contest.known)
    assert scrape.value("calibrd_calls_shed_total") == 0
    assert scrape.value("grpc_server_handled_total", grpc_type="unary",
                        grpc_service="calibration.v1.CalibrationService",
                        grpc_method="Calibrate", grpc_code="OK") >= len(contest.answers)


@pytest.mark.parametrize("bound", ["--max_waiting_calls=1", "--max_waiting_bytes=0"])
def test_an_overloaded_server_sheds_calls_and_says_when_to_come_back(
        servers, bound: str) -> None:
    server = servers.start("--workers=1", bound, metrics=True)
    request = fit_request(PROFILE, numpy.arange(1, 1001), None, label_count=1000)
    fitted: list[int] = []
    refusals: list[Refusal] = []

    def any_refused() -> bool:
        """Sends a burst of calls and waits for all of their answers."""
        calls = [server.client.service.FitProfile.future(request, timeout=PATIENCE)
                 for _ in range(100)]
        for call in calls:
            if call.exception() is None:
                fitted.append(call.result().revision)
            else:
                refusals.append(Refusal.of(call.exception()))
        return bool(refusals)

    until("a call that is refused", any_refused)
    assert fitted
    for refusal in refusals:
        assert refusal.code == grpc.StatusCode.RESOURCE_EXHAUSTED
        assert refusal.reason == "OVERLOADED"
        assert refusal.retry_seconds == 0.2
    assert Scrape(server).value("calibrd_calls_shed_total") == len(refusals)
    assert sorted(fitted) == list(range(1, len(fitted) + 1))
    assert server.client.fit(PROFILE, numpy.arange(1, 1001), None,
                             label_count=1000).revision == len(fitted) + 1
