"""The warden of one worker: starts it, and kills everything it started when it ends.

A small process of its own, run by path with the standard library alone: it is the child subreaper
that orphans of the worker come to, so that nothing escapes, even after the harness was killed.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import select
import shutil
import signal
import sys
import time

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def main(arguments: list[str]) -> None:
    """Run one worker to its end: `CONTROL PARENT DIRECTORY FD[,FD...] COMMAND...`.

    CONTROL is a socket. The warden ends the worker when it is closed or anything arrives on it,
    and writes one line on it at the end: the worker's exit code (negative for a signal), and the
    CPU seconds of the worker and all its descendants.
    """
    control, parent = int(arguments[0]), int(arguments[1])
    directory, inherited = arguments[2], [int(fd) for fd in arguments[3].split(",")]
    wakeup = _wake_on_signals()
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        return
    worker = _start(arguments[4:], control)
    for fd in (*inherited, 1, 2):
        os.close(fd)
    status = _wait(worker, control, wakeup)
    status = _kill_all(worker, status)
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    shutil.rmtree(directory, ignore_errors=True)
    try:
        report = f"{os.waitstatus_to_exitcode(status)} {usage.ru_utime + usage.ru_stime}\n"
        os.write(control, report.encode())
    except OSError:
        pass  # the harness is gone: nobody is left to tell


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


def _start(command: list[str], control: int) -> int:
    """Start the worker as the leader of its own session; it dies with this process."""
    warden = os.getpid()
    worker = os.fork()
    if worker:
        return worker
    try:
        os.close(control)
        os.setsid()
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == warden:
            os.execv(command[0], command)
    finally:
        os._exit(127)


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
        for pid in descendants(os.getpid()):
            _kill(pid)
        if sys.platform != "linux" and status is None:
            _kill(worker)
        try:
            pid, ended = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return signal.SIGKILL if status is None else status
        if pid == worker:
            status = ended
        elif not pid:
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


def descendants(pid: int) -> list[int]:
    """All processes below this one (none where there is no /proc)."""
    found: list[int] = []
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return found
    for thread in threads:
        try:
            with open(f"/proc/{pid}/task/{thread}/children") as file:
                children = [int(child) for child in file.read().split()]
        except OSError:
            continue
        for child in children:
            found += [child, *descendants(child)]
    return found


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _kill_group(leader: int) -> None:
    """Kill a whole process group at once, so that a fork bomb cannot outrun us."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def _prctl(option: int, value: int) -> None:
    """Set an attribute of this process; only Linux has these."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    main(sys.argv[1:])
