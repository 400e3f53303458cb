"""How a solver is asked, and what it raises becomes: in this process, with clocks of our own."""

from __future__ import annotations

import bdb
import errno
import itertools
import random
import resource
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from arcgrid import Answer, Budget, Guess, Outcome, Puzzle
from arcgrid.engines import ask
from arcgrid.engines.ask import ERROR_LIMIT, Ending, answer_puzzle, cpu_seconds
from arcgrid.engines.engine import Assignment, Forgetful, Orders
from arcgrid.engines.inline import ENGINE
from arcgrid.errors import AnswerError, ProgramError, SolverError
from arcgrid.result import OutcomeKind
from arcgrid.solver import LoadedSolver, find_solver, keep_function
from tests.samples import task

SEED = 2**40 + 2**32 + 3
PUZZLE = task("x", [[1]], [[2]]).puzzle
GOOD = [[[[1]]], [[[2]], [[3]]]]
Solve = Callable[..., Any]


@pytest.fixture(autouse=True)
def _clocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that goes on by 10 seconds, CPU time by 3."""
    clock, cpu = itertools.count(50, 10), itertools.count(1, 3)
    mine = types.SimpleNamespace(perf_counter=lambda: float(next(clock)))
    monkeypatch.setattr(ask, "time", mine)
    monkeypatch.setattr(ask, "cpu_seconds", lambda: float(next(cpu)))


def asked(solve: Solve, **options: Any) -> tuple[Ending, list[tuple[float, Answer]]]:
    answers: list[tuple[float, Answer]] = []
    ending = answer_puzzle(
        LoadedSolver(solve, None),
        PUZZLE,
        Budget(seed=SEED),
        options,
        lambda seconds, answer: answers.append((seconds, answer)),
    )
    return ending, answers


def test_an_answer_has_its_time() -> None:
    def solve(puzzle: Puzzle, budget: Budget, depth: int) -> object:
        assert (puzzle, budget.seed, depth) == (PUZZLE, SEED, 4)
        return GOOD

    ending, [(seconds, answer)] = asked(solve, depth=4)
    assert ending == Ending("answered", 20.0, 3.0, None)
    assert seconds == 10.0
    assert [len(test) for test in answer.guesses] == [1, 2]


def test_ever_better_answers_are_told_as_they_come() -> None:
    def solve(puzzle: Puzzle, budget: Budget) -> object:
        yield GOOD
        yield [[], [Guess([[5]], 0.5)]]  # type: ignore[arg-type]  # lists will do
        raise ValueError("enough")

    ending, answers = asked(solve)
    assert [seconds for seconds, _ in answers] == [10.0, 20.0]
    assert [len(answer.guesses[0]) for _, answer in answers] == [1, 0]
    assert (ending.kind, ending.wall_seconds, ending.cpu_seconds) == ("error", 30.0, 3.0)


def test_chance_is_that_of_the_budget() -> None:
    def solve(puzzle: Puzzle, budget: Budget) -> object:
        drawn.append((random.random(), float(np.random.random())))
        return GOOD

    drawn: list[tuple[float, float]] = []
    asked(solve)
    asked(solve)
    wanted = random.Random(SEED).random(), float(np.random.RandomState(3).random_sample())
    assert drawn == [wanted, wanted]


def raising(error: BaseException) -> Solve:
    def solve(puzzle: Puzzle, budget: Budget) -> object:
        error.__traceback__ = None  # it may have been raised before
        raise error

    return solve


ENDINGS: list[tuple[BaseException, OutcomeKind, str]] = [
    (AnswerError("no answer"), "invalid", "no answer"),
    (ProgramError("it said so"), "error", "it said so"),
    (ProgramError("it is gone", ended=True), "crash", "it is gone"),
    (MemoryError(), "memory", "MemoryError"),
    (MemoryError("no room"), "memory", "MemoryError: no room"),
]


@pytest.mark.parametrize(("error", "kind", "problem"), ENDINGS)
def test_what_is_raised_becomes_an_ending(
    error: BaseException, kind: OutcomeKind, problem: str
) -> None:
    assert asked(raising(error))[0] == Ending(kind, 10.0, 3.0, problem)


TRACED: list[tuple[BaseException, str, str]] = [
    (OSError(errno.ENOMEM, "no memory"), "memory", "OSError: [Errno 12] no memory"),
    (OSError(errno.ENOENT, "no file"), "error", "FileNotFoundError: [Errno 2] no file"),
    (SystemExit(3), "error", "SystemExit: 3"),
    (ValueError("bad \udc80"), "error", "ValueError: bad ?"),
]


@pytest.mark.parametrize(("error", "kind", "last"), TRACED)
def test_an_error_has_the_trace_of_the_solver_alone(
    error: BaseException, kind: str, last: str
) -> None:
    ending, _ = asked(raising(error))
    lines = (ending.error or "").splitlines()
    assert ending.kind == kind
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[1].startswith(f'  File "{__file__}"')
    assert lines[-1] == last
    assert len(lines) == 4


def test_of_a_long_error_the_end_is_kept() -> None:
    ending, _ = asked(raising(ValueError("x" * 10_000 + "the end")))
    text = ending.error or ""
    assert (len(text), text[-8:]) == (ERROR_LIMIT, "xthe end")


def test_too_few_answers_are_no_answer() -> None:
    ending, answers = asked(lambda puzzle, budget: [[]])
    assert (ending.kind, answers) == ("invalid", [])
    assert ending.error == "the answer is for 1 test inputs, the puzzle has 2"


@pytest.mark.parametrize("error", [KeyboardInterrupt(), bdb.BdbQuit()])
def test_who_stops_a_run_is_heard(error: BaseException) -> None:
    with pytest.raises(type(error)):
        asked(raising(error))


def test_cpu_seconds_are_those_of_children_too(monkeypatch: pytest.MonkeyPatch) -> None:
    use = {resource.RUSAGE_SELF: (1.0, 2.0), resource.RUSAGE_CHILDREN: (10.0, 20.0)}

    def used(who: int) -> object:
        return types.SimpleNamespace(ru_utime=use[who][0], ru_stime=use[who][1])

    monkeypatch.setattr(resource, "getrusage", used)
    assert cpu_seconds() == 33.0


# -- in this process ----------------------------------------------------------------------


def inline(solve: Solve, **options: Any) -> Outcome:
    """The outcome of the one puzzle, with one attempt a test input."""
    source = keep_function(solve, "of a test", None)
    with ENGINE.make(Orders(source, options, 5)) as engine:
        [(key, outcome)] = engine.solve([Assignment("one", PUZZLE, Budget(attempts=1))])
    assert key == "one"
    return outcome


def test_inline_keeps_what_counts(capsys: pytest.CaptureFixture[str]) -> None:
    def solve(puzzle: Puzzle, budget: Budget, depth: int) -> object:
        assert depth == 4
        yield [[[[1]], [[2]], [[3]]], []]
        yield GOOD

    outcome = inline(solve, depth="4")
    assert (outcome.kind, outcome.error, outcome.guesses_beyond) == ("answered", None, 1)
    assert (outcome.wall_seconds, outcome.cpu_seconds) == (30.0, 3.0)
    assert [one.seconds for one in outcome.answers] == [10.0, 20.0]
    kept = [[len(test) for test in one.answer.guesses] for one in outcome.answers]
    assert kept == [[1, 0], [1, 1]]
    assert capsys.readouterr().err == ""


def test_inline_shows_what_went_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = inline(raising(ValueError("no idea")))
    shown = capsys.readouterr()
    assert (outcome.kind, outcome.answers, shown.out) == ("error", (), "")
    assert (shown.err, outcome.guesses_beyond) == (f"{outcome.error}\n", 0)
    assert shown.err.endswith("ValueError: no idea\n")


def test_who_leaves_the_debugger_stops_the_run() -> None:
    with pytest.raises(KeyboardInterrupt):
        inline(raising(bdb.BdbQuit()))


def test_inline_warms_a_solver_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "mine_warm_inline", raising=False)
    path = tmp_path / "mine_warm_inline.py"
    path.write_text(
        "warm = []\n"
        "def warmup():\n    warm.append(1)\n"
        "def solve(puzzle, budget):\n    return [[] for _ in warm * len(puzzle.test)]\n"
    )
    with ENGINE.make(Orders(find_solver(str(path)), {}, 5)) as engine:
        [(_, outcome)] = engine.solve([Assignment("one", PUZZLE, Budget())])
    assert outcome.kind == "answered"


def test_a_journal_that_keeps_nothing() -> None:
    journal = Forgetful()
    assert (list(journal.samples("x")), journal.spent()) == ([], (0.0, 0))
    problem = "only a run with a store can answer from another run's transcripts"
    with pytest.raises(SolverError) as caught:
        journal.recorded("run", "x")
    assert str(caught.value) == problem
