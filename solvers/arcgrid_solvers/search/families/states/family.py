"""The core family: programs that stack pieces, each made of the input by a few operations.

States of all grids are searched in lockstep; those that are nowhere wrong on the canvas of the
output are pieces, and a stack of pieces that leaves nothing out is a candidate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from arcgrid_solvers.search.candidate import Candidate
from arcgrid_solvers.search.colors import named, normal_namings, plain_naming
from arcgrid_solvers.search.families.states.search import Growth, release, search_of
from arcgrid_solvers.search.families.states.stacking import NAME, Stacking
from arcgrid_solvers.search.family import Family, Reduction, copied, unchanged
from arcgrid_solvers.search.problem import Meter, Problem

MIB = 1 << 20
GROWTH: Mapping[str, Growth] = {
    "low": Growth(depth=20, memory=128 * MIB, sizes=1),
    "medium": Growth(depth=30, memory=512 * MIB, sizes=2),
    "high": Growth(depth=30, memory=2048 * MIB, sizes=3),
}
NAMINGS: Mapping[str, int] = {"low": 1, "medium": 3, "high": 5}
"""Color normal forms that are tried."""

COPIES: Mapping[str, tuple[int, ...]] = {"low": (), "medium": (4, 7), "high": (4, 7, 1, 2)}
"""Moved copies of the train pairs that are added, one motion at a time."""


def propose(problem: Problem, meter: Meter) -> Iterator[Candidate]:
    """Stacks of pieces for the output, with the fewest operations first."""
    yield from stacks(problem, meter, GROWTH[meter.effort])


def stacks(problem: Problem, meter: Meter, growth: Growth) -> Iterator[Candidate]:
    """The same, however far states are to be grown."""
    if not problem.inputs:
        return
    search = search_of(problem, meter, growth)
    for size in search.grow():
        yield from Stacking(search, size).candidates()


def reductions(problem: Problem, effort: str) -> Iterator[Reduction]:
    """The problem with a black background, under other names of the colors, with moved copies."""
    plain = plain_naming(problem)
    yield named(problem, plain)
    for naming in islice(normal_namings(problem), NAMINGS[effort]):
        yield named(problem, naming)
    if plain is not None:
        yield unchanged(problem)
    for motion in COPIES[effort]:
        copies = copied(problem, motion)
        yield copies.then(named(copies.problem, plain_naming(copies.problem)))


FAMILY = Family(NAME, propose, weight=-2.1, reductions=reductions, release=release)
