"""`arcgrid merge`: the shards of a run as one run."""

from __future__ import annotations

from pathlib import Path

import click

from arcgrid.cli.options import tell
from arcgrid.report.text import count
from arcgrid.store.merging import merge


@click.command()
@click.argument(
    "stores", nargs=-1, required=True, metavar="STORE...", type=click.Path(path_type=Path)
)
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="STORE",
    type=click.Path(path_type=Path),
    help="The store that gets the whole run; it is made where there is none.",
)
@click.option("--run", metavar="NAME", help="Only the shards of this name.")
@click.option("--name", help="The run's name [default: that of the shards].")
@click.option(
    "--allow-versions", is_flag=True, help="Join what different versions of arcgrid and so on made."
)
def command(
    stores: tuple[Path, ...], output: Path, run: str | None, name: str | None, allow_versions: bool
) -> None:
    """Join the shards that are in STOREs (of `arcgrid run --shard`) to the run they are parts of.

    Nothing is joined unless every shard is there once, with all its outcomes, and all agree in set,
    solver, options, budget, seed and versions.
    """
    merged = merge(stores, output, run=run, name=name, allow_versions=allow_versions)
    plan = merged.plan
    tell(
        f"run {merged.name} in {output}: {plan.solver.name} on {plan.task_set}, "
        f"{count(merged.done, 'outcome')} of {count(len(set(stores)), 'store')}"
    )
