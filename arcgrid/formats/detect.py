"""Tells the formats apart: any path to a task set, whatever it is.

The formats themselves are in the modules beside this one.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from arcgrid.errors import ArcgridError, FormatError
from arcgrid.formats.json_text import decode, read_text
from arcgrid.formats.kaggle import read_challenges
from arcgrid.formats.task_json import read_task_directory, read_task_file
from arcgrid.task import TaskSet


def read_tasks(path: Path) -> TaskSet:
    """Read a directory of `<id>.json`, one task file, or a Kaggle challenges file.

    Raises:
        FormatError, GridError, TaskError: the path is missing or not sound; the place is named.
    """
    if path.is_dir():
        return read_task_directory(path)
    if is_task_file(path):
        return TaskSet(str(path), (read_task_file(path),))
    return read_challenges(path)


def check_tasks(path: Path) -> tuple[TaskSet | None, list[ArcgridError]]:
    """Read tasks, or find what is wrong with each file of a directory.

    Returns:
        The tasks and no problem, or None and the problems, each with its place.
    """
    try:
        return read_tasks(path), []
    except ArcgridError as error:
        if not path.is_dir():
            return None, [error]
        return None, _problems_in(path) or [error]


def _problems_in(directory: Path) -> list[ArcgridError]:
    problems = []
    for file in sorted(directory.glob("*.json")):
        try:
            read_task_file(file)
        except ArcgridError as error:
            problems.append(error)
    return problems


def is_task_file(path: Path) -> bool:
    """True when a JSON file holds one task rather than tasks by id.

    Raises:
        FormatError: the file is missing or holds no JSON object.
    """
    try:
        keys = decode(read_text(path), dict[str, msgspec.Raw])
        if not keys:
            raise FormatError("an empty object: neither a task nor tasks by id")
    except ArcgridError as error:
        raise error.within(file=path) from None
    # A task's `train` is a list; a task that is *named* train is an object.
    return any(bytes(keys[key]).lstrip()[:1] == b"[" for key in ("train", "test") if key in keys)
