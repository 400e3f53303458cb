"""Whole stacks: choosing grids, cutting many parts at once, joining and merging."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numba import types

from arcgrid.kernels.compile import kernel
from arcgrid.kernels.components import label, measure_boxes
from arcgrid.kernels.lift import (
    GRID,
    NEW_STACK,
    OFFSETS,
    STACK,
    Cells,
    Grid,
    Rows,
    Sides,
)
from arcgrid.kernels.window import window

_TABLE = types.Array(types.int64, 2, "C", readonly=True)
MOST_CELLS = 900
"""The cells of the largest grid."""

_Stack: TypeAlias = tuple[Cells, Rows, Sides, Sides]


@kernel(NEW_STACK(*STACK, OFFSETS))
def take(cells: Cells, offsets: Rows, heights: Sides, widths: Sides, chosen: Rows) -> _Stack:
    """The chosen grids, packed anew."""
    count = len(chosen)
    new_offsets = np.empty(count, np.int64)
    new_heights = np.empty(count, np.int32)
    new_widths = np.empty(count, np.int32)
    end = 0
    for i in range(count):
        new_offsets[i] = end
        new_heights[i], new_widths[i] = heights[chosen[i]], widths[chosen[i]]
        end += new_heights[i] * new_widths[i]
    new = np.empty(end, np.uint8)
    for i in range(count):
        start, place = offsets[chosen[i]], new_offsets[i]
        for k in range(new_heights[i] * new_widths[i]):
            new[place + k] = cells[start + k]
    return new, new_offsets, new_heights, new_widths


@kernel(NEW_STACK(*STACK, _TABLE, OFFSETS))
def cut(
    cells: Cells, offsets: Rows, heights: Sides, widths: Sides, boxes: Rows, ends: Rows
) -> _Stack:
    """The boxes (top, left, height, width) of each grid; `ends` says where its own end."""
    count = len(boxes)
    new_offsets = np.empty(count, np.int64)
    new_heights = np.empty(count, np.int32)
    new_widths = np.empty(count, np.int32)
    end = 0
    for i in range(count):
        new_offsets[i] = end
        new_heights[i], new_widths[i] = boxes[i, 2], boxes[i, 3]
        end += boxes[i, 2] * boxes[i, 3]
    new = np.empty(end, np.uint8)
    i = 0
    for owner in range(len(ends)):
        while i < ends[owner]:
            for row in range(new_heights[i]):
                source = offsets[owner] + (boxes[i, 0] + row) * widths[owner] + boxes[i, 1]
                place = new_offsets[i] + row * new_widths[i]
                for col in range(new_widths[i]):
                    new[place + col] = cells[source + col]
            i += 1
    return new, new_offsets, new_heights, new_widths


@kernel(NEW_STACK(*STACK, *[types.int64] * 4))
def objects(
    cells: Cells,
    offsets: Rows,
    heights: Sides,
    widths: Sides,
    connectivity: int,
    multicolor: int,
    background: int,
    blank: int,
) -> _Stack:
    """Each component of each grid in its box, with blank cells around it."""
    new_offsets, new_sides = np.empty(64, np.int64), np.empty((2, 64), np.int32)
    new = np.empty(len(cells), np.uint8)
    labels = np.empty(MOST_CELLS, np.int16)
    boxes = np.empty((MOST_CELLS, 10), np.int64)
    end, count = 0, 0
    for owner in range(len(offsets)):
        grid = window(cells, offsets[owner], heights[owner], widths[owner])
        own = window(labels, 0, heights[owner], widths[owner])
        label(grid, connectivity, multicolor, background, own)
        for index in range(measure_boxes(grid, own, boxes)):
            top, left, height, width = boxes[index, 2:6]
            if count == len(new_offsets):
                new_offsets = np.append(new_offsets, np.empty_like(new_offsets))
                new_sides = np.concatenate((new_sides, np.empty_like(new_sides)), 1)
            if end + height * width > len(new):
                new = np.append(new, np.empty(len(new) + height * width, np.uint8))
            new_offsets[count] = end
            new_sides[0, count], new_sides[1, count] = height, width
            for row in range(top, top + height):
                for col in range(left, left + width):
                    new[end] = grid[row, col] if own[row, col] == index + 1 else blank
                    end += 1
            count += 1
    labels[0], boxes[0, 0] = 0, 0  # in use until here, as `own` looks at them
    return new[:end], new_offsets[:count], new_sides[0, :count].copy(), new_sides[1, :count].copy()


@kernel(GRID(*STACK, *[types.int64] * 3))
def join(
    cells: Cells,
    offsets: Rows,
    heights: Sides,
    widths: Sides,
    columns: int,
    thickness: int,
    color: int,
) -> Grid:
    """Grids in rows of so many, with separators of a color between them."""
    rows = len(offsets) // columns
    height, width = (rows - 1) * thickness, (columns - 1) * thickness
    for i in range(rows):
        height += heights[i * columns]
    for j in range(columns):
        width += widths[j]
    out = np.full((height, width), color, np.uint8)
    top = 0
    for i in range(rows):
        left = 0
        for j in range(columns):
            index = i * columns + j
            part = window(cells, offsets[index], heights[index], widths[index])
            for row in range(heights[index]):
                for col in range(widths[index]):
                    out[top + row, left + col] = part[row, col]
            left += widths[j] + thickness
        top += heights[i * columns] + thickness
    return out


@kernel(GRID(*STACK, types.int64))
def overlay_all(
    cells: Cells, offsets: Rows, heights: Sides, widths: Sides, transparent: int
) -> Grid:
    """Grids of one shape painted over each other, the last on top."""
    out = np.full((heights[0], widths[0]), transparent, np.uint8)
    for index in range(len(offsets)):
        layer = window(cells, offsets[index], heights[0], widths[0])
        for row in range(heights[0]):
            for col in range(widths[0]):
                if layer[row, col] != transparent:
                    out[row, col] = layer[row, col]
    return out


@kernel(GRID(*STACK))
def vote(cells: Cells, offsets: Rows, heights: Sides, widths: Sides) -> Grid:
    """The most common color at each place of grids of one shape, the lowest of equals."""
    out = np.empty((heights[0], widths[0]), np.uint8)
    counts = np.empty(16, np.int64)
    for row in range(heights[0]):
        for col in range(widths[0]):
            for color in range(16):
                counts[color] = 0
            best = 0
            for index in range(len(offsets)):
                counts[cells[offsets[index] + row * widths[0] + col] & 15] += 1
            for color in range(10):
                if counts[color] > counts[best]:
                    best = color
            out[row, col] = best
    return out
