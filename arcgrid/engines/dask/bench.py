"""What happens in a Dask worker: a bench for each run, with a process for each puzzle at a time.

Dask calls the functions below with bytes, and gets bytes. Nothing of ours stays when the run ends,
its harness dies (Dask then forgets what the harness asked for), or the Dask worker does.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import distributed
import msgspec
from distributed.worker import thread_state

from arcgrid.engines.dask.messages import (
    Lost,
    Message,
    Order,
    Place,
    Ready,
    Refused,
    format_message,
    parse_message,
)
from arcgrid.engines.isolate import settle_again
from arcgrid.engines.local.engine import ENGINE
from arcgrid.errors import ArcgridError, SolverError
from arcgrid.machine import this_machine, versions
from arcgrid.solver import SolverSource, find_solver

_WATCH_SECONDS = 0.2
_END_SECONDS = 5.0

_benches: dict[str, _Bench] = {}


async def look(*packages: str, dask_worker: distributed.Worker) -> bytes:
    """Say where this is, how many puzzles it takes at once, and of what versions packages are."""
    threads = dask_worker.state.nthreads
    return format_message(Place(this_machine(threads), versions(packages)))


def enrol(order: bytes) -> bytes:
    """Get ready for a run: its solver is here and warm; or say why it is not."""
    message = parse_message(order)
    assert isinstance(message, Order)
    if message.run in _benches:  # one of its processes was lost, not this one
        return format_message(Ready())
    try:
        bench = _Bench(message, distributed.get_worker().local_directory)
        reply = bench.begin()
    except (ArcgridError, OSError) as error:
        return format_message(Refused(str(error), everywhere=False))
    if isinstance(reply, Ready):
        _benches[message.run] = bench
        watch = threading.Thread(
            target=bench.watch, args=(distributed.get_worker(), thread_state.key), daemon=True
        )
        watch.start()
    else:
        bench.close()
    return format_message(reply)


async def work(run: str, puzzle: bytes, *, dask_worker: distributed.Worker) -> bytes:
    """Have a puzzle worked on; the reply is `Lost` where nobody here knows of the run.

    It takes one of the worker's threads, so no more are at work than that has, whoever asks.
    """
    bench = _benches.get(run)
    if bench is None:
        return format_message(Lost(begun=False))
    threads = dask_worker.executors["default"]
    return await asyncio.get_running_loop().run_in_executor(threads, bench.work, puzzle)


async def dismiss(run: str) -> None:
    """End all that there is of a run; called beside the work, as nothing waits for that."""
    bench = _benches.pop(run, None)
    if bench is not None:
        await asyncio.to_thread(bench.close)


class _Bench:
    """The processes that work for one run, and the files of its solver."""

    def __init__(self, order: Order, directory: str) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="arcgrid-solver-", dir=directory))
        self._lock = threading.Lock()
        self._idle: list[_Desk] = []
        self._desks: set[_Desk] = set()
        self._closed = False
        self._run = order.run
        try:
            source = _source_here(order, self._folder)
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        isolation = settle_again(ENGINE, order.isolation)
        here = msgspec.structs.replace(order, source=source, parcel=None, isolation=isolation)
        self._order = format_message(here)

    def begin(self) -> Message:
        """Start the first process, alone, so that what it compiles is there for the others."""
        desk = self._new_desk()
        reply = desk.ask(self._order)
        self._put_back(desk, reply)
        return _refused_by(reply)

    def work(self, puzzle: bytes) -> bytes:
        """Hand a puzzle to a process that is free, or to a new one."""
        with self._lock:
            desk = self._idle.pop() if self._idle else None
        if desk is None:
            desk = self._new_desk()
            reply = desk.ask(self._order)
            if not reply or not isinstance(parse_message(reply), Ready):
                self._put_back(desk, b"")
                return reply or format_message(Lost(begun=True))
        reply = desk.ask(puzzle)
        self._put_back(desk, reply)
        return reply or format_message(Lost(begun=True))

    def watch(self, worker: distributed.Worker, key: str) -> None:
        """End when Dask forgets the call that began this: the harness has let go of it, or died."""
        while not self._closed:
            call = worker.state.tasks.get(key)
            wanted = call is not None and call.state in ("executing", "memory")
            if not wanted or worker.status is not distributed.Status.running:
                _benches.pop(self._run, None)
                self.close()
            time.sleep(_WATCH_SECONDS)

    def close(self) -> None:
        """End every process with all that it started, and remove the solver's files."""
        with self._lock:
            self._closed = True
            desks = list(self._desks)
        for desk in desks:
            desk.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _new_desk(self) -> _Desk:
        desk = _Desk()
        with self._lock:
            self._desks.add(desk)
            closed = self._closed
        if closed:
            desk.close()
        return desk

    def _put_back(self, desk: _Desk, reply: bytes) -> None:
        with self._lock:
            if reply and not self._closed:
                self._idle.append(desk)
                return
            self._desks.discard(desk)
        desk.close()


class _Desk:
    """A process of `desk`: a line in, a line out."""

    def __init__(self) -> None:
        command = [sys.executable, "-P", "-m", "arcgrid.engines.dask.desk"]
        path = os.pathsep.join(entry for entry in sys.path if entry)
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": path},
            start_new_session=True,  # Ctrl-C is for the harness
        )

    def ask(self, request: bytes) -> bytes:
        """The reply to a request; empty where the process has come to its end."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(request)
            self._process.stdin.flush()
            return self._process.stdout.readline()
        except (OSError, ValueError):
            return b""

    def close(self) -> None:
        """End the process; wardens of what it started see that, and end too."""
        with suppress(OSError):
            assert self._process.stdin is not None
            self._process.stdin.close()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


def _source_here(order: Order, folder: Path) -> SolverSource:
    """The solver as this machine finds it.

    Raises:
        SolverError: it is not here, or its code is another.
    """
    source = order.source
    if order.parcel is not None:
        found = find_solver(f"{order.parcel.unpack(folder)}:{source.function}")
        found = replace(found, name=source.name)
    else:
        found = find_solver(source.name)
    if found.digest != source.digest:
        raise SolverError(f"the code of the solver {source.name} is another one here")
    return found


def _refused_by(reply: bytes) -> Message:
    """The reply to an order; where there is none, that is one too."""
    return parse_message(reply) if reply else Refused("its process ended", everywhere=False)
