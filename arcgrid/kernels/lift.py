"""From a function of one grid to two kernels: over a single grid, and over a whole stack.

A family writes the loop once, for one grid, as a jitted function that fills `out`; the decorators
here generate the code that allocates, walks the stack and packs the results.

Inputs are told apart by their annotations: `Grid` (a read-only `uint8[:, ::1]`; of a stack: its
four arrays), `Table` (a read-only `uint8[::1]`), and `int`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any, TypeAlias

import numpy as np
from numba import types
from numpy.typing import NDArray

from arcgrid.kernels.compile import CachedKernel, Kernel
from arcgrid.kernels.window import tail, window

Grid: TypeAlias = NDArray[np.uint8]
Cells: TypeAlias = NDArray[np.uint8]
Table: TypeAlias = NDArray[np.uint8]
Labels: TypeAlias = NDArray[np.int16]
Row: TypeAlias = NDArray[np.int64]
Rows: TypeAlias = NDArray[np.int64]
Sides: TypeAlias = NDArray[np.int32]


def _read_only(dtype: Any, dimensions: int) -> Any:
    return types.Array(dtype, dimensions, "C", readonly=True)


GRID = _read_only(types.uint8, 2)
CELLS = _read_only(types.uint8, 1)
OFFSETS = _read_only(types.int64, 1)
SIDES = _read_only(types.int32, 1)
STACK = (CELLS, OFFSETS, SIDES, SIDES)
"""The types of a stack's four arrays."""

NEW_STACK = types.Tuple(STACK)
_INPUTS = {"Grid": GRID, "Table": CELLS, "int": types.int64}


class GridKernel(Kernel):
    """The loop of one grid, for other jitted functions to call, with the two kernels around it."""

    single: CachedKernel
    stack: CachedKernel


Lift: TypeAlias = Callable[[Callable[..., object]], GridKernel]


def to_grid(rows: str = "height", columns: str = "width") -> Lift:
    """For a function that fills a grid whose shape follows from the inputs' shapes and numbers."""
    single = f"""
    out = np.empty(({rows}, {columns}), np.uint8)
    CALL(out)
    return out"""
    stack = f"""
    offsets = np.empty(count, np.int64)
    heights = np.empty(count, np.int32)
    widths = np.empty(count, np.int32)
    end = 0
    for i in range(count):
        SHAPES
        offsets[i], heights[i], widths[i] = end, {rows}, {columns}
        end += heights[i] * widths[i]
    cells = np.empty(end, np.uint8)
    for i in range(count):
        GRIDS
        CALL(window(cells, offsets[i], heights[i], widths[i]))
    return cells, offsets, heights, widths"""
    return _lift(single, GRID, stack, NEW_STACK, [types.uint8[:, ::1]], types.void)


def to_part() -> Lift:
    """For a function that fills a flat `out` no larger than the input and returns its shape."""
    single = """
    part = np.empty(height * width, np.uint8)
    rows, columns = CALL(part)
    out = np.empty((rows, columns), np.uint8)
    for i in range(rows):
        for j in range(columns):
            out[i, j] = part[i * columns + j]
    return out"""
    stack = """
    offsets = np.empty(count, np.int64)
    heights = np.empty(count, np.int32)
    widths = np.empty(count, np.int32)
    end = 0
    for i in range(count):
        SHAPES
        end += height * width
    cells = np.empty(end, np.uint8)
    end = 0
    for i in range(count):
        GRIDS
        rows, columns = CALL(tail(cells, end))
        offsets[i], heights[i], widths[i] = end, rows, columns
        end += rows * columns
    return cells[:end], offsets, heights, widths"""
    shape = types.UniTuple(types.int64, 2)
    return _lift(single, GRID, stack, NEW_STACK, [types.uint8[::1]], shape)


def to_value(dtype: str = "int64") -> Lift:
    """For a function that returns a number."""
    single = """
    return CALL()"""
    stack = f"""
    values = np.empty(count, np.{dtype})
    for i in range(count):
        GRIDS
        values[i] = CALL()
    return values"""
    value = getattr(types, dtype)
    return _lift(single, value, stack, value[::1], [], value)


def to_row(length: int) -> Lift:
    """For a function that fills a row of `length` numbers."""
    single = f"""
    out = np.empty({length}, np.int64)
    CALL(out)
    return out"""
    stack = f"""
    out = np.empty((count, {length}), np.int64)
    for i in range(count):
        GRIDS
        CALL(out[i])
    return out"""
    return _lift(
        single, types.int64[::1], stack, types.int64[:, ::1], [types.int64[::1]], types.void
    )


def to_rows(columns: int, most: str = "height * width") -> Lift:
    """For a function that fills at most so many rows of numbers and returns how many."""
    single = f"""
    out = np.empty(({most}, {columns}), np.int64)
    found = CALL(out)
    return out[:found]"""
    stack = f"""
    ends = np.empty(count, np.int64)
    rows = np.empty((64, {columns}), np.int64)
    end = 0
    for i in range(count):
        SHAPES
        if end + {most} > len(rows):
            grown = np.empty((2 * (end + {most}), {columns}), np.int64)
            for j in range(end):
                for k in range({columns}):
                    grown[j, k] = rows[j, k]
            rows = grown
        GRIDS
        end += CALL(rows[end:])
        ends[i] = end
    return rows[:end], ends"""
    table = types.int64[:, ::1]
    return _lift(single, table, stack, types.Tuple((table, types.int64[::1])), [table], types.int64)


def to_labels() -> Lift:
    """For a function that gives each cell a number."""
    single = """
    out = np.empty((height, width), np.int16)
    CALL(out)
    return out"""
    stack = """
    offsets = np.empty(count, np.int64)
    end = 0
    for i in range(count):
        SHAPES
        offsets[i] = end
        end += height * width
    labels = np.empty(end, np.int16)
    for i in range(count):
        SHAPES
        GRIDS
        CALL(window(labels, offsets[i], height, width))
    return labels, offsets"""
    table = types.int16[:, ::1]
    result = types.Tuple((types.int16[::1], types.int64[::1]))
    return _lift(single, table, stack, result, [table], types.void)


def _lift(single: str, one: Any, stack: str, many: Any, outs: Sequence[Any], end: Any) -> Lift:
    def decorate(function: Callable[..., object]) -> GridKernel:
        assert isinstance(function, FunctionType)
        inputs = [
            (parameter.name, str(parameter.annotation))
            for parameter in inspect.signature(function).parameters.values()
            if parameter.name != "out"
        ]
        scalars = [_INPUTS[kind] for _, kind in inputs]
        core = GridKernel(function, end(*scalars, *outs))
        names = ", ".join(name for name, _ in inputs)
        shapes = "".join(
            f"    {_side(name, 'height')}, {_side(name, 'width')} = {name}.shape\n"
            for name, kind in inputs
            if kind == "Grid"
        )
        body = _with_calls(single, names)
        core.single = _generated(function, core, "single", names, shapes + body, one(*scalars))
        body = _with_calls(_over_stack(stack, inputs), names)
        arguments = ", ".join(
            _stack_names(name) if kind == "Grid" else name for name, kind in inputs
        )
        stacked = [
            entry for _, kind in inputs for entry in (STACK if kind == "Grid" else (_INPUTS[kind],))
        ]
        body = f"    count = len({inputs[0][0]}_heights)\n{body}"
        core.stack = _generated(function, core, "stack", arguments, body, many(*stacked))
        return core

    return decorate


def _side(name: str, side: str) -> str:
    """The name of a grid's height or width: `height` of `grid`, `other_height` of `other`."""
    return side if name == "grid" else f"{name}_{side}"


def _stack_names(name: str) -> str:
    return f"{name}_cells, {name}_offsets, {name}_heights, {name}_widths"


def _with_calls(body: str, names: str) -> str:
    return body.replace("CALL()", f"core({names})").replace("CALL(", f"core({names}, ")


def _over_stack(body: str, inputs: Sequence[tuple[str, str]]) -> str:
    """Fill in the lines that read the shapes, or the views, of the i-th grids."""
    lines = []
    for line in body.splitlines():
        indent = line[: len(line) - len(line.lstrip())]
        for name, kind in inputs:
            if kind != "Grid":
                continue
            sides = f"{name}_heights[i], {name}_widths[i]"
            if line.strip() == "SHAPES":
                lines.append(f"{indent}{_side(name, 'height')}, {_side(name, 'width')} = {sides}")
            elif line.strip() == "GRIDS":
                lines.append(f"{indent}{name} = window({name}_cells, {name}_offsets[i], {sides})")
        if line.strip() not in ("SHAPES", "GRIDS"):
            lines.append(line)
    return "\n".join(lines)


def _generated(
    function: FunctionType, core: GridKernel, way: str, arguments: str, body: str, signature: Any
) -> CachedKernel:
    source = f"def {way}({arguments}):\n{body}\n"
    names: dict[str, Any] = {"core": core, "window": window, "tail": tail, "np": np}
    exec(compile(source, f"<{way} of {function.__name__}>", "exec"), names)
    generated = names[way]
    generated.__module__ = function.__module__
    generated.__qualname__ = f"{function.__name__}.{way}"
    return CachedKernel(generated, signature)
