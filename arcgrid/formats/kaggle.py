"""The Kaggle formats of 2024 and later: challenges, solutions and `submission.json`.

Challenges are `{id: task}`, solutions `{id: [output, ...]}`, submissions
`{id: [{"attempt_1": grid, "attempt_2": grid}, ...]}` with one object for each test input.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from arcgrid.errors import ArcgridError, FormatError, GridError, TaskError
from arcgrid.formats.attempts import (
    StoredAttempts,
    TaskAttempts,
    as_attempt,
    attempt_losses,
    in_order,
    metadata_losses,
)
from arcgrid.formats.files import Files, Folder, Loose, reading
from arcgrid.formats.format import SubmissionFormat, TaskFormat, TaskOptions
from arcgrid.formats.json_stream import Member, iter_members
from arcgrid.formats.json_text import check_keys, decode, format_grid, parse_grid
from arcgrid.formats.task_json import parse_task
from arcgrid.result import Attempt, Submission
from arcgrid.task import Pair, Task, TaskSet
from arcgrid.writing import write_files, write_text

ATTEMPTS = 2
"""Attempts that a submission of these competitions holds for each test input."""

PLACEHOLDER = "[[0,0],[0,0]]"
"""What Kaggle's sample submissions hold; it fills an attempt that is missing."""

_ANY = TaskOptions()

LARGE = 64 << 20
"""Bytes from which a submission stays in its file."""


def read_challenges(path: Path, options: TaskOptions = _ANY) -> TaskSet:
    """Read a challenges file, with the answers of the solutions file beside it if there is one.

    The solutions file of `x_challenges.json` is `x_solutions.json`.

    Raises:
        FormatError, GridError, TaskError: a file is not sound, or the solutions do not fit the
            challenges; the place is named.
    """
    tasks = list(options.sound(_iter_members_of(path), lambda one: _task_of(one, path)))
    if not tasks:
        raise FormatError("there is no task in this file", file=path)
    solutions = solutions_path(path)
    if solutions is not None and solutions.exists():
        tasks = _with_answers(tasks, solutions, options)
    return TaskSet(str(path), tuple(tasks))


def iter_challenges(path: Path) -> Iterator[Task]:
    """Iterate the tasks of a challenges file, however large, without its solutions.

    Raises:
        FormatError, GridError, TaskError: the file is not sound; the place is named.
    """
    for member in _iter_members_of(path):
        yield _task_of(member, path)


def _task_of(member: Member, path: Path) -> Task:
    try:
        check_keys(member.text, member.key)
        return parse_task(member.text, member.key)
    except ArcgridError as error:
        raise error.within(file=path) from None


def challenges_path(path: Path) -> Path:
    """Where challenges are written: `x.json` or `x` stands for `x_challenges.json`."""
    if "challenges" in path.name:
        return path
    return path.with_name(f"{path.name.removesuffix('.json')}_challenges.json")


def solutions_path(challenges: Path) -> Path | None:
    """Where the solutions of a challenges file lie; None when its name does not say it."""
    path = challenges.with_name(challenges.name.replace("challenges", "solutions"))
    return None if path == challenges else path


def format_challenges(tasks: Iterable[Task]) -> str:
    """Format tasks by id, without test outputs."""
    return _format_members((task.id, _format_challenge(task)) for task in tasks)


def format_solutions(tasks: Iterable[Task]) -> str:
    """Format the test outputs of tasks by id.

    Raises:
        TaskError: a test output is not known, which the format cannot say.
    """
    return _format_members((task.id, _format_outputs(task)) for task in tasks)


def write_challenges(path: Path, tasks: Iterable[Task]) -> None:
    """Write `x_challenges.json`, and `x_solutions.json` beside it unless no output is known.

    Raises:
        FormatError: the name has no `challenges` in it, a file cannot be written, or there are
            solutions of another set, which would be taken for these or be lost.
        TaskError: some test outputs are known and others are not.
    """
    chosen = list(tasks)
    solutions = solutions_path(path)
    if solutions is None:
        raise FormatError("the name is wanted to hold `challenges`", file=path)
    known = any(pair.output is not None for task in chosen for pair in task.test)
    if not known and solutions.exists():
        raise FormatError("this file would be taken for the solutions", file=solutions)
    files = {path: format_challenges(chosen).encode()}
    if known:
        answers = format_solutions(chosen).encode()
        if not solutions.exists():
            files = {solutions: answers, **files}
        elif solutions.read_bytes() != answers:
            problem = "these solutions are others, and would be lost: give them another name first"
            raise FormatError(problem, file=solutions)
    write_files(files)


def _iter_members_of(path: Path) -> Iterator[Member]:
    files = Loose(path)
    try:
        with reading(files, path.name), files.open(path.name) as stream:
            yield from iter_members(stream)
    except FormatError as error:
        raise error.within(file=path) from None


def _format_members(members: Iterable[tuple[str, str]]) -> str:
    """A member a line."""
    lines = [f"{_format_key(key)}: {text}" for key, text in members]
    return "{" + ",\n".join(lines) + "}\n"


def _format_key(id: str) -> str:
    try:
        return msgspec.json.encode(id).decode()
    except UnicodeEncodeError:  # it was the name of a file
        raise FormatError("this id is not UTF-8, which JSON needs", task=id) from None


def _format_challenge(task: Task) -> str:
    train = ", ".join(
        f'{{"input": {format_grid(pair.input)}, "output": {_format_output(pair)}}}'
        for pair in task.train
    )
    test = ", ".join(f'{{"input": {format_grid(pair.input)}}}' for pair in task.test)
    return f'{{"train": [{train}], "test": [{test}]}}'


def _format_outputs(task: Task) -> str:
    outputs = []
    for index, pair in enumerate(task.test):
        try:
            outputs.append(_format_output(pair))
        except TaskError as error:
            raise error.within(task=task.id, part=f"test[{index}]") from None
    return f"[{', '.join(outputs)}]"


def _format_output(pair: Pair) -> str:
    if pair.output is None:
        raise TaskError("the output is not known, which solutions cannot say")
    return format_grid(pair.output)


def _with_answers(tasks: list[Task], path: Path, options: TaskOptions) -> list[Task]:
    places = {task.id: place for place, task in enumerate(tasks)}
    answered = list(tasks)
    found: set[str] = set()
    try:
        for member in _iter_members_of(path):
            check_keys(member.text, member.key)
            if member.key not in places:
                if options.skip is not None:  # it may be one that was left out
                    continue
                raise FormatError("the challenges have no such task", task=member.key)
            place = places[member.key]
            answered[place] = _with_answer(tasks[place], member.text)
            found.add(member.key)
        for task in tasks:
            if task.id not in found:
                raise FormatError("the solutions do not have this task", task=task.id)
    except ArcgridError as error:
        raise error.within(file=path) from None
    return answered


def _with_answer(task: Task, text: bytes) -> Task:
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
    """Read a loose `submission.json`; `submissions.read_submission` takes any format, zips too.

    Raises:
        FormatError: as `read_submission_in`.
    """
    return read_submission_in(Loose(path), path.name)


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
            large = isinstance(files, Loose | Folder) and os.fstat(stream.fileno()).st_size > LARGE
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
        return Submission(place, StoredAttempts(Path(place), places, parse_attempts), FORMAT.name)
    return Submission(place, attempts, FORMAT.name)


def parse_attempts(text: bytes, id: str) -> TaskAttempts:
    """Parse what a submission holds for one task: `[{"attempt_1": grid, ...}, ...]`.

    Raises:
        FormatError: it is no JSON, or not of this shape; it names the task and the test.
    """
    try:
        try:
            entry: object = msgspec.json.decode(text, type=list[dict[str, msgspec.Raw]])
        except (ValueError, RecursionError):  # find out what is wrong
            entry = decode(text, object)
        if not isinstance(entry, list):
            raise FormatError("a list with one object for each test input is wanted")
        return tuple(
            tuple(map(as_attempt, in_order(test, index))) for index, test in enumerate(entry)
        )
    except FormatError as error:
        raise error.within(task=id) from None


def format_submission(submission: Submission) -> str:
    """Format a submission, one task a line; an attempt that is missing becomes the placeholder.

    Attempts past the second are left out.
    """
    return _format_members(
        (id, f"[{', '.join(map(_format_test, tests))}]")
        for id, tests in submission.attempts.items()
    )


def write_submission(path: Path, submission: Submission) -> None:
    """Write a `submission.json`, as `format_submission` has it.

    Raises:
        FormatError: it cannot be written.
    """
    write_text(path, format_submission(submission))


def _format_test(attempts: tuple[Attempt, ...]) -> str:
    entries = []
    for number in range(1, ATTEMPTS + 1):
        attempt = attempts[number - 1] if number <= len(attempts) else None
        grid = PLACEHOLDER
        if attempt is not None and not isinstance(attempt, GridError):
            grid = format_grid(attempt)
        entries.append(f'"attempt_{number}": {grid}')
    return "{" + ", ".join(entries) + "}"


def submission_losses(submission: Submission) -> list[str]:
    """What a `submission.json` cannot hold: it has just two grids for every test input."""
    filled = sum(
        ATTEMPTS - sum(one is not None for one in attempts[:ATTEMPTS])
        for tests in submission.attempts.values()
        for attempts in tests
    )
    lost = attempt_losses(submission, ATTEMPTS)
    if filled:
        lost.append(f"that {filled} attempts are missing: they become {PLACEHOLDER}")
    return [*lost, *metadata_losses(submission)]


def task_losses(tasks: TaskSet) -> list[str]:
    """What a pair of files cannot hold: some outputs of a set whose others are unknown."""
    known = sum(pair.output is not None for task in tasks for pair in task.test)
    if 0 < known < tasks.outputs:
        unknown = tasks.outputs - known
        return [f"{known} outputs, as {unknown} others are unknown: there will be no solutions"]
    return []


def _write_tasks(path: Path, tasks: TaskSet, _: TaskOptions) -> None:
    chosen = map(_without_outputs, tasks) if task_losses(tasks) else tasks
    write_challenges(challenges_path(path), chosen)


def _without_outputs(task: Task) -> Task:
    return Task(task.id, task.train, tuple(Pair(pair.input) for pair in task.test))


FORMAT = SubmissionFormat(
    name="kaggle",
    about="Kaggle 2024 and later, also o3's `attempts.json`: "
    '`{id: [{"attempt_1": grid, "attempt_2": grid}, ...]}`',
    sniff=lambda head: head.startswith(b"{"),
    read=lambda files, names, _: read_submission_in(files, names[0]),
    write=write_submission,
    losses=submission_losses,
)
TASK_FORMAT = TaskFormat(
    name="kaggle-tasks",
    about="Kaggle pair: `x_challenges.json` and `x_solutions.json`",
    sniff=Path.is_file,
    read=read_challenges,
    write=_write_tasks,
    losses=task_losses,
    target=challenges_path,
)
