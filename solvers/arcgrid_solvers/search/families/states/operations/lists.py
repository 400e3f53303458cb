"""Operations on lists: choosing images, laying them over each other, joining and combining them."""

from __future__ import annotations

import numpy as np

from arcgrid import MAX_SIDE
from arcgrid.kernels import inner, types
from arcgrid_solvers.search.families.states.images import (
    COL,
    HEIGHT,
    IMAGE,
    IMAGE_TOP,
    INT,
    LIST,
    MEMORY_T,
    NOTHING,
    OFFSET,
    ROW,
    WIDTH,
    Canvas,
    Memory,
    State,
    Table,
    count_filled,
    main_color,
    pop,
    push,
    push_copy,
    stable_order,
    view,
)
from arcgrid_solvers.search.families.states.operations.measures import SAME_COLOR, WORDS, measure
from arcgrid_solvers.search.families.states.operations.operation import (
    OPERATION_T,
    Operation,
    Variant,
)

MOST, LEAST, MOST_ALL, ALL_BUT_MOST, LEAST_ALL, ALL_BUT_LEAST = range(6)


@inner(OPERATION_T)
def choose(memory: Memory, state: State, a: int, b: int, canvas: Canvas) -> int:
    """The first image with most (or least) of something; or all of these, or all others."""
    first, number = state.first, state.number
    values = np.empty(number, np.int64)
    for index in range(number):
        values[index] = measure(memory, first + index, state, a)
    least = b in (LEAST, LEAST_ALL, ALL_BUT_LEAST)
    best, ties = values[0], 1
    for index in range(1, number):
        if values[index] == best:
            ties += 1
        elif (values[index] < best) == least:
            best, ties = values[index], 1
    if ties == number:
        return NOTHING
    if b in (MOST, LEAST):
        for index in range(number):
            if values[index] == best:
                push_copy(memory, first + index)
                return IMAGE
    others = b in (ALL_BUT_MOST, ALL_BUT_LEAST)
    for index in range(number):
        if (values[index] == best) != others:
            push_copy(memory, first + index)
    return LIST


@inner(types.void(MEMORY_T, INT, INT, types.int64[::1]))
def order_by_size(memory: Memory, first: int, number: int, order: Table) -> None:
    """The indices of images, the ones with most filled cells first."""
    sizes = np.empty(number, np.int64)
    for index in range(number):
        sizes[index] = -count_filled(memory, first + index)
    stable_order(sizes, order)


SMALL_ON_TOP, LARGE_ON_TOP, LAST_ON_TOP = range(3)


@inner(OPERATION_T)
def overlay(memory: Memory, state: State, a: int, b: int, canvas: Canvas) -> int:
    """All images of a list in one, each at its place.

    Of equally large images the later ones lie on top, or with LARGE_ON_TOP the earlier ones.
    """
    images = memory.images
    first, number = state.first, state.number
    top, left = images[first, ROW], images[first, COL]
    bottom, right = top, left
    for image in range(first, first + number):
        row = images[image]
        top, left = min(top, row[ROW]), min(left, row[COL])
        bottom = max(bottom, row[ROW] + row[HEIGHT])
        right = max(right, row[COL] + row[WIDTH])
    if bottom - top > MAX_SIDE + 2 or right - left > MAX_SIDE + 2:
        return NOTHING
    order = np.empty(number, np.int64)
    order_by_size(memory, first, number, order)
    image = push(memory, bottom - top, right - left, top, left)
    out = view(memory, image)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = 0
    for place in range(number):
        index = place
        if a == SMALL_ON_TOP:
            index = order[place]
        elif a == LARGE_ON_TOP:
            index = order[number - 1 - place]
        row = images[first + index]
        grid = view(memory, first + index)
        for i in range(row[HEIGHT]):
            for j in range(row[WIDTH]):
                if grid[i, j]:
                    out[row[ROW] - top + i, row[COL] - left + j] = grid[i, j]
    return IMAGE


ACROSS, DOWNWARD = range(2)
IN_ORDER, SMALL_FIRST, LARGE_FIRST = range(3)


@inner(OPERATION_T)
def join(memory: Memory, state: State, a: int, b: int, canvas: Canvas) -> int:
    """Images of one height side by side, or of one width one below the other.

    Of equally large images the earlier ones come first, or with SMALL_FIRST the later ones.
    """
    images = memory.images
    first, number = state.first, state.number
    height, width = 0, 0
    for image in range(first, first + number):
        row = images[image]
        if a == ACROSS:
            width += row[WIDTH]
            height = row[HEIGHT]
        else:
            height += row[HEIGHT]
            width = row[WIDTH]
        other = images[first, HEIGHT if a == ACROSS else WIDTH]
        if other != (height if a == ACROSS else width):
            return NOTHING
    if number < 2 or height > MAX_SIDE or width > MAX_SIDE:
        return NOTHING
    order = np.empty(number, np.int64)
    order_by_size(memory, first, number, order)
    out = view(memory, push(memory, height, width, 0, 0))
    at = 0
    for place in range(number):
        index = place
        if b == LARGE_FIRST:
            index = order[place]
        elif b == SMALL_FIRST:
            index = order[number - 1 - place]
        grid = view(memory, first + index)
        for i in range(grid.shape[0]):
            for j in range(grid.shape[1]):
                if a == ACROSS:
                    out[i, at + j] = grid[i, j]
                else:
                    out[at + i, j] = grid[i, j]
        at += grid.shape[1] if a == ACROSS else grid.shape[0]
    return IMAGE


AND, OR, XOR, NOR, FIRST_ON_TOP, LAST_OVER, FIRST_LESS, LAST_LESS, AND_LAST = range(9)


@inner(INT(INT, INT, INT, INT, INT))
def combined(a: int, filled: int, number: int, first_color: int, last_color: int) -> int:
    """Whether a cell is filled after combining; the colors are 0 where the image is empty."""
    if a in (AND, AND_LAST):
        return int(filled == number)
    if a in (OR, FIRST_ON_TOP, LAST_OVER):
        return int(filled > 0)
    if a == XOR:
        return filled & 1
    if a == NOR:
        return int(filled == 0)
    if a == FIRST_LESS:
        return int(first_color != 0 and filled == 1)
    return int(last_color != 0 and filled == 1)


@inner(OPERATION_T)
def combine(memory: Memory, state: State, a: int, b: int, canvas: Canvas) -> int:
    """Images of one shape, cell by cell, as if they lay at one place."""
    cells, images = memory.cells, memory.images
    first, number = state.first, state.number
    height, width = images[first, HEIGHT], images[first, WIDTH]
    for image in range(first, first + number):
        if images[image, HEIGHT] != height or images[image, WIDTH] != width:
            return NOTHING
    if number < 2:
        return NOTHING
    main = max(main_color(memory, first), 1)
    out = images[push(memory, height, width, 0, 0), OFFSET]
    for index in range(height * width):
        filled, top, bottom = 0, 0, 0
        for image in range(first, first + number):
            own = cells[images[image, OFFSET] + index]
            filled += own != 0
            top = own if top == 0 else top
            bottom = own if own else bottom
        last = cells[images[first + number - 1, OFFSET] + index]
        color = top
        if a in (LAST_OVER, AND_LAST):
            color = bottom
        elif a == NOR:
            color = main
        begin = cells[images[first, OFFSET] + index]
        cells[out + index] = color if combined(a, filled, number, begin, last) else 0
    return IMAGE


@inner(OPERATION_T)
def odd_one(memory: Memory, state: State, a: int, b: int, canvas: Canvas) -> int:
    """The only image whose measure no other has (b 0), or a list of all with the usual one.

    Of equally usual measures the one that comes first counts.
    """
    first, number = state.first, state.number
    values = np.empty(number, np.int64)
    for index in range(number):
        what = first + index
        if a == SAME_COLOR:
            values[index] = main_color(memory, what)
        else:
            values[index] = measure(memory, what, state, a)
    found, usual, most = -1, 0, 0
    for index in range(number):
        same = 0
        for other in range(number):
            same += values[other] == values[index]
        if same == 1:
            if found >= 0 and b == 0:
                return NOTHING
            found = index
        if same > most:
            usual, most = values[index], same
    if number < 3:
        return NOTHING
    if b == 0:
        if found < 0:
            return NOTHING
        push_copy(memory, first + found)
        return IMAGE
    if most == number:
        return NOTHING
    for index in range(number):
        if values[index] == usual:
            push_copy(memory, first + index)
    return LIST


TOUCHING, FREE = range(2)


@inner(OPERATION_T)
def sift(memory: Memory, state: State, a: int, b: int, canvas: Canvas) -> int:
    """The images at the edge of what all cover together, or those that are not."""
    images, counters = memory.images, memory.counters
    first, number = state.first, state.number
    top, left, bottom, right = 127, 127, -127, -127
    for image in range(first, first + number):
        row = images[image]
        top, left = min(top, row[ROW]), min(left, row[COL])
        bottom = max(bottom, row[ROW] + row[HEIGHT])
        right = max(right, row[COL] + row[WIDTH])
    start, made = counters[IMAGE_TOP], 0
    for image in range(first, first + number):
        row = images[image]
        at_edge = row[ROW] == top or row[COL] == left
        at_edge |= row[ROW] + row[HEIGHT] == bottom or row[COL] + row[WIDTH] == right
        if at_edge == (a == TOUCHING):
            push_copy(memory, image)
            made += 1
    if made == 0 or made == number:
        pop(memory, start)
        return NOTHING
    return LIST


@inner(OPERATION_T)
def choose_by_color(memory: Memory, state: State, a: int, b: int, canvas: Canvas) -> int:
    """The only image with most cells of color b (a MOST), or with fewest of them (a LEAST)."""
    cells, images = memory.cells, memory.images
    best, most, ties = -1, -1, 0
    for image in range(state.first, state.first + state.number):
        row, count = images[image], 0
        for index in range(row[OFFSET], row[OFFSET] + row[HEIGHT] * row[WIDTH]):
            count += cells[index] == b
        count = count if a == MOST else MAX_SIDE * MAX_SIDE * 2 - count
        if count > most:
            best, most, ties = image, count, 0
        elif count == most:
            ties += 1
    if state.number < 2 or ties:
        return NOTHING
    push_copy(memory, best)
    return IMAGE


_RANKED = tuple(enumerate(WORDS))
CHOICES = Operation(
    "choose",
    choose,
    tuple(
        Variant(f"take the image with the {end} {words}", a, b, LIST)
        for a, words in _RANKED
        for b, end in ((MOST, "most"), (LEAST, "least"))
    ),
)
COLOR_CHOICES = Operation(
    "choose by color",
    choose_by_color,
    tuple(
        Variant(f"take the image with the {end} {{{color}}} cells", a, color, LIST, color=color)
        for color in range(1, 10)
        for a, end in ((MOST, "most"), (LEAST, "fewest"))
    ),
)
FILTERS = Operation(
    "filter",
    choose,
    tuple(
        Variant(f"{verb} the images with the {end} {words}", a, b, LIST)
        for a, words in _RANKED
        for b, verb, end in (
            (MOST_ALL, "keep", "most"),
            (ALL_BUT_MOST, "drop", "most"),
            (LEAST_ALL, "keep", "least"),
            (ALL_BUT_LEAST, "drop", "least"),
        )
    ),
)
OVERLAYS = Operation(
    "overlay",
    overlay,
    (
        Variant("lay over each other, small ones on top", SMALL_ON_TOP, 0, LIST),
        Variant("lay over each other, large ones on top", LARGE_ON_TOP, 0, LIST),
        Variant("lay over each other, later ones on top", LAST_ON_TOP, 0, LIST),
    ),
)
JOINS = Operation(
    "join",
    join,
    tuple(
        Variant(f"join {direction}{order}", a, b, LIST)
        for a, direction in enumerate(("side by side", "one below the other"))
        for b, order in enumerate(("", ", small ones first", ", large ones first"))
    ),
)
COMBINATIONS = Operation(
    "combine",
    combine,
    tuple(
        Variant(words, a, 0, LIST)
        for a, words in enumerate(
            (
                "combine: filled in all",
                "combine: filled in any",
                "combine: filled in an odd number",
                "combine: filled in none",
                "put on one place, the first on top",
                "put on one place, the last on top",
                "combine: filled in the first alone",
                "combine: filled in the last alone",
                "combine: filled in all, colors of the last",
            )
        )
    ),
)
ODD_ONES = Operation(
    "odd one",
    odd_one,
    tuple(
        Variant(f"{words} by {'main color' if a == SAME_COLOR else what}", a, b, LIST)
        for a, what in _RANKED
        for b, words in enumerate(("take the odd one", "keep the usual ones"))
    ),
)
SIFTS = Operation(
    "sift",
    sift,
    (
        Variant("keep the images at the edge", TOUCHING, 0, LIST),
        Variant("drop the images at the edge", FREE, 0, LIST),
    ),
)
