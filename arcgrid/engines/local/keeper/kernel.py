"""System calls that Python has no function for; each raises OSError where the kernel refuses."""

from __future__ import annotations

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1
PR_SET_SECCOMP = 22
PR_SET_SECUREBITS = 28
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38

_MOUNT_SETATTR = 442  # on every architecture
_HERE, _RECURSIVE = -100, 0x8000

_libc = ctypes.CDLL(None, use_errno=True)


class _Attributes(ctypes.Structure):
    """Of a mount: what is set and cleared, its propagation, a user namespace."""

    _fields_ = tuple((name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "space"))


def prctl(option: int, value: int, pointer: ctypes.Structure | None = None) -> None:
    """Set an attribute of this process; only Linux has these."""
    if sys.platform == "linux":
        third = ctypes.byref(pointer) if pointer is not None else ctypes.c_ulong(0)
        zero = ctypes.c_ulong(0)
        _checked(_libc.prctl(option, ctypes.c_ulong(value), third, zero, zero))


def syscall(number: int, *arguments: object) -> int:
    """Make a system call by its number."""
    return _checked(_libc.syscall(ctypes.c_long(number), *arguments))


def unshare(flags: int) -> None:
    """Leave namespaces that this process shares with others."""
    _checked(_libc.unshare(flags))


def mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    """Mount a file system."""
    _checked(
        _libc.mount(
            source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), data.encode()
        )
    )


def set_read_only(path: str, *, read_only: bool, below: bool = False) -> None:
    """Allow no change in what is mounted at a path, or allow it again.

    Args:
        below: with all that is mounted below it, all of it or nothing.

    Raises:
        OSError: the kernel is older than Linux 5.12, or refuses.
    """
    change = _Attributes(1, 0, 0, 0) if read_only else _Attributes(0, 1, 0, 0)
    flags = ctypes.c_uint(_RECURSIVE if below else 0)
    size = ctypes.c_size_t(ctypes.sizeof(change))
    syscall(_MOUNT_SETATTR, _HERE, path.encode(), flags, ctypes.byref(change), size)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
