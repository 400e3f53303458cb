"""The solver itself: families in turn, within a budget of work, an ever better answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

import numpy as np

from arcgrid import Answer, Budget, Pair, Puzzle
from arcgrid.kernels.warm import load_all
from arcgrid_solvers.search.arbiter import Arbiter
from arcgrid_solvers.search.candidate import Candidate
from arcgrid_solvers.search.colors import Naming, normal_namings, plain_naming, rename, restore
from arcgrid_solvers.search.families import cells, states, transforms
from arcgrid_solvers.search.families.states import Growth
from arcgrid_solvers.search.problem import Meter, Problem


@dataclass(frozen=True, slots=True)
class Effort:
    """What one effort allows.

    Attributes:
        units: work in all, about a million a CPU-second.
        cells: work for per-cell rules.
        growth: how far states are grown.
        namings: color normal forms that are tried.
        persistent: whether to go on when families agree.
    """

    units: int
    cells: int
    growth: Growth
    namings: int
    persistent: bool


EFFORTS: Mapping[str, Effort] = {
    "low": Effort(400_000, 100_000, Growth(20, 128 << 20, 1), 1, False),
    "medium": Effort(5_000_000, 500_000, Growth(30, 512 << 20, 2), 3, True),
    "high": Effort(60_000_000, 2_000_000, Growth(40, 2048 << 20, 3), 5, True),
}


def solve(puzzle: Puzzle, budget: Budget) -> Iterator[Answer]:
    """Answer with the programs that explain the train pairs best.

    Yields an answer whenever the best `budget.attempts` guesses change; the last is the best.
    """
    problem, effort = Problem.of(puzzle), EFFORTS[budget.effort]
    arbiter = Arbiter(len(puzzle.test), budget.attempts)
    yield arbiter.answer()
    meter = Meter(effort.units)
    for search in searches(problem, meter, effort):
        for candidate in search:
            if arbiter.add(candidate):
                yield arbiter.answer()
        if arbiter.agreed and not effort.persistent:
            return


def warmup() -> None:
    """Load the kernels, or compile them, and everything else that is loaded when first used."""
    load_all("arcgrid_solvers.search")
    small = np.array([[0, 1, 0], [0, 2, 2], [0, 0, 0]], np.uint8)
    pairs = (Pair(small, np.fliplr(small)), Pair(small.T, np.fliplr(small.T)))
    list(solve(Puzzle(pairs, (small,)), Budget()))


def searches(problem: Problem, meter: Meter, effort: Effort) -> Iterator[Iterator[Candidate]]:
    """What there is to try, in turn: each gives the candidates of one family."""
    if not problem.inputs:
        return
    yield transforms.propose(problem, meter)
    yield cells.propose(problem, meter.part(effort.cells))
    plain = plain_naming(problem)
    yield named(problem, plain, meter, effort)
    for naming in islice(normal_namings(problem), effort.namings):
        yield named(problem, naming, meter, effort)
    if plain is not None:
        yield named(problem, None, meter, effort)


def named(
    problem: Problem, naming: Naming | None, meter: Meter, effort: Effort
) -> Iterator[Candidate]:
    """The candidates of the state search under a naming of the colors."""
    if meter.exhausted:
        return
    if naming is None:
        yield from states.propose(problem, meter, effort.growth)
        return
    for candidate in states.propose(rename(problem, naming), meter, effort.growth):
        yield restore(candidate, naming, problem)
