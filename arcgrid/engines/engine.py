"""What an engine is: it yields an outcome for every puzzle that it is given.

Each ends in one `EngineKind`; `registry` knows them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, Self

from arcgrid.result import Budget, Outcome
from arcgrid.solver import SolverSource
from arcgrid.task import Puzzle


@dataclass(frozen=True, slots=True)
class Assignment:
    """A puzzle to be solved within a budget; `key` comes back with its outcome."""

    key: str
    puzzle: Puzzle
    budget: Budget


class Engine(Protocol):
    """Runs one solver over assignments, within its context."""

    def __enter__(self) -> Self:
        """Get ready; raises SolverError when the solver cannot be used."""
        ...

    def __exit__(self, *_: object) -> None:
        """Release everything."""
        ...

    def solve(self, assignments: Iterable[Assignment]) -> Iterator[tuple[str, Outcome]]:
        """Yield the key and the outcome of every assignment, in the order in which they end."""
        ...


@dataclass(frozen=True, slots=True)
class Orders:
    """What an engine is told when it is made.

    Attributes:
        source: the solver.
        options: its options, as given.
        memory: bytes that the solver may add once it is ready.
        workers: how many puzzles may be worked on at once.
        on_warming: called when the solver's warm-up begins.
    """

    source: SolverSource
    options: Mapping[str, object]
    memory: int
    workers: int = 1
    on_warming: Callable[[], None] = field(default=lambda: None)


@dataclass(frozen=True, slots=True)
class EngineKind:
    """A way to run solvers.

    Attributes:
        name: as in `--engine`, and in a run's plan.
        about: what it is, one line for people.
        make: makes an engine that follows orders.
        limits: whether time and memory are limited, and the solver is isolated from the harness.
        parallel: whether it can work on several puzzles at once.
    """

    name: str
    about: str
    make: Callable[[Orders], Engine]
    limits: bool = True
    parallel: bool = True
