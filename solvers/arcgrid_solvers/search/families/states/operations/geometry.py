"""Motions, halves and cropping."""

from __future__ import annotations

from arcgrid.kernels import geometry, inner, types
from arcgrid_solvers.search.families.states.images import (
    COL,
    HEIGHT,
    INT,
    MEMORY_T,
    ROW,
    VIEW_T,
    WIDTH,
    Canvas,
    Memory,
    View,
    filled_box,
    push,
    push_box,
    view,
)
from arcgrid_solvers.search.families.states.operations.operation import Operation, Variant, on_each

TO_HEAVY_CORNER = 8
TOP, BOTTOM, LEFT, RIGHT = range(4)


@inner(INT(MEMORY_T, INT))
def heavy_corner(memory: Memory, source: int) -> int:
    """The motion, without a turn, that brings most filled cells up and to the left."""
    grid = view(memory, source)
    height, width = grid.shape
    down, right = 0, 0
    for i in range(height):
        for j in range(width):
            if grid[i, j]:
                down += 2 * i + 1 - height
                right += 2 * j + 1 - width
    return 2 * (down > 0) + (right > 0)


@on_each
def move(memory: Memory, source: int, a: int, b: int, canvas: Canvas) -> bool:
    """One of the motions of the square, about the image's own box."""
    row = memory.images[source]
    height, width = row[HEIGHT], row[WIDTH]
    motion = heavy_corner(memory, source) if a == TO_HEAVY_CORNER else a
    if motion >= 4:
        height, width = width, height
    image = push(memory, height, width, row[ROW], row[COL])
    geometry.transform(view(memory, source), motion, view(memory, image))
    return True


@on_each
def halve(memory: Memory, source: int, a: int, b: int, canvas: Canvas) -> bool:
    """A half, without the middle line of an odd side."""
    row = memory.images[source]
    height, width = row[HEIGHT], row[WIDTH]
    if a <= BOTTOM:
        half = height // 2
        if half:
            top = height - half if a == BOTTOM else 0
            push_box(memory, source, top, 0, half, width)
    else:
        half = width // 2
        if half:
            left = width - half if a == RIGHT else 0
            push_box(memory, source, 0, left, height, half)
    return half > 0


TRIM, DROP_EMPTY, MERGE_LINES, STRIP, TO_ORIGIN = range(5)


@inner(types.boolean(VIEW_T, INT, INT, INT))
def line_stays(grid: View, axis: int, line: int, a: int) -> bool:
    """Whether a row (axis 0) or column is kept."""
    height, width = grid.shape
    for k in range(width if axis == 0 else height):
        own = grid[line, k] if axis == 0 else grid[k, line]
        if a == DROP_EMPTY:
            if own:
                return True
        elif line == 0 or own != (grid[line - 1, k] if axis == 0 else grid[k, line - 1]):
            return True
    return False


@inner(types.boolean(MEMORY_T, INT, INT))
def drop_lines(memory: Memory, source: int, a: int) -> bool:
    """Leave out empty lines, or lines that repeat the one before."""
    row, grid = memory.images[source], view(memory, source)
    height, width = grid.shape
    kept_rows, kept_cols = 0, 0
    for i in range(height):
        kept_rows |= line_stays(grid, 0, i, a) << i
    for j in range(width):
        kept_cols |= line_stays(grid, 1, j, a) << j
    count_rows, count_cols = 0, 0
    for k in range(32):
        count_rows += kept_rows >> k & 1
        count_cols += kept_cols >> k & 1
    if count_rows * count_cols == 0 or (count_rows == height and count_cols == width):
        return False
    out = view(memory, push(memory, count_rows, count_cols, row[ROW], row[COL]))
    k = 0
    for i in range(height):
        if kept_rows >> i & 1:
            n = 0
            for j in range(width):
                if kept_cols >> j & 1:
                    out[k, n] = grid[i, j]
                    n += 1
            k += 1
    return True


@on_each
def crop(memory: Memory, source: int, a: int, b: int, canvas: Canvas) -> bool:
    """Make an image smaller without looking at objects."""
    row = memory.images[source]
    height, width = row[HEIGHT], row[WIDTH]
    if a == TRIM:
        top, left, tall, wide = filled_box(memory, source)
        if tall == 0 or (tall == height and wide == width):
            return False
        push_box(memory, source, top, left, tall, wide)
        return True
    if a == STRIP:
        if height < 3 or width < 3:
            return False
        push_box(memory, source, 1, 1, height - 2, width - 2)
        return True
    if a == TO_ORIGIN:
        if row[ROW] == 0 and row[COL] == 0:
            return False
        made = memory.images[push_box(memory, source, 0, 0, height, width)]
        made[ROW], made[COL] = 0, 0
        return True
    return drop_lines(memory, source, a)


MOTIONS = Operation(
    "motion",
    move,
    (
        Variant("mirror left-right", 1),
        Variant("mirror up-down", 2),
        Variant("turn by 180 degrees", 3),
        Variant("transpose", 4),
        Variant("turn by 90 degrees clockwise", 5),
        Variant("turn by 90 degrees counterclockwise", 6),
        Variant("transpose about the other diagonal", 7),
        Variant("mirror so that most lies at the upper left", TO_HEAVY_CORNER),
    ),
)
HALVES = Operation(
    "half",
    halve,
    (
        Variant("take the upper half", TOP),
        Variant("take the lower half", BOTTOM),
        Variant("take the left half", LEFT),
        Variant("take the right half", RIGHT),
    ),
)
CROPS = Operation(
    "crop",
    crop,
    (
        Variant("trim", TRIM),
        Variant("leave out empty lines", DROP_EMPTY),
        Variant("merge repeated lines", MERGE_LINES),
        Variant("take off the outermost cells", STRIP),
        Variant("put at the upper left corner", TO_ORIGIN, cost=5),
    ),
)
