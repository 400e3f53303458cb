"""`arcgrid tasks`: which task sets there are, whether a file is sound, what two sets share."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from arcgrid.cli.options import json_option, print_json, text_width
from arcgrid.datasets import SETS, find, load
from arcgrid.fingerprint import difference, fingerprint, leaks, symmetric_fingerprint
from arcgrid.formats.tasks import check_tasks
from arcgrid.report.text import format_table
from arcgrid.task import Task


@click.group()
def command() -> None:
    """List, check, fingerprint and compare task sets."""


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
    columns = ("task set", ">tasks", ">outputs", "-sha256", "~what it is")
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


@command.command("fingerprint")
@click.argument("tasks", metavar="SET|TASK")
@json_option
def print_fingerprints(tasks: str, as_json: bool) -> None:
    """Print the fingerprints of the tasks of a set, or of one task.

    The first ignores the order of pairs; the second also the eight symmetries and the names of
    colors.
    """
    chosen = _tasks_of(tasks)
    rows = [(task.id, fingerprint(task), symmetric_fingerprint(task)) for task in chosen]
    if as_json:
        names = ("task", "fingerprint", "symmetric_fingerprint")
        print_json({"tasks": [dict(zip(names, row, strict=True)) for row in rows]})
    else:
        shown = [(id, exact[:16], symmetric[:16]) for id, exact, symmetric in rows]
        columns = ("task", "fingerprint", "symmetric")
        click.echo(format_table(columns, shown, text_width()), nl=False)


@command.command("leaks")
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@json_option
def print_leaks(first: str, second: str, as_json: bool) -> None:
    """Find tasks of the set A that the set B has too, whatever they are called.

    Exact copies (up to the order of pairs), copies under a symmetry and a permutation of colors,
    and tasks that share single pairs. A set with itself gives its duplicates.
    """
    found = leaks(load(first), load(second))
    if as_json:
        print_json({"first": first, "second": second, "leaks": found})
        return
    counts = Counter[str](leak.kind for leak in found)
    rows = [(leak.kind, leak.first, leak.second, str(leak.shared)) for leak in found]
    if rows:
        columns = ("kind", first, second, ">equal pairs")
        click.echo(format_table(columns, rows, text_width()), nl=False)
    kinds = ("exact", "symmetric", "shared pairs")
    click.echo(", ".join(f"{counts[kind]} {kind}" for kind in kinds))


@command.command("diff")
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@json_option
def print_difference(first: str, second: str, as_json: bool) -> None:
    """Show what changed from the set A to the set B, by the ids of their tasks."""
    found = difference(load(first), load(second))
    if as_json:
        print_json(found)
        return
    for name in ("same", "reordered", "changed", "removed", "added"):
        ids = getattr(found, name)
        listed = "" if name == "same" or not ids else f": {' '.join(ids[:20])}"
        click.echo(f"{len(ids)} {name}{listed}{' ...' if listed and len(ids) > 20 else ''}")


def _tasks_of(name: str) -> list[Task]:
    """The tasks of a set, or the one task of this name."""
    found = find(name)
    return [found] if isinstance(found, Task) else list(found)
