"""Start-up: `arcgrid --version` beside a Python that only imports click."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.measure import Report, cpu_of_command, in_turns


def measure() -> Report:
    ours = [str(Path(sys.executable).with_name("arcgrid")), "--version"]
    theirs = [sys.executable, "-c", "import click"]
    one, other, ratio = in_turns(
        lambda: cpu_of_command(ours), lambda: cpu_of_command(theirs), rounds=21
    )
    row = (f"{1000 * one:.0f}", f"{1000 * other:.0f}", f"{ratio:.2f}")
    return Report(
        "Start-up (goal: at most 2 times importing click)",
        (">arcgrid --version, CPU-ms", ">import click, CPU-ms", ">ratio"),
        [row],
        ("arcgrid", "click"),
        ["Medians of 21 whole processes in turn; the ratio is the median of the ratios."],
    )
