"""The contract of the solver `search`: the same answers always, within its work, with reasons."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import arcgrid
from arcgrid import Answer, Budget, Grid, Pair, Puzzle, as_grid
from arcgrid.cli import main
from arcgrid.sources import RunResult
from arcgrid.store import Store
from arcgrid_solvers.search import solve
from arcgrid_solvers.search.arbiter import AGREED, WEIGHTS, Arbiter, chance_of
from arcgrid_solvers.search.candidate import Candidate, Family
from arcgrid_solvers.search.families import cells, objects, states, transforms
from arcgrid_solvers.search.problem import Meter, Problem

TASKS = ("diagonal-flip", "gravity-down", "keep-the-top-half", "legend-recolor", "zoom-by-counter")
FAMILIES: tuple[Family, ...] = (
    transforms.propose,
    cells.propose,
    objects.propose,
    states.propose,
)
SLACK = 200_000
"""Units that a family may work on after the meter is exhausted, until it looks again."""


def plain(answer: Answer) -> Any:
    """An answer as plain values."""
    return [
        [(guess.grid.tolist(), guess.confidence, guess.explanation) for guess in test]
        for test in answer.guesses
    ]


def grids_of(answer: Answer) -> list[list[list[list[int]]]]:
    return [[guess.grid.tolist() for guess in test] for test in answer.guesses]


def answers_to(id: str, attempts: int = 2) -> list[Answer]:
    puzzle = arcgrid.load("arcgrid/mini")[id].puzzle
    return list(solve(puzzle, Budget(attempts=attempts)))


@cache
def known(id: str) -> list[Answer]:
    """The answers to a bundled puzzle, solved once for all tests."""
    return answers_to(id)


def digest_of(ids: Sequence[str], answers: Callable[[str], list[Answer]] = answers_to) -> str:
    """All answers to puzzles solved in this order, as a digest that knows no order."""
    lines = {id: json.dumps([plain(answer) for answer in answers(id)]) for id in ids}
    return hashlib.sha256(json.dumps(lines, sort_keys=True).encode()).hexdigest()


# -- the same answers, always -------------------------------------------------------------


def test_the_order_of_puzzles_changes_nothing() -> None:
    assert digest_of(TASKS, known) == digest_of(TASKS[::-1])


def test_a_fresh_process_answers_the_same() -> None:
    code = f"from tests.search.test_search import digest_of\nprint(digest_of({TASKS[2:4]}))"
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env={"PYTHONHASHSEED": "7", "PATH": "/usr/bin:/bin", "HOME": str(Path.home())},
    )
    assert result.stdout.strip() == digest_of(TASKS[2:4], known)


def test_the_seed_and_numpys_state_do_not_matter() -> None:
    puzzle = arcgrid.load("arcgrid/mini")["diagonal-flip"].puzzle
    np.random.seed(1)
    found = [plain(answer) for answer in solve(puzzle, Budget(seed=99))]
    assert found == [plain(answer) for answer in known("diagonal-flip")]


# -- ever better answers ------------------------------------------------------------------


@pytest.mark.parametrize("id", TASKS)
def test_every_answer_is_new_and_within_its_attempts(id: str) -> None:
    answers = known(id)
    contents = [plain(answer) for answer in answers]
    assert all(one != other for one, other in pairwise(contents))
    tests = len(arcgrid.load("arcgrid/mini")[id].test)
    assert [len(answer.guesses) for answer in answers] == [tests] * len(answers)
    for answer in answers:
        for guesses in answer.guesses:
            assert len(guesses) <= 2
            assert len({guess.grid.tobytes() for guess in guesses}) == len(guesses)


@pytest.mark.parametrize("id", TASKS)
def test_every_guess_says_where_it_comes_from(id: str) -> None:
    for answer in known(id):
        for guess in (guess for guesses in answer.guesses for guess in guesses):
            assert guess.explanation is not None
            family, _, words = guess.explanation.partition(": ")
            assert family in WEIGHTS.families
            assert words
            assert "\n" not in words
            assert guess.confidence is not None
            assert 0 < guess.confidence <= 1


def test_the_likeliest_guess_comes_first() -> None:
    for id in TASKS:
        for guesses in known(id)[-1].guesses:
            sure = [guess.confidence or 0.0 for guess in guesses]
            assert sure == sorted(sure, reverse=True)


def test_fewer_attempts_are_the_first_of_more() -> None:
    for id in TASKS[:2]:
        one, three = answers_to(id, 1)[-1], answers_to(id, 3)[-1]
        assert grids_of(one) == [test[:1] for test in grids_of(three)]
        assert grids_of(known(id)[-1]) == [test[:2] for test in grids_of(three)]


# -- work ---------------------------------------------------------------------------------


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__module__)
@pytest.mark.parametrize("limit", [0, 1_000, 50_000])
def test_a_family_stops_when_the_work_is_used_up(family: Family, limit: int) -> None:
    for id in TASKS:
        meter = Meter(limit)
        problem = Problem.of(arcgrid.load("arcgrid/mini")[id].puzzle)
        for _ in family(problem, meter):
            pass
        assert meter.spent <= limit + SLACK
        assert meter.spent == sum(meter.stages.values())


def test_a_part_of_a_meter_counts_in_the_whole() -> None:
    whole = Meter(100)
    whole.spend(30, "first")
    part = whole.part(50)
    part.spend(20, "second")
    assert (part.left, whole.left) == (30, 50)
    assert whole.stages == {"first": 30, "second": 20}
    assert whole.part(1_000).limit == 50
    part.note("cut short")
    part.note("cut short")
    assert whole.notes == ["cut short"]
    part.spend(40, "second")
    assert part.exhausted
    assert not whole.exhausted


# -- puzzles of every shape ---------------------------------------------------------------


def noise(shape: tuple[int, int], seed: int = 0) -> Grid:
    return as_grid(np.random.default_rng(seed).integers(0, 10, shape))


def pairs(*shapes: tuple[tuple[int, int], tuple[int, int]]) -> list[Pair]:
    return [
        Pair(noise(before, number), noise(after, 100 + number))
        for number, (before, after) in enumerate(shapes)
    ]


ONE, LARGE = (1, 1), (30, 30)
BLACK = as_grid(np.zeros((3, 3), int))
ODD: dict[str, Puzzle] = {
    "one cell": Puzzle(tuple(pairs((ONE, ONE))), (noise(ONE, 5),)),
    "all black": Puzzle((Pair(BLACK, BLACK),) * 2, (BLACK,)),
    "all one color": Puzzle((Pair(as_grid([[7, 7]]), as_grid([[7]])),), (as_grid([[7]]),)),
    "one pair": Puzzle(tuple(pairs(((4, 5), (5, 4)))), (noise((4, 5), 5),)),
    "one pair twice": Puzzle(tuple(pairs(((3, 3), (3, 3)))) * 2, (noise((3, 3), 5),)),
    "one input, two outputs": Puzzle(
        (Pair(BLACK, noise(ONE)), Pair(BLACK, noise(ONE, 1))), (BLACK,)
    ),
    "large": Puzzle(tuple(pairs((LARGE, LARGE))), (noise(LARGE, 5),)),
    "large to one": Puzzle(tuple(pairs((LARGE, ONE))), (noise(LARGE, 5),)),
    "one to large": Puzzle(tuple(pairs((ONE, LARGE), (ONE, LARGE))), (noise(ONE, 5),)),
    "rows and columns": Puzzle(
        tuple(pairs(((1, 30), (30, 1)), ((30, 1), (1, 30)))), (noise((1, 30), 5),)
    ),
    "sizes that follow no rule": Puzzle(
        tuple(pairs(((2, 3), (7, 1)), ((9, 2), (3, 4)), ((1, 6), (5, 5)))), (noise((8, 8), 5),)
    ),
    "a test unlike the pairs": Puzzle(tuple(pairs((ONE, ONE), (ONE, ONE))), (noise(LARGE, 5),)),
    "many pairs, many tests": Puzzle(
        tuple(pairs(*[((3, 3), (3, 3))] * 12)), tuple(noise((3, 3), seed) for seed in range(9))
    ),
}


@pytest.mark.parametrize("puzzle", ODD.values(), ids=ODD)
def test_odd_puzzles_are_answered_somehow(puzzle: Puzzle) -> None:
    answers = list(solve(puzzle, Budget()))
    assert answers
    for guesses in answers[-1].guesses:
        assert all(1 <= side <= 30 for guess in guesses for side in guess.grid.shape)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__module__)
def test_without_pairs_there_are_no_candidates(family: Family) -> None:
    assert list(family(Problem((), (), (BLACK,)), Meter(10_000))) == []


# -- runs ---------------------------------------------------------------------------------


def run(store: Path, workers: int) -> RunResult:
    return arcgrid.run(
        "search", "arcgrid/mini", only=TASKS, workers=workers, store=store, seconds=600
    )


def test_one_worker_or_two_store_and_export_the_same(store: Path) -> None:
    one, two = run(store, 1), run(store, 2)
    assert one.outcomes["answered"] == len(TASKS)
    exports = [
        CliRunner().invoke(main, ["export", each.run.id]).stdout_bytes for each in (one, two)
    ]
    assert exports[0] == exports[1]
    with Store(store) as opened:
        stored = [
            {
                id: [plain(timed.answer) for timed in outcome.answers]
                for id, outcome in opened.outcomes(each.run).items()
            }
            for each in (one, two)
        ]
    assert stored[0] == stored[1]
    for id in TASKS:
        assert stored[0][id] == [plain(answer) for answer in known(id)]


STUCK = """
import time
from arcgrid_solvers.search import solve as search

def solve(puzzle, budget):
    for answer in search(puzzle, budget):
        yield answer
        if any(answer.guesses):
            time.sleep(600)
"""


def test_a_timeout_keeps_the_best_so_far(store: Path, tmp_path: Path) -> None:
    path = tmp_path / "stuck.py"
    path.write_text(STUCK)
    known("diagonal-flip")  # kernels are in the cache now
    only = ["diagonal-flip"]
    result = arcgrid.run(str(path), "arcgrid/mini", only=only, workers=1, seconds=6, store=store)
    assert result.outcomes["timeout"] == 1
    with Store(store) as opened:
        [outcome] = opened.outcomes(result.run).values()
    first = next(answer for answer in known("diagonal-flip") if any(answer.guesses))
    assert outcome.answer is not None
    assert plain(outcome.answer) == plain(first)


# -- the arbiter --------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """A program in name only."""

    name: str

    def run(self, grid: Grid) -> Grid | None:
        return grid

    def explain(self) -> str:
        return self.name


FIRST, SECOND = sorted(WEIGHTS.families)[:2]
A, B, C = ([[1]], [[2]], [[3, 3]])


def candidate(
    *answers: list[list[int]] | None,
    family: str = FIRST,
    bits: float = 10.0,
    fits: Sequence[bool] = (True, True),
    held_out: Sequence[bool] | None = (True, True),
    name: str = "a program",
) -> Candidate:
    grids = tuple(None if answer is None else as_grid(answer) for answer in answers)
    held = None if held_out is None else tuple(held_out)
    return Candidate(family, Said(name), bits, grids, tuple(fits), held)


def ranked(*candidates: Candidate, attempts: int = 2) -> Answer:
    arbiter = Arbiter(len(candidates[0].answers), attempts)
    for each in candidates:
        arbiter.add(each)
    return arbiter.answer()


def sure(answer: Answer) -> list[float]:
    return [guess.confidence or 0.0 for guess in answer.guesses[0]]


def test_more_evidence_is_more_likely_right() -> None:
    chance = chance_of(candidate(A))
    assert chance > chance_of(candidate(A, bits=50))
    assert chance > chance_of(candidate(A, fits=(True, False)))
    assert chance > chance_of(candidate(A, held_out=(True, False)))
    assert chance > chance_of(candidate(A, held_out=None))
    assert chance_of(candidate(A, held_out=None)) > chance_of(candidate(A, held_out=(False, False)))


def test_the_same_answer_of_two_families_adds_up() -> None:
    one, other = candidate(A), candidate(A, family=SECOND)
    [both] = sure(ranked(one, other))
    assert both > max(chance_of(one), chance_of(other))
    assert both == pytest.approx(1 - (1 - chance_of(one)) * (1 - chance_of(other)))


def test_clones_of_one_family_do_not_vote() -> None:
    clones = [candidate(A, bits=10 + number) for number in range(50)]
    assert sure(ranked(*clones)) == sure(ranked(clones[0]))
    assert sure(ranked(*clones[::-1])) == sure(ranked(clones[0]))
    better = candidate(B, bits=5)
    assert grids_of(ranked(*clones, better)) == [[B, A]]


def test_two_families_outvote_one() -> None:
    pair = candidate(A, bits=12), candidate(A, family=SECOND, bits=12)
    assert grids_of(ranked(candidate(B), *pair)) == [[A, B]]


def test_the_best_candidate_of_an_answer_explains_it() -> None:
    answer = ranked(candidate(A, bits=30, name="long"), candidate(A, bits=3, name="short"))
    assert answer.guesses[0][0].explanation == f"{FIRST}: short"


@pytest.mark.parametrize("attempts", [1, 2, 3])
def test_attempts_are_cut_best_first(attempts: int) -> None:
    candidates = [candidate(grid, bits=bits) for grid, bits in ((C, 30.0), (A, 10.0), (B, 20.0))]
    assert grids_of(ranked(*candidates, attempts=attempts)) == [[A, B, C][:attempts]]


def test_each_test_input_is_ranked_by_itself() -> None:
    both = candidate(A, A, bits=20), candidate(None, B)
    assert grids_of(ranked(*both)) == [[A], [B, A]]


def test_equal_chances_are_ranked_the_same_in_any_order() -> None:
    one, other = candidate(A), candidate(B)
    assert grids_of(ranked(one, other)) == grids_of(ranked(other, one))


def test_grids_of_one_content_and_two_shapes_are_two_answers() -> None:
    wide, tall = candidate([[3, 3]]), candidate([[3], [3]])
    assert len(ranked(wide, tall).guesses[0]) == 2


def test_the_arbiter_says_whether_the_answer_changed() -> None:
    arbiter = Arbiter(1, 1)
    assert arbiter.add(candidate(A))
    assert not arbiter.add(candidate(A, bits=50))
    assert not arbiter.add(candidate(B, bits=50))
    assert not arbiter.add(candidate(None))
    assert arbiter.add(candidate(B, bits=1))


def test_two_sure_families_agree() -> None:
    arbiter = Arbiter(1, 2)
    arbiter.add(candidate(A, bits=0))
    assert not arbiter.agreed, "one alone cannot agree"
    arbiter.add(candidate(A, bits=0, family=SECOND))
    assert arbiter.agreed == (sure(arbiter.answer())[0] >= AGREED)
