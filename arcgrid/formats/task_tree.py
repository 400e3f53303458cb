"""Task files in folders: ConceptARC (`<Concept>/<Concept>N.json`), 1D-ARC (`<type>/<type>_N.json`).

The files themselves are those of `task_json`.
"""

from __future__ import annotations

from pathlib import Path

from arcgrid.errors import FormatError
from arcgrid.formats.format import TaskFormat, TaskOptions
from arcgrid.formats.task_json import read_task_file
from arcgrid.task import TaskSet

_ANY = TaskOptions()


def read_task_tree(path: Path, options: TaskOptions = _ANY) -> TaskSet:
    """Read all task files below a directory, in the order of their paths.

    A task's id is its file's name without `.json`, which in both collections begins with the
    folder's; it stays the same whichever folder is read. (ConceptARC:
    victorvikram/ConceptARC `corpus`; 1D-ARC: khalil-research/1D-ARC `dataset`.)

    Raises:
        FormatError: there is no `.json` file, or two have one name.
        GridError, TaskError: as `parse_task`, with the file.
    """
    files: dict[str, Path] = {}
    for file in sorted(path.rglob("*.json")):
        other = files.setdefault(file.stem, file)
        if other is not file:
            raise FormatError(f"a task of this id is in {other} too", file=file)
    if not files:
        raise FormatError("there is no .json file below this directory", file=path)
    return TaskSet(str(path), tuple(options.sound(files.values(), read_task_file)))


def _is_task_tree(path: Path) -> bool:
    return path.is_dir() and not any(path.glob("*.json")) and any(path.rglob("*.json"))


FORMAT = TaskFormat(
    name="task-tree",
    about="ConceptARC, 1D-ARC: folders of task files",
    sniff=_is_task_tree,
    read=read_task_tree,
)
