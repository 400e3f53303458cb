"""`arcgrid compare`: runs and submissions side by side, task by task."""

from __future__ import annotations

from pathlib import Path

import click

from arcgrid.cli.options import json_option, print_json, store_option, text_width
from arcgrid.report.comparison import comparison_record, format_comparison
from arcgrid.scoring.compare import compare
from arcgrid.scoring.rules import DEFAULT_RULE
from arcgrid.sources import find_sources


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="A B [...]")
@click.option("--tasks", metavar="SET", help="A task set's name, or a path.")
@click.option("--rule", default=DEFAULT_RULE, show_default=True)
@store_option
@json_option
def command(
    names: tuple[str, ...], tasks: str | None, rule: str, store: Path | None, as_json: bool
) -> None:
    """Compare two or more runs or submissions on the same tasks.

    Runs are compared on what they were asked for; submissions need --tasks.
    """
    shared, submissions = find_sources(names, tasks, store=store)
    comparison = compare(shared, submissions, rule)
    if as_json:
        print_json(comparison_record(comparison))
    else:
        click.echo(format_comparison(comparison, text_width()), nl=False)
