"""The arena: where images, states and tuples of states lie, and how they are found again.

A node is one state of one grid: an image or a list. A tuple has a node for each grid of a problem
(train inputs, then test inputs), all made by the same operations. Nodes that look the same are one
node; what an operation makes of a node is computed once and remembered.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from arcgrid.kernels import inner, kernel, types
from arcgrid_solvers.search.families.states.images import (
    ARENA,
    CELL_TOP,
    COLORS,
    COUNTERS,
    COUNTERS_T,
    FULL,
    IMAGE_FIELDS,
    IMAGE_TOP,
    INT,
    MAX_IMAGES,
    MAX_SIDE,
    NODE_BITS,
    NODE_TOP,
    OFFSET,
    TABLE_T,
    TUPLE_BITS,
    TUPLE_TOP,
    WORK,
    Cells,
    Counters,
    Table,
    hash_image,
    note_colors,
)

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

WORDS_T = types.uint64[::1]
IDS_T = types.int32[::1]
ID_TABLE_T = types.int32[:, ::1]
NODES = (*ARENA, WORDS_T, TABLE_T, IDS_T)
"""What a function that makes nodes gets first: also words, nodes and their hash table."""
SEARCH = (*NODES, ID_TABLE_T, ID_TABLE_T, ID_TABLE_T, IDS_T)
"""And for tuples: memo, tuples, facts, and the hash table of tuples."""

Ids = NDArray[np.int32]
Words = NDArray[np.uint64]

SLACK_IMAGES = 2 * MAX_IMAGES
SLACK_CELLS = SLACK_IMAGES * (MAX_SIDE + 2) ** 2
"""No operation makes more than this."""


@inner(types.void(IDS_T, INT))
def clear_table(table: Ids, bits: int) -> None:
    """Forget what a hash table of so many bits holds."""
    for index in range(1 << bits):
        table[index] = -1


@inner(INT(IDS_T, INT, types.uint64))
def slot_of(table: Ids, bits: int, code: np.uint64) -> np.int64:
    """Where a hash is looked for first."""
    return np.int64((code * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - bits))


@inner(types.void(COUNTERS_T, TABLE_T, IDS_T))
def grow_nodes(counters: Counters, nodes: Table, table: Ids) -> None:
    """Double the hash table of nodes."""
    counters[NODE_BITS] += 1
    bits = counters[NODE_BITS]
    clear_table(table, bits)
    for node in range(counters[NODE_TOP]):
        slot = slot_of(table, bits, np.uint64(nodes[node, HASH]))
        while table[slot] >= 0:
            slot = (slot + 1) & ((1 << bits) - 1)
        table[slot] = node


@inner(INT(*NODES, INT, INT, INT))
def commit(
    cells: Cells,
    images: Table,
    counters: Counters,
    words: Words,
    nodes: Table,
    table: Ids,
    first: int,
    cell_top: int,
    kind: int,
) -> int:
    """Make the images from `first` on a node; take them back where there is one like it."""
    number = counters[IMAGE_TOP] - first
    code = np.uint64(kind * 1000 + number)
    for image in range(first, first + number):
        note_colors(cells, images, image)
        code = hash_image(words, images, image, code)
    bits = counters[NODE_BITS]
    slot = slot_of(table, bits, code)
    while table[slot] >= 0:
        if np.uint64(nodes[table[slot], HASH]) == code:
            counters[IMAGE_TOP], counters[CELL_TOP] = first, cell_top
            return table[slot]
        slot = (slot + 1) & ((1 << bits) - 1)
    node = counters[NODE_TOP]
    if node >= len(nodes):
        counters[FULL] = 1
        counters[IMAGE_TOP], counters[CELL_TOP] = first, cell_top
        return -1
    table[slot] = node
    counters[NODE_TOP] = node + 1
    nodes[node, FIRST], nodes[node, NUMBER], nodes[node, KIND] = first, number, kind
    nodes[node, HASH], nodes[node, MEMO] = np.int64(code), -1
    if (node + 1) * 5 > (3 << bits) and (2 << bits) <= len(table):
        grow_nodes(counters, nodes, table)
    if counters[CELL_TOP] + SLACK_CELLS > len(cells):
        counters[FULL] = 1
    if counters[IMAGE_TOP] + SLACK_IMAGES > len(images):
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


@inner(types.void(COUNTERS_T, ID_TABLE_T, IDS_T))
def grow_tuples(counters: Counters, tuples: Table, table: Ids) -> None:
    """Double the hash table of tuples."""
    counters[TUPLE_BITS] += 1
    bits = counters[TUPLE_BITS]
    clear_table(table, bits)
    for index in range(counters[TUPLE_TOP]):
        slot = slot_of(table, bits, hash_row(tuples[index]))
        while table[slot] >= 0:
            slot = (slot + 1) & ((1 << bits) - 1)
        table[slot] = index


@inner(types.boolean(COUNTERS_T, ID_TABLE_T, IDS_T))
def keep_tuple(counters: Counters, tuples: Table, table: Ids) -> bool:
    """Keep the row of nodes written after the last tuple, if there is none like it."""
    top, bits = counters[TUPLE_TOP], counters[TUPLE_BITS]
    slot = slot_of(table, bits, hash_row(tuples[top]))
    while table[slot] >= 0:
        same = True
        for column in range(tuples.shape[1]):
            same &= tuples[table[slot], column] == tuples[top, column]
        if same:
            return False
        slot = (slot + 1) & ((1 << bits) - 1)
    table[slot] = top
    counters[TUPLE_TOP] = top + 1
    if (top + 1) * 5 > (3 << bits) and (2 << bits) <= len(table):
        grow_tuples(counters, tuples, table)
    if top + 2 >= len(tuples):
        counters[FULL] = 1
    return True


@kernel(types.void(COUNTERS_T, IDS_T, IDS_T))
def reset(counters: Counters, node_table: Ids, tuple_table: Ids) -> None:
    """Empty the arena."""
    for index in range(len(counters)):
        counters[index] = 0
    counters[NODE_BITS] = counters[TUPLE_BITS] = SMALL_TABLE
    clear_table(node_table, SMALL_TABLE)
    clear_table(tuple_table, SMALL_TABLE)


@kernel(INT(*NODES, types.Array(types.uint8, 2, "C", readonly=True), INT, INT))
def add_image(
    cells: Cells,
    images: Table,
    counters: Counters,
    words: Words,
    nodes: Table,
    table: Ids,
    grid: NDArray[np.uint8],
    row: int,
    col: int,
) -> int:
    """A node of one image: a grid at a place."""
    first, cell_top = counters[IMAGE_TOP], counters[CELL_TOP]
    height, width = grid.shape
    size = height * width
    for index in range(cell_top + size, cell_top + ((size + 7) & ~7)):
        cells[index] = 0
    for i in range(height):
        for j in range(width):
            cells[cell_top + i * width + j] = grid[i, j]
    images[first, OFFSET], images[first, 1], images[first, 2] = cell_top, height, width
    images[first, 3], images[first, 4], images[first, COLORS] = row, col, 0
    counters[IMAGE_TOP], counters[CELL_TOP] = first + 1, cell_top + ((size + 7) & ~7)
    return commit(cells, images, counters, words, nodes, table, first, cell_top, 1)


@kernel(types.boolean(COUNTERS_T, ID_TABLE_T, ID_TABLE_T, IDS_T, IDS_T, INT, INT))
def add_root(
    counters: Counters,
    tuples: Table,
    facts: Table,
    table: Ids,
    row: Ids,
    step: int,
    cost: int,
) -> bool:
    """Begin with a tuple of nodes."""
    top = counters[TUPLE_TOP]
    if counters[FULL] or top + 1 >= len(tuples):
        counters[FULL] = 1
        return False
    for column in range(len(row)):
        tuples[top, column] = row[column]
    facts[top, PARENT], facts[top, STEP], facts[top, COST], facts[top, TUPLE_KIND] = (
        -1,
        step,
        cost,
        1,
    )
    return keep_tuple(counters, tuples, table)


@dataclass(slots=True)
class Arena:
    """Memory for the search of one problem, used again for the next.

    The arrays are allocated at once; pages that are never touched cost nothing.
    """

    cells: NDArray[np.uint8]
    words: NDArray[np.uint64]
    images: NDArray[np.int64]
    nodes: NDArray[np.int64]
    node_table: Ids
    memo: NDArray[np.int32]
    facts: NDArray[np.int32]
    tuple_table: Ids
    tuple_cells: Ids
    counters: NDArray[np.int64]
    tuples: NDArray[np.int32]

    def begin(self, columns: int) -> None:
        """Empty it, for a problem of so many grids."""
        length = min(len(self.tuple_cells) // columns, len(self.facts))
        self.tuples = self.tuple_cells[: length * columns].reshape(length, columns)
        reset(self.counters, self.node_table, self.tuple_table)

    @property
    def node_arrays(self) -> tuple[NDArray[np.generic], ...]:
        """What functions that make nodes get first."""
        return self.cells, self.images, self.counters, self.words, self.nodes, self.node_table

    @property
    def search_arrays(self) -> tuple[NDArray[np.generic], ...]:
        """What functions that make tuples get first."""
        return *self.node_arrays, self.memo, self.tuples, self.facts, self.tuple_table

    @property
    def tuple_count(self) -> int:
        """Tuples found so far."""
        return int(self.counters[TUPLE_TOP])

    @property
    def work(self) -> int:
        """Cells written and operations tried so far."""
        return int(self.counters[WORK])

    @property
    def full(self) -> bool:
        """True when there is no room for more."""
        return bool(self.counters[FULL])

    def add_image(self, grid: NDArray[np.uint8], row: int = 0, col: int = 0) -> int:
        """A node of one image."""
        return int(add_image(*self.node_arrays, grid, row, col))

    def add_root(self, nodes: list[int], step: int, cost: int) -> None:
        """Begin with a tuple of nodes."""
        row = np.array(nodes, np.int32)
        add_root(self.counters, self.tuples, self.facts, self.tuple_table, row, step, cost)

    def restart(self, node: int) -> None:
        """Forget all tuples and begin with one node alone, to which a step may lead back."""
        self.counters[TUPLE_TOP] = 0
        self.tuple_table[: 1 << self.counters[TUPLE_BITS]] = -1
        self.add_root([node], -1, 0)
        self.facts[0, TUPLE_KIND] = self.nodes[node, KIND]
        self.tuple_table[: 1 << self.counters[TUPLE_BITS]] = -1


@cache
def arena_of(size: int, variants: int) -> Arena:
    """The arena of a size for one search at a time, kept for the next."""
    return new_arena(size, variants)


def new_arena(size: int, variants: int) -> Arena:
    """An arena of at most `size` bytes for operations with so many variants in all."""
    cells = np.empty(size * 3 // 10 // 8, np.uint64)
    images = size // 4 // (8 * IMAGE_FIELDS)
    nodes = size // 20 // (8 * NODE_FIELDS)
    tuples = size // 10 // (4 * FACTS)
    table = 1 << (max(nodes, tuples) * 5 // 3).bit_length()
    while 8 * table > size // 10 and table > 1 << SMALL_TABLE:
        table //= 2
    nodes, tuples = min(nodes, table * 4 // 5), min(tuples, table * 4 // 5)
    return Arena(
        cells.view(np.uint8),
        cells,
        np.empty((images, IMAGE_FIELDS), np.int64),
        np.empty((nodes, NODE_FIELDS), np.int64),
        np.empty(table, np.int32),
        np.empty((size // 10 // (4 * variants), variants), np.int32),
        np.empty((tuples, FACTS), np.int32),
        np.empty(table, np.int32),
        np.empty(size // 10 // 4, np.int32),
        np.zeros(COUNTERS, np.int64),
        np.empty((0, 1), np.int32),
    )
