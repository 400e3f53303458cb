"""Each object as a pair of its own, where grids change around objects only, each by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from arcgrid import Grid, as_grid, ops
from arcgrid_solvers.background import Background
from arcgrid_solvers.search.candidate import Candidate, Program
from arcgrid_solvers.search.family import Reduction
from arcgrid_solvers.search.problem import Problem, pairs_of

MOST_OBJECTS = 12
"""Of a grid; more are not looked at one by one."""

MOST_PAIRS = 24
BITS = 6.0
MARGINS = (0, 1)
"""Cells around an object's box that may change with it."""

Box: TypeAlias = tuple[slice, slice]


@dataclass(frozen=True, slots=True)
class Objects:
    """Which boxes of a grid are looked at.

    Attributes:
        multicolor: whether an object may have several colors.
        margin: cells around an object that go with it.
        background: what belongs to no object.
    """

    multicolor: bool
    margin: int
    background: Background

    def boxes(self, grid: Grid) -> list[Box] | None:
        """The boxes of all objects; None where there are none, or many, or two that meet."""
        found = ops.components(grid, 8, self.multicolor, self.background.of(grid))[:, 2:6].tolist()
        if not 0 < len(found) <= MOST_OBJECTS:
            return None
        boxes, taken = [], np.zeros(grid.shape, np.bool_)
        for top, left, height, width in found:
            rows = slice(max(top - self.margin, 0), top + height + self.margin)
            columns = slice(max(left - self.margin, 0), left + width + self.margin)
            if taken[rows, columns].any():
                return None
            taken[rows, columns] = True
            boxes.append((rows, columns))
        return boxes

    def __str__(self) -> str:
        around = " and the cells around it" * bool(self.margin)
        return f"{'thing' if self.multicolor else 'blob'}{around}"


@dataclass(frozen=True, slots=True)
class Each:
    """A program: another one on each object of a grid by itself."""

    objects: Objects
    inner: Program

    def run(self, grid: Grid) -> Grid | None:
        """The output for an input."""
        boxes = self.objects.boxes(grid)
        if boxes is None:
            return None
        return _pasted(grid, boxes, [self.inner.run(_cut(grid, box)) for box in boxes])

    def explain(self) -> str:
        """In words."""
        return f"for each {self.objects} by itself: {self.inner.explain()}"


def _cut(grid: Grid, box: Box) -> Grid:
    return as_grid(grid[box])


def _pasted(grid: Grid, boxes: Sequence[Box], parts: Sequence[Grid | None]) -> Grid | None:
    """A grid with other cells in some boxes; None where a part is none or has another shape."""
    made = grid.copy()
    for box, part in zip(boxes, parts, strict=True):
        if part is None or part.shape != made[box].shape:
            return None
        made[box] = part
    return as_grid(made)


def reduce(problem: Problem, effort: str) -> Iterator[Reduction]:
    """A pair for each object, and a test for each one of the tests."""
    if not problem.keeps_shape:
        return
    background = Background.shared_by((*problem.inputs, *problem.tests))
    for multicolor in (True, False):
        for margin in MARGINS:
            found = _one_by_one(problem, Objects(multicolor, margin, background))
            if found is not None:
                yield found
                break


def _one_by_one(problem: Problem, objects: Objects) -> Reduction | None:
    """The problem of single objects; None where these are not all that changes, or each by itself.

    Objects that look the same are one pair.
    """
    every = [objects.boxes(grid) for grid in (*problem.inputs, *problem.tests)]
    boxes = [found for found in every if found is not None]
    if len(boxes) < len(every):
        return None
    known: dict[bytes, tuple[Grid, Grid]] = {}
    looks: list[list[bytes]] = []
    whole = True
    for (before, after), of_pair in zip(pairs_of(problem), boxes, strict=False):
        results = [_cut(after, box) for box in of_pair]
        made = _pasted(before, of_pair, results)
        if made is None or (made != after).any():
            return None
        parts = [_cut(before, box) for box in of_pair]
        looks.append([bytes(part.shape) + part.tobytes() for part in parts])
        for look, part, result in zip(looks[-1], parts, results, strict=True):
            if (known.setdefault(look, (part, result))[1] != result).any():
                return None
            whole &= part.shape == before.shape
    if whole or not 2 <= len(known) <= MOST_PAIRS:
        return None
    places = [[list(known).index(look) for look in of_pair] for of_pair in looks]
    asked = list(zip(problem.tests, boxes[len(looks) :], strict=True))
    return Reduction(
        Problem(
            tuple(part for part, _ in known.values()),
            tuple(result for _, result in known.values()),
            tuple(_cut(grid, box) for grid, of_test in asked for box in of_test),
            level=problem.level + 1,
        ),
        lambda candidate: _together(candidate, objects, asked, places),
    )


def _together(
    candidate: Candidate,
    objects: Objects,
    asked: Sequence[tuple[Grid, Sequence[Box]]],
    places: Sequence[Sequence[int]],
) -> Candidate:
    """A candidate for whole grids: each test with its boxes, each pair with its objects' places."""
    made = iter(candidate.answers)
    return replace(
        candidate,
        program=Each(objects, candidate.program),
        bits=BITS + candidate.bits,
        answers=tuple(_pasted(grid, boxes, [next(made) for _ in boxes]) for grid, boxes in asked),
        fits=_by_pair(candidate.fits, places),
        held_out=candidate.held_out and _by_pair(candidate.held_out, places),
        reduced=True,
    )


def _by_pair(holds: Sequence[bool], places: Sequence[Sequence[int]]) -> tuple[bool, ...]:
    """What holds of all objects of each pair."""
    return tuple(all(holds[place] for place in of_pair) for of_pair in places)
