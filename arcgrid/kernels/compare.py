"""Equality, hashes, distances, the canonical one of 8 motions, and the search for templates."""

from __future__ import annotations

import numpy as np
from numba import types

from arcgrid.kernels.compile import inner
from arcgrid.kernels.lift import GRID, Grid, Rows, to_grid, to_rows, to_value


@inner(types.uint64(types.uint64))
def mixed(value: np.uint64) -> np.uint64:
    """Spread 64 bits over 64 bits (the finalizer of splitmix64)."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@inner(types.uint64(GRID, types.int64))
def hash_moved(grid: Grid, motion: int) -> np.uint64:
    """The hash of a grid after one of the 8 motions; cells are below 16."""
    height, width = grid.shape
    rows, columns = (width, height) if motion & 4 else (height, width)
    down = -1 if motion & 2 else 1
    right = -1 if motion & 1 else 1
    state = mixed(np.uint64(rows * 65536 + columns))
    word, filled = np.uint64(0), 0
    first = rows - 1 if motion & 2 else 0
    start = columns - 1 if motion & 1 else 0
    for i in range(rows):
        row = first + down * i
        for j in range(columns):
            col = start + right * j
            cell = grid[col, row] if motion & 4 else grid[row, col]
            word = (word << np.uint64(4)) | np.uint64(cell)
            filled += 1
            if filled == 16:
                state = mixed(state ^ word)
                word, filled = np.uint64(0), 0
    return mixed(state ^ word) if filled else state


@to_value("uint64")
def hash64(grid: Grid) -> np.uint64:
    """64 bits that tell grids apart."""
    return hash_moved(grid, 0)


@to_value()
def equal(grid: Grid, other: Grid) -> int:
    """1 when two grids are the same."""
    height, width = grid.shape
    if other.shape[0] != height or other.shape[1] != width:
        return 0
    for row in range(height):
        for col in range(width):
            if grid[row, col] != other[row, col]:
                return 0
    return 1


@to_value()
def distance(grid: Grid, other: Grid) -> int:
    """Cells that differ, those that only one of the two has included."""
    rows = min(grid.shape[0], other.shape[0])
    columns = min(grid.shape[1], other.shape[1])
    same = 0
    for row in range(rows):
        for col in range(columns):
            same += grid[row, col] == other[row, col]
    return grid.size + other.size - rows * columns - same


@to_grid()
def difference(grid: Grid, other: Grid, out: Grid) -> None:
    """1 where two grids differ, 0 elsewhere."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            out[row, col] = grid[row, col] != other[row, col]


@inner(types.uint8(GRID, types.int64, types.int64, types.int64))
def moved_cell(grid: Grid, motion: int, row: int, col: int) -> int:
    """The cell that a motion brings to a place."""
    height, width = grid.shape
    rows, columns = (width, height) if motion & 4 else (height, width)
    if motion & 2:
        row = rows - 1 - row
    if motion & 1:
        col = columns - 1 - col
    return grid[col, row] if motion & 4 else grid[row, col]


@to_grid("min(height, width)", "max(height, width)")
def canonical(grid: Grid, out: Grid) -> None:
    """Of the motions that make it no higher than wide, the first in order of its cells."""
    height, width = grid.shape
    rows, columns = out.shape
    best = 0 if height <= width else 4
    for motion in range(best + 1, 8 if height == width or height > width else 4):
        for cell in range(rows * columns):
            row, col = cell // columns, cell % columns
            one, two = moved_cell(grid, motion, row, col), moved_cell(grid, best, row, col)
            if one != two:
                if one < two:
                    best = motion
                break
    for row in range(rows):
        for col in range(columns):
            out[row, col] = moved_cell(grid, best, row, col)


@to_rows(3, "height * width * 8")
def find(grid: Grid, template: Grid, motions: int, transparent: int, out: Rows) -> int:
    """Where a template lies under some of the 8 motions."""
    height, width = grid.shape
    hashes = np.empty(8, np.uint64)
    patch = np.empty(template.size, np.uint8)
    found, tried = 0, 0
    for motion in range(8):
        if not motions >> motion & 1:
            continue
        hashes[tried] = hash_moved(template, motion)
        repeated = False
        for earlier in range(tried):
            repeated = repeated or hashes[earlier] == hashes[tried]
        if repeated:
            continue
        tried += 1
        rows, columns = template.shape
        if motion & 4:
            rows, columns = columns, rows
        for cell in range(rows * columns):
            patch[cell] = moved_cell(template, motion, cell // columns, cell % columns)
        for row in range(height - rows + 1):
            for col in range(width - columns + 1):
                if _matches(grid, row, col, patch, rows, columns, transparent):
                    out[found, 0], out[found, 1], out[found, 2] = row, col, motion
                    found += 1
    return found


@inner(types.boolean(GRID, types.int64, types.int64, types.uint8[::1], *[types.int64] * 3))
def _matches(
    grid: Grid, row: int, col: int, patch: Grid, rows: int, columns: int, transparent: int
) -> bool:
    """True when a patch lies at a place."""
    for i in range(rows):
        for j in range(columns):
            color = patch[i * columns + j]
            if color != grid[row + i, col + j] and color != transparent:
                return False
    return True
