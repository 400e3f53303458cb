"""Pages that are served: live runs, and all that a stranger might try."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import arcgrid
from arcgrid.cli import main
from arcgrid.errors import ArgumentError, UnknownNameError
from arcgrid.result import Answer, Outcome, TimedAnswer
from arcgrid.store import Store
from arcgrid.task import TaskSet
from arcgrid.view import server as serving_module
from arcgrid.view.runs import GallerySite, RunsSite
from arcgrid.view.server import LONGEST_BODY, Reply, Server
from tests.reports import data_of, outcomes_of
from tests.views import SlowRun, ask, get, request, serving


@pytest.fixture
def mini() -> TaskSet:
    return arcgrid.load("arcgrid/mini")[:4]


@pytest.fixture
def slow(store: Path, mini: TaskSet) -> SlowRun:
    return SlowRun(store, mini)


class Echo:
    """A site that tells what it was sent, and counts what it was asked to do."""

    def __init__(self) -> None:
        self.written: list[Any] = []

    def get(self, page: str, known: str) -> Reply | None:
        return Reply(b"secret page") if page == "" else None

    def post(self, page: str, value: Any) -> Reply | None:
        if page != "write":
            return None
        self.written.append(value)
        return Reply.json({"written": value})


@pytest.fixture
def echo() -> Iterator[Server]:
    with serving(Echo()) as server:
        yield server


def solved(mini: TaskSet, id: str) -> Outcome:
    guesses = tuple((pair.output,) for pair in mini[id].test)
    return Outcome("answered", 0.5, 0.5, answers=(TimedAnswer(0.5, Answer(guesses)),))  # type: ignore[arg-type]  # grids will do


def post(server: Server, body: bytes, page: str = "write", **headers: str) -> tuple[int, bytes]:
    given = {
        "Origin": f"http://127.0.0.1:{server.port}",
        "Content_Type": "application/json",
        "Content_Length": str(len(body)),
    } | headers
    given = {name: value for name, value in given.items() if value}
    status, _, reply = ask(server, request(server, "POST", f"/{server.token}/{page}", given, body))
    return status, reply


def test_a_page_is_for_who_knows_the_address(echo: Server) -> None:
    assert get(echo)[0::2] == (200, b"secret page")
    wrong = ("", "x", echo.token[:-1], f"{echo.token}x", echo.token.swapcase(), "%2e%2e", "é")
    for token in wrong:
        for method in ("GET", "POST"):
            path = f"/{token}/"
            status, _, body = ask(echo, request(echo, method, path, {"Origin": origin(echo)}))
            assert (status, body) == (404, b"Not Found"), (token, method)
    for path in ("/", "", "//", f"/{echo.token}", f"//{echo.token}/", f"/x/../{echo.token}/"):
        if path != f"//{echo.token}/":  # the same address, written otherwise
            assert ask(echo, request(echo, "GET", path or "*", {}))[0] == 404, path


def origin(server: Server) -> str:
    return f"http://127.0.0.1:{server.port}"


TRAVERSALS = (
    "../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/etc/passwd",
    "....//etc/passwd",
    "/etc/passwd",
    "file:///etc/passwd",
    "static/live.js",
    "index.html",
    "?x",
    "\\..\\x",
    "\x00",
)


@pytest.mark.parametrize("page", TRAVERSALS)
def test_nothing_outside_the_pages_is_served(page: str, echo: Server, slow: SlowRun) -> None:
    assert get(echo, page)[0] == 404
    with serving(slow.site()) as server:
        assert get(server, page)[0] == 404
        assert post(server, b"{}", page)[0] == 404


HOSTS = (
    ("127.0.0.1:{}", 200),
    ("localhost:{}", 200),
    ("LOCALHOST:{}", 200),
    ("evil.example:{}", 421),  # a name that DNS was made to lead here
    ("127.0.0.1.evil.example:{}", 421),
    ("127.0.0.1", 421),
    ("127.0.0.1:1", 421),
    ("0.0.0.0:{}", 421),
    ("127.0.0.1:{}/", 421),
    ("user@127.0.0.1:{}", 421),
)


@pytest.mark.parametrize(("host", "status"), HOSTS)
def test_another_name_for_this_machine_is_refused(host: str, status: int, echo: Server) -> None:
    name = host.format(echo.port)
    assert get(echo, Host=name)[0] == status
    body = post(echo, b"1", Host=name, Origin=f"http://{name}")
    assert body[0] == status
    assert bool(echo.site.written) == (status == 200)  # type: ignore[attr-defined]  # it is an Echo


def test_a_host_that_is_missing_or_there_twice_is_refused(echo: Server) -> None:
    path = f"/{echo.token}/"
    assert ask(echo, f"GET {path} HTTP/1.1\r\n\r\n".encode())[0] == 421
    host = f"Host: 127.0.0.1:{echo.port}\r\n"
    assert ask(echo, f"GET {path} HTTP/1.1\r\n{host}{host}\r\n".encode())[0] == 400


def test_another_origin_is_refused(echo: Server) -> None:
    for given in (
        "http://evil.example",
        "null",
        f"https://127.0.0.1:{echo.port}",
        "http://127.0.0.1",
    ):
        assert get(echo, Origin=given)[0] == 403
        assert post(echo, b"1", Origin=given)[0] == 403
    assert post(echo, b"1", Origin="")[0] == 403, "a write says where it comes from"
    assert echo.site.written == []  # type: ignore[attr-defined]  # it is an Echo
    assert get(echo, Origin=origin(echo))[0] == 200


BODIES: tuple[tuple[bytes, dict[str, str], int], ...] = (
    (b'{"a": 1}', {}, 200),
    (b"[" * 50_000, {}, 400),
    (b"{", {}, 400),
    (b"\xff", {}, 400),
    (b"1", {"Content_Type": "text/plain"}, 415),  # what a form of another page could send
    (b"1", {"Content_Type": ""}, 415),
    (b"", {"Content_Length": str(LONGEST_BODY + 1)}, 413),
    (b"", {"Content_Length": "9" * 5000}, 413),
    (b"1", {"Content_Length": ""}, 411),
    (b"1", {"Content_Length": "-1"}, 411),
    (b"1", {"Content_Length": "²"}, 411),
    (b"1", {"Transfer_Encoding": "chunked"}, 411),
)


@pytest.mark.parametrize(("body", "headers", "status"), BODIES)
def test_a_body_is_json_of_a_modest_length(
    body: bytes, headers: dict[str, str], status: int, echo: Server
) -> None:
    assert post(echo, body, **headers)[0] == status
    assert len(echo.site.written) == (status == 200)  # type: ignore[attr-defined]  # it is an Echo
    assert get(echo)[0] == 200


@pytest.mark.parametrize(
    "text",
    [
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /\r\n\r\n",  # HTTP/0.9
        b"<script> / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",  # TLS
        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
    ],
    ids=range(8),
)
def test_what_is_no_request_gets_a_line_or_nothing(
    text: bytes, echo: Server, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.create_connection(("127.0.0.1", echo.port), timeout=20) as connection:
        connection.sendall(text)
        connection.shutdown(socket.SHUT_WR)
        try:
            reply = connection.recv(1 << 16)
        except ConnectionResetError:
            reply = b""
    assert b"200" not in reply.partition(b"\r\n")[0]
    assert b"script" not in reply
    assert get(echo)[0] == 200
    assert capfd.readouterr().err == ""


def test_other_methods_are_not_known(echo: Server) -> None:
    for method in ("HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT"):
        text = request(echo, method, f"/{echo.token}/write", {"Origin": origin(echo)})
        assert ask(echo, text)[0] == 501


def test_replies_keep_the_address_to_themselves(echo: Server) -> None:
    headers = get(echo)[1]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in headers


def test_slow_readers_are_cut_and_stop_nobody(
    echo: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving_module, "LONGEST_REQUEST", 0.2)
    with socket.create_connection(("127.0.0.1", echo.port), timeout=20) as slowly:
        slowly.sendall(b"GET / HTTP/1.1\r\nA: ")
        assert get(echo)[0] == 200
        with pytest.raises(ConnectionError):
            drip(slowly)


def drip(connection: socket.socket) -> None:
    """Send a byte now and then, which no time limit of a single read sees."""
    for _ in range(200):
        connection.sendall(b"a")
        time.sleep(0.02)


def test_too_many_connections_are_hung_up_on(echo: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving_module, "MOST_CONNECTIONS", 2)
    address = ("127.0.0.1", echo.port)
    open_ones = [socket.create_connection(address, timeout=20) for _ in range(4)]
    cut, _, _ = select.select(open_ones, [], [], 20)
    assert cut
    for one in open_ones:
        one.close()
    deadline = time.monotonic() + 20
    while echo._begun and time.monotonic() < deadline:
        time.sleep(0.01)
    assert get(echo)[0] == 200


def test_it_listens_on_this_machine_alone(echo: Server) -> None:
    assert echo.server_address[0] == "127.0.0.1"
    assert echo.address == f"http://127.0.0.1:{echo.port}/{echo.token}/"
    assert len(echo.token) >= 24
    with Server(Echo()) as other:
        assert other.token != echo.token


def test_where_nobody_can_listen(echo: Server) -> None:
    with pytest.raises(ArgumentError, match=r"cannot serve at 127\.0\.0\.1:"):
        Server(Echo(), port=echo.port)
    with pytest.raises(ArgumentError, match=r"cannot serve at nowhere\.invalid:0"):
        Server(Echo(), "nowhere.invalid")


def test_everywhere_has_an_address_that_a_browser_takes() -> None:
    with Server(Echo(), "0.0.0.0") as server:
        assert server.address.startswith("http://127.0.0.1:")
        assert server.knows_host(f"192.0.2.7:{server.port}", "192.0.2.7")
        assert not server.knows_host(f"evil.example:{server.port}", "192.0.2.7")


def test_a_page_has_what_has_come_so_far(slow: SlowRun, mini: TaskSet) -> None:
    site = slow.site()
    with serving(site) as server:
        status, headers, first = get(server)
        assert (status, headers["Arcgrid-State"]) == (200, "live: 4 left")
        same = get(server, If_None_Match=headers["ETag"])
        assert (same[0], same[2]) == (304, b"")
        site._next = 0.0
        slow.add(mini.ids[1], solved(mini, mini.ids[1]))
        status, renewed, second = get(server, If_None_Match=headers["ETag"])
        assert (status, renewed["Arcgrid-State"]) == (200, "live: 3 left")
        assert renewed["ETag"] != headers["ETag"]
        before, after = (
            len(outcomes_of(data_of(page.decode())["runs"][0])) for page in (first, second)
        )
    assert after == before + 1


def test_making_the_page_takes_little_of_the_time(slow: SlowRun, mini: TaskSet) -> None:
    """However quickly outcomes come, the page is made anew only now and then."""
    site = slow.site()
    first = site.get("", "")
    site._next = float("inf")
    slow.add(mini.ids[0], solved(mini, mini.ids[0]))
    assert first is not None
    again = site.get("", first.headers["ETag"])
    assert again is not None
    assert again.status == 304


def test_a_run_that_is_deleted_meanwhile(slow: SlowRun) -> None:
    with serving(slow.site()) as server:
        with Store(slow.path) as store:
            store.delete_run(slow.run)
        status, _, body = get(server)
        assert status == 410
        assert body.startswith(b"unknown run ")


def test_nothing_can_be_written_to_a_report(slow: SlowRun, mini: TaskSet) -> None:
    for site in (slow.site(), GallerySite(mini)):
        with serving(site) as server:
            assert post(server, b"{}", "")[0] == 404
            assert get(server)[0] == 200


def test_an_unknown_rule_is_refused_at_once(slow: SlowRun) -> None:
    with pytest.raises(UnknownNameError, match="unknown rule 'x'"):
        RunsSite(slow.path, [slow.run], "x")


def test_a_host_that_is_not_here_is_refused() -> None:
    result = CliRunner().invoke(main, ["view", "arcgrid/mini", "--host", "nowhere.invalid"])
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: cannot serve at nowhere.invalid:0: ")
    assert result.stderr.count("\n") == 1
