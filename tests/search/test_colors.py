"""Color normal forms: every naming is a permutation that can be taken back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from arcgrid import Grid, as_grid
from arcgrid.palette import NAMES
from arcgrid_solvers.search.candidate import Candidate
from arcgrid_solvers.search.colors import (
    FEATURES,
    Naming,
    Renamed,
    normal_namings,
    plain_naming,
    rename,
    restore,
)
from arcgrid_solvers.search.problem import Problem
from tests.search.puzzles import KINDS, puzzle

SETTINGS = settings(max_examples=60, derandomize=True)
GRIDS = arrays(
    np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=7), elements=st.integers(0, 9)
)
NAMINGS = st.builds(
    Naming,
    st.booleans(),
    st.frozensets(st.integers(1, 9), max_size=4).map(lambda fixed: fixed | {0}),
    st.sampled_from([None, *FEATURES]),
)


class Same:
    """A program that gives its input back."""

    def run(self, grid: Grid) -> Grid | None:
        return grid

    def explain(self) -> str:
        return "as it is"


class Walker(Same):
    """A program that shows one step: its input, and words with two of its colors."""

    def walk(self, grid: Grid) -> list[tuple[str, Grid]]:
        return [("keep blue, erase light blue", grid)]


class Nothing(Same):
    def run(self, grid: Grid) -> Grid | None:
        return None


SCENE = as_grid(
    [
        [1, 1, 0, 0, 0, 2],
        [0, 1, 0, 0, 0, 2],
        [0, 0, 3, 0, 0, 2],
        [4, 0, 0, 3, 0, 0],
        [0, 0, 0, 0, 4, 0],
        [0, 4, 0, 0, 4, 0],
    ]
)


@pytest.mark.parametrize(
    ("feature", "values"),
    {
        "number of cells": [3, 3, 2, 4],
        "number of objects": [1, 1, 1, 3],
        "cells in an object": [3, 3, 2, 4 / 3],
        "size of the box": [4, 3, 4, 15],
        "coming first": [0, -5, -14, -18],
        "cells at the edge": [2, 3, 0, 3],
    }.items(),
)
def test_what_orders_colors(feature: str, values: list[float]) -> None:
    assert [FEATURES[feature](SCENE, color) for color in (1, 2, 3, 4)] == values


def test_black_stays_black() -> None:
    for fixed in (frozenset[int](), frozenset({0})):
        assert Naming(False, fixed, "number of cells").of(SCENE)[0] == 0


@SETTINGS
@given(grid=GRIDS, naming=NAMINGS)
def test_a_naming_is_a_permutation(grid: Grid, naming: Naming) -> None:
    names = naming.of(grid)
    assert names.dtype == np.uint8
    assert sorted(names.tolist()) == list(range(10))
    if naming.background:
        common = int(np.bincount(grid.ravel(), minlength=10).argmax())
        assert names[common] == 0
    else:
        assert all(names[color] == color for color in naming.fixed)


@SETTINGS
@given(grid=GRIDS, background=st.booleans(), feature=st.sampled_from([*FEATURES]))
def test_colors_are_named_in_order(grid: Grid, background: bool, feature: str) -> None:
    naming = Naming(background, frozenset({0}), feature)
    named = naming.of(grid)[grid]
    present = [color for color in range(1, 10) if (named == color).any()]
    assert present == list(range(1, len(present) + 1))
    measured = [FEATURES[feature](named, color) for color in present]
    assert measured == sorted(measured, reverse=True)


@SETTINGS
@given(
    grid=GRIDS,
    feature=st.sampled_from([*FEATURES]),
    others=st.permutations(range(1, 10)),
    background=st.booleans(),
)
def test_other_colors_get_the_same_names(
    grid: Grid, feature: str, others: list[int], background: bool
) -> None:
    """Where the feature, and the background, are not in doubt."""
    naming = Naming(background, frozenset({0}), feature)
    exchanged = np.array([0, *others], np.uint8)[grid]
    counts = np.sort(np.bincount(grid.ravel(), minlength=10))
    if background and counts[-1] == counts[-2]:
        return
    named = naming.of(grid)[grid]
    values = [FEATURES[feature](named, int(color)) for color in np.unique(named) if color]
    if len(set(values)) == len(values):
        assert naming.of(exchanged)[exchanged].tolist() == named.tolist()


@SETTINGS
@given(naming=NAMINGS, kind=st.sampled_from(KINDS), seed=st.integers(0, 50))
def test_restore_takes_renaming_back(naming: Naming, kind: str, seed: int) -> None:
    problem = puzzle(kind, seed)
    renamed = rename(problem, naming)
    fits = (True,) * len(problem.inputs)
    candidate = Candidate("test", Same(), 1.0, renamed.tests, fits)
    restored = restore(candidate, naming, problem)
    for answer, grid in zip(restored.answers, problem.tests, strict=True):
        assert answer is not None
        assert answer.tolist() == grid.tolist()
        ran = restored.program.run(grid)
        assert ran is not None
        assert ran.tolist() == grid.tolist()
        assert answer.dtype == np.uint8
    assert (restored.fits, restored.bits, restored.family) == (fits, 1.0, "test")
    assert restored.renamed
    assert restored.program.explain().endswith(": as it is")


@SETTINGS
@given(naming=NAMINGS, kind=st.sampled_from(KINDS), seed=st.integers(0, 50))
def test_inputs_and_outputs_are_renamed_alike(naming: Naming, kind: str, seed: int) -> None:
    problem = puzzle(kind, seed)
    renamed = rename(problem, naming)
    pairs = zip(problem.inputs, problem.outputs, renamed.inputs, renamed.outputs, strict=True)
    for before, after, named_before, named_after in pairs:
        names = naming.of(before)
        assert (names[before] == named_before).all()
        assert (names[after] == named_after).all()
    assert rename(replace(problem, level=2), naming).level == 2


def test_failures_are_restored_too() -> None:
    problem = puzzle("fill in", 1)
    naming = Naming(True, frozenset({0}), None)
    nothing = Candidate("test", Nothing(), 1.0, (None,) * len(problem.tests), (False,))
    assert restore(nothing, naming, problem).answers == (None,) * len(problem.tests)
    assert Renamed(naming, Nothing()).run(problem.tests[0]) is None


def shown(problem: Problem) -> list[list[list[list[int]]]]:
    return [[grid.tolist() for grid in grids] for grids in problem.grids]


SWAPPING = Problem(
    tuple(as_grid(rows) for rows in ([[0] * 6, [0, 1, 1, 0, 2, 0]], [[0] * 6, [3, 0, 4, 0, 4, 0]])),
    tuple(as_grid(rows) for rows in ([[1]], [[4]])),
    (as_grid([[0] * 6, [5, 0, 6, 6, 0, 0]]),),
)
"""The color of most cells is asked for, which is a larger number in one pair alone."""


@pytest.mark.parametrize("kind", [*KINDS, "most cells"])
def test_normal_namings_differ(kind: str) -> None:
    """Each makes another problem of it, and none the one that it was."""
    problems = [SWAPPING] if kind == "most cells" else [puzzle(kind, seed) for seed in range(6)]
    several = False
    for problem in problems:
        plain = plain_naming(problem)
        seen = [shown(problem if plain is None else rename(problem, plain))]
        for naming in normal_namings(problem):
            renamed = shown(rename(problem, naming))
            assert renamed not in seen
            seen.append(renamed)
        several |= len(seen) > 2
    assert several, "two namings at least"


def test_the_best_naming_comes_first() -> None:
    """It is the one under which both outputs have one color."""
    first = next(iter(normal_namings(SWAPPING)))
    assert first.feature == "number of cells"
    assert [grid.tolist() for grid in rename(SWAPPING, first).outputs] == [[[1]], [[1]]]


def offered(problem: Problem) -> list[tuple[str | None, list[int]]]:
    """Features and the colors that keep their names."""
    return [(naming.feature, sorted(naming.fixed)) for naming in normal_namings(problem)]


def test_namings_on_another_background_make_it_black_first() -> None:
    """The same puzzle with black and orange exchanged: on orange, with black for objects."""
    exchanged = np.arange(10, dtype=np.uint8)
    exchanged[[0, 7]] = 7, 0
    inputs, outputs, tests = (tuple(exchanged[grid] for grid in each) for each in SWAPPING.grids)
    other = Problem(inputs, outputs, tests)
    first = next(iter(normal_namings(other)))
    assert (first.background, first.feature) == (True, "number of cells")
    assert [grid.tolist() for grid in rename(other, first).outputs] == [[[1]], [[1]]]
    assert not next(iter(normal_namings(SWAPPING))).background
    assert offered(other) == offered(SWAPPING)
    assert str(first) == "the most common color as black, colors named by number of cells"


def test_features_that_name_alike_are_offered_once() -> None:
    """Here objects and cells in one name as cells do, and only what comes first does not."""
    assert offered(puzzle("fill in", 11)) == [("number of cells", [0]), ("coming first", [0])]


PAIRED = Problem(
    tuple(map(as_grid, ([[2, 1, 1, 4, 4, 4, 0]], [[2, 2, 3, 3, 5, 5]]))),
    tuple(map(as_grid, ([[9, 4]], [[9, 5]]))),
    (as_grid([[2, 6, 6, 0, 0]]),),
)
"""Red is in every input, maroon in every output alone, and black not everywhere."""


def test_colors_that_are_everywhere_keep_their_names_first() -> None:
    best = offered(PAIRED)
    assert best[0][1] == [0, 2, 9]
    assert {tuple(fixed) for _, fixed in best} == {(0, 2, 9), (0, 9)}
    for naming in normal_namings(PAIRED):
        outputs = [set(np.unique(grid).tolist()) for grid in rename(PAIRED, naming).outputs]
        assert len(set.union(*outputs) - set.intersection(*outputs)) < 2, "better than without"


def test_plain_naming_is_for_other_backgrounds() -> None:
    black, blue = as_grid([[0, 0], [0, 1]]), as_grid([[1, 1], [0, 1]])
    assert plain_naming(Problem((black,), (black,), (blue,))) is None
    naming = plain_naming(Problem((blue,), (blue,), (blue,)))
    assert naming == Naming(True, frozenset(), None)
    assert naming.of(blue)[blue].tolist() == [[0, 0], [1, 0]]
    assert str(naming) == "the most common color as black"
    assert list(normal_namings(Problem((), (), (blue,)))) == []


def test_steps_are_shown_in_the_real_colors() -> None:
    """Grey (5) is the most common color: it is named black (0), and black is named grey."""
    grid = as_grid([[5, 5, 5], [1, 8, 0]])
    naming = Naming(True, frozenset({0}), "number of cells")
    names = naming.of(grid)
    ((words, made),) = Renamed(naming, Walker()).walk(grid)
    assert made.tolist() == grid.tolist()
    real = {NAMES[name]: NAMES[color] for color, name in enumerate(names)}
    assert words == f"keep {real['blue']}, erase {real['light blue']}"
    assert words != "keep blue, erase light blue"
    assert Renamed(naming, Same()).walk(grid) == []
