"""Landlock: a process gives up, for good, what it does not need of the file system.

Written against the kernel's documentation (https://docs.kernel.org/userspace-api/landlock.html). It
is three system calls whose numbers are the same on every architecture.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable

from arcgrid.engines.local.keeper.kernel import PR_SET_NO_NEW_PRIVS, prctl, syscall

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_VERSION = 1
_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = (1 << bit for bit in range(4))
_REFER, _TRUNCATE, _IOCTL_DEVICE = 1 << 13, 1 << 14, 1 << 15
_OF_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
_SPECIAL = 1 << 6 | 1 << 11  # devices of characters and of blocks
_ALL_SCOPES = 3  # abstract sockets, signals

READ = _EXECUTE | _READ_FILE | _READ_DIR
LIST = _READ_DIR
WRITE = (1 << 16) - 1 & ~(_SPECIAL | _IOCTL_DEVICE)
USE_DEVICE = _READ_FILE | _WRITE_FILE | _TRUNCATE | _IOCTL_DEVICE


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("access", ctypes.c_uint64), ("parent", ctypes.c_int32))


def abi() -> int:
    """The version of Landlock that the kernel has; 0 where it has none, or has it switched off."""
    try:
        return syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION))
    except OSError:
        return 0


def ruleset(*, network: bool) -> int:
    """A descriptor of rules, of which there are none yet: nothing is allowed.

    Args:
        network: whether TCP stays open.

    Raises:
        OSError: the kernel has no Landlock.
    """
    version = abi()
    made = _Ruleset(
        files=_handled(version),
        network=3 if version >= 4 and not network else 0,  # bind and connect
        scoped=_ALL_SCOPES if version >= 6 else 0,
    )
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    return syscall(_CREATE, ctypes.byref(made), ctypes.c_size_t(size), ctypes.c_uint32(0))


def allow(descriptor: int, rules: Iterable[tuple[str, int]]) -> None:
    """Add rules; whoever has the descriptor can, in whatever process.

    Args:
        rules: paths with what is allowed at and below them; one that does not exist is left out.

    Raises:
        OSError: the kernel refuses one.
    """
    handled, rule = _handled(abi()), _Beneath()
    for path, access in rules:
        _allow(descriptor, path, access & handled, rule)


def restrict(descriptor: int) -> None:
    """Keep only these rights from now on, in this thread and all that it starts.

    What is outside of this process and its children can neither be traced nor, from ABI 6 on, be
    signalled any more.

    Raises:
        OSError: the kernel refuses.
    """
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    try:
        syscall(_RESTRICT, descriptor, ctypes.c_uint32(0))
    finally:
        os.close(descriptor)


def parting() -> int:
    """A descriptor for `part`, made ahead, as each puzzle's process needs one."""
    made = _Ruleset(files=_SPECIAL, network=0, scoped=2 if abi() >= 6 else 0)
    size = 24 if abi() >= 6 else 8
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    return syscall(_CREATE, ctypes.byref(made), ctypes.c_size_t(size), ctypes.c_uint32(0))


def part(descriptor: int) -> None:
    """Keep all rights to files, but be out of reach: what is in this process's past stays there.

    A child that parts can neither trace its parent nor, from ABI 6 on, signal it.
    """
    syscall(_RESTRICT, descriptor, ctypes.c_uint32(0))
    os.close(descriptor)


def _handled(version: int) -> int:
    """Every right to files that this version knows."""
    bits = 13 + (version >= 2) + (version >= 3) + (version >= 5)
    return (1 << bits) - 1


def _allow(descriptor: int, path: str, access: int, rule: _Beneath) -> None:
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # gone since it was listed
        return
    try:
        if not _is_directory(parent):
            access &= _OF_A_FILE | _IOCTL_DEVICE
        if access:
            rule.access, rule.parent = access, parent
            syscall(_ADD_RULE, descriptor, _PATH_BENEATH, ctypes.byref(rule), ctypes.c_uint32(0))
    finally:
        os.close(parent)


def _is_directory(descriptor: int) -> bool:
    return os.fstat(descriptor).st_mode & 0o170000 == 0o040000
