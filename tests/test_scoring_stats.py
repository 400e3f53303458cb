"""Intervals against values worked by hand, and what holds for all of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcgrid.scoring.stats import bootstrap_mean, wilson

# By hand, with z = 1.959964, z2 = 3.841459:
# 0 of 10: 0 and z2 / (10 + z2) = 3.841459 / 13.841459
# 5 of 10: 1/2 -+ z * sqrt(1/40 + z2/400) / (1 + z2/10) = 0.5 -+ 1.959964 * 0.186032 / 1.384146
# 1 of 1: 1 / (1 + z2) and 1
# 20 of 400: (0.05 + 0.004802 -+ 1.959964 * 0.011169) / 1.009604
# Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 81/263, 15/148, 1/29
WORKED = [
    (0, 10, 0.0, 0.277533),
    (10, 10, 0.722467, 1.0),
    (5, 10, 0.236593, 0.763407),
    (1, 1, 0.206549, 1.0),
    (0, 1, 0.0, 0.793451),
    (20, 400, 0.032597, 0.075964),
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (1, 29, 0.0061, 0.1718),
]


@pytest.mark.parametrize(("solved", "total", "low", "high"), WORKED)
def test_wilson_by_hand(solved: int, total: int, low: float, high: float) -> None:
    places = 6 if len(f"{low}{high}") > 14 else 4
    assert wilson(solved, total) == pytest.approx((low, high), abs=0.6 * 10**-places)


@pytest.mark.parametrize("total", [16, 21, 40, 42])
def test_wilson_ends_at_0_and_at_1_where_rounding_would_pass_them(total: int) -> None:
    assert (wilson(0, total)[0], wilson(total, total)[1]) == (0.0, 1.0)


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_within_0_and_1(case: tuple[int, int]) -> None:
    solved, total = case
    low, high = wilson(solved, total)
    assert 0 <= low <= solved / total <= high <= 1
    mirrored = wilson(total - solved, total)
    assert mirrored == pytest.approx((1 - high, 1 - low))


SHARES = st.lists(st.sampled_from([0.0, 1 / 3, 0.5, 2 / 3, 1.0]), min_size=1, max_size=50)


@given(SHARES)
def test_bootstrap_holds_the_mean_within_the_values(values: list[float]) -> None:
    low, high = bootstrap_mean(values)
    mean = sum(values) / len(values)
    assert min(values) - 1e-9 <= low <= mean + 1e-9
    assert mean - 1e-9 <= high <= max(values) + 1e-9


@given(SHARES.flatmap(lambda values: st.tuples(st.just(values), st.permutations(values))))
def test_bootstrap_is_the_same_in_any_order(case: tuple[list[float], list[float]]) -> None:
    values, shuffled = case
    assert bootstrap_mean(values) == bootstrap_mean(shuffled) == bootstrap_mean(values)


def test_bootstrap_of_one_value_is_that_value() -> None:
    assert bootstrap_mean([0.5]) == (0.5, 0.5)
    assert bootstrap_mean([0.5] * 9) == (0.5, 0.5)


def test_bootstrap_is_near_the_normal_interval_of_a_large_sample() -> None:
    # 400 values, half 0 and half 1: mean 0.5, standard error 0.5 / sqrt(400) = 0.025.
    low, high = bootstrap_mean([0.0, 1.0] * 200)
    assert (low, high) == pytest.approx((0.5 - 1.96 * 0.025, 0.5 + 1.96 * 0.025), abs=0.003)


def test_the_bootstrap_never_changes() -> None:
    """Intervals in papers can be made again: 10,000 resamples by one seed (of this code, 2026)."""
    values = [number * number % 17 / 17 for number in range(40)]
    assert bootstrap_mean(values) == pytest.approx((0.3529411764705882, 0.5603308823529406), 1e-9)


def test_bootstrap_takes_any_iterable() -> None:
    assert bootstrap_mean(iter([0.0, 1.0])) == bootstrap_mean((0.0, 1.0))
