"""Where layers come from: features of cells, and every state of the search for states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from arcgrid import Grid
from arcgrid_solvers.background import Background
from arcgrid_solvers.search.families.cells.features import (
    COLOR,
    NUMBER,
    Feature,
    feature_set,
    fill_matrix,
    fill_own,
)
from arcgrid_solvers.search.families.cells.near import MOST
from arcgrid_solvers.search.families.cells.views import Alignment, View
from arcgrid_solvers.search.families.layers import bits
from arcgrid_solvers.search.families.layers.board import Rows
from arcgrid_solvers.search.families.layers.features.table import FURTHER
from arcgrid_solvers.search.families.states.arena import Arena
from arcgrid_solvers.search.families.states.pieces import (
    AT_ORIGIN,
    PIECE_COST,
    PLACE,
    TUPLE,
    Pieces,
)
from arcgrid_solvers.search.families.states.replay import Path, path
from arcgrid_solvers.search.families.states.search import StateSearch
from arcgrid_solvers.search.families.states.stacks import laid
from arcgrid_solvers.search.problem import Problem

Floats: TypeAlias = NDArray[np.float64]

STATE_BITS, STATE_BITS_PER_COST = 3.0, 0.25
MOST_ALIKE, MOST_TELLING = 150, 75
"""States that are kept: those most like the outputs, and by each other reason (see `choose`)."""


@cache
def features_of(view: View) -> tuple[Feature, ...]:
    """All features of cells that are seen in one way."""
    known = feature_set(view.layers, view.extras).all
    return (*known, *(feature for group in FURTHER for feature in group.features))


@dataclass(frozen=True, slots=True, eq=False)
class FeatureLayer:
    """One feature of cells as a layer."""

    source: Features
    index: int

    @property
    def feature(self) -> Feature:
        """Its words, its kind and its cost."""
        return features_of(self.source.view)[self.index]

    def run(self, grid: Grid, shape: tuple[int, int]) -> Grid | None:
        """Its cells for an input."""
        alignment = self.source.view.look(grid, self.source.background.of(grid))
        if alignment is None or alignment.layers.shape[1:] != shape:
            return None
        made: Grid = self.source.fill([grid], [alignment])[self.index].reshape(shape)
        return made


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """The features of cells, seen in one way, as layers."""

    view: View
    background: Background

    def layer(self, index: int) -> FeatureLayer:
        """One feature."""
        return FeatureLayer(self, index)

    def fill(self, grids: Sequence[Grid], alignments: Sequence[Alignment]) -> Grid:
        """All features of the cells of some grids' alignments."""
        known = feature_set(self.view.layers, self.view.extras)
        cells = sum(alignment.layers[0].size for alignment in alignments)
        values = np.zeros((len(features_of(self.view)), cells), np.uint8)
        start = 0
        for grid, alignment in zip(grids, alignments, strict=True):
            background, base = self.background.of(grid), len(known.all)
            layers, extras = alignment.layers, alignment.extras
            fill_matrix(known, layers, extras, background, values[:base], start)
            for group in FURTHER:
                group.fill(layers[0], background, values, base, start)
                base += len(group.features)
            start += layers[0].size
        fill_own(known, values[: len(known.all)])
        return np.minimum(values, MOST, out=values)


def feature_rows(
    problem: Problem, view: View, background: Background
) -> tuple[Rows, list[Alignment]] | None:
    """The features of all grids of a problem, and how they are seen; None if one cannot be so."""
    grids = (*problem.inputs, *problem.tests)
    looked = [view.look(grid, background.of(grid)) for grid in grids]
    alignments = [alignment for alignment in looked if alignment is not None]
    if len(alignments) < len(grids):
        return None
    source = Features(view, background)
    features = features_of(view)
    rows = Rows(
        source,
        source.fill(grids, alignments),
        np.array([feature.bits for feature in features], np.float64),
        np.array([feature.kind == NUMBER for feature in features]),
        np.array([feature.kind == COLOR for feature in features]),
    )
    return rows, alignments


@dataclass(frozen=True, slots=True, eq=False)
class StateLayer:
    """One state as a layer: what some steps make of the input, laid on the canvas."""

    path: Path
    place: int
    shared: Grid | None

    @property
    def feature(self) -> Feature:
        """Its words; it has colors, 0 where it is empty."""
        where = " at the upper left corner" if self.place == AT_ORIGIN else ""
        return Feature(f"({self.path}){where}", COLOR, 3, STATE_BITS)

    def run(self, grid: Grid, shape: tuple[int, int]) -> Grid | None:
        """Its cells for an input, all empty where a step fails."""
        return laid(self.path, self.place, grid, shape, self.shared)


@dataclass(frozen=True, slots=True, eq=False)
class States:
    """States of a search as layers."""

    arena: Arena
    info: NDArray[np.int64]
    shared: Grid | None

    def layer(self, index: int) -> StateLayer:
        """One state."""
        row = self.info[index]
        return StateLayer(path(self.arena, int(row[TUPLE])), int(row[PLACE]), self.shared)


def state_rows(search: StateSearch, pieces: Pieces, base: Grid, target: Grid) -> Rows:
    """The states of a search that are of use as layers; `base` and `target` as a board has them."""
    chosen = choose(pieces.cells, pieces.info[:, PIECE_COST], base, target)
    info = pieces.info[chosen]
    return Rows(
        States(search.arena, info, search.shared),
        pieces.cells[chosen],
        np.add(STATE_BITS, STATE_BITS_PER_COST * info[:, PIECE_COST], dtype=np.float64),
        np.zeros(len(chosen), np.bool_),
        np.ones(len(chosen), np.bool_),
    )


def choose(pieces: Grid, costs: NDArray[np.int64], base: Grid, target: Grid) -> NDArray[np.int64]:
    """The states that are of use as layers.

    Those that are most often like the target; those whose being filled tells most about where it
    changes, or where it has one color; and the smallest whose filled (or empty) cells have all of
    these. Cheaper ones first, where equal.
    """
    cells = len(target)
    counts = np.empty((len(pieces), 2 + bits.COLORS), np.int32)
    bits.survey(pieces, base[:cells], target, counts)
    dear = np.multiply(costs, 0.01, dtype=np.float64)
    chosen = set(_first(dear - counts[:, 0], MOST_ALIKE))
    filled = counts[:, 2:].sum(axis=1)
    labels = [(1, int((base[:cells] != target).sum()))]
    labels += [(2 + int(color), int((target == color).sum())) for color in np.unique(target)]
    for column, total in labels:
        inside = counts[:, column]
        bits_left = _entropy(inside, filled) + _entropy(total - inside, cells - filled)
        chosen.update(_first(dear + bits_left, MOST_TELLING))
        for holds, size in ((inside == total, filled), (inside == 0, cells - filled)):
            these = np.flatnonzero(holds)
            chosen.update(these[_first(dear[these] + size[these], MOST_TELLING)].tolist())
    return np.array(sorted(chosen), np.int64)


def _first(measure: Floats, most: int) -> list[int]:
    order: list[int] = np.argsort(measure, kind="stable")[:most].tolist()
    return order


def _entropy(part: NDArray[np.int32], whole: NDArray[np.int32]) -> Floats:
    """The bits to say which of so many cells are in a part of so many."""
    bits_left = np.zeros(len(part))
    for count in (part, whole - part):
        some = count > 0
        bits_left[some] -= count[some] * np.log2(count[some] / whole[some])
    return bits_left
