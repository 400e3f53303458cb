"""Steps: rules of one action that explain a part of what changes, and spoil nothing.

What is left after a step is a problem of its own, which other families may solve.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from arcgrid import Grid
from arcgrid_solvers.search.families.layers.board import Board
from arcgrid_solvers.search.families.layers.conditions import unpack
from arcgrid_solvers.search.families.layers.learn import Clause, Learner
from arcgrid_solvers.search.families.layers.plans import Action
from arcgrid_solvers.search.families.layers.rule import LayerRule
from arcgrid_solvers.search.problem import Problem

MOST_STEPS = 8
MOST_COPIES = 40
LEAST_COPIED = 0.3
"""What a copy has to explain of all changes."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A rule with what it makes of the train inputs, then of the tests, and what it costs."""

    rule: LayerRule
    made: tuple[Grid, ...]
    bits: float


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A clause that explains a part of the changes, and the cells of the board after it."""

    clauses: tuple[Clause, ...]
    cells: Grid
    cost: float


_KNOWN: list[tuple[Problem, list[Step]]] = []


def note(problem: Problem, steps: Sequence[Step]) -> None:
    """Keep steps for a problem until its puzzle is done."""
    for known, kept in _KNOWN:
        if known.equals(problem):
            kept.extend(steps)
            return
    _KNOWN.append((problem, list(steps)))


def steps_of(problem: Problem) -> list[Step]:
    """The steps that are known for a problem, the cheapest first."""
    found = [step for known, steps in _KNOWN if known.equals(problem) for step in steps]
    return sorted(found, key=lambda step: step.bits)[:MOST_STEPS]


def forget() -> None:
    """Forget all steps."""
    _KNOWN.clear()


def partial(learner: Learner) -> Iterator[Part]:
    """What each action explains by itself, if not all, with the shortest conjunction for it.

    First of all, that nothing is said but how the board comes about.
    """
    actions = learner.actions
    yield Part((), learner.board.base, 0.0)
    changed = int(np.bitwise_count(actions.changed).sum())
    for action in (*actions.colors, *actions.copies[:MOST_COPIES]):
        want = actions.changed & action.right
        explained = int(np.bitwise_count(want).sum())
        if explained == changed or (action.layer >= 0 and explained < LEAST_COPIED * changed):
            continue
        found = learner.conjunctions(want, actions.every & ~action.right)
        if found:
            group = learner.grouped(found)[0]
            cells = painted(learner, action, group.conditions)
            yield Part((Clause(action, group.conditions),), cells, action.cost + group.cost)


def painted(learner: Learner, action: Action, conditions: tuple[int, ...]) -> Grid:
    """All cells of a board after an action where some conditions hold."""
    board, words = learner.board, learner.conditions.words
    chosen = np.ones(len(board.base), np.bool_)
    if conditions:
        train = unpack(learner.conditions.cells_of(conditions, slice(0, words)), board.cells)
        rest = len(board.base) - board.cells
        test = unpack(learner.conditions.cells_of(conditions, slice(words, None)), rest)
        chosen = np.concatenate([train, test])
    return np.where(chosen, action.colors(board), board.base).astype(np.uint8)


def grids_of(board: Board, cells: Grid) -> tuple[Grid, ...]:
    """The cells of a board as grids."""
    grids = []
    for index, shape in enumerate(board.shapes):
        grid = cells[board.starts[index] : board.starts[index + 1]].reshape(shape).copy()
        grid.setflags(write=False)
        grids.append(grid)
    return tuple(grids)
