"""Helpers of the tests of served pages: a server in a thread, and requests as they are written."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from arcgrid.result import Budget, Outcome
from arcgrid.scoring.rules import DEFAULT_RULE
from arcgrid.solver import find_solver
from arcgrid.store import RunPlan, Store
from arcgrid.task import TaskSet
from arcgrid.view.runs import RunsSite
from arcgrid.view.server import Server


@contextmanager
def serving(site: Any) -> Iterator[Server]:
    """A server that answers until the end of the block."""
    with Server(site) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def ask(server: Server, text: bytes) -> tuple[int, dict[str, str], bytes]:
    """Send a request as it is written; the status, headers and body of the reply."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(text)
        reply = b""
        while more := connection.recv(1 << 16):
            reply += more
    head, _, body = reply.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return int(status.split()[1]), headers, body


def get(server: Server, page: str = "", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Ask for a page as a browser does, but for some headers."""
    return ask(server, request(server, "GET", f"/{server.token}/{page}", headers))


def request(
    server: Server, method: str, path: str, headers: dict[str, str], body: bytes = b""
) -> bytes:
    """A request; names of headers have `_` for `-`."""
    given = {"Host": f"127.0.0.1:{server.port}", **headers}
    lines = [f"{method} {path} HTTP/1.1"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in given.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


class SlowRun:
    """A run whose outcomes come when a test says so."""

    def __init__(self, path: Path, tasks: TaskSet) -> None:
        self.path, self.tasks = path, tasks
        with Store(path, create=True) as store:
            self.run = store.create_run(self._plan(), "slow")

    def _plan(self) -> RunPlan:
        return RunPlan(
            solver=find_solver("identity"),
            options={},
            task_set=self.tasks.name,
            origin=self.tasks.origin,
            digest=self.tasks.digest,
            asked=tuple(self.tasks.ids),
            budget=Budget(),
            engine="inline",
            workers=1,
            versions={},
            machine="a machine",
        )

    def add(self, id: str, outcome: Outcome) -> None:
        """An outcome comes."""
        with Store(self.path) as store:
            store.add_outcome(self.run, id, len(self.tasks[id].test), 0, outcome)

    def end(self) -> None:
        """The session is over."""
        with Store(self.path) as store, store.session(self.run, lambda: (1.0, 1.0)):
            pass

    def site(self) -> RunsSite:
        """The page on it."""
        return RunsSite(self.path, [self.run], DEFAULT_RULE)


class Reader:
    """A page's side: sends, and keeps all that came back."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.got = [get(server)[2]]

    def send(self, action: str, value: Any) -> Any:
        status, reply = self.status(action, value)
        assert status == 200, reply
        return json.loads(reply)

    def status(self, action: str, value: Any) -> tuple[int, bytes]:
        body = json.dumps(value).encode()
        headers = {
            "Origin": f"http://127.0.0.1:{self.server.port}",
            "Content_Type": "application/json",
            "Content_Length": str(len(body)),
        }
        path = f"/{self.server.token}/{action}"
        status, _, reply = ask(self.server, request(self.server, "POST", path, headers, body))
        self.got.append(reply)
        return status, reply
