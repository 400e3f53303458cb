"""The SQLite file: submissions, scores, tables and reports are made from it, so they agree with it.

What its tables are, and its rows as records, is in `rows`.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import astuple
from pathlib import Path
from typing import Self

from arcgrid.errors import ArcgridError, DamagedError, StoreError, UnknownNameError
from arcgrid.machine import Machine
from arcgrid.result import Outcome, Submission
from arcgrid.sample import Sample, Transcript
from arcgrid.store import holding, wal
from arcgrid.store.files import check_there, connect
from arcgrid.store.limits import bounded
from arcgrid.store.migrations import VERSION, migrate, run_script
from arcgrid.store.names import LATEST, check_name, made_up_name
from arcgrid.store.outcomes import add_outcome, now, read_outcomes, read_submission
from arcgrid.store.rows import (
    ADD_MACHINE,
    APPLICATION,
    RUN_QUERY,
    SCHEMA,
    Run,
    RunPlan,
    record_of,
    run_of,
)
from arcgrid.store.samples import add_sample, delete_samples, read_samples, read_transcripts
from arcgrid.store.sealing import check_run_seal, seal_of_run

DEFAULT_PATH = Path("runs/arcgrid.sqlite")


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

    _hint = "; see `arcgrid store check`"

    def __init__(self, path: str | Path, *, create: bool = False) -> None:
        self.path = path = Path(path)
        if not create and not path.exists():
            raise StoreError("there is no run store here; nothing has been run yet", file=path)
        with self._errors():
            if create:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._real = os.path.realpath(path)
            alone = not os.path.exists(f"{self._real}-wal")
            self._db, self._file = connect(path)
            try:
                self._prepare(create)
                self._check_log(alone)
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
            name = name or made_up_name(plan.solver.name, taken)
            id, record = secrets.token_hex(4), record_of(plan)
            self._db.execute(
                "INSERT INTO runs (id, name, record, started, digest) VALUES (?, ?, ?, ?, ?)",
                (id, name, record, now(), seal_of_run(id, record)),
            )
        return self.find_run(id)

    def runs(self) -> list[Run]:
        """All runs that can be read, newest first; `damaged` has the others.

        Raises:
            StoreError: the store cannot be read.
        """
        return [run for _, run in self._entries() if isinstance(run, Run)]

    def damaged(self) -> list[DamagedError]:
        """What is wrong with each run that is not in `runs`; outcomes are not looked at."""
        return [run for _, run in self._entries() if isinstance(run, DamagedError)]

    def find_run(self, name: str) -> Run:
        """Find a run by name or id; `latest` is the newest.

        Raises:
            UnknownNameError: there is none; it suggests the nearest name.
            DamagedError: its record cannot be read.
        """
        entries = self._entries()
        for known, run in entries:
            if name in (LATEST, known) or (isinstance(run, Run) and name == run.id):
                if isinstance(run, DamagedError):
                    raise run
                return run
        raise UnknownNameError("run", name, [known for known, _ in entries])

    def _entries(self) -> list[tuple[str, Run | DamagedError]]:
        """Each run by its name, or what is wrong with it, newest first."""
        with self._errors():
            numbers = self._db.execute("SELECT number FROM runs ORDER BY number DESC").fetchall()
        return [self._entry(row["number"]) for row in numbers]

    def _entry(self, number: int) -> tuple[str, Run | DamagedError]:
        name = f"number {number}"
        try:
            with self._reading(name):
                of_run = self._db.execute("SELECT name FROM runs WHERE number = ?", (number,))
                name = str(of_run.fetchone()["name"])
            with self._reading(name):
                row = self._db.execute(f"{RUN_QUERY} WHERE number = ?", (number,)).fetchone()
                check_run_seal(row)
                return name, run_of(row)
        except DamagedError as error:
            return name, error

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
            for table in ("attempts", "outcomes", "trials", "machines"):
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
            with self._errors():
                begun = "UPDATE runs SET sessions_begun = sessions_begun + 1 WHERE id = ?"
                self._db.execute(begun, (run.id,))
                wal.begin(self._db)
            try:
                yield
            finally:
                self._end_session(run, *used())

    @contextmanager
    def _held(self, run: Run) -> Iterator[None]:
        """Keep other processes from working on a run."""
        lock = holding.locked(self.path.with_name(f"{self.path.name}.{run.id}.lock"))
        with ExitStack() as stack:
            with self._errors():
                free = stack.enter_context(lock)
            if free:
                with self._transaction():
                    free = holding.take(self._db, run.id)
            if not free:
                problem = f"another process is working on the run {run.name}"
                raise StoreError(problem, file=self.path)
            try:
                yield
            finally:
                with self._transaction():
                    holding.leave(self._db, run.id)

    def _end_session(self, run: Run, wall_seconds: float, cpu_seconds: float) -> None:
        with self._transaction():
            self._db.execute(
                "UPDATE runs SET sessions_ended = sessions_ended + 1,"
                " wall_seconds = wall_seconds + ?, cpu_seconds = cpu_seconds + ? WHERE id = ?",
                (wall_seconds, cpu_seconds, run.id),
            )
            done = self._db.execute("SELECT count(*) FROM outcomes WHERE run = ?", (run.id,))
            if done.fetchone()[0] == len(run.plan.asked):
                self._db.execute("UPDATE runs SET ended = ? WHERE id = ?", (now(), run.id))

    def add_machine(self, run: Run, machine: Machine) -> None:
        """Enter a machine that works on a run, or its workers, where it has more than it had."""
        with self._errors():
            self._db.execute(ADD_MACHINE, (run.id, *astuple(machine)))

    # -- outcomes and samples -------------------------------------------------------------

    def add_outcome(self, run: Run, task: str, tests: int, seed: int, outcome: Outcome) -> None:
        """Commit the outcome of one task with every attempt, bounded and sealed.

        Raises:
            StoreError: the store cannot be written, or has an outcome of this task already.
        """
        outcome = bounded(outcome, run.plan.budget.attempts)
        with self._transaction():
            add_outcome(self._db, run.id, task, tests, seed, outcome)
        with self._errors():
            wal.carry(self._db, self._real)

    def done(self, run: Run) -> set[str]:
        """The ids of the tasks that have an outcome."""
        with self._reading(run.name):
            rows = self._db.execute("SELECT task FROM outcomes WHERE run = ?", (run.id,))
            return {row["task"] for row in rows}

    def outcomes(self, run: Run) -> dict[str, Outcome]:
        """Outcomes by task id, in the order in which the tasks were asked for.

        Raises:
            DamagedError: they are not what was put in.
        """
        with self._reading(run.name):
            return read_outcomes(self._db, run)

    def submission(self, run: Run) -> Submission:
        """The last answer to every task that has an outcome.

        Raises:
            DamagedError: as `outcomes`.
        """
        with self._reading(run.name):
            return read_submission(self._db, run)

    def add_sample(
        self, run: Run, task: str, sample: Sample, transcript: Transcript | None = None
    ) -> None:
        """Commit a sample of a task; one that failed gives way to another of its number."""
        with self._transaction():
            add_sample(self._db, run.id, task, sample, transcript)

    def samples(self, run: Run) -> dict[str, tuple[Sample, ...]]:
        """Samples by task id, those of a task by test input and number."""
        with self._reading(run.name):
            return read_samples(self._db, run.id)

    def transcripts(self, run: Run, task: str) -> list[tuple[Sample, Transcript | None]]:
        """The samples of a task with transcripts, None where these were not kept."""
        with self._reading(run.name):
            return read_transcripts(self._db, run.id, task)

    # -- the file -------------------------------------------------------------------------

    def _prepare(self, create: bool) -> None:
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA foreign_keys = ON")
        application = self._db.execute("PRAGMA application_id").fetchone()[0]
        version = self._version()
        tables = self._db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if not tables and not application:
            if not create:
                raise StoreError("the file is empty, and no run store", file=self.path)
            self._create()
        elif application != APPLICATION:
            raise StoreError("this SQLite file is not a run store", file=self.path)
        elif not 1 <= version <= VERSION:
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
        with self._transaction():  # another process may have been quicker
            if not self._db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
                run_script(self._db, SCHEMA)
                self._db.execute(f"PRAGMA application_id = {APPLICATION}")
                migrate(self._db, 1)

    def _migrate(self) -> None:
        """Bring an older store up to date; where it cannot be written, only what we see of it."""
        if read_only := self._db.execute("PRAGMA query_only").fetchone()[0]:
            file, self._db = self._db, sqlite3.connect(":memory:", isolation_level=None)
            file.backup(self._db)
            file.close()
            self._db.row_factory = sqlite3.Row
        with self._transaction():
            migrate(self._db, self._version())  # another process may have been quicker
        self._db.execute(f"PRAGMA query_only = {read_only}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._errors():
            check_there(self._file, self._real)
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def _check_log(self, alone: bool) -> None:
        """Notice that what was done last was in a log, and that the log is gone."""
        if wal.is_lost(self._db, alone):
            problem = f"{self.path.name}-wal, which belongs to it, is gone, and what was done last"
            raise StoreError(f"{problem}; `arcgrid store repair` keeps the rest", file=self.path)

    @contextmanager
    def _reading(self, name: str) -> Iterator[None]:
        """While rows of a run become records: what is no such row is damage."""
        try:
            yield
        except sqlite3.OperationalError as error:
            text = "decode" in str(error).lower()
            if not text and error.sqlite_errorcode != sqlite3.SQLITE_ERROR:  # such as a lock
                with self._errors():
                    raise
            raise self._damage(name, "a text is not UTF-8" if text else str(error)) from None
        except (sqlite3.Error, ArcgridError, ValueError, TypeError, LookupError) as error:
            raise self._damage(name, str(error)) from None

    def _damage(self, name: str, problem: str) -> DamagedError:
        error = DamagedError(f"the run {name} is damaged: {problem}{self._hint}", file=self.path)
        error.damage = problem
        return error

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            corrupt = getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_CORRUPT
            problem = f"cannot use the run store: {error}{self._hint if corrupt else ''}"
            raise StoreError(problem, file=self.path) from None
        except UnicodeDecodeError:  # what SQLite says quotes what it found in the file
            raise StoreError("cannot use the run store: it is damaged", file=self.path) from None
        except OSError as error:
            problem = f"cannot use the run store: {error.strerror}"
            raise StoreError(problem, file=self.path) from None
