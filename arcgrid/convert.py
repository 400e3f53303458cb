"""Goes between the submission formats and between the task formats, and says what would be lost.

The formats themselves are in `formats`; nothing is written before everything was read and checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from arcgrid.datasets import SETS, load
from arcgrid.errors import FormatError, UnknownNameError
from arcgrid.formats.format import SubmissionFormat, TaskFormat, TaskOptions
from arcgrid.formats.submissions import read_submission, submission_formats
from arcgrid.formats.tasks import find_task_format, read_tasks, task_formats
from arcgrid.result import Submission
from arcgrid.task import TaskSet
from arcgrid.writing import check_free


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


def written_submission_formats() -> list[str]:
    """The names of the submission formats that can be written."""
    return [name for name, format in submission_formats().items() if format.write]


def written_task_formats() -> list[str]:
    """The names of the task formats that can be written."""
    return [name for name, format in task_formats().items() if format.write]


def convert(
    source: Path | str | Submission,
    target: Path | str,
    format: str,
    *,
    lossy: bool = False,
    force: bool = False,
    options: TaskOptions | None = None,
) -> Conversion:
    """Convert a submission or a task set to another format.

    Args:
        source: of any format, zips too where it is a submission; or a submission
            (`sources.find_submission` makes one of a run); or the name of a task set.
        target: the file to write, or the directory; a Kaggle pair of files is named by
            `x_challenges.json`. It must not exist, but for an empty directory.
        format: a format that can be written; its name says what the source must be.
        lossy: write although something would be lost; `Conversion.lost` says what.
        force: write a file anew that exists; a directory has to be empty.
        options: how to read tasks.

    Raises:
        UnknownNameError: there is no such format.
        FormatError: something would be lost, the target exists, or a file is not sound.
        GridError, TaskError: a task is not sound.
    """
    submissions, tasks = written_submission_formats(), written_task_formats()
    if format not in (*submissions, *tasks):
        raise UnknownNameError("format", format, (*submissions, *tasks))
    if format in submissions:
        check_free(Path(target), force)
        submission = source if isinstance(source, Submission) else read_submission(source)
        return _convert_submission(submission, Path(target), submission_formats()[format], lossy)
    if isinstance(source, Submission):
        raise FormatError(f"a submission cannot become {format}", file=source.name)
    form = task_formats()[format]
    target = form.target(Path(target))
    check_free(target, force)
    return _convert_tasks(Path(source), target, form, lossy, options or TaskOptions())


def _convert_submission(
    submission: Submission, target: Path, format: SubmissionFormat, lossy: bool
) -> Conversion:
    assert format.write is not None  # chosen among those that are written
    lost = format.losses(submission)
    _check_loss(lost, format.name, lossy, submission.name)
    format.write(target, submission)
    tasks = len(submission.attempts)
    outputs = sum(map(len, submission.attempts.values()))
    return Conversion(submission.name, str(target), format.name, tasks, outputs, tuple(lost))


def _convert_tasks(
    source: Path, target: Path, format: TaskFormat, lossy: bool, options: TaskOptions
) -> Conversion:
    assert format.write is not None  # chosen among those that are written
    tasks, left = _read_source(source, options)
    lost = [*left, *format.losses(tasks)]
    _check_loss(lost, format.name, lossy, source)
    format.write(target, tasks, options)
    count = len(tasks)
    return Conversion(str(source), str(target), format.name, count, tasks.outputs, tuple(lost))


def _read_source(source: Path, options: TaskOptions) -> tuple[TaskSet, list[str]]:
    """The tasks, and what reading them leaves behind."""
    if str(source) in SETS:
        return load(str(source)), []
    tasks = read_tasks(source, options)
    return tasks, find_task_format(source, options).leaves(tasks)


def _check_loss(lost: list[str], format: str, lossy: bool, source: object) -> None:
    if lost and not lossy:
        problem = f"{format} would lose {'; '.join(lost)} (lossy does it all the same)"
        raise FormatError(problem, file=source)
