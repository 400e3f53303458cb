"""Problems that stand for others: the registry, what a first step leaves, and panels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from arcgrid import Budget, Grid, Pair, Puzzle, as_grid
from arcgrid_solvers.search import reductions, solve
from arcgrid_solvers.search.candidate import Candidate
from arcgrid_solvers.search.families import FAMILIES
from arcgrid_solvers.search.family import Then, after
from arcgrid_solvers.search.problem import Meter, Problem
from arcgrid_solvers.search.reductions import REDUCTIONS, panels, steps
from arcgrid_solvers.search.solver import ALLOWANCES, searches
from arcgrid_solvers.search.words import color_name

LAYERS = FAMILIES["layers"]


def same(made: Grid | None, wanted: Grid | None) -> bool:
    return made is not None and wanted is not None and np.array_equal(made, wanted)


class Paint:
    """Black becomes another color."""

    def __init__(self, color: int) -> None:
        self.color = color

    def run(self, grid: Grid) -> Grid | None:
        return as_grid(np.where(grid == 0, self.color, grid))

    def explain(self) -> str:
        return f"paint black {color_name(self.color)}"


class Nothing(Paint):
    def run(self, grid: Grid) -> Grid | None:
        return None


def marked(number: int) -> list[tuple[Grid, Grid]]:
    """The column of the red cell becomes green, then all is mirrored below."""
    dice, made = np.random.default_rng(5), []
    for _ in range(number):
        grid = np.where(dice.random((6, 5)) < 0.3, 1, 0).astype(np.uint8)
        grid[0] = 0
        grid[0, dice.integers(0, 5)] = 2
        striped = np.where((grid == 0) & (grid[:1] == 2), 3, grid)
        made.append((as_grid(grid), as_grid(striped)))
    return made


def test_every_module_here_is_in_the_registry() -> None:
    home = Path(reductions.__file__).parent
    assert {path.stem for path in home.glob("[!_]*.py")} == set(REDUCTIONS)


def test_one_program_after_another() -> None:
    both = Then(Paint(4), Paint(5))
    grid = as_grid([[0, 1]])
    made = both.run(grid)
    assert made is not None
    assert made.tolist() == [[4, 1]]
    assert both.explain() == "first paint black yellow; then paint black grey"
    assert Then(Nothing(4), Paint(5)).run(grid) is None


def test_what_is_left_after_a_program() -> None:
    pairs = marked(3)
    problem = Problem((pairs[0][0],), (pairs[0][1],), (pairs[1][0], pairs[2][0]))
    made = [before for before, _ in pairs]
    reduction = after(problem, Paint(4), made, 7.0)
    assert reduction.problem.level == 1
    assert reduction.problem.tests == (made[1], made[2])
    back = reduction.back(Candidate("cells", Paint(5), 3.0, (None, None), (True,)))
    assert (back.bits, back.reduced) == (10.0, True)
    assert back.program.explain() == "first paint black yellow; then paint black grey"


def two_steps(number: int) -> list[Pair]:
    """Black cells of the marked column become green, and those left of it yellow if below blue."""
    pairs = []
    for before, striped in marked(number):
        above = np.vstack([np.zeros((1, 5), np.uint8), before[:-1]])
        pairs.append(Pair(before, as_grid(np.where((above == 1) & (striped == 0), 4, striped))))
    return pairs


def wrong(problem: Problem) -> int:
    """Cells of the outputs that are not as in the inputs."""
    pairs = zip(problem.inputs, problem.outputs, strict=True)
    return sum(int((before != after).sum()) for before, after in pairs)


def test_steps_are_rules_that_make_the_next_problem() -> None:
    pairs = two_steps(5)
    *train, test = pairs
    outputs = tuple(pair.output for pair in train if pair.output is not None)
    problem = Problem(tuple(pair.input for pair in train), outputs, (test.input,))
    try:
        list(LAYERS.propose(problem, Meter(1_000_000)))
        found = list(reductions.reductions(problem, "low"))
    finally:
        LAYERS.release()
    assert found
    for reduction in found:
        back = reduction.back(Candidate("cells", Paint(0), 0.0, (None,), (True,) * len(train)))
        assert isinstance(back.program, Then)
        rest = reduction.problem
        for grid, made in zip(
            (*problem.inputs, *problem.tests), (*rest.inputs, *rest.tests), strict=True
        ):
            assert same(back.program.first.run(grid), made)
        assert wrong(rest) < wrong(problem), "a step spoils nothing"
    assert list(steps.reduce(problem, "low")) == []


def test_steps_are_those_of_the_puzzle_under_its_first_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Problem] = []

    def none_of(problem: Problem) -> list[object]:
        asked.append(problem)
        return []

    monkeypatch.setattr("arcgrid_solvers.search.reductions.steps.steps_of", none_of)
    before, after = marked(1)[0]
    problem = Problem((before,), (after,), (before,))
    assert list(steps.reduce(problem, "low")) == []
    assert [each.equals(problem) for each in asked] == [True]


def test_reductions_are_solved_within_their_work() -> None:
    *train, test = two_steps(5)
    puzzle = Puzzle(tuple(train), (test.input,))
    meter = Meter(10**9)
    candidates = [c for search in searches(Problem.of(puzzle), meter) for c in search]
    for family in FAMILIES.values():
        family.release()
    assert any(candidate.reduced for candidate in candidates)
    assert meter.spent <= ALLOWANCES["low"].whole + 400_000
    words = [guess.explanation or "" for guess in list(solve(puzzle, Budget()))[-1].guesses[0]]
    assert words


# -- panels -------------------------------------------------------------------------------


def panelled(colors: Grid, side: int = 3) -> Grid:
    """A grid of panels between grey lines, each of one color."""
    made = np.kron(colors, np.ones((side + 1, side + 1), np.uint8))[:-1, :-1]
    made[side :: side + 1] = 5
    made[:, side :: side + 1] = 5
    return as_grid(made)


def colors(number: int, shape: tuple[int, int] = (3, 4)) -> list[Grid]:
    dice = np.random.default_rng(2)
    return [dice.integers(0, 4, shape).astype(np.uint8) for _ in range(number)]


def problem_of(pairs: list[tuple[Grid, Grid]]) -> Problem:
    *trains, (test, _) = pairs
    return Problem(tuple(a for a, _ in trains), tuple(b for _, b in trains), (test,))


def test_panels_are_cells_of_a_smaller_problem() -> None:
    small = colors(3)
    problem = problem_of([(panelled(grid), as_grid(grid[::-1].copy())) for grid in small])
    reduction = next(panels.reduce(problem, "low"))
    assert [grid.tolist() for grid in reduction.problem.inputs] == [g.tolist() for g in small[:2]]
    assert reduction.problem.outputs == problem.outputs
    assert reduction.problem.tests[0].tolist() == small[2].tolist()


def test_panels_of_outputs_are_filled_again() -> None:
    small = colors(3)
    painted = [np.where(grid == 0, 4, grid) for grid in small]
    pairs = [(panelled(a), panelled(b)) for a, b in zip(small, painted, strict=True)]
    problem = problem_of(pairs)
    reduction = next(panels.reduce(problem, "low"))
    assert [grid.tolist() for grid in reduction.problem.outputs] == [
        g.tolist() for g in painted[:2]
    ]
    inner = Candidate("cells", Paint(4), 1.0, (as_grid(painted[2]),), (True, True))
    back = reduction.back(inner)
    assert same(back.answers[0], pairs[2][1])
    assert same(back.program.run(problem.tests[0]), pairs[2][1])
    assert back.program.explain() == (
        "first take the color of each panel; then paint black yellow; and fill the panels so"
    )
    assert reduction.back(replace(inner, answers=(None,))).answers == (None,)


def test_what_is_in_panels_is_counted() -> None:
    grid = panelled(np.zeros((2, 2), np.uint8)).copy()
    grid[0, :2] = 7, 8
    grid[0, 2] = 8
    grid[4, 4] = 6
    words = {
        measure: made.tolist()
        for measure in panels.MEASURES
        if (made := panels.Reduce(measure).run(as_grid(grid))) is not None
    }
    assert words == {
        "the main color of each panel": [[8, 0], [0, 6]],
        "the number of filled cells of each panel": [[3, 0], [0, 1]],
    }


def test_many_filled_cells_are_nine_and_panels_may_be_single_cells() -> None:
    number = panels.Reduce("the number of filled cells of each panel")
    grid = panelled(np.array([[1, 2], [3, 0]], np.uint8), side=4)
    made = number.run(grid)
    assert made is not None
    assert made.tolist() == [[9, 9], [9, 0]]
    small = as_grid([[1, 2], [3, 0]])
    made = panels.Reduce("the color of each panel").run(panelled(small, side=1))
    assert same(made, small)


def test_panels_are_filled_where_there_is_a_cell_for_each() -> None:
    grid = panelled(np.array([[1, 2], [3, 0]], np.uint8))
    wanted = panelled(np.array([[4, 4], [4, 4]], np.uint8))

    class Answer(Paint):
        def run(self, grid: Grid) -> Grid | None:
            return None if not self.color else as_grid(np.full((self.color, 2), 4))

    assert same(panels.Spread(Answer(2)).run(grid), wanted)
    assert panels.Spread(Answer(3)).run(grid) is None
    assert panels.Spread(Answer(0)).run(grid) is None
    assert panels.Spread(Answer(2)).run(as_grid([[1, 2], [3, 0]])) is None


def test_panels_of_outputs_of_several_colors_are_no_smaller_problem() -> None:
    small = colors(3)
    pairs = [(panelled(grid), panelled(grid)) for grid in small]
    assert list(panels.reduce(problem_of(pairs), "low"))
    for row in (0, 3):  # a cell of a panel, and one of the lines between them
        spoiled = pairs[1][1].copy()
        spoiled[row, 0] = 9
        problem = problem_of([pairs[0], (pairs[1][0], as_grid(spoiled)), pairs[2]])
        assert list(panels.reduce(problem, "low")) == []


def test_panels_are_measured_in_every_way_that_works() -> None:
    """Panels of several colors have no color, but a main one, and a number of cells."""
    pairs = [(panelled(grid), as_grid(grid[::-1].copy())) for grid in colors(3)]
    for before, _ in pairs:
        before.setflags(write=True)
        before[0, 0] = 4
    found = list(panels.reduce(problem_of(pairs), "low"))
    inner = Candidate("cells", Paint(0), 1.0, (None,), (True, True))
    backs = [reduction.back(inner) for reduction in found]
    assert [(back.program.explain(), back.bits) for back in backs] == [
        (f"first take the {what} of each panel; then paint black black", 1 + panels.BITS)
        for what in ("main color", "number of filled cells")
    ]


def test_lines_may_go_one_way_only() -> None:
    rows = as_grid(np.array([[1], [5], [2], [5], [3], [5], [4]]).repeat(3, 1))
    lattice = panels.lattice_of(rows)
    assert lattice == panels.Lattice(((0, 1), (2, 3), (4, 5), (6, 7)), ((0, 3),))
    turned = panels.lattice_of(as_grid(rows.T.copy()))
    assert turned == panels.Lattice(lattice.columns, lattice.rows)
    assert panels.lattice_of(as_grid(rows[:5])) is None, "three panels"


def test_without_panels_there_is_no_smaller_problem() -> None:
    plain = as_grid(np.arange(9).reshape(3, 3))
    assert panels.lattice_of(plain) is None
    assert panels.lattice_of(as_grid(np.zeros((9, 9), int))) is None
    assert list(panels.reduce(Problem((plain,), (plain,), (plain,)), "low")) == []


def test_a_view_alone_is_a_step_too() -> None:
    """The part of the grid where something is, which then changes."""
    pairs = []
    for number, grid in enumerate(colors(4, (4, 5)), 1):
        filled = np.where(grid == 0, 4, grid)
        wide = np.zeros((9, 9), np.uint8)
        wide[number : number + 4, 2:7] = filled
        pairs.append((as_grid(wide), as_grid(np.fliplr(filled).copy())))
    problem = problem_of(pairs)
    try:
        list(LAYERS.propose(problem, Meter(1_000_000)))
        found = list(reductions.reductions(problem, "low"))
    finally:
        LAYERS.release()
    inner = Candidate("cells", Paint(0), 0.0, (None,), (True,) * 3)
    words = [reduction.back(inner).program.explain() for reduction in found]
    assert "first cut to what is there; then paint black black" in words
