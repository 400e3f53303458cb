"""JSON with exact error places: reading files, decoding by type, grids at full speed.

What the objects mean is the business of the format modules.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any, TypeVar

import msgspec
import numpy as np

from arcgrid.errors import FormatError
from arcgrid.grid import COLORS, MAX_SIDE, Grid, as_grid

T = TypeVar("T")

MAX_PARTS = 4_000_000
"""Lists, objects and strings in the text that is decoded at once: each takes 60 bytes or more."""

MAX_DEPTH = 100
"""How deep lists and objects may lie within each other; no format needs more than ten."""

_BLOCK = 1 << 16
_STEPS = np.zeros(256, np.int8)
_STEPS[[*b"[{"]], _STEPS[[*b"]}"]] = 1, -1
_SPACE = b" \t\r\n"
_DIGITS_TO_CELLS = bytes.maketrans(b"0123456789", bytes(range(COLORS)))
_TOO_DEEP = "not JSON that can be read: it is nested too deeply"
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"(\s*+:)?', re.DOTALL)
_ATTEMPTS = list[dict[str, msgspec.Raw]]
_FEW = 1 << 20
_PATH = re.compile(r"^(?P<problem>.*) - at `(?P<key>key in )?\$(?P<path>.*)`$", re.DOTALL)


def decode(text: bytes | msgspec.Raw, type: type[T]) -> T:
    """Decode JSON text to a type.

    Raises:
        FormatError: the text is not JSON, or a key is missing or has the wrong type; the error's
            part names the place as in `train[0].input`. Or it has more than `MAX_PARTS`.
    """
    _check_bounds(bytes(text))
    try:
        return msgspec.json.decode(text, type=type)
    except msgspec.ValidationError as error:
        match = _PATH.match(str(error))
        if match is None:
            raise FormatError(_plain(str(error))) from None
        part = match["path"].lstrip(".") or None
        raise FormatError(_plain(match["problem"]), part=part) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FormatError(f"not JSON: {_plain(str(error))}") from None
    except RecursionError:
        raise FormatError(_TOO_DEEP) from None


def check_keys(text: bytes, path: str = "") -> None:
    """Check that no object in the text has a key twice: decoders keep the last one silently.

    Raises:
        FormatError: a key occurs twice in one object; the error's part is the path of the object,
            which begins with `path`.
            Or the text is not JSON, or has more than `MAX_PARTS`.
    """
    _check_bounds(text)
    try:
        if _has_unique_keys(text):
            return
        # Numbers are of no interest here, and may be longer than what Python converts.
        value = json.loads(text, object_pairs_hook=_Pairs, parse_int=len)
        duplicate = _find_duplicate(value, path)
    except RecursionError:
        raise FormatError(_TOO_DEEP) from None
    except ValueError as error:
        decode(text, object)  # one decoder's words for what is no JSON
        raise FormatError(f"not JSON: {error}") from None
    if duplicate is not None:
        place, key = duplicate
        raise FormatError(f"the key {key!r} occurs twice", part=place or None)


def _check_bounds(text: bytes) -> None:
    """Refuse text whose values would take memory out of all proportion, or that nests too deeply.

    Decoders give up at a depth that depends on the Python they run on, and on who calls them.
    """
    if _depth(text) > MAX_DEPTH and _depth(_STRING.sub(b"", text)) > MAX_DEPTH:
        raise FormatError(_TOO_DEEP)
    if len(text) <= _FEW:
        return
    parts = text.count(b"[") + text.count(b"{") + text.count(b'"') // 2
    if parts > MAX_PARTS:
        raise FormatError(f"more than {MAX_PARTS} lists, objects and strings in one piece of JSON")


def _depth(text: bytes) -> int:
    """How deep brackets nest, those in strings counted too."""
    if text.count(b"[") + text.count(b"{") <= MAX_DEPTH:
        return 0
    deepest = depth = 0
    for start in range(0, len(text), _BLOCK):
        steps = _STEPS[np.frombuffer(text[start : start + _BLOCK], np.uint8)]
        depths = np.cumsum(steps, dtype=np.int32)
        deepest = max(deepest, depth + int(depths.max()))
        depth += int(depths[-1])
    return deepest


def _has_unique_keys(text: bytes) -> bool:
    """True when it is certain at a glance that no key occurs twice; False means look closer.

    The strings of the text that a colon follows are its keys: where the decoded objects have as
    many keys, none was lost. (Only in what is JSON every string ends, so it is decoded first.)
    """
    with suppress(msgspec.DecodeError, UnicodeDecodeError):
        tests = msgspec.json.decode(text, type=_ATTEMPTS)
        if sum(map(len, tests)) == _keys_in(text):
            return True  # a list of objects, and no object within them: attempts are this
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return _count_keys(value) == _keys_in(text)


def _keys_in(text: bytes) -> int:
    return sum(map(bool, _STRING.findall(text)))


def _count_keys(value: object) -> int:
    if isinstance(value, dict):
        return len(value) + sum(map(_count_keys, value.values()))
    if isinstance(value, list) and value and not isinstance(value[0], int | float):
        # Rows of cells hold no keys; a row that does after all makes the count too small.
        if isinstance(value[0], list) and value[0] and isinstance(value[0][0], int | float):
            return 0
        return sum(map(_count_keys, value))
    return 0


def parse_grid(text: bytes) -> Grid:
    """Parse the JSON text of a grid, strictly.

    Raises:
        GridError: the text holds no grid; it names the row and the column.
        FormatError: the text is not JSON.

    >>> parse_grid(b"[[1, 2], [3, 4]]").tolist()
    [[1, 2], [3, 4]]
    """
    # In "[[1,2],[3,4]]" every cell has one digit, so that cells and the commas between rows stand
    # at even places and all other punctuation at odd ones: four slices check the whole grid.
    compact = text.translate(None, _SPACE)
    rows = compact[2:-2:2].split(b",")
    width = min(len(rows[0]), MAX_SIDE)  # so that what is no grid at all takes no memory here
    height = min(len(rows), MAX_SIDE)
    punctuation = (b"[" + b"," * (width - 1) + b"]") * height
    if compact[1::2] == punctuation and compact[:1] == b"[" and compact[-1:] == b"]":
        cells = b"".join(rows)
        if (
            cells.isdigit()
            and len(cells) == width * height
            and compact[2 * width + 2 : -1 : 2 * width + 2] == b"," * (height - 1)
        ):
            packed = cells.translate(_DIGITS_TO_CELLS)
            return np.frombuffer(packed, np.uint8).reshape(height, width)
    return as_grid(decode(text, object))


def format_grid(grid: Grid) -> str:
    """Format a grid as compact JSON: `[[1,2],[3,4]]`."""
    return msgspec.json.encode(grid.tolist()).decode()


class _Pairs(list[tuple[str, Any]]):
    """An object as its pairs, to tell it from an array."""


def _find_duplicate(value: object, path: str) -> tuple[str, str] | None:
    """The path of the first object with a key twice, and the key."""
    if isinstance(value, _Pairs):
        seen: set[str] = set()
        for key, _ in value:
            if key in seen:
                return path, key
            seen.add(key)
        children = [(f"{path}.{key}" if path else key, child) for key, child in value]
    elif isinstance(value, list):
        children = [(f"{path}[{index}]", child) for index, child in enumerate(value)]
    else:
        return None
    found = (_find_duplicate(child, place) for place, child in children)
    return next((result for result in found if result is not None), None)


def _plain(problem: str) -> str:
    """A decoder's message in the words of our own."""
    missing = re.match(r"Object missing required field `(.*)`", problem)
    if missing:
        return f"the key {missing[1]!r} is missing"
    problem = problem.replace("`", "").replace("JSON is malformed: ", "")
    return problem[:1].lower() + problem[1:]
