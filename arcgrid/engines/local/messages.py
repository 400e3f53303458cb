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
KernelName: TypeAlias = tuple[str, str]
"""A kernel's module and qualified name."""

EXPLANATION_LIMIT = 64 << 10
"""Characters of an explanation that are kept, from its beginning."""

STEPS_LIMIT, WORDS_LIMIT = 32, 1000
"""Steps of a guess that are kept, the first ones, and characters of the words of each."""


class Setup(msgspec.Struct, tag=True):
    """To the worker, first: the solver it serves.

    `fresh` asks for a process of its own for every puzzle, `apart` for one that cannot reach the
    worker; `shared_memory` says that the worker has a /dev/shm of its own.
    """

    source: SolverSource
    options: dict[str, Any]
    memory: int
    fresh: bool
    apart: bool
    shared_memory: bool = False


class Job(msgspec.Struct, tag=True):
    """To the worker: solve this puzzle."""

    number: int
    train: list[tuple[Cells, Cells]]
    test: list[Cells]
    budget: Budget
    kernels: list[KernelName] = []

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
    """From the worker: its `warmup` begins; or so many of all cold kernels are compiled."""

    done: int = 0
    total: int = 0


class Ready(msgspec.Struct, tag=True):
    """From the worker: set up; it waits for jobs.

    `fresh` says whether each puzzle gets a process of its own; `pid` counts where the kernel does
    not say who sent this; `ended` says that processes which the solver had started were ended.
    """

    pid: int
    fresh: bool
    cpu_seconds: float
    ended: bool = False


class Rested(msgspec.Struct, tag=True):
    """From the worker: all of a job is over, and it waits for the next.

    `code` is the exit code of the puzzle's own process, or None; `worn` says that the puzzle left
    something behind (memory, threads, processes, limits, files), so that a new worker is needed.
    """

    number: int
    code: int | None
    worn: bool


class Failed(msgspec.Struct, tag=True):
    """From the worker: the solver cannot be used; `changed` where its code is another one."""

    problem: str
    changed: bool = False


class Answered(msgspec.Struct, tag=True):
    """From the worker: an answer, which may be followed by a better one."""

    number: int
    guesses: list[list[tuple[Any, float | None, str | None, list[tuple[str, Any]]]]]
    cost: float | None
    tokens: int | None
    beyond: int

    @classmethod
    def of(cls, number: int, answer: Answer, attempts: int) -> Answered:
        """The message for an answer, without the guesses past `attempts`."""
        kept, beyond = answer.within(attempts)
        guesses = [
            [
                (
                    *(guess.grid.tolist(), guess.confidence, guess.explanation),
                    [(words, grid.tolist()) for words, grid in guess.steps[:STEPS_LIMIT]],
                )
                for guess in test
            ]
            for test in kept.guesses
        ]
        return cls(number, guesses, answer.cost, answer.tokens, beyond)

    @property
    def answer(self) -> Answer:
        """The answer in this message; raises AnswerError where it is none."""
        guesses = tuple(
            tuple(
                Guess(
                    *(grid, confidence, explanation and explanation[:EXPLANATION_LIMIT]),
                    tuple((words[:WORDS_LIMIT], step) for words, step in steps[:STEPS_LIMIT]),
                )
                for grid, confidence, explanation, steps in test
            )
            for test in self.guesses
        )
        return Answer(guesses, self.cost, self.tokens)


class Finished(msgspec.Struct, tag=True):
    """From the worker: the job is done, for better or worse.

    CPU and memory are what it says itself, for machines on which nobody else can tell; `kernels`
    are those that it loaded, so that the next puzzle's process finds them loaded.
    """

    number: int
    kind: OutcomeKind
    cpu_seconds: float
    peak_memory: int | None
    error: str | None
    kernels: list[KernelName]


Request: TypeAlias = Setup | Job
Reply: TypeAlias = Answered | Finished
Status: TypeAlias = Warming | Ready | Failed | Rested


class MessageError(ArcgridError):
    """A line is not a message."""


def format_message(message: Request | Reply | Status) -> bytes:
    """Format a message as one line."""
    return msgspec.json.encode(message) + b"\n"


def parse_request(line: bytes) -> Request:
    """Parse a line from the harness."""
    request: Request = _REQUESTS.decode(line)
    return request


def parse_reply(line: bytes) -> Reply:
    """Parse a line about a puzzle, from a process that need not be honest.

    Raises:
        MessageError: the line is not a reply.
    """
    reply: Reply = _decoded(_REPLIES, line)
    return reply


def parse_status(line: bytes) -> Status:
    """Parse a line about the worker itself, which need not be honest either.

    Raises:
        MessageError: the line is not one.
    """
    status: Status = _decoded(_STATUSES, line)
    return status


def _decoded(decoder: msgspec.json.Decoder[Any], line: bytes) -> Any:
    try:
        return decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MessageError(f"a line that is not a reply: {error}") from None


_REQUESTS = msgspec.json.Decoder(Setup | Job)
_REPLIES = msgspec.json.Decoder(Answered | Finished)
_STATUSES = msgspec.json.Decoder(Warming | Ready | Failed | Rested)
