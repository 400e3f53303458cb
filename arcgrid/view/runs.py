"""The report on some runs, made anew while they go on; and the gallery of a task set."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Sequence
from functools import cache
from http import HTTPStatus
from importlib import resources
from pathlib import Path
from typing import Any

from arcgrid.report.html import format_report, gallery, read_talks
from arcgrid.scoring.rules import find_rule
from arcgrid.sources import read_run, tasks_of
from arcgrid.store import Run, Store
from arcgrid.task import TaskSet
from arcgrid.view.server import Reply

_SHARE = 0.1
"""Of a core's time, the most that making the page anew may take from the run that it shows."""

_LIVE_SECONDS, _IDLE_SECONDS = 1, 5


class RunsSite:
    """Serves the report on some runs.

    Args:
        path: the run store.
        runs: the runs, in their order; at least one.
        rule: what charts and gallery go by.

    Raises:
        StoreError: the tasks of a run cannot be loaded any more.
        UnknownNameError: there is no such rule.
    """

    def __init__(self, path: Path, runs: Sequence[Run], rule: str) -> None:
        self._path, self._rule = path, find_rule(rule).name
        self._tasks = {run.id: tasks_of(run) for run in runs}
        self._lock = threading.Lock()
        self._version, self._page = "", b""
        self._next = 0.0

    def get(self, page: str, known: str) -> Reply | None:
        """The page, or the status that it has not changed."""
        if page:
            return None
        with self._lock, Store(self._path) as store:
            runs = [store.find_run(id) for id in self._tasks]
            version = _version(runs)
            if version != self._version and time.monotonic() >= self._next:
                self._make(store, runs, version)
            left = sum(len(run.plan.asked) - run.done for run in runs)
            moves = left or version != self._version
            headers = {
                "ETag": self._version,
                "Retry-After": str(_LIVE_SECONDS if moves else _IDLE_SECONDS),
                "Arcgrid-State": f"live: {left} left" if moves else "live: all is done",
            }
            if known == self._version:
                return Reply(status=HTTPStatus.NOT_MODIFIED, headers=headers)
            return Reply(self._page, headers=headers)

    def post(self, page: str, value: Any) -> Reply | None:
        """Nothing can be changed here."""
        return None

    def _make(self, store: Store, runs: Sequence[Run], version: str) -> None:
        """Make the page anew; the next time only after a while that is long beside this."""
        started = time.monotonic()
        results = [read_run(store, run, self._tasks[run.id]) for run in runs]
        talks = read_talks(store, results)
        self._page = format_report(results, self._rule, talks, [static("live.js")]).encode()
        self._version = version
        ended = time.monotonic()
        self._next = ended + (ended - started) / _SHARE


class GallerySite:
    """Serves the gallery of a task set."""

    def __init__(self, tasks: TaskSet) -> None:
        self._page = gallery(tasks).encode()

    def get(self, page: str, known: str) -> Reply | None:
        """The page."""
        return None if page else Reply(self._page)

    def post(self, page: str, value: Any) -> Reply | None:
        """Nothing can be changed here."""
        return None


@cache
def static(name: str, home: str = "view") -> str:
    """A script or a style of the pages that are served, or of the report that they stand on."""
    return resources.files("arcgrid").joinpath(f"{home}/static/{name}").read_text("utf-8")


def _version(runs: Sequence[Run]) -> str:
    """Changes with all that a page shows of its runs."""
    told = [(run.id, run.name, run.done, run.ended, run.wall_seconds, run.note) for run in runs]
    return f'"{hashlib.sha256(repr(told).encode()).hexdigest()[:16]}"'
