"""Memory of processes, read from /proc; every size is in bytes, and None or 0 where there is none.

Limits are set in `worker` and enforced in `supervise`.
"""

from __future__ import annotations

import os
from pathlib import Path


def status(pid: int | str, key: str) -> int | None:
    """A size out of /proc/PID/status, such as `VmHWM` (peak of resident memory)."""
    return _field(f"/proc/{pid}/status", key)


def resident(pid: int) -> int:
    """Resident memory, shared pages counted whole."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def proportional(pid: int) -> int:
    """Resident memory, each shared page divided by the number of processes that share it."""
    return _field(f"/proc/{pid}/smaps_rollup", "Pss") or 0


def reset_peak() -> None:
    """Start counting this process's peak of resident memory anew."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def _field(path: str, key: str) -> int | None:
    try:
        lines = Path(path).read_text().splitlines()
    except OSError:
        return None
    sizes = (int(line.split()[1]) << 10 for line in lines if line.startswith(f"{key}:"))
    return next(sizes, None)
