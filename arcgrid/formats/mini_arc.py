"""Mini-ARC: a directory of 5x5 tasks whose cells are digits in quotes, some of them null.

Only here a digit in quotes is a cell; anywhere else it is a mistake.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from arcgrid.errors import ArcgridError, FormatError
from arcgrid.formats.files import read_file
from arcgrid.formats.format import TaskFormat, TaskOptions
from arcgrid.formats.json_text import check_keys, decode
from arcgrid.grid import Grid, as_grid
from arcgrid.task import Pair, Task, TaskSet

_ANY = TaskOptions()


class _PairRecord(msgspec.Struct):
    input: list[list[Any]]
    output: list[list[Any]]


class _TaskRecord(msgspec.Struct):
    train: list[_PairRecord]
    test: list[_PairRecord]


def read_mini_arc(path: Path, null_as: int | None = None, options: TaskOptions = _ANY) -> TaskSet:
    """Read the directory of Mini-ARC's files, in the order of their names.

    A task's id is its file's name without `.json`, spaces and commas included. A cell is an
    integer or one digit in quotes, from "0" to "9". (KSB21ST/MINI-ARC `data/MiniARC`.)

    Args:
        path: the directory.
        null_as: the color that a null stands for; None makes a null an error. (ARCLE reads 0.)

    Raises:
        FormatError: there is no `.json` file, or a file is not of this shape.
        GridError: something is no grid, or has a null; file, pair, row and column are named.
    """
    files = sorted(path.glob("*.json"))
    if not files:
        raise FormatError("there is no .json file in this directory", file=path)
    name = str(path) if null_as is None else f"{path} [null read as {null_as}]"
    tasks = options.sound(files, lambda file: _read_file(file, null_as))
    return TaskSet(name, tuple(tasks), str(path))


def parse_mini_arc(text: bytes, id: str, null_as: int | None = None) -> Task:
    """Parse one file; as `read_mini_arc`."""
    check_keys(text)
    record = decode(text, _TaskRecord)
    train, test = (
        tuple(_pair(pair, f"{side}[{index}]", null_as) for index, pair in enumerate(pairs))
        for side, pairs in (("train", record.train), ("test", record.test))
    )
    return Task(id, train, test)


def _read_file(path: Path, null_as: int | None) -> Task:
    try:
        return parse_mini_arc(read_file(path), path.stem, null_as)
    except ArcgridError as error:
        raise error.within(file=path) from None


def _pair(record: _PairRecord, place: str, null_as: int | None) -> Pair:
    side = "input"
    try:
        input = _grid(record.input, null_as)
        side = "output"
        return Pair(input, _grid(record.output, null_as))
    except ArcgridError as error:
        raise error.within(part=f"{place}.{side}") from None


def _grid(rows: list[list[Any]], null_as: int | None) -> Grid:
    return as_grid([[_cell(cell, null_as) for cell in row] for row in rows])


def _cell(cell: object, null_as: int | None) -> object:
    if cell is None:
        return null_as
    if isinstance(cell, str) and len(cell) == 1 and cell in "0123456789":
        return int(cell)
    return cell


FORMAT = TaskFormat(
    name="mini-arc",
    about="Mini-ARC: digits in quotes, nulls; only with `--mini-arc`, and `--null-as COLOR`",
    sniff=None,  # what it takes for cells is a mistake anywhere else
    read=lambda path, options: read_mini_arc(path, options.null_as, options),
)
