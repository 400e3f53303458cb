"""A person at a run: which puzzle is open, its clock and attempts; what is over is stored."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from arcgrid.errors import ArgumentError, StoreError
from arcgrid.grid import Grid
from arcgrid.runner import puzzle_seed
from arcgrid.store import Run
from arcgrid.store.trials import Trial, TrialStore
from arcgrid.task import TaskSet
from arcgrid.view.work import Work, work_of


class Sitting:
    """What a person does at a run; each attempt is committed before its verdict is told.

    Puzzles are known by their number, from 0: ids can give away what a puzzle is about.

    Args:
        store: where the run is.
        run: the run.
        tasks: what it was asked for.
        clock: seconds, from any beginning.
    """

    def __init__(
        self,
        store: TrialStore,
        run: Run,
        tasks: TaskSet,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.run, self.tasks = run, tasks
        self._clock = clock
        attempts, trials = run.plan.budget.attempts, store.trials(run)
        self._works = [Work(task, attempts, trials.get(task.id, [])) for task in tasks]
        done = store.outcomes(run)
        self._done = [task.id in done for task in tasks]
        self._open: int | None = None
        self._since = 0.0
        for number, task in enumerate(tasks):
            if task.id in done:
                self._works[number] = work_of(task, attempts, done[task.id])
            elif self._works[number].over:  # its last attempt came, and then somebody pulled a plug
                self._end(store, number)

    def open(self, store: TrialStore, number: int) -> Work:
        """Show a puzzle: its clock runs, that of another one stands still."""
        work = self._work(number)
        if number != self._open:
            self.put_aside(store)
            if not self._done[number]:
                self._open, self._since = number, self._clock() - work.seconds
        return work

    def put_aside(self, store: TrialStore) -> None:
        """Stop the clock of the puzzle that is open, if one is."""
        if self._open is not None:
            self._add(store, self._open, Trial(self._seconds()))
            self._open = None

    def submit(self, store: TrialStore, number: int, test: int, grid: Grid) -> Work:
        """Take an attempt at a test output of the puzzle that is open.

        Raises:
            ArgumentError: another puzzle is open, there is no such test, or no attempt is left.
            StoreError: the store cannot be written; the attempt does not count then.
        """
        work = self._opened(number)
        if not 0 <= test < len(work.task.test):
            raise ArgumentError(f"this puzzle has no test {test}")
        if not work.left(test):
            raise ArgumentError("no attempt at this test is left")
        work = self._add(store, number, Trial(self._seconds(), test, grid))
        return self._end(store, number) if work.over else work

    def give_up(self, store: TrialStore, number: int) -> Work:
        """End the puzzle that is open with what was given."""
        self._opened(number)
        return self._end(store, number, self._seconds())

    def state(self) -> list[dict[str, Any]]:
        """For each puzzle whether it is `left`, `begun` or `over`, and then how much is solved."""
        return [self._state(number) for number in range(len(self.tasks))]

    def _state(self, number: int) -> dict[str, Any]:
        work = self._works[number]
        if self._done[number]:
            tests = range(len(work.task.test))
            share = sum(map(work.solved, tests)) / len(tests) if work.task.has_answers else None
            return {"state": "over", "solved": share}
        begun = work.trials or number == self._open
        return {"state": "begun" if begun else "left", "solved": None}

    def _work(self, number: int) -> Work:
        if not 0 <= number < len(self._works):
            raise ArgumentError(f"there is no puzzle {number}")
        return self._works[number]

    def _opened(self, number: int) -> Work:
        work = self._work(number)
        if number != self._open:
            raise ArgumentError("this puzzle is not open any more: open it again")
        return work

    def _seconds(self) -> float:
        return self._clock() - self._since

    def _add(self, store: TrialStore, number: int, trial: Trial) -> Work:
        work = self._works[number]
        store.add_trial(self.run, work.task.id, trial)
        self._works[number] = Work(work.task, work.attempts, [*work.trials, trial])
        return self._works[number]

    def _end(self, store: TrialStore, number: int, seconds: float | None = None) -> Work:
        work = self._works[number]
        outcome = work.outcome(work.seconds if seconds is None else seconds)
        task = work.task
        seed = puzzle_seed(self.run.plan.budget.seed, task.puzzle)
        if task.id in store.done(self.run):
            raise StoreError(f"{task.id} has an outcome already: is another page open?")
        store.add_outcome(self.run, task.id, len(task.test), seed, outcome)
        store.drop_trials(self.run, task.id)
        self._works[number] = work_of(task, work.attempts, outcome)
        self._done[number], self._open = True, None
        return self._works[number]
