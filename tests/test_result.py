"""Guesses and answers: what solvers may return, and every mistake, word for word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from arcgrid import Answer, ArcgridError, Budget, Guess, Score, as_grid
from arcgrid.errors import AnswerError, SubmissionError
from arcgrid.result import (
    DEFAULT_MEMORY,
    DEFAULT_SECONDS,
    Coverage,
    Outcome,
    TimedAnswer,
    as_answer,
    as_submission,
)

GRID = [[1, 2], [3, 4]]
ARRAY = np.array(GRID)
HUGE = 10**5000

TAKEN: dict[str, object] = {
    "nested lists": [[GRID]],
    "tuples": ((tuple(map(tuple, GRID)),),),
    "arrays": [[ARRAY]],
    "guesses": [[Guess(as_grid(GRID))]],
    "an answer": Answer([[GRID]]),  # type: ignore[arg-type]  # lists will do
    "one array for all": np.array([[GRID]]),
    "a list of an array of grids": [np.array([GRID])],
}


@pytest.mark.parametrize("value", TAKEN.values(), ids=TAKEN)
def test_what_a_solver_may_return(value: object) -> None:
    answer = as_answer(value, 1)
    assert [[guess.grid.tolist() for guess in test] for test in answer.guesses] == [[GRID]]
    assert not answer.guesses[0][0].grid.flags.writeable


def test_no_guess_is_an_answer_too() -> None:
    assert as_answer([[], []], 2).guesses == ((), ())


def test_order_and_number_of_guesses_stay() -> None:
    answer = as_answer([[[[3]], [[1]], [[2]]], [[[4]]]], 2)
    assert [[g.grid.item() for g in test] for test in answer.guesses] == [[3, 1, 2], [4]]


def answer_with(**extra: object) -> Callable[[], object]:
    return lambda: Answer([[GRID]], **extra)  # type: ignore[arg-type]  # wrong on purpose


def guess_with(**extra: object) -> Callable[[], object]:
    return lambda: Guess(GRID, **extra)  # type: ignore[arg-type]  # wrong on purpose


def answered(value: object, tests: int = 1) -> Callable[[], object]:
    return lambda: as_answer(value, tests)


LIST_WANTED = "an answer is a list with the guesses for each test input, not"
ROWS = "these are the rows of one grid; each test input has a list of grids"
COST = "cost is a number of dollars, at least 0, not"
TOKENS = "tokens is an int, at least 0, not"
CONFIDENCE = "a confidence is a number from 0 to 1, not"

STEP = "a step is a pair of words and a grid"
STEPS_WANTED = "steps are a list of words with a grid each, not"
FAULTS: dict[str, tuple[Callable[[], object], str]] = {
    "None": (answered(None), f"{LIST_WANTED} None"),
    "text": (answered("x"), f"{LIST_WANTED} a value of type str"),
    "bytes": (answered(b"x"), f"{LIST_WANTED} a value of type bytes"),
    "an object": (answered({0: []}), f"{LIST_WANTED} a value of type dict"),
    "a set": (answered(set()), f"{LIST_WANTED} a value of type set"),
    "a guess": (answered(Guess(as_grid(GRID))), f"{LIST_WANTED} a value of type Guess"),
    "an array of no dimension": (answered(np.array(1)), f"{LIST_WANTED} a value of type ndarray"),
    "too few": (
        answered([[GRID]], 2),
        "the answer is for 1 test inputs, the puzzle has 2",
    ),
    "too many": (
        answered(Answer([[GRID], [GRID]]), 1),  # type: ignore[arg-type]  # lists will do
        "the answer is for 2 test inputs, the puzzle has 1",
    ),
    "none": (answered([]), "the answer is for 0 test inputs, the puzzle has 1"),
    "a test that is None": (
        answered([[GRID], None], 2),
        "test[1]: a list of guesses is wanted, not None",
    ),
    "a test that is a guess": (
        answered([Guess(as_grid(GRID))]),
        "test[0]: a list of guesses is wanted, not a value of type Guess",
    ),
    "a test that is a grid": (answered([[GRID], GRID], 2), f"test[1]: {ROWS}"),
    "a test that is an array grid": (answered([ARRAY]), f"test[0]: {ROWS}"),
    "a whole answer that is a grid": (
        answered(GRID, 2),
        "test[0].guess[0]: a grid is a list of rows, not 1",
    ),
    "a guess that is None": (
        answered([[GRID, None]]),
        "test[0].guess[1]: a grid is a list of rows, not null",
    ),
    "a guess with 10": (
        answered([[GRID], [GRID, [[0, 10]]]], 2),
        "test[1].guess[1], row 0, column 1: 10 is not a color (0 to 9)",
    ),
    "a guess of floats": (
        answered([[np.ones((2, 2))]]),
        "test[0].guess[0]: a grid has an integer dtype, not float64",
    ),
    "a ragged guess": (
        answered([[[[1, 2], [3]]]]),
        "test[0].guess[0], row 1: 1 cells, but row 0 has 2",
    ),
    "an empty guess": (answered([[[]]]), "test[0].guess[0]: the grid has no rows"),
    "a Guess with 2.0": (
        lambda: Guess([[2.0]]),  # type: ignore[arg-type]  # wrong on purpose
        "row 0, column 0: 2.0 is not an integer from 0 to 9",
    ),
    "confidence above 1": (guess_with(confidence=1.5), f"{CONFIDENCE} 1.5"),
    "confidence below 0": (guess_with(confidence=-0.1), f"{CONFIDENCE} -0.1"),
    "confidence nan": (guess_with(confidence=float("nan")), f"{CONFIDENCE} nan"),
    "confidence true": (guess_with(confidence=True), f"{CONFIDENCE} True"),
    "confidence text": (guess_with(confidence="1"), f"{CONFIDENCE} '1'"),
    "confidence huge": (guess_with(confidence=HUGE), f"{CONFIDENCE} a value of type int"),
    "a step no sequence": (guess_with(steps=[7]), f"step[0]: {STEP}"),
    "a step without words": (guess_with(steps=[(GRID, "flip")]), f"step[0]: {STEP}"),
    "steps no list": (guess_with(steps="far"), f"{STEPS_WANTED} a value of type str"),
    "a step no pair": (guess_with(steps=[[GRID]]), f"step[0]: {STEP}"),
    "a step of words alone": (guess_with(steps=[("flip",)]), f"step[0]: {STEP}"),
    "a step no grid": (
        guess_with(steps=[("flip", GRID), ("spoil", [[1, 10]])]),
        "step[1], row 0, column 1: 10 is not a color (0 to 9)",
    ),
    "a step no text": (
        guess_with(steps=[("\udc80", GRID)]),
        "step[0]: words must be text that UTF-8 can hold",
    ),
    "explanation no text": (guess_with(explanation=3), "an explanation is a str, not int"),
    "cost below 0": (answer_with(cost=-1), f"{COST} -1"),
    "cost infinite": (answer_with(cost=float("inf")), f"{COST} inf"),
    "cost text": (answer_with(cost="1"), f"{COST} '1'"),
    "cost true": (answer_with(cost=True), f"{COST} True"),
    "cost huge": (answer_with(cost=HUGE), f"{COST} a value of type int"),
    "tokens below 0": (answer_with(tokens=-1), f"{TOKENS} -1"),
    "tokens a float": (answer_with(tokens=1.0), f"{TOKENS} 1.0"),
    "tokens true": (answer_with(tokens=True), f"{TOKENS} True"),
    "cost above all": (answer_with(cost=1e9 + 1), "cost is at most 1e+09, not 1000000001.0"),
    "tokens above all": (
        answer_with(tokens=(1 << 53) + 1),
        "tokens is at most 9.0072e+15, not 9007199254740993",
    ),
}


@pytest.mark.parametrize(("make", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault(make: Callable[[], object], message: str) -> None:
    with pytest.raises(AnswerError) as caught:
        make()
    assert str(caught.value) == message
    assert isinstance(caught.value, ArcgridError)


def test_numbers_of_numpy_become_plain_ones() -> None:
    guess = Guess(as_grid(GRID), confidence=np.float32(0.5))  # type: ignore[arg-type]  # numpy numbers will do
    answer = Answer(((guess,),), cost=np.int64(3))  # type: ignore[arg-type]  # numpy numbers will do
    assert (type(guess.confidence), guess.confidence) == (float, 0.5)
    assert (type(answer.cost), answer.cost) == (float, 3.0)


def test_the_last_answer_is_the_one_that_scores() -> None:
    first, last = as_answer([[]], 1), as_answer([[GRID]], 1)
    outcome = Outcome("timeout", 1, 1, answers=(TimedAnswer(0.1, first), TimedAnswer(0.2, last)))
    assert outcome.answer is last
    assert Outcome("crash", 1, 1).answer is None


# what a budget is given: what is wrong with it
BUDGETS: list[tuple[dict[str, Any], str]] = [
    ({"effort": "nope"}, "unknown effort 'nope'; known: high, low, medium"),
    ({"attempts": -3}, "attempts must be more than 0 and at most 10000, not -3"),
    ({"attempts": True}, "attempts must be a number of type int, not True"),
    ({"seconds": "5"}, "seconds must be a number of type float, not '5'"),
    ({"memory": 0}, "memory must be more than 0 and at most 1125899906842624, not 0"),
    ({"seed": 1 << 63}, f"a seed is from {1 - (1 << 63)} to {(1 << 63) - 1}, not {1 << 63}"),
    ({"seed": 0.5}, "seed must be a number of type int, not 0.5"),
]


@pytest.mark.parametrize(("given", "message"), BUDGETS, ids=str)
def test_a_budget_is_valid_by_construction(given: dict[str, Any], message: str) -> None:
    for make in (Budget, Budget.of):
        with pytest.raises(ArcgridError) as caught:
            make(**given)
        assert str(caught.value) == message


def test_the_most_and_the_least_are_sound() -> None:
    years = 10 * 365 * 86_400
    assert Budget(seconds=years).seconds == years
    with pytest.raises(ArcgridError, match=f"than 0 and at most {years}, not"):
        Budget(seconds=years + 1)
    assert Budget(attempts=1, memory=1).attempts == 1
    assert Budget.of() == Budget()
    for chance in (0, 1):
        assert Guess(as_grid(GRID), confidence=chance).confidence == chance
    for cost, tokens in ((0, 0), (1e9, 1 << 53)):
        paid = Answer(((),), cost=cost, tokens=tokens)
        assert (paid.cost, paid.tokens) == (cost, tokens)


def test_an_explanation_can_be_stored() -> None:
    assert Guess(as_grid(GRID), explanation="gravity ↓").explanation == "gravity ↓"
    with pytest.raises(AnswerError, match=r"^an explanation must be text that UTF-8 can hold$"):
        Guess(as_grid(GRID), explanation="half a pair: \ud800")


def test_an_outcome_has_the_cost_of_its_last_answer() -> None:
    first, last = Answer(((),), cost=1.0), Answer(((),), cost=2.5, tokens=7)
    timed = (TimedAnswer(0.1, first), TimedAnswer(0.2, last))
    outcome = Outcome("answered", 1.0, 1.0, answers=timed)
    assert (outcome.cost, outcome.tokens) == (2.5, 7)
    none = Outcome("error", 1.0, 1.0)
    assert (none.cost, none.tokens) == (None, None)


def test_a_mapping_is_a_submission() -> None:
    made = as_submission({"one": [[GRID, Guess(as_grid([[5]])), None, [[10]]], []], 2: ()})
    assert (made.name, made.format, list(made.attempts)) == ("a mapping", "", ["one", "2"])
    (grid, guess, none, wrong), empty = made.attempts["one"]
    assert isinstance(grid, np.ndarray)
    assert isinstance(guess, np.ndarray)
    assert (grid.tolist(), guess.tolist(), none, empty) == (GRID, [[5]], None, ())
    assert str(wrong) == "row 0, column 0: 10 is not a color (0 to 9)"
    assert made.attempts["2"] == ()
    assert as_submission(made) is made


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            [GRID],
            "a Submission is wanted, not a value of type list; "
            "arcgrid.read_submission makes one of a file",
        ),
        ({"one": None}, "task one: for each test input a list of guesses is wanted"),
        ({7: [[GRID], None]}, "task 7: for each test input a list of guesses is wanted"),
    ],
    ids=str,
)
def test_what_is_no_submission(value: object, message: str) -> None:
    with pytest.raises(SubmissionError) as caught:
        as_submission(value)
    assert str(caught.value) == message


def test_an_answer_within_its_attempts() -> None:
    answer = Answer((([[1]], [[2]], [[3]]), ([[4]],)))  # type: ignore[arg-type]  # lists become grids
    kept, beyond = answer.within(2)
    assert [len(test) for test in kept.guesses] == [2, 1]
    assert beyond == 1
    assert answer.within(3) == (answer, 0)
    paid = replace(answer, cost=0.5, tokens=3).within(1)[0]
    assert (paid.cost, paid.tokens) == (0.5, 3)


def test_default_budgets() -> None:
    gib = 2**30
    assert Budget() == Budget("low", 2, 10.0, 2 * gib, 0)
    assert dict(DEFAULT_SECONDS) == {"low": 10, "medium": 100, "high": 1200}
    assert dict(DEFAULT_MEMORY) == {"low": 2 * gib, "medium": 2 * gib, "high": 4 * gib}


@pytest.mark.parametrize(("lower", "word"), [(False, "score"), (True, "error")])
def test_a_score_prints_all_that_defines_it(lower: bool, word: str) -> None:
    score = Score(
        rule="some-rule",
        task_set="some/set",
        digest="0123456789abcdef",
        numerator=1.5,
        denominator=4,
        unit="tasks",
        attempts=2,
        percent=37.5,
        interval=(1.0, 80.125),
        interval_method="bootstrap",
        lower_is_better=lower,
        coverage=Coverage(),
        solved={},
    )
    assert str(score) == (
        f"some-rule: {word} 37.50% [1.00, 80.12], solved 1.5 of 4 tasks with 2 attempts, "
        "some/set sha256:0123456789ab"
    )
