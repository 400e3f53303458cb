"""Which tasks of a set are asked for: those named, a sample, the first so many, a shard of these.

The chosen set says in its name how many of all it is. Pure but for files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from arcgrid.errors import ArgumentError
from arcgrid.formats.files import read_file
from arcgrid.task import Task, TaskSet


@dataclass(frozen=True, slots=True)
class Selection:
    """What is chosen of a set, in this order: `only` or all; of these a sample; of it the first.

    Attributes:
        only: ids of tasks; none for all.
        sample: how many are drawn, without repetition; None for all.
        seed: of the draw, which depends on it and on the ids alone.
        limit: how many are taken, in the set's order; None for all.

    Raises:
        ArgumentError: `sample` or `limit` is not a whole number of at least 1.
    """

    only: tuple[str, ...] = ()
    sample: int | None = None
    seed: int = 0
    limit: int | None = None

    def __post_init__(self) -> None:
        for what, value in (("sample", self.sample), ("limit", self.limit)):
            if value is not None and (type(value) is not int or value < 1):
                raise ArgumentError(f"{what} is a whole number of tasks, at least 1, not {value!r}")

    def of(self, tasks: TaskSet) -> TaskSet:
        """The chosen tasks, in the set's order.

        Raises:
            UnknownNameError: the set has no task of such an id.
            ArgumentError: a larger sample is asked for than there are tasks.
        """
        chosen = tasks.subset(self.only).ids if self.only else tasks.ids
        if self.sample is not None:
            if self.sample > len(chosen):
                problem = f"a sample of {self.sample} tasks is asked for, and there are"
                raise ArgumentError(f"{problem} {len(chosen)}", file=tasks.name)
            chosen = sorted(chosen, key=self._rank)[: self.sample]
        if self.limit is not None:
            kept = set(chosen)
            chosen = [id for id in tasks.ids if id in kept][: self.limit]
        return tasks.subset(chosen)

    def _rank(self, id: str) -> bytes:
        return hashlib.sha256(f"{self.seed}:{id}".encode("utf-8", "surrogateescape")).digest()


@dataclass(frozen=True, slots=True)
class Shard:
    """Which part of a whole a run works on, with all that joining the parts needs to know.

    Attributes:
        number: of this part, from 1.
        of: how many parts there are.
        task_set, digest, tasks: name and SHA-256 of the whole, and how many tasks it has.
        places: where the tasks of this part are in the whole, in order, from 0.
    """

    number: int
    of: int
    task_set: str
    digest: str
    tasks: int
    places: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


def shard_of(whole: TaskSet, number: int, of: int) -> tuple[Shard, TaskSet]:
    """A part of a set, which may be empty; every task is in one of the parts.

    In which one, its puzzle's content alone decides: neither its id nor its place, nor what else is
    in the set.

    Args:
        whole: what is asked for of all parts together.
        number: of the part, from 1.
        of: how many parts there are.

    Raises:
        ArgumentError: there is no such part.
    """
    if not (type(number) is type(of) is int and 1 <= number <= of):
        raise ArgumentError(f"a shard is NUMBER/OF, such as 1/16 to 16/16, not {number}/{of}")
    places = tuple(place for place, task in enumerate(whole) if shard_number(task, of) == number)
    shard = Shard(number, of, whole.name, whole.digest, len(whole), places)
    name = f"{whole.name} [shard {shard}: {len(places)} of {len(whole)} tasks]"
    return shard, TaskSet(name, tuple(whole[place] for place in places), whole.origin)


def shard_number(task: Task, of: int) -> int:
    """Which of so many parts a task is in, from 1."""
    drawn = hashlib.sha256(b"shard:" + task.puzzle.content).digest()[:8]
    return int.from_bytes(drawn, "big") % of + 1


def read_ids(path: Path) -> list[str]:
    """Read a file of task ids, one a line; empty lines and what follows a `#` are left out.

    Raises:
        FormatError: the file cannot be read.
        ArgumentError: it has no id.
    """
    text = read_file(path).decode("utf-8", "surrogateescape")
    ids = [line.partition("#")[0].strip() for line in text.splitlines()]
    found: Sequence[str] = list(filter(None, ids))
    if not found:
        raise ArgumentError("there is no task id in this file", file=path)
    return list(found)
