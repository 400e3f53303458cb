"""`arcgrid outcomes`: what happened to each task of a run."""

from __future__ import annotations

from pathlib import Path

import click

from arcgrid.cli import complete
from arcgrid.cli.options import Out, output_options, store_option
from arcgrid.report.outcomes import (
    ORDERS,
    Order,
    Standing,
    list_outcomes,
    outcomes_document,
    outcomes_record,
)
from arcgrid.result import OUTCOME_KINDS, OutcomeKind
from arcgrid.scoring.verdicts import NEAR
from arcgrid.store import Store, store_path


@click.command()
@click.argument("run", shell_complete=complete.runs)
@click.option("--kind", type=click.Choice(OUTCOME_KINDS), help="Only this kind.")
@click.option("--solved", "standing", flag_value="solved", help="Only what is solved wholly.")
@click.option("--unsolved", "standing", flag_value="unsolved", help="Only what is not.")
@click.option(
    "--near",
    "standing",
    flag_value="near",
    help=f"Only near misses: the right size, at most {NEAR} wrong cells.",
)
@click.option("--sort", type=click.Choice(ORDERS), default="asked", show_default=True)
@store_option
@output_options
def command(
    run: str,
    kind: OutcomeKind | None,
    standing: Standing | None,
    sort: Order,
    store: Path | None,
    out: Out,
) -> None:
    """Show what happened to each task of RUN (a name, an id, or `latest`).

    Wrong cells are those of the best attempts that count.
    """
    with Store(store_path(store)) as opened:
        run_found = opened.find_run(run)
        found = list_outcomes(opened, run_found, kind=kind, standing=standing, order=sort)
    out.show(lambda: outcomes_document(found), lambda: outcomes_record(found))
