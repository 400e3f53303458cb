"""Sets of cells beside slow twins, and what is said of objects."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from arcgrid import as_grid
from arcgrid_solvers.search.families.objects.facts import FACTS, facts_of
from arcgrid_solvers.search.families.objects.scene import (
    STEPS,
    Segmentation,
    board,
    make_scene,
    masks_of,
)
from tests.search.families.objects.test_objects import grid_of


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_sets_of_cells_move_and_spread_as_their_slow_twins(data: st.DataObject) -> None:
    height, width = data.draw(st.integers(1, 9)), data.draw(st.integers(1, 9))
    place = board(height, width)
    mask = data.draw(st.integers(0, place.full))
    free = data.draw(st.integers(0, place.full))
    down, right = data.draw(st.integers(-9, 9)), data.draw(st.integers(-9, 9))
    cells = place.cells(mask)
    assert place.put(cells) == mask
    moved = [(row + down, column + right) for row, column in cells]
    assert place.shift(mask, down, right) == place.put(moved)
    direction = data.draw(st.integers(0, 7))
    reached = set(cells)
    for row, column in cells:
        while True:
            row, column = row + STEPS[direction][0], column + STEPS[direction][1]
            if not place.put([(row, column)]) & free:
                break
            reached.add((row, column))
    assert place.sweep(mask, direction, free) == place.put(sorted(reached))


def test_facts_of_objects() -> None:
    scene = make_scene(
        grid_of(["111...", "1.1..2", "111...", "......", "...22."]), Segmentation(8, False), 0, 9
    )
    assert scene is not None
    names = [name for name, _ in FACTS]
    ring, dot, bar = (dict(zip(names, row, strict=True)) for row in facts_of(scene))
    assert (ring["color"], ring["size"], ring["number of holes"]) == (1, 8, 1)
    assert ring["mirrored left-right the same"]
    assert ring["number of larger ones"] == 0
    assert ring["number of corners"] == 4
    assert (dot["number of smaller ones"], dot["touching the border"]) == (0, 1)
    assert (bar["height"], bar["width"], bar["orientation (1 tall, 2 wide)"]) == (1, 2, 2)
    assert bar["number of others of its color"] == 1
    assert bar["number of ends"] == 2


def test_scenes_refuse_too_many_objects() -> None:
    grid = as_grid(np.eye(6, dtype=np.uint8))
    assert make_scene(grid, Segmentation(4, False), 0, 5) is None
    assert make_scene(grid, Segmentation(4, False), 0, 6) is not None
    assert sum(masks_of(grid, 10)) == board(6, 6).full
