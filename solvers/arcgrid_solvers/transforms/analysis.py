"""A grid with the facts that transforms ask for: background, colors, connected components, pieces.

Each fact is computed once, when first asked for. No transforms here.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from arcgrid import Grid
from arcgrid_solvers.background import Background

T = TypeVar("T")

Mask: TypeAlias = NDArray[np.bool_]
Codes: TypeAlias = NDArray[np.int64]
Joining: TypeAlias = Literal["touching", "one color", "one color by sides"]

MAX_PIECES = 60
"""A grid with more components than this is a texture: it has no pieces."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A rectangle of a grid and the cells in it that count; the rest is background.

    Attributes:
        grid: the rectangle as it is in the grid.
        mask: True for the cells of the piece, same shape.
        top: row of the first cell.
        left: column of the first cell.
    """

    grid: Grid
    mask: Mask
    top: int
    left: int

    @property
    def colors(self) -> Codes:
        """Number of cells of each color 0..9, counted in the piece's own cells."""
        return np.bincount(self.grid[self.mask], minlength=10)

    def alone(self, background: int) -> Grid:
        """The rectangle with nothing in it but the piece."""
        return np.where(self.mask, self.grid, background).astype(np.uint8)


class Analysis:
    """A grid and what can be said about it.

    Attributes:
        grid: the grid itself, never changed.
    """

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self._known: dict[Hashable, Any] = {}

    def recall(self, question: Hashable, answer: Callable[[], T]) -> T:
        """Ask for a fact of the grid, which is worked out the first time only."""
        if question not in self._known:
            self._known[question] = answer()
        return cast(T, self._known[question])

    @cached_property
    def key(self) -> bytes:
        """Equal for equal grids, different for different ones."""
        return bytes(self.grid.shape) + self.grid.tobytes()

    @cached_property
    def counts(self) -> Codes:
        """Number of cells of each color 0..9."""
        return np.bincount(self.grid.ravel(), minlength=10)

    @cached_property
    def background(self) -> int:
        """Black (0) where there is any, else the most common color."""
        return Background.shared_by((self.grid,)).of(self.grid)

    @cached_property
    def foreground(self) -> Mask:
        """True where a cell is not background."""
        mask: Mask = self.grid != self.background
        return mask

    @cached_property
    def colors(self) -> list[int]:
        """Colors other than the background, most common first; equal counts by number."""
        order = np.argsort(-self.counts, kind="stable").tolist()
        return [color for color in order if self.counts[color] and color != self.background]

    def color_at(self, place: int) -> int | None:
        """The color at a place in `colors` (-1: the rarest), or None where there are too few."""
        return self.colors[place] if -len(self.colors) <= place < len(self.colors) else None

    def labels(self, joining: Joining) -> Codes:
        """For each cell the number of its component; background cells are joined like others.

        Numbers are those of a component's first cell in reading order.
        """
        kinds = self.foreground if joining == "touching" else self.grid
        diagonal = joining != "one color by sides"
        return self.recall(("labels", joining), lambda: label(kinds, diagonal=diagonal))

    def pieces(self, joining: Joining) -> list[Piece]:
        """The foreground's components in reading order; none when there are too many."""
        return self.recall(("pieces", joining), lambda: self._cut_all(self.labels(joining)))

    def _cut_all(self, labels: Codes) -> list[Piece]:
        numbers = np.unique(labels[self.foreground])
        return [self._cut(labels == n) for n in numbers] if len(numbers) <= MAX_PIECES else []

    def _cut(self, mask: Mask) -> Piece:
        rows, columns = box(mask)
        return Piece(self.grid[rows, columns], mask[rows, columns], rows.start, columns.start)


def box(mask: Mask) -> tuple[slice, slice]:
    """The rows and the columns of the smallest rectangle around all True cells."""
    rows = np.flatnonzero(mask.any(axis=1))
    columns = np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return slice(0, 0), slice(0, 0)
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def places(shape: tuple[int, ...]) -> tuple[Codes, Codes]:
    """For each cell of a grid its row, and its column."""
    rows, columns = np.indices(shape, dtype=np.int64)
    return rows, columns


def total(layers: Sequence[NDArray[Any]]) -> Codes:
    """Add arrays of one shape cell by cell."""
    summed: Codes = np.zeros(1, np.int64)
    for layer in layers:
        summed = summed + layer
    return summed


def label(kinds: NDArray[Any], *, diagonal: bool) -> Codes:
    """Number the components of equal neighboring cells by their first cell in reading order."""
    first, second = _edges(kinds, diagonal)
    parent = np.arange(kinds.size)
    while len(first):
        low = np.minimum(parent[first], parent[second])
        np.minimum.at(parent, parent[first], low)
        np.minimum.at(parent, parent[second], low)
        parent = parent[parent]
        apart = parent[first] != parent[second]
        if not apart.any() and (parent == parent[parent]).all():
            break
    return parent.reshape(kinds.shape)


def _edges(kinds: NDArray[Any], diagonal: bool) -> tuple[Codes, Codes]:
    """Flat indices of neighboring cells of one kind."""
    index = np.arange(kinds.size).reshape(kinds.shape)
    whole, head, tail = slice(None), slice(None, -1), slice(1, None)
    steps = [((whole, head), (whole, tail)), ((head, whole), (tail, whole))]
    if diagonal:
        steps += [((head, head), (tail, tail)), ((head, tail), (tail, head))]
    ends = [(index[a][same], index[b][same]) for a, b in steps for same in [kinds[a] == kinds[b]]]
    return np.concatenate([a for a, _ in ends]), np.concatenate([b for _, b in ends])
