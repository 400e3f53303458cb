r"""The grid in a text answer: a named, versioned extractor, as a part of how answers are read.

Other extractors give other scores: change this one only together with its name.
"""

from __future__ import annotations

import re

from arcgrid.errors import FormatError, GridError
from arcgrid.formats.json_text import decode
from arcgrid.grid import Grid, as_grid

EXTRACTOR = "boxed-or-last-list v1"
"""Name and version of what `extract_grid` does; stored with what was read by it."""

_BOXED = "\\boxed{"
_BRACKETS = {"]": "[", "}": "{"}


def extract_grid(text: str) -> Grid:
    r"""Extract the grid of a text answer, as arcprize/arc-agi-benchmarking does (`parsing.py`).

    The content of the first `\boxed{}` counts where it is a list of lists; otherwise the text
    from the last closing bracket (`]` or `}`) back to the one that opens it, where that is a
    list of lists. Nothing else is tried, and brackets within strings count as brackets.

    Raises:
        GridError: there is no list of lists in either place, or it is no grid.

    >>> extract_grid("From [[5]] follows [[1, 2]].").tolist()
    [[1, 2]]
    >>> extract_grid(r"\boxed{[[3]]} is better than [[4]]").tolist()
    [[3]]
    """
    rows = _as_rows(_first_boxed(text))
    if rows is None:
        rows = _as_rows(_last_bracketed(text))
    if rows is None:
        raise GridError("the text answer holds no grid where one is looked for", "type")
    return as_grid(rows)


def read_answer(text: str) -> tuple[Grid, str]:
    """Read the grid of a model's answer, and say how: `schema` or the extractor's name.

    An answer that begins as an object, and is one with the key `grid`, is read as that; any other
    goes through the extractor.

    Raises:
        GridError: there is no grid where one is looked for.

    >>> read_answer('{"grid": [[1, 2]]}')[1], read_answer("[[1, 2]]")[1] == EXTRACTOR
    ('schema', True)
    """
    if not text.strip():
        raise GridError("the reply is empty", "type")
    if text.lstrip().startswith("{"):
        rows = _as_object(text).get("grid")
        if rows is not None:
            return as_grid(rows), "schema"
    return extract_grid(text), EXTRACTOR


def _as_object(text: str) -> dict[str, object]:
    value = _decoded(text)
    return value if isinstance(value, dict) else {}


def _decoded(text: str) -> object:
    """The value of JSON text; None for what is none."""
    try:
        return decode(text.encode("utf-8", "surrogatepass"), object)
    except FormatError:
        return None


def _as_rows(text: str) -> list[object] | None:
    rows = _decoded(text)
    if not isinstance(rows, list) or not rows or not all(isinstance(row, list) for row in rows):
        return None
    return rows


def _first_boxed(text: str) -> str:
    """What stands in the first box; nothing where there is none, or it has no end."""
    _, _, rest = text.partition(_BOXED)
    content, end, _ = rest.partition("}")
    return content if end else ""


def _last_bracketed(text: str) -> str:
    """From the bracket that opens the last bracketed part to the end of that part."""
    end = max(text.rfind(bracket) for bracket in _BRACKETS)
    if end < 0:
        return ""
    closing = text[end]
    opening = _BRACKETS[closing]
    depth = 0
    for mark in re.finditer(f"[{re.escape(opening + closing)}]", text[end::-1]):
        depth += 1 if mark[0] == closing else -1
        if not depth:
            return text[end - mark.start() : end + 1]
    return ""
