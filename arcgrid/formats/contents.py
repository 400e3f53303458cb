"""What a JSON file of the field holds, in words: to say so where something else is wanted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from arcgrid.errors import FormatError
from arcgrid.formats.files import read_file
from arcgrid.formats.json_text import decode

SUBMISSION = "a submission"
TASK, TASKS, BUNDLED, PAIRS = "a task", "tasks by id", "bundled task sets", "RE-ARC pairs"
KINDS_OF_TASKS = (TASK, TASKS, BUNDLED, PAIRS)


def describe(path: Path) -> str | None:
    """Say what a JSON file (or a directory's first) holds; None where that is not known."""
    if path.is_dir():
        path = next(iter(sorted(path.glob("*.json"))), path)
    try:
        if not path.is_file():
            return None
        value = decode(read_file(path), object)
    except (OSError, FormatError):
        return None
    return _of_object(value) if isinstance(value, dict) else _of_list(value)


def _of_object(value: dict[str, Any]) -> str | None:
    if isinstance(value.get("train"), list) and "test" in value:
        return TASK
    if isinstance(value.get("train"), dict) and "eval" in value:
        return BUNDLED
    if "task_results" in value and "score" in value:
        return "official results"
    first = next(iter(value.values()), None)
    if isinstance(first, dict) and "train" in first:
        return TASKS
    if isinstance(first, list) and first:
        if _has_attempts(first[0]):
            return SUBMISSION
        return "solutions" if isinstance(first[0], list) else None
    return None


def _of_list(value: object) -> str | None:
    first = value[0] if isinstance(value, list) and value else None
    if _has_attempts(first):
        return SUBMISSION
    return PAIRS if isinstance(first, dict) and "input" in first else None


def _has_attempts(entry: object) -> bool:
    return isinstance(entry, dict) and any(key.startswith("attempt_") for key in entry)
