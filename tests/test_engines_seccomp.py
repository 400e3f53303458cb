"""The filter of system calls, run by a machine of its own: so for both architectures."""

from __future__ import annotations

import errno
import re
from pathlib import Path

import pytest

from arcgrid.engines.local.keeper.calls import ALWAYS, NETWORK, NUMBERS
from arcgrid.engines.local.keeper.seccomp import program

MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
ALLOWED, KILLED, REFUSED = 0x7FFF0000, 0x80000000, 0x00050000
HIGH = 0xABCD << 32
"""What an argument may have in its upper half, which the kernel does not read either."""


def answer(machine: str, call: str | int, *arguments: int, network: bool = False) -> int:
    """What the filter says to a call."""
    which, architecture = MACHINES[machine]
    number = NUMBERS[call][which] if isinstance(call, str) else call
    assert number is not None
    return run(machine, number, architecture, arguments, network=network)


def run(
    machine: str, number: int, architecture: int, arguments: tuple[int, ...], *, network: bool
) -> int:
    halves = {0: number, 4: architecture}
    for index, value in enumerate((*arguments, *[0] * 6)):
        halves[16 + 8 * index], halves[20 + 8 * index] = value & 0xFFFFFFFF, value >> 32
    steps = program(machine, ALWAYS if network else (*ALWAYS, *NETWORK))
    place = value = 0
    while True:
        what, so, not_so, operand = steps[place]
        match what:
            case 0x20:
                value = halves[operand]
            case 0x54:
                value &= operand
            case 0x15 | 0x35:
                holds = value == operand if what == 0x15 else value >= operand
                place += so if holds else not_so
            case _:
                return operand
        place += 1


machines = pytest.mark.parametrize("machine", MACHINES)


@machines
def test_a_call_is_refused_to_all_but_those_that_may_have_it(machine: str) -> None:
    for name, numbers in NUMBERS.items():
        if numbers[MACHINES[machine][0]] is None:
            continue
        said = {network: answer(machine, name, network=network) for network in (True, False)}
        if not any(refusal.looks for refusal in (*ALWAYS, *NETWORK) if refusal.name == name):
            assert said[False] & ~0xFFFF == said[True] & ~0xFFFF == REFUSED, name
    assert answer(machine, 0) == ALLOWED
    assert answer(machine, "clone3") == answer(machine, "openat2") == REFUSED | errno.ENOSYS


@machines
@pytest.mark.parametrize(
    ("call", "arguments", "allowed"),
    [
        ("socketpair", (1, 1), True),
        ("socketpair", (1 | HIGH, 5 | 0o2000000 | 0o4000), True),
        ("socketpair", (1, 2), False),
        ("socketpair", (1, 2 | 0o2000000 | HIGH), False),
        ("socketpair", (1, 3), False),
        ("socketpair", (30, 1), False),
        ("prlimit64", (0, 7), True),
        ("prlimit64", (HIGH, 7), True),
        ("prlimit64", (7, 7), False),
        ("setpriority", (0, 0, 9), True),
        ("setpriority", (0, 7, 9), False),
        ("setpriority", (1, 0, 9), False),
        ("setpriority", (2, 0, 9), False),
        ("ioprio_set", (1, 0), True),
        ("ioprio_set", (1, 7), False),
        ("ioprio_set", (2, 0), False),
        ("ioprio_set", (3, 0), False),
        ("sched_setscheduler", (0, 5), True),
        ("sched_setscheduler", (7, 5), False),
        ("sched_setparam", (7,), False),
        ("sched_setattr", (7,), False),
        ("prctl", (4, 0), False),
        ("prctl", (4 | HIGH, 0), False),
        ("prctl", (4, 1), True),
        ("prctl", (15, 0), True),
        ("clone", (0x01200011,), True),  # as by fork
        ("clone", (0x003D0F00,), True),  # as by a thread
        ("clone", (0x4111,), True),  # as by vfork
        ("clone", (0x80000000 | HIGH,), True),
        ("clone", (0x8011,), False),
        *(("clone", (0x11 | space,), False) for space in (0x20000, 1 << 28, 1 << 30, 1 << 25)),
        *(("unshare", (space,), False) for space in (0x20000, 1 << 28, 1 << 30, 0x80)),
        ("fchmod", (3, 0o755), True),
        ("fchmod", (3, 0o4755), False),
        ("fchmodat", (3, 0, 0o2755), True),  # directories pass on their group
        ("fchmodat", (3, 0, 0o6755), False),
        ("fchmodat2", (3, 0, 0o1777), True),
        ("mknodat", (3, 0, 0o104755), False),
        ("openat", (3, 0, 0o100, 0o755), True),
        ("openat", (3, 0, 0, 0o4755), True),  # nothing is made: this is no mode
        ("openat", (3, 0, 0o100 | HIGH, 0o4755), False),
        ("openat", (3, 0, 0o20200002, 0o4755), False),
        ("unshare", (0x600,), True),  # files and directories that threads share
    ],
)
def test_the_arguments_of_a_call_are_looked_at(
    machine: str, call: str, arguments: tuple[int, ...], allowed: bool
) -> None:
    assert (answer(machine, call, *arguments) == ALLOWED) == allowed


@machines
@pytest.mark.parametrize(("family", "allowed"), [(2, True), (10, True), (38, False), (40, False)])
def test_a_network_is_not_for_sockets_of_the_kernel_or_of_virtual_machines(
    machine: str, family: int, allowed: bool
) -> None:
    assert (answer(machine, "socket", family, 1, network=True) == ALLOWED) == allowed
    assert answer(machine, "socket", family, 1) == REFUSED | errno.EACCES


@machines
def test_calls_of_another_architecture_are_the_end(machine: str) -> None:
    assert run(machine, 0, 0x40000003, (), network=True) == KILLED
    assert run(machine, 0x40000000, MACHINES[machine][1], (), network=True) & ~0xFFFF == REFUSED


HEADERS = [
    Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    Path("/usr/include/asm-generic/unistd.h"),
]


@pytest.mark.parametrize("which", [0, 1])
def test_the_numbers_are_those_of_the_kernel(which: int) -> None:
    if not HEADERS[which].exists():
        pytest.skip("the kernel's headers are not installed")
    defined = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", HEADERS[which].read_text())
    numbers = {name: int(number) for name, number in defined}
    for name, known in NUMBERS.items():
        if name in numbers or known[which] is None:  # else a call that is newer than the headers
            assert numbers.get(name) == known[which], name
