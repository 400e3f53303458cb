"""A box of cells as rectangles: every cell once, no seam, no line too long, outlines on edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from arcgrid import Grid, as_grid
from arcgrid.render.cells import layers, lines, mark_size, marks, runs
from arcgrid.render.scene import Box
from tests.samples import grids

EMPTY = as_grid([[0]]) + 10


def painted(box: Box, areas: list[tuple[int, list[tuple[float, float, float, float]]]]) -> Grid:
    """What a box without lines looks like once its areas are painted, a cell a pixel."""
    height, width = box.cells.shape
    canvas = np.full((height, width), 10, np.uint8)
    for value, rects in areas:
        own = np.zeros((height, width), int)
        for x, y, w, h in rects:
            left, top = int(x - box.x) // box.cell, int(y - box.y) // box.cell
            across, down = int(w) // box.cell, int(h) // box.cell
            own[top : top + down, left : left + across] += 1
        assert own.max() == 1  # one color does not lie on itself
        canvas[own > 0] = value
    return canvas


@given(grids())
@settings(max_examples=30)
def test_runs_cover_every_cell_once(grid: Grid) -> None:
    covered = np.full(grid.shape, 255, np.uint8)
    for value, row, column, height, width in runs(grid):
        area = covered[row : row + height, column : column + width]
        assert (area == 255).all()
        area[:] = value
    assert (covered == grid).all()


@given(grids(), st.integers(0, 9))
@settings(max_examples=30)
def test_each_layer_lies_under_all_higher_ones(grid: Grid, empty: int) -> None:
    cells = np.where(grid == empty, 10, grid).astype(np.uint8)
    box = Box(3, 4, 5, cells, line=0)
    found = layers(box)
    assert (painted(box, found) == cells).all()
    for number, (value, _) in enumerate(found):
        alone = painted(box, [found[number]])
        assert ((alone < 10) == ((cells >= value) & (cells < 10))).all()


@pytest.mark.parametrize("line", [1, 2, 3])
def test_cells_end_within_the_lines_around_them(line: int) -> None:
    box = Box(10, 20, 8, as_grid([[1, 2], [3, 3]]), line=line)
    width, height = box.size
    for _, areas in layers(box):
        for x, y, w, h in areas:
            assert 10 < x < x + w < 10 + width
            assert 20 < y < y + h < 20 + height
            assert (x - 10) % 8 == line / 2  # in the middle of a line, where no seam is seen


@given(grids(max_side=6), st.sampled_from([1, 2, 3, 4, 5, 9, 12, 30]), st.sampled_from([0, 1, 2]))
def test_no_line_is_longer_than_its_box(grid: Grid, cell: int, line: int) -> None:
    line = min(line, cell)
    box = Box(7, 9, cell, grid, line=line)
    width, height = box.size
    canvas = np.zeros((height, width), bool)
    for x, y, w, h in lines(box):
        assert {w, h} & {line}
        assert (x >= 7) & (y >= 9) & (x + w <= 7 + width) & (y + h <= 9 + height)
        canvas[y - 9 : y - 9 + h, x - 7 : x - 7 + w] = True
    inner = cell >= 4
    rows = {row for row in range(height) if row % cell < line} if inner else set(range(line))
    rows |= set(range(height - line, height))
    assert {row for row in range(height) if canvas[row].all()} >= rows
    assert bool(line) == canvas.any()


@st.composite
def masks(draw: st.DrawFn) -> NDArray[np.bool_]:
    grid = draw(grids(max_side=8))
    found: NDArray[np.bool_] = grid % 3 == 0
    return found


@given(masks(), st.sampled_from([4, 5, 7, 9, 14, 24, 60]), st.sampled_from([0, 1, 3]))
@settings(max_examples=60)
def test_outlines_run_along_the_edges_of_wrong_cells_alone(
    wrong: NDArray[np.bool_], cell: int, line: int
) -> None:
    line = min(line, max(1, cell // 12)) if line else 0
    box = Box(10, 10, cell, wrong.astype(np.uint8), wrong, line)
    halo, core = marks(box)
    width, height = box.size
    canvas = np.zeros((height + 20, width + 20), np.uint8)
    for value, rects in ((1, halo), (2, core)):
        for x, y, w, h in rects:
            assert min(x, y) >= 10 - line - 1
            assert x + w <= 10 + width + line + 1
            assert y + h <= 10 + height + line + 1
            canvas[y : y + h, x : x + w] = value
    padded = np.pad(wrong, 1)
    thick, _ = mark_size(cell)
    middle = 10 + (line - thick) // 2 + thick // 2
    for row, column in np.ndindex(*wrong.shape):
        y, x = middle + row * cell, middle + column * cell
        own = (canvas[y : y + cell, x : x + cell] == 0).mean()
        assert own >= (0.06 if cell < 9 else 0.3)  # every cell is still to be seen
        above = padded[row, column + 1] != wrong[row, column]
        before = padded[row + 1, column] != wrong[row, column]
        assert (canvas[y, x + cell // 2] == 2) == above
        assert (canvas[y + cell // 2, x] == 2) == before


def test_nothing_wrong_has_no_outline() -> None:
    cells = as_grid([[1, 2]])
    assert marks(Box(0, 0, 9, cells)) == ([], [])
    assert marks(Box(0, 0, 9, cells, np.zeros((1, 2), bool))) == ([], [])


def test_neighbors_that_are_wrong_have_one_outline() -> None:
    block = np.zeros((5, 5), bool)
    block[1:4, 1:4] = True
    _, core = marks(Box(0, 0, 9, as_grid([[0] * 5] * 5), block))
    assert len(core) == 4


@pytest.mark.parametrize("cell", range(4, 201))
def test_an_outline_leaves_most_of_its_cell(cell: int) -> None:
    thick, edge = mark_size(cell)
    assert thick >= 1
    assert edge >= 1
    assert thick + 2 * edge <= max(3, cell / 3)
