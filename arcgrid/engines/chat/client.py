"""Sends requests to one endpoint over HTTP: retries, pauses, limits on time and size, no key told.

What is sent is made in `wire`. `httpx2` rather than a vendor's SDK: one kind of request is needed,
and of it what an SDK decides by itself: which failures are sent again and counted how often, that
no redirect is followed, and how large a reply may get before it is let go.
"""

from __future__ import annotations

import asyncio
import email.utils
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx2

from arcgrid.engines.chat.limits import Pace
from arcgrid.engines.chat.settings import Settings
from arcgrid.engines.chat.wire import complaint_of
from arcgrid.errors import SolverError

MOST_BYTES = 8 << 20
"""Bytes of the largest reply that is read."""

LONGEST_PAUSE = 600.0
"""Seconds: an endpoint that asks for a longer pause is not waited for."""

_LONGEST_BACKOFF = 60.0
_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529})
_USELESS = frozenset({401, 402, 404, 405})
_EMPTY = ("insufficient_quota", "billing_hard_limit", "exceeded your current quota")


@dataclass(frozen=True, slots=True)
class Exchange:
    """How a request ended.

    Attributes:
        status: of the last response; 0 where there was none.
        reply: the decoded body of a response of status 200; else None.
        text: the body as text, without the key.
        problem: why there is no reply, one line; None where there is one.
        lost: the request may have been answered, and paid, without our knowing.
        seconds: from sending the last request to the end of its reply.
        tries: requests that were sent.
        started: ISO time in UTC at which the first was sent.
    """

    status: int
    reply: dict[str, Any] | None
    text: str
    problem: str | None
    lost: bool
    seconds: float
    tries: int
    started: str


@dataclass(frozen=True, slots=True)
class _Response:
    """One response, or why there was none."""

    status: int
    text: str
    problem: str | None = None
    lost: bool = False
    pause: float | None = None
    passing: bool = True


class Client:
    """Keeps the connections to one endpoint; use it within one event loop, and close it.

    Args:
        settings: which endpoint, and how patient.
        key: sent with each request, and in nothing that leaves this class.
        connections: the most at once.
    """

    def __init__(self, settings: Settings, key: str | None, connections: int) -> None:
        self._settings, self._key = settings, key
        self._pace = Pace(settings.requests_a_minute, settings.tokens_a_minute)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if key is not None:
            headers["Authorization"] = f"Bearer {key}"
        self._http = httpx2.AsyncClient(
            headers=headers,
            timeout=None,  # one limit for the whole of a request is set below
            follow_redirects=False,
            limits=httpx2.Limits(
                max_connections=connections, max_keepalive_connections=connections
            ),
        )
        self._answered = False

    async def close(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    def without_key(self, text: str) -> str:
        """Text of others with the key taken out, however JSON may have written it."""
        if self._key is None:
            return text
        for written in (self._key, json.dumps(self._key)[1:-1]):
            text = text.replace(written, "[key]")
        return text

    async def post(self, body: dict[str, Any], tokens: int) -> Exchange:
        """Send a request, again where its failure may pass, until it has ended.

        Args:
            body: the request.
            tokens: an estimate of those that it takes, until they are known.

        Raises:
            SolverError: no request can succeed: the key is refused, there is no such model, the
                quota is used up, the endpoint sends elsewhere.
        """
        content = json.dumps(body, separators=(",", ":")).encode()
        began = datetime.now(UTC).isoformat(timespec="milliseconds")
        tries, backoff = 0, self._settings.backoff
        while True:
            entry = await self._pace.turn(tokens)
            sent = time.perf_counter()
            response = await self._send(content)
            seconds, tries = time.perf_counter() - sent, tries + 1
            reply = _decoded(response)
            if response.problem is None and response.status == 200 and reply is not None:
                self._answered = True
                entry.tokens = _total_tokens(reply) or entry.tokens
                return Exchange(200, reply, response.text, None, False, seconds, tries, began)
            problem, lost = self._judge(response, reply)
            again = response.passing and (response.status in (0, 200, *_PASSING))
            if not again or tries > self._settings.retries:
                text = response.text
                return Exchange(response.status, None, text, problem, lost, seconds, tries, began)
            await self._rest(response, backoff)
            backoff = min(2 * backoff, _LONGEST_BACKOFF)

    async def _rest(self, response: _Response, backoff: float) -> None:
        """Wait before a retry: as the endpoint says, and then nobody sends anything; or a while."""
        clock = asyncio.get_running_loop().time
        if response.pause is None:
            await asyncio.sleep(backoff)
        elif response.pause > LONGEST_PAUSE:
            problem = f"the endpoint asks for a pause of {response.pause:,.0f} seconds"
            raise SolverError(f"{problem}; go on later with --resume", file=self._settings.host)
        else:
            self._pace.pause(clock() + response.pause)

    def _judge(self, response: _Response, reply: object) -> tuple[str, bool]:
        """What was wrong with a response, and whether it may have been paid all the same.

        Raises:
            SolverError: it will be wrong with every other as well.
        """
        status = response.status
        if response.problem is not None:
            return response.problem, response.lost
        if status == 200:
            return "the reply is not a JSON object", True
        complaint = complaint_of(status, reply, response.text)
        useless = status in _USELESS or (status == 403 and not self._answered)
        if 300 <= status < 400:
            problem = "the endpoint sends elsewhere, which is not followed: name that as base_url"
            raise SolverError(f"{problem} ({complaint})", file=self._settings.host)
        if useless or any(mark in response.text for mark in _EMPTY):
            raise SolverError(
                f"the endpoint refuses requests: {complaint}", file=self._settings.host
            )
        return complaint, False

    async def _send(self, content: bytes) -> _Response:
        """Send one request and read its response; what goes wrong on the way is in it."""
        limit = self._settings.timeout
        try:
            async with asyncio.timeout(limit):
                async with self._http.stream(
                    "POST", self._settings.url, content=content
                ) as response:
                    return await self._read(response)
        except TimeoutError:
            return _Response(0, "", f"no whole reply within {limit:g} seconds", lost=True)
        except httpx2.ConnectError as error:
            return _Response(0, "", f"cannot connect: {self._said(error)}")
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            return _Response(0, "", f"the connection broke: {self._said(error)}", lost=True)

    async def _read(self, response: httpx2.Response) -> _Response:
        chunks, size = [], 0
        async for chunk in response.aiter_bytes():
            chunks.append(chunk)
            size += len(chunk)
            if size > MOST_BYTES:
                problem = f"the reply is larger than {MOST_BYTES >> 20} MiB"
                return _Response(response.status_code, "", problem, lost=True, passing=False)
        text = self.without_key(b"".join(chunks).decode("utf-8", "replace"))
        return _Response(response.status_code, text, pause=pause_of(response.headers, time.time()))

    def _said(self, error: Exception) -> str:
        return self.without_key(" ".join(str(error).split()) or type(error).__name__)


def _decoded(response: _Response) -> dict[str, Any] | None:
    """The body as an object, also that of an error; None where it is none."""
    try:
        value = json.loads(response.text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _total_tokens(reply: dict[str, Any]) -> int | None:
    usage = reply.get("usage")
    total = usage.get("total_tokens") if isinstance(usage, dict) else None
    return total if type(total) is int and 0 <= total < 1 << 53 else None


def pause_of(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds that an endpoint asks to wait: `retry-after-ms`, or `Retry-After` of RFC 9110.

    Args:
        headers: of the response, whose names are in small letters.
        now: the time since the epoch, where a date says until when.
    """
    try:
        return max(0.0, float(headers["retry-after-ms"]) / 1000)
    except (KeyError, ValueError):
        pass
    value = headers.get("retry-after", "").strip()
    if value.isdigit():
        return float(value)
    try:
        when = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, when.timestamp() - now)
