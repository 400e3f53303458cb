"""States put into an arena by hand, and single steps of the search taken from them."""

from __future__ import annotations

import numpy as np

from arcgrid_solvers.search.families.states.arena import SLACK_CELLS, SLACK_IMAGES, Arena, arena_of
from arcgrid_solvers.search.families.states.expand import VARIANTS
from arcgrid_solvers.search.families.states.images import (
    CELL_TOP,
    HEIGHT,
    IMAGE_TOP,
    MAX_IMAGES,
    MAX_SIDE,
    NODE_TOP,
    OFFSET,
    TUPLE_TOP,
    WIDTH,
)
from arcgrid_solvers.search.families.states.operations.operation import IMAGE, LIST
from arcgrid_solvers.search.families.states.replay import kernel_and_row
from tests.kernels.plain import Cell
from tests.search.families.states.plain_states import Image, State

NO_LIMIT = 1 << 60
STEPS = {variant.words: step for step, variant in enumerate(VARIANTS)}


def poison(arena: Arena) -> None:
    """Garbage wherever an operation has no business to read: no colors, far places."""
    images, cells = arena.counters[IMAGE_TOP], arena.counters[CELL_TOP]
    arena.cells[cells : cells + SLACK_CELLS] = 0xAB
    arena.images[images : images + SLACK_IMAGES] = 1 << 40
    nodes, tuples = arena.counters[NODE_TOP], arena.counters[TUPLE_TOP]
    arena.nodes[nodes : nodes + 9] = arena.tuples[tuples : tuples + 9] = 1 << 20
    arena.facts[tuples : tuples + 9] = arena.memo[:9] = 1 << 20


def put(arena: Arena, state: State) -> int:
    """A node for a state, as if some operation had made it."""
    images = state if isinstance(state, list) else [state]
    first, node = int(arena.counters[IMAGE_TOP]), int(arena.counters[NODE_TOP])
    for index, image in enumerate(images, first):
        cells = np.array(image.grid, np.uint8).ravel()
        top = int(arena.counters[CELL_TOP])
        padded = (cells.size + 7) // 8 * 8
        arena.cells[top : top + padded] = np.pad(cells, (0, padded - cells.size))
        colors = sum(1 << color for color in np.unique(cells).tolist() if color)
        arena.images[index] = top, image.height, image.width, image.row, image.col, colors
        arena.counters[CELL_TOP] = top + padded
    arena.counters[IMAGE_TOP], arena.counters[NODE_TOP] = first + len(images), node + 1
    arena.nodes[node] = first, len(images), LIST if isinstance(state, list) else IMAGE, node, -1
    return node


def begin(arena: Arena, state: State) -> None:
    """Begin a search with one grid in this state."""
    arena.begin(1)
    node = put(arena, state)
    arena.tuples[0], arena.counters[TUPLE_TOP] = node, 1
    arena.facts[0] = -1, -1, 0, arena.nodes[node, 2]


def state_of(arena: Arena, node: int) -> State:
    first, number, kind = arena.nodes[node, :3].tolist()
    images = []
    for offset, height, width, row, col in arena.images[first : first + number, :5].tolist():
        cells = arena.cells[offset : offset + height * width].reshape(height, width).tolist()
        images.append(Image(tuple(map(tuple, cells)), row, col))
    return images if kind == LIST else images[0]


def take(state: State, step: int, canvas: Cell) -> State | None:
    """What a step makes of a state, in an arena full of garbage; nothing else may have changed."""
    arena = arena_of(8 << 20, len(VARIANTS))
    begin(arena, state)
    poison(arena)
    before = arena.counters[[IMAGE_TOP, CELL_TOP]].tolist()
    expand, table = kernel_and_row(step)
    canvases = np.array([canvas], np.int64)
    expand(*arena.search_arrays, table, canvases, 0, 1, 0, 0, NO_LIMIT)
    assert state_of(arena, 0) == state
    assert not arena.full
    if arena.tuple_count == 1:
        assert arena.counters[[IMAGE_TOP, CELL_TOP]].tolist() == before, "something was left behind"
        return None
    node = int(arena.tuples[1, 0])
    check_images(arena, node, before)
    return state_of(arena, node)


def check_images(arena: Arena, node: int, before: list[int]) -> None:
    """A node's images lie one after another behind the others, each padded with zeros."""
    first, number, kind = arena.nodes[node, :3].tolist()
    assert first == before[0]
    assert 1 <= number <= (MAX_IMAGES if kind == LIST else 1)
    at = before[1]
    for row in arena.images[first : first + number]:
        assert row[OFFSET] == at
        assert 1 <= row[HEIGHT] <= MAX_SIDE + 2
        assert 1 <= row[WIDTH] <= MAX_SIDE + 2
        end = at + int(row[HEIGHT] * row[WIDTH])
        at = (end + 7) // 8 * 8
        assert not arena.cells[end:at].any()
    assert arena.counters[[IMAGE_TOP, CELL_TOP]].tolist() == [first + number, at]
