"""How long a server lives: until Ctrl-C, a signal to end, or the end of its terminal."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from arcgrid.view.server import Server

_LOOK_SECONDS = 0.25


def serve(server: Server, begin: Callable[[], None]) -> None:
    """Serve until somebody or something ends it, and give the port back.

    To be called in the main thread. Where hang-ups are ignored (`nohup`), the end of the terminal
    is too.

    Args:
        server: what serves.
        begin: called once it is sure that every end is noticed.
    """
    heeded = signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN
    signals = [signal.SIGTERM, *([signal.SIGHUP] if heeded else [])]
    before = {one: signal.signal(one, _interrupt) for one in signals}
    try:
        with server, _Terminal(heeded) as terminal, suppress(KeyboardInterrupt):
            server.timeout = _LOOK_SECONDS
            begin()
            while not terminal.gone:
                server.handle_request()
                server.service_actions()
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


class _Terminal:
    """The terminal that a process was started from, if there is one."""

    def __init__(self, heeded: bool) -> None:
        try:
            self._descriptor = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY) if heeded else -1
        except OSError:
            self._descriptor = -1

    def __enter__(self) -> _Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)

    @property
    def gone(self) -> bool:
        """True once it was closed: a job in the background is not sent a signal then."""
        if self._descriptor < 0:
            return False
        poll = select.poll()
        poll.register(self._descriptor, 0)  # hang-ups and errors are always told
        return bool(poll.poll(0))


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt
