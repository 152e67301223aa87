"""The rows of tests/data/llm-rows: what real models answered.

    settings = recorded.load_all()
    [s for s in settings if s.plain and s.task != "rte"]     # "the 35 plain settings"

A setting is one model, task and prompt. Shapes: content_free and unshown 3×K, domain 10×K, test n×K,
probabilities that do not sum to 1 (the rest of the vocabulary has the rest), rounded to
float32, as that is what a request carries; answers are n label indices.
"""

import dataclasses
import json
import pathlib

import numpy

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROWS = ROOT / "tests" / "data" / "llm-rows"
# The content-free inputs of Zhao et al. 2021; the files hold two more.
CONTENT_FREE = ("N/A", "[MASK]", "")
# Those that balanced prompts do not show among their demonstrations.
UNSHOWN = ("[MASK]", "", "nada")
# At this task the model has no skill: nothing can help, and much can harm.
WITHOUT_SKILL = "rte"


@dataclasses.dataclass(frozen=True)
class Setting:
    model: str
    task: str
    prompt: str      # "plain-4shot-1"
    variant: str     # "plain" or "balanced"
    shots: int
    seed: int        # of the demonstrations
    labels: tuple[str, ...]
    content_free: numpy.ndarray
    unshown: numpy.ndarray
    domain: numpy.ndarray
    test: numpy.ndarray
    answers: numpy.ndarray

    @property
    def name(self) -> str:
        return f"{self.model}/{self.task}/{self.prompt}"

    @property
    def file(self) -> str:
        return f"{self.model}/{self.task}"

    @property
    def plain(self) -> bool:
        return self.variant == "plain"

    @property
    def demonstrations(self) -> str:
        return str(self.shots) if self.plain else f"{self.shots}, balanced"


def load_all() -> list[Setting]:
    """Every setting, in the order of files and prompts."""
    files = sorted(ROWS.glob("*.jsonl"))
    if not files:
        raise FileNotFoundError(f"no recorded rows in {ROWS}")
    return [setting for file in files for setting in load(file)]


def load(file: pathlib.Path) -> list[Setting]:
    records = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    task = next(r for r in records if r["kind"] == "task")
    return [_setting(task, prompt, [r for r in records if r.get("prompt") == prompt["prompt"]])
            for prompt in records if prompt["kind"] == "prompt"]


def _setting(task: dict, prompt: dict, records: list[dict]) -> Setting:
    def rows(kind: str, texts: tuple[str, ...] = ()) -> numpy.ndarray:
        wanted = [r for r in records if r["kind"] == kind
                  and (not texts or r["text"] in texts)]
        p = [[sum(numpy.exp(r["logprobs"][alias]) for alias in label["aliases"])
              for label in task["labels"]] for r in wanted]
        return numpy.array(p, dtype=numpy.float32)

    return Setting(
        task["model"], task["task"], prompt["prompt"].partition("/")[2], prompt["variant"],
        prompt["shots"], prompt["seed"], tuple(label["name"] for label in task["labels"]),
        rows("content_free", CONTENT_FREE), rows("content_free", UNSHOWN), rows("domain"),
        rows("test"),
        numpy.array([r["label"] for r in records if r["kind"] == "test"]))


def of_the_summary(settings: list[Setting]) -> list[Setting]:
    """The 35 plain settings, of which tables give the mean."""
    return [s for s in settings if s.plain and s.task != WITHOUT_SKILL]
