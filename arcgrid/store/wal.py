"""Notices that the write-ahead log of a store was lost, with what was done last.

While the log holds anything, the file itself says that it belongs to it: the mark is put, carried
into the file by a checkpoint, then taken away, in the log. Whoever reads both sees no mark; whoever
sees the mark lacks the log. Checkpoints of SQLite's own would carry more, so they are ours too.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress

LARGEST = 4 << 20
"""Bytes of the log from which it is carried into the file."""


def begin(db: sqlite3.Connection) -> None:
    """Have the file say from now on that it belongs to its log; nothing else is under way."""
    db.execute("PRAGMA wal_autocheckpoint = 0")
    db.execute("UPDATE log SET wanted = 1")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    db.execute("UPDATE log SET wanted = 0")


def carry(db: sqlite3.Connection, path: str) -> None:
    """Carry the log into the file once it has grown."""
    try:
        large = os.path.getsize(f"{path}-wal") > LARGEST
    except OSError:
        return
    if large:
        begin(db)


def is_lost(db: sqlite3.Connection, alone: bool) -> bool:
    """True where the file belongs to a log, and it is not there.

    Where it is there, who sees a mark sees that of a process which was killed while it put it: that
    is taken away before SQLite carries it into the file, when the last reader goes.

    Args:
        alone: there was no log when the file was opened.
    """
    if alone:
        return _is_marked(db)
    with suppress(sqlite3.DatabaseError):  # it may only be read, or is damaged, which is told later
        if _is_marked(db):
            db.execute("UPDATE log SET wanted = 0")
    return False


def _is_marked(db: sqlite3.Connection) -> bool:
    (row,) = db.execute("SELECT wanted FROM log")
    return bool(row[0])
