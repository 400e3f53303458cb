"""`arcgrid view`: runs while they go on, a task set, or its puzzles to be solved by a person."""

from __future__ import annotations

from pathlib import Path

import click
from click.core import ParameterSource

from arcgrid.cli import complete
from arcgrid.cli.options import selection_options, store_option, text_width
from arcgrid.datasets import SETS, load
from arcgrid.errors import ArgumentError
from arcgrid.report.scores import result_document
from arcgrid.report.text import format_document
from arcgrid.scoring.rules import DEFAULT_RULE, RULES
from arcgrid.selection import Selection
from arcgrid.sources import is_path, read_run
from arcgrid.store import LATEST, Store, store_path
from arcgrid.task import TaskSet
from arcgrid.view.runs import GallerySite, RunsSite
from arcgrid.view.server import LOOPBACK, Server, Site
from arcgrid.view.session import serve
from arcgrid.view.solve import sitting

_SOLVING = ("person", "attempts", "seed", "only", "ids", "sample", "limit")
"""What is of use with `--solve` alone."""


@click.command()
@click.argument("names", nargs=-1, metavar="[RUN|SET]...", shell_complete=complete.runs_or_sets)
@click.option("--solve", is_flag=True, help="Have a person solve the puzzles of SET.")
@click.option("--name", "person", default="me", show_default=True, help="Who solves.")
@click.option(
    "--attempts", type=click.IntRange(1), default=2, show_default=True, help="Guesses an output."
)
@selection_options
@click.option("--seed", type=int, default=0, show_default=True, help="Draws the --sample.")
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
def command(
    names: tuple[str, ...],
    solve: bool,
    person: str,
    attempts: int,
    selection: Selection,
    seed: int,
    rule: str,
    host: str,
    port: int,
    store: Path | None,
) -> None:
    """Serve the report on RUN (default: the latest) on this machine, live, or the gallery of SET.

    Outcomes appear as they come. Open the address that is printed, which is the key too; Ctrl-C
    ends it. With --solve a person solves the puzzles of SET: a run of the solver `human`, which
    the same command goes on with.
    """
    sets = [name for name in names if name in SETS or is_path(name)]
    if sets and len(names) > 1:
        raise ArgumentError(f"{sets[0]} is a task set: name it alone, or runs only")
    if solve:
        if not sets:
            raise click.UsageError("--solve needs one SET")
        show_puzzles(selection.of(load(names[0])), person, attempts, seed, host, port, store)
        return
    _refuse_without_solve()
    if sets:
        show(GallerySite(load(names[0])), host, port)
    else:
        show_runs(names or (LATEST,), rule, store, host, port)


def _refuse_without_solve() -> None:
    context = click.get_current_context()
    for name in _SOLVING:
        given = context.get_parameter_source(name)
        if given is ParameterSource.COMMANDLINE:
            shown = {parameter.name: parameter.opts[0] for parameter in context.command.params}
            raise click.UsageError(f"{shown[name]} is for --solve")


def show_puzzles(
    tasks: TaskSet,
    person: str,
    attempts: int,
    seed: int,
    host: str = LOOPBACK,
    port: int = 0,
    store: Path | None = None,
) -> None:
    """Serve puzzles to a person, and say what came of it."""
    path = store_path(store)
    with sitting(path, tasks, person, attempts, seed=seed) as site:
        run = site.run
        goes_on = f"goes on: {run.done} of {len(tasks)} done" if run.done else "begins"
        click.echo(f"run {run.name} {goes_on}", err=True)
        show(site, host, port)
    with Store(path) as opened:
        result = read_run(opened, run, tasks)
    click.echo(format_document(result_document(result), text_width()), nl=False)


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
    serve(server, lambda: _say_where(server))
    click.echo("ended", err=True)


def _say_where(server: Server) -> None:
    click.echo(server.address)
    click.echo("open it in a browser; Ctrl-C ends it", err=True)
