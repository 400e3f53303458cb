"""From a layer of tuples to the next: a kernel for each family of operations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from arcgrid.kernels import CachedKernel, inner, kernel, types
from arcgrid_solvers.search.families.states.arena import (
    COST,
    FAILS,
    FIRST,
    KIND,
    MEMO,
    NUMBER,
    PARENT,
    SEARCH,
    STEP,
    TUPLE_KIND,
    UNKNOWN,
    Ids,
    Words,
    commit,
    keep_tuple,
)
from arcgrid_solvers.search.families.states.images import (
    CELL_TOP,
    COUNTERS_T,
    FULL,
    IMAGE_TOP,
    INT,
    MEMO_TOP,
    TABLE_T,
    TUPLE_TOP,
    WORK,
    Cells,
    Counters,
    Table,
)
from arcgrid_solvers.search.families.states.operations import (
    canvas,
    color,
    geometry,
    lists,
    measures,
    repair,
    shape,
    split,
    spread,
)
from arcgrid_solvers.search.families.states.operations.operation import NOTHING, Operation, Variant

OPERATIONS: tuple[Operation, ...] = (
    color.OPERATION,
    geometry.CROPS,
    geometry.MOTIONS,
    geometry.HALVES,
    shape.SHAPES,
    shape.BOXES,
    spread.SMEARS,
    spread.LINES,
    spread.GROWTH,
    spread.GRAVITY,
    repair.REPAIRS,
    split.OBJECTS,
    split.PARTS,
    split.PANELS,
    split.MARKED,
    measures.MEASURES,
    lists.CHOICES,
    lists.FILTERS,
    lists.ODD_ONES,
    lists.SIFTS,
    lists.OVERLAYS,
    lists.JOINS,
    lists.COMBINATIONS,
    canvas.CANVAS,
)
"""All families of operations, in the order they are tried."""

VARIANTS: tuple[Variant, ...] = tuple(
    variant for operation in OPERATIONS for variant in operation.variants
)
"""All variants; a step of a program is an index into these."""

INDEX, A, B, TAKES, PRICE, CANVAS, WHICH = range(7)
"""Columns of a table of variants; WHICH counts the operations that share a kernel."""

SHARE = 4
"""So many families share a kernel: each kernel takes its time to compile."""

ALL_COLORS = 1023

STEP_WORK = 40
"""What trying an operation counts as, in cells written."""


@inner(INT(COUNTERS_T, TABLE_T, types.int32[:, ::1], INT))
def memo_row(counters: Counters, nodes: Table, memo: Ids, node: int) -> int:
    """The row of the memo for a node, or -1 when the memo is full."""
    row = nodes[node, MEMO]
    if row < 0 and counters[MEMO_TOP] < len(memo):
        row = counters[MEMO_TOP]
        counters[MEMO_TOP] = row + 1
        nodes[node, MEMO] = row
        for index in range(memo.shape[1]):
            memo[row, index] = UNKNOWN
    if row < 0:
        counters[FULL] = 1
    return row


def layer_kernel(operations: Sequence[Operation]) -> CachedKernel:
    """The kernel that applies all variants of some families to all tuples of a layer."""
    first, second, third, fourth = (operation.apply for operation in operations)

    def expand(
        cells: Cells,
        images: Table,
        counters: Counters,
        words: Words,
        nodes: Table,
        node_table: Ids,
        memo: Table,
        tuples: Table,
        facts: Table,
        tuple_table: Ids,
        variants: Table,
        canvases: Table,
        start: int,
        end: int,
        trains: int,
        depth: int,
        work: int,
    ) -> None:
        columns = tuples.shape[1]
        for parent in range(start, end):
            for v in range(len(variants)):
                cost = facts[parent, COST] + variants[v, PRICE]
                if not facts[parent, TUPLE_KIND] & variants[v, TAKES] or cost > depth:
                    continue
                if counters[WORK] > work or counters[FULL]:
                    return
                step, a, b = variants[v, INDEX], variants[v, A], variants[v, B]
                top, kind, alive = counters[TUPLE_TOP], NOTHING, False
                for column in range(columns):
                    node, made = tuples[parent, column], FAILS
                    row = -1
                    if node >= 0 and not variants[v, CANVAS]:
                        row = memo_row(counters, nodes, memo, node)
                        if row >= 0 and memo[row, step] != UNKNOWN:
                            made, node = memo[row, step], -1
                    if node >= 0:
                        image_top, cell_top = counters[IMAGE_TOP], counters[CELL_TOP]
                        begin, number = nodes[node, FIRST], nodes[node, NUMBER]
                        own, which = nodes[node, KIND], variants[v, WHICH]
                        rows, wide = canvases[column, 0], canvases[column, 1]
                        if which == 0:
                            result = first(
                                cells, images, counters, begin, number, own, a, b, rows, wide
                            )
                        elif which == 1:
                            result = second(
                                cells, images, counters, begin, number, own, a, b, rows, wide
                            )
                        elif which == 2:
                            result = third(
                                cells, images, counters, begin, number, own, a, b, rows, wide
                            )
                        else:
                            result = fourth(
                                cells, images, counters, begin, number, own, a, b, rows, wide
                            )
                        counters[WORK] += STEP_WORK
                        if result != NOTHING:
                            made = commit(
                                cells,
                                images,
                                counters,
                                words,
                                nodes,
                                node_table,
                                image_top,
                                cell_top,
                                result,
                            )
                        if row >= 0:
                            memo[row, step] = made
                    tuples[top, column] = made
                    if counters[FULL] or (made < 0 and column < trains):
                        alive = False
                        break
                    if made >= 0:
                        kind = nodes[made, KIND]
                        if column >= trains:
                            alive = True
                if alive and keep_tuple(counters, tuples, tuple_table):
                    facts[top, PARENT], facts[top, STEP], facts[top, COST] = parent, step, cost
                    facts[top, TUPLE_KIND] = kind

    names = "_".join(operation.name for operation in operations)
    expand.__qualname__ = f"expand_{names}"  # the linker tells kernels apart by it
    return kernel(types.void(*SEARCH, TABLE_T, TABLE_T, *[INT] * 5))(expand)


GROUPS: tuple[tuple[Operation, ...], ...] = tuple(
    OPERATIONS[start : start + SHARE] for start in range(0, len(OPERATIONS), SHARE)
)
"""The families that share a kernel."""

EXPAND: tuple[CachedKernel, ...] = tuple(layer_kernel(group) for group in GROUPS)
"""The kernel of each group."""


def variant_table(operation: Operation, colors: int = ALL_COLORS) -> NDArray[np.int64]:
    """The variants of a family as its kernel takes them; `colors` has a bit for each in use."""
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
    """The kernel that a family shares with others."""
    return EXPAND[OPERATIONS.index(operation) // SHARE]
