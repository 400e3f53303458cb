"""What a run's solver is kept from: settled by its engine, when it begins and when it goes on."""

from __future__ import annotations

from pathlib import Path

from arcgrid.engines.engine import EngineKind
from arcgrid.errors import SolverError
from arcgrid.isolation import Isolation


def settle(kind: EngineKind, wanted: Isolation) -> Isolation | None:
    """What an engine makes of the isolation that is wanted on this machine.

    Raises:
        SolverError: it cannot be had.
    """
    if kind.isolate is not None:
        return kind.isolate(wanted)
    if (wanted.level, wanted.network, wanted.allow) != ("default", False, ()):
        raise SolverError(f"the engine {kind.name} has no sandbox")
    return None


def settle_again(kind: EngineKind, before: Isolation | None) -> Isolation | None:
    """The isolation of a run on this machine, as it is now.

    Raises:
        SolverError: what the solver was kept from then is open now.
    """
    if before is None or kind.isolate is None:
        return before
    settled = kind.isolate(before)
    if lost := settled.lost(before):
        problem = f"when the run began the solver was kept from: {', '.join(lost)}"
        raise SolverError(f"{problem}; this machine cannot do that now: start a new run")
    return settled


def hidden(origin: str, store: Path) -> tuple[str, ...]:
    """What no solver may read: the tasks, what may be their solutions, and the store."""
    tasks = Path(origin)
    beside = tasks.parent.glob("*.json") if tasks.is_file() else ()
    stored = [store.with_name(f"{store.name}{end}") for end in ("", "-wal", "-shm", "-journal")]
    return tuple(str(path.resolve()) for path in (tasks, *beside, *stored))
