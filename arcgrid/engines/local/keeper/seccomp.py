"""A seccomp filter: refuses the calls in `calls` to a process and all that it starts.

Sockets are refused to every process that is not to have a network, as a network namespace knows
nothing of sockets in the file system (a container daemon's among them).
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Iterable

from arcgrid.engines.local.keeper.calls import ALWAYS, NETWORK, NUMBERS, Look, Refusal
from arcgrid.engines.local.keeper.kernel import (
    PR_SET_NO_NEW_PRIVS,
    PR_SET_SECCOMP,
    prctl,
)

_FILTER = 2
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_LOAD, _MASK, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_X32 = 0x40000000

_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""Where an architecture's numbers are in the tables, and the number that it has itself."""

_Step = tuple[int, int, int, int]
"""An instruction: what it does, how many to skip if so and if not, and its number."""


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
    steps = program(machine, ALWAYS if network else (*ALWAYS, *NETWORK))
    code = b"".join(struct.pack("=HBBI", *step) for step in steps)
    buffer = ctypes.create_string_buffer(code, len(code))
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    filtering = _Program(len(steps), ctypes.cast(buffer, ctypes.c_void_p))
    prctl(PR_SET_SECCOMP, _FILTER, filtering)


def program(machine: str, refusals: Iterable[Refusal]) -> list[_Step]:
    """The filter's instructions for a kind of machine."""
    which, architecture = _MACHINES[machine]
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),  # calls of another architecture have other numbers
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _X32),
        (_RETURN, 0, 0, _ERRNO | errno.EPERM),
    ]
    for refusal in refusals:
        number = NUMBERS[refusal.name][which]
        if number is not None:
            steps += _refuse(number, refusal)
    return [*steps, (_RETURN, 0, 0, _ALLOW)]


def _refuse(number: int, refusal: Refusal) -> list[_Step]:
    """Return an error where it is this call and all conditions hold; the call's number stays."""
    steps: list[_Step] = [(_RETURN, 0, 0, _ERRNO | refusal.error)]
    for look in reversed(refusal.looks):
        steps = _look(look, len(steps)) + steps
    if refusal.looks:
        steps.append((_LOAD, 0, 0, _NUMBER))
    return [(_EQUAL, 0, len(steps), number), *steps]


def _look(look: Look, rest: int) -> list[_Step]:
    """Go on with the next `rest` instructions where the condition holds, else skip them."""
    steps: list[_Step] = [(_LOAD, 0, 0, _ARGUMENTS + 8 * look.argument)]  # its lower half
    if look.mask != 0xFFFFFFFF:
        steps.append((_MASK, 0, 0, look.mask))
    last = len(look.values) - 1
    for index, value in enumerate(look.values):
        further = last - index
        if look.among:
            steps.append((_EQUAL, further, 0 if further else rest, value))
        else:
            steps.append((_EQUAL, further + rest, 0, value))
    return steps
