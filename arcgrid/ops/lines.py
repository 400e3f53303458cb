"""Rays until contact, lines in 8 directions, bouncing, and joining what is in line.

A direction is a step `(down, right)`, each -1, 0 or 1. A set of directions is a number with a bit
for each, clockwise from up: 1 up, 2 up-right, 4 right, 8 down-right, 16 down, 32 down-left,
64 left, 128 up-left.
"""

from __future__ import annotations

from arcgrid.kernels import lines as kernels
from arcgrid.ops.arguments import color as as_color
from arcgrid.ops.arguments import place, step, within
from arcgrid.ops.gridstack import G, mapped

STRAIGHT = 1 | 4 | 16 | 64
"""The four directions along rows and columns."""

DIAGONAL = 2 | 8 | 32 | 128
"""The four diagonal directions."""


def shoot(
    grid: G, row: int, column: int, down: int, right: int, color: int, background: int = 0
) -> G:
    """Paint background from the cell after (row, column) on, until something else or the edge.

    Raises:
        ArgumentError: the cell is not in the grid, or the step is none.
    """
    start = *place(grid, row, column), *step(down, right)
    colors = as_color("color", color), as_color("background", background)
    return mapped(kernels.shoot, grid, *start, *colors)


def rays(grid: G, source: int, directions: int, color: int, background: int = 0) -> G:
    """Shoot from every cell of the color `source`; rays do not stop each other.

    Raises:
        ArgumentError: the set of directions is not 0 to 255.
    """
    return mapped(kernels.rays, grid, *_emit(source, directions, color, background))


def connect(grid: G, source: int, color: int, directions: int = STRAIGHT, background: int = 0) -> G:
    """Paint the background between two cells of the color `source` that have nothing else between.

    Raises:
        ArgumentError: the set of directions is not 0 to 255.
    """
    return mapped(kernels.connect, grid, *_emit(source, directions, color, background))


def draw_line(grid: G, row: int, column: int, down: int, right: int, length: int, color: int) -> G:
    """Paint `length` cells from (row, column) on, over whatever is there, as far as the grid goes.

    Raises:
        ArgumentError: the cell is not in the grid, the step is none, or the length not 0 to 30.
    """
    start = *place(grid, row, column), *step(down, right)
    return mapped(
        kernels.draw_line, grid, *start, within("length", length, 0, 30), as_color("color", color)
    )


def bounce(
    grid: G, row: int, column: int, down: int, right: int, color: int, background: int = 0
) -> G:
    """Paint the way of a ball that starts at (row, column) and is thrown back.

    Where the next cell is not background (the edge is none), the ball turns: when the cell above or
    below is blocked and the one beside is not, up and down are exchanged; when it is the other way
    round, left and right are; else both. It comes to rest when it is blocked again, or in a state
    (cell and direction) it was in before. The cell it starts from is not painted.

    Raises:
        ArgumentError: the cell is not in the grid, or the step is none.
    """
    start = *place(grid, row, column), *step(down, right)
    colors = as_color("color", color), as_color("background", background)
    return mapped(kernels.bounce, grid, *start, *colors)


def _emit(source: int, directions: int, color: int, background: int) -> tuple[int, int, int, int]:
    return (
        as_color("source", source),
        within("directions", directions, 0, 255),
        as_color("color", color),
        as_color("background", background),
    )
