"""Grids of panels as small grids: a cell for every panel between full lines of one color."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeAlias

import numpy as np

from arcgrid import Grid, as_grid
from arcgrid_solvers.search.candidate import Candidate, Program
from arcgrid_solvers.search.family import Reduction, after
from arcgrid_solvers.search.problem import Problem, pairs_of

FEWEST = 4
"""Panels that are worth the name."""

BITS = 5.0

Spans: TypeAlias = tuple[tuple[int, int], ...]
"""Where the lines of cells between separators begin and end."""


@dataclass(frozen=True, slots=True)
class Lattice:
    """The rows and the columns of panels in a grid."""

    rows: Spans
    columns: Spans

    def panels(self, grid: Grid) -> list[list[Grid]]:
        """The panels themselves, row by row."""
        return [
            [grid[top:end, left:right] for left, right in self.columns] for top, end in self.rows
        ]

    def spread(self, small: Grid, grid: Grid) -> Grid | None:
        """The grid with each panel in the color of its cell; None if there are other numbers."""
        fits = small.shape == (len(self.rows), len(self.columns))
        return self.filled(small, grid) if fits else None

    def filled(self, small: Grid, grid: Grid) -> Grid:
        """The grid with each panel in the color of its cell, of which there is one for each."""
        made = grid.copy()
        for row, (top, end) in enumerate(self.rows):
            for column, (left, right) in enumerate(self.columns):
                made[top:end, left:right] = small[row, column]
        return as_grid(made)


def lattice_of(grid: Grid) -> Lattice | None:
    """The panels between the full lines of a grid that have one color, None where there are few."""
    for color in range(10):
        across, along = ((grid == color).all(axis=axis) for axis in (1, 0))
        lattice = Lattice(_spans(across.tolist()), _spans(along.tolist()))
        if len(lattice.rows) * len(lattice.columns) >= FEWEST:
            return lattice
    return None


def _spans(separates: list[bool]) -> Spans:
    spans, start = [], 0
    for full, lines in groupby(separates):
        end = start + len(list(lines))
        if not full:
            spans.append((start, end))
        start = end
    return tuple(spans)


def _only(panel: Grid) -> int | None:
    """The color of a panel that has no other."""
    return int(panel[0, 0]) if (panel == panel[0, 0]).all() else None


def _main(panel: Grid) -> int | None:
    """The most common color that is not black, if there is one."""
    counts = np.bincount(panel.ravel())
    counts[0] = 0
    return int(counts.argmax())


def _filled(panel: Grid) -> int | None:
    """How many cells are not black."""
    return min(int((panel != 0).sum()), 9)


MEASURES: dict[str, Callable[[Grid], int | None]] = {
    "the color of each panel": _only,
    "the main color of each panel": _main,
    "the number of filled cells of each panel": _filled,
}


@dataclass(frozen=True, slots=True)
class Reduce:
    """A program: a small grid with a cell for each panel."""

    measure: str

    def run(self, grid: Grid) -> Grid | None:
        """It, None where there are no panels or they cannot be told so."""
        lattice = lattice_of(grid)
        if lattice is None:
            return None
        cells = [[MEASURES[self.measure](p) for p in row] for row in lattice.panels(grid)]
        if any(cell is None for row in cells for cell in row):
            return None
        return as_grid(cells)

    def explain(self) -> str:
        """In words."""
        return f"take {self.measure}"


@dataclass(frozen=True, slots=True)
class Spread:
    """A program: panels get the colors that another one gives to the cells that stand for them."""

    inner: Program

    def run(self, grid: Grid) -> Grid | None:
        """The output for an input."""
        lattice = lattice_of(grid)
        small = self.inner.run(grid)
        return None if lattice is None or small is None else lattice.spread(small, grid)

    def explain(self) -> str:
        """In words."""
        return f"{self.inner.explain()}; and fill the panels so"


def reduce(problem: Problem, effort: str) -> Iterator[Reduction]:
    """A cell for every panel of all grids; of outputs too, where they are grids of panels."""
    for measure in MEASURES:
        first = Reduce(measure)
        made = [first.run(grid) for grid in (*problem.inputs, *problem.tests)]
        grids = [grid for grid in made if grid is not None]
        if len(grids) < len(made):
            continue
        if problem.keeps_shape:
            yield from _filling(problem, first, grids)
        else:
            yield after(problem, first, grids, BITS)


def _filling(problem: Problem, first: Reduce, made: list[Grid]) -> Iterator[Reduction]:
    """Where panels of outputs have one color each, that these are found."""
    outputs = []
    for before, output in pairs_of(problem):
        lattice = lattice_of(before)
        assert lattice is not None  # as its panels have been measured
        small = [[_only(panel) for panel in row] for row in lattice.panels(output)]
        if any(cell is None for row in small for cell in row):
            return
        grid = as_grid(small)
        if not np.array_equal(lattice.filled(grid, before), output):
            return
        outputs.append(grid)
    smaller = after(problem, first, made, BITS)

    def back(candidate: Candidate) -> Candidate:
        found = smaller.back(candidate)
        tests = zip(problem.tests, candidate.answers, strict=True)
        answers = tuple(_spread(grid, answer) for grid, answer in tests)
        return replace(found, program=Spread(found.program), answers=answers)

    yield Reduction(replace(smaller.problem, outputs=tuple(outputs)), back)


def _spread(grid: Grid, small: Grid | None) -> Grid | None:
    lattice = lattice_of(grid)
    return None if lattice is None or small is None else lattice.spread(small, grid)
