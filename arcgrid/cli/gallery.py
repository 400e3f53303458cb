"""`arcgrid gallery`: a task set as one HTML file."""

from __future__ import annotations

from pathlib import Path

import click

from arcgrid.cli import complete
from arcgrid.cli.options import force_option, invalid_option
from arcgrid.cli.report import write_page
from arcgrid.datasets import load
from arcgrid.report.html import gallery
from arcgrid.writing import check_free


@click.command()
@click.argument("tasks", metavar="SET", shell_complete=complete.task_sets)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="DIR",
    help="The directory; the page is its index.html.",
)
@force_option
@invalid_option
def command(tasks: str, output: Path, force: bool) -> None:
    """Write a browser for SET (a task set's name, or a path) that needs no network."""
    page = output / "index.html"
    check_free(page, force)
    write_page(page, gallery(load(tasks)))
