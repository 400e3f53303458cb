"""What the harness itself costs: a solver that does nothing, isolated, over 400 tasks."""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Report, cpu_of_command

OFFICIAL = 86.0
"""CPU seconds of the official harness (arcprize/arc-agi-benchmarking at 28e67d5) for its random
baseline over 400 tasks, as measured in November 2026; not run here, as it is on no registry."""

ROUNDS = 5


def measure() -> Report:
    command = [sys.executable, "-m", "arcgrid", "run", "identity", "--workers", "2"]
    with tempfile.TemporaryDirectory() as folder:
        store = ["--store", str(Path(folder) / "store.sqlite")]
        task_set = ["--tasks", "arc-agi-1/training"]
        used = [cpu_of_command([*command, *task_set, *store]) for _ in range(ROUNDS)]
    median = statistics.median(used)
    row = (f"{median:.2f}", f"{OFFICIAL:.0f}", f"{median / OFFICIAL:.3f}")
    return Report(
        "The harness alone: run identity over 400 tasks, 2 isolated workers (goal: at most 5)",
        (">arcgrid CPU-s", ">official harness CPU-s (quoted)", ">ratio"),
        [row],
        ("arcgrid", "numpy", "msgspec"),
        [f"Median of {ROUNDS} whole runs: start-up, workers, store and scoring included."],
    )
