"""A seccomp filter: no sockets but pairs, no io_uring, no way around paths, nothing that outlives.

Sockets are refused to every process that is not to have a network, as a network namespace knows
nothing of sockets in the file system (a container daemon's among them). Memory and messages of
System V, and keys, belong to no process: what a puzzle put there would not be counted as its
memory, and would be there for the next.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct

from arcgrid.engines.local.keeper.kernel import (
    PR_SET_NO_NEW_PRIVS,
    PR_SET_SECCOMP,
    prctl,
)

_FILTER = 2
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _ARCHITECTURE = 0, 4
_X32 = 0x40000000

_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""Where an architecture's numbers are in the tables, and the number that it has itself."""

_NETWORK = {"socket": (41, 198), "io_uring_setup": (425, 425)}
_ALWAYS = {
    "open_by_handle_at": (304, 265),
    "userfaultfd": (323, 282),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def known() -> bool:
    """Whether there are numbers for this machine's system calls."""
    return os.uname().machine in _MACHINES


def restrict(*, network: bool) -> None:
    """Refuse the forbidden calls from now on, in this thread and all that it starts.

    Args:
        network: whether sockets stay allowed.

    Raises:
        OSError: the kernel has no seccomp filters, or the machine is one whose calls are not known.
    """
    machine = os.uname().machine
    if machine not in _MACHINES:
        raise OSError(errno.ENOSYS, f"no system call numbers for {machine}")
    which, architecture = _MACHINES[machine]
    forbidden = _ALWAYS if network else _ALWAYS | _NETWORK
    code = _code(architecture, [numbers[which] for numbers in forbidden.values()])
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    prctl(PR_SET_SECCOMP, _FILTER, program)


def _code(architecture: int, numbers: list[int]) -> bytes:
    refusals = len(numbers)
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),  # calls of another architecture have other numbers
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, refusals + 1, 0, _X32),
        *((_EQUAL, refusals - index, 0, number) for index, number in enumerate(numbers)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _ERRNO | errno.EACCES),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
