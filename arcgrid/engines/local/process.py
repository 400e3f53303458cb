"""One worker as the harness sees it: started, fed, judged by its replies, limited, collected.

`engine` owns several of these; bytes go through `pipes`, `keep` talks to the warden, which does the
killing, and `tree` is what runs below it. What a worker says of itself is believed only where
nobody else can tell.
"""

from __future__ import annotations

import re
import selectors
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from arcgrid.engines.local.cgroup import SLACK
from arcgrid.engines.local.keep import Keep, Kept
from arcgrid.engines.local.messages import (
    Answered,
    Failed,
    Finished,
    Job,
    KernelName,
    MessageError,
    Ready,
    Reply,
    Rested,
    Setup,
    Status,
    Warming,
    format_message,
    parse_reply,
    parse_status,
)
from arcgrid.engines.local.pipes import REPLY_LIMIT, Callbacks, Pipes
from arcgrid.engines.local.reach import ANSWERS
from arcgrid.engines.local.tree import Tree
from arcgrid.errors import AnswerError, ChangedError, SolverError, printable
from arcgrid.programs import HELP
from arcgrid.result import Outcome, OutcomeKind, TimedAnswer

ANSWERS_LIMIT = 1000
"""Answers kept for one puzzle; later ones replace the last."""

ANSWERS_SIZE = 16 << 20
"""Bytes of answers, as they were sent, that are kept for one puzzle; as above."""

ERROR_LIMIT = 16 << 10
"""Characters of an error that are kept, from its end."""

MEMORY_CHECK_SECONDS = 0.1
"""How often the memory of a busy worker and its descendants is looked at."""

REST_SECONDS = 5.0
"""Wall-clock seconds for a worker to tidy up after a puzzle; then another takes its place."""

_LAST_LINES = 3
_LAST_WORDS = 500
"""Lines, and characters, of what was printed that an error quotes, from the end."""

_SAY_WHY = ("crash", "error", "invalid")
_MOST_KERNELS = 1000
_MOST_COLD = 100_000
_REFUSED = re.compile(r"Permission denied: '(/[^'\n]+)'[^\n]*\Z")


class State(Enum):
    """Where a worker is in its life."""

    STARTING = "starting"
    READY = "ready"
    BUSY = "busy"
    RESTING = "resting"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Start:
    """How workers are started.

    Attributes:
        setup: the solver to serve, and the memory it may add.
        keep: how they are kept apart from everything else.
        seconds: wall-clock seconds to import the solver and warm up.
        on_warming: called when the solver's warm-up begins, and as kernels are compiled: how many
            are done, and of how many.
    """

    setup: Setup
    keep: Keep
    seconds: float
    on_warming: Callable[[int, int], None] = lambda _, __: None


class WorkerProcess:
    """A worker process under a warden, driven by a selector's events.

    The owner selects, calls the callback stored with each key that is ready, then `check()`,
    then takes what `take_outcome()` has. It must `close()` every worker at the end.

    Args:
        start: what to start, and how.
        selector: gets this worker's descriptors, each with a callback as data.
    """

    def __init__(self, start: Start, selector: selectors.BaseSelector) -> None:
        self.start = start
        self.state = State.STARTING
        self.kernels: set[KernelName] = set()
        self.left = self.shares = self.ended = False
        self._began = time.monotonic()
        self._job: Job | None = None
        self._outcome: Outcome | None = None
        self._answers: list[TimedAnswer] = []
        self._answers_size = 0
        self._beyond = 0
        self._memory_checked = 0.0
        self._fresh = False
        self._worn = False
        self._warmed, self._cold = (False, -1), 0
        callbacks = Callbacks(self._read, self._hear, self._died, self._flooded)
        self._pipes = Pipes(selector, callbacks)
        self._kept = Kept(start.keep, self._pipes)
        self._tree = Tree(self._kept.pid)
        self._pipes.write(format_message(start.setup))

    def give(self, job: Job) -> None:
        """Hand a job to a worker that is ready; its clock starts now."""
        assert self.state is State.READY
        self._pipes.clear()
        self._tree.begin()
        self._kept.group.begin()
        self.state, self._job = State.BUSY, job
        self._began = self._memory_checked = time.monotonic()
        self._answers, self._answers_size, self._beyond = [], 0, 0
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
            return self._began + self.start.seconds
        if self.state is State.RESTING:
            return self._began + REST_SECONDS
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
        if self.state is State.STARTING and now >= self._began + self.start.seconds:
            awaited = f"it has not said hello ({HELP})" if self._is_program else "not ready"
            raise self._unusable(f"{awaited} after {self.start.seconds:g} seconds")
        if self.state is State.RESTING and now >= self._began + REST_SECONDS:
            self.close()
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
            self._kept.end()
            self._pipes.close()

    # -- judging --------------------------------------------------------------------------

    def _read(self, line: bytes) -> None:
        """Take one line about the puzzle, from a process that need not be honest."""
        try:
            self._take(parse_reply(line), len(line))
        except MessageError as error:
            self._stop("crash", f"the worker sent {error}")
        except AnswerError as error:
            self._stop("invalid", str(error))

    def _flooded(self) -> None:
        self._stop("invalid", f"an answer of more than {REPLY_LIMIT >> 20} MiB")

    def _take(self, reply: Reply, size: int) -> None:
        """Take one reply; an honest worker sends none that we do not wait for."""
        if self.state is not State.BUSY or self._job is None:
            return  # of a process that is about to end, about a puzzle that has ended
        seconds = time.monotonic() - self._began
        if reply.number != self._job.number:
            raise MessageError(f"a reply out of place: {type(reply).__name__}")
        if seconds > self._job.budget.seconds:
            self._stop("timeout", f"not done after {self._job.budget.seconds:g} seconds")
        elif isinstance(reply, Answered):
            self._keep_answer(reply, seconds, size)
        else:
            self._finish(reply)

    def _keep_answer(self, reply: Answered, seconds: float, size: int) -> None:
        assert self._job is not None
        answer = reply.answer
        if len(answer.guesses) != len(self._job.test):
            raise AnswerError("an answer to another puzzle")
        kept, beyond = answer.within(self._job.budget.attempts)
        self._answers_size += size
        if len(self._answers) >= ANSWERS_LIMIT or self._answers_size > ANSWERS_SIZE:
            del self._answers[-1:]
        self._answers.append(TimedAnswer(seconds, kept))
        self._beyond = beyond + min(max(reply.beyond, 0), 1 << 31)

    def _finish(self, reply: Finished) -> None:
        self._pipes.read_output()  # what was printed before the reply is in the pipe by now
        self.kernels = set(reply.kernels[:_MOST_KERNELS])
        # Nobody knows what state a failed allocation leaves.
        self._worn = reply.kind == "memory"
        self._settle(reply.kind, reply.error, reply)
        self.left = self._tree.has_others
        self._rest()

    def _settle(self, kind: OutcomeKind, error: str | None, said: Finished | None = None) -> None:
        """End the job with an outcome, whose figures are measured here."""
        assert self._job is not None
        if self._kept.group.has_killed():
            kind, error = "memory", self._beyond_memory()
        wall = time.monotonic() - self._began
        used = self._tree.used()
        if said is not None and self._tree.is_seen:
            used = used.or_higher(said.peak_memory, self._tree.resident + self._job.budget.memory)
        elif said is not None:
            used = used.or_claimed(said.cpu_seconds, said.peak_memory, wall)
        self._outcome = Outcome(
            kind=kind,
            wall_seconds=wall,
            cpu_seconds=used.cpu_seconds,
            peak_memory=used.peak_memory,
            answers=tuple(self._answers),
            error=error and self._explained(kind, error)[-ERROR_LIMIT:],
            output=self._pipes.output,
            guesses_beyond=self._beyond,
        )

    # -- the worker itself ----------------------------------------------------------------

    def _hear(self, line: bytes, pid: int) -> None:
        """Take one line about the worker itself, which need not be honest either."""
        try:
            self._take_status(parse_status(line), pid)
        except MessageError as error:
            self._stop("crash", f"the worker sent {error}", for_good=True)

    def _take_status(self, status: Status, pid: int) -> None:
        starting = self.state is State.STARTING
        match status:
            case Warming() if starting:
                self._tell_warming(status.done, status.total)
            case Ready() if starting:
                self._fresh = status.fresh
                self.shares = self.start.setup.fresh and not status.fresh
                self.ended = status.ended
                self._tree.worker_is(pid or status.pid, status.fresh)
                # Each puzzle may hold the worker's own memory once more, in pages that it changed.
                self._kept.group.limit(self._tree.resident + self.start.setup.memory + SLACK)
                self.state = State.READY
                self._sweep()
            case Failed() if starting:
                self.close()
                kind = ChangedError if status.changed else SolverError
                raise kind(self._named(self._explained("crash", status.problem)))
            case Rested() if self._job is None or status.number == self._job.number:
                self._rested(status)
            case _:
                raise MessageError(f"a reply out of place: {type(status).__name__}")

    def _tell_warming(self, done: int, total: int) -> None:
        """Pass on progress alone: what is imported may say anything here, and without end."""
        far = (not total, done)
        self._cold = self._cold or min(total, _MOST_COLD)
        if far > self._warmed and total in (0, self._cold) and 0 <= done <= total:
            self._warmed = far
            self.start.on_warming(done, total)

    def _rested(self, status: Rested) -> None:
        if self.state is State.BUSY:  # its process ended without a word, or with the last unread
            self._pipes.read_all_replies()
        if self.state is State.BUSY:
            self._pipes.read_output()
            self._settle("crash", _describe_end(status.code))
            self._rest()
        if self.state is State.RESTING:
            self.state = State.READY
            if status.worn or self._worn or not self._sweep() or self._tree.is_changed:
                self.close()

    def _rest(self) -> None:
        """The job is over: end what is left of it, so that the worker can tidy up."""
        self.state, self._began = State.RESTING, time.monotonic()
        if self._fresh:
            self._tree.kill()  # that nothing is left of it is seen to when the worker has rested

    def _sweep(self) -> bool:
        """End everything but the worker itself; False when that cannot be done."""
        return not self._fresh or self._tree.sweep()

    def _check_memory(self) -> None:
        """Stop the worker when it and its descendants have more memory than they may."""
        assert self._job is not None
        if self._tree.is_over(self._job.budget.memory) or self._kept.group.has_killed():
            self._stop("memory", self._beyond_memory())

    def _beyond_memory(self) -> str:
        assert self._job is not None
        limit = self._job.budget.memory / (1 << 20)
        return f"more than {limit:g} MiB, with all processes it started"

    def _stop(self, kind: OutcomeKind, error: str, *, for_good: bool = False) -> None:
        """End a job; where puzzles have processes of their own, the worker stays."""
        if self.state is State.STARTING:
            raise self._unusable(error)
        if self.state is State.BUSY:
            self._pipes.read_output()
            self._settle(kind, error)
            self._rest()
        if for_good or not self._fresh:
            self.close()

    def _died(self) -> None:
        """The worker is gone: find out how it ended."""
        was = self.state
        self._pipes.read_all_replies()  # it may have finished first
        code = self._kept.end(wait=1.0)
        how = _describe_end(code)
        if self.state is State.BUSY:
            self._pipes.read_output()
            self._settle("crash", how)
        elif was is State.STARTING:
            raise self._unusable(f"it died while it was loaded: {how}")
        self.close()

    @property
    def _is_program(self) -> bool:
        return self.start.setup.source.is_program

    def _explained(self, kind: OutcomeKind, error: str) -> str:
        """An error with what explains it: a program says its reasons on standard error alone."""
        words = self._last_words() if self._is_program and kind in _SAY_WHY else ""
        return self._with_hint(error + words)

    def _last_words(self) -> str:
        lines = [line for line in printable(self._pipes.output).splitlines() if line.strip()]
        said = " / ".join(line.strip() for line in lines[-_LAST_LINES:])
        return f"; it printed last: {said[-_LAST_WORDS:]}" if said else ""

    def _with_hint(self, error: str) -> str:
        """An error, and how to allow what the sandbox refused, where that is what it tells of."""
        refused = _REFUSED.search(error) if self.start.keep.confinement is not None else None
        if refused is None:
            return error
        if not {*ANSWERS}.isdisjoint(Path(refused[1]).parts):
            return f"{error} (it holds answers, and is closed on purpose)"
        return f"{error} (--allow {refused[1]} lets it read that; nothing lets it write there)"

    def _unusable(self, problem: str) -> SolverError:
        self.close()
        return SolverError(self._named(f"{problem}{self._last_words()}"))

    def _named(self, problem: str) -> str:
        """What is wrong with the solver, after its name or place."""
        source = self.start.setup.source
        named = problem.startswith((source.name, source.module, source.place))
        return problem if named else f"{source.name}: {problem}"


def _describe_end(code: int | None) -> str:
    if code is None:
        return "the worker ended, nobody knows how"
    if code < 0:
        name = signal.Signals(-code).name if -code in list(signal.Signals) else "unknown"
        return f"the worker was ended by signal {-code} ({name})"
    return f"the worker ended by itself with exit code {code}"
