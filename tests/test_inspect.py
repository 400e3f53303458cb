"""The task of Inspect, with Inspect's own mock model, and its logs read and scored by our rules."""

from __future__ import annotations

import gc
import json
import math
import random
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from click.testing import CliRunner
from inspect_ai import eval as evaluate
from inspect_ai.dataset import Sample
from inspect_ai.log import EvalLog
from inspect_ai.model import (
    ChatMessage,
    ChatMessageUser,
    GenerateConfig,
    ModelOutput,
    ModelUsage,
    get_model,
)
from inspect_ai.scorer import Score

import arcgrid
from arcgrid.cli import main
from arcgrid.engines.chat.prompts import find_prompt
from arcgrid.errors import ArcgridError, FormatError, UnknownNameError
from arcgrid.formats.submissions import read_submission, submission_kind
from arcgrid.inspect_task import arc_agi, vote
from arcgrid.scoring.rules import RULES
from tests.endpoint import Request

pytestmark = [  # what Inspect itself does is not ours to mend
    pytest.mark.filterwarnings("ignore:The 'initial' parameter is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Unclosed <MemoryObject:ResourceWarning"),
]

TASKS = arcgrid.load("arcgrid/mini").subset([task.id for task in arcgrid.load("arcgrid/mini")][:6])


@pytest.fixture(autouse=True)
def swept() -> Iterator[None]:
    """Has what Inspect leaves open complain here, and not in whatever test comes later."""
    yield
    gc.collect()


@pytest.fixture
def tasks(tmp_path: Path) -> str:
    """The path of a task set of six puzzles."""
    source = Path(__file__).parents[1] / "tasks" / "arcgrid_tasks" / "mini"
    folder = tmp_path / "set"
    folder.mkdir()
    for task in TASKS:
        (folder / f"{task.id}.json").write_bytes((source / f"{task.id}.json").read_bytes())
    return str(folder)


def knowing(skill: float, seed: int = 1) -> Any:
    """A mock model that knows the puzzles, and is right so often; now and then it mumbles."""
    chance = random.Random(seed)
    truths = {pair.input.tobytes(): pair.output for task in TASKS for pair in task.test}

    def answer(
        input: list[ChatMessage], tools: object, choice: object, config: GenerateConfig
    ) -> ModelOutput:
        shown = Request(0, "", {}, {"messages": [{"content": input[-1].text}]}).last_grid()
        truth = truths[shown.tobytes()]
        assert truth is not None
        lucky, wrong = chance.random(), [[[0]], [[1, 2]], "I see a cat", "[[1, 2], [3]]"]
        rows = truth.tolist() if lucky < skill else chance.choice(wrong)
        text = json.dumps({"grid": rows}) if config.response_schema else f"Hence {json.dumps(rows)}"
        said = ModelOutput.from_content("mockllm", text)
        said.usage = ModelUsage(input_tokens=10, output_tokens=5, total_tokens=15)
        return said

    return answer


def run(
    tmp_path: Path,
    tasks: str,
    skill: float = 0.5,
    form: Literal["eval", "json"] = "eval",
    **settings: Any,
) -> EvalLog:
    model = get_model("mockllm/model", custom_outputs=knowing(skill), memoize=False)
    (log,) = evaluate(
        arc_agi(tasks=tasks, **settings),
        model=model,
        log_dir=str(tmp_path / "logs"),
        log_format=form,
        display="none",
    )
    assert log.status == "success", log.error
    return log


def figures(log: EvalLog) -> tuple[float, float]:
    assert log.results is not None
    (found,) = log.results.scores
    return found.metrics["mean"].value, found.metrics["stderr"].value


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("form", ["eval", "json"])
def test_mean_and_standard_error_agree_with_our_score(
    tmp_path: Path, tasks: str, rule: str, form: Literal["eval", "json"]
) -> None:
    log = run(tmp_path, tasks, rule=rule, form=form, attempts=RULES[rule].attempts)
    read = read_submission(log.location)
    assert (read.format, submission_kind(log.location)) == ("inspect", "inspect")
    found = arcgrid.score(arcgrid.load(tasks), read, rule)
    mean, error = figures(log)
    assert 0 < mean < 1
    assert 100 * mean == pytest.approx(found.percent_solved)
    units = [
        value
        for task in TASKS
        for value in RULES[rule].values(solved_outputs(log, task.id, len(task.test)))
    ]
    assert len(units) == found.denominator
    assert error == pytest.approx(statistics.stdev(units) / math.sqrt(len(units)))


def solved_outputs(log: EvalLog, id: str, tests: int) -> list[bool]:
    """Which test outputs of a task some epoch has solved."""
    return [
        any(
            sample.scores is not None and sample.scores["solved"].value == 1
            for sample in log.samples or []
            if sample.metadata == {"task": id, "test": test}
        )
        for test in range(tests)
    ]


def test_samples_vote_and_our_reader_has_them_vote_as_well(tmp_path: Path, tasks: str) -> None:
    log = run(tmp_path, tasks, skill=0.35, attempts=1, samples=7)
    assert len(log.samples or []) == 7 * TASKS.outputs
    read = read_submission(log.location)
    assert {len(tests) for given in read.attempts.values() for tests in given} == {1}
    found = arcgrid.score(arcgrid.load(tasks), read)
    assert 100 * figures(log)[0] == pytest.approx(found.percent)
    oracle = [all(solved_outputs(log, task.id, len(task.test))) for task in TASKS]
    assert sum(oracle) / len(oracle) > figures(log)[0]


def test_the_vote() -> None:
    def said(*answers: tuple[str | None, float]) -> list[Score]:
        return [Score(value=value, answer=answer) for answer, value in answers]

    given = said(("a", 0), ("b", 1), ("c", 0), ("c", 0), (None, 0))
    assert [vote(attempts)(given).value for attempts in (1, 2, 3)] == [0, 0, 1]
    assert vote(1)(given).answer == "c"
    assert vote(2)(said((None, 0))).value == 0


def test_what_is_asked_is_our_prompt_and_holds_no_answer(tasks: str) -> None:
    asked = arc_agi(tasks=tasks, prompt="picture").dataset
    assert len(asked) == TASKS.outputs
    first: Sample = asked[0]
    task = TASKS.tasks[0]
    assert first.id == f"{task.id}:0"
    assert first.metadata == {"task": task.id, "test": 0}
    messages = find_prompt("picture").messages(task.puzzle, 0, "text")
    assert not isinstance(first.input, str)
    system, user = first.input
    assert isinstance(user, ChatMessageUser)
    assert system.content == messages[0]["content"]
    assert not isinstance(user.content, str)
    text, picture = user.content
    assert text.text == messages[1]["content"][0]["text"]  # type: ignore[union-attr]  # a text
    assert picture.image == messages[1]["content"][1]["image_url"]["url"]  # type: ignore[union-attr]  # a picture


def test_answers_by_schema(tmp_path: Path, tasks: str) -> None:
    log = run(tmp_path, tasks, skill=1, answer_by="schema")
    assert figures(log) == (1, 0)
    assert arcgrid.score(arcgrid.load(tasks), read_submission(log.location)).percent == 100


def test_the_command_scores_a_log(tmp_path: Path, tasks: str) -> None:
    log = run(tmp_path, tasks)
    words = ["score", log.location, "--tasks", tasks, "--rule", "arc-prize", "--json"]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    (found,) = json.loads(result.stdout)["scores"]
    assert found["percent"] == pytest.approx(100 * figures(log)[0])


def test_a_log_of_a_part_counts_what_is_missing_as_not_solved(tmp_path: Path, tasks: str) -> None:
    model = get_model("mockllm/model", custom_outputs=knowing(1), memoize=False)
    where = str(tmp_path / "logs")
    (log,) = evaluate(arc_agi(tasks=tasks), model=model, limit=2, log_dir=where, display="none")
    found = arcgrid.score(arcgrid.load(tasks), read_submission(log.location))
    assert figures(log)[0] == 1
    assert (found.numerator, found.denominator) == (1, len(TASKS))


def test_what_is_no_such_log_is_named(tmp_path: Path, tasks: str) -> None:
    damaged = tmp_path / "damaged.eval"
    damaged.write_bytes(b"PK\3\4 and nothing else")
    with pytest.raises(FormatError, match="Inspect cannot read this log"):
        read_submission(damaged)
    log = run(tmp_path, tasks, form="json")
    other = json.loads(Path(log.location).read_text())
    other["eval"]["task"] = "somebody/other"
    path = tmp_path / "other.json"
    path.write_text(json.dumps(other))
    with pytest.raises(FormatError, match="this log is of the task somebody/other, not arcgrid/"):
        read_submission(path)


def test_wrong_arguments_are_named(tasks: str) -> None:
    with pytest.raises(UnknownNameError, match="did you mean arc-prize"):
        arc_agi(tasks=tasks, rule="arc-price")
    with pytest.raises(UnknownNameError, match="did you mean rows"):
        arc_agi(tasks=tasks, prompt="rosw")


def test_without_the_extra_it_says_what_to_install(
    tmp_path: Path, tasks: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = run(tmp_path, tasks)
    for name in [name for name in sys.modules if name.split(".")[0] == "inspect_ai"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "inspect_ai", None)
    with pytest.raises(ArcgridError) as caught:
        read_submission(log.location)
    assert str(caught.value) == (
        "a log of Inspect needs the package inspect_ai: pip install 'arcgrid[inspect]'"
    )
