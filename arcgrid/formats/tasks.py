"""The task formats, and a task set from any path: which format it is, is found out.

A format is a module beside this one, a line in `FORMATS`, or another package's entry point.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from arcgrid.errors import ArcgridError, FormatError, UnknownNameError
from arcgrid.formats import barc, bundled, kaggle, mini_arc, re_arc, task_json, task_tree
from arcgrid.formats.contents import KINDS_OF_TASKS, describe
from arcgrid.formats.format import TaskFormat, TaskOptions
from arcgrid.formats.task_json import read_task_file
from arcgrid.plugins import plugins
from arcgrid.task import TaskSet

GROUP = "arcgrid.task_formats"
"""The entry-point group in which other packages register a `TaskFormat`."""

FORMATS = (
    *(re_arc.FORMAT, task_tree.FORMAT, task_json.FORMAT),  # directories, the special ones first
    *(barc.FORMAT, task_json.FILE_FORMAT, bundled.FORMAT, kaggle.TASK_FORMAT),  # files
    mini_arc.FORMAT,
)
"""The formats that come with arcgrid, in the order in which they are asked."""

_ANY = TaskOptions()


def task_formats() -> Mapping[str, TaskFormat]:
    """All task formats by name; those of other packages are asked first: they know their own."""
    return {format.name: format for format in (*plugins(GROUP), *FORMATS)}


def find_task_format(path: Path, options: TaskOptions = _ANY) -> TaskFormat:
    """Find the format of a path, or the one that the options name.

    Raises:
        UnknownNameError: there is no format of this name.
        FormatError: the path is missing, cannot be read, or is of no format.
    """
    formats = task_formats()
    if options.format is not None:
        if options.format not in formats:
            raise UnknownNameError("task format", options.format, formats)
        return formats[options.format]
    for format in formats.values():
        if format.sniff is not None and format.sniff(path):
            return format
    problem = "a pipe or a device, and no file" if path.exists() else "no such file or directory"
    raise FormatError(problem, file=path)


def read_tasks(path: Path, options: TaskOptions = _ANY) -> TaskSet:
    """Read a task set of any format that can be told from its content, or that is named.

    Raises:
        FormatError, GridError, TaskError: the path is missing or not sound; the place is named.
    """
    try:
        return find_task_format(path, options).read(path, options)
    except FormatError as error:
        other = describe(path)
        if other is None or other in KINDS_OF_TASKS:
            raise
        problem = f"this holds {other}, and tasks are wanted"
        raise FormatError(problem, file=path) from error


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
        return None, list(_problems_in(path)) or [error]


def _problems_in(directory: Path) -> Iterator[ArcgridError]:
    for file in sorted(directory.glob("*.json")):
        try:
            read_task_file(file)
        except ArcgridError as error:
            yield error
