"""Hand-made grids and tasks that many tests use, and hypothesis strategies for any of them.

No data of any published set is in here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from hypothesis import strategies as st

from arcgrid import Grid, Pair, Submission, Task, TaskSet, as_grid
from arcgrid.result import Attempt

Rows: TypeAlias = list[list[int]]


def pair(input: Rows, output: Rows | None = None) -> Pair:
    return Pair(as_grid(input), None if output is None else as_grid(output))


def task(id: str, *answers: Rows) -> Task:
    """A task with one train pair and a test pair for each answer."""
    tests = tuple(pair([[number % 10]], answer) for number, answer in enumerate(answers))
    return Task(id, (pair([[1, 2]], [[2, 1]]),), tests)


def task_set(*tasks: Task, name: str = "hand-made") -> TaskSet:
    return TaskSet(name, tasks)


def submission(
    attempts: Mapping[str, Sequence[Sequence[Attempt | Rows]]], name: str = "given"
) -> Submission:
    """A submission from plain rows; what is no list is taken as it is."""
    return Submission(
        name,
        {
            id: tuple(
                tuple(as_grid(one) if isinstance(one, list) else one for one in attempts)
                for attempts in tests
            )
            for id, tests in attempts.items()
        },
    )


@st.composite
def grids(draw: st.DrawFn, max_side: int = 30) -> Grid:
    """Any grid of 1x1 to max_side x max_side."""
    height = draw(st.integers(1, max_side))
    width = draw(st.integers(1, max_side))
    cells = draw(st.binary(min_size=height * width, max_size=height * width))
    return as_grid((np.frombuffer(cells, np.uint8) % 10).reshape(height, width))


SMALL = grids(max_side=4)

IDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)


@st.composite
def tasks(draw: st.DrawFn, answers: bool = False, ids: st.SearchStrategy[str] = IDS) -> Task:
    """Any task of small grids; test outputs may be unknown unless `answers`."""
    train = draw(st.lists(st.builds(Pair, SMALL, SMALL), min_size=1, max_size=3))
    output = SMALL if answers else st.none() | SMALL
    test = draw(st.lists(st.builds(Pair, SMALL, output), min_size=1, max_size=3))
    return Task(draw(ids), tuple(train), tuple(test))


@st.composite
def task_sets(draw: st.DrawFn, answers: bool = True) -> TaskSet:
    """Any task set of one to four tasks."""
    ids = draw(st.lists(IDS, min_size=1, max_size=4, unique=True))
    return TaskSet("any", tuple(draw(tasks(answers, st.just(id))) for id in ids))
