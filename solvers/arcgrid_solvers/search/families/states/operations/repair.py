"""Completing what is hidden: mirrors, rotations, lattices; 0 is what is not known."""

from __future__ import annotations

import numpy as np

from arcgrid.kernels import inner, pattern, types
from arcgrid_solvers.search.families.states.images import (
    COL,
    HEIGHT,
    IMAGE,
    INT,
    MEMORY_T,
    ROW,
    WIDTH,
    WORK,
    Canvas,
    Memory,
    count_filled,
    pop,
    push,
    push_copy,
    view,
)
from arcgrid_solvers.search.families.states.operations.canvas import continue_pattern
from arcgrid_solvers.search.families.states.operations.operation import Operation, Variant, on_each

SYMMETRY, LATTICE, PATTERN = range(3)
WHOLE, HIDDEN = range(2)


@inner(types.void(MEMORY_T, INT, INT))
def cut_hidden(memory: Memory, source: int, made: int) -> None:
    """Of what was made, the box of what was empty before, in its place."""
    grid, out = view(memory, source), view(memory, made)
    height, width = grid.shape
    top, bottom, left, right = height, -1, width, -1
    for i in range(height):
        for j in range(width):
            if not grid[i, j]:
                top, bottom = min(top, i), max(bottom, i)
                left, right = min(left, j), max(right, j)
    tall, wide = bottom + 1 - top, right + 1 - left
    box = np.empty((tall, wide), np.uint8)
    for i in range(tall):
        for j in range(wide):
            box[i, j] = out[top + i, left + j]
    row = memory.images[source]
    pop(memory, made)
    out = view(memory, push(memory, tall, wide, row[ROW] + top, row[COL] + left))
    for i in range(tall):
        for j in range(wide):
            out[i, j] = box[i, j]


@on_each
def complete(memory: Memory, source: int, a: int, b: int, canvas: Canvas) -> bool:
    """Fill empty cells by the symmetry or the lattice of the others, where these are most."""
    counters, row = memory.counters, memory.images[source]
    area = row[HEIGHT] * row[WIDTH]
    filled = count_filled(memory, source)
    if area < 16 or filled == area or 2 * filled < area:
        return False
    counters[WORK] += 10 * area
    image = push_copy(memory, source)
    grid, out = view(memory, source), view(memory, image)
    if a == SYMMETRY:
        pattern.complete_symmetry(grid, 0, out)
    elif a == LATTICE:
        counters[WORK] += 100 * area
        pattern.complete_lattice(grid, 0, out)
    elif not continue_pattern(grid, out):
        pop(memory, image)
        return False
    if b == HIDDEN:
        cut_hidden(memory, source, image)
    return True


REPAIRS = Operation(
    "repair",
    complete,
    (
        Variant("complete the symmetry", SYMMETRY, WHOLE, IMAGE),
        Variant("complete the lattice", LATTICE, WHOLE, IMAGE, cost=20),
        Variant("complete the pattern", PATTERN, WHOLE, IMAGE),
        Variant("take what completes the symmetry", SYMMETRY, HIDDEN, IMAGE),
        Variant("take what completes the lattice", LATTICE, HIDDEN, IMAGE, cost=20),
        Variant("take what completes the pattern", PATTERN, HIDDEN, IMAGE),
    ),
)
