"""What can be measured of an image, to choose among those of a list or to draw as a shape."""

from __future__ import annotations

import numpy as np

from arcgrid import MAX_SIDE
from arcgrid.kernels import components, fill, inner
from arcgrid_solvers.search.families.states.images import (
    COL,
    COLORS,
    HEIGHT,
    IMAGE,
    INT,
    LIST,
    MEMORY_T,
    NOTHING,
    OFFSET,
    ROW,
    STATE_T,
    VIEW_T,
    WIDTH,
    Canvas,
    Memory,
    State,
    View,
    count_filled,
    main_color,
    push,
    view,
)
from arcgrid_solvers.search.families.states.operations.operation import (
    OPERATION_T,
    Operation,
    Variant,
)

(
    FILLED,
    BOX_AREA,
    COLOR_COUNT,
    OBJECT_COUNT,
    HOLE_CELLS,
    TOP_EDGE,
    LEFT_EDGE,
    TALL,
    WIDE,
    SYMMETRIES,
    EMPTY,
    RARE_CELLS,
    SAME_COLOR,
    SAME_LOOK,
    SAME_OUTLINE,
) = range(15)
WORDS = (
    "filled cells",
    "box area",
    "colors",
    "objects",
    "enclosed cells",
    "distance from the top",
    "distance from the left",
    "height",
    "width",
    "symmetries",
    "empty cells",
    "cells not of its main color",
    "others of its main color",
    "others that look the same",
    "others of the same outline",
)


@inner(INT(VIEW_T))
def count_objects(grid: View) -> int:
    """Objects of one color, joined over corners too."""
    labels = np.empty(grid.shape, np.int16)
    components.label(grid, 8, 0, 0, labels)
    highest = 0
    for i in range(grid.shape[0]):
        for j in range(grid.shape[1]):
            highest = max(highest, labels[i, j])
    return highest


@inner(INT(VIEW_T))
def count_symmetries(grid: View) -> int:
    """How many of the mirrors left-right, up-down and diagonal leave a grid as it is."""
    height, width = grid.shape
    across, down, diagonal = True, True, height == width
    for i in range(height):
        for j in range(width):
            own = grid[i, j]
            across &= own == grid[i, width - 1 - j]
            down &= own == grid[height - 1 - i, j]
            if diagonal:
                diagonal &= own == grid[j, i]
    return int(across) + int(down) + int(diagonal)


@inner(INT(VIEW_T))
def count_enclosed(grid: View) -> int:
    """How many empty cells the others enclose."""
    holes = np.empty(grid.shape, np.uint8)
    fill.enclosed(grid, 0, 4, holes)
    found = 0
    for i in range(grid.shape[0]):
        for j in range(grid.shape[1]):
            found += holes[i, j]
    return found


@inner(INT(MEMORY_T, INT, INT, INT))
def alike(memory: Memory, one: int, two: int, what: int) -> int:
    """Whether two images have the same main color, cells or outline."""
    cells, images = memory.cells, memory.images
    if what == SAME_COLOR:
        return int(main_color(memory, one) == main_color(memory, two))
    if images[one, HEIGHT] != images[two, HEIGHT] or images[one, WIDTH] != images[two, WIDTH]:
        return 0
    start, other = images[one, OFFSET], images[two, OFFSET]
    for index in range(images[one, HEIGHT] * images[one, WIDTH]):
        a, b = cells[start + index], cells[other + index]
        if a != b and (what == SAME_LOOK or a == 0 or b == 0):
            return 0
    return 1


@inner(INT(MEMORY_T, INT, STATE_T, INT))
def measure(memory: Memory, image: int, state: State, what: int) -> int:
    """One number of an image of a state, among those of its list."""
    cells, row = memory.cells, memory.images[image]
    area = row[HEIGHT] * row[WIDTH]
    if what == FILLED:
        return count_filled(memory, image)
    if what == EMPTY:
        return area - count_filled(memory, image)
    if what == BOX_AREA:
        return area
    if what == COLOR_COUNT:
        count = 0
        for color in range(1, 10):
            count += row[COLORS] >> color & 1
        return count
    if what == TOP_EDGE:
        return row[ROW]
    if what == LEFT_EDGE:
        return row[COL]
    if what == TALL:
        return row[HEIGHT]
    if what == WIDE:
        return row[WIDTH]
    if what == OBJECT_COUNT:
        return count_objects(view(memory, image))
    if what == SYMMETRIES:
        return count_symmetries(view(memory, image))
    if what == HOLE_CELLS:
        return count_enclosed(view(memory, image))
    if what == RARE_CELLS:
        main, found = main_color(memory, image), 0
        for index in range(row[OFFSET], row[OFFSET] + area):
            found += cells[index] != main and cells[index] != 0
        return found
    found = 0
    for other in range(state.first, state.first + state.number):
        found += alike(memory, image, other, what)
    return found


BAR_ACROSS, BAR_DOWN, SQUARE, DIAGONAL = range(4)
LIST_LENGTH, COLOR_NUMBER, OBJECT_NUMBER, CELL_NUMBER, IMAGE_HEIGHT, IMAGE_WIDTH = range(6)


@inner(INT(MEMORY_T, STATE_T, INT))
def amount(memory: Memory, state: State, what: int) -> int:
    """One number of a whole state; 0 where it has none."""
    if what == LIST_LENGTH:
        return state.number if state.kind == LIST else 0
    if state.kind == LIST:
        return 0
    if what == COLOR_NUMBER:
        return measure(memory, state.first, state, COLOR_COUNT)
    if what == OBJECT_NUMBER:
        return measure(memory, state.first, state, OBJECT_COUNT)
    if what == CELL_NUMBER:
        return measure(memory, state.first, state, FILLED)
    return memory.images[state.first, HEIGHT if what == IMAGE_HEIGHT else WIDTH]


@inner(OPERATION_T)
def draw(memory: Memory, state: State, a: int, b: int, canvas: Canvas) -> int:
    """An amount as a bar, a square or a diagonal."""
    count = amount(memory, state, a)
    if count < 1 or count > MAX_SIDE:
        return NOTHING
    height = 1 if b == BAR_ACROSS else count
    width = 1 if b == BAR_DOWN else count
    color = max(main_color(memory, state.first), 1)
    out = view(memory, push(memory, height, width, 0, 0))
    for i in range(height):
        for j in range(width):
            out[i, j] = color if b != DIAGONAL or i == j else 0
    return IMAGE


MEASURES = Operation(
    "measure",
    draw,
    tuple(
        Variant(f"draw {amount_words} as {shape_words}", a, b, takes)
        for a, (amount_words, takes) in enumerate(
            (
                ("the number of images", LIST),
                ("the number of colors", IMAGE),
                ("the number of objects", IMAGE),
                ("the number of filled cells", IMAGE),
                ("the height", IMAGE),
                ("the width", IMAGE),
            )
        )
        for b, shape_words in enumerate(("a row", "a column", "a square", "a diagonal"))
    ),
)
