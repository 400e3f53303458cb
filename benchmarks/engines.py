"""What Dask costs beside the engine local, and how puzzles spread over its workers.

Overhead: the wall-clock time of a run of a solver that does nothing, by puzzle, without the start.
Scaling: puzzles that sleep, so that cores do not count, with ever more workers.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import arcgrid
from arcgrid import Budget
from arcgrid.engines.engine import Assignment, Orders
from arcgrid.engines.isolate import settle
from arcgrid.engines.registry import find_engine
from arcgrid.isolation import Isolation
from arcgrid.solver import find_solver
from benchmarks.measure import Report

NAMES = ("local", "dask")
PUZZLES = 100
ROUNDS = 5
WORKERS = (1, 2, 4, 8)
SLEEP = 0.2
SLEEPS_A_WORKER = 12
SOLVER = f"""
import time

def solve(puzzle, budget):
    time.sleep({SLEEP})
    return [[grid] for grid in puzzle.test]
"""


def measure() -> Report:
    apart = {name: [_gap(name) for _ in range(ROUNDS)] for name in NAMES}
    local, dask = (statistics.median(apart[name]) for name in NAMES)
    rows = [("overhead a puzzle, local", f"{local * 1e3:.1f} ms", "")]
    rows += [("overhead a puzzle, dask", f"{dask * 1e3:.1f} ms", f"{(dask - local) * 1e3:+.1f} ms")]
    with tempfile.TemporaryDirectory() as folder:
        solver = Path(folder) / "sleeping.py"
        solver.write_text(SOLVER)
        for name in NAMES:
            for workers in WORKERS:
                number = SLEEPS_A_WORKER * workers
                seconds = _seconds(name, str(solver), workers, number)
                ideal = SLEEPS_A_WORKER * SLEEP
                what = f"{number} puzzles that sleep {SLEEP:g} s, {name}, {workers} workers"
                rows.append((what, f"{seconds:.2f} s", f"{ideal / seconds:.0%} of ideal"))
    return Report(
        "Engines (goals: dask at most 5 ms a puzzle more than local; at least 90% of ideal)",
        ("", ">measured", ">"),
        rows,
        ("arcgrid", "distributed", "numpy"),
        [
            f"Overhead: from outcome to outcome, median of {PUZZLES} puzzles of the solver",
            f"identity, one worker, median of {ROUNDS} runs. Scaling: with all workers started.",
        ],
    )


def _gap(name: str) -> float:
    """Median seconds from outcome to outcome of a solver that does nothing."""
    times = _times(name, "identity", 1, PUZZLES)
    return statistics.median(later - before for before, later in pairwise(times))


def _seconds(name: str, solver: str, workers: int, number: int) -> float:
    times = _times(name, solver, workers, number)
    return times[-1] - times[0]


def _times(name: str, solver: str, workers: int, number: int) -> list[float]:
    """The beginning, and when each outcome came; every worker has worked on one puzzle before."""
    kind, budget = find_engine(name), Budget()
    isolation = settle(kind, Isolation())
    orders = Orders(find_solver(solver), {}, budget.memory, workers, isolation=isolation)
    tasks = arcgrid.load("arc-agi-1/training")
    puzzles = [Assignment(task.id, task.puzzle, budget) for task in tasks]
    with kind.make(orders) as engine:
        for _ in engine.solve(puzzles[:workers]):
            pass
        started = time.perf_counter()
        return [started, *(time.perf_counter() for _ in engine.solve(puzzles[:number]))]
