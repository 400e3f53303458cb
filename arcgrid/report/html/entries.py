"""What a report reads of each run: the run, its tasks, outcomes, attempts and scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from arcgrid.errors import StoreError
from arcgrid.grid import Grid
from arcgrid.result import Answer, Guess, Outcome, Score, Submission
from arcgrid.runner import tasks_of
from arcgrid.scoring import Rule, is_solved, score_all
from arcgrid.store import Run, Store
from arcgrid.task import Task, TaskSet


@dataclass(frozen=True, slots=True)
class RunEntry:
    """A run with all that a report shows of it.

    Attributes:
        run: the run.
        tasks: what it was asked for.
        outcomes: by task id; tasks that it has not come to are not there.
        submission: the last answers.
        scores: under every rule, the default rule first; empty where the answers are not known.
    """

    run: Run
    tasks: TaskSet
    outcomes: Mapping[str, Outcome]
    submission: Submission
    scores: tuple[Score, ...]

    def score(self, rule: Rule) -> Score | None:
        """The score under a rule; None where the answers are not known."""
        return next((score for score in self.scores if score.rule == rule.name), None)

    @property
    def dollars_per_task(self) -> float | None:
        """Mean cost; None unless every task that was asked for says its own."""
        answers = [outcome.answer for outcome in self.outcomes.values()]
        costs = [answer.cost for answer in answers if answer and answer.cost is not None]
        return sum(costs) / len(costs) if len(costs) == len(self.tasks) else None

    @property
    def seconds_per_task(self) -> float | None:
        """Mean wall-clock seconds of a task on its own clock; None before the first outcome."""
        seconds = [outcome.wall_seconds for outcome in self.outcomes.values()]
        return sum(seconds) / len(seconds) if seconds else None


def read_entries(runs: Sequence[Run], store: Store) -> list[RunEntry]:
    """Read runs from the store; each set is loaded once.

    Raises:
        StoreError: there is no run, or the tasks of one cannot be loaded any more.
    """
    if not runs:
        raise StoreError("a report needs a run")
    loaded: dict[tuple[str, str, str, tuple[str, ...]], TaskSet] = {}
    entries = []
    for run in runs:
        key = (run.plan.origin, run.plan.task_set, run.plan.digest, run.plan.asked)
        tasks = loaded.setdefault(key, loaded.get(key) or tasks_of(run))
        outcomes = store.outcomes(run)
        submission = store.submission(run)
        known = all(task.has_answers for task in tasks)
        scores = tuple(score_all(tasks, submission)) if known else ()
        entries.append(RunEntry(run, tasks, outcomes, submission, scores))
    return entries


def hits_of(task: Task, answer: Answer | None, attempts: int) -> list[bool]:
    """Whether each test output is solved by one of the first attempts of an answer."""
    if answer is None:
        return [False] * len(task.test)
    return [
        is_solved(tuple(guess.grid for guess in guesses), pair.output, attempts)
        for guesses, pair in zip(answer.guesses, task.test, strict=True)
    ]


def value_of(hits: Sequence[bool], rule: Rule) -> float:
    """What a task's solved outputs add to the numerator of a rule."""
    if rule.unit == "outputs":
        return float(sum(hits))
    return sum(hits) / len(hits) if rule.partial else float(all(hits))


def distance_of(task: Task, answer: Answer | None, attempts: int) -> int | None:
    """Cells that are wrong in the best attempts, over all test outputs.

    Returns:
        The sum over the outputs of what the nearest of the first attempts gets wrong; None where
        an output has no attempt of the right size, or is not known.
    """
    if answer is None:
        return None
    distances = [
        _nearest(guesses[:attempts], pair.output)
        for guesses, pair in zip(answer.guesses, task.test, strict=True)
    ]
    known = [distance for distance in distances if distance is not None]
    return sum(known) if len(known) == len(distances) else None


def _nearest(guesses: Sequence[Guess], truth: Grid | None) -> int | None:
    if truth is None:
        return None
    fitting = [guess.grid for guess in guesses if guess.grid.shape == truth.shape]
    return min((int(np.count_nonzero(grid != truth)) for grid in fitting), default=None)
