"""Color normal forms: names for each grid's colors, so that one rule fits grids of other colors.

A naming renames the colors of each grid by itself, with nothing known but the input; answers are
named back. What it is worth shows in the train outputs, whose colors should come to agree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from arcgrid import Grid, ops
from arcgrid.palette import NAMES
from arcgrid_solvers.background import most_common
from arcgrid_solvers.search.candidate import Candidate, Program, Step, Stepwise
from arcgrid_solvers.search.family import Reduction, unchanged
from arcgrid_solvers.search.problem import Problem

Names = NDArray[np.uint8]
"""For each of the ten colors the color that it is renamed to, each once."""

_COLOR = re.compile("|".join(sorted(NAMES, key=len, reverse=True)))
"""A color in words; of `light blue` not its `blue`."""

Feature: TypeAlias = Callable[[Grid, int], float]


def _cells(grid: Grid, color: int) -> float:
    return float((grid == color).sum())


def _objects(grid: Grid, color: int) -> float:
    return float(ops.count_components(ops.keep(grid, color), connectivity=8))


def _largest(grid: Grid, color: int) -> float:
    return _cells(grid, color) / max(_objects(grid, color), 1)


def _box(grid: Grid, color: int) -> float:
    rows, columns = np.nonzero(grid == color)
    return float(np.ptp(rows) + 1) * float(np.ptp(columns) + 1)


def _first(grid: Grid, color: int) -> float:
    return -float(np.flatnonzero(grid == color)[0])


def _edge(grid: Grid, color: int) -> float:
    inner = grid[1:-1, 1:-1]
    return _cells(grid, color) - _cells(inner, color)


FEATURES: dict[str, Feature] = {
    "number of cells": _cells,
    "number of objects": _objects,
    "cells in an object": _largest,
    "size of the box": _box,
    "coming first": _first,
    "cells at the edge": _edge,
}
"""What may order the colors of a grid, the largest first."""


@dataclass(frozen=True, slots=True)
class Naming:
    """A rule that names the colors of a grid.

    Attributes:
        background: whether the most common color is named black.
        fixed: colors that keep their name.
        feature: what orders the other colors of the grid; None where all keep their names.
    """

    background: bool
    fixed: frozenset[int]
    feature: str | None

    def of(self, grid: Grid) -> Names:
        """The new name of each color, for one input."""
        names = np.arange(10, dtype=np.uint8)
        if self.background:
            common = most_common(grid)
            names[0], names[common] = common, 0
        if self.feature is None:
            return names
        named = names[grid]
        measure = FEATURES[self.feature]
        present = [c for c in np.unique(named).tolist() if c and c not in self.fixed]
        present.sort(key=lambda color: (-measure(named, color), color))
        free = [c for c in range(1, 10) if c not in self.fixed]
        absent = [c for c in free if c not in present]
        order = np.arange(10, dtype=np.uint8)
        order[present + absent] = free
        renamed: Names = order[names]
        return renamed

    def __str__(self) -> str:
        words = ["the most common color as black"] * self.background
        if self.feature is not None:
            words.append(f"colors named by {self.feature}")
        return ", ".join(words)


@dataclass(frozen=True, slots=True, eq=False)
class Renamed:
    """A program that works on named colors, as one on the real ones."""

    naming: Naming
    program: Program

    def run(self, grid: Grid) -> Grid | None:
        """The output for an input, its colors named back."""
        names = self.naming.of(grid)
        output = self.program.run(names[grid])
        return None if output is None else _named_back(names, output)

    def explain(self) -> str:
        """The program in words; its colors are names."""
        return f"with {self.naming}: {self.program.explain()}"

    def walk(self, grid: Grid) -> list[Step]:
        """The steps of the program, in the real colors."""
        if not isinstance(self.program, Stepwise):
            return []
        names = self.naming.of(grid)
        real = {NAMES[name]: NAMES[color] for color, name in enumerate(names)}
        return [
            (_COLOR.sub(lambda found: real[found[0]], words), _named_back(names, made))
            for words, made in self.program.walk(names[grid])
        ]


def _named_back(names: Names, grid: Grid) -> Grid:
    back: Grid = np.argsort(names).astype(np.uint8)[grid]
    return back


def rename(problem: Problem, naming: Naming) -> Problem:
    """The problem with each grid's colors named by its input."""
    names = [naming.of(grid) for grid in problem.inputs]
    return Problem(
        tuple(name[grid] for name, grid in zip(names, problem.inputs, strict=True)),
        tuple(name[grid] for name, grid in zip(names, problem.outputs, strict=True)),
        tuple(naming.of(grid)[grid] for grid in problem.tests),
        problem.level,
    )


def named(problem: Problem, naming: Naming | None) -> Reduction:
    """The problem under a naming of the colors; as it is without one."""
    if naming is None:
        return unchanged(problem)
    return Reduction(rename(problem, naming), lambda candidate: restore(candidate, naming, problem))


def restore(candidate: Candidate, naming: Naming, problem: Problem) -> Candidate:
    """A candidate for the renamed problem as one for the problem itself."""
    answers = tuple(
        None if answer is None else _named_back(naming.of(grid), answer)
        for answer, grid in zip(candidate.answers, problem.tests, strict=True)
    )
    program = Renamed(naming, candidate.program)
    return replace(candidate, program=program, answers=answers, renamed=True)


def plain_naming(problem: Problem) -> Naming | None:
    """The naming that only makes the background black; None where it is black everywhere."""
    grids = problem.inputs + problem.tests
    return Naming(True, frozenset(), None) if all(map(most_common, grids)) else None


def normal_namings(problem: Problem) -> Iterator[Naming]:
    """Namings under which the outputs' colors agree better, the best one first."""
    if not problem.inputs:
        return
    plain = plain_naming(problem)
    named = problem if plain is None else rename(problem, plain)
    inputs = [set(np.unique(grid).tolist()) for grid in named.inputs + named.tests]
    outputs = [set(np.unique(grid).tolist()) for grid in named.outputs]
    always = set.intersection(*inputs) | (set.intersection(*outputs) - set.union(*inputs))
    seen = {_key(named)}
    ranked = []
    for kept in (frozenset(always | {0}), frozenset(always - set.intersection(*inputs) | {0})):
        for rank, feature in enumerate(FEATURES):
            naming = Naming(plain is not None, kept, feature)
            renamed = rename(problem, naming)
            if _key(renamed) in seen:
                continue
            seen.add(_key(renamed))
            colors = [set(np.unique(grid).tolist()) for grid in renamed.outputs]
            disagreement = len(set.union(*colors)) - len(set.intersection(*colors))
            ranked.append((disagreement, -len(kept), rank, naming))
    before = len(set.union(*outputs)) - len(set.intersection(*outputs))
    for disagreement, _, _, naming in sorted(ranked, key=lambda entry: entry[:3]):
        if disagreement < before or before == 0:
            yield naming


def _key(problem: Problem) -> tuple[bytes, ...]:
    return tuple(grid.tobytes() for grid in problem.inputs + problem.outputs + problem.tests)
