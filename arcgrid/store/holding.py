"""Who is working on a run: one process at a time, also where somebody deletes the lock file.

The lock file tells processes of one machine or file system apart, the store itself keeps who holds
the run: a process of this machine that is alive is believed without a lock file.
"""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from arcgrid.store.files import is_at


@contextmanager
def locked(path: Path) -> Iterator[bool]:
    """Hold a lock file, and remove it in the end; gives False where another process has it."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # The last holder may have removed the file between our opening and our locking.
            mine = is_at(file.fileno(), path)
        except BlockingIOError:
            mine = False
        try:
            yield mine
        finally:
            if mine and is_at(file.fileno(), path):
                path.unlink(missing_ok=True)


def take(db: sqlite3.Connection, run: str) -> bool:
    """Enter this process as the holder of a run, within a transaction of the caller's.

    Returns:
        False where another process holds it that is alive.
    """
    row = db.execute("SELECT holder FROM runs WHERE id = ?", (run,)).fetchone()
    if row is not None and row["holder"] is not None and _is_alive(row["holder"]):
        return False
    db.execute("UPDATE runs SET holder = ? WHERE id = ?", (_holder(os.getpid()), run))
    return True


def leave(db: sqlite3.Connection, run: str) -> None:
    """Enter that nobody holds a run."""
    db.execute("UPDATE runs SET holder = NULL WHERE id = ?", (run,))


def _holder(pid: int) -> str:
    """A process, so that no later one of the same number is taken for it."""
    return json.dumps([_machine(), pid, _started(pid)])


def _is_alive(holder: str) -> bool:
    """True for another process of this machine that runs; of other machines nothing is known."""
    try:
        machine, pid, started = json.loads(holder)
        here = machine == _machine() and pid != os.getpid() and started is not None
        return here and bool(started == _started(int(pid)))
    except (ValueError, TypeError):
        return False


def _machine() -> str:
    """The machine since it was started, and the numbering of processes that we are in."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {os.readlink('/proc/self/ns/pid')}"
    except OSError:
        return os.uname().nodename


def _started(pid: int) -> str | None:
    """When a process was started, by the kernel's clock; None for none, or where nobody says."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return None
    state, *rest = text.rpartition(")")[2].split()
    return None if state in "ZX" else rest[18]
