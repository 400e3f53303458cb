"""Reported figures, reproductions and this machine's runs, each row saying which it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from arcgrid.datasets import load
from arcgrid.errors import StoreError
from arcgrid.figures import FIGURE_SETS, Figure, figures_of
from arcgrid.report.text import format_table
from arcgrid.reproduce import DEFAULT_TASKS, System, reproduce
from arcgrid.runner import tasks_of
from arcgrid.scoring import DEFAULT_RULE, score
from arcgrid.store import Run, Store, store_path

DEFAULT_BENCHMARK = "arc-agi-1"

_COLUMNS = (
    *("", "~system", "~setting", "~task set", ">score", "95%"),
    *(">$/task", ">min/task", "when", "~source"),
)

_WIDE = 150
_WIDE_ONLY = (">$/task", ">min/task", "~source")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One system on one task set.

    Attributes:
        kind: `reported` by others, `reproduced` here from published attempts, or measured by a run
            on `this machine`.
        system: who was measured; for a run its solver.
        setting: how.
        task_set: which tasks.
        percent: the figure in percent, or None where it is no share.
        value, metric: the figure as it was reported, and its unit.
        qualifier: `exact`, `about` or `below`.
        interval: 95% interval in percent; only for runs.
        rule: the scoring rule; only for runs and reproductions.
        submission: id of the published attempts behind a figure.
        published, difference: of a reproduction: the reported figure, and what is found here minus
            it, in the figure's own unit.
        cost_usd_per_task, minutes_per_task: None where unknown.
        when: date or year.
        source: where it was reported, or the run's name.
        note: what one should know.
    """

    kind: Literal["reported", "reproduced", "this machine"]
    system: str
    setting: str | None
    task_set: str | None
    percent: float | None
    value: float
    metric: str
    qualifier: str
    interval: tuple[float, float] | None
    rule: str | None
    cost_usd_per_task: float | None
    minutes_per_task: float | None
    when: str
    source: str
    note: str | None
    submission: str | None = None
    published: float | None = None
    difference: float | None = None


@dataclass(frozen=True, slots=True)
class FigureTable:
    """A table of figures; `str()` is its text.

    Attributes:
        benchmark: what was measured.
        rows: best first.
        skipped: one line for each run that cannot be shown.
    """

    benchmark: str
    rows: tuple[TableRow, ...]
    skipped: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The table without a limit on its width."""
        return format_figures(self)


def table(
    benchmark: str = DEFAULT_BENCHMARK,
    store: str | Path | None = None,
    published: str | Path | None = None,
) -> FigureTable:
    """Put the reported figures of a benchmark beside the runs in the store.

    Args:
        benchmark: a benchmark with reported figures; runs are shown with ARC-AGI only.
        store: the run store; default `ARCGRID_STORE` or `runs/arcgrid.sqlite`. A store that does
            not exist has no runs.
        published: a directory of published attempts (see `reproduce`): a figure whose submission
            and set are among them gets a row with what they come to here.

    Raises:
        UnknownNameError: there is no figure of such a benchmark.
        FormatError: there are no published attempts in the directory, or they cannot be read.
        StoreError: the store cannot be read.
    """
    rows = [_row_of_figure(figure) for figure in figures_of(benchmark)]
    skipped: list[str] = []
    path = store_path(store)
    if benchmark == DEFAULT_BENCHMARK and path.exists():
        with Store(path) as opened:
            for run in opened.runs():
                try:
                    row = _row_of_run(opened, run)
                except StoreError as error:
                    skipped.append(f"run {run.name}: {error}")
                else:
                    rows += [row] if row else []
    rows.sort(key=lambda row: (-_order(row), row.kind, row.system))
    if published is not None:
        rows = _with_reproductions(rows, Path(published), skipped)
    return FigureTable(benchmark, tuple(rows), tuple(skipped))


def format_figures(figures: FigureTable, width: int | None = None) -> str:
    """Format a table for people, within a width where one is given."""
    narrow = width is not None and width < _WIDE
    shown = [index for index, name in enumerate(_COLUMNS) if not (narrow and name in _WIDE_ONLY)]
    cells = ([_cells(row)[index] for index in shown] for row in figures.rows)
    text = format_table([_COLUMNS[index] for index in shown], cells, width)
    if narrow:
        text += f"cost, time and sources: in a terminal of {_WIDE} columns, or with --json\n"
    return text + "".join(f"not shown: {line}\n" for line in figures.skipped)


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
    notes = []
    if system.published != reported.value:
        notes.append(f"its official file says {system.published:g}")
    if not system.total_agrees:
        notes.append(f"whose {len(system.rows)} rows sum to {system.row_sum:g}")
    return replace(
        reported,
        kind="reproduced",
        task_set=system.task_set,
        percent=system.percent,
        value=rescored,
        qualifier="exact",
        rule=system.rule,
        cost_usd_per_task=None,
        minutes_per_task=None,
        when="",
        source=system.place,
        note=", ".join(notes) or None,
        published=reported.value,
        difference=rescored - reported.value,
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
    )


def _row_of_run(store: Store, run: Run) -> TableRow | None:
    """The row of a run; None when its tasks have no answers to score with."""
    tasks = tasks_of(run)
    if not all(task.has_answers for task in tasks):
        return None
    result = score(tasks, store.submission(run), DEFAULT_RULE)
    plan = run.plan
    costs = [outcome.answer.cost for outcome in store.outcomes(run).values() if outcome.answer]
    known = [cost for cost in costs if cost is not None]
    all_known = bool(known) and len(known) == len(plan.asked)
    unfinished = None if run.ended else f"unfinished: {run.done} of {len(plan.asked)} tasks done"
    return TableRow(
        kind="this machine",
        system=plan.solver.name,
        setting=f"effort {plan.budget.effort}, {plan.budget.attempts} attempts",
        task_set=tasks.name,
        percent=result.percent,
        value=result.percent,
        metric="percent",
        qualifier="exact",
        interval=result.interval,
        rule=result.rule,
        cost_usd_per_task=sum(known) / len(known) if all_known else None,
        minutes_per_task=None,
        when=run.started[:10],
        source=f"run {run.name}",
        note=unfinished,
    )


def _order(row: TableRow) -> float:
    return row.value if row.percent is None else row.percent


def _cells(row: TableRow) -> Sequence[str]:
    sign = {"about": "~", "below": "<"}.get(row.qualifier, "")
    unit = row.metric if row.percent is None else "%"
    figure = row.value if row.percent is None else row.percent
    interval = "" if row.interval is None else f"{row.interval[0]:.1f}-{row.interval[1]:.1f}"
    unit = "% of outputs" if row.metric == "outputs_solved" else unit
    source = row.source if row.note is None else f"{row.source} ({row.note})"
    if row.difference is not None:
        source = (
            f"{row.value:g} here, {row.published:g} published, difference {row.difference:+g}, "
        )
        source += f"rule {row.rule}" + (f" ({row.note})" if row.note else "")
    return (
        row.kind,
        row.system,
        row.setting or "",
        row.task_set or "",
        f"{sign}{figure:.4g} {unit}",
        interval,
        "" if row.cost_usd_per_task is None else f"{row.cost_usd_per_task:g}",
        "" if row.minutes_per_task is None else f"{row.minutes_per_task:g}",
        row.when,
        source,
    )
