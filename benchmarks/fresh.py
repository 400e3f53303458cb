"""How sturdy the answers of `search` are: fresh instances of the develop tasks, beside the tasks.

A rule that was found for the right reasons solves other instances too. One run over the tasks and
one over their instances, kept in `runs/fresh.sqlite` under the commit's name; it is compared with
the run before, or with the one that the environment variable FRESH_AGAINST names. FRESH_EFFORT says
the effort (`low`).
"""

from __future__ import annotations

import os
import statistics
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import arcgrid
from arcgrid import Outcome, Task, TaskSet
from arcgrid.report.text import format_table
from arcgrid.result import EFFORTS, Effort
from arcgrid.scoring.verdicts import hits, judge_answer, verdict_of
from arcgrid.store import Run, Store
from benchmarks.instances import instances_of, original_of
from benchmarks.measure import Report
from benchmarks.reliability import format_reliability
from benchmarks.split import split_training

INSTANCES = 4
ATTEMPTS = 2
SEED = "fresh"
"""Whoever fits something to instances takes others, by another seed."""

STORE = Path("runs/fresh.sqlite")
MANY = 3
"""So many families that agree are counted together with more."""

Shares = Mapping[str, float]


@dataclass(frozen=True)
class Solved:
    """How a task was solved.

    Attributes:
        share: of its test outputs.
        families: those that gave the first right answer, the likeliest first.
    """

    share: float
    families: tuple[str, ...]


def measure() -> Report:
    effort = os.environ.get("FRESH_EFFORT", "low")
    if effort not in EFFORTS:
        raise SystemExit(f"FRESH_EFFORT: unknown effort {effort!r}")
    tasks = TaskSet("develop", tuple(split_training()[0]))
    fresh = instances_of(tasks, INSTANCES, SEED)
    arcgrid.run("search", "arcgrid/mini", store=STORE, limit=10, seconds=600)  # compiles
    originals = _outcomes(tasks, effort)
    run, outcomes = _run(fresh, effort)
    shares = _by_task(fresh, outcomes)
    notes = [_cost(run), "", *_sturdiness(tasks, originals, shares)]
    notes += _difference(run, shares, fresh)
    notes += ["", "Guesses on fresh instances by what they state of themselves:", ""]
    notes.append(format_reliability(fresh, outcomes, ATTEMPTS))
    return Report(
        f"The solver search on {len(fresh)} fresh instances of {len(tasks)} develop tasks "
        f"({INSTANCES} each), effort {effort}, {ATTEMPTS} attempts; "
        "errors are standard errors over tasks",
        ("", ">tasks", ">% of their instances solved", ">error"),
        _rows(tasks, originals, shares),
        ("arcgrid", "numpy", "numba", "reasoning-gym"),
        notes,
    )


def _run(tasks: TaskSet, effort: Effort) -> tuple[Run, Mapping[str, Outcome]]:
    """One run of all tasks, named after the commit."""
    described = ["git", "describe", "--always", "--dirty"]
    commit = subprocess.run(described, capture_output=True, text=True, check=True).stdout.strip()
    with Store(STORE) as store:
        taken = {run.name for run in store.runs()}
    names = [f"{commit}-{effort}", *(f"{commit}-{effort}-{number}" for number in range(2, 1000))]
    name = next(name for name in names if name not in taken)
    run = arcgrid.run("search", tasks, name=name, effort=effort, attempts=ATTEMPTS, store=STORE).run
    with Store(STORE) as store:
        return run, store.outcomes(run)


def _outcomes(tasks: TaskSet, effort: Effort) -> Mapping[str, Outcome]:
    run = arcgrid.run("search", tasks, effort=effort, attempts=ATTEMPTS, store=STORE).run
    with Store(STORE) as store:
        return store.outcomes(run)


def solved(task: Task, outcome: Outcome) -> Solved:
    """What an outcome is worth."""
    guesses = outcome.answer.guesses if outcome.answer else ()
    families = [
        (guess.explanation or "").partition(": ")[0].split(", ")
        for pair, given in zip(task.test, guesses, strict=False)
        for guess in given
        if verdict_of(guess.grid, pair.output).kind == "solved"
    ]
    right = hits(judge_answer(task, outcome.answer), len(task.test), ATTEMPTS)
    return Solved(sum(right) / len(right), tuple(families[0]) if families else ())


def _by_task(fresh: TaskSet, outcomes: Mapping[str, Outcome]) -> Shares:
    """The mean share of each original task's instances that is solved."""
    shares = defaultdict(list)
    for task in fresh:
        shares[original_of(task.id)].append(solved(task, outcomes[task.id]).share)
    return {id: statistics.mean(each) for id, each in shares.items()}


def _rows(
    tasks: TaskSet, originals: Mapping[str, Outcome], shares: Shares
) -> list[tuple[str, ...]]:
    """All tasks, those that are solved and those that are not."""
    whole = {task.id for task in tasks if solved(task, originals[task.id]).share == 1}
    parts = {
        "all": [task.id for task in tasks],
        "solved on the original: survival": [task.id for task in tasks if task.id in whole],
        "not solved on the original": [task.id for task in tasks if task.id not in whole],
    }
    return [_row(name, ids, shares) for name, ids in parts.items()]


def _row(name: str, ids: Sequence[str], shares: Shares) -> tuple[str, ...]:
    mean, error = _mean([shares[id] for id in ids if id in shares])
    return name, str(len(ids)), f"{100 * mean:.1f}", f"{100 * error:.1f}"


def _mean(values: Sequence[float]) -> tuple[float, float]:
    """A mean and its standard error."""
    if not values:
        return float("nan"), float("nan")
    spread = statistics.stdev(values) if len(values) > 1 else 0.0
    return statistics.mean(values), spread / len(values) ** 0.5


def _sturdiness(tasks: TaskSet, originals: Mapping[str, Outcome], shares: Shares) -> Iterable[str]:
    """Survival by the family that solves the original, and by how many families agree on it."""
    families, numbers = defaultdict(list), defaultdict(list)
    for task in tasks:
        found = solved(task, originals[task.id])
        if found.share == 1 and found.families:
            families[found.families[0]].append(task.id)
            numbers[min(len(found.families), MANY)].append(task.id)
    rows = [_row(name, families[name], shares) for name in sorted(families)]
    for number in sorted(numbers):
        more = " or more" if number == MANY else ""
        rows.append(_row(f"{number}{more} that agree", numbers[number], shares))
    yield "Survival by the family that is right on the original, and by how many are:"
    yield ""
    yield format_table(("family", ">tasks", ">% survival", ">error"), rows)


def _difference(run: Run, shares: Shares, fresh: TaskSet) -> Iterable[str]:
    """The run against an earlier one on the same instances."""
    with Store(STORE) as store:
        other = _against(run, store.runs())
        if other is None:
            return
        before = _by_task(fresh, store.outcomes(other))
    mean, error = _mean([shares[id] - before[id] for id in shares])
    better = sum(shares[id] > before[id] for id in shares)
    worse = sum(shares[id] < before[id] for id in shares)
    yield (
        f"Against {other.name}: {100 * mean:+.1f} points (standard error {100 * error:.1f}, paired "
        f"by task); {better} tasks do better, {worse} worse."
    )


def _against(run: Run, runs: Sequence[Run]) -> Run | None:
    """The run to compare with: the named one, or the last one before on the same instances."""
    name = os.environ.get("FRESH_AGAINST")
    for other in runs:
        same = other.plan.digest == run.plan.digest and other.id != run.id and other.ended
        alike = other.plan.budget.effort == run.plan.budget.effort
        if same and (name == other.name if name else alike):
            return other
    if name:
        raise SystemExit(f"FRESH_AGAINST: {STORE} has no run {name!r} on the same instances")
    return None


def _cost(run: Run) -> str:
    used = run.cpu_seconds or 0.0
    return (
        f"{run.name}: {used:,.0f} CPU-s and {run.wall_seconds or 0:,.0f} s, harness and "
        f"{run.plan.workers} workers included."
    )
