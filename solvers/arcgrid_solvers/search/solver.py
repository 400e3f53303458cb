"""The solver itself: families in turn, within a budget of work, an ever better answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from arcgrid import Answer, Budget, Puzzle
from arcgrid_solvers.search.arbiter import Arbiter
from arcgrid_solvers.search.candidate import Candidate
from arcgrid_solvers.search.colors import normal_namings, plain_naming, rename, restore
from arcgrid_solvers.search.families import cells, states, transforms
from arcgrid_solvers.search.problem import Meter, Problem


@dataclass(frozen=True, slots=True)
class Effort:
    """What one effort allows.

    Attributes:
        units: work, about a million a CPU-second.
        memory: bytes for the states.
    """

    units: int
    memory: int


EFFORTS: Mapping[str, Effort] = {
    "low": Effort(400_000, 128 << 20),
    "medium": Effort(5_000_000, 512 << 20),
    "high": Effort(60_000_000, 2048 << 20),
}
NAMINGS = 1


def solve(puzzle: Puzzle, budget: Budget) -> Iterator[Answer]:
    """Answer with the programs that explain the train pairs best.

    Yields an answer whenever the best `budget.attempts` guesses change; the last is the best.
    """
    problem = Problem.of(puzzle)
    arbiter = Arbiter(len(puzzle.test), budget.attempts)
    yield arbiter.answer()
    meter = Meter(EFFORTS[budget.effort].units)
    for candidate in candidates(problem, meter):
        if arbiter.add(candidate):
            yield arbiter.answer()


def candidates(problem: Problem, meter: Meter) -> Iterator[Candidate]:
    """The candidates of all families, as far as the work allows."""
    yield from transforms.propose(problem, meter)
    yield from cells.propose(problem, Meter(100_000))
    plain = plain_naming(problem)
    namings = [plain, *islice(normal_namings(problem), NAMINGS)]
    if plain is not None:
        namings.append(None)
    for naming in namings:
        renamed = problem if naming is None else rename(problem, naming)
        sure = False
        for candidate in states.propose(renamed, meter):
            sure |= candidate.fits_all and candidate.held_out is not None and all(candidate.held_out)
            yield candidate if naming is None else restore(candidate, naming, problem)
        if sure:
            break
