"""A conformance suite for solvers: odd puzzles in real workers, and what is wrong in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from arcgrid.engines.engine import START_SECONDS, Assignment, Orders
from arcgrid.engines.local.engine import LocalEngine
from arcgrid.engines.local.pool import LEFT_BEHIND
from arcgrid.isolation import Isolation
from arcgrid.result import Budget, Outcome
from arcgrid.solver import SolverSource
from arcgrid.task import Pair, Puzzle


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a solver was checked for.

    Attributes:
        what: in words.
        problems: what is wrong; none where it is right.
        notes: what is allowed, and still worth knowing.
    """

    what: str
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def check_solver(
    source: SolverSource,
    options: Mapping[str, object],
    budget: Budget,
    isolation: Isolation,
    on_note: Callable[[str], None],
    start_seconds: float = START_SECONDS,
) -> Iterator[Check]:
    """Check a solver; yields each finding as it comes.

    Args:
        source, options: the solver.
        budget: of each puzzle.
        isolation: what the solver is kept from, as it was settled.
        on_note: called with a line that is worth telling and no finding.
        start_seconds: wall-clock seconds for the solver to be imported and to warm up.

    Raises:
        SolverError: it cannot be used at all.
    """
    left: list[str] = []

    def hear(text: str) -> None:
        (left.append if text == LEFT_BEHIND else on_note)(text)

    orders = Orders(
        source,
        options,
        budget.memory,
        on_note=hear,
        isolation=isolation,
        start_seconds=start_seconds,
    )
    with LocalEngine(orders) as engine:
        yield Check("it can be loaded, and gets ready")
        first: dict[str, Outcome] = {}
        for name, puzzle in odd_puzzles():
            ((_, first[name]),) = engine.solve([Assignment(name, puzzle, budget)])
            yield _check_outcome(name, first[name], budget)
        names = dict(odd_puzzles())
        again = dict(engine.solve(Assignment(name, names[name], budget) for name in names))
        yield _check_same(first, again)
        yield Check("no process is there when a puzzle is done", tuple(left))


def odd_puzzles() -> Iterator[tuple[str, Puzzle]]:
    """Puzzles at the edges of what there is, each with its name."""
    random = np.random.default_rng(0)

    def grid(height: int, width: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        return random.integers(0, 10, (height, width), dtype=np.uint8)

    def pairs(count: int, height: int, width: int) -> tuple[Pair, ...]:
        grids = [grid(height, width) for _ in range(count)]
        return tuple(Pair(one, one[:, ::-1]) for one in grids)

    yield "grids of 1x1", Puzzle(pairs(3, 1, 1), (grid(1, 1),))
    yield "grids of 30x30", Puzzle(pairs(3, 30, 30), (grid(30, 30),))
    yield "a single row, a single column", Puzzle(pairs(2, 1, 30), (grid(30, 1),))
    yield "one pair", Puzzle(pairs(1, 5, 4), (grid(5, 4),))
    yield "ten pairs", Puzzle(pairs(10, 3, 3), (grid(3, 3),))
    yield "five test inputs", Puzzle(pairs(3, 4, 4), tuple(grid(4, 4) for _ in range(5)))
    yield "no color but black", Puzzle((Pair(grid(3, 3) * 0, grid(3, 3) * 0),), (grid(3, 3) * 0,))


def _check_outcome(name: str, outcome: Outcome, budget: Budget) -> Check:
    problems, notes = [], []
    if outcome.kind != "answered":
        last = (outcome.error or "").strip().splitlines()
        problems.append(f"it ends as {outcome.kind}: {last[-1] if last else 'no reason given'}")
    elif outcome.answer is None or not all(outcome.answer.guesses):
        notes.append("it has no guess for some test input")
    if outcome.guesses_beyond:
        attempts = f"{budget.attempts} attempts"
        problems.append(f"it gives {outcome.guesses_beyond} guesses beyond its {attempts}")
    if outcome.output.strip():
        notes.append(f"it prints: {outcome.output.strip().splitlines()[0][:60]}")
    return Check(f"a puzzle with {name}", tuple(problems), tuple(notes))


def _check_same(first: Mapping[str, Outcome], again: Mapping[str, Outcome]) -> Check:
    name = "the same puzzle with the same seed gets the same answer"
    if not any(outcome.answer for outcome in first.values()):
        return Check(name, ("it gives no answer that could be the same",))
    differ = [name for name in first if _said(first[name]) != _said(again[name])]
    problems = tuple(f"other guesses the second time: {name}" for name in differ)
    return Check(name, problems)


def _said(outcome: Outcome) -> object:
    answer = outcome.answer
    return answer and [[guess.grid.tolist() for guess in test] for test in answer.guesses]
