"""The child that serves puzzles to one solver, within limits.

Run as `python -m arcgrid.engines.local.worker REQUESTS REPLIES` (two descriptors) by `process`.
"""

from __future__ import annotations

import faulthandler
import gc
import os
import resource
import shutil
import sys
import threading
from pathlib import Path
from typing import BinaryIO

import msgspec

from arcgrid.engines.ask import answer_puzzle, cpu_seconds
from arcgrid.engines.local import memory
from arcgrid.engines.local.messages import (
    Answered,
    Failed,
    Finished,
    Job,
    Ready,
    Reply,
    Setup,
    Warming,
    format_message,
    parse_request,
)
from arcgrid.errors import SolverError
from arcgrid.result import Answer
from arcgrid.solver import convert_options, load_solver

_FILE_SIZE_LIMIT = 1 << 30
_FILES_LIMIT = 1024
_LIMITS = [value for name, value in vars(resource).items() if name.startswith("RLIMIT_")]


class _Worker:
    """One solver, the way back to the harness, and the limits."""

    def __init__(self, setup: Setup, replies: int) -> None:
        self.replies = replies
        self.process = os.getpid()
        self.directory = Path.cwd()
        self.solver = load_solver(setup.source)
        self.options = convert_options(self.solver.solve, setup.options)
        if self.solver.warmup is not None:
            self.send(Warming())
            self.solver.warmup()
        gc.collect()
        gc.freeze()  # what start-up made stays: collecting after each puzzle is cheap then
        self.memory = setup.memory
        self.size_when_ready = memory.status("self", "VmSize")
        self._limit()
        self._empty_directory()
        memory.reset_peak()
        self.surroundings = _surroundings()

    def send(self, reply: Reply) -> None:
        """Write a reply; the harness always reads, so this ends."""
        if os.getpid() != self.process:
            os._exit(1)  # a child that the solver forked has no business here
        line = memoryview(format_message(reply))
        while line:
            line = line[os.write(self.replies, line) :]

    def serve(self, requests: BinaryIO) -> None:
        """Say that we are ready, then answer jobs until there are no more."""
        self.send(Ready(os.getpid(), memory.status("self", "VmRSS"), cpu_seconds()))
        for line in requests:
            job = parse_request(line)
            if isinstance(job, Job):
                self._work(job)

    def _work(self, job: Job) -> None:
        last = b""

        def on_answer(seconds: float, answer: Answer) -> None:
            nonlocal last
            reply = Answered.of(job.number, seconds, answer, job.budget.attempts)
            content = msgspec.json.encode((reply.guesses, reply.cost, reply.tokens))
            if content != last:  # saying the same again is no news
                self.send(reply)
                last = content

        ending = answer_puzzle(self.solver, job.puzzle, job.budget, self.options, on_answer)
        peak = memory.status("self", "VmHWM")
        self.send(
            Finished(
                number=job.number,
                kind=ending.kind,
                wall_seconds=ending.wall_seconds,
                cpu_seconds=ending.cpu_seconds,
                cpu_total=cpu_seconds(),
                peak_memory=peak,
                worn=self._is_worn(),
                error=ending.error,
            )
        )

    def _is_worn(self) -> bool:
        """Tidy up; True when this puzzle left something behind that the next one would feel."""
        gc.collect()
        try:
            self._empty_directory()
            memory.reset_peak()
            size = memory.status("self", "VmSize")
            grown = size is not None and size > (self.size_when_ready or size) + self.memory // 8
            return grown or _surroundings() != self.surroundings
        except Exception:  # a solver can break anything: closed files, limits, modules
            return True

    def _limit(self) -> None:
        """From now on: this much more address space, small files, no core dumps."""
        if self.size_when_ready is not None:
            room = self.size_when_ready + self.memory
            resource.setrlimit(resource.RLIMIT_AS, (room, room))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        for kind, limit in (
            (resource.RLIMIT_FSIZE, _FILE_SIZE_LIMIT),
            (resource.RLIMIT_NOFILE, _FILES_LIMIT),
        ):
            _, hard = resource.getrlimit(kind)
            lower = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
            resource.setrlimit(kind, (lower, lower))

    def _empty_directory(self) -> None:
        """Give each puzzle an empty working directory."""
        self.directory.mkdir(exist_ok=True)
        os.chdir(self.directory)
        for entry in os.scandir(self.directory):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                os.unlink(entry.path)


def _surroundings() -> object:
    """What a solver must leave as it was: limits, output, threads and child processes."""
    limits = [resource.getrlimit(kind) for kind in _LIMITS]
    files = [(os.fstat(fd).st_dev, os.fstat(fd).st_ino) for fd in range(3)]
    threads, children = threading.active_count(), ""
    if os.path.isdir("/proc/self/task"):
        threads = len(os.listdir("/proc/self/task"))
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    return limits, files, threads, children, id(sys.stdout), id(sys.stderr)


def main(arguments: list[str]) -> None:
    """Serve one solver: `REQUESTS REPLIES` are descriptors."""
    requests_fd, replies = int(arguments[0]), int(arguments[1])
    for fd in (requests_fd, replies):
        os.set_inheritable(fd, False)
    faulthandler.enable()
    with os.fdopen(requests_fd, "rb") as requests:
        setup = parse_request(requests.readline())
        assert isinstance(setup, Setup)
        try:
            worker = _Worker(setup, replies)
        except SolverError as error:
            os.write(replies, format_message(Failed(str(error))))
            return
        except Exception as error:
            problem = f"{setup.source.name}: its warm-up failed: {type(error).__name__}: {error}"
            os.write(replies, format_message(Failed(problem)))
            return
        worker.serve(requests)


if __name__ == "__main__":
    main(sys.argv[1:])
