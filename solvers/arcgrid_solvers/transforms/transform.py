"""What a transform is, who proposes some, and how two transforms make one.

The proposers themselves live in their own modules; `search` puts them together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from arcgrid import MAX_SIDE, Grid
from arcgrid_solvers.transforms.analysis import Analysis


@dataclass(frozen=True, slots=True)
class Transform:
    """A way to make one grid from another.

    Attributes:
        name: what it does, in words.
        cost: how complicated it is; the simplest explanation wins.
        make: the new grid, or None where the transform makes no sense.
        parts: those that it is composed of, in their order; none of a simple one.
    """

    name: str
    cost: float
    make: Callable[[Analysis], Grid | None]
    parts: tuple[Transform, ...] = ()

    def apply(self, analysis: Analysis) -> Grid | None:
        """The new grid, or None where there is none or it is empty or too large."""
        grid = self.make(analysis)
        return grid if grid is not None and grid.size and max(grid.shape) <= MAX_SIDE else None

    def then(self, second: Transform) -> Transform:
        """Follow this transform by another one."""
        if second is IDENTITY:
            return self
        if self is IDENTITY:
            return second

        def make(analysis: Analysis) -> Grid | None:
            grid = self.apply(analysis)
            return None if grid is None else second.apply(Analysis(grid))

        parts = (*(self.parts or (self,)), *(second.parts or (second,)))
        return Transform(f"{self.name}, then {second.name}", self.cost + second.cost, make, parts)


IDENTITY = Transform("leave it as it is", 0, lambda analysis: analysis.grid)


@dataclass(frozen=True, slots=True)
class Example:
    """A grid as it has become so far, and the grid that it should become."""

    before: Analysis
    after: Grid

    @property
    def keeps_shape(self) -> bool:
        """True when both grids have one shape."""
        return self.before.grid.shape == self.after.shape


Examples: TypeAlias = Sequence[Example]

Proposer: TypeAlias = Callable[[Examples], Iterator[Transform]]
"""Proposes transforms that might make `after` from `before` in all examples."""


def images(transform: Transform, examples: Examples) -> list[Example] | None:
    """The examples after the transform, or None where it fails."""
    made = []
    for example in examples:
        grid = transform.apply(example.before)
        if grid is None:
            return None
        made.append(Example(Analysis(grid), example.after))
    return made
