"""BARC: generated tasks in JSONL files of gigabytes, `{"examples": [[input, output], ...], ...}`.

They are read line by line; the code and the descriptions beside the examples are not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from arcgrid.errors import ArcgridError, FormatError
from arcgrid.formats.files import Loose, reading
from arcgrid.formats.format import TaskFormat
from arcgrid.formats.json_text import check_keys, decode
from arcgrid.grid import Grid, as_grid
from arcgrid.task import Pair, Task, TaskSet

MAX_LINE = 8 << 20
"""Bytes of the longest line that is read."""


class _Record(msgspec.Struct):
    examples: list[list[list[list[float]]]]


def iter_barc(
    path: Path, tests: int = 1, skip: Callable[[ArcgridError], None] | None = None
) -> Iterator[Task]:
    """Iterate the tasks of a BARC file, holding one line at a time.

    The last `tests` examples of a line are the test pairs, the others the train pairs. A task's id
    is the file's name without its suffix, `-`, and the line's number, counted from 1 as editors
    do: `100k_gpt4-00000001`. Empty lines count and have no task. A cell may be written as a float
    if it is integral, as in 3.0. (xu3kev/BARC; its consumers cast cells through float.)

    Args:
        path: the JSONL file.
        tests: test pairs of a task.
        skip: called with what is wrong with a line, which then has no task; without it the first
            such line is an error.

    Raises:
        FormatError: the file cannot be read, or a line is not of this shape or has too few
            examples. GridError: something is no grid. All name the line.
    """
    files = Loose(path)
    with reading(files, path.name), files.open(path.name) as stream:
        number = 0
        while line := stream.readline(MAX_LINE + 1):
            number += 1
            if not line.strip():
                continue
            try:
                yield parse_barc(line, f"{path.stem}-{number:08d}", tests)
            except ArcgridError as error:
                error.within(file=f"{path}:{number}")
                error.task = None  # the line names it already
                if len(line) > MAX_LINE or skip is None:
                    raise error from None
                skip(error)


def parse_barc(text: bytes, id: str, tests: int = 1) -> Task:
    """Parse one line; as `iter_barc`."""
    if len(text) > MAX_LINE:
        raise FormatError(f"a line is longer than {MAX_LINE >> 20} MiB")
    check_keys(text)
    examples = decode(text, _Record).examples
    if len(examples) <= tests:
        raise FormatError(f"{len(examples)} examples; {tests} and one more are wanted")
    pairs = tuple(_pair(example, index) for index, example in enumerate(examples))
    return Task(id, pairs[: len(pairs) - tests], pairs[len(pairs) - tests :])


def _pair(example: list[list[list[float]]], index: int) -> Pair:
    part = f"examples[{index}]"
    if len(example) != 2:
        problem = f"an input and an output are wanted, not {len(example)} grids"
        raise FormatError(problem, part=part)
    side = "input"
    try:
        input = _grid(example[0])
        side = "output"
        return Pair(input, _grid(example[1]))
    except ArcgridError as error:
        raise error.within(part=f"{part}.{side}") from None


def _grid(rows: list[list[float]]) -> Grid:
    """Integral floats become integers, and only they: `as_grid` has the last word."""
    return as_grid([[int(c) if c.is_integer() else c for c in row] for row in rows])


FORMAT = TaskFormat(
    name="barc",
    about="BARC: JSON lines, streamed",
    sniff=lambda path: path.suffix == ".jsonl",
    read=lambda path, options: TaskSet(str(path), tuple(iter_barc(path, skip=options.skip))),
    leaves=lambda _: ["the code and the descriptions that stand beside the examples"],
)
