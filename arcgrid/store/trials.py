"""What a person has done at tasks that are not over: attempts, and how long they have looked.

Once a task is over it has an outcome, and nothing is left of it here.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from arcgrid.formats.json_text import format_grid, parse_grid
from arcgrid.grid import Grid
from arcgrid.store.rows import Run
from arcgrid.store.store import Store


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """An attempt at a test output; or a task that was put aside, where there is none.

    Attributes:
        seconds: on the task's own clock, which stands still while the task is put aside.
        test: the test input; None where the task was put aside.
        grid: the attempt.
    """

    seconds: float
    test: int | None = None
    grid: Grid | None = None


class TrialStore(Store):
    """A run store in which the trials of people are kept too."""

    def add_trial(self, run: Run, task: str, trial: Trial) -> None:
        """Commit a trial, as the next one of its task.

        Raises:
            StoreError: the store cannot be written.
        """
        grid = None if trial.grid is None else format_grid(trial.grid)
        with self._transaction():
            self._db.execute(
                "INSERT INTO trials SELECT ?, ?, count(*), ?, ?, ? FROM trials"
                " WHERE run = ? AND task = ?",
                (run.id, task, trial.seconds, trial.test, grid, run.id, task),
            )

    def trials(self, run: Run) -> dict[str, list[Trial]]:
        """Trials by task id, in the order in which they came.

        Raises:
            StoreError: the store cannot be read.
        """
        found: dict[str, list[Trial]] = {}
        query = "SELECT task, seconds, test, grid FROM trials WHERE run = ? ORDER BY task, number"
        with self._errors():
            for row in self._db.execute(query, (run.id,)):
                found.setdefault(row["task"], []).append(_trial_of(row))
        return found

    def drop_trials(self, run: Run, task: str) -> None:
        """Forget the trials of a task that has an outcome.

        Raises:
            StoreError: the store cannot be written.
        """
        with self._transaction():
            self._db.execute("DELETE FROM trials WHERE run = ? AND task = ?", (run.id, task))


def _trial_of(row: sqlite3.Row) -> Trial:
    grid = None if row["grid"] is None else parse_grid(row["grid"].encode())
    return Trial(row["seconds"], row["test"], grid)
