"""The files of a run store: opening its database, and whether a lock's file is still there."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

_BUSY_SECONDS = 60.0


def connect(path: Path) -> sqlite3.Connection:
    """Open the file; in a directory where nothing can be written, as it lies there."""
    real = os.path.realpath(path)
    alone = not os.path.exists(f"{real}-wal")
    if os.path.exists(real) and alone and not os.access(os.path.dirname(real), os.W_OK):
        uri = f"{Path(real).as_uri()}?mode=ro&immutable=1"
        db = sqlite3.connect(uri, uri=True, isolation_level=None)
        db.execute("PRAGMA query_only = ON")
        return db
    return sqlite3.connect(real, timeout=_BUSY_SECONDS, isolation_level=None)


def is_at(descriptor: int, path: Path) -> bool:
    """Whether an open file is the one that lies at a path."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False
