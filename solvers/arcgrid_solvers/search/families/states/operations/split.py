"""From an image to a list: objects, colors, lines, panels."""

from __future__ import annotations

import numpy as np

from arcgrid.kernels import components, inner, types
from arcgrid_solvers.search.families.states.images import (
    COL,
    COLORS,
    HEIGHT,
    IMAGE,
    IMAGE_TOP,
    INT,
    LIST,
    MAX_IMAGES,
    MEMORY_T,
    NOTHING,
    ROW,
    VIEW_T,
    WIDTH,
    Canvas,
    Memory,
    State,
    View,
    pop,
    push,
    push_box,
    push_copy,
    view,
)
from arcgrid_solvers.search.families.states.operations.operation import (
    OPERATION_T,
    Operation,
    Variant,
)

ALL_COLORS, ONE_COLOR, BOXES = range(3)


@inner(OPERATION_T)
def objects(memory: Memory, state: State, a: int, b: int, canvas: Canvas) -> int:
    """Connected components; b is the connectivity; boxes keep what else lies in them."""
    first, grid = state.first, view(memory, state.first)
    labels = np.empty(grid.shape, np.int16)
    components.label(grid, b, int(a != ONE_COLOR), 0, labels)
    highest = 0
    for i in range(grid.shape[0]):
        for j in range(grid.shape[1]):
            highest = max(highest, labels[i, j])
    if highest < 1 or highest > MAX_IMAGES:
        return NOTHING
    boxes = np.empty((highest, 10), np.int64)
    found = components.measure_boxes(grid, labels, boxes)
    for index in range(found):
        top, left = boxes[index, 2], boxes[index, 3]
        height, width = boxes[index, 4], boxes[index, 5]
        image = push_box(memory, first, top, left, height, width)
        if a != BOXES:
            out = view(memory, image)
            for i in range(height):
                for j in range(width):
                    if labels[top + i, left + j] != index + 1:
                        out[i, j] = 0
    return LIST


BY_COLOR, BY_ROW, BY_COLUMN, AREAS = range(4)


@inner(OPERATION_T)
def parts(memory: Memory, state: State, a: int, b: int, canvas: Canvas) -> int:
    """A list by color, by row or by column; or the empty areas."""
    first, row = state.first, memory.images[state.first]
    height, width = row[HEIGHT], row[WIDTH]
    if a == BY_ROW:
        for i in range(height):
            push_box(memory, first, i, 0, 1, width)
        return LIST
    if a == BY_COLUMN:
        for j in range(width):
            push_box(memory, first, 0, j, height, 1)
        return LIST
    if a == AREAS:
        return areas(memory, first)
    found = 0
    for color in range(1, 10):
        if not row[COLORS] >> color & 1:
            continue
        out = view(memory, push_copy(memory, first))
        found += 1
        for i in range(height):
            for j in range(width):
                if out[i, j] != color:
                    out[i, j] = 0
    return LIST if found else NOTHING


@inner(INT(MEMORY_T, INT))
def areas(memory: Memory, first: int) -> int:
    """Connected empty areas, each filled with color 1."""
    row, grid = memory.images[first], view(memory, first)
    empty = np.empty(grid.shape, np.uint8)
    for i in range(grid.shape[0]):
        for j in range(grid.shape[1]):
            empty[i, j] = grid[i, j] == 0
    labels = np.empty(grid.shape, np.int16)
    components.label(empty, 4, 0, 0, labels)
    boxes = np.empty((grid.size + 1, 10), np.int64)
    found = components.measure_boxes(empty, labels, boxes)
    if found < 1 or found > MAX_IMAGES:
        return NOTHING
    for index in range(found):
        top, left = boxes[index, 2], boxes[index, 3]
        height, width = boxes[index, 4], boxes[index, 5]
        out = view(memory, push(memory, height, width, row[ROW] + top, row[COL] + left))
        for i in range(height):
            for j in range(width):
                out[i, j] = labels[top + i, left + j] == index + 1
    return LIST


@inner(types.boolean(VIEW_T, INT, INT, INT))
def is_line(grid: View, axis: int, index: int, color: int) -> bool:
    """Whether a row (axis 0) or column is wholly of a color."""
    for k in range(grid.shape[1 - axis]):
        if (grid[index, k] if axis == 0 else grid[k, index]) != color:
            return False
    return True


@inner(INT(VIEW_T))
def line_color(grid: View) -> int:
    """The color that most lines inside a grid are wholly of; 0 where none or all of them are."""
    height, width = grid.shape
    best, most = 0, 0
    for color in range(1, 10):
        found = 0
        for i in range(1, height - 1):
            found += is_line(grid, 0, i, color)
        for j in range(1, width - 1):
            found += is_line(grid, 1, j, color)
        if found > most and found < height + width - 4:
            best, most = color, found
    return best


@inner(OPERATION_T)
def panels(memory: Memory, state: State, a: int, b: int, canvas: Canvas) -> int:
    """The boxes between separating lines (a 0), or a x b equal parts; 0 of one: squares."""
    first, grid = state.first, view(memory, state.first)
    height, width = grid.shape
    tall, wide = a, b
    if a == 0:
        return separated(memory, first)
    if a == -1:
        if height == width or max(height, width) % min(height, width):
            return NOTHING
        tall, wide = height // min(height, width), width // min(height, width)
    if height % tall or width % wide or tall * wide > MAX_IMAGES:
        return NOTHING
    down, right = height // tall, width // wide
    for i in range(tall):
        for j in range(wide):
            push_box(memory, first, i * down, j * right, down, right)
    return LIST


@inner(INT(MEMORY_T, INT))
def separated(memory: Memory, first: int) -> int:
    """The boxes between whole lines of one color."""
    grid = view(memory, first)
    height, width = grid.shape
    color = line_color(grid)
    if color == 0:
        return NOTHING
    start, found, i = memory.counters[IMAGE_TOP], 0, 0
    while i < height:
        if is_line(grid, 0, i, color):
            i += 1
            continue
        tall = 1
        while i + tall < height and not is_line(grid, 0, i + tall, color):
            tall += 1
        j = 0
        while j < width:
            if is_line(grid, 1, j, color):
                j += 1
                continue
            wide = 1
            while j + wide < width and not is_line(grid, 1, j + wide, color):
                wide += 1
            found += 1
            if found > MAX_IMAGES:
                pop(memory, start)
                return NOTHING
            push_box(memory, first, i, j, tall, wide)
            j += wide
        i += tall
    if found < 2:
        pop(memory, start)
        return NOTHING
    return LIST


@inner(OPERATION_T)
def marked(memory: Memory, state: State, a: int, b: int, canvas: Canvas) -> int:
    """The boxes whose four corners one color marks: what is inside (a 0), or all of them."""
    first, grid = state.first, view(memory, state.first)
    height, width = grid.shape
    start, found = memory.counters[IMAGE_TOP], 0
    for top in range(height - 1):
        for left in range(width - 1):
            color = grid[top, left]
            if not color:
                continue
            for bottom in range(top + 2 - a, height):
                if grid[bottom, left] != color:
                    continue
                for right in range(left + 2 - a, width):
                    if grid[top, right] != color or grid[bottom, right] != color:
                        continue
                    if not alone(grid, top, left, bottom, right, color):
                        continue
                    found += 1
                    if found > 16:
                        pop(memory, start)
                        return NOTHING
                    push_box(
                        memory,
                        first,
                        top + 1 - a,
                        left + 1 - a,
                        bottom - top - 1 + 2 * a,
                        right - left - 1 + 2 * a,
                    )
    return LIST if found else NOTHING


@inner(types.boolean(VIEW_T, *[INT] * 5))
def alone(grid: View, top: int, left: int, bottom: int, right: int, color: int) -> bool:
    """Whether the corners of a box stand out from its edge, which has no such color else."""
    for i in range(top + 1, bottom):
        if grid[i, left] == color or grid[i, right] == color:
            return False
    for j in range(left + 1, right):
        if grid[top, j] == color or grid[bottom, j] == color:
            return False
    return True


OBJECTS = Operation(
    "objects",
    objects,
    (
        Variant("split into objects", ALL_COLORS, 8, IMAGE),
        Variant("split into objects joined along sides", ALL_COLORS, 4, IMAGE),
        Variant("split into objects of one color", ONE_COLOR, 8, IMAGE),
        Variant("split into objects of one color joined along sides", ONE_COLOR, 4, IMAGE),
        Variant("split into the boxes of objects", BOXES, 8, IMAGE),
    ),
)
PARTS = Operation(
    "parts",
    parts,
    (
        Variant("split by color", BY_COLOR, 0, IMAGE),
        Variant("split into rows", BY_ROW, 0, IMAGE),
        Variant("split into columns", BY_COLUMN, 0, IMAGE),
        Variant("split into empty areas", AREAS, 0, IMAGE),
    ),
)
PANELS = Operation(
    "panels",
    panels,
    (
        Variant("split at separating lines", 0, 0, IMAGE),
        Variant("split into two, one above the other", 2, 1, IMAGE),
        Variant("split into two, side by side", 1, 2, IMAGE),
        Variant("split into three, one above the other", 3, 1, IMAGE),
        Variant("split into three, side by side", 1, 3, IMAGE),
        Variant("split into quarters", 2, 2, IMAGE),
        Variant("split into squares", -1, 0, IMAGE),
    ),
)
MARKED = Operation(
    "marked",
    marked,
    (
        Variant("take the insides of marked corners", 0, 0, IMAGE),
        Variant("take the boxes of marked corners", 1, 0, IMAGE),
    ),
)
