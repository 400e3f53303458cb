"""What arguments may be: checked before the kernels, which check nothing, run.

Each function gives the value as kernels take it, or raises ArgumentError with the argument's name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arcgrid.errors import ArgumentError
from arcgrid.grid import COLORS, MAX_SIDE
from arcgrid.ops.gridstack import sides_of

_INTEGERS = {int}
_NO_COLORS = bytes(6)


def within(name: str, value: int, low: int, high: int) -> int:
    """An integer from `low` to `high`, both included."""
    if type(value) is int and low <= value <= high:
        return value
    if isinstance(value, np.integer) and low <= value <= high:
        return int(value)
    raise ArgumentError(f"{name} is an integer from {low} to {high}, not {value!r}")


def color(name: str, value: int) -> int:
    """A color, 0 to 9."""
    if type(value) is int and 0 <= value < COLORS:  # the quick way: this is on every call
        return value
    return within(name, value, 0, COLORS - 1)


def optional(name: str, value: int | None) -> int:
    """A color, or -1 for none."""
    return -1 if value is None else within(name, value, 0, COLORS - 1)


def connected(value: int) -> int:
    """The number of neighbors: 4 or 8."""
    if type(value) is int and (value == 4 or value == 8):
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
    if type(grid) is np.ndarray and grid.ndim == 2 and type(row) is type(column) is int:
        height, width = grid.shape
        if 0 <= row < height and 0 <= column < width:
            return row, column
    height, width = sides_of(grid)
    if type(height) is not int:
        height, width = (int(side.min(initial=MAX_SIDE)) for side in (height, width))
    return within("row", row, 0, height - 1), within("column", column, 0, width - 1)


def box(grid: object, row: int, column: int, height: int, width: int) -> tuple[int, int, int, int]:
    """A box, by its top left cell and its sides, that lies in the grid, or in each of a stack."""
    tall, wide = sides_of(grid)
    numbers = type(row) is type(column) is type(height) is type(width) is type(tall) is int
    if numbers and 0 <= row < row + height <= tall and 0 <= column < column + width <= wide:
        return row, column, height, width
    row, column = place(grid, row, column)
    height, width = within("height", height, 1, MAX_SIDE), within("width", width, 1, MAX_SIDE)
    place(grid, row + height - 1, column + width - 1)
    return row, column, height, width


def table(colors: Any) -> NDArray[np.uint8]:
    """Ten colors in order, or a mapping of some; as kernels take it, of 16 entries."""
    if isinstance(colors, np.ndarray):
        colors = colors.tolist()
    if type(colors) is not tuple and type(colors) is not list:
        colors = _listed(colors)
    if len(colors) != COLORS:
        raise ArgumentError(f"a table holds {COLORS} colors, this one {len(colors)}")
    if set(map(type, colors)) != _INTEGERS or not 0 <= min(colors) <= max(colors) < COLORS:
        colors = [color(f"table[{index}]", entry) for index, entry in enumerate(colors)]
    return np.frombuffer(bytes(colors) + _NO_COLORS, np.uint8)


def _listed(colors: Any) -> list[Any]:
    if isinstance(colors, Mapping):
        changes = {color("a color", old): new for old, new in colors.items()}
        return [changes.get(old, old) for old in range(COLORS)]
    if not isinstance(colors, Sequence) or isinstance(colors, str):
        raise ArgumentError(f"a table holds {COLORS} colors in order, not {colors!r}")
    return list(colors)


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
    if type(one) is not np.ndarray and one == two:
        return
    if not np.array_equal(one, two):
        raise ArgumentError(f"the grids are not of one {what}")
