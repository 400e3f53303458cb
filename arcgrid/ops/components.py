"""Connected components: labels, properties, choosing among them, cutting them out.

Cells are connected to their 4 or 8 neighbors of the same color or, when `multicolor`, of any. Cells
of the background (None: there is none) belong to no component. Components are numbered in the
reading order of their first cells.
"""

from __future__ import annotations

from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from arcgrid.grid import Grid
from arcgrid.kernels import components as kernels
from arcgrid.ops.arguments import color as as_color
from arcgrid.ops.arguments import connected, flag, optional, within
from arcgrid.ops.gridstack import G, GridStack, mapped, measured, stacked
from arcgrid.ops.gridstack import objects as cut_objects

PROPERTIES = (
    "color",
    "area",
    "top",
    "left",
    "height",
    "width",
    "holes",
    "touches_border",
    "symmetries",
    "colors",
    "shape",
)
"""The columns of `components`."""


@overload
def label(
    grid: Grid, connectivity: int = 4, multicolor: bool = False, background: int | None = 0
) -> NDArray[np.int16]: ...
@overload
def label(
    grid: GridStack, connectivity: int = 4, multicolor: bool = False, background: int | None = 0
) -> tuple[NDArray[np.int16], NDArray[np.int64]]: ...
def label(
    grid: Any, connectivity: int = 4, multicolor: bool = False, background: int | None = 0
) -> Any:
    """Give each cell the number of its component, from 1; 0 is background.

    Returns:
        int16 of the grid's shape; of a stack: all labels in one flat array, and where those of each
        grid begin.

    Raises:
        ArgumentError: the connectivity is neither 4 nor 8.
    """
    return measured(kernels.label, grid, *_kind(connectivity, multicolor, background))


@overload
def count_components(
    grid: Grid, connectivity: int = 4, multicolor: bool = False, background: int | None = 0
) -> int: ...
@overload
def count_components(
    grid: GridStack, connectivity: int = 4, multicolor: bool = False, background: int | None = 0
) -> NDArray[np.int64]: ...
def count_components(
    grid: Any, connectivity: int = 4, multicolor: bool = False, background: int | None = 0
) -> Any:
    """How many components there are.

    Raises:
        ArgumentError: the connectivity is neither 4 nor 8.
    """
    return measured(kernels.count_components, grid, *_kind(connectivity, multicolor, background))


@overload
def components(
    grid: Grid, connectivity: int = 4, multicolor: bool = False, background: int | None = 0
) -> NDArray[np.int64]: ...
@overload
def components(
    grid: GridStack, connectivity: int = 4, multicolor: bool = False, background: int | None = 0
) -> tuple[NDArray[np.int64], NDArray[np.int64]]: ...
def components(
    grid: Any, connectivity: int = 4, multicolor: bool = False, background: int | None = 0
) -> Any:
    """Describe each component by a row of numbers, whose columns `PROPERTIES` names.

    `color` is that of the first cell; `area` counts cells; `top`, `left`, `height` and `width` are
    the box; `holes` are the areas that the shape encloses (connected by 4 neighbors when the shape
    is by 8, and the other way round); `touches_border` is 1 at the grid's edge; `symmetries` has
    bit m set when motion m of `transform` leaves the shape as it is; `colors` has bit c set for
    color c; `shape` is a 64-bit hash that is equal for shapes that a motion makes equal.

    Returns:
        int64 of shape (components, 11); of a stack: the rows of all grids one after the other, and
        where those of each grid end.

    Raises:
        ArgumentError: the connectivity is neither 4 nor 8.
    """
    return measured(kernels.components, grid, *_kind(connectivity, multicolor, background))


def objects(
    grid: Grid | GridStack,
    connectivity: int = 4,
    multicolor: bool = False,
    background: int | None = 0,
) -> GridStack:
    """Cut out each component in its box; what else is in the box becomes background (None: 0).

    Of a stack, the objects of all grids one after the other; `components` says whose they are.

    Raises:
        ArgumentError: the connectivity is neither 4 nor 8.
    """
    kind = _kind(connectivity, multicolor, background)
    return cut_objects(stacked(grid), *kind, background or 0)


def keep_components(
    grid: G,
    least: int = 1,
    most: int = 900,
    connectivity: int = 4,
    multicolor: bool = False,
    background: int = 0,
) -> G:
    """Keep the components of `least` to `most` cells; the others become background.

    Raises:
        ArgumentError: the connectivity is neither 4 nor 8, or an area is not 0 to 900.
    """
    kind = (
        connected(connectivity),
        flag("multicolor", multicolor),
        as_color("background", background),
    )
    areas = within("least", least, 0, 900), within("most", most, 0, 900)
    return mapped(kernels.keep_components, grid, *kind, *areas)


def _kind(connectivity: int, multicolor: bool, background: int | None) -> tuple[int, int, int]:
    return (
        connected(connectivity),
        flag("multicolor", multicolor),
        optional("background", background),
    )
