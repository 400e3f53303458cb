"""Comparisons by hand-worked cases."""

from __future__ import annotations

import numpy as np
import pytest

from arcgrid.errors import SubmissionError
from arcgrid.result import Submission
from arcgrid.scoring.compare import compare
from arcgrid.scoring.stats import bootstrap_mean, mcnemar, smallest_difference
from arcgrid.task import Pair, Task, TaskSet

ONE = np.array([[1]])
PAIR = Pair(ONE, ONE)
TASKS = TaskSet(
    "hand-made",
    (
        *(Task(f"t{number}", (PAIR,), (PAIR,)) for number in range(9)),
        Task("two", (PAIR,), (PAIR, PAIR)),
    ),
)
RIGHT, WRONG = PAIR.output, np.array([[2]], dtype=np.uint8)


def submission(name: str, solved: str) -> Submission:
    """Answers as a string of digits, one a test output: is it solved?"""
    marks = iter(solved)
    return Submission(
        name,
        {
            task.id: tuple((RIGHT if next(marks) == "1" else WRONG,) for _ in task.test)
            for task in TASKS
        },
    )


A = submission("A", "11110000010")
B = submission("B", "11001000000")
C = submission("C", "00000000101")


def test_two_by_hand() -> None:
    found = compare(TASKS, [A, B])
    (pair,) = found.pairs
    assert (pair.first, pair.second) == ("A", "B")
    # A: t0-t3 and half of `two`; B: t0, t1, t4.
    assert (pair.both, pair.only_first, pair.only_second, pair.neither) == (2, 3, 1, 4)
    assert pair.won == ("t2", "t3", "two")
    assert pair.lost == ("t4",)
    assert [score.numerator for score in found.scores] == [4.5, 3]
    assert pair.difference == pytest.approx(15)
    assert pair.interval == tuple(
        100 * bound for bound in bootstrap_mean([0] * 6 + [1, 1, 0.5, -1])
    )
    assert pair.p_value == mcnemar(3, 1) == 0.625
    assert pair.resolvable == 60


def test_a_comparison_says_what_was_compared_and_on_what() -> None:
    found = compare(TASKS, [A, B], "kaggle-2024")
    assert (found.rule, found.unit, found.names) == ("kaggle-2024", "outputs", ("A", "B"))
    assert (found.task_set, found.digest, found.tasks) == ("hand-made", TASKS.digest, 10)
    assert found.union.coverage.tasks_missing == 0
    few = Submission("few", {"t0": ((RIGHT,),), "t1": ((WRONG,),)})
    assert compare(TASKS, [few, few]).union.coverage.tasks_missing == 8


def test_no_difference_of_a_small_set_can_be_told_from_chance() -> None:
    few = TASKS.subset(["t0", "t1", "t2"])
    ours = Submission("ours", {"t0": ((RIGHT,),)})
    (pair,) = compare(few, [ours, Submission("theirs", {})]).pairs
    assert pair.resolvable == 100  # six tasks would be needed


def test_what_can_be_told_from_chance_depends_on_all_that_differ() -> None:
    """Five won and three lost are eight, of which all would have to be won."""
    ours, theirs = submission("ours", "11111000000"), submission("theirs", "00000111000")
    (pair,) = compare(TASKS, [ours, theirs]).pairs
    assert (pair.only_first, pair.only_second, pair.resolvable) == (5, 3, 80)


def test_outputs_are_the_units_where_the_rule_counts_them() -> None:
    (pair,) = compare(TASKS, [A, B], "kaggle-2024").pairs
    assert pair.both + pair.only_first + pair.only_second + pair.neither == 11
    (pair,) = compare(TASKS, [A, B], "all-outputs").pairs
    assert pair.won == ("t2", "t3")


def test_any_of_them() -> None:
    found = compare(TASKS, [A, B, C])
    assert len(found.pairs) == 3
    # t0-t4, t8, and both halves of `two`, one from A and one from C.
    assert found.union.numerator == 7
    assert compare(TASKS, [A, A]).union.numerator == found.scores[0].numerator


def test_the_order_turns_signs_only() -> None:
    (pair,) = compare(TASKS, [A, B]).pairs
    (turned,) = compare(TASKS, [B, A]).pairs
    assert turned.difference == -pair.difference
    assert turned.p_value == pair.p_value
    assert (turned.won, turned.lost) == (pair.lost, pair.won)


def test_names_that_are_the_same_are_told_apart() -> None:
    (pair,) = compare(TASKS, [A, A]).pairs
    assert (pair.first, pair.second) == ("A (number 1)", "A (number 2)")
    assert (pair.difference, pair.p_value) == (0, 1)


def test_one_is_not_enough() -> None:
    with pytest.raises(SubmissionError, match=r"^a comparison needs two submissions or runs$"):
        compare(TASKS, [A])


@pytest.mark.parametrize(
    ("first", "second", "p_value"),
    [(0, 0, 1), (1, 0, 1), (5, 0, 0.0625), (6, 0, 0.03125), (10, 2, 158 / 4096), (7, 7, 1)],
)
def test_mcnemar_by_hand(first: int, second: int, p_value: float) -> None:
    assert mcnemar(first, second) == pytest.approx(p_value)
    assert mcnemar(second, first) == mcnemar(first, second)


@pytest.mark.parametrize("discordant", range(60))
def test_the_smallest_difference_is_the_smallest(discordant: int) -> None:
    total = max(6, discordant)
    least = smallest_difference(discordant)

    def p_value(difference: int) -> float:
        return mcnemar((total + difference) // 2, (total - difference) // 2)

    assert (least - total) % 2 == 0
    assert p_value(least) <= 0.05
    assert least < 2 or p_value(least - 2) > 0.05
