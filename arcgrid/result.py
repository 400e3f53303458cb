"""What goes into a solver and comes out of a run: budgets, answers, outcomes, scores.

Records only; rules live in `scoring`, storage in `store`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Self, TypeAlias, get_args

import numpy as np

from arcgrid.errors import (
    AnswerError,
    ArgumentError,
    GridError,
    SubmissionError,
    UnknownNameError,
)
from arcgrid.grid import Grid, as_grid
from arcgrid.notebook import Shown

Effort = Literal["low", "medium", "high"]
OutcomeKind = Literal["answered", "timeout", "memory", "crash", "error", "invalid"]

EFFORTS: tuple[Effort, ...] = get_args(Effort)
OUTCOME_KINDS: tuple[OutcomeKind, ...] = get_args(OutcomeKind)

GIB = 1 << 30
MAX_SEED = 1 << 63
MAX_COST = 1e9
"""US dollars for one puzzle that a solver may say: sums of them stay exact enough."""

MAX_TOKENS = 1 << 53
"""Tokens for one puzzle that a solver may say: any language reads such a number exactly."""

Step: TypeAlias = tuple[str, Grid]
"""What a solver made on its way to a guess: in words, and the grid itself."""

DEFAULT_SECONDS: Mapping[Effort, float] = {"low": 10.0, "medium": 100.0, "high": 1200.0}
DEFAULT_MEMORY: Mapping[Effort, int] = {"low": 2 * GIB, "medium": 2 * GIB, "high": 4 * GIB}


@dataclass(frozen=True, slots=True)
class Budget:
    """What a solver may spend on one puzzle.

    Attributes:
        effort: how hard to try; a solver decides what it means, the harness only passes it on.
        attempts: guesses for each test input that will be looked at.
        seconds: wall-clock seconds; then the solver is stopped and its last answer counts.
        memory: bytes a solver may add to what its worker uses once it is ready.
        seed: for random choices; made from the run's seed and the puzzle's content.

    Raises:
        UnknownNameError: there is no such effort.
        ArgumentError: a number is out of range, or of another type.
    """

    effort: Effort = "low"
    attempts: int = 2
    seconds: float = DEFAULT_SECONDS["low"]
    memory: int = DEFAULT_MEMORY["low"]
    seed: int = 0

    def __post_init__(self) -> None:
        if self.effort not in EFFORTS:
            raise UnknownNameError("effort", self.effort, EFFORTS)
        limits = (
            ("attempts", self.attempts, int, 10_000),
            ("seconds", self.seconds, float, 10 * 365 * 86_400),
            ("memory", self.memory, int, 1 << 50),
        )
        for what, value, kind, most in limits:
            _check_type(what, value, kind)
            if not 0 < value <= most:
                raise ArgumentError(f"{what} must be more than 0 and at most {most}, not {value}")
        _check_type("seed", self.seed, int)
        if abs(self.seed) >= MAX_SEED:
            raise ArgumentError(f"a seed is from {1 - MAX_SEED} to {MAX_SEED - 1}, not {self.seed}")

    @classmethod
    def of(
        cls,
        effort: Effort = "low",
        attempts: int = 2,
        seconds: float | None = None,
        memory: int | None = None,
        seed: int = 0,
    ) -> Self:
        """A budget with the effort's own seconds and memory where these are not given."""
        if effort not in EFFORTS:
            raise UnknownNameError("effort", effort, EFFORTS)
        seconds = DEFAULT_SECONDS[effort] if seconds is None else seconds
        memory = DEFAULT_MEMORY[effort] if memory is None else memory
        return cls(effort, attempts, seconds, memory, seed)


def _check_type(what: str, value: object, kind: type) -> None:
    if isinstance(value, bool) or not isinstance(value, int | kind):
        raise ArgumentError(f"{what} must be a number of type {kind.__name__}, not {value!r}")


@dataclass(frozen=True, slots=True, eq=False)
class Guess:
    """One guessed output grid.

    Attributes:
        grid: the output; nested lists will do.
        confidence: the solver's stated probability of being right, 0..1, or None.
        explanation: how the solver came to it, for people, or None.
        steps: what the solver made on its way there, each in words with its grid, in their order.

    Raises:
        AnswerError: the grid is none, the confidence is not from 0 to 1, the explanation no str, or
            a step no pair of words and a grid.
    """

    grid: Grid
    confidence: float | None = None
    explanation: str | None = None
    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "grid", as_grid(self.grid))
        except GridError as error:
            raise AnswerError(error.problem, row=error.row, column=error.column) from None
        if self.confidence is not None:
            object.__setattr__(self, "confidence", _as_probability(self.confidence))
        if self.explanation is not None and not isinstance(self.explanation, str):
            raise AnswerError(f"an explanation is a str, not {type(self.explanation).__name__}")
        if self.explanation is not None and not _is_text(self.explanation):
            raise AnswerError("an explanation must be text that UTF-8 can hold")
        object.__setattr__(self, "steps", _as_steps(self.steps))


def _as_steps(value: object) -> tuple[Step, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise AnswerError(f"steps are a list of words with a grid each, not {_named(value)}")
    return tuple(_as_step(one, number) for number, one in enumerate(value))


def _as_step(value: object, number: int) -> Step:
    part = f"step[{number}]"
    if not isinstance(value, Sequence) or len(value) != 2 or not isinstance(value[0], str):
        raise AnswerError("a step is a pair of words and a grid", part=part)
    words, grid = value
    if not _is_text(words):
        raise AnswerError("words must be text that UTF-8 can hold", part=part)
    try:
        return words, as_grid(grid)
    except GridError as error:
        raise AnswerError(error.problem, part=part, row=error.row, column=error.column) from None


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A solver's guesses for every test input of a puzzle, best first.

    Attributes:
        guesses: for each test input, a sequence of `Guess` or of plain grids.
        cost: US dollars spent on this puzzle, or None where unknown.
        tokens: tokens used on this puzzle, or None where unknown.

    Raises:
        AnswerError: a guess is not a grid (it names the test and the guess), or cost or tokens
            are not numbers of at least 0.
    """

    guesses: tuple[tuple[Guess, ...], ...]
    cost: float | None = None
    tokens: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "guesses", _as_guesses(self.guesses))
        if self.cost is not None and not (_is_number(self.cost) and self.cost >= 0):
            raise AnswerError(f"cost is a number of dollars, at least 0, not {_repr(self.cost)}")
        if self.cost is not None:
            object.__setattr__(self, "cost", float(self.cost))
        if self.tokens is not None and (type(self.tokens) is not int or self.tokens < 0):
            raise AnswerError(f"tokens is an int, at least 0, not {_repr(self.tokens)}")
        for what, value, most in (
            ("cost", self.cost, MAX_COST),
            ("tokens", self.tokens, MAX_TOKENS),
        ):
            if value is not None and value > most:
                raise AnswerError(f"{what} is at most {most:g}, not {_repr(value)}")

    def within(self, attempts: int) -> tuple[Answer, int]:
        """The answer without guesses past so many a test input, and how many these were."""
        beyond = sum(max(0, len(test) - attempts) for test in self.guesses)
        if not beyond:
            return self, 0
        kept = tuple(test[:attempts] for test in self.guesses)
        return Answer(kept, self.cost, self.tokens), beyond


def as_answer(value: object, tests: int) -> Answer:
    """Turn what a solver returned into an `Answer` to a puzzle with this many test inputs.

    Raises:
        AnswerError: the value is no sequence of guesses for each test input, or their number is
            not `tests`; the message names the place.
    """
    answer = value if isinstance(value, Answer) else Answer(value)  # type: ignore[arg-type]  # it checks
    if len(answer.guesses) != tests:
        given = len(answer.guesses)
        raise AnswerError(f"the answer is for {given} test inputs, the puzzle has {tests}")
    return answer


def _as_guesses(value: object) -> tuple[tuple[Guess, ...], ...]:
    if not _is_listing(value):
        raise AnswerError(
            f"an answer is a list with the guesses for each test input, not {_named(value)}"
        )
    assert isinstance(value, Sequence | np.ndarray)
    return tuple(_guesses_of_test(guesses, index) for index, guesses in enumerate(value))


def _guesses_of_test(value: object, test: int) -> tuple[Guess, ...]:
    if not _is_listing(value):
        raise AnswerError(f"a list of guesses is wanted, not {_named(value)}", part=f"test[{test}]")
    assert isinstance(value, Sequence | np.ndarray)
    if len(value) and _is_listing(value[0]) and len(value[0]) and np.isscalar(value[0][0]):
        raise AnswerError(
            "these are the rows of one grid; each test input has a list of grids",
            part=f"test[{test}]",
        )
    guesses = []
    for index, guess in enumerate(value):
        try:
            guesses.append(guess if isinstance(guess, Guess) else Guess(guess))
        except AnswerError as error:
            raise error.within(part=f"test[{test}].guess[{index}]") from None
    return tuple(guesses)


def _is_listing(value: object) -> bool:
    if isinstance(value, np.ndarray):
        return value.ndim >= 1
    return isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray)


def _named(value: object) -> str:
    return "None" if value is None else f"a value of type {type(value).__name__}"


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # an int that no float can hold
        return False


def _repr(value: object) -> str:
    try:
        return repr(value)
    except Exception:  # an int of more than 4,300 digits, or a type of the solver's own
        return f"a value of type {type(value).__name__}"


def _as_probability(value: object) -> float:
    if not _is_number(value) or not 0 <= value <= 1:  # type: ignore[operator]  # checked to be a number
        raise AnswerError(f"a confidence is a number from 0 to 1, not {_repr(value)}")
    return float(value)  # type: ignore[arg-type]  # checked to be a number


@dataclass(frozen=True, slots=True, eq=False)
class TimedAnswer:
    """An answer and the wall-clock seconds, since the puzzle began, at which it came."""

    seconds: float
    answer: Answer


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What happened to one puzzle.

    Attributes:
        kind: `answered`; or why not: `timeout`, `memory`, `crash` (the worker died), `error` (the
            solver raised) or `invalid` (it returned something that is no answer).
        wall_seconds, cpu_seconds: spent on this puzzle, start-up and warm-up not included.
        peak_memory: largest resident size in bytes, descendants included; None where unknown.
        answers: each answer that came, in time order; the last one scores, whatever the kind.
        error: what went wrong, or None.
        output: the last 64 KiB that the solver printed on this puzzle.
        guesses_beyond: guesses of the last answer past the budget's attempts, which were dropped.
        machine: the host's name, of a run that is kept; None where nobody said.
        given_back: how often the machine that worked on it was lost before this one.
    """

    kind: OutcomeKind
    wall_seconds: float
    cpu_seconds: float
    peak_memory: int | None = None
    answers: tuple[TimedAnswer, ...] = ()
    error: str | None = None
    output: str = ""
    guesses_beyond: int = 0
    machine: str | None = None
    given_back: int = 0

    @property
    def answer(self) -> Answer | None:
        """The last answer, which is the one that scores; None when there was none."""
        return self.answers[-1].answer if self.answers else None

    @property
    def cost(self) -> float | None:
        """US dollars, as the last answer said; None where unknown."""
        return self.answer.cost if self.answer else None

    @property
    def confidence(self) -> float | None:
        """The stated confidence of the last answer's first guess; None where there is none."""
        guesses = [guess for test in self.answer.guesses for guess in test] if self.answer else []
        return guesses[0].confidence if guesses else None

    @property
    def tokens(self) -> int | None:
        """Tokens, as the last answer said; None where unknown."""
        return self.answer.tokens if self.answer else None


Attempt: TypeAlias = Grid | GridError | None
"""A grid; or what is wrong with it; or None where the submission holds no answer."""


PairMapping = Literal["index", "position", "mixed", "twice", "range"]
"""How the entries of a task came to its test inputs: by the `pair_index` they give, by their
position because they give none, or by their position because an entry gives several (`mixed`),
two entries give the same (`twice`), or one gives what no task has (`range`)."""


@dataclass(frozen=True, slots=True)
class Spending:
    """What the attempts at one task cost, as a submission says.

    Attributes:
        cost: US dollars over the attempts that say it; None when none does.
        tokens: tokens over the attempts that say it; None when none does.
        attempts: attempts that the submission has for this task, null ones included.
        without_cost, without_tokens: attempts that do not say it, so that the sum is too low.
    """

    cost: float | None
    tokens: int | None
    attempts: int
    without_cost: int
    without_tokens: int


@dataclass(frozen=True, slots=True, eq=False)
class Submission(Shown):
    """Attempts by task id, then by test input, then best first.

    Attributes:
        name: the file or the run it comes from.
        attempts: for each task id a tuple with one tuple of attempts for each test input. Of a
            very large file they are read again whenever they are looked up.
        format: the name of the file format; empty for a run.
        partial: each task may answer fewer test inputs than it has: the last ones were left out.
        mapping: for each task id how its entries came to test inputs, where the format lets them
            say it; the empty mapping means by position.
        spending: for each task id what it cost, where the format can say it.
        metadata: attempts that came with metadata, of which no more than `spending` is kept.
        texts: attempts given as text, which went through `extractor`.
        extractor: name and version of the extractor, where there was text.
    """

    name: str
    attempts: Mapping[str, tuple[tuple[Attempt, ...], ...]]
    format: str = ""
    partial: bool = False
    mapping: Mapping[str, PairMapping] = field(default_factory=dict)
    spending: Mapping[str, Spending] = field(default_factory=dict)
    metadata: int = 0
    texts: int = 0
    extractor: str | None = None


def as_submission(value: object) -> Submission:
    """Turn a mapping of task ids to guesses for each test input into a `Submission`.

    Raises:
        SubmissionError: the value is no such mapping; guesses that are no grids are kept as what
            is wrong with them.
    """
    if isinstance(value, Submission):
        return value
    if not isinstance(value, Mapping):
        problem = f"a Submission is wanted, not a value of type {type(value).__name__}"
        raise SubmissionError(f"{problem}; arcgrid.read_submission makes one of a file")
    attempts = {}
    for id, tests in value.items():
        if not _is_listing(tests) or not all(map(_is_listing, tests)):
            problem = "for each test input a list of guesses is wanted"
            raise SubmissionError(problem, task=str(id))
        attempts[str(id)] = tuple(tuple(map(_as_attempt, guesses)) for guesses in tests)
    return Submission("a mapping", attempts)


def _as_attempt(value: object) -> Attempt:
    if value is None:
        return None
    try:
        return as_grid(value.grid if isinstance(value, Guess) else value)
    except GridError as error:
        return error


@dataclass(frozen=True, slots=True)
class Coverage:
    """How a submission covers what was asked for; everything counted here scores zero.

    Attributes:
        tasks_missing: tasks without an entry.
        outputs_unanswered: test outputs, of missing tasks too, without a single attempt.
        attempts_null: attempts given as null.
        attempts_malformed: attempts that are not grids (ragged, too large, wrong cells ...).
        attempts_beyond: attempts past the rule's number, which never count.
    """

    tasks_missing: int = 0
    outputs_unanswered: int = 0
    attempts_null: int = 0
    attempts_malformed: int = 0
    attempts_beyond: int = 0


@dataclass(frozen=True, slots=True)
class Score(Shown):
    """A score under one named rule; `str()` is its one line.

    Attributes:
        rule: the rule's name.
        task_set, digest: what was asked for: the set's name and SHA-256.
        numerator: what was solved, in the rule's unit (a sum of shares under `arc-prize`).
        denominator: what was asked for, in the same unit.
        unit: `tasks` or `outputs`.
        attempts: attempts that count for each output.
        percent: the figure as the rule reports it, 0..100; an error rate where `lower_is_better`.
        interval: 95% interval of `percent`, (low, high).
        interval_method: `wilson` or `bootstrap`.
        coverage: what was missing, malformed or beyond the rule.
        solved: for each task id, the share of its outputs that was solved, 0..1.
    """

    rule: str
    task_set: str
    digest: str
    numerator: float
    denominator: int
    unit: Literal["tasks", "outputs"]
    attempts: int
    percent: float
    interval: tuple[float, float]
    interval_method: Literal["wilson", "bootstrap"]
    lower_is_better: bool
    coverage: Coverage
    solved: Mapping[str, float] = field(repr=False)

    @property
    def percent_solved(self) -> float:
        """The figure as percent solved, also under a rule that reports errors."""
        return 100 - self.percent if self.lower_is_better else self.percent

    @property
    def interval_solved(self) -> tuple[float, float]:
        """The interval of `percent_solved`."""
        low, high = self.interval
        return (100 - high, 100 - low) if self.lower_is_better else (low, high)

    def __str__(self) -> str:
        """One line: rule, figure, interval, numerator and denominator, set and digest."""
        what = "error" if self.lower_is_better else "score"
        low, high = self.interval
        return (
            f"{self.rule}: {what} {self.percent:.2f}% [{low:.2f}, {high:.2f}], solved "
            f"{self.numerator:g} of {self.denominator} {self.unit} with {self.attempts} attempts, "
            f"{self.task_set} sha256:{self.digest[:12]}"
        )
