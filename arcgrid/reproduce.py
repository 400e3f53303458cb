"""Published attempts rescored, and compared task by task with their official results.

The task set is given, never chosen by what agrees.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from arcgrid.errors import ArcgridError, FormatError
from arcgrid.formats.files import Files, open_files, read_bytes
from arcgrid.formats.json_text import check_keys, decode
from arcgrid.formats.submissions import read_submission_in
from arcgrid.result import Score
from arcgrid.scoring.rules import DEFAULT_RULE, score
from arcgrid.task import TaskSet

DEFAULT_TASKS = "arc-agi-1/evaluation"
"""The set that published ARC-AGI-1 runs were made on."""

_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Row:
    """One task: what was published, and what its attempts come to here (None: no such task)."""

    task: str
    published: float
    rescored: float | None

    @property
    def differs(self) -> bool:
        """True when the two are not the same."""
        return self.rescored is None or abs(self.published - self.rescored) > _TOLERANCE


@dataclass(frozen=True, slots=True)
class System:
    """One published run, rescored.

    Attributes:
        name: the name of its folder.
        place: where its results lie.
        rule, task_set, digest: how and on what it was rescored.
        rows: every task that was published.
        published: the official total, a sum over tasks.
        rescored: the same sum, from the attempts; None where they cannot be scored.
        row_sum: the sum of the official rows, which need not be the official total.
        percent: the rescored figure over the whole task set, whatever was published; or None.
        total_tasks: how many tasks the official file says it is over.
        unpublished: tasks that have attempts but no official row.
        unanswered: tasks that have an official row but no attempts.
        problem: why it cannot be rescored, or None.
    """

    name: str
    place: str
    rule: str
    task_set: str
    digest: str
    rows: tuple[Row, ...]
    published: float
    rescored: float | None
    row_sum: float
    percent: float | None
    total_tasks: int
    unpublished: tuple[str, ...]
    unanswered: tuple[str, ...]
    problem: str | None = None

    @property
    def differing(self) -> int:
        """How many rows differ."""
        return sum(row.differs for row in self.rows)

    @property
    def total_agrees(self) -> bool:
        """True when the official total is that of the official rows, and so is their number."""
        return abs(self.published - self.row_sum) <= 1e-6 and self.total_tasks == len(self.rows)

    @property
    def agrees(self) -> bool:
        """True when all rows do, the totals do, and every task that was tried has its row."""
        whole = self.problem is None and not self.unpublished
        return whole and not self.differing and self.total_agrees


@dataclass(frozen=True, slots=True)
class Reproduction:
    """All published runs that were found under a path.

    Attributes:
        systems: in the order of their names.
        without_attempts: names of results whose attempts are not there.
        unreadable: what is wrong with each zip that was refused.
    """

    systems: tuple[System, ...]
    without_attempts: tuple[str, ...]
    unreadable: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """True when every run that was found could be rescored, and agrees."""
        complete = not self.without_attempts and not self.unreadable
        return complete and all(system.agrees for system in self.systems)


@dataclass(frozen=True, slots=True)
class _Place:
    """A run's file, or several, in one folder or zip.

    `root` is what holds the folders `results` and `submissions`.
    """

    files: Files
    root: str
    run: str
    names: tuple[str, ...]


def reproduce(root: Path, tasks: TaskSet) -> Reproduction:
    """Rescore all published runs below a path, and compare them with their official results.

    A run is `results/NAME/results.json`, with its attempts in `results/NAME/attempts.json` or in
    `submissions/NAME/*.json`; both may lie in folders or zips anywhere below `root`.

    Raises:
        FormatError: there is none, or a zip is refused.
    """
    with ExitStack() as stack:
        results: list[_Place] = []
        attempts: list[_Place] = []
        unreadable: list[str] = []
        for files in _all_files(root, stack, unreadable):
            _sort_out(files, results, attempts)
        if not results:
            problem = "there is no results/NAME/results.json here, in a folder or a zip"
            raise FormatError(problem, file=root)
        results.sort(key=lambda place: (place.run, place.root))
        found = [(place, _attempts_of(place, attempts)) for place in results]
        return Reproduction(
            systems=tuple(_rescore(place, given, tasks) for place, given in found if given),
            without_attempts=tuple(place.run for place, given in found if given is None),
            unreadable=tuple(unreadable),
        )


def _all_files(root: Path, stack: ExitStack, unreadable: list[str]) -> Iterator[Files]:
    """The folder itself, then every zip in it that is sound."""
    files = stack.enter_context(open_files(root))
    yield files
    for name in files.names:
        if name.lower().endswith(".zip") and root.is_dir():
            try:
                yield stack.enter_context(open_files(root / name))
            except FormatError as error:
                unreadable.append(str(error))


def _sort_out(files: Files, results: list[_Place], attempts: list[_Place]) -> None:
    """Enter what a folder or zip has of official results and of attempts."""
    loose: dict[tuple[str, str], list[str]] = {}
    for name in files.names:
        path = PurePosixPath(name)
        if len(path.parts) < 3:
            continue
        kind, run, file = path.parts[-3:]
        home = files.place(str(path.parents[2]))
        if (kind, file) == ("results", "results.json"):
            results.append(_Place(files, home, run, (name,)))
        elif (kind, file) == ("results", "attempts.json"):
            attempts.append(_Place(files, home, run, (name,)))
        elif kind == "submissions" and file.endswith(".json") and file != "results.json":
            loose.setdefault((home, run), []).append(name)
    attempts += [_Place(files, home, run, tuple(names)) for (home, run), names in loose.items()]


def _attempts_of(results: _Place, attempts: list[_Place]) -> _Place | None:
    """The attempts beside official results, or the only ones of that name elsewhere.

    Raises:
        FormatError: several attempts of that name lie elsewhere, and none beside the results.
    """
    named = [place for place in attempts if place.run == results.run]
    beside = [place for place in named if place.root == results.root]
    if not beside and len(named) > 1:
        places = " and ".join(place.files.place(place.names[0]) for place in named[:2])
        raise FormatError(f"attempts of {results.run} lie in several places: {places}")
    return next(iter(beside or named), None)


def _rescore(results: _Place, attempts: _Place, tasks: TaskSet) -> System:
    problem = None
    score_here: Score | None = None
    answered: set[str] = set()
    record = _Results(0.0, 0, {})
    try:
        record = _read_results(results)
        key = str(PurePosixPath(attempts.names[0]).parent)
        submission = read_submission_in(attempts.files, key, attempts.names)
        score_here = score(tasks, submission, DEFAULT_RULE)
        answered = set(submission.attempts)
    except ArcgridError as error:
        problem = str(error)
    solved: Mapping[str, float] = score_here.solved if score_here else {}
    rows = tuple(Row(task, value, solved.get(task)) for task, value in record.rows.items())
    return System(
        name=results.run,
        place=results.files.place(results.names[0]),
        rule=DEFAULT_RULE,
        task_set=tasks.name,
        digest=tasks.digest,
        rows=rows,
        published=record.total,
        rescored=math.fsum(row.rescored or 0.0 for row in rows) if score_here else None,
        row_sum=math.fsum(record.rows.values()),
        percent=score_here.percent if score_here else None,
        total_tasks=record.tasks,
        unpublished=tuple(sorted(answered - record.rows.keys())),
        unanswered=tuple(sorted(record.rows.keys() - answered)) if score_here else (),
        problem=problem,
    )


@dataclass(frozen=True, slots=True)
class _Results:
    """An official results file: the total, the number of tasks it names, the row of each task."""

    total: float
    tasks: int
    rows: dict[str, float]


_MOST = 1e6  # any score, also in percent


class _ResultsRecord(msgspec.Struct):
    score: float
    task_results: dict[str, Any]
    total_tasks: int | None = None


def _read_results(place: _Place) -> _Results:
    """Read official results; the row of a task is a number, or an object with a `score`."""
    try:
        text = read_bytes(place.files, place.names[0])
        check_keys(text)
        record = decode(text, _ResultsRecord)
        rows = {id: _row_score(id, row) for id, row in record.task_results.items()}
        total_tasks = len(rows) if record.total_tasks is None else record.total_tasks
        return _Results(record.score, total_tasks, rows)
    except ArcgridError as error:
        raise error.within(file=place.files.place(place.names[0])) from None


def _row_score(id: str, row: object) -> float:
    value = row.get("score") if isinstance(row, dict) else row
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _MOST:
        raise FormatError("a score, or an object with one, is wanted", task=id)
    return float(value)
