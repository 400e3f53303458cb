"""Things that fall, slide and come to rest. A direction is 0 up, 1 right, 2 down or 3 left."""

from __future__ import annotations

import numpy as np
from numba import types

from arcgrid.kernels.compile import inner
from arcgrid.kernels.components import label
from arcgrid.kernels.lift import GRID, Grid, to_grid


@to_grid()
def gravity(grid: Grid, direction: int, background: int, out: Grid) -> None:
    """Every cell falls until it lies on another or on the edge."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            out[row, col] = background
    if direction % 2 == 0:
        for col in range(width):
            at, step = (0, 1) if direction == 0 else (height - 1, -1)
            for row in range(at, at + step * height, step):
                if grid[row, col] != background:
                    out[at, col] = grid[row, col]
                    at += step
    else:
        for row in range(height):
            at, step = (0, 1) if direction == 3 else (width - 1, -1)
            for col in range(at, at + step * width, step):
                if grid[row, col] != background:
                    out[row, at] = grid[row, col]
                    at += step


@inner(types.UniTuple(types.int64, 2)(types.int64))
def step_to(side: int) -> tuple[int, int]:
    """The step of a direction 0..3."""
    return (side - 1 if side % 2 == 0 else 0), (2 - side if side % 2 else 0)


@to_grid()
def slide(grid: Grid, color: int, direction: int, background: int, out: Grid) -> None:
    """All cells of a color move as one until one of them would hit something."""
    height, width = grid.shape
    down, right = step_to(direction)
    far = max(height, width)
    for row in range(height):
        for col in range(width):
            out[row, col] = background if grid[row, col] == color else grid[row, col]
            if grid[row, col] != color:
                continue
            i, j, free = row + down, col + right, 0
            while 0 <= i < height and 0 <= j < width:
                if grid[i, j] != background and grid[i, j] != color:
                    break
                i, j, free = i + down, j + right, free + 1
            far = min(far, free)
    for row in range(height):
        for col in range(width):
            if grid[row, col] == color:
                out[row + far * down, col + far * right] = color


@to_grid()
def fall(grid: Grid, direction: int, background: int, connectivity: int, out: Grid) -> None:
    """Every component of one color falls as one until it lies on another or on the edge."""
    height, width = grid.shape
    down, right = step_to(direction)
    labels = np.empty(grid.shape, np.int16)
    label(grid, connectivity, 0, background, labels)
    count = 0
    for row in range(height):
        for col in range(width):
            out[row, col] = background
            count = max(count, labels[row, col])
    # What cannot move a step moves as one with what stops it: the drops are the shortest ways.
    drops = np.full(count + 1, height + width, np.int64)
    changed = True
    while changed:
        changed = False
        for row in range(height):
            for col in range(width):
                index = labels[row, col]
                if not index:
                    continue
                i, j, free = row + down, col + right, 0
                while 0 <= i < height and 0 <= j < width and not labels[i, j]:
                    i, j, free = i + down, j + right, free + 1
                if 0 <= i < height and 0 <= j < width:
                    if labels[i, j] == index:
                        continue
                    free += drops[labels[i, j]]
                if free < drops[index]:
                    drops[index] = free
                    changed = True
    for row in range(height):
        for col in range(width):
            if labels[row, col]:
                drop = drops[labels[row, col]]
                out[row + drop * down, col + drop * right] = grid[row, col]


@inner(types.boolean(GRID, types.int64, types.int64, types.int64))
def line_is(grid: Grid, across: int, index: int, color: int) -> bool:
    """True when a row (`across` 0) or a column (1) is wholly of a color."""
    length = grid.shape[0] if across else grid.shape[1]
    for i in range(length):
        cell = grid[i, index] if across else grid[index, i]
        if cell != color:
            return False
    return True


@to_grid()
def align(grid: Grid, direction: int, background: int, out: Grid) -> None:
    """The whole picture moved to an edge."""
    height, width = grid.shape
    across = direction % 2
    length = width if across else height
    first, step = (0, 1) if direction == 0 or direction == 3 else (length - 1, -1)
    blank = 0
    while blank < length and line_is(grid, across, first + blank * step, background):
        blank += 1
    down, right = step_to(direction)
    for row in range(height):
        for col in range(width):
            out[row, col] = background
    if blank < length:
        for row in range(height):
            for col in range(width):
                i, j = row + blank * down, col + blank * right
                if 0 <= i < height and 0 <= j < width:
                    out[i, j] = grid[row, col]
