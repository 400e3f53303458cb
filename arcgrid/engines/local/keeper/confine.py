"""What a worker is confined to, and how a process confines itself before it becomes one."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TypedDict

from arcgrid.engines.local.keeper import landlock, namespaces, seccomp

_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty")
_OF_THE_SYSTEM = (
    *("/proc/cpuinfo", "/proc/filesystems", "/proc/loadavg", "/proc/meminfo", "/proc/stat"),
    *("/proc/uptime", "/proc/version", "/proc/self"),
)
"""What a worker may read of a /proc that is not its own: nothing of other processes."""


class Confinement(TypedDict):
    """What a worker is confined to.

    Attributes:
        namespaces: those that it gets anew, by the names in `namespaces.FLAGS`.
        proc: whether it gets a /proc of its own.
        shared_memory: bytes that a /dev/shm of its own may hold.
        landlock, seccomp: whether these are used.
        network: whether the network stays open.
        read, list, write: what it may read with all below; list only; read and write.
        wrapper: the command that the worker is started by, or none.
    """

    namespaces: list[str]
    proc: bool
    shared_memory: int
    landlock: bool
    seccomp: bool
    network: bool
    read: list[str]
    list: list[str]
    write: list[str]
    wrapper: list[str]


def main(arguments: list[str]) -> None:
    """Confine this process, within a wrapper, and become the worker: `CONFINEMENT COMMAND...`."""
    confinement: Confinement = json.loads(arguments[0])
    directory = os.getcwd()
    with suppress(OSError):  # what the wrapper mounts is as good, but for the devices of root
        namespaces.enter(["user"])
        namespaces.give_up_root()
        writable = [directory, *confinement["write"]]
        namespaces.mount_own(["mount"], False, confinement["shared_memory"], writable)
        os.chdir(directory)
    apply(confinement, directory)
    os.execv(arguments[1], arguments[1:])


def ruleset(confinement: Confinement | None) -> int | None:
    """A descriptor for the rules of a worker that this process or one below it will be, or None.

    It can be handed to a process that is about to start, and filled meanwhile: most of the rules
    are the same wherever they are made.

    Raises:
        OSError: the kernel has no Landlock.
    """
    if confinement is None or not confinement["landlock"] or confinement["wrapper"]:
        return None
    return landlock.ruleset(network=confinement["network"])


def fill(descriptor: int, confinement: Confinement) -> None:
    """Add all rules but those that hold within the worker's namespaces alone.

    Raises:
        OSError: the kernel refuses one.
    """
    rules = [
        *((path, landlock.READ) for path in confinement["read"]),
        *((path, landlock.LIST) for path in confinement["list"]),
        *((path, landlock.WRITE) for path in confinement["write"]),
        *((path, landlock.USE_DEVICE) for path in _DEVICES if os.path.exists(path)),
    ]
    landlock.allow(descriptor, rules)


def apply(confinement: Confinement, directory: str, filled: int | None = None) -> None:
    """Give up all that a worker need not have, for good.

    Args:
        directory: the worker's own, in which it may do as it likes.
        filled: the descriptor of its rules, which is closed; None where they are to be made.

    Raises:
        OSError: something cannot be given up: the worker must not start.
    """
    _open_nothing()
    rooted = "user" in confinement["namespaces"] or not os.geteuid()
    if rooted and not confinement["wrapper"]:  # that has taken all rights already
        namespaces.give_up_root()
    if confinement["landlock"]:
        if filled is None:
            filled = landlock.ruleset(network=confinement["network"])
            fill(filled, confinement)
        landlock.allow(filled, _own_rules(confinement, directory))
        landlock.restrict(filled)
    if confinement["seccomp"]:
        seccomp.restrict(network=confinement["network"])


def _open_nothing() -> None:
    """Have standard input opened here: as inherited, its mount would not be read-only."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)


def _own_rules(confinement: Confinement, directory: str) -> list[tuple[str, int]]:
    own_shared = "mount" in confinement["namespaces"]
    readable = ["/proc"] if confinement["proc"] else _OF_THE_SYSTEM
    writable = [directory, *([namespaces.SHARED_MEMORY] if own_shared else [])]
    return [
        *((path, landlock.READ) for path in readable),
        *((path, landlock.WRITE) for path in writable),
    ]
