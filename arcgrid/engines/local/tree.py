"""All that runs below a warden, seen from outside: what it uses, and ending it.

On a system without /proc nothing is seen: then the worker's own word is taken, within bounds.
"""

from __future__ import annotations

import os
import select
import time
from contextlib import suppress
from dataclasses import dataclass

from arcgrid.engines.local import usage
from arcgrid.engines.local.keeper.namespaces import SHARED_MEMORY
from arcgrid.engines.local.keeper.proc import descendants, kill
from arcgrid.machine import available_cores

_SWEEP_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Used:
    """CPU seconds, and the peak of memory in bytes (None where it is not known)."""

    cpu_seconds: float
    peak_memory: int | None

    def or_claimed(self, cpu_seconds: float, peak_memory: int | None, wall: float) -> Used:
        """What the worker claims, as far as it can be."""
        cpu = cpu_seconds if cpu_seconds >= 0 else 0.0  # no number is not at least 0
        peak = peak_memory if peak_memory is not None and 0 < peak_memory < 1 << 50 else None
        return Used(min(cpu, wall * available_cores()), peak)

    def or_higher(self, peak_memory: int | None, most: int) -> Used:
        """With the peak that the worker claims where that is higher, as far as it can be.

        It alone knows of processes that came and went between two looks.
        """
        peak = max(self.peak_memory or 0, min(peak_memory or 0, most))
        return Used(self.cpu_seconds, peak or None)


class Tree:
    """The processes below a warden.

    Args:
        warden: its pid.

    Attributes:
        is_seen: whether processes can be seen from outside here.
        resident: bytes of the worker itself when it was ready.
        has_others: whether the puzzle had more processes than it began with when it was last asked
            what they used.
    """

    def __init__(self, warden: int) -> None:
        self._warden = warden
        self._worker = 0
        self._keepers: set[int] = set()
        self._fresh = False
        self._shared_memory = ""
        self._peak = 0
        self._at_first = 1
        self._cpu_before = self._cpu_last = self._cpu_hidden = 0.0
        self._seen: list[int] = []
        self._standing: list[object] = []
        self.is_seen = os.path.isdir(f"/proc/{warden}/task")
        self.resident = 0
        self.has_others = False

    def worker_is(self, pid: int, fresh: bool) -> None:
        """The worker is ready, and this is its pid.

        Args:
            fresh: each puzzle gets a process of its own below it.
        """
        self._worker, self._fresh = pid, fresh
        self.resident = usage.resident([pid])
        while pid > 1 and pid != self._warden:
            self._keepers.add(pid)
            pid = usage.parent(pid)
        root = f"/proc/{self._worker}/root{SHARED_MEMORY}"
        with suppress(OSError):
            if os.stat(root).st_dev != os.stat(SHARED_MEMORY).st_dev:
                self._shared_memory = root
        self._standing = self._stand()

    def begin(self) -> None:
        """A puzzle begins."""
        self._peak = 0
        if not self._fresh:
            usage.reset_peak(self._worker)
        own = [] if self._fresh else self._own()
        self._at_first = len(own) or 1  # of a process of its own there will be one
        self._cpu_before = self._cpu_last = self._cpu(own)
        self._cpu_hidden = 0.0

    def used(self) -> Used:
        """What was used since the puzzle began, as long as its processes are there."""
        own = self._seen = self._own()
        self.has_others = len(own) > self._at_first
        peaks = [usage.status(pid, "VmHWM") or 0 for pid in own]
        peak = max(self._peak, *peaks, 0)
        return Used(self._spent(own), peak or None)

    def is_over(self, memory: int) -> bool:
        """Whether the puzzle's processes hold more than so many bytes on top of the worker."""
        own = self._own()
        self._spent(own)
        files = usage.files_of_memory(own, self._shared_memory)
        held = usage.resident(own) + files
        room = self.resident + memory
        if held > room and (len(own) > 1 or files):
            # Forked children share pages with their parent, and files are mapped: count once.
            held = usage.occupied(own, files)
        self._peak = max(self._peak, held)
        return held > room

    def kill(self) -> None:
        """Kill what `used` has just seen, without a look at what came since: `sweep` finds that."""
        kill(self._seen)

    def sweep(self) -> bool:
        """Kill all but the worker and what is above it, until nothing is left; False if some is."""
        deadline = time.monotonic() + _SWEEP_SECONDS
        while left := [pid for pid in self._below() if pid != self._worker]:
            kill(left)
            if time.monotonic() > deadline:
                return False
            for pid in left:
                _await_end(pid, deadline - time.monotonic())
        return True

    @property
    def is_changed(self) -> bool:
        """Whether a puzzle changed what the worker, or what is above it, may do: the next feels it.

        To be asked when nothing of the puzzle is left that could change it again.
        """
        return self._stand() != self._standing

    def _stand(self) -> list[object]:
        return [usage.standing(pid) for pid in (self._warden, *sorted(self._keepers))]

    def _below(self) -> list[int]:
        """The worker, and all that it or its puzzles started."""
        above = self._keepers - {self._worker}
        return [pid for pid in descendants(self._warden) if pid not in above]

    def _own(self) -> list[int]:
        """The processes of a puzzle."""
        return [pid for pid in self._below() if pid != self._worker or not self._fresh]

    def _spent(self, own: list[int]) -> float:
        """CPU seconds since the puzzle began.

        A process may ignore its children: the kernel adds them to nobody when they end. So what
        the sum has lost since the last look was used, too.
        """
        now, rounding = self._cpu(own), usage.ROUNDING * (2 + len(own))
        if now < self._cpu_last - rounding:  # or one ended between two readings: look again
            now = self._cpu(self._own())
            lost = self._cpu_last - now
            self._cpu_hidden += lost if lost > rounding else 0.0
        self._cpu_last = now
        return max(0.0, now - self._cpu_before + self._cpu_hidden)

    def _cpu(self, own: list[int]) -> float:
        """CPU seconds of all puzzles' processes, those that have ended included.

        These were added to a process that saw them end: of the puzzle, or above it.
        """
        ended = sum(map(usage.cpu_of_children, {self._worker, *self._keepers, *own}))
        return ended + sum(map(usage.cpu, own))


def _await_end(pid: int, seconds: float) -> None:
    """Wait until a process has ended, and a moment for its parent to see it."""
    with suppress(AttributeError, OSError):  # a kernel without such descriptors; it is gone
        descriptor = os.pidfd_open(pid)
        try:
            select.select([descriptor], [], [], max(0.0, seconds))
        finally:
            os.close(descriptor)
    time.sleep(0.0002)
