"""What one attempt is, and what the attempts at a task come to."""

from __future__ import annotations

import numpy as np
import pytest

from arcgrid import Answer, GridError, as_grid
from arcgrid.result import Attempt
from arcgrid.scoring.rules import RULES
from arcgrid.scoring.verdicts import (
    MALFORMED,
    NULL,
    SIZE,
    SOLVED,
    UNKNOWN,
    Verdict,
    distance,
    hits,
    is_near,
    judge_answer,
    verdict_of,
    wrong_cells,
)
from tests.samples import Rows, task

TRUTH = [[7, 8], [9, 0]]
TASK = task("aa", TRUTH)

# name: an attempt, what it is
KINDS: dict[str, tuple[Attempt, Verdict]] = {
    "right": (as_grid(TRUTH), SOLVED),
    "a cell wrong": (as_grid([[7, 8], [9, 1]]), Verdict("wrong", 1)),
    "all cells wrong": (as_grid([[0, 0], [0, 1]]), Verdict("wrong", 4)),
    "the truth on its side": (as_grid([[7, 8, 9, 0]]), SIZE),
    "malformed": (GridError("the grid has no rows", "empty"), MALFORMED),
    "none": (None, NULL),
}


@pytest.mark.parametrize(("attempt", "verdict"), KINDS.values(), ids=KINDS)
def test_an_attempt_is_one_of_these(attempt: Attempt, verdict: Verdict) -> None:
    assert verdict_of(attempt, as_grid(TRUTH)) == verdict
    known = isinstance(attempt, np.ndarray)
    assert verdict_of(attempt, None) == (UNKNOWN if known else verdict)


def test_wrong_cells_are_where_the_grids_differ() -> None:
    wrong = wrong_cells(as_grid([[7, 1], [9, 0]]), as_grid(TRUTH))
    assert wrong is not None
    assert wrong.tolist() == [[False, True], [False, False]]
    assert wrong_cells(as_grid([[7]]), as_grid(TRUTH)) is None


def test_distance_counts_the_nearest_attempt_of_the_right_size() -> None:
    near, far, small = [[7, 8], [9, 1]], [[0, 0], [0, 0]], [[7]]

    def far_off(*guesses: Rows, attempts: int = 2) -> int | None:
        return distance(judge_answer(TASK, Answer((guesses,))), attempts)  # type: ignore[arg-type]  # lists become grids

    assert far_off(far, near) == 1
    assert far_off(far, near, attempts=1) == 3
    assert far_off(small) is None
    assert far_off() is None
    assert far_off(TRUTH) == 0
    assert distance(judge_answer(TASK, None), 2) is None


def test_every_output_needs_an_attempt_of_the_right_size() -> None:
    assert distance([[Verdict("wrong", 2)], [Verdict("wrong", 1), SIZE]], 2) == 3
    assert distance([[Verdict("wrong", 2)], [SIZE]], 2) is None
    assert distance([], 2) is None


@pytest.mark.parametrize(
    ("wrong", "near"), [((0, 0), False), ((1, 0), True), ((2, 3), True), ((3, 3), False)]
)
def test_a_near_miss_has_five_wrong_cells_at_most(wrong: tuple[int, int], near: bool) -> None:
    assert is_near([[Verdict("wrong", cells)] for cells in wrong], 1) is near
    assert is_near([[SIZE, Verdict("wrong", cells)] for cells in wrong], 2) is near
    assert not is_near([[SIZE, Verdict("wrong", cells)] for cells in wrong], 1)


def test_an_answer_to_another_number_of_tests_is_no_answer_to_the_task() -> None:
    guesses = ((TRUTH,), (TRUTH,))
    with pytest.raises(ValueError, match="zip"):
        judge_answer(TASK, Answer(guesses))  # type: ignore[arg-type]  # lists become grids


def test_an_output_is_solved_within_the_attempts() -> None:
    verdicts = [[Verdict("wrong", 1), SOLVED], [SOLVED]]
    assert hits(verdicts, 3, 1) == [False, True, False]
    assert hits(verdicts, 3, 2) == [True, True, False]


def test_what_a_task_adds_to_a_score() -> None:
    assert [rule.value([True, False]) for rule in RULES.values()] == [0.5, 0, 1, 1, 0]
    assert [rule.values([True, True]) for rule in RULES.values()] == [[1], [1], [1, 1], [1, 1], [1]]
