"""`arcgrid report`: runs as one HTML file."""

from __future__ import annotations

from pathlib import Path

import click

from arcgrid.cli import complete
from arcgrid.cli.options import force_option, say, store_option
from arcgrid.cli.view import show_runs
from arcgrid.report.html import report
from arcgrid.scoring.rules import DEFAULT_RULE, RULES
from arcgrid.store import Store, store_path
from arcgrid.writing import check_free, write_text, writing


@click.command()
@click.argument(
    "runs", nargs=-1, required=True, metavar="RUN [RUN...]", shell_complete=complete.runs
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The HTML file.")
@click.option("--watch", is_flag=True, help="No file: serve it live, as `arcgrid view` does.")
@click.option(
    "--rule",
    default=DEFAULT_RULE,
    show_default=True,
    help=f"What charts and gallery go by: one of {', '.join(RULES)}; the headline has all.",
)
@force_option
@store_option
def command(
    runs: tuple[str, ...],
    output: Path | None,
    watch: bool,
    rule: str,
    force: bool,
    store: Path | None,
) -> None:
    """Write a report on RUN (a name, an id, or `latest`) as one HTML file that needs no network.

    Scores beside the reported figures, charts, and every task with every attempt.
    """
    if watch == (output is not None):
        raise click.UsageError("name a file (-o FILE), or --watch")
    if output is None:
        show_runs(runs, rule, store)
        return
    check_free(output, force)
    with Store(store_path(store)) as opened:
        found = {run.id: run for run in map(opened.find_run, runs)}
        text = report(list(found.values()), opened, rule)
    write_page(output, text)


def write_page(path: Path, text: str) -> None:
    """Write a page, and say so.

    Raises:
        FormatError: it cannot be written.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, text)
    say(f"{path}: {path.stat().st_size / 1e6:.2f} MB")
