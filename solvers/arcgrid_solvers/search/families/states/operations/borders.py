"""Scaling down, cells added around an image, and the corners of an image."""

from __future__ import annotations

from arcgrid import MAX_SIDE
from arcgrid.kernels import inner, types
from arcgrid_solvers.search.families.states.images import (
    COL,
    HEIGHT,
    IMAGE,
    INT,
    LIST,
    MEMORY_T,
    NOTHING,
    ROW,
    VIEW_T,
    WIDTH,
    Canvas,
    Memory,
    State,
    View,
    push,
    push_box,
    view,
)
from arcgrid_solvers.search.families.states.operations.operation import (
    OPERATION_T,
    Operation,
    Variant,
)

SHRINK, PAD, PAD_SIDES, CORNERS = range(4)


@inner(types.boolean(VIEW_T, INT))
def has_blocks(grid: View, side: int) -> bool:
    """Whether a grid is made of squares of one color each."""
    for i in range(grid.shape[0]):
        for j in range(grid.shape[1]):
            if grid[i, j] != grid[i - i % side, j - j % side]:
                return False
    return True


@inner(types.boolean(MEMORY_T, INT))
def shrink(memory: Memory, source: int) -> bool:
    """A cell for each block, where all is made of the largest blocks that can be."""
    row, grid = memory.images[source], view(memory, source)
    height, width = row[HEIGHT], row[WIDTH]
    for side in range(min(height, width), 1, -1):
        if height % side == 0 and width % side == 0 and has_blocks(grid, side):
            out = view(memory, push(memory, height // side, width // side, row[ROW], row[COL]))
            for i in range(out.shape[0]):
                for j in range(out.shape[1]):
                    out[i, j] = grid[i * side, j * side]
            return True
    return False


@inner(types.boolean(MEMORY_T, INT, INT))
def pad(memory: Memory, source: int, a: int) -> bool:
    """A cell more on each side, as the one at the edge; with PAD_SIDES empty at the corners."""
    row, grid = memory.images[source], view(memory, source)
    height, width = row[HEIGHT] + 2, row[WIDTH] + 2
    if height > MAX_SIDE or width > MAX_SIDE:
        return False
    out = view(memory, push(memory, height, width, row[ROW] - 1, row[COL] - 1))
    for i in range(height):
        for j in range(width):
            corner = (i == 0 or i == height - 1) and (j == 0 or j == width - 1)
            y, x = min(max(i - 1, 0), height - 3), min(max(j - 1, 0), width - 3)
            out[i, j] = 0 if corner and a == PAD_SIDES else grid[y, x]
    return True


@inner(OPERATION_T)
def border(memory: Memory, state: State, a: int, b: int, canvas: Canvas) -> int:
    """From a single image: the same in few cells or with an edge, or its corners."""
    first, row = state.first, memory.images[state.first]
    if a == SHRINK:
        return IMAGE if shrink(memory, first) else NOTHING
    if a != CORNERS:
        return IMAGE if pad(memory, first, a) else NOTHING
    rows, columns = canvas
    if rows < 1 or columns < 1 or rows >= row[HEIGHT] or columns >= row[WIDTH]:
        return NOTHING
    for top in (0, row[HEIGHT] - rows):
        for left in (0, row[WIDTH] - columns):
            push_box(memory, first, top, left, rows, columns)
    return LIST


BORDERS = Operation(
    "border",
    border,
    (
        Variant("scale down as far as can be", SHRINK, 0, IMAGE),
        Variant("repeat the edge around it", PAD, 0, IMAGE),
        Variant("repeat the edge around it, corners empty", PAD_SIDES, 0, IMAGE),
        Variant("split into the four corners of the canvas' size", CORNERS, 0, IMAGE, canvas=True),
    ),
)
