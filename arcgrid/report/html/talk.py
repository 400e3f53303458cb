"""What a page shows of the samples of language models: each with its request and its reply.

The curve over their number is in `charts`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from arcgrid.grid import Grid
from arcgrid.sample import Sample, Transcript

Talk: TypeAlias = Sequence[tuple[Sample, Transcript | None]]
"""The samples of a task with their transcripts."""

Talks: TypeAlias = Mapping[tuple[str, str], Talk]
"""By the id of a run and of a task."""

MOST_SAMPLES = 24
"""Samples of a task that a page has; of the others only the number."""

MOST_WORDS = 4_000
"""Characters of a request or a reply that a page has."""


def talk_records(
    talk: Talk, number_of_text: Callable[[str], int], number_of: Callable[[Grid], int | None]
) -> list[dict[str, Any]]:
    """The first samples of a task as plain values; what is unknown is left out.

    Args:
        talk: all of them.
        number_of_text: gives the number of a request's text.
        number_of: gives the number of a grid.
    """
    return [
        _record(sample, kept, number_of_text, number_of) for sample, kept in talk[:MOST_SAMPLES]
    ]


def _record(
    sample: Sample,
    transcript: Transcript | None,
    number_of_text: Callable[[str], int],
    number_of: Callable[[Grid], int | None],
) -> dict[str, Any]:
    seconds = sample.seconds
    record = {
        "test": sample.test,
        "number": sample.number,
        "grid": None if sample.grid is None else number_of(sample.grid),
        "problem": sample.problem,
        "seconds": None if seconds is None else round(seconds, 3),
        "tokens": sample.usage.total,
        "cost": sample.cost,
        "reply": None if transcript is None else reply_text(transcript.reply),
        "request": None,
    }
    if transcript is not None:
        record["request"] = number_of_text(request_text(transcript.request))
    return {name: value for name, value in record.items() if value is not None}


def request_text(request: str) -> str:
    """The messages of a request, each under its role."""
    messages = json.loads(request)["messages"]
    parts = [f"[{message['role']}]\n{_content(message['content'])}" for message in messages]
    return _shortened("\n\n".join(parts))


def reply_text(reply: str) -> str:
    """What a model wrote, with its reasoning and its calls; of another reply all of it."""
    try:
        message = json.loads(reply)["choices"][0]["message"]
        calls = [call["function"]["arguments"] for call in message.get("tool_calls") or []]
        thought = message.get("reasoning_content") or message.get("reasoning")
        parts = [thought, message.get("refusal"), _content(message.get("content")), *calls]
        return _shortened("\n\n".join(str(part) for part in parts if part))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return _shortened(reply)


def _content(content: object) -> str:
    """The text of a message, and a word for each picture."""
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "[a picture]")) for part in content)
    return content if isinstance(content, str) else ""


def _shortened(text: str) -> str:
    return text if len(text) <= MOST_WORDS else f"{text[:MOST_WORDS]} …"
