"""A server on loopback that speaks the chat completions API, and misbehaves on demand.

`python -m tests.endpoint --port 8080` serves a model that knows the puzzles of `arcgrid/mini`, and
is right the oftener the higher the effort.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self

import numpy as np

import arcgrid
from arcgrid.grid import Grid

MODEL = "puzzler-1"
SKILL = {None: 0.5, "low": 0.4, "medium": 0.6, "high": 0.8}
"""How often the model is right, by effort."""


@dataclass(frozen=True)
class Request:
    """What came in; `number` counts from 0."""

    number: int
    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def text(self) -> str:
        """All text of all messages."""
        texts = []
        for message in self.body["messages"]:
            content = message["content"]
            parts = [{"text": content}] if isinstance(content, str) else content
            texts += [part["text"] for part in parts if "text" in part]
        return "\n".join(texts)

    @property
    def way(self) -> str:
        """How an answer is asked for."""
        if "response_format" in self.body:
            return "schema"
        return "tool" if "tools" in self.body else "text"

    def last_grid(self) -> Grid:
        """The last grid in rows of digits that the prompt shows."""
        grids = re.findall(r"(?:^[0-9](?: [0-9])*$\n?)+", self.text, re.MULTILINE)
        return arcgrid.as_grid([list(map(int, row.split())) for row in grids[-1].splitlines()])


@dataclass(frozen=True)
class Reply:
    """What goes out: all of it, half of it, or byte by byte; or the line goes dead."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    how: Literal["whole", "half", "drip", "drop"] = "whole"
    delay: float = 0.0


Behavior = Callable[[Request], Reply]


def answer(request: Request, grid: object, **more: Any) -> Reply:
    """A good reply with this grid, in the way that was asked for."""
    rows = grid.tolist() if hasattr(grid, "tolist") else grid
    if request.way == "schema":
        return say(json.dumps({"grid": rows}), **more)
    if request.way == "tool":
        arguments = json.dumps({"grid": rows})
        call = {"id": "1", "type": "function", "function": {"name": "answer"}}
        call["function"]["arguments"] = arguments  # type: ignore[index]  # it is a dict
        return say(None, tool_calls=[call], **more)
    return say(f"The rule is plain. The output is\n{json.dumps(rows)}", **more)


def say(
    content: str | None,
    *,
    usage: dict[str, Any] | Literal["default"] | None = "default",
    finish: str = "stop",
    delay: float = 0.0,
    **message: Any,
) -> Reply:
    """A reply of one choice with this message."""
    if usage == "default":
        usage = {
            "prompt_tokens": 100,
            "completion_tokens": 50,
            "total_tokens": 150,
            "completion_tokens_details": {"reasoning_tokens": 30},
        }
    body: dict[str, Any] = {
        "id": "c1",
        "object": "chat.completion",
        "model": MODEL,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": content, **message},
                "finish_reason": finish,
            }
        ],
    }
    if usage is not None:
        body["usage"] = usage
    return Reply(body=json.dumps(body).encode(), delay=delay)


def fail(status: int, message: str = "no", headers: Mapping[str, str] | None = None) -> Reply:
    """An error in the API's words."""
    body = {"error": {"message": message, "type": "error"}}
    return Reply(status, json.dumps(body).encode(), headers or {})


def in_turn(*behaviors: Behavior | Reply) -> Behavior:
    """Each request gets the next one, the last one stays."""

    def behave(request: Request) -> Reply:
        chosen = behaviors[min(request.number, len(behaviors) - 1)]
        return chosen if isinstance(chosen, Reply) else chosen(request)

    return behave


def knowing(tasks: arcgrid.TaskSet, delay: float = 0.0, seed: int = 0) -> Behavior:
    """A model that knows these tasks, and is right as often as `SKILL` says."""
    truths = {
        pair.input.tobytes() + bytes(pair.input.shape): pair.output
        for task in tasks
        for pair in task.test
    }

    def behave(request: Request) -> Reply:
        chance = random.Random(f"{seed} {request.number}")
        shown = request.last_grid()
        right = chance.random() < SKILL[request.body.get("reasoning_effort")]
        wrong = np.rot90(shown, chance.choice([0, 0, 0, 1, 2, 3]))
        grid = truths[shown.tobytes() + bytes(shown.shape)] if right else wrong
        thought = {None: 100, "low": 100, "medium": 400, "high": 1600}
        tokens = thought[request.body.get("reasoning_effort")]
        usage = {
            "prompt_tokens": len(request.text) // 2,
            "completion_tokens": tokens + shown.size,
            "total_tokens": len(request.text) // 2 + tokens + shown.size,
            "completion_tokens_details": {"reasoning_tokens": tokens},
        }
        return answer(request, grid, usage=usage, delay=delay)

    return behave


class ChatServer:
    """The server, in threads of its own; use it as a context manager.

    Attributes:
        behave: what it does with a request.
        requests: all that came in.
        most_at_once: the most requests that were open at the same time.
    """

    def __init__(self, behave: Behavior, port: int = 0) -> None:
        self.behave = behave
        self.requests: list[Request] = []
        self.most_at_once = 0
        self._open = 0
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", port), _handler(self))

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def serve(self) -> None:
        """Serve until interrupted."""
        self._server.serve_forever()

    def enter(self, path: str, headers: Mapping[str, str], body: dict[str, Any]) -> Request:
        """Count a request that has come in."""
        with self._lock:
            request = Request(len(self.requests), path, headers, body)
            self.requests.append(request)
            self._open += 1
            self.most_at_once = max(self.most_at_once, self._open)
        return request

    def leave(self) -> None:
        """Count a request that is done."""
        with self._lock:
            self._open -= 1


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that go away are what some tests are about."""


def _handler(server: ChatServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            request = server.enter(self.path, dict(self.headers), body)
            try:
                self._send(server.behave(request))
            finally:
                server.leave()

        def _send(self, reply: Reply) -> None:
            time.sleep(reply.delay)
            if reply.how == "drop":
                self.close_connection = True
                return
            self.send_response(reply.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(reply.body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if reply.how == "whole":
                self.wfile.write(reply.body)
            elif reply.how == "half":
                self.wfile.write(reply.body[: len(reply.body) // 2])
                self.close_connection = True
            else:
                for at in range(len(reply.body)):
                    self.wfile.write(reply.body[at : at + 1])
                    time.sleep(0.02)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="A local model that knows arcgrid/mini.")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each reply")
    given = parser.parse_args()
    server = ChatServer(knowing(arcgrid.load("arcgrid/mini"), given.delay), given.port)
    print(f"serving {MODEL} at {server.url}", flush=True)
    server.serve()


if __name__ == "__main__":
    main()
