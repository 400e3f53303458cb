"""`arcgrid reproduce`: published attempts rescored, task by task."""

from __future__ import annotations

from pathlib import Path

import click

from arcgrid.cli.options import json_option, print_json, text_width
from arcgrid.datasets import load
from arcgrid.report.reproductions import format_reproduction, reproduction_record
from arcgrid.reproduce import DEFAULT_TASKS, reproduce


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--tasks", metavar="SET", default=DEFAULT_TASKS, show_default=True)
@json_option
def command(directory: Path, tasks: str, as_json: bool) -> None:
    """Rescore the published runs below DIRECTORY, and compare them with their official results.

    A run is results/NAME/results.json with its attempts in results/NAME/attempts.json or in
    submissions/NAME/*.json, in folders or zips. Exit status 1 when anything differs.
    """
    found = reproduce(directory, load(tasks))
    if as_json:
        print_json(reproduction_record(found))
    else:
        click.echo(format_reproduction(found, text_width()), nl=False)
    if not found.agrees:
        raise click.exceptions.Exit(1)
