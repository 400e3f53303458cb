"""What one attempt is: solved, wrong by so many cells, of the wrong size, malformed or nothing.

What solved outputs are worth is in `rules`.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from arcgrid.errors import GridError
from arcgrid.grid import Grid
from arcgrid.result import Answer, Attempt
from arcgrid.task import Task


class Verdict(NamedTuple):
    """What an attempt is.

    Attributes:
        kind: `solved` (equal to the truth, cell by cell), `wrong` (of its size), `size` (of another
            size), `malformed` (no grid), `null` (no attempt) or `unknown` (the truth is).
        wrong: how many cells are wrong, where the size is right; else None.
    """

    kind: Literal["solved", "wrong", "size", "malformed", "null", "unknown"]
    wrong: int | None = None


Verdicts: TypeAlias = list[list[Verdict]]
"""For each test input of a task, what each attempt is, best first."""

NEAR = 5
"""A near miss has the right size, and at most so many wrong cells over all outputs of its task."""

SOLVED = Verdict("solved", 0)
SIZE = Verdict("size")
MALFORMED = Verdict("malformed")
NULL = Verdict("null")
UNKNOWN = Verdict("unknown")


def wrong_cells(attempt: Grid, truth: Grid) -> NDArray[np.bool_] | None:
    """Which cells of an attempt are wrong, in the truth's shape; None where its size is."""
    return attempt != truth if attempt.shape == truth.shape else None


def verdict_of(attempt: Attempt, truth: Grid | None) -> Verdict:
    """Judge one attempt."""
    if attempt is None:
        return NULL
    if isinstance(attempt, GridError):
        return MALFORMED
    if truth is None:
        return UNKNOWN
    cells = wrong_cells(attempt, truth)
    if cells is None:
        return SIZE
    wrong = int(np.count_nonzero(cells))
    return Verdict("wrong", wrong) if wrong else SOLVED


def judge_answer(task: Task, answer: Answer | None) -> Verdicts:
    """Judge every guess of a solver's answer to a task; no answer has no guesses."""
    if answer is None:
        return [[] for _ in task.test]
    return [
        [verdict_of(guess.grid, pair.output) for guess in guesses]
        for guesses, pair in zip(answer.guesses, task.test, strict=True)
    ]


def hits(verdicts: Verdicts, tests: int, attempts: int) -> list[bool]:
    """Whether each test output is solved by one of its first attempts; what is missing is not."""
    solved = [any(one.kind == "solved" for one in tries[:attempts]) for tries in verdicts]
    return solved + [False] * (tests - len(solved))


def distance(verdicts: Verdicts, attempts: int) -> int | None:
    """Cells that are wrong in the best attempts, over all test outputs of a task.

    Returns:
        The sum over the outputs of what the nearest of the first attempts gets wrong; None where
        an output has no attempt of the right size, or is not known.
    """
    nearest = [
        min((one.wrong for one in tries[:attempts] if one.wrong is not None), default=None)
        for tries in verdicts
    ]
    known = [wrong for wrong in nearest if wrong is not None]
    return sum(known) if known and len(known) == len(nearest) else None


def is_near(verdicts: Verdicts, attempts: int) -> bool:
    """True for a near miss: not solved, but nearly in every output."""
    wrong = distance(verdicts, attempts)
    return wrong is not None and 0 < wrong <= NEAR
