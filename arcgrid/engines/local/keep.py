"""A warden as the harness sees it: given its order, ended, asked how the worker ended."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import arcgrid
from arcgrid.engines.local.cgroup import Group, Place, remove_stale
from arcgrid.engines.local.keeper import confine
from arcgrid.engines.local.keeper.confine import Confinement
from arcgrid.engines.local.keeper.namespaces import SHARED_MEMORY
from arcgrid.engines.local.keeper.proc import descendants, kill
from arcgrid.engines.local.keeper.warden import Order, claim
from arcgrid.engines.local.pipes import Pipes
from arcgrid.errors import SolverError

PREFIX = "arcgrid-worker-"
"""What the names of the workers' directories begin with."""

_KILL_SECONDS = 3.0
_MOST = 1000  # paths that are removed at once: a command has a greatest length
_NEW_SECONDS = 60.0  # a warden has made its directory, and is about to claim it
_CHUNK = 1 << 16

_BOOTSTRAP = """
import sys, types
package = types.ModuleType("arcgrid")
package.__path__ = [sys.argv.pop(1)]
sys.modules["arcgrid"] = package
from arcgrid.engines.local.keeper.{module} import main
main(sys.argv[1:])
"""
"""Runs a part of the keeper without the rest of arcgrid, which would take time to import."""


def keeper_command(module: str) -> list[str]:
    """The command that runs a module of the keeper, but for its arguments."""
    home = str(Path(arcgrid.__file__).parent)
    return [sys.executable, "-I", "-S", "-c", _BOOTSTRAP.format(module=module), home]


@dataclass(frozen=True, slots=True)
class Keep:
    """How a worker is kept.

    Attributes:
        command: the worker's, but for the descriptors of its pipes.
        confinement: what it is confined to; None is nothing.
        environment: the worker's; where it is confined, its directory is `HOME` and `TMPDIR`.
        groups: where it gets a control group; None where it gets none.
    """

    command: list[str]
    confinement: Confinement | None = None
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    groups: Place | None = None


class Kept:
    """A worker under its warden.

    Args:
        keep: how.
        pipes: the worker's ends go to it.

    Attributes:
        pid: the warden's.
        group: the worker's control group, without a limit at first.

    Raises:
        SolverError: it cannot be started.
    """

    def __init__(self, keep: Keep, pipes: Pipes) -> None:
        *inherited, printing = pipes.theirs
        self._control, control = socket.socketpair()
        name = f"{PREFIX}{os.urandom(8).hex()}"
        self._directory = os.path.join(tempfile.gettempdir(), name)
        self._code: int | None = None
        self._ended = False
        environment = dict(keep.environment)
        if keep.confinement is not None:
            environment |= dict.fromkeys(("HOME", "TMPDIR"), self._directory)
        rules = _rules(keep)
        try:
            self._warden = subprocess.Popen(
                [*keeper_command("warden"), str(control.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=printing,
                stderr=printing,
                pass_fds=(control.fileno(), *inherited, *rules),
                env=environment,
                start_new_session=True,
            )
        except OSError as error:
            pipes.abandon()
            self._control.close()
            _filled(rules, keep)
            raise SolverError(f"cannot start a worker: {error.strerror}") from None
        finally:
            control.close()
        self.pid = self._warden.pid
        self.group = Group(keep.groups, name)
        self._order(keep, inherited, _filled(rules, keep))
        pipes.begin()

    def _order(self, keep: Keep, inherited: list[int], ruleset: int | None) -> None:
        order = Order(
            parent=os.getpid(),
            directory=self._directory,
            group=self.group.entry,
            inherited=inherited,
            ruleset=ruleset,
            command=[*keep.command, *map(str, inherited)],
            confinement=keep.confinement,
        )
        with contextlib.suppress(OSError):  # it has died: the end of the worker's status says so
            self._control.sendall(json.dumps(order).encode() + b"\n")

    def end(self, wait: float = 0.0) -> int | None:
        """End the warden, and with it everything the worker started; nothing is raised.

        Args:
            wait: seconds that a worker gets which is ending by itself.

        Returns:
            The worker's exit code (negative for a signal; None where unknown).
        """
        if not self._ended:
            self._ended = True
            self._code = self._end(wait)
            self.group.remove()
        return self._code

    def _end(self, wait: float) -> int | None:
        self.group.has_killed()  # it is remembered: the warden removes the group
        with contextlib.suppress(ProcessLookupError):
            self._warden.send_signal(signal.SIGCONT)  # a solver may have stopped it
        self._control.settimeout(wait or _KILL_SECONDS)
        report = b""
        try:
            if not wait:
                self._control.shutdown(socket.SHUT_WR)
            report = _read_all(self._control)
        except TimeoutError:
            self._control.settimeout(_KILL_SECONDS)
            report = self._order_end() if wait else b""
        except OSError:
            pass
        self._control.close()
        if not report:
            self._force()
        _see_off(self._warden)
        if self._warden.returncode is not None and os.path.lexists(self._directory):
            _remove_beside([self._directory])
        code, _, rest = report.decode("ascii", "replace").partition(" ")
        return int(code) if rest else None

    def _force(self) -> None:
        """End a warden that has not told how the worker ended, and all below it."""
        try:
            self._warden.wait(_KILL_SECONDS)
        except subprocess.TimeoutExpired:
            kill(descendants(self._warden.pid))
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._warden.wait(_KILL_SECONDS)  # what they used is known through it alone
            self._warden.kill()
            self._warden.wait()

    def _order_end(self) -> bytes:
        try:
            self._control.shutdown(socket.SHUT_WR)
            return _read_all(self._control)
        except OSError:
            return b""


def _rules(keep: Keep) -> list[int]:
    """The descriptor of a worker's rules, or none where it makes them itself.

    They are filled here, as the warden takes longer to start.
    """
    try:
        made = confine.ruleset(keep.confinement)
    except OSError:
        return []
    return [] if made is None else [made]


def _filled(rules: list[int], keep: Keep) -> int | None:
    """Fill the rules, and close them on this side; None where the worker has to make them."""
    if not rules or keep.confinement is None:
        return None
    try:
        confine.fill(rules[0], keep.confinement)
    except OSError:
        return None
    finally:
        os.close(rules[0])
    return rules[0]


def remove_stale_directories(groups: Place | None = None) -> None:
    """Have removed what workers, and trials of the machine, left behind that were killed.

    Args:
        groups: where workers had control groups.
    """
    remove_stale(groups, PREFIX)
    folders = (tempfile.gettempdir(), SHARED_MEMORY)
    entries = [entry for folder in folders for entry in Path(folder).glob(f"{PREFIX}*")]
    if stale := [str(entry) for entry in entries if _is_stale(entry)]:
        _remove_beside(stale[:_MOST])


def _is_stale(entry: Path) -> bool:
    try:
        about = entry.lstat()
        if about.st_uid != os.getuid() or time.time() - about.st_mtime < _NEW_SECONDS:
            return False
        held = claim(str(entry)) if stat.S_ISDIR(about.st_mode) else None
    except OSError:
        return False
    if held is not None:
        os.close(held)
    return held is not None or not stat.S_ISDIR(about.st_mode)


_removing: set[subprocess.Popen[bytes]] = set()
"""Processes that remove what is left of workers, wardens among them."""


def _see_off(process: subprocess.Popen[bytes]) -> None:
    """Let a process end by itself, and forget those that have."""
    _removing.add(process)
    for one in tuple(_removing):
        if one.poll() is not None:
            _removing.discard(one)


def _remove_beside(paths: list[str]) -> None:
    """Remove directories in a process of its own: it can take minutes, however long we have."""
    with contextlib.suppress(OSError):  # it cannot be started: the next run will see to them
        command = [*keeper_command("remover"), *paths]
        nothing = subprocess.DEVNULL
        process = subprocess.Popen(
            command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True
        )
        _see_off(process)


def wait_for_removals(seconds: float) -> None:
    """Wait for what is left of workers to be removed, at most so long: it goes on meanwhile."""
    deadline = time.monotonic() + seconds
    for process in tuple(_removing):
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
            _removing.discard(process)


def _read_all(control: socket.socket) -> bytes:
    report = b""
    while chunk := control.recv(_CHUNK):
        report += chunk
    return report
