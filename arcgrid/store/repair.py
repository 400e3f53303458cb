"""Finds what is damaged in a store, and makes one of what is sound; the old file stays.

An outcome that is not what was stored is left out: the run has not come to that task then, and
`run --resume` does.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from arcgrid.errors import ArcgridError, DamagedError, StoreError
from arcgrid.store import wal
from arcgrid.store.rows import BARE_RUN_QUERY, Run, outcome_of, run_of
from arcgrid.store.samples import damaged_samples, delete_damaged_samples, seal_samples
from arcgrid.store.sealing import (
    ATTEMPTS,
    OUTCOME,
    check_run_seal,
    check_seal,
    seal_of_run,
    seal_outcome,
)
from arcgrid.store.store import Store

_WRONG = (sqlite3.DatabaseError, ArcgridError, ValueError, TypeError, LookupError)
"""What rows raise that are no such rows."""

_NUMBERS_TRIED = 1000
"""Numbers of runs that are tried where not even the newest run can be read."""

_MOST_RUNS = 1_000_000
"""A larger number of a run is damage, and says nothing of how many there are."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a store that is not sound.

    Attributes:
        run: the run's name; None for the file as a whole.
        task: the task whose outcome it is; None for the run as a whole.
        problem: what is wrong.
    """

    run: str | None
    task: str | None
    problem: str


@dataclass(frozen=True, slots=True)
class Check:
    """What a store holds, and what of it is not sound.

    Attributes:
        runs, outcomes: how many can be read, and are sound.
        unsealed: of these, outcomes from before there were checksums.
        findings: what is not sound.
    """

    runs: int
    outcomes: int
    unsealed: int
    findings: tuple[Finding, ...]


def check(path: Path) -> Check:
    """Look at everything that a store holds.

    Raises:
        StoreError: it is no run store, or cannot be opened at all.
    """
    with _Reading(path) as opened:
        return opened.check()


def repair(path: Path) -> tuple[Check, Path | None]:
    """Make a store anew of what is sound in it; what has no checksum yet gets one.

    Returns:
        What was found, and where the damaged file is kept; None where there was nothing to leave
        out, and it was mended in its place.

    Raises:
        StoreError: as `check`, or a process is working on a run of it.
    """
    with _Reading(path) as opened:
        found = opened.check()
        opened.check_idle()
        if not found.findings or opened.log_is_lost:
            opened.seal_all()
        if all(one is opened.lost_log for one in found.findings):
            return found, None
    kept = _free(path)
    part = path.with_name(f".{path.name}.part")
    _move(part, None)
    try:
        with _Reading(path) as old, _Reading(part, create=True) as new:
            new.salvage(old)
            new.seal_all()
    except BaseException:
        _move(part, None)
        raise
    _move(path, kept)
    part.rename(path)
    return found, kept


class _Reading(Store):
    """A store that is looked at row by row, so that what cannot be read hides nothing else."""

    _hint = ""
    lost_log: Finding | None = None

    def _prepare(self, create: bool) -> None:
        self._db.execute("PRAGMA writable_schema = ON")  # opens a file that was cut off, too
        try:
            super()._prepare(create)
            self._db.execute("SELECT 1 FROM runs LIMIT 0")
        except sqlite3.DatabaseError as error:
            raise StoreError(f"nothing of it can be read: {error}", file=self.path) from None

    def _check_log(self, alone: bool) -> None:
        self._is_alone, self.log_is_lost = alone, False
        with suppress(*_WRONG):
            self.log_is_lost = wal.is_lost(self._db, alone)

    def check(self) -> Check:
        """What is sound, and what is not."""
        findings = [Finding(None, None, line) for line in self._file_problems()]
        if self.log_is_lost:
            problem = f"{self.path.name}-wal is gone, and what was done last with it"
            self.lost_log = Finding(None, None, problem)
            findings.append(self.lost_log)
        runs = outcomes = unsealed = 0
        for run in self._sound_runs(findings):
            runs += 1
            for row, _ in self._sound_outcomes(run, findings):
                outcomes += 1
                unsealed += row["digest"] is None
            findings += self._sample_findings(run)
        return Check(runs, outcomes, unsealed, tuple(findings))

    def _sample_findings(self, run: Run) -> list[Finding]:
        try:
            found = list(damaged_samples(self._db, run.id))
            if not found:
                self.samples(run)
        except DamagedError as error:
            return [Finding(run.name, None, f"its samples: {error.damage}")]
        except _WRONG as error:
            return [Finding(run.name, None, f"its samples: {error}")]
        return [Finding(run.name, task, problem) for task, _, _, problem in found]

    def check_idle(self) -> None:
        """Make sure that nobody is working on a run."""
        for run in self._sound_runs([]):
            with self._held(run):
                pass

    def seal_all(self) -> None:
        """Seal what has no seal, and forget a log that was lost."""
        with self._transaction():
            self._db.execute("UPDATE log SET wanted = 0")
            for row in self._db.execute("SELECT id, record FROM runs WHERE digest IS NULL"):
                seal = seal_of_run(row["id"], row["record"])
                self._db.execute("UPDATE runs SET digest = ? WHERE id = ?", (seal, row["id"]))
            query = "SELECT run, task FROM outcomes WHERE digest IS NULL"
            for row in self._db.execute(query).fetchall():
                seal_outcome(self._db, row["run"], row["task"])
            seal_samples(self._db)

    def salvage(self, old: _Reading) -> None:
        """Take over what is sound in another store."""
        with self._transaction():
            for row in old._all("SELECT * FROM requests"):
                self._enter("requests", row)
            for run in reversed(list(old._sound_runs([]))):
                self._enter("runs", *old._all("SELECT * FROM runs WHERE id = ?", run.id))
                for row, attempts in old._sound_outcomes(run, []):
                    self._enter("outcomes", row)
                    self._enter("attempts", *attempts)
                kept = self._keep_sound(run)
                for table in self._others():
                    self._enter(table, *old._all(f"SELECT * FROM {table} WHERE run = ?", run.id))
                delete_damaged_samples(self._db, run.id)
                if kept < len(run.plan.asked):
                    self._db.execute("UPDATE runs SET ended = NULL WHERE id = ?", (run.id,))

    def _sound_runs(self, findings: list[Finding]) -> Iterator[Run]:
        """The runs that can be read, newest first; what is wrong with others goes to the list."""
        for number in self._numbers():
            name, run = self._entry(number)
            if isinstance(run, Run):
                yield run
            else:
                findings.append(Finding(name, None, run.damage))

    def _numbers(self) -> Iterator[int]:
        """The numbers of all runs, newest first, those beyond a page that cannot be read too."""
        query = "SELECT number FROM runs ORDER BY number DESC"
        with suppress(*_WRONG):
            yield from [row["number"] for row in self._db.execute(query)]
            return
        newest = next((row["number"] for row in self._all(query)), None)
        if newest is not None and newest > _MOST_RUNS:
            yield newest
            newest = None
        for number in range(newest or _NUMBERS_TRIED, 0, -1):
            try:
                found = self._db.execute("SELECT 1 FROM runs WHERE number = ?", (number,))
                there = found.fetchone() is not None
            except _WRONG:
                there = newest is not None  # reading it says what is wrong
            if there:
                yield number

    def _entry(self, number: int) -> tuple[str, Run | DamagedError]:
        name, run = super()._entry(number)
        if isinstance(run, DamagedError):
            with suppress(*_WRONG):
                row = self._db.execute(f"{BARE_RUN_QUERY} WHERE number = ?", (number,)).fetchone()
                check_run_seal(row)
                return name, run_of(row)
        return name, run

    def _sound_outcomes(
        self, run: Run, findings: list[Finding]
    ) -> Iterator[tuple[sqlite3.Row, list[sqlite3.Row]]]:
        """As `_sound_runs`, the outcomes of a run, each with its attempts."""
        for task in run.plan.asked:
            key = (run.id, task)
            try:
                rows = self._db.execute(OUTCOME, key).fetchall()
                attempts = self._db.execute(ATTEMPTS, key).fetchall()
                if not rows and (run.ended is not None or attempts):
                    raise DamagedError("its outcome is missing")
                for row in rows:
                    check_seal(row, attempts)
                    outcome_of(row, attempts)
            except _WRONG as error:
                problem = error.problem if isinstance(error, ArcgridError) else str(error)
                findings.append(Finding(run.name, task, problem))
            else:
                yield from ((row, attempts) for row in rows)

    def _keep_sound(self, run: Run) -> int:
        """Leave out what is not sound here, as a damaged row may not be what it seemed to be."""
        findings: list[Finding] = []
        kept = len(list(self._sound_outcomes(run, findings)))
        for one in findings:
            for table in ("attempts", "outcomes"):
                key = (run.id, one.task)
                self._db.execute(f"DELETE FROM {table} WHERE run = ? AND task = ?", key)
        return kept

    def _enter(self, table: str, *rows: sqlite3.Row) -> None:
        """Enter rows column by column, whatever the damaged file calls these."""
        for row in rows:
            with suppress(sqlite3.IntegrityError):  # such as a sample whose request is gone
                self._db.execute(
                    f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", [*row]
                )

    def _others(self) -> list[str]:
        """The other tables whose rows belong to a run."""
        query = (
            "SELECT m.name FROM sqlite_schema AS m, pragma_table_info(m.name) AS c"
            " WHERE m.type = 'table' AND c.name = 'run'"
            " AND m.name NOT IN ('outcomes', 'attempts')"
        )
        return [row["name"] for row in self._db.execute(query)]

    def _file_problems(self) -> list[str]:
        """That it was cut off, or what SQLite finds wrong with the file."""
        if self._is_alone and (problem := _cut_off(self.path)):
            return [problem]
        try:
            rows = [str(row[0]) for row in self._db.execute("PRAGMA integrity_check(20)")]
        except _WRONG as error:
            rows = [str(error)]
        lines = [line for row in rows for line in row.splitlines()]
        return [line for line in lines if line != "ok" and not line.startswith("***")]

    def _all(self, query: str, *values: object) -> list[sqlite3.Row]:
        """The rows up to the first that cannot be read."""
        rows: list[sqlite3.Row] = []
        with suppress(*_WRONG):
            rows.extend(self._db.execute(query, values))
        return rows


def _cut_off(path: Path) -> str | None:
    """What the file itself says of its size, where there is less of it."""
    with path.open("rb") as file:
        head = file.read(32)
    whole = int.from_bytes(head[16:18]) * int.from_bytes(head[28:32])
    left = path.stat().st_size
    return f"it is cut off: {left:,} of {whole:,} bytes are left" if left < whole else None


def _free(path: Path) -> Path:
    """A name beside the store that is free."""
    number = 1
    while os.path.lexists(f"{path}.damaged-{number}"):
        number += 1
    return path.with_name(f"{path.name}.damaged-{number}")


def _move(path: Path, target: Path | None) -> None:
    """Give the files of a store another name, or remove them."""
    for end in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            if target is None:
                os.unlink(f"{path}{end}")
            else:
                os.rename(f"{path}{end}", f"{target}{end}")
