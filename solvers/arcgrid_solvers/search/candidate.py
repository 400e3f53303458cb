"""A candidate: a program that some family proposes, with what is known of how good it is.

Families propose candidates; `arbiter` ranks them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeAlias, runtime_checkable

from arcgrid import Grid

Step: TypeAlias = tuple[str, Grid]
"""A grid on the way to an output, with what made it in words."""


class Program(Protocol):
    """A way to make an output from an input that can be run on any grid, and put in words."""

    def run(self, grid: Grid) -> Grid | None:
        """The output for an input, or None where the program makes no sense."""
        ...

    def explain(self) -> str:
        """The program in words, one line."""
        ...


@runtime_checkable
class Stepwise(Protocol):
    """A program that can show what it makes on its way."""

    def walk(self, grid: Grid) -> list[Step]:
        """What it makes of an input, step by step; empty where there is nothing to show."""
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
        renamed: whether it was found under other names of the colors.
        share: how much of what the family finds for the problem, by weight, has these answers;
            None where it finds one program at a time.
        reduced: whether it was found for another problem that stands for this one.
    """

    family: str
    program: Program
    bits: float
    answers: tuple[Grid | None, ...]
    fits: tuple[bool, ...]
    held_out: tuple[bool, ...] | None = None
    renamed: bool = False
    share: float | None = None
    reduced: bool = False

    @property
    def fits_all(self) -> bool:
        """True when it reproduces every train pair."""
        return all(self.fits)


class Evidence(NamedTuple):
    """What is known of how good a candidate is, its family aside, in numbers.

    Attributes:
        renamed: 1 if it was found under other names of the colors, else 0.
        bits: its description length.
        fits_all: 1 if it reproduces every train pair, else 0.
        fits: the share of the train pairs that it reproduces.
        held_out: the share that is reproduced by what is found without them.
        share: of what the family finds, the part that agrees; 0 where that is not known.
        reduced: 1 if it was found for another problem that stands for this one, else 0.
    """

    renamed: float
    bits: float
    fits_all: float
    fits: float
    held_out: float
    share: float
    reduced: float


NOT_TRIED = 0.5
"""What leaving pairs out counts as where it was not tried."""


UNWEIGHTED = Evidence(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)


def evidence_of(candidate: Candidate, weights: Evidence = UNWEIGHTED) -> Evidence:
    """What speaks for a candidate, each piece times its weight."""
    held_out = NOT_TRIED
    if candidate.held_out is not None:
        held_out = sum(candidate.held_out) / len(candidate.held_out)
    return Evidence(
        renamed=weights.renamed * candidate.renamed,
        bits=weights.bits * candidate.bits,
        fits_all=weights.fits_all * candidate.fits_all,
        fits=weights.fits * sum(candidate.fits) / len(candidate.fits),
        held_out=weights.held_out * held_out,
        share=weights.share * (candidate.share or 0.0),
        reduced=weights.reduced * candidate.reduced,
    )
