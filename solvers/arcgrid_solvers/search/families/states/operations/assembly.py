"""Images of a list laid over each other elsewhere than at their places."""

from __future__ import annotations

import numpy as np

from arcgrid import MAX_SIDE
from arcgrid.kernels import inner, types
from arcgrid_solvers.search.families.states.images import (
    HEIGHT,
    IMAGE,
    INT,
    LIST,
    MEMORY_T,
    NOTHING,
    OFFSET,
    WIDTH,
    Canvas,
    Memory,
    State,
    Table,
    push,
    view,
)
from arcgrid_solvers.search.families.states.operations.operation import (
    OPERATION_T,
    Operation,
    Variant,
)

CENTERED, AT_ONLY_CELL = range(2)


@inner(INT(MEMORY_T, INT, INT))
def only_color(memory: Memory, first: int, number: int) -> int:
    """The one color that is in one cell of every image; 0 where there is none, or several."""
    cells, images = memory.cells, memory.images
    found = 0
    for color in range(1, 10):
        once = True
        for image in range(first, first + number):
            count, row = 0, images[image]
            for index in range(row[OFFSET], row[OFFSET] + row[HEIGHT] * row[WIDTH]):
                count += cells[index] == color
            once &= count == 1
        if once and found:
            return 0
        if once:
            found = color
    return found


@inner(types.boolean(MEMORY_T, INT, INT, INT, types.int64[:, ::1]))
def anchor(memory: Memory, first: int, number: int, a: int, places: Table) -> bool:
    """Twice the row and the column of each image that all are to share."""
    images = memory.images
    color = only_color(memory, first, number) if a == AT_ONLY_CELL else 0
    if a == AT_ONLY_CELL and not color:
        return False
    for index in range(number):
        row = images[first + index]
        places[index, 0], places[index, 1] = row[HEIGHT] - 1, row[WIDTH] - 1
        if a == AT_ONLY_CELL:
            grid = view(memory, first + index)
            for i in range(row[HEIGHT]):
                for j in range(row[WIDTH]):
                    if grid[i, j] == color:
                        places[index, 0], places[index, 1] = 2 * i, 2 * j
        for side in range(2):
            if (places[index, side] - places[0, side]) & 1:
                return False
    return True


@inner(OPERATION_T)
def assemble(memory: Memory, state: State, a: int, b: int, canvas: Canvas) -> int:
    """All images of a list in one, so that a cell of each comes to one place; earlier ones win."""
    images, first, number = memory.images, state.first, state.number
    places = np.empty((number, 2), np.int64)
    if number < 2 or not anchor(memory, first, number, a, places):
        return NOTHING
    top, left, bottom, right = 0, 0, 0, 0
    for index in range(number):
        row = images[first + index]
        top, left = min(top, -places[index, 0]), min(left, -places[index, 1])
        bottom = max(bottom, 2 * row[HEIGHT] - places[index, 0])
        right = max(right, 2 * row[WIDTH] - places[index, 1])
    height, width = (bottom - top) // 2, (right - left) // 2
    if height > MAX_SIDE or width > MAX_SIDE:
        return NOTHING
    out = view(memory, push(memory, height, width, 0, 0))
    for i in range(height):
        for j in range(width):
            out[i, j] = 0
    for index in range(number):
        grid = view(memory, first + index)
        down, across = (-places[index, 0] - top) // 2, (-places[index, 1] - left) // 2
        for i in range(grid.shape[0]):
            for j in range(grid.shape[1]):
                if grid[i, j] and not out[down + i, across + j]:
                    out[down + i, across + j] = grid[i, j]
    return IMAGE


ASSEMBLY = Operation(
    "assembly",
    assemble,
    (
        Variant("lay centers over each other, the first on top", CENTERED, 0, LIST),
        Variant("lay cells of the color all have once over each other", AT_ONLY_CELL, 0, LIST),
    ),
)
