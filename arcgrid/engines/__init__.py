"""Ways to run a solver over puzzles: `local` (isolated processes) and `inline` (none).

An engine yields an outcome for every puzzle; it knows of no task, store or score.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, Self

from arcgrid.result import Budget, Outcome
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
