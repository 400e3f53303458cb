"""`arcgrid runs`: the runs in the store."""

from __future__ import annotations

from pathlib import Path

import click

from arcgrid.cli.options import json_option, print_json, store_option, text_width
from arcgrid.report.records import run_record
from arcgrid.report.text import format_seconds, format_table
from arcgrid.store import Store, store_path


@click.command()
@store_option
@json_option
def command(store: Path | None, as_json: bool) -> None:
    """List the runs in the store, newest first."""
    path = store_path(store)
    runs = []
    if path.exists():
        with Store(path) as opened:
            runs = opened.runs()
    if as_json:
        print_json({"runs": [run_record(run) for run in runs]})
    elif not runs:
        click.echo(f"no runs yet in {path}")
    else:
        rows = [
            (
                run.name,
                run.id,
                run.plan.solver.name,
                run.plan.task_set,
                f"{run.done} of {len(run.plan.asked)}",
                run.started[:16].replace("T", " "),
                format_seconds(run.wall_seconds),
                format_seconds(run.cpu_seconds),
            )
            for run in runs
        ]
        columns = (
            *("run", "---id", "~solver", "~tasks", ">done", "-started (UTC)"),
            *("-->wall", "-->CPU"),
        )
        click.echo(format_table(columns, rows, text_width()), nl=False)
