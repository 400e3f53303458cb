"""Votes: against plain counting, against exact probabilities, and against simulation."""

from __future__ import annotations

import itertools
import math
import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arcgrid import Grid, as_grid
from arcgrid.engines.chat.work import consensus
from arcgrid.scoring.votes import chance_of_one, chance_of_vote

RIGHT, BLANK = 0, -1


GRIDS = {BLANK: None} | {name: as_grid([divmod(name, 10)]) for name in range(100)}
"""A grid for each name."""


def grid(name: int) -> Grid | None:
    return GRIDS[name]


def vote(names: list[int], attempts: int) -> list[int]:
    """The names that are answered."""
    guesses = consensus([grid(name) for name in names], attempts)
    return [int(guess.grid[0, 0]) * 10 + int(guess.grid[0, 1]) for guess in guesses]


def test_the_most_frequent_fill_the_attempts() -> None:
    assert vote([3, 1, 2, 2, 1, 2], 2) == [2, 1]
    assert vote([3, 1, 2], 2) == [3, 1]  # ties by first seen
    assert vote([5, 1, 1, 5, 4, 4], 2) == [5, 1]
    assert vote([BLANK, BLANK, 7], 2) == [7]
    assert vote([BLANK], 2) == vote([], 2) == []


def test_a_guess_says_how_many_voted_for_it() -> None:
    first, second = consensus([grid(name) for name in (4, BLANK, 4, 2)], 2)
    assert (first.confidence, first.explanation) == (0.5, "2 of 4 samples")
    assert (second.confidence, second.explanation) == (0.25, "1 of 4 samples")


def test_grids_of_other_shapes_are_other_grids() -> None:
    wide, tall = as_grid([[1, 1]]), as_grid([[1], [1]])
    assert [guess.grid.shape for guess in consensus([tall, wide, wide], 2)] == [(1, 2), (2, 1)]


def names_of(right: int, others: list[int], blank: int) -> list[int]:
    wrong = [name for name, many in enumerate(others, 1) for _ in range(many)]
    return [RIGHT] * right + wrong + [BLANK] * blank


def chance_by_counting(names: list[int], drawn: int, attempts: int) -> float:
    """The share of all orders of all draws in which the right name is answered."""
    orders = list(itertools.permutations(names, drawn))
    return sum(RIGHT in vote(list(order), attempts) for order in orders) / len(orders)


@settings(max_examples=60)
@given(
    st.integers(0, 3),
    st.lists(st.integers(1, 3), max_size=3),
    st.integers(0, 1),
    st.integers(1, 3),
)
def test_chances_are_those_of_counting_all_orders(
    right: int, others: list[int], blank: int, attempts: int
) -> None:
    while right + sum(others) + blank > 5:
        others.pop()
    names = names_of(right, others, blank)
    found = chance_of_vote(right, others, blank, attempts)
    oracle = chance_of_one(right, len(names))
    assert len(found) == len(oracle) == len(names) + 1
    for drawn in range(len(names) + 1):
        assert found[drawn] == pytest.approx(chance_by_counting(names, drawn, attempts))
        seen = [RIGHT in draw for draw in itertools.combinations(names, drawn)]
        assert oracle[drawn] == pytest.approx(sum(seen) / len(seen))


@pytest.mark.parametrize("attempts", [1, 2])
def test_chances_are_those_of_a_direct_simulation(attempts: int) -> None:
    """Many samples, with ties: as they come when one draws and votes 1,500 times."""
    chance = random.Random(7)
    names = names_of(9, [11, 9, 8, 3, *[1] * 20], 4)
    found = chance_of_vote(9, [11, 9, 8, 3, *[1] * 20], 4, attempts)
    for drawn in (1, 2, 5, 16, 40, len(names)):
        times = 1500
        hits = sum(RIGHT in vote(chance.sample(names, drawn), attempts) for _ in range(times))
        error = math.sqrt(max(found[drawn] * (1 - found[drawn]), 1e-4) / times)
        assert abs(hits / times - found[drawn]) < 4.5 * error


def binomial_vote(accuracy: float, wrong: int, samples: int, attempts: int) -> float:
    """The exact chance of a vote over independent samples of known accuracy.

    A sample is right with this accuracy, and else one of so many wrong grids, all alike. Summed
    over all outcomes of all samples in their order.
    """
    total = 0.0
    for names in itertools.product(range(wrong + 1), repeat=samples):
        counts = Counter(names)
        chance = math.prod(
            (accuracy if name == RIGHT else (1 - accuracy) / wrong) ** many
            for name, many in counts.items()
        )
        total += chance * (RIGHT in vote(list(names), attempts))
    return total


@pytest.mark.parametrize(("accuracy", "wrong", "attempts"), [(0.4, 3, 2), (0.3, 2, 1), (0.6, 3, 1)])
def test_the_curve_is_unbiased_for_samples_of_known_accuracy(
    accuracy: float, wrong: int, attempts: int
) -> None:
    """Over all pools of 6 samples, weighed by how likely they are, it is the exact chance."""
    pool, mean = 6, np.zeros(7)
    for names in itertools.combinations_with_replacement(range(wrong + 1), pool):
        counts = Counter(names)
        orders = math.factorial(pool) // math.prod(map(math.factorial, counts.values()))
        chance = orders * math.prod(
            (accuracy if name == RIGHT else (1 - accuracy) / wrong) ** many
            for name, many in counts.items()
        )
        others = [many for name, many in counts.items() if name != RIGHT]
        mean += chance * chance_of_vote(counts[RIGHT], others, 0, attempts)
    for samples in range(1, pool + 1):
        assert mean[samples] == pytest.approx(binomial_vote(accuracy, wrong, samples, attempts))


def test_1024_samples_can_be_counted() -> None:
    found = chance_of_vote(300, [200, 150, *[2] * 50, *[1] * 274], 0, 2)
    assert len(found) == 1025
    assert np.all((found >= 0) & (found <= 1 + 1e-9))
    assert found[1024] == pytest.approx(1)
    assert found[1] == pytest.approx(300 / 1024)
    assert np.all(np.diff(found[2:]) > -1e-9)
    assert found[2] == pytest.approx(1 - (724 * 723) / (1024 * 1023))
