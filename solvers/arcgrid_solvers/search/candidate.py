"""A candidate: a program that some family proposes, with what is known of how good it is.

Families propose candidates; `arbiter` ranks them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from arcgrid import Grid
from arcgrid_solvers.search.problem import Meter, Problem


class Program(Protocol):
    """A way to make an output from an input that can be run on any grid, and put in words."""

    def run(self, grid: Grid) -> Grid | None:
        """The output for an input, or None where the program makes no sense."""
        ...

    def explain(self) -> str:
        """The program in words, one line."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A program with its evidence.

    Attributes:
        family: the name of the family that proposes it.
        program: what it does.
        bits: its description length: the program's own bits and those of the family's prior.
        answers: what it makes of each test input; None where it fails.
        fits: for each train pair whether the program reproduces its output.
        held_out: for each train pair whether the program that the family finds in the same way
            without this pair reproduces it; None where that was not tried.
    """

    family: str
    program: Program
    bits: float
    answers: tuple[Grid | None, ...]
    fits: tuple[bool, ...]
    held_out: tuple[bool, ...] | None = None

    @property
    def fits_all(self) -> bool:
        """True when it reproduces every train pair."""
        return all(self.fits)


class Family(Protocol):
    """Proposes candidates for a problem, promising ones first, until it is done or out of work."""

    def __call__(self, problem: Problem, meter: Meter, /) -> Iterator[Candidate]:
        """Propose candidates; count the work on the meter, and stop when it is exhausted."""
        ...
