"""Puts reported figures, reproductions and this machine's runs into one table.

What its rows are, and its text, is in `figures`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from arcgrid.datasets import load
from arcgrid.engines.person import person_of
from arcgrid.errors import StoreError, UnknownNameError
from arcgrid.report.figures import FigureTable, TableRow
from arcgrid.report.people import mean_rows
from arcgrid.report.text import count
from arcgrid.report.where import where_lines
from arcgrid.reported import FIGURE_SETS, Figure, distinct, figures_of
from arcgrid.reproduce import DEFAULT_TASKS, System, reproduce
from arcgrid.sources import RunResult, read_run
from arcgrid.store import Run, Store, store_path

DEFAULT_BENCHMARK = "arc-agi-1"


def table(
    benchmark: str = DEFAULT_BENCHMARK,
    store: str | Path | None = None,
    published: str | Path | None = None,
    *,
    tasks: str | None = None,
    runs: Sequence[str] = (),
    mine: bool = False,
    sort: str = "score",
) -> FigureTable:
    """Put the reported figures of a benchmark beside the runs in the store.

    Args:
        benchmark: a benchmark with reported figures; runs are shown with ARC-AGI only.
        store: the run store; default `ARCGRID_STORE` or `runs/arcgrid.sqlite`. A store that does
            not exist has no runs.
        published: a directory of published attempts (see `reproduce`): a figure whose submission
            and set are among them gets a row with what they come to here.
        tasks: only figures and runs over this task set.
        runs: only these runs, by name or id.
        mine: no reported figures.
        sort: `score` (best first), `system`, `when` (newest first) or `cost` (cheapest first).

    Raises:
        UnknownNameError: there is no figure of such a benchmark, no such run, set or order.
        FormatError: there are no published attempts in the directory, or they cannot be read.
        StoreError: the store cannot be read.
    """
    if sort not in ORDERS:
        raise UnknownNameError("order", sort, ORDERS)
    asked = None if tasks is None else load(tasks)
    figures = distinct(figures_of(benchmark))
    rows = [] if mine else [_row_of_figure(figure) for figure in figures]
    skipped: list[str] = []
    if asked is not None:
        told = FIGURE_SETS.get(asked.name)
        rows = [row for row in rows if told is not None and row.task_set == told]
        if not rows and not mine:
            skipped.append(f"there are no reported figures over {asked.name} here")
    own = _rows_of_runs(store, runs, skipped) if benchmark == DEFAULT_BENCHMARK else []
    own += mean_rows(own)
    if asked is not None:
        own = [row for row in own if row.digest == asked.digest]
    together = [row for row in own if asked is not None or row.task_set in FIGURE_SETS]
    rows = sorted([*rows, *together], key=ORDERS[sort])
    if published is not None:
        rows = _with_reproductions(rows, Path(published), skipped)
    others = sorted((row for row in own if row not in together), key=ORDERS[sort])
    others.sort(key=lambda row: row.task_set or "")
    return FigureTable(benchmark, tuple(rows), tuple(skipped), tuple(others))


def _rows_of_runs(
    store: str | Path | None, names: Sequence[str], skipped: list[str]
) -> list[TableRow]:
    """A row for each run, or for those that are named; why others have none goes to `skipped`."""
    path = store_path(store)
    if not path.exists() and not names:
        return []
    rows = []
    with Store(path) as opened:
        for run in map(opened.find_run, names) if names else opened.runs():
            try:
                row = _row_of_run(opened, run)
            except StoreError as error:
                skipped.append(f"run {run.name}: {error}")
                continue
            if row is None:
                skipped.append(f"run {run.name}: it has no tasks with answers to score it with")
            else:
                rows.append(row)
    return rows


def _with_reproductions(
    rows: list[TableRow], published: Path, skipped: list[str]
) -> list[TableRow]:
    """The rows, each figure followed by what its published attempts come to."""
    found = reproduce(published, load(DEFAULT_TASKS))
    skipped += [f"{name}: its attempts are not there" for name in found.without_attempts]
    skipped += [f"{system.name}: {system.problem}" for system in found.systems if system.problem]
    skipped += found.unreadable
    extended = []
    for row in rows:
        extended.append(row)
        for system in found.systems:
            matches = system.name == row.submission and not system.problem
            if matches and row.task_set == FIGURE_SETS[DEFAULT_TASKS]:
                extended.append(_row_of_system(system, row))
    return extended


def _row_of_system(system: System, reported: TableRow) -> TableRow:
    """What published attempts come to: a sum as reported, and percent of the whole set."""
    rescored = system.rescored or 0.0
    published = reported.value if reported.total is None else reported.total
    notes = []
    if system.published != published:
        notes.append(f"its official file says {system.published:g}")
    if not system.total_agrees:
        notes.append(f"whose {len(system.rows)} rows sum to {system.row_sum:g}")
    return replace(
        reported,
        kind="reproduced",
        task_set=system.task_set,
        percent=system.percent,
        value=rescored,
        metric="task_mean_sum",
        qualifier="exact",
        rule=system.rule,
        cost_usd_per_task=None,
        minutes_per_task=None,
        when="",
        source=system.place,
        note=", ".join(notes) or None,
        published=published,
        difference=rescored - published,
        total=rescored,
    )


def _row_of_figure(figure: Figure) -> TableRow:
    return TableRow(
        kind="reported",
        system=figure.system,
        setting=figure.setting,
        task_set=figure.task_set,
        percent=figure.percent,
        value=figure.value,
        metric=figure.metric,
        qualifier=figure.qualifier,
        interval=None,
        rule=None,
        cost_usd_per_task=figure.cost_usd_per_task,
        minutes_per_task=figure.minutes_per_task,
        when=figure.reported_on,
        source=figure.source,
        note=figure.note,
        submission=figure.submission,
        total=figure.total,
    )


def _row_of_run(store: Store, run: Run) -> TableRow | None:
    """The row of a run; None when its tasks have no answers to score with."""
    result = read_run(store, run)
    score, plan = result.score(), run.plan
    if score is None:
        return None
    seconds, model = result.seconds_per_task, plan.options.get("model")
    person = person_of(plan.solver.name, plan.options)
    unfinished = None if run.ended else f"unfinished: {run.done} of {len(plan.asked)} tasks done"
    return TableRow(
        kind="this machine",
        system=plan.solver.name if person is None else f"{plan.solver.name} ({person})",
        setting=_setting(result),
        task_set=score.task_set,
        percent=score.percent,
        value=score.percent,
        metric="percent",
        qualifier="exact",
        interval=score.interval,
        rule=score.rule,
        cost_usd_per_task=result.dollars_per_task,
        minutes_per_task=None if seconds is None else seconds / 60,
        when=run.started[:10],
        source=f"run {run.name}",
        note="; ".join(filter(None, (unfinished, *where_lines(run)))) or None,
        digest=plan.digest,
        model=None if model is None else str(model),
        person=person,
    )


def _setting(result: RunResult) -> str:
    plan = result.run.plan
    attempts = count(plan.budget.attempts, "attempt")
    if person_of(plan.solver.name, plan.options) is not None:
        return attempts
    return f"effort {plan.budget.effort}, {attempts}{_samples(result)}"


def _samples(result: RunResult) -> str:
    """How many samples each test input has, where there are any."""
    most = max((len(samples) for samples in result.samples_by_test.values()), default=0)
    return f", {count(most, 'sample')}" if most else ""


def _figure(row: TableRow) -> float:
    return row.value if row.percent is None else row.percent


ORDERS: Mapping[str, Callable[[TableRow], tuple[object, ...]]] = {
    "score": lambda row: (-_figure(row), row.kind, row.system),
    "system": lambda row: (row.system.lower(), -_figure(row)),
    "when": lambda row: ([*(-ord(char) for char in row.when), 1], -_figure(row)),
    "cost": lambda row: (
        row.cost_usd_per_task is None,
        row.cost_usd_per_task or 0.0,
        -_figure(row),
    ),
}
"""How rows may be sorted."""
