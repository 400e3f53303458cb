"""What processes use, read from outside of them: CPU in seconds, memory in bytes.

From /proc and the kernel's clocks; where there is none (macOS), 0 or None. Limits are set in
`worker` and enforced in `process`.
"""

from __future__ import annotations

import os
import re
import resource
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from arcgrid.engines.local.keeper.proc import read

_TICKS = os.sysconf("SC_CLK_TCK")
ROUNDING = 2 / _TICKS
"""Seconds that are lost of the CPU time of children: the user's and the system's are rounded."""

_PAGE = os.sysconf("SC_PAGE_SIZE")
_BLOCK = 512
LIMITS = [value for name, value in vars(resource).items() if name.startswith("RLIMIT_")]
"""All limits of resources that this system has."""

_SIZE = re.compile(rb"^(\w+):\s+(\d+) kB$", re.MULTILINE)


def status(pid: int | str, key: str) -> int | None:
    """A size out of /proc/PID/status, such as `VmHWM` (peak of resident memory)."""
    return _fields(f"/proc/{pid}/status").get(key)


def resident(pids: Iterable[int]) -> int:
    """Resident memory of processes, shared pages counted for each of them."""
    return sum(map(_resident, pids))


def occupied(pids: Iterable[int], files: int) -> int:
    """Memory of processes, each page counted once.

    Args:
        files: bytes in files of memory; as far as these are mapped, they are counted once too.
    """
    shared = others = 0
    for pid in pids:
        fields = _fields(f"/proc/{pid}/smaps_rollup")
        mapped = fields.get("Pss_Shmem", 0)
        shared += mapped
        others += fields.get("Pss", 0) - mapped
    return others + max(shared, files)


def files_of_memory(pids: Iterable[int], shared_memory: str) -> int:
    """Bytes in files that are memory, mapped or not: memfds that are open, and a /dev/shm.

    Args:
        shared_memory: the /dev/shm that belongs to these processes alone; empty where none does.
    """
    objects: dict[tuple[int, int], int] = {}
    for pid in pids:
        objects |= _memory_files(pid)
    held = 0
    if shared_memory:
        with suppress(OSError):
            system = os.statvfs(shared_memory)
            held = (system.f_blocks - system.f_bfree) * system.f_frsize
    return sum(objects.values()) + held


def cpu(pid: int) -> float:
    """CPU seconds of a process that runs, all its threads together."""
    try:
        return time.clock_gettime((~pid << 3) | 2)  # the kernel's clock of that process
    except (AttributeError, OSError):
        return 0.0


def cpu_of_children(pid: int) -> float:
    """CPU seconds of the children that a process has seen end, with theirs."""
    try:
        fields = _stat(pid)
    except OSError:
        return 0.0
    return (int(fields[13]) + int(fields[14])) / _TICKS


def peak_of_children() -> int:
    """The highest peak of resident memory of a child that this process has seen end, with theirs.

    Nobody else can tell it, and it is there when the child has come and gone between two looks.
    """
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return peak if sys.platform == "darwin" else peak << 10


def standing(pid: int) -> list[object]:
    """What other processes may have changed of this one: its limits, its cores, its priority.

    What cannot be told is left out.
    """
    found: list[object] = []
    with suppress(OSError):
        found.append(os.getpriority(os.PRIO_PROCESS, pid))
        if sys.platform == "linux":
            found += [os.sched_getscheduler(pid), os.sched_getparam(pid).sched_priority]
            found.append(os.sched_getaffinity(pid))
            found += [resource.prlimit(pid, kind) for kind in LIMITS]
    return found


def parent(pid: int) -> int:
    """The pid of a process's parent; 0 where there is none."""
    try:
        return int(_stat(pid)[1])
    except OSError:
        return 0


def reset_peak(pid: int) -> None:
    """Start counting a process's peak of resident memory anew."""
    with suppress(OSError):
        Path(f"/proc/{pid}/clear_refs").write_text("5")


def _stat(pid: int) -> list[bytes]:
    """The fields that follow a process's name, which may hold spaces and parentheses."""
    return read(f"/proc/{pid}/stat").rpartition(b")")[2].split()


def _resident(pid: int) -> int:
    try:
        return int(read(f"/proc/{pid}/statm").split()[1]) * _PAGE
    except OSError:
        return 0


def _memory_files(pid: int) -> dict[tuple[int, int], int]:
    """The sizes of a process's open memfds, by their identity."""
    found: dict[tuple[int, int], int] = {}
    with suppress(OSError):
        for entry in os.scandir(f"/proc/{pid}/fd"):
            with suppress(OSError):
                if os.readlink(entry.path).startswith("/memfd:"):
                    file = os.stat(entry.path)
                    found[file.st_dev, file.st_ino] = file.st_blocks * _BLOCK
    return found


def _fields(path: str) -> dict[str, int]:
    """The sizes in a file of /proc, by their names."""
    try:
        content = read(path)
    except OSError:
        return {}
    return {name.decode(): int(size) << 10 for name, size in _SIZE.findall(content)}
