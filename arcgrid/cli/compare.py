"""`arcgrid compare`: runs and submissions side by side, task by task."""

from __future__ import annotations

from pathlib import Path

import click

from arcgrid.cli import complete
from arcgrid.cli.options import Out, invalid_option, output_options, store_option
from arcgrid.report.comparison import comparison_document, comparison_record
from arcgrid.scoring.compare import compare
from arcgrid.scoring.rules import DEFAULT_RULE, RULES
from arcgrid.sources import find_sources


@click.command()
@click.argument(
    "names", nargs=-1, required=True, metavar="A B [...]", shell_complete=complete.runs_or_files
)
@click.option(
    "--tasks",
    metavar="SET",
    shell_complete=complete.task_sets,
    help="A task set's name, or a path.",
)
@click.option("--rule", default=DEFAULT_RULE, show_default=True, help=f"One of {', '.join(RULES)}.")
@invalid_option
@store_option
@output_options
def command(
    names: tuple[str, ...], tasks: str | None, rule: str, store: Path | None, out: Out
) -> None:
    """Compare two or more runs or submissions on the same tasks.

    Runs are compared on what they were asked for; submissions need --tasks.
    """
    shared, submissions = find_sources(names, tasks, store=store)
    comparison = compare(shared, submissions, rule)
    out.show(lambda: comparison_document(comparison), lambda: comparison_record(comparison))
