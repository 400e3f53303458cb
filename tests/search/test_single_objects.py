"""Each object as a pair of its own: when that stands for a puzzle, and how it is put together."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

import numpy as np
import pytest

from arcgrid import Grid, as_grid
from arcgrid_solvers.background import Background
from arcgrid_solvers.search.candidate import Candidate
from arcgrid_solvers.search.families import FAMILIES
from arcgrid_solvers.search.problem import Meter, Problem
from arcgrid_solvers.search.reductions import objects
from arcgrid_solvers.search.solver import searches
from tests.search.test_reductions import Nothing, Paint, problem_of, same

Part: TypeAlias = list[list[int]]
THINGS = objects.Objects(multicolor=True, margin=0, background=Background(black=True))
AROUND = replace(THINGS, margin=1)
ONE, OTHER, THIRD = [[1, 2]], [[3], [4]], [[5, 5]]
"""What does not look the same."""


def placed(parts: dict[tuple[int, int], Part]) -> Grid:
    """Black, with parts at their upper left corners."""
    grid = np.zeros((9, 9), np.uint8)
    for (row, col), part in parts.items():
        cells = np.array(part, np.uint8)
        grid[row : row + cells.shape[0], col : col + cells.shape[1]] = cells
    return as_grid(grid)


def turned(parts: dict[tuple[int, int], Part]) -> Grid:
    """Each part by itself turned by half a turn."""
    return placed({place: [line[::-1] for line in part[::-1]] for place, part in parts.items()})


def turning(*grids: dict[tuple[int, int], Part]) -> Problem:
    """All parts turn; the last grid is the test."""
    return problem_of([(placed(parts), turned(parts)) for parts in grids])


def fourfold(dice: np.random.Generator) -> tuple[Grid, Grid]:
    """Four squares, which become their upper left quarters and the mirror images of these."""
    before = np.zeros((20, 20), np.uint8)
    after = before.copy()
    for row, col in ((0, 0), (1, 10), (11, 1), (10, 11)):
        side = int(dice.integers(1, 4))
        part = dice.integers(1, 5, (2 * side, 2 * side))
        upper = np.hstack([part[:side, :side], part[:side, :side][:, ::-1]])
        before[row : row + 2 * side, col : col + 2 * side] = part
        after[row : row + 2 * side, col : col + 2 * side] = np.vstack([upper, upper[::-1]])
    return as_grid(before), as_grid(after)


def test_only_objects_by_themselves_explain_it() -> None:
    dice = np.random.default_rng(1)
    *train, (test, wanted) = [fourfold(dice) for _ in range(4)]
    problem = problem_of([*train, (test, wanted)])
    candidates = [c for search in searches(problem, Meter(10**9)) for c in search]
    for family in FAMILIES.values():
        family.release()
    right = [c for c in candidates if same(c.answers[0], wanted)]
    assert right
    for candidate in right:
        assert isinstance(candidate.program, objects.Each)
        assert same(candidate.program.run(test), wanted)
        assert candidate.program.explain().startswith("for each thing by itself: ")


def test_objects_that_look_the_same_are_one_pair() -> None:
    problem = turning({(0, 0): ONE, (4, 4): OTHER}, {(2, 2): ONE, (6, 5): THIRD}, {(7, 7): OTHER})
    smaller = next(objects.reduce(problem, "low")).problem
    assert [grid.tolist() for grid in smaller.inputs] == [ONE, OTHER, THIRD]
    assert [grid.tolist() for grid in smaller.outputs] == [[[2, 1]], [[4], [3]], THIRD]
    assert [grid.tolist() for grid in smaller.tests] == [OTHER]
    assert smaller.level == 1


def test_things_of_several_colors_and_blobs_of_one_are_looked_at() -> None:
    parts = {(0, 0): [[1, 2]], (4, 4): [[2, 1]]}
    things, blobs = (each.problem for each in objects.reduce(turning(parts, parts), "low"))
    assert [grid.tolist() for grid in things.inputs] == [[[1, 2]], [[2, 1]]]
    assert [grid.tolist() for grid in blobs.inputs] == [[[1]], [[2]]]
    assert [grid.tolist() for grid in blobs.outputs] == [[[2]], [[1]]]


def test_what_holds_of_a_pair_holds_of_all_its_objects() -> None:
    problem = turning({(0, 0): ONE, (4, 4): OTHER}, {(2, 2): ONE, (6, 5): THIRD}, {(7, 7): OTHER})
    reduction = next(objects.reduce(problem, "low"))
    made = as_grid([[4], [3]])
    inner = Candidate("cells", Paint(0), 1.0, (made,), (True, False, True), (True, True, False))
    back = reduction.back(inner)
    assert (back.fits, back.held_out) == ((False, True), (True, False))
    assert (back.bits, back.reduced) == (1.0 + objects.BITS, True)
    assert same(back.answers[0], turned({(7, 7): OTHER}))
    assert reduction.back(replace(inner, held_out=None)).held_out is None


@pytest.mark.parametrize("answer", [None, as_grid([[4, 3]])])
def test_an_object_of_another_shape_is_no_answer(answer: Grid | None) -> None:
    problem = turning({(0, 0): ONE, (4, 4): OTHER}, {(2, 2): THIRD}, {(1, 1): ONE, (7, 7): OTHER})
    reduction = next(objects.reduce(problem, "low"))
    parts = (as_grid([[2, 1]]), answer)
    inner = Candidate("cells", Nothing(0), 1.0, parts, (True,) * 3)
    back = reduction.back(inner)
    assert back.answers == (None,)
    assert back.program.run(problem.tests[0]) is None


def test_each_test_gets_its_own_objects() -> None:
    one = turning({(0, 0): ONE, (4, 4): OTHER}, {(1, 1): ONE, (7, 7): OTHER})
    both = replace(one, tests=(*one.tests, placed({(5, 0): THIRD})))
    answers = tuple(map(as_grid, ([[2, 1]], [[4], [3]], [[6, 6]])))
    inner = Candidate("cells", Paint(0), 1.0, answers, (True,) * 2)
    made = next(objects.reduce(both, "low")).back(inner).answers
    assert same(made[0], turned({(1, 1): ONE, (7, 7): OTHER}))
    assert same(made[1], placed({(5, 0): [[6, 6]]}))


class Turn(Paint):
    """Half a turn."""

    def run(self, grid: Grid) -> Grid | None:
        return as_grid(grid[::-1, ::-1].copy())


def test_a_program_on_each_object_by_itself() -> None:
    each = objects.Each(THINGS, Turn(0))
    parts = {(0, 0): ONE, (4, 4): OTHER}
    assert same(each.run(placed(parts)), turned(parts))
    assert each.run(placed({})) is None
    assert each.explain() == "for each thing by itself: paint black black"
    blobs = replace(AROUND, multicolor=False)
    assert str(blobs) == "blob and the cells around it"


def test_objects_whose_boxes_meet_are_not_single() -> None:
    around = [[1, 0, 2], [1, 0, 0], [1, 1, 1]]
    assert THINGS.boxes(placed({(3, 3): around})) is None
    near = placed({(3, 3): [[1, 0, 1]]})
    assert THINGS.boxes(near) == [
        (slice(3, 4), slice(3, 4)),
        (slice(3, 4), slice(5, 6)),
    ]
    assert AROUND.boxes(near) is None
    assert AROUND.boxes(placed({(0, 0): [[1, 0, 0, 1]]})) == [
        (slice(0, 2), slice(0, 2)),
        (slice(0, 2), slice(2, 5)),
    ]


def test_many_objects_or_none_are_not_looked_at() -> None:
    dots = {(2 * row, 2 * col): [[1]] for row in range(4) for col in range(4)}
    few = dict(list(dots.items())[: objects.MOST_OBJECTS])
    assert len(THINGS.boxes(placed(few)) or []) == objects.MOST_OBJECTS
    assert THINGS.boxes(placed(few | {(8, 8): [[1]]})) is None
    assert THINGS.boxes(placed({})) is None


def test_many_different_objects_are_too_many_pairs() -> None:
    looks = [[[one, two]] for one in range(1, 6) for two in range(1, 6)]
    places = [(row, col) for row in range(0, 9, 2) for col in (0, 3, 6)]

    def of(number: int) -> Problem:
        shares = looks[:12], looks[12:24], looks[24 - (number < 25) : number], looks[:1]
        return turning(*(dict(zip(places, share, strict=False)) for share in shares))

    assert len(next(objects.reduce(of(24), "low")).problem.inputs) == objects.MOST_PAIRS
    assert list(objects.reduce(of(25), "low")) == []


SOME = {(0, 0): ONE, (4, 4): OTHER}


@pytest.mark.parametrize(
    ("parts", "made"),
    [
        pytest.param({(1, 1): ONE, (5, 5): ONE}, {(1, 1): [[2, 1]], (5, 5): ONE}, id="conflict"),
        pytest.param(SOME, SOME | {(8, 0): [[7]]}, id="something elsewhere"),
        pytest.param({}, {}, id="nothing there"),
    ],
)
def test_what_is_not_of_each_object_by_itself(
    parts: dict[tuple[int, int], Part], made: dict[tuple[int, int], Part]
) -> None:
    fine = turning(SOME, SOME)
    assert list(objects.reduce(fine, "low"))
    pair = [(placed(parts), placed(made)), (placed(SOME), placed(SOME))]
    problem = problem_of([(fine.inputs[0], fine.outputs[0]), *pair])
    assert list(objects.reduce(problem, "low")) == []


def test_a_test_without_objects_has_no_answer_by_objects() -> None:
    assert list(objects.reduce(turning(SOME, {}), "low")) == []


def test_one_object_or_one_that_is_the_whole_grid_is_no_smaller_problem() -> None:
    assert list(objects.reduce(turning({(1, 1): THIRD}, {(4, 4): THIRD}, SOME), "low")) == []
    rings = [as_grid(np.pad([[0]], 1, constant_values=color)) for color in (1, 2, 3)]
    assert list(objects.reduce(problem_of([(ring, ring) for ring in rings]), "low")) == []


def test_an_object_that_is_a_whole_grid_may_be_among_others() -> None:
    whole = as_grid(np.pad([[0]], 1, constant_values=5))
    parts = (placed(SOME), turned(SOME))
    assert list(objects.reduce(problem_of([parts, (whole, whole), parts]), "low"))


def test_other_shapes_are_not_of_single_objects() -> None:
    problem = turning(SOME, SOME)
    wide = replace(problem, outputs=(as_grid(np.zeros((9, 8), np.uint8)),))
    assert list(objects.reduce(wide, "low")) == []


def test_cells_around_an_object_may_change_with_it() -> None:
    """Then they belong to it, and else they do not."""
    before = {(1, 1): [[1]], (5, 5): [[2]]}
    ringed = {(0, 0): [[3] * 3, [3, 1, 3], [3] * 3], (4, 4): [[3] * 3, [3, 2, 3], [3] * 3]}
    problem = problem_of([(placed(before), placed(ringed)), (placed(before), placed(ringed))])
    found = list(objects.reduce(problem, "low"))
    assert [grid.shape for grid in found[0].problem.inputs] == [(3, 3), (3, 3)]
    back = found[0].back(Candidate("cells", Paint(0), 1.0, found[0].problem.outputs, (True,) * 2))
    assert same(back.answers[0], placed(ringed))
    assert back.program.explain().startswith("for each thing and the cells around it by itself")
