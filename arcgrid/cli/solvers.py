"""`arcgrid solvers`: what can be run."""

from __future__ import annotations

import click

from arcgrid.cli.options import json_option, print_json, text_width
from arcgrid.report.text import format_table
from arcgrid.solver import list_solvers


@click.command()
@json_option
def command(as_json: bool) -> None:
    """List the solvers that are installed; a file (mine.py) can be run as well."""
    sources = list_solvers()
    if as_json:
        print_json({"solvers": sources})
        return
    rows = [
        (source.name, source.version, f"{source.module}:{source.function}") for source in sources
    ]
    click.echo(format_table(("solver", "-from", "~code"), rows, text_width()), nl=False)
