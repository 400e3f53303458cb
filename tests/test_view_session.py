"""How long a server lives: until a signal, or the end of its terminal."""

from __future__ import annotations

import os
import pty
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.runs import run_small


def started(line: str, **settings: Any) -> tuple[subprocess.Popen[str], str]:
    """A command that serves, and the address that it printed."""
    words = [sys.executable, "-m", "arcgrid", *line.split()]
    given: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **settings}
    process = subprocess.Popen(words, text=True, **given)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


@pytest.mark.parametrize("line", ["view", "view arcgrid/mini", "report latest --watch"])
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_serves_until_a_signal(line: str, sign: signal.Signals, store: Path) -> None:
    run_small(store, "identity", limit=2)
    process, address = started(line, start_new_session=True)
    port = int(address.split(":")[2].split("/")[0])
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        path = address.split(str(port))[1]
        connection.sendall(f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        assert connection.recv(12) == b"HTTP/1.0 200"
    process.send_signal(sign)
    _, said = process.communicate(timeout=20)
    assert (process.returncode, said) == (0, "open it in a browser; Ctrl-C ends it\nended\n")


def test_it_ends_with_its_terminal(store: Path) -> None:
    """As a job in the background too, which nobody sends a signal."""
    child, terminal = pty.fork()
    if child == 0:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        script = f"{sys.executable} -m arcgrid view arcgrid/mini & echo pid $!; wait"
        os.execvp("sh", ["sh", "-mc", script])
    said = b""
    while b"http://" not in said:
        said += os.read(terminal, 1 << 12)
    process = int(said.split(b"pid ")[1].split()[0])
    os.kill(child, signal.SIGKILL)
    os.close(terminal)
    os.waitpid(child, 0)
    deadline = time.monotonic() + 20
    while is_alive(process) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_alive(process)


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
