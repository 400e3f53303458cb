"""The output's shape: rules for hand-made puzzles, and what they say of other inputs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.ndimage import label

from arcgrid import Grid, as_grid
from arcgrid_solvers.search.families.states.images import HEIGHT, WIDTH
from arcgrid_solvers.search.families.states.search import StateSearch
from arcgrid_solvers.search.families.states.sizes import KEPT, Length, SizeRule, predict_sizes
from arcgrid_solvers.search.problem import Problem
from tests.search.families.states.steps import STEPS
from tests.search.puzzles import KINDS, puzzle, search

Shape = tuple[int, int]


def scattered(seed: int) -> Grid:
    random = np.random.default_rng(seed)
    cells = random.integers(1, 5, tuple(random.integers(3, 8, 2)))
    return as_grid(np.pad(np.where(random.random(cells.shape) < 0.3, cells, 0), 1).astype(np.uint8))


def rules(problem: Problem, most: int = 5) -> list[SizeRule]:
    found: StateSearch = search(problem)
    found._begin()
    found._expand(0, found.arena.tuple_count, 10, canvas=False)
    return predict_sizes(found.arena, problem.outputs, len(problem.tests), most)


def box_of(grid: Grid) -> Shape:
    rows, cols = np.nonzero(grid)
    return int(np.ptp(rows)) + 1, int(np.ptp(cols)) + 1


CASES: dict[str, Callable[[Grid], Shape]] = {
    "constant": lambda grid: (3, 5),
    "the input's": lambda grid: (grid.shape[0], grid.shape[1]),
    "transposed": lambda grid: (grid.shape[1], grid.shape[0]),
    "three times": lambda grid: (3 * grid.shape[0], 3 * grid.shape[1]),
    "a frame more": lambda grid: (grid.shape[0] + 2, grid.shape[1] + 2),
    "trimmed": box_of,
    "the number of colors": lambda grid: (1, len(np.unique(grid[grid > 0]))),
    "the number of objects": lambda grid: (1, label(grid > 0)[1]),
    "mixed": lambda grid: (2, 2 * grid.shape[1] - 1),
}


@pytest.mark.parametrize("name", CASES)
def test_rules_for_shapes(name: str) -> None:
    shape = CASES[name]
    grids = [scattered(seed) for seed in range(6)]
    outputs = tuple(as_grid(np.ones(shape(grid), np.uint8)) for grid in grids[:4])
    best = rules(Problem(tuple(grids[:4]), outputs, tuple(grids[4:])))[0]
    assert best.tests == tuple(shape(grid) for grid in grids[4:])
    assert [best.run(grid) for grid in grids] == [shape(grid) for grid in grids]


@pytest.mark.parametrize(
    ("name", "cost"),
    [("the input's", 0), ("transposed", 0), ("constant", 1), ("three times", 4), ("mixed", 18)],
)
def test_what_rules_cost(name: str, cost: int) -> None:
    """Two lengths of one image cost as one; of two, as both and 2 more."""
    grids = [scattered(seed) for seed in range(6)]
    outputs = tuple(as_grid(np.ones(CASES[name](grid), np.uint8)) for grid in grids[:4])
    assert rules(Problem(tuple(grids[:4]), outputs, tuple(grids[4:])))[0].cost == cost


@pytest.mark.parametrize(("times", "per"), [(2, 1), (3, 1), (4, 1), (5, 1), (1, 2), (1, 3), (1, 4)])
def test_lengths_may_be_multiples_and_parts(times: int, per: int) -> None:
    heights = (2, 5, 6, 4) if per == 1 else (12, 24, 12, 24)
    grids = [as_grid(np.ones((height, 7), np.uint8)) for height in heights]
    outputs = tuple(as_grid(np.ones((len(grid) * times // per, 1), np.uint8)) for grid in grids[:3])
    found = rules(Problem(tuple(grids[:3]), outputs, tuple(grids[3:])), 12)
    read_off = [rule.height for rule in found if rule.height.steps == ()]
    exact = {(each.times, each.per, each.cost) for each in read_off if not each.plus}
    assert (times, per, 4) in exact


def test_one_pair_is_enough_for_rules() -> None:
    """Of the largest side there is, too."""
    grid, other = as_grid(np.ones((28, 4), np.uint8)), as_grid(np.ones((26, 4), np.uint8))
    found = rules(Problem((grid,), (as_grid(np.ones((30, 4), np.uint8)),), (other,)), 12)
    assert {(30, 4), (28, 4)} <= {rule.tests[0] for rule in found}


@pytest.mark.parametrize("more", [-4, -3, -1, 0, 1, 3, 4])
def test_up_to_three_may_be_added_to_a_length(more: int) -> None:
    """Not two, which is what a frame adds: to say so costs less."""
    grids = [as_grid(np.ones((height, 4), np.uint8)) for height in (5, 8, 12, 7)]
    outputs = tuple(as_grid(np.ones((len(grid) + more, 1), np.uint8)) for grid in grids[:3])
    found = rules(Problem(tuple(grids[:3]), outputs, tuple(grids[3:])), 12)
    added = {rule.height.plus for rule in found if rule.height.steps == ()}
    assert (more in added) == (abs(more) <= 3)
    assert all(abs(plus) <= 3 for plus in added)


@pytest.mark.parametrize("kind", KINDS)
def test_rules_fit_and_differ(kind: str) -> None:
    for seed in range(4):
        problem = puzzle(kind, seed)
        found = rules(problem, 12)
        assert len({rule.tests for rule in found}) == len(found)
        assert [rule.cost for rule in found] == sorted(rule.cost for rule in found)
        for rule in found:
            shapes = [output.shape for output in problem.outputs]
            assert [rule.run(grid) for grid in problem.inputs] == shapes
            assert tuple(rule.run(grid) for grid in problem.tests) == rule.tests


def test_a_step_that_one_test_has_not_harms_no_other() -> None:
    """An empty test input has no box, and its sides all the same."""
    grids = [*(scattered(seed) for seed in range(5)), as_grid(np.zeros((4, 6), np.uint8))]
    outputs = tuple(as_grid(np.ones(grid.shape, np.uint8)) for grid in grids[:4])
    best = rules(Problem(tuple(grids[:4]), outputs, tuple(grids[4:])))[0]
    assert best.tests == (grids[4].shape, (4, 6))


def test_what_rules_say_differs_and_little_is_kept() -> None:
    one = as_grid(np.ones((3, 3), np.uint8))
    found = rules(Problem((one,), (one,), (scattered(0),)), 1000)
    for side in (0, 1):
        assert len({rule.tests[0][side] for rule in found}) <= KEPT
    assert len({rule.tests for rule in found}) == len(found)


def test_no_rule_where_nothing_fits() -> None:
    inputs = tuple(as_grid(np.ones((2, 2), np.uint8)) for _ in range(2))
    outputs = as_grid(np.ones((5, 1), np.uint8)), as_grid(np.ones((9, 1), np.uint8))
    assert rules(Problem(inputs, outputs, inputs[:1])) == []


def test_lengths() -> None:
    grid = np.ones((4, 6), np.uint8)
    assert Length(None, HEIGHT, 1, 1, 7, 1).run(grid) == 7
    assert Length((), HEIGHT, 2, 1, -1, 0).run(grid) == 7
    assert Length((), WIDTH, 1, 3, 0, 0).run(grid) == 2
    assert Length((), HEIGHT, 1, 3, 0, 0).run(grid) is None, "4 is no multiple of 3"
    assert Length((), WIDTH, 5, 1, 0, 0).run(grid) == 30
    assert Length((), WIDTH, 5, 1, 1, 0).run(grid) is None, "31 is too long"
    assert Length((), HEIGHT, 1, 1, -3, 0).run(grid) == 1
    assert Length((), HEIGHT, 1, 1, -4, 0).run(grid) is None, "0 is too short"
    assert Length((STEPS["split into columns"],), -1, 1, 1, 0, 0).run(grid) == 6
    assert Length((STEPS["trim"],), HEIGHT, 1, 1, 0, 0).run(grid) is None, "nothing to trim"


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (Length((), HEIGHT, 1, 1, 0, 0), "the height of (the input)"),
        (Length((), WIDTH, 1, 2, 0, 0), "the width of (the input) over 2"),
        (Length((), WIDTH, 3, 1, 2, 0), "3 times the width of (the input) plus 2"),
        (
            Length((STEPS["split into columns"],), -1, 1, 1, 0, 0),
            "the length of (the input, split into columns)",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_length_in_words(length: Length, words: str) -> None:
    assert str(length) == words


def test_rules_in_words() -> None:
    height, width = Length(None, HEIGHT, 1, 1, 3, 1), Length((), WIDTH, 2, 1, -1, 0)
    words = str(SizeRule(height, width, 1, ()))
    assert words == "3 x 2 times the width of (the input) plus -1"
    assert SizeRule(height, width, 1, ()).run(np.ones((1, 20), np.uint8)) is None
