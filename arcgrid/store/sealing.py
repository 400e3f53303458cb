"""Checksums of what the store holds: what comes out is what went in, or it is said that it is not.

A seal is the SHA-256 of the values of a row, and of the rows that belong to it.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable

import msgspec

from arcgrid.errors import DamagedError

_UNSEALED = ("run", "digest", "seal", "body", "reply")
"""Columns that are beside a seal, or have a digest of their own (a model's request, and its reply);
and a run's part that is merged has another id in the whole."""

OUTCOME = "SELECT * FROM outcomes WHERE run = ? AND task = ?"
ATTEMPTS = "SELECT * FROM attempts WHERE run = ? AND task = ? ORDER BY answer, test, attempt"


def seal_of(row: sqlite3.Row, attempts: Iterable[sqlite3.Row] = ()) -> str:
    """The seal of an outcome with its attempts, in the order of their numbers; or of a sample.

    Values are by column; those that are nothing or zero are left out, so that a column which a
    later version adds changes no seal.
    """
    values = [
        {key: one[key] for key in one.keys() if key not in _UNSEALED and one[key] not in (None, 0)}  # noqa: SIM118  # a row's iterator gives values
        for one in (row, *attempts)
    ]
    return hashlib.sha256(msgspec.json.encode(values)).hexdigest()


def seal_of_run(id: str, record: str) -> str:
    """The seal of what was decided when a run began."""
    return hashlib.sha256(f"{id}:{record}".encode()).hexdigest()


def seal_outcome(db: sqlite3.Connection, run: str, task: str) -> None:
    """Seal an outcome as it is in the store, within a transaction of the caller's."""
    (row,) = db.execute(OUTCOME, (run, task))
    digest = seal_of(row, db.execute(ATTEMPTS, (run, task)))
    db.execute("UPDATE outcomes SET digest = ? WHERE run = ? AND task = ?", (digest, run, task))


def check_seal(row: sqlite3.Row, attempts: Iterable[sqlite3.Row]) -> None:
    """Check that an outcome and its attempts are what was put in.

    Raises:
        DamagedError: they are not. (One from before there were seals, and was not sealed since,
            is taken as it is.)
    """
    if row["digest"] is not None and row["digest"] != seal_of(row, attempts):
        raise DamagedError("its outcome is not what was stored", task=str(row["task"]))


def check_run_seal(row: sqlite3.Row) -> None:
    """As `check_seal`, for the row of a run."""
    if row["digest"] is not None and row["digest"] != seal_of_run(row["id"], row["record"]):
        raise DamagedError("its record is not what was stored")
