"""`arcgrid check-solver`: what a solver gets wrong, in plain words."""

from __future__ import annotations

import click

from arcgrid.cli import complete
from arcgrid.cli.options import parse_options, say
from arcgrid.engines.engine import START_SECONDS
from arcgrid.engines.local import sandbox
from arcgrid.engines.local.checkup import check_solver
from arcgrid.errors import one_line
from arcgrid.isolation import Isolation
from arcgrid.result import Budget
from arcgrid.solver import find_solver


@click.command()
@click.argument("solver", shell_complete=complete.solvers)
@click.option("-O", "options", multiple=True, metavar="KEY=VALUE", help="An option of the solver.")
@click.option("--seconds", type=click.FloatRange(0, min_open=True), default=10, show_default=True)
@click.option("--allow", multiple=True, metavar="PATH", type=click.Path(exists=True))
@click.option(
    "--start-seconds",
    type=click.FloatRange(0, min_open=True),
    default=START_SECONDS,
    show_default=True,
    help="Limit for importing the solver and its warm-up.",
)
@click.pass_context
def command(
    context: click.Context,
    solver: str,
    options: tuple[str, ...],
    seconds: float,
    allow: tuple[str, ...],
    start_seconds: float,
) -> None:
    """Check SOLVER with odd puzzles in a real worker; ends with status 1 where something is wrong.

    It does not ask whether answers are right: only whether they are answers, come in time and come
    again, and whether something is left behind.
    """
    isolation = sandbox.settle(Isolation.wanted("default", False, allow, fresh=True))
    budget = Budget.of("low", seconds=seconds)
    found, wrong = find_solver(solver), False
    for check in check_solver(found, parse_options(options), budget, isolation, say, start_seconds):
        wrong |= bool(check.problems)
        click.echo(f"{'WRONG' if check.problems else 'right'}  {check.what}")
        for line in (*check.problems, *check.notes):
            click.echo(f"       {one_line(line)}")
    context.exit(1 if wrong else 0)
