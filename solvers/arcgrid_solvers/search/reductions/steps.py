"""What is left when the family of layers has taken a first step, which is nowhere wrong."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from arcgrid_solvers.search.families.layers.steps import steps_of
from arcgrid_solvers.search.families.states.family import reductions
from arcgrid_solvers.search.family import Reduction, after
from arcgrid_solvers.search.problem import Problem


def reduce(problem: Problem, effort: str) -> Iterator[Reduction]:
    """The rest of the problem after each step, the shortest first."""
    for named in islice(reductions(problem, effort), 1):
        for step in steps_of(named.problem):
            rest = after(named.problem, step.rule, step.made, step.bits)
            if not rest.problem.equals(named.problem):
                yield named.then(rest)
