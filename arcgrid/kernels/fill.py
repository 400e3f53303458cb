"""Flooding, enclosed areas, hulls, outlines, borders, frames and rectangles."""

from __future__ import annotations

import numpy as np
from numba import types

from arcgrid.kernels.compile import inner
from arcgrid.kernels.components import label, measure_boxes
from arcgrid.kernels.lift import GRID, Grid, Row, Rows, to_grid, to_row, to_rows

_OUT = types.uint8[:, ::1]
_WORKLIST = types.int32[::1]


@inner(types.void(_OUT, types.int64, types.int64, types.int64, types.int64, _WORKLIST))
def spread(out: Grid, row: int, col: int, color: int, connectivity: int, todo: Row) -> None:
    """Paint the area of a cell's color that it lies in; `color` is another one."""
    height, width = out.shape
    old = out[row, col]
    out[row, col] = color
    todo[0], left = row * width + col, 1
    while left:
        left -= 1
        row, col = todo[left] // width, todo[left] % width
        for i in range(max(row - 1, 0), min(row + 2, height)):
            for j in range(max(col - 1, 0), min(col + 2, width)):
                if out[i, j] == old and (connectivity == 8 or i == row or j == col):
                    out[i, j] = color
                    todo[left] = i * width + j
                    left += 1


@to_grid()
def flood(grid: Grid, row: int, column: int, color: int, connectivity: int, out: Grid) -> None:
    """The area around a cell painted."""
    height, width = grid.shape
    for i in range(height):
        for j in range(width):
            out[i, j] = grid[i, j]
    if grid[row, column] != color:
        spread(out, row, column, color, connectivity, np.empty(grid.size, np.int32))


@to_grid()
def enclosed(grid: Grid, background: int, connectivity: int, out: Grid) -> None:
    """1 at cells of background that no path leads out from, 0 elsewhere."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            out[row, col] = grid[row, col] == background
    todo = np.empty(grid.size, np.int32)
    for row in range(height):
        step = width - 1 if 0 < row < height - 1 and width > 1 else 1
        for col in range(0, width, step):
            if out[row, col] == 1:
                spread(out, row, col, 0, connectivity, todo)


@to_grid()
def fill_enclosed(grid: Grid, background: int, color: int, connectivity: int, out: Grid) -> None:
    """Background that no path leads out from, painted."""
    enclosed(grid, background, connectivity, out)
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            out[row, col] = color if out[row, col] else grid[row, col]


@to_grid()
def convex_hull(grid: Grid, background: int, color: int, out: Grid) -> None:
    """Background inside the convex hull of all other cells' centers, painted."""
    height, width = grid.shape
    firsts = np.full(height, width, np.int64)
    lasts = np.full(height, -1, np.int64)
    for row in range(height):
        for col in range(width):
            out[row, col] = grid[row, col]
            if grid[row, col] != background:
                firsts[row], lasts[row] = min(firsts[row], col), col
    for row in range(height):
        left, right = width, -1
        # The hull's edge in this row lies on a chord from a row above (or this) to one below.
        for above in range(row + 1):
            for below in range(row, height):
                if lasts[above] < 0 or lasts[below] < 0:
                    continue
                span, part = max(below - above, 1), row - above
                start = firsts[above] * (span - part) + firsts[below] * part
                end = lasts[above] * (span - part) + lasts[below] * part
                left = min(left, (start + span - 1) // span)
                right = max(right, end // span)
        for col in range(left, right + 1):
            if grid[row, col] == background:
                out[row, col] = color


@inner(types.boolean(GRID, types.int64, types.int64, types.int64, types.int64))
def touches(grid: Grid, row: int, col: int, background: int, connectivity: int) -> bool:
    """True when a neighbor's being background differs from the cell's own."""
    height, width = grid.shape
    own = grid[row, col] == background
    for i in range(max(row - 1, 0), min(row + 2, height)):
        for j in range(max(col - 1, 0), min(col + 2, width)):
            near = connectivity == 8 or i == row or j == col
            if near and (grid[i, j] == background) != own:
                return True
    return False


@to_grid()
def outline(grid: Grid, background: int, color: int, connectivity: int, out: Grid) -> None:
    """Background next to anything else, painted."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            outer = grid[row, col] == background and touches(
                grid, row, col, background, connectivity
            )
            out[row, col] = color if outer else grid[row, col]


@to_grid()
def rim(grid: Grid, background: int, color: int, connectivity: int, out: Grid) -> None:
    """Everything else next to background, painted."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            inner_edge = grid[row, col] != background and touches(
                grid, row, col, background, connectivity
            )
            out[row, col] = color if inner_edge else grid[row, col]


@to_grid()
def border(grid: Grid, color: int, thickness: int, out: Grid) -> None:
    """The grid's outermost cells painted."""
    height, width = grid.shape
    for row in range(height):
        across = row < thickness or row >= height - thickness
        for col in range(width):
            at_edge = across or col < thickness or col >= width - thickness
            out[row, col] = color if at_edge else grid[row, col]


@to_grid()
def fill_boxes(grid: Grid, background: int, color: int, connectivity: int, out: Grid) -> None:
    """Background inside the box of a component of one color, painted."""
    height, width = grid.shape
    labels = np.empty(grid.shape, np.int16)
    label(grid, connectivity, 0, background, labels)
    boxes = np.empty((grid.size, 10), np.int64)
    found = measure_boxes(grid, labels, boxes)
    for row in range(height):
        for col in range(width):
            out[row, col] = grid[row, col]
    for index in range(found):
        for row in range(boxes[index, 2], boxes[index, 2] + boxes[index, 4]):
            for col in range(boxes[index, 3], boxes[index, 3] + boxes[index, 5]):
                if grid[row, col] == background:
                    out[row, col] = color


@to_row(4)
def bounding_box(grid: Grid, background: int, out: Row) -> None:
    """Top, left, height and width of what is not background."""
    height, width = grid.shape
    top, bottom, left, right = height, -1, width, -1
    for row in range(height):
        for col in range(width):
            if grid[row, col] != background:
                top, bottom = min(top, row), row
                left, right = min(left, col), max(right, col)
    if bottom < 0:
        top, left = 0, 0
    out[0], out[1], out[2], out[3] = top, left, bottom + 1 - top, right + 1 - left


@to_rows(5)
def frames(grid: Grid, background: int, out: Rows) -> int:
    """Components of one color that are a hollow rectangle one cell thick."""
    return _rectangular(grid, background, 1, out)


@to_rows(5)
def rectangles(grid: Grid, background: int, out: Rows) -> int:
    """Components of one color that are a filled rectangle."""
    return _rectangular(grid, background, 0, out)


@inner(types.int64(GRID, types.int64, types.int64, types.int64[:, ::1]))
def _rectangular(grid: Grid, background: int, hollow: int, out: Rows) -> int:
    """Color, top, left, height and width of components that fill their box, or its edge."""
    labels = np.empty(grid.shape, np.int16)
    label(grid, 4, 0, background, labels)
    boxes = np.empty((grid.size, 10), np.int64)
    found = 0
    for index in range(measure_boxes(grid, labels, boxes)):
        top, left = boxes[index, 2], boxes[index, 3]
        height, width = boxes[index, 4], boxes[index, 5]
        if not hollow:
            fits = boxes[index, 1] == height * width
        else:
            fits = height >= 3 and width >= 3 and boxes[index, 1] == 2 * (height + width) - 4
            if fits:
                for row in range(top + 1, top + height - 1):
                    for col in range(left + 1, left + width - 1):
                        fits = fits and labels[row, col] != index + 1
        if fits:
            out[found, 0], out[found, 1], out[found, 2] = boxes[index, 0], top, left
            out[found, 3], out[found, 4] = height, width
            found += 1
    return found


@to_row(4)
def largest_rectangle(grid: Grid, color: int, out: Row) -> None:
    """Top, left, height and width of the largest rectangle wholly of a color."""
    height, width = grid.shape
    above = np.zeros(width, np.int64)
    for field in range(4):
        out[field] = 0
    for row in range(height):
        for col in range(width):
            above[col] = above[col] + 1 if grid[row, col] == color else 0
        for col in range(width):
            tall, right = above[col], col
            while right < width and above[right] > 0:
                tall = min(tall, above[right])
                right += 1
                area = tall * (right - col)
                best = out[2] * out[3]
                top = row + 1 - tall
                if area > best or (
                    area == best and (top < out[0] or (top == out[0] and col < out[1]))
                ):
                    out[0], out[1], out[2], out[3] = top, col, tall, right - col
