"""What a grid is: every form that is taken, and every fault with its message, word for word."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcgrid import ArcgridError, Grid, GridError, as_grid
from arcgrid.errors import Fault
from arcgrid.grid import format_size
from tests.samples import grids

WANTED = [[0, 1, 2], [7, 8, 9]]

FORMS: dict[str, object] = {
    "lists": WANTED,
    "tuples": ((0, 1, 2), (7, 8, 9)),
    "a list of tuples": [(0, 1, 2), (7, 8, 9)],
    "ranges": [range(3), range(7, 10)],
    "other sequences": deque([deque([0, 1, 2]), deque([7, 8, 9])]),
    "rows that are arrays": [np.array([0, 1, 2]), np.array([7, 8, 9], np.uint8)],
    "numpy integers": [[np.int8(0), np.uint64(1), np.int64(2)], [7, 8, 9]],
    "uint8": np.array(WANTED, np.uint8),
    "int8": np.array(WANTED, np.int8),
    "int64": np.array(WANTED),
    "uint64": np.array(WANTED, np.uint64),
    "big-endian": np.array(WANTED, ">i4"),
    "Fortran order": np.asfortranarray(np.array(WANTED, np.uint8)),
    "a strided view": np.array(WANTED, np.uint8).repeat(2, axis=1)[:, ::2],
    "a reversed view": np.array(WANTED, np.uint8)[::-1, ::-1][::-1, ::-1],
}


def check_is_grid(grid: Grid, rows: Sequence[Sequence[int]]) -> None:
    assert type(grid) is np.ndarray
    assert grid.dtype == np.uint8
    assert grid.ndim == 2
    assert grid.flags.c_contiguous
    assert not grid.flags.writeable
    assert grid.tolist() == [list(row) for row in rows]


@pytest.mark.parametrize("value", FORMS.values(), ids=FORMS)
def test_a_form_that_is_taken(value: object) -> None:
    check_is_grid(as_grid(value), WANTED)


class Loud:
    def __repr__(self) -> str:
        raise RuntimeError("no repr")


class Long:
    def __repr__(self) -> str:
        return "x" * 39 + "\n" + "y"


ROWS_31 = [[0]] * 31
LONG_ROW = [[0] * 31]

# name: value, fault, row, column, problem
Case = tuple[object, Fault, int | None, int | None, str]
FAULTS: dict[str, Case] = {
    "no rows": ([], "empty", None, None, "the grid has no rows"),
    "no rows, tuple": ((), "empty", None, None, "the grid has no rows"),
    "no columns": ([[]], "empty", None, None, "the grid has no columns"),
    "no columns, two rows": ([[], []], "empty", None, None, "the grid has no columns"),
    "first row empty": ([[], [1]], "empty", None, None, "the grid has no columns"),
    "later row empty": ([[1], []], "ragged", 1, None, "0 cells, but row 0 has 1"),
    "shorter row": ([[1, 2], [3, 4], [5]], "ragged", 2, None, "1 cells, but row 0 has 2"),
    "longer row": ([[1, 2], [3, 4, 5]], "ragged", 1, None, "3 cells, but row 0 has 2"),
    "31 rows": (ROWS_31, "oversize", None, None, "31x1 is larger than 30x30"),
    "31 columns": (LONG_ROW, "oversize", None, None, "1x31 is larger than 30x30"),
    "31x31": (LONG_ROW * 31, "oversize", None, None, "31x31 is larger than 30x30"),
    "10": ([[0, 10]], "color", 0, 1, "10 is not a color (0 to 9)"),
    "-1": ([[0], [-1]], "color", 1, 0, "-1 is not a color (0 to 9)"),
    "255": ([[255]], "color", 0, 0, "255 is not a color (0 to 9)"),
    "256": ([[256]], "color", 0, 0, "256 is not a color (0 to 9)"),
    "a numpy integer of 10": (
        [[np.int64(10)]],
        "color",
        0,
        0,
        "10 is not a color (0 to 9)",
    ),
    "a number of 40 digits": ([[10**39]], "color", 0, 0, f"1{'0' * 39} is not a color (0 to 9)"),
    "a number of 50 digits": ([[10**49]], "color", 0, 0, f"1{'0' * 36}... is not a color (0 to 9)"),
    "a number of 5001 digits": (
        [[10**5000]],
        "color",
        0,
        0,
        "a value of type int is not a color (0 to 9)",
    ),
    "2.0": ([[0, 2.0]], "type", 0, 1, "2.0 is not an integer from 0 to 9"),
    "text": ([["4"]], "type", 0, 0, '"4" is not an integer from 0 to 9'),
    "true": ([[1, 1], [1, True]], "type", 1, 1, "true is not an integer from 0 to 9"),
    "false": ([[False]], "type", 0, 0, "false is not an integer from 0 to 9"),
    "numpy bool": ([[np.True_]], "type", 0, 0, "np.True_ is not an integer from 0 to 9"),
    "null": ([[None]], "type", 0, 0, "null is not an integer from 0 to 9"),
    "a nested cell": ([[0, [1, 2]]], "type", 0, 1, "[1, 2] is not an integer from 0 to 9"),
    "an object": ([[{"a": 1}]], "type", 0, 0, "{'a': 1} is not an integer from 0 to 9"),
    "a long text": (
        [["a b" * 20]],
        "type",
        0,
        0,
        '"a ba ba ba ba ba ba ba ba ba ba ba b... is not an integer from 0 to 9',
    ),
    "many lines": ([[Long()]], "type", 0, 0, f"{'x' * 37}... is not an integer from 0 to 9"),
    "no repr": ([[Loud()]], "type", 0, 0, "a value of type Loud is not an integer from 0 to 9"),
    "the first fault counts": ([[0, 10], ["4"]], "color", 0, 1, "10 is not a color (0 to 9)"),
    "a number for a row": ([1, 2], "type", 0, None, "a row is a list of colors, not 1"),
    "text for a row": (["12"], "type", 0, None, 'a row is a list of colors, not "12"'),
    "null for a row": ([[1], None], "type", 1, None, "a row is a list of colors, not null"),
    "bytes for a row": ([b"\1"], "type", 0, None, "a row is a list of colors, not b'\\x01'"),
    "a set for a row": ([[1], {1}], "type", 1, None, "a row is a list of colors, not {1}"),
    "an object for a row": ([{1: 2}], "type", 0, None, "a row is a list of colors, not {1: 2}"),
    "null as grid": (None, "type", None, None, "a grid is a list of rows, not null"),
    "a number": (4, "type", None, None, "a grid is a list of rows, not 4"),
    "text as grid": ("12", "type", None, None, 'a grid is a list of rows, not "12"'),
    "bytes as grid": (b"12", "type", None, None, "a grid is a list of rows, not b'12'"),
    "an object as grid": ({}, "type", None, None, "a grid is a list of rows, not {}"),
    "array of no dimension": (
        np.array(1),
        "type",
        None,
        None,
        "a grid has 2 dimensions, this array has 0",
    ),
    "array of one dimension": (
        np.array([1, 2]),
        "type",
        None,
        None,
        "a grid has 2 dimensions, this array has 1",
    ),
    "array of three dimensions": (
        np.zeros((1, 1, 1), int),
        "type",
        None,
        None,
        "a grid has 2 dimensions, this array has 3",
    ),
    "array of bool": (
        np.ones((1, 1), bool),
        "type",
        None,
        None,
        "a grid has an integer dtype, not bool",
    ),
    "array of float": (
        np.ones((1, 1)),
        "type",
        None,
        None,
        "a grid has an integer dtype, not float64",
    ),
    "array of objects": (
        np.array([[1]], object),
        "type",
        None,
        None,
        "a grid has an integer dtype, not object",
    ),
    "array of text": (
        np.array([["1"]]),
        "type",
        None,
        None,
        "a grid has an integer dtype, not <U1",
    ),
    "array 0x5": (np.zeros((0, 5), int), "empty", None, None, "the grid has no rows"),
    "array 5x0": (np.zeros((5, 0), int), "empty", None, None, "the grid has no columns"),
    "array 31x2": (
        np.zeros((31, 2), int),
        "oversize",
        None,
        None,
        "31x2 is larger than 30x30",
    ),
    "array 2x31": (
        np.zeros((2, 31), np.uint8),
        "oversize",
        None,
        None,
        "2x31 is larger than 30x30",
    ),
    "array with 10": (
        np.array([[1, 2], [3, 10]], np.uint8),
        "color",
        1,
        1,
        "10 is not a color (0 to 9)",
    ),
    "array with -1": (np.array([[0, -1]]), "color", 0, 1, "-1 is not a color (0 to 9)"),
    "array with 256": (np.array([[256]]), "color", 0, 0, "256 is not a color (0 to 9)"),
    "a row that is a float array": (
        [np.array([1.0])],
        "type",
        0,
        0,
        "1.0 is not an integer from 0 to 9",
    ),
}


@pytest.mark.parametrize(
    ("value", "fault", "row", "column", "problem"), FAULTS.values(), ids=FAULTS
)
def test_a_fault(
    value: object, fault: Fault, row: int | None, column: int | None, problem: str
) -> None:
    with pytest.raises(GridError) as caught:
        as_grid(value)
    error = caught.value
    assert (error.fault, error.row, error.column, error.problem) == (fault, row, column, problem)
    place = [f"row {row}"] if row is not None else []
    place += [f"column {column}"] if column is not None else []
    assert str(error) == f"{', '.join(place)}: {problem}" if place else problem
    assert isinstance(error, ValueError)
    assert isinstance(error, ArcgridError)


def test_a_grid_of_30x30_and_one_of_1x1_are_taken() -> None:
    assert as_grid([[9] * 30] * 30).shape == (30, 30)
    assert as_grid([[0]]).shape == (1, 1)
    assert as_grid(np.zeros((30, 30), int)).shape == (30, 30)


MAKERS: dict[str, Callable[[], Grid]] = {
    "from lists": lambda: as_grid([[1, 2]]),
    "from ranges": lambda: as_grid([range(1, 3)]),
    "from an array": lambda: as_grid(np.array([[1, 2]])),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_a_grid_cannot_be_written_to(make: Callable[[], Grid]) -> None:
    grid = make()
    with pytest.raises(ValueError, match="read-only"):
        grid[0, 0] = 5


def test_a_grid_is_returned_as_it_is() -> None:
    for make in MAKERS.values():
        grid = make()
        assert as_grid(grid) is grid


def frozen(array: Grid) -> Grid:
    array.setflags(write=False)
    return array


OWNER = np.array([[1, 2], [3, 4]], np.uint8)
ALIASES: dict[str, Callable[[Grid], Grid]] = {
    "the array itself": lambda owner: owner,
    "a view": lambda owner: owner[:],
    "a read-only view": lambda owner: frozen(owner[:]),
    "a read-only view of a read-only view": lambda owner: frozen(frozen(owner[:])[:]),
}


@pytest.mark.parametrize("alias", ALIASES.values(), ids=ALIASES)
def test_a_writable_input_is_copied(alias: Callable[[Grid], Grid]) -> None:
    owner = OWNER.copy()
    grid = as_grid(alias(owner))
    owner[:] = 0
    check_is_grid(grid, OWNER.tolist())


def test_the_input_stays_writable() -> None:
    owner = OWNER.copy()
    as_grid(owner)
    assert owner.flags.writeable


@given(grids())
def test_lists_round_trip(grid: Grid) -> None:
    check_is_grid(as_grid(grid.tolist()), grid.tolist())
    check_is_grid(as_grid(tuple(map(tuple, grid.tolist()))), grid.tolist())


@given(grids(), st.sampled_from("bBhHiIlLqQ"))
def test_arrays_round_trip(grid: Grid, dtype: str) -> None:
    check_is_grid(as_grid(grid.astype(dtype)), grid.tolist())


CELLS = st.integers(-2, 12) | st.sampled_from([True, None, 2.0, "4", 300])


@given(st.lists(st.lists(CELLS, max_size=3), max_size=3))
def test_lists_and_their_slow_path_agree(rows: list[list[object]]) -> None:
    def outcome(value: object) -> object:
        try:
            return as_grid(value).tolist()
        except GridError as error:
            return str(error)

    assert outcome(rows) == outcome(deque(rows))


def test_a_size_is_height_by_width() -> None:
    assert format_size(as_grid([[0] * 5] * 3)) == "3x5"


@pytest.mark.parametrize("rows", [[[1, 2], [3, 4]], ((1, 2), (3, 4)), [[1, 2], (3, 4)]], ids=str)
def test_sound_rows_are_taken_without_a_look_at_every_cell(
    rows: Sequence[Sequence[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading a large file consists of this: what it saves is no matter of results."""
    monkeypatch.setattr("arcgrid.grid._from_rows", None)
    assert as_grid(rows).tolist() == [[1, 2], [3, 4]]
