"""A board: all layers of a problem's grids, cell by cell, for one shape of the outputs.

A layer says a color or a number of every cell. How layers come about is in `sources`; what is
learned from them, in `learn`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from arcgrid import Grid
from arcgrid_solvers.search.families.cells.features import Feature


class Layer(Protocol):
    """How the cells of a layer are made of an input, and what it is called."""

    @property
    def feature(self) -> Feature:
        """Its words, its kind and its cost."""
        ...

    def run(self, grid: Grid, shape: tuple[int, int]) -> Grid | None:
        """Its cells for one input, on a canvas of a shape; None where it makes no sense."""
        ...


class Source(Protocol):
    """Some layers of a board that come about in the same way."""

    def layer(self, index: int) -> Layer:
        """The layer of a row of the source's values."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The layers of one source: values by cells, with what it costs to mention each."""

    source: Source
    values: Grid
    costs: NDArray[np.float64]
    ordered: NDArray[np.bool_]
    colored: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """Layers by cells: those of the train outputs, then those of the tests.

    Attributes:
        parts: the sources, in the order of the rows of `values`.
        values: colors, 10 where there is none, or numbers up to 31.
        costs: the bits to mention each layer.
        ordered: whether its numbers may be compared.
        copies: layers of colors, which may be copied.
        base: what a cell is where nothing is said of it.
        target: the colors of the train outputs.
        starts: where the cells of each grid begin, and the end.
        shapes: of all canvases.
        trains: how many grids are those of train pairs.
    """

    parts: tuple[Rows, ...]
    values: Grid
    costs: NDArray[np.float64]
    ordered: NDArray[np.uint8]
    copies: NDArray[np.int32]
    base: Grid
    target: Grid
    starts: tuple[int, ...]
    shapes: tuple[tuple[int, int], ...]
    trains: int

    @classmethod
    def of(
        cls,
        parts: tuple[Rows, ...],
        base: Grid,
        target: Grid,
        shapes: tuple[tuple[int, int], ...],
        trains: int,
    ) -> Board:
        """The board of some layers."""
        starts = [0]
        for rows, columns in shapes:
            starts.append(starts[-1] + rows * columns)
        return cls(
            parts,
            np.concatenate([part.values for part in parts]),
            np.concatenate([part.costs for part in parts]),
            np.concatenate([part.ordered for part in parts]).astype(np.uint8),
            np.flatnonzero(np.concatenate([part.colored for part in parts])).astype(np.int32),
            base,
            target,
            tuple(starts),
            shapes,
            trains,
        )

    @property
    def cells(self) -> int:
        """The number of train cells."""
        return self.starts[self.trains]

    def layer(self, index: int) -> Layer:
        """The layer of a row."""
        for part in self.parts:
            if index < len(part.values):
                return part.source.layer(index)
            index -= len(part.values)
        raise IndexError(index)
