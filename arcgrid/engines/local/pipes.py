"""The pipes to and from one worker: what is written, what comes back, what it prints.

Bytes and lines only; what a reply means is judged in `process`.
"""

from __future__ import annotations

import os
import selectors
from collections.abc import Callable
from contextlib import suppress

OUTPUT_LIMIT = 64 << 10
"""Bytes of what a solver prints that are kept, from its end."""

REPLY_LIMIT = 64 << 20
"""Bytes of one reply line; a worker that sends a longer one is stopped."""

_CHUNK = 1 << 16
_REPLY_CHUNK = 1 << 20
_CHUNKS_AT_ONCE = 64  # a flood must not keep us from the clock


class Pipes:
    """Three pipes under a selector: requests out, replies and printed output in.

    Args:
        selector: gets our descriptors, each with a callback as data.
        on_line: called with each line of the replies.
        on_end: called when the replies have come to their end.
        on_flood: called when a reply is longer than `REPLY_LIMIT`.

    Attributes:
        theirs: the worker's descriptors: requests, replies, and what it prints to.
    """

    def __init__(
        self,
        selector: selectors.BaseSelector,
        on_line: Callable[[bytes], None],
        on_end: Callable[[], None],
        on_flood: Callable[[], None],
    ) -> None:
        self._selector = selector
        self._on_line, self._on_end, self._on_flood = on_line, on_end, on_flood
        requests, self._requests = os.pipe()
        self._replies, replies = os.pipe()
        self._printing, printing = os.pipe()
        self.theirs = (requests, replies, printing)
        self._output = bytearray()
        self._incoming = bytearray()
        self._outgoing = bytearray()
        self._closed = False

    def begin(self) -> None:
        """Once the worker has its ends: close them here, and listen to ours."""
        self._close_theirs()
        for fd in (self._requests, self._replies, self._printing):
            os.set_blocking(fd, False)
        self._selector.register(self._replies, selectors.EVENT_READ, self._read_replies)
        self._selector.register(self._printing, selectors.EVENT_READ, self.read_output)

    def write(self, message: bytes) -> None:
        """Send a message; what does not fit goes when the selector says that there is room."""
        self._outgoing += message
        self._flush()

    def read_output(self) -> None:
        """Drain what the worker printed; keep the end."""
        for _ in range(_CHUNKS_AT_ONCE):
            try:
                chunk = os.read(self._printing, _CHUNK)
            except BlockingIOError:
                return
            if not chunk:
                self._forget(self._printing)
                return
            self._output += chunk
            del self._output[:-OUTPUT_LIMIT]

    def clear_output(self) -> None:
        """Forget what was printed so far."""
        self.read_output()
        self._output.clear()

    @property
    def output(self) -> str:
        """What was printed, as far as it was read and kept."""
        return self._output.decode("utf-8", "replace")

    def close(self) -> None:
        """Read the last of what was printed, and close everything."""
        if self._closed:
            return
        self._closed = True
        self.read_output()
        for fd in (self._replies, self._printing, self._requests):
            self._forget(fd)
            os.close(fd)

    def abandon(self) -> None:
        """Close everything where no worker came to be."""
        self._closed = True
        self._close_theirs()
        for fd in (self._replies, self._printing, self._requests):
            os.close(fd)

    def _close_theirs(self) -> None:
        for fd in self.theirs:
            os.close(fd)

    def _flush(self) -> None:
        try:
            while self._outgoing:
                del self._outgoing[: os.write(self._requests, self._outgoing)]
        except BlockingIOError:
            pass
        except BrokenPipeError:
            self._outgoing.clear()  # the worker is gone: the end of its replies says so
        waiting = self._requests in self._selector.get_map()
        if self._outgoing and not waiting:
            self._selector.register(self._requests, selectors.EVENT_WRITE, self._flush)
        elif waiting and not self._outgoing:
            self._selector.unregister(self._requests)

    def _read_replies(self) -> None:
        try:
            chunk = os.read(self._replies, _REPLY_CHUNK)
        except BlockingIOError:
            return
        if not chunk:
            self._on_end()
            return
        # Look for a line's end only in what is new, so that a long line costs its length once.
        end = chunk.rfind(b"\n")
        if end < 0:
            self._incoming += chunk
            if len(self._incoming) > REPLY_LIMIT:
                self._on_flood()
            return
        lines = bytes(self._incoming) + chunk[:end]
        self._incoming = bytearray(chunk[end + 1 :])
        for line in lines.split(b"\n"):
            if self._closed:  # by what an earlier line led to
                return
            self._on_line(line)

    def _forget(self, fd: int) -> None:
        with suppress(KeyError):
            self._selector.unregister(fd)
