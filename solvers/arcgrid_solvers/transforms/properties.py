"""What can be said of each cell of a grid: its component's size, what it sees, where it lies.

`PROPERTIES` answer with numbers, `DONORS` with another color for each cell. `tables` learns from
them which cells change and to what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from arcgrid import Grid
from arcgrid_solvers.transforms.analysis import Analysis, Codes, Joining, places, total
from arcgrid_solvers.transforms.motions import MOTIONS, Motion

Property = Callable[[Analysis], Codes]
Donor = Callable[[Analysis], Grid | None]

SIDES: dict[str, tuple[int, int]] = {
    "above": (-1, 0),
    "below": (1, 0),
    "to the left": (0, -1),
    "to the right": (0, 1),
}
CORNERS: dict[str, tuple[int, int]] = {
    "above to the left": (-1, -1),
    "above to the right": (-1, 1),
    "below to the left": (1, -1),
    "below to the right": (1, 1),
}
AROUND = SIDES | CORNERS


def shifted(grid: NDArray[np.uint8], step: tuple[int, int], fill: int) -> NDArray[np.uint8]:
    """For each cell the value one step away from it, and `fill` beyond the grid's edge."""
    down, right = step
    padded = np.pad(grid, 1, constant_values=fill)
    height, width = grid.shape
    return padded[1 + down : 1 + down + height, 1 + right : 1 + right + width]


def seen(analysis: Analysis, step: tuple[int, int]) -> Grid:
    """For each cell the first color other than background that it sees in a direction."""
    return analysis.recall(("seen", step), lambda: _seen(analysis, step))


def _seen(analysis: Analysis, step: tuple[int, int]) -> Grid:
    grid, background = analysis.grid, analysis.background
    view = shifted(grid, step, background)
    for _ in range(max(grid.shape)):
        further = np.where(view == background, shifted(view, step, background), view)
        if np.array_equal(further, view):
            break
        view = further
    return view


# Properties of the component that a cell belongs to


def _of_component(analysis: Analysis, joining: Joining, measure: str) -> Codes:
    """For each cell one measure of its component."""
    measures = analysis.recall(
        ("components", joining), lambda: _components(analysis.labels(joining))
    )
    return measures[measure]


def _components(labels: Codes) -> dict[str, Codes]:
    _, inverse, size = np.unique(labels, return_inverse=True, return_counts=True)
    inverse = inverse.reshape(labels.shape)
    rows, columns = places(labels.shape)
    ends = {}
    for name, place in (("row", rows), ("column", columns)):
        low, high = np.full(len(size), labels.size), np.zeros(len(size), np.int64)
        np.minimum.at(low, inverse, place)
        np.maximum.at(high, inverse, place)
        ends[name] = low, high
    height = ends["row"][1] - ends["row"][0] + 1
    width = ends["column"][1] - ends["column"][0] + 1
    at_edge = np.zeros(len(size), np.int64)
    at_edge[np.concatenate([inverse[0], inverse[-1], inverse[:, 0], inverse[:, -1]])] = 1
    measures = {
        "how large their {} is": size,
        "how high their {} is": height,
        "how wide their {} is": width,
        "whether their {} is a full rectangle": size == height * width,
        "whether their {} is as high as wide": height == width,
        "whether their {} is wider than high": np.sign(width - height),
        "whether their {} touches the edge": at_edge,
    }
    return {name: values.astype(np.int64)[inverse] for name, values in measures.items()}


JOININGS: dict[Joining, str] = {
    "one color": "component",
    "one color by sides": "component joined by sides",
    "touching": "object",
}

MEASURES = (
    "how large their {} is",
    "how high their {} is",
    "how wide their {} is",
    "whether their {} is a full rectangle",
    "whether their {} is as high as wide",
    "whether their {} is wider than high",
    "whether their {} touches the edge",
)


def _measured(joining: Joining, measure: str) -> Property:
    return lambda analysis: _of_component(analysis, joining, measure)


def _size_rank(joining: Joining, *, from_top: bool) -> Property:
    """0 for the largest (or the smallest) components of the foreground, 1 for the next; -1 off."""

    def apply(analysis: Analysis) -> Codes:
        size = _of_component(analysis, joining, "how large their {} is")
        sizes = np.unique(size[analysis.foreground])
        rank = np.searchsorted(sizes, size)
        rank = len(sizes) - 1 - rank if from_top else rank
        return np.where(analysis.foreground, rank, -1)

    return apply


# Properties of the place and of the neighborhood


def _remainder(kind: str, divisor: int) -> Property:
    def apply(analysis: Analysis) -> Codes:
        rows, columns = places(analysis.grid.shape)
        place = {"row": rows, "column": columns, "diagonal": rows + columns}[kind]
        return place % divisor

    return apply


def _depth(analysis: Analysis) -> Codes:
    """Distance from the nearest edge."""
    rows, columns = places(analysis.grid.shape)
    height, width = analysis.grid.shape
    depth: Codes = np.minimum(
        np.minimum(rows, height - 1 - rows), np.minimum(columns, width - 1 - columns)
    )
    return depth


def _neighbors(steps: dict[str, tuple[int, int]]) -> Property:
    """Number of neighbors that are not background."""

    def apply(analysis: Analysis) -> Codes:
        filled = analysis.foreground.astype(np.uint8)
        return total([shifted(filled, step, 0) for step in steps.values()])

    return apply


def _alike(steps: dict[str, tuple[int, int]]) -> Property:
    """Number of neighbors of the cell's own color."""

    def apply(analysis: Analysis) -> Codes:
        return total([shifted(analysis.grid, step, 10) == analysis.grid for step in steps.values()])

    return apply


def _sides_seen(analysis: Analysis) -> Codes:
    """In which of the four directions there is anything."""
    views = [seen(analysis, step) != analysis.background for step in SIDES.values()]
    return total([view * (1 << bit) for bit, view in enumerate(views)])


def _between(analysis: Analysis) -> Codes:
    """Whether the cell sees one color to both sides: 1 across, 2 up and down, 3 both."""
    up, down, left, right = (seen(analysis, step) for step in SIDES.values())
    across = (left == right) & (left != analysis.background)
    return total([across, 2 * ((up == down) & (up != analysis.background))])


def _full_lines(analysis: Analysis) -> Codes:
    """Whether the cell's row (1) or column (2) has one color only."""
    grid = analysis.grid
    rows = (grid == grid[:, :1]).all(axis=1, keepdims=True)
    columns = (grid == grid[:1]).all(axis=0, keepdims=True)
    return total([rows, 2 * columns])


PROPERTIES: dict[str, tuple[float, Property]] = {
    **{
        measure.format(noun): (2 + tier / 10, _measured(joining, measure))
        for tier, (joining, noun) in enumerate(JOININGS.items())
        for measure in MEASURES
    },
    **{
        f"the rank of their {noun} among the {end}": (
            1.9 + tier / 10,
            _size_rank(joining, from_top=top),
        )
        for tier, (joining, noun) in enumerate(JOININGS.items())
        for end, top in (("largest", True), ("smallest", False))
    },
    **{
        f"their {kind}, every {divisor}": (2.2, _remainder(kind, divisor))
        for kind in ("row", "column", "diagonal")
        for divisor in (2, 3)
    },
    "their distance from the edge": (2.2, _depth),
    "how many of their 4 neighbors are filled": (2.1, _neighbors(SIDES)),
    "how many of their 8 neighbors are filled": (2.2, _neighbors(AROUND)),
    "how many of their 4 neighbors are alike": (2.1, _alike(SIDES)),
    "how many of their 8 neighbors are alike": (2.2, _alike(AROUND)),
    "on which sides they see anything": (2.5, _sides_seen),
    "whether they see one color on both sides": (2, _between),
    "whether their line has one color": (2, _full_lines),
}
"""For each property of cells, in words: its cost and how to find it."""


# Colors that a cell may take over


def _moved(move: Motion) -> Donor:
    def apply(analysis: Analysis) -> Grid | None:
        grid = move(analysis.grid)
        return grid if grid.shape == analysis.grid.shape else None

    return apply


def _looking(step: tuple[int, int]) -> Donor:
    return lambda analysis: seen(analysis, step)


def _next_to(step: tuple[int, int]) -> Donor:
    return lambda analysis: shifted(analysis.grid, step, analysis.background)


def _around_the_edge(step: tuple[int, int]) -> Donor:
    return lambda analysis: np.roll(analysis.grid, (-step[0], -step[1]), axis=(0, 1))


def _end_of_line(axis: int, end: int) -> Donor:
    """The color at one end of the cell's column (axis 0) or row (axis 1)."""

    def apply(analysis: Analysis) -> Grid:
        return np.broadcast_to(analysis.grid.take([end], axis=axis), analysis.grid.shape)

    return apply


def _line_color(axis: int) -> Donor:
    """The most common color, background apart, of the cell's column (axis 0) or row (axis 1)."""

    def apply(analysis: Analysis) -> Grid:
        counts = np.stack([(analysis.grid == color).sum(axis=axis) for color in range(10)])
        counts[analysis.background] = 0
        common = np.where(counts.any(axis=0), counts.argmax(axis=0), analysis.background)
        line = np.expand_dims(common, axis).astype(np.uint8)
        return np.broadcast_to(line, analysis.grid.shape)

    return apply


def _ranked_color(place: int) -> Donor:
    """The grid's most common (0), second most common (1), rarest (-1) color but the background."""

    def apply(analysis: Analysis) -> Grid | None:
        color = analysis.color_at(place)
        return None if color is None else np.full_like(analysis.grid, color)

    return apply


def _object_color(*, common: bool) -> Donor:
    """The most common or the rarest color of the object that the cell belongs to."""

    def apply(analysis: Analysis) -> Grid | None:
        pieces = analysis.pieces("touching")
        labels = analysis.labels("touching")
        if not pieces:
            return None
        donor = np.full_like(analysis.grid, analysis.background)
        numbers = np.unique(labels[analysis.foreground]).tolist()
        for number, piece in zip(numbers, pieces, strict=True):
            counts = piece.colors
            scores = counts if common else np.where(counts, -counts, -analysis.grid.size)
            donor[labels == number] = scores.argmax()
        return donor

    return apply


def _donors() -> Iterator[tuple[str, float, Donor]]:
    for name, move in MOTIONS.items():
        yield f"the same place of the grid after '{name}'", 2, _moved(move)
    for words, step in SIDES.items():
        yield f"the first filled cell {words}", 2.1, _looking(step)
    for words, step in AROUND.items():
        yield f"the cell {words}", 2, _next_to(step)
    for words, step in CORNERS.items():
        yield f"the first filled cell {words}", 2.3, _looking(step)
    for words, step in SIDES.items():
        yield f"the cell {words}, around the edge", 2, _around_the_edge(step)
    for words, axis, end in (("top", 0, 0), ("bottom", 0, -1), ("left", 1, 0), ("right", 1, -1)):
        yield f"the {words} end of the line", 2.1, _end_of_line(axis, end)
    for words, axis in (("column", 0), ("row", 1)):
        yield f"the most common color of the {words}", 2, _line_color(axis)
    for words, place in (("most common", 0), ("second most common", 1), ("rarest", -1)):
        yield f"the {words} color of the grid", 2, _ranked_color(place)
    for words, common in (("most common", True), ("rarest", False)):
        yield f"the {words} color of the object", 2, _object_color(common=common)


DONORS: dict[str, tuple[float, Donor]] = {name: (cost, donor) for name, cost, donor in _donors()}
"""For each place that a color may be taken from, in words: its cost and how to find it."""
