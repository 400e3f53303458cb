"""The numbers behind the charts of a report: plain values, rounded; the page only draws them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from arcgrid.figures import figures_of
from arcgrid.report.html.entries import RunEntry, hits_of, value_of
from arcgrid.report.html.headline import distinct_figures
from arcgrid.report.table import DEFAULT_BENCHMARK
from arcgrid.result import OUTCOME_KINDS
from arcgrid.scoring import Rule, judge, score_verdicts
from arcgrid.stats import wilson
from arcgrid.task import Task

_SIDES = (3, 6, 10, 15, 20, 30)
_MOST_POINTS = 400
_CONFIDENCE_BINS = 10


def charts_of(entries: Sequence[RunEntry], rule: Rule) -> dict[str, Any]:
    """All charts of a report, by name."""
    scored = [(number, entry) for number, entry in enumerate(entries) if entry.scores]
    return {
        "score": [_standing(number, entry, rule) for number, entry in scored],
        "reported": _reported(),
        "anytime": [{"run": number, "points": anytime(entry, rule)} for number, entry in scored],
        "groups": groups(scored, rule),
        "reliability": [
            {"run": number, "points": reliability(entry, rule)} for number, entry in scored
        ],
        "outcomes": [
            {"run": number, "counts": outcome_counts(entry)} for number, entry in enumerate(entries)
        ],
    }


def outcome_counts(entry: RunEntry) -> list[list[Any]]:
    """How many outcomes there are of each kind, then how many tasks are left."""
    kinds = [outcome.kind for outcome in entry.outcomes.values()]
    counts: list[list[Any]] = [[kind, kinds.count(kind)] for kind in OUTCOME_KINDS]
    return [*counts, ["left", len(entry.tasks) - len(kinds)]]


def anytime(entry: RunEntry, rule: Rule) -> list[list[float]]:
    """The score that the run would have if every task had been stopped after so many seconds.

    Returns:
        Steps, [seconds, percent solved] in time order; the last answer until then counts, so the
        curve may fall.
    """
    steps: list[tuple[float, float]] = []
    for id, outcome in entry.outcomes.items():
        before = 0.0
        for timed in outcome.answers:
            value = value_of(hits_of(entry.tasks[id], timed.answer, rule.attempts), rule)
            if value != before:
                steps.append((timed.seconds, value - before))
                before = value
    total = entry.tasks.outputs if rule.unit == "outputs" else len(entry.tasks)
    steps.sort()
    return [
        [_short(seconds), _short(100 * math.fsum(gain for _, gain in steps[: index + 1]) / total)]
        for index, (seconds, _) in _thinned(list(enumerate(steps)))
    ]


def reliability(entry: RunEntry, rule: Rule) -> list[list[float]]:
    """How often attempts are right that come with a stated confidence, in ten bins of it.

    Returns:
        [mean confidence, share right, low and high of its 95% interval, attempts], bins without
        attempts left out. The last answers' attempts within the rule's number count.
    """
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(_CONFIDENCE_BINS)]
    for id, outcome in entry.outcomes.items():
        if outcome.answer is None:
            continue
        for guesses, pair in zip(outcome.answer.guesses, entry.tasks[id].test, strict=True):
            for guess in guesses[: rule.attempts]:
                if guess.confidence is not None and pair.output is not None:
                    right = guess.grid.tobytes() == pair.output.tobytes()
                    right = right and guess.grid.shape == pair.output.shape
                    place = min(int(guess.confidence * _CONFIDENCE_BINS), _CONFIDENCE_BINS - 1)
                    bins[place].append((guess.confidence, right))
    points = []
    for found in filter(None, bins):
        count, right_ones = len(found), sum(right for _, right in found)
        mean = math.fsum(confidence for confidence, _ in found) / count
        shares = (mean, right_ones / count, *wilson(right_ones, count))
        points.append([*map(_short, shares), count])
    return points


def groups(scored: Sequence[tuple[int, RunEntry]], rule: Rule) -> list[dict[str, Any]]:
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
    scored: Sequence[tuple[int, RunEntry]],
    rule: Rule,
    key: Callable[[Task], tuple[int, str]],
) -> dict[str, Any]:
    tables = [(number, _group_scores(entry, rule, key)) for number, entry in scored]
    bins = sorted({group for _, table in tables for group in table})
    runs = [
        {"run": number, "values": [table.get(group) for group in bins]} for number, table in tables
    ]
    return {"name": name, "bins": [label for _, label in bins], "runs": runs}


def _group_scores(
    entry: RunEntry, rule: Rule, key: Callable[[Task], tuple[int, str]]
) -> dict[tuple[int, str], list[float]]:
    """[percent solved, low, high, tasks] of each group of tasks."""
    members: dict[tuple[int, str], list[str]] = {}
    for task in entry.tasks:
        members.setdefault(key(task), []).append(task.id)
    verdicts = judge(entry.tasks, entry.submission)
    table = {}
    for group, ids in members.items():
        part = entry.tasks.subset(ids)
        given = {id: verdicts[id] for id in ids if id in verdicts}
        score = score_verdicts(part, given, rule)
        table[group] = [*_solved(score.percent, score.interval, rule), len(ids)]
    return table


def _standing(number: int, entry: RunEntry, rule: Rule) -> dict[str, Any]:
    score = entry.score(rule)
    assert score is not None
    percent, low, high = _solved(score.percent, score.interval, rule)
    return {
        "run": number,
        "percent": percent,
        "low": low,
        "high": high,
        "seconds": _short(entry.seconds_per_task),
        "dollars": _short(entry.dollars_per_task),
    }


def _solved(percent: float, interval: tuple[float, float], rule: Rule) -> tuple[float, ...]:
    """Figure and interval as percent solved, also under a rule that reports errors."""
    low, high = interval
    if rule.error_rate:
        percent, low, high = 100 - percent, 100 - high, 100 - low
    return _short(percent), _short(low), _short(high)


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
            "dollars": figure.cost_usd_per_task,
        }
        for figure in distinct_figures(figures_of(DEFAULT_BENCHMARK))
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
