"""Copies of puzzles: what is done to them is undone on their answers, and the answers vote."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcgrid import ArgumentError, Grid, Pair, Puzzle, as_grid
from arcgrid.augment import MOTIONS, PLAIN, Augmentation, augmentations, vote
from tests.samples import grids

PUZZLE = Puzzle(
    (
        Pair(as_grid([[0, 1], [2, 3]]), as_grid([[1]])),
        Pair(as_grid([[4, 5]]), as_grid([[2, 2]])),
        Pair(as_grid([[6]]), as_grid([[7], [8]])),
    ),
    (as_grid([[1, 2, 3], [4, 5, 6]]),),
)


@given(grids(), st.integers(0, MOTIONS - 1), st.permutations(PLAIN))
def test_what_is_done_is_undone(grid: Grid, motion: int, colors: list[int]) -> None:
    augmentation = Augmentation(motion, tuple(colors))
    assert augmentation.undo(augmentation.apply_to(grid)).tolist() == grid.tolist()


def test_the_eight_motions_are_the_symmetries_of_the_square() -> None:
    grid = as_grid([[1, 2, 3], [4, 5, 6]])
    made = {Augmentation(motion).apply_to(grid).tobytes() for motion in range(MOTIONS)}
    assert len(made) == MOTIONS
    assert Augmentation(1).apply_to(grid).tolist() == [[4, 1], [5, 2], [6, 3]]
    assert Augmentation(4).apply_to(grid).tolist() == [[3, 2, 1], [6, 5, 4]]


def test_a_copy_is_the_same_puzzle_in_another_dress() -> None:
    swapped = (0, 2, 1, *range(3, 10))
    copy = Augmentation(0, swapped, (2, 0, 1)).apply(PUZZLE)
    assert [pair.input.tolist() for pair in copy.train] == [[[6]], [[0, 2], [1, 3]], [[4, 5]]]
    assert copy.train[1].output is not None
    assert copy.train[1].output.tolist() == [[2]]
    assert copy.test[0].tolist() == [[2, 1, 3], [4, 5, 6]]


def test_ways_are_drawn_by_their_seed_and_differ() -> None:
    drawn = augmentations(PUZZLE, 20, seed=3)
    assert drawn[0] == Augmentation()
    assert len(set(drawn)) == 20
    assert drawn == augmentations(PUZZLE, 20, seed=3)
    assert drawn != augmentations(PUZZLE, 20, seed=4)
    assert all(one.colors[0] == 0 for one in drawn), "black stays black unless told otherwise"
    assert any(one.colors[1] != 1 for one in drawn)


def test_there_are_only_so_many_ways() -> None:
    drawn = augmentations(PUZZLE, 20, colors=False, order=False)
    assert {one.motion for one in drawn} == set(range(MOTIONS))
    assert len(drawn) == MOTIONS
    assert augmentations(PUZZLE, 5, motions=[0], colors=False, order=False) == [Augmentation()]


def test_a_vote_counts_equal_grids() -> None:
    one, two = as_grid([[1, 2]]), as_grid([[1], [2]])
    votes = vote([two, one, np.array(one), two, one, one])
    assert [guess.grid.tolist() for guess in votes] == [[[1, 2]], [[1], [2]]]
    assert votes[0].confidence == pytest.approx(4 / 6)
    assert vote([two, one])[0].grid.tolist() == two.tolist(), "of two, the one seen first"
    assert vote([]) == []


FAULTS = [
    (lambda: Augmentation(8), "a motion is 0 to 7, not 8"),
    (lambda: Augmentation(colors=(0,) * 10), "colors are a permutation of 0 to 9, not (0, 0"),
    (lambda: Augmentation(order=(0, 2)), "an order is a permutation of places, not (0, 2)"),
    (
        lambda: Augmentation(order=(1, 0)).apply(PUZZLE),
        "an order of 2 train pairs, and the puzzle has 3",
    ),
    (lambda: augmentations(PUZZLE, 0), "number is at least 1, not 0"),
]


@pytest.mark.parametrize(("make", "message"), FAULTS)
def test_what_is_none_is_refused(make: object, message: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        make()  # type: ignore[operator]  # a lambda
    assert str(caught.value).startswith(message)
