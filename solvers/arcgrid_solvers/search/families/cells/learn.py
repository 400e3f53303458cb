"""Learning rules of cells from the pairs of a problem: samples, recipes, rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from arcgrid import Grid
from arcgrid_solvers.background import Background
from arcgrid_solvers.search.families.cells import actions as cell_actions
from arcgrid_solvers.search.families.cells import trees
from arcgrid_solvers.search.families.cells.features import (
    FeatureSet,
    feature_set,
    fill_matrix,
    fill_own,
)
from arcgrid_solvers.search.families.cells.near import MOST
from arcgrid_solvers.search.families.cells.views import Alignment, View
from arcgrid_solvers.search.families.cells.words import tell
from arcgrid_solvers.search.problem import Meter

Ints = NDArray[np.int32]

NAME = "cells"
_DEPTH = 12
_MOST_NODES = 63
_MOST_COPIES = 3
_MOST_CELLS = 36_000
MOST_STEPS = 60


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to learn a rule.

    Attributes:
        level: the richest features that may be asked.
        leaves: what they prefer: "keep" the own color, say a "color", "copy" features where the
            color has to change, or explain the "whole" by copies.
        trees: how many vote.
        twins: ask other features that say the same of the train pairs, but not of the tests.
    """

    level: int
    leaves: str
    trees: int = 1
    twins: bool = False

    @property
    def bits(self) -> float:
        """What it costs to mention."""
        return (
            2.0 * self.level
            + (0.0 if self.leaves == "keep" else 2.0)
            + (self.trees > 1) * 2.0
            + self.twins * 10.0
        )


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """Pairs to learn from, each of which belongs to a pair of the problem, and inputs to answer."""

    inputs: tuple[Grid, ...]
    outputs: tuple[Grid, ...]
    owners: tuple[int, ...]
    tests: tuple[Grid, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """A tree, and the actions that its leaves mean: (0, feature to copy) or (1, color)."""

    nodes: Ints
    actions: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """The cells of all grids of a lesson, seen in one way.

    Attributes:
        view, background, features: how the grids are seen.
        matrix: features by cells; those to learn from come first.
        targets: the colors that these have to get.
        active: features that tell them apart, the cheapest first; and such as are like these there
            but differ elsewhere, where there are any.
        highest: the largest value of each feature.
        owners: for each pair of the lesson the problem's pair that it belongs to.
        starts: the first cell of each grid, and the end.
        shapes: the shapes of the alignments.
    """

    view: View
    background: Background
    features: FeatureSet
    matrix: Grid
    targets: Grid
    active: tuple[Ints, ...]
    highest: Grid
    owners: tuple[int, ...]
    starts: tuple[int, ...]
    shapes: tuple[tuple[int, int], ...]

    def rows_of(self, pairs: Sequence[int]) -> Ints:
        """The cells to learn from that belong to some of the problem's pairs."""
        spans = zip(self.starts, self.starts[1:], strict=False)
        found = [
            np.arange(begin, end, dtype=np.int32)
            for (begin, end), owner in zip(spans, self.owners, strict=False)
            if owner in pairs
        ]
        return np.concatenate(found) if found else np.empty(0, np.int32)

    def span(self, pairs: Sequence[int]) -> int:
        """How many cells belong to some of the problem's pairs."""
        return len(self.rows_of(pairs))


@cache
def _logs() -> NDArray[np.float64]:
    """The table of n log2 n."""
    numbers = np.arange(_MOST_CELLS + 1, dtype=np.float64)
    numbers[1:] *= np.log2(numbers[1:])
    return numbers


def _fill(
    features: FeatureSet, alignments: Sequence[Alignment], backgrounds: Sequence[int]
) -> tuple[Grid, list[int]]:
    """The features of all cells of some alignments, and where each one's cells begin."""
    starts = [0]
    for alignment in alignments:
        starts.append(starts[-1] + alignment.layers[0].size)
    matrix = np.zeros((len(features.all), starts[-1]), np.uint8)
    for alignment, background, start in zip(alignments, backgrounds, starts, strict=False):
        fill_matrix(features, alignment.layers, alignment.extras, background, matrix, start)
    fill_own(features, matrix)
    np.minimum(matrix, MOST, out=matrix)
    return matrix, starts


def make_samples(
    lesson: Lesson, view: View, background: Background, meter: Meter
) -> Samples | None:
    """See all grids of a lesson in one way; None where that makes no sense for one of them."""
    grids = (*lesson.inputs, *lesson.tests)
    backgrounds = [background.of(grid) for grid in grids]
    alignments = []
    for grid, color in zip(grids, backgrounds, strict=True):
        alignment = view.look(grid, color)
        if alignment is None:
            return None
        alignments.append(alignment)
    targets = np.concatenate([output.ravel() for output in lesson.outputs])
    if len(targets) > _MOST_CELLS:
        return None
    features = feature_set(view.layers, view.extras)
    matrix, starts = _fill(features, alignments, backgrounds)
    active = np.empty((2, len(matrix)), np.int32)
    active = active[:, : cell_actions.telling(matrix, len(targets), features.bits, active)]
    meter.spend(200 * len(grids) + matrix.size // 170, NAME)
    shapes = tuple(alignment.layers.shape[1:] for alignment in alignments)
    return Samples(
        view,
        background,
        features,
        matrix,
        targets,
        tuple(row[np.argsort(features.bits[row], kind="stable")] for row in active),
        matrix.max(axis=1),
        lesson.owners,
        tuple(starts),
        shapes,
    )


def _actions(samples: Samples, rows: Ints, recipe: Recipe, meter: Meter) -> Ints:
    """What leaves may say, the preferred first."""
    colors = [(1, int(color)) for color in np.unique(samples.targets[rows])]
    keep = [(0, 0)]
    if recipe.leaves == "color":
        return np.array(colors, np.int32)
    if recipe.leaves == "keep":
        return np.array(keep + colors, np.int32)
    features, whole = samples.features, recipe.leaves == "whole"
    copies = features.copies[
        (features.levels[features.copies] <= recipe.level) & (features.copies > 0)
    ]
    chosen = np.empty(_MOST_COPIES, np.int32)
    found = cell_actions.cover(
        samples.matrix, rows, samples.targets, copies, features.bits, whole, chosen
    )
    meter.spend(100 + (found + 1) * len(copies) * len(rows) // 700, NAME)
    copied = [(0, int(feature)) for feature in chosen[:found]]
    return np.array(copied + keep + colors if whole else keep + copied + colors, np.int32)


def learn(samples: Samples, pairs: Sequence[int], recipe: Recipe, meter: Meter) -> tuple[Tree, ...]:
    """The trees that a recipe learns from some of the problem's pairs."""
    rows = samples.rows_of(pairs)
    actions = _actions(samples, rows, recipe, meter)
    masks = np.zeros(len(samples.targets), np.uint64)
    cell_actions.mark(samples.matrix, actions, samples.targets, masks)
    active = samples.active[recipe.twins]
    active = active[samples.features.levels[active] <= recipe.level]
    grown = []
    for subset in _subsets(active, recipe.trees):
        nodes = np.empty((_MOST_NODES, 6), np.int32)
        features = samples.features
        made, work = trees.grow(
            samples.matrix,
            rows,
            masks,
            subset,
            features.bits,
            features.ordered,
            samples.highest,
            _logs(),
            _DEPTH,
            nodes,
        )
        meter.spend(70 + work // 450, NAME)
        grown.append(Tree(nodes[:made].copy(), actions))
    return tuple(grown)


def _subsets(active: Ints, count: int) -> Iterator[Ints]:
    """The features that each tree may ask: all, or a half that differs from tree to tree."""
    if count == 1:
        yield active
        return
    dice = np.random.default_rng(count)
    for _ in range(count):
        yield active[np.sort(dice.permutation(len(active))[: (len(active) + 1) // 2])]


def decide(matrix: Grid, grown: Sequence[Tree], begin: int, end: int) -> Grid:
    """What trees say of some cells, by majority; the first tree to say it wins a tie."""
    said = np.empty((len(grown), end - begin), np.uint8)
    for tree, out in zip(grown, said, strict=True):
        trees.predict(matrix, tree.nodes, tree.actions, begin, end, out)
    if len(grown) == 1:
        only: Grid = said[0]
        return only
    votes: NDArray[np.int64] = np.zeros((trees.COLORS, end - begin), np.int64)
    cells = np.arange(end - begin)
    for rank, row in enumerate(said):
        votes[row, cells] += 1000 - rank
    winners: Grid = votes.argmax(axis=0).astype(np.uint8)
    return winners


@dataclass(frozen=True, slots=True, eq=False)
class CellRule:
    """A rule of cells that can be run on any grid.

    Attributes:
        view, background: how grids are seen.
        trees: what is said of a cell; the majority counts.
        steps: how often the rule is applied; it ends earlier where nothing changes any more.
    """

    view: View
    background: Background
    trees: tuple[Tree, ...]
    steps: int = 1

    def run(self, grid: Grid) -> Grid | None:
        """The output for an input, or None where the grid cannot be seen in this way."""
        return self.apply(grid)[0]

    def apply(self, grid: Grid) -> tuple[Grid | None, int]:
        """The output as `run` gives it, and the work that it took."""
        work = 0
        background = self.background.of(grid)
        features = feature_set(self.view.layers, self.view.extras)
        for _ in range(self.steps):
            alignment = self.view.look(grid, background)
            if alignment is None:
                return None, work
            matrix, (begin, end) = _fill(features, [alignment], [background])
            work += 350 + matrix.size // 170
            after = decide(matrix, self.trees, begin, end).reshape(alignment.layers.shape[1:])
            if after.shape == grid.shape and (after == grid).all():
                break
            grid = after
        grid.setflags(write=False)
        return grid, work

    def explain(self) -> str:
        """The rule in words."""
        features = feature_set(self.view.layers, self.view.extras)
        how = "cell by cell: " if self.steps == 1 else "cell by cell until nothing changes: "
        many = f"most of {len(self.trees)} rules like this: " if len(self.trees) > 1 else ""
        first = self.trees[0]
        return self.view.words + how + many + tell(features.all, first.nodes, first.actions)

    @property
    def bits(self) -> float:
        """The description length: of several trees the average one's."""
        features = feature_set(self.view.layers, self.view.extras)
        sizes = [trees.tree_bits(tree.nodes, features.bits, tree.actions) for tree in self.trees]
        return self.view.bits + sum(sizes) / len(sizes) + 4.0 * (self.steps > 1)
