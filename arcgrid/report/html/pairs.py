"""Every two runs on the tasks that both have come to: who solves what, and is it chance.

`arcgrid.scoring.compare` says the same of two, with an interval for their difference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import combinations
from typing import Any

from arcgrid.scoring.rules import Rule
from arcgrid.scoring.stats import mcnemar
from arcgrid.scoring.verdicts import hits
from arcgrid.sources import RunResult

_test = cache(mcnemar)


def pairs_of(scored: Sequence[tuple[int, RunResult]], rule: Rule) -> list[list[Any]]:
    """[first run, second, tasks that both solve, only the first, only the second, neither, p].

    A task counts for whoever solves more of it, for both if both solve it wholly.
    """
    values = [(number, _values(result, rule)) for number, result in scored]
    return [
        [first, second, *_table(ours, theirs)]
        for (first, ours), (second, theirs) in combinations(values, 2)
        if ours.keys() & theirs.keys()
    ]


def _table(ours: Mapping[bytes, float], theirs: Mapping[bytes, float]) -> tuple[float, ...]:
    met = [(ours[task], theirs[task]) for task in ours.keys() & theirs.keys()]
    both = sum(one == other == 1 for one, other in met)
    won = sum(one > other for one, other in met)
    lost = sum(one < other for one, other in met)
    return both, won, lost, len(met) - both - won - lost, _test(won, lost)


def _values(result: RunResult, rule: Rule) -> dict[bytes, float]:
    """By the content of a task the share of it that is solved."""
    found = {}
    for id in result.by_task:
        task = result.tasks[id]
        solved = hits(result.verdicts[id], len(task.test), rule.attempts)
        found[task.content] = sum(solved) / len(solved)
    return found
