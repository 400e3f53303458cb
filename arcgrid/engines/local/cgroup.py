"""Control groups: the kernel's own limit on the memory of a worker and of all that it starts.

A group counts what no process shows: buffers of pipes and sockets, page tables, files of memory. It
is made below the group that the harness is in, where this machine lets it; whatever fails of it
means that there is none, and nothing is raised.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SLACK = 128 << 20
"""Bytes of a group's limit on top of what a solver may hold: the kernel's own for honest processes
(page tables, stacks, a few pipes), so that the kernel never steps in before the harness does."""

_PROC = "/proc/self"
_NEW_SECONDS = 60.0  # a group was made, and its worker is about to enter


@dataclass(frozen=True, slots=True)
class Place:
    """Where groups can be made, and the names of a group's files there.

    Attributes:
        directory: the group that the harness is in.
        version: of control groups, 1 or 2.
    """

    directory: str
    version: int

    @property
    def entry(self) -> str:
        """The file to which a process writes 0 to enter.

        In version 1 the one for a single thread, as which a worker begins: to move a whole process
        the kernel waits until no fork of the machine is under way. Version 2 has only that.
        """
        return "tasks" if self.version == 1 else "cgroup.procs"

    @property
    def limit(self) -> str:
        """The file of the limit, in bytes."""
        return "memory.limit_in_bytes" if self.version == 1 else "memory.max"

    @property
    def usage(self) -> str:
        """The file of what is held, in bytes."""
        return "memory.usage_in_bytes" if self.version == 1 else "memory.current"

    @property
    def events(self) -> str:
        """The file that counts how often the kernel killed."""
        return "memory.oom_control" if self.version == 1 else "memory.events"


class Group:
    """One worker's group; where it could not be made, it holds nothing and does nothing.

    Args:
        place: where it is made; None for nowhere.
        name: its directory's.

    Attributes:
        entry: the path to which a process writes 0 to enter; empty where there is no group.
    """

    def __init__(self, place: Place | None, name: str) -> None:
        self._place = place
        self._directory = os.path.join(place.directory, name) if place else ""
        self._events = -1
        self._kills = self._before = 0
        self.entry = ""
        if place is None:
            return
        try:
            os.mkdir(self._directory)
            self._events = os.open(os.path.join(self._directory, place.events), os.O_RDONLY)
            self.entry = os.path.join(self._directory, place.entry)
        except OSError:
            self.remove()

    def limit(self, room: int) -> bool:
        """Limit what is in it to what it holds now and so many bytes more, swapped or not.

        Returns:
            Whether the kernel took the limit.
        """
        if self._place is None or not self.entry:
            return False
        try:
            limit = int(_read(self._directory, self._place.usage)) + room
            _write(self._directory, self._place.limit, str(limit))
            taken = int(_read(self._directory, self._place.limit)) <= limit
        except (OSError, ValueError):
            return False
        both, swap = ("memory.memsw.limit_in_bytes", str(limit)), ("memory.swap.max", "0")
        with suppress(OSError):  # there is no swap to limit
            _write(self._directory, *(both if self._place.version == 1 else swap))
        return taken

    def begin(self) -> None:
        """Count from here on whether the kernel killed."""
        self.has_killed()
        self._before = self._kills

    def has_killed(self) -> bool:
        """Whether the kernel has killed a process for the limit since it was last begun.

        What was last seen is remembered after the group is gone.
        """
        with suppress(OSError):
            self._kills = _kills(os.pread(self._events, 1 << 12, 0).decode())
        return self._kills > self._before

    def remove(self) -> None:
        """Remove the group once nobody is in it."""
        self.entry = ""
        if self._events >= 0:
            self.has_killed()
            os.close(self._events)
            self._events = -1
        with suppress(OSError):
            os.rmdir(self._directory)


def find_place(proc: str = _PROC) -> tuple[Place | None, str]:
    """Where groups with a limit can be made on this machine; else None, and why they cannot.

    Args:
        proc: this process's directory in /proc.
    """
    place = _own_place(proc)
    if place is None:
        return None, "no memory controller is mounted here"
    trial = os.path.join(place.directory, f"arcgrid-worker-trial-{os.urandom(8).hex()}")
    try:
        if place.version == 2:
            _delegate(place.directory)
        elif "oom_kill_disable 1" in _read(place.directory, place.events):
            return None, "the kernel is told to stop processes there rather than to kill them"
        os.mkdir(trial)
        try:
            os.stat(os.path.join(trial, place.limit))
        finally:
            os.rmdir(trial)
    except OSError as error:
        return None, f"{place.directory}: {error.strerror}"
    return place, ""


def remove_stale(place: Place | None, prefix: str) -> None:
    """Remove the groups of workers whose harness and warden were killed; who is in use stays."""
    if place is None:
        return
    for entry in Path(place.directory).glob(f"{prefix}*"):
        with suppress(OSError):
            if time.time() - entry.stat().st_mtime >= _NEW_SECONDS:
                entry.rmdir()


def _own_place(proc: str) -> Place | None:
    """The group that a process is in, of the memory controller of either version."""
    try:
        groups = [line.split(":", 2) for line in _read(proc, "cgroup").splitlines()]
        mounts = [line.split(" - ", 1) for line in _read(proc, "mountinfo").splitlines()]
        for _, controllers, path in groups:
            if "memory" in controllers.split(","):
                return _mounted(mounts, "cgroup", path, 1)
        for number, _, path in groups:
            if number == "0":
                return _mounted(mounts, "cgroup2", path, 2)
    except (OSError, ValueError):
        pass
    return None


def _mounted(mounts: list[list[str]], kind: str, path: str, version: int) -> Place | None:
    """Where a group's path is mounted, which in a container may be a part of the whole."""
    for mount, system in mounts:
        root, target = mount.split()[3:5]
        name, _, options = system.split()[:3]
        below = os.path.relpath(path, root)
        if name != kind or ".." in (*below.split("/"), *path.split("/")):
            continue
        if version == 2 or "memory" in options.split(","):
            return Place(os.path.normpath(os.path.join(target, below)), version)
    return None


def _delegate(directory: str) -> None:
    """Hand the memory controller down; refused where there are processes beside the groups."""
    if "memory" not in _read(directory, "cgroup.subtree_control").split():
        _write(directory, "cgroup.subtree_control", "+memory")


def _kills(events: str) -> int:
    fields = dict(line.split() for line in events.splitlines())
    return int(fields.get("oom_kill", 0))


def _read(directory: str, name: str) -> str:
    return Path(directory, name).read_text()


def _write(directory: str, name: str, text: str) -> None:
    """Write to a file that is there: one that is not is not made."""
    descriptor = os.open(os.path.join(directory, name), os.O_WRONLY)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
