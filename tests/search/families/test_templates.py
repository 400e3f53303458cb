"""Templates: figures that are begun elsewhere are finished there, on puzzles made for it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from arcgrid import Grid, as_grid, ops
from arcgrid_solvers.search.candidate import Candidate
from arcgrid_solvers.search.families.templates import FAMILY
from arcgrid_solvers.search.problem import Meter, Problem


def same(made: Grid | None, wanted: Grid | None) -> bool:
    return made is not None and wanted is not None and np.array_equal(made, wanted)


FIGURE = np.array([[1, 3, 0], [3, 3, 2], [0, 3, 3]], np.uint8)
ANCHORS = np.where(FIGURE == 3, 0, FIGURE)
SIDE = 18


def scene(drawn: Sequence[tuple[int, int, Grid, Grid]], keep: bool = True) -> tuple[Grid, Grid]:
    """A grid with the figure in its upper left corner, and things that are begun and finished."""
    before, after = np.zeros((SIDE, SIDE), np.uint8), np.zeros((SIDE, SIDE), np.uint8)
    before[1:4, 1:4] = FIGURE
    if keep:
        after[1:4, 1:4] = FIGURE
    for row, column, begun, finished in drawn:
        height, width = begun.shape
        before[row : row + height, column : column + width] = begun
        after[row : row + height, column : column + width] = finished
    return as_grid(before), as_grid(after)


def moved(motion: int, scale: int = 1) -> tuple[Grid, Grid]:
    """The figure in another way, begun and finished."""
    grids = [ops.transform(as_grid(grid), motion) for grid in (ANCHORS, FIGURE)]
    begun, finished = (grid.repeat(scale, 0).repeat(scale, 1) for grid in grids)
    return begun, finished


def problem_of(scenes: Sequence[tuple[Grid, Grid]]) -> Problem:
    *pairs, (test, _) = scenes
    return Problem(tuple(a for a, _ in pairs), tuple(b for _, b in pairs), (test,))


def found(problem: Problem, units: int = 500_000) -> list[Candidate]:
    return list(FAMILY.propose(problem, Meter(units)))


SCENES = {
    "moved": [scene([(6 + k, 7, *moved(0)), (12, 2 * k, *moved(0))]) for k in range(3)],
    "turned": [scene([(6, 6 + k, *moved(3 + k))]) for k in range(3)],
    "enlarged": [scene([(6, 6, *moved(k, 2 + k))]) for k in range(3)],
    "taken away": [scene([(6, 6 + k, *moved(k))], keep=False) for k in range(3)],
}


@pytest.mark.parametrize("name", SCENES)
def test_what_is_begun_is_finished(name: str) -> None:
    problem = problem_of(SCENES[name])
    candidate = found(problem)[0]
    assert candidate.held_out == (True, True)
    [answer] = candidate.answers
    assert same(answer, SCENES[name][-1][1])


@pytest.mark.parametrize("name", SCENES)
def test_a_program_does_what_the_candidate_says(name: str) -> None:
    problem = problem_of(SCENES[name])
    for candidate in found(problem):
        for grid, output in zip(problem.inputs, problem.outputs, strict=True):
            assert same(candidate.program.run(grid), output)
        for grid, answer in zip(problem.tests, candidate.answers, strict=True):
            assert same(candidate.program.run(grid), answer)


def test_it_says_what_it_does() -> None:
    words = {
        name: found(problem_of(scenes))[0].program.explain() for name, scenes in SCENES.items()
    }
    assert words["moved"] == (
        "finish where the part of the thing of most colors that has colors found elsewhere is "
        "there again, turned, mirrored or enlarged"
    )
    assert words["taken away"] == words["moved"] + ", and take the thing itself away"


def beyond(number: int) -> tuple[Grid, Grid]:
    """A scene where one thing is begun at the right border, and one elsewhere."""
    before, after = (grid.copy() for grid in scene([])[0:2])
    begun, finished = moved(0)
    row = 6 + number
    before[row : row + 3, SIDE - 2 :] = begun[:, :2]
    after[row : row + 3, SIDE - 2 :] = finished[:, :2]
    before[12:15, 8:11], after[12:15, 8:11] = begun, finished
    return as_grid(before), as_grid(after)


def test_anchors_may_be_beyond_the_border() -> None:
    scenes = [beyond(number) for number in range(3)]
    [answer] = found(problem_of(scenes))[0].answers
    assert same(answer, scenes[-1][1])


def test_what_one_pair_alone_shows_is_not_confirmed_without_it() -> None:
    """That anchors may be beyond the border, in the last pair."""
    inside = SCENES["moved"][:2]
    [candidate, *_] = found(problem_of([*inside, beyond(0), beyond(1)]))
    assert candidate.held_out == (True, True, False)


def test_without_figures_there_is_nothing() -> None:
    plain = as_grid(np.eye(5, dtype=np.uint8))
    meter = Meter(500_000)
    assert list(FAMILY.propose(Problem((plain,), (plain,), (plain,)), meter)) == []
    assert meter.spent < 5_000
