"""Who is told how a run goes on."""

from __future__ import annotations

from typing import Protocol

from arcgrid.engines.engine import Estimate
from arcgrid.notebook import drawer, in_notebook
from arcgrid.result import Outcome
from arcgrid.sources import RunResult
from arcgrid.task import Task


class Watcher(Protocol):
    """Is told how a run goes on; a progress bar is one."""

    def begin(self, result: RunResult, left: int) -> None:
        """Work on a run begins, or goes on from what it came to, with so many puzzles left."""

    def preflight(self, estimate: Estimate) -> None:
        """What is paid for is about to be asked for; whatever this raises stops it."""

    def warming(self) -> None:
        """The solver's warm-up begins: it may compile."""

    def say(self, text: str) -> None:
        """The engine has found out what is worth a line."""

    def outcome(self, task: Task, outcome: Outcome) -> None:
        """An outcome is in the store."""

    def end(self) -> None:
        """Work on the run has stopped, for whatever reason."""


class Silent:
    """A watcher that does nothing."""

    def begin(self, result: RunResult, left: int) -> None:
        """Say nothing."""

    def preflight(self, estimate: Estimate) -> None:
        """Say nothing."""

    def warming(self) -> None:
        """Say nothing."""

    def say(self, text: str) -> None:
        """Say nothing."""

    def outcome(self, task: Task, outcome: Outcome) -> None:
        """Say nothing."""

    def end(self) -> None:
        """Say nothing."""


def default_watcher() -> Watcher:
    """Who watches a run where nobody is named: a bar in a notebook, else nobody."""
    make = drawer("Watcher") if in_notebook() else None
    return make() if make is not None else Silent()
