"""`arcgrid outcomes`: what happened to each task of a run."""

from __future__ import annotations

from pathlib import Path

import click

from arcgrid.cli.options import json_option, print_json, store_option, text_width
from arcgrid.report.records import outcome_record
from arcgrid.report.text import format_bytes, format_seconds, format_table, printable
from arcgrid.runner import result_of
from arcgrid.store import Store, store_path


@click.command()
@click.argument("run")
@click.option("--kind", help="Only this kind: answered, timeout, memory, crash, error or invalid.")
@store_option
@json_option
def command(run: str, kind: str | None, store: Path | None, as_json: bool) -> None:
    """Show what happened to each task of RUN (a name, an id, or `latest`)."""
    with Store(store_path(store)) as opened:
        found = opened.find_run(run)
        outcomes = opened.outcomes(found, kind)
        scores = result_of(opened, found).scores
    solved = scores[0].solved if scores else {}
    if as_json:
        records = [outcome_record(id, entry, solved.get(id)) for id, entry in outcomes.items()]
        print_json({"run": found.name, "outcomes": records})
        return
    if not outcomes:
        of_kind = f" of kind {kind}" if kind else ""
        click.echo(f"run {found.name} has no outcome{of_kind}")
        return
    rows = [
        (
            id,
            entry.kind,
            f"{solved[id]:.3g}" if id in solved else "?",
            format_seconds(entry.wall_seconds),
            format_seconds(entry.cpu_seconds),
            format_bytes(entry.peak_memory),
            str(len(entry.answers)),
            printable((entry.error or "").rpartition("\n")[2]),
        )
        for id, entry in outcomes.items()
    ]
    columns = ("task", "outcome", ">solved", ">wall", ">CPU", ">peak", ">answers", "~error")
    click.echo(format_table(columns, rows, text_width()), nl=False)
