"""Symmetry about centers and axes that are not known: what it would put in each cell.

The kernels fill a matrix of features as those in `cells.near` do.
"""

from __future__ import annotations

import numpy as np

from arcgrid.kernels import GRID, Grid, Row, inner, kernel, types
from arcgrid_solvers.search.families.cells.near import FILL, NONE
from arcgrid_solvers.search.families.layers.features.reach import rank_colors

MOTIONS = 6
"""Left-right, upside down, half a turn, a quarter turn, one back, along a falling diagonal."""

SYMMETRY_FEATURES = MOTIONS + 2
_INT = types.int64
_MOST_CELLS, _MOST_FILLED = 484, 200
_FEWEST = 4
_SCALE = 2


@inner(types.UniTuple(_INT, 2)(*[_INT] * 5))
def image_of(motion: int, a: int, b: int, row: int, col: int) -> tuple[int, int]:
    """Where a motion takes a cell; `a` and `b` are twice the row and the column of its center."""
    if motion == 0:
        return row, b - col
    if motion == 1:
        return a - row, col
    if motion == 2:
        return a - row, b - col
    if motion == 3:
        return (a - b) // 2 + col, (a + b) // 2 - row
    if motion == 4:
        return (a + b) // 2 - col, (b - a) // 2 + row
    return (a - b) // 2 + col, (b - a) // 2 + row


@inner(
    types.UniTuple(_INT, 2)(
        GRID, _INT, _INT, types.int64[::1], types.int64[::1], _INT, types.int64[::1]
    )
)
def best_center(
    grid: Grid, ignored: int, motion: int, rows: Row, cols: Row, filled: int, span: Row
) -> tuple[int, int]:
    """The center (twice its row and column) about which most filled cells look alike.

    A cell whose image has its color counts 2, one whose image has another color -4, one whose image
    is outside or ignored -1. The first of equally good centers counts; -1, -1 where there is none.
    """
    height, width = grid.shape
    best, found_a, found_b = -(1 << 40), -1, -1
    top, bottom, left, right = span[0], span[1], span[2], span[3]
    if motion == 0:
        top = bottom = 0
    if motion == 1:
        left = right = 0
    for a in range(2 * top, 2 * bottom + 1):
        for b in range(2 * left, 2 * right + 1):
            if motion > 2 and (a + b) % 2:
                continue
            score = 0
            for k in range(filled):
                if score + 2 * (filled - k) <= best:
                    score = best
                    break
                i, j = image_of(motion, a, b, rows[k], cols[k])
                if not (0 <= i < height and 0 <= j < width) or grid[i, j] == ignored:
                    score -= 1
                elif grid[i, j] == grid[rows[k], cols[k]]:
                    score += 2
                else:
                    score -= 4
            if score > best:
                best, found_a, found_b = score, a, b
    return found_a, found_b


@inner(types.void(GRID, _INT, _INT, types.uint8[:, ::1], _INT, _INT))
def fill_images(
    grid: Grid, background: int, ignored: int, out: Grid, base: int, start: int
) -> None:
    """For each motion the color at the image of a cell about the best center, NONE outside.

    Then the first of these that is neither background nor NONE, of all and of the turns; where
    there is none, background for all, NONE for the turns.
    """
    height, width = grid.shape
    rows, cols = np.empty(grid.size, np.int64), np.empty(grid.size, np.int64)
    span = np.array([height, -1, width, -1], np.int64)
    filled = 0
    for row in range(height):
        for col in range(width):
            if grid[row, col] != background and grid[row, col] != ignored:
                rows[filled], cols[filled] = row, col
                span[0], span[1] = min(span[0], row), max(span[1], row)
                span[2], span[3] = min(span[2], col), max(span[3], col)
                filled += 1
    small = grid.size <= _MOST_CELLS and _FEWEST <= filled <= _MOST_FILLED
    for motion in range(MOTIONS):
        a, b = -1, -1
        if small:
            a, b = best_center(grid, ignored, motion, rows, cols, filled, span)
        for row in range(height):
            for col in range(width):
                i, j = -1, -1
                if a >= 0:
                    i, j = image_of(motion, a, b, row, col)
                inside = 0 <= i < height and 0 <= j < width
                color = grid[i, j] if inside else np.uint8(NONE)
                out[base + motion, start + row * width + col] = color
    for row in range(height):
        for col in range(width):
            cell = start + row * width + col
            every, turns = background, NONE
            for motion in range(MOTIONS):
                color = out[base + motion, cell]
                if color not in (background, NONE):
                    every = color if every == background else every
                    if 2 <= motion <= 4:
                        turns = color if turns == NONE else turns
            out[base + MOTIONS, cell], out[base + MOTIONS + 1, cell] = every, turns


@kernel(FILL)
def fill_symmetric(grid: Grid, background: int, out: Grid, base: int, start: int) -> None:
    """Colors by symmetry (see `fill_images`), where nothing, the rarest, the main color is ignored.

    Both where there is more than one color that is not background. Grids of more than 484 cells or
    with more than 200 filled ones have none.
    """
    ranked = np.empty(10, np.int64)
    found = rank_colors(grid, background, ranked)
    fill_images(grid, background, NONE, out, base, start)
    rare = ranked[0] if found > 1 else NONE
    main = ranked[found - 1] if found > 1 else NONE
    fill_images(grid, background, rare, out, base + SYMMETRY_FEATURES, start)
    fill_images(grid, background, main, out, base + 2 * SYMMETRY_FEATURES, start)
