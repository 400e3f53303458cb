"""Views of part of a flat array that cost nothing, for jitted code.

A view keeps nothing alive: what it looks at must be in use after it.
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import make_array, populate_array


@intrinsic  # type: ignore[untyped-decorator]  # numba has no types
def window(typing_context: Any, cells: Any, start: Any, height: Any, width: Any) -> Any:
    """View part of a flat array as a grid, for free: nothing is checked or kept alive."""
    view = types.Array(cells.dtype, 2, "C", readonly=not cells.mutable)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        cells, start, height, width = arguments
        return _borrowed(context, builder, view, signature.args[0], cells, start, [height, width])

    return view(cells, types.int64, types.int64, types.int64), generate


@intrinsic  # type: ignore[untyped-decorator]  # numba has no types
def tail(typing_context: Any, cells: Any, start: Any) -> Any:
    """View the rest of a flat array, as `window` does."""
    view = types.Array(cells.dtype, 1, "C", readonly=not cells.mutable)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        cells, start = arguments
        length = make_array(view)(context, builder, cells).nitems
        rest = [builder.sub(length, start)]
        return _borrowed(context, builder, view, signature.args[0], cells, start, rest)

    return view(cells, types.int64), generate


@intrinsic  # type: ignore[untyped-decorator]  # numba has no types
def flat(typing_context: Any, grid: Any) -> Any:
    """View a grid as its cells in reading order, as `window` does."""
    view = types.Array(grid.dtype, 1, "C", readonly=not grid.mutable)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        cells = make_array(signature.args[0])(context, builder, arguments[0])
        start = context.get_constant(types.int64, 0)
        shape = [cells.nitems]
        return _borrowed(context, builder, view, signature.args[0], arguments[0], start, shape)

    return view(grid), generate


def _borrowed(
    context: Any, builder: Any, view: Any, source: Any, cells: Any, start: Any, shape: list[Any]
) -> Any:
    """An array over the memory of `cells` that owns none of it."""
    flat = make_array(source)(context, builder, cells)
    size = context.get_constant(
        types.intp, context.get_abi_sizeof(context.get_data_type(view.dtype))
    )
    strides = [size] if len(shape) == 1 else [builder.mul(shape[1], size), size]
    array = make_array(view)(context, builder)
    populate_array(
        array,
        data=builder.gep(flat.data, [start]),
        shape=cgutils.pack_array(builder, shape),
        strides=cgutils.pack_array(builder, strides),
        itemsize=size,
        meminfo=None,
    )
    return array._getvalue()
