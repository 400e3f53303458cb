"""The transforms of the solver of that name, as a family: chains whose arguments are inferred."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from arcgrid import Grid
from arcgrid_solvers.search.candidate import Candidate, Step
from arcgrid_solvers.search.family import Family
from arcgrid_solvers.search.problem import Meter, Problem
from arcgrid_solvers.transforms.analysis import Analysis
from arcgrid_solvers.transforms.search import explanations
from arcgrid_solvers.transforms.transform import Example, Transform

NAME = "transforms"

BITS_PER_COST = 4.0
"""A transform of cost 1 is about as far-fetched as one that takes so many bits to say."""

UNITS, UNITS_PER_CELL = 40_000, 75
"""What asking all families costs, about, and what each cell of the examples adds."""


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """One transform, maybe composed of several, as a program."""

    transform: Transform

    def run(self, grid: Grid) -> Grid | None:
        """The output for an input."""
        return self.transform.apply(Analysis(grid))

    def explain(self) -> str:
        """The transform in words."""
        return self.transform.name

    def walk(self, grid: Grid) -> list[Step]:
        """What each part of a composed transform makes of an input."""
        made: list[Step] = []
        for part in self.transform.parts:
            after = part.apply(Analysis(made[-1][1] if made else grid))
            if after is None:
                break
            made.append((part.name, after))
        return made


def propose(problem: Problem, meter: Meter) -> Iterator[Candidate]:
    """Every transform that makes each train output from its input."""
    cells = sum(grid.size for grid in problem.inputs + problem.outputs)
    units = UNITS + UNITS_PER_CELL * cells
    if not problem.inputs or units > 2 * meter.left:
        return
    meter.spend(units, NAME)
    examples = [
        Example(Analysis(before), after)
        for before, after in zip(problem.inputs, problem.outputs, strict=True)
    ]
    fits = (True,) * len(examples)
    tests = [Analysis(grid) for grid in problem.tests]
    for transform in explanations(examples):
        answers = tuple(transform.apply(test) for test in tests)
        bits = BITS_PER_COST * transform.cost
        yield Candidate(NAME, Chain(transform), bits, answers, fits)


FAMILY = Family(NAME, propose, weight=-0.6)
