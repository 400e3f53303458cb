"""The numbers behind the charts of a report: plain values, rounded; the page only draws them.

Tasks and attempts are in `payload`, the rows of tables in `headline`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from arcgrid.report.html.features import FEATURES
from arcgrid.report.html.pairs import pairs_of
from arcgrid.reported import Figure, benchmark_of, percentages
from arcgrid.result import EFFORTS, Effort, Score
from arcgrid.scoring.rules import Rule, score_verdicts
from arcgrid.scoring.stats import wilson
from arcgrid.scoring.verdicts import hits
from arcgrid.sources import RunResult
from arcgrid.task import Task

_MOST_POINTS = 400
_CONFIDENCE_BINS = 10


def charts_of(results: Sequence[RunResult], rule: Rule) -> dict[str, Any]:
    """All charts of a report, by name; an unfinished run's are over what it has come to."""
    done = [(number, result.finished) for number, result in enumerate(results) if result.scores]
    scored = [(number, result) for number, result in done if result.scores]
    return {
        "score": [
            _standing(number, result, len(results[number].tasks), rule) for number, result in scored
        ],
        "reported": _reported(results),
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
        "pairs": pairs_of(scored, rule),
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
        [mean confidence, share right, low and high of its 95% interval, attempts, number of the
        bin], bins without attempts left out. The last answers' attempts within the rule's number
        count.
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
    for place, found in enumerate(bins):
        if not found:
            continue
        count, right_ones = len(found), sum(right for _, right in found)
        mean = math.fsum(confidence for confidence, _ in found) / count
        shares = (mean, right_ones / count, *wilson(right_ones, count))
        points.append([*map(_short, shares), count, place])
    return points


def series_of(results: Sequence[RunResult]) -> list[int]:
    """For each run the number of its series: runs that differ in their seed alone share one."""
    numbers: dict[str, int] = {}
    found = []
    for result in results:
        plan = result.run.plan
        same = (
            *(plan.solver.name, plan.solver.digest, plan.options, plan.digest),
            replace(plan.budget, seed=0),
        )
        found.append(numbers.setdefault(repr(same), len(numbers)))
    return found


def groups(scored: Sequence[tuple[int, RunResult]], rule: Rule) -> list[dict[str, Any]]:
    """Scores of parts of the set: by largest grid, number of train pairs, number of colors."""
    return [_group(name, scored, rule) for name in ("side", "pairs", "colors")]


def _group(
    name: str,
    scored: Sequence[tuple[int, RunResult]],
    rule: Rule,
) -> dict[str, Any]:
    tables = [(number, _group_scores(result, rule, FEATURES[name])) for number, result in scored]
    bins = sorted({group for _, table in tables for group in table})
    runs = [
        {"run": number, "values": [table.get(group) for group in bins]} for number, table in tables
    ]
    return {"name": name, "bins": bins, "runs": runs}


def _group_scores(
    result: RunResult, rule: Rule, key: Callable[[Task], int]
) -> dict[int, list[Any]]:
    """[percent solved, low, high, tasks] of each group; a single task has no interval."""
    members: dict[int, list[str]] = {}
    for task in result.tasks:
        members.setdefault(key(task), []).append(task.id)
    table = {}
    for group, ids in members.items():
        given = {id: result.verdicts[id] for id in ids if id in result.verdicts}
        score = score_verdicts(result.tasks.subset(ids), given, rule)
        percent, low, high = _solved(score)
        table[group] = [percent, *((low, high) if len(ids) > 1 else (None, None)), len(ids)]
    return table


def _standing(number: int, result: RunResult, asked: int, rule: Rule) -> dict[str, Any]:
    score = result.score(rule.name)
    assert score is not None
    percent, low, high = _solved(score)
    done = len(result.tasks)
    return {
        "run": number,
        "percent": percent,
        "low": low if done == asked else None,
        "high": high if done == asked else None,
        "solved": _short(
            score.numerator if not score.lower_is_better else score.denominator - score.numerator
        ),
        "of": score.denominator,
        "done": done,
        "asked": asked,
        "seconds": _short(result.seconds_per_task),
        "cpu": _short(result.cpu_seconds_per_task),
        "dollars": _short(result.dollars_per_task),
    }


def _solved(score: Score) -> tuple[float, ...]:
    """Figure and interval as percent solved, as they are drawn."""
    return tuple(map(_short, (score.percent_solved, *score.interval_solved)))


def figures_beside(results: Sequence[RunResult]) -> list[Figure]:
    """What others reported for the benchmarks that the runs' sets are of."""
    found = (benchmark_of(result.run.plan.task_set) for result in results)
    return [figure for name in dict.fromkeys(filter(None, found)) for figure in percentages(name)]


def _reported(results: Sequence[RunResult]) -> list[dict[str, Any]]:
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
        for figure in figures_beside(results)
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
