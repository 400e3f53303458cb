"""`arcgrid tasks`: which task sets there are, whether a file is sound, what two sets share."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from arcgrid.cli import complete
from arcgrid.cli.options import (
    Out,
    invalid_option,
    json_option,
    output_options,
    print_json,
    say,
    tell,
)
from arcgrid.datasets import SETS, find, load
from arcgrid.errors import printable
from arcgrid.fingerprint import difference, fingerprint, leaks, symmetric_fingerprint
from arcgrid.formats.tasks import check_tasks
from arcgrid.report.document import Cell, Document, Table
from arcgrid.report.text import count
from arcgrid.task import Task


@click.group()
def command() -> None:
    """List, check, fingerprint and compare task sets."""


@command.command("list")
@output_options
def list_sets(out: Out) -> None:
    """List the named task sets."""

    def document() -> Document:
        rows = [
            (
                source.name,
                Cell(str(source.tasks), source.tasks),
                Cell(str(source.outputs), source.outputs),
                source.digest[:12],
                source.about,
            )
            for source in SETS.values()
        ]
        return [Table.of(("task set", ">tasks", ">outputs", "-sha256", "~what it is"), rows)]

    out.show(document, lambda: {"sets": list(SETS.values())})


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
        answers = f", {count(unknown, 'task')} without all answers" if unknown else ""
        tell(
            f"{path}: sound, {count(len(tasks), 'task')}, "
            f"{count(tasks.outputs, 'test output')}{answers}, "
            f"sha256:{tasks.digest[:12]}"
        )
    else:
        for problem in problems:
            say(f"Error: {problem}")
    if problems:
        raise click.exceptions.Exit(2)


@command.command("fingerprint")
@click.argument("tasks", metavar="SET|TASK", shell_complete=complete.tasks)
@invalid_option
@output_options
def print_fingerprints(tasks: str, out: Out) -> None:
    """Print the fingerprints of the tasks of a set, or of one task.

    The first ignores the order of pairs; the second also the eight symmetries and the names of
    colors.
    """
    rows = [(task.id, fingerprint(task), symmetric_fingerprint(task)) for task in _tasks_of(tasks)]

    def document() -> Document:
        shown = [
            (printable(id), Cell(exact[:16], exact), Cell(symmetric[:16], symmetric))
            for id, exact, symmetric in rows
        ]
        return [Table.of(("task", "fingerprint", "symmetric"), shown)]

    names = ("task", "fingerprint", "symmetric_fingerprint")
    out.show(document, lambda: {"tasks": [dict(zip(names, row, strict=True)) for row in rows]})


@command.command("leaks")
@click.argument("first", metavar="A", shell_complete=complete.task_sets)
@click.argument("second", metavar="B", shell_complete=complete.task_sets)
@invalid_option
@output_options
def print_leaks(first: str, second: str, out: Out) -> None:
    """Find tasks of the set A that the set B has too, whatever they are called.

    Exact copies (up to the order of pairs), copies under a symmetry and a permutation of colors,
    and tasks that share single pairs. A set with itself gives its duplicates.
    """
    found = leaks(load(first), load(second))

    def document() -> Document:
        counts = Counter[str](leak.kind for leak in found)
        rows = [
            (leak.kind, printable(leak.first), printable(leak.second), str(leak.shared))
            for leak in found
        ]
        columns = ("kind", f"~{first}", f"~{second}", ">equal pairs")
        kinds = ("exact", "symmetric", "shared pairs")
        total = ", ".join(f"{counts[kind]} {kind}" for kind in kinds)
        return [*([Table.of(columns, rows)] if rows else []), total]

    out.show(document, lambda: {"first": first, "second": second, "leaks": found})


@command.command("diff")
@click.argument("first", metavar="A", shell_complete=complete.task_sets)
@click.argument("second", metavar="B", shell_complete=complete.task_sets)
@invalid_option
@json_option
def print_difference(first: str, second: str, as_json: bool) -> None:
    """Show what changed from the set A to the set B, by the ids of their tasks."""
    found = difference(load(first), load(second))
    if as_json:
        print_json(found)
        return
    for name in ("same", "reordered", "changed", "removed", "added"):
        ids = getattr(found, name)
        listed = "" if name == "same" or not ids else printable(f": {' '.join(ids[:20])}")
        tell(f"{len(ids)} {name}{listed}{' ...' if listed and len(ids) > 20 else ''}")


def _tasks_of(name: str) -> list[Task]:
    """The tasks of a set, or the one task of this name."""
    found = find(name, say)
    return [found] if isinstance(found, Task) else list(found)
