"""Which pieces are nowhere wrong, and how they are stacked, beside slow twins."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from arcgrid import Grid
from arcgrid_solvers.search.families.states.arena import TUPLE_KIND
from arcgrid_solvers.search.families.states.images import IMAGE
from arcgrid_solvers.search.families.states.pieces import (
    ALL,
    CLEAN_ALL,
    CLEAN_EMPTY,
    CLEAN_FILLED,
    FILLED,
    PAINT,
    PIECE_COST,
    PIECE_FIELDS,
    PLACE,
    TUPLE,
    Outputs,
    Pieces,
    stack,
)
from arcgrid_solvers.search.families.states.search import StateSearch
from tests.search.families.states.plain_states import Image
from tests.search.families.states.steps import state_of
from tests.search.puzzles import KINDS, puzzle, search

CASES = [pytest.param(kind, seed, id=f"{kind} {seed}") for kind in KINDS for seed in (3, 4)]


def laid(found: StateSearch, index: int, place: int) -> list[Grid]:
    """A tuple's images on the canvases; nothing where there is no image."""
    canvases = []
    for node, shape in zip(found.arena.tuples.rows[index].tolist(), found.canvases, strict=True):
        canvas = np.zeros(tuple(shape), np.uint8)
        state = state_of(found.arena, node) if node >= 0 else None
        if isinstance(state, Image):
            for row, line in enumerate(state.grid):
                for col, color in enumerate(line):
                    y, x = (row, col) if place else (row + state.row, col + state.col)
                    if 0 <= y < canvas.shape[0] and 0 <= x < canvas.shape[1]:
                        canvas[y, x] = color
        canvases.append(canvas)
    return canvases


def painted(canvases: list[Grid], paint: int) -> list[Grid]:
    return [np.where(grid > 0, paint, 0).astype(np.uint8) if paint else grid for grid in canvases]


def clean(found: StateSearch, canvases: list[Grid]) -> tuple[int, int, int]:
    """The pairs in which all cells, the filled ones, the empty ones are right."""
    masks = [0, 0, 0]
    for pair, output in enumerate(found.problem.outputs):
        right, filled = canvases[pair] == output, canvases[pair] > 0
        for way, cells in enumerate((right, right[filled], right[~filled])):
            masks[way] |= int(cells.all()) << pair
    return masks[0], masks[1], masks[2]


def cells_of(canvases: list[Grid]) -> bytes:
    return b"".join(grid.tobytes() for grid in canvases)


@pytest.mark.parametrize(("kind", "seed"), CASES)
def test_pieces_are_all_that_is_clean(kind: str, seed: int) -> None:
    found = search(puzzle(kind, seed), 8_000)
    for _ in found.grow():
        (pieces, info), _ = found.gather()
        everything = {piece.tobytes() for piece in pieces}
        assert len(everything) == len(pieces)
        for piece, row in zip(pieces, info, strict=True):
            made = painted(laid(found, int(row[TUPLE]), int(row[PLACE])), int(row[PAINT]))
            assert piece.tobytes() == cells_of(made)
            assert row[[CLEAN_ALL, CLEAN_FILLED, CLEAN_EMPTY]].tolist() == list(clean(found, made))
        assert set(map(cells_of, clean_pieces(found))) == everything


def clean_pieces(found: StateSearch) -> list[list[Grid]]:
    """All tuples that are clean in all pairs but one at most, at every place, in every paint."""
    least = max(found.trains - 1, 1)
    kinds = found.arena.tuples.facts[: found.arena.tuple_count, TUPLE_KIND]
    made = []
    for index in np.flatnonzero(kinds == IMAGE).tolist():
        for place in (0, 1):
            own = laid(found, index, place)
            for paint in [0, *(c for c in range(1, 10) if found.paints >> c & 1)]:
                canvases = painted(own, paint)
                _, filled, empty = clean(found, canvases)
                if max(filled.bit_count(), 0 if paint else empty.bit_count()) >= least:
                    made.append(canvases)
    return made


def greedy(
    pieces: NDArray[np.uint8],
    info: NDArray[np.int64],
    starts: NDArray[np.int64],
    subset: int,
    focus: int,
    depth: int,
) -> tuple[list[tuple[int, int]], NDArray[np.uint8]]:
    """Always the first of those uses of a piece that fill most, filled cells before empty ones."""
    ends = pairwise(starts)
    seen = np.concatenate(
        [np.full(end - start, focus >> pair & 1 > 0) for pair, (start, end) in enumerate(ends)]
    )
    canvas, free = np.zeros(len(seen), np.uint8), np.ones(len(seen), np.bool_)
    chosen: list[tuple[int, int]] = []
    while len(chosen) < 4:
        gains = {}
        for number, piece in enumerate(pieces):
            for way, used in enumerate((piece >= 0, piece > 0, piece == 0)):
                if (
                    info[number, PIECE_COST] <= depth
                    and info[number, CLEAN_ALL + way] & subset == subset
                ):
                    new = piece[used & free & seen]
                    gains[number, way] = int((new > 0).sum()), int((new == 0).sum())
        best = max(gains, key=lambda key: gains[key], default=(0, 0))
        if gains.get(best, (0, 0)) == (0, 0):
            break
        chosen.append(best)
        used = (pieces[best[0]] >= 0, pieces[best[0]] > 0, pieces[best[0]] == 0)[best[1]] & free
        canvas[used], free = pieces[best[0]][used], free & ~used
        if gains[best][0] == 0:
            break
    return chosen, canvas


@pytest.mark.parametrize("seed", range(30))
def test_the_stack_takes_what_fills_most(seed: int) -> None:
    random = np.random.default_rng(seed)
    trains, shapes = int(random.integers(1, 4)), random.integers(1, 9, 5)
    starts = np.concatenate([[0], shapes[: trains + 1].cumsum()]).astype(np.int64)
    target = random.integers(0, 3, starts[trains]).astype(np.uint8)
    pieces = random.integers(0, 3, (12, starts[-1])).astype(np.uint8)
    near = random.random((12, starts[trains])) < 0.9
    pieces[:, : starts[trains]] = np.where(near, target, 0)
    info = np.zeros((12, PIECE_FIELDS), np.int64)
    info[:, PIECE_COST] = np.sort(random.choice([0, 10, 20], 12))
    info[:, CLEAN_ALL:] = random.integers(0, 1 << trains, (12, 3)) | random.integers(0, 8, (12, 3))
    canvases = np.stack([np.ones_like(shapes), shapes], axis=1)[: trains + 1].astype(np.int64)
    arrays = Pieces(pieces, info), Outputs(canvases, starts, target, trains)
    for subset in (1, (1 << trains) - 1):
        for focus in (1 << trains - 1, (1 << trains) - 1):
            for depth in (10, 20):
                chosen = np.full((4, 2), -1, np.int64)
                canvas, held = np.full((2, starts[-1]), 9, np.uint8)
                used = stack(*arrays, subset, focus, depth, chosen, canvas, held)
                wanted, cells = greedy(pieces, info, starts, subset, focus, depth)
                assert [tuple(row) for row in chosen[:used].tolist()] == wanted
                assert canvas.tolist() == cells.tolist()


def test_pieces_are_used_in_three_ways() -> None:
    """A full piece, the filled cells of one and the empty ones of another."""
    pieces = np.array([[1, 0, 2, 2], [0, 3, 0, 0], [5, 5, 0, 5]], np.uint8)
    info = np.zeros((3, PIECE_FIELDS), np.int64)
    info[1, CLEAN_FILLED] = info[2, CLEAN_EMPTY] = 1
    target, starts = np.array([0, 3, 0, 0], np.uint8), np.array([0, 4], np.int64)
    chosen, canvas = np.zeros((10, 2), np.int64), np.empty(4, np.uint8)
    arrays = Pieces(pieces, info), Outputs(np.array([[1, 4]]), starts, target, 1)
    used = stack(*arrays, 1, 1, 9, chosen, canvas, np.empty(4, np.uint8))
    assert chosen[:used].tolist() == [[1, FILLED], [2, 2]]
    assert canvas.tolist() == [0, 3, 0, 0]
    info[0, CLEAN_ALL] = 1
    used = stack(*arrays, 1, 1, 9, chosen, canvas, np.empty(4, np.uint8))
    assert chosen[:used].tolist() == [[0, ALL]]
