"""A scheduler without workers: that is told, and waited for no longer than for a solver's start."""

from __future__ import annotations

import time
from collections.abc import Callable

from arcgrid.errors import SolverError

KEPT = "what is done is kept, and --resume goes on"

_FIRST_SECONDS = 3.0
"""After how long it is told first: who has just been started may be about to join."""

_SAY_SECONDS = 10.0
"""How often it is told from then on."""


class Alone:
    """How long a scheduler has been without workers.

    Args:
        seconds: how long it may be.
        on_note: is told of it.
    """

    def __init__(self, seconds: float, on_note: Callable[[str], None]) -> None:
        self._limit = seconds
        self._on_note = on_note
        self._since: float | None = None
        self._say_at = 0.0
        self._had_workers = False

    def look(self, scheduler: str, alone: bool) -> None:
        """Take note that it has no workers now, or that it has some.

        Args:
            scheduler: its address.

        Raises:
            SolverError: it has been without them for too long.
        """
        now = time.monotonic()
        if not alone:
            self._since, self._had_workers = None, True
            return
        if self._since is None:
            self._since, self._say_at = now, now + _FIRST_SECONDS
        waited = now - self._since
        how = f"`dask worker {scheduler}` starts one"
        if waited >= self._limit:
            kept = f"; {KEPT}" if self._had_workers else ""
            after = f"after {self._limit:g} seconds"
            raise SolverError(f"{scheduler}: the scheduler has no worker {after}: {how}{kept}")
        if now >= self._say_at:
            self._say_at = now + _SAY_SECONDS
            far = f"{waited:.0f} of {self._limit:g} seconds"
            self._on_note(f"{scheduler}: the scheduler has no worker, {far}: {how}")
