"""The first calls of a new user, from Python and with grpcurl."""

import json
import pathlib

import grpc
import pytest
from calibration.v1 import profile_pb2

from harness.client import Client
from harness.programs import grpcurl
from harness.server import Calibrd

PROFILE = "models/gpt2/prompts/sst2"
SERVICE = "calibration.v1.CalibrationService"
CALL = {"name": PROFILE, "rows": {"probabilities": {"values": [0.9, 0.1]}}}
FIT = {
    "name": PROFILE, "labels": [{"name": "Negative"}, {"name": "Positive"}],
    "content_free": {"probabilities": {"values": [0.9, 0.1]}},
    "options": {"output": "OUTPUT_SOFTMAX"}}


@pytest.fixture(autouse=True, scope="module")
def fitted(server: Calibrd) -> profile_pb2.Profile:
    return server.client.fit(
        PROFILE, [0.9, 0.1],
        options=profile_pb2.FitOptions(output=profile_pb2.FitOptions.OUTPUT_SOFTMAX))


def test_content_free_softmax_fit_gives_the_inverse_prior(fitted: profile_pb2.Profile) -> None:
    assert list(fitted.transform.weights) == pytest.approx([1 / 0.9, 10], abs=1e-6)
    assert list(fitted.transform.bias) == []
    assert fitted.transform.input == profile_pb2.Transform.INPUT_PROBABILITY
    assert fitted.bias.favored_label_name == "Negative"
    assert fitted.bias.total_variation == pytest.approx(0.4, abs=1e-6)
    assert fitted.revision == 1
    assert fitted.active


def test_the_content_free_row_comes_out_without_bias(server: Calibrd) -> None:
    answer = server.client.calibrate(PROFILE, [0.9, 0.1])
    assert list(answer.probabilities) == pytest.approx([0.5, 0.5], abs=1e-6)
    assert answer.revision == 1


@pytest.mark.parametrize("options, row, expected", [
    ({"output": "OUTPUT_NORMALIZED"}, [.6, .4], [.4811083123, .5188916877]),
    ({"output": "OUTPUT_SOFTMAX"}, [.6, .4], [.4809475712, .5190524288]),
    ({"weights": "WEIGHTS_IDENTITY"}, [.6, .4], [.4910009719, .5089990281]),
    ({"output": "OUTPUT_NORMALIZED"}, [.5, .3, .2],
     [.1694915254, .3559322034, .4745762712]),
    ({"output": "OUTPUT_SOFTMAX"}, [.5, .3, .2],
     [.1468164837, .3221114754, .5310720409]),
    ({"weights": "WEIGHTS_IDENTITY"}, [.5, .3, .2],
     [.2702908989, .3648545505, .3648545505]),
])
def test_published_numbers_come_out(server: Calibrd, options: dict, row: list[float],
                                    expected: list[float]) -> None:
    prior = [.618, .382] if len(row) == 2 else [.7, .2, .1]
    server.client.fit("models/golden/prompts/numbers", prior, "ABC"[:len(row)],
                      options=profile_pb2.FitOptions(**options))
    answer = server.client.calibrate("models/golden/prompts/numbers", row)
    assert list(answer.probabilities) == pytest.approx(expected, abs=1e-6)


def test_grpcurl_calls_over_tcp(server: Calibrd) -> None:
    ended = grpcurl("-d", json.dumps(CALL), server.address, f"{SERVICE}/Calibrate")
    assert ended.code == 0, ended.err
    assert ended.json()["probabilities"] == pytest.approx([0.5, 0.5], abs=1e-6)
    assert ended.json()["revision"] == "1"


def test_grpcurl_fits_and_calls_over_a_unix_socket(servers,
                                                   socket_directory: pathlib.Path) -> None:
    socket = socket_directory / "calibrd.sock"
    servers.start(listen=("127.0.0.1:0", f"unix:{socket}"))
    fit = grpcurl("-unix", "-d", json.dumps(FIT), str(socket), f"{SERVICE}/FitProfile")
    assert fit.code == 0, fit.err
    assert fit.json()["transform"]["weights"] == pytest.approx([1 / 0.9, 10], abs=1e-6)
    call = grpcurl("-unix", "-d", json.dumps(CALL), str(socket), f"{SERVICE}/Calibrate")
    assert call.json()["probabilities"] == pytest.approx([0.5, 0.5], abs=1e-6)


def test_the_python_client_calls_over_a_unix_socket(servers,
                                                    socket_directory: pathlib.Path) -> None:
    socket = socket_directory / "calibrd.sock"
    servers.start(listen=("127.0.0.1:0", f"unix:{socket}"))
    client = Client(f"unix:{socket}")
    client.fit(PROFILE, [0.9, 0.1])
    assert list(client.calibrate(PROFILE, [0.9, 0.1]).best) == [0]
    client.close()


def test_reflection_lists_and_describes_the_services(server: Calibrd) -> None:
    services = grpcurl(server.address, "list").out.split()
    assert services == [SERVICE, "grpc.health.v1.Health",
                        "grpc.reflection.v1alpha.ServerReflection"]
    methods = grpcurl(server.address, "list", SERVICE).out.split()
    assert methods == [f"{SERVICE}.{name}" for name in (
        "BatchGetProfiles", "Calibrate", "DeleteProfile", "EvaluateProfile", "FitProfile",
        "GetProfile", "ImportProfile", "ListProfileRevisions", "ListProfiles",
        "RankProfiles", "RollbackProfile")]
    described = grpcurl(server.address, "describe", "calibration.v1.CalibrateRequest").out
    assert "int32 top_k = 4;" in described


@pytest.mark.parametrize("service", ["", SERVICE])
def test_health_says_serving(server: Calibrd, service: str) -> None:
    ended = grpcurl("-d", json.dumps({"service": service}), server.address,
                    "grpc.health.v1.Health/Check")
    assert ended.json() == {"status": "SERVING"}


def test_health_of_an_unknown_service_is_not_found(server: Calibrd) -> None:
    ended = grpcurl("-d", '{"service": "another"}', server.address,
                    "grpc.health.v1.Health/Check")
    assert ended.code == 64 + grpc.StatusCode.NOT_FOUND.value[0]
    assert "Code: NotFound" in ended.err


def test_an_error_reaches_grpcurl_with_its_details(server: Calibrd) -> None:
    call = dict(CALL, rows={"probabilities": {"values": [0.9]}})
    ended = grpcurl("-d", json.dumps(call), server.address, f"{SERVICE}/Calibrate")
    assert "Code: InvalidArgument" in ended.err
    assert '"reason":"INVALID_ROWS"' in ended.err.replace(" ", "")
    assert "rows.probabilities.values" in ended.err
