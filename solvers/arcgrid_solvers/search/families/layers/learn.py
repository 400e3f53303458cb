"""Rules that say where which color is put: for each action of a plan, conjunctions of conditions.

All short conjunctions are found, not one: a rule's weight halves with every `SCALE` bits, and what
most of the weight says of the tests is the answer. How much that is, is known with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

import numpy as np

from arcgrid import Grid
from arcgrid_solvers.search.families.layers.board import Board
from arcgrid_solvers.search.families.layers.conditions import (
    Conditions,
    Found,
    Words,
    pack,
    unpack,
)
from arcgrid_solvers.search.families.layers.plans import Action, Actions, Plan

SCALE = 1.5
"""Bits that make a rule half as likely."""

MOST_JOINED = 12
"""So many combinations of the actions' cells are looked at, the heaviest first."""

EVERYWHERE: Found = (0.0, ())


@dataclass(frozen=True, slots=True, eq=False)
class Clause:
    """An action with the conditions under which it is taken."""

    action: Action
    conditions: tuple[int, ...]


@dataclass(slots=True, eq=False)
class Said:
    """What rules say of the tests: the cells, by which weight, and the shortest such rule.

    Attributes:
        cells: the colors of all test cells.
        weight: of all rules that say so.
        cost: the bits of the shortest.
        clauses: its own; the first one that holds of a cell counts.
    """

    cells: Grid
    weight: float
    cost: float
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Conjunctions that hold of the same cells of the tests."""

    weight: float
    cost: float
    conditions: tuple[int, ...]
    cells: Words


@dataclass(slots=True, eq=False)
class Learner:
    """Learns rules from one board.

    Attributes:
        actions: what may become of its cells.
        work: done so far, in sets and pairs of sets looked at.
    """

    board: Board
    conditions: Conditions
    actions: Actions
    work: int = 0
    known: dict[bytes, list[Found]] = field(default_factory=dict)

    def answers(self) -> list[Said]:
        """All that rules say of the tests, what has most weight first."""
        found: dict[bytes, Said] = {}
        if self.actions.changed.any():
            for plan in self.actions.plans(self.actions.changed):
                groups = self._groups(plan)
                for said in self._joined(plan, groups):
                    _add(found, said)
        return sorted(found.values(), key=lambda said: -said.weight)

    def _groups(self, plan: Plan) -> list[list[Group]]:
        """For each action of a plan where it may be taken; empty if no conjunction tells one's."""
        actions, groups = self.actions, []
        left, above = actions.changed, np.zeros_like(actions.changed)
        for action in plan.actions:
            want = left & action.right
            bad = actions.every & ~action.right & ~above
            left, above = left & ~want, above | want
            found = self.conjunctions(want, bad)
            if not found:
                return []
            groups.append(self.grouped(found))
        return groups

    def conjunctions(self, want: Words, bad: Words) -> list[Found]:
        """The shortest conjunctions that hold of all cells wanted and of none that are bad."""
        key = want.tobytes() + bad.tobytes()
        if key not in self.known:
            found, work = self.conditions.conjunctions(want, bad)
            self.work += work
            self.known[key] = found if bad.any() else [EVERYWHERE, *found]
        return self.known[key]

    def grouped(self, found: Sequence[Found]) -> list[Group]:
        """Conjunctions by what they hold of among the tests, the heaviest first."""
        tests = slice(self.conditions.words, None)
        everywhere = pack(np.ones(self.board.values.shape[1] - self.board.cells, np.bool_))
        by_cells: dict[bytes, list[tuple[Found, Words]]] = {}
        for conjunction in found:
            chosen = conjunction[1]
            cells = self.conditions.cells_of(chosen, tests) if chosen else everywhere
            by_cells.setdefault(cells.tobytes(), []).append((conjunction, cells))
        groups = []
        for members in by_cells.values():
            (cost, conditions), cells = members[0]
            weight = sum(2.0 ** (-found[0] / SCALE) for found, _ in members)
            groups.append(Group(weight, cost, conditions, cells))
        return sorted(groups, key=lambda group: (-group.weight, group.cost))

    def _joined(self, plan: Plan, groups: Sequence[Sequence[Group]]) -> Iterator[Said]:
        """What comes of the heaviest choices of one group for each action."""
        if not groups:
            return
        board, tests = self.board, slice(self.board.cells, None)
        colors = [action.colors(board)[tests] for action in plan.actions]
        for weight, chosen in _heaviest(groups):
            cells = board.base[tests].copy()
            for group, color in zip(reversed(chosen), reversed(colors), strict=True):
                cells = np.where(unpack(group.cells, len(cells)), color, cells)
            yield Said(
                cells,
                weight * 2.0 ** (-plan.cost / SCALE),
                plan.cost + sum(group.cost for group in chosen),
                tuple(
                    Clause(action, group.conditions)
                    for action, group in zip(plan.actions, chosen, strict=True)
                ),
            )


def _add(found: dict[bytes, Said], said: Said) -> None:
    """Add up what says the same."""
    key = said.cells.tobytes()
    known = found.setdefault(key, said)
    if known is not said:
        weight = known.weight + said.weight
        if said.cost < known.cost:
            found[key] = known = said
        known.weight = weight


def _heaviest(groups: Sequence[Sequence[Group]]) -> Iterator[tuple[float, list[Group]]]:
    """Choices of one member of each, by the product of their weights."""
    first = (0,) * len(groups)
    heap = [(-_weight(groups, first), first)]
    seen = {first}
    for _ in range(MOST_JOINED):
        if not heap:
            return
        weight, places = heappop(heap)
        yield -weight, [members[place] for members, place in zip(groups, places, strict=True)]
        for at, members in enumerate(groups):
            after = (*places[:at], places[at] + 1, *places[at + 1 :])
            if after[at] < len(members) and after not in seen:
                seen.add(after)
                heappush(heap, (-_weight(groups, after), after))


def _weight(groups: Sequence[Sequence[Group]], places: tuple[int, ...]) -> float:
    weight = 1.0
    for members, place in zip(groups, places, strict=True):
        weight *= members[place].weight
    return weight
