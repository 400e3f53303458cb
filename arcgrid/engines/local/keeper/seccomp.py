"""A seccomp filter: no sockets but pairs, no io_uring, no way around paths.

For every process that is not to have a network, as a network namespace knows nothing of sockets in
the file system (a container daemon's among them).
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

_FORBIDDEN = ("socket", "io_uring_setup", "open_by_handle_at", "userfaultfd")
_NUMBERS = {
    "x86_64": (0xC000003E, (41, 425, 304, 323)),
    "aarch64": (0xC00000B7, (198, 425, 265, 282)),
}
"""The architecture's own number, and those of the calls that are forbidden."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def known() -> bool:
    """Whether there are numbers for this machine's system calls."""
    return os.uname().machine in _NUMBERS


def restrict() -> None:
    """Refuse the forbidden calls from now on, in this thread and all that it starts.

    Raises:
        OSError: the kernel has no seccomp filters, or the machine is one whose calls are not known.
    """
    machine = os.uname().machine
    if machine not in _NUMBERS:
        raise OSError(errno.ENOSYS, f"no system call numbers for {machine}")
    code = _code(*_NUMBERS[machine])
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    prctl(PR_SET_SECCOMP, _FILTER, program)


def _code(architecture: int, numbers: tuple[int, ...]) -> bytes:
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
