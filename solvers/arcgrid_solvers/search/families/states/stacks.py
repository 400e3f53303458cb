"""A stack of pieces as a program: run on any grid, and put in words.

What is worth stacking is found in `stacking`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from arcgrid import Grid
from arcgrid.palette import NAMES
from arcgrid_solvers.search.families.states.pieces import ALL, AT_ORIGIN, EMPTY, FILLED, OWN_COLORS
from arcgrid_solvers.search.families.states.replay import BLANK, SHARED, Image, Path, replay
from arcgrid_solvers.search.families.states.sizes import Shape, SizeRule

WAYS = {ALL: "paint", FILLED: "paint the filled cells of", EMPTY: "leave empty what is empty in"}


@dataclass(frozen=True, slots=True)
class Layer:
    """One piece of a program: how it is made and put on the canvas."""

    path: Path
    place: int
    paint: int
    way: int

    def __str__(self) -> str:
        words = f"{WAYS[self.way]} ({self.path})"
        if self.place == AT_ORIGIN:
            words += " at the upper left corner"
        return words + (f" in {NAMES[self.paint]}" if self.paint else "")


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """A program: pieces laid on a canvas, the first ones on top.

    Attributes:
        size: the canvas' shape.
        layers: the pieces.
        shared: the cells that all train outputs share, if they have one shape. A candidate's `fits`
            ask more: there each pair sees the cells that the other outputs share.
    """

    size: SizeRule
    layers: tuple[Layer, ...]
    shared: Grid | None

    def run(self, grid: Grid) -> Grid | None:
        """The output for an input."""
        shape = self.size.run(grid)
        if shape is None:
            return None
        canvas = np.zeros(shape, np.uint8)
        painted = np.zeros(shape, np.bool_)
        for layer in self.layers:
            piece = self._piece(layer, grid, shape)
            used = np.ones(shape, np.bool_)
            if layer.way != ALL:
                used = (piece > 0) == (layer.way == FILLED)
            canvas = np.where(used & ~painted, piece, canvas)
            painted |= used
        return canvas

    def _piece(self, layer: Layer, grid: Grid, shape: Shape) -> Grid:
        piece = laid(layer.path, layer.place, grid, shape, self.shared)
        if layer.paint != OWN_COLORS:
            piece[piece > 0] = layer.paint
        return piece

    def explain(self) -> str:
        """The program in words."""
        layers = "; then ".join(map(str, self.layers)) or "leave all empty"
        return f"on {self.size} cells {layers}"


def laid(path: Path, place: int, grid: Grid, shape: Shape, shared: Grid | None) -> Grid:
    """What some steps make of an input, laid on an empty canvas; nothing where they fail.

    `shared` is the root that outputs share, if they have one shape.
    """
    root = None
    if path.root == SHARED:
        root = shared
    elif path.root == BLANK:
        root = np.ones(shape, np.uint8)
    made = replay(grid, path.steps, shape, root)
    canvas = np.zeros(shape, np.uint8)
    if made is not None:
        _lay(made[0], place, canvas)
    return canvas


def _lay(image: Image, place: int, canvas: Grid) -> None:
    top, left = (0, 0) if place == AT_ORIGIN else (image.row, image.col)
    for row in range(image.grid.shape[0]):
        for col in range(image.grid.shape[1]):
            if 0 <= row + top < canvas.shape[0] and 0 <= col + left < canvas.shape[1]:
                canvas[row + top, col + left] = image.grid[row, col]
