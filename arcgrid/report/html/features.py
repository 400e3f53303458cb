"""What a task is like, in few values: by these a report groups and filters."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from arcgrid.grid import Grid
from arcgrid.task import Task

SIDES = (3, 6, 10, 15, 20, 30)


def features_of(task: Task) -> dict[str, int]:
    """Measure a task: each of `FEATURES` by its name."""
    return {name: measure(task) for name, measure in FEATURES.items()}


def largest_grid(task: Task) -> int:
    """Cells of the largest grid of a task, test outputs left out: they are what is asked for."""
    grids = [grid for pair in task.train for grid in (pair.input, pair.output) if grid is not None]
    return max(grid.size for grid in (*grids, *(pair.input for pair in task.test)))


def side(task: Task) -> int:
    """The least of `SIDES` whose square has as many cells as the largest grid."""
    size = largest_grid(task)
    return next(side for side in SIDES if size <= side * side)


def color_count(task: Task) -> int:
    """Distinct cell values over all grids of a task."""
    cells = b"".join(
        grid.tobytes()
        for pair in (*task.train, *task.test)
        for grid in (pair.input, pair.output)
        if grid is not None
    )
    return len(set(cells))


def keeps_size(task: Task) -> int:
    """1 where each train output has the size of its input, else 0."""
    sizes = [
        (pair.input.shape, pair.output.shape) for pair in task.train if pair.output is not None
    ]
    return int(all(one == other for one, other in sizes))


def mean_objects(task: Task) -> int:
    """Objects of a train input, the mean rounded."""
    return round(sum(count_objects(pair.input) for pair in task.train) / len(task.train))


def count_objects(grid: Grid) -> int:
    """Same-colored regions, by 8 neighbors, that are not black.

    As `arcgrid.ops.count_components` counts them; plain Python here is quicker than loading Numba.
    """
    width = grid.shape[1] + 1  # a black column at the end parts the rows
    cells = np.pad(grid, ((0, 0), (0, 1))).tobytes()
    around = (-width - 1, -width, 1 - width, -1, 1, width - 1, width, width + 1)
    left = {place for place, color in enumerate(cells) if color}
    found = 0
    while left:
        found += 1
        reached = [left.pop()]
        for place in reached:
            near = {place + step for step in around} & left
            same = [other for other in near if cells[other] == cells[place]]
            left.difference_update(same)
            reached += same
    return found


FEATURES: Mapping[str, Callable[[Task], int]] = {
    "size": largest_grid,
    "side": side,
    "pairs": lambda task: len(task.train),
    "colors": color_count,
    "same": keeps_size,
    "objects": mean_objects,
}
"""What is measured of each task."""
