"""Filling in what one color covers, from a symmetry or a period of the rest of the grid."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from arcgrid import Grid
from arcgrid_solvers.transforms.analysis import Analysis, Codes, box, places
from arcgrid_solvers.transforms.transform import Examples, Transform

COVERED = 255
"""Marks a cell whose color is not known."""

Lookup = tuple[Codes, Codes]
"""For each cell of a grid the row and the column of another cell, which may lie outside."""


def repairs(examples: Examples) -> Iterator[Transform]:
    """Uncover what lies under one color: the whole grid, or only what was under it."""
    for color in range(10):
        masks = [example.before.grid == color for example in examples]
        if not all(mask.any() for mask in masks):
            continue
        name = f"restore what color {color} covers by the grid's symmetry"
        if examples[0].keeps_shape and not (examples[0].after == color).any():
            yield Transform(name, 3, _repaired(color, crop=False))
        elif masks[0][box(masks[0])].shape == examples[0].after.shape:
            yield Transform(f"{name} and crop to it", 3, _repaired(color, crop=True))


def _repaired(color: int, *, crop: bool) -> Callable[[Analysis], Grid | None]:
    def apply(analysis: Analysis) -> Grid | None:
        mask = analysis.grid == color
        restored = analysis.recall(("restored", color), lambda: restore(analysis.grid, color))
        if restored is None or not mask.any():
            return None
        return restored[box(mask)] if crop else restored

    return apply


def restore(grid: Grid, color: int) -> Grid | None:
    """Replace all cells of a color by the cells that correspond to them, or None."""
    grid = np.where(grid == color, np.uint8(COVERED), grid)
    for lookups in (_reflections, _shifts):
        for lookup in lookups(*grid.shape):
            covered = grid == COVERED
            if not covered.any():
                return grid
            source = _looked_up(grid, lookup)
            both = (source != COVERED) & ~covered
            if 2 * both.sum() >= (~covered).sum() and (source[both] == grid[both]).all():
                grid = np.where(covered, source, grid)
    return None if (grid == COVERED).any() else grid


def _looked_up(grid: Grid, lookup: Lookup) -> Grid:
    height, width = grid.shape
    rows, columns = lookup
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    source = grid[rows.clip(0, height - 1), columns.clip(0, width - 1)]
    return np.where(inside, source, np.uint8(COVERED))


def _reflections(height: int, width: int) -> Iterator[Lookup]:
    """Flips about an axis near the middle, nearest first, and about the diagonals."""
    rows, columns = places((height, width))
    for offset in sorted(range(-(width // 3), width // 3 + 1), key=abs):
        yield rows, width - 1 + offset - columns
    for offset in sorted(range(-(height // 3), height // 3 + 1), key=abs):
        yield height - 1 + offset - rows, columns
    yield columns, rows
    yield width - 1 - columns, height - 1 - rows


def _shifts(height: int, width: int) -> Iterator[Lookup]:
    """Shifts down, sideways and along the diagonals, smallest first, both ways."""
    rows, columns = places((height, width))
    for step in range(1, max(height, width) // 2 + 1):
        for down, right in ((step, 0), (0, step), (step, step), (step, -step)):
            yield rows - down, columns - right
            yield rows + down, columns + right
