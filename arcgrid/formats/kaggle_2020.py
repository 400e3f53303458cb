"""The submission CSV of Kaggle's ARC challenge of 2020: `output_id,output`.

A row `00576224_0,|32|78| |00|00| ` holds up to three guesses for test input 0 of that task.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from arcgrid.errors import ArcgridError, FormatError, GridError
from arcgrid.formats.attempts import (
    MAX_TESTS,
    as_attempt,
    attempt_losses,
    is_grid,
    metadata_losses,
)
from arcgrid.formats.files import Files, reading
from arcgrid.formats.format import SubmissionFormat
from arcgrid.grid import Grid
from arcgrid.result import Attempt, Submission
from arcgrid.writing import write_text

PLACEHOLDER = "|00|00|"
"""Keeps the place of an attempt that is missing; it is the answer of no public test."""

ATTEMPTS = 3
"""Guesses that the competition allows for each test input."""

HEADER = ("output_id", "output")
"""The first row."""

_ID = re.compile(r"(?P<task>.+)_(?P<test>[0-9]{1,9})", re.DOTALL)


def read_submission_in(files: Files, name: str) -> Submission:
    """Read a submission CSV, row by row; guesses that are no grids are kept as what is wrong.

    Guesses past the third are kept, for scoring to count; an output without a guess has none.

    Raises:
        FormatError: the file cannot be read, is no CSV of this shape, or has an output twice.
    """
    place = files.place(name)
    try:
        with reading(files, name), files.open(name) as stream:
            text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
            attempts = _parse_rows(csv.reader(text, strict=True))
    except UnicodeDecodeError:
        raise FormatError("not UTF-8 text", file=place) from None
    except csv.Error as error:
        raise FormatError(f"not CSV: {error}", file=place) from None
    except ArcgridError as error:
        raise error.within(file=place) from None
    return Submission(place, attempts, FORMAT.name, partial=True)


def format_submission(submission: Submission) -> str:
    """Format a submission, without attempts past the third and what follows the last grid.

    A null, or what is no grid, keeps its place before a grid as the placeholder `|00|00|`.

    As in Kaggle's own samples, a space follows every guess.
    """
    lines = [",".join(HEADER)]
    for id, tests in submission.attempts.items():
        for index, attempts in enumerate(tests):
            grids = [None if isinstance(one, GridError) else one for one in attempts[:ATTEMPTS]]
            while grids and grids[-1] is None:
                grids.pop()
            guesses = "".join(
                f"{PLACEHOLDER if grid is None else format_guess(grid)} " for grid in grids
            )
            lines.append(f"{_format_field(f'{id}_{index}')},{guesses}")
    return "\n".join(lines) + "\n"


def write_submission(path: Path, submission: Submission) -> None:
    """Write a submission CSV.

    Raises:
        FormatError: it cannot be written.
    """
    write_text(path, format_submission(submission))


def parse_guess(text: str) -> Attempt:
    """Parse one guess: rows of digits with bars before, between and after them.

    >>> parse_guess("|32|78|").tolist()
    [[3, 2], [7, 8]]
    """
    if len(text) < 3 or not text.startswith("|") or not text.endswith("|"):
        shown = text if len(text) <= 40 else f"{text[:37]}..."
        return GridError(f"a guess is written |32|78|, not {shown}", "type")
    cells = ([int(c) if c in "0123456789" else c for c in row] for row in text[1:-1].split("|"))
    return as_attempt(list(cells))


def format_guess(grid: Grid) -> str:
    """Format a grid as `|32|78|`."""
    rows = ("".join(map(str, row)) for row in grid.tolist())
    return f"|{'|'.join(rows)}|"


def _format_field(text: str) -> str:
    """A field in quotes where it needs them; `csv.writer` forgets the carriage return."""
    if not any(mark in text for mark in '",\r\n'):
        return text
    return '"' + text.replace('"', '""') + '"'


def _parse_rows(rows: Iterator[list[str]]) -> dict[str, tuple[tuple[Attempt, ...], ...]]:
    if tuple(next(rows, ())) != HEADER:
        raise FormatError("the first row is not output_id,output")
    guesses: dict[str, dict[int, tuple[Attempt, ...]]] = {}
    for number, row in enumerate(rows, 1):
        if not row:
            continue
        task, test, given = _parse_row(row, number)
        tests = guesses.setdefault(task, {})
        if test in tests:
            raise FormatError("this output is answered twice", task=task, part=f"test[{test}]")
        tests[test] = given
    return {
        task: tuple(tests.get(index, ()) for index in range(max(tests) + 1))
        for task, tests in guesses.items()
    }


def _parse_row(row: list[str], number: int) -> tuple[str, int, tuple[Attempt, ...]]:
    if len(row) != len(HEADER):
        raise FormatError(f"{len(row)} columns; 2 are wanted", row=number)
    match = _ID.fullmatch(row[0])
    if match is None or int(match["test"]) >= MAX_TESTS:
        problem = f"{row[0]!r} is not the id of a task, then _ and the number of a test input"
        raise FormatError(problem, row=number)
    return match["task"], int(match["test"]), tuple(map(parse_guess, row[1].split()))


def submission_losses(submission: Submission) -> list[str]:
    """What the CSV cannot hold: a fourth guess, a null before a guess, a task without tests."""
    every = submission.attempts.values()
    moved = sum(_has_gap(attempts) for tests in every for attempts in tests)
    empty = sum(not tests for tests in every)
    lost = attempt_losses(submission, ATTEMPTS)
    if moved:
        what = f"that attempts are missing before a grid at {moved} test inputs"
        lost.append(f"{what}: they become {PLACEHOLDER}")
    if empty:
        lost.append(f"{empty} tasks without test inputs")
    return [*lost, *metadata_losses(submission)]


def _has_gap(attempts: tuple[Attempt, ...]) -> bool:
    """True when something that is no grid stands before a grid that is written."""
    grids = [is_grid(one) for one in attempts]
    return False in grids[: sum(grids[:ATTEMPTS])]


FORMAT = SubmissionFormat(
    name="kaggle-2020",
    about="Kaggle 2020: CSV `output_id,output`, up to three guesses such as `|12|34|`",
    sniff=lambda head: head.startswith(b"output_id"),
    read=lambda files, names, _: read_submission_in(files, names[0]),
    write=write_submission,
    losses=submission_losses,
    suffixes=(".csv",),
)
