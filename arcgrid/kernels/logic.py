"""Cell by cell over two grids of one shape; a cell of the background counts as false."""

from __future__ import annotations

from arcgrid.kernels.lift import Grid, to_grid


@to_grid()
def overlay(grid: Grid, other: Grid, transparent: int, out: Grid) -> None:
    """The other grid painted over this one."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            color = other[row, col]
            out[row, col] = grid[row, col] if color == transparent else color


@to_grid()
def logical_and(grid: Grid, other: Grid, background: int, out: Grid) -> None:
    """Cells where both are true."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            out[row, col] = background if other[row, col] == background else grid[row, col]


@to_grid()
def logical_or(grid: Grid, other: Grid, background: int, out: Grid) -> None:
    """Cells where one of the two is true; this grid's color goes first."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            color = grid[row, col]
            out[row, col] = other[row, col] if color == background else color


@to_grid()
def logical_xor(grid: Grid, other: Grid, background: int, out: Grid) -> None:
    """Cells where exactly one of the two is true."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            one, two = grid[row, col], other[row, col]
            alone = one if two == background else background
            out[row, col] = two if one == background else alone


@to_grid()
def logical_not(grid: Grid, background: int, color: int, out: Grid) -> None:
    """A color where it is false, background elsewhere."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            out[row, col] = color if grid[row, col] == background else background


@to_grid()
def subtract(grid: Grid, other: Grid, background: int, out: Grid) -> None:
    """Cells that are true here and false there."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            out[row, col] = grid[row, col] if other[row, col] == background else background
