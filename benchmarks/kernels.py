"""The grid functions over the grids of ARC-AGI-1, beside plain Python and numpy; compile times.

Per function and round: some of the grids, the same for all; on stacks they are repeated until
the stack is long, since that is what stacks are for.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

import arcgrid
from arcgrid import Grid, GridStack, ops
from benchmarks.kernel_arguments import ARGUMENTS, Arguments
from benchmarks.kernel_peers import PEERS, for_peer
from benchmarks.measure import Report, use_of_command
from tests.kernels import plain as oracles
from tests.kernels.cases import CASES, OF_STACKS, plain

ROUNDS = 5
SECONDS = 0.08
"""What plain Python may take in a round; it decides how many grids are in it."""

STACK = 4000
"""Grids of a stack, at least."""

LOAD_ALL = """
import importlib
from arcgrid.kernels.compile import FAMILIES, KERNELS
for family in FAMILIES:
    importlib.import_module(family)
for kernels in KERNELS.values():
    for kernel in kernels:
        kernel.load()
"""


_FAMILY_OF = {name: case.family for name, case in CASES.items()} | OF_STACKS


Maybe: TypeAlias = float | None


@dataclass(frozen=True)
class Timing:
    """Medians over the rounds: seconds a grid, and ratios taken round by round."""

    name: str
    plain: float
    single: float
    stack: float | None
    ratios: dict[str, float]


def measure() -> Report:
    grids = _grids()
    timings = [_time(name, grids) for name in _FAMILY_OF]
    rows = []
    for family in dict.fromkeys(_FAMILY_OF.values()):
        own = [timing for timing in timings if _FAMILY_OF[timing.name] == family]
        rows += [_row(timing) for timing in own]
        rows.append((f"{family}: median", "", "", "", *_medians(own)))
    rows.append(("all: median", "", "", "", *_medians(timings)))
    slow = [t.name for t in timings if "peer" in t.ratios and t.ratios["peer"] < 1]
    low = [t.name for t in timings if t.ratios.get("stack", 3) < 3]
    return Report(
        "Grid functions over every grid of ARC-AGI-1: how many times as fast (goals, as medians: "
        "stack 30, single 5, of numpy 3, of loop 2)",
        (
            "function",
            ">plain us",
            ">single us",
            ">stack us",
            ">stack: of plain",
            ">single: of plain",
            ">single: of numpy",
            ">stack: of loop",
        ),
        rows,
        ("arcgrid", "numba", "numpy", "scipy", "scikit-image"),
        [
            f"Microseconds of CPU a grid: medians of {ROUNDS} rounds; so are the ratios.",
            f"numpy means numpy, scipy or scikit-image; slower than these: {_listed(slow)}.",
            "Functions of a stack alone (join, overlay_all, vote): of stacks of 4 or 5 grids.",
            f"Stacks below 3 times plain Python: {_listed(low)}.",
            _compile_times(),
        ],
    )


def _grids() -> list[Grid]:
    """Every grid of both sets, in an order that has nothing to do with tasks."""
    tasks = [
        *arcgrid.load("arc-agi-1/training"),
        *arcgrid.load("arc-agi-1/evaluation"),
    ]
    pairs = [pair for task in tasks for pair in (*task.train, *task.test)]
    grids = [grid for pair in pairs for grid in (pair.input, pair.output) if grid is not None]
    order = np.random.default_rng(0).permutation(len(grids))
    return [grids[index] for index in order]


def _time(name: str, grids: Sequence[Grid]) -> Timing:
    arguments = ARGUMENTS.get(name, Arguments())
    fitting = [grid for grid in grids if arguments.fits(grid)]
    function, oracle = getattr(ops, name), getattr(oracles, name)
    peer = PEERS.get(name)
    trial = [arguments.of(grid) for grid in fitting[:40]]
    seconds = _seconds(oracle, [plain(call) for call in trial]) / len(trial)
    count = max(10, min(len(fitting) // ROUNDS, int(SECONDS / seconds)))
    measured = []
    for start in range(0, ROUNDS * count, count):
        calls = [arguments.of(grid) for grid in fitting[start : start + count]]
        measured.append(
            (
                _seconds(oracle, [plain(call) for call in calls]) / len(calls),
                _seconds(function, calls) / len(calls),
                None if name in OF_STACKS else _seconds_of_stacks(function, calls),
                _seconds(peer, [for_peer(call) for call in calls]) / len(calls) if peer else None,
            )
        )
    return _summary(name, measured)


def _summary(name: str, measured: Iterable[tuple[float, float, Maybe, Maybe]]) -> Timing:
    plain, single, stack, peer = zip(*measured, strict=True)
    ratios = {
        "stack": _ratio(plain, stack),
        "single": _ratio(plain, single),
        "loop": _ratio(single, stack),
        "peer": _ratio(peer, single),
    }
    return Timing(
        name,
        statistics.median(plain),
        statistics.median(single),
        None if None in stack else statistics.median(stack),
        {key: ratio for key, ratio in ratios.items() if ratio is not None},
    )


def _ratio(one: Sequence[Maybe], two: Sequence[Maybe]) -> Maybe:
    ratios = [a / b for a, b in zip(one, two, strict=True) if a is not None and b is not None]
    return statistics.median(ratios) if ratios else None


def _seconds_of_stacks(function: Callable[..., object], calls: Sequence[tuple[Any, ...]]) -> float:
    """Seconds a grid."""
    stacks = _stacks(calls)
    function(*stacks)
    return _seconds(function, [stacks]) / len(stacks[0])


def _stacks(calls: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    """The arguments of one call for all: grids become stacks, repeated until these are long."""
    indices = np.tile(np.arange(len(calls)), -(-STACK // len(calls)))
    return tuple(
        GridStack.of(values).take(indices) if isinstance(values[0], np.ndarray) else values[0]
        for values in zip(*calls, strict=True)
    )


def _seconds(function: Callable[..., object], calls: Sequence[tuple[Any, ...]]) -> float:
    started = time.process_time()
    for call in calls:
        function(*call)
    return time.process_time() - started


def _row(timing: Timing) -> tuple[str, ...]:
    ratios = [f"{timing.ratios[key]:.1f}" if key in timing.ratios else "" for key in _KEYS]
    times = [
        "" if value is None else f"{1e6 * value:.2f}"
        for value in (timing.plain, timing.single, timing.stack)
    ]
    return (timing.name, *times, *ratios)


_KEYS = ("stack", "single", "peer", "loop")


def _medians(timings: Sequence[Timing]) -> list[str]:
    columns = [[t.ratios[key] for t in timings if key in t.ratios] for key in _KEYS]
    return [f"{statistics.median(column):.1f}" if column else "" for column in columns]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"


def _compile_times() -> str:
    """What it takes to compile all kernels, and to load them all, each in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"ARCGRID_CACHE": folder}
        compile_all = [sys.executable, "-m", "arcgrid", "warmup", "--workers", "2"]
        cold = use_of_command(compile_all, environment)
        load_all = [sys.executable, "-c", LOAD_ALL]
        rounds = [use_of_command(load_all, environment) for _ in range(ROUNDS)]
    warm = statistics.median(use.wall for use in rounds)
    cpu = statistics.median(use.cpu for use in rounds)
    return (
        f"All kernels compiled by two processes: {cold.wall:.0f} s, {cold.cpu:.0f} s of CPU "
        "(goal 90 s); "
        f"loaded from the cache, numba's import included: {warm:.1f} s, {cpu:.1f} s of CPU "
        "(goal 2 s)."
    )
