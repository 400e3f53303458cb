"""All engines by name: those that come with arcgrid, and those of other packages."""

from __future__ import annotations

from collections.abc import Mapping

from arcgrid.engines import inline
from arcgrid.engines.engine import EngineKind
from arcgrid.engines.local import engine as local
from arcgrid.errors import UnknownNameError
from arcgrid.plugins import plugins

GROUP = "arcgrid.engines"
"""The entry-point group in which other packages register an `EngineKind`."""

ENGINES = (local.ENGINE, inline.ENGINE)
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
