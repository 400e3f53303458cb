"""Reductions: another problem, and the way back for its candidates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from arcgrid import Grid, ops
from arcgrid_solvers.search.candidate import Candidate
from arcgrid_solvers.search.colors import Naming, named
from arcgrid_solvers.search.family import alone, copied, unchanged
from tests.search.puzzles import KINDS, puzzle

SWAPPED = Naming(True, frozenset({0}), "number of cells")


class Same:
    """A program that gives its input back."""

    def run(self, grid: Grid) -> Grid | None:
        return grid

    def explain(self) -> str:
        return "as it is"


def candidate(fits: tuple[bool, ...], answers: tuple[Grid, ...] = ()) -> Candidate:
    return Candidate("test", Same(), 1.0, answers, fits, tuple(not fit for fit in fits))


def test_a_problem_as_it_is() -> None:
    problem = puzzle("double", 1)
    [reduction] = alone(problem, "low")
    found = candidate((True,))
    assert reduction.problem is problem
    assert reduction.back(found) is found


@pytest.mark.parametrize("motion", [1, 2, 4, 7])
@pytest.mark.parametrize("kind", KINDS)
def test_copies_come_after_the_pairs_and_are_forgotten_again(kind: str, motion: int) -> None:
    problem = puzzle(kind, 2)
    pairs = len(problem.inputs)
    reduction = copied(problem, motion)
    both = reduction.problem
    assert both.inputs[:pairs] == problem.inputs
    assert both.outputs[:pairs] == problem.outputs
    assert both.tests == problem.tests
    for copy, grid in zip(
        both.inputs[pairs:] + both.outputs[pairs:], problem.inputs + problem.outputs, strict=True
    ):
        assert np.array_equal(copy, ops.transform(grid, motion))
    fits = tuple(index % 2 == 0 for index in range(2 * pairs))
    back = reduction.back(candidate(fits))
    assert back.fits == fits[:pairs]
    assert back.held_out == tuple(not fit for fit in fits[:pairs])
    assert reduction.back(replace(candidate(fits), held_out=None)).held_out is None


def test_one_reduction_after_the_other() -> None:
    problem = puzzle("fill in", 3)
    pairs = len(problem.inputs)
    copies = copied(problem, 1)
    both = copies.then(named(copies.problem, SWAPPED))
    assert len(both.problem.inputs) == 2 * pairs
    back = both.back(candidate((True,) * 2 * pairs, both.problem.tests))
    assert back.fits == (True,) * pairs
    assert back.renamed
    for answer, grid in zip(back.answers, problem.tests, strict=True):
        assert answer is not None
        assert np.array_equal(answer, grid)


def test_no_naming_changes_nothing() -> None:
    problem = puzzle("fill in", 3)
    assert named(problem, None).problem is problem
    assert not named(problem, None).back(candidate((True,))).renamed
    assert not unchanged(problem).back(candidate((True,))).renamed
