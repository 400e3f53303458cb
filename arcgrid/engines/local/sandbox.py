"""How the workers of a run are kept: what is asked for, on what this machine grants.

`grants` tries what there is, `reach` says what a worker may read; here both become an order.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from arcgrid.engines.local.grants import Grants, grants
from arcgrid.engines.local.keep import Keep, keeper_command
from arcgrid.engines.local.keeper.confine import Confinement
from arcgrid.engines.local.reach import CACHES, Reach, reach
from arcgrid.engines.local.strict import INSTALL, find_bubblewrap, wrapper
from arcgrid.errors import SolverError
from arcgrid.isolation import OPEN, Isolation
from arcgrid.machine import cache_home
from arcgrid.solver import SolverSource

_ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)
_PASSED_ON = ("PATH", "LANG", "LANGUAGE", "TZ", "LD_LIBRARY_PATH")
_PASSED_ON_FAMILIES = ("LC_", "NUMBA_")
"""Of the environment, what a confined worker gets: nothing that could be a key."""

_WORKER = [sys.executable, "-u", "-P", "-m", "arcgrid.engines.local.worker"]


def settle(wanted: Isolation) -> Isolation:
    """What is wanted, with what holds on this machine.

    Raises:
        SolverError: the level that is wanted cannot be had, or a path does not exist.
    """
    for path in wanted.allow:
        if not os.path.exists(path):
            raise SolverError("there is no such path to allow", file=path)
    if wanted.level == "off":
        return replace(wanted, holds={}, memory="")
    holds = grants().holds(network=wanted.network)
    if wanted.level == "strict":
        bubblewrap, problem = find_bubblewrap()
        if bubblewrap is None:
            raise SolverError(f"--sandbox strict needs bubblewrap: {problem}; {INSTALL}")
        for what, by in holds.items():
            if what != "network" or not wanted.network:
                holds[what] = "bubblewrap" if by == OPEN else f"bubblewrap, {by}"
    return replace(wanted, holds=holds, memory=grants().limited_by)


def keep_of(source: SolverSource, isolation: Isolation, hidden: Iterable[str], memory: int) -> Keep:
    """How the workers of a solver are kept.

    Args:
        source: the solver.
        isolation: what was settled.
        hidden: paths that it must not reach.
        memory: bytes that the solver may add, and so may hold in shared memory.
    """
    granted = grants() if isolation.level != "off" else Grants()
    if not (granted.landlock or granted.namespaces or granted.seccomp):
        return Keep(_WORKER, None, _fixed(dict(os.environ)), granted.groups)
    own = own_cache(source)
    if own is not None:
        own.mkdir(parents=True, exist_ok=True)
    found = reach(source, isolation.allow, hidden, network=isolation.network)
    command, within = _WORKER, _within(granted, isolation, found, own, memory)
    if isolation.level == "strict":
        command, within = _wrapped(within, found)
    return Keep(command, within, _clean_environment(own), granted.groups)


def _within(
    granted: Grants, isolation: Isolation, found: Reach, own: Path | None, memory: int
) -> Confinement:
    return Confinement(
        namespaces=[name for name in granted.namespaces if name != "net" or not isolation.network],
        proc=granted.proc,
        shared_memory=memory,
        landlock=granted.landlock > 0,
        seccomp=granted.seccomp,
        network=isolation.network,
        read=list(found.read),
        list=list(found.list),
        write=[str(own or cache_home())],
        wrapper=[],
    )


def _wrapped(within: Confinement, found: Reach) -> tuple[list[str], Confinement]:
    """The command of a worker in bubblewrap's namespaces rather than the warden's, confined there.

    Returns:
        What is to be started, and what the warden confines it to: bubblewrap.
    """
    path, _ = find_bubblewrap()
    assert path is not None
    command = wrapper(path, found, within["write"], network=within["network"])
    inside, outside = within.copy(), within.copy()
    inside.update({"namespaces": ["mount"], "proc": True, "wrapper": command[:1]})
    outside.update({"namespaces": [], "wrapper": command})
    return [*keeper_command("confine"), json.dumps(inside), *_WORKER], outside


def own_cache(source: SolverSource) -> Path | None:
    """Where a solver's worker keeps machine code; None is the cache of arcgrid itself.

    Cached code is run by whoever finds it, so what a solver writes is found by that solver alone.
    """
    if source.version.startswith("arcgrid ") and source.module.startswith("arcgrid_solvers."):
        return None
    return cache_home() / CACHES / hashlib.sha256(source.place.encode()).hexdigest()[:16]


def forget_empty_cache(source: SolverSource) -> None:
    """Remove a solver's own cache where nothing came into it."""
    own = own_cache(source)
    with suppress(OSError):
        if own is not None:
            own.rmdir()


def _clean_environment(own: Path | None) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _PASSED_ON or name.startswith(_PASSED_ON_FAMILIES)
    }
    kept["ARCGRID_CACHE"] = str(cache_home())
    kept["PYTHONDONTWRITEBYTECODE"] = "1"  # beside its modules it may not write: it need not try
    if own is not None:
        kept |= {"ARCGRID_OWN_CACHE": str(own), "NUMBA_CACHE_DIR": str(own / "numba")}
    return _fixed(kept)


def _fixed(environment: dict[str, str]) -> dict[str, str]:
    """One thread, fixed hashes, the import path of this process."""
    fixed = {
        "PYTHONHASHSEED": "0",
        "MALLOC_ARENA_MAX": "2",
        "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
    }
    return environment | dict.fromkeys(_ONE_THREAD, "1") | fixed
