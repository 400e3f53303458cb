"""The family of layers: rules found on little puzzles, run again on any grid, and put in words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import arcgrid
from arcgrid import Grid, as_grid
from arcgrid_solvers.search.candidate import Candidate
from arcgrid_solvers.search.families.layers import FAMILY
from arcgrid_solvers.search.families.layers.board import Board
from arcgrid_solvers.search.families.layers.conditions import Conditions
from arcgrid_solvers.search.families.layers.family import LEAST_SHARE, MOST_ANSWERS
from arcgrid_solvers.search.families.layers.sources import choose
from arcgrid_solvers.search.families.states.search import release
from arcgrid_solvers.search.problem import Meter, Problem

Rule = Callable[[Grid], Grid]


def same(made: Grid | None, wanted: Grid | None) -> bool:
    return made is not None and wanted is not None and np.array_equal(made, wanted)


def grids(number: int, colors: int = 4, density: float = 0.25) -> list[Grid]:
    dice = np.random.default_rng(7)
    made = []
    for _ in range(number):
        shape = dice.integers(5, 10, 2)
        cells = dice.integers(1, colors, tuple(shape))
        made.append(
            as_grid(np.where(dice.random(cells.shape) < density, cells, 0).astype(np.uint8))
        )
    return made


def problem_of(rule: Rule, inputs: list[Grid], tests: int = 1) -> Problem:
    made = [as_grid(rule(grid).astype(np.uint8)) for grid in inputs]
    return Problem(tuple(inputs[:-tests]), tuple(made[:-tests]), tuple(inputs[-tests:]))


def found(problem: Problem, units: int = 400_000) -> list[Candidate]:
    try:
        return list(FAMILY.propose(problem, Meter(units)))
    finally:
        release()


def best(problem: Problem) -> Candidate:
    return max(found(problem), key=lambda candidate: candidate.share or 0.0)


def stripes_from_the_marker(grid: Grid) -> Grid:
    """Every other column, counted from that of the only red cell, is yellow where it is black."""
    _, column = np.argwhere(grid == 2)[0]
    parity = (np.indices(grid.shape)[1] - column) % 2 == 0
    return np.where(parity & (grid == 0), 4, grid)


def marked(number: int) -> list[Grid]:
    dice, made = np.random.default_rng(3), []
    for _ in range(number):
        shape = tuple(dice.integers(5, 10, 2))
        grid = np.where(dice.random(shape) < 0.15, 1, 0).astype(np.uint8)
        grid[tuple(dice.integers(0, shape))] = 2
        made.append(as_grid(grid))
    return made


def below_the_top(grid: Grid) -> Grid:
    """Grey where the cell above is filled, if it is black itself."""
    above = np.vstack([np.zeros((1, grid.shape[1]), np.uint8), grid[:-1]])
    return np.where((grid == 0) & (above > 0), 5, grid)


def two_colors(grid: Grid) -> Grid:
    """Blue becomes red in even rows, else green."""
    even = np.indices(grid.shape)[0] % 2 == 0
    return np.where(grid == 1, np.where(even, 2, 3), grid)


def mirrored_below(grid: Grid) -> Grid:
    """The grid, and below it its reflection."""
    return np.vstack([grid, grid[::-1]])


CASES: dict[str, tuple[Rule, list[Grid]]] = {
    "stripes from the marker": (stripes_from_the_marker, marked(5)),
    "below the top": (below_the_top, grids(5)),
    "two colors": (two_colors, grids(5)),
    "mirrored below": (mirrored_below, grids(5)),
}


@pytest.mark.parametrize("name", CASES)
def test_rules_are_found(name: str) -> None:
    rule, inputs = CASES[name]
    candidate = best(problem_of(rule, inputs))
    [answer] = candidate.answers
    assert same(answer, rule(inputs[-1]))
    assert (candidate.share or 0) > 0.5


@pytest.mark.parametrize("name", CASES)
def test_a_program_does_what_the_candidate_says(name: str) -> None:
    rule, inputs = CASES[name]
    problem = problem_of(rule, inputs, 2)
    candidates = found(problem)
    assert candidates
    for candidate in candidates:
        for grid, output in zip(problem.inputs, problem.outputs, strict=True):
            assert same(candidate.program.run(grid), output)
        for grid, answer in zip(problem.tests, candidate.answers, strict=True):
            assert same(candidate.program.run(grid), answer)
        assert candidate.fits_all
        assert "\n" not in candidate.program.explain()


def test_answers_differ_and_their_shares_are_of_one_whole() -> None:
    rule, inputs = CASES["two colors"]
    candidates = found(problem_of(rule, inputs[:3]))
    shown = [b"".join(a.tobytes() for a in c.answers if a is not None) for c in candidates]
    assert len(set(shown)) == len(shown)
    shares = [candidate.share or 0.0 for candidate in candidates]
    assert len(shares) <= MOST_ANSWERS
    assert all(share >= LEAST_SHARE for share in shares)
    assert sum(shares) <= 1 + 1e-9
    assert shares == sorted(shares, reverse=True)


def test_the_same_is_found_again() -> None:
    problem = problem_of(*CASES["below the top"])
    first, second = found(problem), found(problem)
    assert [(c.program.explain(), c.bits, c.share) for c in first] == [
        (c.program.explain(), c.bits, c.share) for c in second
    ]


def test_states_are_layers_too() -> None:
    """Only what lies in the hull of the red cells is filled: no feature says that alone."""
    dice, inputs = np.random.default_rng(11), []
    for _ in range(5):
        grid = np.zeros((9, 9), np.uint8)
        row, col = dice.integers(0, 4, 2)
        for down, right in ((0, 1), (2, 4), (4, 0)):
            grid[row + down, col + right] = 2
        grid[8, dice.integers(0, 9)] = 1
        inputs.append(as_grid(grid))

    def rule(grid: Grid) -> Grid:
        rows, columns = np.nonzero(grid == 2)
        inside = np.zeros(grid.shape, np.bool_)
        inside[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] = True
        return np.where(inside & (grid == 0), 3, grid)

    candidate = best(problem_of(rule, inputs))
    assert same(candidate.answers[0], rule(inputs[-1]))


def test_a_rule_reads_well() -> None:
    words = best(problem_of(*CASES["two colors"])).program.explain()
    assert words.startswith("cell by cell: red where ")
    assert "; else green where " in words
    assert "row" in words


def test_nothing_is_learned_where_nothing_changes() -> None:
    inputs = grids(3)
    assert found(problem_of(lambda grid: grid, inputs)) == []


def test_the_states_that_are_kept_are_of_use() -> None:
    target = np.array([0, 1, 2, 2, 0, 0], np.uint8)
    base = np.zeros(8, np.uint8)
    pieces = np.zeros((400, 8), np.uint8)
    pieces[:, 6] = np.arange(400) % 200 + 1
    pieces[399, :6] = target
    pieces[200, 2:4] = 7
    chosen = choose(pieces, np.full(400, 10), base, target).tolist()
    assert {200, 399} <= set(chosen)
    assert len(chosen) < 400
    dear = np.full(400, 10)
    dear[:10] = 20
    kept = choose(pieces, dear, base, target).tolist()
    assert not set(range(10)) & set(kept), "of states that look alike the cheaper ones are kept"


def test_mini_puzzles_are_solved() -> None:
    tasks = arcgrid.load("arcgrid/mini")
    solved = 0
    for task in tasks:
        problem = Problem.of(task.puzzle)
        for candidate in found(problem)[:2]:
            pairs = zip(candidate.answers, task.test, strict=True)
            solved += all(same(answer, pair.output) for answer, pair in pairs)
    assert solved >= 12


def test_few_conditions_are_kept_where_cells_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    module = "arcgrid_solvers.search.families.layers.conditions"
    monkeypatch.setattr(f"{module}.CONDITION_BYTES", 64_000)
    problem = problem_of(*CASES["below the top"])
    seen: list[int] = []
    whole = Conditions.of

    def counted(board: Board) -> Conditions:
        made = whole(board)
        seen.append(made.sets.nbytes)
        return made

    monkeypatch.setattr(Conditions, "of", counted)
    found(problem)
    assert seen
    assert max(seen) <= 64_000
