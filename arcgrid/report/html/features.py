"""What a task is like, in few values: by these a report groups and filters."""

from __future__ import annotations

import numpy as np

from arcgrid.grid import Grid
from arcgrid.task import Task

SIDES = (3, 6, 10, 15, 20, 30)


def features_of(task: Task) -> dict[str, int]:
    """Measure a task.

    Returns:
        `size`: cells of its largest grid, test outputs left out: they are what is asked for.
        `side`: the least of `SIDES` whose square has as many cells.
        `pairs`: train pairs.
        `colors`: distinct cell values over all grids.
        `same`: 1 where each train output has the size of its input, else 0.
        `objects`: same-colored regions (8 neighbors) of a train input that are not black; the mean.
    """
    size = largest_grid(task)
    objects = sum(count_objects(pair.input) for pair in task.train)
    return {
        "size": size,
        "side": next(side for side in SIDES if size <= side * side),
        "pairs": len(task.train),
        "colors": color_count(task),
        "same": int(
            all(
                pair.output is not None and pair.input.shape == pair.output.shape
                for pair in task.train
            )
        ),
        "objects": round(objects / len(task.train)),
    }


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


def color_count(task: Task) -> int:
    """Distinct cell values over all grids of a task."""
    cells = b"".join(
        grid.tobytes()
        for pair in (*task.train, *task.test)
        for grid in (pair.input, pair.output)
        if grid is not None
    )
    return len(set(cells))


def largest_grid(task: Task) -> int:
    """Cells of the largest grid of a task, test outputs left out: they are what is asked for."""
    grids = [grid for pair in task.train for grid in (pair.input, pair.output) if grid is not None]
    return max(grid.size for grid in (*grids, *(pair.input for pair in task.test)))
