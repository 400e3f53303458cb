"""Decision trees over small numbers: learned top-down, by the bits that a test saves.

A row of training data is a cell. What may be said of it are *actions*: copy a feature, or a
constant color, in order of preference. Every cell has the set of actions that would be right for
it, as bits of a mask; its label is the preferred one. A node whose cells have an action in common
is a leaf.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from arcgrid.kernels import GRID, Cells, Grid, Row, inner, kernel, types
from arcgrid_solvers.search.families.cells.actions import action_color
from arcgrid_solvers.search.records import record

LEAF = -1
COLORS = 10
FEATURE, OPERATION, VALUE, YES, NO, ACTION = range(6)
"""The columns of a node; a leaf's feature is LEAF. Its operation: 0 is equal, 1 is at most."""

_VALUES = 32
_INTS = types.Array(types.int32, 1, "C", readonly=True)
_PAIRS = types.Array(types.int32, 2, "C", readonly=True)
_NODES = types.int32[:, ::1]
_MASKS = types.Array(types.uint64, 1, "C", readonly=True)
_FLOATS = types.Array(types.float64, 1, "C", readonly=True)
_BYTES = types.Array(types.uint8, 1, "C", readonly=True)


@inner(types.int64(types.uint64))
def lowest(mask: np.uint64) -> int:
    """The number of the lowest bit that is set; -1 without any."""
    for k in range(64):
        if mask >> np.uint64(k) & np.uint64(1):
            return k
    return -1


@inner(types.int64(_MASKS, types.int32[::1], types.int64, types.int64))
def _best_action(masks: NDArray[np.uint64], order: NDArray[np.int32], begin: int, end: int) -> int:
    """The action that is right for most cells."""
    counts = np.zeros(64, np.int64)
    for at in range(begin, end):
        mask = masks[order[at]]
        for k in range(64):
            counts[k] += np.int64(mask >> np.uint64(k) & np.uint64(1))
    best = 0
    for k in range(64):
        if counts[k] > counts[best]:
            best = k
    return best


@inner(
    types.void(
        types.Array(types.uint8, 1, "C", readonly=True),
        types.int32[::1],
        types.uint8[::1],
        types.int64,
        types.int64,
        types.int64,
        types.int32[::1],
    )
)
def _count(
    values: Cells,
    order: NDArray[np.int32],
    labels: Cells,
    begin: int,
    end: int,
    kinds: int,
    counts: NDArray[np.int32],
) -> None:
    """Count a node's cells by value and label; unsigned indexes are never wrapped around."""
    for at in range(begin, end):
        value = np.uint64(values[np.uint64(order[at])])
        counts[value * np.uint64(kinds) + np.uint64(labels[at])] += 1


@inner(
    types.Tuple((types.float64, types.int64, types.int64))(
        types.int32[::1],
        types.int64[::1],
        types.int64[::1],
        types.int64,
        types.int64,
        types.int64,
        types.int64,
        _FLOATS,
    )
)
def _best_test(
    counts: NDArray[np.int32],
    totals: NDArray[np.int64],
    below: NDArray[np.int64],
    cells: int,
    highest: int,
    kinds: int,
    ordered: int,
    logs: NDArray[np.float64],
) -> tuple[float, int, int]:
    """The test of one feature that leaves the fewest bits: bits, operation, value.

    The counts are zero afterwards.
    """
    best, value, least, bound = 1e18, -1, 1e18, -1
    beneath = 0
    for label in range(kinds):
        below[label] = 0
    for v in range(highest + 1):
        size = 0
        for label in range(kinds):
            size += counts[v * kinds + label]
        if size == 0:
            continue
        beneath += size
        apart = logs[size] + logs[cells - size]
        up_to = logs[beneath] + logs[cells - beneath]
        for label in range(kinds):
            count, total = np.int64(counts[v * kinds + label]), totals[label]
            counts[v * kinds + label] = 0
            below[label] += count
            apart -= logs[count] + logs[total - count]
            if ordered:
                up_to -= logs[below[label]] + logs[total - below[label]]
        if apart < best - 1e-9 and size < cells:
            best, value = apart, v
        if ordered and up_to < least - 1e-9 and beneath < cells:
            least, bound = up_to, v
    if least < best - 1e-9:
        return least, 1, bound
    return best, 0 if value >= 0 else -1, value


@inner(
    types.Tuple((types.uint64, types.int64))(
        _MASKS,
        types.int32[::1],
        types.int64,
        types.int64,
        types.uint8[::1],
        types.int64[::1],
    )
)
def _label(
    masks: NDArray[np.uint64],
    order: NDArray[np.int32],
    begin: int,
    end: int,
    labels: Cells,
    totals: NDArray[np.int64],
) -> tuple[np.uint64, int]:
    """Number the preferred actions of a node's cells from 0, count them.

    Returns the actions that are right for all cells, and how many labels there are.
    """
    numbers = np.full(64, -1, np.int64)
    common, kinds = ~np.uint64(0), 0
    for at in range(begin, end):
        mask = masks[order[at]]
        common &= mask
        action = max(lowest(mask), 0)
        if numbers[action] < 0:
            numbers[action] = kinds
            totals[kinds] = 0
            kinds += 1
        labels[at] = numbers[action]
        totals[numbers[action]] += 1
    return common, kinds


@inner(
    types.int64(GRID, types.int64, types.int64, types.int64, types.int32[::1], *[types.int64] * 2)
)
def _divide(
    matrix: Grid,
    feature: int,
    operation: int,
    value: int,
    order: NDArray[np.int32],
    begin: int,
    end: int,
) -> int:
    """Put the cells that pass a test before the others; return where the others begin."""
    low, high = begin, end
    while low < high:
        v = matrix[feature, order[low]]
        if (v <= value) if operation else (v == value):
            low += 1
        else:
            high -= 1
            order[low], order[high] = order[high], order[low]
    return low


class Questions(NamedTuple):
    """The features that tests may ask.

    Attributes:
        active: them, the cheapest first.
        bits, ordered, highest: their costs, whether they have an order, their largest values.
        logs: n log2 n for n up to the number of cells.
    """

    active: NDArray[np.int32]
    bits: NDArray[np.float64]
    ordered: Cells
    highest: Cells
    logs: NDArray[np.float64]


class Desk(NamedTuple):
    """Where a node is worked on.

    Attributes:
        order: the cells, those of a node next to each other.
        labels: of the node's cells, in this order.
        totals: how many cells have each label.
        counts, below: room to count in.
    """

    order: NDArray[np.int32]
    labels: Cells
    totals: Row
    counts: NDArray[np.int32]
    below: Row


_QUESTIONS = record(Questions, _INTS, _FLOATS, _BYTES, _BYTES, _FLOATS)
_DESK = record(
    Desk, types.int32[::1], types.uint8[::1], types.int64[::1], types.int32[::1], types.int64[::1]
)


@inner(_DESK(_INTS))
def _new_desk(rows: NDArray[np.int32]) -> Desk:
    """A desk with the cells to learn from."""
    return Desk(
        order=rows.copy(),
        labels=np.empty(rows.size, np.uint8),
        totals=np.empty(64, np.int64),
        counts=np.zeros(_VALUES * 64, np.int32),
        below=np.empty(64, np.int64),
    )


@inner(types.void(types.int64[::1], *[types.int64] * 4))
def _wait(row: Row, node: int, begin: int, end: int, level: int) -> None:
    """Put a node on the list of those to do."""
    row[0], row[1], row[2], row[3] = node, begin, end, level


@inner(types.UniTuple(types.int64, 4)(GRID, _QUESTIONS, _DESK, *[types.int64] * 3))
def _ask(
    matrix: Grid, questions: Questions, desk: Desk, begin: int, end: int, kinds: int
) -> tuple[int, int, int, int]:
    """The test that leaves the fewest bits, its own included: feature, operation, value.

    The feature is -1 where none saves any; the work comes last.
    """
    active, bits, ordered, highest, logs = questions
    order, labels, totals, counts, below = desk
    best, chosen, operation, value, work = 1e18, -1, 0, 0, 0
    for k in range(active.size):
        feature = active[k]
        if bits[feature] >= best:
            break
        top = highest[feature]
        _count(matrix[feature], order, labels, begin, end, kinds, counts)
        left, op, test = _best_test(
            counts, totals, below, end - begin, top, kinds, ordered[feature], logs
        )
        left += bits[feature]
        if op >= 0 and left < best - 1e-9:
            best, chosen, operation, value = left, feature, op, test
        work += end - begin + 40 + 4 * (top + 1) * kinds
    return chosen, operation, value, work


@kernel(
    types.UniTuple(types.int64, 2)(
        GRID, _INTS, _MASKS, _INTS, _FLOATS, _BYTES, _BYTES, _FLOATS, types.int64, _NODES
    )
)
def grow(
    matrix: Grid,
    rows: NDArray[np.int32],
    masks: NDArray[np.uint64],
    active: NDArray[np.int32],
    bits: NDArray[np.float64],
    ordered: Cells,
    highest: Cells,
    logs: NDArray[np.float64],
    depth: int,
    nodes: NDArray[np.int32],
) -> tuple[int, int]:
    """Learn a tree from some cells; return how many nodes there are, and the work (2 ns each).

    Args:
        matrix: features by cells.
        rows: the cells to learn from.
        masks: every cell's set of right actions.
        active, bits, ordered, highest, logs: as `Questions` has them; values are below 32.
        depth: the largest depth.
        nodes: where the nodes go, the root first; as many leaves and tests as fit.
    """
    questions = Questions(active, bits, ordered, highest, logs)
    desk = _new_desk(rows)
    todo = np.empty((nodes.shape[0] + 2, 4), np.int64)
    _wait(todo[0], 0, 0, rows.size, 0)
    waiting, made, work = 1, 1, 0
    while waiting:
        waiting -= 1
        node, begin, end, level = todo[waiting]
        common, kinds = _label(masks, desk.order, begin, end, desk.labels, desk.totals)
        nodes[node] = 0
        nodes[node, FEATURE], nodes[node, ACTION] = LEAF, max(lowest(common), 0)
        work += end - begin
        if begin == end or common:
            continue
        chosen = -1
        if level < depth and made + 2 <= nodes.shape[0]:
            chosen, operation, value, asked = _ask(matrix, questions, desk, begin, end, kinds)
            work += asked
        if chosen < 0:
            nodes[node, ACTION] = _best_action(masks, desk.order, begin, end)
            continue
        middle = _divide(matrix, chosen, operation, value, desk.order, begin, end)
        nodes[node, FEATURE], nodes[node, OPERATION], nodes[node, VALUE] = chosen, operation, value
        nodes[node, YES], nodes[node, NO] = made, made + 1
        _wait(todo[waiting], made + 1, middle, end, level + 1)
        _wait(todo[waiting + 1], made, begin, middle, level + 1)
        waiting, made = waiting + 2, made + 2
    return made, work


@kernel(types.void(GRID, _PAIRS, _PAIRS, types.int64, types.int64, types.uint8[::1]))
def predict(
    matrix: Grid,
    nodes: NDArray[np.int32],
    actions: NDArray[np.int32],
    begin: int,
    end: int,
    out: Cells,
) -> None:
    """What a tree says of the cells from one column of the matrix to another."""
    for cell in range(begin, end):
        node = 0
        while nodes[node, FEATURE] >= 0:
            v = matrix[nodes[node, FEATURE], cell]
            value = nodes[node, VALUE]
            yes = (v <= value) if nodes[node, OPERATION] else (v == value)
            node = nodes[node, YES] if yes else nodes[node, NO]
        action = nodes[node, ACTION]
        kind, what = actions[action, 0], actions[action, 1]
        out[cell - begin] = action_color(matrix, kind, what, cell)


def tree_bits(
    nodes: NDArray[np.int32], bits: NDArray[np.float64], actions: NDArray[np.int32]
) -> float:
    """The description length of a tree: a bit a node, its features, values and actions."""
    tests = nodes[nodes[:, FEATURE] >= 0]
    leaves = nodes[nodes[:, FEATURE] < 0, ACTION]
    kinds = actions[leaves]
    keeps = (kinds[:, 0] == 0) & (kinds[:, 1] == 0)
    copies = (kinds[:, 0] == 0) & ~keeps
    constants = kinds[:, 0] == 1
    said = len(nodes) + float(bits[tests[:, FEATURE]].sum()) + 2.0 * len(tests)
    return said + int(keeps.sum()) + 4.0 * int(constants.sum()) + 5.0 * int(copies.sum())
