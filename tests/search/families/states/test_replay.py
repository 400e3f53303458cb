"""Programs run again: on the test inputs they answer, on the train inputs they fit as they say."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

import arcgrid
from arcgrid import Grid
from arcgrid_solvers.search.candidate import Candidate
from arcgrid_solvers.search.families.states.arena import arena_of
from arcgrid_solvers.search.families.states.family import stacks
from arcgrid_solvers.search.families.states.operations import VARIANTS
from arcgrid_solvers.search.families.states.replay import (
    INPUT,
    REPLAY_MEMORY,
    SHARED,
    Path,
    replay,
    words_of,
)
from arcgrid_solvers.search.families.states.search import Growth
from arcgrid_solvers.search.families.states.stacks import Stack
from arcgrid_solvers.search.problem import Meter, Problem
from tests.search.families.states.steps import STEPS
from tests.search.puzzles import KINDS, puzzle

GRID = np.array([[0, 1, 1], [2, 0, 0]], np.uint8)
GROWTH = Growth(20, 32 << 20, 3)
MINI = {task.id: task.puzzle for task in arcgrid.load("arcgrid/mini")}


def same(one: Grid | None, two: Grid | None) -> bool:
    return one is not None and two is not None and bool(np.array_equal(one, two))


def check(candidate: Candidate, problem: Problem) -> None:
    """Run a program again; cells that the other outputs share are known in the search alone."""
    program = candidate.program
    assert isinstance(program, Stack)
    for grid, shape, answer in zip(
        problem.tests, program.size.tests, candidate.answers, strict=True
    ):
        assert program.size.run(grid) == shape
        assert same(program.run(grid), answer), program.explain()
    if not any(layer.path.root == SHARED for layer in program.layers):
        pairs = zip(problem.inputs, problem.outputs, strict=True)
        fits = tuple(same(program.run(grid), output) for grid, output in pairs)
        assert fits == candidate.fits, program.explain()


@pytest.mark.parametrize("name", MINI)
def test_programs_for_mini_puzzles(name: str) -> None:
    problem = Problem.of(MINI[name])
    for candidate in islice(stacks(problem, Meter(60_000), GROWTH), 15):
        check(candidate, problem)


@pytest.mark.parametrize("kind", KINDS)
def test_programs_for_puzzles_that_may_have_none(kind: str) -> None:
    found = 0
    for seed in range(8):
        problem = puzzle(kind, seed)
        for candidate in islice(stacks(problem, Meter(120_000), GROWTH), 12):
            check(candidate, problem)
            found += 1
    assert found


def test_several_steps() -> None:
    steps = STEPS["split by color"], STEPS["join side by side"], STEPS["mirror up-down"]
    (made,) = replay(GRID, steps, (1, 1), None) or []
    assert made.grid.tolist() == [[0, 0, 0, 2, 0, 0], [0, 1, 1, 0, 0, 0]]
    assert (made.row, made.col) == (0, 0)


def test_a_step_may_lead_back() -> None:
    mirror = STEPS["mirror left-right"]
    for times in range(5):
        (made,) = replay(GRID, (mirror,) * times, (1, 1), None) or []
        assert made.grid.tolist() == (GRID[:, ::-1] if times % 2 else GRID).tolist()
    (same,) = replay(GRID, (STEPS["let objects fall up"],) * 3, (1, 1), None) or []
    assert (same.row, same.col) == (0, 0)


def test_another_root_and_the_canvas() -> None:
    root = np.array([[3]], np.uint8)
    (made,) = replay(GRID, (STEPS["tile the canvas"],), (2, 4), root) or []
    assert made.grid.tolist() == [[3] * 4] * 2


def test_a_step_that_fails() -> None:
    trim = STEPS["trim"]
    assert replay(GRID, (trim,), (1, 1), None) is None
    assert replay(GRID, (trim, STEPS["transpose"]), (1, 1), None) is None
    assert replay(GRID, (STEPS["join side by side"],), (1, 1), None) is None


def test_a_search_of_the_same_size_is_left_alone() -> None:
    arena = arena_of(REPLAY_MEMORY, len(VARIANTS))
    arena.begin(1)
    node = arena.add_image(GRID)
    arena.add_root([node], INPUT, 0)
    before = arena.memory.images[0].tolist(), arena.memory.cells[:8].tolist(), arena.tuple_count
    replay(np.full((9, 9), 5, np.uint8), (STEPS["split into rows"],), (1, 1), None)
    assert (
        arena.memory.images[0].tolist(),
        arena.memory.cells[:8].tolist(),
        arena.tuple_count,
    ) == before


def test_steps_in_words() -> None:
    steps = STEPS["keep {2}"], STEPS["trim"]
    assert words_of(steps) == "the input, keep red, trim"
    assert str(Path(SHARED, steps[1:])) == "what outputs share, trim"
