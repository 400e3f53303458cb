"""Cell by cell over two grids of one shape; a cell of the background counts as false."""

from __future__ import annotations

from arcgrid.errors import ArgumentError
from arcgrid.grid import Grid
from arcgrid.kernels import logic as kernels
from arcgrid.kernels import stack as stack_kernels
from arcgrid.kernels.lift import GridKernel
from arcgrid.ops.arguments import color as as_color
from arcgrid.ops.arguments import same
from arcgrid.ops.gridstack import G, GridStack, as_stack, is_sound, mapped, mapped_pair, paired


def overlay(grid: G, other: G, transparent: int = 0) -> G:
    """Paint the other grid over this one; its cells of the color `transparent` are not painted.

    Raises:
        ArgumentError: the grids are not of one shape.
    """
    return of_one_shape(kernels.overlay, grid, other, as_color("transparent", transparent))


def logical_and(grid: G, other: G, background: int = 0) -> G:
    """Keep this grid's cells where the other is not background.

    Raises:
        ArgumentError: the grids are not of one shape.
    """
    return of_one_shape(kernels.logical_and, grid, other, as_color("background", background))


def logical_or(grid: G, other: G, background: int = 0) -> G:
    """Keep this grid's cells that are not background; elsewhere take the other's.

    Raises:
        ArgumentError: the grids are not of one shape.
    """
    return of_one_shape(kernels.logical_or, grid, other, as_color("background", background))


def logical_xor(grid: G, other: G, background: int = 0) -> G:
    """Keep the cells of either grid where the other is background.

    Raises:
        ArgumentError: the grids are not of one shape.
    """
    return of_one_shape(kernels.logical_xor, grid, other, as_color("background", background))


def logical_not(grid: G, color: int, background: int = 0) -> G:
    """Paint what is background in a color, and the rest as background."""
    colors = as_color("background", background), as_color("color", color)
    return mapped(kernels.logical_not, grid, *colors)


def subtract(grid: G, other: G, background: int = 0) -> G:
    """Keep this grid's cells where the other is background.

    Raises:
        ArgumentError: the grids are not of one shape.
    """
    return of_one_shape(kernels.subtract, grid, other, as_color("background", background))


def overlay_all(stack: GridStack, transparent: int = 0) -> Grid:
    """Paint the grids of a stack over each other, the last on top.

    Raises:
        ArgumentError: the stack is empty, or its grids are not of one shape.
    """
    stack = _uniform(stack)
    color = as_color("transparent", transparent)
    result: Grid = stack_kernels.overlay_all.unchecked(*stack.arrays, color)
    return result


def vote(stack: GridStack) -> Grid:
    """Take the most common color at each place of a stack's grids, the lowest of equals.

    Raises:
        ArgumentError: the stack is empty, or its grids are not of one shape.
    """
    stack = _uniform(stack)
    result: Grid = stack_kernels.vote.unchecked(*stack.arrays)
    return result


def of_one_shape(kernel: GridKernel, grid: G, other: G, *rest: int) -> G:
    """The grid that the kernel makes of two of one shape."""
    if is_sound(grid) and is_sound(other) and grid.shape == other.shape:  # the quick way
        quick: G = kernel.single.unchecked(grid, other, *rest)
        return quick
    one, two = paired(grid, other)
    if type(one) is GridStack:
        same(one.heights, two.heights, "shape")
        same(one.widths, two.widths, "shape")
    else:
        same(one.shape, two.shape, "shape")
    result: G = mapped_pair(kernel, one, two, *rest)
    return result


def _uniform(stack: GridStack) -> GridStack:
    stack = as_stack(stack)
    if not len(stack):
        raise ArgumentError("the stack is empty")
    for sides in (stack.heights, stack.widths):
        if sides.tobytes() != sides[:1].tobytes() * len(sides):  # three times as quick as any()
            raise ArgumentError("the grids of the stack are not of one shape")
    return stack
