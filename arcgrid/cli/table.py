"""`arcgrid table`: reported figures and this machine's runs."""

from __future__ import annotations

from pathlib import Path

import click

from arcgrid.cli.options import json_option, print_json, store_option, text_width
from arcgrid.report.figures import format_figures
from arcgrid.report.table import DEFAULT_BENCHMARK, table


@click.command()
@click.option("--benchmark", default=DEFAULT_BENCHMARK, show_default=True, help="Which figures.")
@click.option(
    "--published",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Published attempts (see `arcgrid reproduce`), to be shown beside their figures.",
)
@store_option
@json_option
def command(benchmark: str, published: Path | None, store: Path | None, as_json: bool) -> None:
    """Show reported figures and this machine's runs in one table.

    Each row says which it is. Figures of other benchmarks are reported ones only; an unknown
    --benchmark lists those there are.
    """
    figures = table(benchmark, store, published)
    if as_json:
        print_json(figures)
    else:
        click.echo(format_figures(figures, text_width()), nl=False)
