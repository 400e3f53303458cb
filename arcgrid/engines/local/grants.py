"""What this machine grants to keep workers apart, each proved by trying.

A witness tries, under a warden as any worker's, what a worker must not be able to do, and once more
without a sandbox: so what is said to be closed was seen open before.
"""

from __future__ import annotations

import json
import os
import selectors
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from arcgrid.engines.local.cgroup import SLACK, Place, find_place
from arcgrid.engines.local.keep import PREFIX, Keep, Kept, keeper_command
from arcgrid.engines.local.keeper import landlock, seccomp
from arcgrid.engines.local.keeper.confine import Confinement
from arcgrid.engines.local.keeper.namespaces import SHARED_MEMORY
from arcgrid.engines.local.keeper.witness import Targets
from arcgrid.engines.local.pipes import Callbacks, Pipes
from arcgrid.isolation import OPEN

_SECONDS = 20.0
_LONGEST_HOME = 60  # characters: a socket below it can have 107
_SYSTEM = ("/usr", "/lib", "/lib64", "/bin")

SPACES: tuple[tuple[list[str], bool], ...] = (
    (["user", "pid", "ipc", "net", "mount"], True),
    (["user", "pid", "ipc", "net", "mount"], False),
    (["user", "pid", "ipc", "net"], False),
    ([], False),
)
"""Namespaces to ask for, with a /proc of their own or not: the first that are granted are used."""

_COUNTED = "be counted"
_CLOSED_BY = {
    "files": ("read", "write", "create"),
    "file attributes": ("change",),
    "network": ("connect", "connect to a file", "connect to an abstract socket"),
    "processes": ("signal", "trace"),
    "shared memory": ("share memory",),
}


@dataclass(frozen=True, slots=True)
class Grants:
    """What this machine grants.

    Attributes:
        landlock: the version of Landlock's interface; 0 where there is none.
        seccomp: whether calls can be filtered.
        namespaces, proc: the namespaces, and whether a /proc of one's own.
        tried: what was tried, and whether that failed within and succeeded without.
        groups: where a worker gets a control group with a limit; None where it gets none.
        no_groups: why not.
    """

    landlock: int = 0
    seccomp: bool = False
    namespaces: tuple[str, ...] = ()
    proc: bool = False
    tried: Mapping[str, bool] = field(default_factory=dict)
    groups: Place | None = None
    no_groups: str = ""

    def holds(self, *, network: bool) -> dict[str, str]:
        """By what each thing is closed, or that it is open."""
        closed = {
            what: all(self.tried.get(attempt, False) for attempt in attempts)
            for what, attempts in _CLOSED_BY.items()
        }
        closed["network"] &= not network
        by = self._means()
        return {what: (by[what] if holds else OPEN) for what, holds in closed.items()}

    @property
    def limited_by(self) -> str:
        """What limits the memory of workers besides the harness; empty where nothing does."""
        return "" if self.groups is None else f"control group {self.groups.version}"

    def _means(self) -> dict[str, str]:
        version = f"Landlock {self.landlock}" if self.landlock else ""
        space = {"net": "network namespace", "pid": "process namespace", "mount": "mount namespace"}
        has = {name: words for name, words in space.items() if name in self.namespaces}
        filtered = "seccomp" if self.seccomp else ""
        traced = version and "Landlock"
        means = {
            "files": [version],
            "file attributes": ["read-only mounts"],
            "network": [has.get("net", ""), filtered],
            "processes": [has.get("pid", ""), traced],
            "shared memory": [has.get("mount", ""), traced],
        }
        return {what: ", ".join(filter(None, parts)) for what, parts in means.items()}


@cache
def grants() -> Grants:
    """Find out what this machine grants; it is tried once a process."""
    if sys.platform != "linux":
        return Grants()
    return find_grants(SPACES)


def find_grants(spaces: tuple[tuple[list[str], bool], ...], *, use_landlock: bool = True) -> Grants:
    """Try namespaces in turn, with all else that there is, until the warden starts in them."""
    version = landlock.abi() if use_landlock else 0
    place, problem = find_place()
    with _targets() as targets:
        without = _witness(None, targets)
        for names, proc in spaces:
            for filtered in (True, False) if seccomp.known() else (False,):
                confinement = _confinement(names, proc, version > 0, filtered)
                within = _witness(confinement, targets, place)
                if within is None:
                    continue
                tried = {attempt: attempt not in within for attempt in without or ()}
                if place is not None and _COUNTED not in within:
                    place, problem = None, "a worker cannot enter a group of its own"
                return Grants(version, filtered, tuple(names), proc, tried, place, problem)
    return Grants()


def _confinement(names: list[str], proc: bool, landlocked: bool, filtered: bool) -> Confinement:
    interpreter = [sys.base_prefix, sys.prefix, str(Path(__file__).parents[2])]
    return Confinement(
        namespaces=names,
        proc=proc,
        shared_memory=1 << 20,
        landlock=landlocked,
        seccomp=filtered,
        network=False,
        read=[*_SYSTEM, *interpreter],
        list=[],
        write=[],
        wrapper=[],
    )


def _witness(
    confinement: Confinement | None, targets: Targets, groups: Place | None = None
) -> list[str] | None:
    """What the witness could do; None where it could not be started."""
    command = [*keeper_command("witness"), json.dumps(targets)]
    with selectors.DefaultSelector() as selector:
        pipes = Pipes(selector, Callbacks(_ignore, _ignore, _ignore, _ignore))
        kept = Kept(Keep(command, confinement, dict(os.environ), groups), pipes)
        limited = kept.group.limit(SLACK)
        code = kept.end(_SECONDS)
        pipes.close()
    lines = pipes.output.splitlines()
    could: list[str] | None = json.loads(lines[-1]) if code == 0 and lines else None
    return could and [one for one in could if one != _COUNTED or limited]


def _ignore(*_: object) -> None:
    return None


@contextmanager
def _targets() -> Iterator[Targets]:
    """A file, sockets and shared memory that are there for all on this machine to see."""
    with ExitStack() as stack:
        home = tempfile.gettempdir()
        home = home if len(home) < _LONGEST_HOME else "/tmp"
        prefix = f"{PREFIX}trial-"
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix=prefix, dir=home))
        secret = Path(folder, "secret")
        secret.touch()
        shared_in = SHARED_MEMORY if os.access(SHARED_MEMORY, os.W_OK) else folder
        shared = stack.enter_context(tempfile.NamedTemporaryFile(prefix=prefix, dir=shared_in))
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        path, abstract = str(Path(folder, "socket")), f"\0{folder}"
        for name in (path, abstract):
            server = stack.enter_context(socket.socket(socket.AF_UNIX))
            server.bind(name)
            server.listen()
        yield Targets(
            secret=str(secret),
            shared=shared.name,
            port=listening.getsockname()[1],
            socket=path,
            abstract=abstract,
            pid=os.getpid(),
        )
