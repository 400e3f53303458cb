"""Other lessons that pairs teach: how drawings grow step by step, and the pairs moved.

What is drawn by an output is often drawn from cell to cell: lines that go on or turn, areas that
fill up. If one says in which step each cell changes, a rule for one step can be learned, and
applied until nothing changes. Here cells change in the order of their distance from what is there.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from arcgrid import Grid
from arcgrid.kernels import GRID, kernel, types
from arcgrid_solvers.search.families.cells.learn import Lesson
from arcgrid_solvers.search.problem import Problem, pairs_of

_NEVER = 255


@kernel(types.int64(GRID, GRID, *[types.int64] * 3, types.uint8[:, ::1]))
def fill_steps(
    before: Grid, after: Grid, background: int, connectivity: int, same: int, out: Grid
) -> int:
    """The step in which each cell changes, 0 where it does not; return the last step.

    In step 1 those change that have a neighbor that is there from the beginning and is not
    background, then those that have one that changed in the step before. With `same` only
    neighbors of the color that the cell gets count. Returns -1 if not all cells can change.
    """
    height, width = before.shape
    left = 0
    for row in range(height):
        for col in range(width):
            changes = before[row, col] != after[row, col]
            left += changes
            out[row, col] = _NEVER if changes else 0
    step = 0
    while left:
        step += 1
        changed = 0
        for row in range(height):
            for col in range(width):
                if out[row, col] != _NEVER:
                    continue
                for i in range(max(row - 1, 0), min(row + 2, height)):
                    for j in range(max(col - 1, 0), min(col + 2, width)):
                        if connectivity == 4 and i != row and j != col:
                            continue
                        if same and after[i, j] != after[row, col]:
                            continue
                        source = out[i, j] == step - 1 and (step > 1 or before[i, j] != background)
                        if source and out[row, col] == _NEVER:
                            out[row, col] = step
                            changed += 1
        if not changed or step >= _NEVER - 1:
            return -1
        left -= changed
    return step


def growth(
    problem: Problem, background: Callable[[Grid], int], connectivity: int, same: bool
) -> Lesson | None:
    """States of drawings and what comes next; None if they do not grow, or all in one step."""
    inputs: list[Grid] = []
    outputs: list[Grid] = []
    owners: list[int] = []
    longest = 0
    for pair, (before, after) in enumerate(pairs_of(problem)):
        steps = np.empty(before.shape, np.uint8)
        last = fill_steps(before, after, background(before), connectivity, same, steps)
        if last < 0:
            return None
        longest = max(longest, last)
        # Some states will do: the first ones, one in the middle and the last ones.
        for step in sorted({step for step in (0, 1, 2, last // 2, last - 1, last) if step >= 0}):
            if step <= last:
                inputs.append(np.where(steps <= step, after, before))
                outputs.append(np.where(steps <= step + 1, after, before))
                owners.append(pair)
    if longest < 2:
        return None
    return Lesson(tuple(inputs), tuple(outputs), tuple(owners), ())


def plain(problem: Problem) -> Lesson:
    """The pairs as they are."""
    owners = tuple(range(len(problem.inputs)))
    return Lesson(problem.inputs, problem.outputs, owners, problem.tests)


def moved(problem: Problem, motions: tuple[int, ...]) -> Lesson:
    """The pairs after each of some motions, the first of which is to leave them alone."""
    inputs = [turned(grid, motion) for motion in motions for grid in problem.inputs]
    outputs = [turned(grid, motion) for motion in motions for grid in problem.outputs]
    owners = tuple(range(len(problem.inputs))) * len(motions)
    return Lesson(tuple(inputs), tuple(outputs), owners, problem.tests)


def turned(grid: Grid, motion: int) -> Grid:
    """A grid moved: bit 0 flips left and right, bit 1 up and down, bit 2 transposes first."""
    if motion & 4:
        grid = grid.T
    if motion & 2:
        grid = grid[::-1]
    if motion & 1:
        grid = grid[:, ::-1]
    return np.ascontiguousarray(grid)
