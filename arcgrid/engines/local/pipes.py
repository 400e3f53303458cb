"""The pipes to and from one worker: what is written, what comes back, what it prints.

Bytes and lines only; what a line means is judged in `process`.
"""

from __future__ import annotations

import os
import selectors
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

OUTPUT_LIMIT = 64 << 10
"""Bytes of what a solver prints that are kept, from its end."""

REPLY_LIMIT = 64 << 20
"""Bytes of one line; a worker that sends a longer one is stopped."""

_CHUNK = 1 << 16
_REPLY_CHUNK = 1 << 20
_CHUNKS_AT_ONCE = 64  # a flood must not keep us from the clock
_CREDENTIALS = struct.Struct("3i")  # pid, uid, gid


@dataclass(frozen=True, slots=True)
class Callbacks:
    """Who is told what comes out of the pipes.

    Attributes:
        on_reply: called with each line about a puzzle.
        on_status: called with each line about the worker, and the pid of who wrote it (0 where the
            kernel does not say).
        on_end: called when the worker is gone.
        on_flood: called when a line is longer than `REPLY_LIMIT`.
    """

    on_reply: Callable[[bytes], None]
    on_status: Callable[[bytes, int], None]
    on_end: Callable[[], None]
    on_flood: Callable[[], None]


class Pipes:
    """Four pipes under a selector: requests out; replies, status and printed output in.

    Replies come from the processes of puzzles, which may write anything; a puzzle's process has no
    way to the status.

    Args:
        selector: gets our descriptors, each with a callback as data.
        callbacks: who is told.

    Attributes:
        theirs: the worker's descriptors: requests, replies, status, and what it prints to.
    """

    def __init__(self, selector: selectors.BaseSelector, callbacks: Callbacks) -> None:
        self._selector = selector
        self._callbacks = callbacks
        requests, self._requests = os.pipe()
        self._replies, replies = os.pipe()
        self._printing, printing = os.pipe()
        self._status, status = socket.socketpair()
        with suppress(AttributeError, OSError):  # only Linux says who wrote
            self._status.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self.theirs = (requests, replies, status.detach(), printing)
        self._output = bytearray()
        self._reply_lines = _Lines()
        self._status_lines = _Lines()
        self._outgoing = bytearray()
        self._closed = False

    def begin(self) -> None:
        """Once the worker has its ends: close them here, and listen to ours."""
        self._close_theirs()
        for fd in self._ours():
            os.set_blocking(fd, False)
        register = self._selector.register
        register(self._replies, selectors.EVENT_READ, self.read_replies)
        register(self._status.fileno(), selectors.EVENT_READ, self._read_status)
        register(self._printing, selectors.EVENT_READ, self.read_output)

    def write(self, message: bytes) -> None:
        """Send a message; what does not fit goes when the selector says that there is room."""
        self._outgoing += message
        self._flush()

    def read_replies(self) -> None:
        """Read one chunk of replies, and hand on the lines that it completes."""
        chunk = self._reply_chunk()
        for line in self._reply_lines.add(chunk):
            if self._closed:  # by what an earlier line led to
                return
            self._callbacks.on_reply(line)
        if self._reply_lines.too_long and not self._closed:
            self._reply_lines = _Lines()
            self._callbacks.on_flood()

    def read_all_replies(self) -> None:
        """Hand on every reply that is in the pipe by now."""
        for _ in range(_CHUNKS_AT_ONCE):
            if self._closed or not _readable(self._replies):
                return
            self.read_replies()

    def clear(self) -> None:
        """Forget what was printed and replied so far: nobody is there who could add to it."""
        self.read_output()
        self._output.clear()
        while self._reply_chunk():
            pass
        self._reply_lines = _Lines()

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
        for fd in self._ours():
            self._forget(fd)
        self._close_ours()

    def abandon(self) -> None:
        """Close everything where no worker came to be."""
        self._closed = True
        self._close_theirs()
        self._close_ours()

    def _ours(self) -> tuple[int, ...]:
        return self._replies, self._status.fileno(), self._printing, self._requests

    def _close_ours(self) -> None:
        for fd in (self._replies, self._printing, self._requests):
            os.close(fd)
        self._status.close()

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
            self._outgoing.clear()  # the worker is gone: the end of its status says so
        waiting = self._requests in self._selector.get_map()
        if self._outgoing and not waiting:
            self._selector.register(self._requests, selectors.EVENT_WRITE, self._flush)
        elif waiting and not self._outgoing:
            self._selector.unregister(self._requests)

    def _reply_chunk(self) -> bytes:
        try:
            chunk = os.read(self._replies, _REPLY_CHUNK)
        except BlockingIOError:
            return b""
        if not chunk:  # nobody has it open any more
            self._forget(self._replies)
        return chunk

    def _read_status(self) -> None:
        space = socket.CMSG_SPACE(_CREDENTIALS.size)
        try:
            chunk, said, _, _ = self._status.recvmsg(_CHUNK, space)
        except BlockingIOError:
            return
        except OSError:  # reset: it left unread what we wrote
            chunk, said = b"", []
        if not chunk:
            self._callbacks.on_end()
            return
        pid = _CREDENTIALS.unpack(said[0][2])[0] if said and len(said[0][2]) >= 12 else 0
        for line in self._status_lines.add(chunk):
            if not self._closed:
                self._callbacks.on_status(line, pid)
        if self._status_lines.too_long and not self._closed:
            self._callbacks.on_flood()

    def _forget(self, fd: int) -> None:
        with suppress(KeyError):
            self._selector.unregister(fd)


class _Lines:
    """Puts lines together from chunks; looks for an end only in what is new."""

    def __init__(self) -> None:
        self._begun = bytearray()

    @property
    def too_long(self) -> bool:
        return len(self._begun) > REPLY_LIMIT

    def add(self, chunk: bytes) -> list[bytes]:
        """The lines that a chunk completes."""
        end = chunk.rfind(b"\n")
        if end < 0:
            self._begun += chunk
            return []
        lines = bytes(self._begun) + chunk[:end]
        self._begun = bytearray(chunk[end + 1 :])
        return lines.split(b"\n")


def _readable(fd: int) -> bool:
    with selectors.DefaultSelector() as selector:
        selector.register(fd, selectors.EVENT_READ)
        return bool(selector.select(0))
