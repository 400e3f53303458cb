"""The task format of the ARC repositories: a file `<id>.json`, or a directory of such files.

`{"train": [{"input", "output"}, ...], "test": [...]}`; test outputs may be absent.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from arcgrid.errors import ArcgridError, FormatError
from arcgrid.formats.files import MAX_WHOLE, file_name, read_file
from arcgrid.formats.format import TaskFormat, TaskOptions
from arcgrid.formats.json_text import check_keys, decode, format_grid, parse_grid
from arcgrid.task import Pair, Task, TaskSet
from arcgrid.writing import write_directory

_ABSENT = msgspec.Raw(b"")
_ANY = TaskOptions()


class _PairRecord(msgspec.Struct):
    input: msgspec.Raw
    output: msgspec.Raw = _ABSENT


class _TaskRecord(msgspec.Struct):
    train: list[_PairRecord]
    test: list[_PairRecord]


def parse_task(text: bytes | msgspec.Raw, id: str) -> Task:
    """Parse the JSON text of one task; keys other than `train` and `test` are ignored.

    Raises:
        FormatError: the text is not JSON, or a key is missing or has the wrong type.
        GridError, TaskError: something in it is not sound. All name the place.
    """
    try:
        record = decode(text, _TaskRecord)
        return Task(id, _pairs(record.train, "train"), _pairs(record.test, "test"))
    except ArcgridError as error:
        raise error.within(task=id) from None


def format_task(task: Task) -> str:
    """Format a task as JSON, one pair a line; an unknown output is left out."""
    sides = [
        f'"{name}": [\n' + ",\n".join(_format_pair(pair) for pair in pairs) + "\n]"
        for name, pairs in (("train", task.train), ("test", task.test))
    ]
    return "{" + ",\n".join(sides) + "}\n"


def task_record(task: Task, answers: bool = True) -> dict[str, Any]:
    """A task as plain values, with its id; without `answers`, test outputs are left out."""
    sides = (("train", task.train, True), ("test", task.test, answers))
    record: dict[str, Any] = {"id": task.id}
    for name, pairs, outputs in sides:
        record[name] = [
            {"input": pair.input.tolist()}
            | ({"output": pair.output.tolist()} if outputs and pair.output is not None else {})
            for pair in pairs
        ]
    return record


def read_task_file(path: Path) -> Task:
    """Read one task; its id is the file's name without `.json`.

    Raises:
        FormatError, GridError, TaskError: as `parse_task`, with the file.
    """
    text = read_file(path)
    try:
        check_keys(text)
        return parse_task(text, path.stem)
    except ArcgridError as error:
        error.task = None  # the file names it already
        raise error.within(file=path) from None


def read_task_directory(path: Path, options: TaskOptions = _ANY) -> TaskSet:
    """Read all `<id>.json` of a directory, in the order of their names.

    Raises:
        FormatError: the directory holds no `.json` file. GridError, TaskError: as `parse_task`.
    """
    files = sorted(path.glob("*.json"))
    if not files:
        raise FormatError("there is no .json file in this directory", file=path)
    kaggle = next((file.name for file in files if file.stem.endswith("_challenges")), None)
    if kaggle is not None:
        raise FormatError(
            f"this directory holds Kaggle files; name one, such as {kaggle}", file=path
        )
    return TaskSet(str(path), tuple(options.sound(files, read_task_file)))


def write_task_directory(path: Path, tasks: Iterable[Task]) -> None:
    """Write a directory of `<id>.json`, task by task.

    Raises:
        FormatError: the directory is not empty, an id cannot be the name of a file, or a file
            cannot be written; then nothing is.
    """
    write_directory(path, ((file_name(task.id), format_task(task)) for task in tasks))


def _pairs(records: list[_PairRecord], side: str) -> tuple[Pair, ...]:
    pairs = []
    for index, record in enumerate(records):
        name = "input"
        try:
            input = parse_grid(bytes(record.input))
            name = "output"
            # Equal to `_ABSENT` only when the key is: no JSON text is empty.
            absent = not len(bytes(record.output))
            pairs.append(Pair(input, None if absent else parse_grid(bytes(record.output))))
        except ArcgridError as error:
            raise error.within(part=f"{side}[{index}].{name}") from None
    return tuple(pairs)


def _format_pair(pair: Pair) -> str:
    text = f'  {{"input": {format_grid(pair.input)}'
    if pair.output is not None:
        text += f', "output": {format_grid(pair.output)}'
    return text + "}"


def is_task_file(path: Path) -> bool:
    """True when a JSON file holds one task rather than tasks by id.

    Raises:
        FormatError: the file is missing or holds no JSON object.
    """
    try:
        if path.exists() and path.stat().st_size > MAX_WHOLE:
            return False  # no task is as large
        keys = decode(read_file(path), dict[str, msgspec.Raw])
        if not keys:
            raise FormatError("an empty object: neither a task nor tasks by id")
    except ArcgridError as error:
        raise error.within(file=path) from None
    # A task's `train` is a list; a task that is *named* train is an object.
    return any(bytes(keys[key])[:1] == b"[" for key in ("train", "test") if key in keys)


FORMAT = TaskFormat(
    name="directory",
    about='directory of `<id>.json`: `{"train": [{"input", "output"}], "test": [...]}`',
    sniff=Path.is_dir,
    read=read_task_directory,
    write=lambda path, tasks, _: write_task_directory(path, tasks),
)
FILE_FORMAT = TaskFormat(
    name="task",
    about="one task file, `<id>.json` of such a directory",
    sniff=lambda path: path.is_file() and is_task_file(path),
    read=lambda path, _: TaskSet(str(path), (read_task_file(path),)),
)
