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


def cpu_of_command(command: Sequence[str], environment: dict[str, str] | None = None) -> float:
    """CPU seconds of a command with all processes it waited for."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | (environment or {}),
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"exit status {process.returncode}: {' '.join(command)}")
    return usage.ru_utime + usage.ru_stime


def times_of_python(arguments: Sequence[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds on the wall, and of CPU, of a Python process with all it waited for."""
    started = time.perf_counter()
    cpu = cpu_of_command([sys.executable, *arguments], environment)
    return time.perf_counter() - started, cpu


def in_turns(
    first: Callable[[], float], second: Callable[[], float], rounds: int
) -> tuple[float, float, float]:
    """Medians of both measures, and the median of first / second taken pair by pair."""
    first(), second()  # the first time is for caches
    pairs = [(first(), second()) for _ in range(rounds)]
    ratio = statistics.median(one / other for one, other in pairs)
    ones, others = zip(*pairs, strict=True)
    return statistics.median(ones), statistics.median(others), ratio
