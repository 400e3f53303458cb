"""Little puzzles of our own for the search."""

from __future__ import annotations

import numpy as np

from arcgrid import Grid, as_grid
from arcgrid_solvers.search.families.states.search import Growth, StateSearch
from arcgrid_solvers.search.problem import Meter, Problem

KINDS = ("fill in", "put on top", "spoil", "mirror and spoil", "double", "measure")


def outcome(kind: str, grid: Grid, base: Grid, random: np.random.Generator) -> Grid:
    out = base.copy()
    if kind == "fill in":
        out = np.where(grid > 0, grid, base)
    elif kind == "put on top":
        out = np.where(base > 0, base, grid)
    elif kind == "mirror and spoil":
        out = np.where(base > 0, base, grid[:, ::-1])
    elif kind == "double":
        out = np.hstack([grid, grid[:, ::-1]])
    elif kind == "measure":
        out = np.full((1, max(len(np.unique(grid)) - 1, 1)), max(int(grid.max()), 1), np.uint8)
    if "spoil" in kind:
        out[random.integers(0, out.shape[0]), random.integers(0, out.shape[1])] = 0
    return out


def puzzle(kind: str, seed: int) -> Problem:
    """Two or three pairs and one or two tests, some solvable."""
    random = np.random.default_rng(seed)
    height, width = random.integers(2, 6, 2)

    def grid() -> Grid:
        shape = random.integers(2, 6, 2) if kind == "double" else (height, width)
        cells = random.integers(0, 4, tuple(shape)).astype(np.uint8)
        return np.where(random.random(cells.shape) < 0.4, 0, cells)

    base = random.integers(0, 3, (height, width)).astype(np.uint8)
    inputs = [grid() for _ in range(random.integers(2, 4))]
    outputs = [outcome(kind, one, base, random) for one in inputs]
    tests = [grid() for _ in range(random.integers(1, 3))]
    return Problem(
        tuple(as_grid(one) for one in inputs),
        tuple(as_grid(one.astype(np.uint8)) for one in outputs),
        tuple(as_grid(one) for one in tests),
    )


def search(problem: Problem, units: int = 60_000, sizes: int = 1) -> StateSearch:
    return StateSearch(problem, Meter(units), Growth(20, 32 << 20, sizes))
