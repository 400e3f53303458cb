"""The report on runs and the gallery of a task set: each one HTML file that needs nothing else.

Records in, text out; what the page shows is decided in `entries`, `charts`, `headline` and
`payload`, how it looks in `static/`.
"""

from __future__ import annotations

from collections.abc import Sequence

from arcgrid.errors import TaskError
from arcgrid.report.html.entries import RunEntry, read_entries
from arcgrid.report.html.headline import figure_rows, run_row
from arcgrid.report.html.page import format_page
from arcgrid.report.html.payload import payload_of
from arcgrid.scoring import DEFAULT_RULE, find_rule
from arcgrid.store import Run, Store
from arcgrid.task import TaskSet


def report(runs: Sequence[Run], store: Store, rule: str = DEFAULT_RULE) -> str:
    """Make the report on some runs: one HTML document that loads nothing and asks for nothing.

    Args:
        runs: the runs, in the order in which they are to be shown; at least one.
        store: where they are.
        rule: the rule that the charts and the gallery go by; the headline has every rule.

    Returns:
        The document. Equal runs give equal text.

    Raises:
        UnknownNameError: there is no such rule.
        StoreError: the tasks of a run cannot be loaded any more, or there is no run.
    """
    find_rule(rule)
    return format_report(read_entries(runs, store), rule)


def format_report(entries: Sequence[RunEntry], rule: str = DEFAULT_RULE) -> str:
    """Format what was read of some runs; pure."""
    chosen = find_rule(rule)
    names = ", ".join(entry.run.name for entry in entries[:3])
    more = f" and {len(entries) - 3} more" if len(entries) > 3 else ""
    return format_page(
        f"Report: {names}{more}",
        payload_of(entries, chosen),
        runs=[run_row(number, entry) for number, entry in enumerate(entries)],
        figures=figure_rows(entries),
        rule=rule,
    )


def gallery(tasks: TaskSet) -> str:
    """Make the same browser for a task set alone.

    Returns:
        One HTML document that loads nothing and asks for nothing.

    Raises:
        TaskError: the set is empty.
    """
    if not len(tasks):
        raise TaskError("there is no task to show", file=tasks.name)
    return format_page(tasks.name, payload_of([], find_rule(DEFAULT_RULE), tasks), tasks=tasks)
