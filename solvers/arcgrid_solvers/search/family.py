"""What a family of candidates is, and a reduction, for all who ask them without knowing them.

The families themselves are in `families`, one a package.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from arcgrid import Grid, ops
from arcgrid_solvers.search.candidate import Candidate, Program
from arcgrid_solvers.search.problem import Meter, Problem

Propose: TypeAlias = Callable[[Problem, Meter], Iterator[Candidate]]
"""Proposes candidates for a problem, promising ones first.

It counts its work on the meter, and stops when that is exhausted."""


@dataclass(frozen=True, slots=True, eq=False)
class Reduction:
    """A problem to solve in place of another one.

    Attributes:
        problem: what is solved.
        back: makes a candidate for the other problem of one for this.
    """

    problem: Problem
    back: Callable[[Candidate], Candidate]

    def then(self, second: Reduction) -> Reduction:
        """Both in one, where the second is a reduction of this one's problem."""
        return Reduction(second.problem, lambda candidate: self.back(second.back(candidate)))


def unchanged(problem: Problem) -> Reduction:
    """The problem as it is."""
    return Reduction(problem, lambda candidate: candidate)


def copied(problem: Problem, motion: int) -> Reduction:
    """The problem with a moved copy of each train pair after the pairs themselves.

    The motion is one of `ops.transform`: 4 transposes, 1 mirrors. What still explains all pairs
    does not depend on where up and left are.
    """
    pairs = len(problem.inputs)

    def back(candidate: Candidate) -> Candidate:
        held_out = None if candidate.held_out is None else candidate.held_out[:pairs]
        return replace(candidate, fits=candidate.fits[:pairs], held_out=held_out)

    return Reduction(
        Problem(
            problem.inputs + tuple(ops.transform(grid, motion) for grid in problem.inputs),
            problem.outputs + tuple(ops.transform(grid, motion) for grid in problem.outputs),
            problem.tests,
        ),
        back,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Then:
    """One program after another, as one."""

    first: Program
    second: Program

    def run(self, grid: Grid) -> Grid | None:
        """What the second makes of what the first makes of an input."""
        made = self.first.run(grid)
        return None if made is None else self.second.run(made)

    def explain(self) -> str:
        """Both in words."""
        return f"first {self.first.explain()}; then {self.second.explain()}"


def after(problem: Problem, first: Program, made: Sequence[Grid], bits: float) -> Reduction:
    """What is left of a problem once a program, of so many bits, has made these grids.

    They are of the train inputs, then of the tests.
    """

    def back(candidate: Candidate) -> Candidate:
        program = Then(first, candidate.program)
        return replace(candidate, program=program, bits=bits + candidate.bits, reduced=True)

    pairs = len(problem.inputs)
    rest = Problem(
        tuple(made[:pairs]), problem.outputs, tuple(made[pairs:]), level=problem.level + 1
    )
    return Reduction(rest, back)


def alone(problem: Problem, effort: str) -> Iterator[Reduction]:
    """The problem as it is, and nothing else."""
    yield unchanged(problem)


def nothing() -> None:
    """Keeps nothing, so there is nothing to forget."""


@dataclass(frozen=True, slots=True)
class Family:
    """One way of looking for programs, which knows nothing of the others.

    Attributes:
        name: that of its package; explanations begin with it.
        propose: gives its candidates.
        weight: of the arbiter's model: how much one of its candidates is worth by itself.
        units: the most work that it may do on a problem and its reductions each, by effort; None
            where that is all that is left.
        reductions: what it is asked about a problem, in turn.
        release: has it forget the puzzle when that is done.
    """

    name: str
    propose: Propose
    weight: float
    units: Mapping[str, int] | None = None
    reductions: Callable[[Problem, str], Iterator[Reduction]] = alone
    release: Callable[[], None] = nothing
