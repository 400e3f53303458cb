"""Identities of tasks that survive reordering, renaming, motions and recoloring; leaks; versions.

Pure: tasks in, values out. Cells are handled as bytes, whose built-in operations run in C, so that
two whole data sets are compared in about a second without loading numba.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby, permutations, product
from typing import Literal

import numpy as np

from arcgrid.errors import SubmissionError, TaskError
from arcgrid.grid import Grid, grid_bytes
from arcgrid.result import Submission
from arcgrid.task import Pair, Task, TaskSet

MOTIONS: Mapping[str, Callable[[Grid], Grid]] = {
    "identity": lambda grid: grid,
    "rotate 90": lambda grid: np.rot90(grid, -1),
    "rotate 180": lambda grid: np.rot90(grid, 2),
    "rotate 270": lambda grid: np.rot90(grid, 1),
    "flip left-right": lambda grid: grid[:, ::-1],
    "flip up-down": lambda grid: grid[::-1],
    "transpose": lambda grid: grid.T,
    "transpose other diagonal": lambda grid: grid[::-1, ::-1].T,
}
"""The eight symmetries of the square; quarter turns are clockwise."""

_UNKNOWN = b"\0\0"
_MAX_ORDERS = 10_000


def fingerprint(task: Task) -> str:
    """SHA-256 (hex) of a task that ignores its id and the order of its pairs.

    Train pairs and test pairs are kept apart; an unknown output is a value of its own.
    """
    sides = [sorted(pair.content for pair in pairs) for pairs in (task.train, task.test)]
    return _hash(sides)


def symmetric_fingerprint(task: Task) -> str:
    """SHA-256 (hex) that ignores the order of pairs, the eight symmetries and the colors' names.

    Two tasks have the same one exactly when one symmetry and one permutation of the ten colors,
    applied to all grids of the one, give the other with its pairs in some order.

    Raises:
        TaskError: so many pairs are equal up to their colors that the orders cannot be tried.
    """
    return _hash(min(_canonical(task, motion) for motion in MOTIONS.values()))


@dataclass(frozen=True, slots=True)
class Leak:
    """A task of one set that is in another set as well.

    Attributes:
        kind: `exact` (the same up to the order of pairs), `symmetric` (the same up to a symmetry
            and a permutation of colors as well), or `shared pairs` (at least one pair is the same).
        first, second: the ids in the two sets.
        shared: how many pairs, train or test, are the same cell by cell.
    """

    kind: Literal["exact", "symmetric", "shared pairs"]
    first: str
    second: str
    shared: int


def leaks(first: TaskSet, second: TaskSet) -> list[Leak]:
    """Find tasks of one set that the other has too, whatever they are called.

    A set compared with itself gives its duplicates, each once.

    Raises:
        TaskError: as `symmetric_fingerprint`.
    """
    within = first.digest == second.digest
    kinds: dict[tuple[str, str], Literal["exact", "symmetric", "shared pairs"]] = {}
    for one, other in _matches(first, second, lambda task: [fingerprint(task)]):
        kinds[one, other] = "exact"
    for one, other in _matches(first, second, lambda task: [symmetric_fingerprint(task)]):
        kinds.setdefault((one, other), "symmetric")
    for one, other in _matches(first, second, _pair_keys):
        kinds.setdefault((one, other), "shared pairs")
    return [
        Leak(kind, one, other, len(_pair_keys(first[one]) & _pair_keys(second[other])))
        for (one, other), kind in sorted(kinds.items(), key=lambda item: (item[1], item[0]))
        if not within or one < other
    ]


@dataclass(frozen=True, slots=True)
class SetDifference:
    """What changed between two versions of a task set; all are ids in order.

    Attributes:
        same: equal, pairs in the same order.
        reordered: equal up to the order of pairs.
        changed: other grids under the same id.
        removed: only in the first.
        added: only in the second.
    """

    same: tuple[str, ...]
    reordered: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    added: tuple[str, ...]


def difference(first: TaskSet, second: TaskSet) -> SetDifference:
    """Compare two versions of a task set by the ids of their tasks."""
    common = [task.id for task in first if task.id in second]
    same = {id for id in common if first[id].content == second[id].content}
    equal = {id for id in common if fingerprint(first[id]) == fingerprint(second[id])}
    return SetDifference(
        same=tuple(sorted(same)),
        reordered=tuple(sorted(equal - same)),
        changed=tuple(sorted(set(common) - equal)),
        removed=tuple(sorted(task.id for task in first if task.id not in second)),
        added=tuple(sorted(task.id for task in second if task.id not in first)),
    )


def match_inputs(submission: Submission, asked: TaskSet, target: TaskSet) -> Submission:
    """Reorder the answers of a submission so that they stand where `target` asks for them.

    An answer goes to the test of the target's task of the same id that has the same *input*.
    Tasks that only one of the two sets has are left out.

    Args:
        submission: answers in the order of the tests of `asked`.
        asked: the set that was answered.
        target: another version of it, to be scored on.

    Raises:
        SubmissionError: a task has more answers than `asked` has tests, or its tests stand in
            another order in `target` and two of them have one input.
    """
    attempts = {}
    for id, given in submission.attempts.items():
        if id not in asked or id not in target:
            continue
        if len(given) > len(asked[id].test):
            problem = f"answers for {len(given)} test inputs, but {asked.name} has "
            problem += str(len(asked[id].test))
            raise SubmissionError(problem, file=submission.name, task=id)
        inputs, wanted = (_test_inputs(tasks[id]) for tasks in (asked, target))
        if inputs != wanted and any(len(set(given)) < len(given) for given in (inputs, wanted)):
            problem = f"two tests have one input, and {target.name} has another order"
            raise SubmissionError(problem, file=submission.name, task=id)
        # Fewer answers than tests: the last ones are missing.
        by_input = dict(zip(inputs, given, strict=False))
        attempts[id] = given if inputs == wanted else tuple(by_input.get(one, ()) for one in wanted)
    return replace(submission, attempts=attempts, mapping={})


def _test_inputs(task: Task) -> list[bytes]:
    return [grid_bytes(pair.input) for pair in task.test]


def _matches(
    first: TaskSet, second: TaskSet, keys: Callable[[Task], Iterable[object]]
) -> Iterator[tuple[str, str]]:
    """Pairs of ids whose tasks have a key in common."""
    homes: dict[object, list[str]] = {}
    for task in first:
        for key in keys(task):
            homes.setdefault(key, []).append(task.id)
    for task in second:
        for key in keys(task):
            for home in homes.get(key, ()):
                yield home, task.id


def _pair_keys(task: Task) -> set[bytes]:
    """The pairs whose outputs are known, as bytes."""
    pairs = (*task.train, *task.test)
    return {pair.content for pair in pairs if pair.output is not None}


def _hash(sides: Iterable[Iterable[bytes]]) -> str:
    whole = hashlib.sha256()
    for side in sides:
        for text in side:
            whole.update(len(text).to_bytes(4, "big") + text)
        whole.update(b"\xff\xff\xff\xff")
    return whole.hexdigest()


def _canonical(task: Task, motion: Callable[[Grid], Grid]) -> list[list[bytes]]:
    """The task after a motion, in the least of its forms under orders and colors.

    Pairs are put in the order of what each looks like with its own colors numbered as they first
    occur; that depends on no names of colors. Only pairs that look the same then are permuted.
    """
    sides = [_ordered(task.train, motion), _ordered(task.test, motion)]
    orders = product(*(_orders(side, task.id) for side in sides))
    return min(_recolored(train, test) for train, test in orders)


@dataclass(frozen=True, slots=True)
class _Shape:
    """A pair as its sizes and its cells, and the cells with its colors numbered."""

    sizes: bytes
    cells: bytes
    numbered: bytes


def _ordered(pairs: tuple[Pair, ...], motion: Callable[[Grid], Grid]) -> list[_Shape]:
    shapes = []
    for pair in pairs:
        input = motion(pair.input)
        sizes, cells = bytes(input.shape), input.tobytes()
        if pair.output is None:
            sizes += _UNKNOWN
        else:
            output = motion(pair.output)
            sizes += bytes(output.shape)
            cells += output.tobytes()
        shapes.append(_Shape(sizes, cells, cells.translate(_numbering(cells))))
    return sorted(shapes, key=lambda shape: (shape.sizes, shape.numbered))


def _orders(shapes: list[_Shape], task: str) -> list[list[_Shape]]:
    """All orders in which only shapes that look the same change places."""
    groups = [
        list(group) for _, group in groupby(shapes, key=lambda shape: (shape.sizes, shape.numbered))
    ]
    count = 1
    for group in groups:
        for number in range(2, len(group) + 1):
            count *= number
    if count > _MAX_ORDERS:
        raise TaskError("too many pairs are equal up to their colors", task=task)
    return [
        [shape for group in order for shape in group]
        for order in product(*(permutations(group) for group in groups))
    ]


def _recolored(train: list[_Shape], test: list[_Shape]) -> list[list[bytes]]:
    """Both sides with the colors of the whole task numbered as they first occur."""
    table = _numbering(b"".join(shape.cells for shape in (*train, *test)))
    return [
        [shape.sizes + shape.cells.translate(table) for shape in side] for side in (train, test)
    ]


def _numbering(cells: bytes) -> bytes:
    """A translation table that numbers values in the order in which they first occur."""
    found = bytes(dict.fromkeys(cells))
    return bytes.maketrans(found, bytes(range(len(found))))
