"""The named scoring rules: tasks and a submission give a `Score`.

A score divides by what was asked for, never by what came back.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from arcgrid.errors import SubmissionError, TaskError, UnknownNameError
from arcgrid.result import Answer, Coverage, Score, Submission, as_submission
from arcgrid.scoring.stats import bootstrap_mean, wilson
from arcgrid.scoring.verdicts import Verdicts, hits, judge_answer, verdict_of
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

    def values(self, solved: Sequence[bool]) -> list[float]:
        """What each unit of a task adds to the numerator, given which outputs are solved.

        A task is one unit, or as many as it has outputs.
        """
        if self.unit == "outputs":
            return list(map(int, solved))
        return [sum(solved) / len(solved) if self.partial else float(all(solved))]

    def value(self, solved: Sequence[bool]) -> float:
        """What a task adds to the numerator, given which of its outputs are solved."""
        return sum(self.values(solved))

    def total(self, tasks: TaskSet) -> int:
        """The denominator: how many units were asked for."""
        return tasks.outputs if self.unit == "outputs" else len(tasks)


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


def score(
    tasks: TaskSet, submission: Submission | Mapping[str, object], rule: str = DEFAULT_RULE
) -> Score:
    """Score a submission on a task set.

    Args:
        tasks: what was asked for; every test output must be known.
        submission: attempts by task id; a missing task scores zero. A plain mapping of ids to the
            guesses for each test input (grids or nested lists, best first) will do.
        rule: a name in `RULES`.

    Raises:
        UnknownNameError: there is no such rule.
        SubmissionError: the submission has a task that the set has not, or a task with a wrong
            number of test inputs (too few are no error where the submission is `partial`).
        TaskError: `tasks` is no set, or empty, or a test output is not known.
    """
    chosen = find_rule(rule)
    return score_verdicts(tasks, judge(tasks, as_submission(submission)), chosen)


def find_rule(name: str) -> Rule:
    """Find a rule by its name.

    Raises:
        UnknownNameError: there is no such rule; it suggests the nearest.
    """
    if name not in RULES:
        raise UnknownNameError("rule", name, RULES)
    return RULES[name]


def is_misfit(task: Task, given: int, partial: bool) -> bool:
    """True for another number of answered test inputs than a task has.

    Too few are none where the last ones may be left out (`Submission.partial`).
    """
    return given > len(task.test) or (given < len(task.test) and not partial)


def judge(tasks: TaskSet, submission: Submission) -> dict[str, Verdicts]:
    """Judge every attempt of a submission, in one pass: it may be a very large file.

    Raises:
        SubmissionError, TaskError: as `score`.
    """
    if not isinstance(tasks, TaskSet):
        problem = f"a TaskSet is wanted, not a value of type {type(tasks).__name__}"
        raise TaskError(f"{problem}; arcgrid.load makes one")
    _check_scorable(tasks)
    verdicts: dict[str, Verdicts] = {}
    for id, attempts in submission.attempts.items():
        if id not in tasks:
            problem = str(UnknownNameError(f"task of {tasks.name}", id, (t.id for t in tasks)))
            raise SubmissionError(problem, file=submission.name)
        test = tasks[id].test
        if is_misfit(tasks[id], len(attempts), submission.partial):
            problem = f"answers for {len(attempts)} test inputs, but the task has {len(test)}"
            raise SubmissionError(problem, file=submission.name, task=id)
        verdicts[id] = [
            [verdict_of(attempt, pair.output) for attempt in given]
            for given, pair in zip(attempts, test, strict=False)
        ]
    return verdicts


def score_verdicts(tasks: TaskSet, verdicts: Mapping[str, Verdicts], rule: Rule) -> Score:
    """Score what `judge` found under a rule."""
    coverage = _coverage(tasks, verdicts, rule.attempts)
    return score_outputs(tasks, solved_outputs(tasks, verdicts, rule), rule, coverage)


def solved_outputs(
    tasks: TaskSet, verdicts: Mapping[str, Verdicts], rule: Rule
) -> dict[str, list[bool]]:
    """For each task id, whether each test output is solved; what was not answered is not."""
    return {
        task.id: hits(verdicts.get(task.id, []), len(task.test), rule.attempts) for task in tasks
    }


def score_outputs(
    tasks: TaskSet, solved: Mapping[str, list[bool]], rule: Rule, coverage: Coverage
) -> Score:
    """Score by which test outputs were solved, wherever that is known from.

    Args:
        tasks: what was asked for.
        solved: for every task id, a truth value for each test output.
        rule: the rule.
        coverage: what the score reports beside the figure.
    """
    values = [value for outputs in solved.values() for value in rule.values(outputs)]
    numerator = sum(values) if rule.unit == "outputs" else math.fsum(values)
    denominator = rule.total(tasks)
    low, high, method = interval_of(values)
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
        solved={id: sum(outputs) / len(outputs) for id, outputs in solved.items()},
    )


def score_all(tasks: TaskSet, submission: Submission) -> list[Score]:
    """Score a submission under every rule, the default rule first.

    Raises:
        SubmissionError, TaskError: as `score`.
    """
    return scores_of(tasks, judge(tasks, submission))


def scores_of(tasks: TaskSet, verdicts: Mapping[str, Verdicts]) -> list[Score]:
    """Score what `judge` found under every rule, the default rule first."""
    return [score_verdicts(tasks, verdicts, rule) for rule in RULES.values()]


def solved_share(task: Task, answer: Answer | None, rule: str = DEFAULT_RULE) -> float:
    """The share of a task's outputs that an answer solves within a rule's attempts, 0..1."""
    solved = hits(judge_answer(task, answer), len(task.test), find_rule(rule).attempts)
    return sum(solved) / len(solved)


def _check_scorable(tasks: TaskSet) -> None:
    if not len(tasks):
        raise TaskError("there is no task to score", file=tasks.name)
    for task in tasks:
        for index, pair in enumerate(task.test):
            if pair.output is None:
                problem = "the output is not known, so this set cannot be scored"
                raise TaskError(problem, file=tasks.name, task=task.id, part=f"test[{index}]")


def interval_of(values: Sequence[float]) -> tuple[float, float, Literal["wilson", "bootstrap"]]:
    """95% interval of the share in percent: Wilson's where every unit scores 0 or 1."""
    if set(values) <= {0.0, 1.0}:
        low, high = wilson(sum(values), len(values))
        return 100 * low, 100 * high, "wilson"
    low, high = bootstrap_mean(values)
    return 100 * low, 100 * high, "bootstrap"


def _coverage(tasks: TaskSet, given: Mapping[str, Verdicts], limit: int) -> Coverage:
    tests = [verdicts for task in given.values() for verdicts in task]
    kinds = [one.kind for verdicts in tests for one in verdicts]
    answered = sum(any(one.kind != "null" for one in verdicts[:limit]) for verdicts in tests)
    return Coverage(
        tasks_missing=len(tasks) - len(given),
        outputs_unanswered=tasks.outputs - answered,
        attempts_null=kinds.count("null"),
        attempts_malformed=kinds.count("malformed"),
        attempts_beyond=sum(max(0, len(verdicts) - limit) for verdicts in tests),
    )
