"""What the harness and a worker say to each other, byte by byte."""

from __future__ import annotations

from typing import Any

import pytest

from arcgrid import as_grid
from arcgrid.engines.local.messages import (
    EXPLANATION_LIMIT,
    STEPS_LIMIT,
    WORDS_LIMIT,
    Answered,
    Failed,
    Finished,
    Job,
    MessageError,
    Ready,
    Rested,
    Setup,
    Status,
    Warming,
    format_message,
    parse_reply,
    parse_request,
    parse_status,
)
from arcgrid.errors import AnswerError
from arcgrid.result import Answer, Budget, Guess
from arcgrid.solver import find_solver
from arcgrid.task import Pair, Task

ONE, TWO = as_grid([[1, 2]]), as_grid([[3], [4]])
TASK = Task("secret", (Pair(ONE, TWO), Pair(TWO, ONE)), (Pair(TWO, as_grid([[9]])), Pair(ONE)))


def test_a_worker_is_told_a_puzzle_and_no_answer() -> None:
    job = Job.of(7, TASK.puzzle, Budget(seed=5))
    line = format_message(job)
    assert line.endswith(b"}\n")
    assert b"secret" not in line
    assert b"[[9]]" not in line
    found = parse_request(line)
    assert isinstance(found, Job)
    assert (found.number, found.budget, found.kernels) == (7, Budget(seed=5), [])
    assert found.train == [([[1, 2]], [[3], [4]]), ([[3], [4]], [[1, 2]])]
    assert found.test == [[[3], [4]], [[1, 2]]]
    assert found.puzzle == TASK.puzzle


ANSWER = Answer(
    ((Guess(ONE, 0.5, "why", (("turn", TWO), ("again", ONE))), Guess(TWO)), (Guess(ONE),), ()),
    cost=0.25,
    tokens=9,
)


def described(answer: Answer) -> list[list[object]]:
    return [
        [
            (
                guess.grid.tolist(),
                guess.confidence,
                guess.explanation,
                [(words, grid.tolist()) for words, grid in guess.steps],
            )
            for guess in test
        ]
        for test in answer.guesses
    ]


@pytest.mark.parametrize(("attempts", "beyond"), [(2, 0), (1, 1)])
def test_an_answer_comes_through(attempts: int, beyond: int) -> None:
    found = parse_reply(format_message(Answered.of(3, ANSWER, attempts)))
    assert isinstance(found, Answered)
    assert (found.number, found.beyond) == (3, beyond)
    assert described(found.answer) == described(ANSWER.within(attempts)[0])
    assert (found.answer.cost, found.answer.tokens) == (0.25, 9)


def test_what_a_solver_says_is_bounded_on_both_sides() -> None:
    steps = tuple((f"{n} " * WORDS_LIMIT, ONE) for n in range(STEPS_LIMIT + 1))
    long = Answer(((Guess(ONE, None, "ab" * EXPLANATION_LIMIT, steps),),))
    message = Answered.of(0, long, 1)
    [[(_, _, _, sent)]] = message.guesses
    assert len(sent) == STEPS_LIMIT
    grid: Any = [[1, 2]]
    cells: Any = [(f"{n} " * WORDS_LIMIT, grid) for n in range(STEPS_LIMIT + 1)]
    unbounded = Answered(0, [[(grid, None, "ab" * EXPLANATION_LIMIT, cells)]], None, None, 0)
    for one in (message, unbounded):
        [[guess]] = one.answer.guesses
        assert guess.explanation == "ab" * (EXPLANATION_LIMIT // 2)
        assert [words for words, _ in guess.steps] == [
            words[:WORDS_LIMIT] for words, _ in steps[:STEPS_LIMIT]
        ]


def test_an_answer_of_a_worker_is_checked_as_any() -> None:
    grid: Any = [[11]]
    message = parse_reply(format_message(Answered(0, [[(grid, None, None, [])]], None, None, 0)))
    assert isinstance(message, Answered)
    with pytest.raises(AnswerError) as caught:
        message.answer  # noqa: B018  # reading it checks it
    assert str(caught.value) == "row 0, column 0: 11 is not a color (0 to 9)"


SETUP = Setup(find_solver("identity"), {"depth": 3, "names": ["a", None]}, 1 << 40, True, False)
FINISHED = Finished(4, "error", 1.5, None, "no idea", [("module", "kernel")])
STATUSES: list[Status] = [
    Warming(),
    Warming(3, 9),
    Ready(12, True, 0.5),
    Failed("no such solver", True),
    Rested(4, None, True),
    Rested(4, -9, False),
]


def test_each_message_comes_through_as_itself() -> None:
    for request in (SETUP, Job.of(1, TASK.puzzle, Budget())):
        assert parse_request(format_message(request)) == request
    for reply in (FINISHED, Answered.of(3, ANSWER, 2)):
        found = parse_reply(format_message(reply))
        assert type(found) is type(reply)
        assert format_message(found) == format_message(reply)
    for status in STATUSES:
        assert parse_status(format_message(status)) == status


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"{", "Input data was truncated"),
        (b"5", "Expected `object`, got `int`"),
        (b'{"type": "Setup"}', "Invalid value 'Setup'"),
        (b"[" * 100_000, ""),
    ],
    ids=["cut off", "a number", "another kind", "deep"],
)
def test_what_is_no_message_is_said(line: bytes, problem: str) -> None:
    for parse in (parse_reply, parse_status):
        with pytest.raises(MessageError) as caught:
            parse(line)
        assert str(caught.value).startswith(f"a line that is not a reply: {problem}")


def test_a_text_that_is_not_utf_8_is_no_message() -> None:
    for message, parse in ((FINISHED, parse_reply), (STATUSES[3], parse_status)):
        line = format_message(message).replace(b"no ", b"\xff")
        with pytest.raises(MessageError, match=r"^a line that is not a reply: .*utf-8"):
            parse(line)


def test_a_worker_says_replies_and_statuses_in_their_places() -> None:
    with pytest.raises(MessageError, match="Invalid value 'Ready'"):
        parse_reply(format_message(STATUSES[2]))
    with pytest.raises(MessageError, match="Invalid value 'Finished'"):
        parse_status(format_message(FINISHED))
