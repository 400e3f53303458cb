"""`arcgrid render`: tasks as a PNG, SVG or PDF file."""

from __future__ import annotations

import importlib
from pathlib import Path

import click

from arcgrid.cli.options import palette_option, say, store_option
from arcgrid.datasets import find
from arcgrid.errors import TaskError, UnknownNameError
from arcgrid.formats.files import write_bytes
from arcgrid.render.pictures import Attempts
from arcgrid.render.style import Style
from arcgrid.sources import find_run_task
from arcgrid.store import Store, store_path
from arcgrid.task import Task, TaskSet

_FORMATS = {".png": "png", ".svg": "svg", ".pdf": "pdf"}


@click.command()
@click.argument("names", metavar="TASK...", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="The file; its name ends in .png, .svg or .pdf.",
)
@palette_option
@click.option("--digits", is_flag=True, help="Print the digit on each cell.")
@click.option("--cell", type=int, help="Pixels of a cell [default: the largest that fits].")
@click.option("--width", type=int, help="Pixels there are [default: 960; 1,600 for several tasks].")
@click.option("--labels/--no-labels", default=True, help="Names, and sizes as height x width.")
@click.option("--dark", is_flag=True, help="Light text on a dark ground.")
@click.option("--answers/--hide-answers", default=True, help="Show the test outputs.")
@click.option("--transparent", is_flag=True, help="Leave the ground out.")
@click.option("--run", metavar="RUN", help="Also this run's attempts, wrong cells marked.")
@store_option
def command(
    names: tuple[str, ...],
    output: Path,
    palette: str,
    digits: bool,
    cell: int | None,
    width: int | None,
    labels: bool,
    dark: bool,
    answers: bool,
    transparent: bool,
    run: str | None,
    store: Path | None,
) -> None:
    """Draw TASK: SET/ID, an id, a task file, or PATH/ID; or a whole set, or several tasks.

    One task is drawn with all its pairs, several become a contact sheet. With --run, a bare id is
    one of that run.
    """
    style = Style(palette, digits, cell, width, labels, dark, answers, transparent)
    kind = output.suffix.lower()
    if kind not in _FORMATS:
        raise UnknownNameError("kind of picture", kind or output.name, _FORMATS)
    # Only what is needed: the libraries of the other formats take longer to load than a picture.
    form = importlib.import_module(f"arcgrid.render.{_FORMATS[kind]}")
    chosen: Task | TaskSet
    attempts: Attempts = ()
    if run is None:
        chosen = _chosen(names)
    elif len(names) == 1:
        chosen, attempts = _attempted(names[0], run, store)
    else:
        raise TaskError("--run draws the attempts at one task", file=names[1])
    if isinstance(chosen, Task):
        picture = form.task(chosen, style, attempts)
    else:
        picture = form.task_set(chosen, style)
    write_bytes(output, picture.encode() if isinstance(picture, str) else picture)


def _chosen(names: tuple[str, ...]) -> Task | TaskSet:
    """The one task that is named, or all tasks of all names."""
    parts = [find(name, say) for name in names]
    if len(parts) == 1:
        return parts[0]
    tasks = [task for part in parts for task in ([part] if isinstance(part, Task) else part)]
    return TaskSet(", ".join(names), _distinct(tasks))


def _distinct(tasks: list[Task]) -> tuple[Task, ...]:
    """Without repetitions; tasks that share an id and differ are for `TaskSet` to refuse."""
    return tuple({task.content: task for task in tasks}.values())


def _attempted(name: str, run: str, store: Path | None) -> tuple[Task, Attempts]:
    """A task of a run, and the grids that the run guessed for each of its tests."""
    with Store(store_path(store)) as opened:
        found = opened.find_run(run)
        task, outcome = find_run_task(opened, found, name)
    if outcome is None or outcome.answer is None:
        raise TaskError(f"the run {found.name} has no attempt at this task", task=task.id)
    return task, [[guess.grid for guess in guesses] for guesses in outcome.answer.guesses]
