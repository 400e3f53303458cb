"""What the submission formats share: numbered attempts, attempts left in a very large file, losses.

A dirty attempt becomes what is wrong with it, never an exception.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from arcgrid.errors import FormatError, GridError
from arcgrid.formats.files import open_file
from arcgrid.formats.json_text import parse_grid
from arcgrid.grid import as_grid
from arcgrid.result import Attempt, Submission

TaskAttempts: TypeAlias = tuple[tuple[Attempt, ...], ...]
"""For each test input of a task its attempts, best first."""

MAX_TESTS = 100
"""From here on a number is no test input of any task (ARC-AGI-2 has up to 4)."""

_NULL = msgspec.Raw(b"null")
_ATTEMPT = re.compile(r"attempt_([1-9][0-9]{0,2})")


def as_attempt(value: object) -> Attempt:
    """Turn a value, decoded or still as text, into a grid or what is wrong; null stays None.

    Raises:
        FormatError: the text is not JSON.
    """
    if value is None or value == _NULL:
        return None
    try:
        return parse_grid(bytes(value)) if isinstance(value, msgspec.Raw) else as_grid(value)
    except GridError as error:
        return error


def in_order(entry: object, index: int) -> list[Any]:
    """The values of `attempt_1`, `attempt_2` ... by number: `attempt_10` is after `attempt_2`.

    An attempt that is left out is None and keeps its place: `attempt_3` alone is still the third.

    Raises:
        FormatError: the entry is no object, or has another key (the test is named).
    """
    part = f"test[{index}]"
    if not isinstance(entry, dict):
        problem = "an object with attempt_1 and attempt_2 is wanted"
        raise FormatError(problem, part=part)
    numbered: dict[int, Any] = {}
    for key, value in entry.items():
        match = _ATTEMPT.fullmatch(key)
        if match is None:
            problem = f"the key {key!r} is not attempt_1, attempt_2 ..."
            raise FormatError(problem, part=part)
        numbered[int(match[1])] = value
    return [numbered.get(number) for number in range(1, max(numbered, default=0) + 1)]


def is_grid(attempt: Attempt) -> bool:
    """True for an attempt that is neither null nor malformed."""
    return attempt is not None and not isinstance(attempt, GridError)


def attempt_losses(submission: Submission, limit: int | None = None) -> list[str]:
    """What a format without malformed attempts, and with so many a test input, cannot hold."""
    tries = [tried for tests in submission.attempts.values() for tried in tests]
    malformed = sum(isinstance(one, GridError) for tried in tries for one in tried)
    beyond = 0 if limit is None else sum(is_grid(one) for tried in tries for one in tried[limit:])
    lines = {
        "{} attempts that are no grids": malformed,
        "{} attempts that are more than the format has for a test input": beyond,
    }
    return [line.format(count) for line, count in lines.items() if count]


def metadata_losses(submission: Submission) -> list[str]:
    """What a format without metadata cannot hold."""
    if not submission.metadata:
        return []
    return [f"the metadata of {submission.metadata} attempts, cost and tokens included"]


class StoredAttempts(Mapping[str, TaskAttempts]):
    """Attempts that stay in their file: each task is read again when it is looked up.

    It keeps the file open, and one place for each task.
    """

    def __init__(
        self,
        path: Path,
        places: Mapping[str, tuple[int, int]],
        parse: Callable[[bytes, str], TaskAttempts],
    ) -> None:
        self._path = path
        self._places = places
        self._parse = parse
        self._file = open_file(path)

    def __getitem__(self, id: str) -> TaskAttempts:
        """Read the attempts at one task.

        Raises:
            FormatError: the file has changed since it was first read.
        """
        offset, length = self._places[id]
        text = os.pread(self._file.fileno(), length, offset)
        try:
            return self._parse(text, id)
        except FormatError as error:
            raise error.within(file=self._path) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, id: object) -> bool:
        return id in self._places

    def __del__(self) -> None:
        file = getattr(self, "_file", None)
        if file is not None:
            file.close()
