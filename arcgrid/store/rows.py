"""What the run store holds: its tables as of version 1, and its rows as records.

Later versions of the tables are in `migrations`; connections and queries in `store`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from arcgrid.errors import StoreError
from arcgrid.formats.json_text import format_grid, parse_grid
from arcgrid.isolation import Isolation
from arcgrid.machine import Machine
from arcgrid.result import OUTCOME_KINDS, Answer, Budget, Guess, Outcome, TimedAnswer
from arcgrid.selection import Shard
from arcgrid.solver import SolverSource

APPLICATION = 0x41524347  # "ARCG"
"""Marks an SQLite file as a run store."""

RUN_QUERY = """
SELECT
    runs.*,
    (SELECT count(*) FROM outcomes WHERE run = runs.id) AS done,
    (
        SELECT json_group_array(
            json_object('name', name, 'processor', processor, 'workers', workers)
        )
        FROM machines WHERE run = runs.id
    ) AS machines
FROM runs
"""

BARE_RUN_QUERY = "SELECT runs.*, 0 AS done, '[]' AS machines FROM runs"
"""The same with nothing from other tables, which may be damaged where a run is not."""

ADD_MACHINE = """
INSERT INTO machines (run, name, processor, workers) VALUES (?, ?, ?, ?)
ON CONFLICT (run, name) DO UPDATE SET workers = max(workers, excluded.workers)
"""

SCHEMA = """
CREATE TABLE runs (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    record TEXT NOT NULL,
    started TEXT NOT NULL,
    ended TEXT,
    sessions_begun INTEGER NOT NULL DEFAULT 0,
    sessions_ended INTEGER NOT NULL DEFAULT 0,
    wall_seconds REAL NOT NULL DEFAULT 0,
    cpu_seconds REAL NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE outcomes (
    run TEXT NOT NULL REFERENCES runs (id),
    task TEXT NOT NULL,
    kind TEXT NOT NULL,
    wall_seconds REAL NOT NULL,
    cpu_seconds REAL NOT NULL,
    peak_memory INTEGER,
    cost REAL,
    tokens INTEGER,
    error TEXT,
    output TEXT NOT NULL,
    answered_at TEXT NOT NULL,
    tests INTEGER NOT NULL,
    guesses_beyond INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    ended TEXT NOT NULL,
    PRIMARY KEY (run, task)
) STRICT, WITHOUT ROWID;
CREATE TABLE attempts (
    run TEXT NOT NULL,
    task TEXT NOT NULL,
    answer INTEGER NOT NULL,
    test INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    grid TEXT NOT NULL,
    confidence REAL,
    explanation TEXT,
    PRIMARY KEY (run, task, answer, test, attempt),
    FOREIGN KEY (run, task) REFERENCES outcomes (run, task)
) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class RunPlan:
    """All that was decided when a run began; it never changes after.

    Attributes:
        solver: the solver and its version or digest.
        options: its options, as given.
        task_set, origin: the set's name, and what it can be loaded from again.
        digest: SHA-256 of the tasks asked for.
        asked: the ids of the tasks asked for.
        budget: limits; its seed is the run's.
        engine: the name of the engine, such as `local` or `inline`.
        workers: number of processes.
        versions: of Python, arcgrid and what it stands on.
        machine: processor, cores and platform.
        isolation: what the solver was kept from; None where the engine keeps it from nothing.
        shard: which part of a whole was asked for; None where it is the whole.
    """

    solver: SolverSource
    options: dict[str, Any]
    task_set: str
    origin: str
    digest: str
    asked: tuple[str, ...]
    budget: Budget
    engine: str
    workers: int
    versions: dict[str, str]
    machine: str
    isolation: Isolation | None = None
    shard: Shard | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A run in the store.

    Attributes:
        id, name: both find it; the id is random, the name given or made up.
        plan: what was decided at its beginning.
        started, ended: ISO times in UTC; `ended` is None while puzzles are left.
        done: outcomes that are in the store.
        wall_seconds, cpu_seconds: of the harness with all its workers, over all sessions; None
            where a session was killed before it could say.
        tags, note: what people say of it, to find it again.
        machines: those that worked on it, by name; none is known of a run of an older arcgrid.
    """

    id: str
    name: str
    plan: RunPlan
    started: str
    ended: str | None
    done: int
    wall_seconds: float | None
    cpu_seconds: float | None
    tags: tuple[str, ...] = ()
    note: str = ""
    machines: tuple[Machine, ...] = ()


def record_of(plan: RunPlan) -> str:
    """A plan as it is kept in a row of `runs`.

    Raises:
        StoreError: a name in it is not UTF-8.
    """
    try:
        return msgspec.json.encode(plan).decode()
    except UnicodeEncodeError as error:
        name = str(error.object)[max(0, error.start - 40) : error.start + 40]
        raise StoreError(f"a name that is not UTF-8 cannot be kept: {name!r}") from None


def run_of(row: sqlite3.Row) -> Run:
    """A row of `RUN_QUERY` as a run."""
    known = row["sessions_begun"] == row["sessions_ended"]
    return Run(
        id=row["id"],
        name=row["name"],
        plan=msgspec.json.decode(row["record"], type=RunPlan),
        started=row["started"],
        ended=row["ended"],
        done=row["done"],
        wall_seconds=row["wall_seconds"] if known else None,
        cpu_seconds=row["cpu_seconds"] if known else None,
        tags=tuple(json.loads(row["tags"])),
        note=row["note"],
        machines=msgspec.json.decode(row["machines"], type=tuple[Machine, ...]),
    )


def attempt_rows(answers: tuple[TimedAnswer, ...]) -> Iterator[tuple[object, ...]]:
    """Answers as rows of `attempts`, without run and task."""
    for number, timed in enumerate(answers):
        for test, guesses in enumerate(timed.answer.guesses):
            for attempt, guess in enumerate(guesses):
                grid = format_grid(guess.grid)
                steps = [[words, format_grid(step)] for words, step in guess.steps]
                told = guess.confidence, guess.explanation, json.dumps(steps) if steps else None
                yield number, test, attempt, grid, *told


def outcome_of(row: sqlite3.Row, attempts: Iterable[sqlite3.Row]) -> Outcome:
    """A row of `outcomes` with the rows of its attempts.

    Raises:
        ValueError, TypeError, LookupError: they are no such rows.
    """
    if row["kind"] not in OUTCOME_KINDS:
        raise ValueError(f"an outcome of kind {row['kind']}")
    by_answer: dict[int, list[sqlite3.Row]] = {}
    for one in attempts:
        by_answer.setdefault(one["answer"], []).append(one)
    answers = [
        TimedAnswer(seconds, _answer_of(by_answer.get(number, []), row["tests"]))
        for number, seconds in enumerate(json.loads(row["answered_at"]))
    ]
    if answers:
        last = answers[-1]
        answers[-1] = replace(
            last, answer=replace(last.answer, cost=row["cost"], tokens=row["tokens"])
        )
    return Outcome(
        kind=row["kind"],
        wall_seconds=row["wall_seconds"],
        cpu_seconds=row["cpu_seconds"],
        peak_memory=row["peak_memory"],
        answers=tuple(answers),
        error=row["error"],
        output=row["output"],
        guesses_beyond=row["guesses_beyond"],
        machine=row["machine"],
        given_back=row["given_back"],
    )


def _answer_of(rows: list[sqlite3.Row], tests: int) -> Answer:
    guesses: list[list[Guess]] = [[] for _ in range(tests)]
    for row in rows:
        grid = parse_grid(row["grid"].encode())
        told = json.loads(row["steps"]) if row["steps"] else []
        steps = tuple((words, parse_grid(step.encode())) for words, step in told)
        guesses[row["test"]].append(Guess(grid, row["confidence"], row["explanation"], steps))
    return Answer(tuple(map(tuple, guesses)))
