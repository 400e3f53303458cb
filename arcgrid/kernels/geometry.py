"""Motions, cutting, joining, tiling and scaling."""

from __future__ import annotations

import numpy as np

from arcgrid.kernels.lift import Cells, Grid, to_grid, to_part
from arcgrid.kernels.window import flat, tail


@to_grid("width", "height")
def rot90(grid: Grid, out: Grid) -> None:
    """A quarter turn counterclockwise."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            out[width - 1 - col, row] = grid[row, col]


@to_grid()
def rot180(grid: Grid, out: Grid) -> None:
    """Half a turn."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            out[height - 1 - row, width - 1 - col] = grid[row, col]


@to_grid("width", "height")
def rot270(grid: Grid, out: Grid) -> None:
    """A quarter turn clockwise."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            out[col, height - 1 - row] = grid[row, col]


@to_grid()
def flipud(grid: Grid, out: Grid) -> None:
    """Upside down."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            out[height - 1 - row, col] = grid[row, col]


@to_grid()
def fliplr(grid: Grid, out: Grid) -> None:
    """Left and right exchanged."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            out[row, width - 1 - col] = grid[row, col]


@to_grid("width", "height")
def transpose(grid: Grid, out: Grid) -> None:
    """Mirrored in the main diagonal."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            out[col, row] = grid[row, col]


@to_grid("width", "height")
def antitranspose(grid: Grid, out: Grid) -> None:
    """Mirrored in the other diagonal."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            out[width - 1 - col, height - 1 - row] = grid[row, col]


@to_grid("height if motion < 4 else width", "width if motion < 4 else height")
def transform(grid: Grid, motion: int, out: Grid) -> None:
    """One of the 8 motions: bit 2 transposes, then bit 1 flips up-down, bit 0 left-right."""
    rows, columns = out.shape
    for row in range(rows):
        source = rows - 1 - row if motion & 2 else row
        for col in range(columns):
            other = columns - 1 - col if motion & 1 else col
            out[row, col] = grid[other, source] if motion & 4 else grid[source, other]


@to_grid("rows", "columns")
def crop(grid: Grid, row: int, column: int, rows: int, columns: int, out: Grid) -> None:
    """The cells of a box."""
    for i in range(rows):
        for j in range(columns):
            out[i, j] = grid[row + i, column + j]


@to_grid("height + top + bottom", "width + left + right")
def pad(grid: Grid, top: int, bottom: int, left: int, right: int, color: int, out: Grid) -> None:
    """Margins of a color added."""
    height, width = grid.shape
    rows, columns = out.shape
    for row in range(rows):
        for col in range(columns):
            out[row, col] = color
    for row in range(height):
        for col in range(width):
            out[top + row, left + col] = grid[row, col]


@to_grid()
def shift(grid: Grid, down: int, right: int, color: int, out: Grid) -> None:
    """Moved; what is left behind gets a color."""
    height, width = grid.shape
    for row in range(height):
        source = row - down
        for col in range(width):
            other = col - right
            inside = 0 <= source < height and 0 <= other < width
            out[row, col] = grid[source, other] if inside else color


@to_grid()
def roll(grid: Grid, down: int, right: int, out: Grid) -> None:
    """Moved; what leaves on one side comes back on the other."""
    height, width = grid.shape
    for row in range(height):
        target = (row + down) % height
        split = right % width
        for col in range(width - split):
            out[target, col + split] = grid[row, col]
        for col in range(width - split, width):
            out[target, col + split - width] = grid[row, col]


@to_part()
def trim(grid: Grid, background: int, out: Cells) -> tuple[int, int]:
    """Outer rows and columns of background cut off."""
    height, width = grid.shape
    top, bottom, left, right = height, -1, width, -1
    for row in range(height):
        first = 0
        while first < width and grid[row, first] == background:
            first += 1
        if first == width:
            continue
        last = width - 1
        while grid[row, last] == background:
            last -= 1
        top, bottom = min(top, row), row
        left, right = min(left, first), max(right, last)
    if bottom < 0:
        top, bottom, left, right = 0, height - 1, 0, width - 1
    columns = right - left + 1
    for row in range(top, bottom + 1):
        for col in range(columns):
            out[(row - top) * columns + col] = grid[row, left + col]
    return bottom - top + 1, columns


@to_grid("height // 2 if side < 2 else height", "width if side < 2 else width // 2")
def half(grid: Grid, side: int, out: Grid) -> None:
    """The top, bottom, left or right half; an odd middle belongs to none."""
    height, width = grid.shape
    rows, columns = out.shape
    top = height - rows if side == 1 else 0
    left = width - columns if side == 3 else 0
    for row in range(rows):
        for col in range(columns):
            out[row, col] = grid[top + row, left + col]


@to_grid("height // 2", "width // 2")
def quarter(grid: Grid, corner: int, out: Grid) -> None:
    """A quarter, in reading order; an odd middle belongs to none."""
    height, width = grid.shape
    rows, columns = out.shape
    top = height - rows if corner >= 2 else 0
    left = width - columns if corner % 2 else 0
    for row in range(rows):
        for col in range(columns):
            out[row, col] = grid[top + row, left + col]


@to_grid("height", "width + other_width")
def hconcat(grid: Grid, other: Grid, out: Grid) -> None:
    """Side by side."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            out[row, col] = grid[row, col]
        for col in range(other.shape[1]):
            out[row, width + col] = other[row, col]


@to_grid("height + other_height", "width")
def vconcat(grid: Grid, other: Grid, out: Grid) -> None:
    """One above the other."""
    upper, lower = flat(grid), flat(other)
    above, below = flat(out), tail(flat(out), upper.size)
    for i in range(upper.size):
        above[i] = upper[i]
    for i in range(lower.size):
        below[i] = lower[i]


@to_grid("height * rows", "width * columns")
def tile(grid: Grid, rows: int, columns: int, out: Grid) -> None:
    """Repeated down and across."""
    height, width = grid.shape
    for i in range(rows):
        for row in range(height):
            for j in range(columns):
                for col in range(width):
                    out[i * height + row, j * width + col] = grid[row, col]


@to_grid("height * rows", "width * columns")
def mirror_tile(grid: Grid, rows: int, columns: int, out: Grid) -> None:
    """Repeated down and across, every other copy mirrored."""
    height, width = grid.shape
    for i in range(rows):
        for row in range(height):
            source = height - 1 - row if i % 2 else row
            for j in range(columns):
                for col in range(width):
                    other = width - 1 - col if j % 2 else col
                    out[i * height + row, j * width + col] = grid[source, other]


@to_grid("height * rows", "width * columns")
def upscale(grid: Grid, rows: int, columns: int, out: Grid) -> None:
    """Each cell a block."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            color = grid[row, col]
            for i in range(rows):
                for j in range(columns):
                    out[row * rows + i, col * columns + j] = color


@to_grid("(height + rows - 1) // rows", "(width + columns - 1) // columns")
def downscale(grid: Grid, rows: int, columns: int, out: Grid) -> None:
    """The first cell of each block."""
    for row in range(out.shape[0]):
        for col in range(out.shape[1]):
            out[row, col] = grid[row * rows, col * columns]


@to_part()
def remove_repeated_rows(grid: Grid, out: Cells) -> tuple[int, int]:
    """Of equal neighboring rows one is left."""
    height, width = grid.shape
    rows = 0
    for row in range(height):
        repeated = row > 0
        if repeated:
            for col in range(width):
                if grid[row, col] != grid[row - 1, col]:
                    repeated = False
                    break
        if not repeated:
            for col in range(width):
                out[rows * width + col] = grid[row, col]
            rows += 1
    return rows, width


@to_part()
def remove_repeated_columns(grid: Grid, out: Cells) -> tuple[int, int]:
    """Of equal neighboring columns one is left."""
    height, width = grid.shape
    kept = np.empty(width, np.int64)
    columns = 0
    for col in range(width):
        repeated = col > 0
        if repeated:
            for row in range(height):
                if grid[row, col] != grid[row, col - 1]:
                    repeated = False
                    break
        if not repeated:
            kept[columns] = col
            columns += 1
    for row in range(height):
        for j in range(columns):
            out[row * columns + j] = grid[row, kept[j]]
    return height, columns


@to_part()
def remove_lines(grid: Grid, color: int, out: Cells) -> tuple[int, int]:
    """Without the rows and columns that are wholly of a color."""
    height, width = grid.shape
    rows = np.zeros(height, np.uint8)
    columns = np.zeros(width, np.uint8)
    for row in range(height):
        for col in range(width):
            if grid[row, col] != color:
                rows[row] = 1
                columns[col] = 1
    at, kept_rows = 0, 0
    for row in range(height):
        if rows[row]:
            kept_rows += 1
            for col in range(width):
                if columns[col]:
                    out[at] = grid[row, col]
                    at += 1
    if not kept_rows:
        out[0] = color
        return 1, 1
    return kept_rows, at // kept_rows
