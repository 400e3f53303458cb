"""What a format is: one value that says how a file is told, read and written, and what it loses.

Each module beside this one ends in such a value; `submissions` and `tasks` hold the registries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from arcgrid.errors import ArcgridError
from arcgrid.formats.files import Files
from arcgrid.result import Submission
from arcgrid.task import Task, TaskSet

T = TypeVar("T")

Split = Literal["train", "eval"]
"""The halves of a bundled file."""


def nothing(_: object) -> list[str]:
    """The losses of a format that holds everything: none."""
    return []


def as_given(path: Path) -> Path:
    """The target of most formats: the path that is given."""
    return path


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
        tells: whether a file is of a format that can only be read as a whole, given its path and
            its first bytes; None for other formats.
        read_path: reads such a file.
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
    tells: Callable[[Path, bytes], bool] | None = None
    read_path: Callable[[Path], Submission] | None = None


@dataclass(frozen=True, slots=True)
class TaskOptions:
    """How to read or write tasks where the files do not say it themselves.

    Attributes:
        format: the name of the source's format; None finds it out.
        null_as: the color that a null stands for in Mini-ARC; None makes a null an error.
        split: which half of a bundled file is read, and which one is written.
        seed: chooses the pairs of each side in RE-ARC.
        skip: called with what is wrong with a task, which is then left out; without it the first
            unsound task is an error.
    """

    format: str | None = None
    null_as: int | None = None
    split: Split | None = None
    seed: int = 0
    skip: Callable[[ArcgridError], None] | None = None

    def sound(self, items: Iterable[T], read: Callable[[T], Task]) -> Iterator[Task]:
        """Read tasks one by one; one that is not sound is an error, or left out."""
        for item in items:
            try:
                yield read(item)
            except ArcgridError as error:
                if self.skip is None:
                    raise
                self.skip(error)


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
        target: the path that is written where one is given.
        leaves: what reading leaves behind of a source, one line each.
    """

    name: str
    about: str
    sniff: Callable[[Path], bool] | None
    read: Callable[[Path, TaskOptions], TaskSet]
    write: Callable[[Path, TaskSet, TaskOptions], None] | None = None
    losses: Callable[[TaskSet], list[str]] = nothing
    target: Callable[[Path], Path] = as_given
    leaves: Callable[[TaskSet], list[str]] = nothing
