"""`arcgrid solvers`: what can be run."""

from __future__ import annotations

import click

from arcgrid.cli.options import Out, output_options
from arcgrid.report.document import Document, Table
from arcgrid.solver import list_solvers


@click.command()
@output_options
def command(out: Out) -> None:
    """List the solvers that are installed; a file (mine.py) can be run as well."""
    sources = list_solvers()

    def document() -> Document:
        rows = [(one.name, one.version, f"{one.module}:{one.function}") for one in sources]
        return [Table.of(("solver", "-from", "~code"), rows)]

    out.show(document, lambda: {"solvers": sources})
