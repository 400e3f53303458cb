"""One worker as the harness sees it: started, fed, judged by its replies, limited, collected.

`engine` owns several of these; bytes go through `pipes`, and `warden` does the killing.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from enum import Enum
from pathlib import Path

from arcgrid.engines.local import memory, warden
from arcgrid.engines.local.messages import (
    Answered,
    Failed,
    Finished,
    Job,
    MessageError,
    Ready,
    Reply,
    Setup,
    Warming,
    format_message,
    parse_reply,
)
from arcgrid.engines.local.pipes import REPLY_LIMIT, Pipes
from arcgrid.errors import AnswerError, SolverError
from arcgrid.result import Outcome, OutcomeKind, TimedAnswer

ANSWERS_LIMIT = 1000
"""Answers kept for one puzzle; later ones replace the last."""

START_SECONDS = 600.0
"""Wall-clock seconds for a worker to import its solver and warm up."""

MEMORY_CHECK_SECONDS = 0.1
"""How often the memory of a busy worker and its descendants is looked at."""

_KILL_SECONDS = 3.0
_CHUNK = 1 << 16
_WORKER = "arcgrid.engines.local.worker"
_ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)


class State(Enum):
    """Where a worker is in its life."""

    STARTING = "starting"
    READY = "ready"
    BUSY = "busy"
    ENDED = "ended"


class WorkerProcess:
    """A worker process under a warden, driven by a selector's events.

    The owner selects, calls the callback stored with each key that is ready, then `check()`,
    then takes what `take_outcome()` has. It must `close()` every worker at the end.

    Args:
        setup: the solver to serve, and the memory it may add.
        selector: gets this worker's descriptors, each with a callback as data.
        on_warming: called when the solver's warm-up begins.
    """

    def __init__(
        self,
        setup: Setup,
        selector: selectors.BaseSelector,
        on_warming: Callable[[], None] = lambda: None,
    ) -> None:
        self.setup = setup
        self.state = State.STARTING
        self.worn = False
        self._on_warming = on_warming
        self._began = time.monotonic()
        self._job: Job | None = None
        self._outcome: Outcome | None = None
        self._answers: list[TimedAnswer] = []
        self._beyond = 0
        self._peak: int | None = None
        self._cpu_total = 0.0
        self._ready: Ready | None = None
        self._memory_checked = 0.0
        self._pipes = Pipes(selector, self._read, self._died, self._flooded)
        self._start()
        self._pipes.write(format_message(setup))

    def give(self, job: Job) -> None:
        """Hand a job to a worker that is ready; its clock starts now."""
        assert self.state is State.READY
        self._pipes.clear_output()
        self.state, self._job, self._began = State.BUSY, job, time.monotonic()
        self._answers, self._beyond, self._peak, self._memory_checked = [], 0, None, 0.0
        self._pipes.write(format_message(job))

    def take_outcome(self) -> tuple[int, Outcome] | None:
        """The number of the job that ended, with its outcome, once; None when there is none."""
        if self._outcome is None or self._job is None:
            return None
        ended = (self._job.number, self._outcome)
        self._job = self._outcome = None
        return ended

    def next_check(self) -> float | None:
        """Monotonic time at which `check()` has something to do, or None."""
        if self.state is State.STARTING:
            return self._began + START_SECONDS
        if self.state is not State.BUSY or self._job is None:
            return None
        deadline = self._began + self._job.budget.seconds
        return min(deadline, self._memory_checked + MEMORY_CHECK_SECONDS)

    def check(self) -> None:
        """Stop the worker if it is past its time or its memory.

        Raises:
            SolverError: it did not get ready in time.
        """
        now = time.monotonic()
        if self.state is State.STARTING and now >= self._began + START_SECONDS:
            self.close()
            problem = f"{self.setup.source.name}: not ready after {START_SECONDS:g} seconds"
            raise SolverError(problem + self._printed())
        if self.state is not State.BUSY or self._job is None:
            return
        if now >= self._began + self._job.budget.seconds:
            self._stop("timeout", f"not done after {self._job.budget.seconds:g} seconds")
        elif now >= self._memory_checked + MEMORY_CHECK_SECONDS:
            self._memory_checked = now
            self._check_memory()

    def close(self) -> None:
        """Kill the worker with everything it started, and release what it held."""
        if self.state is not State.ENDED:
            self.state = State.ENDED
            self._collect()

    # -- starting -------------------------------------------------------------------------

    def _start(self) -> None:
        *inherited, printing = self._pipes.theirs
        self._control, control = socket.socketpair()
        self._directory = directory = tempfile.mkdtemp(prefix="arcgrid-worker-")
        worker = [
            sys.executable,
            "-u",
            "-P",
            "-m",
            "arcgrid.engines.local.worker",
            *map(str, inherited),
        ]
        keeper = [sys.executable, "-I", "-S", str(Path(warden.__file__))]
        places = [str(control.fileno()), str(os.getpid()), directory, ",".join(map(str, inherited))]
        try:
            self._warden = subprocess.Popen(
                [*keeper, *places, *worker],
                stdin=subprocess.DEVNULL,
                stdout=printing,
                stderr=printing,
                pass_fds=(control.fileno(), *inherited),
                cwd=directory,
                env=_environment(),
                start_new_session=True,
            )
        except OSError as error:
            shutil.rmtree(directory, ignore_errors=True)
            self._pipes.abandon()
            self._control.close()
            raise SolverError(f"cannot start a worker: {error.strerror}") from None
        finally:
            control.close()
        self._pipes.begin()

    # -- judging --------------------------------------------------------------------------

    def _read(self, line: bytes) -> None:
        """Take one line of the worker, which need not be honest."""
        try:
            self._take(parse_reply(line))
        except MessageError as error:
            self._stop("crash", f"the worker sent {error}")
        except AnswerError as error:
            self._stop("invalid", str(error))

    def _flooded(self) -> None:
        self._stop("invalid", f"an answer of more than {REPLY_LIMIT >> 20} MiB")

    def _take(self, reply: Reply) -> None:
        """Take one reply; an honest worker sends none that we do not wait for."""
        starting = self.state is State.STARTING
        current = self._job.number if self.state is State.BUSY and self._job else None
        match reply:
            case Warming() if starting:
                self._on_warming()
            case Ready() if starting:
                self._ready, self._cpu_total = reply, reply.cpu_seconds
                self.state = State.READY
            case Failed() if starting:
                self.close()
                raise SolverError(reply.problem)
            case Answered() if reply.number == current:
                self._keep_answer(reply)
            case Finished() if reply.number == current:
                self._finish(reply)
            case _:
                raise MessageError(f"a reply out of place: {type(reply).__name__}")

    def _keep_answer(self, reply: Answered) -> None:
        assert self._job is not None
        answer = reply.answer
        if len(answer.guesses) != len(self._job.test):
            raise AnswerError("an answer to another puzzle")
        if len(self._answers) >= ANSWERS_LIMIT:
            self._answers.pop()
        self._answers.append(TimedAnswer(reply.seconds, answer))
        self._beyond = reply.beyond

    def _finish(self, reply: Finished) -> None:
        assert self._job is not None
        self._pipes.read_output()  # what was printed before the reply is in the pipe by now
        self._cpu_total = reply.cpu_total
        kind, error = reply.kind, reply.error
        if kind == "answered" and reply.wall_seconds > self._job.budget.seconds:
            kind, error = "timeout", f"done only after {reply.wall_seconds:.1f} seconds"
        self._settle(kind, error, reply.wall_seconds, reply.cpu_seconds, reply.peak_memory)
        self.state = State.READY
        # Nobody knows what state a failed allocation leaves.
        self.worn = kind == "memory" or reply.worn

    def _settle(
        self, kind: OutcomeKind, error: str | None, wall: float, cpu: float, peak: int | None
    ) -> None:
        peaks = [size for size in (peak, self._peak) if size is not None]
        self._outcome = Outcome(
            kind=kind,
            wall_seconds=wall,
            cpu_seconds=max(0.0, cpu),
            peak_memory=max(peaks, default=None),
            answers=tuple(self._answers),
            error=error,
            output=self._pipes.output,
            guesses_beyond=self._beyond,
        )

    # -- ending ---------------------------------------------------------------------------

    def _check_memory(self) -> None:
        """Stop the worker when it and its descendants have more memory than they may."""
        if self._ready is None or self._ready.resident is None or self._job is None:
            return
        tree = [self._ready.pid, *warden.descendants(self._ready.pid)]
        resident = sum(map(memory.resident, tree))
        self._peak = max(self._peak or 0, resident)
        room = self._ready.resident + self._job.budget.memory
        if resident > room and len(tree) > 1:
            # Forked children share pages with their parent: count each page once.
            resident = sum(map(memory.proportional, tree))
        if resident > room:
            limit = self._job.budget.memory / (1 << 20)
            self._stop("memory", f"more than {limit:g} MiB, with all processes it started")

    def _stop(self, kind: OutcomeKind, error: str) -> None:
        """Kill a worker; if it was busy, its job ends with this kind."""
        wall = time.monotonic() - self._began
        was = self.state
        self.state = State.ENDED
        if was is State.BUSY and self._ready is not None and self._ready.resident is not None:
            self._peak = max(self._peak or 0, memory.status(self._ready.pid, "VmHWM") or 0) or None
        _, cpu = self._collect()
        if was is State.BUSY:
            self._settle(kind, error, wall, cpu - self._cpu_total, None)
        elif was is State.STARTING:
            raise SolverError(f"{self.setup.source.name}: {error}{self._printed()}")

    def _died(self) -> None:
        """The worker's replies came to their end: find out how it ended."""
        wall = time.monotonic() - self._began
        was = self.state
        self.state = State.ENDED
        code, cpu = self._collect(wait=True)
        how = _describe_end(code)
        if was is State.BUSY:
            self._settle("crash", how, wall, cpu - self._cpu_total, None)
        elif was is State.STARTING:
            problem = f"{self.setup.source.name}: it died while it was loaded: {how}"
            raise SolverError(problem + self._printed())

    def _collect(self, wait: bool = False) -> tuple[int | None, float]:
        """End the warden, and with it everything the worker started.

        Args:
            wait: give a worker that is ending by itself a moment to do so.

        Returns:
            The worker's exit code (negative for a signal; None where unknown), and the CPU seconds
            of the worker and its descendants from its start.
        """
        with contextlib.suppress(ProcessLookupError):
            self._warden.send_signal(signal.SIGCONT)  # a solver may have stopped it
        self._control.settimeout(1.0 if wait else _KILL_SECONDS)
        report = b""
        try:
            if not wait:
                self._control.shutdown(socket.SHUT_WR)
            report = _read_all(self._control)
        except TimeoutError:
            self._control.settimeout(_KILL_SECONDS)
            report = self._order_end() if wait else b""
        except OSError:
            pass
        self._control.close()
        try:
            self._warden.wait(_KILL_SECONDS)
        except subprocess.TimeoutExpired:
            for pid in warden.descendants(self._warden.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._warden.kill()
            self._warden.wait()
        shutil.rmtree(self._directory, ignore_errors=True)  # a warden that was killed did not
        self._pipes.close()
        code, _, cpu = report.decode("ascii", "replace").partition(" ")
        return (int(code), float(cpu)) if cpu else (None, self._cpu_total)

    def _order_end(self) -> bytes:
        try:
            self._control.shutdown(socket.SHUT_WR)
            return _read_all(self._control)
        except OSError:
            return b""

    def _printed(self) -> str:
        """The last line that the worker printed, to go behind an error."""
        lines = self._pipes.output.strip().splitlines()
        return f"; it printed last: {lines[-1]}" if lines else ""


def _environment() -> dict[str, str]:
    """The worker's environment: one thread, fixed hashes, the import path of this process."""
    environment = dict(os.environ)
    environment.update(dict.fromkeys(_ONE_THREAD, "1"))
    environment["PYTHONHASHSEED"] = "0"
    environment["MALLOC_ARENA_MAX"] = "2"
    environment["PYTHONPATH"] = os.pathsep.join(entry for entry in sys.path if entry)
    return environment


def _read_all(control: socket.socket) -> bytes:
    report = b""
    while chunk := control.recv(_CHUNK):
        report += chunk
    return report


def _describe_end(code: int | None) -> str:
    if code is None:
        return "the worker ended, nobody knows how"
    if code < 0:
        name = signal.Signals(-code).name if -code in list(signal.Signals) else "unknown"
        return f"the worker was ended by signal {-code} ({name})"
    return f"the worker ended by itself with exit code {code}"
