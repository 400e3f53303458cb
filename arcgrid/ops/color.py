"""Counting, choosing and exchanging colors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from arcgrid.grid import Grid
from arcgrid.kernels import color as kernels
from arcgrid.ops.arguments import color as as_color
from arcgrid.ops.arguments import optional
from arcgrid.ops.arguments import table as as_table
from arcgrid.ops.gridstack import G, GridStack, mapped, measured


def histogram(grid: Grid | GridStack) -> NDArray[np.int64]:
    """Count the cells of each color: int64 of shape (10,), of a stack (len, 10)."""
    counts: NDArray[np.int64] = measured(kernels.histogram, grid)
    return counts


@overload
def palette(grid: Grid) -> int: ...
@overload
def palette(grid: GridStack) -> NDArray[np.int64]: ...
def palette(grid: Any) -> Any:
    """The colors that occur, as a number with bit c set for color c."""
    return measured(kernels.palette, grid)


@overload
def count_colors(grid: Grid) -> int: ...
@overload
def count_colors(grid: GridStack) -> NDArray[np.int64]: ...
def count_colors(grid: Any) -> Any:
    """How many colors occur: 1 to 10."""
    return measured(kernels.count_colors, grid)


@overload
def most_common(grid: Grid, ignore: int | None = None) -> int: ...
@overload
def most_common(grid: GridStack, ignore: int | None = None) -> NDArray[np.int64]: ...
def most_common(grid: Any, ignore: int | None = None) -> Any:
    """The color of most cells, the lowest of equals; -1 when only `ignore` occurs."""
    return measured(kernels.most_common, grid, optional("ignore", ignore))


@overload
def least_common(grid: Grid, ignore: int | None = None) -> int: ...
@overload
def least_common(grid: GridStack, ignore: int | None = None) -> NDArray[np.int64]: ...
def least_common(grid: Any, ignore: int | None = None) -> Any:
    """The color of fewest cells among those that occur, the lowest of equals; -1 as above."""
    return measured(kernels.least_common, grid, optional("ignore", ignore))


def recolor(grid: G, table: Sequence[int] | NDArray[np.integer[Any]] | Mapping[int, int]) -> G:
    """Exchange colors: cell c becomes `table[c]`; colors that a mapping leaves out stay.

    Raises:
        ArgumentError: the table does not hold ten colors, or a mapping something else than colors.
    """
    return mapped(kernels.recolor, grid, as_table(table))


def replace(grid: G, old: int, new: int) -> G:
    """Paint the cells of one color in another."""
    return mapped(kernels.replace, grid, as_color("old", old), as_color("new", new))


def swap(grid: G, one: int, two: int) -> G:
    """Exchange two colors; others stay."""
    return mapped(kernels.swap, grid, as_color("one", one), as_color("two", two))


def mask(grid: G, color: int) -> G:
    """1 where a color is, 0 elsewhere."""
    return mapped(kernels.mask, grid, as_color("color", color))


def keep(grid: G, color: int, background: int = 0) -> G:
    """Paint everything but one color in the color of the background."""
    return mapped(kernels.keep, grid, as_color("color", color), as_color("background", background))


def normalize(grid: G) -> G:
    """Number the colors 0, 1, 2... by their first cells in reading order.

    Two grids become equal exactly when a permutation of the colors makes one the other.
    """
    return mapped(kernels.normalize, grid)
