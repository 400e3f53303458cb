"""Laws that hold whatever the grid: motions form a group, split and join undo each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arcgrid import Grid, GridStack, as_grid, ops
from tests.kernels.cases import plain
from tests.samples import grids

SETTINGS = settings(max_examples=25, deadline=None)
NAMED = {
    1: ops.fliplr,
    2: ops.flipud,
    3: ops.rot180,
    4: ops.transpose,
    5: ops.rot270,
    6: ops.rot90,
    7: ops.antitranspose,
}
MOTION = st.integers(0, 7)

# On an image moved, these give the moved result. They look the same way in all directions.
EQUIVARIANT: dict[str, Callable[[Grid], Grid]] = {
    "trim": lambda grid: ops.trim(grid),
    "fill_enclosed": lambda grid: ops.fill_enclosed(grid, 4),
    "enclosed": lambda grid: ops.enclosed(grid),
    "convex_hull": lambda grid: ops.convex_hull(grid, 4),
    "outline": lambda grid: ops.outline(grid, 4),
    "rim": lambda grid: ops.rim(grid, 4, connectivity=4),
    "border": lambda grid: ops.border(grid, 4),
    "fill_boxes": lambda grid: ops.fill_boxes(grid, 4),
    "keep_components": lambda grid: ops.keep_components(grid, 2),
    "connect": lambda grid: ops.connect(grid, 1, 4),
    "rays": lambda grid: ops.rays(grid, 1, 255, 4),
    "remove_lines": lambda grid: ops.remove_lines(grid),
    "remove_repeats": lambda grid: ops.remove_repeated_rows(ops.remove_repeated_columns(grid)),
    "logical_not": lambda grid: ops.logical_not(grid, 4),
}
"""Functions of a grid alone that commute with the 8 motions."""

BY_COLOR: dict[str, Callable[[Grid, Callable[[int], int]], Any]] = {
    "gravity": lambda grid, name: ops.gravity(grid, 2, name(0)),
    "fall": lambda grid, name: ops.fall(grid, 1, name(0)),
    "align": lambda grid, name: ops.align(grid, 0, name(0)),
    "slide": lambda grid, name: ops.slide(grid, name(1), 3, name(0)),
    "bounce": lambda grid, name: ops.bounce(grid, 0, 0, 1, 1, name(4), name(0)),
    "flood": lambda grid, name: ops.flood(grid, 0, 0, name(4)),
    "trim": lambda grid, name: ops.trim(grid, name(0)),
    "fill_enclosed": lambda grid, name: ops.fill_enclosed(grid, name(4), name(0)),
    "complete_lattice": lambda grid, name: ops.complete_lattice(grid, name(0)),
    "complete_symmetry": lambda grid, name: ops.complete_symmetry(grid, name(0)),
    "logical_not": lambda grid, name: ops.logical_not(grid, name(4), name(0)),
    "keep_components": lambda grid, name: ops.keep_components(grid, 2, background=name(0)),
}
"""Functions that commute with any exchange of colors, their arguments included."""


def few_colors(grid: Grid) -> Grid:
    """Most cells background, so that there are objects."""
    return as_grid(np.where(np.array(grid) < 7, 0, np.array(grid) - 6))


@pytest.mark.parametrize("motion", NAMED)
@SETTINGS
@given(grid=grids())
def test_named_motions_are_those_of_transform(motion: int, grid: Grid) -> None:
    assert plain(NAMED[motion](grid)) == plain(ops.transform(grid, motion))


@SETTINGS
@given(grid=grids(), motions=st.tuples(MOTION, MOTION))
def test_two_motions_are_one(grid: Grid, motions: tuple[int, int]) -> None:
    moved = ops.transform(ops.transform(grid, motions[0]), motions[1])
    assert any(ops.equal(moved, ops.transform(grid, motion)) for motion in range(8))


@SETTINGS
@given(grid=grids())
def test_four_quarter_turns_change_nothing(grid: Grid) -> None:
    assert ops.equal(ops.rot90(ops.rot90(ops.rot90(ops.rot90(grid)))), grid)
    assert ops.equal(ops.rot270(ops.rot90(grid)), grid)
    assert ops.equal(ops.rot90(ops.rot90(grid)), ops.rot180(grid))


@SETTINGS
@given(grid=grids(), motion=MOTION)
def test_the_canonical_grid_is_one_for_all_motions(grid: Grid, motion: int) -> None:
    assert ops.equal(ops.canonical(ops.transform(grid, motion)), ops.canonical(grid))


@SETTINGS
@given(grid=grids(), names=st.permutations(range(10)))
def test_colors_go_and_come_back(grid: Grid, names: list[int]) -> None:
    back = [names.index(color) for color in range(10)]
    renamed = ops.recolor(grid, names)
    assert ops.equal(ops.recolor(renamed, back), grid)
    assert ops.equal(ops.normalize(renamed), ops.normalize(grid))


@SETTINGS
@given(grid=grids(), down=st.integers(-30, 30), right=st.integers(-30, 30))
def test_rolling_there_and_back(grid: Grid, down: int, right: int) -> None:
    assert ops.equal(ops.roll(ops.roll(grid, down, right), -down, -right), grid)


@SETTINGS
@given(
    parts=st.lists(grids(max_side=4), min_size=4, max_size=4),
    sides=st.tuples(*[st.integers(1, 4)] * 4),
)
def test_split_undoes_join(parts: list[Grid], sides: tuple[int, ...]) -> None:
    top, bottom, left, right = sides
    shapes = [(top, left), (top, right), (bottom, left), (bottom, right)]
    resized = [np.resize(part, shape) for part, shape in zip(parts, shapes, strict=True)]
    cells = GridStack.of(np.where(part == 5, 4, part) for part in resized)
    joined = ops.join(cells, 2, 5)
    assert plain(ops.split(joined, 5)) == plain(cells)
    assert ops.equal(ops.join(ops.split(joined, 5), 2, 5), joined)


@SETTINGS
@given(grid=grids(max_side=10), rows=st.integers(1, 3), columns=st.integers(1, 3))
def test_scaling_and_tiling_there_and_back(grid: Grid, rows: int, columns: int) -> None:
    assert ops.equal(ops.downscale(ops.upscale(grid, rows, columns), rows, columns), grid)
    tiled = ops.tile(grid, rows, columns)
    assert ops.equal(ops.crop(tiled, 0, 0, *grid.shape), grid)
    assert ops.period(tiled, 0) <= grid.shape[0]


@SETTINGS
@given(grid=grids())
def test_a_grid_and_its_opposite(grid: Grid) -> None:
    blank = ops.subtract(grid, grid)
    assert ops.palette(blank) == 1
    assert ops.equal(ops.logical_xor(grid, blank), grid)
    assert ops.equal(ops.logical_and(grid, grid), grid)
    assert ops.equal(ops.overlay(blank, grid), grid)
    assert ops.distance(grid, blank) == grid.size - ops.histogram(grid)[0]


@SETTINGS
@given(grid=grids())
def test_objects_laid_back_give_the_grid(grid: Grid) -> None:
    rows, objects = ops.components(grid, background=None), ops.objects(grid, background=None)
    labels = ops.label(grid, background=None)
    back = np.zeros(grid.shape, np.uint8)
    for index, (row, part) in enumerate(zip(rows, objects, strict=True)):
        box = np.s_[row[2] : row[2] + row[4], row[3] : row[3] + row[5]]
        back[box] = np.where(labels[box] == index + 1, part, back[box])
    assert ops.equal(back, grid)


@SETTINGS
@given(stack=st.lists(grids(max_side=3), min_size=1, max_size=9))
def test_unique_grids_and_their_places(stack: list[Grid]) -> None:
    packed = GridStack.of(stack)
    unique, places = packed.unique()
    assert plain(unique.take(places)) == plain(packed)
    assert len(set(plain(unique))) == len(unique)


@pytest.mark.parametrize("name", EQUIVARIANT)
@SETTINGS
@given(grid=grids(), motion=MOTION)
def test_commutes_with_motions(name: str, grid: Grid, motion: int) -> None:
    function, grid = EQUIVARIANT[name], few_colors(grid)
    moved = function(ops.transform(grid, motion))
    assert plain(moved) == plain(ops.transform(function(grid), motion))


@pytest.mark.parametrize("name", BY_COLOR)
@SETTINGS
@given(grid=grids(), names=st.permutations(range(10)))
def test_commutes_with_exchanges_of_colors(name: str, grid: Grid, names: list[int]) -> None:
    function, grid = BY_COLOR[name], few_colors(grid)
    renamed = function(ops.recolor(grid, names), lambda color: names[color])
    assert plain(renamed) == plain(ops.recolor(function(grid, lambda color: color), names))


@SETTINGS
@given(grid=grids(), motion=MOTION)
def test_facts_that_motions_do_not_change(grid: Grid, motion: int) -> None:
    grid = few_colors(grid)
    moved = ops.transform(grid, motion)
    assert plain(ops.histogram(moved)) == plain(ops.histogram(grid))
    for connectivity in (4, 8):
        columns = [0, 1, 6, 7, 9, 10]
        one, two = (
            sorted(plain(ops.components(each, connectivity)[:, columns])) for each in (grid, moved)
        )
        assert one == two
