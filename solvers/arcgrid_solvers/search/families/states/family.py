"""The core family: programs that stack pieces, each made of the input by a few operations.

States of all grids are searched in lockstep (`engine`); those that are nowhere wrong on the canvas
of the output are pieces, and a stack of pieces that leaves nothing out is a candidate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from arcgrid import Grid
from arcgrid.kernels.compile import CachedKernel
from arcgrid.palette import NAMES
from arcgrid_solvers.search.candidate import Candidate
from arcgrid_solvers.search.engine import lists
from arcgrid_solvers.search.engine.arena import (
    COST,
    TUPLE_KIND,
    Arena,
    arena_of,
)
from arcgrid_solvers.search.engine.expand import (
    CANVAS,
    EXPAND,
    PRICE,
    VARIANTS,
    group_tables,
    kernel_of,
    variant_table,
)
from arcgrid_solvers.search.engine.layout import IMAGE
from arcgrid_solvers.search.engine.pieces import (
    ALL,
    AT_ORIGIN,
    BITS,
    CLEAN_ALL,
    EMPTY,
    FILLED,
    OWN_COLORS,
    PAINT,
    PIECE_COST,
    PIECE_FIELDS,
    PLACE,
    TUPLE,
    gather,
    stack,
)
from arcgrid_solvers.search.engine.replay import BLANK, INPUT, SHARED, Image, Path, path, replay
from arcgrid_solvers.search.problem import Meter, Problem
from arcgrid_solvers.search.sizes import Shape, SizeRule, predict_sizes

WORK_PER_UNIT = 60
"""What the engine counts as work, over the meter's units."""

RESERVED = 4
"""The part of the work that growing leaves for what comes after it: 1 out of so many."""

MAX_PIECES = 12000
GATHERED_PER_UNIT = 200
"""Cells of states that are compared with the outputs in a unit."""
FEWEST_GATHERED = 2000
PIECE_CELLS = 48 << 20
MAX_STACKED = 10

COLLAPSES = (lists.CHOICES, lists.ODD_ONES)
"""Operations that make an image of a list."""

WAYS = {ALL: "paint", FILLED: "paint the filled cells of", EMPTY: "leave empty what is empty in"}


@dataclass(frozen=True, slots=True)
class Layer:
    """One piece of a program: how it is made and put on the canvas."""

    path: Path
    place: int
    paint: int
    way: int

    def __str__(self) -> str:
        words = f"{WAYS[self.way]} ({self.path})"
        if self.place == AT_ORIGIN:
            words += " at the upper left corner"
        return words + (f" in {NAMES[self.paint]}" if self.paint else "")


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """A program: pieces laid on a canvas, the first ones on top.

    Attributes:
        size: the canvas' shape.
        layers: the pieces.
        shared: the cells that all train outputs share, if they have one shape. A candidate's `fits`
            ask more: there each pair sees the cells that the other outputs share.
    """

    size: SizeRule
    layers: tuple[Layer, ...]
    shared: Grid | None

    def run(self, grid: Grid) -> Grid | None:
        """The output for an input."""
        shape = self.size.run(grid)
        if shape is None:
            return None
        canvas = np.zeros(shape, np.uint8)
        painted = np.zeros(shape, np.bool_)
        for layer in self.layers:
            piece = self._piece(layer, grid, shape)
            used = np.ones(shape, np.bool_)
            if layer.way != ALL:
                used = (piece > 0) == (layer.way == FILLED)
            canvas = np.where(used & ~painted, piece, canvas)
            painted |= used
        return canvas

    def _piece(self, layer: Layer, grid: Grid, shape: Shape) -> Grid:
        root = None
        if layer.path.root == SHARED:
            root = self.shared
        elif layer.path.root == BLANK:
            root = np.ones(shape, np.uint8)
        made = replay(grid, layer.path.steps, shape, root)
        piece = np.zeros(shape, np.uint8)
        if made is not None:
            _lay(made[0], layer.place, piece)
        if layer.paint != OWN_COLORS:
            piece[piece > 0] = layer.paint
        return piece

    def explain(self) -> str:
        """The program in words."""
        layers = "; then ".join(map(str, self.layers)) or "leave all empty"
        return f"on {self.size} cells {layers}"


def _lay(image: Image, place: int, canvas: Grid) -> None:
    top, left = (0, 0) if place == AT_ORIGIN else (image.row, image.col)
    for row in range(image.grid.shape[0]):
        for col in range(image.grid.shape[1]):
            if 0 <= row + top < canvas.shape[0] and 0 <= col + left < canvas.shape[1]:
                canvas[row + top, col + left] = image.grid[row, col]


@dataclass(slots=True)
class Growth:
    """How far the states of a problem are grown."""

    depth: int
    memory: int
    sizes: int


def propose(problem: Problem, meter: Meter, growth: Growth | None = None) -> Iterator[Candidate]:
    """Stacks of pieces for the output, with the fewest operations first."""
    growth = growth or Growth(20, 256 << 20, 1)
    if not problem.inputs:
        return
    search = StateSearch(problem, meter, growth)
    for size in search.grow():
        yield from search.candidates(size)


class StateSearch:
    """The states of one problem, and what can be stacked from them."""

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
        every = [set(np.unique(output).tolist()) for output in problem.outputs]
        self.paints = sum(1 << c for c in set.intersection(*every) if c)

    def grow(self) -> Iterator[SizeRule]:
        """Grow the states for the likeliest sizes of the output; yields each size once done."""
        arena = self.arena
        self._begin()
        first = arena.tuple_count
        self._expand(0, first, 10, canvas=False)
        second = arena.tuple_count
        self._expand(first, second, 20, canvas=False)
        sizes = predict_sizes(
            arena, self.problem.outputs, len(self.problem.tests), self.growth.sizes
        )
        self.meter.spend(arena.tuple_count * len(self.grids), "sizes")
        for number, size in enumerate(sizes):
            if number:
                self._begin()
                self._expand(0, first, 10, canvas=False)
                second = arena.tuple_count
                self._expand(first, second, 20, canvas=False)
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
            yield size

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
        self, expand: CachedKernel, rows: NDArray[np.int64], start: int, end: int, depth: int
    ) -> None:
        before = self.arena.work
        limit = before + (self.meter.left - self.reserve) * WORK_PER_UNIT
        expand(
            *self.arena.search_arrays, rows, self.canvases, start, end, self.trains, depth, limit
        )
        self.meter.spend((self.arena.work - before) // WORK_PER_UNIT, "grow")

    def _collapse_lists(self) -> None:
        """Go one step deeper where that step makes an image of a list."""
        end = self.arena.tuple_count
        for operation in COLLAPSES:
            if self.meter.left > self.reserve:
                self._run(kernel_of(operation), variant_table(operation), 0, end, 30)

    def _overlay_lists(self) -> None:
        """Make an image of every list, free of cost."""
        row = variant_table(lists.OVERLAYS)[:1].copy()
        row[0, PRICE] = 0
        self._run(kernel_of(lists.OVERLAYS), row, 0, self.arena.tuple_count, 1 << 20)

    def candidates(self, size: SizeRule) -> Iterator[Candidate]:
        """What can be stacked on canvases of a size."""
        pieces, info = self._gather()
        yield from Stacking(self, size, pieces, info).candidates()

    def _gather(self) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        arena = self.arena
        areas = self.canvases.prod(axis=1)
        self.starts = np.concatenate([[0], areas.cumsum()]).astype(np.int64)
        length = int(self.starts[-1])
        pieces = np.empty((min(MAX_PIECES, PIECE_CELLS // length), length), np.uint8)
        info = np.empty((len(pieces), PIECE_FIELDS), np.int64)
        facts = arena.facts[: arena.tuple_count]
        images = np.flatnonzero(facts[:, TUPLE_KIND] == IMAGE)
        order = images[np.argsort(facts[images, COST], kind="stable")].astype(np.int64)
        least = max(1, self.trains - 1)
        order = order[: max(FEWEST_GATHERED, self.meter.left * GATHERED_PER_UNIT // length)]
        found = gather(
            *(arena.cells, arena.images, arena.nodes, arena.tuples, arena.facts, order),
            *(self.canvases, self.starts, self.target, self.trains, self.paints, least),
            *(pieces, info, np.empty(1 << BITS, np.int32)),
        )
        self.meter.spend(len(order) * length // GATHERED_PER_UNIT, "gather")
        return pieces[:found], info[:found]


def shared_cells(outputs: Sequence[Grid]) -> Grid | None:
    """The cells that outputs of one shape have in common, 0 elsewhere; None for other shapes."""
    if not outputs or len({output.shape for output in outputs}) > 1:
        return None
    same = np.all([output == outputs[0] for output in outputs], axis=0)
    return np.where(same, outputs[0], 0).astype(np.uint8)


class Stacking:
    """The pieces of one search, and the ways to stack them."""

    def __init__(
        self,
        search: StateSearch,
        size: SizeRule,
        pieces: NDArray[np.uint8],
        info: NDArray[np.int64],
    ) -> None:
        self.search, self.size, self.pieces, self.info = search, size, pieces, info
        self.trains, self.starts = search.trains, search.starts
        self.seen: set[tuple[object, ...]] = set()

    def candidates(self) -> Iterator[Candidate]:
        """Single pieces that explain everything, then stacks of several."""
        everything = (1 << self.trains) - 1
        whole = np.flatnonzero(self.info[:, CLEAN_ALL] == everything)
        for above, depth in pairwise([-1, *self._depths()]):
            if above >= 0 and self.search.meter.exhausted:
                return
            without = [self._stack(subset, subset, depth) for subset in self._all_but_one()]
            held_out = tuple(
                self._fits(canvas)[pair] for pair, (_, canvas) in enumerate(without)
            ) or (False,)
            costs = self.info[whole, PIECE_COST]
            for piece in whole[(above < costs) & (costs <= depth)]:
                yield from self._candidate([(int(piece), ALL)], self.pieces[piece], held_out)
            stacks = [
                self._stack(everything, focus, depth)
                for focus in [everything, *(1 << pair for pair in range(self.trains))]
            ]
            for chosen, canvas in stacks + without:
                yield from self._candidate(chosen, canvas, held_out)

    def _depths(self) -> list[int]:
        """Depths to stop at, with few programs first: a step, two steps, all."""
        costs = self.info[:, PIECE_COST]
        stops = [stop for stop in (10, 20) if (costs <= stop).any()]
        return stops + ([int(costs.max())] if (costs > 20).any() else [])

    def _all_but_one(self) -> list[int]:
        everything = (1 << self.trains) - 1
        return [everything & ~(1 << pair) for pair in range(self.trains)] if self.trains > 1 else []

    def _stack(
        self, subset: int, focus: int, depth: int
    ) -> tuple[list[tuple[int, int]], NDArray[np.uint8]]:
        chosen = np.empty((MAX_STACKED, 2), np.int64)
        canvas = np.empty(int(self.starts[-1]), np.uint8)
        used = stack(
            *(self.pieces, self.info, self.search.target, self.starts, self.trains),
            *(subset, focus, depth, chosen, canvas, np.empty_like(canvas)),
        )
        self.search.meter.spend(1 + len(self.pieces) * len(canvas) // 1000, "stack")
        return [(int(piece), int(way)) for piece, way in chosen[:used]], canvas

    def _fits(self, canvas: NDArray[np.uint8]) -> tuple[bool, ...]:
        starts, target = self.starts, self.search.target
        return tuple(
            bool((canvas[start:end] == target[start:end]).all())
            for start, end in pairwise(starts[: self.trains + 1])
        )

    def _candidate(
        self,
        chosen: list[tuple[int, int]],
        canvas: NDArray[np.uint8],
        held_out: tuple[bool, ...],
    ) -> Iterator[Candidate]:
        fits = self._fits(canvas)
        tests = canvas[self.starts[self.trains] :].tobytes()
        if not any(fits) or not chosen or (tests, fits) in self.seen:
            return
        self.seen.add((tests, fits))
        layers = tuple(self._layer(piece, way) for piece, way in chosen)
        bits = self.size.cost / 4 + sum(self._bits(piece) for piece, _ in chosen)
        answers = []
        for number, (rows, columns) in enumerate(self.size.tests, self.trains):
            cells = canvas[self.starts[number] : self.starts[number + 1]]
            answers.append(cells.reshape(rows, columns).copy())
        program = Stack(self.size, layers, self.search.shared)
        yield Candidate("states", program, bits, tuple(answers), fits, held_out)

    def _layer(self, piece: int, way: int) -> Layer:
        row = self.info[piece]
        made = path(self.search.arena, int(row[TUPLE]))
        return Layer(made, int(row[PLACE]), int(row[PAINT]), way)

    def _bits(self, piece: int) -> float:
        """8 bits an operation, 2 for a place of its own, 3 for paint, and 2 for one piece more."""
        row = self.info[piece]
        return float(row[PIECE_COST] * 0.8 + 2 * row[PLACE] + 3 * (row[PAINT] > 0) + 2)
