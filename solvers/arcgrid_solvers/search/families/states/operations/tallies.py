"""The colors of an image by how often they are there, and its lines by how full they are."""

from __future__ import annotations

import numpy as np

from arcgrid import MAX_SIDE
from arcgrid.kernels import components, inner, types
from arcgrid_solvers.search.families.states.images import (
    INT,
    ROW_T,
    VIEW_T,
    Canvas,
    Memory,
    Row,
    View,
    push,
    push_copy,
    stable_order,
    view,
)
from arcgrid_solvers.search.families.states.operations.operation import Operation, Variant, on_each

CELLS, OBJECTS = range(2)
ROW, COLUMN, ROWS, COLUMNS = range(4)


@inner(types.void(VIEW_T, INT, ROW_T))
def count_colors(grid: View, a: int, counts: Row) -> None:
    """How many cells or objects each color has."""
    height, width = grid.shape
    counts[:] = 0
    labels = np.zeros((height, width), np.int16)
    if a == OBJECTS:
        components.label(grid, 8, 0, 0, labels)
    highest = 0
    for i in range(height):
        for j in range(width):
            if grid[i, j] and (a == CELLS or labels[i, j] > highest):
                counts[grid[i, j]] += 1
                highest = max(highest, labels[i, j])


@on_each
def tally(memory: Memory, source: int, a: int, b: int, canvas: Canvas) -> bool:
    """The colors, the commonest first, each as a cell, or as a bar as long as its number."""
    counts = np.empty(10, np.int64)
    count_colors(view(memory, source), a, counts)
    order = np.empty(10, np.int64)
    stable_order(-counts, order)
    number = np.count_nonzero(counts)
    longest = counts[order[0]] if b >= ROWS else 1
    if number == 0 or longest > MAX_SIDE:
        return False
    along = b in (ROW, COLUMNS)
    height, width = (longest, number) if along else (number, longest)
    out = view(memory, push(memory, height, width, 0, 0))
    for i in range(height):
        for j in range(width):
            rank, length = (j, i) if along else (i, j)
            out[i, j] = order[rank] if b < ROWS or length < counts[order[rank]] else 0
    return True


DOWN, ACROSS = range(2)
EMPTY_FIRST, FULL_FIRST = range(2)


@on_each
def sort_lines(memory: Memory, source: int, a: int, b: int, canvas: Canvas) -> bool:
    """The rows (DOWN) or columns of an image by how many filled cells they have."""
    grid = view(memory, source)
    lines = grid.shape[0] if a == DOWN else grid.shape[1]
    length = grid.size // lines
    order, filled = np.empty(lines, np.int64), np.zeros(lines, np.int64)
    for line in range(lines):
        for k in range(length):
            filled[line] += (grid[line, k] if a == DOWN else grid[k, line]) != 0
    stable_order(-filled if b == FULL_FIRST else filled, order)
    out = view(memory, push_copy(memory, source))
    for i in range(grid.shape[0]):
        for j in range(grid.shape[1]):
            out[i, j] = grid[order[i], j] if a == DOWN else grid[i, order[j]]
    return True


TALLIES = Operation(
    "tally",
    tally,
    tuple(
        Variant(f"draw {shape} by number of {what}", a, b)
        for a, what in enumerate(("cells", "objects"))
        for b, shape in enumerate(
            (
                "the colors as a row",
                "the colors as a column",
                "a bar across for each color",
                "a bar down for each color",
            )
        )
    ),
)
SORTS = Operation(
    "sort",
    sort_lines,
    tuple(
        Variant(f"sort the {lines}, {end} first", a, b)
        for a, lines in enumerate(("rows", "columns"))
        for b, end in enumerate(("empty ones", "full ones"))
    ),
)
