"""Rays until contact, lines in 8 directions, bouncing, and joining what is in line.

A direction is a step `(down, right)`, each -1, 0 or 1. A set of directions has a bit for each of
the 8, clockwise from up: 1 up, 2 up-right, 4 right, and so on to 128 up-left.
"""

from __future__ import annotations

import numpy as np
from numba import types

from arcgrid.kernels.compile import inner
from arcgrid.kernels.lift import Grid, to_grid

_OUT = types.uint8[:, ::1]


@inner(types.UniTuple(types.int64, 2)(types.int64))
def step_of(direction: int) -> tuple[int, int]:
    """The step of a direction 0..7, clockwise from up."""
    down = 0 if direction == 2 or direction == 6 else (1 if 2 < direction < 6 else -1)
    right = 0 if direction == 0 or direction == 4 else (1 if direction < 4 else -1)
    return down, right


@inner(types.void(_OUT, *[types.int64] * 6))
def paint_ray(
    out: Grid, row: int, col: int, down: int, right: int, color: int, background: int
) -> None:
    """Paint from the cell after a place on, as long as there is background."""
    height, width = out.shape
    row, col = row + down, col + right
    while 0 <= row < height and 0 <= col < width and out[row, col] == background:
        out[row, col] = color
        row, col = row + down, col + right


@to_grid()
def shoot(
    grid: Grid, row: int, column: int, down: int, right: int, color: int, background: int, out: Grid
) -> None:
    """A ray from a cell until contact."""
    height, width = grid.shape
    for i in range(height):
        for j in range(width):
            out[i, j] = grid[i, j]
    if color != background:
        paint_ray(out, row, column, down, right, color, background)


@to_grid()
def rays(grid: Grid, source: int, directions: int, color: int, background: int, out: Grid) -> None:
    """Rays from every cell of a color until contact with what was there before."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            out[row, col] = grid[row, col]
    for row in range(height):
        for col in range(width):
            if grid[row, col] != source:
                continue
            for direction in range(8):
                if not directions >> direction & 1:
                    continue
                down, right = step_of(direction)
                i, j = row + down, col + right
                while 0 <= i < height and 0 <= j < width and grid[i, j] == background:
                    out[i, j] = color
                    i, j = i + down, j + right


@to_grid()
def connect(
    grid: Grid, source: int, directions: int, color: int, background: int, out: Grid
) -> None:
    """Background between two cells of a color in line, painted."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            out[row, col] = grid[row, col]
    for row in range(height):
        for col in range(width):
            if grid[row, col] != source:
                continue
            for direction in range(8):
                if not directions >> direction & 1:
                    continue
                down, right = step_of(direction)
                i, j, length = row + down, col + right, 0
                while 0 <= i < height and 0 <= j < width and grid[i, j] == background:
                    i, j, length = i + down, j + right, length + 1
                if 0 <= i < height and 0 <= j < width and grid[i, j] == source:
                    for k in range(1, length + 1):
                        out[row + k * down, col + k * right] = color


@to_grid()
def draw_line(
    grid: Grid, row: int, column: int, down: int, right: int, length: int, color: int, out: Grid
) -> None:
    """So many cells painted from a cell on, whatever is there."""
    height, width = grid.shape
    for i in range(height):
        for j in range(width):
            out[i, j] = grid[i, j]
    for k in range(length):
        i, j = row + k * down, column + k * right
        if 0 <= i < height and 0 <= j < width:
            out[i, j] = color


@inner(types.boolean(types.Array(types.uint8, 2, "C", readonly=True), *[types.int64] * 3))
def blocked(grid: Grid, row: int, col: int, background: int) -> bool:
    """True outside of the grid and at anything but background."""
    height, width = grid.shape
    return not (0 <= row < height and 0 <= col < width) or grid[row, col] != background


@to_grid()
def bounce(
    grid: Grid, row: int, column: int, down: int, right: int, color: int, background: int, out: Grid
) -> None:
    """A ray that walls, edges and corners throw back, until it runs in its own track."""
    height, width = grid.shape
    for i in range(height):
        for j in range(width):
            out[i, j] = grid[i, j]
    seen = np.zeros((height * width, 9), np.uint8)
    while not seen[row * width + column, 3 * down + right + 4]:
        seen[row * width + column, 3 * down + right + 4] = 1
        if blocked(grid, row + down, column + right, background):
            vertical = blocked(grid, row + down, column, background)
            horizontal = blocked(grid, row, column + right, background)
            if vertical == horizontal:
                down, right = -down, -right
            elif vertical:
                down = -down
            else:
                right = -right
            if blocked(grid, row + down, column + right, background):
                break
        row, column = row + down, column + right
        out[row, column] = color
