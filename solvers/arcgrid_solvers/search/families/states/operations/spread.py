"""What spreads: smears, lines between equal colors, growth into empty cells, gravity."""

from __future__ import annotations

import numpy as np

from arcgrid.kernels import inner, lines, motion, types
from arcgrid_solvers.search.families.states.images import (
    HEIGHT,
    INT,
    VIEW_T,
    WIDTH,
    WORK,
    Canvas,
    Memory,
    View,
    count_filled,
    pop,
    push_copy,
    view,
)
from arcgrid_solvers.search.families.states.operations.operation import Operation, Variant, on_each

UP, UP_RIGHT, RIGHT_, DOWN_RIGHT, DOWN, DOWN_LEFT, LEFT_, UP_LEFT = (1 << k for k in range(8))


@inner(types.void(VIEW_T, VIEW_T, INT, INT))
def smear_along(grid: View, out: View, down: int, right: int) -> None:
    """Every empty cell takes the color that lies nearest against a direction."""
    height, width = grid.shape
    carried = np.empty((height, width), np.uint8)
    for n in range(height):
        i = height - 1 - n if down < 0 else n
        for k in range(width):
            j = width - 1 - k if right < 0 else k
            own = grid[i, j]
            if not own and 0 <= i - down < height and 0 <= j - right < width:
                own = carried[i - down, j - right]
            carried[i, j] = own
            if not out[i, j]:
                out[i, j] = own


@on_each
def smear(memory: Memory, source: int, a: int, b: int, canvas: Canvas) -> bool:
    """Colors run in some directions until they meet something."""
    row, filled = memory.images[source], count_filled(memory, source)
    if filled == 0 or filled == row[HEIGHT] * row[WIDTH]:
        return False
    memory.counters[WORK] += 2 * filled
    out = view(memory, push_copy(memory, source))
    grid = view(memory, source)
    for direction in range(8):
        if a >> direction & 1:
            down, right = lines.step_of(direction)
            smear_along(grid, out, down, right)
    return True


@on_each
def connect(memory: Memory, source: int, a: int, b: int, canvas: Canvas) -> bool:
    """Empty cells between two cells of one color in line get that color; b keeps the ends out."""
    image = push_copy(memory, source)
    grid, out = view(memory, source), view(memory, image)
    height, width = grid.shape
    changed = False
    if b:
        for i in range(height):
            for j in range(width):
                out[i, j] = 0
    for i in range(height):
        for j in range(width):
            if not grid[i, j]:
                continue
            for direction in range(8):
                if not a >> direction & 1:
                    continue
                down, right = lines.step_of(direction)
                y, x = i + down, j + right
                while 0 <= y < height and 0 <= x < width and not grid[y, x]:
                    y, x = y + down, x + right
                if 0 <= y < height and 0 <= x < width and grid[y, x] == grid[i, j]:
                    y, x = i + down, j + right
                    while not grid[y, x]:
                        out[y, x] = grid[i, j]
                        changed = True
                        y, x = y + down, x + right
    if b and not changed:
        pop(memory, image)
        return False
    return True


@on_each
def grow(memory: Memory, source: int, a: int, b: int, canvas: Canvas) -> bool:
    """Colors grow into empty cells in steps, over sides (a 4) or corners too (8); b: one step."""
    image = push_copy(memory, source)
    out = view(memory, image)
    height, width = out.shape
    todo = np.empty(height * width, np.int32)
    end = 0
    for i in range(height):
        for j in range(width):
            if out[i, j]:
                todo[end] = i * width + j
                end += 1
    if end == 0:
        pop(memory, image)
        return False
    start, last = 0, end
    while start < end and (not b or start < last):
        i, j = todo[start] // width, todo[start] % width
        start += 1
        for y in range(max(i - 1, 0), min(i + 2, height)):
            for x in range(max(j - 1, 0), min(j + 2, width)):
                if not out[y, x] and (a == 8 or y == i or x == j):
                    out[y, x] = out[i, j]
                    todo[end] = y * width + x
                    end += 1
    return True


@on_each
def drop(memory: Memory, source: int, a: int, b: int, canvas: Canvas) -> bool:
    """Cells (b 0) or whole objects fall to one side."""
    out = view(memory, push_copy(memory, source))
    grid = view(memory, source)
    if b:
        motion.fall(grid, a, 0, 4, out)
    else:
        motion.gravity(grid, a, 0, out)
    return True


_SETS = (
    ("up", UP),
    ("down", DOWN),
    ("left", LEFT_),
    ("right", RIGHT_),
    ("up and down", UP | DOWN),
    ("left and right", LEFT_ | RIGHT_),
    ("to all sides", UP | DOWN | LEFT_ | RIGHT_),
    ("up right", UP_RIGHT),
    ("down right", DOWN_RIGHT),
    ("down left", DOWN_LEFT),
    ("up left", UP_LEFT),
    ("up right and down left", UP_RIGHT | DOWN_LEFT),
    ("up left and down right", UP_LEFT | DOWN_RIGHT),
    ("along diagonals", UP_RIGHT | DOWN_LEFT | UP_LEFT | DOWN_RIGHT),
    ("in all directions", 255),
)
SMEARS = Operation("smear", smear, tuple(Variant(f"smear {words}", bits) for words, bits in _SETS))
LINES = Operation(
    "connect",
    connect,
    tuple(
        Variant(f"{verb} equal colors in line {words}", bits, alone)
        for alone, verb in enumerate(("connect", "take the lines that connect"))
        for words, bits in (
            ("across", RIGHT_),
            ("down", DOWN),
            ("across and down", RIGHT_ | DOWN),
            ("along diagonals", UP_RIGHT | DOWN_RIGHT),
        )
    ),
)
GROWTH = Operation(
    "grow",
    grow,
    (
        Variant("grow into all empty cells", 4),
        Variant("grow into all empty cells over corners", 8),
        Variant("grow by one cell", 4, 1),
        Variant("grow by one cell over corners", 8, 1),
    ),
)
GRAVITY = Operation(
    "gravity",
    drop,
    tuple(
        Variant(f"{what} {where}", a, b)
        for b, what in enumerate(("let cells fall", "let objects fall"))
        for a, where in enumerate(("up", "right", "down", "left"))
    ),
)
