"""Hands out puzzles to workers, collects outcomes, replaces the dead.

One loop over a selector; limits and killing are in `process`.
"""

from __future__ import annotations

import selectors
import time
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Self

from arcgrid.engines.engine import Assignment, EngineKind, Orders
from arcgrid.engines.local.messages import Job, Setup
from arcgrid.engines.local.process import State, WorkerProcess
from arcgrid.result import Outcome


class LocalEngine:
    """Up to so many processes as there may be workers, that serve one solver."""

    def __init__(self, orders: Orders) -> None:
        self._setup = Setup(orders.source, dict(orders.options), orders.memory)
        self._workers = orders.workers
        self._on_warming = orders.on_warming
        self._selector = selectors.DefaultSelector()
        self._pool: list[WorkerProcess] = []

    def __enter__(self) -> Self:
        """Start the first worker, alone, so that what it compiles is there for the others.

        Raises:
            SolverError: the solver cannot be loaded, refuses an option, or does not get ready.
        """
        try:
            worker = WorkerProcess(self._setup, self._selector, self._on_warming)
            self._pool.append(worker)
            while worker.state is State.STARTING:
                self._wait()
                worker.check()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._pool:
            worker.close()
        self._pool.clear()
        self._selector.close()

    def solve(self, assignments: Iterable[Assignment]) -> Iterator[tuple[str, Outcome]]:
        """Yield the key and the outcome of every assignment, in the order in which they end.

        The next puzzle is handed out only when the caller comes back for more, so an outcome is
        in the store before another puzzle begins.

        Raises:
            SolverError: a worker that takes a dead one's place does not get ready.
        """
        waiting = deque(enumerate(assignments))
        keys: dict[int, str] = {}
        while waiting or keys:
            while len(self._pool) < min(self._workers, len(waiting) + len(keys)):
                self._pool.append(WorkerProcess(self._setup, self._selector))
            self._hand_out(waiting, keys)
            self._wait()
            for worker in list(self._pool):
                worker.check()
                ended = worker.take_outcome()
                if worker.worn:
                    worker.close()
                if worker.state is State.ENDED:
                    self._pool.remove(worker)
                if ended is not None:
                    number, outcome = ended
                    yield keys.pop(number), outcome

    def _hand_out(self, waiting: deque[tuple[int, Assignment]], keys: dict[int, str]) -> None:
        for worker in self._pool:
            if waiting and worker.state is State.READY:
                number, assignment = waiting.popleft()
                keys[number] = assignment.key
                worker.give(Job.of(number, assignment.puzzle, assignment.budget))

    def _wait(self) -> None:
        """Wait for something to happen, at most until the next worker wants to be checked."""
        times = [when for worker in self._pool if (when := worker.next_check()) is not None]
        timeout = max(0.0, min(times) - time.monotonic()) if times else None
        for key, _ in self._selector.select(timeout):
            # An earlier callback of this round may have ended the worker of a later one.
            if key.fd in self._selector.get_map():
                key.data()


ENGINE: EngineKind = EngineKind(
    name="local",
    about="isolated processes on this machine, with limits on time and memory",
    make=LocalEngine,
)
