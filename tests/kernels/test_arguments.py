"""What the public functions refuse, word for word; and what a stack is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from arcgrid import ArcgridError, ArgumentError, GridError, GridStack, as_grid, ops
from tests.kernels.cases import plain

GRID = as_grid([[1, 0, 2], [0, 3, 0]])
DOT = as_grid([[5]])
STACK = GridStack.of([GRID, DOT])


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (lambda: ops.transform(GRID, 8), "motion is an integer from 0 to 7, not 8"),
        (lambda: ops.replace(GRID, 1, 10), "new is an integer from 0 to 9, not 10"),
        (lambda: ops.mask(GRID, True), "color is an integer from 0 to 9, not True"),
        (lambda: ops.recolor(GRID, [1, 2]), "a table holds 10 colors, this one 2"),
        (lambda: ops.crop(GRID, 0, 0, 3, 1), "row is an integer from 0 to 1, not 2"),
        (lambda: ops.crop(STACK, 0, 0, 1, 2), "column is an integer from 0 to 0, not 1"),
        (lambda: ops.tile(GRID, 1, 11), "the result, 2x33, is larger than 30x30"),
        (lambda: ops.pad(STACK, 29, 0, 0, 0), "the result, 31x3, is larger than 30x30"),
        (lambda: ops.half(STACK, 0), "the result would have no cells"),
        (lambda: ops.hconcat(GRID, DOT), "the grids are not of one height"),
        (lambda: ops.vconcat(STACK, STACK[:1]), "a stack of 2 grids beside one of 1"),
        (lambda: ops.overlay(GRID, DOT), "the grids are not of one shape"),
        (lambda: ops.overlay(STACK, STACK[::-1]), "the grids are not of one shape"),
        (lambda: ops.label(GRID, 6), "connectivity is 4 or 8, not 6"),
        (lambda: ops.flood(GRID, 2, 0, 1), "row is an integer from 0 to 1, not 2"),
        (
            lambda: ops.bounce(GRID, 0, 0, 0, 0, 1),
            "down and right are both 0: no direction",
        ),
        (lambda: ops.gravity(GRID, 4), "direction is an integer from 0 to 3, not 4"),
        (lambda: ops.find(GRID, GRID, 0), "motions is an integer from 1 to 255, not 0"),
        (lambda: ops.vote(STACK), "the grids of the stack are not of one shape"),
        (lambda: ops.vote(STACK[:0]), "the stack is empty"),
        (lambda: ops.join(STACK, 3), "2 grids do not fill rows of 3"),
        (
            lambda: ops.join(STACK, 2),
            "the grids of a row are not of one height, or of a column of one width",
        ),
        (lambda: STACK.take([2]), "indices are a list of numbers from 0 to 1"),
    ],
)
def test_an_argument_that_does_not_fit(call: Callable[[], object], problem: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        call()
    assert str(caught.value) == problem


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ([[1, 2], [3]], "row 1: 1 cells, but row 0 has 2"),
        (np.zeros((2, 2)), "a grid has an integer dtype, not float64"),
        (np.zeros((31, 1), np.uint8), "31x1 is larger than 30x30"),
        (np.full((2, 2), 10, np.uint8), "row 0, column 0: 10 is not a color (0 to 9)"),
        (None, "a grid is a list of rows, not null"),
    ],
)
def test_what_is_not_a_grid(value: object, problem: str) -> None:
    calls: list[Callable[[Any], object]] = [
        ops.rot90,
        ops.palette,
        lambda grid: ops.equal(GRID, grid),
    ]
    for call in calls:
        with pytest.raises(GridError) as caught:
            call(value)
        assert str(caught.value) == problem


@pytest.mark.parametrize("value", [17, 255])
def test_cells_above_9_harm_nothing(value: int) -> None:
    """A read-only array is taken at its word; tables see no more than four bits of its cells."""
    odd, seen = np.full((5, 5), value, np.uint8), value & 15
    odd.setflags(write=False)
    assert ops.histogram(odd).tolist() == [25 * (color == seen) for color in range(10)]
    assert ops.most_common(odd) == (seen if seen < 10 else -1)
    assert ops.recolor(odd, range(9, -1, -1)).tolist() == [[9 - seen if seen < 10 else 0] * 5] * 5
    assert ops.normalize(odd).tolist() == [[0] * 5] * 5
    assert ops.separator_color(odd) == (seen if seen < 10 else -1)


def test_results_are_grids_and_inputs_stay() -> None:
    writable = np.array(GRID)
    result = ops.fliplr(writable)
    assert as_grid(result) is result
    assert writable.tolist() == GRID.tolist()
    with pytest.raises(ValueError, match="read-only"):
        result[0, 0] = 1


def test_a_stack_is_a_sequence_of_grids() -> None:
    assert [grid.tolist() for grid in STACK] == [GRID.tolist(), [[5]]]
    assert as_grid(STACK[0]) is not None
    assert STACK[-1].tolist() == [[5]]
    assert [grid.tolist() for grid in STACK[::-1]] == [[[5]], GRID.tolist()]
    assert len(GridStack.of([])) == 0
    assert len(ops.rot90(GridStack.of([]))) == 0
    assert STACK.hashes.tolist() == [ops.hash64(grid) for grid in STACK]
    with pytest.raises(IndexError):
        STACK[2]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"cells": np.zeros(7, np.int64)}, "cells is a flat array of dtype uint8"),
        ({"cells": np.zeros(6, np.uint8)}, "a grid of the stack lies outside of its cells"),
        ({"cells": np.full(7, 10, np.uint8)}, "a cell of the stack is not a color (0 to 9)"),
        ({"heights": np.array([2], np.int32)}, "offsets, heights and widths are not of one length"),
        ({"widths": np.array([3, 0], np.int32)}, "a grid of the stack is not 1x1 to 30x30"),
        ({"offsets": np.array([-1, 6])}, "a grid of the stack lies outside of its cells"),
    ],
)
def test_what_is_not_a_stack(changed: dict[str, Any], problem: str) -> None:
    arrays: dict[str, Any] = {
        "cells": STACK.cells,
        "offsets": STACK.offsets,
        "heights": STACK.heights,
        "widths": STACK.widths,
    }
    with pytest.raises(ArgumentError) as caught:
        GridStack(**(arrays | changed))
    assert str(caught.value) == problem


def test_a_grid_beside_a_stack_counts_for_each() -> None:
    assert ops.equal(STACK, DOT).tolist() == [False, True]
    rows, ends = ops.find(STACK, DOT)
    assert (rows.tolist(), ends.tolist()) == ([[0, 0, 0]], [0, 1])


def unaligned(array: Any) -> Any:
    """A copy that begins at an odd address, as a view of a file's bytes may."""
    raw = np.frombuffer(b"-" + array.tobytes(), np.uint8)
    return raw[1:].view(array.dtype).reshape(array.shape)


@pytest.mark.parametrize(
    "other",
    [
        np.array(GRID),
        np.asfortranarray(GRID),
        np.array(GRID).astype(np.int64),
        np.array(GRID).astype(">i2"),
        np.repeat(GRID, 2, axis=1)[:, ::2],
        np.array(GRID[::-1])[::-1],
        unaligned(np.array(GRID).astype(np.int64)),
        np.array(GRID).view(np.recarray),
        GRID.tolist(),
    ],
    ids=lambda other: f"{type(other).__name__}",
)
@pytest.mark.parametrize("writable", [True, False])
def test_no_kernel_is_given_what_it_would_misread(other: Any, writable: bool) -> None:
    """Kernels are called without a look at the types, so the look before must see everything."""
    if isinstance(other, np.ndarray) and other.flags.owndata:
        other = other.copy(order="K")
        other.setflags(write=writable)
    assert plain(other) == plain(GRID)
    assert ops.fliplr(other).tolist() == [row[::-1] for row in GRID.tolist()]
    assert ops.hash64(other) == ops.hash64(GRID)
    assert ops.equal(GRID, other)
    assert ops.equal(other, GRID)
    assert ops.overlay(other, other).tolist() == GRID.tolist()
    assert ops.crop(other, 0, 1, 2, 2).tolist() == [row[1:] for row in GRID.tolist()]


def test_no_kernel_is_given_a_stack_that_it_would_misread() -> None:
    odd = GridStack(
        unaligned(STACK.cells),
        unaligned(STACK.offsets),
        unaligned(STACK.heights),
        np.repeat(STACK.widths, 2)[::2],
    )
    assert all(array.flags.aligned and array.flags.c_contiguous for array in odd.arrays)
    assert plain(ops.rot90(odd)) == plain(ops.rot90(STACK))


class WRONG:
    """Values that no annotation allows."""

    grid: Any = GRID
    none: Any = None
    one: Any = 1
    five: Any = 5
    text: Any = "no"
    digits: Any = "0123"
    truths: Any = (True,) * 10
    halves: Any = np.full(10, 0.5)
    fours: Any = [4, 4]  # noqa: RUF012  # never changed
    grids: Any = [GRID, GRID]  # noqa: RUF012  # never changed


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: ops.vote(WRONG.grid), "a GridStack or a list of grids is wanted, not one grid"),
        (lambda: ops.vote(WRONG.none), "a GridStack or a list of grids is wanted, not a NoneType"),
        (lambda: ops.recolor(GRID, WRONG.one), "a table holds 10 colors in order, not 1"),
        (lambda: ops.recolor(GRID, WRONG.digits), "a table holds 10 colors in order, not '0123'"),
        (lambda: ops.recolor(GRID, WRONG.truths), "table[0] is an integer from 0 to 9, not True"),
        (lambda: ops.recolor(GRID, WRONG.halves), "table[0] is an integer from 0 to 9, not 0.5"),
        (lambda: ops.recolor(GRID, [0] * 9 + [10]), "table[9] is an integer from 0 to 9, not 10"),
        (lambda: ops.recolor(GRID, [-1] * 10), "table[0] is an integer from 0 to 9, not -1"),
        (lambda: ops.recolor(GRID, {1: 12}), "table[1] is an integer from 0 to 9, not 12"),
        (lambda: ops.label(GRID, multicolor=WRONG.text), "multicolor is True or False, not 'no'"),
        (lambda: ops.label(GRID, WRONG.fours), "connectivity is 4 or 8, not [4, 4]"),
        (lambda: GridStack.of(WRONG.five), "a stack is made of several grids, not of a int"),
        (lambda: GridStack.of(GRID), "a stack is made of several grids, not of one grid"),
        (
            lambda: GridStack.of([GRID, None]),
            "grid[1]: a grid is a list of rows, not null",
        ),
    ],
)
def test_a_wrong_type_is_named(call: Callable[[], object], error: str) -> None:
    with pytest.raises(ArcgridError) as caught:
        call()
    assert str(caught.value) == error


def test_lists_of_grids_and_mappings_of_colors_will_do() -> None:
    assert ops.vote(WRONG.grids).tolist() == GRID.tolist()
    assert ops.join(WRONG.grids, 2).shape == (GRID.shape[0], 2 * GRID.shape[1] + 1)
    tables: list[Any] = [range(10), np.arange(10), np.arange(10, dtype=np.int8), [*np.arange(10)]]
    for table in tables:
        assert ops.recolor(GRID, table).tolist() == GRID.tolist()
    assert ops.recolor(GRID, {1: 2}).tolist() == np.where(GRID == 1, 2, GRID).tolist()
