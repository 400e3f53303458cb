"""What a run would have scored with fewer samples, from the samples that it has. Pure."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from arcgrid.grid import Grid, grid_bytes
from arcgrid.sample import Sample
from arcgrid.scoring.rules import Rule
from arcgrid.scoring.verdicts import verdict_of
from arcgrid.scoring.votes import Chances, chance_of_one, chance_of_vote
from arcgrid.task import TaskSet

Samples = Mapping[tuple[str, int], Sequence[Sample]]
"""By task id and test input the samples."""

_ALL_UP_TO = 16


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What so many samples for each test input come to.

    Attributes:
        samples: how many.
        percent: percent solved by vote, expected over which of the samples are drawn and in which
            order they vote.
        deviation: standard deviation of it over these draws, in percentage points.
        oracle: percent solved, expected, if the best of the samples were known.
    """

    samples: int
    percent: float
    deviation: float
    oracle: float


def sample_curve(tasks: TaskSet, samples: Samples, rule: Rule, attempts: int) -> list[CurvePoint]:
    """How the score depends on the number of samples; empty where there are none.

    The last point is the score of the run itself but for ties, over whose order it is averaged.

    Args:
        tasks: what was asked for, with answers; a test input without samples is not solved.
        samples: those of the run; where a test input has fewer than others, it has all it has.
        rule: decides what solved outputs are worth.
        attempts: how many grids the vote answers with; those beyond the rule's do not count.
    """
    voting = min(attempts, rule.attempts)
    chances = [
        [
            _chances(samples.get((task.id, test), ()), pair.output, voting)
            for test, pair in enumerate(task.test)
        ]
        for task in tasks
    ]
    total = rule.total(tasks)
    points = []
    for number in _numbers(max(map(len, samples.values()), default=0)):
        votes = [_moments(rule, [_at(vote, number) for vote, _ in task]) for task in chances]
        best = [_moments(rule, [_at(one, number) for _, one in task]) for task in chances]
        points.append(
            CurvePoint(
                number,
                100 * math.fsum(mean for mean, _ in votes) / total,
                100 * math.sqrt(math.fsum(variance for _, variance in votes)) / total,
                100 * math.fsum(mean for mean, _ in best) / total,
            )
        )
    return points


def _numbers(most: int) -> list[int]:
    """All up to 16; of more, powers of two and what is half way between them, and the last."""
    steps = [round(2 ** (half / 2)) for half in range(2 * most.bit_length())]
    shown = [*range(1, _ALL_UP_TO + 1), *(step for step in steps if step > _ALL_UP_TO)]
    return [*(step for step in shown if step < most), *([most] if most else [])]


def _chances(samples: Sequence[Sample], truth: Grid | None, attempts: int) -> tuple[Chances, ...]:
    """By number of samples, the chance that the vote solves a test, and that any sample does."""
    grids = [sample.grid for sample in samples if sample.grid is not None]
    counts = Counter(map(grid_bytes, grids))
    right = sum(verdict_of(grid, truth).kind == "solved" for grid in grids)
    others = list(counts.values())
    if right:
        others.remove(right)
    blank = len(samples) - len(grids)
    return chance_of_vote(right, others, blank, attempts), chance_of_one(right, len(samples))


def _at(chances: Chances, number: int) -> float:
    return float(np.clip(chances[min(number, len(chances) - 1)], 0, 1))


def _moments(rule: Rule, chances: Sequence[float]) -> tuple[float, float]:
    """Mean and variance of what a task adds, its outputs solved independently of each other."""
    mean = square = 0.0
    for solved in itertools.product((False, True), repeat=len(chances)):
        pairs = zip(solved, chances, strict=True)
        chance = math.prod(one if hit else 1 - one for hit, one in pairs)
        value = rule.value(solved)
        mean += chance * value
        square += chance * value**2
    return mean, max(0.0, square - mean**2)
