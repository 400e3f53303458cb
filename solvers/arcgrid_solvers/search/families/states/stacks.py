"""A stack of pieces as a program: run on any grid, and put in words.

What is worth stacking is found in `stacking`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from arcgrid import Grid
from arcgrid.palette import NAMES
from arcgrid_solvers.search.candidate import Step
from arcgrid_solvers.search.families.states.operations import VARIANTS
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

    def walk(self, grid: Grid) -> list[Step]:
        """What is made of the input for each layer, and where there are several, of the layers."""
        shape = self.size.run(grid)
        if shape is None:
            return []
        made: list[Step] = []
        for layer in self.layers:
            made += walked(layer.path, grid, shape, self.shared)
            if len(self.layers) > 1:
                words = f"{WAYS[layer.way]} it"
                made.append((words, self._piece(layer, grid, shape)))
        return made


def walked(path: Path, grid: Grid, shape: Shape, shared: Grid | None) -> list[Step]:
    """The first image after each step of a path, without those that leave nothing."""
    images = (
        (VARIANTS[step].words.format(*NAMES), replay(grid, path.steps[:taken], shape, root))
        for root in [_root(path, shape, shared)]
        for taken, step in enumerate(path.steps, 1)
    )
    return [(words, made[0].grid) for words, made in images if made and made[0].grid.size]


def _root(path: Path, shape: Shape, shared: Grid | None) -> Grid | None:
    """What a path starts from; None for the input."""
    if path.root == SHARED:
        return shared
    return np.ones(shape, np.uint8) if path.root == BLANK else None


def laid(path: Path, place: int, grid: Grid, shape: Shape, shared: Grid | None) -> Grid:
    """What some steps make of an input, laid on an empty canvas; nothing where they fail.

    `shared` is the root that outputs share, if they have one shape.
    """
    made = replay(grid, path.steps, shape, _root(path, shape, shared))
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
