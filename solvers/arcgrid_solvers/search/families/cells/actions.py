"""What leaves of trees may say of a cell: actions, and features worth asking about.

An action is a pair of numbers: (0, feature) copies a color-valued feature, (1, color) says a color.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from arcgrid.kernels import GRID, Cells, Grid, inner, kernel, types
from arcgrid_solvers.search.families.cells.near import NONE

_INTS = types.Array(types.int32, 1, "C", readonly=True)
_PAIRS = types.Array(types.int32, 2, "C", readonly=True)
_FLOATS = types.Array(types.float64, 1, "C", readonly=True)
_BYTES = types.Array(types.uint8, 1, "C", readonly=True)


@inner(types.uint8(GRID, types.int64, types.int64, types.int64))
def action_color(matrix: Grid, kind: int, what: int, cell: int) -> np.uint8:
    """What an action gives; the own color stands in where there is no color to copy."""
    color: np.uint8 = np.uint8(what) if kind else matrix[what, cell]
    own: np.uint8 = matrix[0, cell]
    return own if color == NONE else color


@kernel(types.void(GRID, _PAIRS, _BYTES, types.uint64[::1]))
def mark(matrix: Grid, actions: NDArray[np.int32], targets: Cells, out: NDArray[np.uint64]) -> None:
    """The set of actions that give each cell's target: (0, feature) or (1, color)."""
    for cell in range(targets.size):
        bits = np.uint64(0)
        for k in range(actions.shape[0]):
            kind, what = actions[k, 0], actions[k, 1]
            value = action_color(matrix, kind, what, cell)
            if value == targets[cell]:
                bits |= np.uint64(1) << np.uint64(k)
        out[cell] = bits


@kernel(types.int64(GRID, _INTS, _BYTES, _INTS, _FLOATS, types.int64, types.int32[::1]))
def cover(
    matrix: Grid,
    rows: NDArray[np.int32],
    targets: Cells,
    copies: NDArray[np.int32],
    bits: NDArray[np.float64],
    whole: int,
    out: NDArray[np.int32],
) -> int:
    """List features to copy that explain most cells of `rows`, one after the other.

    What counts are cells that are not explained yet: at first all of them if `whole`, else those
    that have to change.
    """
    needed = np.empty(rows.size, np.uint8)
    for at in range(rows.size):
        needed[at] = whole or matrix[0, rows[at]] != targets[rows[at]]
    for found in range(out.size):
        best, most = -1, 0.0
        for k in range(copies.size):
            gain = -0.01 * bits[copies[k]]
            for at in range(rows.size):
                cell = rows[at]
                if needed[at] and action_color(matrix, 0, copies[k], cell) == targets[cell]:
                    gain += 1
            if gain > most:
                best, most = copies[k], gain
        if best < 0:
            return found
        out[found] = best
        for at in range(rows.size):
            if action_color(matrix, 0, best, rows[at]) == targets[rows[at]]:
                needed[at] = 0
    return out.size


@kernel(types.int64(GRID, types.int64, _FLOATS, types.int32[:, ::1]))
def telling(matrix: Grid, cells: int, bits: NDArray[np.float64], out: NDArray[np.int32]) -> int:
    """List features that differ among the first cells and are not like a cheaper one there.

    In row 0; row 1 has for each of them one that is like it among the first cells and differs from
    it elsewhere, or itself. Returns how many there are.
    """
    features = matrix.shape[0]
    codes = np.empty((features, 2), np.uint64)
    found = 0
    for feature in range(features):
        code, varies, early = np.uint64(1469598103934665603), False, np.uint64(0)
        first = matrix[feature, 0]
        for cell in range(matrix.shape[1]):
            if cell == cells:
                early = code
            value = matrix[feature, cell]
            varies |= cell < cells and value != first
            code = (code ^ np.uint64(value)) * np.uint64(1099511628211)
        early = code if cells == matrix.shape[1] else early
        if not varies:
            continue
        twin = -1
        for k in range(found):
            if codes[k, 0] == early:
                twin = k
                break
        if twin < 0:
            codes[found, 0], codes[found, 1] = early, code
            out[0, found] = out[1, found] = feature
            found += 1
        elif bits[feature] < bits[out[0, twin]]:
            if codes[twin, 1] != code:
                out[1, twin] = out[0, twin]
            elif out[1, twin] == out[0, twin]:
                out[1, twin] = feature
            out[0, twin], codes[twin, 1] = feature, code
        elif out[1, twin] == out[0, twin] and codes[twin, 1] != code:
            out[1, twin] = feature
    return found
