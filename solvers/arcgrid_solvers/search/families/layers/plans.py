"""Plans: which actions together explain all cells that change, before it is known where.

An action gives a color, or copies a layer. What tells its cells from others is found in `learn`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from arcgrid import Grid
from arcgrid_solvers.search.families.layers import bits
from arcgrid_solvers.search.families.layers.board import Board
from arcgrid_solvers.search.families.layers.conditions import Words, pack

CONSTANT = 3.0
"""Bits to say a color."""

MOST_PLANS = 10
MOST_WITH_COPY = 3
"""So many colors may be given besides a layer that is copied."""
MOST_COPIED = 60
"""So many layers, those that explain most, are copied two at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Action:
    """What may become of a cell.

    Attributes:
        layer: what is copied; -1 for a color.
        color: what is given; 10 for a copy.
        cost: the bits to say it.
        right: the train cells that it gets right.
    """

    layer: int
    color: int
    cost: float
    right: Words

    def colors(self, board: Board) -> Grid:
        """The color that it gives to every cell of a board."""
        if self.layer < 0:
            return np.full(board.values.shape[1], self.color, np.uint8)
        values = board.values[self.layer]
        return np.where(values < bits.COLORS, values, board.base)


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Actions that together explain all changes; where two do, the first one counts."""

    actions: tuple[Action, ...]

    @property
    def cost(self) -> float:
        """The bits to say all actions."""
        return sum(action.cost for action in self.actions)


@dataclass(frozen=True, slots=True, eq=False)
class Actions:
    """All actions that explain something on a board.

    Attributes:
        every: the train cells.
        changed: those whose color is not the base's.
        colors, copies: the actions of either kind; of equal copies the cheapest.
    """

    every: Words
    changed: Words
    colors: tuple[Action, ...]
    copies: tuple[Action, ...]

    @classmethod
    def of(cls, board: Board) -> Actions:
        """The actions of a board."""
        target, base = board.target, board.base[: board.cells]
        changed = pack(target != base)
        colors = tuple(
            Action(-1, int(color), CONSTANT, pack(target == color))
            for color in np.unique(target[target != base])
        )
        every = pack(np.ones(board.cells, np.bool_))
        return cls(every, changed, colors, tuple(_copies(board, changed)))

    def plans(self, changed: Words) -> list[Plan]:
        """Plans for some of the changed cells, the cheapest first."""
        needed = tuple(action for action in self.colors if (action.right & changed).any())
        found = [Plan(needed), *self._mixed(needed, changed)]
        if not any(len(plan.actions) == 1 for plan in found):
            found += _double(self.copies, changed)
        found.sort(key=lambda plan: plan.cost)
        return found[:MOST_PLANS]

    def _mixed(self, colors: Sequence[Action], changed: Words) -> Iterator[Plan]:
        """A copy alone, or with fewer colors than it would take without it."""
        for copy in self.copies:
            rest = changed & ~copy.right
            more = tuple(action for action in colors if (action.right & rest).any())
            if len(more) < len(colors) and len(more) <= MOST_WITH_COPY:
                yield Plan((copy, *more))


def _double(copies: Sequence[Action], changed: Words) -> Iterator[Plan]:
    """Two copies that together explain all."""
    explained = [-int(np.bitwise_count(copy.right & changed).sum()) for copy in copies]
    order = sorted(range(len(copies)), key=lambda k: (explained[k], copies[k].cost))[:MOST_COPIED]
    for rank, one in enumerate(order):
        rest = changed & ~copies[one].right
        for other in order[rank + 1 :]:
            if not (rest & ~copies[other].right).any():
                yield Plan((copies[one], copies[other]))


def _copies(board: Board, changed: Words) -> Iterator[Action]:
    """Copies that explain a change, each that is different once."""
    order = board.copies[np.argsort(board.costs[board.copies], kind="stable")]
    right = np.empty((len(order), len(changed)), np.uint64)
    bits.mark_right(board.values, order, board.base, board.target, right)
    useful = (right & changed).any(axis=1)
    seen = set()
    for layer, row in zip(order[useful].tolist(), right[useful], strict=True):
        action = Action(layer, bits.COLORS, float(board.costs[layer]), row)
        given = action.colors(board).tobytes()
        if given not in seen:
            seen.add(given)
            yield action
