"""Operations that fill a canvas of the output's or the input's shape."""

from __future__ import annotations

import numpy as np

from arcgrid import MAX_SIDE
from arcgrid.kernels import inner, types
from arcgrid_solvers.search.families.states.images import (
    COL,
    HEIGHT,
    IMAGE,
    INT,
    ROW,
    VIEW_T,
    WIDTH,
    WORK,
    Canvas,
    Memory,
    View,
    main_color,
    pop,
    push,
    view,
)
from arcgrid_solvers.search.families.states.operations.operation import Operation, Variant, on_each

(
    EMBED,
    WRAP,
    RESCALE,
    TILE,
    MIRROR_TILE,
    TILE_IN_PLACE,
    CONTINUE,
    SOLID,
    FRACTAL,
    FOLD,
    SHIFT,
    FRACTAL_GAPS,
    FRACTAL_MAIN,
    PINWHEEL,
    PINWHEEL_BACK,
) = range(15)


@inner(types.boolean(VIEW_T, INT, INT))
def repeats(grid: View, down: int, right: int) -> bool:
    """Whether all cells agree with those at a distance; empty cells agree with all."""
    height, width = grid.shape
    for i in range(height - down):
        for j in range(width - right):
            one, two = grid[i, j], grid[i + down, j + right]
            if one != two and one and two:
                return False
    return True


@inner(types.UniTuple(INT, 2)(VIEW_T))
def periods(grid: View) -> tuple[int, int]:
    """The shortest distances down and across at which a grid repeats; its sides where none."""
    height, width = grid.shape
    down, right = 1, 1
    while down < height and not repeats(grid, down, 0):
        down += 1
    while right < width and not repeats(grid, 0, right):
        right += 1
    return down, right


@inner(types.boolean(VIEW_T, VIEW_T))
def continue_pattern(grid: View, out: View) -> bool:
    """Fill a canvas with the smallest tile that, repeated, gives the grid."""
    down, right = periods(grid)
    if down == grid.shape[0] and right == grid.shape[1]:
        return False
    tile = np.zeros((down, right), np.uint8)
    for i in range(grid.shape[0]):
        for j in range(grid.shape[1]):
            if grid[i, j]:
                if tile[i % down, j % right] and tile[i % down, j % right] != grid[i, j]:
                    return False
                tile[i % down, j % right] = grid[i, j]
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = tile[i % down, j % right]
    return True


@inner(types.boolean(VIEW_T, INT, INT))
def is_shifted(grid: View, down: int, right: int) -> bool:
    """Whether what is filled lies at a distance again, as far as the grid goes, in two cells."""
    height, width = grid.shape
    met = 0
    for i in range(height - down):
        for j in range(max(0, -right), min(width, width - right)):
            if grid[i, j] != grid[i + down, j + right]:
                return False
            met += grid[i, j] != 0
    return met > 1


@inner(types.boolean(VIEW_T, VIEW_T))
def continue_shift(grid: View, out: View) -> bool:
    """Fill a canvas so that all repeats at the shortest distance, down and aside, that it does."""
    height, width = grid.shape
    for length in range(2, height + width):
        for down in range(1, min(length, height)):
            for right in (length - down, down - length):
                if abs(right) < width and is_shifted(grid, down, right):
                    spread_shift(grid, out, down, right)
                    return True
    return False


@inner(types.void(VIEW_T, VIEW_T, INT, INT))
def spread_shift(grid: View, out: View, down: int, right: int) -> None:
    """Every cell of a canvas as those of the grid at multiples of a distance, which are equal."""
    height, width = grid.shape
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = 0
            for times in range(-MAX_SIDE, MAX_SIDE + 1):
                y, x = i + times * down, j + times * right
                if 0 <= y < height and 0 <= x < width and grid[y, x]:
                    out[i, j] = grid[y, x]


@inner(INT(INT, INT))
def mirrored(index: int, length: int) -> int:
    """Where a place lies in a row of mirrored copies."""
    index %= 2 * length
    return index if index < length else 2 * length - 1 - index


@inner(INT(INT, INT))
def folded(index: int, length: int) -> int:
    """Where a place lies in a row of mirrored copies that share their ends."""
    if length == 1:
        return 0
    index %= 2 * length - 2
    return index if index < length else 2 * length - 2 - index


@inner(types.UniTuple(INT, 2)(INT, INT, INT, types.boolean))
def pinwheel(row: int, col: int, side: int, back: bool) -> tuple[int, int]:
    """Where a cell of four quarters, each a quarter turn after the other, lies in the first."""
    i, j = row % side, col % side
    turns = 3 - col // side if row // side else col // side
    turns = (4 - turns) % 4 if back else turns
    for _ in range(turns):
        i, j = side - 1 - j, i
    return i, j


@inner(types.boolean(VIEW_T, VIEW_T, *[INT] * 4))
def fill_canvas(grid: View, out: View, a: int, top: int, left: int, color: int) -> bool:
    """Fill a canvas from a grid in one of the ways that look cells up."""
    height, width = grid.shape
    rows, columns = out.shape
    for i in range(rows):
        for j in range(columns):
            if a == EMBED:
                y, x = i - top, j - left
                inside = 0 <= y < height and 0 <= x < width
                out[i, j] = grid[y, x] if inside else 0
            elif a == WRAP:
                place = i * columns + j
                out[i, j] = grid[place // width, place % width] if place < height * width else 0
            elif a == RESCALE:
                out[i, j] = grid[i * height // rows, j * width // columns]
            elif a == TILE:
                out[i, j] = grid[i % height, j % width]
            elif a == MIRROR_TILE:
                out[i, j] = grid[mirrored(i, height), mirrored(j, width)]
            elif a == FOLD:
                out[i, j] = grid[folded(i, height), folded(j, width)]
            elif a == TILE_IN_PLACE:
                out[i, j] = grid[(i - top) % height, (j - left) % width]
            elif a in (PINWHEEL, PINWHEEL_BACK):
                y, x = pinwheel(i, j, height, a == PINWHEEL_BACK)
                out[i, j] = grid[y, x]
            else:
                big = grid[i // height, j // width]
                chosen = big == color if a == FRACTAL_MAIN else (big != 0) == (a == FRACTAL)
                out[i, j] = grid[i % height, j % width] if chosen else 0
    return True


@on_each
def fill(memory: Memory, source: int, a: int, b: int, canvas: Canvas) -> bool:
    """A new image of the canvas' shape at its origin."""
    (rows, columns), row = canvas, memory.images[source]
    height, width = row[HEIGHT], row[WIDTH]
    if rows < 1 or columns < 1 or rows > MAX_SIDE or columns > MAX_SIDE:
        return False
    whole, part = not (rows % height or columns % width), not (height % rows or width % columns)
    if a == RESCALE and not (whole or part):
        return False
    if a in (FRACTAL, FRACTAL_GAPS, FRACTAL_MAIN) and (
        rows != height * height or columns != width * width
    ):
        return False
    if a in (PINWHEEL, PINWHEEL_BACK) and not (height == width and rows == columns == 2 * height):
        return False
    grid = view(memory, source)
    color = main_color(memory, source)
    if color == 0:
        return False
    top, left = row[ROW], row[COL]
    image = push(memory, rows, columns, 0, 0)
    out = view(memory, image)
    done = True
    if a == SOLID:
        for i in range(rows):
            for j in range(columns):
                out[i, j] = color
    elif a == CONTINUE:
        done = continue_pattern(grid, out)
    elif a == SHIFT:
        memory.counters[WORK] += 10 * height * width
        done = continue_shift(grid, out)
    else:
        fill_canvas(grid, out, a, top, left, color)
    if not done:
        pop(memory, image)
    return done


CANVAS = Operation(
    "canvas",
    fill,
    (
        Variant("put on the canvas", EMBED, canvas=True),
        Variant("wrap into the canvas", WRAP, takes=IMAGE, canvas=True),
        Variant("scale to the canvas", RESCALE, canvas=True),
        Variant("tile the canvas", TILE, takes=IMAGE, canvas=True),
        Variant("tile the canvas with mirrored copies", MIRROR_TILE, takes=IMAGE, canvas=True),
        Variant("tile the canvas, mirrored copies sharing edges", FOLD, takes=IMAGE, canvas=True),
        Variant("tile the canvas in place", TILE_IN_PLACE, takes=IMAGE, canvas=True),
        Variant("continue the pattern over the canvas", CONTINUE, takes=IMAGE, canvas=True),
        Variant("continue the diagonal pattern over the canvas", SHIFT, takes=IMAGE, canvas=True),
        Variant("fill the canvas with its main color", SOLID, takes=IMAGE, canvas=True),
        Variant("repeat in each of its own filled cells", FRACTAL, takes=IMAGE, canvas=True),
        Variant("repeat in each of its own empty cells", FRACTAL_GAPS, takes=IMAGE, canvas=True),
        Variant("repeat in each cell of its main color", FRACTAL_MAIN, takes=IMAGE, canvas=True),
        Variant(
            "tile the canvas with quarter turns, clockwise", PINWHEEL, takes=IMAGE, canvas=True
        ),
        Variant(
            "tile the canvas with quarter turns, counterclockwise",
            PINWHEEL_BACK,
            takes=IMAGE,
            canvas=True,
        ),
    ),
)
