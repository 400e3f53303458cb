"""All engines by name: those that come with arcgrid, and those of other packages."""

from __future__ import annotations

from collections.abc import Mapping

from arcgrid.engines import chat, dask, inline, person, replay
from arcgrid.engines.engine import EngineKind
from arcgrid.engines.local import engine as local
from arcgrid.errors import SolverError, UnknownNameError
from arcgrid.plugins import plugins

GROUP = "arcgrid.engines"
"""The entry-point group in which other packages register an `EngineKind`."""

ENGINES = (
    local.ENGINE,
    inline.ENGINE,
    chat.ENGINE,
    replay.ENGINE,
    person.ENGINE,
    dask.ENGINE,
)
"""The engines that come with arcgrid; the first is the default."""

DEFAULT_ENGINE = ENGINES[0].name
INLINE = inline.ENGINE.name


def engines() -> Mapping[str, EngineKind]:
    """All engines by name; another package's cannot replace one of ours."""
    return {engine.name: engine for engine in (*plugins(GROUP), *ENGINES)}


def find_engine(name: str) -> EngineKind:
    """Find an engine by its name.

    Raises:
        UnknownNameError: there is none; it suggests the nearest.
    """
    known = engines()
    if name not in known:
        raise UnknownNameError("engine", name, known)
    return known[name]


def engine_for(solver: str, name: str | None = None) -> EngineKind:
    """The engine that runs a solver: as named, else the solver's own, else the default one.

    Raises:
        UnknownNameError: there is no engine of this name.
        SolverError: the engine that is named does not run this solver.
    """
    own = next((one for one in engines().values() if solver in (one.serves or ())), None)
    chosen = find_engine(name) if name is not None else own or find_engine(DEFAULT_ENGINE)
    if own is not None and chosen.name != own.name:
        raise SolverError(
            f"the solver {solver} runs in the engine {own.name}, not in {chosen.name}"
        )
    if own is None and chosen.serves is not None:
        served, asked = ", ".join(sorted(chosen.serves)), solver or "a function"
        raise SolverError(f"the engine {chosen.name} runs {served}, not {asked}")
    return chosen
