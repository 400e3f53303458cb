"""Finding stacks: which pieces of a search, laid upon each other, leave nothing out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from arcgrid_solvers.search.candidate import Candidate
from arcgrid_solvers.search.families.states.pieces import (
    ALL,
    CLEAN_ALL,
    PAINT,
    PIECE_COST,
    PLACE,
    TUPLE,
    stack,
)
from arcgrid_solvers.search.families.states.replay import path
from arcgrid_solvers.search.families.states.search import StateSearch
from arcgrid_solvers.search.families.states.sizes import SizeRule
from arcgrid_solvers.search.families.states.stacks import Layer, Stack

NAME = "states"
MAX_STACKED = 10


class Stacking:
    """The pieces of one search for a size, and the ways to stack them."""

    def __init__(self, search: StateSearch, size: SizeRule) -> None:
        self.search, self.size = search, size
        self.pieces, self.outputs = search.gather()
        self.trains, self.starts = search.trains, self.outputs.starts
        self.seen: set[tuple[object, ...]] = set()

    def candidates(self) -> Iterator[Candidate]:
        """Single pieces that explain everything, then stacks of several."""
        everything = (1 << self.trains) - 1
        whole = np.flatnonzero(self.pieces.info[:, CLEAN_ALL] == everything)
        for above, depth in pairwise([-1, *self._depths()]):
            if above >= 0 and self.search.meter.exhausted:
                return
            without = [self._stack(subset, subset, depth) for subset in self._all_but_one()]
            held_out = tuple(
                self._fits(canvas)[pair] for pair, (_, canvas) in enumerate(without)
            ) or (False,)
            costs = self.pieces.info[whole, PIECE_COST]
            for piece in whole[(above < costs) & (costs <= depth)]:
                yield from self._candidate([(int(piece), ALL)], self.pieces.cells[piece], held_out)
            stacks = [
                self._stack(everything, focus, depth)
                for focus in [everything, *(1 << pair for pair in range(self.trains))]
            ]
            for chosen, canvas in stacks + without:
                yield from self._candidate(chosen, canvas, held_out)

    def _depths(self) -> list[int]:
        """Depths to stop at, with few programs first: a step, two steps, all."""
        costs = self.pieces.info[:, PIECE_COST]
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
            *(self.pieces, self.outputs, subset, focus, depth),
            *(chosen, canvas, np.empty_like(canvas)),
        )
        self.search.meter.spend(1 + len(self.pieces.cells) * len(canvas) // 1000, "stack")
        return [(int(piece), int(way)) for piece, way in chosen[:used]], canvas

    def _fits(self, canvas: NDArray[np.uint8]) -> tuple[bool, ...]:
        starts, target = self.starts, self.outputs.target
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
        yield Candidate(NAME, program, bits, tuple(answers), fits, held_out)

    def _layer(self, piece: int, way: int) -> Layer:
        row = self.pieces.info[piece]
        made = path(self.search.arena, int(row[TUPLE]))
        return Layer(made, int(row[PLACE]), int(row[PAINT]), way)

    def _bits(self, piece: int) -> float:
        """8 bits an operation, 2 for a place of its own, 3 for paint, and 2 for one piece more."""
        row = self.pieces.info[piece]
        return float(row[PIECE_COST] * 0.8 + 2 * row[PLACE] + 3 * (row[PAINT] > 0) + 2)
