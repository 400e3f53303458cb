"""A table of figures, each row saying which kind it is: as values, and as text. Pure.

`table` puts one together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from arcgrid.notebook import Shown
from arcgrid.report.document import Cell, Document, Range, Table
from arcgrid.report.text import format_document

_COLUMNS = (
    *("---kind", "~system", "-~setting", "~task set", ">score", "--95%"),
    *("---->$/task", "---->min/task", "-----when", "------~source"),
)


@dataclass(frozen=True, slots=True)
class TableRow:
    """One system on one task set.

    Attributes:
        kind: `reported` by others, `reproduced` here from published attempts, or measured by a run
            on `this machine`.
        system: who was measured; for a run its solver.
        model: the language model that a run's solver asked.
        person: the person who was a run's solver.
        setting: how.
        task_set: which tasks.
        percent: the figure in percent, or None where it is no share.
        value, metric: the figure as it was reported, and its unit.
        total: the sum or count behind it, where it is known.
        digest: SHA-256 of the tasks; only for runs.
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
    total: float | None = None
    digest: str | None = None
    model: str | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class FigureTable(Shown):
    """A table of figures; `str()` is its text.

    Attributes:
        benchmark: what was measured.
        rows: figures, and runs over a whole set that has figures, in the order asked for.
        skipped: one line for each run that cannot be shown.
        others: runs over other tasks, or over a part of a set: nothing to compare figures with.
    """

    benchmark: str
    rows: tuple[TableRow, ...]
    skipped: tuple[str, ...] = ()
    others: tuple[TableRow, ...] = ()

    def __str__(self) -> str:
        """The table without a limit on its width."""
        return format_document(figures_document(self))


def figures_document(figures: FigureTable, plus_minus: bool = False) -> Document:
    """A table of figures for people: runs over other tasks stand below, apart."""
    parts: list[Table | str] = []
    if figures.rows or not figures.others:
        parts.append(Table.of(_COLUMNS, [_cells(row, plus_minus) for row in figures.rows]))
    if figures.others:
        other = "other " if figures.rows else ""
        parts += [""] * bool(figures.rows) + [f"on this machine, over {other}tasks"]
        parts.append(Table.of(_COLUMNS, [_cells(row, plus_minus) for row in figures.others]))
    return [*parts, *(f"not shown: {line}" for line in figures.skipped)]


def _cells(row: TableRow, plus_minus: bool) -> Sequence[str]:
    sign = {"about": "~", "below": "<"}.get(row.qualifier, "")
    unit = row.metric if row.percent is None else "%"
    figure = row.value if row.percent is None else row.percent
    interval = "" if row.interval is None else Range.of(*row.interval, figure, plus_minus)
    return (
        row.kind,
        row.system if row.kind != "this machine" else _run_cell(row),
        f"{row.setting or ''}{', of outputs' if row.metric == 'outputs_solved' else ''}",
        row.task_set or "",
        Cell(f"{sign}{figure:.4g} {unit}", figure),
        interval,
        _number(row.cost_usd_per_task),
        _number(row.minutes_per_task),
        row.when,
        _source_cell(row),
    )


def _number(value: float | None) -> Cell:
    return Cell("" if value is None else f"{value:.3g}", value)


def _run_cell(row: TableRow) -> str:
    """Solver, model and run."""
    model = "" if row.model is None else f" {row.model}"
    return f"{_file_name(row.system)}{model}, {row.source}"


def _file_name(solver: str) -> str:
    """A solver's name without the folders of its file."""
    return solver.rpartition("/")[2]


def _source_cell(row: TableRow) -> str:
    """Where a figure is from, or how a reproduction stands to what was published."""
    source = row.source
    if row.difference is not None:
        source = f"{row.total:g} here, {row.published:g} published, difference {row.difference:+g}"
        source += f", rule {row.rule}"
    return source if row.note is None else f"{source} ({row.note})"
