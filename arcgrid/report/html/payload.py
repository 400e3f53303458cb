"""What the page knows: tasks, runs and charts as compact plain values, each grid once.

The numbers behind charts are in `charts`, the rows of tables in `headline`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from arcgrid import __version__
from arcgrid.grid import Grid
from arcgrid.palette import NAMES, PALETTES, ink
from arcgrid.report.html.charts import charts_of, color_count, largest_grid
from arcgrid.report.html.talk import MOST_SAMPLES, Requests, Talks, talk_records
from arcgrid.result import OUTCOME_KINDS, Guess
from arcgrid.scoring.rules import Rule
from arcgrid.scoring.verdicts import distance, hits
from arcgrid.sources import RunResult
from arcgrid.task import Pair, Task, TaskSet

MOST_ATTEMPTS = 10
"""Attempts at each test output that the page has; of the others only the number."""

MOST_ANSWERS = 50
"""Answers on a time line; of more, the first and the last ones."""

MOST_TEXT = 2_000
"""Characters of an explanation or an error; and of what was printed, the last ones."""


class _Pool:
    """Grids by number, as digits with a stroke between rows; equal grids have one number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, grid: Grid | None) -> int | None:
        """The number of a grid; None stays."""
        if grid is None:
            return None
        digits = (grid + ord("0")).tobytes().decode()
        width = grid.shape[1]
        rows = (digits[start : start + width] for start in range(0, len(digits), width))
        return self._numbers.setdefault("/".join(rows), len(self._numbers))

    @property
    def grids(self) -> list[str]:
        """All grids in the order of their numbers."""
        return list(self._numbers)


def payload_of(
    results: Sequence[RunResult],
    rule: Rule,
    tasks: TaskSet | None = None,
    talks: Talks | None = None,
) -> dict[str, Any]:
    """Everything the page's scripts use, ready for JSON.

    Args:
        results: the runs.
        rule: decides what counts as solved, and how many attempts do.
        tasks: the tasks of a gallery without runs.
        talks: what language models were asked and replied.
    """
    sets = [tasks] if tasks is not None else [result.tasks for result in results]
    pool, requests = _Pool(), Requests()
    places: dict[bytes, int] = {}
    shown: list[dict[str, Any]] = []
    keys: set[str] = set()
    for task_set in sets:
        for task in task_set:
            if task.content not in places:
                places[task.content] = len(shown)
                shown.append(_task_record(task, task_set, _free_key(task.id, keys), pool))
    return {
        "version": __version__,
        "rule": {"name": rule.name, "attempts": rule.attempts},
        "kinds": list(OUTCOME_KINDS),
        "colors": list(NAMES),
        "palettes": {name: list(colors) for name, colors in PALETTES.items()},
        "inks": {name: [ink(color) for color in colors] for name, colors in PALETTES.items()},
        "tasks": shown,
        "runs": [
            _run_record(result, places, rule, pool, requests, talks or {}) for result in results
        ],
        "charts": charts_of(results, rule) if results else None,
        "grids": pool.grids,
        "requests": requests.texts,
    }


def _free_key(id: str, taken: set[str]) -> str:
    """What a link names a task by: its id, or with a number where other tasks have the same."""
    key, number = id, 1
    while key in taken:
        number += 1
        key = f"{id}~{number}"
    taken.add(key)
    return key


def _task_record(task: Task, task_set: TaskSet, key: str, pool: _Pool) -> dict[str, Any]:
    def grids(pairs: Iterable[Pair]) -> list[list[int | None]]:
        return [[pool.number(pair.input), pool.number(pair.output)] for pair in pairs]

    return {
        "id": task.id,
        "key": key,
        "set": task_set.origin,
        "train": grids(task.train),
        "test": grids(task.test),
        "colors": color_count(task),
        "size": largest_grid(task),
    }


def _run_record(
    result: RunResult,
    places: dict[bytes, int],
    rule: Rule,
    pool: _Pool,
    requests: Requests,
    talks: Talks,
) -> dict[str, Any]:
    plan = result.run.plan
    outcomes = []
    for id in result.by_task:
        record = _outcome_record(result, id, places, rule, pool)
        talk = talks.get((result.run.id, id), ())
        if talk:
            record["samples"] = talk_records(talk, requests, pool.number)
            record["unshown"] = max(0, len(talk) - MOST_SAMPLES)
        outcomes.append(record)
    return {
        "name": result.run.name,
        "solver": plan.solver.name,
        "seconds": plan.budget.seconds,
        "scored": bool(result.scores),
        "asked": [places[task.content] for task in result.tasks],
        "results": outcomes,
    }


def _outcome_record(
    result: RunResult, id: str, places: dict[bytes, int], rule: Rule, pool: _Pool
) -> dict[str, Any]:
    """An outcome; what is unknown or empty is left out."""
    task, outcome = result.tasks[id], result.by_task[id]
    tests = outcome.answer.guesses if outcome.answer is not None else ()
    verdicts = result.verdicts[id]
    solved = hits(verdicts, len(task.test), rule.attempts)
    record = {
        "task": places[task.content],
        "kind": outcome.kind,
        "wall": _seconds(outcome.wall_seconds),
        "cpu": _seconds(outcome.cpu_seconds),
        "memory": outcome.peak_memory,
        "cost": outcome.cost,
        "tokens": outcome.tokens,
        "solved": round(sum(solved) / len(solved), 4) if task.has_answers else None,
        "wrong": distance(verdicts, rule.attempts),
        "answers": _time_line(result, id, rule),
        "guesses": [[_guess_record(guess, pool) for guess in t[:MOST_ATTEMPTS]] for t in tests],
        "more": sum(max(0, len(guesses) - MOST_ATTEMPTS) for guesses in tests),
        "beyond": outcome.guesses_beyond,
        "error": _shortened(outcome.error or ""),
        "output": outcome.output[-MOST_TEXT:],
    }
    needed = ("task", "kind", "wall", "cpu", "wrong", "solved")
    return {
        name: value
        for name, value in record.items()
        if value is not None and (name in needed or value not in (0, "", []))
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


def _guess_record(guess: Guess, pool: _Pool) -> list[Any]:
    """Grid, confidence, explanation; what is unknown at the end is left out."""
    record = [pool.number(guess.grid), guess.confidence, _shortened(guess.explanation or "")]
    while record[-1] in (None, ""):
        record.pop()
    return record


def _shortened(text: str) -> str:
    return text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]} …"


def _seconds(value: float) -> float:
    return round(value, 5)
