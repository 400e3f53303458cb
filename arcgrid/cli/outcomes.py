"""`arcgrid outcomes`: what happened to each task of a run."""

from __future__ import annotations

from pathlib import Path

import click

from arcgrid.cli.options import json_option, print_json, store_option, text_width
from arcgrid.errors import UnknownNameError
from arcgrid.report.records import outcome_record
from arcgrid.report.text import format_bytes, format_seconds, format_table, printable
from arcgrid.result import OUTCOME_KINDS
from arcgrid.sources import read_run
from arcgrid.store import Store, store_path


@click.command()
@click.argument("run")
@click.option("--kind", help=f"Only this kind: one of {', '.join(OUTCOME_KINDS)}.")
@store_option
@json_option
def command(run: str, kind: str | None, store: Path | None, as_json: bool) -> None:
    """Show what happened to each task of RUN (a name, an id, or `latest`)."""
    with Store(store_path(store)) as opened:
        found = opened.find_run(run)
        result = read_run(opened, found)
    if kind is not None and kind not in OUTCOME_KINDS:
        raise UnknownNameError("kind of outcome", kind, OUTCOME_KINDS)
    outcomes = {id: one for id, one in result.by_task.items() if kind in (None, one.kind)}
    score = result.score()
    solved = score.solved if score else {}
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
    columns = (
        *("task", "outcome", ">solved", ">wall", "->CPU", "-->peak", "--->answers", "~error"),
    )
    click.echo(format_table(columns, rows, text_width()), nl=False)
