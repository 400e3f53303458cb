"""The report on runs and the gallery of a task set: each one HTML file that needs nothing else.

Records in, text out; what the page shows is decided in `charts`, `headline` and `payload`, how
it looks in `static/`.
"""

from __future__ import annotations

from collections.abc import Sequence

from arcgrid.errors import StoreError, TaskError
from arcgrid.report.html.headline import figure_rows, run_row
from arcgrid.report.html.page import format_page
from arcgrid.report.html.payload import payload_of
from arcgrid.report.html.talk import Talks
from arcgrid.scoring.rules import DEFAULT_RULE, find_rule
from arcgrid.sources import RunResult, read_runs
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
    if not runs:
        raise StoreError("a report needs a run")
    results = read_runs(store, runs)
    return format_report(results, rule, read_talks(store, results))


def read_talks(store: Store, results: Sequence[RunResult]) -> Talks:
    """Read what language models were asked in some runs, and what they replied."""
    return {
        (one.run.id, task): store.transcripts(one.run, task)
        for one in results
        for task in one.samples
    }


def format_report(
    results: Sequence[RunResult],
    rule: str = DEFAULT_RULE,
    talks: Talks | None = None,
    served: Sequence[str] = (),
) -> str:
    """Format what was read of some runs, and what language models were asked and replied; pure.

    `served` are further scripts, of a page that is served and asks its server for news.
    """
    chosen = find_rule(rule)
    names = ", ".join(result.run.name for result in results[:3])
    more = f" and {len(results) - 3} more" if len(results) > 3 else ""
    return format_page(
        f"Report: {names}{more}",
        payload_of(results, chosen, talks=talks),
        runs=[run_row(number, result) for number, result in enumerate(results)],
        figures=figure_rows(results),
        rule=rule,
        served=served,
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
