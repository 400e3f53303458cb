"""The outcomes of a run in the store, with their attempts: queries, and rows as records.

Transactions are those of `store`; what is read is held to its seal.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime

from arcgrid.errors import DamagedError
from arcgrid.result import Outcome, Submission
from arcgrid.store.rows import Run, attempt_rows, outcome_of
from arcgrid.store.sealing import check_seal, seal_outcome

_COLUMNS = (
    "run, task, kind, wall_seconds, cpu_seconds, peak_memory, cost, tokens, error, output, "
    "answered_at, tests, guesses_beyond, seed, ended, machine, given_back"
)


def add_outcome(
    db: sqlite3.Connection, run: str, task: str, tests: int, seed: int, outcome: Outcome
) -> None:
    """Enter the outcome of one task with every attempt, sealed."""
    row = (
        run,
        task,
        outcome.kind,
        outcome.wall_seconds,
        outcome.cpu_seconds,
        outcome.peak_memory,
        outcome.cost,
        outcome.tokens,
        outcome.error,
        outcome.output,
        json.dumps([timed.seconds for timed in outcome.answers]),
        tests,
        outcome.guesses_beyond,
        seed,
        now(),
        outcome.machine,
        outcome.given_back,
    )
    marks = ", ".join("?" * len(row))
    db.execute(f"INSERT INTO outcomes ({_COLUMNS}) VALUES ({marks})", row)
    db.executemany(
        "INSERT INTO attempts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((run, task, *one) for one in attempt_rows(outcome.answers)),
    )
    seal_outcome(db, run, task)


def read_outcomes(db: sqlite3.Connection, run: Run) -> dict[str, Outcome]:
    """The outcomes of a run by task id, in the order in which the tasks were asked for.

    Raises:
        DamagedError: they are not what was put in.
    """
    found = _rows(db, run)
    attempts = _attempts(db, run)
    for id, row in found.items():
        check_seal(row, attempts.get(id, []))
    return {id: outcome_of(row, attempts.get(id, [])) for id, row in found.items()}


def read_submission(db: sqlite3.Connection, run: Run) -> Submission:
    """The last answer to every task that has an outcome; raises as `read_outcomes`."""
    tests = {id: row["tests"] for id, row in _rows(db, run).items()}
    answers = {id: one.answer for id, one in read_outcomes(db, run).items()}
    attempts = {
        id: tuple(tuple(guess.grid for guess in guesses) for guesses in answer.guesses)
        if answer
        else ((),) * tests[id]
        for id, answer in answers.items()
    }
    return Submission(run.name, attempts)


def now() -> str:
    """The time in UTC, as the store has it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _rows(db: sqlite3.Connection, run: Run) -> dict[str, sqlite3.Row]:
    """The rows of outcomes by task id, in the order of the plan, which they have to fit."""
    rows = db.execute("SELECT * FROM outcomes WHERE run = ?", (run.id,))
    found = {row["task"]: row for row in rows}
    if strange := found.keys() - set(run.plan.asked):
        raise DamagedError("the run was not asked for this task", task=str(min(strange)))
    left = len(run.plan.asked) - len(found)
    there = "SELECT 1 FROM runs WHERE id = ? AND ended IS NOT NULL"  # it may have been deleted
    if left and run.ended is not None and db.execute(there, (run.id,)).fetchone():
        raise DamagedError(f"it has ended, and outcomes are missing: {left}")
    return {id: found[id] for id in run.plan.asked if id in found}


def _attempts(db: sqlite3.Connection, run: Run) -> dict[str, list[sqlite3.Row]]:
    """Rows of attempts by task, in the order of their numbers."""
    query = "SELECT * FROM attempts WHERE run = ? ORDER BY task, answer, test, attempt"
    attempts: dict[str, list[sqlite3.Row]] = {}
    for row in db.execute(query, (run.id,)):
        attempts.setdefault(row["task"], []).append(row)
    return attempts
