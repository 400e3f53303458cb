"""Hands out puzzles to workers, collects outcomes, replaces the dead.

`pool` is the loop, in a thread of its own: so the clocks run on while the caller stores an outcome.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Self

from arcgrid.codebase import write_bytecode
from arcgrid.engines.engine import Assignment, EngineKind, Orders
from arcgrid.engines.local import sandbox
from arcgrid.engines.local.keep import remove_stale_directories
from arcgrid.engines.local.keeper.confine import Confinement
from arcgrid.engines.local.messages import Job, Setup
from arcgrid.engines.local.pool import (
    SHARED,
    Event,
    Failure,
    Happening,
    Pool,
    Shared,
    Started,
    Told,
    Warmed,
)
from arcgrid.engines.local.process import Start
from arcgrid.isolation import Isolation
from arcgrid.programs import HELP
from arcgrid.result import Outcome
from arcgrid.solver import files_of

_SAY_SECONDS = 10.0
"""How often it is told that the solver is still being started."""

_HELLO_SECONDS = 3.0
"""After how long it is told first of a program, which has nothing to do but to say hello."""

_STARTED = "the solver is still being started"


class LocalEngine:
    """Up to so many processes as there may be workers, that serve one solver."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._isolation = orders.isolation or sandbox.settle(Isolation())
        self._say_again = 0.0
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()

    def __enter__(self) -> Self:
        """Start the first worker, alone, so that what it compiles is there for the others.

        Raises:
            SolverError: the solver cannot be loaded, refuses an option, or does not get ready.
        """
        orders = self._orders
        keep = sandbox.keep_of(orders.source, self._isolation, orders.hidden, orders.memory)
        remove_stale_directories(keep.groups)
        options = dict(orders.options)
        within = keep.confinement
        setup = Setup(
            orders.source,
            options,
            orders.memory,
            fresh=self._isolation.fresh,
            apart=within is not None and within["landlock"],
            shared_memory=within is not None and _has_own_shared_memory(within),
        )
        start = Start(setup, keep, orders.start_seconds)
        self._pool = Pool(start, orders.workers, self._events.put)
        self._thread = threading.Thread(target=self._pool.run, name="arcgrid-workers", daemon=True)
        self._thread.start()
        try:
            if keep.confinement is not None:  # it may not, and has other things to load first
                write_bytecode(files_of(orders.source))
            self._wait_for_start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.stop()
        self._thread.join()
        self._pool.close()
        sandbox.forget_empty_cache(self._orders.source)

    def solve(self, assignments: Iterable[Assignment]) -> Iterator[tuple[str, Outcome]]:
        """Yield the key and the outcome of every assignment, in the order in which they end.

        The next puzzle is handed out only when the caller comes back for more, so an outcome is
        in the store before another puzzle begins.
        """
        given = list(assignments)
        for number, one in enumerate(given):
            self._pool.put(Job.of(number, one.puzzle, one.budget))
        for _ in given:
            self._pool.go_on()
            number, outcome = self._next_outcome()
            yield given[number].key, outcome

    def _next_outcome(self) -> tuple[int, Outcome]:
        while True:
            event = self._events.get()
            if isinstance(event, tuple):
                return event
            self._dispatch(event)

    def _wait_for_start(self) -> None:
        program = self._orders.source.is_program
        what = f"no hello of the program yet ({HELP})" if program else _STARTED
        waited, pause = 0.0, _HELLO_SECONDS if program else _SAY_SECONDS
        while True:
            try:
                event = self._events.get(timeout=pause)
            except queue.Empty:
                waited, pause = waited + pause, _SAY_SECONDS
                limit = self._orders.start_seconds
                self._orders.on_note(f"{what}: {waited:g} of {limit:g} seconds")
                continue
            if isinstance(event, Started):
                return
            assert not isinstance(event, tuple)
            self._dispatch(event)

    def _dispatch(self, event: Happening) -> None:
        """What the pool tells happens here, in the caller's thread."""
        match event:
            case Failure():
                raise event.error
            case Told():
                self._orders.on_note(event.text)
            case Shared():
                self._orders.journal.shared()
                self._orders.on_note(SHARED)
            case Warmed(total=0):
                self._orders.on_warming()
            case Warmed() if event.done in (0, event.total) or time.monotonic() > self._say_again:
                self._say_again = time.monotonic() + _SAY_SECONDS
                text = f"compiling the solver's kernels: {event.done} of {event.total}"
                self._orders.on_note(text)


def _has_own_shared_memory(within: Confinement) -> bool:
    return "mount" in within["namespaces"] or bool(within["wrapper"])  # bubblewrap has one too


ENGINE: EngineKind = EngineKind(
    name="local",
    about="isolated processes on this machine, with limits on time and memory",
    make=LocalEngine,
    isolate=sandbox.settle,
)
