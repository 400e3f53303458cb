"""Drawings that grow step by step, and pairs that are moved."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from arcgrid import Grid, as_grid
from arcgrid_solvers.search.families.cells.growth import fill_steps, growth, moved, turned
from arcgrid_solvers.search.families.cells.near import NONE
from arcgrid_solvers.search.problem import Problem
from tests.search.families.cells.twins import GRIDS, STEPS, look


@settings(max_examples=60, deadline=None)
@given(GRIDS, st.integers(0, 2**32), st.sampled_from((4, 8)), st.booleans())
def test_steps_go_from_neighbor_to_neighbor(
    grid: Grid, seed: int, connectivity: int, same: bool
) -> None:
    after = np.where(np.random.default_rng(seed).random(grid.shape) < 0.4, 3, grid).astype(np.uint8)
    steps = np.empty(grid.shape, np.uint8)
    last = fill_steps(grid, after, 0, connectivity, same, steps)
    if last < 0:
        return
    assert ((steps > 0) == (grid != after)).all()
    assert last == steps.max()
    for row, col in np.argwhere(steps > 0):
        near = [(row + i, col + j) for i, j in STEPS[:: 1 if connectivity == 8 else 2]]
        inside = [place for place in near if look(grid, *place) != NONE]
        if same:
            inside = [place for place in inside if after[place] == after[row, col]]
        sources = [steps[i, j] for i, j in inside if steps[i, j] or grid[i, j]]
        assert steps[row, col] - 1 == min(sources)


def test_growth_teaches_single_steps() -> None:
    before = as_grid([[2, 0, 0, 0]])
    problem = Problem((before,), (as_grid([[2, 2, 2, 2]]),), (before,))
    lesson = growth(problem, lambda _: 0, 4, True)
    assert lesson is not None
    assert [grid.tolist()[0] for grid in lesson.inputs[:2]] == [[2, 0, 0, 0], [2, 2, 0, 0]]
    assert [grid.tolist()[0] for grid in lesson.outputs[:2]] == [[2, 2, 0, 0], [2, 2, 2, 0]]
    assert set(lesson.owners) == {0}
    same = Problem((before,), (before,), (before,))
    assert growth(same, lambda _: 0, 4, True) is None


def test_moved_lessons_keep_the_pairs_first() -> None:
    grid = as_grid([[1, 2, 3], [4, 5, 6]])
    problem = Problem((grid, grid), (grid, grid), (grid,))
    lesson = moved(problem, tuple(range(8)))
    assert lesson.owners[:4] == (0, 1, 0, 1)
    assert lesson.inputs[0].tolist() == grid.tolist()
    assert len({turned(grid, motion).tobytes() for motion in range(8)}) == 8
