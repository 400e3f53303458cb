"""Further operations of the search on single images, in plain Python; see `plain_states`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from tests.kernels import plain
from tests.kernels.plain import Cell, Grid, at, cells, inside, moved
from tests.search.families.states.plain_states import (
    Image,
    OnImage,
    Oracle,
    blank,
    changed,
    on_each,
    paint_at,
)

PerImage: TypeAlias = Callable[[Image], list[int]]

# Borders


def shrink(image: Image) -> Image | None:
    """A cell for each of the largest squares of one color that all consists of."""
    for side in range(min(image.height, image.width), 1, -1):
        small = plain.downscale(image.grid, side, side)
        if plain.upscale(small, side, side) == image.grid:
            return image.with_grid(small)
    return None


def with_edge(image: Image) -> Image | None:
    if max(image.height, image.width) + 2 > 30:
        return None
    lines = (image.grid[0], *image.grid, image.grid[-1])
    return Image(tuple((line[0], *line, line[-1]) for line in lines), image.row - 1, image.col - 1)


def without_corners(image: Image | None) -> Image | None:
    if image is None:
        return None
    ends = [(row, col) for row in (0, image.height - 1) for col in (0, image.width - 1)]
    return image.with_grid(plain.paint(image.grid, ends, 0))


# Noise


def around(grid: Grid, cell: Cell, connectivity: int) -> list[int]:
    return [at(grid, near) for near in plain.neighbors(grid, cell, connectivity)]


def alone(grid: Grid, connectivity: int) -> list[Cell]:
    """The cells no neighbor of which has their color."""
    return [c for c in cells(grid) if at(grid, c) not in around(grid, c, connectivity)]


def dropped(grid: Grid, connectivity: int) -> Grid:
    return plain.paint(grid, alone(grid, connectivity), 0)


def blended(grid: Grid, connectivity: int) -> Grid:
    """Empty is a color like all others."""
    painted = {}
    for cell in alone(grid, connectivity):
        counts = Counter(around(grid, cell, connectivity))
        painted[cell] = min(counts, key=lambda c: (-counts[c], c), default=at(grid, cell))
    return paint_at(grid, painted)


# Colors by number, and lines


def by_number(colors: Iterable[int]) -> list[tuple[int, int]]:
    """Colors and how often they come, the most common first, then the lowest."""
    return sorted(Counter(colors).items(), key=lambda item: (-item[1], item[0]))


def per_cell(image: Image) -> list[int]:
    return [at(image.grid, cell) for cell in image.filled]


def per_object(image: Image) -> list[int]:
    return [at(image.grid, region[0]) for region in plain.regions(image.grid, 8, False, 0)]


def row_of(colors: list[int]) -> Grid | None:
    return (tuple(color for color, _ in by_number(colors)),)


def bars(colors: list[int]) -> Grid | None:
    numbers = by_number(colors)
    longest = numbers[0][1]
    rows = tuple((color,) * number + (0,) * (longest - number) for color, number in numbers)
    return rows if longest <= 30 else None


def tally(image: Image, draw: Callable[[list[int]], Grid | None], per: PerImage) -> Image | None:
    grid = draw(per(image)) if image.filled else None
    return Image(grid, 0, 0) if grid else None


def turned(image: Image | None) -> Image | None:
    return image and image.with_grid(plain.transpose(image.grid))


def filled_in(line: Iterable[int]) -> int:
    return sum(cell > 0 for cell in line)


def sort_rows(grid: Grid, full_first: bool) -> Grid:
    return tuple(sorted(grid, key=filled_in, reverse=full_first))


def sort_columns(grid: Grid, full_first: bool) -> Grid:
    return plain.transpose(sort_rows(plain.transpose(grid), full_first))


# Paths


def alone_on_blank(image: Image, painted: Iterable[Cell]) -> Image:
    return image.with_grid(plain.paint(blank(image.height, image.width), painted, 1))


def leg(one: Cell, two: Cell) -> set[Cell]:
    """All cells of the box that two cells span."""
    top, left, height, width = plain.box_of([one, two])
    return {(top + row, left + col) for row in range(height) for col in range(width)}


def elbow(image: Image, row_first: bool) -> Image | None:
    """Of two cells of one color the upper or left one comes first; both ends stay empty."""
    if len(image.filled) != 2:
        return None
    start, end = sorted(image.filled, key=lambda cell: at(image.grid, cell))
    corner = (start[0], end[1]) if row_first else (end[0], start[1])
    return alone_on_blank(image, (leg(start, corner) | leg(corner, end)) - {start, end})


def between(grid: Grid) -> set[Cell]:
    """The cells from the first filled one of their row to the last."""
    ends = [[col for col, color in enumerate(row) if color] for row in grid]
    return {(i, j) for i, ends in enumerate(ends) if ends for j in range(ends[0], ends[-1])}


def gaps(image: Image, chosen: Callable[[set[Cell], set[Cell]], set[Cell]]) -> Image | None:
    """Of the cells between others in their row and those between others in their column."""
    down = {(row, col) for col, row in between(plain.transpose(image.grid))}
    found = chosen(between(image.grid), down) - set(image.filled)
    return alone_on_blank(image, found) if found else None


def line_ends(image: Image, steps: Iterable[Cell]) -> Iterator[tuple[Cell, Cell]]:
    """Cells with the way on: behind them is their color, and on no other side."""
    for cell in image.filled:
        own = at(image.grid, cell)
        like = [c for c in plain.neighbors(image.grid, cell, 8) if at(image.grid, c) == own]
        for step in steps:
            behind = moved(cell, step, -1)
            sides = {moved(cell, side) for side in plain.SIDES} - {behind}
            if behind in like and not sides & set(like):
                yield cell, step


def way_on(grid: Grid, cell: Cell, step: Cell, bounces: bool) -> list[Cell]:
    """Until contact, or until it has been here going this way; things throw back, edges do not."""
    seen: list[tuple[Cell, Cell]] = []
    while (cell, step) not in seen:
        seen.append((cell, step))
        (row, col), (down, right), ahead = cell, step, moved(cell, step)
        if bounces and inside(grid, ahead) and at(grid, ahead):
            step = (
                -down if grid[row + down][col] else down,
                -right if grid[row][col + right] else right,
            )
            ahead = moved(cell, step)
        if not inside(grid, ahead) or at(grid, ahead):
            break
        cell = ahead
    return list(dict.fromkeys(place for place, _ in seen[1:]))


def run_on(image: Image, steps: Iterable[Cell], bounces: bool) -> Image | None:
    """Where ways cross the last one counts, of cells in reading order and clockwise from up."""
    painted = {
        place: at(image.grid, cell)
        for cell, step in line_ends(image, steps)
        for place in way_on(image.grid, cell, step, bounces)
    }
    return image.with_grid(paint_at(image.grid, painted)) if painted else None


STRAIGHT, DIAGONAL = plain.STEPS[::2], plain.STEPS[1::2]
CHANGES: dict[str, OnImage] = {
    "scale down as far as can be": shrink,
    "repeat the edge around it": with_edge,
    "repeat the edge around it, corners empty": lambda im: without_corners(with_edge(im)),
    "drop single cells": lambda im: changed(im, dropped(im.grid, 8)),
    "drop cells alone along sides": lambda im: changed(im, dropped(im.grid, 4)),
    "let single cells become like those around": lambda im: changed(im, blended(im.grid, 8)),
    "let cells alone along sides become like those around": lambda im: changed(
        im, blended(im.grid, 4)
    ),
    "draw the colors as a row by number of cells": lambda im: tally(im, row_of, per_cell),
    "draw the colors as a row by number of objects": lambda im: tally(im, row_of, per_object),
    "draw the colors as a column by number of cells": lambda im: turned(
        tally(im, row_of, per_cell)
    ),
    "draw the colors as a column by number of objects": lambda im: turned(
        tally(im, row_of, per_object)
    ),
    "draw a bar across for each color by number of cells": lambda im: tally(im, bars, per_cell),
    "draw a bar across for each color by number of objects": lambda im: tally(im, bars, per_object),
    "draw a bar down for each color by number of cells": lambda im: turned(
        tally(im, bars, per_cell)
    ),
    "draw a bar down for each color by number of objects": lambda im: turned(
        tally(im, bars, per_object)
    ),
    "sort the rows, empty ones first": lambda im: im.with_grid(sort_rows(im.grid, False)),
    "sort the rows, full ones first": lambda im: im.with_grid(sort_rows(im.grid, True)),
    "sort the columns, empty ones first": lambda im: im.with_grid(sort_columns(im.grid, False)),
    "sort the columns, full ones first": lambda im: im.with_grid(sort_columns(im.grid, True)),
    "go from the lower color to the other, along the row first": lambda im: elbow(im, True),
    "go from the lower color to the other, along the column first": lambda im: elbow(im, False),
    "take the gaps across": lambda im: gaps(im, lambda across, down: across),
    "take the gaps down": lambda im: gaps(im, lambda across, down: down),
    "take the gaps across or down": lambda im: gaps(im, lambda across, down: across | down),
    "take the gaps with something on all four sides": lambda im: gaps(
        im, lambda across, down: across & down
    ),
    "let lines run on": lambda im: run_on(im, STRAIGHT, False),
    "let diagonals run on": lambda im: run_on(im, DIAGONAL, False),
    "let diagonals run on and bounce off things": lambda im: run_on(im, DIAGONAL, True),
}


def oracle(one: OnImage) -> Oracle:
    return on_each(lambda image, canvas: one(image))


ORACLES = {words: oracle(one) for words, one in CHANGES.items()}
"""Those of the variants here."""
