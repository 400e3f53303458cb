"""A solver that compiles with Numba before its first clock starts."""

from __future__ import annotations

import numba

from arcgrid import Answer, Budget, Guess, Puzzle


@numba.njit(cache=True)
def double(number: int) -> int:
    return 2 * number


def warmup() -> None:
    print("compiling")
    double(1)


def solve(puzzle: Puzzle, budget: Budget) -> Answer:
    """Tell how often the kernel was compiled when the clock began."""
    text = str(len(double.signatures))
    return Answer(tuple((Guess(grid, explanation=text),) for grid in puzzle.test))
