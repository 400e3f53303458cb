"""Outcomes as a page has them: columns of plain values, each grid and each text once.

Tasks and the page as a whole are in `payload`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from arcgrid.grid import Grid
from arcgrid.report.html.standings import failure_of, standing_of
from arcgrid.report.html.talk import MOST_SAMPLES, Talk, talk_records
from arcgrid.result import Guess
from arcgrid.scoring.rules import Rule
from arcgrid.scoring.verdicts import distance, hits
from arcgrid.sources import RunResult

MOST_ATTEMPTS = 10
"""Attempts at each test output that the page has; of the others only the number."""

MOST_ANSWERS = 50
"""Answers on a time line; of more, the first and the last ones."""

MOST_TEXT = 2_000
"""Characters of an explanation or an error; and of what was printed, the last ones."""


class Texts:
    """Texts by number; equal ones have one number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """The number of a text."""
        return self._numbers.setdefault(text, len(self._numbers))

    @property
    def texts(self) -> list[str]:
        """All texts in the order of their numbers."""
        return list(self._numbers)


class Pool:
    """What records refer to by number: grids, as digits with a stroke between rows; and texts."""

    def __init__(self) -> None:
        self.grids, self.texts, self.requests = Texts(), Texts(), Texts()

    def grid(self, grid: Grid | None) -> int | None:
        """The number of a grid; None stays."""
        if grid is None:
            return None
        digits = (grid + ord("0")).tobytes().decode()
        width = grid.shape[1]
        rows = (digits[start : start + width] for start in range(0, len(digits), width))
        return self.grids.number("/".join(rows))

    def text(self, text: str | None) -> int | None:
        """The number of a text, cut where it is long; None for an empty one."""
        return self.texts.number(_shortened(text)) if text else None


def outcome_record(
    result: RunResult, id: str, place: int, rule: Rule, pool: Pool, talk: Talk = ()
) -> dict[str, Any]:
    """An outcome as plain values; what is unknown or empty is None.

    Args:
        result: the run.
        id: of a task that it has come to.
        place: the number of the task in the page.
        rule: decides what counts as solved, and how many attempts do.
        pool: takes in grids and texts.
        talk: what models were asked about the task and replied.
    """
    task, outcome, verdicts = result.tasks[id], result.by_task[id], result.verdicts[id]
    tests = outcome.answer.guesses if outcome.answer is not None else ()
    solved = hits(verdicts, len(task.test), rule.attempts)
    standing = standing_of(task, verdicts, rule)
    return {
        "task": place,
        "kind": outcome.kind,
        "standing": standing,
        "why": None if standing in ("solved", "unknown") else failure_of(outcome, verdicts, rule),
        "wall": _seconds(outcome.wall_seconds),
        "cpu": _seconds(outcome.cpu_seconds),
        "memory": outcome.peak_memory and outcome.peak_memory >> 20,
        "cost": outcome.cost,
        "tokens": outcome.tokens,
        "solved": round(sum(solved) / len(solved), 4) if task.has_answers else None,
        "wrong": distance(verdicts, rule.attempts),
        "answers": _time_line(result, id, rule) or None,
        "guesses": [[_guess_record(guess, pool) for guess in t[:MOST_ATTEMPTS]] for t in tests]
        or None,
        "more": sum(max(0, len(guesses) - MOST_ATTEMPTS) for guesses in tests) or None,
        "beyond": outcome.guesses_beyond or None,
        "error": pool.text(outcome.error),
        "output": pool.text(outcome.output[-MOST_TEXT:]),
        "samples": talk_records(talk, pool.requests.number, pool.grid) if talk else None,
        "unshown": max(0, len(talk) - MOST_SAMPLES) or None,
    }


def columns_of(records: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Records of the same fields as columns; those that are None throughout are left out."""
    names: Iterable[str] = records[0] if records else ()
    columns = {name: [record[name] for record in records] for name in names}
    return {
        name: values
        for name, values in columns.items()
        if any(value is not None for value in values)
    }


def _time_line(result: RunResult, id: str, rule: Rule) -> list[list[Any]]:
    """For each answer: seconds, test outputs solved, cells wrong (or None)."""
    tests = len(result.tasks[id].test)
    timed = list(zip(result.by_task[id].answers, result.judged[id], strict=True))
    if len(timed) > MOST_ANSWERS:
        timed = [*timed[: MOST_ANSWERS // 2], *timed[-MOST_ANSWERS // 2 :]]
    return [
        [
            _seconds(answer.seconds),
            sum(hits(verdicts, tests, rule.attempts)),
            distance(verdicts, rule.attempts),
        ]
        for answer, verdicts in timed
    ]


def _guess_record(guess: Guess, pool: Pool) -> list[Any]:
    """Grid, confidence, explanation and steps; what is unknown at the end is left out.

    Texts and grids are numbers; a step is its words and its grid.
    """
    confidence = None if guess.confidence is None else _digits(guess.confidence)
    steps = [[pool.text(words), pool.grid(grid)] for words, grid in guess.steps] or None
    record = [pool.grid(guess.grid), confidence, pool.text(guess.explanation), steps]
    while record[-1] is None:
        record.pop()
    return record


def _shortened(text: str) -> str:
    return text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]} …"


def _seconds(value: float) -> float:
    return _digits(value)


def _digits(value: float) -> float:
    """A number with four significant digits: more are not shown."""
    return float(f"{value:.4g}")
