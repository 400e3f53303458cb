"""A run: puzzles to an engine, outcomes to the store, and on again after an interruption.

(The module is not named `run`, so that `arcgrid.run` can be the function.)
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from arcgrid.datasets import load
from arcgrid.engines.engine import (
    START_SECONDS,
    Assignment,
    Engine,
    EngineKind,
)
from arcgrid.engines.isolate import settle, settle_again
from arcgrid.engines.registry import INLINE, engine_for, find_engine
from arcgrid.errors import SolverError, StoreError, TaskError
from arcgrid.functions import source_of
from arcgrid.isolation import Isolation, Level
from arcgrid.journal import RunJournal
from arcgrid.machine import cpu_of_all, this_machine, versions
from arcgrid.result import Budget, Effort
from arcgrid.selection import Selection, shard_of
from arcgrid.solver import SolverSource, changes, find_solver
from arcgrid.sources import RunResult, read_run, tasks_of
from arcgrid.store import Run, RunPlan, Store, store_path
from arcgrid.task import Puzzle, Task, TaskSet
from arcgrid.terms import Terms, workers_of
from arcgrid.watcher import Watcher, default_watcher


def run(
    solver: str | Callable[..., Any],
    tasks: str | Path | TaskSet,
    *,
    name: str | None = None,
    effort: Effort = "low",
    attempts: int = 2,
    seconds: float | None = None,
    memory: int | None = None,
    seed: int = 0,
    workers: int | None = None,
    limit: int | None = None,
    only: Sequence[str] = (),
    sample: int | None = None,
    shard: tuple[int, int] | None = None,
    options: Mapping[str, object] | None = None,
    engine: str | None = None,
    inline: bool = False,
    max_cost: float | None = None,
    transcripts: bool = True,
    sandbox: Level = "default",
    network: bool = False,
    allow: Sequence[str | Path] = (),
    fresh: bool = True,
    start_seconds: float = START_SECONDS,
    scheduler: str | None = None,
    allow_versions: bool = False,
    note: str = "",
    store: str | Path | None = None,
    watcher: Watcher | None = None,
) -> RunResult:
    """Run a solver over a task set, store every outcome, and score it.

    Args:
        solver: entry point (`transforms`), file (`mine.py`, `mine.py:solve`), or a function. A
            function of a notebook or script travels to the workers by its source.
        tasks: a set, its name, or a path.
        name: of the run; made up where not given.
        effort: `low`, `medium` or `high`; passed to the solver, and sets default limits.
        attempts: guesses for each test input that are kept.
        seconds: wall-clock seconds for each puzzle; default 10, 100 or 1,200 by effort.
        memory: bytes that the solver may add once it is ready; default 2 GiB (`high`: 4 GiB).
        seed: each puzzle's seed is made from it and from the puzzle's content.
        workers: processes, or requests in flight; default one for each core, or 8, or all that
            the cluster of a scheduler has.
        limit: only the first so many tasks of the set.
        only: only the tasks with these ids.
        sample: only so many tasks, drawn by the seed and their ids.
        shard: `(3, 16)` is the third of 16 parts of these, by the tasks' content; `merge` joins the
            stores of all parts.
        options: handed to the solver, converted by its annotations.
        engine: how solvers are run: `local` (isolated, limited processes on this machine),
            `inline`, or one that another package brings; default the one that is the solver's.
        inline: short for `engine="inline"`: in this process, no isolation, no limits.
        max_cost: US dollars; a run stops before it spends more. For solvers that ask models.
        transcripts: keep requests and replies of a solver that asks models.
        sandbox: `default` keeps the solver from files, network and processes as far as the kernel
            does that for everybody; `strict` needs bubblewrap; `off` is to debug.
        network: the solver may use the network.
        allow: paths that the solver may read besides its own code.
        fresh: each puzzle gets a process of its own.
        start_seconds: wall-clock seconds for the solver to be imported and to warm up, and for a
            cluster that has no worker to have one.
        scheduler: address of the scheduler of a Dask cluster, such as `tcp://host:8786`, for
            `engine="dask"`; default a cluster of this machine.
        allow_versions: work on machines with other versions of Python, arcgrid, numpy or numba.
        note: what to remember of the run.
        store: the run store; default `ARCGRID_STORE` or `runs/arcgrid.sqlite`.
        watcher: is told how the run goes on; in a notebook, progress is shown without one.

    Raises:
        ArcgridError: the solver, the tasks, an option or the store is at fault; the message says
            where. Whatever a solver does with a puzzle is an outcome, not an exception.
    """
    named = solver if isinstance(solver, str) else ""
    kind = engine_for(named, INLINE if inline else engine)
    path = store_path(store)
    if callable(solver):
        source = source_of(solver, path.parent, inline=not kind.limits)
    else:
        source = find_solver(solver)
    try:
        msgspec.json.encode(options)
    except TypeError as error:
        raise SolverError(f"options must be values that JSON has: {error}") from None
    whole = tasks if isinstance(tasks, TaskSet) else load(tasks)
    asked = Selection(tuple([only] if isinstance(only, str) else only), sample, seed, limit).of(
        whole
    )
    if not len(asked):
        raise TaskError("there is no task to run", file=asked.name)
    part, asked = shard_of(asked, *shard) if shard is not None else (None, asked)
    plan = RunPlan(
        solver=source,
        options=dict(options or {}),
        task_set=asked.name,
        origin=origin_of(asked),
        digest=asked.digest,
        asked=tuple(asked.ids),
        budget=Budget.of(effort, attempts, _seconds(kind, effort, seconds), memory, seed),
        engine=kind.name,
        workers=workers_of(kind, workers, scheduler),
        versions=versions(source.packages) | kind.versions(options or {}),
        machine=this_machine(1).processor,
        isolation=settle(kind, Isolation.wanted(sandbox, network, allow, fresh)),
        shard=part,
    )
    terms = Terms(max_cost, transcripts, start_seconds, scheduler, allow_versions)
    return _begin(plan, asked, path, name, note, watcher, terms)


def _begin(
    plan: RunPlan,
    asked: TaskSet,
    path: Path,
    name: str | None,
    note: str,
    watcher: Watcher | None,
    terms: Terms,
) -> RunResult:
    """Work on a new run; it is begun only when the engine is ready, so a mistake leaves none."""
    watcher = watcher or default_watcher()
    kind = find_engine(plan.engine)
    with Store(path, create=True) as opened:

        def begin() -> Run:
            made = opened.create_run(_as_it_is(plan, journal), name)
            return opened.mark_run(made, (), note)

        journal = RunJournal(opened, asked, terms.transcripts)
        orders = terms.orders(plan, watcher, journal, path)
        engine = kind.make(orders)
        if kind.estimate is not None:
            watcher.preflight(kind.estimate(orders, _assignments(asked, plan.budget)))
        return _work(opened, begin, asked, engine, watcher, journal, plan.workers)


def _as_it_is(plan: RunPlan, journal: RunJournal) -> RunPlan:
    """A plan, with what the engine found out of it when it got ready."""
    if plan.isolation is None or not journal.is_shared:
        return plan
    return replace(plan, isolation=replace(plan.isolation, fresh=False))


def run_failed(
    name: str,
    *,
    seconds: float | None = None,
    memory: int | None = None,
    workers: int | None = None,
    max_cost: float | None = None,
    transcripts: bool = True,
    start_seconds: float = START_SECONDS,
    scheduler: str | None = None,
    allow_versions: bool = False,
    store: str | Path | None = None,
    watcher: Watcher | None = None,
) -> RunResult:
    """Run again what a run did not answer (errors, timeouts and the like), as a run of its own.

    Solver, options and budget are those of the run, and so is each puzzle's seed; its note says
    where it comes from.

    Args:
        name: the run's name or id, or `latest`.
        seconds, memory: other limits than those of the run.
        workers: processes, or requests in flight; default as the run had.
        max_cost, transcripts, start_seconds, scheduler, allow_versions: as for `run`.
        store: the run store; default `ARCGRID_STORE` or `runs/arcgrid.sqlite`.
        watcher: is told how the run goes on.

    Raises:
        StoreError: the run has nothing that failed, or its tasks are no longer the same.
        ArcgridError: as `run`.
    """
    path = store_path(store)
    with Store(path) as opened:
        found = opened.find_run(name)
        failed = [id for id, one in opened.outcomes(found).items() if one.kind != "answered"]
    if not failed:
        raise StoreError(f"nothing failed in the run {found.name}")
    asked = tasks_of(found).subset(failed)
    old, kind = found.plan, find_engine(found.plan.engine)
    limits: dict[str, Any] = {"seconds": seconds, "memory": memory}
    given = {limit: value for limit, value in limits.items() if value is not None}
    plan = replace(
        old,
        solver=(source := find_solver(old.solver.place)),
        task_set=asked.name,
        digest=asked.digest,
        asked=tuple(asked.ids),
        budget=replace(old.budget, **given),
        workers=workers_of(kind, workers or old.workers, scheduler),
        versions=versions(source.packages) | kind.versions(old.options),
        machine=this_machine(1).processor,
        isolation=settle_again(kind, old.isolation),
        shard=None,
    )
    terms = Terms(max_cost, transcripts, start_seconds, scheduler, allow_versions)
    return _begin(plan, asked, path, None, f"what failed in {found.name}", watcher, terms)


def resume(
    name: str,
    *,
    workers: int | None = None,
    max_cost: float | None = None,
    transcripts: bool = True,
    start_seconds: float = START_SECONDS,
    scheduler: str | None = None,
    allow_versions: bool = False,
    store: str | Path | None = None,
    watcher: Watcher | None = None,
) -> RunResult:
    """Go on with a run that was interrupted, and score it; outcomes that are stored stay.

    Args:
        name: the run's name or id, or `latest`.
        workers: processes, or requests in flight; default as the run began.
        max_cost: as for `run`; what the run has spent before counts.
        transcripts: as for `run`, from here on.
        start_seconds, scheduler, allow_versions: as for `run`, whatever the run began with.
        store: the run store; default `ARCGRID_STORE` or `runs/arcgrid.sqlite`.
        watcher: is told how the run goes on.

    Raises:
        StoreError: the tasks or the solver are no longer those that the run began with.
        ArcgridError: as `run`.
    """
    with Store(store_path(store)) as opened:
        found = opened.find_run(name)
        plan = found.plan
        source = find_solver(plan.solver.place)
        kind = find_engine(plan.engine)
        _check_same(found, source, kind)
        watcher = watcher or default_watcher()
        tasks = tasks_of(found)
        if found.ended is not None:
            return read_run(opened, found, tasks)
        terms = Terms(max_cost, transcripts, start_seconds, scheduler, allow_versions)
        journal = RunJournal(opened, tasks, terms.transcripts)
        isolation = settle_again(kind, plan.isolation)
        workers = workers_of(kind, workers or plan.workers, scheduler)
        plan = replace(plan, workers=workers, isolation=isolation)
        engine = kind.make(terms.orders(plan, watcher, journal, store_path(store)))
        return _work(opened, lambda: found, tasks, engine, watcher, journal, workers)


def _check_same(run: Run, source: SolverSource, kind: EngineKind) -> None:
    """Check that what is left of a run is worked on by what the run began with.

    Raises:
        StoreError: the solver, or a package it stands on, is another one; the difference is said.
    """
    plan = run.plan
    since = f"since the run {run.name} began"
    if source.version != plan.solver.version:
        changed = f"{plan.solver.version}, now {source.version}"
        raise StoreError(f"the solver {plan.solver.name} has changed {since}: {changed}")
    if source.digest != plan.solver.digest:
        names = changes(plan.solver, source)
        problem = f"the solver {plan.solver.name} has changed {since}{names}"
        raise StoreError(f"{problem}; start a new run")
    now = versions(source.packages) | kind.versions(plan.options)
    for what in sorted(plan.versions.keys() | kind.versions(plan.options).keys()):
        if plan.versions.get(what) != now.get(what):
            changed = f"{plan.versions.get(what)}, now {now.get(what)}"
            raise StoreError(f"the {what} has changed {since}: {changed}; start a new run")


def puzzle_seed(seed: int, puzzle: Puzzle) -> int:
    """The seed of a puzzle: 63 bits made from the run's seed and the puzzle's content.

    It does not depend on the task's id or place, so it is the same in any order of tasks.
    """
    mixed = hashlib.sha256(f"{seed}:".encode() + puzzle.content).digest()
    return int.from_bytes(mixed[:8], "big") >> 1


def _work(
    store: Store,
    begin: Callable[[], Run],
    tasks: TaskSet,
    engine: Engine,
    watcher: Watcher,
    journal: RunJournal,
    workers: int,
) -> RunResult:
    """Work on what is left of a run, by so many workers, then score the whole."""
    started, cpu_started = time.monotonic(), cpu_of_all()

    def used() -> tuple[float, float]:
        return time.monotonic() - started, cpu_of_all() - cpu_started + journal.used_elsewhere

    # The session ends after the engine, whose workers' CPU time is known only when they are gone.
    with ExitStack() as session, engine:
        run = begin()
        session.enter_context(store.session(run, used))
        journal.begin(run)
        done = store.done(run)
        left = _assignments((task for task in tasks if task.id not in done), run.plan.budget)
        seeds = {assignment.key: assignment.budget.seed for assignment in left}
        here = this_machine(workers)
        session.callback(watcher.end)
        watcher.begin(read_run(store, run, tasks), len(left))
        for id, outcome in engine.solve(left):
            if outcome.machine is None:  # an engine of other machines says which it was
                journal.machine(here)
                outcome = replace(outcome, machine=here.name)
            store.add_outcome(run, id, len(tasks[id].test), seeds[id], outcome)
            watcher.outcome(tasks[id], outcome)
    return read_run(store, run, tasks)


def _assignments(tasks: Iterable[Task], budget: Budget) -> list[Assignment]:
    puzzles = ((task.id, task.puzzle) for task in tasks)
    return [
        Assignment(id, puzzle, replace(budget, seed=puzzle_seed(budget.seed, puzzle)))
        for id, puzzle in puzzles
    ]


def _seconds(kind: EngineKind, effort: Effort, seconds: float | None) -> float | None:
    """A puzzle's seconds: as given, or the engine's own."""
    return kind.seconds.get(effort) if seconds is None else seconds


def origin_of(tasks: TaskSet) -> str:
    """What a set can be loaded from again, from any directory."""
    path = Path(tasks.origin)
    return str(path.resolve()) if path.exists() else tasks.origin
