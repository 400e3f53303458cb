"""`arcgrid search`: solve tasks with the bundled program search, and show what it found."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import replace
from typing import Any

import click
from rich.console import Console

from arcgrid.cli import complete
from arcgrid.cli.options import (
    json_option,
    palette_option,
    print_json,
    say,
    tell,
    terminal_colors,
    text_width,
)
from arcgrid.datasets import find_task, load
from arcgrid.engines.engine import Assignment, Orders
from arcgrid.engines.registry import INLINE, find_engine
from arcgrid.palette import palette as palette_named
from arcgrid.report.guesses import format_guesses
from arcgrid.report.records import answer_record, outcome_record
from arcgrid.report.text import count
from arcgrid.result import EFFORTS, Budget, Effort, Outcome
from arcgrid.runner import puzzle_seed
from arcgrid.scoring.rules import solved_share
from arcgrid.scoring.verdicts import hits, judge_answer
from arcgrid.solver import find_solver
from arcgrid.task import Task

SOLVER = "search"
"""The entry point of the solver."""


@click.command()
@click.argument("names", nargs=-1, metavar="[TASK]...", shell_complete=complete.tasks)
@click.option("--tasks", metavar="SET", help="TASKs are ids of this set; without any, all of it.")
@click.option("--effort", type=click.Choice(EFFORTS), default="low", show_default=True)
@click.option(
    "--attempts", type=click.IntRange(1), default=2, show_default=True, help="Guesses an output."
)
@click.option("--explain", is_flag=True, help="Say which program makes each guess, how sure it is.")
@palette_option
@json_option
def command(
    names: tuple[str, ...],
    tasks: str | None,
    effort: Effort,
    attempts: int,
    explain: bool,
    palette: str,
    as_json: bool,
) -> None:
    """Solve each TASK (SET/ID, an id, a task file, or PATH/ID) and show the guesses.

    Nothing is stored, and no limit of time or memory holds: `arcgrid run search` has both. Where a
    task has answers, each guess is marked; the solver itself never sees them.
    """
    palette_named(palette)
    chosen = _find(names, tasks)
    budget = Budget.of(effort, attempts)
    colors, width = terminal_colors(), text_width()
    records: list[dict[str, Any]] = []
    outcomes = []
    for task, outcome in _solve(chosen, budget):
        outcomes.append(outcome)
        if as_json:
            records.append(_record(task, outcome))
            continue
        text = format_guesses(task, outcome, colors, explain=explain, width=width, palette=palette)
        click.echo(text + "\n" * (len(chosen) > 1), color=True, nl=False)
    if as_json:
        print_json({"tasks": records})
    elif len(chosen) > 1:
        tell(_summary(chosen, outcomes, attempts))
    if any(outcome.kind != "answered" for outcome in outcomes):
        raise click.exceptions.Exit(1)


def _find(names: tuple[str, ...], tasks: str | None) -> list[Task]:
    """The tasks asked for, all of them before any is solved."""
    if tasks is not None:
        whole = load(tasks)
        return [whole[name] for name in names] if names else list(whole)
    if not names:
        raise click.UsageError("a TASK is needed, or --tasks SET")
    return [find_task(name, say) for name in names]


def _solve(tasks: list[Task], budget: Budget) -> Iterator[tuple[Task, Outcome]]:
    """Solve tasks one by one; what the solver prints is kept with the outcome."""
    orders = Orders(find_solver(SOLVER), {}, budget.memory)
    status = Console(stderr=True).status("getting ready: kernels are compiled once, then cached")
    with status, find_engine(INLINE).make(orders) as engine:
        for task in tasks:
            status.update(f"solving {task.id}")
            status.start()
            seed = puzzle_seed(budget.seed, task.puzzle)
            assignment = Assignment(task.id, task.puzzle, replace(budget, seed=seed))
            with redirect_stdout(io.StringIO()) as printed:
                ((_, outcome),) = engine.solve([assignment])
            status.stop()
            yield task, replace(outcome, output=printed.getvalue())


def _record(task: Task, outcome: Outcome) -> dict[str, Any]:
    share = solved_share(task, outcome.answer) if task.has_answers else None
    return {**outcome_record(task.id, outcome, share), "answer": answer_record(outcome)[-1:]}


def _summary(tasks: list[Task], outcomes: list[Outcome], attempts: int) -> str:
    """How many test outputs were solved, of those that are known."""
    solved = [
        right
        for task, outcome in zip(tasks, outcomes, strict=True)
        for right, pair in zip(_hits(task, outcome, attempts), task.test, strict=True)
        if pair.output is not None
    ]
    if not solved:
        return "the answers to these tasks are not known here"
    within = f"within {count(attempts, 'attempt')}"
    return f"{sum(solved)} of {count(len(solved), 'test output')} solved {within}"


def _hits(task: Task, outcome: Outcome, attempts: int) -> list[bool]:
    return hits(judge_answer(task, outcome.answer), len(task.test), attempts)
