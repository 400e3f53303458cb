"""Intervals around scores. Pure: numbers in, numbers out.

Shares get Wilson's interval; means of task scores a bootstrap over tasks.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

LEVEL = 0.95
"""Coverage of every interval."""

_Z = 1.959963984540054
"""The 97.5% point of the normal distribution."""

RESAMPLES = 10_000
_SEED = 20241220


def wilson(solved: float, total: int) -> tuple[float, float]:
    """Wilson's 95% score interval for a share.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    JASA 22 (1927), without continuity correction.

    Args:
        solved: successes, 0..total.
        total: trials, at least 1.

    Returns:
        The bounds as shares, 0..1.

    >>> low, high = wilson(5, 10)
    >>> round(low, 4), round(high, 4)
    (0.2366, 0.7634)
    """
    share = solved / total
    spread = _Z * _Z / total
    center = (share + spread / 2) / (1 + spread)
    half = _Z * math.sqrt(share * (1 - share) / total + spread / (4 * total)) / (1 + spread)
    # Rounding must not put the share itself outside: 0 of 69 is in 0 to 0.05, not in 3e-18 to 0.05.
    return max(0.0, min(share, center - half)), min(1.0, max(share, center + half))


def bootstrap_mean(values: Iterable[float]) -> tuple[float, float]:
    """Percentile bootstrap 95% interval of a mean: 10,000 resamples over tasks, fixed seed.

    Source: B. Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7
    (1979). A resample of n values is a multinomial draw over the distinct values, so the result
    does not depend on their order.

    Args:
        values: one number for each task, at least one.

    Returns:
        The bounds, in the unit of the values.
    """
    distinct, counts = np.unique(np.fromiter(values, float), return_counts=True)
    total = int(counts.sum())
    draws = np.random.default_rng(_SEED).multinomial(total, counts / total, size=RESAMPLES)
    low, high = np.quantile(draws @ distinct / total, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def mcnemar(only_first: int, only_second: int) -> float:
    """Exact two-sided p-value of McNemar's test: how often a fair coin is as one-sided.

    Source: Q. McNemar, Psychometrika 12 (1947); the exact binomial form.

    Args:
        only_first: units that only the first one won, at least 0.
        only_second: units that only the second one won, at least 0.

    Returns:
        The p-value, 0..1; 1 where there is no such unit.

    >>> mcnemar(6, 0)
    0.03125
    >>> mcnemar(3, 3)
    1.0
    """
    total = only_first + only_second
    fewer = min(only_first, only_second)
    tail = sum(math.comb(total, count) for count in range(fewer + 1))
    return min(1.0, float(2 * tail / 2**total))


def smallest_difference(discordant: int) -> int:
    """The smallest difference of wins that McNemar's test tells from chance at the 5% level.

    Args:
        discordant: units that just one of the two won. Six are the least that can ever do.

    Returns:
        Wins of the one minus wins of the other, among that many (or six) units.

    >>> smallest_difference(6), smallest_difference(0), smallest_difference(100)
    (6, 6, 22)
    """
    total = max(discordant, _LEAST_DISCORDANT)
    differences = range(total % 2, total + 1, 2)
    return next(
        difference
        for difference in differences
        if mcnemar((total + difference) // 2, (total - difference) // 2) <= 1 - LEVEL
    )


_LEAST_DISCORDANT = 6
"""With five, even all on one side have p = 2 / 2**5 > 0.05."""
