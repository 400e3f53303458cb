"""Things that fall, slide and come to rest. A direction is 0 up, 1 right, 2 down or 3 left."""

from __future__ import annotations

from arcgrid.kernels import motion as kernels
from arcgrid.ops.arguments import color as as_color
from arcgrid.ops.arguments import connected, within
from arcgrid.ops.gridstack import G, mapped

UP, RIGHT, DOWN, LEFT = range(4)


def gravity(grid: G, direction: int = DOWN, background: int = 0) -> G:
    """Let every cell that is not background fall until it lies on another or on the edge.

    Raises:
        ArgumentError: the direction is not 0 to 3.
    """
    return mapped(kernels.gravity, grid, *_to(direction, background))


def slide(grid: G, color: int, direction: int, background: int = 0) -> G:
    """Move all cells of a color as one until one of them would hit another color or the edge.

    Raises:
        ArgumentError: the direction is not 0 to 3.
    """
    return mapped(kernels.slide, grid, as_color("color", color), *_to(direction, background))


def fall(grid: G, direction: int = DOWN, background: int = 0, connectivity: int = 4) -> G:
    """Let every component of one color fall as one until it lies on another or on the edge.

    Raises:
        ArgumentError: the direction is not 0 to 3, or the connectivity neither 4 nor 8.
    """
    return mapped(kernels.fall, grid, *_to(direction, background), connected(connectivity))


def align(grid: G, direction: int, background: int = 0) -> G:
    """Move the whole picture until something that is not background is at the edge.

    Raises:
        ArgumentError: the direction is not 0 to 3.
    """
    return mapped(kernels.align, grid, *_to(direction, background))


def _to(direction: int, background: int) -> tuple[int, int]:
    return within("direction", direction, 0, 3), as_color("background", background)
