"""The SQLite file: submissions, scores, tables and reports are made from it, so they agree with it.

What its tables are, and its rows as records, is in `rows`.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import msgspec

from arcgrid.errors import StoreError, UnknownNameError
from arcgrid.formats.json_text import parse_grid
from arcgrid.result import Attempt, Outcome, Submission
from arcgrid.sample import Sample, Transcript
from arcgrid.store.migrations import VERSION, migrate, run_script
from arcgrid.store.names import LATEST, check_name, made_up_name
from arcgrid.store.rows import (
    APPLICATION,
    RUN_QUERY,
    SCHEMA,
    Run,
    RunPlan,
    attempt_rows,
    outcome_of,
    run_of,
)
from arcgrid.store.samples import add_sample, delete_samples, read_samples, read_transcripts

DEFAULT_PATH = Path("runs/arcgrid.sqlite")
_BUSY_SECONDS = 60.0


def store_path(path: str | Path | None = None) -> Path:
    """Where the store is: as given, or `ARCGRID_STORE`, or `runs/arcgrid.sqlite`."""
    return Path(path or os.environ.get("ARCGRID_STORE") or DEFAULT_PATH).expanduser()


class Store:
    """An open run store; use it as a context manager.

    Args:
        path: the SQLite file.
        create: make it, with its directory, if it does not exist.

    Raises:
        StoreError: it does not exist, cannot be read, or is not a run store of this version.
    """

    def __init__(self, path: str | Path, *, create: bool = False) -> None:
        self.path = path = Path(path)
        if not create and not path.exists():
            raise StoreError("there is no run store here; nothing has been run yet", file=path)
        with self._errors():
            if create:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._db = _connect(path)
            try:
                self._prepare()
            except BaseException:
                self._db.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    # -- runs -----------------------------------------------------------------------------

    def create_run(self, plan: RunPlan, name: str | None = None) -> Run:
        """Enter a new run; without a name it gets one, such as `transforms-3`.

        Raises:
            StoreError: the name is taken, or no name for a run.
        """
        if name is not None:
            check_name(name)
        if not plan.asked and plan.shard is None:
            raise StoreError("there is no task to run", file=plan.task_set)
        with self._transaction():
            taken = {row["name"] for row in self._db.execute("SELECT name FROM runs")}
            if name in taken:
                raise StoreError(f"there is a run named {name!r} already", file=self.path)
            if name is None:
                name = made_up_name(plan.solver.name, taken)
            id = secrets.token_hex(4)
            self._db.execute(
                "INSERT INTO runs (id, name, record, started) VALUES (?, ?, ?, ?)",
                (id, name, msgspec.json.encode(plan).decode(), _now()),
            )
        return self.find_run(id)

    def runs(self) -> list[Run]:
        """All runs, newest first.

        Raises:
            StoreError: the store cannot be read.
        """
        query = f"{RUN_QUERY} ORDER BY number DESC"
        with self._errors():
            return [run_of(row) for row in self._db.execute(query)]

    def find_run(self, name: str) -> Run:
        """Find a run by name or id; `latest` is the newest.

        Raises:
            UnknownNameError: there is none; it suggests the nearest name.
        """
        runs = self.runs()
        if name == LATEST and runs:
            return runs[0]
        for run in runs:
            if name in (run.name, run.id):
                return run
        raise UnknownNameError("run", name, [run.name for run in runs])

    def rename_run(self, run: Run, name: str) -> Run:
        """Give a run another name.

        Raises:
            StoreError: the name is taken, or no name for a run.
        """
        check_name(name)
        with self._transaction():
            if self._db.execute("SELECT 1 FROM runs WHERE name = ?", (name,)).fetchone():
                raise StoreError(f"there is a run named {name!r} already", file=self.path)
            self._db.execute("UPDATE runs SET name = ? WHERE id = ?", (name, run.id))
        return self.find_run(run.id)

    def mark_run(self, run: Run, tags: Sequence[str], note: str) -> Run:
        """Set a run's tags and its note, in place of those it has.

        Raises:
            StoreError: a tag is empty or has white space in it.
        """
        if any(len(tag.split()) != 1 for tag in tags):
            raise StoreError("a tag is one word")
        with self._transaction():
            self._db.execute(
                "UPDATE runs SET tags = ?, note = ? WHERE id = ?",
                (json.dumps(list(dict.fromkeys(tags))), note, run.id),
            )
        return self.find_run(run.id)

    def delete_run(self, run: Run) -> None:
        """Remove a run with all its outcomes and attempts, for good.

        Raises:
            StoreError: a process is working on it, or the store cannot be written.
        """
        with self._held(run), self._transaction():
            delete_samples(self._db, run.id)
            for table in ("attempts", "outcomes", "trials"):
                self._db.execute(f"DELETE FROM {table} WHERE run = ?", (run.id,))
            self._db.execute("DELETE FROM runs WHERE id = ?", (run.id,))

    @contextmanager
    def session(self, run: Run, used: Callable[[], tuple[float, float]]) -> Iterator[None]:
        """Hold a run for this process while it works on it.

        Args:
            run: the run; it has ended when no puzzle is left at the session's end.
            used: gives the wall and CPU seconds of the session, asked at its end.

        Raises:
            StoreError: another process is working on it.
        """
        with self._held(run):
            begun = "UPDATE runs SET sessions_begun = sessions_begun + 1 WHERE id = ?"
            self._db.execute(begun, (run.id,))
            try:
                yield
            finally:
                self._end_session(run, *used())

    @contextmanager
    def _held(self, run: Run) -> Iterator[None]:
        """Keep other processes from working on a run."""
        path = self.path.with_name(f"{self.path.name}.{run.id}.lock")
        with self._errors(), open(path, "w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # The last holder may have removed the file between our opening and our locking.
                gone = not _is_at(file.fileno(), path)
            except BlockingIOError:
                gone = True
            if gone:
                problem = f"another process is working on the run {run.name}"
                raise StoreError(problem, file=self.path)
            try:
                yield
            finally:
                path.unlink(missing_ok=True)

    def _end_session(self, run: Run, wall_seconds: float, cpu_seconds: float) -> None:
        with self._transaction():
            self._db.execute(
                "UPDATE runs SET sessions_ended = sessions_ended + 1,"
                " wall_seconds = wall_seconds + ?, cpu_seconds = cpu_seconds + ? WHERE id = ?",
                (wall_seconds, cpu_seconds, run.id),
            )
            done = self._db.execute("SELECT count(*) FROM outcomes WHERE run = ?", (run.id,))
            if done.fetchone()[0] == len(run.plan.asked):
                self._db.execute("UPDATE runs SET ended = ? WHERE id = ?", (_now(), run.id))

    # -- outcomes -------------------------------------------------------------------------

    def add_outcome(self, run: Run, task: str, tests: int, seed: int, outcome: Outcome) -> None:
        """Commit the outcome of one task with every attempt.

        Raises:
            StoreError: the store cannot be written, or has an outcome of this task already.
        """
        with self._transaction():
            self._db.execute(
                "INSERT INTO outcomes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    run.id,
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
                    _now(),
                ),
            )
            self._db.executemany(
                "INSERT INTO attempts VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                ((run.id, task, *row) for row in attempt_rows(outcome.answers)),
            )

    def done(self, run: Run) -> set[str]:
        """The ids of the tasks that have an outcome."""
        rows = self._db.execute("SELECT task FROM outcomes WHERE run = ?", (run.id,))
        return {row["task"] for row in rows}

    def outcomes(self, run: Run) -> dict[str, Outcome]:
        """Outcomes by task id, in the order in which the tasks were asked for."""
        rows = self._db.execute("SELECT * FROM outcomes WHERE run = ?", (run.id,))
        found = {row["task"]: row for row in rows}
        answers = self._answers(run)
        return {
            id: outcome_of(found[id], answers.get(id, {})) for id in run.plan.asked if id in found
        }

    def submission(self, run: Run) -> Submission:
        """The last answer to every task that has an outcome."""
        tests = "SELECT task, tests FROM outcomes WHERE run = ?"
        last = (
            "SELECT task, test, grid FROM attempts JOIN outcomes USING (run, task)"
            " WHERE run = ? AND answer = json_array_length(answered_at) - 1"
            " ORDER BY task, test, attempt"
        )
        with self._errors():
            attempts: dict[str, list[list[Attempt]]] = {
                row["task"]: [[] for _ in range(row["tests"])]
                for row in self._db.execute(tests, (run.id,))
            }
            for row in self._db.execute(last, (run.id,)):
                attempts[row["task"]][row["test"]].append(parse_grid(row["grid"].encode()))
        in_order = (id for id in run.plan.asked if id in attempts)
        return Submission(run.name, {id: tuple(map(tuple, attempts[id])) for id in in_order})

    # -- samples --------------------------------------------------------------------------

    def add_sample(
        self, run: Run, task: str, sample: Sample, transcript: Transcript | None = None
    ) -> None:
        """Commit a sample of a task; one that failed gives way to another of its number."""
        with self._transaction():
            add_sample(self._db, run.id, task, sample, transcript)

    def samples(self, run: Run) -> dict[str, tuple[Sample, ...]]:
        """Samples by task id, those of a task by test input and number."""
        with self._errors():
            return read_samples(self._db, run.id)

    def transcripts(self, run: Run, task: str) -> list[tuple[Sample, Transcript | None]]:
        """The samples of a task with transcripts, None where these were not kept."""
        with self._errors():
            return read_transcripts(self._db, run.id, task)

    def _answers(self, run: Run) -> dict[str, dict[int, list[sqlite3.Row]]]:
        """Rows of attempts by task and answer."""
        rows = self._db.execute(
            "SELECT * FROM attempts WHERE run = ? ORDER BY task, answer, test, attempt", (run.id,)
        )
        answers: dict[str, dict[int, list[sqlite3.Row]]] = {}
        for row in rows:
            answers.setdefault(row["task"], {}).setdefault(row["answer"], []).append(row)
        return answers

    # -- the file -------------------------------------------------------------------------

    def _prepare(self) -> None:
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA foreign_keys = ON")
        application = self._db.execute("PRAGMA application_id").fetchone()[0]
        version = self._version()
        tables = self._db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if not tables and not application:
            self._create()
        elif application != APPLICATION:
            raise StoreError("this SQLite file is not a run store", file=self.path)
        elif version > VERSION:
            problem = f"a run store of version {version}; this arcgrid reads up to {VERSION}"
            raise StoreError(problem, file=self.path)
        elif version < VERSION:
            self._migrate()
        self._db.execute("PRAGMA synchronous = NORMAL")

    def _version(self) -> int:
        version: int = self._db.execute("PRAGMA user_version").fetchone()[0]
        return version

    def _create(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        with self._transaction():
            # Another process may have been quicker.
            if not self._db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
                run_script(self._db, SCHEMA)
                self._db.execute(f"PRAGMA application_id = {APPLICATION}")
                migrate(self._db, 1)

    def _migrate(self) -> None:
        """Bring an older store up to date; where it cannot be written, only what we see of it."""
        if self._db.execute("PRAGMA query_only").fetchone()[0]:
            file, self._db = self._db, sqlite3.connect(":memory:", isolation_level=None)
            file.backup(self._db)
            file.close()
            self._db.row_factory = sqlite3.Row
        with self._transaction():
            migrate(self._db, self._version())  # another process may have been quicker

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._errors():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(f"cannot use the run store: {error}", file=self.path) from None
        except OSError as error:
            problem = f"cannot use the run store: {error.strerror}"
            raise StoreError(problem, file=self.path) from None


def _connect(path: Path) -> sqlite3.Connection:
    """Open the file; in a directory where nothing can be written, as it lies there."""
    real = os.path.realpath(path)
    alone = not os.path.exists(f"{real}-wal")
    if os.path.exists(real) and alone and not os.access(os.path.dirname(real), os.W_OK):
        uri = f"{Path(real).as_uri()}?mode=ro&immutable=1"
        db = sqlite3.connect(uri, uri=True, isolation_level=None)
        db.execute("PRAGMA query_only = ON")
        return db
    return sqlite3.connect(real, timeout=_BUSY_SECONDS, isolation_level=None)


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
