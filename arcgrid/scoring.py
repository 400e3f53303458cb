"""The named scoring rules. Pure: tasks and a submission give a `Score`.

A score divides by what was asked for, never by what came back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from arcgrid.errors import GridError, SubmissionError, TaskError, UnknownNameError
from arcgrid.grid import Grid
from arcgrid.result import Attempt, Coverage, Score, Submission
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


def score(tasks: TaskSet, submission: Submission, rule: str = DEFAULT_RULE) -> Score:
    """Score a submission on a task set.

    Args:
        tasks: what was asked for; every test output must be known.
        submission: attempts by task id; a missing task scores zero.
        rule: a name in `RULES`.

    Raises:
        UnknownNameError: there is no such rule.
        SubmissionError: the submission has a task that the set has not, or a task with a wrong
            number of test inputs.
        TaskError: the set is empty, or a test output is not known.
    """
    if rule not in RULES:
        raise UnknownNameError("rule", rule, RULES)
    check_submission(tasks, submission)
    chosen = RULES[rule]
    hits = {task.id: _hits(task, submission, chosen.attempts) for task in tasks}
    solved = {id: sum(outputs) / len(outputs) for id, outputs in hits.items()}
    if chosen.unit == "outputs":
        numerator: float = sum(sum(outputs) for outputs in hits.values())
        denominator = tasks.outputs
    else:
        numerator = sum(_task_values(solved, chosen))
        denominator = len(tasks)
    low, high, method = _interval(numerator, denominator, solved, chosen)
    percent = 100 * numerator / denominator
    if chosen.error_rate:
        percent, low, high = 100 - percent, 100 - high, 100 - low
    return Score(
        rule=rule,
        task_set=tasks.name,
        digest=tasks.digest,
        numerator=numerator,
        denominator=denominator,
        unit=chosen.unit,
        attempts=chosen.attempts,
        percent=percent,
        interval=(low, high),
        interval_method=method,
        lower_is_better=chosen.error_rate,
        coverage=_coverage(tasks, submission, chosen.attempts),
        solved=solved,
    )


def score_all(tasks: TaskSet, submission: Submission) -> list[Score]:
    """Score a submission under every rule, the default rule first.

    Raises:
        SubmissionError, TaskError: as `score`.
    """
    return [score(tasks, submission, rule) for rule in RULES]


def check_submission(tasks: TaskSet, submission: Submission) -> None:
    """Check that a submission can be scored on a task set.

    Raises:
        SubmissionError, TaskError: as `score`.
    """
    if not len(tasks):
        raise TaskError("there is no task to score", file=tasks.name)
    for id, attempts in submission.attempts.items():
        if id not in tasks:
            problem = str(UnknownNameError(f"task of {tasks.name}", id, (t.id for t in tasks)))
            raise SubmissionError(problem, file=submission.name)
        wanted = len(tasks[id].test)
        if len(attempts) != wanted:
            problem = f"answers for {len(attempts)} test inputs, but the task has {wanted}"
            raise SubmissionError(problem, file=submission.name, task=id)
    for task in tasks:
        for index, pair in enumerate(task.test):
            if pair.output is None:
                problem = "the output is not known, so this set cannot be scored"
                raise TaskError(problem, file=tasks.name, task=task.id, part=f"test[{index}]")


def is_solved(attempts: tuple[Attempt, ...], truth: Grid | None, limit: int) -> bool:
    """True when one of the first `limit` attempts equals the truth, cell by cell."""
    return truth is not None and any(
        attempt is not None
        and not isinstance(attempt, GridError)
        and attempt.shape == truth.shape
        and attempt.tobytes() == truth.tobytes()
        for attempt in attempts[:limit]
    )


def _hits(task: Task, submission: Submission, limit: int) -> list[bool]:
    """For each test output of a task, whether it was solved."""
    attempts = submission.attempts.get(task.id)
    if attempts is None:
        return [False] * len(task.test)
    return [
        is_solved(given, pair.output, limit)
        for given, pair in zip(attempts, task.test, strict=True)
    ]


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


def _coverage(tasks: TaskSet, submission: Submission, limit: int) -> Coverage:
    given = submission.attempts
    tests = [attempts for tests in given.values() for attempts in tests]
    answered = sum(any(attempt is not None for attempt in attempts[:limit]) for attempts in tests)

    def count(test: Callable[[Attempt], bool]) -> int:
        return sum(test(attempt) for attempts in tests for attempt in attempts)

    return Coverage(
        tasks_missing=len(tasks) - len(given),
        outputs_unanswered=tasks.outputs - answered,
        attempts_null=count(lambda attempt: attempt is None),
        attempts_malformed=count(lambda attempt: isinstance(attempt, GridError)),
        attempts_beyond=sum(max(0, len(attempts) - limit) for attempts in tests),
    )
