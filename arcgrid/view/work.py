"""What a person has made of one task so far: attempts given and left, the outcome. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from arcgrid.grid import Grid
from arcgrid.result import Answer, Guess, Outcome, TimedAnswer
from arcgrid.scoring.verdicts import verdict_of
from arcgrid.store.trials import Trial
from arcgrid.task import Task


@dataclass(frozen=True)
class Work:
    """A task with the trials at it.

    Attributes:
        task: with its test outputs, where these are known.
        attempts: how many a test output may have.
        trials: what has been done, in its order.
        ended: it was given up, or its outcome is in the store.
    """

    task: Task
    attempts: int
    trials: Sequence[Trial]
    ended: bool = False

    def given(self, test: int) -> list[Grid]:
        """The attempts at a test output."""
        grids = (trial.grid for trial in self.trials if trial.test == test)
        return [grid for grid in grids if grid is not None]

    def right(self, test: int, grid: Grid) -> bool | None:
        """Whether an attempt is right; None where nobody knows."""
        kind = verdict_of(grid, self.task.test[test].output).kind
        return None if kind == "unknown" else kind == "solved"

    def solved(self, test: int) -> bool:
        """Whether an attempt at a test output was right."""
        return any(self.right(test, grid) for grid in self.given(test))

    def left(self, test: int) -> int:
        """How many attempts at a test output are left."""
        if self.solved(test) or self.ended:
            return 0
        return max(0, self.attempts - len(self.given(test)))

    @property
    def over(self) -> bool:
        """Whether nothing is left to be done."""
        return not any(map(self.left, range(len(self.task.test))))

    @property
    def seconds(self) -> float:
        """The task's own clock, as of the last trial."""
        return self.trials[-1].seconds if self.trials else 0.0

    def outcome(self, seconds: float) -> Outcome:
        """The outcome: after each attempt, all that were given until then are an answer."""
        answers = [
            TimedAnswer(trial.seconds, self._answer(self.trials[: place + 1]))
            for place, trial in enumerate(self.trials)
            if trial.grid is not None
        ]
        answers = answers or [TimedAnswer(seconds, self._answer(()))]
        return Outcome("answered", seconds, 0.0, answers=tuple(answers))

    def _answer(self, trials: Sequence[Trial]) -> Answer:
        until = Work(self.task, self.attempts, trials)
        return Answer(tuple(tuple(map(Guess, until.given(k))) for k in range(len(self.task.test))))

    def record(self) -> dict[str, Any]:
        """What the page may know: of the truth nothing before the task is over."""
        puzzle = self.task.puzzle
        return {
            "train": [[rows(pair.input), rows(pair.output)] for pair in puzzle.train],
            "tests": [self._test_record(test, grid) for test, grid in enumerate(puzzle.test)],
            "over": self.over,
            "id": self.task.id if self.over else None,
            "seconds": round(self.seconds, 1),
        }

    def _test_record(self, test: int, grid: Grid) -> dict[str, Any]:
        given = self.given(test)
        return {
            "input": rows(grid),
            "tries": [{"grid": rows(one), "right": self.right(test, one)} for one in given],
            "left": self.left(test),
            "truth": rows(self.task.test[test].output) if self.over else None,
        }


def work_of(task: Task, attempts: int, outcome: Outcome) -> Work:
    """A task that is over, from its outcome."""
    trials: list[Trial] = []
    for timed in outcome.answers:
        for test, guesses in enumerate(timed.answer.guesses):
            seen = sum(trial.test == test for trial in trials)
            trials += [Trial(timed.seconds, test, guess.grid) for guess in guesses[seen:]]
    return Work(task, attempts, [*trials, Trial(outcome.wall_seconds)], ended=True)


def rows(grid: Grid | None) -> list[list[int]] | None:
    """A grid as nested lists; None stays."""
    return None if grid is None else grid.tolist()
