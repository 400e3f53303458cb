"""`arcgrid render`: tasks, and a run's attempts at them, as a PNG, SVG, PDF or TeX file."""

from __future__ import annotations

import importlib
import os.path
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeAlias

import click

from arcgrid.cli.options import force_option, palette_option, say, store_option
from arcgrid.datasets import SETS, find, find_task
from arcgrid.errors import ArgumentError, TaskError, UnknownNameError
from arcgrid.render.pictures import Attempts
from arcgrid.render.places import grid_at
from arcgrid.render.style import Style
from arcgrid.report.outcomes import Standing, list_outcomes
from arcgrid.scoring.verdicts import NEAR
from arcgrid.sources import RunResult, read_run
from arcgrid.store import Store, store_path
from arcgrid.task import Task, TaskSet
from arcgrid.writing import write_bytes

_FORMATS = {".png": "png", ".svg": "svg", ".pdf": "pdf", ".tex": "tikz"}

_Drawn: TypeAlias = tuple[Task | TaskSet, dict[str, Attempts] | None]
"""What is drawn, and the attempts at it by task id."""
_CALLED = {"solved": "solved", "unsolved": "not solved", "near": "near misses"}


@click.command()
@click.argument("names", metavar="[TASK]...", nargs=-1)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="The file; its name ends in .png, .svg, .pdf or .tex (TikZ).",
)
@palette_option
@click.option("--digits", is_flag=True, help="Print the digit on each cell.")
@click.option("--lines/--no-lines", default=True, help="Lines between cells.")
@click.option(
    "--cell",
    metavar="SIZE",
    help="Pixels of a cell, or its size on paper such as 3mm [default: the largest that fits].",
)
@click.option(
    "--width",
    metavar="SIZE",
    help="Pixels there are, or the width on paper such as 84mm or 3.3in "
    "[default: 960; 1,600 for several tasks].",
)
@click.option("--dpi", type=int, help="Pixels to the inch [default: 96; 300 for a size on paper].")
@click.option("--labels/--no-labels", default=True, help="Names, and sizes as height x width.")
@click.option("--title", metavar="TEXT", help="Instead of the name; empty for none.")
@click.option("--caption", metavar="TEXT", default="", help="Text below.")
@click.option("--dark", is_flag=True, help="Light text on a dark ground.")
@click.option("--answers/--hide-answers", default=True, help="Show the test outputs.")
@click.option("--transparent", is_flag=True, help="Leave the ground out.")
@click.option(
    "--pairs",
    metavar="LIST",
    default="",
    help="Only these pairs: 0,2 are train pairs; test or test[1] may stand beside them.",
)
@click.option("--grid", metavar="PLACE", help="One grid alone, such as train[0].input.")
@click.option("--run", metavar="RUN", help="Attempts of this run, beside the truth.")
@click.option("--solved", "standing", flag_value="solved", help="Of --run what is solved wholly.")
@click.option("--unsolved", "standing", flag_value="unsolved", help="Of --run what is not.")
@click.option(
    "--near",
    "standing",
    flag_value="near",
    help=f"Of --run near misses: the right size, at most {NEAR} wrong cells.",
)
@force_option
@store_option
def command(
    names: tuple[str, ...],
    output: Path,
    grid: str | None,
    run: str | None,
    standing: Standing | None,
    force: bool,
    store: Path | None,
    **look: Any,
) -> None:
    """Draw TASK: SET/ID, an id, a task file, or PATH/ID; or a whole set, or several tasks.

    One task is drawn with all its pairs, several become a contact sheet. With --run, a bare id is
    one of that run, and no TASK is all of its tasks.
    """
    style = Style(**look)
    form = _form(output)
    _check(names, grid, run, standing)
    if grid is not None:
        picture = form.grid(grid_at(find_task(names[0], say), grid), style)
        words = []
    else:
        chosen, attempts = _chosen(names) if run is None else _tried(names, run, standing, store)
        words = _words(chosen, style)
        if isinstance(chosen, Task):
            picture = form.task(chosen, style, attempts[chosen.id] if attempts else ())
        else:
            picture = form.task_set(chosen, style, attempts)
    write_bytes(output, picture.encode() if isinstance(picture, str) else picture, force=force)
    _tell_lacking(form, [*words, style.title or "", style.caption])


def _check(
    names: tuple[str, ...], grid: str | None, run: str | None, standing: Standing | None
) -> None:
    """Check which options are given together."""
    if standing is not None and run is None:
        raise ArgumentError(f"--{standing} needs a run (--run RUN)")
    if run is None and not names:
        raise ArgumentError("name a task, a task set, or a run (--run RUN)")
    if grid is not None and (run is not None or len(names) != 1):
        raise ArgumentError("--grid draws one grid of one task, without --run")


def _form(output: Path) -> Any:
    """The module that draws a kind of picture, by the end of the file's name.

    Raises:
        ArgumentError: the name has no end, or is nothing else.
        UnknownNameError: there is no such kind.
    """
    kind = output.suffix.lower()
    if not kind:
        ends = ", ".join(_FORMATS)
        problem = f"a picture's name ends in one of {ends}, such as task.png"
        raise ArgumentError(problem, file=output)
    if kind not in _FORMATS:
        raise UnknownNameError("kind of picture", kind, _FORMATS)
    # Only what is needed: the libraries of the other formats take longer to load than a picture.
    return importlib.import_module(f"arcgrid.render.{_FORMATS[kind]}")


def _chosen(names: tuple[str, ...]) -> _Drawn:
    """The one task that is named, or all tasks of all names; no attempts."""
    parts = [find(name, say) for name in names]
    return (parts[0] if len(parts) == 1 else TaskSet(", ".join(names), _all_of(parts))), None


def _all_of(parts: Iterable[Task | Iterable[Task]]) -> tuple[Task, ...]:
    """Without repetitions; tasks that share an id and differ are for `TaskSet` to refuse."""
    tasks = [task for part in parts for task in ([part] if isinstance(part, Task) else part)]
    return tuple({task.content: task for task in tasks}.values())


def _tried(
    names: tuple[str, ...], run: str, standing: Standing | None, store: Path | None
) -> _Drawn:
    """The tasks of a run that are named and that it has come to, or the one that is; its attempts.

    Raises:
        TaskError: there is none, or it is not known which are solved.
        UnknownNameError: the run was not asked for such a task.
    """
    with Store(store_path(store)) as opened:
        found = opened.find_run(run)
        result = read_run(opened, found)
        listed = list_outcomes(opened, found, standing=standing).listed if standing else None
    parts = [_of_run(result, name) for name in names] or [list(result.tasks)]
    attempts = {task.id: _attempts(result, task) for task in _all_of(parts)}
    if len(parts) == 1 and isinstance(task := parts[0], Task) and standing is None:
        if not any(map(len, attempts[task.id])):
            problem = f"the run {result.run.name} has no attempt at this task"
            raise TaskError(problem, task=task.id)
        return task, attempts
    name = f"{result.run.name} on {result.tasks.name}"
    name += "" if standing is None else f", {_CALLED[standing]}"
    shown = set(result.by_task) if listed is None else {one.task for one in listed}
    tasks = [task for task in result.tasks if task.id in attempts and task.id in shown]
    if not tasks:
        raise TaskError("there is no such task", file=name)
    return TaskSet(name, tuple(tasks)), attempts


def _of_run(result: RunResult, name: str) -> Task | list[Task]:
    """A task of a run, by any of its names or by its id alone; or those of a set's that it has."""
    id = name if name in result.tasks else name.rpartition("/")[2]
    if id in result.tasks or not (name in SETS or os.path.exists(name)):
        return result.tasks[id]
    found = find(name, say)
    whole = [found] if isinstance(found, Task) else found
    asked = {task.content for task in result.tasks}
    shared = [task for task in whole if task.content in asked]
    if not shared:
        problem = f"the run {result.run.name} was asked for none of these tasks"
        raise TaskError(problem, file=name)
    return shared


def _attempts(result: RunResult, task: Task) -> Attempts:
    """What a run guessed at each test of a task."""
    outcome = result.by_task.get(task.id)
    if outcome is None or outcome.answer is None:
        return [()] * len(task.test)
    return [[guess.grid for guess in guesses] for guesses in outcome.answer.guesses]


def _words(chosen: Task | TaskSet, style: Style) -> list[str]:
    """The names that a picture shows."""
    if not style.labels:
        return []
    ids = [chosen.id] if isinstance(chosen, Task) else [chosen.name, *(one.id for one in chosen)]
    return ids if style.title is None else ids[1:]


def _tell_lacking(form: Any, words: Iterable[str]) -> None:
    """Say which names have letters that cannot be drawn."""
    lacking = {word: form.lacking(word) for word in words}
    lacking = {word: letters for word, letters in lacking.items() if letters}
    if lacking:
        word, letters = next(iter(lacking.items()))
        more = f" and {len(lacking) - 1} more" if len(lacking) > 1 else ""
        problem = f"there is no letter here for {letters} in {word!r}{more}"
        say(f"Note: {problem}: a ? stands for each (an SVG keeps them)")
