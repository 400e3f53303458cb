"""What shape the output has: rules found among the shapes of everything the search has made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from arcgrid import MAX_SIDE, Grid
from arcgrid_solvers.search.families.states.arena import (
    COST,
    FIRST,
    KIND,
    NUMBER,
    PARENT,
    STEP,
    Arena,
)
from arcgrid_solvers.search.families.states.images import HEIGHT, IMAGE, WIDTH
from arcgrid_solvers.search.families.states.replay import INPUT, Steps, path, replay, words_of

Shape: TypeAlias = tuple[int, int]
Lengths = NDArray[np.int64]

SHAPE_FIELDS, LENGTH_FIELD = (HEIGHT, WIDTH), -1
SIDES = {HEIGHT: "height", WIDTH: "width", LENGTH_FIELD: "length"}


@dataclass(frozen=True, slots=True)
class Length:
    """One side of the output: a number that the search can read off, times and plus constants.

    Attributes:
        steps: what is made of the input first; None where the length is always `plus`.
        field: `HEIGHT` or `WIDTH` of the image made, or LENGTH_FIELD, of the list.
        times, per, plus: the length is `times * number / per + plus`.
        cost: how far-fetched it is.
    """

    steps: Steps | None
    field: int
    times: int
    per: int
    plus: int
    cost: int

    def run(self, grid: Grid) -> int | None:
        """The length for an input, or None where there is none."""
        if self.steps is None:
            return self.plus
        state = replay(grid, self.steps, (1, 1), None)
        if state is None:
            return None
        number = (
            len(state) if self.field == LENGTH_FIELD else state[0].grid.shape[self.field == WIDTH]
        )
        whole, rest = divmod(self.times * number, self.per)
        length = whole + self.plus
        return length if rest == 0 and 1 <= length <= MAX_SIDE else None

    def __str__(self) -> str:
        if self.steps is None:
            return str(self.plus)
        number = f"the {SIDES[self.field]} of ({words_of(self.steps)})"
        scaled = f"{self.times} times {number}" if self.times > 1 else number
        scaled = f"{scaled} over {self.per}" if self.per > 1 else scaled
        return f"{scaled} plus {self.plus}" if self.plus else scaled


@dataclass(frozen=True, slots=True)
class SizeRule:
    """How the output's shape follows from the input, with what it says about each test input."""

    height: Length
    width: Length
    cost: int
    tests: tuple[Shape, ...]

    def run(self, grid: Grid) -> Shape | None:
        """The shape for an input, or None where there is none."""
        height, width = self.height.run(grid), self.width.run(grid)
        return None if height is None or width is None else (height, width)

    def __str__(self) -> str:
        return f"{self.height} x {self.width}"


@dataclass(frozen=True, slots=True)
class Seeds:
    """Numbers that the search can read off all grids: a row of `values` for each, by cost."""

    values: Lengths
    costs: Lengths
    tuples: Lengths
    fields: Lengths


def seeds_of(arena: Arena, columns: int) -> Seeds:
    """Heights and widths of all images and lengths of all lists, the cheapest of equal ones."""
    count = arena.tuple_count
    nodes, costs = arena.tuples.rows[:count], arena.tuples.facts[:count, COST].astype(np.int64)
    whole = np.flatnonzero((nodes >= 0).all(axis=1) & _of_input(arena, count))
    table, images = arena.nodes.table, arena.memory.images
    first = table[nodes[whole], FIRST]
    image = table[nodes[whole, 0], KIND] == IMAGE
    parts = [(images[first[image], field], whole[image], field) for field in SHAPE_FIELDS]
    parts.append((table[nodes[whole[~image]], NUMBER], whole[~image], LENGTH_FIELD))
    values = np.concatenate([part[0] for part in parts]).reshape(-1, columns)
    tuples = np.concatenate([part[1] for part in parts])
    fields = np.concatenate([np.full(len(part[1]), part[2]) for part in parts])
    order = np.argsort(costs[tuples], kind="stable")
    _, unique = np.unique(values[order], axis=0, return_index=True)
    kept = order[np.sort(unique)]
    return Seeds(values[kept], costs[tuples[kept]], tuples[kept], fields[kept])


def _of_input(arena: Arena, count: int) -> NDArray[np.bool_]:
    """Which tuples are made of the input, not of another root."""
    facts, ancestors = arena.tuples.facts, np.arange(count)
    while True:
        parents = facts[ancestors, PARENT]
        if (parents < 0).all():
            of_input: NDArray[np.bool_] = facts[ancestors, STEP] == INPUT
            return of_input
        ancestors = np.where(parents >= 0, parents, ancestors)


def predict_sizes(arena: Arena, outputs: Sequence[Grid], tests: int, most: int) -> list[SizeRule]:
    """Rules that give all train outputs' shapes and differ in the tests' shapes, best first."""
    wanted = np.array([output.shape for output in outputs], np.int64)
    seeds = seeds_of(arena, len(outputs) + tests)
    heights = list(_lengths(arena, seeds, wanted[:, 0], tests))
    widths = list(_lengths(arena, seeds, wanted[:, 1], tests))
    found: dict[tuple[Shape, ...], SizeRule] = {}
    for height, tall in heights:
        for width, wide in widths:
            together = height.steps == width.steps
            cost = max(height.cost, width.cost) if together else height.cost + width.cost + 2
            shapes = tuple(zip(tall, wide, strict=True))
            if shapes not in found or cost < found[shapes].cost:
                found[shapes] = SizeRule(height, width, cost, shapes)
    return sorted(found.values(), key=lambda rule: rule.cost)[:most]


KEPT = 12
"""So many rules for each side are combined with those of the other."""


def _lengths(
    arena: Arena, seeds: Seeds, wanted: Lengths, tests: int
) -> Iterator[tuple[Length, tuple[int, ...]]]:
    """Rules for one side with what they say about the tests; different ones, cheapest first."""
    rules = list(_constant(wanted, tests))
    for times, per in ((1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (1, 2), (1, 3), (1, 4)):
        rules += _multiples(arena, seeds, wanted, times, per)
    rules.sort(key=lambda rule: rule[0].cost)
    seen: set[tuple[int, ...]] = set()
    for length, said in rules:
        if len(seen) < KEPT and said not in seen and all(1 <= n <= MAX_SIDE for n in said):
            seen.add(said)
            yield length, said


def _constant(wanted: Lengths, tests: int) -> Iterator[tuple[Length, tuple[int, ...]]]:
    if (wanted == wanted[0]).all():
        length = int(wanted[0])
        yield Length(None, HEIGHT, 1, 1, length, 1), (length,) * tests


def _multiples(
    arena: Arena, seeds: Seeds, wanted: Lengths, times: int, per: int
) -> list[tuple[Length, tuple[int, ...]]]:
    scaled, rest = np.divmod(seeds.values * times, per)
    trains = len(wanted)
    plus = wanted - scaled[:, :trains]
    fits = (rest == 0).all(axis=1) & (plus == plus[:, :1]).all(axis=1) & (abs(plus[:, 0]) <= 3)
    found = []
    for index in np.flatnonzero(fits)[:KEPT]:
        offset = int(plus[index, 0])
        cost = int(seeds.costs[index]) + 4 * (times * per > 1) + (10 + abs(offset)) * (offset != 0)
        steps = path(arena, int(seeds.tuples[index])).steps
        length = Length(steps, int(seeds.fields[index]), times, per, offset, cost)
        found.append((length, tuple(int(n) for n in scaled[index, trains:] + offset)))
    return found
