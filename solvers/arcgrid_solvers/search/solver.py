"""The solver itself: families in turn, within a budget of work, an ever better answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Annotated

import numpy as np
from msgspec import Meta

from arcgrid import Answer, Budget, Pair, Puzzle
from arcgrid.kernels import load_all
from arcgrid_solvers.search.arbiter import Arbiter
from arcgrid_solvers.search.candidate import Candidate
from arcgrid_solvers.search.families import FAMILIES, chosen
from arcgrid_solvers.search.family import Family, Reduction
from arcgrid_solvers.search.problem import Meter, Problem
from arcgrid_solvers.search.reductions import reductions


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one effort allows; what it means to a family is the family's own affair.

    Attributes:
        units: work on the problem itself, about two millions a CPU-second.
        reduced: work on the problems that stand for it, in all.
        each: work on one of these.
        persistent: whether to go on when families agree.
    """

    units: int
    reduced: int
    each: int
    persistent: bool

    @property
    def whole(self) -> int:
        """All work."""
        return self.units + self.reduced


ALLOWANCES: Mapping[str, Allowance] = {
    "low": Allowance(900_000, 500_000, 400_000, persistent=False),
    "medium": Allowance(5_000_000, 10_000_000, 1_500_000, persistent=True),
    "high": Allowance(30_000_000, 40_000_000, 5_000_000, persistent=True),
}


_ANY = "|".join(FAMILIES)
Names = Annotated[str, Meta(pattern=f"^({_ANY})(,({_ANY}))*$")]
"""Names of families with commas between them; the harness refuses others before anything is run."""


def solve(
    puzzle: Puzzle, budget: Budget, *, families: Names = "", without: Names = ""
) -> Iterator[Answer]:
    """Answer with the programs that explain the train pairs best.

    Yields an answer whenever the best `budget.attempts` guesses change; the last is the best.

    Args:
        puzzle: what is asked.
        budget: its effort says how much work is done, its attempts how many guesses are given.
        families: those that are asked; empty for all.
        without: those that are not.

    Raises:
        ArgumentError: there is no such family, or none is left.
    """
    asked = chosen(families, without)
    problem, allowance = Problem.of(puzzle), ALLOWANCES[budget.effort]
    arbiter = Arbiter(len(puzzle.test), budget.attempts)
    last = arbiter.answer()
    yield last
    meter = Meter(allowance.whole, budget.effort)
    try:
        for search in searches(problem, meter, asked):
            for candidate in search:
                if arbiter.add(candidate):
                    last = arbiter.answer()
                    yield last
            if arbiter.agreed and not allowance.persistent:
                break
    finally:
        for family in asked:
            family.release()
    if meter.exhausted:
        meter.note("the work allowed is done")
    final = arbiter.answer(meter.notes, puzzle.test)
    if _said(final) != _said(last):  # confidences grow, notes and steps come, guesses unchanged
        yield final


def _said(answer: Answer) -> list[tuple[float | None, str | None, int]]:
    return [
        (guess.confidence, guess.explanation, len(guess.steps))
        for test in answer.guesses
        for guess in test
    ]


def warmup() -> None:
    """Load the kernels, or compile them, and everything else that is loaded when first used."""
    load_all("arcgrid_solvers.search")
    small = np.array([[0, 1, 0], [0, 2, 2], [0, 0, 0]], np.uint8)
    pairs = (Pair(small, np.fliplr(small)), Pair(small.T, np.fliplr(small.T)))
    list(solve(Puzzle(pairs, (small,)), Budget()))


def searches(
    problem: Problem, meter: Meter, families: Iterable[Family] = FAMILIES.values()
) -> Iterator[Iterator[Candidate]]:
    """What there is to try, in turn: each gives the candidates of a family for one reduction.

    First each family is asked about its first reduction, then about its second, and so on: families
    that are asked about the same one after the other may share what they find. Then all are asked,
    in the same way but at low effort, about each problem that stands for this one.
    """
    if not problem.inputs:
        return
    allowance, asked = ALLOWANCES[meter.effort], tuple(families)
    first = meter.part(allowance.units)
    for family, reduction in _rounds(problem, meter.effort, asked):
        yield _ask(family, reduction, first)
    whole = meter.part(allowance.reduced)
    for outer in reductions(problem, meter.effort):
        if whole.exhausted:
            return
        part = whole.part(allowance.each, "low")
        for family, inner in _rounds(outer.problem, "low", asked):
            yield _ask(family, outer.then(inner), part)


def _rounds(
    problem: Problem, effort: str, families: Sequence[Family]
) -> Iterator[tuple[Family, Reduction]]:
    """Whom to ask about what, in turn."""
    rounds = (family.reductions(problem, effort) for family in families)
    for asked in zip_longest(*rounds):
        for family, reduction in zip(families, asked, strict=True):
            if reduction is not None:
                yield family, reduction


def _ask(family: Family, reduction: Reduction, meter: Meter) -> Iterator[Candidate]:
    """The candidates of a family for a reduction, as candidates for the problem itself."""
    if meter.exhausted:
        return
    units = meter.left if family.units is None else family.units[meter.effort]
    for candidate in family.propose(reduction.problem, meter.part(units)):
        yield reduction.back(candidate)
