"""`arcgrid samples`: what a run of a language model would have scored with fewer samples."""

from __future__ import annotations

from pathlib import Path

import click

from arcgrid.cli import complete
from arcgrid.cli.options import json_option, print_json, store_option, text_width
from arcgrid.errors import StoreError
from arcgrid.report.samples import samples_document
from arcgrid.report.text import format_document
from arcgrid.scoring.rules import DEFAULT_RULE
from arcgrid.sources import read_run
from arcgrid.store import Store, store_path


@click.command()
@click.argument("run", shell_complete=complete.runs)
@click.option("--rule", default=DEFAULT_RULE, show_default=True, help="What counts as solved.")
@store_option
@json_option
def command(run: str, rule: str, store: Path | None, as_json: bool) -> None:
    """Show what RUN (a name, an id, or `latest`) would have scored with fewer samples.

    Expected over which of its samples are drawn, with the standard deviation; and what the best of
    them would have scored, had one known it. Then how many replies held a grid, and what they took.
    """
    with Store(store_path(store)) as opened:
        result = read_run(opened, opened.find_run(run))
    if not result.samples:
        raise StoreError(f"the run {result.run.name} has no samples: its solver asks no model")
    document = samples_document(result, rule)
    if as_json:
        print_json({"run": result.run.name, "rule": rule, "curve": result.sample_curve(rule)})
    else:
        click.echo(format_document(document, text_width()), nl=False)
