"""Goes between the submission formats and between the task formats, and says what would be lost.

The formats themselves are in `formats`; nothing is written before everything was read and checked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from arcgrid.datasets import SETS, load
from arcgrid.errors import FormatError, GridError, UnknownNameError
from arcgrid.formats import aab, kaggle, kaggle_2020
from arcgrid.formats.bundled import Split, is_bundled, read_bundled, write_bundled
from arcgrid.formats.detect import read_submission, read_tasks
from arcgrid.formats.mini_arc import read_mini_arc
from arcgrid.formats.task_json import write_task_directory
from arcgrid.result import Attempt, Submission
from arcgrid.task import Pair, Task, TaskSet

SubmissionFormat = Literal["kaggle", "kaggle-2020", "aab-plain"]
"""Submission formats that are written."""

TaskFormat = Literal["directory", "kaggle-tasks", "bundled"]
"""Task formats that are written."""

SUBMISSION_FORMATS: tuple[SubmissionFormat, ...] = get_args(SubmissionFormat)
TASK_FORMATS: tuple[TaskFormat, ...] = get_args(TaskFormat)
FORMATS: tuple[str, ...] = (*SUBMISSION_FORMATS, *TASK_FORMATS)
"""All formats that are written; the name of the target's says what the source must be."""


@dataclass(frozen=True, slots=True)
class TaskOptions:
    """How to read a source of tasks that does not say it itself.

    Attributes:
        mini_arc: the source is Mini-ARC, whose cells are digits in quotes.
        null_as: the color that a null stands for in Mini-ARC; None makes a null an error.
        split: which half of a bundled file is read, and which one is written.
        seed: chooses the pairs of each side in RE-ARC.
    """

    mini_arc: bool = False
    null_as: int | None = None
    split: Split | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Conversion:
    """What a conversion did.

    Attributes:
        source, target: where it read and wrote.
        format: what it wrote.
        tasks, outputs: tasks, and test outputs or test inputs with attempts, that it wrote.
        lost: what the target does not hold any more, one line each.
    """

    source: str
    target: str
    format: str
    tasks: int
    outputs: int
    lost: tuple[str, ...]


_SubmissionWriter: TypeAlias = Callable[[Path, Submission], None]
_SUBMISSION_WRITERS: Mapping[str, _SubmissionWriter] = {
    "kaggle": kaggle.write_submission,
    "kaggle-2020": kaggle_2020.write_submission,
    "aab-plain": aab.write_submission,
}
_LIMITS = {"kaggle": kaggle.ATTEMPTS, "kaggle-2020": kaggle_2020.ATTEMPTS}


def convert(
    source: Path | str | Submission,
    target: Path | str,
    format: str,
    *,
    lossy: bool = False,
    options: TaskOptions | None = None,
) -> Conversion:
    """Convert a submission or a task set to another format.

    Args:
        source: of any format that `formats.detect` reads, zips too where it is a submission; or a
            submission (`answers.find_submission` makes one of a run); or the name of a task set.
        target: the file to write, or the directory; a Kaggle pair of files is named by
            `x_challenges.json`. It must not exist, but for an empty directory.
        format: one of `SUBMISSION_FORMATS` or `TASK_FORMATS`.
        lossy: write although something would be lost; `Conversion.lost` says what.
        options: how to read tasks.

    Raises:
        UnknownNameError: there is no such format.
        FormatError: something would be lost, the target exists, or a file is not sound.
        GridError, TaskError: a task is not sound.
    """
    if format not in FORMATS:
        raise UnknownNameError("format", format, FORMATS)
    target = Path(target)
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise FormatError("this exists already", file=target)
    if format in _SUBMISSION_WRITERS:
        submission = source if isinstance(source, Submission) else read_submission(source)
        return _convert_submission(submission, target, format, lossy)
    if isinstance(source, Submission):
        raise FormatError(f"a submission cannot become {format}", file=source.name)
    chosen, source = options or TaskOptions(), Path(source)
    tasks = _read_source(source, chosen)
    lost = [*_source_losses(source, tasks, chosen), *task_losses(tasks, format)]
    _check_loss(lost, format, lossy, source)
    _write_tasks(target, tasks, format, chosen)
    return Conversion(str(source), str(target), format, len(tasks), tasks.outputs, tuple(lost))


def _convert_submission(
    submission: Submission, target: Path, format: str, lossy: bool
) -> Conversion:
    lost = submission_losses(submission, format)
    _check_loss(lost, format, lossy, submission.name)
    _SUBMISSION_WRITERS[format](target, submission)
    tasks = len(submission.attempts)
    outputs = sum(map(len, submission.attempts.values()))
    return Conversion(submission.name, str(target), format, tasks, outputs, tuple(lost))


def submission_losses(submission: Submission, format: str) -> list[str]:
    """What a submission format cannot hold of a submission, one line each; empty when nothing.

    A null after the last grid of a test input is nothing; one before it holds a place. That a
    source left out test inputs at the end of a task is not known here.
    """
    counts: Counter[str] = Counter()
    for tests in submission.attempts.values():
        counts["empty"] += not tests and format == "kaggle-2020"
        for attempts in tests:
            counts.update(_losses_at(attempts, format))
    lines = {
        "malformed": "{} attempts that are no grids",
        "beyond": "{} attempts that are more than the format has for a test input",
        "filled": "that {} attempts are missing: they become [[0,0],[0,0]]",
        "moved": "that attempts are missing before a grid at {} test inputs: they become |00|00|",
        "empty": "{} tasks without test inputs",
    }
    lost = [line.format(counts[kind]) for kind, line in lines.items() if counts[kind]]
    if submission.metadata:
        lost.append(f"the metadata of {submission.metadata} attempts, cost and tokens included")
    return lost


def task_losses(tasks: TaskSet, format: str) -> list[str]:
    """What a task format cannot hold of tasks, one line each; empty when nothing."""
    known = sum(pair.output is not None for task in tasks for pair in task.test)
    if format == "kaggle-tasks" and 0 < known < tasks.outputs:
        unknown = tasks.outputs - known
        return [f"{known} outputs, as {unknown} others are unknown: there will be no solutions"]
    return []


def _losses_at(attempts: tuple[Attempt, ...], format: str) -> dict[str, int]:
    """What is lost of the attempts at one test input, by kind."""
    limit = _LIMITS.get(format, len(attempts))
    grids = [one is not None and not isinstance(one, GridError) for one in attempts]
    malformed = sum(isinstance(one, GridError) for one in attempts)
    losses = {"malformed": malformed, "beyond": sum(grids[limit:])}
    if format == "kaggle":
        within = sum(isinstance(one, GridError) for one in attempts[:limit])
        losses["filled"] = limit - sum(grids[:limit]) - within
    if format == "kaggle-2020":
        losses["moved"] = int(False in grids[: sum(grids[:limit])])
    return losses


def _source_losses(source: Path, tasks: TaskSet, options: TaskOptions) -> list[str]:
    """What reading a source of tasks leaves behind."""
    if source.suffix == ".jsonl":
        return ["the code and the descriptions that stand beside the examples"]
    if tasks.name != tasks.origin and not options.mini_arc:
        return [f"the pairs that were not chosen: {tasks.name}"]
    return []


def _check_loss(lost: list[str], format: str, lossy: bool, source: object) -> None:
    if lost and not lossy:
        problem = f"{format} would lose {'; '.join(lost)} (lossy does it all the same)"
        raise FormatError(problem, file=source)


def _read_source(source: Path, options: TaskOptions) -> TaskSet:
    if str(source) in SETS:
        return load(str(source))
    if options.mini_arc:
        return read_mini_arc(source, options.null_as)
    if source.is_dir():
        return read_tasks(source, options.seed)
    if source.is_file() and source.suffix == ".json" and is_bundled(source):
        if options.split is None:
            raise FormatError(
                "a bundled file holds two sets: say which split, train or eval", file=source
            )
        return read_bundled(source, options.split, str(source))
    return read_tasks(source)


def _write_tasks(target: Path, tasks: TaskSet, format: str, options: TaskOptions) -> None:
    if format == "directory":
        write_task_directory(target, tasks)
    elif format == "bundled":
        write_bundled(target, tasks, options.split or "train")
    elif task_losses(tasks, format):
        kaggle.write_challenges(target, map(_without_outputs, tasks))
    else:
        kaggle.write_challenges(target, tasks)


def _without_outputs(task: Task) -> Task:
    return Task(task.id, task.train, tuple(Pair(pair.input) for pair in task.test))
