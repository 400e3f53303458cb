"""A box of cells as rectangles: its colors, its lines, and the outlines of what is wrong.

`svg`, `pdf` and `tikz` paint these; `png` puts the same down as an array.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arcgrid.grid import COLORS
from arcgrid.render.scene import LINED, Box, Rect

Run = tuple[int, int, int, int, int]
"""A rectangle of one value: value, row, column, height, width."""
Area = tuple[float, float, float, float]
"""x, y, width, height, in parts of pixels."""

CORE, HALO = "#E5002B", "#FFFFFF"
"""The outline of wrong cells: a line that is seen on light colors, and an edge that is on dark."""


def runs(cells: NDArray[np.integer[Any]]) -> list[Run]:
    """Rectangles of one value that cover all cells but the empty ones.

    Runs along a row; equal runs in the rows below join them.
    """
    found: list[Run] = []
    open: dict[tuple[int, int, int], int] = {}  # value, column, width -> the row it began in
    count, columns = cells.shape
    for row in range(count + 1):
        along = []
        if row < count:
            edges = [0, *(np.flatnonzero(np.diff(cells[row])) + 1).tolist(), columns]
            along = [(int(cells[row, at]), at, end - at) for at, end in pairwise(edges)]
            along = [run for run in along if run[0] < COLORS]
        for run in open.keys() - set(along):
            value, column, width = run
            found.append((value, open[run], column, row - open[run], width))
        open = {run: open.get(run, row) for run in along}
    return sorted(found)


def layers(box: Box) -> list[tuple[int, list[Area]]]:
    """The colors of a box one over the other, so that there is no seam where two of them meet.

    Cells end in the middle of the lines between and around them, which cover their edges. Where
    there are none between them, each color fills its own cells and all of higher values: where a
    later one ends, the earlier one is below it.
    """
    filled = box.cells < COLORS
    lined = box.line and box.cell >= LINED
    found: list[tuple[int, list[Area]]] = []
    for value in np.unique(box.cells[filled]).tolist():
        over = box.cells == value if lined else filled & (box.cells >= value)
        areas = [run_rect(box, run) for run in runs(np.where(over, value, COLORS))]
        shift = box.line / 2
        found.append((value, [(x + shift, y + shift, w, h) for x, y, w, h in areas]))
    return found


def run_rect(box: Box, run: Run) -> Rect:
    """A run in pixels."""
    _, row, column, height, width = run
    x, y = box.x + column * box.cell, box.y + row * box.cell
    return (x, y, width * box.cell, height * box.cell)


def lines(box: Box) -> list[Rect]:
    """The lines of a box: between cells where these are large enough, and around it."""
    if not box.line:
        return []
    width, height = box.size
    step = box.cell if box.cell >= LINED else 0
    across = range(0, height, step or height - box.line)
    along = range(0, width, step or width - box.line)
    return [(box.x, box.y + down, width, box.line) for down in across] + [
        (box.x + right, box.y, box.line, height) for right in along
    ]


def marks(box: Box) -> tuple[list[Rect], list[Rect]]:
    """The outline around each group of wrong cells: its halo, and its core over it.

    It runs along the lines between cells, so that the wrong cells themselves stay to be seen.
    """
    if box.wrong is None or not box.wrong.any():
        return [], []
    thick, edge = mark_size(box.cell)
    shift = (box.line - thick) // 2
    core = []
    for row, column, length in _edges(box.wrong):
        x, y = box.x + column * box.cell + shift, box.y + row * box.cell + shift
        core.append((x, y, length * box.cell + thick, thick))
    for column, row, length in _edges(box.wrong.T):
        x, y = box.x + column * box.cell + shift, box.y + row * box.cell + shift
        core.append((x, y, thick, length * box.cell + thick))
    halo = [(x - edge, y - edge, w + 2 * edge, h + 2 * edge) for x, y, w, h in core if edge]
    return [_near(box, rect) for rect in halo], [_near(box, rect) for rect in core]


def _near(box: Box, rect: Rect) -> Rect:
    """A rectangle without what lies more than a line and a pixel outside of a box."""
    (x, y, width, height), (wide, tall), reach = rect, box.size, box.line + 1
    left, top = max(x, box.x - reach), max(y, box.y - reach)
    right, bottom = min(x + width, box.x + wide + reach), min(y + height, box.y + tall + reach)
    return left, top, right - left, bottom - top


def mark_size(cell: int) -> tuple[int, int]:
    """How thick the outline of wrong cells is, and its halo on either side."""
    return max(1, round(cell / 9)), max(cell // 12, int(cell >= LINED))


def _edges(wrong: NDArray[np.bool_]) -> list[tuple[int, int, int]]:
    """The horizontal edges between wrong cells and others: row, column and length, in cells."""
    padded = np.pad(wrong, 1)
    differ = padded[1:, 1:-1] != padded[:-1, 1:-1]
    found = []
    for row, edges in enumerate(differ):
        turns = np.flatnonzero(np.diff(np.pad(edges, 1).astype(np.int8)))
        starts, ends = turns[::2].tolist(), turns[1::2].tolist()
        found += [(row, at, end - at) for at, end in zip(starts, ends, strict=True)]
    return found
