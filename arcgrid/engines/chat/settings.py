"""What `chat` can be told with `-O`, checked; and the key, which is never among it.

How the settings become a request is in `wire`.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from arcgrid.errors import SolverError

AnswerBy = Literal["best", "schema", "tool", "text"]

OPENAI = "https://api.openai.com/v1"
KEY = "ARCGRID_API_KEY"
"""The environment variable that holds the key, unless `key_from` names another."""
OPENAI_KEY = "OPENAI_API_KEY"
"""Looked at as well where the endpoint is OpenAI's own, and nowhere else."""

MAX_SAMPLES = 1024
"""Samples of one test input: the most that anybody has reported, and exact votes can count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a model is asked.

    Attributes:
        model: the endpoint's name of it.
        base_url: the endpoint, up to and without `/chat/completions`.
        prompt: the name of a prompt that comes with arcgrid, or the path of one.
        answer_by: how the grid is to come back; `best` finds out what the endpoint accepts.
        samples: answers for each test input; 0 is as many as there are attempts.
        augment: of how many moved and recolored copies samples take turns; the first is the puzzle.
        temperature: None leaves it to the endpoint.
        max_tokens: the most that a reply may have, reasoning included; None leaves it open.
        seeds: send a seed with each request, made from the run's, the puzzle and the sample.
        timeout: seconds for one request, from sending it to the end of the reply.
        retries: how often a request is sent again that failed in a way that may pass.
        backoff: seconds before the first retry where the endpoint does not say; doubled each time.
        requests_a_minute, tokens_a_minute: limits; 0 is none.
        prices: a TOML file with more prices.
        key_from: the environment variable that holds the key.
        extra: more fields of the request, as JSON; they win over ours.
    """

    model: str
    base_url: str = OPENAI
    prompt: str = "rows"
    answer_by: AnswerBy = "best"
    samples: int = 0
    augment: int = 1
    temperature: float | None = None
    max_tokens: int | None = None
    seeds: bool = False
    timeout: float = 600.0
    retries: int = 5
    backoff: float = 1.0
    requests_a_minute: int = 0
    tokens_a_minute: int = 0
    prices: str | None = None
    key_from: str | None = None
    extra: Mapping[str, object] | str = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "base_url", _checked_url(self.base_url))
        _as_object(self.extra)
        if not self.model:
            raise SolverError("option model: it is empty")
        bounds: tuple[tuple[str, float, float, float], ...] = (
            ("samples", self.samples, 0, MAX_SAMPLES),
            ("augment", self.augment, 1, MAX_SAMPLES),
            ("max_tokens", 1 if self.max_tokens is None else self.max_tokens, 1, 10**9),
            ("timeout", self.timeout, 0.001, 86_400),
            ("retries", self.retries, 0, 100),
            ("backoff", self.backoff, 0, 3600),
            ("requests_a_minute", self.requests_a_minute, 0, 10**9),
            ("tokens_a_minute", self.tokens_a_minute, 0, 10**12),
        )
        for name, value, low, high in bounds:
            if not low <= value <= high:
                raise SolverError(f"option {name}={value:g}: it is {low:g} to {high:,g}")

    @property
    def more(self) -> dict[str, object]:
        """`extra`, decoded."""
        return _as_object(self.extra)

    @property
    def host(self) -> str:
        """The endpoint's host, in small letters."""
        return (urlsplit(self.base_url).hostname or "").lower()

    @property
    def url(self) -> str:
        """Where requests go."""
        return f"{self.base_url}/chat/completions"


def find_key(settings: Settings) -> str | None:
    """Take the key from the environment; None where there is none, as local servers need none.

    OpenAI's own variable is looked at for OpenAI's own host alone, so that its key goes nowhere
    else because another endpoint was named.

    Raises:
        SolverError: the variable that `key_from` names is not set, or its value is no key.
    """
    names = [settings.key_from or KEY]
    if settings.key_from is None and settings.host == urlsplit(OPENAI).hostname:
        names.append(OPENAI_KEY)
    key = next((os.environ[name].strip() for name in names if os.environ.get(name)), None)
    if settings.key_from is not None and not key:
        raise SolverError(f"option key_from: the variable {settings.key_from} is not set")
    if key is not None and not re.fullmatch(r"[!-~]{4,}", key):
        raise SolverError(f"the key in {' or '.join(names)} is none: 4 or more visible characters")
    return key


def _as_object(value: Mapping[str, object] | str) -> dict[str, object]:
    try:
        given = json.loads(value) if isinstance(value, str) else dict(value)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise SolverError("option extra: a JSON object is wanted")
    return given


def _checked_url(url: str) -> str:
    """A base URL without the slash at its end; what is wrong with it is said without it."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise SolverError("option base_url: it is no URL") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SolverError("option base_url: an http or https URL is wanted")
    if parts.username or parts.password or parts.query or parts.fragment:
        problem = "option base_url: it has a name, a password or a query in it"
        raise SolverError(f"{problem}; the key comes from the environment alone ({KEY})")
    return url.rstrip("/").removesuffix("/chat/completions")
