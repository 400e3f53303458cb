"""Cells that stand alone: taken away, or in the color of those around them."""

from __future__ import annotations

import numpy as np

from arcgrid.kernels import inner, types
from arcgrid_solvers.search.families.states.images import (
    INT,
    VIEW_T,
    Canvas,
    Memory,
    View,
    pop,
    push_copy,
    view,
)
from arcgrid_solvers.search.families.states.operations.operation import Operation, Variant, on_each

DROP, BLEND = range(2)


@inner(types.UniTuple(INT, 2)(VIEW_T, INT, INT, INT))
def surroundings(grid: View, row: int, col: int, connectivity: int) -> tuple[int, int]:
    """How many neighbors have a cell's color, and the color of most, the lowest of equals."""
    counts = np.zeros(10, np.int64)
    height, width = grid.shape
    for i in range(max(row - 1, 0), min(row + 2, height)):
        for j in range(max(col - 1, 0), min(col + 2, width)):
            if (i != row or j != col) and (connectivity == 8 or i == row or j == col):
                counts[grid[i, j]] += 1
    usual = 0
    for color in range(1, 10):
        if counts[color] > counts[usual]:
            usual = color
    return counts[grid[row, col]], usual


@on_each
def denoise(memory: Memory, source: int, a: int, b: int, canvas: Canvas) -> bool:
    """What single cells become: nothing (DROP), or what most of their neighbors are (BLEND)."""
    if a == BLEND and view(memory, source).size == 1:
        return False
    image = push_copy(memory, source)
    grid, out = view(memory, source), view(memory, image)
    changed = False
    for i in range(grid.shape[0]):
        for j in range(grid.shape[1]):
            if grid[i, j] == 0 and a == DROP:
                continue
            same, usual = surroundings(grid, i, j, b)
            if same == 0:
                out[i, j] = 0 if a == DROP else usual
                changed = True
    if not changed:
        pop(memory, image)
    return changed


NOISE = Operation(
    "noise",
    denoise,
    (
        Variant("drop single cells", DROP, 8),
        Variant("drop cells alone along sides", DROP, 4),
        Variant("let single cells become like those around", BLEND, 8),
        Variant("let cells alone along sides become like those around", BLEND, 4),
    ),
)
