"""Isolated workers on this machine: hands out puzzles, collects outcomes, replaces the dead.

One loop over a selector; limits and killing are in `supervise`.
"""

from __future__ import annotations

import selectors
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping

from arcgrid.engines import Assignment
from arcgrid.messages import Job, Setup
from arcgrid.result import Outcome
from arcgrid.solver import SolverSource
from arcgrid.supervise import State, WorkerProcess


class LocalEngine:
    """Up to `workers` processes that serve one solver.

    Args:
        source: the solver.
        options: its options, as given.
        memory: bytes that the solver may add once it is ready.
        workers: how many processes.
        on_warming: called when the first worker begins to warm up.
    """

    def __init__(
        self,
        source: SolverSource,
        options: Mapping[str, object],
        *,
        memory: int,
        workers: int,
        on_warming: Callable[[], None] = lambda: None,
    ) -> None:
        self._setup = Setup(source, dict(options), memory)
        self._workers = workers
        self._on_warming = on_warming

    def solve(self, assignments: Iterable[Assignment]) -> Iterator[tuple[str, Outcome]]:
        """Yield the key and the outcome of every assignment, in the order in which they end.

        The next puzzle is handed out only when the caller comes back for more, so an outcome is
        in the store before another puzzle begins.

        Raises:
            SolverError: the solver cannot be loaded, refuses an option, or does not get ready.
        """
        waiting = deque(enumerate(assignments))
        keys: dict[int, str] = {}
        pool: list[WorkerProcess] = []
        with selectors.DefaultSelector() as selector:
            try:
                while waiting or keys:
                    self._fill(pool, len(waiting) + len(keys), selector)
                    self._hand_out(pool, waiting, keys)
                    _wait(pool, selector)
                    for worker in list(pool):
                        worker.check()
                        ended = worker.take_outcome()
                        if worker.outgrown:
                            worker.close()
                        if worker.state is State.ENDED:
                            pool.remove(worker)
                        if ended is not None:
                            number, outcome = ended
                            yield keys.pop(number), outcome
            finally:
                for worker in pool:
                    worker.close()

    def _fill(
        self, pool: list[WorkerProcess], wanted: int, selector: selectors.BaseSelector
    ) -> None:
        """Start workers that are missing: the first alone, so that it compiles for the others."""
        first = not pool
        alone = any(worker.state is State.STARTING for worker in pool) and not any(
            worker.state in (State.READY, State.BUSY) for worker in pool
        )
        while len(pool) < min(self._workers, wanted) and not alone:
            pool.append(WorkerProcess(self._setup, selector, self._warming if first else _quiet))
            if first:
                return

    def _warming(self) -> None:
        self._on_warming()
        self._on_warming = _quiet

    def _hand_out(
        self,
        pool: list[WorkerProcess],
        waiting: deque[tuple[int, Assignment]],
        keys: dict[int, str],
    ) -> None:
        for worker in pool:
            if waiting and worker.state is State.READY:
                number, assignment = waiting.popleft()
                keys[number] = assignment.key
                worker.give(Job.of(number, assignment.puzzle, assignment.budget))


def _quiet() -> None:
    """Say nothing: only the first worker's warm-up is news."""


def _wait(pool: list[WorkerProcess], selector: selectors.BaseSelector) -> None:
    """Wait for something to happen, at most until the next worker wants to be checked."""
    times = [when for worker in pool if (when := worker.next_check()) is not None]
    timeout = max(0.0, min(times) - time.monotonic()) if times else None
    for key, _ in selector.select(timeout):
        # An earlier callback of this round may have ended the worker of a later one.
        if key.fd in selector.get_map():
            key.data()
