"""The loop over the workers: hands out jobs, waits for what happens, replaces the dead.

Limits and killing are in `process`. It runs in a thread of its own, and tells what happens by
events; other threads call `put`, `go_on` and `stop` only.
"""

from __future__ import annotations

import os
import selectors
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from arcgrid.engines.local.keep import wait_for_removals
from arcgrid.engines.local.messages import Job
from arcgrid.engines.local.process import Start, State, WorkerProcess
from arcgrid.errors import ChangedError, SolverError
from arcgrid.result import Outcome

LEFT_BEHIND = "a puzzle was done while processes that it had started still ran; they were ended"

LAST_SECONDS = 2.0
"""For what is left of workers to be removed, when a run is over; what takes longer goes on."""

SHARED = (
    "puzzles share a process, as with --reuse, though each was to have its own: "
    "the solver's cannot be forked, as it has threads after its warm-up"
    if os.path.isdir("/proc/self/task")
    else "puzzles share a process, as with --reuse: this system does not show which can be forked"
)

STARTS = 3
"""How often in a row a worker is started in a dead one's place, before its puzzles are given up."""


@dataclass(frozen=True, slots=True)
class Started:
    """The first worker is ready."""


@dataclass(frozen=True, slots=True)
class Warmed:
    """The warm-up begins (of 0 kernels), or goes on."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Told:
    """Something worth a line."""

    text: str


@dataclass(frozen=True, slots=True)
class Shared:
    """Puzzles share a process, though each was to have its own."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The loop has ended, by this."""

    error: BaseException


Happening: TypeAlias = Started | Warmed | Told | Shared | Failure
Event: TypeAlias = Happening | tuple[int, Outcome]


class Pool:
    """Workers, and the jobs that wait for them.

    Args:
        start: how workers are started.
        workers: how many there may be.
        tell: gets every event.
    """

    def __init__(self, start: Start, workers: int, tell: Callable[[Event], None]) -> None:
        self._start = start
        self._workers = workers
        self._tell = tell
        self._waiting: deque[Job] = deque()
        self._busy = 0
        self._told = self._taken = 0
        self._failures = 0
        self._begun = False
        self._said: set[Event] = set()
        self._stopping = False
        self._pool: list[WorkerProcess] = []
        self._selector = selectors.DefaultSelector()
        self._wakes, self._wake = os.pipe()
        os.set_blocking(self._wakes, False)
        self._selector.register(self._wakes, selectors.EVENT_READ, self._woken)

    def put(self, job: Job) -> None:
        """Have a job done."""
        self._waiting.append(job)

    def go_on(self) -> None:
        """What was told has been taken care of: other jobs may begin."""
        self._taken += 1
        os.write(self._wake, b".")

    def stop(self) -> None:
        """End all workers, and the loop."""
        self._stopping = True
        os.write(self._wake, b".")

    def close(self) -> None:
        """Release what is left, once the loop has ended."""
        os.close(self._wake)
        os.close(self._wakes)
        wait_for_removals(LAST_SECONDS)

    def run(self) -> None:
        """Loop until it is stopped."""
        try:
            first = replace(self._start, on_warming=lambda *far: self._tell(Warmed(*far)))
            self._pool.append(WorkerProcess(first, self._selector))
            while not self._stopping:
                self._step()
        except BaseException as error:
            self._tell(Failure(error))
        finally:
            for worker in self._pool:
                worker.close()
            self._selector.close()

    def _step(self) -> None:
        self._hand_out()
        self._wait()
        for worker in list(self._pool):
            self._guarded(worker.check, worker)
            ended = worker.take_outcome()
            if ended is not None:
                self._busy -= 1
                self._end(*ended)
            self._tell_once(Told(LEFT_BEHIND), worker.left)
            self._tell_once(Shared(), worker.shares)
            if worker.state is State.READY and not self._begun:
                self._begun = True
                self._tell(Started())
            if worker.state is State.READY:
                self._failures = 0
            if worker.state is State.ENDED:
                self._pool.remove(worker)

    def _tell_once(self, event: Event, holds: bool) -> None:
        if holds and event not in self._said:
            self._said.add(event)
            self._tell(event)

    def _hand_out(self) -> None:
        if not self._begun or self._taken <= self._told:  # the caller is busy with an outcome
            return
        while len(self._pool) < min(self._workers, len(self._waiting) + self._busy):
            self._add_worker()
        for worker in self._pool:
            if self._waiting and worker.state is State.READY:
                job = self._waiting.popleft()
                job.kernels = sorted(worker.kernels)
                self._busy += 1
                worker.give(job)

    def _add_worker(self) -> None:
        try:
            self._pool.append(WorkerProcess(self._start, self._selector))
        except SolverError as error:
            self._not_started(error)

    def _guarded(self, action: Callable[[], None], worker: WorkerProcess | None) -> None:
        """Do what may find out that a worker cannot be used; before the first one, that is all."""
        try:
            action()
        except SolverError as error:
            if not self._begun or isinstance(error, ChangedError):
                raise
            self._not_started(error)

    def _not_started(self, error: SolverError) -> None:
        """A worker that was to take a dead one's place cannot be used: try again, or give up."""
        self._failures += 1
        if self._failures < STARTS:
            self._tell(Told(f"a worker could not be started again: {error}"))
            return
        text = f"no worker could be started, {self._failures} times: {error}"
        while self._waiting:
            self._end(self._waiting.popleft().number, Outcome("crash", 0.0, 0.0, error=text))

    def _end(self, number: int, outcome: Outcome) -> None:
        self._told += 1
        self._tell((number, outcome))

    def _wait(self) -> None:
        """Wait for something to happen, at most until the next worker wants to be checked."""
        times = [when for worker in self._pool if (when := worker.next_check()) is not None]
        timeout = max(0.0, min(times) - time.monotonic()) if times else None
        for key, _ in self._selector.select(timeout):
            # An earlier callback of this round may have ended the worker of a later one.
            if key.fd in self._selector.get_map():
                self._guarded(key.data, None)

    def _woken(self) -> None:
        os.read(self._wakes, 1 << 16)
