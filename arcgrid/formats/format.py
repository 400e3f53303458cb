"""What a format is: one value that says how a file is told, read and written, and what it loses.

Each module beside this one ends in such a value; `submissions` and `tasks` hold the registries.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from arcgrid.formats.files import Files
from arcgrid.result import Submission
from arcgrid.task import TaskSet

Split = Literal["train", "eval"]
"""The halves of a bundled file."""


def nothing(_: object) -> list[str]:
    """The losses of a format that holds everything: none."""
    return []


@dataclass(frozen=True, slots=True)
class SubmissionFormat:
    """A way to keep a submission in files.

    Attributes:
        name: as in `--format`, and in `Submission.format`.
        about: the shape of a file, one line for people; code in backquotes.
        sniff: whether a file is of this format, by its first bytes, without byte order mark and
            leading white space. None for a shape that another format tells and reads.
        read: makes a submission of files and the names of those that belong to it, given what it
            is called; raises FormatError with the place. None where `sniff` is.
        write: writes a submission to a path that does not exist, or to an empty directory; None
            for a format that is only read.
        losses: what the format cannot hold of a submission, one line each.
        suffixes: of the files that may be of this format.
        directory: a submission is all files of a directory, one for each task.
    """

    name: str
    about: str
    sniff: Callable[[bytes], bool] | None = None
    read: Callable[[Files, Sequence[str], str], Submission] | None = None
    write: Callable[[Path, Submission], None] | None = None
    losses: Callable[[Submission], list[str]] = nothing
    suffixes: tuple[str, ...] = (".json",)
    directory: bool = False


@dataclass(frozen=True, slots=True)
class TaskOptions:
    """How to read or write tasks where the files do not say it themselves.

    Attributes:
        format: the name of the source's format; None finds it out.
        null_as: the color that a null stands for in Mini-ARC; None makes a null an error.
        split: which half of a bundled file is read, and which one is written.
        seed: chooses the pairs of each side in RE-ARC.
    """

    format: str | None = None
    null_as: int | None = None
    split: Split | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class TaskFormat:
    """A way to keep tasks in files.

    Attributes:
        name: as in `--format`.
        about: the shape of a file, one line for people; code in backquotes.
        sniff: whether a path that exists is of this format; raises FormatError where it cannot be
            read. None for a format that has to be named.
        read: makes a task set of a path; raises FormatError, GridError or TaskError with the place.
        write: writes tasks; None for a format that is only read.
        losses: what the format cannot hold of tasks, one line each.
        leaves: what reading leaves behind of a source, one line each.
    """

    name: str
    about: str
    sniff: Callable[[Path], bool] | None
    read: Callable[[Path, TaskOptions], TaskSet]
    write: Callable[[Path, TaskSet, TaskOptions], None] | None = None
    losses: Callable[[TaskSet], list[str]] = nothing
    leaves: Callable[[TaskSet], list[str]] = nothing
