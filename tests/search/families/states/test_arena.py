"""The arena: what looks the same is one node, nothing overflows, and old contents do not matter."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from arcgrid_solvers.search.families.states.arena import (
    KIND,
    MEMO,
    SLACK_CELLS,
    TUPLE_KIND,
    UNKNOWN,
    Arena,
    Nodes,
    Tuples,
    arena_of,
)
from arcgrid_solvers.search.families.states.expand import EXPAND, Expansion, group_tables
from arcgrid_solvers.search.families.states.images import (
    CELL_TOP,
    IMAGE,
    IMAGE_TOP,
    MEMO_TOP,
    NODE_BITS,
    NODE_TOP,
    TUPLE_BITS,
    WORK,
    Memory,
)
from arcgrid_solvers.search.families.states.operations import VARIANTS
from arcgrid_solvers.search.families.states.replay import kernel_and_row
from tests.search.families.states.plain_pairs import ORACLES
from tests.search.families.states.plain_states import Image
from tests.search.families.states.steps import NO_LIMIT, STEPS, state_of

CANARY = 0x5A
TAIL = 1 << 20
LIMIT = 1_500_000
ROOT = Path(__file__).parents[4]


def new_arena(size: int) -> Arena:
    arena: Arena = arena_of.__wrapped__(size, len(VARIANTS))
    return arena


def guarded(size: int) -> tuple[Arena, list[NDArray[np.uint8]]]:
    """An arena between whose arrays there is room that nobody may write to."""
    arena, tails = new_arena(size), []

    def moved(array: NDArray[Any]) -> NDArray[Any]:
        memory = np.full(array.nbytes + TAIL, CANARY, np.uint8)
        tails.append(memory[array.nbytes :])
        return memory[: array.nbytes].view(array.dtype).reshape(array.shape)

    cells, images, counters = arena.memory
    arena.memory = Memory(moved(cells), moved(images), counters)
    words = arena.memory.cells.view(np.uint64)
    arena.nodes = Nodes(words, *[moved(array) for array in arena.nodes[1:]])
    arena.tuples = Tuples(arena.tuples.rows, *[moved(array) for array in arena.tuples[1:]])
    arena.room = moved(arena.room)
    return arena, tails


def grids(number: int, side: int = 6, seed: int = 0) -> list[NDArray[np.uint8]]:
    random = np.random.default_rng(seed)
    return [
        np.where(random.random((side, side)) < 0.5, random.integers(1, 4, (side, side)), 0).astype(
            np.uint8
        )
        for _ in range(number)
    ]


def grow(arena: Arena, inputs: list[NDArray[np.uint8]], limit: int = LIMIT) -> Arena:
    """Two layers of everything."""
    arena.begin(len(inputs))
    arena.add_root([arena.add_image(grid) for grid in inputs], -1, 0)
    expand_all(arena, 0, 1, 10, limit)
    expand_all(arena, 1, arena.tuple_count, 20, limit)
    return arena


def expand_all(arena: Arena, start: int, end: int, depth: int, limit: int) -> None:
    columns = arena.tuples.rows.shape[1]
    canvases = np.full((columns, 2), 6, np.int64)
    for expand, table in zip(EXPAND, group_tables(0b1110), strict=True):
        expand(*arena.records, Expansion(table, canvases, start, end, columns - 1, depth, limit))


def contents(arena: Arena) -> bytes:
    """All that the arena holds."""
    top = arena.memory.counters
    held = (
        arena.memory.cells[: top[CELL_TOP]],
        arena.memory.images[: top[IMAGE_TOP]],
        arena.nodes.table[: top[NODE_TOP]],
        arena.nodes.slots[: 1 << top[NODE_BITS]],
        arena.nodes.memo[: top[MEMO_TOP]],
        arena.tuples.rows[: arena.tuple_count],
        arena.tuples.facts[: arena.tuple_count],
        arena.tuples.slots[: 1 << top[TUPLE_BITS]],
        top,
    )
    return b"".join(array.tobytes() for array in held)


def spoil(arena: Arena, byte: int) -> None:
    """Garbage everywhere."""
    for array in (*arena.memory, *arena.nodes, *arena.tuples, arena.room):
        array.view(np.uint8)[:] = byte


@pytest.fixture(scope="module")
def grown() -> Arena:
    return grow(new_arena(64 << 20), grids(2))


def test_nodes_and_tuples_are_different(grown: Arena) -> None:
    nodes = int(grown.memory.counters[NODE_TOP])
    states = [state_of(grown, node) for node in range(nodes)]
    assert len({repr(state) for state in states}) == nodes
    assert len(np.unique(grown.tuples.rows[: grown.tuple_count], axis=0)) == grown.tuple_count


def test_hash_tables_have_grown_and_lose_nothing(grown: Arena) -> None:
    assert min(grown.memory.counters[NODE_BITS], grown.memory.counters[TUPLE_BITS]) > 12
    nodes = int(grown.memory.counters[NODE_TOP])
    table = grown.nodes.slots[: 1 << grown.memory.counters[NODE_BITS]]
    assert sorted(table[table >= 0].tolist()) == list(range(nodes))
    before, work = contents(grown), int(grown.memory.counters[WORK])
    for node in np.flatnonzero(grown.nodes.table[:nodes, KIND] == IMAGE)[::7].tolist():
        state = state_of(grown, node)
        assert isinstance(state, Image)
        grid = np.array(state.grid, np.uint8)
        assert grown.add_image(grid, state.row, state.col) == node
    assert grown.memory.counters[WORK] > work
    grown.memory.counters[WORK] = work
    assert contents(grown) == before


def test_the_memo_says_what_operations_do(grown: Arena) -> None:
    random = np.random.default_rng(0)
    nodes = np.flatnonzero(grown.nodes.table[: grown.memory.counters[NODE_TOP], MEMO] >= 0)
    known = 0
    for node in random.choice(nodes, 25, replace=False).tolist():
        memo = grown.nodes.memo[grown.nodes.table[node, MEMO]]
        for step in np.flatnonzero(memo != UNKNOWN)[::9].tolist():
            wanted = ORACLES[VARIANTS[step].words](state_of(grown, node), (6, 6))
            made = memo[step]
            assert (None if made < 0 else state_of(grown, int(made))) == wanted
            known += 1
    assert known > 100


def test_the_second_time_everything_is_known() -> None:
    arena = grow(new_arena(32 << 20), grids(2), limit=0)
    expand_all(arena, 0, 1, 10, NO_LIMIT)
    before, work = contents(arena), int(arena.memory.counters[WORK])
    families = zip(EXPAND, group_tables(0b1110), strict=True)
    for expand, table in families:
        rows = table[table[:, -1] == 0]
        canvases = np.full((2, 2), 6, np.int64)
        if len(rows):
            expand(*arena.records, Expansion(rows, canvases, 0, 1, 1, 10, NO_LIMIT))
    assert arena.memory.counters[WORK] == work
    assert contents(arena) == before


def test_what_the_arena_held_before_does_not_matter(grown: Arena) -> None:
    arena = new_arena(64 << 20)
    for byte in (0x00, 0xAB, 0xFF):
        spoil(arena, byte)
        assert contents(grow(arena, grids(2))) == contents(grow(grown, grids(2)))
        grow(arena, grids(3, 9, 1), 300_000)
        assert contents(grow(arena, grids(2))) == contents(grown)


def digest() -> str:
    return hashlib.sha256(contents(grow(new_arena(64 << 20), grids(2)))).hexdigest()


def test_another_process_finds_the_same() -> None:
    code = "from tests.search.families.states.test_arena import digest; print(digest())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == digest(), done.stderr


@pytest.mark.parametrize("size", [600 << 10, 1 << 20, 3 << 20])
@pytest.mark.parametrize("columns", [1, 3])
def test_a_full_arena_says_so_and_does_not_overflow(size: int, columns: int) -> None:
    arena, tails = guarded(size)
    for seed in range(3):
        grow(arena, grids(columns, 9, seed), NO_LIMIT)
        assert arena.full
        assert all((tail == CANARY).all() for tail in tails)
        assert arena.memory.counters[CELL_TOP] <= len(arena.memory.cells)
        assert arena.memory.counters[IMAGE_TOP] <= len(arena.memory.images)
        assert arena.memory.counters[NODE_TOP] <= len(arena.nodes.table)
        assert arena.memory.counters[MEMO_TOP] <= len(arena.nodes.memo)
        assert arena.tuple_count <= len(arena.tuples.rows)
        before = contents(arena)
        expand_all(arena, 0, arena.tuple_count, 30, NO_LIMIT)
        assert contents(arena) == before


def test_many_columns_do_not_overflow_at_once() -> None:
    """Each column makes 64 images of 30 x 30 in one step, in the last free room."""
    inputs = []
    for index in range(12):
        grid = np.zeros((30, 30), np.uint8)
        grid[:16:2, :16:2] = 1
        grid[29, index] = 0
        grid[index, 0] = 1 + index % 2
        grid[0, index] += 1
        inputs.append(grid)
    arena, _ = guarded(16 << 20)
    arena.begin(12)
    arena.add_root([arena.add_image(grid) for grid in inputs], -1, 0)
    split, put = (
        kernel_and_row(STEPS[step]) for step in ("split into objects", "put on the canvas")
    )
    canvases = np.full((12, 2), 30, np.int64)
    split[0](*arena.records, Expansion(split[1], canvases, 0, 1, 11, 0, NO_LIMIT))
    assert arena.tuple_count == 2
    room = int(arena.memory.counters[CELL_TOP]) + SLACK_CELLS
    cells, beyond = arena.memory.cells[:room], arena.memory.cells[room:]
    arena.memory = arena.memory._replace(cells=cells)
    arena.nodes = arena.nodes._replace(words=cells.view(np.uint64))
    put[0](*arena.records, Expansion(put[1], canvases, 1, 2, 11, 0, NO_LIMIT))
    assert arena.full
    assert (beyond == CANARY).all()


def test_a_tuple_keeps_its_kind_where_the_last_test_fails() -> None:
    padded = [np.pad(grid, 1) for grid in grids(2, 3)]
    whole = np.ones((3, 3), np.uint8)
    arena = new_arena(8 << 20)
    arena.begin(3)
    arena.add_root([arena.add_image(grid) for grid in [*padded, whole]], -1, 0)
    expand, table = kernel_and_row(STEPS["trim"])
    canvases = np.full((3, 2), 3, np.int64)
    expand(*arena.records, Expansion(table, canvases, 0, 1, 1, 0, NO_LIMIT))
    assert arena.tuples.rows[1, 2] == -1
    assert arena.tuples.facts[1, TUPLE_KIND] == IMAGE
