"""Rules about objects: little puzzles of our own, one for each mechanism."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from arcgrid import Grid, as_grid
from arcgrid_solvers.search.candidate import Candidate
from arcgrid_solvers.search.families.objects.family import propose
from arcgrid_solvers.search.problem import Meter, Problem

LIMIT = 3_000_000
Lines = Sequence[str]
Pair = tuple[Lines, Lines]


def grid_of(lines: Lines) -> Grid:
    return as_grid([[0 if cell == "." else int(cell) for cell in line] for line in lines])


def posed(*pairs: Pair) -> tuple[Problem, Grid]:
    """A problem whose test is the last pair, and that one's output."""
    inputs = tuple(grid_of(before) for before, _ in pairs)
    outputs = tuple(grid_of(after) for _, after in pairs)
    return Problem(inputs[:-1], outputs[:-1], inputs[-1:]), outputs[-1]


def solve(problem: Problem, limit: int = LIMIT) -> list[Candidate]:
    """The candidates, the best first: by held-out fits, then bits."""

    def merit(candidate: Candidate) -> tuple[int, float]:
        return -sum(candidate.held_out or ()), candidate.bits

    return sorted(propose(problem, Meter(limit)), key=merit)


RECOLOR: list[Pair] = [
    (["11..", "11..", "...1"], ["22..", "22..", "...1"]),
    (["1...", "..11", "..11"], ["1...", "..22", "..22"]),
    ([".111.", ".111.", ".....", "1...."], [".222.", ".222.", ".....", "1...."]),
]
DELETE: list[Pair] = [
    (["11..", "11..", "...3"], ["11..", "11..", "...."]),
    (["3...", "..44", "..44"], ["....", "..44", "..44"]),
    ([".111", ".111", "6..."], [".111", ".111", "...."]),
]
APPROACH: list[Pair] = [
    (["......", ".3....", "......", "222222"], ["......", "......", ".3....", "222222"]),
    (["2.....", "2..3..", "2.....", "2....."], ["2.....", "23....", "2.....", "2....."]),
    (["222222", "......", "......", "...3.."], ["222222", "...3..", "......", "......"]),
]
CONNECT: list[Pair] = [
    ([".....", "22..3", "22...", "....3"], [".....", "22333", "22...", "....3"]),
    (["4....", ".....", "22..4", "22..."], ["4....", "4....", "22444", "22..."]),
    (["22...", "22..5", ".....", "5...5"], ["22...", "22555", "5....", "5...5"]),
]
RAYS: list[Pair] = [
    ([".....", "..4..", ".....", "....."], ["..4..", "44444", "..4..", "..4.."]),
    (["3....", ".....", ".....", "....."], ["33333", "3....", "3....", "3...."]),
    ([".....", ".....", ".....", "...7."], ["...7.", "...7.", "...7.", "77777"]),
]
STAMP: list[Pair] = [
    (
        [".......", "..2....", ".......", ".....2.", "......."],
        [".7.7...", "..2....", ".7.77.7", ".....2.", "....7.7"],
    ),
    (
        [".......", ".......", "...2...", ".......", "......."],
        [".......", "..7.7..", "...2...", "..7.7..", "......."],
    ),
    (
        [".......", ".2.....", ".......", "....2..", "......."],
        ["7.7....", ".2.....", "7.77.7.", "....2..", "...7.7."],
    ),
]
ALIGN: list[Pair] = [
    (["......", ".1..3.", "....3.", ".1...."], ["......", ".1....", "....3.", ".1..3."]),
    ([".1..3.", "....3.", "......", ".1...."], [".1....", "......", "....3.", ".1..3."]),
    (["...3..", "...3..", ".1....", "......"], ["......", "...3..", ".1.3..", "......"]),
]
REFLECT: list[Pair] = [
    (
        ["11.....", ".1.....", "...2...", ".......", "......."],
        ["11...11", ".1...1.", "...2...", ".1...1.", "11...11"],
    ),
    (
        [".......", ".......", "....2..", "..33...", "..3...."],
        ["..3...3", "..33.33", "....2..", "..33.33", "..3...3"],
    ),
    (
        [".......", "..2....", ".44....", ".4.....", "......."],
        [".444...", "..2....", ".444...", ".4.4...", "......."],
    ),
]
REPEAT: list[Pair] = [
    (
        ["........", ".3......", ".33.....", "........"],
        ["........", ".3.3.3.3", ".3333333", "........"],
    ),
    (
        ["........", "........", "44......", ".4......"],
        ["........", "........", "44444444", ".4.4.4.4"],
    ),
    (["6.......", "666.....", "........"], ["6..6..6.", "66666666", "........"]),
    (
        ["........", "7.......", "777.....", "7......."],
        ["........", "7..7..7.", "77777777", "7..7..7."],
    ),
]
CROP: list[Pair] = [
    (["11....", "1.1...", "....22", "....22"], ["11.", "1.1"]),
    (["33....", "33....", "...4..", "..4.4."], [".4.", "4.4"]),
    (["......", "5..66.", ".5.66.", "5....."], ["5.", ".5", "5."]),
]
TURNED: list[Pair] = [
    (["111...", "1.1...", "....22", "....22"], ["11", "1.", "11"]),
    (["33....", "33.4..", "...44.", "...4.."], ["444", ".4."]),
    (["......", "5..66.", "55.66.", "5....."], ["555", ".5."]),
]
COLOR: list[Pair] = [
    (["111...", "1.1...", "111..2", "......"], ["11"]),
    (["3.....", "...44.", "...444", "...4.4"], ["44"]),
    (["......", "55.6..", "55....", "5....."], ["55"]),
]
PUZZLES = {
    "is painted in red": RECOLOR,
    "is deleted": DELETE,
    "moves up to another object": APPROACH,
    "is connected with one of another color": CONNECT,
    "sends a ray from it in all four straight directions": RAYS,
    "template of 4 cells": STAMP,
    "its bottom is in line with": ALIGN,
    "mirrored in both ways at the middle of": REFLECT,
    "is repeated right": REPEAT,
    "the box around the object whose": CROP,
    "transposed": TURNED,
    "in the color of the object whose": COLOR,
}


@pytest.mark.parametrize("words", PUZZLES)
def test_mechanism_is_found_explained_and_runs_on_new_grids(words: str) -> None:
    problem, output = posed(*PUZZLES[words])
    best = next(found for found in solve(problem) if words in found.program.explain())
    assert best.fits_all
    (answer,) = best.answers
    assert answer is not None
    assert np.array_equal(answer, output)
    again = best.program.run(problem.tests[0])
    assert again is not None
    assert np.array_equal(again, output)
    for before, after in zip(problem.inputs, problem.outputs, strict=True):
        made = best.program.run(before)
        assert made is not None
        assert np.array_equal(made, after)
    assert "\n" not in best.program.explain()


@pytest.mark.parametrize("pairs", [RECOLOR, DELETE, APPROACH, RAYS, ALIGN, COLOR])
def test_rules_learned_without_a_pair_reproduce_it(pairs: list[Pair]) -> None:
    problem, _ = posed(*pairs)
    best = solve(problem)[0]
    assert best.held_out == (True,) * len(problem.inputs)


def test_a_rule_that_nothing_else_supports_is_not_confirmed_without_its_pair() -> None:
    """Blue becomes red in one pair and green becomes yellow in the other."""
    problem, _ = posed(
        (["1....", "....5"], ["2....", "....5"]),
        (["3....", "..5.."], ["4....", "..5.."]),
        (["1...5", "....."], ["2...5", "....."]),
    )
    found = solve(problem)
    assert found
    assert all(candidate.held_out == (False, False) for candidate in found)


def test_a_crop_that_one_pair_alone_explains_is_not_confirmed_without_it() -> None:
    """Blue is cut out; where it is also the largest object, that is simpler to say."""
    problem, output = posed(
        (["11...", "1..22", "11..."], ["11", "1.", "11"]),
        (["..2..", ".22.1", "..111"], ["..1", "111"]),
        (["1..33", "11.33", "..333"], ["1.", "11"]),
        (["...66", "11..6", "1..66"], ["11", "1."]),
    )
    right = [
        candidate
        for candidate in solve(problem)
        if candidate.answers[0] is not None and np.array_equal(candidate.answers[0], output)
    ]
    assert right
    assert all(candidate.held_out == (True, True, False) for candidate in right)


def test_a_template_that_one_pair_alone_shows_whole_is_not_confirmed_without_it() -> None:
    """In the first pair the left half of what is drawn around objects is beyond the border."""
    problem, output = posed(
        (
            [".....", "2....", ".....", ".....", "2....", "....."],
            [".7...", "2....", ".7...", ".7...", "2....", ".7..."],
        ),
        (
            [".......", ".2.....", ".......", "....2..", "......."],
            ["7.7....", ".2.....", "7.77.7.", "....2..", "...7.7."],
        ),
        (
            [".......", "..2....", ".......", ".....2.", "......."],
            [".7.7...", "..2....", ".7.77.7", ".....2.", "....7.7"],
        ),
    )
    stamped = [c for c in solve(problem) if "template of 4 cells" in c.program.explain()]
    assert stamped
    assert stamped[0].answers[0] is not None
    assert np.array_equal(stamped[0].answers[0], output)
    assert stamped[0].held_out == (True, False)


def test_selectors_join_two_tests() -> None:
    """Large blue objects become red: neither small blue nor large green ones do."""
    problem, output = posed(
        (["11..33", "11..33", "......", "1...44"], ["22..33", "22..33", "......", "1...44"]),
        (["33..1.", "33....", "..11.4", "..11.4"], ["33..1.", "33....", "..22.4", "..22.4"]),
        (["1...33", "....33", "11....", "11.44."], ["1...33", "....33", "22....", "22.44."]),
    )
    answers = [candidate.answers[0] for candidate in solve(problem)]
    assert any(answer is not None and np.array_equal(answer, output) for answer in answers)


def test_two_effects_make_one_rule() -> None:
    """Single cells vanish, squares become red."""
    problem, output = posed(
        (["33...", "33..1", "....."], ["22...", "22...", "....."]),
        (["1....", "..44.", "..44."], [".....", "..22.", "..22."]),
        (["33.1.", "33...", "....."], ["22...", "22...", "....."]),
        (["...55", "6..55", "....."], ["...22", "...22", "....."]),
    )
    best = solve(problem)[0]
    assert ";" in best.program.explain()
    assert best.answers[0] is not None
    assert np.array_equal(best.answers[0], output)


def test_three_effects_make_one_rule() -> None:
    """Single cells vanish, blue squares become red, green ones yellow: no two of these do."""
    problem, output = posed(
        (["11.33", "11.33", "5....", "....."], ["22.44", "22.44", ".....", "....."]),
        (["33...", "33..6", ".11..", ".11.."], ["44...", "44...", ".22..", ".22.."]),
        (
            ["..33.", "7.33.", ".....", ".11..", ".11.."],
            ["..44.", "..44.", ".....", ".22..", ".22.."],
        ),
        (["11.5.", "11...", "...33", "...33"], ["22...", "22...", "...44", "...44"]),
    )
    best = solve(problem)[0]
    assert best.program.explain().count(";") == 2
    assert best.answers[0] is not None
    assert np.array_equal(best.answers[0], output)


@pytest.mark.parametrize("words", PUZZLES)
def test_candidates_are_the_same_every_time(words: str) -> None:
    problem, _ = posed(*PUZZLES[words])
    meters = Meter(LIMIT), Meter(LIMIT)
    first, second = (list(propose(problem, meter)) for meter in meters)
    assert [found.program.explain() for found in first] == [
        found.program.explain() for found in second
    ]
    assert [found.bits for found in first] == [found.bits for found in second]
    assert meters[0].spent == meters[1].spent > 0
    assert set(meters[0].stages) == {"objects"}


def test_it_stops_when_work_is_used_up() -> None:
    problem, _ = posed(*REFLECT)
    used = Meter(100)
    used.spend(100, "others")
    assert not list(propose(problem, used))
    assert used.spent == 100
    little = Meter(3_000)
    list(propose(problem, little))
    assert little.spent < 6_000


def test_there_is_nothing_to_say_without_pairs_or_objects() -> None:
    empty = as_grid(np.zeros((4, 4), np.uint8))
    assert not list(propose(Problem((), (), (empty,)), Meter(LIMIT)))
    assert not list(propose(Problem((empty,), (empty,), (empty,)), Meter(LIMIT)))


def test_programs_bear_grids_that_they_were_not_made_for() -> None:
    grids = [
        np.zeros((1, 1), np.uint8),
        np.full((30, 30), 3, np.uint8),
        (np.indices((30, 30)).sum(axis=0) % 2).astype(np.uint8),
    ]
    for pairs in PUZZLES.values():
        problem, _ = posed(*pairs)
        for candidate in propose(problem, Meter(LIMIT)):
            for grid in grids:
                made = candidate.program.run(as_grid(grid))
                assert made is None or made.dtype == np.uint8
