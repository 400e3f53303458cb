"""The files of a run store: opening its database, and whether an open file is still there."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from arcgrid.errors import StoreError

_BUSY_SECONDS = 60.0


def connect(path: Path) -> tuple[sqlite3.Connection, os.stat_result]:
    """Open the file; in a directory where nothing can be written, as it lies there.

    Returns:
        The database, and which file it is.

    Raises:
        StoreError: something else than a file is there, beside which SQLite would leave files.
    """
    real = os.path.realpath(path)
    if os.path.exists(real) and not os.path.isfile(real):
        kind = "a directory" if os.path.isdir(real) else "no regular file"
        raise StoreError(f"this is {kind}, and no run store", file=path)
    db = _opened(real)
    return db, os.stat(real)


def _opened(real: str) -> sqlite3.Connection:
    alone = not os.path.exists(f"{real}-wal")
    if os.path.exists(real) and alone and not os.access(os.path.dirname(real), os.W_OK):
        uri = f"{Path(real).as_uri()}?mode=ro&immutable=1"
        db = sqlite3.connect(uri, uri=True, isolation_level=None)
        db.execute("PRAGMA query_only = ON")
        return db
    return sqlite3.connect(real, timeout=_BUSY_SECONDS, isolation_level=None)


def check_there(file: os.stat_result, path: str) -> None:
    """Check that an open store is the file that lies at its path: to others, it is that one.

    Raises:
        StoreError: it is not.
    """
    try:
        there = os.path.samestat(file, os.stat(path))
    except (FileNotFoundError, NotADirectoryError):
        there = False
    if not there:
        problem = "the run store was deleted, moved or replaced while it was in use"
        hint = "what it holds is lost unless it was moved: put it back, or run again"
        raise StoreError(f"{problem}; {hint}", file=path)


def is_at(descriptor: int, path: Path) -> bool:
    """Whether an open file is the one that lies at a path."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False
