"""The solver `search` on the ARC-AGI-1 training set: score, cost, score over time, where time goes.

One run in isolated workers gives the scores, the cost and the curve; where time goes is sampled in
this process afterwards. No evaluation set is touched, and no task of the check part is named.
Efforts: `low`, or what the environment variable SEARCH_EFFORTS says, such as `low,medium`.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

import arcgrid
from arcgrid import Outcome, Task
from arcgrid.report.scores import format_counts
from arcgrid.report.text import format_table
from arcgrid.result import EFFORTS, Effort
from arcgrid.scoring.verdicts import hits, judge_answer
from arcgrid.sources import RunResult
from arcgrid.store import Store
from benchmarks.measure import Report
from benchmarks.reliability import format_reliability
from benchmarks.search_profile import Profile, family_of, profile
from benchmarks.split import DEVELOP_TASKS, TRAINING, split_training

ATTEMPTS = 3
"""Asked for in the one run; as guesses are ranked, the first one or two count by themselves too."""
CURVE_ATTEMPTS = 2
MOMENTS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
SAMPLED = 4
"""Where time goes is sampled on every so many develop tasks."""
LEAST_SHARE = 0.01

Key = TypeVar("Key")


@dataclass(frozen=True)
class Measured:
    """One run with its outcomes by task id."""

    result: RunResult
    outcomes: Mapping[str, Outcome]


def measure() -> Report:
    efforts = os.environ.get("SEARCH_EFFORTS", "low").split(",")
    unknown = set(efforts) - set(EFFORTS)
    if unknown:
        raise SystemExit(f"SEARCH_EFFORTS: unknown effort {unknown.pop()!r}")
    develop, check = split_training()
    parts = {"develop": develop, "check": check, "whole": [*develop, *check]}
    rows, notes = [], []
    for effort in cast(list[Effort], efforts):
        measured = _run(effort)
        rows += [_row(effort, name, tasks, measured.outcomes) for name, tasks in parts.items()]
        profiled = profile(develop[::SAMPLED], effort)
        notes += _notes(effort, parts["whole"], measured, profiled)
    return Report(
        "The solver search on ARC-AGI-1 training, isolated workers: arc-prize score at 1, 2 and 3 "
        "attempts, CPU seconds of the solver",
        (
            *("effort", "part", ">tasks"),
            *(f">% at {number}" for number in range(1, ATTEMPTS + 1)),
            *(">CPU-s", ">a task", ">median", ">longest", ">peak MiB"),
        ),
        rows,
        ("arcgrid", "numpy", "numba"),
        notes,
    )


def _run(effort: Effort) -> Measured:
    """One run over all training tasks; what it costs to compile is paid before."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store.sqlite"
        arcgrid.run("search", "arcgrid/mini", effort=effort, store=store, limit=10, seconds=600)
        result = arcgrid.run("search", TRAINING, effort=effort, attempts=ATTEMPTS, store=store)
        with Store(store) as opened:
            return Measured(result, opened.outcomes(result.run))


def _row(
    effort: str, part: str, tasks: Sequence[Task], outcomes: Mapping[str, Outcome]
) -> tuple[str, ...]:
    scores = [score_of(tasks, outcomes, attempts) for attempts in range(1, ATTEMPTS + 1)]
    used = [outcomes[task.id].cpu_seconds for task in tasks]
    peak = max(outcomes[task.id].peak_memory or 0 for task in tasks)
    return (
        *(effort, part, str(len(tasks))),
        *(f"{score:.2f}" for score in scores),
        *(f"{sum(used):,.0f}", f"{statistics.mean(used):.2f}"),
        *(f"{statistics.median(used):.2f}", f"{max(used):.2f}", f"{peak / (1 << 20):,.0f}"),
    )


def score_of(
    tasks: Sequence[Task],
    outcomes: Mapping[str, Outcome],
    attempts: int,
    seconds: float = float("inf"),
) -> float:
    """The leaderboard's figure in percent, with so many attempts, of what came by this time."""
    shares = []
    for task in tasks:
        came = [timed.answer for timed in outcomes[task.id].answers if timed.seconds <= seconds]
        verdicts = judge_answer(task, came[-1] if came else None)
        solved = hits(verdicts, len(task.test), attempts)
        shares.append(sum(solved) / len(solved))
    return 100 * statistics.mean(shares)


def _notes(
    effort: Effort, tasks: Sequence[Task], measured: Measured, profiled: Profile
) -> list[str]:
    run = measured.result.run
    assert run.cpu_seconds is not None
    assert run.wall_seconds is not None
    sampled = len(range(0, DEVELOP_TASKS, SAMPLED))
    return [
        f"{effort}: {run.cpu_seconds:,.0f} CPU-s and {run.wall_seconds:,.0f} s for the whole run, "
        f"harness and {run.plan.workers} workers included; "
        f"outcomes: {format_counts(measured.result.outcomes)}.",
        "",
        f"{effort}: % at {CURVE_ATTEMPTS} attempts of what came within so many seconds of a task "
        "(wall clock, workers side by side)",
        "",
        format_table((">seconds", ">%"), _curve(tasks, measured.outcomes)),
        f"{effort}: guesses at {CURVE_ATTEMPTS} attempts by what they state of themselves",
        "",
        format_reliability(tasks, measured.outcomes, CURVE_ATTEMPTS),
        f"{effort}: where CPU time goes, sampled on {sampled} develop tasks in one process "
        f"({profiled.seconds:,.0f} CPU-s, {profiled.states / profiled.seconds:,.0f} states kept a "
        "CPU-s of all; one state stands for all grids)",
        "",
        format_table(("family", "function", ">% of CPU"), _shares(profiled)),
    ]


def _curve(tasks: Sequence[Task], outcomes: Mapping[str, Outcome]) -> list[tuple[str, str]]:
    """Up to the first moment at which all is there."""
    best = score_of(tasks, outcomes, CURVE_ATTEMPTS)
    rows = []
    for moment in MOMENTS:
        score = score_of(tasks, outcomes, CURVE_ATTEMPTS, moment)
        rows.append((f"{moment:g}", f"{score:.2f}"))
        if score == best:
            break
    else:
        rows.append(("all", f"{best:.2f}"))
    return rows


def _shares(profiled: Profile) -> list[tuple[str, str, str]]:
    """Families, the largest first, each with its functions as far as they matter."""
    whole = profiled.seconds
    rows = []
    for family, seconds in _largest(profiled.families):
        rows.append((family, "all", f"{100 * seconds / whole:.1f}"))
        for (module, function), part in _largest(profiled.functions):
            if family_of(module) == family and function and part >= LEAST_SHARE * whole:
                rows.append(("", f"{module}: {function}", f"{100 * part / whole:.1f}"))
    return rows


def _largest(seconds: Mapping[Key, float]) -> list[tuple[Key, float]]:
    return sorted(seconds.items(), key=lambda item: -item[1])
