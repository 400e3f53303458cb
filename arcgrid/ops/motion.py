"""Things that fall, slide and come to rest. A direction is 0 up, 1 right, 2 down or 3 left."""

from __future__ import annotations

from typing import Literal

from arcgrid.errors import ArgumentError
from arcgrid.kernels import motion as kernels
from arcgrid.ops.arguments import color as as_color
from arcgrid.ops.arguments import connected, within
from arcgrid.ops.gridstack import G, mapped

UP, RIGHT, DOWN, LEFT = range(4)
Direction = int | Literal["up", "right", "down", "left"]
"""0 or "up", 1 or "right", 2 or "down", 3 or "left"."""

_NAMES = {"up": UP, "right": RIGHT, "down": DOWN, "left": LEFT}


def gravity(grid: G, direction: Direction = DOWN, background: int = 0) -> G:
    """Let every cell that is not background fall until it lies on another or on the edge.

    The direction is 0 or "up", 1 or "right", 2 or "down", 3 or "left".

    Raises:
        ArgumentError: the direction is none of these.
    """
    return mapped(kernels.gravity, grid, *_to(direction, background))


def slide(grid: G, color: int, direction: Direction, background: int = 0) -> G:
    """Move all cells of a color as one until one of them would hit another color or the edge.

    The direction is 0 or "up", 1 or "right", 2 or "down", 3 or "left".

    Raises:
        ArgumentError: the direction is none of these.
    """
    return mapped(kernels.slide, grid, as_color("color", color), *_to(direction, background))


def fall(grid: G, direction: Direction = DOWN, background: int = 0, connectivity: int = 4) -> G:
    """Let every component of one color fall as one until it lies on another or on the edge.

    The direction is 0 or "up", 1 or "right", 2 or "down", 3 or "left".

    Raises:
        ArgumentError: the direction is none of these, or the connectivity neither 4 nor 8.
    """
    return mapped(kernels.fall, grid, *_to(direction, background), connected(connectivity))


def align(grid: G, direction: Direction, background: int = 0) -> G:
    """Move the whole picture until something that is not background is at the edge.

    The direction is 0 or "up", 1 or "right", 2 or "down", 3 or "left".

    Raises:
        ArgumentError: the direction is none of these.
    """
    return mapped(kernels.align, grid, *_to(direction, background))


def _to(direction: Direction, background: int) -> tuple[int, int]:
    if isinstance(direction, str):
        if direction not in _NAMES:
            raise ArgumentError(f"a direction is up, right, down or left, not {direction!r}")
        direction = _NAMES[direction]
    return within("direction", direction, 0, 3), as_color("background", background)
