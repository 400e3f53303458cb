"""Exceptions that carry a place: file, task, part of the task, row, column.

Every mistake in what a user hands over ends in one of these; nothing here reads or prints.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Literal, Self

Fault = Literal["type", "empty", "ragged", "oversize", "color"]
"""What is wrong with a value that is not a grid."""


MAX_LINE = 1000
"""Characters of the longest message; of a longer one, such as of a key of 5 MB, both ends stay."""


def printable(text: str) -> str:
    r"""Text of others without what would steer a terminal, or cannot be written to one.

    Control characters, C1 too, invisible ones and half surrogates (a name that is no UTF-8) become
    U+FFFD; line ends and tabs stay.

    >>> printable("a\x1b[2Jb")
    'a\ufffd[2Jb'
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char in "\n\t" else "\N{REPLACEMENT CHARACTER}"
        for char in text
    )


def one_line(text: str) -> str:
    r"""Text of others in one line: `printable`, with spaces for line ends and tabs.

    >>> one_line("a\nb.py")
    'a b.py'
    """
    return printable(" ".join(text.splitlines())).replace("\t", " ")


class ArcgridError(Exception):
    """A mistake in what arcgrid was given; `str()` is one line that names the place.

    Rows, columns, pairs and tests count from 0, as in numpy and in the files themselves.
    """

    def __init__(
        self,
        problem: str,
        *,
        file: object = None,
        task: str | None = None,
        part: str | None = None,
        row: int | None = None,
        column: int | None = None,
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.file = None if file is None else str(file)
        self.task = task
        self.part = part
        self.row = row
        self.column = column

    def within(
        self, *, file: object = None, task: str | None = None, part: str | None = None
    ) -> Self:
        """Add what the caller knows of the place; what is known already stays.

        `part` is put in front: an error `within(part="input")`, then `within(part="train[2]")`
        is at `train[2].input`.
        """
        if self.file is None and file is not None:
            self.file = str(file)
        if self.task is None:
            self.task = task
        if part is not None:
            dot = "" if self.part is None or self.part.startswith("[") else "."
            self.part = f"{part}{dot}{self.part or ''}"
        return self

    def __str__(self) -> str:
        """Place and problem in one line."""
        place = [
            self.file,
            None if self.task is None else f"task {self.task}",
            self.part,
            None if self.row is None else f"row {self.row}",
            None if self.column is None else f"column {self.column}",
        ]
        named = ", ".join(entry for entry in place if entry)
        line = one_line(f"{named}: {self.problem}" if named else self.problem)
        return line if len(line) <= MAX_LINE else f"{line[: MAX_LINE - 200]} ... {line[-190:]}"


class GridError(ArcgridError, ValueError):
    """A value is not a grid: `fault` says in which way."""

    def __init__(
        self, problem: str, fault: Fault, *, row: int | None = None, column: int | None = None
    ) -> None:
        super().__init__(problem, row=row, column=column)
        self.fault: Fault = fault


class ArgumentError(ArcgridError, ValueError):
    """An argument is out of range, of another type, or does not fit another one."""


class TaskError(ArcgridError, ValueError):
    """A task, a puzzle or a task set is not sound."""


class FormatError(ArcgridError, ValueError):
    """A file is missing, cannot be read, or does not hold what its format says."""


class SubmissionError(ArcgridError, ValueError):
    """A submission does not fit the task set it is scored on."""


class AnswerError(ArcgridError, ValueError):
    """What a solver returned is not an answer to its puzzle."""


class ProgramError(RuntimeError):
    """A program that is a solver said that something is wrong, or ended.

    Attributes:
        ended: whether it is gone.
    """

    def __init__(self, problem: str, *, ended: bool = False) -> None:
        super().__init__(problem)
        self.ended = ended


class SolverError(ArcgridError):
    """A solver cannot be found, loaded or started, or does not take an option."""


class ChangedError(SolverError):
    """A solver's code is not what it was when the run began."""


class StoreError(ArcgridError):
    """The run store cannot be read or written, or does not hold what was asked for."""


class DamagedError(StoreError):
    """What the run store holds of a run is not what was put in; `damage` is what is wrong alone."""

    damage = ""


class UnknownNameError(ArcgridError, LookupError):
    """A name that is not known; the message suggests the nearest ones.

    >>> print(UnknownNameError("rule", "arc-price", ["arc-prize", "kaggle-2024"]))
    unknown rule 'arc-price'; did you mean arc-prize?
    >>> print(UnknownNameError("rule", "x", ["arc-prize", "kaggle-2024"]))
    unknown rule 'x'; known: arc-prize, kaggle-2024
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        near = difflib.get_close_matches(name, names, n=3, cutoff=0.6)
        near = near or [entry for entry in names if name and entry.endswith(f"/{name}")]
        if near:
            hint = f"; did you mean {' or '.join(near)}?"
        elif not names:
            hint = "; none is known"
        elif len(names) <= 40:
            hint = f"; known: {', '.join(names)}"
        else:
            hint = f"; {len(names)} are known"
        super().__init__(f"unknown {kind} {name!r}{hint}")
