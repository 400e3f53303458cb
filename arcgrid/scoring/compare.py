"""Two or more submissions on the same tasks, unit by unit: who solves what, and is it chance.

Pure: tasks and submissions in, values out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from arcgrid.errors import SubmissionError
from arcgrid.notebook import Shown
from arcgrid.result import Coverage, Score, Submission
from arcgrid.scoring.rules import (
    DEFAULT_RULE,
    Rule,
    find_rule,
    judge,
    score_outputs,
    score_verdicts,
    solved_outputs,
)
from arcgrid.scoring.stats import bootstrap_mean, mcnemar, smallest_difference
from arcgrid.scoring.verdicts import Verdicts
from arcgrid.task import TaskSet


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """One submission against another on the same units: tasks, or outputs if the rule counts so.

    Attributes:
        first, second: their names.
        both: units that both solve wholly.
        only_first, only_second: units that one solves better than the other.
        neither: all other units.
        difference: the first one's figure minus the second one's, in percentage points of solved.
        interval: 95% interval of it: paired bootstrap over units, fixed seed.
        p_value: exact McNemar test of `only_first` against `only_second`, two-sided.
        resolvable: the smallest difference, in percentage points, that this test would tell from
            chance at the 5% level on this set, with as many units as here on which they differ.
        won, lost: the ids of the tasks that the first one solves better, or worse.
    """

    first: str
    second: str
    both: int
    only_first: int
    only_second: int
    neither: int
    difference: float
    interval: tuple[float, float]
    p_value: float
    resolvable: float
    won: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison(Shown):
    """Submissions side by side.

    Attributes:
        rule, task_set, digest, unit, tasks: what was compared, and on what.
        names: of the submissions; one that occurs twice has its position with it.
        scores: each one's score, in the order given.
        union: the score of "any of them": an output counts when any submission solves it within
            the rule's attempts. It is no system's score.
        pairs: every two of them.
    """

    rule: str
    task_set: str
    digest: str
    unit: str
    tasks: int
    names: tuple[str, ...]
    scores: tuple[Score, ...]
    union: Score
    pairs: tuple[PairedDifference, ...]


def compare(
    tasks: TaskSet, submissions: Sequence[Submission], rule: str = DEFAULT_RULE
) -> Comparison:
    """Compare two or more submissions on a task set.

    Raises:
        UnknownNameError: there is no such rule.
        SubmissionError: there are fewer than two, or one does not fit the set.
        TaskError: the set is empty, or a test output is not known.
    """
    chosen = find_rule(rule)
    if len(submissions) < 2:
        raise SubmissionError("a comparison needs two submissions or runs")
    names = _distinct([submission.name for submission in submissions])
    verdicts = [judge(tasks, submission) for submission in submissions]
    hits = [solved_outputs(tasks, given, chosen) for given in verdicts]
    values = [_values(given, chosen) for given in hits]
    union = {
        task.id: [any(solved) for solved in zip(*(given[task.id] for given in hits), strict=True)]
        for task in tasks
    }
    return Comparison(
        rule=chosen.name,
        task_set=tasks.name,
        digest=tasks.digest,
        unit=chosen.unit,
        tasks=len(tasks),
        names=tuple(names),
        scores=tuple(score_verdicts(tasks, given, chosen) for given in verdicts),
        union=score_outputs(tasks, union, chosen, _covered(tasks, verdicts)),
        pairs=tuple(
            _pair(names[one], names[other], values[one], values[other])
            for one, other in combinations(range(len(names)), 2)
        ),
    )


def _pair(
    first: str,
    second: str,
    ours: Mapping[tuple[str, int], float],
    theirs: Mapping[tuple[str, int], float],
) -> PairedDifference:
    differences = {unit: ours[unit] - theirs[unit] for unit in ours}
    won = [unit for unit, value in differences.items() if value > 0]
    lost = [unit for unit, value in differences.items() if value < 0]
    both = sum(ours[unit] == theirs[unit] == 1 for unit in ours)
    total = len(ours)
    low, high = bootstrap_mean(differences.values())
    return PairedDifference(
        first=first,
        second=second,
        both=both,
        only_first=len(won),
        only_second=len(lost),
        neither=total - both - len(won) - len(lost),
        difference=100 * sum(differences.values()) / total,
        interval=(100 * low, 100 * high),
        p_value=mcnemar(len(won), len(lost)),
        resolvable=min(100.0, 100 * smallest_difference(len(won) + len(lost)) / total),
        won=tuple(dict.fromkeys(id for id, _ in won)),
        lost=tuple(dict.fromkeys(id for id, _ in lost)),
    )


def _values(hits: Mapping[str, list[bool]], rule: Rule) -> dict[tuple[str, int], float]:
    """What each unit adds to the figure: (task id, number in the task) to 0..1."""
    return {
        (id, unit): value
        for id, solved in hits.items()
        for unit, value in enumerate(rule.values(solved))
    }


def _covered(tasks: TaskSet, verdicts: Sequence[Mapping[str, Verdicts]]) -> Coverage:
    answered = {id for given in verdicts for id in given}
    return Coverage(tasks_missing=len(tasks) - len(answered))


def _distinct(names: list[str]) -> list[str]:
    """Names that can be told apart: one that occurs twice gets its position."""
    return [
        f"{name} (number {index})" if names.count(name) > 1 else name
        for index, name in enumerate(names, 1)
    ]
