"""Requests as JSON: how a prompt is put to an endpoint, and what of it an endpoint refuses.

Sending is done in `client`, reading in `answers`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from arcgrid.engines.chat.answers import FUNCTION, SCHEMA
from arcgrid.engines.chat.settings import Settings
from arcgrid.result import Effort

Way = Literal["schema", "tool", "text"]
LimitName = Literal["max_completion_tokens", "max_tokens"]

WAYS: tuple[Way, ...] = get_args(Way)
"""The ways to ask for an answer, best first."""

_NEXT: Mapping[Way, Way] = {"schema": "tool", "tool": "text"}
_NAMES: Mapping[str, tuple[str, ...]] = {
    "effort": ("reasoning",),
    "schema": ("response_format", "json_schema", "schema", "grammar", "structured"),
    "tool": ("tool", "function"),
    "limit": ("max_completion_tokens", "max_tokens"),
    "seed": ("seed",),
}
_LENGTH = ("context length", "context_length", "maximum context", "too long", "too many tokens")


@dataclass(frozen=True, slots=True)
class Features:
    """What a request makes use of that not every endpoint knows.

    Attributes:
        way: how the answer is asked for.
        effort: whether the effort is sent.
        limit: the name under which the limit on tokens is sent; None when there is none to send.
        seed: whether seeds are sent.
    """

    way: Way
    effort: bool
    limit: LimitName | None
    seed: bool

    @classmethod
    def of(cls, settings: Settings) -> Features:
        """The best that can be asked for."""
        way = "schema" if settings.answer_by == "best" else settings.answer_by
        limit: LimitName | None = "max_completion_tokens" if settings.max_tokens else None
        return cls(way, True, limit, settings.seeds)

    def without(
        self, complaint: str, fixed: bool, first: bool, asked: Iterable[str] = ()
    ) -> Features | None:
        """What to try after an endpoint has refused a request.

        Args:
            complaint: what it said.
            asked: the names of fields that the user wants: a complaint about one is for the user.
            fixed: the way of answering was asked for by name, so it stays.
            first: no request was accepted yet, so that a complaint that names nothing may be about
                any of the features.

        Returns:
            None when it cannot be one of the features.
        """
        said = complaint.lower()
        if any(name.lower() in said for name in asked):
            return None
        named = [name for name, marks in _NAMES.items() if any(mark in said for mark in marks)]
        if not named and first and not any(mark in said for mark in _LENGTH):
            named = ["effort", "schema", "tool", "limit", "seed"]
        if "effort" in named and self.effort:
            return replace(self, effort=False)
        if "limit" in named and self.limit == "max_completion_tokens":
            return replace(self, limit="max_tokens")
        if self.way in named and self.way in _NEXT and not fixed:
            return replace(self, way=_NEXT[self.way])
        if "seed" in named and self.seed:
            return replace(self, seed=False)
        return None

    def __str__(self) -> str:
        """In words, for people."""
        way = {"schema": "JSON Schema", "tool": "function calling", "text": "text"}[self.way]
        effort = "reasoning effort sent" if self.effort else "no reasoning effort"
        return f"answers by {way}, {effort}"


def request_body(
    settings: Settings,
    features: Features,
    effort: Effort,
    messages: Sequence[Mapping[str, Any]],
    seed: int | None = None,
) -> dict[str, Any]:
    """The body of a request to `/chat/completions`."""
    body: dict[str, Any] = {"model": settings.model, "messages": list(messages)}
    if features.effort:
        body["reasoning_effort"] = effort
    if settings.temperature is not None:
        body["temperature"] = settings.temperature
    if features.limit is not None:
        body[features.limit] = settings.max_tokens
    if features.seed and seed is not None:
        body["seed"] = seed
    if features.way == "schema":
        wanted = {"name": FUNCTION, "strict": True, "schema": SCHEMA}
        body["response_format"] = {"type": "json_schema", "json_schema": wanted}
    elif features.way == "tool":
        about = "Give the output grid."
        function = {"name": FUNCTION, "description": about, "strict": True, "parameters": SCHEMA}
        body["tools"] = [{"type": "function", "function": function}]
        body["tool_choice"] = {"type": "function", "function": {"name": FUNCTION}}
    return {**body, **settings.more}


def complaint_of(status: int, reply: object, text: str) -> str:
    """What an endpoint says is wrong, with the parameter and the code it names; one line."""
    error = reply.get("error", reply) if isinstance(reply, dict) else None
    if isinstance(error, dict):
        parts = (error.get(name) for name in ("message", "detail", "param", "code"))
        text = " ".join(str(part) for part in parts if part)
    elif isinstance(error, str):
        text = error
    said = " ".join(text.split())[:300].encode("utf-8", "replace").decode()
    return f"status {status}: {said}" if said else f"status {status}"
