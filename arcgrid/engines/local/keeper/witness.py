"""Tries, from within, what a worker must not be able to do, and prints what it could.

The same attempts are made without a sandbox: one that fails there too proves nothing.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from typing import TypedDict


class Targets(TypedDict):
    """What is tried: a file's path, a TCP port, sockets' paths and pids of this machine."""

    secret: str
    shared: str
    port: int
    socket: str
    abstract: str
    pid: int


def main(arguments: list[str]) -> None:
    """Try everything on the targets, which are the first argument, as JSON."""
    targets: Targets = json.loads(arguments[0])
    print(json.dumps([name for name, attempt in ATTEMPTS.items() if _succeeds(attempt, targets)]))


def _succeeds(attempt: Callable[[Targets], object], targets: Targets) -> bool:
    try:
        attempt(targets)
    except OSError:
        return False
    return True


def _read(targets: Targets) -> None:
    with open(targets["secret"]) as file:
        file.read()


def _write(targets: Targets) -> None:
    with open(targets["secret"], "a") as file:
        file.write("x")


def _create(targets: Targets) -> None:
    os.mkdir(targets["secret"] + "-made")
    os.rmdir(targets["secret"] + "-made")


def _change(targets: Targets) -> None:
    os.chmod(targets["secret"], 0o640)


def _connect(targets: Targets) -> None:
    with socket.socket() as connection:
        connection.settimeout(1)
        connection.connect(("127.0.0.1", targets["port"]))


def _connect_file(targets: Targets) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(targets["socket"])


def _connect_abstract(targets: Targets) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(targets["abstract"])


def _signal(targets: Targets) -> None:
    os.kill(targets["pid"], 0)


def _trace(targets: Targets) -> None:
    with open(f"/proc/{targets['pid']}/environ") as file:
        file.read(1)


def _share(targets: Targets) -> None:
    with open(targets["shared"]) as file:
        file.read()


def _be_counted(_: Targets) -> None:
    with open("/proc/self/cgroup") as file:
        if os.path.basename(os.getcwd()) not in file.read():
            raise OSError


ATTEMPTS = {
    "read": _read,
    "write": _write,
    "create": _create,
    "change": _change,
    "connect": _connect,
    "connect to a file": _connect_file,
    "connect to an abstract socket": _connect_abstract,
    "signal": _signal,
    "trace": _trace,
    "share memory": _share,
    "be counted": _be_counted,
}
