"""The Kaggle formats of 2024 and later: challenges, solutions and `submission.json`.

Challenges are `{id: task}`, solutions `{id: [output, ...]}`, submissions
`{id: [{"attempt_1": grid, "attempt_2": grid}, ...]}` with one object for each test input.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from arcgrid.errors import ArcgridError, FormatError, GridError
from arcgrid.formats.attempts import StoredAttempts, TaskAttempts, as_attempt, in_order
from arcgrid.formats.files import Files, Folder, reading
from arcgrid.formats.json_stream import iter_members
from arcgrid.formats.json_text import check_keys, decode, format_grid, parse_grid, read_text
from arcgrid.formats.task_json import parse_task
from arcgrid.result import Attempt, Submission
from arcgrid.task import Pair, Task, TaskSet

ATTEMPTS = 2
"""Attempts that a submission of these competitions holds for each test input."""

PLACEHOLDER = "[[0,0],[0,0]]"
"""What Kaggle's sample submissions hold; it fills an attempt that is missing."""

FORMAT = "kaggle"
"""The name of the submission format."""

LARGE = 64 << 20
"""Bytes from which a submission stays in its file."""


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
        answers = decode(text, dict[str, msgspec.Raw])
        known = {task.id for task in tasks}
        for id in answers:
            if id not in known:
                raise FormatError("the challenges have no such task", task=id)
        return [_with_answer(task, answers.get(task.id)) for task in tasks]
    except ArcgridError as error:
        raise error.within(file=path) from None


def _with_answer(task: Task, text: msgspec.Raw | None) -> Task:
    if text is None:
        raise FormatError("the solutions do not have this task", task=task.id)
    try:
        outputs = decode(text, list[msgspec.Raw])
    except FormatError as error:
        raise error.within(task=task.id) from None
    if len(outputs) != len(task.test):
        problem = f"{len(outputs)} outputs for {len(task.test)} test inputs"
        raise FormatError(problem, task=task.id)
    pairs = []
    for index, (pair, output) in enumerate(zip(task.test, outputs, strict=True)):
        try:
            pairs.append(Pair(pair.input, parse_grid(bytes(output))))
        except ArcgridError as error:
            raise error.within(task=task.id, part=f"output[{index}]") from None
    return Task(task.id, task.train, tuple(pairs))


def read_submission(path: Path) -> Submission:
    """Read a loose `submission.json`; `detect.read_submission` takes any format, zips too.

    Raises:
        FormatError: as `read_submission_in`.
    """
    return read_submission_in(Folder(path.parent, (path.name,)), path.name)


def read_submission_in(files: Files, name: str) -> Submission:
    """Read a `submission.json`; attempts that are no grids are kept as what is wrong with them.

    The text is never held as a whole. The attempts of a loose file larger than `LARGE` stay in
    it: all are checked once, then read again whenever they are looked up.

    Raises:
        FormatError: the file is missing, is no JSON, is not of this shape, or has a key twice.
    """
    place = files.place(name)
    attempts: dict[str, TaskAttempts] = {}
    places: dict[str, tuple[int, int]] = {}
    try:
        with reading(files, name), files.open(name) as stream:
            large = isinstance(files, Folder) and os.fstat(stream.fileno()).st_size > LARGE
            for member in iter_members(stream):
                check_keys(member.text, member.key)
                parsed = parse_attempts(member.text, member.key)
                if large:
                    places[member.key] = (member.offset, len(member.text))
                else:
                    attempts[member.key] = parsed
    except ArcgridError as error:
        raise error.within(file=place) from None
    if large:
        return Submission(place, StoredAttempts(Path(place), places, parse_attempts), FORMAT)
    return Submission(place, attempts, FORMAT)


def parse_attempts(text: bytes, id: str) -> TaskAttempts:
    """Parse what a submission holds for one task: `[{"attempt_1": grid, ...}, ...]`.

    Raises:
        FormatError: it is no JSON, or not of this shape; it names the task and the test.
    """
    try:
        entry = decode(text, object)
        if not isinstance(entry, list):
            raise FormatError("a list with one object for each test input is wanted")
        return tuple(
            tuple(as_attempt(value) for value in in_order(test, index))
            for index, test in enumerate(entry)
        )
    except FormatError as error:
        raise error.within(task=id) from None


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
