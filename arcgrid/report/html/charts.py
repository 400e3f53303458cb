"""The numbers behind the charts of a report: plain values, rounded; the page only draws them.

Tasks and attempts are in `payload`, the rows of tables in `headline`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from arcgrid.report.table import DEFAULT_BENCHMARK
from arcgrid.reported import percentages
from arcgrid.result import EFFORTS, Effort, Score
from arcgrid.scoring.rules import Rule, score_verdicts
from arcgrid.scoring.stats import wilson
from arcgrid.scoring.verdicts import hits
from arcgrid.sources import RunResult
from arcgrid.task import Task

_SIDES = (3, 6, 10, 15, 20, 30)
_MOST_POINTS = 400
_CONFIDENCE_BINS = 10


def charts_of(results: Sequence[RunResult], rule: Rule) -> dict[str, Any]:
    """All charts of a report, by name."""
    scored = [(number, result) for number, result in enumerate(results) if result.scores]
    return {
        "score": [_standing(number, result, rule) for number, result in scored],
        "reported": _reported(),
        "anytime": [{"run": number, "points": anytime(result, rule)} for number, result in scored],
        "groups": groups(scored, rule),
        "reliability": [
            {"run": number, "points": reliability(result, rule)} for number, result in scored
        ],
        "samples": [
            {"run": number, "points": points}
            for number, result in scored
            if len(points := samples(result, rule)) > 1
        ],
        "efforts": efforts(scored),
        "outcomes": [
            {"run": number, "counts": outcome_counts(result)}
            for number, result in enumerate(results)
        ],
    }


def samples(result: RunResult, rule: Rule) -> list[list[float]]:
    """[samples, percent solved by vote, its deviation, percent that the best would solve]."""
    return [
        [point.samples, *map(_short, (point.percent, point.deviation, point.oracle))]
        for point in result.sample_curve(rule.name)
    ]


def efforts(scored: Sequence[tuple[int, RunResult]]) -> list[list[int]]:
    """Runs that differ in their effort alone, by number from the least effort to the most."""
    lines: dict[str, dict[Effort, int]] = {}
    for number, result in scored:
        plan = result.run.plan
        same = (plan.solver.name, plan.options, plan.digest, plan.budget.attempts, plan.budget.seed)
        lines.setdefault(repr(same), {})[plan.budget.effort] = number
    return [
        [line[effort] for effort in EFFORTS if effort in line]
        for line in lines.values()
        if len(line) > 1
    ]


def outcome_counts(result: RunResult) -> list[list[Any]]:
    """How many outcomes there are of each kind, then how many tasks are left."""
    left = len(result.tasks) - len(result.by_task)
    return [*map(list, result.outcomes.items()), ["left", left]]


def anytime(result: RunResult, rule: Rule) -> list[list[float]]:
    """The score that the run would have if every task had been stopped after so many seconds.

    Returns:
        Steps, [seconds, percent solved] in time order; the last answer until then counts, so the
        curve may fall.
    """
    steps: list[tuple[float, float]] = []
    for id, answers in result.judged.items():
        before, tests = 0.0, len(result.tasks[id].test)
        for timed, verdicts in zip(result.by_task[id].answers, answers, strict=True):
            value = rule.value(hits(verdicts, tests, rule.attempts))
            if value != before:
                steps.append((timed.seconds, value - before))
                before = value
    total = rule.total(result.tasks)
    steps.sort()
    return [
        [_short(seconds), _short(100 * math.fsum(gain for _, gain in steps[: index + 1]) / total)]
        for index, (seconds, _) in _thinned(list(enumerate(steps)))
    ]


def reliability(result: RunResult, rule: Rule) -> list[list[float]]:
    """How often attempts are right that come with a stated confidence, in ten bins of it.

    Returns:
        [mean confidence, share right, low and high of its 95% interval, attempts], bins without
        attempts left out. The last answers' attempts within the rule's number count.
    """
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(_CONFIDENCE_BINS)]
    for id, outcome in result.by_task.items():
        guesses = outcome.answer.guesses if outcome.answer else ()
        for given, verdicts in zip(guesses, result.verdicts[id], strict=False):
            for guess, verdict in zip(given[: rule.attempts], verdicts, strict=False):
                if guess.confidence is not None and verdict.kind != "unknown":
                    place = min(int(guess.confidence * _CONFIDENCE_BINS), _CONFIDENCE_BINS - 1)
                    bins[place].append((guess.confidence, verdict.kind == "solved"))
    points = []
    for found in filter(None, bins):
        count, right_ones = len(found), sum(right for _, right in found)
        mean = math.fsum(confidence for confidence, _ in found) / count
        shares = (mean, right_ones / count, *wilson(right_ones, count))
        points.append([*map(_short, shares), count])
    return points


def groups(scored: Sequence[tuple[int, RunResult]], rule: Rule) -> list[dict[str, Any]]:
    """Scores of parts of the set: by largest grid, number of train pairs, number of colors."""
    kinds: tuple[tuple[str, Callable[[Task], tuple[int, str]]], ...] = (
        ("largest grid, at most", _size_group),
        ("train pairs", lambda task: (len(task.train), str(len(task.train)))),
        ("colors", lambda task: (color_count(task), str(color_count(task)))),
    )
    return [_group(name, scored, rule, key) for name, key in kinds]


def color_count(task: Task) -> int:
    """Distinct cell values over all grids of a task."""
    cells = b"".join(
        grid.tobytes()
        for pair in (*task.train, *task.test)
        for grid in (pair.input, pair.output)
        if grid is not None
    )
    return len(set(cells))


def largest_grid(task: Task) -> int:
    """Cells of the largest grid of a task, test outputs left out: they are what is asked for."""
    grids = [grid for pair in task.train for grid in (pair.input, pair.output) if grid is not None]
    return max(grid.size for grid in (*grids, *(pair.input for pair in task.test)))


def _size_group(task: Task) -> tuple[int, str]:
    cells = largest_grid(task)
    side = next(side for side in _SIDES if cells <= side * side)
    return side, f"{side}×{side}"


def _group(
    name: str,
    scored: Sequence[tuple[int, RunResult]],
    rule: Rule,
    key: Callable[[Task], tuple[int, str]],
) -> dict[str, Any]:
    tables = [(number, _group_scores(result, rule, key)) for number, result in scored]
    bins = sorted({group for _, table in tables for group in table})
    runs = [
        {"run": number, "values": [table.get(group) for group in bins]} for number, table in tables
    ]
    return {"name": name, "bins": [label for _, label in bins], "runs": runs}


def _group_scores(
    result: RunResult, rule: Rule, key: Callable[[Task], tuple[int, str]]
) -> dict[tuple[int, str], list[float]]:
    """[percent solved, low, high, tasks] of each group of tasks."""
    members: dict[tuple[int, str], list[str]] = {}
    for task in result.tasks:
        members.setdefault(key(task), []).append(task.id)
    table = {}
    for group, ids in members.items():
        given = {id: result.verdicts[id] for id in ids if id in result.verdicts}
        score = score_verdicts(result.tasks.subset(ids), given, rule)
        table[group] = [*_solved(score), len(ids)]
    return table


def _standing(number: int, result: RunResult, rule: Rule) -> dict[str, Any]:
    score = result.score(rule.name)
    assert score is not None
    percent, low, high = _solved(score)
    return {
        "run": number,
        "percent": percent,
        "low": low,
        "high": high,
        "seconds": _short(result.seconds_per_task),
        "cpu": _short(result.cpu_seconds_per_task),
        "dollars": _short(result.dollars_per_task),
    }


def _solved(score: Score) -> tuple[float, ...]:
    """Figure and interval as percent solved, as they are drawn."""
    return tuple(map(_short, (score.percent_solved, *score.interval_solved)))


def _reported() -> list[dict[str, Any]]:
    return [
        {
            "system": figure.system,
            "setting": figure.setting or "",
            "set": figure.task_set or "",
            "samples": figure.samples,
            "percent": _short(figure.percent),
            "sign": {"about": "~", "below": "<"}.get(figure.qualifier, ""),
            "seconds": None if figure.minutes_per_task is None else 60 * figure.minutes_per_task,
            "cpu": None,
            "dollars": figure.cost_usd_per_task,
        }
        for figure in percentages(DEFAULT_BENCHMARK)
    ]


def _thinned(steps: list[Any]) -> list[Any]:
    """At most so many of the steps, the first and the last among them."""
    if len(steps) <= _MOST_POINTS:
        return steps
    stride = (len(steps) - 1) / (_MOST_POINTS - 1)
    return [steps[round(index * stride)] for index in range(_MOST_POINTS)]


def _short(value: float | None) -> Any:
    """A number with six significant digits, as it is drawn; None stays."""
    return None if value is None else float(f"{value:.6g}")
