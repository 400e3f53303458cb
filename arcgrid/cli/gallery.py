"""`arcgrid gallery`: a task set as one HTML file."""

from __future__ import annotations

from pathlib import Path

import click

from arcgrid.cli.report import write_page
from arcgrid.datasets import load
from arcgrid.report.html import gallery


@click.command()
@click.argument("tasks", metavar="SET")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="DIR",
    help="The directory; the page is its index.html.",
)
def command(tasks: str, output: Path) -> None:
    """Write a browser for SET (a task set's name, or a path) that needs no network."""
    write_page(output / "index.html", gallery(load(tasks)))
