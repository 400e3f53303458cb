"""What the page knows: tasks, runs and charts as compact plain values, each grid once.

The page's scripts take it in `data.js`, which says how they find their way in it. Outcomes are in
`records`, the numbers behind charts in `charts`, the rows of tables in `headline`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from arcgrid import __version__
from arcgrid.palette import NAMES, PALETTES, ink
from arcgrid.report.html.charts import charts_of, series_of
from arcgrid.report.html.features import features_of
from arcgrid.report.html.records import Pool, columns_of, outcome_record
from arcgrid.report.html.talk import Talks
from arcgrid.result import OUTCOME_KINDS
from arcgrid.scoring.rules import Rule
from arcgrid.scoring.verdicts import NEAR
from arcgrid.sources import RunResult
from arcgrid.task import Pair, Task, TaskSet


def payload_of(
    results: Sequence[RunResult],
    rule: Rule,
    tasks: TaskSet | None = None,
    talks: Talks | None = None,
) -> dict[str, Any]:
    """Everything the page's scripts use, ready for JSON.

    Args:
        results: the runs.
        rule: decides what counts as solved, and how many attempts do.
        tasks: the tasks of a gallery without runs.
        talks: what language models were asked and replied.
    """
    sets = [tasks] if tasks is not None else [result.tasks for result in results]
    pool = Pool()
    places: dict[bytes, int] = {}
    shown: list[dict[str, Any]] = []
    keys: set[str] = set()
    for task_set in sets:
        for task in task_set:
            if task.content not in places:
                places[task.content] = len(shown)
                shown.append(_task_record(task, task_set, _free_key(task.id, keys), pool))
    return {
        "version": __version__,
        "rule": {"name": rule.name, "attempts": rule.attempts, "unit": rule.unit},
        "near": NEAR,
        "kinds": list(OUTCOME_KINDS),
        "colors": list(NAMES),
        "palettes": {name: list(colors) for name, colors in PALETTES.items()},
        "inks": {name: [ink(color) for color in colors] for name, colors in PALETTES.items()},
        "tasks": shown,
        "runs": [
            _run_record(result, series, places, rule, pool, talks or {})
            for result, series in zip(results, series_of(results), strict=True)
        ],
        "charts": charts_of(results, rule) if results else None,
        "grids": pool.grids.texts,
        "texts": pool.texts.texts,
        "requests": pool.requests.texts,
    }


def _free_key(id: str, taken: set[str]) -> str:
    """What a link names a task by: its id, or with a number where other tasks have the same."""
    key, number = id, 1
    while key in taken:
        number += 1
        key = f"{id}~{number}"
    taken.add(key)
    return key


def _task_record(task: Task, task_set: TaskSet, key: str, pool: Pool) -> dict[str, Any]:
    def grids(pairs: Iterable[Pair]) -> list[list[int | None]]:
        return [[pool.grid(pair.input), pool.grid(pair.output)] for pair in pairs]

    return {
        "id": task.id,
        "key": key,
        "set": task_set.origin,
        "train": grids(task.train),
        "test": grids(task.test),
        **features_of(task),
    }


def _run_record(
    result: RunResult, series: int, places: dict[bytes, int], rule: Rule, pool: Pool, talks: Talks
) -> dict[str, Any]:
    plan = result.run.plan
    outcomes = [
        outcome_record(
            result,
            id,
            places[result.tasks[id].content],
            rule,
            pool,
            talks.get((result.run.id, id), ()),
        )
        for id in result.by_task
    ]
    return {
        "name": result.run.name,
        "solver": plan.solver.name,
        "effort": plan.budget.effort,
        "seed": plan.budget.seed,
        "series": series,
        "seconds": plan.budget.seconds,
        "scored": bool(result.scores),
        "asked": [places[task.content] for task in result.tasks],
        "results": columns_of(outcomes),
    }
