"""SIGKILL in the middle of fits, again and again: what was acknowledged is there.

CALIBRD_KILL_ROUNDS says how often (20). docs/reliability.md records a longer run.
"""

import dataclasses
import os
import random
import time

import pytest
from calibration.v1 import calibration_service_pb2 as service_pb2
from calibration.v1 import profile_pb2

from harness.fitting import TOKEN, Acknowledged, Fitters, Ledger
from harness.server import Calibrd

ROUNDS = int(os.environ.get("CALIBRD_KILL_ROUNDS", "20"))
CLIENTS = 8
# After so many rounds a new store is taken, so that no profile gets thousands of revisions.
ROUNDS_OF_A_STORE = 5
FLAGS = ("--max_revisions=100000",)

Revisions = dict[tuple[str, int], profile_pb2.Profile]


@dataclasses.dataclass
class Figures:
    rounds: int = 0
    acknowledged: int = 0
    repeats_under_load: int = 0
    waiting_when_killed: int = 0
    unanswered_but_stored: int = 0
    repeats_after_restart: int = 0
    seconds: float = 0.0


class Rounds:
    """Rounds on one store, and all that may and has to be in it."""

    def __init__(self, server: Calibrd, figures: Figures, seed: str) -> None:
        self.server = server
        self.figures = figures
        self.seed = seed
        self.acknowledged: Revisions = {}
        self.requests: dict[str, service_pb2.FitProfileRequest] = {}  # by token

    def kill_under_load(self, number: int) -> Ledger:
        seed = f"{self.seed}-{number}"
        ledger = Ledger()
        with Fitters(self.server.address, ledger, clients=CLIENTS, seed=seed):
            waiting = ledger.await_answers(random.Random(seed).randint(1, 150))
            self.server.kill()
        self.figures.rounds += 1
        self.figures.acknowledged += len(ledger.acknowledged)
        self.figures.repeats_under_load += ledger.repeats
        self.figures.waiting_when_killed += waiting
        for one in ledger.acknowledged:
            self.remember(one)
        for request in ledger.unanswered:
            self.requests[request.annotations[TOKEN]] = request
        return ledger

    def remember(self, one: Acknowledged) -> None:
        key = (one.answer.name, one.answer.revision)
        assert self.acknowledged.setdefault(key, one.answer) == one.answer, (
            f"{key} was acknowledged to two different requests")
        self.requests[one.request.annotations[TOKEN]] = one.request

    def check_everything(self) -> Revisions:
        """Compares the store with what was sent and acknowledged, revision by revision."""
        stored = read_every_revision(self.server)
        lost = self.acknowledged.keys() - stored.keys()
        assert not lost, f"acknowledged and lost: {sorted(lost)}"
        for key, answer in self.acknowledged.items():
            assert of_the_revision(stored[key]) == of_the_revision(answer)
        for key in stored.keys() - self.acknowledged.keys():
            self.check_whole(stored[key])
        tokens = [profile.annotations[TOKEN] for profile in stored.values()]
        assert len(set(tokens)) == len(tokens), "one request made two revisions"
        return stored

    def check_whole(self, stored: profile_pb2.Profile) -> None:
        """A revision whose fit got no answer equals what the fit gives now."""
        request = service_pb2.FitProfileRequest()
        request.CopyFrom(self.requests[stored.annotations[TOKEN]])
        request.validate_only = True
        request.request_id = ""
        fitted = self.server.client.call("FitProfile", request)
        fitted.revision = stored.revision
        fitted.create_time.CopyFrom(stored.create_time)
        assert of_the_revision(stored) == of_the_revision(fitted)

    def check_newest_is_served(self, stored: Revisions) -> None:
        for name, newest in newest_of(stored).items():
            active = self.server.client.get(name)
            assert (active.revision, active.active) == (newest, True)
            if (name, newest) in self.acknowledged:
                assert active.etag == self.acknowledged[name, newest].etag
            self.check_served(name, active)

    def check_served(self, name: str, active: profile_pb2.Profile) -> None:
        """The row of its own fit comes out without bias."""
        request = self.requests[active.annotations[TOKEN]]
        answer = self.server.client.calibrate(
            name, request.content_free.probabilities.values)
        assert answer.revision == active.revision
        assert list(answer.probabilities) == pytest.approx(
            [1 / active.label_count] * active.label_count, rel=1e-4)

    def repeat_request_ids(self, ledger: Ledger, stored: Revisions) -> None:
        """Answered ones get the first answer; the others are fitted once, if not stored."""
        revisions = {profile.annotations[TOKEN]: profile for profile in stored.values()}
        for one in ledger.acknowledged:
            if one.request.request_id:
                assert self.server.client.call("FitProfile", one.request) == one.answer
                self.figures.repeats_after_restart += 1
        for request in ledger.unanswered:
            found = revisions.get(request.annotations[TOKEN])
            self.figures.unanswered_but_stored += found is not None
            if request.request_id:
                answer = self.server.client.call("FitProfile", request)
                if found is not None:
                    assert of_the_revision(answer) == of_the_revision(found)
                self.remember(Acknowledged(request, answer))

    def run(self, number: int) -> None:
        ledger = self.kill_under_load(number)
        self.server.start()
        stored = self.check_everything()
        self.check_newest_is_served(stored)
        self.repeat_request_ids(ledger, stored)


def of_the_revision(profile: profile_pb2.Profile) -> profile_pb2.Profile:
    """Without what changes when the profile does."""
    revision = profile_pb2.Profile()
    revision.CopyFrom(profile)
    for field in ("etag", "active", "update_time", "live"):
        revision.ClearField(field)
    return revision


def read_every_revision(server: Calibrd) -> Revisions:
    """Fails where the numbers of a profile are not 1 to n, each there and readable."""
    stored = {}
    for profile in server.client.profiles(page_size=1000):
        listed = [one.revision
                  for one in server.client.revisions(profile.name, page_size=1000)]
        assert listed == list(range(len(listed), 0, -1)), f"gaps in {profile.name}"
        for revision in listed:
            stored[profile.name, revision] = server.client.get(profile.name, revision)
    return stored


def newest_of(stored: Revisions) -> dict[str, int]:
    newest: dict[str, int] = {}
    for name, revision in stored:
        newest[name] = max(newest.get(name, 0), revision)
    return newest


def test_a_kill_loses_no_acknowledged_fit(servers) -> None:
    figures = Figures()
    start = time.monotonic()
    for first in range(0, ROUNDS, ROUNDS_OF_A_STORE):
        server = servers.start(*FLAGS)
        rounds = Rounds(server, figures, seed=f"store-{first}")
        for number in range(first, min(first + ROUNDS_OF_A_STORE, ROUNDS)):
            rounds.run(number)
        rounds.check_everything()
        server.restart()  # after a proper end, too
        rounds.check_everything()
        server.stop()
    figures.seconds = time.monotonic() - start
    print(figures)
    assert figures.rounds == ROUNDS
    assert figures.waiting_when_killed >= ROUNDS, "the kills did not come under load"
