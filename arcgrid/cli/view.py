"""`arcgrid view`: runs while they go on, or a task set, in the browser."""

from __future__ import annotations

from pathlib import Path

import click

from arcgrid.cli import complete
from arcgrid.cli.options import store_option
from arcgrid.datasets import SETS, load
from arcgrid.errors import ArgumentError
from arcgrid.scoring.rules import DEFAULT_RULE, RULES
from arcgrid.sources import is_path
from arcgrid.store import LATEST, Store, store_path
from arcgrid.view.runs import GallerySite, RunsSite
from arcgrid.view.server import LOOPBACK, Server, Site
from arcgrid.view.session import serve


@click.command()
@click.argument("names", nargs=-1, metavar="[RUN|SET]...", shell_complete=complete.runs_or_sets)
@click.option(
    "--rule",
    default=DEFAULT_RULE,
    show_default=True,
    help=f"What charts and gallery go by: one of {', '.join(RULES)}.",
)
@click.option(
    "--host",
    default=LOOPBACK,
    show_default=True,
    help="Listen at this name or address: another one lets other machines in.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="[default: any free one]")
@store_option
def command(names: tuple[str, ...], rule: str, host: str, port: int, store: Path | None) -> None:
    """Serve the report on RUN (default: the latest) on this machine, live, or the gallery of SET.

    Outcomes appear as they come. Open the address that is printed, which is the key too; Ctrl-C
    ends it.
    """
    sets = [name for name in names if name in SETS or is_path(name)]
    if not sets:
        show_runs(names or (LATEST,), rule, store, host, port)
    elif len(names) > 1:
        raise ArgumentError(f"{sets[0]} is a task set: name it alone, or runs only")
    else:
        show(GallerySite(load(names[0])), host, port)


def show_runs(
    names: tuple[str, ...], rule: str, store: Path | None, host: str = LOOPBACK, port: int = 0
) -> None:
    """Serve the report on some runs."""
    path = store_path(store)
    with Store(path) as opened:
        found = {run.id: run for run in map(opened.find_run, names)}
    show(RunsSite(path, list(found.values()), rule), host, port)


def show(site: Site, host: str = LOOPBACK, port: int = 0) -> None:
    """Serve, and say where."""
    server = Server(site, host, port)
    click.echo(server.address)
    click.echo("open it in a browser; Ctrl-C ends it", err=True)
    serve(server)
    click.echo("ended", err=True)
