"""What repeats and what mirrors, with unknown cells; separators, and the cells between them.

Cells of the color `unknown` (-1: there is none) agree with anything.
"""

from __future__ import annotations

import numpy as np
from numba import types

from arcgrid.kernels.compare import moved_cell
from arcgrid.kernels.compile import inner
from arcgrid.kernels.lift import GRID, Grid, Row, Rows, to_grid, to_row, to_rows, to_value
from arcgrid.kernels.motion import line_is


@to_value()
def period(grid: Grid, axis: int, unknown: int) -> int:
    """The shortest distance along an axis at which all cells agree."""
    height, width = grid.shape
    length = width if axis else height
    for distance in range(1, length):
        if agrees_at(grid, 0 if axis else distance, distance if axis else 0, unknown):
            return distance
    return length


@inner(types.boolean(GRID, *[types.int64] * 3))
def agrees_at(grid: Grid, down: int, right: int, unknown: int) -> bool:
    """True when the grid agrees with itself moved."""
    height, width = grid.shape
    for row in range(height - down):
        for col in range(width - right):
            one, two = grid[row, col], grid[row + down, col + right]
            if one != two and one != unknown and two != unknown:
                return False
    return True


@inner(types.boolean(GRID, *[types.int64] * 4, types.uint8[::1]))
def lattice_cell(grid: Grid, rows: int, columns: int, skew: int, unknown: int, cell: Row) -> bool:
    """Collect the colors of a unit cell; False when two known ones disagree."""
    height, width = grid.shape
    for i in range(rows * columns):
        cell[i] = 255
    for row in range(height):
        down, offset = row % rows, row // rows * skew
        for col in range(width):
            color = grid[row, col]
            if color == unknown:
                continue
            place = down * columns + (col - offset) % columns
            if cell[place] == 255:
                cell[place] = color
            elif cell[place] != color:
                return False
    return True


@to_row(3)
def lattice(grid: Grid, unknown: int, out: Row) -> None:
    """Rows, columns and skew of the smallest unit cell that, repeated, gives the grid."""
    height, width = grid.shape
    cell = np.empty(height * width, np.uint8)
    for area in range(1, height * width + 1):
        for rows in range(1, min(area, height) + 1):
            columns = area // rows
            if columns * rows != area or columns > width:
                continue
            for skew in range(columns if rows < height else 1):
                if lattice_cell(grid, rows, columns, skew, unknown, cell):
                    out[0], out[1], out[2] = rows, columns, skew
                    return


@to_grid()
def complete_lattice(grid: Grid, unknown: int, out: Grid) -> None:
    """Unknown cells filled from the unit cell of the lattice."""
    height, width = grid.shape
    found = np.empty(3, np.int64)
    lattice(grid, unknown, found)
    rows, columns, skew = found[0], found[1], found[2]
    cell = np.empty(height * width, np.uint8)
    lattice_cell(grid, rows, columns, skew, unknown, cell)
    for row in range(height):
        for col in range(width):
            color = cell[row % rows * columns + (col - row // rows * skew) % columns]
            out[row, col] = grid[row, col] if color == 255 else color


@to_value()
def symmetries(grid: Grid, unknown: int) -> int:
    """A bit for each of the 8 motions after which the grid agrees with itself."""
    height, width = grid.shape
    found = 0
    for motion in range(8 if height == width else 4):
        same = True
        for row in range(height):
            for col in range(width):
                one, two = grid[row, col], moved_cell(grid, motion, row, col)
                if one != two and one != unknown and two != unknown:
                    same = False
                    break
            if not same:
                break
        found |= same << motion
    return found


@to_value()
def mirror_axis(grid: Grid, axis: int, unknown: int) -> int:
    """The sum of two mirrored indices, for the mirror that most of the grid lies under."""
    height, width = grid.shape
    length = width if axis else height
    middle = length - 1
    for distance in range(length - 1):
        for side in range(2):
            total = middle - distance if side else middle + distance
            if mirrors_at(grid, axis, total, unknown):
                return total
    return -1


@inner(types.boolean(GRID, *[types.int64] * 3))
def mirrors_at(grid: Grid, axis: int, total: int, unknown: int) -> bool:
    """True when lines whose indices add up to `total` agree."""
    height, width = grid.shape
    length = width if axis else height
    for line in range(max(0, total - length + 1), (total + 1) // 2):
        for i in range(height if axis else width):
            one = grid[i, line] if axis else grid[line, i]
            two = grid[i, total - line] if axis else grid[total - line, i]
            if one != two and one != unknown and two != unknown:
                return False
    return True


@to_row(2)
def rotation_center(grid: Grid, unknown: int, out: Row) -> None:
    """Twice the row and column about which a quarter turn agrees, nearest to the middle."""
    height, width = grid.shape
    best = -1
    out[0], out[1] = -1, -1
    for row in range(2 * height - 1):
        for col in range(2 * width - 1):
            if (row + col) % 2:
                continue
            away = abs(row - height + 1) + abs(col - width + 1)
            if (best < 0 or away < best) and turns_at(grid, row, col, unknown):
                best = away
                out[0], out[1] = row, col


@inner(types.boolean(GRID, *[types.int64] * 3))
def turns_at(grid: Grid, twice_row: int, twice_col: int, unknown: int) -> bool:
    """True when a quarter turn about a point agrees; one pair of cells at least must meet."""
    height, width = grid.shape
    pairs = 0
    for row in range(height):
        for col in range(width):
            i = (twice_row - twice_col) // 2 + col
            j = (twice_row + twice_col) // 2 - row
            if 0 <= i < height and 0 <= j < width and (i != row or j != col):
                one, two = grid[row, col], grid[i, j]
                if one != two and one != unknown and two != unknown:
                    return False
                pairs += 1
    return pairs > 0


@to_grid()
def complete_symmetry(grid: Grid, unknown: int, out: Grid) -> None:
    """Unknown cells filled from their mirror images, as far as all mirrors go."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            out[row, col] = grid[row, col]
    flip = mirror_axis(grid, 0, unknown)
    mirror = mirror_axis(grid, 1, unknown)
    found = symmetries(grid, unknown)
    changed = True
    while changed:
        changed = False
        for row in range(height):
            for col in range(width):
                if out[row, col] != unknown:
                    continue
                color = unknown
                if 0 <= flip - row < height:
                    color = out[flip - row, col]
                if color == unknown and 0 <= mirror - col < width:
                    color = out[row, mirror - col]
                for motion in range(1, 8):
                    if color == unknown and found >> motion & 1:
                        color = moved_cell(out, motion, row, col)
                if color != unknown:
                    out[row, col] = color
                    changed = True


@to_value()
def separator_color(grid: Grid, background: int) -> int:
    """The color, other than background, that most rows and columns are wholly of."""
    counts = np.zeros(16, np.int64)
    for axis in range(2):
        for index in range(grid.shape[axis]):
            color = grid[0, index] if axis else grid[index, 0]
            counts[color & 15] += line_is(grid, axis, index, color)
    best = -1
    for color in range(10):
        if color != background and counts[color] and (best < 0 or counts[color] > counts[best]):
            best = color
    return best


@to_rows(2, "height + width")
def separators(grid: Grid, color: int, out: Rows) -> int:
    """Axis and index of the rows (0) and columns (1) that are wholly of a color."""
    found = 0
    for axis in range(2):
        for index in range(grid.shape[axis]):
            if line_is(grid, axis, index, color):
                out[found, 0], out[found, 1] = axis, index
                found += 1
    return found


@to_rows(4)
def split_boxes(grid: Grid, color: int, out: Rows) -> int:
    """Top, left, height and width of the cells between separators, in reading order."""
    height, width = grid.shape
    found, top = 0, 0
    while top < height:
        bottom = top
        while bottom < height and not line_is(grid, 0, bottom, color):
            bottom += 1
        left = 0
        while left < width and bottom > top:
            right = left
            while right < width and not line_is(grid, 1, right, color):
                right += 1
            if right > left:
                out[found, 0], out[found, 1] = top, left
                out[found, 2], out[found, 3] = bottom - top, right - left
                found += 1
            left = right + 1
        top = bottom + 1
    return found
