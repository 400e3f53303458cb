"""The solver itself: families in turn, within a budget of work, an ever better answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from arcgrid import Answer, Budget, Pair, Puzzle
from arcgrid.kernels.warm import load_all
from arcgrid_solvers.search.arbiter import Arbiter
from arcgrid_solvers.search.candidate import Candidate
from arcgrid_solvers.search.colors import Naming, normal_namings, plain_naming, rename, restore
from arcgrid_solvers.search.engine.arena import arena_of
from arcgrid_solvers.search.families import cells, objects, states, transforms
from arcgrid_solvers.search.families.states import Growth
from arcgrid_solvers.search.problem import Meter, Problem


@dataclass(frozen=True, slots=True)
class Effort:
    """What one effort allows.

    Attributes:
        units: work in all, about a million a CPU-second.
        cells: work for per-cell rules.
        objects: work for rules about objects.
        growth: how far states are grown.
        namings: color normal forms that are tried.
        copies: moved copies of the train pairs that are added, one motion at a time.
        persistent: whether to go on when families agree.
    """

    units: int
    cells: int
    objects: int
    growth: Growth
    namings: int
    copies: tuple[int, ...]
    persistent: bool


MIB = 1 << 20
EFFORTS: Mapping[str, Effort] = {
    "low": Effort(
        units=420_000,
        cells=100_000,
        objects=60_000,
        growth=Growth(depth=20, memory=128 * MIB, sizes=1),
        namings=1,
        copies=(),
        persistent=False,
    ),
    "medium": Effort(
        units=2_000_000,
        cells=500_000,
        objects=300_000,
        growth=Growth(depth=30, memory=512 * MIB, sizes=2),
        namings=3,
        copies=(4, 7),
        persistent=True,
    ),
    "high": Effort(
        units=50_000_000,
        cells=2_000_000,
        objects=2_000_000,
        growth=Growth(depth=30, memory=2048 * MIB, sizes=3),
        namings=5,
        copies=(4, 7, 1, 2),
        persistent=True,
    ),
}


KEPT_MEMORY = 128 << 20
"""Arenas up to this size are kept for the next puzzle."""


def solve(puzzle: Puzzle, budget: Budget) -> Iterator[Answer]:
    """Answer with the programs that explain the train pairs best.

    Yields an answer whenever the best `budget.attempts` guesses change; the last is the best.
    """
    problem, effort = Problem.of(puzzle), EFFORTS[budget.effort]
    arbiter = Arbiter(len(puzzle.test), budget.attempts)
    last = arbiter.answer()
    yield last
    meter = Meter(effort.units)
    for search in searches(problem, meter, effort):
        for candidate in search:
            if arbiter.add(candidate):
                last = arbiter.answer()
                yield last
        if arbiter.agreed and not effort.persistent:
            break
    if meter.exhausted:
        meter.note("the work allowed is done")
    if effort.growth.memory > KEPT_MEMORY:
        arena_of.cache_clear()
    final = arbiter.answer(meter.notes)
    if _said(final) != _said(last):  # confidences grow, and notes come, with the guesses unchanged
        yield final


def _said(answer: Answer) -> list[tuple[float | None, str | None]]:
    return [(guess.confidence, guess.explanation) for test in answer.guesses for guess in test]


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
    plain = plain_naming(problem)
    yield cells.propose(problem, meter.part(effort.cells))
    yield objects.propose(problem, meter.part(effort.objects))
    yield transforms.propose(problem, meter)
    yield named(problem, plain, meter, effort)
    for naming in islice(normal_namings(problem), effort.namings):
        yield named(problem, naming, meter, effort)
    if plain is not None:
        yield named(problem, None, meter, effort)
    for motion in effort.copies:
        yield with_copies(problem, motion, meter, effort)


def with_copies(problem: Problem, motion: int, meter: Meter, effort: Effort) -> Iterator[Candidate]:
    """The candidates of the state search that explain moved copies of the pairs as well."""
    trains = len(problem.inputs)
    copied = problem.with_copies(motion)
    for candidate in named(copied, plain_naming(problem), meter, effort):
        held_out = None if candidate.held_out is None else candidate.held_out[:trains]
        yield replace(candidate, fits=candidate.fits[:trains], held_out=held_out)


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
