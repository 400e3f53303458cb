"""Operations of the search on lists that go by pairs, places or colors; see `plain_states`."""

from __future__ import annotations

from collections.abc import Callable

from tests.kernels import plain
from tests.kernels.plain import Cell, Grid, at, cells
from tests.search.families.states import plain_lists
from tests.search.families.states.plain_lists import List, color_set, on_list
from tests.search.families.states.plain_states import COLORS, Image, State, blank

ORACLES = dict(plain_lists.ORACLES)
"""Those of all variants."""


def takes(words: str, one: Callable[[List], State | None]) -> None:
    assert words not in ORACLES
    ORACLES[words] = on_list(one)


# Two images


def pair(words: str, one: Callable[[Image, Image], Grid | None]) -> None:
    """An oracle for a list of two."""

    def made(state: List) -> Image | None:
        grid = one(*state) if len(state) == 2 else None
        return Image(grid, 0, 0) if grid else None

    takes(words, made)


def area(image: Image) -> int:
    return image.height * image.width


def scaled(words: str, one: Callable[[Image, Image, int, int], Grid]) -> None:
    """An oracle for two images of which one is, down and across, some times as large."""

    def made(first: Image, last: Image) -> Grid | None:
        small, large = sorted((first, last), key=area)
        if area(small) == area(large) or large.height % small.height or large.width % small.width:
            return None
        return one(large, small, large.height // small.height, large.width // small.width)

    pair(words, made)


def cut(one: Grid, by: Grid) -> Grid:
    """Empty where another grid of this shape is."""
    return plain.paint(one, [cell for cell in cells(by) if not at(by, cell)], 0)


def mostly(large: Image, down: int, right: int) -> list[Cell]:
    """The blocks at least half of whose cells are filled."""
    blocks = [(row // down, col // right) for row, col in large.filled]
    return [block for block in set(blocks) if 2 * blocks.count(block) >= down * right]


scaled(
    "color the large one by the small one, scaled up to it",
    lambda large, small, down, right: cut(plain.upscale(small.grid, down, right), large.grid),
)
scaled(
    "take the small one where the large one is mostly empty",
    lambda large, small, down, right: plain.paint(small.grid, mostly(large, down, right), 0),
)
scaled(
    "take the small one where the large one is mostly filled",
    lambda large, small, down, right: cut(
        small.grid, plain.marked(small.grid, mostly(large, down, right))
    ),
)


def repeat(outer: Image, inner: Image, part: Callable[[int, Grid], Grid]) -> Grid | None:
    """What a part of the inner image is in each cell of the outer one."""
    height, width = outer.height * inner.height, outer.width * inner.width
    if area(outer) == 1 or max(height, width) > 30:
        return None
    bands = [[part(color, inner.grid) for color in row] for row in outer.grid]
    return tuple(sum(lines, ()) for band in bands for lines in zip(*band, strict=True))


def recolored(grid: Grid, color: int) -> Grid:
    return tuple(tuple(color if cell else 0 for cell in row) for row in grid)


PARTS: dict[str, Callable[[int, Grid], Grid]] = {
    "repeat the {1} in each filled cell of the {0}": lambda color, grid: (
        grid if color else blank(*plain.size(grid))
    ),
    "repeat the {1} in each empty cell of the {0}": lambda color, grid: (
        blank(*plain.size(grid)) if color else grid
    ),
    "repeat the {1} in the color of each cell of the {0}": lambda color, grid: recolored(
        grid, color
    ),
}


def number_of_colors(image: Image) -> int:
    return len(color_set(image))


OUTER: dict[tuple[str, str], Callable[[List], Image]] = {
    ("first", "last"): lambda state: state[0],
    ("last", "first"): lambda state: state[1],
    ("one with fewer colors", "other"): lambda state: min(state, key=number_of_colors),
    ("one with more colors", "other"): lambda state: max(state, key=number_of_colors),
}
"""Of equals the first."""

for _words, _part in PARTS.items():
    for _names, _outer in OUTER.items():

        def repeated(
            first: Image,
            last: Image,
            part: Callable[[int, Grid], Grid] = _part,
            outer: Callable[[List], Image] = _outer,
        ) -> Grid | None:
            first, last = (first, last) if outer([first, last]) is first else (last, first)
            return repeat(first, last, part)

        pair(_words.format(*_names), repeated)


# Elsewhere than at their places


def assemble(state: List, anchors: list[Cell]) -> Image | None:
    """Images with their anchors, given in half cells, on one place."""
    if len(state) < 2 or len({(row % 2, col % 2) for row, col in anchors}) != 1:
        return None
    known: dict[Cell, int] = {}
    for image, (down, right) in reversed(list(zip(state, anchors, strict=True))):
        for row, col in cells(image.grid):
            place = 2 * row - down, 2 * col - right
            known[place] = image.grid[row][col] or known.get(place, 0)
    top, left, tall, wide = plain.box_of(known)
    if max(tall, wide) > 2 * 30:
        return None
    return Image(
        tuple(
            tuple(known.get((row, col), 0) for col in range(left, left + wide, 2))
            for row in range(top, top + tall, 2)
        ),
        0,
        0,
    )


def by_center(state: List) -> Image | None:
    return assemble(state, [(image.height - 1, image.width - 1) for image in state])


def places_of(image: Image, color: int) -> list[Cell]:
    return [cell for cell in image.filled if at(image.grid, cell) == color]


def by_only_cell(state: List) -> Image | None:
    """By the one color that is in one cell of each; none where that are several."""
    every = [[places_of(image, color) for image in state] for color in COLORS]
    usable = [places for places in every if all(len(of_one) == 1 for of_one in places)]
    if len(usable) != 1:
        return None
    return assemble(state, [(2 * row, 2 * col) for [(row, col)] in usable[0]])


takes("lay centers over each other, the first on top", by_center)
takes("lay cells of the color all have once over each other", by_only_cell)


# By color


def only_best(state: List, color: int, pick: Callable[[list[int]], int]) -> Image | None:
    """None where several have as many."""
    counts = [len(places_of(image, color)) for image in state]
    best = pick(counts)
    return state[counts.index(best)] if counts.count(best) == 1 < len(counts) else None


for _color in COLORS:
    for _end, _pick in (("most", max), ("fewest", min)):
        takes(
            f"take the image with the {_end} {{{_color}}} cells",
            lambda state, color=_color, pick=_pick: only_best(state, color, pick),  # type: ignore[misc]  # mypy infers no lambda with a default
        )


def four_corners(state: State, canvas: Cell) -> State | None:
    assert isinstance(state, Image)
    (tall, wide), (height, width) = canvas, plain.size(state.grid)
    if not (0 < tall < height and 0 < wide < width):
        return None
    return [
        state.box(row, col, tall, wide) for row in (0, height - tall) for col in (0, width - wide)
    ]


ORACLES["split into the four corners of the canvas' size"] = four_corners
