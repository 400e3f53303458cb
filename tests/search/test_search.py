"""The contract of the solver `search`: the same answers always, within its work, with reasons."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import arcgrid
from arcgrid import Answer, Budget, Grid, Guess, Pair, Puzzle, as_grid
from arcgrid.cli import main
from arcgrid.sources import RunResult
from arcgrid.store import Store
from arcgrid_solvers.search import solve
from arcgrid_solvers.search.families import FAMILIES

TASKS = ("diagonal-flip", "gravity-down", "keep-the-top-half", "legend-recolor", "zoom-by-counter")


def plain(answer: Answer) -> Any:
    """An answer as plain values."""
    return [
        [
            (guess.grid.tolist(), guess.confidence, guess.explanation, steps_of(guess))
            for guess in test
        ]
        for test in answer.guesses
    ]


def steps_of(guess: Guess) -> list[tuple[str, list[list[int]]]]:
    return [(words, grid.tolist()) for words, grid in guess.steps]


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
            families, _, words = guess.explanation.partition(": ")
            assert set(families.split(", ")) <= set(FAMILIES)
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


# -- programs step by step ----------------------------------------------------------------


SHOWN = {
    "legend-recolor": ["crop to", "recolor each"],
    "gravity-down": ["let cells fall down", "erase"],
}
"""A chain of transforms, and a path of states: how the words of the steps begin."""


@pytest.mark.parametrize("id", SHOWN)
def test_the_last_answer_shows_its_programs_step_by_step(id: str) -> None:
    *before, last = known(id)
    early = [guess for answer in before for test in answer.guesses for guess in test]
    assert not [guess for guess in early if guess.steps]
    shown = [guess for guess in last.guesses[0] if guess.steps]
    assert shown
    for guess in shown:
        for (text, _), words in zip(guess.steps, SHOWN[id], strict=True):
            assert text.startswith(words)
        assert guess.steps[-1][1].tolist() == guess.grid.tolist()
