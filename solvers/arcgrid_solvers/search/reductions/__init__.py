"""Problems that stand for another one, whichever family solves them: one way a module.

Each module has a function `reduce`, which makes reductions of a problem. All families are asked
about these at low effort, after the problem itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from arcgrid_solvers.search.family import Reduction
from arcgrid_solvers.search.problem import Problem

REDUCTIONS = ("panels", "objects", "steps")
"""Where they are made, in the order in which they are tried."""


def reductions(problem: Problem, effort: str) -> Iterator[Reduction]:
    """All problems that stand for one, each once, those that are most promising first."""
    seen = [problem]
    for home in REDUCTIONS:
        for reduction in import_module(f"{__name__}.{home}").reduce(problem, effort):
            if not any(reduction.problem.equals(other) for other in seen):
                seen.append(reduction.problem)
                yield reduction
