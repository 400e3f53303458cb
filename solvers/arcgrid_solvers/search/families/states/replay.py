"""The steps that lead to a state, in words, and taken again from another grid."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from arcgrid import Grid
from arcgrid.kernels import CachedKernel
from arcgrid.palette import NAMES
from arcgrid_solvers.search.families.states.arena import (
    FIRST,
    NUMBER,
    PARENT,
    STEP,
    Arena,
    new_arena,
)
from arcgrid_solvers.search.families.states.expand import PRICE, Expansion, kernel_of, variant_table
from arcgrid_solvers.search.families.states.images import COL, HEIGHT, OFFSET, ROW, WIDTH
from arcgrid_solvers.search.families.states.operations import OPERATIONS, VARIANTS

Steps: TypeAlias = tuple[int, ...]

INPUT, SHARED, BLANK = -1, -2, -3
"""Roots: the input; cells that the other outputs share; a filled canvas."""
ROOT_WORDS = {INPUT: "the input", SHARED: "what outputs share", BLANK: "a filled canvas"}

REPLAY_MEMORY = 64 << 20
NO_LIMIT = 1 << 60


@dataclass(frozen=True, slots=True)
class Path:
    """A root and the steps taken from it."""

    root: int
    steps: Steps

    def __str__(self) -> str:
        return words_of(self.steps, ROOT_WORDS[self.root])


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """A grid with its place; 0 is transparent."""

    grid: NDArray[np.uint8]
    row: int
    col: int


def path(arena: Arena, index: int) -> Path:
    """How a tuple came about."""
    facts, steps = arena.tuples.facts, []
    while facts[index, PARENT] >= 0:
        steps.append(int(facts[index, STEP]))
        index = int(facts[index, PARENT])
    return Path(int(facts[index, STEP]), tuple(reversed(steps)))


def words_of(steps: Steps, start: str = "the input") -> str:
    """Steps in words."""
    said = [VARIANTS[step].words.format(*NAMES) for step in steps]
    return ", ".join([start, *said])


@cache
def kernel_and_row(step: int) -> tuple[CachedKernel, NDArray[np.int64]]:
    """The kernel of a variant, and the table that holds it alone, free of cost."""
    before = 0
    for operation in OPERATIONS:
        if step < before + len(operation.variants):
            row = variant_table(operation)[step - before][None].copy()
            row[0, PRICE] = 0
            return kernel_of(operation), row
        before += len(operation.variants)
    raise IndexError(step)


@cache
def _arena() -> Arena:
    """An arena for `replay` alone: a search may be under way in one of the same size."""
    return new_arena(REPLAY_MEMORY, len(VARIANTS))


def replay(
    grid: Grid, steps: Steps, canvas: tuple[int, int], root: Grid | None
) -> list[Image] | None:
    """The images that some steps make of a grid (or of another root); None where they fail."""
    arena = _arena()
    arena.begin(1)
    node = arena.add_image(grid if root is None else root)
    canvases = np.array([canvas], np.int64)
    for step in steps:
        expand, variant = kernel_and_row(step)
        arena.restart(node)
        expand(*arena.records, Expansion(variant, canvases, 0, 1, 0, 0, NO_LIMIT))
        if arena.tuple_count == 1:
            return None
        node = int(arena.tuples.rows[1, 0])
    first, number = arena.nodes.table[node, [FIRST, NUMBER]].tolist()
    return [_image(arena, image) for image in range(first, first + number)]


def _image(arena: Arena, image: int) -> Image:
    row = arena.memory.images[image]
    cells = arena.memory.cells[row[OFFSET] : row[OFFSET] + row[HEIGHT] * row[WIDTH]]
    return Image(cells.reshape(row[HEIGHT], row[WIDTH]).copy(), int(row[ROW]), int(row[COL]))
