"""One puzzle while it is asked about: what is still to be asked, and what the samples come to."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from arcgrid.augment import Augmentation, augmentations, vote
from arcgrid.engines.chat.settings import Settings
from arcgrid.engines.engine import Assignment
from arcgrid.grid import Grid, grid_bytes
from arcgrid.result import Answer, Effort, Guess, Outcome, OutcomeKind, TimedAnswer
from arcgrid.sample import Sample, total_cost, total_tokens
from arcgrid.task import Puzzle


@dataclass(frozen=True, slots=True)
class Question:
    """One request: about which test input of a puzzle, in which view, with which seed."""

    puzzle: Puzzle
    test: int
    number: int
    view: Augmentation
    seed: int
    effort: Effort


class Work:
    """An assignment with its questions and its samples.

    Args:
        assignment: the puzzle and its budget.
        settings: how many samples there shall be, in how many views.
        before: samples that came before an interruption; those that failed are asked for again.
    """

    def __init__(
        self, assignment: Assignment, settings: Settings, before: Iterable[Sample]
    ) -> None:
        self.assignment = assignment
        budget = assignment.budget
        self._tests = len(assignment.puzzle.test)
        self._samples = {
            (sample.test, sample.number): sample for sample in before if sample.kind != "failed"
        }
        self._before = _busy_seconds(self._samples.values())
        self._started: float | None = None
        self._answers: list[TimedAnswer] = []
        self._late = False
        self._count = settings.samples or budget.attempts
        self._augment = settings.augment
        self.left = self._tests * self._count - len(self._samples)
        if self._samples:
            self._answer()

    def questions(self) -> Iterator[Question]:
        """What is still to be asked, test input by test input."""
        puzzle, budget = self.assignment.puzzle, self.assignment.budget
        shown = augmentations(puzzle, self._augment, budget.seed)
        for test in range(self._tests):
            for number in range(self._count):
                if (test, number) not in self._samples:
                    view = shown[number % len(shown)]
                    seed = budget.seed + self._count * test + number
                    yield Question(puzzle, test, number, view, seed, budget.effort)

    def seconds_left(self) -> float:
        """Seconds until the budget is used up; the clock starts with the first question."""
        self._started = time.perf_counter() if self._started is None else self._started
        return self.assignment.budget.seconds - self._seconds()

    def add(self, sample: Sample | None) -> None:
        """Take in the sample of a question; None where time was up before there was one."""
        self.left -= 1
        if sample is None:
            self._late = True
            return
        self._samples[sample.test, sample.number] = sample
        if sample.grid is not None or self._answers:
            self._answer()

    def outcome(self) -> Outcome:
        """What the samples come to; what they cost is in it also where no grid came."""
        samples = [self._samples[place] for place in sorted(self._samples)]
        failures = [sample for sample in samples if sample.kind == "failed"]
        kind: OutcomeKind = "answered"
        error: str | None = None
        if self._late:
            kind, error = "timeout", f"not done after {self.assignment.budget.seconds:g} seconds"
        elif samples and len(failures) == len(samples):
            kind, error = "error", f"no request was answered: {failures[0].problem}"
        else:
            error = "; ".join(dict.fromkeys(one.problem or "" for one in failures)) or None
        answers = list(self._answers) or [TimedAnswer(self._seconds(), self._voted(samples))]
        last = answers[-1].answer
        cost = None if self._late else total_cost(samples)
        paid = Answer(last.guesses, cost, total_tokens(samples))
        answers[-1] = TimedAnswer(answers[-1].seconds, paid)
        return Outcome(kind, self._seconds(), 0.0, answers=tuple(answers), error=error)

    def _seconds(self) -> float:
        began = time.perf_counter() if self._started is None else self._started
        return self._before + time.perf_counter() - began

    def _answer(self) -> None:
        """Keep the vote when it has changed."""
        voted = self._voted([self._samples[place] for place in sorted(self._samples)])
        if not self._answers or _grids(voted) != _grids(self._answers[-1].answer):
            self._answers.append(TimedAnswer(self._seconds(), voted))
        else:  # the same grids, with the votes that they have by now
            self._answers[-1] = TimedAnswer(self._answers[-1].seconds, voted)

    def _voted(self, samples: Sequence[Sample]) -> Answer:
        return voted(samples, self._tests, self.assignment.budget.attempts)


def voted(samples: Sequence[Sample], tests: int, attempts: int) -> Answer:
    """The answer that samples come to by vote, those of one test input in their order."""
    given = [[sample.grid for sample in samples if sample.test == test] for test in range(tests)]
    return Answer(tuple(consensus(grids, attempts) for grids in given))


def consensus(grids: Sequence[Grid | None], attempts: int) -> tuple[Guess, ...]:
    """The most frequent grids, best first, ties by first seen; None has no vote.

    A guess's confidence is its share of all samples, those without a grid included.
    """
    given = [grid for grid in grids if grid is not None]
    guesses = []
    for guess in vote(given)[:attempts]:
        many = round((guess.confidence or 0.0) * len(given))
        about = f"{many} of {len(grids)} samples"
        guesses.append(Guess(guess.grid, many / len(grids), about))
    return tuple(guesses)


def _grids(answer: Answer) -> list[list[bytes]]:
    return [[grid_bytes(guess.grid) for guess in test] for test in answer.guesses]


def _busy_seconds(samples: Iterable[Sample]) -> float:
    """Seconds in which one of some samples was under way; what lies between them does not count."""
    busy = end = 0.0
    for start, took in sorted(
        (datetime.fromisoformat(one.started).timestamp(), one.seconds or 0.0) for one in samples
    ):
        busy += max(0.0, start + took - max(start, end))
        end = max(end, start + took)
    return busy
