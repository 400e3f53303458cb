"""Images in an arena, for jitted code: making them, looking at them, hashing them.

An image is a grid with a place: color 0 is transparent, the place may be off the canvas. Its cells
lie in one flat array, padded with zeros to whole words of 8 bytes; what else is known of it is a
row of a table. Operations on images are in the modules named after their families.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from arcgrid.kernels import inner, types, window
from arcgrid_solvers.search.records import record

OFFSET, HEIGHT, WIDTH, ROW, COL, COLORS = range(6)
"""Columns of the table of images; `COLORS` has a bit for each color but 0."""
IMAGE_FIELDS = 6

CELL_TOP, IMAGE_TOP, NODE_TOP, MEMO_TOP, TUPLE_TOP, NODE_BITS, TUPLE_BITS, WORK, FULL = range(9)
"""What the counters count: what is in use of each table, sizes of hash tables, work, overflow."""
COUNTERS = 9

MAX_IMAGES = 64
"""No list has more images."""

NOTHING, IMAGE, LIST = 0, 1, 2
"""What an operation has made; also what a state is."""

Cells = NDArray[np.uint8]
Table = NDArray[np.int64]
Row = NDArray[np.int64]
View = NDArray[np.uint8]

INT = types.int64
CELLS_T = types.uint8[::1]
TABLE_T = types.int64[:, ::1]
ROW_T = types.int64[::1]
VIEW_T = types.uint8[:, ::1]


class Memory(NamedTuple):
    """Where images lie.

    Attributes:
        cells: those of all images.
        images: a row of facts for each.
        counters: what is in use of these and of all other tables.
    """

    cells: Cells
    images: Table
    counters: Row


class State(NamedTuple):
    """One image, or a list of images: `number` of them that begin with `first`."""

    first: int
    number: int
    kind: int


class Canvas(NamedTuple):
    """The shape of what is to be filled."""

    rows: int
    columns: int


MEMORY_T = record(Memory, CELLS_T, TABLE_T, ROW_T)
STATE_T = record(State, INT, INT, INT)
CANVAS_T = record(Canvas, INT, INT)


@inner(VIEW_T(MEMORY_T, INT))
def view(memory: Memory, image: int) -> View:
    """The cells of an image."""
    row = memory.images[image]
    return window(memory.cells, row[OFFSET], row[HEIGHT], row[WIDTH])


@inner(INT(MEMORY_T, *[INT] * 4))
def push(memory: Memory, height: int, width: int, row: int, col: int) -> int:
    """A new image, its cells not yet written; its sides must be within limits."""
    cells, images, counters = memory
    image, offset = counters[IMAGE_TOP], counters[CELL_TOP]
    images[image, OFFSET], images[image, HEIGHT], images[image, WIDTH] = offset, height, width
    images[image, ROW], images[image, COL] = row, col
    size = height * width
    padded = (size + 7) & ~7
    for index in range(size, padded):
        cells[offset + index] = 0
    counters[IMAGE_TOP] = image + 1
    counters[CELL_TOP] = offset + padded
    counters[WORK] += size
    return image


@inner(types.void(MEMORY_T, INT))
def pop(memory: Memory, first: int) -> None:
    """Take back the images from `first` on, if there are any."""
    counters = memory.counters
    if first < counters[IMAGE_TOP]:
        counters[IMAGE_TOP], counters[CELL_TOP] = first, memory.images[first, OFFSET]


@inner(INT(MEMORY_T, INT))
def push_copy(memory: Memory, source: int) -> int:
    """A new image equal to another one."""
    cells, images = memory.cells, memory.images
    row = images[source]
    image = push(memory, row[HEIGHT], row[WIDTH], row[ROW], row[COL])
    start, offset = row[OFFSET], images[image, OFFSET]
    for index in range(row[HEIGHT] * row[WIDTH]):
        cells[offset + index] = cells[start + index]
    return image


@inner(INT(MEMORY_T, *[INT] * 5))
def push_box(
    memory: Memory,
    source: int,
    top: int,
    left: int,
    height: int,
    width: int,
) -> int:
    """A new image: a box of another one, at its place."""
    row = memory.images[source]
    image = push(memory, height, width, row[ROW] + top, row[COL] + left)
    old, new = view(memory, source), view(memory, image)
    for i in range(height):
        for j in range(width):
            new[i, j] = old[top + i, left + j]
    return image


@inner(INT(MEMORY_T, INT))
def main_color(memory: Memory, image: int) -> int:
    """The most common color but 0, the lower one when tied; 0 in an empty image."""
    cells, row = memory.cells, memory.images[image]
    counts = np.zeros(10, np.int64)
    for index in range(row[OFFSET], row[OFFSET] + row[HEIGHT] * row[WIDTH]):
        counts[cells[index]] += 1
    best = 0
    for color in range(1, 10):
        if counts[color] > (counts[best] if best else 0):
            best = color
    return best


@inner(INT(MEMORY_T, INT))
def count_filled(memory: Memory, image: int) -> int:
    """How many cells are not 0."""
    cells, row, filled = memory.cells, memory.images[image], 0
    for index in range(row[OFFSET], row[OFFSET] + row[HEIGHT] * row[WIDTH]):
        filled += cells[index] != 0
    return filled


@inner(types.void(ROW_T, ROW_T))
def stable_order(keys: Row, order: Row) -> None:
    """The indices of keys, the lowest key first; equal ones stay in order."""
    for index in range(len(keys)):
        place = index
        while place and keys[order[place - 1]] > keys[index]:
            order[place] = order[place - 1]
            place -= 1
        order[place] = index


@inner(types.UniTuple(INT, 4)(MEMORY_T, INT))
def filled_box(memory: Memory, image: int) -> tuple[int, int, int, int]:
    """Top, left, height and width of what is not 0; height 0 in an empty image."""
    grid = view(memory, image)
    height, width = grid.shape
    top, bottom, left, right = height, -1, width, -1
    for i in range(height):
        for j in range(width):
            if grid[i, j]:
                top, bottom = min(top, i), i
                left, right = min(left, j), max(right, j)
    if bottom < 0:
        return 0, 0, 0, 0
    return top, left, bottom + 1 - top, right + 1 - left


@inner(types.void(MEMORY_T, INT))
def note_colors(memory: Memory, image: int) -> None:
    """Write down which colors an image has."""
    cells, row, colors = memory.cells, memory.images[image], 0
    for index in range(row[OFFSET], row[OFFSET] + row[HEIGHT] * row[WIDTH]):
        colors |= 1 << cells[index]
    memory.images[image, COLORS] = colors & ~1


@inner(types.uint64(types.uint64[::1], TABLE_T, INT, types.uint64))
def hash_image(words: NDArray[np.uint64], images: Table, image: int, seed: np.uint64) -> np.uint64:
    """A 64-bit hash of an image and its place, mixed into another one."""
    row = images[image]
    shape = (row[HEIGHT] << 24) ^ (row[WIDTH] << 16) ^ ((row[ROW] & 255) << 8) ^ (row[COL] & 255)
    code = (seed ^ np.uint64(shape)) * np.uint64(0x9E3779B97F4A7C15)
    code ^= code >> np.uint64(29)
    start = row[OFFSET] >> 3
    for index in range(start, start + ((row[HEIGHT] * row[WIDTH] + 7) >> 3)):
        code = (code ^ words[index]) * np.uint64(0xBF58476D1CE4E5B9)
        code ^= code >> np.uint64(32)
    return code
