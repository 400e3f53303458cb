"""The arena: where images, states and tuples of states lie, and how they are found again.

A node is one state of one grid: an image or a list. A tuple has a node for each grid of a problem
(train inputs, then test inputs), all made by the same operations. Nodes that look the same are one
node; what an operation makes of a node is computed once and remembered.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from arcgrid import MAX_SIDE
from arcgrid.kernels import GRID, inner, kernel, types
from arcgrid_solvers.search.families.states.images import (
    CELL_TOP,
    COUNTERS,
    FULL,
    IMAGE,
    IMAGE_FIELDS,
    IMAGE_TOP,
    INT,
    MAX_IMAGES,
    MEMORY_T,
    NODE_BITS,
    NODE_TOP,
    ROW_T,
    TABLE_T,
    TUPLE_BITS,
    TUPLE_TOP,
    WORK,
    Cells,
    Memory,
    Row,
    Table,
    hash_image,
    note_colors,
    pop,
    push,
    view,
)
from arcgrid_solvers.search.records import record

FIRST, NUMBER, KIND, HASH, MEMO = range(5)
"""Columns of the table of nodes; MEMO is a row of the memo, or -1."""
NODE_FIELDS = 5

PARENT, STEP, COST, TUPLE_KIND = range(4)
"""Columns of the facts about a tuple; STEP is an index into the variants, or that of a root."""
FACTS = 4

UNKNOWN, FAILS = -2, -1
"""In the memo: not yet tried, nothing came out. Other values are nodes."""

SMALL_TABLE = 12
"""Bits of a hash table at the beginning."""

Ids = NDArray[np.int32]
Words = NDArray[np.uint64]

IDS_T = types.int32[::1]
ID_TABLE_T = types.int32[:, ::1]


class Nodes(NamedTuple):
    """The nodes found so far.

    Attributes:
        words: the cells of all images, 8 at a time, as they are hashed.
        table: a row of facts for each node.
        slots: a hash table of them.
        memo: for each row of it the node that each variant makes of a node, UNKNOWN or FAILS.
    """

    words: Words
    table: Table
    slots: Ids
    memo: Ids


class Tuples(NamedTuple):
    """The tuples found so far.

    Attributes:
        rows: the node for each grid; negative where there is none.
        facts: a row of facts for each tuple.
        slots: a hash table of them.
    """

    rows: Ids
    facts: Ids
    slots: Ids


NODES_T = record(Nodes, types.uint64[::1], TABLE_T, IDS_T, ID_TABLE_T)
TUPLES_T = record(Tuples, ID_TABLE_T, ID_TABLE_T, IDS_T)

SLACK_IMAGES = 2 * MAX_IMAGES
SLACK_CELLS = SLACK_IMAGES * (MAX_SIDE + 2) ** 2
"""No operation makes more than this."""


@inner(types.void(IDS_T, INT))
def clear(slots: Ids, bits: int) -> None:
    """Forget what a hash table of so many bits holds."""
    for index in range(1 << bits):
        slots[index] = -1


@inner(INT(INT, types.uint64))
def slot_of(bits: int, code: np.uint64) -> np.int64:
    """Where a hash is looked for first in a hash table of so many bits."""
    return np.int64((code * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - bits))


@inner(types.void(ROW_T, NODES_T))
def grow_nodes(counters: Row, nodes: Nodes) -> None:
    """Double the hash table of nodes."""
    counters[NODE_BITS] += 1
    bits, slots = counters[NODE_BITS], nodes.slots
    clear(slots, bits)
    for node in range(counters[NODE_TOP]):
        slot = slot_of(bits, np.uint64(nodes.table[node, HASH]))
        while slots[slot] >= 0:
            slot = (slot + 1) & ((1 << bits) - 1)
        slots[slot] = node


@inner(INT(MEMORY_T, NODES_T, INT, INT))
def commit(memory: Memory, nodes: Nodes, first: int, kind: int) -> int:
    """Make the images from `first` on a node; take them back where there is one like it."""
    counters, table, slots = memory.counters, nodes.table, nodes.slots
    number = counters[IMAGE_TOP] - first
    code = np.uint64(kind * 1000 + number)
    for image in range(first, first + number):
        note_colors(memory, image)
        code = hash_image(nodes.words, memory.images, image, code)
    bits = counters[NODE_BITS]
    slot = slot_of(bits, code)
    while slots[slot] >= 0:
        if np.uint64(table[slots[slot], HASH]) == code:
            pop(memory, first)
            return slots[slot]
        slot = (slot + 1) & ((1 << bits) - 1)
    node = counters[NODE_TOP]
    if node >= len(table):
        counters[FULL] = 1
        pop(memory, first)
        return -1
    slots[slot] = node
    counters[NODE_TOP] = node + 1
    table[node, FIRST], table[node, NUMBER], table[node, KIND] = first, number, kind
    table[node, HASH], table[node, MEMO] = np.int64(code), -1
    if (node + 1) * 5 > (3 << bits) and (2 << bits) <= len(slots):
        grow_nodes(counters, nodes)
    if counters[CELL_TOP] + SLACK_CELLS > len(memory.cells):
        counters[FULL] = 1
    if counters[IMAGE_TOP] + SLACK_IMAGES > len(memory.images):
        counters[FULL] = 1
    return node


@inner(types.uint64(types.int32[::1]))
def hash_row(row: Ids) -> np.uint64:
    """A hash of a tuple's nodes."""
    code = np.uint64(len(row))
    for index in range(len(row)):
        code = (code ^ np.uint64(row[index] + 1)) * np.uint64(0xBF58476D1CE4E5B9)
        code ^= code >> np.uint64(31)
    return code


@inner(types.void(ROW_T, TUPLES_T))
def grow_tuples(counters: Row, tuples: Tuples) -> None:
    """Double the hash table of tuples."""
    counters[TUPLE_BITS] += 1
    bits, slots = counters[TUPLE_BITS], tuples.slots
    clear(slots, bits)
    for index in range(counters[TUPLE_TOP]):
        slot = slot_of(bits, hash_row(tuples.rows[index]))
        while slots[slot] >= 0:
            slot = (slot + 1) & ((1 << bits) - 1)
        slots[slot] = index


@inner(types.boolean(ROW_T, TUPLES_T))
def keep_tuple(counters: Row, tuples: Tuples) -> bool:
    """Keep the row of nodes written after the last tuple, if there is none like it."""
    rows, slots = tuples.rows, tuples.slots
    top, bits = counters[TUPLE_TOP], counters[TUPLE_BITS]
    slot = slot_of(bits, hash_row(rows[top]))
    while slots[slot] >= 0:
        same = True
        for column in range(rows.shape[1]):
            same &= rows[slots[slot], column] == rows[top, column]
        if same:
            return False
        slot = (slot + 1) & ((1 << bits) - 1)
    slots[slot] = top
    counters[TUPLE_TOP] = top + 1
    if (top + 1) * 5 > (3 << bits) and (2 << bits) <= len(slots):
        grow_tuples(counters, tuples)
    if top + 2 >= len(rows):
        counters[FULL] = 1
    return True


@kernel(types.void(ROW_T, IDS_T, IDS_T))
def reset(counters: Row, node_slots: Ids, tuple_slots: Ids) -> None:
    """Empty the arena."""
    for index in range(len(counters)):
        counters[index] = 0
    counters[NODE_BITS] = counters[TUPLE_BITS] = SMALL_TABLE
    clear(node_slots, SMALL_TABLE)
    clear(tuple_slots, SMALL_TABLE)


@kernel(INT(MEMORY_T, NODES_T, GRID, INT, INT))
def add_image(memory: Memory, nodes: Nodes, grid: Cells, row: int, col: int) -> int:
    """A node of one image: a grid at a place."""
    image = push(memory, grid.shape[0], grid.shape[1], row, col)
    cells = view(memory, image)
    for i in range(grid.shape[0]):
        for j in range(grid.shape[1]):
            cells[i, j] = grid[i, j]
    return commit(memory, nodes, image, IMAGE)


@kernel(types.boolean(ROW_T, TUPLES_T, IDS_T, INT, INT))
def add_root(counters: Row, tuples: Tuples, row: Ids, step: int, cost: int) -> bool:
    """Begin with a tuple of nodes."""
    top, facts = counters[TUPLE_TOP], tuples.facts
    if counters[FULL] or top + 1 >= len(tuples.rows):
        counters[FULL] = 1
        return False
    for column in range(len(row)):
        tuples.rows[top, column] = row[column]
    facts[top, PARENT], facts[top, STEP], facts[top, COST] = -1, step, cost
    facts[top, TUPLE_KIND] = IMAGE
    return keep_tuple(counters, tuples)


@dataclass(slots=True)
class Arena:
    """Memory for the search of one problem, used again for the next.

    The arrays are allocated at once; pages that are never touched cost nothing.

    Attributes:
        memory, nodes, tuples: images, states of single grids, states of all grids.
        room: where the rows of tuples lie, as wide as a problem has grids.
        begun: how often it was emptied: who finds another number there has lost its states.
    """

    memory: Memory
    nodes: Nodes
    tuples: Tuples
    room: Ids
    begun: int = 0

    def begin(self, columns: int) -> None:
        """Empty it, for a problem of so many grids."""
        self.begun += 1
        length = min(len(self.room) // columns, len(self.tuples.facts))
        rows = self.room[: length * columns].reshape(length, columns)
        self.tuples = self.tuples._replace(rows=rows)
        reset(self.memory.counters, self.nodes.slots, self.tuples.slots)

    @property
    def records(self) -> tuple[Memory, Nodes, Tuples]:
        """What jitted functions get first."""
        return self.memory, self.nodes, self.tuples

    @property
    def tuple_count(self) -> int:
        """Tuples found so far."""
        return int(self.memory.counters[TUPLE_TOP])

    @property
    def work(self) -> int:
        """Cells written and operations tried so far."""
        return int(self.memory.counters[WORK])

    @property
    def full(self) -> bool:
        """True when there is no room for more."""
        return bool(self.memory.counters[FULL])

    def add_image(self, grid: NDArray[np.uint8], row: int = 0, col: int = 0) -> int:
        """A node of one image."""
        return int(add_image(self.memory, self.nodes, grid, row, col))

    def add_root(self, nodes: list[int], step: int, cost: int) -> None:
        """Begin with a tuple of nodes."""
        add_root(self.memory.counters, self.tuples, np.array(nodes, np.int32), step, cost)

    def restart(self, node: int) -> None:
        """Forget all tuples and begin with one node alone, to which a step may lead back."""
        counters, (_, facts, slots) = self.memory.counters, self.tuples
        counters[TUPLE_TOP] = 0
        slots[: 1 << counters[TUPLE_BITS]] = -1
        self.add_root([node], -1, 0)
        facts[0, TUPLE_KIND] = self.nodes.table[node, KIND]
        slots[: 1 << counters[TUPLE_BITS]] = -1


@cache
def arena_of(size: int, variants: int) -> Arena:
    """The arena of a size for one search at a time, kept for the next."""
    return new_arena(size, variants)


def new_arena(size: int, variants: int) -> Arena:
    """An arena of at most `size` bytes for operations with so many variants in all."""
    words = np.empty(size * 3 // 10 // 8, np.uint64)
    images = size // 4 // (8 * IMAGE_FIELDS)
    nodes = size // 20 // (8 * NODE_FIELDS)
    tuples = size // 10 // (4 * FACTS)
    slots = 1 << (max(nodes, tuples) * 5 // 3).bit_length()
    while 8 * slots > size // 10 and slots > 1 << SMALL_TABLE:
        slots //= 2
    nodes, tuples = min(nodes, slots * 4 // 5), min(tuples, slots * 4 // 5)
    return Arena(
        Memory(
            cells=words.view(np.uint8),
            images=np.empty((images, IMAGE_FIELDS), np.int64),
            counters=np.zeros(COUNTERS, np.int64),
        ),
        Nodes(
            words=words,
            table=np.empty((nodes, NODE_FIELDS), np.int64),
            slots=np.empty(slots, np.int32),
            memo=np.empty((size // 10 // (4 * variants), variants), np.int32),
        ),
        Tuples(
            rows=np.empty((0, 1), np.int32),
            facts=np.empty((tuples, FACTS), np.int32),
            slots=np.empty(slots, np.int32),
        ),
        room=np.empty(size // 10 // 4, np.int32),
    )
