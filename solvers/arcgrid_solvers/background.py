"""Which color is the background of a grid: here alone the bundled solvers decide it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from arcgrid import Grid


def most_common(grid: Grid) -> int:
    """The color of most cells, the lowest of equals."""
    return int(np.bincount(grid.ravel(), minlength=10).argmax())


@dataclass(frozen=True, slots=True)
class Background:
    """What counts as background: black, or each grid's most common color."""

    black: bool

    @classmethod
    def shared_by(cls, grids: Iterable[Grid]) -> Background:
        """Black if there is some in all of these grids."""
        return cls(all((grid == 0).any() for grid in grids))

    def of(self, grid: Grid) -> int:
        """The background of a grid."""
        return 0 if self.black else most_common(grid)
