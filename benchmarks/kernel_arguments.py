"""With what arguments the grid functions are measured, and on which grids."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from arcgrid import Grid, GridStack, as_grid


@dataclass(frozen=True)
class Arguments:
    """A second grid made of the first, the other arguments, and the sides that they fit."""

    numbers: tuple[Any, ...] = ()
    other: Callable[[Grid], Grid] | None = None
    least: int = 1
    most: int = 30
    layers: int = 0
    """For a function of a stack alone: as many grids are made of the one, each rolled further."""

    def fits(self, grid: Grid) -> bool:
        height, width = grid.shape
        return bool(self.least <= min(height, width) and max(height, width) <= self.most)

    def of(self, grid: Grid) -> tuple[Any, ...]:
        """The arguments of one call."""
        if self.layers:
            layers = [np.roll(grid, index, 1) for index in range(self.layers)]
            return (GridStack.of(layers), *self.numbers)
        others = () if self.other is None else (self.other(grid),)
        return (grid, *others, *self.numbers)


def same(grid: Grid) -> Grid:
    return as_grid(np.array(grid))


def rolled(grid: Grid) -> Grid:
    return as_grid(np.roll(grid, 1, 1))


def middle(grid: Grid) -> Grid:
    """The 3x3 cells in the middle."""
    row, col = (grid.shape[0] - 3) // 2, (grid.shape[1] - 3) // 2
    return as_grid(grid[row : row + 3, col : col + 3].copy())


_KIND = (8, False, 0)

ARGUMENTS: dict[str, Arguments] = {
    "transform": Arguments((6,)),
    "crop": Arguments((1, 1, 2, 2), least=3),
    "pad": Arguments((1, 1, 1, 1, 0), most=28),
    "shift": Arguments((1, 2, 0)),
    "roll": Arguments((1, 2)),
    "trim": Arguments((0,)),
    "half": Arguments((1,), least=2),
    "quarter": Arguments((3,), least=2),
    "hconcat": Arguments(other=rolled, most=15),
    "vconcat": Arguments(other=rolled, most=15),
    "tile": Arguments((2, 2), most=15),
    "mirror_tile": Arguments((2, 2), most=15),
    "upscale": Arguments((2, 2), most=15),
    "downscale": Arguments((2, 2)),
    "remove_lines": Arguments((0,)),
    "most_common": Arguments((None,)),
    "least_common": Arguments((None,)),
    "recolor": Arguments(((0, 2, 1, 4, 3, 6, 5, 8, 7, 9),)),
    "replace": Arguments((0, 5)),
    "swap": Arguments((0, 5)),
    "mask": Arguments((0,)),
    "keep": Arguments((2, 0)),
    "label": Arguments(_KIND),
    "count_components": Arguments(_KIND),
    "components": Arguments(_KIND),
    "objects": Arguments(_KIND),
    "keep_components": Arguments((2, 900, *_KIND)),
    "flood": Arguments((0, 0, 5, 4)),
    "enclosed": Arguments((0, 4)),
    "fill_enclosed": Arguments((4, 0, 4)),
    "convex_hull": Arguments((4, 0)),
    "outline": Arguments((4, 0, 8)),
    "rim": Arguments((4, 0, 8)),
    "border": Arguments((4, 1)),
    "fill_boxes": Arguments((4, 0, 8)),
    "bounding_box": Arguments((0,)),
    "frames": Arguments((0,)),
    "rectangles": Arguments((0,)),
    "largest_rectangle": Arguments((0,)),
    "shoot": Arguments((0, 0, 1, 1, 4, 0)),
    "rays": Arguments((2, 85, 4, 0)),
    "connect": Arguments((2, 4, 85, 0)),
    "draw_line": Arguments((0, 0, 1, 1, 30, 4)),
    "bounce": Arguments((0, 0, 1, 1, 4, 0)),
    "gravity": Arguments((2, 0)),
    "slide": Arguments((2, 2, 0)),
    "fall": Arguments((2, 0, 8)),
    "align": Arguments((2, 0)),
    "period": Arguments((0, None)),
    "lattice": Arguments((None,)),
    "complete_lattice": Arguments((0,)),
    "symmetries": Arguments((None,)),
    "mirror_axis": Arguments((0, None)),
    "rotation_center": Arguments((None,)),
    "complete_symmetry": Arguments((0,)),
    "separator_color": Arguments((0,)),
    "separators": Arguments((0,)),
    "split_boxes": Arguments((0,)),
    "split": Arguments((0,)),
    "equal": Arguments(other=same),
    "distance": Arguments(other=rolled),
    "difference": Arguments(other=rolled),
    "find": Arguments((255, None), middle, least=3),
    "overlay": Arguments((0,), rolled),
    "logical_and": Arguments((0,), rolled),
    "logical_or": Arguments((0,), rolled),
    "logical_xor": Arguments((0,), rolled),
    "logical_not": Arguments((4, 0)),
    "subtract": Arguments((0,), rolled),
    "join": Arguments((2, 5, 1), most=14, layers=4),
    "overlay_all": Arguments((0,), layers=5),
    "vote": Arguments(layers=5),
}
"""Functions that are not here take a grid alone, of any shape."""
