"""How likely a vote over samples is right, and how likely one of them is. Pure.

Exact: the probabilities are those of drawing some of the samples at random, in random order.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache

import numpy as np
from numpy.typing import NDArray

Chances = NDArray[np.float64]
"""A probability for each number of samples, from 0 on."""


def chance_of_one(right: int, total: int) -> Chances:
    """How likely one of n samples is right, for n from 0 to `total`: the oracle's score.

    Args:
        right: how many of the samples are.
        total: how many there are.
    """
    none = [math.comb(total - right, n) / math.comb(total, n) for n in range(total + 1)]
    return 1 - np.array(none)


def chance_of_vote(right: int, others: Iterable[int], blank: int, attempts: int) -> Chances:
    """How likely the right grid is among those most voted for, for n from 0 samples to all.

    Args:
        right: samples with the right grid.
        others: for each other grid how many samples have it.
        blank: samples without a grid.
        attempts: how many grids are answered.

    Summed over how many of the drawn samples are right. Every other grid is then ahead of the
    right one or not, by its number of samples, and by chance where that is the same; the chance is
    integrated out by Gauss-Legendre, which is exact for the polynomials that come up.
    """
    counts = [*others]
    total = right + sum(counts) + blank
    ways = np.zeros(total + 1)
    for votes in range(1, right + 1):
        found = _ways_not_behind(votes, counts, blank, attempts)
        ways[votes : votes + len(found)] += math.comb(right, votes) * found
    chances: Chances = ways / _binomials(total)
    return chances


def _ways_not_behind(votes: int, others: list[int], blank: int, attempts: int) -> Chances:
    """Ways to draw n samples that are not right, so that fewer than `attempts` grids are ahead."""
    rivals = [many for many in others if many >= votes]
    rest = blank + sum(many for many in others if many < votes)
    nodes, weights = np.polynomial.legendre.leggauss(len(rivals) // 2 + 1)
    luck = (nodes[:, None] + 1) / 2
    # [node, grids ahead, samples drawn]
    state = np.zeros((len(nodes), attempts, rest + 1))
    state[:, 0] = _binomials(rest)
    for many in rivals:
        drawn = np.arange(many + 1)
        share = np.where(drawn == votes, luck, drawn > votes)
        ahead, behind = share * _binomials(many), (1 - share) * _binomials(many)
        grown = np.zeros((*state.shape[:2], state.shape[2] + many))
        for taken in range(many + 1):
            span = slice(taken, taken + state.shape[2])
            grown[:, :, span] += behind[:, taken, None, None] * state
            grown[:, 1:, span] += ahead[:, taken, None, None] * state[:, :-1]
        state = grown
    found: Chances = np.einsum("u,ugn->n", weights / 2, state)
    return found


@cache
def _binomials(many: int) -> Chances:
    """All the ways to draw from so many, by how many are drawn."""
    return np.array([float(math.comb(many, taken)) for taken in range(many + 1)])
