"""A small web server for one machine: it answers who knows its address, and refuses all others.

Nothing that is asked for is ever looked up in the file system: a site has the pages that it knows
by name. The standard library's server is enough for a few readers, and it adds no dependency.
"""

from __future__ import annotations

import json
import secrets
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any, Protocol

from arcgrid.errors import ArcgridError, ArgumentError

LOOPBACK = "127.0.0.1"
LONGEST_BODY = 1 << 16
"""Bytes of a request's body: a grid of 30 by 30 as JSON has less than 2,000."""

MOST_CONNECTIONS = 64
"""Requests that are answered at once; more are hung up on."""

LONGEST_REQUEST = 30.0
"""Seconds until a connection is cut, however much of its request has come."""

_EVERYWHERE = {"0.0.0.0", "::", ""}
_HTML = "text/html; charset=utf-8"
_GUARDS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",  # the address is the secret
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent back: a page, or JSON, or the status alone."""

    body: bytes = b""
    status: int = HTTPStatus.OK
    kind: str = _HTML
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, value: object) -> Reply:
        """A value as JSON."""
        return cls(json.dumps(value, allow_nan=False).encode(), kind="application/json")


class Site(Protocol):
    """What is served below the address."""

    def get(self, page: str, known: str) -> Reply | None:
        """A page by its name; the first one's is empty.

        Args:
            page: the name; None is returned for one that there is not.
            known: the version (`ETag`) that the reader has; empty where it has none.
        """
        ...

    def post(self, page: str, value: Any) -> Reply | None:
        """Do what is asked for with a value that was sent as JSON; None as for `get`.

        Raises:
            ArcgridError: the value is not what it should be.
        """
        ...


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Serves a site below an address that holds a token.

    Args:
        site: what is served.
        host: name or address to listen at; `127.0.0.1` is this machine alone.
        port: 0 is any that is free.

    Raises:
        ArgumentError: nobody can listen there.
    """

    daemon_threads = True
    allow_reuse_address = True
    block_on_close = False
    request_queue_size = 16

    def __init__(self, site: Site, host: str = LOOPBACK, port: int = 0) -> None:
        self.site = site
        self.token = secrets.token_urlsafe(18)
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._begun: dict[Any, float] = {}
        self._lock = threading.Lock()
        try:
            super().__init__((host, port), _Handler)
        except (OSError, OverflowError) as error:
            problem = getattr(error, "strerror", None) or str(error)
            raise ArgumentError(f"cannot serve at {_joined(host, port)}: {problem}") from None
        self.host, self.port = host, int(self.server_address[1])

    @property
    def address(self) -> str:
        """What a browser is given."""
        host = LOOPBACK if self.host in _EVERYWHERE else self.host
        return f"http://{_joined(host, self.port)}/{self.token}/"

    def knows_host(self, given: str, own: str) -> bool:
        """Whether a request names this server: another name for it is a trick of DNS.

        Args:
            given: what the request's `Host` says.
            own: the address at which it arrived.
        """
        names = {LOOPBACK, "localhost", "::1", self.host, own} - _EVERYWHERE
        return given.lower() in {_joined(name, self.port).lower() for name in names}

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread, unless too many are."""
        with self._lock:
            full = len(self._begun) >= MOST_CONNECTIONS
            if not full:
                self._begun[request] = time.monotonic()
        if full:
            self.shutdown_request(request)
        else:
            super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget a connection and close it."""
        with self._lock:
            self._begun.pop(request, None)
        super().shutdown_request(request)

    def service_actions(self) -> None:
        """Cut what takes too long: called again and again while the server waits."""
        now = time.monotonic()
        with self._lock:
            late = [one for one, begun in self._begun.items() if now - begun > LONGEST_REQUEST]
        for one in late:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:  # it has just gone
                continue

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of readers who went away."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _RefusedError(Exception):
    """A request that is not answered as it would like."""

    def __init__(self, status: HTTPStatus) -> None:
        self.status = status


class _Handler(BaseHTTPRequestHandler):
    """One request: who asks, for which page, and the reply."""

    server: Server
    timeout = 10.0  # seconds for each part that is read or written
    server_version, sys_version = "arcgrid", ""

    def do_GET(self) -> None:  # the name is http.server's
        self._answer(lambda page: self.server.site.get(page, self._one("If-None-Match")))

    def do_POST(self) -> None:  # the name is http.server's
        self._answer(lambda page: self.server.site.post(page, self._value()))

    def _answer(self, make: Any) -> None:
        try:
            page = self._page()
            reply = make(page)
            if reply is None:
                raise _RefusedError(HTTPStatus.NOT_FOUND)
        except _RefusedError as error:
            reply = _line(error.status.phrase, error.status)
        except ArcgridError as error:
            status = HTTPStatus.CONFLICT if self.command == "POST" else HTTPStatus.GONE
            reply = Reply(
                str(error).encode("utf-8", "replace"), status, "text/plain; charset=utf-8"
            )
        self._send(reply)

    def _page(self) -> str:
        """The name of the page that is asked for, once it is clear who asks."""
        host, own = self._one("Host"), str(self.connection.getsockname()[0])
        if not self.server.knows_host(host, own):
            raise _RefusedError(HTTPStatus.MISDIRECTED_REQUEST)
        origin = self._one("Origin")
        if (origin or self.command == "POST") and origin != f"http://{host}":
            raise _RefusedError(HTTPStatus.FORBIDDEN)
        token, slash, page = self.path.removeprefix("/").partition("/")
        if not slash or not secrets.compare_digest(token.encode(), self.server.token.encode()):
            raise _RefusedError(HTTPStatus.NOT_FOUND)
        return page

    def _one(self, name: str) -> str:
        """A header that stands there once; empty where it does not stand there."""
        given = self.headers.get_all(name, [])
        if len(given) > 1:
            raise _RefusedError(HTTPStatus.BAD_REQUEST)
        return str(given[0]).strip() if given else ""

    def _value(self) -> Any:
        """The body of a request, which must be JSON of a known and modest length."""
        length = self._one("Content-Length")
        if not (length.isascii() and length.isdigit()) or self._one("Transfer-Encoding"):
            raise _RefusedError(HTTPStatus.LENGTH_REQUIRED)
        if len(length) > 9 or int(length) > LONGEST_BODY:
            raise _RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if self._one("Content-Type").partition(";")[0].strip() != "application/json":
            raise _RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        try:
            return json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            raise _RefusedError(HTTPStatus.BAD_REQUEST) from None

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        given = {"Content-Type": reply.kind, "Content-Length": str(len(reply.body))}
        for name, value in {**_GUARDS, **given, **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what is no request, without repeating any of it."""
        self._send(_line(HTTPStatus(code).phrase, code))

    def log_message(self, format: str, *args: object) -> None:
        """Keep no log: the token would stand in it."""


def _line(text: str, status: int) -> Reply:
    """A line that says why there is no page."""
    return Reply(text.encode("utf-8", "replace"), status, "text/plain; charset=utf-8")


def _joined(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
