"""The operations of the search that make or take lists, in plain Python; see `plain_states`.

Those that make one image of two are in `plain_pairs`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import lru_cache

from tests.kernels import plain
from tests.kernels.plain import Cell, Grid, at, cells
from tests.search.families.states import plain_changes, plain_states
from tests.search.families.states.plain_states import (
    COLORS,
    ENOUGH,
    Image,
    Oracle,
    State,
    blank,
    only,
)

ORACLES: dict[str, Oracle] = plain_states.ORACLES | plain_changes.ORACLES
"""Those of all variants but `plain_pairs`' own."""

MOST_IMAGES = 64
List = list[Image]


def splits(words: str, one: Callable[[Image], List]) -> None:
    """An oracle for an image; it fails where there is nothing in the list, or too much."""

    def oracle(state: State, canvas: Cell) -> State | None:
        assert isinstance(state, Image)
        made = one(state)
        return made if 1 <= len(made) <= MOST_IMAGES else None

    assert words not in ORACLES
    ORACLES[words] = oracle


def on_list(one: Callable[[List], State | None]) -> Oracle:
    """An oracle for a list; an empty one means that it fails."""

    def oracle(state: State, canvas: Cell) -> State | None:
        assert isinstance(state, list)
        return one(state) or None

    return oracle


def takes(words: str, one: Callable[[List], State | None]) -> None:
    assert words not in ORACLES
    ORACLES[words] = on_list(one)


# Splitting


def objects(image: Image, connectivity: int, multicolor: bool) -> List:
    found = []
    for region in plain.regions(image.grid, connectivity, multicolor, 0):
        rest = set(cells(image.grid)) - set(region)
        alone = image.with_grid(plain.paint(image.grid, rest, 0))
        found.append(alone.box(*plain.box_of(region)))
    return found


def object_boxes(image: Image) -> List:
    every = plain.regions(image.grid, 8, True, 0)
    return [image.box(*plain.box_of(region)) for region in every]


def empty_areas(image: Image) -> List:
    """Filled with color 1."""
    return objects(image.with_grid(plain.mask(image.grid, 0)), 4, False)


splits("split into objects", lambda image: objects(image, 8, True))
splits("split into objects joined along sides", lambda image: objects(image, 4, True))
splits("split into objects of one color", lambda image: objects(image, 8, False))
splits("split into objects of one color joined along sides", lambda im: objects(im, 4, False))
splits("split into the boxes of objects", object_boxes)
splits(
    "split by color",
    lambda im: [
        im.with_grid(only(im.grid, [color]))
        for color in COLORS
        if any(color in row for row in im.grid)
    ],
)
splits("split into rows", lambda im: [im.box(i, 0, 1, im.width) for i in range(im.height)])
splits("split into columns", lambda im: [im.box(0, j, im.height, 1) for j in range(im.width)])
splits("split into empty areas", empty_areas)


def separating_color(grid: Grid) -> int | None:
    """The color of most lines inside, the lower one when tied; None where all are of it."""
    inside = [*grid[1:-1], *plain.transpose(grid)[1:-1]]
    counts = {color: sum(set(line) == {color} for line in inside) for color in COLORS}
    most = len(grid) + len(grid[0]) - 4
    usable = [color for color in COLORS if 0 < counts[color] < most]
    return min(usable, key=lambda color: (-counts[color], color), default=None)


def separated(image: Image) -> List:
    color = separating_color(image.grid)
    if color is None:
        return []
    boxes = [image.box(*box) for box in plain.split_boxes(image.grid, color)]
    return boxes if len(boxes) > 1 else []


def equal_parts(image: Image, down: int, across: int) -> List:
    if image.height % down or image.width % across:
        return []
    tall, wide = image.height // down, image.width // across
    return [image.box(i * tall, j * wide, tall, wide) for i in range(down) for j in range(across)]


def squares(image: Image) -> List:
    side = min(image.height, image.width)
    if image.height == image.width:
        return []
    return equal_parts(image, image.height // side, image.width // side) * (
        image.height % side == 0 and image.width % side == 0
    )


splits("split at separating lines", separated)
splits("split into two, one above the other", lambda image: equal_parts(image, 2, 1))
splits("split into two, side by side", lambda image: equal_parts(image, 1, 2))
splits("split into three, one above the other", lambda image: equal_parts(image, 3, 1))
splits("split into three, side by side", lambda image: equal_parts(image, 1, 3))
splits("split into quarters", lambda image: equal_parts(image, 2, 2))
splits("split into squares", squares)


def marked(image: Image) -> list[tuple[int, int, int, int]]:
    """Boxes whose corners have one color that is nowhere else on their edge; too many are none."""
    grid, found = image.grid, []
    for top, left in cells(grid):
        for bottom in range(top + 1, image.height):
            for right in range(left + 1, image.width):
                ends = {grid[row][col] for row in (top, bottom) for col in (left, right)}
                if len(ends) > 1 or 0 in ends:
                    continue
                edge = [grid[row][col] for row in (top, bottom) for col in range(left + 1, right)]
                edge += [grid[row][col] for col in (left, right) for row in range(top + 1, bottom)]
                if not ends & set(edge):
                    found.append((top, left, bottom, right))
    return found


def insides(image: Image) -> List:
    made = [
        image.box(top + 1, left + 1, bottom - top - 1, right - left - 1)
        for top, left, bottom, right in marked(image)
        if bottom > top + 1 and right > left + 1
    ]
    return made if len(made) <= 16 else []


def boxes(image: Image) -> List:
    made = [
        image.box(top, left, bottom - top + 1, right - left + 1)
        for top, left, bottom, right in marked(image)
    ]
    return made if len(made) <= 16 else []


splits("take the insides of marked corners", insides)
splits("take the boxes of marked corners", boxes)


# Measures


def color_set(image: Image) -> set[int]:
    return {at(image.grid, cell) for cell in image.filled}


@lru_cache(100)
def count_symmetries(grid: Grid) -> int:
    motions = plain.fliplr(grid), plain.flipud(grid), plain.transpose(grid)
    return sum(moved == grid for moved in motions)


@lru_cache(100)
def count_enclosed(grid: Grid) -> int:
    return len(plain.enclosed_cells(grid, 0, 4))


@lru_cache(100)
def count_objects(grid: Grid) -> int:
    return len(plain.regions(grid, 8, False, 0))


@lru_cache(100)
def outline_of(image: Image) -> Grid:
    return tuple(tuple(int(cell > 0) for cell in row) for row in image.grid)


MEASURES: dict[str, Callable[[Image, List], int]] = {
    "filled cells": lambda im, every: len(im.filled),
    "box area": lambda im, every: im.height * im.width,
    "colors": lambda im, every: len(color_set(im)),
    "objects": lambda im, every: count_objects(im.grid),
    "enclosed cells": lambda im, every: count_enclosed(im.grid),
    "distance from the top": lambda im, every: im.row,
    "distance from the left": lambda im, every: im.col,
    "height": lambda im, every: im.height,
    "width": lambda im, every: im.width,
    "symmetries": lambda im, every: count_symmetries(im.grid),
    "empty cells": lambda im, every: im.height * im.width - len(im.filled),
    "cells not of its main color": lambda im, every: sum(
        at(im.grid, cell) != im.main for cell in im.filled
    ),
    "others of its main color": lambda im, every: sum(o.main == im.main for o in every) - 1,
    "others that look the same": lambda im, every: sum(o.grid == im.grid for o in every) - 1,
    "others of the same outline": lambda im, every: (
        sum(outline_of(o) == outline_of(im) for o in every) - 1
    ),
}
AMOUNTS: dict[str, Callable[[List], int]] = {
    "the number of images": len,
    "the number of colors": lambda state: len(color_set(state[0])),
    "the number of objects": lambda state: MEASURES["objects"](state[0], state),
    "the number of filled cells": lambda state: len(state[0].filled),
    "the height": lambda state: state[0].height,
    "the width": lambda state: state[0].width,
}


def drawn(state: State, amount: Callable[[List], int], shape: str) -> Image | None:
    """In the main color of the first image, or in color 1 where that is empty."""
    every = state if isinstance(state, list) else [state]
    count, color = amount(every), every[0].main or 1
    if not 1 <= count <= 30:
        return None
    diagonal = [[color * (i == j) for j in range(count)] for i in range(count)]
    grid = {
        "a row": blank(1, count, color),
        "a column": blank(count, 1, color),
        "a square": blank(count, count, color),
        "a diagonal": tuple(map(tuple, diagonal)),
    }[shape]
    return Image(grid, 0, 0)


for _name, _amount in AMOUNTS.items():
    for _shape in ("a row", "a column", "a square", "a diagonal"):
        ORACLES[f"draw {_name} as {_shape}"] = (
            lambda state, canvas, amount=_amount, shape=_shape: drawn(state, amount, shape)  # type: ignore[misc]  # mypy infers no lambda with a default
        )


# Choosing


def best_of(state: List, measure: str, end: str) -> list[bool]:
    """Which images have most or least; none where all have the same."""
    values = [MEASURES[measure](image, state) for image in state]
    best = max(values) if end == "most" else min(values)
    return [value == best for value in values]


def take(state: List, measure: str, end: str) -> Image | None:
    best = best_of(state, measure, end)
    return None if all(best) else state[best.index(True)]


def keep(state: List, measure: str, end: str, kept: bool) -> List:
    best = best_of(state, measure, end)
    return (
        []
        if all(best)
        else [im for im, is_best in zip(state, best, strict=True) if is_best == kept]
    )


def oddity(state: List, measure: str) -> list[int]:
    if measure == "main color":
        return [image.main for image in state]
    return [MEASURES[measure](image, state) for image in state]


def odd_one(state: List, measure: str) -> Image | None:
    values = oddity(state, measure)
    odd = [index for index, value in enumerate(values) if values.count(value) == 1]
    return state[odd[0]] if len(odd) == 1 and len(state) > 2 else None


def usual_ones(state: List, measure: str) -> List:
    """Of equally usual values the one that comes first counts."""
    values = oddity(state, measure)
    if len(state) < 3 or len(set(values)) == 1:
        return []
    usual = max(values, key=values.count)
    return [image for image, value in zip(state, values, strict=True) if value == usual]


for _name in MEASURES:
    for _end in ("most", "least"):
        takes(
            f"take the image with the {_end} {_name}",
            lambda state, name=_name, end=_end: take(state, name, end),  # type: ignore[misc]  # mypy infers no lambda with a default
        )
        for _verb in ("keep", "drop"):
            takes(
                f"{_verb} the images with the {_end} {_name}",
                lambda state, name=_name, end=_end, kept=_verb == "keep": keep(  # type: ignore[misc]  # mypy infers no lambda with a default
                    state, name, end, kept
                ),
            )
    _name = "main color" if _name == "others of its main color" else _name
    takes(f"take the odd one by {_name}", lambda state, name=_name: odd_one(state, name))  # type: ignore[misc]  # mypy infers no lambda with a default
    takes(f"keep the usual ones by {_name}", lambda state, name=_name: usual_ones(state, name))  # type: ignore[misc]  # mypy infers no lambda with a default


def covered(state: List) -> tuple[int, int, int, int]:
    """Top, left, bottom and right of what all images cover together."""
    return (
        min(image.row for image in state),
        min(image.col for image in state),
        max(image.row + image.height for image in state),
        max(image.col + image.width for image in state),
    )


def sift(state: List, at_edge: bool) -> List:
    def edges(image: Image) -> tuple[int, int, int, int]:
        return image.row, image.col, image.row + image.height, image.col + image.width

    every = [
        any(own == outer for own, outer in zip(edges(image), covered(state), strict=True))
        for image in state
    ]
    kept = [image for image, touches in zip(state, every, strict=True) if touches == at_edge]
    return kept if len(kept) < len(state) else []


takes("keep the images at the edge", lambda state: sift(state, True))
takes("drop the images at the edge", lambda state: sift(state, False))


# Putting together


def filled_count(image: Image) -> int:
    return len(image.filled)


def large_first(state: List) -> List:
    return sorted(state, key=filled_count, reverse=True)


def overlay(state: List) -> Image | None:
    """The last one on top."""
    top, left, bottom, right = covered(state)
    if max(bottom - top, right - left) > ENOUGH:
        return None
    grid = [[0] * (right - left) for _ in range(bottom - top)]
    for image in state:
        for row, col in image.filled:
            grid[image.row - top + row][image.col - left + col] = image.grid[row][col]
    return Image(tuple(map(tuple, grid)), top, left)


takes("lay over each other, small ones on top", lambda state: overlay(large_first(state)))
takes("lay over each other, large ones on top", lambda state: overlay(large_first(state)[::-1]))
takes("lay over each other, later ones on top", overlay)


def side_by_side(state: List) -> Image | None:
    heights, width = {image.height for image in state}, sum(image.width for image in state)
    if len(state) < 2 or len(heights) > 1 or width > 30 or max(heights) > 30:
        return None
    grid = state[0].grid
    for image in state[1:]:
        grid = plain.hconcat(grid, image.grid)
    return Image(grid, 0, 0)


def one_below_the_other(state: List) -> Image | None:
    turned = [image.with_grid(plain.transpose(image.grid)) for image in state]
    made = side_by_side(turned)
    return made and made.with_grid(plain.transpose(made.grid))


for _name, _join in {
    "side by side": side_by_side,
    "one below the other": one_below_the_other,
}.items():
    takes(f"join {_name}", _join)
    takes(
        f"join {_name}, small ones first",
        lambda state, join=_join: join(large_first(state)[::-1]),  # type: ignore[misc]  # mypy infers no lambda with a default
    )
    takes(
        f"join {_name}, large ones first",
        lambda state, join=_join: join(large_first(state)),  # type: ignore[misc]  # mypy infers no lambda with a default
    )


def combine(words: str, color_of: Callable[[list[int], Image], int]) -> None:
    """An oracle for images of one shape that gives a cell the color made of theirs there."""

    def one(state: List) -> Image | None:
        if len(state) < 2 or len({plain.size(image.grid) for image in state}) > 1:
            return None
        rows = zip(*(image.grid for image in state), strict=True)
        grid = tuple(
            tuple(color_of(list(colors), state[0]) for colors in zip(*lines, strict=True))
            for lines in rows
        )
        return Image(grid, 0, 0)

    takes(words, one)


def first_of(colors: list[int]) -> int:
    return next((color for color in colors if color), 0)


def filled_in(colors: list[int]) -> int:
    return Counter(color > 0 for color in colors)[True]


combine("combine: filled in all", lambda colors, one: colors[0] if all(colors) else 0)
combine("combine: filled in any", lambda colors, one: first_of(colors))
combine(
    "combine: filled in an odd number",
    lambda colors, one: first_of(colors) if filled_in(colors) % 2 else 0,
)
combine("combine: filled in none", lambda colors, one: 0 if any(colors) else one.main or 1)
combine("put on one place, the first on top", lambda colors, one: first_of(colors))
combine("put on one place, the last on top", lambda colors, one: first_of(colors[::-1]))
combine("combine: filled in all, colors of the last", lambda colors, one: all(colors) * colors[-1])
combine(
    "combine: filled in the first alone",
    lambda colors, one: 0 if any(colors[1:]) else colors[0],
)
combine(
    "combine: filled in the last alone",
    lambda colors, one: 0 if any(colors[:-1]) else colors[-1],
)
