"""From a layer of tuples to the next: a kernel for each group of operations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from arcgrid.kernels import CachedKernel, inner, kernel, types
from arcgrid_solvers.search.families.states.arena import (
    COST,
    FAILS,
    FIRST,
    KIND,
    MEMO,
    NODES_T,
    NUMBER,
    PARENT,
    STEP,
    TUPLE_KIND,
    TUPLES_T,
    UNKNOWN,
    Nodes,
    Tuples,
    commit,
    keep_tuple,
)
from arcgrid_solvers.search.families.states.images import (
    FULL,
    IMAGE_TOP,
    INT,
    MEMO_TOP,
    MEMORY_T,
    NOTHING,
    ROW_T,
    TABLE_T,
    TUPLE_TOP,
    WORK,
    Canvas,
    Memory,
    Row,
    State,
    Table,
)
from arcgrid_solvers.search.families.states.operations import OPERATIONS
from arcgrid_solvers.search.families.states.operations.operation import Operation
from arcgrid_solvers.search.records import record

INDEX, A, B, TAKES, PRICE, CANVAS, WHICH = range(7)
"""Columns of a table of variants; WHICH counts the operations that share a kernel."""

SHARE = 4
"""So many operations share a kernel: each kernel takes its time to compile."""

ALL_COLORS = 1023

STEP_WORK = 40
"""What trying an operation counts as, in cells written."""


class Expansion(NamedTuple):
    """Which steps are taken from which tuples, and how far.

    Attributes:
        variants: a table of the variants that are applied.
        canvases: height and width of each column's canvas.
        start, end: the tuples that steps are taken from.
        trains: the columns in which a step has to work; it has to in one of the others, too.
        depth: the highest cost of a tuple.
        work: the work in all, from which on no step is begun.
    """

    variants: Table
    canvases: Table
    start: int
    end: int
    trains: int
    depth: int
    work: int


EXPANSION_T = record(Expansion, TABLE_T, TABLE_T, *[INT] * 5)


@inner(INT(ROW_T, NODES_T, INT, ROW_T))
def recall(counters: Row, nodes: Nodes, node: int, variant: Row) -> int:
    """What a variant makes of a node as far as the memo knows, which gets a row for the node."""
    if node < 0:
        return FAILS
    if variant[CANVAS]:
        return UNKNOWN
    table, memo = nodes.table, nodes.memo
    row = table[node, MEMO]
    if row < 0:
        row = counters[MEMO_TOP]
        if row == len(memo):
            counters[FULL] = 1
            return UNKNOWN
        counters[MEMO_TOP] = row + 1
        table[node, MEMO] = row
        for index in range(memo.shape[1]):
            memo[row, index] = UNKNOWN
    return memo[row, variant[INDEX]]


@inner(INT(MEMORY_T, NODES_T, INT, ROW_T, INT, INT))
def note(memory: Memory, nodes: Nodes, node: int, variant: Row, first: int, kind: int) -> int:
    """Make the images from `first` on a node, and remember it as what the variant makes."""
    memory.counters[WORK] += STEP_WORK
    made = FAILS if kind == NOTHING else commit(memory, nodes, first, kind)
    row = nodes.table[node, MEMO]
    if row >= 0 and not variant[CANVAS]:
        nodes.memo[row, variant[INDEX]] = made
    return made


@inner(types.void(ROW_T, NODES_T, TUPLES_T, INT, ROW_T, INT))
def keep(
    counters: Row, nodes: Nodes, tuples: Tuples, parent: int, variant: Row, trains: int
) -> None:
    """Keep the row of nodes after the last tuple, if it is new and says something of a test."""
    rows, facts, table = tuples.rows, tuples.facts, nodes.table
    top, kind, alive = counters[TUPLE_TOP], NOTHING, False
    for column in range(rows.shape[1]):
        node = rows[top, column]
        if node >= 0:
            kind = table[node, KIND]
            alive |= column >= trains
    if alive and keep_tuple(counters, tuples):
        facts[top, PARENT], facts[top, STEP] = parent, variant[INDEX]
        facts[top, COST] = facts[parent, COST] + variant[PRICE]
        facts[top, TUPLE_KIND] = kind


def layer_kernel(operations: Sequence[Operation]) -> CachedKernel:
    """The kernel that applies all variants of some operations to all tuples of a layer.

    The operations are called by it alone: each function that calls them takes long to compile.
    """
    first, second, third, fourth = (operation.apply for operation in operations)

    def expand(memory: Memory, nodes: Nodes, tuples: Tuples, expansion: Expansion) -> None:
        variants, canvases, start, end, trains, depth, work = expansion
        counters, table, rows, facts = memory.counters, nodes.table, tuples.rows, tuples.facts
        for parent in range(start, end):
            for v in range(len(variants)):
                variant = variants[v]
                which, a, b = variant[WHICH], variant[A], variant[B]
                cost = facts[parent, COST] + variant[PRICE]
                if not facts[parent, TUPLE_KIND] & variant[TAKES] or cost > depth:
                    continue
                if counters[WORK] > work or counters[FULL]:
                    return
                for column in range(rows.shape[1]):
                    node = rows[parent, column]
                    made = recall(counters, nodes, node, variant)
                    if made == UNKNOWN:
                        image = counters[IMAGE_TOP]
                        state = State(table[node, FIRST], table[node, NUMBER], table[node, KIND])
                        canvas = Canvas(canvases[column, 0], canvases[column, 1])
                        if which == 0:
                            result = first(memory, state, a, b, canvas)
                        elif which == 1:
                            result = second(memory, state, a, b, canvas)
                        elif which == 2:
                            result = third(memory, state, a, b, canvas)
                        else:
                            result = fourth(memory, state, a, b, canvas)
                        made = note(memory, nodes, node, variant, image, result)
                    rows[counters[TUPLE_TOP], column] = made
                    if counters[FULL] or (made < 0 and column < trains):
                        break
                else:
                    keep(counters, nodes, tuples, parent, variant, trains)

    names = "_".join(operation.name for operation in operations)
    expand.__qualname__ = f"expand_{names}"  # the linker tells kernels apart by it
    return kernel(types.void(MEMORY_T, NODES_T, TUPLES_T, EXPANSION_T))(expand)


GROUPS: tuple[tuple[Operation, ...], ...] = tuple(
    OPERATIONS[start : start + SHARE] for start in range(0, len(OPERATIONS), SHARE)
)
"""The operations that share a kernel."""

EXPAND: tuple[CachedKernel, ...] = tuple(layer_kernel(group) for group in GROUPS)
"""The kernel of each group."""


def variant_table(operation: Operation, colors: int = ALL_COLORS) -> NDArray[np.int64]:
    """The variants of an operation as its kernel takes them; `colors` has a bit for each in use."""
    at = OPERATIONS.index(operation)
    index = sum(len(before.variants) for before in OPERATIONS[:at])
    rows = [
        (index + k, variant.a, variant.b, variant.takes, variant.cost, variant.canvas, at % SHARE)
        for k, variant in enumerate(operation.variants)
        if variant.color < 0 or colors >> variant.color & 1
    ]
    return np.array(rows, np.int64).reshape(len(rows), 7)


def group_tables(colors: int) -> list[NDArray[np.int64]]:
    """The variants of each group, in the order of `EXPAND`."""
    return [
        np.concatenate([variant_table(operation, colors) for operation in group])
        for group in GROUPS
    ]


def kernel_of(operation: Operation) -> CachedKernel:
    """The kernel that an operation shares with others."""
    return EXPAND[OPERATIONS.index(operation) // SHARE]
