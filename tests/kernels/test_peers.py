"""The peers of the benchmark do what our functions do, for the arguments of the benchmark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import arcgrid
from arcgrid import Grid, as_grid, ops
from benchmarks.kernel_arguments import ARGUMENTS, Arguments
from benchmarks.kernel_peers import PEERS, for_peer
from tests.kernels.cases import plain

OF_ITS_OWN = {"hash64"}
"""Peers whose results are not ours, and need not be."""


def grids() -> list[Grid]:
    """Those of the bundled puzzles, and noise that has little or much background."""
    tasks = arcgrid.load("arcgrid/mini")
    found = [pair.input for task in tasks for pair in task.train]
    found += [pair.output for task in tasks for pair in task.train if pair.output is not None]
    random = np.random.default_rng(0)
    for colors in (1, 2, 3, 10) * 10:
        cells = random.integers(0, colors, random.integers(1, 15, 2), np.uint8)
        cells[random.random(cells.shape) < random.choice([0.0, 0.5, 0.9])] = 0
        found.append(as_grid(cells))
    return found


GRIDS = grids()

Results = Callable[[Any], Any]
"""Makes of a result, in tuples and numbers of Python, what both have."""


def sides(box: Any) -> tuple[int, ...]:
    rows, cols = box
    return rows.start, cols.start, rows.stop - rows.start, cols.stop - cols.start


def in_line(grid: Grid) -> bool:
    """Whether the cells lie in one line: scikit-image has no hull for these, and says so."""
    cells = np.argwhere(grid)
    return len(cells) > 0 and np.linalg.matrix_rank(cells - cells[0]) < 2


OURS: dict[str, Results] = {
    "palette": lambda colors: tuple(color for color in range(10) if colors >> color & 1),
    "components": lambda rows: tuple(row[:7] for row in rows),
    "frames": lambda rows: tuple(row[1:] for row in rows),
    "rectangles": lambda rows: tuple(row[1:] for row in rows),
}
PEER: dict[str, Results] = {
    "components": lambda rows: tuple(
        (color, area, top, left, bottom - top, right - left, 1 - euler)
        for color, area, top, left, bottom, right, euler in rows
    ),
    "frames": lambda boxes: tuple(map(sides, boxes)),
    "rectangles": lambda boxes: tuple(map(sides, boxes)),
    "separators": lambda lines: tuple((axis, index) for axis in (0, 1) for index in lines[axis]),
    "find": lambda found: tuple(
        (row, col, motion) for motion, places in found for row, col in places
    ),
}


@pytest.mark.parametrize("name", [name for name in PEERS if name not in OF_ITS_OWN])
def test_a_peer_does_the_same(name: str) -> None:
    arguments = ARGUMENTS.get(name, Arguments())
    fitting = [grid for grid in GRIDS if arguments.fits(grid)]
    if name == "convex_hull":
        fitting = [grid for grid in fitting if not in_line(grid)]
    assert len(fitting) > 20
    for grid in fitting:
        call = arguments.of(grid)
        ours, peers = getattr(ops, name)(*call), PEERS[name](*for_peer(call))
        assert OURS.get(name, tuple_of)(plain(ours)) == PEER.get(name, tuple_of)(plain(peers)), (
            grid.tolist()
        )


def tuple_of(result: Any) -> Any:
    return result
