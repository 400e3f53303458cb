"""`arcgrid reproduce`: published attempts rescored, task by task."""

from __future__ import annotations

from pathlib import Path

import click

from arcgrid.cli.options import Out, invalid_option, output_options
from arcgrid.datasets import load
from arcgrid.report.reproductions import reproduction_document, reproduction_record
from arcgrid.reproduce import DEFAULT_TASKS, reproduce


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--tasks", metavar="SET", default=DEFAULT_TASKS, show_default=True)
@invalid_option
@output_options
def command(directory: Path, tasks: str, out: Out) -> None:
    """Rescore the published runs below DIRECTORY, and compare them with their official results.

    A run is results/NAME/results.json with its attempts in results/NAME/attempts.json or in
    submissions/NAME/*.json, in folders or zips. Exit status 1 when anything differs.
    """
    found = reproduce(directory, load(tasks))
    out.show(lambda: reproduction_document(found), lambda: reproduction_record(found))
    if not found.agrees:
        raise click.exceptions.Exit(1)
