"""RE-ARC: files `<id>.json` that are flat lists of pairs, `[{"input": grid, "output": grid}, ...]`.

They have no train and test side: a seed chooses the pairs of each.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from arcgrid.errors import ArcgridError, FormatError
from arcgrid.formats.files import open_file, read_file
from arcgrid.formats.format import TaskFormat, TaskOptions
from arcgrid.formats.json_text import check_keys, decode, parse_grid
from arcgrid.task import Pair, Task, TaskSet

TRAIN = 3
"""Train pairs that a task gets unless told otherwise."""

TESTS = 1
"""Test pairs that a task gets unless told otherwise."""


_HEAD = 4096
_ANY = TaskOptions()


class _PairRecord(msgspec.Struct):
    input: msgspec.Raw
    output: msgspec.Raw


def read_re_arc(
    path: Path,
    seed: int = 0,
    train: int = TRAIN,
    tests: int = TESTS,
    options: TaskOptions = _ANY,
) -> TaskSet:
    """Read a RE-ARC directory: the folder `tasks`, or the one that holds it.

    Which pairs a task gets depends on the seed, its id and the number of pairs in its file alone:
    the pairs are sorted by the SHA-256 of `seed:id:index`, the first are for training. The set's
    name records the seed and the numbers.

    Raises:
        FormatError: there is no `.json` file, or a file is not of this shape or has too few pairs.
        GridError: something is no grid. All name the place.
    """
    folder = path / "tasks" if (path / "tasks").is_dir() else path
    files = sorted(file for file in folder.glob("*.json") if file.stem != "metadata")
    if not files:
        raise FormatError("there is no .json file in this directory", file=path)
    tasks = options.sound(files, lambda file: read_re_arc_file(file, seed, train, tests))
    name = f"{path} [seed {seed}: {train} train, {tests} test]"
    return TaskSet(name, tuple(tasks), str(path))


def read_re_arc_file(path: Path, seed: int = 0, train: int = TRAIN, tests: int = TESTS) -> Task:
    """Read one file of pairs; as `read_re_arc`."""
    try:
        text = read_file(path)
        check_keys(text)
        return parse_re_arc(text, path.stem, seed, train, tests)
    except ArcgridError as error:
        raise error.within(file=path) from None


def parse_re_arc(
    text: bytes, id: str, seed: int = 0, train: int = TRAIN, tests: int = TESTS
) -> Task:
    """Parse the pairs of one task; as `read_re_arc`."""
    records = decode(text, list[_PairRecord])
    if len(records) < train + tests:
        raise FormatError(f"{len(records)} pairs; {train} + {tests} are wanted")
    order = sorted(range(len(records)), key=lambda index: _rank(seed, id, index))
    pairs = [_pair(records[index], index) for index in order[: train + tests]]
    return Task(id, tuple(pairs[:train]), tuple(pairs[train:]))


def _rank(seed: int, id: str, index: int) -> bytes:
    return hashlib.sha256(f"{seed}:{id}:{index}".encode()).digest()


def _pair(record: _PairRecord, index: int) -> Pair:
    side = "input"
    try:
        input = parse_grid(bytes(record.input))
        side = "output"
        return Pair(input, parse_grid(bytes(record.output)))
    except ArcgridError as error:
        raise error.within(part=f"[{index}].{side}") from None


def _is_re_arc(path: Path) -> bool:
    """True for a directory whose first JSON file, there or in `tasks`, is a list."""
    files = sorted((path / "tasks").glob("*.json")) or sorted(path.glob("*.json"))
    if not files:
        return False
    with open_file(files[0]) as stream:
        return stream.read(_HEAD).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[")


FORMAT = TaskFormat(
    name="re-arc",
    about="RE-ARC: directory of flat lists of pairs; `--seed` chooses train and test, and is "
    "recorded",
    sniff=_is_re_arc,
    read=lambda path, options: read_re_arc(path, options.seed, options=options),
    leaves=lambda tasks: [f"the pairs that were not chosen: {tasks.name}"],
)
