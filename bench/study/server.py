"""The calibrd that is measured: started on loopback, called, ended by its process id.

    with Server() as server:
        profile = server.fit(setting, "domain", setting.domain)
        q = server.correct(profile, setting.test)              # n×K

Environment: as tests/end_to_end, whose harness starts the process.
"""

import itertools
import pathlib
import sys
import tempfile
from typing import Optional

import numpy

from study.recorded import ROOT, Setting

sys.path.append(str(ROOT / "tests" / "end_to_end"))
from calibration.v1 import calibration_service_pb2 as service_pb2  # noqa: E402
from calibration.v1 import evaluation_pb2, profile_pb2, rows_pb2  # noqa: E402
from harness import programs  # noqa: E402
from harness.client import labels as label_messages  # noqa: E402
from harness.client import rows as row_message  # noqa: E402
from harness.server import Calibrd  # noqa: E402
from harness.waiting import PATIENCE  # noqa: E402

Options = profile_pb2.FitOptions
IDENTITY = profile_pb2.Transform(input=profile_pb2.Transform.INPUT_LOG_PROBABILITY)

# The recommendation needs neither the methods that are only listed nor many resamples.
QUICKLY = evaluation_pb2.EvaluationOptions(
    methods=[profile_pb2.METHOD_TEMPERATURE], resamples=100)


class Server:
    """Every profile gets a name of its own, so no fit sees what another one left."""

    def __enter__(self) -> "Server":
        self._directory = tempfile.TemporaryDirectory(prefix="calibrd-study-")
        self._numbers = itertools.count()
        self._calibrd = Calibrd(pathlib.Path(self._directory.name), store="memory:").start()
        self._client = self._calibrd.client
        return self

    def __exit__(self, error: Optional[type], *_) -> None:
        try:
            if error is None:
                self._calibrd.verify()
        finally:
            self._calibrd.abandon()
            self._directory.cleanup()

    @property
    def version(self) -> str:
        return programs.calibrd("--version").out.split()[-1]

    def _name(self, setting: Setting) -> str:
        prompt = f"{setting.task}-{setting.prompt}-{next(self._numbers)}"
        return f"models/{setting.model}/prompts/{prompt}"

    def uncalibrated(self, setting: Setting) -> str:
        """A profile that changes nothing."""
        return self._client.import_profile(
            self._name(setting), IDENTITY, setting.labels).name

    def fit(self, setting: Setting, source: str, rows: numpy.ndarray,
            options: Optional[Options] = None) -> str:
        """A profile that was fitted on rows without labels."""
        return self._client.fit(self._name(setting), rows.ravel(), setting.labels,
                                source=source, options=options).name

    def fit_labelled(self, name: str, setting: Setting, rows: numpy.ndarray, method: int) -> None:
        """Fits a profile, which knows a prior, anew on some of the setting's rows with
        their labels."""
        self._client.call("FitProfile", service_pb2.FitProfileRequest(
            name=name, labels=label_messages(setting.labels),
            labelled=_labelled(setting, rows), options=Options(method=method)))

    def evaluate(self, name: str, setting: Setting, rows: numpy.ndarray,
                 options: evaluation_pb2.EvaluationOptions = QUICKLY
                 ) -> evaluation_pb2.Evaluation:
        request = evaluation_pb2.EvaluateProfileRequest(
            name=name, rows=_labelled(setting, rows), options=options)
        return self._client.service.EvaluateProfile(iter([request]), timeout=PATIENCE)

    def correct(self, name: str, rows: numpy.ndarray, observe: bool = False) -> numpy.ndarray:
        """The corrected rows. With `observe` an adaptive profile learns from each of them,
        in their order, after it was answered: a call of many rows says what as many calls
        of one row say, as tests/end_to_end/test_learning.py shows."""
        answer = self._client.calibrate(name, rows.ravel(), do_not_observe=not observe)
        return numpy.array(answer.probabilities, dtype=float).reshape(rows.shape)

    def get(self, name: str) -> profile_pb2.Profile:
        return self._client.get(name)


def _labelled(setting: Setting, rows: numpy.ndarray) -> rows_pb2.LabelledRows:
    return rows_pb2.LabelledRows(rows=row_message(setting.test[rows].ravel()),
                                 labels=[int(a) for a in setting.answers[rows]])
