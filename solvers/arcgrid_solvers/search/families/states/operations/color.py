"""Operations on colors: keep, erase, unite."""

from __future__ import annotations

import numpy as np

from arcgrid_solvers.search.families.states.images import (
    COL,
    HEIGHT,
    OFFSET,
    ROW,
    WIDTH,
    Canvas,
    Memory,
    main_color,
    push,
    push_copy,
)
from arcgrid_solvers.search.families.states.operations.operation import Operation, Variant, on_each

KEEP, ERASE, INVERT, UNITE, KEEP_MAIN, ERASE_MAIN, KEEP_RARE, ERASE_RARE, MAIN_CELL = range(9)


@on_each
def recolor(memory: Memory, source: int, a: int, b: int, canvas: Canvas) -> bool:
    """Keep or erase colors, or unite them."""
    cells, images = memory.cells, memory.images
    row = images[source]
    start, size = row[OFFSET], row[HEIGHT] * row[WIDTH]
    main = main_color(memory, source)
    if main == 0 and a != KEEP and a != ERASE:
        return False
    if a == MAIN_CELL:
        image = push(memory, 1, 1, row[ROW], row[COL])
        cells[images[image, OFFSET]] = main
        return True
    color = b
    if a in (KEEP_MAIN, ERASE_MAIN):
        color = main
    elif a in (KEEP_RARE, ERASE_RARE):
        counts = np.zeros(10, np.int64)
        for index in range(start, start + size):
            counts[cells[index]] += 1
        color = main
        for other in range(1, 10):
            if 0 < counts[other] < counts[color]:
                color = other
    keeps = a in (KEEP, KEEP_MAIN, KEEP_RARE)
    erases = a in (ERASE, ERASE_MAIN, ERASE_RARE)
    offset = images[push_copy(memory, source), OFFSET]
    for index in range(offset, offset + size):
        own = cells[index]
        if a == INVERT:
            cells[index] = 0 if own else main
        elif a == UNITE:
            cells[index] = main if own else 0
        elif (keeps and own != color) or (erases and own == color):
            cells[index] = 0
    return True


OPERATION = Operation(
    "color",
    recolor,
    (
        *[Variant(f"keep {{{color}}}", KEEP, color, color=color) for color in range(1, 10)],
        *[Variant(f"erase {{{color}}}", ERASE, color, color=color) for color in range(1, 10)],
        Variant("exchange empty and filled", INVERT),
        Variant("unite colors", UNITE),
        Variant("keep the most common color", KEEP_MAIN),
        Variant("erase the most common color", ERASE_MAIN),
        Variant("keep the rarest color", KEEP_RARE),
        Variant("erase the rarest color", ERASE_RARE),
        Variant("one cell of the most common color", MAIN_CELL),
    ),
)
