"""Pairs, puzzles, tasks and task sets as HTML for a notebook: pictures that need nothing else.

`arcgrid.notebook` finds these functions through the package's entry points.
"""

from __future__ import annotations

from html import escape

from arcgrid.render import svg
from arcgrid.task import Pair, Puzzle, Task, TaskSet

SHEET = 60
"""Tasks of a set that are drawn; for the others there is a line of text."""


def pair(pair: Pair) -> str:
    """A pair as HTML."""
    return _framed(svg.pair(pair))


def puzzle(puzzle: Puzzle) -> str:
    """A puzzle as HTML: it has no id and no test outputs."""
    tests = tuple(Pair(grid) for grid in puzzle.test)
    return _framed(svg.task(Task("puzzle", puzzle.train, tests)))


def task(task: Task) -> str:
    """A task as HTML."""
    return _framed(svg.task(task))


def task_set(tasks: TaskSet) -> str:
    """A task set as HTML: a contact sheet of its first tasks."""
    if len(tasks) <= SHEET:
        return _framed(svg.task_set(tasks))
    first = TaskSet(tasks.name, tasks.tasks[:SHEET])
    left = f"<p>{escape(tasks.name)}: the first {SHEET} of {len(tasks):,} tasks</p>"
    return left + _framed(svg.task_set(first))


def _framed(picture: str) -> str:
    # A wide picture scrolls in its own box, so that a narrow page keeps its width.
    return f'<div style="overflow-x:auto">{picture}</div>'
