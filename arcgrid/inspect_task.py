"""The task `arcgrid/arc_agi` of Inspect: our sets, our prompts, our rules, any model it can call.

Inspect finds it by entry point; nothing else imports it. Logs are read by `formats.inspect_log`.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from typing import Any, Literal

from inspect_ai import Epochs, Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import (
    ChatMessage,
    ChatMessageSystem,
    ChatMessageUser,
    Content,
    ContentImage,
    ContentText,
    GenerateConfig,
    ResponseSchema,
)
from inspect_ai.scorer import (
    Metric,
    SampleScore,
    Score,
    Scorer,
    ScoreReducer,
    Target,
    metric,
    score_reducer,
    scorer,
)
from inspect_ai.solver import TaskState, generate
from inspect_ai.util import JSONSchema

from arcgrid.datasets import load
from arcgrid.engines.chat.answers import FUNCTION, SCHEMA
from arcgrid.engines.chat.prompts import Prompt, find_prompt
from arcgrid.errors import GridError, TaskError
from arcgrid.formats.json_text import format_grid, parse_grid
from arcgrid.formats.text_answer import read_answer
from arcgrid.scoring.rules import DEFAULT_RULE, Rule, find_rule
from arcgrid.scoring.verdicts import verdict_of
from arcgrid.task import TaskSet


@task
def arc_agi(
    tasks: str = "arc-agi-1/evaluation",
    prompt: str = "rows",
    attempts: int = 2,
    samples: int | None = None,
    answer_by: Literal["text", "schema"] = "text",
    rule: str = DEFAULT_RULE,
) -> Task:
    """ARC-AGI puzzles: a sample for each test input, an epoch for each answer to it.

    Args:
        tasks: a task set's name, or a path; its test outputs must be known.
        prompt: the name of a prompt of arcgrid, or the path of one.
        attempts: answers to a test input that count.
        samples: answers that vote for these; as many as attempts where nothing is said.
        answer_by: whether the model writes text, or JSON after a schema.
        rule: what solved outputs are worth.
    """
    asked, chosen, words = load(tasks), find_rule(rule), find_prompt(prompt)
    schema = ResponseSchema(
        name=FUNCTION, json_schema=JSONSchema.model_validate(SCHEMA), strict=True
    )
    return Task(
        dataset=MemoryDataset(_samples(asked, words, answer_by), name=asked.name),
        solver=generate(),
        scorer=solved(),
        metrics=[mean(rule), stderr(rule)],
        epochs=Epochs(samples or attempts, vote(min(attempts, chosen.attempts))),
        config=GenerateConfig(response_schema=schema if answer_by == "schema" else None),
        metadata={"digest": asked.digest, "rule": rule, "prompt": words.digest},
    )


@scorer(metrics=[])
def solved() -> Scorer:
    """1 for an answer that equals the truth, else 0; the answer is the grid as JSON."""

    async def score(state: TaskState, target: Target) -> Score:
        try:
            grid, _ = read_answer(state.output.completion)
        except GridError as error:
            return Score(value=0.0, answer=None, explanation=str(error))
        truth = parse_grid(target.text.encode())
        value = float(verdict_of(grid, truth).kind == "solved")
        return Score(value=value, answer=format_grid(grid))

    return score


@score_reducer(name="vote")
def vote(attempts: int = 2) -> ScoreReducer:
    """1 where one of the most frequent answers is right, ties by first seen."""

    def reduce(scores: list[Score]) -> Score:
        given = [score for score in scores if score.answer is not None]
        counts: dict[str, int] = {}
        for score in given:
            counts[str(score.answer)] = counts.get(str(score.answer), 0) + 1
        chosen = sorted(counts, key=lambda answer: -counts[answer])[:attempts]
        value = max((score.as_float() for score in given if score.answer in chosen), default=0.0)
        return Score(value=value, answer=chosen[0] if chosen else None)

    return reduce


@metric(name="mean")
def mean(rule: str = DEFAULT_RULE) -> Metric:
    """What was solved of what was asked for, 0..1, in the rule's unit."""

    def compute(scores: list[SampleScore]) -> float:
        return statistics.fmean(_units(scores, find_rule(rule)))

    return compute


@metric(name="stderr")
def stderr(rule: str = DEFAULT_RULE) -> Metric:
    """The standard error of the mean over the rule's units."""

    def compute(scores: list[SampleScore]) -> float:
        units = _units(scores, find_rule(rule))
        return statistics.stdev(units) / math.sqrt(len(units)) if len(units) > 1 else 0.0

    return compute


def _units(scores: Sequence[SampleScore], rule: Rule) -> list[float]:
    """What each of the rule's units is worth: the outputs of a task belong together."""
    tasks: dict[str, list[bool]] = {}
    for score in scores:
        id = str((score.sample_metadata or {})["task"])
        tasks.setdefault(id, []).append(score.score.as_float() == 1)
    return [value for solved in tasks.values() for value in rule.values(solved)]


def _samples(tasks: TaskSet, prompt: Prompt, answer_by: Literal["text", "schema"]) -> list[Sample]:
    samples = []
    for one in tasks:
        for test, pair in enumerate(one.test):
            if pair.output is None:
                raise TaskError("the answer is not known here", file=tasks.name, task=one.id)
            messages = prompt.messages(one.puzzle, test, answer_by)
            samples.append(
                Sample(
                    id=f"{one.id}:{test}",
                    input=list(map(_message, messages)),
                    target=format_grid(pair.output),
                    metadata={"task": one.id, "test": test},
                )
            )
    return samples


def _message(message: dict[str, Any]) -> ChatMessage:
    if message["role"] == "system":
        return ChatMessageSystem(content=message["content"])
    content = message["content"]
    if isinstance(content, str):
        return ChatMessageUser(content=content)
    parts: list[Content] = [
        ContentText(text=part["text"])
        if "text" in part
        else ContentImage(image=part["image_url"]["url"])
        for part in content
    ]
    return ChatMessageUser(content=parts)
