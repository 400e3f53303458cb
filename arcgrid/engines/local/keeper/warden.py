"""The warden of one worker: confines and starts it, and kills everything it started when it ends.

A small process of its own that needs the standard library alone. Where the worker has a namespace
of processes, the kernel kills what is in it with the first process there, which is a fork of this
one; elsewhere the warden is the child subreaper that orphans come to. So nothing escapes, even
after the harness was killed.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Iterator
from typing import NoReturn, TypedDict

from arcgrid.engines.local.keeper import clear, confine, namespaces
from arcgrid.engines.local.keeper.kernel import PR_SET_CHILD_SUBREAPER, PR_SET_PDEATHSIG, prctl
from arcgrid.engines.local.keeper.proc import descendants, kill

LAST = 19
"""The niceness of who removes what workers left: puzzles are worked on meanwhile."""

_MOMENTS = 300
"""Milliseconds for the first process of a namespace to end after the worker."""


class Order(TypedDict):
    """What the harness tells a warden, as one line of JSON on its control socket.

    Attributes:
        parent: the harness's pid.
        directory: the worker's own, to be made.
        group: the file to which the worker writes 0 to enter its control group; empty for none.
        inherited: the descriptors that the worker gets, besides the standard ones.
        ruleset: the descriptor of the worker's rules of Landlock; None where it has none.
        command: the worker's.
        confinement: what it is confined to; None is nothing.
    """

    parent: int
    directory: str
    group: str
    inherited: list[int]
    ruleset: int | None
    command: list[str]
    confinement: confine.Confinement | None


def main(arguments: list[str]) -> None:
    """Run one worker to its end; CONTROL is the one argument, a socket.

    The first line on it is the order. The warden ends the worker when the socket is closed or
    anything else arrives on it, and writes one line at the end: the worker's exit code (negative
    for a signal), and the CPU seconds of the worker and all its descendants. Then it removes the
    worker's directory, for which nobody waits: there may be very much in it.
    """
    control = int(arguments[0])
    order = _read_order(control)
    wakeup = _wake_on_signals()
    confinement = order["confinement"]
    spaces = confinement["namespaces"] if confinement else []
    namespaces.enter(spaces)
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    prctl(PR_SET_PDEATHSIG, signal.SIGTERM)  # what comes before would take it away again
    if os.getppid() != order["parent"]:
        return
    directory = order["directory"]
    os.mkdir(directory, 0o700)
    try:
        claim(directory)
        begin = _start_first if "pid" in spaces else _start_alone
        group = _open_group(order["group"])
        child, said = begin(order, control, group)
        for fd in _of_the_worker(order):
            os.close(fd)
        status = _wait(child, control, wakeup)
        if status is None and said >= 0:
            _end_below(child)
        status = _kill_all(child, status)
        if said >= 0:
            status = int(os.read(said, 64) or status)
        _report(control, status)
    finally:
        os.close(control)
        _remove_group(order["group"])
        os.nice(LAST)
        clear.remove(directory)


def _report(control: int, status: int) -> None:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    report = f"{os.waitstatus_to_exitcode(status)} {usage.ru_utime + usage.ru_stime}\n"
    with contextlib.suppress(OSError):  # the harness may be gone: nobody is left to tell
        os.write(control, report.encode())


def _of_the_worker(order: Order) -> list[int]:
    """The descriptors that only the worker needs."""
    rules = order["ruleset"]
    return [*order["inherited"], *([] if rules is None else [rules]), 1, 2]


def claim(directory: str) -> int | None:
    """Hold a worker's directory for as long as this process lives; None where another does."""
    if not os.path.islink(directory):
        os.chmod(directory, 0o700)  # a solver may have closed it
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _read_order(control: int) -> Order:
    line = b""
    while not line.endswith(b"\n"):
        chunk = os.read(control, 1 << 16)
        if not chunk:
            sys.exit(0)
        line += chunk
    order: Order = json.loads(line)
    return order


def _wake_on_signals() -> int:
    """Make SIGCHLD and SIGTERM readable on the descriptor that is returned."""
    reader, writer = os.pipe()
    for fd in (reader, writer):
        os.set_blocking(fd, False)
        os.set_inheritable(fd, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    return reader


def _default_signals() -> None:
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def _start_first(order: Order, control: int, group: int) -> tuple[int, int]:
    """Start the first process of the new namespace, which starts the worker.

    Returns:
        Its pid, and a descriptor on which it will say how the worker ended.
    """
    said, says = os.pipe()
    lives, life = os.pipe()
    first = os.fork()
    if first:
        os.close(says)
        os.close(lives)
        return first, said
    try:
        os.close(control)
        os.close(said)
        os.close(life)
        _default_signals()
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if not select.select([lives], [], [], 0)[0]:  # readable at its end: the warden is gone
            _be_first(order, says, group)
    finally:
        os._exit(127)


def _start_alone(order: Order, control: int, group: int) -> tuple[int, int]:
    """The same without a namespace: the worker is this process's child, and says nothing."""
    return _start(order, control, group), -1


def _be_first(order: Order, says: int, group: int) -> NoReturn:
    """Start the worker, be the parent of its orphans, and end with it: then all the rest ends."""
    confinement = order["confinement"]
    assert confinement is not None
    with _told("no sandbox"):
        namespaces.mount_own(
            confinement["namespaces"],
            confinement["proc"],
            confinement["shared_memory"],
            [order["directory"], *confinement["write"]],
        )
    worker = _start(order, says, group)
    for fd in _of_the_worker(order):
        os.close(fd)
    while True:
        pid, status = os.wait()
        if pid == worker:
            os.write(says, str(status).encode())
            while _reap():
                pass
            os._exit(0)


def _start(order: Order, control: int, group: int) -> int:
    """Start the worker, confined, as the leader of its own session; it dies with this process."""
    parent = os.getpid()
    worker = os.fork()
    if worker:
        return worker
    try:
        os.close(control)
        os.setsid()
        _default_signals()
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        os.chdir(order["directory"])
        _enter_group(group)
        command, confinement = order["command"], order["confinement"]
        if confinement is not None and confinement["wrapper"]:
            own = order["directory"]
            command = [*confinement["wrapper"], "--bind", own, own, "--chdir", own, *command]
        elif confinement is not None:
            with _told("no sandbox"):
                confine.apply(confinement, order["directory"], order["ruleset"])
        if os.getppid() == parent:
            os.execv(command[0], command)
    finally:
        os._exit(127)


def _open_group(entry: str) -> int:
    """The group to enter, opened before its mount is read-only; -1 where there is none."""
    with contextlib.suppress(OSError):
        return os.open(entry, os.O_WRONLY)
    return -1


def _enter_group(group: int) -> None:
    with contextlib.suppress(OSError):
        os.write(group, b"0")
        os.close(group)


def _remove_group(entry: str) -> None:
    if entry:
        with contextlib.suppress(OSError):
            os.rmdir(os.path.dirname(entry))


@contextlib.contextmanager
def _told(what: str) -> Iterator[None]:
    """Print what went wrong, for the harness to pass on."""
    try:
        yield
    except OSError as error:
        os.write(2, f"{what}: {error.strerror}\n".encode())
        raise


def _wait(worker: int, control: int, wakeup: int) -> int | None:
    """Wait until the worker ends (its wait status is returned) or is to be ended (None)."""
    while True:
        readable, _, _ = select.select([control, wakeup], [], [])
        if control in readable:
            return None
        if signal.SIGTERM in os.read(wakeup, 4096):
            return None
        for pid, status in _reap():
            if pid == worker:
                return status


def _kill_all(worker: int, status: int | None) -> int:
    """Kill every descendant until none is left; return the worker's wait status."""
    if status is None:
        _kill_group(worker)
    while True:
        kill(descendants(os.getpid()))
        if status is None:
            kill([worker])
        try:
            pid, ended = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return signal.SIGKILL if status is None else status
        if pid == worker:
            status = ended
        elif not pid:
            time.sleep(0.001)


def _end_below(first: int) -> None:
    """Kill the worker, and give the first process a moment to end: what it saw end is counted."""
    kill(descendants(first))
    for _ in range(_MOMENTS):
        if os.waitid(os.P_PID, first, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            return
        time.sleep(0.001)


def _reap() -> list[tuple[int, int]]:
    """The (pid, wait status) of every child that has ended."""
    ended: list[tuple[int, int]] = []
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if not pid:
            return ended
        ended.append((pid, status))


def _kill_group(leader: int) -> None:
    """Kill a whole process group at once, so that a fork bomb cannot outrun us."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
