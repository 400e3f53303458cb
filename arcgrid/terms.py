"""What is said anew whenever a run is worked on, and what its engine is told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from arcgrid.engines.engine import EngineKind, Orders
from arcgrid.engines.isolate import hidden
from arcgrid.engines.registry import find_engine
from arcgrid.errors import SolverError
from arcgrid.journal import RunJournal
from arcgrid.machine import available_cores
from arcgrid.store import RunPlan
from arcgrid.watcher import Watcher


@dataclass(frozen=True, slots=True)
class Terms:
    """What is said anew whenever a run is worked on: it decides no outcome; as for `run`."""

    max_cost: float | None
    transcripts: bool
    start_seconds: float
    scheduler: str | None
    allow_versions: bool

    def orders(self, plan: RunPlan, watcher: Watcher, journal: RunJournal, store: Path) -> Orders:
        """What the engine of a run is told.

        Raises:
            SolverError: something is said that is not for this engine.
        """
        self._check(find_engine(plan.engine))
        return Orders(
            source=plan.solver,
            options=plan.options,
            memory=plan.budget.memory,
            workers=plan.workers,
            on_warming=watcher.warming,
            on_note=watcher.say,
            journal=journal,
            max_cost=self.max_cost,
            isolation=plan.isolation,
            hidden=hidden(plan.origin, store),
            start_seconds=self.start_seconds,
            scheduler=self.scheduler,
            allow_versions=self.allow_versions,
        )

    def _check(self, kind: EngineKind) -> None:
        if (self.scheduler is not None or self.allow_versions) and not kind.machines:
            problem = "--scheduler and --allow-versions are for the engine dask"
            raise SolverError(f"{problem}, not for {kind.name}")
        if self.max_cost is not None and kind.estimate is None:
            raise SolverError("--max-cost is for solvers that ask models: this one states no price")
        if self.max_cost is not None and not self.max_cost > 0:
            raise SolverError(f"--max-cost must be more than 0, not {self.max_cost:g}")


def workers_of(kind: EngineKind, workers: int | None, scheduler: str | None) -> int:
    """How many puzzles may be worked on at once; 0 is as many as a cluster can."""
    if scheduler is not None:
        return workers or 0
    return (workers or kind.workers or available_cores()) if kind.parallel else 1
