"""Fillings, rims, outlines, frames and centers."""

from __future__ import annotations

import numpy as np

from arcgrid import MAX_SIDE
from arcgrid.kernels import fill, inner, types
from arcgrid_solvers.search.families.states.images import (
    COL,
    HEIGHT,
    INT,
    MEMORY_T,
    ROW,
    WIDTH,
    Canvas,
    Memory,
    main_color,
    push,
    push_copy,
    view,
)
from arcgrid_solvers.search.families.states.operations.operation import Operation, Variant, on_each

FILL, INTERIOR, RIM, CORE, OUTLINE = range(5)


@on_each
def shape(memory: Memory, source: int, a: int, b: int, canvas: Canvas) -> bool:
    """What lies inside of a shape, at its edge or around it; b is the connectivity."""
    color = main_color(memory, source)
    if color == 0:
        return False
    if a == OUTLINE:
        return surround(memory, source, color, b)
    grid = view(memory, source)
    out = view(memory, push_copy(memory, source))
    height, width = grid.shape
    if a in (FILL, INTERIOR):
        holes = np.empty((height, width), np.uint8)
        fill.enclosed(grid, 0, b, holes)
        for i in range(height):
            for j in range(width):
                if holes[i, j]:
                    out[i, j] = color
                elif a == INTERIOR:
                    out[i, j] = 0
    else:
        for i in range(height):
            for j in range(width):
                if grid[i, j]:
                    at_edge = i == 0 or j == 0 or i == height - 1 or j == width - 1
                    at_edge = at_edge or fill.touches(grid, i, j, 0, b)
                    if at_edge != (a == RIM):
                        out[i, j] = 0
    return True


@inner(types.boolean(MEMORY_T, *[INT] * 3))
def surround(memory: Memory, source: int, color: int, connectivity: int) -> bool:
    """The empty cells next to a shape, also those just outside of the image."""
    row = memory.images[source]
    height, width = row[HEIGHT] + 2, row[WIDTH] + 2
    if height > MAX_SIDE + 2 or width > MAX_SIDE + 2:
        return False
    image = push(memory, height, width, row[ROW] - 1, row[COL] - 1)
    grid, out = view(memory, source), view(memory, image)
    for i in range(height):
        for j in range(width):
            out[i, j] = 0
            if 0 < i < height - 1 and 0 < j < width - 1 and grid[i - 1, j - 1]:
                continue
            for k in range(max(i - 2, 0), min(i + 1, height - 2)):
                for n in range(max(j - 2, 0), min(j + 1, width - 2)):
                    if grid[k, n] and (connectivity == 8 or k == i - 1 or n == j - 1):
                        out[i, j] = color
    return True


BOX, RING, FRAME, CENTER, CORNERS, MIDDLE_LINES = range(6)


@on_each
def box_shape(memory: Memory, source: int, a: int, b: int, canvas: Canvas) -> bool:
    """A shape that only the box of an image decides on, in its most common color."""
    row = memory.images[source]
    height, width = row[HEIGHT], row[WIDTH]
    color = max(main_color(memory, source), 1)
    top, left = row[ROW], row[COL]
    if a == FRAME:
        height, width, top, left = height + 2, width + 2, top - 1, left - 1
        if height > MAX_SIDE + 2 or width > MAX_SIDE + 2:
            return False
    elif a == CENTER:
        top, left = top + (height - 1) // 2, left + (width - 1) // 2
        height, width = 2 - height % 2, 2 - width % 2
    elif a == MIDDLE_LINES and (height % 2 == 0 or width % 2 == 0):
        return False
    out = view(memory, push(memory, height, width, top, left))
    for i in range(height):
        for j in range(width):
            at_row_end = i == 0 or i == height - 1
            at_col_end = j == 0 or j == width - 1
            filled = a in (BOX, CENTER)
            if a in (RING, FRAME):
                filled = at_row_end or at_col_end
            elif a == CORNERS:
                filled = at_row_end and at_col_end
            elif a == MIDDLE_LINES:
                filled = i == height // 2 or j == width // 2
            out[i, j] = color if filled else 0
    return True


SHAPES = Operation(
    "shape",
    shape,
    (
        Variant("fill what is enclosed", FILL, 4),
        Variant("fill what is enclosed, corners open", FILL, 8),
        Variant("take what is enclosed", INTERIOR, 4),
        Variant("take what is enclosed, corners open", INTERIOR, 8),
        Variant("take the rim", RIM, 8),
        Variant("take the rim along sides", RIM, 4),
        Variant("take all but the rim", CORE, 8),
        Variant("outline", OUTLINE, 8),
        Variant("outline along sides", OUTLINE, 4),
    ),
)
BOXES = Operation(
    "box",
    box_shape,
    (
        Variant("fill the box", BOX),
        Variant("draw the edge of the box", RING),
        Variant("draw a frame around the box", FRAME),
        Variant("mark the center", CENTER),
        Variant("mark the corners", CORNERS),
        Variant("draw the middle lines", MIDDLE_LINES),
    ),
)
