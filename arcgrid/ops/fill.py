"""Flooding, enclosed areas, hulls, outlines, borders, frames and rectangles."""

from __future__ import annotations

from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from arcgrid.grid import Grid
from arcgrid.kernels import fill as kernels
from arcgrid.ops.arguments import color as as_color
from arcgrid.ops.arguments import connected, place, within
from arcgrid.ops.gridstack import G, GridStack, mapped, measured


def flood(grid: G, row: int, column: int, color: int, connectivity: int = 4) -> G:
    """Paint the area of one color that a cell lies in.

    Raises:
        ArgumentError: the cell is not in the grid, or the connectivity is neither 4 nor 8.
    """
    cell = place(grid, row, column)
    return mapped(kernels.flood, grid, *cell, as_color("color", color), connected(connectivity))


def enclosed(grid: G, background: int = 0, connectivity: int = 4) -> G:
    """1 at the background that no path of neighbors leads from to the grid's edge, 0 elsewhere.

    Raises:
        ArgumentError: the connectivity is neither 4 nor 8.
    """
    ground = as_color("background", background)
    return mapped(kernels.enclosed, grid, ground, connected(connectivity))


def fill_enclosed(grid: G, color: int, background: int = 0, connectivity: int = 4) -> G:
    """Paint the background that no path of neighbors leads from to the grid's edge.

    Raises:
        ArgumentError: the connectivity is neither 4 nor 8.
    """
    return mapped(kernels.fill_enclosed, grid, *_paint(background, color, connectivity))


def convex_hull(grid: G, color: int, background: int = 0) -> G:
    """Paint the background whose centers lie in the convex hull of all other cells' centers."""
    return mapped(
        kernels.convex_hull, grid, as_color("background", background), as_color("color", color)
    )


def outline(grid: G, color: int, background: int = 0, connectivity: int = 8) -> G:
    """Paint the background that has a neighbor that is not background.

    Raises:
        ArgumentError: the connectivity is neither 4 nor 8.
    """
    return mapped(kernels.outline, grid, *_paint(background, color, connectivity))


def rim(grid: G, color: int, background: int = 0, connectivity: int = 8) -> G:
    """Paint what is not background but has a neighbor that is; the grid's edge is no neighbor.

    Raises:
        ArgumentError: the connectivity is neither 4 nor 8.
    """
    return mapped(kernels.rim, grid, *_paint(background, color, connectivity))


def border(grid: G, color: int, thickness: int = 1) -> G:
    """Paint the grid's outermost rows and columns.

    Raises:
        ArgumentError: the thickness is not 1 to 30.
    """
    thick = within("thickness", thickness, 1, 30)
    return mapped(kernels.border, grid, as_color("color", color), thick)


def fill_boxes(grid: G, color: int, background: int = 0, connectivity: int = 4) -> G:
    """Paint the background within the box of a component of one color.

    Raises:
        ArgumentError: the connectivity is neither 4 nor 8.
    """
    return mapped(kernels.fill_boxes, grid, *_paint(background, color, connectivity))


def bounding_box(grid: Grid | GridStack, background: int = 0) -> NDArray[np.int64]:
    """Top, left, height and width of what is not background; four zeros when nothing is.

    Returns:
        int64 of shape (4,); of a stack (len, 4).
    """
    box: NDArray[np.int64] = measured(
        kernels.bounding_box, grid, as_color("background", background)
    )
    return box


@overload
def frames(grid: Grid, background: int = 0) -> NDArray[np.int64]: ...
@overload
def frames(grid: GridStack, background: int = 0) -> tuple[NDArray[np.int64], NDArray[np.int64]]: ...
def frames(grid: Any, background: int = 0) -> Any:
    """Find the components of one color that are the edge, one cell thick, of a box of 3x3 or more.

    Returns:
        Color, top, left, height and width, int64 of shape (frames, 5); of a stack: the rows of all
        grids one after the other, and where those of each grid end.
    """
    return measured(kernels.frames, grid, as_color("background", background))


@overload
def rectangles(grid: Grid, background: int = 0) -> NDArray[np.int64]: ...
@overload
def rectangles(
    grid: GridStack, background: int = 0
) -> tuple[NDArray[np.int64], NDArray[np.int64]]: ...
def rectangles(grid: Any, background: int = 0) -> Any:
    """Find the components of one color, by 4 neighbors, that fill their box.

    Returns:
        Color, top, left, height and width, int64 of shape (rectangles, 5); of a stack as `frames`.
    """
    return measured(kernels.rectangles, grid, as_color("background", background))


def largest_rectangle(grid: Grid | GridStack, color: int = 0) -> NDArray[np.int64]:
    """Top, left, height and width of the box of most cells that is wholly of a color.

    Of equals the one with the first top left cell in reading order, then the lower one; four
    zeros when the color does not occur.

    Returns:
        int64 of shape (4,); of a stack (len, 4).
    """
    box: NDArray[np.int64] = measured(kernels.largest_rectangle, grid, as_color("color", color))
    return box


def _paint(background: int, color: int, connectivity: int) -> tuple[int, int, int]:
    return as_color("background", background), as_color("color", color), connected(connectivity)
