"""The named scoring rules. Pure: tasks and a submission give a `Score`.

A score divides by what was asked for, never by what came back.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from arcgrid.errors import GridError, SubmissionError, TaskError, UnknownNameError
from arcgrid.grid import Grid
from arcgrid.result import Answer, Attempt, Coverage, Score, Submission
from arcgrid.stats import bootstrap_mean, wilson
from arcgrid.task import Task, TaskSet


@dataclass(frozen=True, slots=True)
class Rule:
    """A way of turning solved outputs into a figure.

    Attributes:
        name: as on the command line.
        attempts: attempts that count for each test output.
        unit: what is counted: `tasks` or `outputs`.
        partial: a task counts by its share of solved outputs, rather than all or nothing.
        error_rate: the figure is the share that was *not* solved; lower is better.
        source: where the rule is defined.
    """

    name: str
    attempts: int
    unit: Literal["tasks", "outputs"]
    partial: bool = False
    error_rate: bool = False
    source: str = ""


RULES: Mapping[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule("arc-prize", 2, "tasks", partial=True, source="arcprize/arc-agi-benchmarking"),
        Rule("all-outputs", 2, "tasks", source="arcprize/ARC-AGI-2 README"),
        Rule("kaggle-2024", 2, "outputs", source="Kaggle: ARC Prize 2024, 2025, 2026"),
        Rule("kaggle-2020", 3, "outputs", error_rate=True, source="Kaggle: ARC Challenge 2020"),
        Rule("chollet-2019", 3, "tasks", source="fchollet/ARC-AGI README; arXiv:1911.01547"),
    )
}
"""All rules; the first is the default."""

DEFAULT_RULE = "arc-prize"

Verdict: TypeAlias = Literal["solved", "wrong", "malformed", "null"]
Verdicts: TypeAlias = list[list[Verdict]]
"""For each test input of a task, what each attempt was."""


def score(tasks: TaskSet, submission: Submission, rule: str = DEFAULT_RULE) -> Score:
    """Score a submission on a task set.

    Args:
        tasks: what was asked for; every test output must be known.
        submission: attempts by task id; a missing task scores zero.
        rule: a name in `RULES`.

    Raises:
        UnknownNameError: there is no such rule.
        SubmissionError: the submission has a task that the set has not, or a task with a wrong
            number of test inputs (too few are no error where the submission is `partial`).
        TaskError: the set is empty, or a test output is not known.
    """
    return score_verdicts(tasks, judge(tasks, submission), find_rule(rule))


def find_rule(name: str) -> Rule:
    """Find a rule by its name.

    Raises:
        UnknownNameError: there is no such rule; it suggests the nearest.
    """
    if name not in RULES:
        raise UnknownNameError("rule", name, RULES)
    return RULES[name]


def judge(tasks: TaskSet, submission: Submission) -> dict[str, Verdicts]:
    """Judge every attempt of a submission, in one pass: it may be a very large file.

    Raises:
        SubmissionError, TaskError: as `score`.
    """
    if not len(tasks):
        raise TaskError("there is no task to score", file=tasks.name)
    verdicts: dict[str, Verdicts] = {}
    for id, attempts in submission.attempts.items():
        if id not in tasks:
            problem = str(UnknownNameError(f"task of {tasks.name}", id, (t.id for t in tasks)))
            raise SubmissionError(problem, file=submission.name)
        test = tasks[id].test
        if len(attempts) > len(test) or (len(attempts) < len(test) and not submission.partial):
            problem = f"answers for {len(attempts)} test inputs, but the task has {len(test)}"
            raise SubmissionError(problem, file=submission.name, task=id)
        verdicts[id] = [
            [_verdict(attempt, pair.output) for attempt in given]
            for given, pair in zip(attempts, test, strict=False)
        ]
    for task in tasks:
        for index, pair in enumerate(task.test):
            if pair.output is None:
                problem = "the output is not known, so this set cannot be scored"
                raise TaskError(problem, file=tasks.name, task=task.id, part=f"test[{index}]")
    return verdicts


def solved_outputs(
    tasks: TaskSet, verdicts: Mapping[str, Verdicts], attempts: int
) -> dict[str, list[bool]]:
    """For each task id, whether each test output is solved by one of its first attempts.

    What was not answered is not solved.
    """
    hits = {}
    for task in tasks:
        given = verdicts.get(task.id, [])
        solved = ["solved" in tries[:attempts] for tries in given]
        hits[task.id] = solved + [False] * (len(task.test) - len(given))
    return hits


def score_verdicts(tasks: TaskSet, verdicts: Mapping[str, Verdicts], rule: Rule) -> Score:
    """Score what `judge` found under a rule."""
    hits = solved_outputs(tasks, verdicts, rule.attempts)
    return score_outputs(tasks, hits, rule, _coverage(tasks, verdicts, rule.attempts))


def score_outputs(
    tasks: TaskSet, hits: Mapping[str, list[bool]], rule: Rule, coverage: Coverage
) -> Score:
    """Score by which test outputs were solved, wherever that is known from.

    Args:
        tasks: what was asked for.
        hits: for every task id, a truth value for each test output.
        rule: the rule.
        coverage: what the score reports beside the figure.
    """
    solved = {id: sum(outputs) / len(outputs) for id, outputs in hits.items()}
    if rule.unit == "outputs":
        numerator: float = sum(sum(outputs) for outputs in hits.values())
        denominator = tasks.outputs
    else:
        numerator = math.fsum(_task_values(solved, rule))
        denominator = len(tasks)
    low, high, method = _interval(numerator, denominator, solved, rule)
    percent = 100 * numerator / denominator
    if rule.error_rate:
        percent, low, high = 100 - percent, 100 - high, 100 - low
    return Score(
        rule=rule.name,
        task_set=tasks.name,
        digest=tasks.digest,
        numerator=numerator,
        denominator=denominator,
        unit=rule.unit,
        attempts=rule.attempts,
        percent=percent,
        interval=(low, high),
        interval_method=method,
        lower_is_better=rule.error_rate,
        coverage=coverage,
        solved=solved,
    )


def score_all(tasks: TaskSet, submission: Submission) -> list[Score]:
    """Score a submission under every rule, the default rule first.

    Raises:
        SubmissionError, TaskError: as `score`.
    """
    verdicts = judge(tasks, submission)
    return [score_verdicts(tasks, verdicts, rule) for rule in RULES.values()]


def is_solved(attempts: tuple[Attempt, ...], truth: Grid | None, limit: int) -> bool:
    """True when one of the first `limit` attempts equals the truth, cell by cell."""
    return truth is not None and any(
        attempt is not None
        and not isinstance(attempt, GridError)
        and attempt.shape == truth.shape
        and attempt.tobytes() == truth.tobytes()
        for attempt in attempts[:limit]
    )


def solved_share(task: Task, answer: Answer | None, rule: str = DEFAULT_RULE) -> float:
    """The share of a task's outputs that an answer solves within a rule's attempts, 0..1."""
    limit = find_rule(rule).attempts
    guesses = answer.guesses if answer else ()
    hits = [
        is_solved(tuple(guess.grid for guess in given), pair.output, limit)
        for given, pair in zip(guesses, task.test, strict=False)
    ]
    return sum(hits) / len(task.test)


def _verdict(attempt: Attempt, truth: Grid | None) -> Verdict:
    if attempt is None:
        return "null"
    if isinstance(attempt, GridError):
        return "malformed"
    return "solved" if is_solved((attempt,), truth, 1) else "wrong"


def _task_values(solved: Mapping[str, float], rule: Rule) -> list[float]:
    """What each task adds to the numerator of a rule that counts tasks."""
    if rule.partial:
        return list(solved.values())
    return [float(share == 1) for share in solved.values()]


def _interval(
    numerator: float, denominator: int, solved: Mapping[str, float], rule: Rule
) -> tuple[float, float, Literal["wilson", "bootstrap"]]:
    """95% interval of the share in percent: Wilson's where every unit scores 0 or 1."""
    values = _task_values(solved, rule)
    if rule.unit == "outputs" or set(values) <= {0.0, 1.0}:
        low, high = wilson(numerator, denominator)
        return 100 * low, 100 * high, "wilson"
    low, high = bootstrap_mean(values)
    return 100 * low, 100 * high, "bootstrap"


def _coverage(tasks: TaskSet, given: Mapping[str, Verdicts], limit: int) -> Coverage:
    tests = [verdicts for task in given.values() for verdicts in task]
    answered = sum(any(verdict != "null" for verdict in verdicts[:limit]) for verdicts in tests)
    return Coverage(
        tasks_missing=len(tasks) - len(given),
        outputs_unanswered=tasks.outputs - answered,
        attempts_null=sum(verdicts.count("null") for verdicts in tests),
        attempts_malformed=sum(verdicts.count("malformed") for verdicts in tests),
        attempts_beyond=sum(max(0, len(verdicts) - limit) for verdicts in tests),
    )
