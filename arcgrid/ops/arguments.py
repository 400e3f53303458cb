"""What arguments may be: checked before the kernels, which check nothing, run."""

from __future__ import annotations

from typing import Any

import numpy as np

from arcgrid.errors import ArgumentError
from arcgrid.grid import COLORS, MAX_SIDE
from arcgrid.ops.gridstack import sides_of


def within(name: str, value: int, low: int, high: int) -> int:
    """An integer from `low` to `high`, both included."""
    if type(value) is int and low <= value <= high:
        return value
    if isinstance(value, np.integer) and low <= value <= high:
        return int(value)
    raise ArgumentError(f"{name} is an integer from {low} to {high}, not {value!r}")


def color(name: str, value: int) -> int:
    """A color."""
    return within(name, value, 0, COLORS - 1)


def optional(name: str, value: int | None) -> int:
    """A color, or -1 for none."""
    return -1 if value is None else within(name, value, 0, COLORS - 1)


def connected(value: int) -> int:
    """The number of neighbors: 4 or 8."""
    if type(value) is int and (value == 4 or value == 8):  # the quick way: this is on every call
        return value
    if isinstance(value, np.integer) and value in (4, 8):
        return int(value)
    raise ArgumentError(f"connectivity is 4 or 8, not {value!r}")


def flag(name: str, value: bool) -> int:
    """True or False, as 1 or 0."""
    if type(value) is bool or isinstance(value, np.bool_):
        return 1 if value else 0
    raise ArgumentError(f"{name} is True or False, not {value!r}")


def step(down: int, right: int) -> tuple[int, int]:
    """One of the 8 directions as a step."""
    step = within("down", down, -1, 1), within("right", right, -1, 1)
    if step == (0, 0):
        raise ArgumentError("down and right are both 0: no direction")
    return step


def place(grid: object, row: int, column: int) -> tuple[int, int]:
    """A cell that lies in the grid, or in each grid of a stack."""
    height, width = sides_of(grid)
    if type(height) is not int:
        height, width = (int(side.min(initial=MAX_SIDE)) for side in (height, width))
    return within("row", row, 0, height - 1), within("column", column, 0, width - 1)


def grows_to(height: Any, width: Any) -> None:
    """Refuse a result that is no grid."""
    if type(height) is int and type(width) is int:
        if 0 < height <= MAX_SIDE and 0 < width <= MAX_SIDE:
            return
        least, most, shape = min(height, width), max(height, width), f"{height}x{width}"
    else:
        sides = np.broadcast_arrays(height, width)
        least, most = (int(end) for end in (np.min(sides, initial=1), np.max(sides, initial=1)))
        shape = "x".join(str(side.max()) for side in sides if side.size)
    if most > MAX_SIDE:
        raise ArgumentError(f"the result, {shape}, is larger than {MAX_SIDE}x{MAX_SIDE}")
    if least < 1:
        raise ArgumentError("the result would have no cells")


def same(one: Any, two: Any, what: str) -> None:
    """Refuse two grids, or stacks, whose sides differ."""
    if not (np.array_equal(one, two) if isinstance(one, np.ndarray) else one == two):
        raise ArgumentError(f"the grids are not of one {what}")
