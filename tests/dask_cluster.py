"""A Dask cluster of real processes on this machine, which tests start, stop and kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

import psutil

PATIENCE = 120.0
"""Seconds until something that has to happen has not: much longer than it ever takes."""


def wait_until(true: Callable[[], bool], what: str) -> None:
    """Wait for something that other processes bring about."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited in vain: {what}")
        time.sleep(0.05)


class DaskProcesses:
    """A scheduler, and workers of one thread each, without nannies that would begin them anew."""

    def __init__(
        self,
        folder: Path,
        workers: int = 1,
        protocol: str = "tcp",
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.folder, self.protocol = folder, protocol
        self.environment = dict(environment or {})
        self.workers: list[subprocess.Popen[bytes]] = []
        self._said = folder / "scheduler.log"
        where = ["--host", f"{protocol}://127.0.0.1", "--port", "0", "--no-dashboard"]
        self.scheduler = self._start("dask_scheduler", [*where, "--no-show"], self._said)
        wait_until(lambda: f"{protocol}://127.0.0.1:" in self._said.read_text(), "the scheduler")
        line = next(line for line in self._said.read_text().splitlines() if "Scheduler at" in line)
        self.address = line.split()[-1]
        for _ in range(workers):
            self.add_worker()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in (*self.workers, self.scheduler):
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()

    def add_worker(self, environment: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start a worker; when it is there, Dask says so to whoever asks."""
        given = ["--nthreads", "1", "--no-nanny", "--memory-limit", "0", "--no-dashboard"]
        scratch = ["--local-directory", str(self.folder / "scratch")]
        log = self.folder / f"worker-{len(self.workers)}.log"
        worker = self._start("dask_worker", [self.address, *given, *scratch], log, environment)
        self.workers.append(worker)
        return worker

    def have_workers(self, number: int) -> None:
        """Have so many workers that are connected."""
        while sum(worker.poll() is None for worker in self.workers) < number:
            self.add_worker()
        wait_until(lambda: len(self.connected()) >= number, "the workers")

    def connected(self) -> list[subprocess.Popen[bytes]]:
        """The workers that have a connection to the scheduler."""
        port = int(self.address.rpartition(":")[2])

        def is_connected(worker: subprocess.Popen[bytes]) -> bool:
            there = psutil.Process(worker.pid).net_connections() if worker.poll() is None else []
            return any(one.raddr and one.raddr.port == port for one in there)

        return list(filter(is_connected, self.workers))

    def _start(
        self,
        module: str,
        arguments: list[str],
        log: Path,
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{module}", *arguments]
        with log.open("wb") as file:
            return subprocess.Popen(
                command,
                stdout=file,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment, **(environment or {})},
            )

    def busiest(self) -> subprocess.Popen[bytes]:
        """The worker that has started most processes."""
        living = [worker for worker in self.workers if worker.poll() is None]
        return max(living, key=lambda one: len(psutil.Process(one.pid).children(recursive=True)))

    def processes(self) -> list[psutil.Process]:
        """All that workers have started."""
        found: list[psutil.Process] = []
        for worker in self.workers:
            if worker.poll() is None:
                found += psutil.Process(worker.pid).children(recursive=True)
        return found


def gone(processes: list[psutil.Process]) -> bool:
    """Whether none of these processes is left; one that is only waited for counts as gone."""
    return not any(
        process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes
    )
