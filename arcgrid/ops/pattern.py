"""What repeats and what mirrors, with unknown cells; separators, and the cells between them.

Cells of the color `unknown` (None: there is none) agree with anything.
"""

from __future__ import annotations

from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from arcgrid.errors import ArgumentError
from arcgrid.grid import Grid
from arcgrid.kernels import pattern as kernels
from arcgrid.kernels import stack as stack_kernels
from arcgrid.ops.arguments import color as as_color
from arcgrid.ops.arguments import grows_to, optional, within
from arcgrid.ops.gridstack import G, GridStack, as_stack, cut, mapped, measured, stacked


@overload
def period(grid: Grid, axis: int, unknown: int | None = None) -> int: ...
@overload
def period(grid: GridStack, axis: int, unknown: int | None = None) -> NDArray[np.int64]: ...
def period(grid: Any, axis: int, unknown: int | None = None) -> Any:
    """The shortest distance, down (axis 0) or across (1), at which all cells agree.

    The side's length when there is no shorter one.

    Raises:
        ArgumentError: the axis is not 0 or 1.
    """
    return measured(kernels.period, grid, within("axis", axis, 0, 1), optional("unknown", unknown))


def lattice(grid: Grid | GridStack, unknown: int | None = None) -> NDArray[np.int64]:
    """Rows, columns and skew of the smallest unit cell that, repeated, agrees with the grid.

    Each band of `rows` rows is the one above moved right by `skew`: cell (r, c) is the unit cell's
    (r mod rows, (c - (r div rows) * skew) mod columns). Of unit cells of one area the lowest
    counts, then that of the smallest skew.

    Returns:
        int64 of shape (3,); of a stack (len, 3).
    """
    cell: NDArray[np.int64] = measured(kernels.lattice, grid, optional("unknown", unknown))
    return cell


def complete_lattice(grid: G, unknown: int) -> G:
    """Fill the unknown cells from the unit cell of the `lattice`, as far as it is known."""
    return mapped(kernels.complete_lattice, grid, as_color("unknown", unknown))


@overload
def symmetries(grid: Grid, unknown: int | None = None) -> int: ...
@overload
def symmetries(grid: GridStack, unknown: int | None = None) -> NDArray[np.int64]: ...
def symmetries(grid: Any, unknown: int | None = None) -> Any:
    """The motions m of `transform` after which the grid agrees with itself, as a set of bits m."""
    return measured(kernels.symmetries, grid, optional("unknown", unknown))


@overload
def mirror_axis(grid: Grid, axis: int, unknown: int | None = None) -> int: ...
@overload
def mirror_axis(grid: GridStack, axis: int, unknown: int | None = None) -> NDArray[np.int64]: ...
def mirror_axis(grid: Any, axis: int, unknown: int | None = None) -> Any:
    """The mirror, of rows (axis 0) or columns (1), nearest to the middle under which cells agree.

    Returns:
        The sum s of the indices of mirrored lines: line i agrees with line s - i. Of two equally
        near the larger; -1 when there is none but at the outermost lines.

    Raises:
        ArgumentError: the axis is not 0 or 1.
    """
    return measured(
        kernels.mirror_axis, grid, within("axis", axis, 0, 1), optional("unknown", unknown)
    )


def rotation_center(grid: Grid | GridStack, unknown: int | None = None) -> NDArray[np.int64]:
    """The center of a quarter turn under which cells agree, nearest to the middle.

    At least one cell must be turned onto another; nearness is the sum of both distances, and of
    equally near centers the first in reading order counts.

    Returns:
        Twice its row and twice its column, or -1 and -1; int64 of shape (2,), of a stack (len, 2).
    """
    center: NDArray[np.int64] = measured(
        kernels.rotation_center, grid, optional("unknown", unknown)
    )
    return center


def complete_symmetry(grid: G, unknown: int) -> G:
    """Fill unknown cells from their mirror images: a mosaic whose hidden parts are repeated.

    Used are the `mirror_axis` of rows and of columns, and the `symmetries`, of the grid given. An
    unknown cell takes the first known color among the images in reading order, until no cell
    changes.
    """
    return mapped(kernels.complete_symmetry, grid, as_color("unknown", unknown))


@overload
def separator_color(grid: Grid, background: int | None = 0) -> int: ...
@overload
def separator_color(grid: GridStack, background: int | None = 0) -> NDArray[np.int64]: ...
def separator_color(grid: Any, background: int | None = 0) -> Any:
    """The color, other than background, that most rows and columns are wholly of; -1 if none is.

    The lowest of equals.
    """
    return measured(kernels.separator_color, grid, optional("background", background))


@overload
def separators(grid: Grid, color: int) -> NDArray[np.int64]: ...
@overload
def separators(grid: GridStack, color: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]: ...
def separators(grid: Any, color: int) -> Any:
    """The rows (axis 0), then the columns (axis 1), that are wholly of a color.

    Returns:
        Axis and index, int64 of shape (lines, 2); of a stack: the rows of all grids one after the
        other, and where those of each grid end.
    """
    return measured(kernels.separators, grid, as_color("color", color))


@overload
def split_boxes(grid: Grid, color: int) -> NDArray[np.int64]: ...
@overload
def split_boxes(grid: GridStack, color: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]: ...
def split_boxes(grid: Any, color: int) -> Any:
    """The parts between the rows and columns that are wholly of a color, in reading order.

    Returns:
        Top, left, height and width, int64 of shape (parts, 4); of a stack as `separators`.
    """
    return measured(kernels.split_boxes, grid, as_color("color", color))


def split(grid: Grid | GridStack, color: int) -> GridStack:
    """Cut out the parts between the rows and columns that are wholly of a color.

    Of a stack, the parts of all grids one after the other; `split_boxes` says whose they are.
    """
    stack = stacked(grid)
    return cut(stack, *split_boxes(stack, color))


def join(stack: GridStack, columns: int, color: int = 0, thickness: int = 1) -> Grid:
    """Lay a stack's grids out in rows of `columns`, with separators between: undoes `split`.

    Raises:
        ArgumentError: the grids do not fill the rows, those of one row are not of one height, those
            of one column not of one width, or the result is larger than 30x30.
    """
    stack = as_stack(stack)
    columns = within("columns", columns, 1, 30)
    thickness = within("thickness", thickness, 0, 30)
    if not len(stack) or len(stack) % columns:
        raise ArgumentError(f"{len(stack)} grids do not fill rows of {columns}")
    heights, widths = stack.heights.tolist(), stack.widths.tolist()
    tall, wide = heights[::columns], widths[:columns]
    if heights != [side for side in tall for _ in wide] or widths != wide * len(tall):
        raise ArgumentError("the grids of a row are not of one height, or of a column of one width")
    between = thickness * (len(tall) - 1), thickness * (columns - 1)
    grows_to(sum(tall) + between[0], sum(wide) + between[1])
    numbers = columns, thickness, as_color("color", color)
    result: Grid = stack_kernels.join.unchecked(*stack.arrays, *numbers)
    return result
