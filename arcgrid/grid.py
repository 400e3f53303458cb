"""What a grid is: a read-only `uint8` array of shape (height, width), and how values become one.

Sizes are said `height x width`, cells are indexed `(row, column)`. No numba here.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from arcgrid.errors import GridError

Grid: TypeAlias = NDArray[np.uint8]
"""A C-contiguous `uint8` array of shape (height, width), 1..30 each, values 0..9."""

MAX_SIDE = 30
"""Largest height and width (ARC-AGI README: grids are 1x1 to 30x30)."""

COLORS = 10
"""Number of colors: cell values run from 0 to 9."""

_VALID_CELLS = bytes(range(COLORS))
_INTEGERS = {int}
_ROWS = {list, tuple}


def as_grid(value: object) -> Grid:
    """Turn nested lists, tuples or an integer array into a read-only grid.

    Args:
        value: rows of integers 0..9, or a two-dimensional numpy array of an integer dtype.
            A read-only grid is returned as it is; anything else is copied.

    Returns:
        A read-only C-contiguous array, dtype uint8, shape (height, width).

    Raises:
        GridError: the value is empty, ragged, larger than 30x30, or a cell is not an integer
            from 0 to 9 (True, 2.0, "4" and None are not); it names the row and the column.

    >>> as_grid([[0, 1, 2], [3, 4, 5]]).shape
    (2, 3)
    >>> as_grid([[0, 1], [2, 10]])
    Traceback (most recent call last):
    arcgrid.errors.GridError: row 1, column 1: 10 is not a color (0 to 9)
    """
    if isinstance(value, np.ndarray):
        return _from_array(value)
    if type(value) in _ROWS and set(map(type, value)) <= _ROWS:  # type: ignore[call-overload]  # rows
        assert isinstance(value, list | tuple)
        try:
            cells = list(chain.from_iterable(value))
            width = len(value[0])
            # Every row has the first one's width, every cell is an int: then C does the rest.
            if {len(row) for row in value} == {width} and set(map(type, cells)) == _INTEGERS:
                packed = bytes(cells)
                if (
                    not packed.translate(None, _VALID_CELLS)
                    and len(value) <= MAX_SIDE
                    and width <= MAX_SIDE
                ):
                    return np.frombuffer(packed, np.uint8).reshape(len(value), width)
        except (TypeError, ValueError, IndexError):
            pass
    return _from_rows(value)


def format_size(grid: NDArray[Any]) -> str:
    """A grid's size as `height x width`, such as `3x5`."""
    return f"{grid.shape[0]}x{grid.shape[1]}"


def grid_bytes(grid: Grid) -> bytes:
    """The canonical bytes of a grid: height, width, then the cells row by row."""
    return bytes(grid.shape) + grid.tobytes()


def _from_array(array: NDArray[Any]) -> Grid:
    if array.ndim != 2:
        raise GridError(f"a grid has 2 dimensions, this array has {array.ndim}", "type")
    if array.dtype.kind not in "iu":
        raise GridError(f"a grid has an integer dtype, not {array.dtype}", "type")
    height, width = array.shape
    _check_size(height, width)
    if array.dtype != np.uint8 or array.tobytes().translate(None, _VALID_CELLS):
        wrong = np.argwhere((array < 0) | (array >= COLORS))
        if len(wrong):
            row, column = (int(index) for index in wrong[0])
            raise GridError(_not_a_color(int(array[row, column])), "color", row=row, column=column)
    if array.dtype == np.uint8 and array.flags.c_contiguous and _is_frozen(array):
        return array
    grid: Grid = np.array(array, dtype=np.uint8, order="C")
    grid.setflags(write=False)
    return grid


def _is_frozen(array: NDArray[Any]) -> bool:
    """True when nothing can write to the array's memory: neither it nor what it is a view of."""
    base: object = array
    while isinstance(base, np.ndarray):
        if base.flags.writeable:
            return False
        base = base.base
    return True


def _from_rows(value: object) -> Grid:
    """Convert cell by cell: takes any sequences and finds the first thing that is wrong."""
    if not _is_sequence(value):
        raise GridError(f"a grid is a list of rows, not {_shown(value)}", "type")
    assert isinstance(value, Sequence)
    if not len(value):
        raise GridError("the grid has no rows", "empty")
    width = None
    rows: list[list[int]] = []
    for index, row in enumerate(value):
        if isinstance(row, np.ndarray) and row.ndim == 1:
            row = row.tolist()
        if not _is_sequence(row):
            raise GridError(f"a row is a list of colors, not {_shown(row)}", "type", row=index)
        if width is None:
            width = len(row)
            _check_size(len(value), width)
        elif len(row) != width:
            raise GridError(f"{len(row)} cells, but row 0 has {width}", "ragged", row=index)
        rows.append([_as_cell(cell, index, column) for column, cell in enumerate(row)])
    grid = np.array(rows, dtype=np.uint8)
    grid.setflags(write=False)
    return grid


def _as_cell(cell: object, row: int, column: int) -> int:
    if isinstance(cell, bool | np.bool_) or not isinstance(cell, int | np.integer):
        problem = f"{_shown(cell)} is not an integer from 0 to 9"
        raise GridError(problem, "type", row=row, column=column)
    if not 0 <= cell < COLORS:
        raise GridError(_not_a_color(int(cell)), "color", row=row, column=column)
    return int(cell)


def _not_a_color(value: int) -> str:
    return f"{_shown(value)} is not a color (0 to 9)"


def _check_size(height: int, width: int) -> None:
    if not height:
        raise GridError("the grid has no rows", "empty")
    if not width:
        raise GridError("the grid has no columns", "empty")
    if height > MAX_SIDE or width > MAX_SIDE:
        raise GridError(f"{height}x{width} is larger than {MAX_SIDE}x{MAX_SIDE}", "oversize")


def _is_sequence(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray)


def _shown(value: object) -> str:
    """A value as the file would hold it, short enough for one line."""
    names = {None: "null", True: "true", False: "false"}
    if value is None or isinstance(value, bool):
        return names[value]
    try:
        text = f'"{value}"' if isinstance(value, str) else repr(value)
    except Exception:  # an int of more than 4,300 digits, or a type of the user's own
        text = f"a value of type {type(value).__name__}"
    text = " ".join(text.split())
    return text if len(text) <= 40 else f"{text[:37]}..."
