"""`arcgrid show`: one task in the terminal, and what a run made of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import click

from arcgrid.cli import complete
from arcgrid.cli.options import (
    json_option,
    palette_option,
    print_json,
    say,
    store_option,
    terminal_colors,
    text_width,
)
from arcgrid.datasets import find_task
from arcgrid.formats.task_json import task_record
from arcgrid.palette import palette as palette_named
from arcgrid.render import ansi
from arcgrid.report.attempts import format_attempts
from arcgrid.report.records import answer_record, outcome_record
from arcgrid.result import Outcome
from arcgrid.scoring.rules import solved_share
from arcgrid.sources import find_run_task
from arcgrid.store import Run, Store, store_path
from arcgrid.task import Task


@dataclass(frozen=True)
class _Look:
    """How cells are shown; `auto` takes half blocks where wide cells do not fit."""

    palette: str
    digits: bool
    cells: Literal["auto", "wide", "half"]


@click.command()
@click.argument("task", shell_complete=complete.tasks)
@click.option(
    "--run", metavar="RUN", shell_complete=complete.runs, help="Also what this run made of it."
)
@palette_option
@click.option("--digits", is_flag=True, help="Print the digit on each cell.")
@click.option(
    "--cells",
    type=click.Choice(["auto", "wide", "half"]),
    default="auto",
    show_default=True,
    help="In color: two columns a cell, or half blocks (auto: where two do not fit).",
)
@click.option("--answers/--hide-answers", default=True, help="Show the test outputs.")
@store_option
@json_option
def command(
    task: str,
    run: str | None,
    palette: str,
    digits: bool,
    cells: Literal["auto", "wide", "half"],
    answers: bool,
    store: Path | None,
    as_json: bool,
) -> None:
    """Show TASK: SET/ID, an id, a task file, or PATH/ID.

    In color on a terminal, in plain digits elsewhere. With --run, a bare id is one of that run.
    """
    palette_named(palette)
    look = _Look(palette, digits, cells)
    if run is None:
        _show(find_task(task, say), None, None, look, answers, as_json)
        return
    with Store(store_path(store)) as opened:
        found = opened.find_run(run)
        chosen, outcome = find_run_task(opened, found, task)
    _show(chosen, found, outcome, look, answers, as_json)


def _show(
    task: Task, run: Run | None, outcome: Outcome | None, look: _Look, answers: bool, as_json: bool
) -> None:
    if as_json:
        record: dict[str, Any] = task_record(task, answers)
        if run is not None:
            record["run"] = run.name
            record["outcome"] = None if outcome is None else _outcome_record(task, outcome)
            record["answers"] = [] if outcome is None else answer_record(outcome)
        print_json(record)
        return
    colors = terminal_colors()
    width = text_width() or 200
    cells = _cells(task, look, width)
    shown = ansi.task(task, colors, look.digits, answers, width, cells=cells, palette=look.palette)
    click.echo(shown, nl=False, color=True)
    if run is not None:
        text = format_attempts(
            task, run.name, outcome, colors, look.digits, cells=cells, palette=look.palette
        )
        click.echo(text, nl=False, color=True)


def _cells(task: Task, look: _Look, width: int) -> ansi.Cells:
    if look.cells != "auto":
        return look.cells
    # Half blocks have no digits: who asks for these has wide cells, however many lines it takes.
    return "wide" if look.digits or ansi.fits(task, width) else "half"


def _outcome_record(task: Task, outcome: Outcome) -> dict[str, Any]:
    share = solved_share(task, outcome.answer) if task.has_answers else None
    return outcome_record(task.id, outcome, share)
