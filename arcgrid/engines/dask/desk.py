"""A process beside a Dask worker that serves puzzles to one solver by the local engine.

Run as `python -m arcgrid.engines.dask.desk` by `bench`. It ends, and with it all that the solver
started, when its standard input does: so it outlives neither the Dask worker nor the run.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import time
from typing import BinaryIO

from arcgrid.engines.dask.messages import (
    Done,
    Message,
    Order,
    Ready,
    Refused,
    Work,
    format_message,
    parse_message,
)
from arcgrid.engines.engine import Orders
from arcgrid.engines.local.engine import ENGINE
from arcgrid.errors import SolverError

_END_SECONDS = 4.0


def main() -> None:
    """Serve the order that comes first; then a line with an outcome for each with a puzzle."""
    replies = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what is printed here is no reply
    requests = _Requests(sys.stdin.buffer)
    order = requests.next()
    if not isinstance(order, Order):
        return
    try:
        with ENGINE.make(_orders(order)) as engine:
            replies.write(format_message(Ready()))
            while isinstance(work := requests.next(), Work):
                ((_, outcome),) = engine.solve([work.assignment])
                replies.write(format_message(Done(outcome)))
    except SolverError as error:
        replies.write(format_message(Refused(str(error), everywhere=True)))


class _Requests:
    """Reads on while a puzzle is worked on: nobody else would see that nobody waits for it."""

    def __init__(self, lines: BinaryIO) -> None:
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._waiting = threading.Event()
        threading.Thread(target=self._read, args=(lines,), daemon=True).start()

    def next(self) -> Message | None:
        """The next request; None at the end."""
        self._waiting.set()
        line = self._lines.get()
        self._waiting.clear()
        return parse_message(line) if line else None

    def _read(self, lines: BinaryIO) -> None:
        for line in lines:
            self._lines.put(line)
        if self._waiting.is_set():  # nothing is worked on: all can end in its order
            self._lines.put(b"")
            time.sleep(_END_SECONDS)
        os._exit(0)  # wardens see that we are gone, and kill what is theirs


def _orders(order: Order) -> Orders:
    return Orders(
        source=order.source,
        options=order.options,
        memory=order.memory,
        isolation=order.isolation,
        hidden=order.hidden,
        start_seconds=order.start_seconds,
    )


if __name__ == "__main__":
    main()
    os._exit(0)  # the thread that reads holds standard input, which Python would wait for
