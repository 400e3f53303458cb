"""How things are measured: in turns, with the median of the ratios; and how results are kept.

Machines are noisy: A and B run one after the other, the ratio is taken pair by pair.
"""

from __future__ import annotations

import gc
import importlib.metadata
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from arcgrid.machine import processor
from arcgrid.report.text import format_table

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Report:
    """The table of one benchmark with the conditions it was measured under."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    packages: Sequence[str]
    notes: Sequence[str] = ()

    @property
    def text(self) -> str:
        """The table, the notes and the conditions."""
        versions = [f"{name} {importlib.metadata.version(name)}" for name in self.packages]
        lines = [
            self.title,
            "",
            format_table(self.columns, self.rows),
            *self.notes,
            f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, "
            f"{', '.join(versions)}, {processor()}",
        ]
        return "\n".join(lines) + "\n"

    def write(self, name: str) -> None:
        """Keep the table under `results/`."""
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{name}.txt").write_text(self.text)


def cpu_of_call(function: Callable[[], object]) -> float:
    """CPU seconds of one call, with garbage of earlier calls collected before."""
    gc.collect()
    started = time.process_time()
    function()
    return time.process_time() - started


@dataclass(frozen=True)
class Use:
    """What a command took: seconds on the wall and of CPU, bytes at the peak of a process."""

    wall: float
    cpu: float
    memory: int


_LAUNCHER = """
import os, subprocess, sys, time
started = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss << 10)
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""A small process between: the peak of a process counts what its parent had before it."""


def use_of_command(command: Sequence[str], environment: dict[str, str] | None = None) -> Use:
    """What a command takes with all processes it waits for; it has to end well."""
    launch = [sys.executable, "-I", "-S", "-c", _LAUNCHER, *command]
    done = subprocess.run(launch, capture_output=True, env=os.environ | (environment or {}))
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise RuntimeError(f"exit status {done.returncode}: {' '.join(command)}\n{said}")
    wall, cpu, memory = done.stdout.split()
    return Use(float(wall), float(cpu), int(memory))


def cpu_of_command(command: Sequence[str]) -> float:
    """CPU seconds of a command with all processes it waits for."""
    return use_of_command(command).cpu


def in_turns(
    first: Callable[[], float], second: Callable[[], float], rounds: int
) -> tuple[float, float, float]:
    """Medians of both measures, and the median of first / second taken pair by pair."""
    first(), second()  # the first time is for caches
    pairs = [(first(), second()) for _ in range(rounds)]
    ratio = statistics.median(one / other for one, other in pairs)
    ones, others = zip(*pairs, strict=True)
    return statistics.median(ones), statistics.median(others), ratio
