"""What the harness and a worker say to each other: one JSON object a line.

Records only. A worker is told puzzles, never tasks: there is no field for a test output.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

from arcgrid.errors import ArcgridError
from arcgrid.result import Answer, Budget, Guess, OutcomeKind
from arcgrid.solver import SolverSource
from arcgrid.task import Pair, Puzzle

Cells: TypeAlias = list[list[int]]


class Setup(msgspec.Struct, tag=True):
    """To the worker, first: the solver it serves."""

    source: SolverSource
    options: dict[str, Any]
    memory: int


class Job(msgspec.Struct, tag=True):
    """To the worker: solve this puzzle."""

    number: int
    train: list[tuple[Cells, Cells]]
    test: list[Cells]
    budget: Budget

    @classmethod
    def of(cls, number: int, puzzle: Puzzle, budget: Budget) -> Job:
        """The job to solve a puzzle within a budget."""
        train = [
            (pair.input.tolist(), pair.output.tolist())
            for pair in puzzle.train
            if pair.output is not None
        ]
        return cls(number, train, [grid.tolist() for grid in puzzle.test], budget)

    @property
    def puzzle(self) -> Puzzle:
        """The puzzle of this job."""
        pairs = tuple(Pair(input, output) for input, output in self.train)  # type: ignore[arg-type]  # lists
        return Puzzle(pairs, tuple(self.test))  # type: ignore[arg-type]  # lists become grids


class Warming(msgspec.Struct, tag=True):
    """From the worker: its solver's `warmup` begins (it may compile)."""


class Ready(msgspec.Struct, tag=True):
    """From the worker: set up; it waits for jobs."""

    pid: int
    resident: int | None
    cpu_seconds: float


class Failed(msgspec.Struct, tag=True):
    """From the worker: the solver cannot be used."""

    problem: str


class Answered(msgspec.Struct, tag=True):
    """From the worker: an answer, which may be followed by a better one."""

    number: int
    seconds: float
    guesses: list[list[tuple[Any, float | None, str | None]]]
    cost: float | None
    tokens: int | None
    beyond: int

    @classmethod
    def of(cls, number: int, seconds: float, answer: Answer, attempts: int) -> Answered:
        """The message for an answer, without the guesses past `attempts`."""
        kept, beyond = answer.within(attempts)
        guesses = [
            [(guess.grid.tolist(), guess.confidence, guess.explanation) for guess in test]
            for test in kept.guesses
        ]
        return cls(number, seconds, guesses, answer.cost, answer.tokens, beyond)

    @property
    def answer(self) -> Answer:
        """The answer in this message; raises AnswerError where it is none."""
        guesses = tuple(tuple(Guess(*guess) for guess in test) for test in self.guesses)
        return Answer(guesses, self.cost, self.tokens)


class Finished(msgspec.Struct, tag=True):
    """From the worker: the job is done, for better or worse.

    `cpu_total` counts from the worker's start; `worn` says that the puzzle left something behind
    (memory, threads, processes, limits), so that the next one needs a new worker.
    """

    number: int
    kind: OutcomeKind
    wall_seconds: float
    cpu_seconds: float
    cpu_total: float
    peak_memory: int | None
    worn: bool
    error: str | None


Request: TypeAlias = Setup | Job
Reply: TypeAlias = Warming | Ready | Failed | Answered | Finished


class MessageError(ArcgridError):
    """A line is not a message."""


def format_message(message: Request | Reply) -> bytes:
    """Format a message as one line."""
    return msgspec.json.encode(message) + b"\n"


def parse_request(line: bytes) -> Request:
    """Parse a line from the harness."""
    request: Request = _REQUESTS.decode(line)
    return request


def parse_reply(line: bytes) -> Reply:
    """Parse a line from a worker, which need not be honest.

    Raises:
        MessageError: the line is not a reply.
    """
    try:
        reply: Reply = _REPLIES.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MessageError(f"a line that is not a reply: {error}") from None
    return reply


_REQUESTS = msgspec.json.Decoder(Setup | Job)
_REPLIES = msgspec.json.Decoder(Warming | Ready | Failed | Answered | Finished)
