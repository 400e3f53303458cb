"""The child that serves puzzles to one solver, within limits.

Run as `python -m arcgrid.engines.local.worker REQUESTS REPLIES STATUS` (three descriptors) by
`process`. It imports the solver and warms it up once; then each puzzle gets a process of its own,
forked from here, so that nothing of one puzzle is there for the next.
"""

from __future__ import annotations

import faulthandler
import fcntl
import gc
import os
import resource
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NoReturn

import msgspec

from arcgrid.engines.ask import answer_puzzle, cpu_seconds
from arcgrid.engines.local import kernels, usage
from arcgrid.engines.local.keeper import clear, landlock
from arcgrid.engines.local.keeper.namespaces import SHARED_MEMORY
from arcgrid.engines.local.keeper.proc import descendants, kill
from arcgrid.engines.local.messages import (
    Answered,
    Failed,
    Finished,
    Job,
    KernelName,
    Ready,
    Reply,
    Rested,
    Setup,
    Status,
    Warming,
    format_message,
    parse_request,
)
from arcgrid.errors import ChangedError, SolverError
from arcgrid.result import Answer
from arcgrid.solver import convert_options, load_solver

_FILE_SIZE_LIMIT = 1 << 30
_FILES_LIMIT = 1024
_OF_PIPES = [
    (getattr(fcntl, f"F_GET{name}"), getattr(fcntl, f"F_SET{name}"))
    for name in ("FL", "OWN", "SIG", "PIPE_SZ")
    if hasattr(fcntl, f"F_GET{name}")
]
"""How a pipe is asked, and told, whether it waits, whom it signals, how, and how much it holds."""

_NOT_BEGUN = 125
"""The exit code of a puzzle's process that did not get as far as the solver."""


class _Worker:
    """One solver, the ways back to the harness, and the limits."""

    def __init__(self, setup: Setup, requests: BinaryIO, replies: int, status: int) -> None:
        self.requests, self.replies, self.status = requests, replies, status
        self.process = os.getpid()
        self.directory = os.getcwd()
        self.places = {self.directory: 0o700}
        if setup.shared_memory and os.path.isdir(SHARED_MEMORY):
            self.places[SHARED_MEMORY] = 0o1777
        self.memory = setup.memory
        self.solver = load_solver(setup.source)
        self.options = convert_options(self.solver.solve, setup.options)
        for done, total in kernels.compile_cold():
            self.say(Warming(done, total))
        if self.solver.warmup is not None:
            self.say(Warming())
            self.solver.warmup()
        self.known = set(kernels.loaded())
        gc.collect()
        gc.freeze()  # what start-up made stays: it is not looked at again, nor copied by a fork
        self.size_when_ready = usage.status("self", "VmSize")
        self.fresh = setup.fresh and _can_fork()
        self.ended, self.on_child = False, None
        if self.fresh:
            # What the solver does when a child ends is for its puzzles: a worker waits for its own.
            self.on_child = signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self.ended = _end_children()
        self.parting = landlock.parting() if self.fresh and setup.apart else None
        _limit_files()
        self.pipes = _pipes_as_they_are(0, 1, 2, replies)
        self._tidy()
        if not self.fresh:
            self._limit_memory()
            self.surroundings = _surroundings()

    def serve(self) -> None:
        """Say that we are ready, then answer jobs until there are no more."""
        self.say(Ready(self.process, self.fresh, cpu_seconds(), self.ended))
        for line in self.requests:
            job = parse_request(line)
            if isinstance(job, Job):
                kernels.load(job.kernels)
                self.known |= set(job.kernels)
                self.say(self._in_own_process(job) if self.fresh else self._here(job))

    def say(self, status: Status) -> None:
        """Tell the harness about the worker itself."""
        _write(self.status, format_message(status))

    def _in_own_process(self, job: Job) -> Rested:
        """Have a child work on a job, and wait until it ended or was ended."""
        self._tidy()  # an orphan of the puzzle before may have outlived the last time
        child = os.fork()
        if not child:
            self._be_child(job)
        code = _end_of(child)
        tidy = self._tidy()
        return Rested(job.number, code, worn=not tidy or code == _NOT_BEGUN)

    def _be_child(self, job: Job) -> NoReturn:
        """Work on a job, then wait for the end: what it took can be seen from outside till then."""
        try:
            self._leave_worker()
        except BaseException as error:
            os.write(2, f"a process for the puzzle could not be made: {error!r}\n".encode())
            os._exit(_NOT_BEGUN)
        try:
            self._work(job)
            while True:
                signal.pause()
        finally:
            os._exit(1)

    def _leave_worker(self) -> None:
        """In the child: give up what is the worker's alone."""
        self.process = os.getpid()
        os.close(self.status)
        os.close(self.requests.fileno())
        if self.on_child is not None:
            signal.signal(signal.SIGCHLD, self.on_child)
        if self.parting is not None:
            landlock.part(self.parting)
        self._limit_memory()

    def _here(self, job: Job) -> Rested:
        """Work on a job in this process, and find out what it left behind."""
        self._work(job)
        return Rested(job.number, None, worn=self._is_worn())

    def _work(self, job: Job) -> None:
        last = b""

        def on_answer(_: float, answer: Answer) -> None:
            nonlocal last
            reply = Answered.of(job.number, answer, job.budget.attempts)
            content = msgspec.json.encode((reply.guesses, reply.cost, reply.tokens))
            if content != last:  # saying the same again is no news
                self._send(reply)
                last = content

        children = usage.peak_of_children()
        ending = answer_puzzle(self.solver, job.puzzle, job.budget, self.options, on_answer)
        finished = Finished(
            number=job.number,
            kind=ending.kind,
            cpu_seconds=ending.cpu_seconds,
            peak_memory=_peak(children),
            error=ending.error,
            kernels=self._new_kernels(),
        )
        self._send(finished)

    def _send(self, reply: Reply) -> None:
        if os.getpid() != self.process:
            os._exit(1)  # a child that the solver forked has no business here
        _write(self.replies, format_message(reply))

    def _new_kernels(self) -> list[KernelName]:
        return [name for name in kernels.loaded() if name not in self.known] if self.fresh else []

    def _is_worn(self) -> bool:
        """Tidy up; True when this puzzle left something behind that the next one would feel."""
        gc.collect()
        try:
            tidy = self._tidy()
            size = usage.status("self", "VmSize")
            grown = size is not None and size > (self.size_when_ready or size) + self.memory // 8
            return grown or not tidy or _surroundings() != self.surroundings
        except Exception:  # a solver can break anything: closed files, limits, modules
            return True

    def _tidy(self) -> bool:
        """Give each puzzle empty directories, and pipes as they were; False where we cannot."""
        for place, mode in self.places.items():
            clear.empty(place, mode)
        try:
            for fd, ask, tell, value in self.pipes:
                if fcntl.fcntl(fd, ask) != value:
                    fcntl.fcntl(fd, tell, value)
            os.chdir(self.directory)
            return not any(map(os.listdir, self.places))
        except OSError:
            return False

    def _limit_memory(self) -> None:
        """From now on: this much more address space; a program of another language maps at will."""
        if self.size_when_ready is not None and self.solver.limits_memory:
            room = self.size_when_ready + self.memory
            resource.setrlimit(resource.RLIMIT_AS, (room, room))


def _write(descriptor: int, message: bytes) -> None:
    """Write all of a message; the harness always reads, so this ends."""
    line = memoryview(message)
    while line:
        try:
            line = line[os.write(descriptor, line) :]
        except BlockingIOError:  # a solver changed that, for all processes that have this pipe
            os.set_blocking(descriptor, True)


def _end_children() -> bool:
    """End all processes that this one has started, and wait for them; False where there are none.

    One puzzle could reach another through them, and when they end nobody would notice.
    """
    left = descendants(os.getpid())
    kill(left)
    with suppress(ChildProcessError):
        while True:
            os.wait()
    return bool(left)


def _end_of(child: int) -> int:
    """Wait until a child has ended: its exit code, negative for a signal.

    A child may have made us its tracer: then it is waited for whenever it stops, too, and would
    not go on. That is its end.
    """
    while True:
        _, status = os.waitpid(child, 0)
        if not os.WIFSTOPPED(status):
            return os.waitstatus_to_exitcode(status)
        os.kill(child, signal.SIGKILL)


def _peak(children: int) -> int | None:
    """The peak of memory of this process, or of a child that ended, where that is higher.

    Args:
        children: the highest peak of children before; what is not higher may be of then.
    """
    now = usage.peak_of_children()
    own = usage.status("self", "VmHWM")
    return own and max(own, now if now > children else 0)


def _pipes_as_they_are(*descriptors: int) -> list[tuple[int, int, int, int]]:
    """How to ask, how to tell, and what is set: it holds for all processes that share a pipe."""
    found = []
    for fd in descriptors:
        for ask, tell in _OF_PIPES:
            with suppress(OSError):  # it is closed, or no pipe
                found.append((fd, ask, tell, fcntl.fcntl(fd, ask)))
    return found


def _can_fork() -> bool:
    """Whether a fork is the whole process: it has no other threads, which a fork would stop."""
    return os.path.isdir("/proc/self/task") and len(os.listdir("/proc/self/task")) == 1


def _limit_files() -> None:
    """From now on: small files, few of them open, no core dumps."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for kind, limit in (
        (resource.RLIMIT_FSIZE, _FILE_SIZE_LIMIT),
        (resource.RLIMIT_NOFILE, _FILES_LIMIT),
    ):
        _, hard = resource.getrlimit(kind)
        lower = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (lower, lower))


def _surroundings() -> object:
    """What a solver must leave as it was, where the next puzzle gets the same process."""
    limits = [resource.getrlimit(kind) for kind in usage.LIMITS]
    files = [(os.fstat(fd).st_dev, os.fstat(fd).st_ino) for fd in range(3)]
    handlers = [signal.getsignal(number) for number in signal.valid_signals()]
    timers = [signal.getitimer(kind) for kind in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL)]
    threads, children, descriptors = threading.active_count(), "", []
    if os.path.isdir("/proc/self/task"):
        threads = len(os.listdir("/proc/self/task"))
        children = Path("/proc/thread-self/children").read_text()
        descriptors = sorted(os.listdir("/proc/self/fd"))
    process = (os.umask(0o077), sys.getrecursionlimit(), threads, children, descriptors)
    os.umask(process[0])
    return limits, files, handlers, timers, process, id(sys.stdout), id(sys.stderr)


def main(arguments: list[str]) -> None:
    """Serve one solver: `REQUESTS REPLIES STATUS` are descriptors."""
    requests_fd, replies, status = map(int, arguments)
    for fd in (requests_fd, replies, status):
        os.set_inheritable(fd, False)
    faulthandler.enable()
    with os.fdopen(requests_fd, "rb") as requests:
        setup = parse_request(requests.readline())
        assert isinstance(setup, Setup)
        try:
            worker = _Worker(setup, requests, replies, status)
        except SolverError as error:
            _write(status, format_message(Failed(str(error), isinstance(error, ChangedError))))
            return
        except Exception as error:
            problem = f"{setup.source.name}: its warm-up failed: {type(error).__name__}: {error}"
            _write(status, format_message(Failed(problem)))
            return
        worker.serve()


if __name__ == "__main__":
    main(sys.argv[1:])
