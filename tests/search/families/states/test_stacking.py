"""Stacks of pieces: what is held out stays out, and work ends where it should."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from arcgrid import as_grid
from arcgrid_solvers.search.candidate import Candidate
from arcgrid_solvers.search.families.states.family import GROWTH, stacks
from arcgrid_solvers.search.families.states.search import release
from arcgrid_solvers.search.families.states.stacking import Stacking
from arcgrid_solvers.search.problem import Meter, Problem
from tests.search.families.states.plain_states import Image
from tests.search.families.states.steps import state_of
from tests.search.puzzles import KINDS, puzzle, search

UNITS = 300_000


def found(problem: Problem, units: int = UNITS) -> list[Candidate]:
    try:
        return list(stacks(problem, Meter(units), GROWTH["low"]))
    finally:
        release()


def shown(candidate: Candidate) -> list[list[list[int]] | None]:
    return [None if answer is None else answer.tolist() for answer in candidate.answers]


def transposing(*inputs: Sequence[Sequence[int]]) -> Problem:
    grids = [as_grid(rows) for rows in inputs]
    outputs = tuple(as_grid(grid.T.copy()) for grid in grids)
    return Problem(tuple(grids[:-1]), outputs[:-1], tuple(grids[-1:]))


SYMMETRIC = [[1, 2, 0], [2, 3, 0], [0, 0, 4]]
ODD, OTHER, TEST = (
    [[1, 2, 0], [0, 3, 0], [4, 0, 0]],
    [[0, 0, 5], [1, 2, 0], [0, 0, 0]],
    [[0, 7, 0], [6, 0, 0], [0, 0, 8]],
)


@pytest.mark.parametrize(
    ("pairs", "held_out"),
    [((SYMMETRIC, ODD), (True, False)), ((ODD, OTHER), (True, True))],
    ids=["one pair alone says so", "either pair says so"],
)
def test_what_is_found_without_a_pair_does_not_know_it(
    pairs: tuple[list[list[int]], ...], held_out: tuple[bool, ...]
) -> None:
    """Of the symmetric grid alone, nothing is known but that it stays as it is."""
    problem = transposing(*pairs, TEST)
    answer = np.transpose(TEST).tolist()
    right = [
        candidate
        for candidate in found(problem)
        if candidate.fits_all and shown(candidate) == [answer]
    ]
    assert right
    assert right[0].held_out == held_out


@pytest.mark.parametrize("kind", KINDS)
def test_of_one_size_no_two_candidates_say_the_same(kind: str) -> None:
    states = search(puzzle(kind, 3))
    for size in states.grow():
        said = [
            (candidate.fits, shown(candidate)) for candidate in Stacking(states, size).candidates()
        ]
        assert all(one not in said[:index] for index, one in enumerate(said))


def test_cells_that_outputs_share_are_known_from_the_other_pairs_alone() -> None:
    """A dot stands where it likes in each output: no two outputs tell where it is in the third."""
    outputs = [np.full((3, 4), 2, np.uint8) for _ in range(3)]
    for place, output in enumerate(outputs):
        output[place, place] = 3
    inputs = [as_grid([[number]]) for number in range(4)]
    states = search(Problem(tuple(inputs[:3]), tuple(map(as_grid, outputs)), (inputs[3],)))
    states._begin()
    _, root = states.arena.tuples.rows[:2].tolist()
    images = [state_of(states.arena, node) for node in root]
    known = [np.array(image.grid) for image in images if isinstance(image, Image)]
    for pair, cells in enumerate(known[:3]):
        one, other = (outputs[index] for index in range(3) if index != pair)
        assert cells.tolist() == np.where(one == other, one, 0).tolist()
        assert cells[pair, pair] == 2, "where the pair's own output is red no more"
    assert (known[3] == 2).sum() == 9, "tests see what all outputs share"


def depths_of(stacking: Stacking, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The depths to which stacks are made, in turn."""
    depths: list[int] = []
    whole = Stacking._stack

    def noting(self: Stacking, subset: int, focus: int, depth: int) -> object:
        depths.append(depth)
        return whole(self, subset, focus, depth)

    with monkeypatch.context() as patch:
        patch.setattr(Stacking, "_stack", noting)
        list(stacking.candidates())
    return list(dict.fromkeys(depths))


def test_nothing_deeper_is_stacked_once_the_work_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    states = search(puzzle("mirror and spoil", 3), 1_000_000)
    size = next(states.grow())
    assert depths_of(Stacking(states, size), monkeypatch) == [10, 20]
    states.meter.spend(states.meter.left, "others")
    assert depths_of(Stacking(states, size), monkeypatch) == [10]
