"""Replies of a chat endpoint: from the text of a reply to a grid, or to why there is none.

Nothing that a model says is an error here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from arcgrid.errors import GridError
from arcgrid.formats.text_answer import read_answer
from arcgrid.grid import Grid, as_grid
from arcgrid.sample import UNKNOWN, SampleKind, Usage

FUNCTION = "answer"
"""The function that a model calls where it answers by a tool."""

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "grid": {
            "type": "array",
            "description": "the rows of the output grid, from top to bottom",
            "items": {"type": "array", "items": {"type": "integer", "enum": list(range(10))}},
        }
    },
    "required": ["grid"],
    "additionalProperties": False,
}
"""JSON Schema of an answer."""

_MOST = 300


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What was read from a reply; the attributes are those of `Sample`."""

    kind: SampleKind
    grid: Grid | None = None
    problem: str | None = None
    read_by: str | None = None
    usage: Usage = UNKNOWN
    finish: str | None = None
    model: str | None = None


def read_reply(reply: dict[str, Any]) -> Reading:
    """Read the decoded body of a reply: its first choice, whatever way it was asked for.

    A call of our function counts before text; in text, a JSON object with our key before what
    the text extractor finds.
    """
    choice = _first(reply.get("choices"))
    finish = _word(choice.get("finish_reason"))
    kind, grid, problem, read_by = _read_choice(choice, finish)
    model = _word(reply.get("model"))
    return Reading(kind, grid, problem, read_by, read_usage(reply), finish, model)


def read_usage(reply: dict[str, Any]) -> Usage:
    """The tokens that a reply states."""
    usage = _object(reply.get("usage"))
    prompt, output = (_object(usage.get(f"{side}_tokens_details")) for side in _SIDES)
    return Usage(
        prompt=_count(usage.get("prompt_tokens")),
        output=_count(usage.get("completion_tokens")),
        cached=_count(prompt.get("cached_tokens")),
        reasoning=_count(output.get("reasoning_tokens")),
    )


_SIDES = ("prompt", "completion")
_Read = tuple[SampleKind, Grid | None, str | None, str | None]


def _read_choice(choice: dict[str, Any], finish: str | None) -> _Read:
    if not choice:
        return "no-grid", None, "the reply has no choice", None
    message = _object(choice.get("message"))
    refusal = _text(message.get("refusal"))
    if refusal or finish == "content_filter":
        return "refusal", None, _shortened(refusal or "stopped by a content filter"), None
    text = _content(message.get("content"))
    call = _called(message)
    try:
        grid, read_by = (_grid_in(call), "tool") if call is not None else read_answer(text)
    except GridError as error:
        cut = finish == "length"
        problem = "the tokens ran out" if cut else _shortened(str(error))
        return "cut" if cut else "no-grid", None, problem, None
    return "grid", grid, None, read_by


def _grid_in(text: str) -> Grid:
    """The grid in an object of our schema."""
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise GridError("the answer is not JSON", "type") from None
    if not isinstance(value, dict) or "grid" not in value:
        raise GridError("the answer has no key 'grid'", "type")
    return as_grid(value["grid"])


def _called(message: dict[str, Any]) -> str | None:
    """The arguments of a call of our function."""
    calls = message.get("tool_calls")
    for call in calls if isinstance(calls, list) else []:
        function = _object(_object(call).get("function"))
        if function.get("name") == FUNCTION:
            return _text(function.get("arguments")) or ""
    return None


def _content(value: object) -> str:
    """The text of a message, which some endpoints give in parts."""
    if isinstance(value, list):
        return "".join(_text(_object(part).get("text")) or "" for part in value)
    return _text(value) or ""


def _first(value: object) -> dict[str, Any]:
    return _object(value[0]) if isinstance(value, list) and value else {}


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    """A text that UTF-8 can hold; None where the value is none."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else None


def _word(value: object) -> str | None:
    """A name that an endpoint gives, not longer than a line."""
    text = _text(value)
    return None if text is None else _shortened(text)


def _count(value: object) -> int | None:
    """A number of tokens, of a size that can be stored; None where it is none."""
    return value if type(value) is int and 0 <= value < 1 << 53 else None


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MOST else f"{line[:_MOST]} …"
