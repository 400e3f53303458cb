"""What /proc says of processes, read as bytes: one may call itself anything; and their end."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from contextlib import suppress


def read(path: str) -> bytes:
    """All of a file of /proc.

    Raises:
        OSError: the process has ended, or there is no /proc.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        content = b""
        while chunk := os.read(descriptor, 1 << 16):
            content += chunk
        return content
    finally:
        os.close(descriptor)


def descendants(pid: int) -> list[int]:
    """All processes below this one (none where there is no /proc)."""
    found: list[int] = []
    waiting = [pid]
    while waiting:
        children = _children(waiting.pop())
        found += children
        waiting += children
    return found


def _children(pid: int) -> list[int]:
    found: list[int] = []
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return found
    for thread in threads:
        with suppress(OSError):
            found += map(int, read(f"/proc/{pid}/task/{thread}/children").split())
    return found


def kill(pids: Iterable[int]) -> None:
    """End processes at once; those that have ended are none any more."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
