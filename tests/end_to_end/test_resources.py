"""Profiles and their revisions: reading, listing, rolling back, deleting, keeping."""

import uuid

import pytest
from calibration.v1 import profile_pb2, calibration_service_pb2 as service_pb2

from harness.client import fit_request
from harness.refusal import refusal_of
from harness.server import Calibrd

ROW = [0.9, 0.1]
Source = profile_pb2.Profile


def fit_revisions(server: Calibrd, name: str, count: int) -> list[profile_pb2.Profile]:
    return [server.client.fit(name, [0.5 + i / 100, 0.5 - i / 100])
            for i in range(1, count + 1)]


def everything(server: Calibrd) -> dict[tuple[str, int], bytes]:
    """Each revision of each profile, as bytes."""
    client = server.client
    return {(profile.name, revision.revision):
            client.get(profile.name, revision.revision).SerializeToString(
                deterministic=True)
            for profile in client.profiles()
            for revision in client.revisions(profile.name)}


def test_get_returns_what_the_fit_returned(server: Calibrd) -> None:
    name = "models/get/prompts/whole"
    fitted = server.client.fit(name, [0.9, 0.1, 0.7, 0.3], inputs=["N/A", ""],
                               annotations={"team": "search"})
    assert server.client.get(name) == fitted
    assert server.client.get(name, 1) == fitted
    assert fitted.row_count == 2
    assert fitted.label_count == 2
    assert [row.input for row in fitted.bias.rows] == ["N/A", ""]
    assert fitted.create_time == fitted.update_time
    assert fitted.source == Source.SOURCE_CONTENT_FREE


@pytest.mark.parametrize("source, expected", [
    ("content_free", Source.SOURCE_CONTENT_FREE), ("domain", Source.SOURCE_DOMAIN),
    ("unlabelled", Source.SOURCE_UNLABELLED)])
def test_the_source_of_the_rows_is_kept(server: Calibrd, source: str,
                                        expected: int) -> None:
    name = f"models/source/prompts/{source}"
    server.client.fit(name, ROW, source=source)
    assert server.client.get(name).source == expected


def test_batch_get_returns_profiles_in_the_order_of_the_request(server: Calibrd) -> None:
    names = [f"models/batch/prompts/{letter}" for letter in "abc"]
    for name in names:
        server.client.fit(name, ROW)
    wanted = [names[2], names[0], names[1], names[0]]
    reply = server.client.call("BatchGetProfiles",
                               service_pb2.BatchGetProfilesRequest(names=wanted))
    assert [profile.name for profile in reply.profiles] == wanted
    assert list(reply.profiles) == [server.client.get(name) for name in wanted]


def test_batch_get_refuses_a_reply_that_would_fill_the_memory(server: Calibrd) -> None:
    name = "models/batch/prompts/large"
    transform = profile_pb2.Transform(input=profile_pb2.Transform.INPUT_LOG_PROBABILITY,
                                      bias=[0.5] * 262_144)  # 2 MiB
    server.client.call("ImportProfile", service_pb2.ImportProfileRequest(
        name=name, label_count=262_144, transform=transform))
    request = service_pb2.BatchGetProfilesRequest(names=[name] * 40)
    refusal = refusal_of(lambda: server.client.call("BatchGetProfiles", request))
    assert refusal.reason == "REPLY_TOO_LARGE"
    assert refusal.field == "names[31]"
    assert "67108864 bytes" in refusal.message
    server.client.call("DeleteProfile", service_pb2.DeleteProfileRequest(name=name))


MODELS = ("meta-llama/Llama-3.1-8B", "meta-llama/Llama-3.1-8B:q4", "meta-llama", "a.b_c", "org",
          "org/prompts/x")


@pytest.fixture(scope="module")
def listed(module_servers) -> tuple[Calibrd, list[str]]:
    """A server with many profiles, made in no order, one of them deleted."""
    server = module_servers.start()
    names = [f"models/{model}/prompts/p{i}" for i in range(13) for model in MODELS]
    for name in names:
        server.client.fit(name, ROW)
    server.client.delete(names.pop(20))
    return server, sorted(names)


@pytest.mark.parametrize("page_size", [0, 1, 7, 64, 1000, 5000])
def test_pages_hold_every_profile_once_in_order(listed, page_size: int) -> None:
    server, names = listed
    assert [profile.name for profile in server.client.profiles("", page_size)] == names


def test_a_page_holds_no_more_than_was_asked_for(listed) -> None:
    server, names = listed
    request = service_pb2.ListProfilesRequest(page_size=9)
    sizes = [len(page.profiles) for page in server.client.pages("ListProfiles", request)]
    assert sizes == [9] * (len(names) // 9) + [len(names) % 9]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("page_size", [0, 5])
def test_a_parent_lists_its_own_profiles_only(listed, model: str, page_size: int) -> None:
    server, names = listed
    expected = [name for name in names if name.rpartition("/prompts/")[0] == f"models/{model}"]
    found = server.client.profiles(f"models/{model}", page_size)
    assert [profile.name for profile in found] == expected
    assert len(expected) >= 12


def test_a_parent_without_profiles_lists_nothing(listed) -> None:
    server, _ = listed
    assert server.client.profiles("models/nobody") == []
    assert server.client.profiles("models/meta") == []


def test_a_walk_over_pages_is_stable_while_profiles_come_and_go(listed) -> None:
    server, names = listed
    request = service_pb2.ListProfilesRequest(page_size=10)
    first = server.client.call("ListProfiles", request)
    server.client.fit("models/0/prompts/before-the-page", ROW)
    server.client.delete(first.profiles[3].name)
    request.page_token = first.next_page_token
    rest = [profile.name for page in server.client.pages("ListProfiles", request)
            for profile in page.profiles]
    assert [profile.name for profile in first.profiles] + rest == names
    server.client.delete("models/0/prompts/before-the-page")
    server.client.fit(first.profiles[3].name, ROW)


def test_a_list_holds_summaries(listed) -> None:
    server, names = listed
    summary = server.client.profiles()[0]
    whole = server.client.get(names[0])
    assert not summary.HasField("transform")
    assert not summary.bias.prior and not summary.bias.rows
    whole.ClearField("transform")
    whole.bias.ClearField("prior")
    whole.bias.ClearField("rows")
    assert summary == whole


def test_revisions_are_listed_newest_first(server: Calibrd) -> None:
    name = "models/revisions/prompts/p"
    fitted = fit_revisions(server, name, 7)
    for page_size in (0, 1, 3, 7):
        found = server.client.revisions(name, page_size)
        assert [profile.revision for profile in found] == [7, 6, 5, 4, 3, 2, 1]
        assert [profile.active for profile in found] == [True] + [False] * 6
    assert found[6].create_time == fitted[0].create_time


def test_each_reply_names_the_revision_that_answered(server: Calibrd) -> None:
    name = "models/pinned/prompts/p"
    fitted = fit_revisions(server, name, 3)
    for revision in (1, 2, 3, 0):
        answer = server.client.calibrate(name, ROW, revision=revision)
        assert answer.revision == (revision or 3)
        prior = fitted[answer.revision - 1].bias.prior
        corrected = [p / c for p, c in zip(ROW, prior)]
        assert list(answer.probabilities) == pytest.approx(
            [q / sum(corrected) for q in corrected], abs=1e-6)


def test_rollback_activates_an_older_revision_and_loses_none(server: Calibrd) -> None:
    name = "models/rollback/prompts/p"
    fitted = fit_revisions(server, name, 3)
    rolled = server.client.roll_back(name, 1)
    assert rolled.revision == 1 and rolled.active
    assert rolled.transform == fitted[0].transform
    assert rolled.create_time == fitted[0].create_time
    assert rolled.update_time.ToNanoseconds() > fitted[2].update_time.ToNanoseconds()
    assert server.client.get(name) == rolled
    assert server.client.calibrate(name, ROW).revision == 1
    assert [profile.revision for profile in server.client.revisions(name)] == [3, 2, 1]
    assert server.client.fit(name, ROW).revision == 4


def test_rollback_to_the_active_revision_changes_nothing(server: Calibrd) -> None:
    name = "models/rollback/prompts/same"
    fitted = server.client.fit(name, ROW)
    assert server.client.roll_back(name, 1) == fitted
    assert server.client.get(name) == fitted


def test_old_revisions_are_dropped_but_never_the_active_one(servers) -> None:
    server = servers.start("--max_revisions=3")
    name = "models/retention/prompts/p"
    fit_revisions(server, name, 5)
    assert [profile.revision for profile in server.client.revisions(name)] == [5, 4, 3]
    server.client.roll_back(name, 3)
    assert server.client.calibrate(name, ROW, revision=5).revision == 5
    server.client.fit(name, ROW)
    assert [profile.revision for profile in server.client.revisions(name)] == [6, 5, 4]
    assert refusal_of(server.client.get, name, 3).reason == "REVISION_NOT_FOUND"


def test_a_lower_max_revisions_is_applied_at_start(servers) -> None:
    server = servers.start("--max_revisions=10")
    name = "models/retention/prompts/lowered"
    fit_revisions(server, name, 6)
    server.client.roll_back(name, 2)
    server.stop()
    server.flags.append("--max_revisions=3")
    server.start()
    assert [profile.revision for profile in server.client.revisions(name)] == [6, 5, 2]
    assert server.client.calibrate(name, ROW).revision == 2


def test_a_deleted_profile_is_gone_with_all_its_revisions(server: Calibrd) -> None:
    name = "models/delete/prompts/p"
    fit_revisions(server, name, 3)
    server.client.delete(name)
    for call in (server.client.get, server.client.revisions):
        assert refusal_of(call, name).reason == "PROFILE_NOT_FOUND"
    assert refusal_of(server.client.calibrate, name, ROW).reason == "PROFILE_NOT_FOUND"
    assert refusal_of(server.client.get, name, 2).reason == "PROFILE_NOT_FOUND"
    assert name not in [profile.name for profile in server.client.profiles()]


def test_a_current_etag_is_taken_and_every_change_makes_a_new_one(server: Calibrd) -> None:
    name = "models/etag/prompts/p"
    client = server.client
    etags = [client.fit(name, ROW).etag]
    etags.append(client.fit(name, ROW, etag=etags[-1]).etag)
    etags.append(client.roll_back(name, 1, etags[-1]).etag)
    transform = client.get(name).transform
    etags.append(client.import_profile(name, transform, etag=etags[-1]).etag)
    assert len(set(etags)) == 4
    client.delete(name, etags[-1])
    etags.append(client.fit(name, ROW).etag)
    assert len(set(etags)) == 5


def test_validate_only_answers_and_changes_nothing(server: Calibrd) -> None:
    name = "models/validate/prompts/p"
    server.client.fit(name, ROW)
    before = everything(server)
    request_id = str(uuid.uuid4())
    trial = server.client.fit(name, [0.2, 0.8], validate_only=True, request_id=request_id)
    assert (trial.revision, trial.etag) == (2, "")
    assert trial.bias.favored_label_name == "Positive"
    imported = server.client.import_profile(name, trial.transform, validate_only=True)
    assert (imported.revision, imported.etag) == (2, "")
    new = server.client.fit("models/validate/prompts/new", ROW, validate_only=True)
    assert new.revision == 1
    assert everything(server) == before
    real = server.client.fit(name, [0.2, 0.8], request_id=request_id)
    assert real.revision == 2
    assert real.transform == trial.transform


def test_a_repeated_request_id_gets_the_first_answer_also_after_a_restart(servers) -> None:
    server = servers.start()
    name = "models/request/prompts/p"
    fit = fit_request(name, ROW, request_id=str(uuid.uuid4()), annotations={"a": "1",
                                                                            "b": "2"})
    raw = fit.SerializeToString(deterministic=True)
    first = server.client.call_with_bytes("FitProfile", raw)
    imported = service_pb2.ImportProfileRequest(
        name=name, label_count=2, request_id=str(uuid.uuid4()),
        transform=profile_pb2.Profile.FromString(first).transform).SerializeToString()
    second = server.client.call_with_bytes("ImportProfile", imported)
    server.client.fit(name, [0.4, 0.6])
    server.client.roll_back(name, 2)
    for _ in range(2):
        before = everything(server)
        assert server.client.call_with_bytes("FitProfile", raw) == first
        assert server.client.call_with_bytes("ImportProfile", imported) == second
        assert everything(server) == before
        server.restart()


def test_annotations_belong_to_the_revision(server: Calibrd) -> None:
    name = "models/annotations/prompts/p"
    first = {"model": "gpt2", "commit": "ü" * 100, "empty": ""}
    server.client.fit(name, ROW, annotations=first)
    server.client.fit(name, ROW, annotations={"model": "gpt3"})
    assert server.client.get(name, 1).annotations == first
    assert server.client.get(name).annotations == {"model": "gpt3"}
    assert [dict(profile.annotations) for profile in server.client.revisions(name)] == [
        {"model": "gpt3"}, first]


@pytest.mark.parametrize("options", [
    {"output": "OUTPUT_NORMALIZED"}, {"output": "OUTPUT_SOFTMAX"},
    {"weights": "WEIGHTS_IDENTITY"}])
def test_an_imported_transform_gives_the_same_answers(server: Calibrd,
                                                      options: dict) -> None:
    source, target = "models/import/prompts/from", "models/import/prompts/to"
    rows = [0.61, 0.2, 0.05, 0.3, 0.33, 0.9, 1e-9, 0.0, 1.0]
    server.client.fit(source, [0.7, 0.2, 0.1, 0.5, 0.3, 0.1], "ABC",
                      options=profile_pb2.FitOptions(**options))
    exported = server.client.get(source)
    imported = server.client.import_profile(target, exported.transform, "ABC")
    assert imported.transform == exported.transform
    assert imported.source == Source.SOURCE_IMPORTED
    assert imported.bias.favored_label == -1
    assert not imported.HasField("options")
    assert (server.client.calibrate(target, rows).probabilities
            == server.client.calibrate(source, rows).probabilities)


def test_a_restart_keeps_everything_byte_for_byte(servers) -> None:
    server = servers.start()
    for name in ("models/a/prompts/p", "models/b:c/d.e/prompts/q"):
        fit_revisions(server, name, 4)
    server.client.roll_back("models/a/prompts/p", 2)
    server.client.fit("models/a/prompts/deleted", ROW)
    server.client.delete("models/a/prompts/deleted")
    before, listed = everything(server), server.client.profiles()
    server.restart()
    assert everything(server) == before
    assert server.client.profiles() == listed
    assert len(before) == 8
    assert server.client.calibrate("models/a/prompts/p", ROW).revision == 2
    assert server.client.fit("models/a/prompts/deleted", ROW).revision == 2
