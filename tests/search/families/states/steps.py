"""States put into an arena by hand, and single steps of the search taken from them."""

from __future__ import annotations

import numpy as np

from arcgrid import MAX_SIDE
from arcgrid_solvers.search.families.states.arena import SLACK_CELLS, SLACK_IMAGES, Arena, arena_of
from arcgrid_solvers.search.families.states.expand import Expansion
from arcgrid_solvers.search.families.states.images import (
    CELL_TOP,
    HEIGHT,
    IMAGE,
    IMAGE_TOP,
    LIST,
    MAX_IMAGES,
    NODE_TOP,
    OFFSET,
    TUPLE_TOP,
    WIDTH,
)
from arcgrid_solvers.search.families.states.operations import VARIANTS
from arcgrid_solvers.search.families.states.replay import kernel_and_row
from tests.kernels.plain import Cell
from tests.search.families.states.plain_states import Image, State

NO_LIMIT = 1 << 60
STEPS = {variant.words: step for step, variant in enumerate(VARIANTS)}


def poison(arena: Arena) -> None:
    """Garbage wherever an operation has no business to read: no colors, far places."""
    (cells, images, counters), nodes, tuples = arena.records
    image, cell, node, row = counters[[IMAGE_TOP, CELL_TOP, NODE_TOP, TUPLE_TOP]].tolist()
    cells[cell : cell + SLACK_CELLS] = 0xAB
    images[image : image + SLACK_IMAGES] = 1 << 40
    nodes.table[node : node + 9] = tuples.rows[row : row + 9] = 1 << 20
    tuples.facts[row : row + 9] = nodes.memo[:9] = 1 << 20


def put(arena: Arena, state: State) -> int:
    """A node for a state, as if some operation had made it."""
    cells, images, counters = arena.memory
    given = state if isinstance(state, list) else [state]
    first, node = int(counters[IMAGE_TOP]), int(counters[NODE_TOP])
    for index, image in enumerate(given, first):
        flat = np.array(image.grid, np.uint8).ravel()
        top = int(counters[CELL_TOP])
        padded = (flat.size + 7) // 8 * 8
        cells[top : top + padded] = np.pad(flat, (0, padded - flat.size))
        colors = sum(1 << color for color in np.unique(flat).tolist() if color)
        images[index] = top, image.height, image.width, image.row, image.col, colors
        counters[CELL_TOP] = top + padded
    counters[IMAGE_TOP], counters[NODE_TOP] = first + len(given), node + 1
    kind = LIST if isinstance(state, list) else IMAGE
    arena.nodes.table[node] = first, len(given), kind, node, -1
    return node


def begin(arena: Arena, state: State) -> None:
    """Begin a search with one grid in this state."""
    arena.begin(1)
    node = put(arena, state)
    arena.tuples.rows[0], arena.memory.counters[TUPLE_TOP] = node, 1
    arena.tuples.facts[0] = -1, -1, 0, arena.nodes.table[node, 2]


def state_of(arena: Arena, node: int) -> State:
    first, number, kind = arena.nodes.table[node, :3].tolist()
    images = []
    for offset, height, width, row, col in arena.memory.images[first : first + number, :5].tolist():
        cells = arena.memory.cells[offset : offset + height * width].reshape(height, width).tolist()
        images.append(Image(tuple(map(tuple, cells)), row, col))
    return images if kind == LIST else images[0]


def take(state: State, step: int, canvas: Cell) -> State | None:
    """What a step makes of a state, in an arena full of garbage; nothing else may have changed."""
    arena = arena_of(8 << 20, len(VARIANTS))
    begin(arena, state)
    poison(arena)
    before = arena.memory.counters[[IMAGE_TOP, CELL_TOP]].tolist()
    expand, table = kernel_and_row(step)
    canvases = np.array([canvas], np.int64)
    expand(*arena.records, Expansion(table, canvases, 0, 1, 0, 0, NO_LIMIT))
    assert state_of(arena, 0) == state
    assert not arena.full
    if arena.tuple_count == 1:
        assert arena.memory.counters[[IMAGE_TOP, CELL_TOP]].tolist() == before, (
            "something was left behind"
        )
        return None
    node = int(arena.tuples.rows[1, 0])
    check_images(arena, node, before)
    return state_of(arena, node)


def check_images(arena: Arena, node: int, before: list[int]) -> None:
    """A node's images lie one after another behind the others, each padded with zeros."""
    first, number, kind = arena.nodes.table[node, :3].tolist()
    assert first == before[0]
    assert 1 <= number <= (MAX_IMAGES if kind == LIST else 1)
    at = before[1]
    for row in arena.memory.images[first : first + number]:
        assert row[OFFSET] == at
        assert 1 <= row[HEIGHT] <= MAX_SIDE + 2
        assert 1 <= row[WIDTH] <= MAX_SIDE + 2
        end = at + int(row[HEIGHT] * row[WIDTH])
        at = (end + 7) // 8 * 8
        assert not arena.memory.cells[end:at].any()
    assert arena.memory.counters[[IMAGE_TOP, CELL_TOP]].tolist() == [first + number, at]
