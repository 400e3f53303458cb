"""Crops: the part of a grid that is kept, picked by color, by object, by frame or by repetition.

Equal parts and parts between lines are in `panels`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import numpy as np

from arcgrid import Grid
from arcgrid_solvers.transforms.analysis import Analysis, Joining, Mask, box
from arcgrid_solvers.transforms.picks import PICKS, pick_all
from arcgrid_solvers.transforms.transform import Examples, Transform

Cut = Callable[[Analysis], Grid | None]

OBJECTS: dict[Joining, tuple[str, float]] = {
    "touching": ("object", 1),
    "one color": ("one-color object", 1.3),
    "one color by sides": ("one-color object joined by its sides", 1.5),
}
"""What the pieces of each joining are called, and their cost."""


def object_crops(examples: Examples) -> Iterator[Transform]:
    """Crop to one object: the largest, the odd one out...; with its surroundings or alone."""
    for joining, (noun, cost) in OBJECTS.items():
        for index, pick in enumerate(PICKS):
            name = f"crop to {pick.name.format(noun)}"
            yield Transform(name, cost + pick.cost, _picked(joining, index, alone=False))
            name = f"{name} without its surroundings"
            yield Transform(name, cost + pick.cost + 0.1, _picked(joining, index, alone=True))


def _picked(joining: Joining, index: int, *, alone: bool) -> Cut:
    def apply(analysis: Analysis) -> Grid | None:
        picked = analysis.recall(("picked", joining), lambda: pick_all(analysis.pieces(joining)))[
            index
        ]
        if picked is None:
            return None
        piece = analysis.pieces(joining)[picked]
        return piece.alone(analysis.background) if alone else piece.grid

    return apply


def color_crops(examples: Examples) -> Iterator[Transform]:
    """Crop to the rectangle around a color, or to what lies inside of that rectangle."""
    yield Transform("crop to all but the background", 1, lambda s: _around(s.foreground, s))
    yield Transform("crop inside of all but the background", 2, lambda s: _inside(s.foreground, s))
    for name, cost, color_of in _colors():
        yield Transform(f"crop to {name}", cost, _cut_color(_around, color_of))
        yield Transform(f"crop inside of {name}", cost + 0.5, _cut_color(_inside, color_of))


def _colors() -> Iterator[tuple[str, float, Callable[[Analysis], int | None]]]:
    """Ways to name a color: by its place among the grid's colors, or by its number."""
    for place, name in enumerate(("the most common color", "the second most common color")):
        yield name, 1.5 + place / 2, _ranked(place)
    yield "the rarest color", 1.5, _ranked(-1)
    for color in range(10):
        yield f"color {color}", 2, _fixed(color)


def _ranked(place: int) -> Callable[[Analysis], int | None]:
    return lambda analysis: analysis.color_at(place)


def _fixed(color: int) -> Callable[[Analysis], int]:
    return lambda analysis: color


def _cut_color(
    cut: Callable[[Mask, Analysis], Grid], color_of: Callable[[Analysis], int | None]
) -> Cut:
    def apply(analysis: Analysis) -> Grid | None:
        color = color_of(analysis)
        return None if color is None else cut(analysis.grid == color, analysis)

    return apply


def _around(mask: Mask, analysis: Analysis) -> Grid:
    return analysis.grid[box(mask)]


def _inside(mask: Mask, analysis: Analysis) -> Grid:
    return _around(mask, analysis)[1:-1, 1:-1]


def trims(examples: Examples) -> Iterator[Transform]:
    """Take away the border, repeated rows and columns, or all but one period."""
    yield Transform("trim the border", 1, lambda analysis: analysis.grid[1:-1, 1:-1])
    yield Transform(
        "drop repeated rows and columns", 1.5, lambda analysis: _unrepeated(analysis.grid)
    )
    yield Transform("crop to one period", 1.5, lambda analysis: one_period(analysis.grid))
    yield Transform(
        "drop rows and columns of one color", 2, lambda analysis: _varied(analysis.grid)
    )


def _unrepeated(grid: Grid) -> Grid:
    rows = [True, *(grid[1:] != grid[:-1]).any(axis=1)]
    columns = [True, *(grid[:, 1:] != grid[:, :-1]).any(axis=0)]
    unrepeated: Grid = grid[rows][:, columns]
    return unrepeated


def _varied(grid: Grid) -> Grid:
    rows = (grid != grid[:, :1]).any(axis=1)
    columns = (grid != grid[:1]).any(axis=0)
    varied: Grid = grid[rows][:, columns]
    return varied


def one_period(grid: Grid) -> Grid:
    """The smallest corner of the grid that, repeated, makes all of it."""
    height, width = (_period(side) for side in (grid, grid.T))
    return grid[:height, :width]


def _period(grid: Grid) -> int:
    height = len(grid)
    fits = (step for step in range(1, height) if np.array_equal(grid[step:], grid[:-step]))
    return next(fits, height)


def corner_crops(examples: Examples) -> Iterator[Transform]:
    """Crop to a corner of the size of the first output."""
    height, width = examples[0].after.shape
    if examples[0].before.grid[height - 1 :, width - 1 :].size == 0:
        return
    rows = {"upper": slice(height), "lower": slice(-height, None)}
    columns = {"left": slice(width), "right": slice(-width, None)}
    for (upper, high), (left, near) in product(rows.items(), columns.items()):
        name = f"crop to {height}x{width} cells in the {upper} {left} corner"
        yield Transform(name, 2, _cornered(high, near, (height, width)))


def _cornered(rows: slice, columns: slice, shape: tuple[int, int]) -> Cut:
    def apply(analysis: Analysis) -> Grid | None:
        corner = analysis.grid[rows, columns]
        return corner if corner.shape == shape else None

    return apply
