"""`arcgrid tasks`: which task sets there are, and whether a file is sound."""

from __future__ import annotations

from pathlib import Path

import click

from arcgrid.cli.options import json_option, print_json, text_width
from arcgrid.datasets import SETS
from arcgrid.formats.detect import check_tasks
from arcgrid.report.text import format_table


@click.group()
def command() -> None:
    """List task sets, or check a file."""


@command.command("list")
@json_option
def list_sets(as_json: bool) -> None:
    """List the named task sets."""
    if as_json:
        print_json({"sets": list(SETS.values())})
        return
    rows = [
        (source.name, str(source.tasks), str(source.outputs), source.digest[:12], source.about)
        for source in SETS.values()
    ]
    columns = ("task set", ">tasks", ">outputs", "sha256", "what it is")
    click.echo(format_table(columns, rows, text_width()), nl=False)


@command.command()
@click.argument("path", type=click.Path(path_type=Path))
@json_option
def validate(path: Path, as_json: bool) -> None:
    """Check PATH: a directory of <id>.json, one task file, or a Kaggle challenges file.

    Exit status 2 when something is wrong with it; every unsound task is named.
    """
    tasks, problems = check_tasks(path)
    if as_json:
        record = {"path": str(path), "sound": not problems, "problems": list(map(str, problems))}
        if tasks is not None:
            record |= {"tasks": len(tasks), "outputs": tasks.outputs, "digest": tasks.digest}
        print_json(record)
    elif tasks is not None:
        unknown = sum(not task.has_answers for task in tasks)
        answers = f", {unknown} tasks without all answers" if unknown else ""
        click.echo(
            f"{path}: sound, {len(tasks)} tasks, {tasks.outputs} test outputs{answers}, "
            f"sha256:{tasks.digest[:12]}"
        )
    else:
        for problem in problems:
            click.echo(f"Error: {problem}", err=True)
    if problems:
        raise click.exceptions.Exit(2)
