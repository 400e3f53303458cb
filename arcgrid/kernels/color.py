"""Counting, choosing and exchanging colors; tables have 16 entries, so that no cell is outside."""

from __future__ import annotations

import numpy as np

from arcgrid.kernels.lift import Grid, Row, Table, to_grid, to_row, to_value


@to_row(10)
def histogram(grid: Grid, out: Row) -> None:
    """Cells of each color."""
    height, width = grid.shape
    counts = np.zeros(16, np.int64)
    for row in range(height):
        for col in range(width):
            counts[grid[row, col] & 15] += 1
    for color in range(10):
        out[color] = counts[color]


@to_value()
def palette(grid: Grid) -> int:
    """A bit for each color that occurs."""
    height, width = grid.shape
    found = 0
    for row in range(height):
        for col in range(width):
            found |= 1 << grid[row, col]
    return found


@to_value()
def count_colors(grid: Grid) -> int:
    """How many colors occur."""
    found, count = palette(grid), 0
    while found:
        found &= found - 1
        count += 1
    return count


@to_value()
def most_common(grid: Grid, ignore: int) -> int:
    """The color of most cells."""
    counts = np.empty(10, np.int64)
    histogram(grid, counts)
    best = -1
    for color in range(10):
        if color != ignore and counts[color] and (best < 0 or counts[color] > counts[best]):
            best = color
    return best


@to_value()
def least_common(grid: Grid, ignore: int) -> int:
    """The color of fewest cells."""
    counts = np.empty(10, np.int64)
    histogram(grid, counts)
    best = -1
    for color in range(10):
        if color != ignore and counts[color] and (best < 0 or counts[color] < counts[best]):
            best = color
    return best


@to_grid()
def recolor(grid: Grid, table: Table, out: Grid) -> None:
    """Each color exchanged as a table of 16 says."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            out[row, col] = table[grid[row, col] & 15]


@to_grid()
def replace(grid: Grid, old: int, new: int, out: Grid) -> None:
    """One color painted over with another."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            out[row, col] = new if grid[row, col] == old else grid[row, col]


@to_grid()
def swap(grid: Grid, one: int, two: int, out: Grid) -> None:
    """Two colors exchanged."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            color = grid[row, col]
            out[row, col] = two if color == one else one if color == two else color


@to_grid()
def mask(grid: Grid, color: int, out: Grid) -> None:
    """1 where a color is, 0 elsewhere."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            out[row, col] = grid[row, col] == color


@to_grid()
def keep(grid: Grid, color: int, background: int, out: Grid) -> None:
    """Everything but one color becomes background."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            out[row, col] = color if grid[row, col] == color else background


@to_grid()
def normalize(grid: Grid, out: Grid) -> None:
    """Colors numbered by their first cells in reading order."""
    height, width = grid.shape
    names = np.full(16, 255, np.uint8)
    known = 0
    for row in range(height):
        for col in range(width):
            color = grid[row, col] & 15
            if names[color] == 255:
                names[color] = known
                known += 1
            out[row, col] = names[color]
