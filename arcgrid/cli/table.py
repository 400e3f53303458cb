"""`arcgrid table`: reported figures and this machine's runs."""

from __future__ import annotations

from pathlib import Path

import click

from arcgrid.cli import complete
from arcgrid.cli.options import Out, output_options, store_option
from arcgrid.report.figures import figures_document
from arcgrid.report.table import DEFAULT_BENCHMARK, ORDERS, table
from arcgrid.reported import benchmarks


@click.command()
@click.option(
    "--benchmark",
    default=DEFAULT_BENCHMARK,
    show_default=True,
    metavar="NAME",
    help=f"Which figures: one of {', '.join(benchmarks())}.",
)
@click.option(
    "--tasks",
    metavar="SET",
    shell_complete=complete.task_sets,
    help="Only figures and runs over this task set.",
)
@click.option(
    "--run",
    "runs",
    multiple=True,
    shell_complete=complete.runs,
    metavar="RUN",
    help="Only this run (repeatable).",
)
@click.option("--mine", is_flag=True, help="No reported figures.")
@click.option("--sort", type=click.Choice(list(ORDERS)), default="score", show_default=True)
@click.option(
    "--published",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Published attempts (see `arcgrid reproduce`), to be shown beside their figures.",
)
@store_option
@output_options
def command(
    benchmark: str,
    tasks: str | None,
    runs: tuple[str, ...],
    mine: bool,
    sort: str,
    published: Path | None,
    store: Path | None,
    out: Out,
) -> None:
    """Show reported figures and this machine's runs in one table.

    Each row says which it is. Runs over other tasks, or over a part of a set, stand below: no
    figure compares with them.
    """
    figures = table(benchmark, store, published, tasks=tasks, runs=runs, mine=mine, sort=sort)
    out.show(lambda: figures_document(figures, out.plus_minus), lambda: figures)
