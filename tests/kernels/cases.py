"""For every function of `arcgrid.ops`: its family, and how to choose arguments for a grid.

Tests let hypothesis choose, the benchmark a seeded generator.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np

from arcgrid import Grid, ops


class Pick(Protocol):
    """Where choices come from."""

    def number(self, low: int, high: int) -> int: ...

    def grid(self, height: int, width: int) -> Grid: ...


@dataclass(frozen=True)
class Case:
    """A function, and arguments for it that fit a grid of some height and width.

    `other` chooses a second grid; `numbers` all other arguments, which hold for every grid of a
    stack whose smallest sides are these. `smallest` and `largest` are the sides of grids for which
    there is a result.
    """

    family: str
    numbers: Callable[[Pick, int, int], tuple[Any, ...]] = lambda pick, height, width: ()
    other: Callable[[Pick, Grid], Grid] | None = None
    smallest: int = 1
    largest: int = 30


Numbers: TypeAlias = Callable[[Pick, int, int], tuple[Any, ...]]


def color(pick: Pick) -> int:
    return pick.number(0, 9)


def maybe(pick: Pick) -> int | None:
    chosen = pick.number(-1, 3)
    return None if chosen < 0 else chosen


def ground(pick: Pick) -> int:
    """A color that grids of few colors have."""
    return pick.number(0, 2)


def connectivity(pick: Pick) -> int:
    return 4 * pick.number(1, 2)


def colors(count: int) -> Numbers:
    return lambda pick, height, width: tuple(ground(pick) for _ in range(count))


def box(pick: Pick, height: int, width: int) -> tuple[int, ...]:
    row, col = pick.number(0, height - 1), pick.number(0, width - 1)
    return row, col, pick.number(1, height - row), pick.number(1, width - col)


def times(pick: Pick, height: int, width: int) -> tuple[int, ...]:
    return pick.number(1, 3), pick.number(1, 3)


def place(pick: Pick, height: int, width: int) -> tuple[int, ...]:
    return pick.number(0, height - 1), pick.number(0, width - 1)


def step(pick: Pick) -> tuple[int, int]:
    chosen = pick.number(0, 7)
    chosen += chosen >= 4
    return chosen // 3 - 1, chosen % 3 - 1


def kind(pick: Pick, height: int, width: int) -> tuple[Any, ...]:
    return connectivity(pick), bool(pick.number(0, 1)), maybe(pick)


def paint(pick: Pick, height: int, width: int) -> tuple[int, ...]:
    return color(pick), ground(pick), connectivity(pick)


def emit(pick: Pick, height: int, width: int) -> tuple[int, ...]:
    return ground(pick), pick.number(0, 255), color(pick), ground(pick)


def same_shape(pick: Pick, grid: Grid) -> Grid:
    return pick.grid(*grid.shape)


def same_height(pick: Pick, grid: Grid) -> Grid:
    return pick.grid(grid.shape[0], pick.number(1, 15))


def same_width(pick: Pick, grid: Grid) -> Grid:
    return pick.grid(pick.number(1, 15), grid.shape[1])


def template(pick: Pick, grid: Grid) -> Grid:
    """A part of the grid, turned, so that there is something to find."""
    row, col, height, width = box(pick, *grid.shape)
    part = grid[row : row + min(height, 3), col : col + min(width, 3)]
    return ops.transform(part, pick.number(0, 7))


def near_copy(pick: Pick, grid: Grid) -> Grid:
    """The grid itself, a changed one, or another one."""
    chosen = pick.number(0, 2)
    if chosen == 2:
        return pick.grid(pick.number(1, 30), pick.number(1, 30))
    other = np.array(grid)
    other[place(pick, *grid.shape)] = color(pick) if chosen else grid[0, 0]
    return other


MOTIONS = dict.fromkeys(
    ["rot90", "rot180", "rot270", "flipud", "fliplr", "transpose", "antitranspose"],
    Case("geometry"),
)

CASES: dict[str, Case] = {
    **MOTIONS,
    "transform": Case("geometry", lambda pick, height, width: (pick.number(0, 7),)),
    "crop": Case("geometry", box),
    "pad": Case(
        "geometry",
        lambda pick, height, width: (*(pick.number(0, 3) for _ in range(4)), color(pick)),
        largest=24,
    ),
    "shift": Case(
        "geometry",
        lambda pick, height, width: (pick.number(-9, 9), pick.number(-9, 9), color(pick)),
    ),
    "roll": Case("geometry", lambda pick, h, w: (pick.number(-30, 30), pick.number(-30, 30))),
    "trim": Case("geometry", colors(1)),
    "half": Case("geometry", lambda pick, h, w: (pick.number(0, 3),), smallest=2),
    "quarter": Case("geometry", lambda pick, h, w: (pick.number(0, 3),), smallest=2),
    "hconcat": Case("geometry", other=same_height, largest=15),
    "vconcat": Case("geometry", other=same_width, largest=15),
    "tile": Case("geometry", times, largest=10),
    "mirror_tile": Case("geometry", times, largest=10),
    "upscale": Case("geometry", times, largest=10),
    "downscale": Case("geometry", times),
    "remove_repeated_rows": Case("geometry"),
    "remove_repeated_columns": Case("geometry"),
    "remove_lines": Case("geometry", colors(1)),
    "histogram": Case("color"),
    "palette": Case("color"),
    "count_colors": Case("color"),
    "most_common": Case("color", lambda pick, height, width: (maybe(pick),)),
    "least_common": Case("color", lambda pick, height, width: (maybe(pick),)),
    "recolor": Case("color", lambda pick, h, w: (tuple(color(pick) for _ in range(10)),)),
    "replace": Case("color", colors(2)),
    "swap": Case("color", colors(2)),
    "mask": Case("color", colors(1)),
    "keep": Case("color", colors(2)),
    "normalize": Case("color"),
    "label": Case("components", kind),
    "count_components": Case("components", kind),
    "components": Case("components", kind),
    "objects": Case("components", kind),
    "keep_components": Case(
        "components",
        lambda pick, height, width: (
            pick.number(0, 3),
            pick.number(2, 99),
            connectivity(pick),
            bool(pick.number(0, 1)),
            ground(pick),
        ),
    ),
    "flood": Case("fill", lambda pick, h, w: (*place(pick, h, w), color(pick), connectivity(pick))),
    "enclosed": Case("fill", lambda pick, h, w: (ground(pick), connectivity(pick))),
    "fill_enclosed": Case("fill", paint),
    "convex_hull": Case("fill", lambda pick, height, width: (color(pick), ground(pick))),
    "outline": Case("fill", paint),
    "rim": Case("fill", paint),
    "border": Case("fill", lambda pick, height, width: (color(pick), pick.number(1, 3))),
    "fill_boxes": Case("fill", paint),
    "bounding_box": Case("fill", colors(1)),
    "frames": Case("fill", colors(1)),
    "rectangles": Case("fill", colors(1)),
    "largest_rectangle": Case("fill", colors(1)),
    "shoot": Case(
        "lines",
        lambda pick, h, w: (*place(pick, h, w), *step(pick), color(pick), ground(pick)),
    ),
    "rays": Case("lines", emit),
    "connect": Case(
        "lines",
        lambda pick, h, w: (ground(pick), color(pick), pick.number(0, 255), ground(pick)),
    ),
    "draw_line": Case(
        "lines",
        lambda pick, h, w: (*place(pick, h, w), *step(pick), pick.number(0, 30), color(pick)),
    ),
    "bounce": Case(
        "lines",
        lambda pick, h, w: (*place(pick, h, w), *step(pick), color(pick), ground(pick)),
    ),
    "gravity": Case("motion", lambda pick, h, w: (pick.number(0, 3), ground(pick))),
    "slide": Case("motion", lambda pick, h, w: (ground(pick), pick.number(0, 3), ground(pick))),
    "fall": Case(
        "motion", lambda pick, h, w: (pick.number(0, 3), ground(pick), connectivity(pick))
    ),
    "align": Case("motion", lambda pick, h, w: (pick.number(0, 3), ground(pick))),
    "period": Case("pattern", lambda pick, h, w: (pick.number(0, 1), maybe(pick))),
    "lattice": Case("pattern", lambda pick, height, width: (maybe(pick),)),
    "complete_lattice": Case("pattern", colors(1)),
    "symmetries": Case("pattern", lambda pick, height, width: (maybe(pick),)),
    "mirror_axis": Case("pattern", lambda pick, h, w: (pick.number(0, 1), maybe(pick))),
    "rotation_center": Case("pattern", lambda pick, height, width: (maybe(pick),)),
    "complete_symmetry": Case("pattern", colors(1)),
    "separator_color": Case("pattern", lambda pick, height, width: (maybe(pick),)),
    "separators": Case("pattern", colors(1)),
    "split_boxes": Case("pattern", colors(1)),
    "split": Case("pattern", colors(1)),
    "hash64": Case("compare"),
    "equal": Case("compare", other=near_copy),
    "distance": Case("compare", other=near_copy),
    "difference": Case("compare", other=same_shape),
    "canonical": Case("compare"),
    "find": Case(
        "compare", lambda pick, height, width: (pick.number(1, 255), maybe(pick)), template
    ),
    "overlay": Case("logic", colors(1), same_shape),
    "logical_and": Case("logic", colors(1), same_shape),
    "logical_or": Case("logic", colors(1), same_shape),
    "logical_xor": Case("logic", colors(1), same_shape),
    "logical_not": Case("logic", colors(2)),
    "subtract": Case("logic", colors(1), same_shape),
}
"""The functions that take a grid, or a stack; the families are those of the issue."""

OF_STACKS = {"join": "pattern", "overlay_all": "logic", "vote": "logic"}
"""The functions that take a stack alone, with their families."""


def plain(value: Any) -> Any:
    """A result, or an argument, as tuples and numbers of Python."""
    if isinstance(value, ops.GridStack):
        return tuple(plain(grid) for grid in value)
    if isinstance(value, np.ndarray):
        return tuple(map(plain, value)) if value.ndim > 1 else tuple(value.tolist())
    if isinstance(value, list | tuple):
        return tuple(map(plain, value))
    return value.item() if isinstance(value, np.generic) else value


def of_each(name: str, stack: ops.GridStack, result: Any) -> list[Any]:
    """The results of a stack, one for each grid, as `plain` would have them."""
    if name == "label":
        labels, offsets = result
        parts = [
            slice(start, start + grid.size) for start, grid in zip(offsets, stack, strict=True)
        ]
        return [
            plain(labels[part].reshape(grid.shape)) for part, grid in zip(parts, stack, strict=True)
        ]
    if isinstance(result, tuple):
        rows, ends = result
        return [plain(part) for part in np.split(rows, ends[:-1])]
    return list(plain(result))
