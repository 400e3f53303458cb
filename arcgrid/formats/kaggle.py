"""The Kaggle formats of 2024 and later: challenges, solutions and `submission.json`.

Challenges are `{id: task}`, solutions `{id: [output, ...]}`, submissions
`{id: [{"attempt_1": grid, "attempt_2": grid}, ...]}` with one object for each test input.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec

from arcgrid.errors import ArcgridError, FormatError, GridError
from arcgrid.formats.json_text import check_keys, decode, format_grid, parse_grid, read_text
from arcgrid.formats.task_json import parse_task
from arcgrid.grid import as_grid
from arcgrid.result import Attempt, Submission
from arcgrid.task import Pair, Task, TaskSet

ATTEMPTS = 2
"""Attempts that a submission of these competitions holds for each test input."""

PLACEHOLDER = "[[0,0],[0,0]]"
"""What Kaggle's sample submissions hold; it fills an attempt that is missing."""

_ATTEMPT = re.compile(r"attempt_([1-9][0-9]*)")


def read_challenges(path: Path) -> TaskSet:
    """Read a challenges file, with the answers of the solutions file beside it if there is one.

    The solutions file of `x_challenges.json` is `x_solutions.json`.

    Raises:
        FormatError, GridError, TaskError: a file is not sound, or the solutions do not fit the
            challenges; the place is named.
    """
    try:
        text = read_text(path)
        check_keys(text)
        texts = decode(text, dict[str, msgspec.Raw])
        tasks = [parse_task(raw, id) for id, raw in texts.items()]
        if not tasks:
            raise FormatError("there is no task in this file")
    except ArcgridError as error:
        raise error.within(file=path) from None
    solutions = path.with_name(path.name.replace("challenges", "solutions"))
    if solutions != path and solutions.exists():
        tasks = _with_answers(tasks, solutions)
    return TaskSet(str(path), tuple(tasks))


def _with_answers(tasks: list[Task], path: Path) -> list[Task]:
    try:
        text = read_text(path)
        check_keys(text)
        answers = decode(text, dict[str, list[msgspec.Raw]])
        known = {task.id for task in tasks}
        for id in answers:
            if id not in known:
                raise FormatError("the challenges have no such task", task=id)
        return [_with_answer(task, answers.get(task.id)) for task in tasks]
    except ArcgridError as error:
        raise error.within(file=path) from None


def _with_answer(task: Task, outputs: list[msgspec.Raw] | None) -> Task:
    if outputs is None:
        raise FormatError("the solutions do not have this task", task=task.id)
    if len(outputs) != len(task.test):
        problem = f"{len(outputs)} outputs for {len(task.test)} test inputs"
        raise FormatError(problem, task=task.id)
    pairs = []
    for index, (pair, output) in enumerate(zip(task.test, outputs, strict=True)):
        try:
            pairs.append(Pair(pair.input, parse_grid(bytes(output))))
        except GridError as error:
            raise error.within(task=task.id, part=f"output[{index}]") from None
    return Task(task.id, task.train, tuple(pairs))


def read_submission(path: Path) -> Submission:
    """Read a `submission.json`; attempts that are no grids are kept as what is wrong with them.

    Raises:
        FormatError: the file is missing, is no JSON, or is not of this shape.
    """
    try:
        text = read_text(path)
        check_keys(text)
        entries = decode(text, dict[str, Any])
        attempts = {id: _attempts_of_task(id, entry) for id, entry in entries.items()}
    except ArcgridError as error:
        raise error.within(file=path) from None
    return Submission(str(path), attempts)


def _attempts_of_task(id: str, entry: object) -> tuple[tuple[Attempt, ...], ...]:
    if not isinstance(entry, list):
        raise FormatError("a list with one object for each test input is wanted", task=id)
    return tuple(_attempts_of_test(id, index, test) for index, test in enumerate(entry))


def _attempts_of_test(id: str, index: int, entry: object) -> tuple[Attempt, ...]:
    if not isinstance(entry, dict):
        problem = "an object with attempt_1 and attempt_2 is wanted"
        raise FormatError(problem, task=id, part=f"test[{index}]")
    numbered: dict[int, Attempt] = {}
    for key, value in entry.items():
        match = _ATTEMPT.fullmatch(key)
        if match is None:
            problem = f"the key {key!r} is not attempt_1, attempt_2 ..."
            raise FormatError(problem, task=id, part=f"test[{index}]")
        numbered[int(match[1])] = _as_attempt(value)
    # An attempt that is left out keeps its place, so that attempt_3 alone is still the third.
    return tuple(numbered.get(number) for number in range(1, max(numbered, default=0) + 1))


def _as_attempt(value: object) -> Attempt:
    if value is None:
        return None
    try:
        return as_grid(value)
    except GridError as error:
        return error


def format_submission(submission: Submission) -> str:
    """Format a submission, one task a line; an attempt that is missing becomes the placeholder.

    Attempts past the second are left out.
    """
    lines = []
    for id, tests in submission.attempts.items():
        entries = ", ".join(_format_test(attempts) for attempts in tests)
        lines.append(f"{msgspec.json.encode(id).decode()}: [{entries}]")
    return "{" + ",\n".join(lines) + "}\n"


def _format_test(attempts: tuple[Attempt, ...]) -> str:
    entries = []
    for number in range(1, ATTEMPTS + 1):
        attempt = attempts[number - 1] if number <= len(attempts) else None
        grid = PLACEHOLDER
        if attempt is not None and not isinstance(attempt, GridError):
            grid = format_grid(attempt)
        entries.append(f'"attempt_{number}": {grid}')
    return "{" + ", ".join(entries) + "}"
