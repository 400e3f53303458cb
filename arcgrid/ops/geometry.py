"""Motions, cutting, joining, tiling and scaling."""

from __future__ import annotations

from arcgrid.kernels import geometry as kernels
from arcgrid.ops.arguments import box, grows_to, same, within
from arcgrid.ops.arguments import color as as_color
from arcgrid.ops.gridstack import G, mapped, mapped_pair, paired, sides_of

SIDES = ("top", "bottom", "left", "right")
"""The sides of `half`, by number."""


def rot90(grid: G) -> G:
    """Turn a quarter counterclockwise, as `numpy.rot90` does; (h, w) becomes (w, h)."""
    return mapped(kernels.rot90, grid)


def rot180(grid: G) -> G:
    """Turn by half a turn; the shape stays."""
    return mapped(kernels.rot180, grid)


def rot270(grid: G) -> G:
    """Turn a quarter clockwise; (h, w) becomes (w, h)."""
    return mapped(kernels.rot270, grid)


def flipud(grid: G) -> G:
    """Mirror in the horizontal axis: the first row becomes the last."""
    return mapped(kernels.flipud, grid)


def fliplr(grid: G) -> G:
    """Mirror in the vertical axis: the first column becomes the last."""
    return mapped(kernels.fliplr, grid)


def transpose(grid: G) -> G:
    """Mirror in the main diagonal: rows become columns; (h, w) becomes (w, h)."""
    return mapped(kernels.transpose, grid)


def antitranspose(grid: G) -> G:
    """Mirror in the diagonal from bottom left to top right; (h, w) becomes (w, h)."""
    return mapped(kernels.antitranspose, grid)


def transform(grid: G, motion: int) -> G:
    """Apply one of the 8 rigid motions by number.

    0 leaves the grid as it is, 1 is `fliplr`, 2 `flipud`, 3 `rot180`, 4 `transpose`, 5 `rot270`,
    6 `rot90`, 7 `antitranspose`: bit 2 transposes, then bit 1 flips up and down, bit 0 left and
    right.

    Raises:
        ArgumentError: the motion is not 0 to 7.
    """
    return mapped(kernels.transform, grid, within("motion", motion, 0, 7))


def crop(grid: G, row: int, column: int, height: int, width: int) -> G:
    """Cut out the box of a height and width whose top left cell is (row, column).

    Raises:
        ArgumentError: the box has no cells, or does not lie within the grid.
    """
    return mapped(kernels.crop, grid, *box(grid, row, column, height, width))


def pad(grid: G, top: int, bottom: int, left: int, right: int, color: int = 0) -> G:
    """Add margins of a color; (h, w) becomes (h + top + bottom, w + left + right).

    Raises:
        ArgumentError: a margin is negative, or the result is larger than 30x30.
    """
    margins = (
        within("top", top, 0, 29),
        within("bottom", bottom, 0, 29),
        within("left", left, 0, 29),
        within("right", right, 0, 29),
    )
    height, width = sides_of(grid)
    grows_to(height + top + bottom, width + left + right)
    return mapped(kernels.pad, grid, *margins, as_color("color", color))


def shift(grid: G, down: int, right: int, color: int = 0) -> G:
    """Move by whole cells (negative: up, left); what moves out is lost, the rest gets `color`.

    Raises:
        ArgumentError: a distance is not -30 to 30.
    """
    steps = within("down", down, -30, 30), within("right", right, -30, 30)
    return mapped(kernels.shift, grid, *steps, as_color("color", color))


def roll(grid: G, down: int, right: int) -> G:
    """Move by whole cells; what moves out comes back on the other side, as in `numpy.roll`.

    Raises:
        ArgumentError: a distance is not -30 to 30.
    """
    return mapped(
        kernels.roll, grid, within("down", down, -30, 30), within("right", right, -30, 30)
    )


def trim(grid: G, background: int = 0) -> G:
    """Cut to the box of what is not background; a grid of background alone stays as it is."""
    return mapped(kernels.trim, grid, as_color("background", background))


def half(grid: G, side: int) -> G:
    """Take the top (0), bottom (1), left (2) or right (3) half; an odd middle is in none of them.

    Raises:
        ArgumentError: the side is not 0 to 3, or the half has no cells.
    """
    height, width = sides_of(grid)
    side = within("side", side, 0, 3)
    grows_to(height // 2 if side < 2 else height, width if side < 2 else width // 2)
    return mapped(kernels.half, grid, side)


def quarter(grid: G, corner: int) -> G:
    """Take the top left (0), top right (1), bottom left (2) or bottom right (3) quarter.

    An odd middle row or column is in none of them.

    Raises:
        ArgumentError: the corner is not 0 to 3, or the quarter has no cells.
    """
    height, width = sides_of(grid)
    grows_to(height // 2, width // 2)
    return mapped(kernels.quarter, grid, within("corner", corner, 0, 3))


def hconcat(grid: G, other: G) -> G:
    """Put the other grid to the right; the heights are equal, the widths add up.

    Raises:
        ArgumentError: the heights differ, or the result is wider than 30.
    """
    one, two = paired(grid, other)
    (height, width), (other_height, other_width) = sides_of(one), sides_of(two)
    same(height, other_height, "height")
    grows_to(height, width + other_width)
    result: G = mapped_pair(kernels.hconcat, one, two)
    return result


def vconcat(grid: G, other: G) -> G:
    """Put the other grid below; the widths are equal, the heights add up.

    Raises:
        ArgumentError: the widths differ, or the result is higher than 30.
    """
    one, two = paired(grid, other)
    (height, width), (other_height, other_width) = sides_of(one), sides_of(two)
    same(width, other_width, "width")
    grows_to(height + other_height, width)
    result: G = mapped_pair(kernels.vconcat, one, two)
    return result


def tile(grid: G, rows: int, columns: int) -> G:
    """Repeat so many times down and across; (h, w) becomes (h * rows, w * columns).

    Raises:
        ArgumentError: a number is below 1, or the result is larger than 30x30.
    """
    return mapped(kernels.tile, grid, *_times(grid, rows, columns))


def mirror_tile(grid: G, rows: int, columns: int) -> G:
    """Repeat as `tile` does, every other copy mirrored, so that neighbors meet in equal cells.

    Raises:
        ArgumentError: a number is below 1, or the result is larger than 30x30.
    """
    return mapped(kernels.mirror_tile, grid, *_times(grid, rows, columns))


def upscale(grid: G, rows: int, columns: int) -> G:
    """Make each cell a block; (h, w) becomes (h * rows, w * columns).

    Raises:
        ArgumentError: a number is below 1, or the result is larger than 30x30.
    """
    return mapped(kernels.upscale, grid, *_times(grid, rows, columns))


def downscale(grid: G, rows: int, columns: int) -> G:
    """Keep the first cell of each block, as `grid[::rows, ::columns]`; sides are rounded up.

    Raises:
        ArgumentError: a number is not 1 to 30.
    """
    sides = within("rows", rows, 1, 30), within("columns", columns, 1, 30)
    return mapped(kernels.downscale, grid, *sides)


def remove_repeated_rows(grid: G) -> G:
    """Keep one of each run of equal neighboring rows."""
    return mapped(kernels.remove_repeated_rows, grid)


def remove_repeated_columns(grid: G) -> G:
    """Keep one of each run of equal neighboring columns."""
    return mapped(kernels.remove_repeated_columns, grid)


def remove_lines(grid: G, color: int = 0) -> G:
    """Remove the rows and columns that are wholly of a color; if all are, one cell is left."""
    return mapped(kernels.remove_lines, grid, as_color("color", color))


def _times(grid: object, rows: int, columns: int) -> tuple[int, int]:
    """Factors that make a grid of at most 30x30."""
    height, width = sides_of(grid)
    factors = within("rows", rows, 1, 30), within("columns", columns, 1, 30)
    grows_to(height * rows, width * columns)
    return factors
