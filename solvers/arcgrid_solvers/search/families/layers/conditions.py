"""Conditions on layers as sets of cells, and the shortest conjunctions that tell cells apart.

The loops are in `bits`; what cells are to be told apart, and why, is `learn`'s affair.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from arcgrid_solvers.search.families.layers import bits
from arcgrid_solvers.search.families.layers.bits import Sets
from arcgrid_solvers.search.families.layers.board import Board

EACH = 2.0
"""Bits to say that there is one condition more."""

MOST_FOUND = 60
"""So many conjunctions are looked for at once."""

MOST_PAIRED, MOST_TRIPLED = 1000, 150
"""So many conditions, the cheapest ones, are combined with each other to two and to three."""

MOST_CONDITIONS, CONDITION_BYTES = 30_000, 32 << 20
SLOTS = 1 << 16

Words: TypeAlias = NDArray[np.uint64]
Found: TypeAlias = tuple[float, tuple[int, ...]]
"""What a conjunction costs, and the conditions that it is of."""


def pack(flags: NDArray[np.bool_]) -> Words:
    """Flags as the bits of words."""
    padded = np.pad(flags, (0, -len(flags) % 64))
    return np.packbits(padded, bitorder="little").view(np.uint64)


def unpack(words: Words, count: int) -> NDArray[np.bool_]:
    """The first bits of words as flags."""
    return np.unpackbits(words.view(np.uint8), bitorder="little", count=count).astype(np.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class Conditions:
    """All conditions on the layers of a board, the cheapest first.

    Attributes:
        sets: of each the cells for which it holds; the first `words` words are train cells.
        info: layer, operation and value of each, as in `bits`.
        costs: the bits that it takes to say each.
        words: as above.
    """

    sets: Sets
    info: NDArray[np.int32]
    costs: NDArray[np.float64]
    words: int

    @classmethod
    def of(cls, board: Board) -> Conditions:
        """The conditions of a board; the cheapest layers' where there are too many."""
        tests = board.values.shape[1] - board.cells
        valid = np.concatenate([pack(np.ones(n, np.bool_)) for n in (board.cells, tests)])
        room = min(MOST_CONDITIONS, CONDITION_BYTES // valid.nbytes)
        sets = np.empty((room, len(valid)), np.uint64)
        info, costs = np.empty((room, 3), np.int32), np.empty(room)
        masks = np.empty((bits.VALUES, len(valid)), np.uint64)
        found = bits.make_conditions(
            bits.Layers(board.values, board.ordered, board.costs, board.cells),
            np.argsort(board.costs, kind="stable").astype(np.int32),
            bits.Room(sets, info, costs, valid, masks, np.empty(SLOTS, np.int32)),
        )
        order = np.argsort(costs[:found], kind="stable")
        return cls(sets[order], info[order], costs[order], -(-board.cells // 64))

    def conjunctions(self, want: Words, bad: Words) -> tuple[list[Found], int]:
        """Conjunctions that hold of all cells wanted and of none that are bad, the cheapest first.

        Those of a single condition, of two, and where there is neither, of three. Returns them with
        the work that it took, in pairs of sets.
        """
        chosen = np.empty(len(self.sets), np.int32)
        chosen = chosen[: bits.supersets(self.sets, want, chosen)]
        work = len(self.sets)
        if not len(chosen):
            return [], work
        best = bits.Best(
            np.empty((MOST_FOUND, bits.MOST_CONDITIONS), np.int32), np.empty(MOST_FOUND)
        )
        rest = np.empty((len(chosen), len(bad)), np.uint64)
        search = bits.Search(self.sets, self.costs, chosen, EACH, rest)
        found, pairs = bits.conjunctions(search, bad, MOST_PAIRED, MOST_TRIPLED, best)
        rows = best.rows[:found].tolist()
        return [
            (cost, tuple(index for index in row if index >= 0))
            for cost, row in zip(best.totals[:found].tolist(), rows, strict=True)
        ], work + pairs

    def cells_of(self, chosen: tuple[int, ...], words: slice) -> Words:
        """The cells, in some of the words, for which all of some conditions hold."""
        cells: Words = np.bitwise_and.reduce(self.sets[list(chosen), words], axis=0)
        return cells
