"""What isolation costs: a worker's start, a process for each puzzle, the trial before a run."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable

import arcgrid
from arcgrid.engines.engine import Assignment, Orders
from arcgrid.engines.local import sandbox
from arcgrid.engines.local.engine import LocalEngine
from arcgrid.engines.local.grants import SPACES, find_grants, grants
from arcgrid.engines.local.reach import reach
from arcgrid.isolation import Isolation, Level
from arcgrid.result import Budget
from arcgrid.solver import find_solver
from benchmarks.measure import Report

ROUNDS = 7
PUZZLES = 100
SOLVERS = ("identity", "search")


def engine(solver: str, level: Level, fresh: bool = True) -> LocalEngine:
    isolation = sandbox.settle(Isolation(level, fresh=fresh))
    return LocalEngine(Orders(find_solver(solver), {}, Budget().memory, isolation=isolation))


def seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def start(solver: str, level: Level) -> float:
    """Wall-clock seconds until a worker is ready."""
    made = engine(solver, level)
    taken = seconds(made.__enter__)
    made.__exit__()
    return taken


def a_puzzle(solver: str, level: Level, fresh: bool) -> float:
    """Wall-clock seconds of a puzzle on which the solver does next to nothing, harness included."""
    tasks = arcgrid.load("arcgrid/mini").tasks
    puzzle = tasks[0].puzzle
    given = [Assignment(str(number), puzzle, Budget(seconds=60)) for number in range(PUZZLES)]
    with engine(solver, level, fresh) as made:
        return seconds(lambda: list(made.solve(given))) / PUZZLES


def milliseconds(values: list[float]) -> str:
    return f"{1000 * statistics.median(values):.1f}"


def measure() -> Report:
    grants()
    rows = []
    for solver in SOLVERS:
        off, default = [], []
        for _ in range(ROUNDS):
            off.append(start(solver, "off"))
            default.append(start(solver, "default"))
        extra = [one - other for one, other in zip(default, off, strict=True)]
        what = f"a worker of {solver}, until it is ready"
        rows.append((what, milliseconds(off), milliseconds(default), milliseconds(extra)))
    reuse = [a_puzzle("identity", "default", fresh=False) for _ in range(3)]
    fresh = [a_puzzle("identity", "default", fresh=True) for _ in range(3)]
    extra = [one - other for one, other in zip(fresh, reuse, strict=True)]
    what = "a puzzle: process reused, process of its own"
    rows.append((what, milliseconds(reuse), milliseconds(fresh), milliseconds(extra)))
    source = find_solver("identity")
    listing = [seconds(lambda: reach(source, (), (), network=False)) for _ in range(ROUNDS)]
    trial = [seconds(lambda: find_grants(SPACES)) for _ in range(ROUNDS)]
    rows.append(("once a run: what may be read is listed", "", milliseconds(listing), ""))
    rows.append(("once a run: what the machine grants is tried", "", milliseconds(trial), ""))
    return Report(
        "What isolation costs (goals: 20 ms a worker, 5 ms a puzzle)",
        ("what", ">without, ms", ">with, ms", ">more, ms"),
        rows,
        ("arcgrid", "numpy", "numba"),
        [
            f"Medians of {ROUNDS} in turn, wall-clock; of 3 times {PUZZLES} for puzzles; load "
            f"average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.",
        ],
    )
