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
from arcgrid.formats.detect import read_submission_in
from arcgrid.formats.files import Files, open_files, read_bytes
from arcgrid.formats.json_text import check_keys, decode
from arcgrid.scoring import DEFAULT_RULE, score
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
        rescored: the same sum, from the attempts.
        row_sum: the sum of the official rows, which need not be the official total.
        percent: the rescored figure over the whole task set, whatever was published.
        unpublished: tasks that have attempts but no official row.
        problem: why it cannot be rescored, or None.
    """

    name: str
    place: str
    rule: str
    task_set: str
    digest: str
    rows: tuple[Row, ...]
    published: float
    rescored: float
    row_sum: float
    percent: float
    unpublished: tuple[str, ...]
    problem: str | None = None

    @property
    def differing(self) -> int:
        """How many rows differ."""
        return sum(row.differs for row in self.rows)

    @property
    def total_agrees(self) -> bool:
        """True when the official total is the sum of the official rows."""
        return abs(self.published - self.row_sum) <= 1e-6

    @property
    def agrees(self) -> bool:
        """True when everything does: all rows, and the total with its own rows."""
        return not self.differing and self.total_agrees and self.problem is None


@dataclass(frozen=True, slots=True)
class Reproduction:
    """All published runs that were found under a path.

    Attributes:
        systems: in the order of their names.
        without_attempts: names of results whose attempts are not there.
    """

    systems: tuple[System, ...]
    without_attempts: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """True when every system does."""
        return all(system.agrees for system in self.systems)


@dataclass(frozen=True, slots=True)
class _Place:
    """A file, or several, in one folder or zip."""

    files: Files
    names: tuple[str, ...]


def reproduce(root: Path, tasks: TaskSet) -> Reproduction:
    """Rescore all published runs below a path, and compare them with their official results.

    A run is `results/NAME/results.json`, with its attempts in `results/NAME/attempts.json` or in
    `submissions/NAME/*.json`; both may lie in folders or zips anywhere below `root`.

    Raises:
        FormatError: there is none, or a zip is refused.
    """
    with ExitStack() as stack:
        results: dict[str, _Place] = {}
        attempts: dict[str, _Place] = {}
        for files in _all_files(root, stack):
            _sort_out(files, results, attempts)
        if not results:
            problem = "there is no results/NAME/results.json here, in a folder or a zip"
            raise FormatError(problem, file=root)
        systems = [
            _rescore(name, results[name], attempts[name], tasks)
            for name in sorted(results)
            if name in attempts
        ]
        return Reproduction(tuple(systems), tuple(sorted(results.keys() - attempts.keys())))


def _all_files(root: Path, stack: ExitStack) -> Iterator[Files]:
    """The folder itself, then every zip in it."""
    files = stack.enter_context(open_files(root))
    yield files
    for name in files.names:
        if name.endswith(".zip") and root.is_dir():
            yield stack.enter_context(open_files(root / name))


def _sort_out(files: Files, results: dict[str, _Place], attempts: dict[str, _Place]) -> None:
    """Enter what a folder or zip has of official results and of attempts."""
    loose: dict[str, list[str]] = {}
    for name in files.names:
        kind, run, file = (
            ("", *PurePosixPath(name).parts)[-3:] if name.count("/") >= 2 else ("",) * 3
        )
        if (kind, file) == ("results", "results.json"):
            results.setdefault(run, _Place(files, (name,)))
        elif (kind, file) == ("results", "attempts.json"):
            attempts.setdefault(run, _Place(files, (name,)))
        elif kind == "submissions" and file.endswith(".json") and file != "results.json":
            loose.setdefault(run, []).append(name)
    for run, names in loose.items():
        attempts.setdefault(run, _Place(files, tuple(names)))


def _rescore(name: str, results: _Place, attempts: _Place, tasks: TaskSet) -> System:
    place = results.files.place(results.names[0])
    problem = None
    solved: Mapping[str, float] = {}
    answered: set[str] = set()
    percent = 0.0
    total, published = _read_results(results)
    try:
        key = str(PurePosixPath(attempts.names[0]).parent)
        submission = read_submission_in(attempts.files, key, attempts.names)
        result = score(tasks, submission, DEFAULT_RULE)
        solved, percent, answered = result.solved, result.percent, set(submission.attempts)
    except ArcgridError as error:
        problem = str(error)
    rows = tuple(Row(task, value, solved.get(task)) for task, value in published.items())
    return System(
        name=name,
        place=place,
        rule=DEFAULT_RULE,
        task_set=tasks.name,
        digest=tasks.digest,
        rows=rows,
        published=total,
        rescored=math.fsum(row.rescored or 0.0 for row in rows),
        row_sum=math.fsum(published.values()),
        percent=percent,
        unpublished=tuple(sorted(answered - published.keys())),
        problem=problem,
    )


class _ResultsRecord(msgspec.Struct):
    score: float
    task_results: dict[str, Any]


def _read_results(place: _Place) -> tuple[float, dict[str, float]]:
    """The official total, and the official score of each task: a number, or in an object."""
    try:
        text = read_bytes(place.files, place.names[0])
        check_keys(text)
        record = decode(text, _ResultsRecord)
        return record.score, {id: _row_score(id, row) for id, row in record.task_results.items()}
    except ArcgridError as error:
        raise error.within(file=place.files.place(place.names[0])) from None


def _row_score(id: str, row: object) -> float:
    value = row.get("score") if isinstance(row, dict) else row
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FormatError("a score, or an object with one, is wanted", task=id)
    return float(value)
