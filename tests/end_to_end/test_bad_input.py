"""Arguments that are out of range: the refusal names the field and what is allowed."""

import math
from typing import Iterator

import pytest
from calibration.v1 import profile_pb2, calibration_service_pb2 as service_pb2

from harness.bad_request import KEPT, Bad, check_refused, keep_a_profile
from harness.client import LABELS, calibrate_request, fit_request, labels
from harness.server import Calibrd

NEW = "models/m/prompts/new"
PATTERN = "models/{model}/prompts/{prompt}"
OVERSIZE = "models/m/prompts/" + "x" * 496  # 513 bytes
Options = profile_pb2.FitOptions
Transform = profile_pb2.Transform
LOG = Transform.INPUT_LOG_PROBABILITY


@pytest.fixture(autouse=True, scope="module")
def kept(server: Calibrd) -> None:
    keep_a_profile(server)


def bad_names() -> Iterator[Bad]:
    named = {
        "FitProfile": lambda name: fit_request(name, [0.9, 0.1]),
        "Calibrate": lambda name: calibrate_request(name, [0.9, 0.1]),
        "GetProfile": lambda name: service_pb2.GetProfileRequest(name=name),
        "DeleteProfile": lambda name: service_pb2.DeleteProfileRequest(name=name),
        "ListProfileRevisions":
            lambda name: service_pb2.ListProfileRevisionsRequest(name=name),
        "RollbackProfile":
            lambda name: service_pb2.RollbackProfileRequest(name=name, revision=1),
        "ImportProfile": lambda name: service_pb2.ImportProfileRequest(
            name=name, label_count=2, transform=Transform(input=LOG)),
    }
    for method, request in named.items():
        for title, name, word in (
                ("an empty name", "", "is empty"),
                ("an oversize name", OVERSIZE, "513 bytes"),
                ("a name of another pattern", "profiles/p", "not of the pattern"),
                ("a name without a prompt", "models/m/prompts/", "empty part"),
                ("a name without a model", "models/prompts/p", "not of the pattern"),
                ("a name with a space", "models/m m/prompts/p", "white space"),
                ("a name with a control character", "models/m/prompts/p\n", "\\n"),
        ):
            yield Bad(f"{method} of {title}", method, request(name), "INVALID_NAME",
                      (word, PATTERN), "name")
    yield Bad("a bad name in a batch", "BatchGetProfiles",
              service_pb2.BatchGetProfilesRequest(names=[KEPT, "x"]), "INVALID_NAME",
              ('"x"', PATTERN), "names[1]")
    yield Bad("a bad parent", "ListProfiles",
              service_pb2.ListProfilesRequest(parent="model"), "INVALID_NAME",
              ('"model"', "models/{model}"), "parent")


def bad_label_lists() -> Iterator[Bad]:
    def fit(title, reason_words, field, names=(), **fields):
        return Bad(title, "FitProfile", fit_request(NEW, [0.9, 0.1], names, **fields),
                   "INVALID_LABELS", reason_words, field)

    yield fit("no labels", ("no labels", "label_count"), "labels")
    yield fit("K is zero", ("no labels",), "labels", label_count=0)
    yield fit("K is negative", ("-1 labels", "1 to 262144"), "label_count", label_count=-1)
    yield fit("K over the limit", ("262145 labels", "--max_labels"), "label_count",
              label_count=262_145)
    yield fit("labels and label_count disagree", ("label_count is 3", "2 labels"),
              "label_count", LABELS, label_count=3)
    yield fit("duplicate label names", ('labels 0 and 2', '"A"'), "labels[2].name",
              ("A", "B", "A"))
    yield fit("an empty label name", ("label 1 has no name",), "labels[1].name", ("A", ""))
    yield fit("an oversize label name", ("label 1", "257 bytes", "at most 256"),
              "labels[1].name", ("A", "x" * 257))
    yield Bad("K over the limit in an import", "ImportProfile",
              service_pb2.ImportProfileRequest(name=NEW, label_count=262_145,
                                               transform=Transform(input=LOG)),
              "INVALID_LABELS", ("262145 labels",), "label_count")


def bad_options() -> Iterator[Bad]:
    def fit(title, words, field, **options):
        return Bad(title, "FitProfile",
                   fit_request(KEPT, [0.9, 0.1], options=Options(**options)),
                   "INVALID_OPTIONS", words, f"options.{field}")

    for field in ("weights", "output", "pooling", "normalize"):
        yield fit(f"an unknown {field}", (f"{field} is 99", "does not know"), field,
                  **{field: 99})
    yield fit("identity weights with a normalised output", ("IDENTITY", "SOFTMAX"),
              "output", weights=Options.WEIGHTS_IDENTITY, output=Options.OUTPUT_NORMALIZED)
    yield fit("a target prior of the wrong length", ("3", "2"), "target_prior",
              target_prior=[0.2, 0.3, 0.5])
    for title, value in (("zero", 0.0), ("negative", -0.5), ("NaN", math.nan),
                         ("infinite", math.inf)):
        yield fit(f"a target prior that is {title}", ("target",), "target_prior[1]",
                  target_prior=[0.5, value])
    for title, value in (("too small", 1e-31), ("above 1/K", 0.51), ("negative", -1e-6),
                         ("NaN", math.nan)):
        yield fit(f"a min_probability that is {title}", ("min_probability", "1/K = 0.5"),
                  "min_probability", min_probability=value)


def bad_transforms() -> Iterator[Bad]:
    def imported(title, words, field, count=2, **fields):
        transform = Transform(**{"input": LOG, **fields})
        return Bad(title, "ImportProfile", service_pb2.ImportProfileRequest(
            name=KEPT, label_count=count, transform=transform), "INVALID_TRANSFORM",
            words, f"transform.{field}")

    yield Bad("an import without a transform", "ImportProfile",
              service_pb2.ImportProfileRequest(name=KEPT, label_count=2),
              "INVALID_TRANSFORM", ("no transform",), "transform")
    yield imported("an import without an input", ("INPUT_PROBABILITY",), "input", input=0)
    yield imported("an import of an unknown input", ("INPUT_PROBABILITY",), "input",
                   input=99)
    yield imported("an import of 3 weights for 2 labels", ("3 weights for 2 labels",),
                   "weights", weights=[1, 2, 3])
    yield imported("an import of 3 biases for 2 labels", ("3 bias numbers for 2 labels",),
                   "bias", bias=[1, 2, 3])
    yield imported("an import of dense weights over the limit", ("at most 1024 labels",),
                   "weights", 1025, weights=[1.0] * 1025 ** 2)
    for title, value in (("NaN", math.nan), ("infinity", math.inf), ("1e101", 1e101)):
        yield imported(f"an import of {title} as a weight", ("weights[1]",), "weights[1]",
                       weights=[1, value])
        yield imported(f"an import of {title} as a bias", ("bias[0]",), "bias[0]",
                       bias=[value, 1])


def other_arguments() -> Iterator[Bad]:
    def bad(title, method, request, words, field):
        return Bad(title, method, request, "INVALID_ARGUMENT", words, field)

    for value in (-1, 3):
        yield bad(f"top_k of {value}", "Calibrate",
                  calibrate_request(KEPT, [0.9, 0.1], top_k=value),
                  (f"top_k is {value}", "K = 2"), "top_k")
    for method, request in (
            ("ListProfiles", service_pb2.ListProfilesRequest()),
            ("ListProfileRevisions", service_pb2.ListProfileRevisionsRequest(name=KEPT))):
        for title, token in (("no token", "nonsense!"), ("a cut token", "Nzpt")):
            page = type(request)(page_token=token)
            page.MergeFrom(request)
            yield bad(f"{method} with {title}", method, page,
                      ("page token", "next_page_token"), "page_token")
        page = type(request)(page_size=-1)
        page.MergeFrom(request)
        yield bad(f"{method} with a negative page size", method, page,
                  ("page_size is -1",), "page_size")
    yield bad("an empty batch", "BatchGetProfiles", service_pb2.BatchGetProfilesRequest(),
              ("0 names", "1 to 1000"), "names")
    yield bad("a batch over the limit", "BatchGetProfiles",
              service_pb2.BatchGetProfilesRequest(names=[KEPT] * 1001),
              ("1001 names", "1 to 1000"), "names")
    yield bad("a rollback to no revision", "RollbackProfile",
              service_pb2.RollbackProfileRequest(name=KEPT), ("required",), "revision")
    for title, request_id in (("too long", "x" * 129), ("with a space", "a b"),
                              ("not ASCII", "é")):
        yield bad(f"a request id {title}", "FitProfile",
                  fit_request(KEPT, [0.9, 0.1], request_id=request_id),
                  ("request id", "1 to 128"), "request_id")
    for title, annotations, words, field in (
            ("too many annotations", {str(i): "" for i in range(65)},
             ("65 annotations", "at most 64"), "annotations"),
            ("an annotation without a key", {"": "x"}, ("key has 0 bytes",),
             'annotations[""]'),
            ("an annotation with an oversize key", {"k" * 129: "x"},
             ("key has 129 bytes",), f'annotations["{"k" * 80}…"]'),
            ("an annotation with an oversize value", {"k": "v" * 4097},
             ('"k"', "4097 bytes"), 'annotations["k"]')):
        yield bad(title, "FitProfile",
                  fit_request(KEPT, [0.9, 0.1], annotations=annotations), words, field)
        yield bad(f"{title} in an import", "ImportProfile",
                  service_pb2.ImportProfileRequest(
                      name=KEPT, labels=labels(LABELS), transform=Transform(input=LOG),
                      annotations=annotations), words, field)


@pytest.mark.parametrize("bad", [
    *bad_names(), *bad_label_lists(), *bad_options(), *bad_transforms(),
    *other_arguments()], ids=str)
def test_is_refused_and_changes_nothing(server: Calibrd, bad: Bad) -> None:
    check_refused(server, bad)


def test_a_page_token_of_another_list_is_refused(server: Calibrd) -> None:
    page = server.client.call("ListProfileRevisions",
                              service_pb2.ListProfileRevisionsRequest(name=KEPT, page_size=1))
    check_refused(server, Bad(
        "a token of another list", "ListProfiles",
        service_pb2.ListProfilesRequest(page_token=page.next_page_token),
        "INVALID_ARGUMENT", ("page token",), "page_token"))


def test_the_largest_that_is_allowed_is_taken(server: Calibrd) -> None:
    annotations = {f"{i:0128}": "v" * 4096 for i in range(64)}
    largest = "models/m/prompts/" + "x" * 495
    profile = server.client.fit(largest, [0.9, 0.1], ("a" * 256, "b" * 256),
                                inputs=["x" * 4096], request_id="r" * 128,
                                annotations=annotations)
    assert server.client.get(largest).annotations == annotations
    assert len(profile.labels[0].name) == 256
    assert profile.bias.rows[0].input == "x" * 4096
    server.client.delete(largest)
