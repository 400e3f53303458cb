"""Every further feature of a cell is what its words say, beside slow twins of the kernels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from arcgrid import Grid
from arcgrid.palette import NAMES
from arcgrid_solvers.search.families.layers.features.table import FURTHER
from tests.search.families.cells.twins import GRIDS
from tests.search.families.layers import plain_features as plain
from tests.search.families.layers import plain_shapes as shapes

SPARSE = st.tuples(st.integers(3, 9), st.integers(3, 9)).flatmap(
    lambda shape: arrays(np.uint8, shape, elements=st.sampled_from((0, 0, 0, 0, 0, 1, 1, 2, 3)))
)


def features_of(grid: Grid) -> dict[str, Grid]:
    """All further features of a grid by their words."""
    found = {}
    for group in FURTHER:
        out = np.full((len(group.features), grid.size), 255, np.uint8)
        group.fill(grid, 0, out, 0, 0)
        for feature, row in zip(group.features, out, strict=True):
            assert feature.words not in found
            found[feature.words] = row.reshape(grid.shape)
    return found


def expected(grid: Grid) -> dict[str, dict[tuple[int, int], int]]:
    """The same, slowly."""
    found = shapes.extents(grid) | shapes.ways(grid) | shapes.symmetries(grid)
    for cell in plain.cells_of(grid):
        single = (
            plain.relative(grid, cell)
            | plain.nearest(grid, cell)
            | plain.spacing(grid, cell)
            | plain.borders(grid, cell)
            | shapes.boxed(grid, cell)
            | shapes.through(grid, cell)
            | shapes.patterns(grid, cell)
            | shapes.kinds(grid, cell, NAMES)
        )
        for words, feature in single.items():
            found.setdefault(words, {})[cell] = feature
    return found


def compare(grid: Grid) -> None:
    features, slowly = features_of(grid), expected(grid)
    assert set(features) == set(slowly)
    for words, values in features.items():
        assert values.max() <= 31, words
        assert {cell: int(values[cell]) for cell in plain.cells_of(grid)} == slowly[words], words


@settings(max_examples=60, deadline=None)
@given(GRIDS)
def test_features_are_what_their_words_say(grid: Grid) -> None:
    compare(grid)


@settings(max_examples=40, deadline=None)
@given(SPARSE)
def test_features_of_sparse_grids_are_what_their_words_say(grid: Grid) -> None:
    compare(grid)


@pytest.mark.parametrize("shape", [(1, 30), (30, 1), (30, 30)])
def test_features_of_large_grids_are_filled_and_small(shape: tuple[int, int]) -> None:
    dice = np.random.default_rng(5)
    for grid in (np.zeros(shape, np.uint8), dice.integers(0, 10, shape).astype(np.uint8)):
        assert all((values <= 31).all() for values in features_of(grid).values())


def test_large_or_full_grids_have_no_symmetry() -> None:
    small = np.zeros((22, 22), np.uint8)
    small[:2, :2] = 1
    large = np.pad(small, 1)
    full = np.ones((20, 20), np.uint8)
    words = "color by symmetry half a turn"
    assert features_of(small)[words][0, 0] == 1
    assert (features_of(large)[words] == 10).all()
    assert (features_of(full)[words] == 10).all()
