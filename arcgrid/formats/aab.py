"""Submission directories of arcprize/arc-agi-benchmarking (AAB): one `<id>.json` a task.

A file is a list with an entry for each test input, `{"attempt_1": attempt, ...}`. An attempt is a
grid (the older shape, written by `aab_plain`), `{"answer": ..., "metadata": {...}}` (written for a
run by `aab_metadata`), or null.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from arcgrid.errors import ArcgridError, FormatError, GridError
from arcgrid.formats.aab_metadata import OURS
from arcgrid.formats.aab_plain import FORMAT as PLAIN
from arcgrid.formats.attempts import MAX_TESTS, TaskAttempts, as_attempt, in_order
from arcgrid.formats.files import Files, read_bytes
from arcgrid.formats.format import SubmissionFormat
from arcgrid.formats.json_text import check_keys, decode
from arcgrid.formats.text_answer import EXTRACTOR, extract_grid
from arcgrid.result import Attempt, PairMapping, Spending, Submission

_IMPOSSIBLE = -1
_MOST = 1e15  # of dollars, or of tokens


@dataclass(frozen=True, slots=True)
class TaskFile:
    """What one file holds: attempts by test input, how they came there, what they cost.

    `metadata` and `texts` count attempts, as in `Submission`.
    """

    attempts: TaskAttempts
    mapping: PairMapping
    spending: Spending
    metadata: int
    texts: int


@dataclass(frozen=True, slots=True)
class _Given:
    """One attempt as the file gives it."""

    attempt: Attempt
    metadata: dict[str, object] | None = None
    text: bool = False


def read_submission_in(files: Files, names: Sequence[str], name: str) -> Submission:
    """Read a submission directory, loose or in a zip.

    Args:
        files: where the files are.
        names: the task files; `<id>.json` is the file of the task `<id>`.
        name: what the submission is called.

    Raises:
        FormatError: a file cannot be read, is no JSON, has a key twice or is not of this shape.
    """
    tasks: dict[str, TaskFile] = {}
    for file in names:
        try:
            tasks[PurePosixPath(file).stem] = parse_task_file(read_bytes(files, file))
        except ArcgridError as error:
            raise error.within(file=files.place(file)) from None
    metadata = sum(task.metadata for task in tasks.values())
    texts = sum(task.texts for task in tasks.values())
    return Submission(
        name,
        {id: task.attempts for id, task in tasks.items()},
        FORMAT.name if metadata else PLAIN.name,
        partial=True,
        mapping={id: task.mapping for id, task in tasks.items()},
        spending={id: task.spending for id, task in tasks.items()} if metadata else {},
        metadata=metadata,
        texts=texts,
        extractor=EXTRACTOR if texts else None,
    )


def parse_task_file(text: bytes) -> TaskFile:
    """Parse the attempts at one task.

    Entries go to test inputs by the `pair_index` in the metadata of their attempts, when the
    entries give it consistently: each entry one index, each index one entry, all of them possible.
    An entry that gives none keeps its position; when nothing is in it, it takes a place that is
    left. Otherwise all entries of the task go by position, and `mapping` says why. So a test input
    has never more than one entry, and no entry counts for more than one test input.

    Raises:
        FormatError: the text is no JSON, has a key twice or is not of this shape.
    """
    check_keys(text)
    entries = decode(text, object)
    if not isinstance(entries, list):
        raise FormatError("a list with one object for each test input is wanted")
    given = [_attempts_of(entry, index) for index, entry in enumerate(entries)]
    places, mapping = _map_pairs(given)
    tests: list[tuple[Attempt, ...]] = [()] * (max(places, default=-1) + 1)
    for place, attempts in zip(places, given, strict=True):
        tests[place] = tuple(one.attempt for one in attempts)
    every = [one for attempts in given for one in attempts]
    return TaskFile(
        tuple(tests),
        mapping,
        _spending(every),
        metadata=sum(one.metadata is not None for one in every),
        texts=sum(one.text for one in every),
    )


def _as_given(value: object) -> _Given:
    if not isinstance(value, dict):
        return _as_answer(value, None)
    metadata = value.get("metadata")
    return _as_answer(value.get("answer"), metadata if isinstance(metadata, dict) else {})


def _as_answer(value: object, metadata: dict[str, object] | None) -> _Given:
    if not isinstance(value, str):
        return _Given(as_attempt(value), metadata)
    try:
        return _Given(extract_grid(value), metadata, text=True)
    except GridError as error:
        return _Given(error, metadata, text=True)


def _attempts_of(entry: object, index: int) -> list[_Given]:
    """The attempts of one entry; like the official scorer it looks at attempt_1 ... only."""
    if entry is None:
        return []
    if isinstance(entry, dict) and entry:
        attempts = {key: entry[key] for key in entry if key.startswith("attempt_")}
        if not attempts:
            raise FormatError("there is no attempt_1, attempt_2 ... in it", part=f"test[{index}]")
        entry = attempts
    return [_as_given(value) for value in in_order(entry, index)]


def _map_pairs(given: list[list[_Given]]) -> tuple[list[int], PairMapping]:
    """For each entry its test input, and how it came there."""
    positions = list(range(len(given)))
    claims = [_claims(attempts) for attempts in given]
    if not any(claims):
        return positions, "position"
    if any(_IMPOSSIBLE in claim for claim in claims):
        return positions, "range"
    if any(len(claim) > 1 for claim in claims):
        return positions, "mixed"
    places = {
        position: next(iter(claim), position)
        for position, (claim, attempts) in enumerate(zip(claims, given, strict=True))
        if claim or any(one.attempt is not None for one in attempts)
    }
    if len(set(places.values())) < len(places):
        return positions, "twice"
    left = (place for place in positions if place not in places.values())
    return [places[at] if at in places else next(left) for at in positions], "index"


def _claims(attempts: list[_Given]) -> set[int]:
    """The different test inputs that the attempts of one entry say they are for."""
    given = [one.metadata.get("pair_index") for one in attempts if one.metadata]
    return {
        index if type(index) is int and 0 <= index < MAX_TESTS else _IMPOSSIBLE
        for index in given
        if index is not None
    }


def _spending(attempts: list[_Given]) -> Spending:
    costs = [_number(one, "cost", "total_cost") for one in attempts]
    tokens = [_number(one, "usage", "total_tokens") for one in attempts]
    known_costs = [cost for cost in costs if cost is not None]
    known_tokens = [int(count) for count in tokens if count is not None]
    return Spending(
        cost=math.fsum(known_costs) if known_costs else None,
        tokens=sum(known_tokens) if known_tokens else None,
        attempts=len(attempts),
        without_cost=costs.count(None),
        without_tokens=tokens.count(None),
    )


def _number(one: _Given, record: str, key: str) -> float | None:
    """A number in the metadata; None where it is missing or cannot be what was spent."""
    if _is_unknown(one, record):
        return None
    entries = (one.metadata or {}).get(record)
    value = entries.get(key) if isinstance(entries, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= _MOST else None


def _is_unknown(one: _Given, record: str) -> bool:
    """True where we have written 0 for what the shape wants and nobody knows."""
    kwargs = (one.metadata or {}).get("kwargs")
    ours = kwargs.get(OURS) if isinstance(kwargs, dict) else None
    unknown = ours.get("unknown") if isinstance(ours, dict) else None
    name = {"cost": "cost", "usage": "tokens"}[record]
    return isinstance(unknown, list) and name in unknown


FORMAT = SubmissionFormat(
    name="aab",
    about="arc-agi-benchmarking, current shape: directory of `<id>.json`, "
    '`{"answer", "metadata"}` for each attempt',
    sniff=lambda head: head.startswith(b"["),
    read=read_submission_in,
    directory=True,
)
