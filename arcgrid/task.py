"""Pairs, tasks, puzzles and task sets: frozen, and valid by construction.

A `Puzzle` is a `Task` without its test outputs and its id: all that a solver receives of a task.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sized
from dataclasses import dataclass
from functools import cached_property
from typing import overload

from arcgrid.errors import GridError, TaskError, UnknownNameError
from arcgrid.grid import Grid, as_grid, grid_bytes
from arcgrid.notebook import Shown

_UNKNOWN = b"\0\0"  # no grid has these bytes: sizes begin at 1


@dataclass(frozen=True, slots=True, eq=False)
class Pair(Shown):
    """An input grid and its output grid; `output` is None where it is not known.

    Raises:
        GridError: one of the two is not a grid; it names `input` or `output`, row and column.
    """

    input: Grid
    output: Grid | None = None

    def __post_init__(self) -> None:
        name = "input"
        try:
            object.__setattr__(self, "input", as_grid(self.input))
            if self.output is not None:
                name = "output"
                object.__setattr__(self, "output", as_grid(self.output))
        except GridError as error:
            raise error.within(part=name) from None

    @property
    def content(self) -> bytes:
        """Canonical bytes of both grids, with a mark for an unknown output."""
        output = _UNKNOWN if self.output is None else grid_bytes(self.output)
        return grid_bytes(self.input) + output

    def __eq__(self, other: object) -> bool:
        """Equal when both grids are, cell by cell."""
        return isinstance(other, Pair) and self.content == other.content

    def __hash__(self) -> int:
        return hash(self.content)


@dataclass(frozen=True, slots=True)
class Puzzle(Shown):
    """What a solver receives: the train pairs and the test inputs, and no task id.

    Raises:
        TaskError: there is no train pair, no test input, or a train pair without output, or
            something is no pair.
        GridError: a test input is not a grid; it names the test, row and column.
    """

    train: tuple[Pair, ...]
    test: tuple[Grid, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "train", tuple(self.train))
        object.__setattr__(self, "test", _as_tests(self.test))
        _check_parts(self.train, self.test)

    def __eq__(self, other: object) -> bool:
        """Equal when all grids are, in the same order."""
        return isinstance(other, Puzzle) and self.content == other.content

    def __hash__(self) -> int:
        return hash(self.content)

    @property
    def content(self) -> bytes:
        """Canonical bytes of all grids in order: what the puzzle's seed is made from."""
        head = len(self.train).to_bytes(4, "big") + len(self.test).to_bytes(4, "big")
        train = [pair.content for pair in self.train]
        return b"".join([head, *train, *map(grid_bytes, self.test)])


@dataclass(frozen=True, slots=True)
class Task(Shown):
    """A task: its id, its train pairs, and its test pairs (whose outputs may be unknown).

    Raises:
        TaskError: the id is empty, there is no train or test pair, a train pair has no output, or
            something is no pair.
    """

    id: str
    train: tuple[Pair, ...]
    test: tuple[Pair, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.id, str) or not self.id:
            raise TaskError(f"a task id is a string that is not empty, not {self.id!r}")
        object.__setattr__(self, "train", tuple(self.train))
        object.__setattr__(self, "test", tuple(self.test))
        try:
            _check_parts(self.train, self.test)
            _check_pairs(self.test, "test")
        except TaskError as error:
            raise error.within(task=self.id) from None

    @property
    def puzzle(self) -> Puzzle:
        """The task without its test outputs and its id."""
        return Puzzle(self.train, tuple(pair.input for pair in self.test))

    @property
    def has_answers(self) -> bool:
        """True when every test output is known, so that the task can be scored."""
        return all(pair.output is not None for pair in self.test)

    @property
    def content(self) -> bytes:
        """Canonical bytes: the id, then all grids in order, with a mark for unknown outputs."""
        head = len(self.train).to_bytes(4, "big") + len(self.test).to_bytes(4, "big")
        pairs = [pair.content for pair in (*self.train, *self.test)]
        return b"".join([self.id.encode("utf-8", "surrogateescape"), b"\0", head, *pairs])


@dataclass(frozen=True)
class TaskSet(Shown):
    """Tasks under a name, in the order of their source; iteration gives all.

    `tasks["007bbfb7"]` and `tasks[0]` are one of them, `tasks[:10]` is a subset.

    Attributes:
        name: what scores print; for a subset it says how many of all.
        tasks: the tasks.
        origin: the name or path that the whole set can be loaded from again.
        left_out: what was wrong with tasks of the source that are not in the set, a line each.

    Raises:
        TaskError: two tasks have one id, or something is no task.
    """

    name: str
    tasks: tuple[Task, ...]
    origin: str = ""
    left_out: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "origin", self.origin or self.name)
        object.__setattr__(self, "tasks", tuple(self.tasks))
        for index, task in enumerate(self.tasks):
            if not isinstance(task, Task):
                problem = f"a Task is wanted, not a value of type {type(task).__name__}"
                raise TaskError(problem, file=self.name, part=f"tasks[{index}]")
        if len(self._by_id) != len(self.tasks):
            ids = [task.id for task in self.tasks]
            twice = next(id for id in ids if ids.count(id) > 1)
            raise TaskError("two tasks have this id", file=self.name, task=twice)

    @cached_property
    def _by_id(self) -> dict[str, Task]:
        return {task.id: task for task in self.tasks}

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) over the tasks' content in the order of their ids.

        It depends on ids and grids alone: not on the file format, the set's name or the order of
        tasks, but on the order of pairs within a task.
        """
        whole = hashlib.sha256()
        for id in sorted(self._by_id):
            whole.update(self._by_id[id].content)
        return whole.hexdigest()

    @property
    def outputs(self) -> int:
        """Number of test outputs asked for: a task has one or more."""
        return sum(len(task.test) for task in self.tasks)

    def subset(self, ids: Iterable[str]) -> TaskSet:
        """The tasks with these ids, in the set's order, under a name that says how many of all.

        Raises:
            UnknownNameError: the set has no task of such an id.
        """
        wanted = {self[id].id for id in ids}
        if len(wanted) == len(self):
            return self
        chosen = tuple(task for task in self.tasks if task.id in wanted)
        name = f"{self.name} [{len(chosen)} of {len(self)} tasks]"
        return TaskSet(name, chosen, self.origin, self.left_out)

    @property
    def ids(self) -> list[str]:
        """The ids of all tasks, in the set's order."""
        return [task.id for task in self.tasks]

    @overload
    def __getitem__(self, key: str | int) -> Task: ...

    @overload
    def __getitem__(self, key: slice) -> TaskSet: ...

    def __getitem__(self, key: str | int | slice) -> Task | TaskSet:
        """The task with this id, or at this place; a slice is a subset.

        Raises:
            UnknownNameError: the set has no such task; it suggests the nearest ids.
            IndexError: there is no such place.
        """
        if isinstance(key, slice):
            return self.subset(task.id for task in self.tasks[key])
        if isinstance(key, int):
            return self.tasks[key]
        id = key
        task = self._by_id.get(id)
        if task is None:
            raise UnknownNameError(f"task of {self.name}", id, self._by_id)
        return task

    def _ipython_key_completions_(self) -> list[str]:
        """What `tasks["<TAB>` offers."""
        return self.ids

    def __contains__(self, id: object) -> bool:
        return id in self._by_id

    def __iter__(self) -> Iterator[Task]:
        return iter(self.tasks)

    def __len__(self) -> int:
        return len(self.tasks)

    def __repr__(self) -> str:
        return f"TaskSet({self.name!r}, {len(self)} tasks, {self.outputs} outputs)"


def _as_tests(grids: Iterable[object]) -> tuple[Grid, ...]:
    tests = []
    for index, grid in enumerate(grids):
        try:
            tests.append(as_grid(grid))
        except GridError as error:
            raise error.within(part=f"test[{index}]") from None
    return tuple(tests)


def _check_parts(train: tuple[Pair, ...], test: Sized) -> None:
    if not train:
        raise TaskError("there is no train pair", part="train")
    if not len(test):
        raise TaskError("there is no test input", part="test")
    _check_pairs(train, "train")
    for index, pair in enumerate(train):
        if pair.output is None:
            raise TaskError("the output is missing", part=f"train[{index}]")


def _check_pairs(pairs: tuple[Pair, ...], side: str) -> None:
    for index, pair in enumerate(pairs):
        if not isinstance(pair, Pair):
            problem = f"a Pair is wanted, not a value of type {type(pair).__name__}"
            raise TaskError(problem, part=f"{side}[{index}]")
