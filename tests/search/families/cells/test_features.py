"""Every feature is what its words say, beside slow readable twins of the kernels."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings

from arcgrid import Grid
from arcgrid_solvers.search.families.cells.features import (
    GROUPS,
    feature_set,
    fill_matrix,
    fill_own,
)
from arcgrid_solvers.search.families.cells.near import NONE
from tests.search.families.cells.twins import GRIDS, STEPS, look, region, see


def features_of(grid: Grid) -> dict[str, Grid]:
    """The features of a grid by their words."""
    features = feature_set(("the grid",), ())
    out = np.full((len(features.all), grid.size), 255, np.uint8)
    fill_matrix(features, grid[None], (), 0, out, 0)
    fill_own(features, out)
    assert (out <= 31).all(), "every feature is filled, and small"
    words = [feature.words for feature in features.all]
    assert len(set(words)) == len(words)
    return {word: row.reshape(grid.shape) for word, row in zip(words, out, strict=True)}


@settings(max_examples=60, deadline=None)
@given(GRIDS)
def test_features_are_what_their_words_say(grid: Grid) -> None:
    facts = features_of(grid)
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            own = int(grid[row, col])
            here = {word: int(values[row, col]) for word, values in facts.items()}
            around = [look(grid, row + i, col + j) for i, j in STEPS]
            seen = [see(grid, row, col, step) for step in STEPS]
            area = region(grid, row, col)
            rows, columns = zip(*area, strict=True)
            assert here["color"] == own
            assert [here["color above"], here["color below left"]] == [around[0], around[5]]
            assert here["color above is its own"] == (around[0] == own)
            assert here["same-colored neighbors (of 8)"] == around.count(own)
            assert here["filled neighbors (of 4)"] == sum(0 < c < NONE for c in around[::2])
            assert here["color seen right"] == seen[2]
            between = seen[2] if seen[2] == seen[6] else NONE
            assert here["color on both sides left and right"] == between
            assert here["directions in line that see red"] == seen[::2].count(2)
            assert here["blue cells in the row"] == list(grid[row]).count(1)
            assert here["size of the region"] == min(len(area), 31)
            assert here["height of the region"] == max(rows) - min(rows) + 1
            boxed = here["height of the region"] * here["width of the region"]
            assert here["region is a rectangle"] == (len(area) == boxed)
            edge = {0, height - 1} & set(rows) or {0, width - 1} & set(columns)
            assert here["region touches the border"] == bool(edge)
            assert here["color mirrored half a turn"] == grid[height - 1 - row, width - 1 - col]
            assert here["times that the row occurs"] == sum((grid == grid[row]).all(axis=1))
            borders = (row, col, height - 1 - row, width - 1 - col)
            assert here["distance to the border"] == min(borders)


@settings(max_examples=40, deadline=None)
@given(GRIDS)
def test_ranks_count_regions(grid: Grid) -> None:
    facts = features_of(grid)
    regions = {
        frozenset(region(grid, row, col)) for row, col in np.ndindex(*grid.shape) if grid[row, col]
    }
    for area in regions:
        row, col = min(area)
        assert facts["regions that are larger"][row, col] == sum(
            len(r) > len(area) for r in regions
        )
        assert facts["regions of this size"][row, col] == sum(len(r) == len(area) for r in regions)
        left = min(j for _, j in area)
        further = sum(min(j for _, j in other) < left for other in regions)
        assert facts["regions further left"][row, col] == further


def test_the_table_names_every_row_of_every_kernel() -> None:
    grid = np.random.default_rng(0).choice(np.array([0, 0, 0, 1, 2], np.uint8), (9, 9))
    base = 0
    for group in GROUPS:
        room = np.full((len(group.features) + 2, grid.size), 255, np.uint8)
        group.fill(grid, 0, room, 1, 0)
        assert (room[[0, -1]] == 255).all(), "writes nothing beside its rows"
        assert (room[1:-1] < 255).all(), "fills all of its rows"
        base += len(group.features)
