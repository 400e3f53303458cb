"""The members of one large JSON object, one at a time, without holding the file in memory.

It finds where each value ends; what a value means is the business of the format modules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from arcgrid.errors import FormatError
from arcgrid.formats.json_text import decode

MAX_MEMBER = 32 << 20
"""Bytes of the longest key or value; no task or answer comes near it."""

MAX_MEMBERS = 1_000_000
"""Members of the largest object: each is held by its key."""

_STEP = 1 << 20
_SPACE = re.compile(rb"[ \t\r\n]*+")
_SCALAR = re.compile(rb"[^\s,\]}]*+")
# Everything between two structural marks at once, whole rows of cells included; then a mark.
_MARK = re.compile(
    rb'(?:[^"\[\]{}]++|\[[0-9,\s]*+\])*+'
    rb'(?:(?P<string>"(?:[^"\\]++|\\.)*+)(?P<end>")?|(?P<open>[\[{])|(?P<close>[\]}]))?',
    re.DOTALL,
)
_KINDS = {b"[": "array", b'"': "str", b"t": "bool", b"f": "bool", b"n": "null"}


@dataclass(frozen=True, slots=True)
class Member:
    """A key, where its value begins in the file (in bytes), and the value's JSON text."""

    key: str
    offset: int
    text: bytes


def iter_members(stream: BinaryIO) -> Iterator[Member]:
    """Iterate the members of the JSON object that a stream holds, in its order.

    A value is found by its brackets and strings only: decode it to know that it is JSON.

    Raises:
        FormatError: the stream holds something else than one object, a key occurs twice, a
            member is longer than `MAX_MEMBER`, or there are more than `MAX_MEMBERS`.
    """
    window = _Window(stream)
    window.begin()
    seen: set[str] = set()
    while seen or window.peek() != b"}":
        key = decode(window.take_string(), str)
        if key in seen:
            raise FormatError(f"the key {key!r} occurs twice")
        seen.add(key)
        if len(seen) > MAX_MEMBERS:
            raise FormatError(f"more than {MAX_MEMBERS} tasks in one file")
        window.take(b":", "a colon")
        yield Member(key, window.offset_of_next(), window.take_value())
        if not window.skip(b","):
            break
    window.take(b"}", "a comma or a closing brace")
    if window.peek():
        raise window.wrong("more text after the object")


class _Window:
    """A part of the stream; what lies before `at` is forgotten when more is read."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.data = b""
        self.at = 0
        self.base = 0

    def begin(self) -> None:
        """Go past the byte order mark and the opening brace."""
        self.read_on()
        if self.data.startswith(b"\xef\xbb\xbf"):
            self.at = 3
        first = self.peek()
        if not first:
            raise FormatError("not JSON: the file is empty")
        if first != b"{":
            number = "int" if first.isdigit() or first == b"-" else None
            kind = _KINDS.get(first, number)
            raise FormatError(f"expected object, got {kind}" if kind else "not JSON")
        self.skip(b"{")

    def read_on(self) -> bool:
        """Read at least as much again as is held; False at the end of the stream."""
        held = self.data[self.at :]
        if len(held) > MAX_MEMBER:
            raise self.wrong(f"a member is longer than {MAX_MEMBER >> 20} MiB")
        more = self.stream.read(max(_STEP, len(held)))
        self.base += self.at
        self.data, self.at = held + more, 0
        return bool(more)

    def peek(self) -> bytes:
        """The next byte that is no white space; none at the end of the stream."""
        while True:
            match = _SPACE.match(self.data, self.at)
            assert match is not None
            self.at = match.end()
            if self.at < len(self.data) or not self.read_on():
                return self.data[self.at : self.at + 1]

    def offset_of_next(self) -> int:
        """Where in the stream the next byte lies that is no white space."""
        self.peek()
        return self.base + self.at

    def skip(self, mark: bytes) -> bool:
        """Go past a mark if it is the next byte; whether it is."""
        found = self.peek() == mark
        self.at += found
        return found

    def take(self, mark: bytes, name: str) -> None:
        """Go past a mark."""
        if not self.skip(mark):
            raise self.wrong(f"{name} is wanted")

    def take_string(self) -> bytes:
        """Go past a key."""
        if self.peek() != b'"':
            raise self.wrong("a key is wanted")
        return self._take_until(self._end_of_nested(0))

    def take_value(self) -> bytes:
        """Go past any value."""
        first = self.peek()
        if first == b'"':
            return self.take_string()
        if first in (b"[", b"{") and first:
            return self._take_until(self._end_of_nested(1))
        return self._take_until(self._end_of_scalar())

    def wrong(self, problem: str) -> FormatError:
        """An error at this place."""
        return FormatError(f"not JSON: {problem} (byte {self.base + self.at})")

    def _take_until(self, length: int) -> bytes:
        text = self.data[self.at : self.at + length]
        self.at += length
        return text

    def _end_of_scalar(self) -> int:
        while True:
            match = _SCALAR.match(self.data, self.at)
            assert match is not None
            length = match.end() - self.at
            if match.end() < len(self.data) or not self.read_on():
                if not length:
                    raise self.wrong("a value is wanted")
                return length

    def _end_of_nested(self, depth: int) -> int:
        """Length of what begins here: a string (depth 0), or an array or object (depth 1)."""
        done = depth
        while True:
            match = _MARK.match(self.data, self.at + done)
            assert match is not None
            done = match.end() - self.at
            if match["open"]:
                depth += 1
            elif match["close"]:
                depth -= 1
            elif not match["end"]:
                if match["string"]:  # its end is not here yet
                    done = match.start("string") - self.at
                if not self.read_on():
                    raise self.wrong("the file ends within a value")
                continue
            if depth == 0:
                return done
