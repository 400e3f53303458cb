"""A rule of layers as a program: run on any grid, and put in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arcgrid import Grid
from arcgrid_solvers.background import Background
from arcgrid_solvers.search.families.cells.features import COLOR, FLAG
from arcgrid_solvers.search.families.cells.views import View
from arcgrid_solvers.search.families.layers.bits import AT_MOST, COLORS, EQUAL, MORE, OTHER
from arcgrid_solvers.search.families.layers.board import Layer
from arcgrid_solvers.search.families.layers.sources import StateLayer
from arcgrid_solvers.search.families.states.sizes import SizeRule
from arcgrid_solvers.search.words import color_name


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """What a layer's value has to be: `operation` is one of `bits`."""

    layer: Layer
    operation: int
    value: int

    def holds(self, cells: Grid) -> NDArray[np.bool_]:
        """For which cells of its layer it does."""
        if self.operation in (EQUAL, OTHER):
            holds: NDArray[np.bool_] = (cells == self.value) == (self.operation == EQUAL)
        else:
            holds = (cells > self.value) == (self.operation == MORE)
        return holds

    def __str__(self) -> str:
        feature, negated = self.layer.feature, self.operation == OTHER
        if isinstance(self.layer, StateLayer) and self.value == 0:
            return f"{feature.words} is {'filled' if negated else 'empty'}"
        if feature.kind == FLAG:
            return feature.words if (self.value != 0) != negated else f"not: {feature.words}"
        if self.operation in (AT_MOST, MORE):
            way = "at most" if self.operation == AT_MOST else "over"
            return f"{feature.words} is {way} {self.value}"
        value = color_name(self.value) if feature.kind == COLOR else self.value
        return f"{feature.words} is {'not ' if negated else ''}{value}"


@dataclass(frozen=True, slots=True, eq=False)
class Stroke:
    """What becomes of the cells for which all of some conditions hold: a color, or a copy."""

    color: int
    copied: Layer | None
    conditions: tuple[Condition, ...]

    def __str__(self) -> str:
        words = color_name(self.color)
        if self.copied is not None:
            words = f"the color in {self.copied.feature.words}"
            if not isinstance(self.copied, StateLayer):
                words = f"the {self.copied.feature.words}"
        where = " and ".join(map(str, self.conditions))
        return f"{words} where {where}" if where else words


@dataclass(frozen=True, slots=True, eq=False)
class LayerRule:
    """Strokes on a canvas; the first one whose conditions hold of a cell counts.

    Attributes:
        view: how cells of the input are seen, which also gives the canvas; None where only
            states are.
        background: what that takes to be background.
        size: the canvas' shape where there is no view.
        strokes: as above. Other cells keep the color of the view's first layer, or stay black.
    """

    view: View | None
    background: Background
    size: SizeRule | None
    strokes: tuple[Stroke, ...]

    def run(self, grid: Grid) -> Grid | None:
        """The output for an input, None where there is no canvas or a layer makes no sense."""
        base = self._base(grid)
        if base is None:
            return None
        made = base.copy()
        for stroke in reversed(self.strokes):
            chosen = np.ones(base.shape, np.bool_)
            for condition in stroke.conditions:
                cells = condition.layer.run(grid, base.shape)
                if cells is None:
                    return None
                chosen &= condition.holds(cells)
            color: Grid | np.uint8 = np.uint8(stroke.color)
            if stroke.copied is not None:
                copied = stroke.copied.run(grid, base.shape)
                if copied is None:
                    return None
                color = np.where(copied < COLORS, copied, base)
            made = np.where(chosen, color, made)
        made.setflags(write=False)
        return made

    def _base(self, grid: Grid) -> Grid | None:
        if self.view is not None:
            alignment = self.view.look(grid, self.background.of(grid))
            return None if alignment is None else alignment.layers[0]
        shape = self.size.run(grid) if self.size else None
        return None if shape is None else np.zeros(shape, np.uint8)

    def explain(self) -> str:
        """The rule in words."""
        where = f"on {self.size} cells " if self.view is None else self.view.words
        if not self.strokes:
            return where.removesuffix(", ") if self.view else f"{where}leave all empty"
        return f"{where}cell by cell: {'; else '.join(map(str, self.strokes))}"
