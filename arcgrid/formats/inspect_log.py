"""Logs of Inspect, of its task `arcgrid/arc_agi`: `.eval` files and JSON. Read only.

Inspect's own reader opens them, so the extra `arcgrid[inspect]` is needed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from arcgrid.augment import vote
from arcgrid.errors import FormatError, GridError
from arcgrid.extras import load_extra
from arcgrid.formats.attempts import MAX_TESTS
from arcgrid.formats.files import Files
from arcgrid.formats.format import SubmissionFormat
from arcgrid.formats.text_answer import EXTRACTOR, read_answer
from arcgrid.result import Attempt, Submission

TASK = "arcgrid/arc_agi"
"""The task whose logs these are."""

_JSON = re.compile(rb'\{\s*"version"\s*:\s*\d+\s*,\s*"status"\s*:')
_ATTEMPTS = 2
_SHOWN = 40


def is_log(path: Path, head: bytes) -> bool:
    """True for a log of Inspect, by its name and its first bytes."""
    return path.suffix == ".eval" or _JSON.match(head) is not None


def read_log(path: Path) -> Submission:
    """Read a log: for each test input its epochs in order are the attempts.

    Where there are more epochs than attempts they vote, as the task itself has them do.

    Raises:
        ArcgridError: the extra is not installed.
        FormatError: it cannot be read, or is of another task.
    """
    reader = load_extra("inspect_ai.log", "inspect", "a log of Inspect")
    try:
        log = reader.read_eval_log(str(path))
    except Exception as error:  # whatever another library raises on a damaged file
        problem = " ".join(f"{type(error).__name__}: {error}".split())
        raise FormatError(f"Inspect cannot read this log: {problem}", file=path) from None
    if log.eval.task != TASK:
        raise FormatError(f"this log is of the task {log.eval.task}, not {TASK}", file=path)
    most = log.eval.task_args.get("attempts", _ATTEMPTS)
    if type(most) is not int or most < 1:
        raise FormatError(f"no number of attempts: {str(most)[:_SHOWN]!r}", file=path)
    found: dict[str, dict[int, list[Any]]] = {}
    for sample in sorted(log.samples or [], key=lambda sample: sample.epoch):
        id, test = _place(sample.metadata, path)
        found.setdefault(id, {}).setdefault(test, []).append(sample)
    attempts = {id: _tests(tests, most) for id, tests in found.items()}
    texts = len(log.samples or [])
    return Submission(str(path), attempts, FORMAT.name, True, texts=texts, extractor=EXTRACTOR)


def _place(metadata: dict[str, Any], path: Path) -> tuple[str, int]:
    id, test = metadata.get("task"), metadata.get("test")
    if not isinstance(id, str) or type(test) is not int or not 0 <= test < MAX_TESTS:
        raise FormatError("a sample does not say which test input it is about", file=path)
    return id, test


def _tests(tests: dict[int, list[Any]], most: int) -> tuple[tuple[Attempt, ...], ...]:
    given: list[tuple[Attempt, ...]] = [()] * (max(tests) + 1)
    for test, samples in tests.items():
        read = [None if one.error else _attempt(one.output.completion) for one in samples]
        if len(read) > most:
            grids = [one for one in read if one is not None and not isinstance(one, GridError)]
            read = [guess.grid for guess in vote(grids)[:most]]
        given[test] = tuple(read)
    return tuple(given)


def _attempt(text: str) -> Attempt:
    try:
        return read_answer(text)[0]
    except GridError as error:
        return error


def _refuse(files: Files, names: Sequence[str], name: str) -> Submission:
    raise FormatError("a log of Inspect is read by its own path, not from within", file=name)


FORMAT = SubmissionFormat(
    name="inspect",
    about="Inspect: a log of its task `arcgrid/arc_agi`, `.eval` or JSON",
    sniff=lambda head: _JSON.match(head) is not None,
    read=_refuse,
    suffixes=(".eval", ".json"),
    tells=is_log,
    read_path=read_log,
)
