"""Runs, scores and tables as HTML for a notebook; `arcgrid.notebook` finds the functions by name.

`%load_ext arcgrid` lets read-only grids, which are plain arrays, show themselves as well.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from html import escape
from typing import Any

from arcgrid.engines.engine import Estimate
from arcgrid.errors import ArcgridError
from arcgrid.grid import Grid, as_grid
from arcgrid.render import svg
from arcgrid.report.comparison import comparison_document
from arcgrid.report.document import Document, Table
from arcgrid.report.figures import FigureTable, figures_document
from arcgrid.report.scores import format_counts, scores_document
from arcgrid.report.standing import Standing
from arcgrid.report.text import count, format_estimate
from arcgrid.result import Outcome, Score, Submission
from arcgrid.scoring.compare import Comparison
from arcgrid.sources import RunResult
from arcgrid.task import Task


def run_result(result: RunResult) -> str:
    """A run's outcomes and its score under every rule as HTML."""
    run = result.run
    plan = run.plan
    heading = f"run {run.name}: {plan.solver.name} on {plan.task_set} sha256:{plan.digest[:12]}"
    counts = format_counts(result.outcomes) if result.by_task else "no outcomes yet"
    head = f"<p><b>{escape(heading)}</b><br>{escape(counts)}</p>"
    if not result.scores:
        return head + "<p>not scored: the answers are not known</p>"
    return head + document_html(scores_document(result.scores))


def score(score: Score) -> str:
    """A score as HTML."""
    return document_html(scores_document([score]))


def figure_table(figures: FigureTable) -> str:
    """A table of figures as HTML."""
    return document_html(figures_document(figures))


def comparison(comparison: Comparison) -> str:
    """A comparison as HTML."""
    return document_html(comparison_document(comparison))


def submission(submission: Submission) -> str:
    """What a submission holds, as HTML: its attempts are not drawn."""
    given = submission.attempts
    outputs = sum(len(tests) for tests in given.values())
    attempts = sum(len(tries) for tests in given.values() for tries in tests)
    what = (
        f"{count(attempts, 'attempt')} at {count(outputs, 'output')} of {count(len(given), 'task')}"
    )
    return f"<p><b>{escape(submission.name)}</b> {escape(submission.format)}<br>{what}</p>"


def document_html(document: Document) -> str:
    """Tables and lines as HTML."""
    return "\n".join(
        _table(part) if isinstance(part, Table) else f"<p>{escape(part)}</p>"
        for part in document
        if isinstance(part, Table) or part
    )


def _table(table: Table) -> str:
    heads = [column.title for column in table.columns]
    rows = [_row("td", row) for row in table.rows]
    return "\n".join(["<table>", _row("th", heads), *rows, "</table>"])


def _row(cell: str, texts: Sequence[str]) -> str:
    return "<tr>" + "".join(f"<{cell}>{escape(text)}</{cell}>" for text in texts) + "</tr>"


class NotebookProgress:
    """A watcher of a run that shows, in one place of a notebook, how far it is."""

    def __init__(self) -> None:
        display: Any = importlib.import_module("IPython.display").display
        self._handle = display({"text/plain": ""}, raw=True, display_id=True)
        self._name = ""
        self._standing: Standing | None = None

    def begin(self, result: RunResult, left: int) -> None:
        """Say which run begins."""
        self._name, self._standing = result.run.name, Standing(result)
        self._show("begins")

    def preflight(self, estimate: Estimate) -> None:
        """Say what is about to be paid for; whoever wants to be asked has a watcher that does."""
        print(format_estimate(estimate))

    def say(self, text: str) -> None:
        """Pass a line on."""
        print(text)

    def warming(self) -> None:
        """Say that the solver warms up."""
        self._show("warming up (kernels are compiled once, then cached)")

    def outcome(self, task: Task, outcome: Outcome) -> None:
        """Count an outcome."""
        assert self._standing is not None
        self._standing.add(task, outcome)
        self._show(str(self._standing))

    def end(self) -> None:
        """Leave the last line as it is."""

    def _show(self, what: str) -> None:
        name = f"run {self._name}: " if self._name else ""
        standing = self._standing
        done, asked = (standing.done, standing.asked) if standing is not None else (0, 0)
        text = f"{name}{done} of {count(asked, 'task')}, {what}"
        bar = f'<progress value="{done}" max="{max(1, asked)}"></progress>'
        html = f"{bar} {escape(text)}"
        self._handle.update({"text/plain": text, "text/html": html}, raw=True)


def load_ipython_extension(ipython: Any) -> None:
    """`%load_ext arcgrid`: read-only arrays that are grids are drawn from now on."""
    formatter = ipython.display_formatter.formatters["text/html"]
    formatter.for_type_by_name("numpy", "ndarray", _grid_html)


def _grid_html(value: Grid) -> str | None:
    """A grid as a picture; None for any other array, which is then printed."""
    try:
        if value.flags.writeable or as_grid(value) is not value:
            return None
    except ArcgridError:
        return None
    return svg.grid(value)
