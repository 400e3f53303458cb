"""The search for states of one problem: grown in lockstep on all grids, then gathered as pieces.

What is made of the pieces lives in `stacking`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arcgrid import Grid
from arcgrid.kernels import CachedKernel
from arcgrid_solvers.search.families.states.arena import COST, TUPLE_KIND, Arena, arena_of
from arcgrid_solvers.search.families.states.expand import (
    CANVAS,
    EXPAND,
    PRICE,
    Expansion,
    group_tables,
    kernel_of,
    variant_table,
)
from arcgrid_solvers.search.families.states.images import IMAGE
from arcgrid_solvers.search.families.states.operations import VARIANTS, assembly, lists, subgrids
from arcgrid_solvers.search.families.states.pieces import (
    PIECE_FIELDS,
    Outputs,
    Pieces,
    gather,
)
from arcgrid_solvers.search.families.states.replay import BLANK, INPUT, SHARED
from arcgrid_solvers.search.families.states.sizes import SizeRule, predict_sizes
from arcgrid_solvers.search.problem import Meter, Problem

WORK_PER_UNIT = 60
"""What the engine counts as work, over the meter's units."""

RESERVED = 4
"""The part of the work that growing leaves for what comes after it: 1 out of so many."""

MAX_PIECES = 12000
GATHERED_PER_UNIT = 200
"""Cells of states that are compared with the outputs in a unit."""
FEWEST_GATHERED = 2000
PIECE_CELLS = 48 << 20

COLLAPSES = (lists.CHOICES, lists.ODD_ONES)
"""Operations that make an image of a list."""

ENDS = (
    (lists.OVERLAYS, 1),
    (assembly.ASSEMBLY, len(assembly.ASSEMBLY.variants)),
    (subgrids.SUBGRIDS, len(subgrids.SUBGRIDS.variants)),
)
"""Operations that make an image of every list in the end, and how many of their variants do."""


KEPT_MEMORY = 128 << 20
"""Arenas up to this size are kept for the next puzzle."""


@dataclass(frozen=True, slots=True)
class Growth:
    """How far the states of a problem are grown.

    Attributes:
        depth: the cost of operations, one after the other, at which it ends.
        memory: bytes for states.
        sizes: sizes of the output that are tried.
    """

    depth: int
    memory: int
    sizes: int


class StateSearch:
    """The states of one problem, and the pieces among them."""

    def __init__(self, problem: Problem, meter: Meter, growth: Growth) -> None:
        self.problem, self.meter, self.growth = problem, meter, growth
        self.reserve = meter.left // RESERVED
        self.grids = problem.inputs + problem.tests
        self.trains = len(problem.inputs)
        self.arena: Arena = arena_of(growth.memory, len(VARIANTS))
        seen = np.bincount(np.concatenate([grid.ravel() for grid in self.grids]), minlength=10)
        colors = sum(1 << c for c in range(10) if seen[c])
        self.tables = group_tables(colors)
        self.shared = shared_cells(problem.outputs)
        self.target = np.concatenate([output.ravel() for output in problem.outputs])
        self.sizes: list[SizeRule] | None = None
        self.grown: tuple[int, SizeRule] | None = None
        every = [set(np.unique(output).tolist()) for output in problem.outputs]
        self.paints = sum(1 << c for c in set.intersection(*every) if c)

    def grow(self) -> Iterator[SizeRule]:
        """Grow the states for the likeliest sizes of the output; yields each size once done.

        Those that are grown already come first.
        """
        if self.sizes is None:
            second = self._two_layers()
            self.sizes = predict_sizes(
                *(self.arena, self.problem.outputs, len(self.problem.tests), self.growth.sizes)
            )
            self.meter.spend(self.arena.tuple_count * len(self.grids), "sizes")
            if self.sizes:
                self._grow_for(self.sizes[0], second)
        for size in sorted(self.sizes, key=lambda size: not self._has_grown(size)):
            if not self._has_grown(size):
                self._grow_for(size, self._two_layers())
            yield size

    def _has_grown(self, size: SizeRule) -> bool:
        """Whether the arena has the states for a size now."""
        return self.grown == (self.arena.begun, size)

    def _grow_for(self, size: SizeRule, second: int) -> None:
        """Go on from two steps, the second of which begins there, with the canvases of a size."""
        arena = self.arena
        self._paint_canvases(size)
        third = arena.tuple_count
        self._expand(0, second, 20, canvas=True)
        fourth = arena.tuple_count
        self._expand(third, fourth, 20, canvas=False)
        self._expand(third, fourth, 20, canvas=True)
        if self.growth.depth > 20:
            self._collapse_lists()
        self._overlay_lists()
        if arena.full:
            self.meter.note("the memory for states is full: nothing was made of the last ones")
        self.grown = (arena.begun, size)

    def _two_layers(self) -> int:
        """Begin anew, and take two steps from the roots; where the second one's states begin."""
        self._begin()
        first = self.arena.tuple_count
        self._expand(0, first, 10, canvas=False)
        second = self.arena.tuple_count
        self._expand(first, second, 20, canvas=False)
        return second

    def _begin(self) -> None:
        arena, others = self.arena, self.problem.outputs
        arena.begin(len(self.grids))
        self.canvases = np.ones((len(self.grids), 2), np.int64)
        arena.add_root([arena.add_image(grid) for grid in self.grids], INPUT, 0)
        if self.shared is not None:
            cells = [shared_cells(others[:i] + others[i + 1 :]) for i in range(self.trains)]
            cells += [self.shared] * len(self.problem.tests)
            nodes = [arena.add_image(grid) for grid in cells if grid is not None]
            if len(nodes) == len(self.grids):
                arena.add_root(nodes, SHARED, 10)

    def _paint_canvases(self, size: SizeRule) -> None:
        shapes = [output.shape for output in self.problem.outputs] + list(size.tests)
        self.canvases = np.array(shapes, np.int64)
        blanks = [self.arena.add_image(np.ones(shape, np.uint8)) for shape in shapes]
        if min(blanks) >= 0:
            self.arena.add_root(blanks, BLANK, 10)

    def _expand(self, start: int, end: int, depth: int, *, canvas: bool) -> None:
        for expand, table in zip(EXPAND, self.tables, strict=True):
            rows = table[table[:, CANVAS] == canvas]
            if len(rows) and self.meter.left > self.reserve:
                self._run(expand, rows, start, end, depth)

    def _run(
        self,
        expand: CachedKernel,
        rows: NDArray[np.int64],
        start: int,
        end: int,
        depth: int,
        reserve: int | None = None,
    ) -> None:
        arena, before = self.arena, self.arena.work
        left = self.meter.left - (self.reserve if reserve is None else reserve)
        limit = before + left * WORK_PER_UNIT
        expansion = Expansion(rows, self.canvases, start, end, self.trains, depth, limit)
        expand(*arena.records, expansion)
        self.meter.spend((arena.work - before) // WORK_PER_UNIT, "grow")

    def _collapse_lists(self) -> None:
        """Go one step deeper where that step makes an image of a list."""
        end = self.arena.tuple_count
        for operation in COLLAPSES:
            if self.meter.left > self.reserve:
                self._run(kernel_of(operation), variant_table(operation), 0, end, 30)

    def _overlay_lists(self) -> None:
        """Make images of every list, free of cost."""
        end = self.arena.tuple_count
        for operation, variants in ENDS:
            rows = variant_table(operation)[:variants].copy()
            rows[:, PRICE] = 0
            self._run(kernel_of(operation), rows, 0, end, 1 << 20, self.reserve // 2)

    def gather(self, *, all: bool = False) -> tuple[Pieces, Outputs]:
        """The pieces among the states, and what they are laid on.

        With `all` every state that is an image, however wrong, in its own colors.
        """
        arena = self.arena
        starts = np.concatenate([[0], self.canvases.prod(axis=1).cumsum()]).astype(np.int64)
        length = int(starts[-1])
        outputs = Outputs(self.canvases, starts, self.target, self.trains)
        most = min(MAX_PIECES, PIECE_CELLS // length)
        room = Pieces(np.empty((most, length), np.uint8), np.empty((most, PIECE_FIELDS), np.int64))
        facts = arena.tuples.facts[: arena.tuple_count]
        images = np.flatnonzero(facts[:, TUPLE_KIND] == IMAGE)
        order = images[np.argsort(facts[images, COST], kind="stable")].astype(np.int64)
        paints, least = (0, 0) if all else (self.paints, max(1, self.trains - 1))
        order = order[: max(FEWEST_GATHERED, self.meter.left * GATHERED_PER_UNIT // length)]
        found = gather(
            *(*arena.records, order, outputs, paints),
            *(least, room),
        )
        self.meter.spend(len(order) * length // GATHERED_PER_UNIT, "gather")
        return Pieces(room.cells[:found], room.info[:found]), outputs


_LAST: list[StateSearch] = []


def search_of(problem: Problem, meter: Meter, growth: Growth) -> StateSearch:
    """The search for the states of a problem; the last one again where it was for the same."""
    for last in _LAST:
        if last.growth == growth and last.problem.equals(problem):
            last.meter = meter
            return last
    _LAST[:] = [StateSearch(problem, meter, growth)]
    return _LAST[0]


def release() -> None:
    """Forget the last search, and its states' memory where that is much."""
    for last in _LAST:
        if last.growth.memory > KEPT_MEMORY:
            arena_of.cache_clear()
    _LAST.clear()


def shared_cells(outputs: Sequence[Grid]) -> Grid | None:
    """The cells that outputs of one shape have in common, 0 elsewhere; None for other shapes."""
    if not outputs or len({output.shape for output in outputs}) > 1:
        return None
    same = np.all([output == outputs[0] for output in outputs], axis=0)
    return np.where(same, outputs[0], 0).astype(np.uint8)
