"""Places in a task, as people write them: pairs as `0,2,test`, a grid as `train[0].input`.

They are those that error messages name; everything counts from 0.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

from arcgrid.errors import ArgumentError, TaskError
from arcgrid.grid import Grid
from arcgrid.task import Pair, Task

Part = Literal["train", "test"]
PARTS: tuple[Part, ...] = get_args(Part)

_PAIR = re.compile(r"(?:(train|test)(?:\[([0-9]+)\])?|([0-9]+))", re.ASCII)
_GRID = re.compile(r"(train|test)\[([0-9]+)\]\.(input|output)", re.ASCII)


class Place(NamedTuple):
    """A pair of a task, or all of a part where `number` is None."""

    part: Part
    number: int | None


class Placed(NamedTuple):
    """A pair of a task with where it stands."""

    number: int
    pair: Pair


@lru_cache(maxsize=64)
def parse_pairs(text: str) -> tuple[Place, ...]:
    """Read a list of pairs; an empty one is all pairs.

    Raises:
        ArgumentError: an entry names no pair.

    >>> parse_pairs("0,test[1]")
    (Place(part='train', number=0), Place(part='test', number=1))
    """
    if not text:
        return tuple(Place(part, None) for part in PARTS)
    return tuple(_parse_pair(entry.strip()) for entry in text.split(","))


def _parse_pair(entry: str) -> Place:
    match = _PAIR.fullmatch(entry)
    if match is None:
        known = "0 and 2 (train pairs), train, test[1] or test"
        raise ArgumentError(f"pairs are named such as {known}, not {entry!r}")
    part, number, bare = match.groups()
    number = number or bare
    return Place("test" if part == "test" else "train", None if number is None else int(number))


def pairs_of(task: Task, part: Part, chosen: Sequence[Place]) -> list[Placed]:
    """The pairs of one part of a task that are chosen, in the order in which they are, each once.

    Raises:
        TaskError: the task has no such pair.
    """
    numbers: dict[int, None] = {}
    for place in chosen:
        if place.part == part:
            every = range(len(getattr(task, part)))
            numbers |= dict.fromkeys(every if place.number is None else [place.number])
    return [Placed(number, pair_at(task, part, number)) for number in numbers]


def pair_at(task: Task, part: Part, number: int) -> Pair:
    """A pair of a task.

    Raises:
        TaskError: the task has no such pair.
    """
    pairs: tuple[Pair, ...] = getattr(task, part)
    if number >= len(pairs):
        there = "is 1" if len(pairs) == 1 else f"are {len(pairs)}"
        problem = f"there {there} {part} pair{'s' * (len(pairs) != 1)}, counted from 0"
        raise TaskError(problem, task=task.id, part=f"{part}[{number}]")
    return pairs[number]


def grid_at(task: Task, place: str) -> Grid:
    """The grid of a task at a place such as `train[0].input`.

    Raises:
        ArgumentError: this is the name of no place.
        TaskError: the task has no such pair, or its output is not known.
    """
    match = _GRID.fullmatch(place)
    if match is None:
        known = "train[0].input or test[1].output"
        raise ArgumentError(f"a grid of a task is named such as {known}, not {place!r}")
    part: Part = "train" if match[1] == "train" else "test"
    pair = pair_at(task, part, int(match[2]))
    grid = pair.input if match[3] == "input" else pair.output
    if grid is None:
        raise TaskError("this output is not known", task=task.id, part=place)
    return grid
