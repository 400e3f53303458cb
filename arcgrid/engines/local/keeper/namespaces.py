"""Namespaces of Linux: a process sees only itself, no network, and files that stay as they are.

They are made within a user namespace, which needs no rights where the machine allows one.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable

from arcgrid.engines.local.keeper.kernel import (
    PR_SET_SECUREBITS,
    mount,
    prctl,
    set_read_only,
    unshare,
)

FLAGS = {
    "user": 0x10000000,
    "mount": 0x00020000,
    "ipc": 0x08000000,
    "pid": 0x20000000,
    "net": 0x40000000,
}
SHARED_MEMORY = "/dev/shm"

_PRIVATE = 0x40000 | 0x4000  # MS_PRIVATE | MS_REC
_BOUND = 0x1000 | 0x4000  # MS_BIND | MS_REC
_PLAIN = 2 | 4  # MS_NOSUID | MS_NODEV
_NO_PROGRAMS = 8
_NO_ROOT = 0b11  # root is a user like any other, and stays one


def enter(names: list[str]) -> None:
    """Enter new namespaces; that of processes holds for the next child, which is its first process.

    Raises:
        OSError: this machine does not grant one of them.
    """
    if not names:
        return
    user, group = os.getuid(), os.getgid()
    flags = 0
    for name in set(names) - {"mount"}:  # that is for the first process in them alone
        flags |= FLAGS[name]
    unshare(flags)
    if "user" in names:
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{user} {user} 1")
        _write("/proc/self/gid_map", f"{group} {group} 1")


def mount_own(names: list[str], proc: bool, shared_memory: int, writable: Iterable[str]) -> None:
    """In the first process of its namespace: a /proc and a /dev/shm of its own, the rest read-only.

    Args:
        names: the namespaces that are wanted; nothing is mounted where that of mounts is not.
        proc: whether a /proc is wanted that shows the processes of this namespace alone; in many
            containers it is not granted.
        shared_memory: bytes that /dev/shm may hold.
        writable: directories that are not to be read-only.

    Raises:
        OSError: this machine does not grant it.
    """
    if "mount" not in names:
        return
    unshare(FLAGS["mount"])
    mount("none", "/", "none", _PRIVATE)
    kept = [path for path in writable if os.access(path, os.W_OK)]
    for path in kept:
        mount(path, path, "none", _BOUND)
    if os.path.isdir(SHARED_MEMORY):
        mount("tmpfs", SHARED_MEMORY, "tmpfs", _PLAIN, f"size={shared_memory},mode=1777")
        kept.append(SHARED_MEMORY)
    if proc:
        mount("proc", "/proc", "proc", _PLAIN | _NO_PROGRAMS)
    _seal(kept)


def _seal(kept: list[str]) -> None:
    """Make all mounts read-only but for some: Landlock knows nothing of modes, times and owners."""
    try:
        set_read_only("/", read_only=True, below=True)
    except OSError as error:
        if error.errno in (errno.ENOSYS, errno.EPERM):  # an older kernel, or a container's filter
            return
        raise
    for path in kept:
        set_read_only(path, read_only=False)


def give_up_root() -> None:
    """Programs that are started from here get none of the rights that the namespace's owner has."""
    prctl(PR_SET_SECUREBITS, _NO_ROOT)


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)
