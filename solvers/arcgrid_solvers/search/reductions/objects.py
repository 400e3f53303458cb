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
    tests = [objects.boxes(grid) for grid in problem.tests]
    known: dict[bytes, int] = {}
    inputs, outputs, places = [], [], []
    for before, after in pairs_of(problem):
        boxes = objects.boxes(before)
        if boxes is None or (_pasted(before, boxes, [after[box] for box in boxes]) != after).any():
            return None
        places.append([])
        for box in boxes:
            part, result = _cut(before, box), _cut(after, box)
            key = bytes(part.shape) + part.tobytes()
            if key not in known:
                known[key] = len(inputs)
                inputs.append(part)
                outputs.append(result)
            elif (outputs[known[key]] != result).any():
                return None
            places[-1].append(known[key])
    whole = all(
        part.shape == grid.shape for part, grid in zip(inputs, problem.inputs, strict=False)
    )
    if None in tests or not 2 <= len(inputs) <= MOST_PAIRS or whole:
        return None
    asked = [(grid, boxes) for grid, boxes in zip(problem.tests, tests, strict=True) if boxes]
    parts = tuple(_cut(grid, box) for grid, boxes in asked for box in boxes)

    def back(candidate: Candidate) -> Candidate:
        answers, made = [], iter(candidate.answers)
        for grid, boxes in asked:
            answers.append(_pasted(grid, boxes, [next(made) for _ in boxes]))
        held_out = candidate.held_out and _by_pair(candidate.held_out, places)
        return replace(
            candidate,
            program=Each(objects, candidate.program),
            bits=BITS + candidate.bits,
            answers=tuple(answers),
            fits=_by_pair(candidate.fits, places),
            held_out=held_out,
            reduced=True,
        )

    smaller = Problem(tuple(inputs), tuple(outputs), parts, level=problem.level + 1)
    return Reduction(smaller, back)


def _by_pair(holds: Sequence[bool], places: Sequence[Sequence[int]]) -> tuple[bool, ...]:
    """What holds of all objects of each pair."""
    return tuple(all(holds[place] for place in of_pair) for of_pair in places)
