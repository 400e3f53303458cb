"""Runs that go on after they were stopped, and what failed run again: in this process."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import arcgrid
from arcgrid import Budget
from arcgrid.engines.engine import START_SECONDS
from arcgrid.errors import SolverError, StoreError
from arcgrid.isolation import Isolation
from arcgrid.machine import versions
from arcgrid.runner import puzzle_seed, resume, run, run_failed
from arcgrid.sources import RunResult, read_run
from arcgrid.store import Store
from tests.fake_engine import IDS, MINI, Told, closed_by, few, held, install, made, said
from tests.test_store import TRANSCRIPT

GIVEN: dict[str, Any] = {
    "max_cost": 0.5,
    "start_seconds": 44.0,
    "scheduler": "tcp://host:1",
    "allow_versions": True,
}


@pytest.fixture(autouse=True)
def _fake(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCGRID_STORE", str(tmp_path / "elsewhere.sqlite"))
    install(monkeypatch)


def stopped(store: Path, after: int = 2, **settings: Any) -> None:
    with pytest.raises(KeyboardInterrupt):
        run("identity", few(4), store=store, name="it", watcher=Told(after), **settings)


def test_a_run_goes_on_where_it_was_stopped(store: Path) -> None:
    stopped(store, engine="fake", workers=3, options={"model": "m"}, memory=5, seed=9)
    told = Told()
    result = resume(
        "it",
        store=store,
        watcher=told,
        **GIVEN,
    )
    assert told.events[:3] == ["warming", "a note", ("begin", "it", 2, 2)]
    assert (len(result.by_task), result.run.done, result.tasks.ids) == (4, 4, IDS[:4])
    first, second = made
    assert [one.key for one in second.given] == IDS[2:4]
    assert second.given[0].budget.seed == puzzle_seed(9, MINI[IDS[2]].puzzle)
    orders = second.orders
    assert (orders.source, orders.options) == (first.orders.source, {"model": "m"})
    assert (orders.memory, orders.workers, orders.max_cost) == (5, 3, 0.5)
    assert (orders.start_seconds, orders.scheduler) == (44.0, "tcp://host:1")
    assert (orders.allow_versions, orders.isolation) == (True, first.orders.isolation)
    assert orders.hidden == first.orders.hidden
    assert len(made) == 2
    again = resume("latest", store=store)
    assert (again.records(), len(made)) == (result.records(), 2), "there is nothing left"


def test_what_is_not_said_when_a_run_goes_on(store: Path) -> None:
    stopped(store, engine="fake")
    stopped_workers = made[-1].orders.workers
    resume("it", store=store, workers=stopped_workers + 3)
    orders = made[-1].orders
    assert orders.workers == stopped_workers + 3
    assert (orders.max_cost, orders.scheduler, orders.allow_versions) == (None, None, False)
    assert orders.start_seconds == START_SECONDS
    with Store(store) as found:
        assert {one.workers for one in found.find_run("it").machines} == {3, stopped_workers + 3}


def kept(store: Path, result: RunResult) -> list[object]:
    """The transcripts of all tasks."""
    with Store(store) as opened:
        ids = result.tasks.ids
        return [text for id in ids for _, text in opened.transcripts(result.run, id)]


def test_transcripts_are_kept_from_there_on_as_it_is_said(store: Path) -> None:
    first = run("identity", few(4), store=store, engine="fake", name="first")
    assert kept(store, first) == [TRANSCRIPT] * 4
    run("identity", few(2), store=store, engine="fake", options={"run": "first"})
    assert made[-1].recorded == [TRANSCRIPT] * 2
    settings: list[dict[str, Any]] = [{}, {"transcripts": False}]
    for transcripts in settings:
        stopped(store, engine="fake", transcripts=False, options={"run": "first"})
        result = resume("it", store=store, **transcripts)
        now = None if transcripts else TRANSCRIPT
        assert kept(store, result) == [None, None, now, now]
        assert made[-1].recorded == [TRANSCRIPT] * 2
        again = run_failed("it", store=store, **transcripts)
        assert kept(store, again) == [now, now]
        with Store(store) as opened:
            opened.delete_run(opened.find_run("it"))


def test_a_run_of_a_whole_cluster_stays_one(store: Path) -> None:
    stopped(store, engine="fake", scheduler="tcp://host:1")
    result = resume("it", store=store, scheduler="tcp://host:2")
    assert (result.run.plan.workers, made[-1].orders.workers) == (0, 0)
    again = run_failed("it", store=store, scheduler="tcp://host:2")
    assert (again.run.plan.workers, made[-1].orders.workers) == (0, 0)


def test_a_solver_may_be_kept_from_it_by_something_else(store: Path) -> None:
    stopped(store, engine="fake")
    closed_by.append("seccomp")
    result = resume("it", store=store)
    assert made[-1].orders.isolation == Isolation(holds=held("seccomp"))
    assert result.run.plan.isolation == Isolation(holds=held("landlock"))


def test_a_solver_is_kept_from_what_it_was_kept_from(store: Path) -> None:
    stopped(store, engine="fake")
    closed_by.append("open")
    problem = "when the run began the solver was kept from: files, network"
    wanted = f"{problem}; this machine cannot do that now: start a new run"
    assert said(SolverError, resume, "it", store=store) == wanted


def test_another_version_of_what_decides_is_refused(store: Path) -> None:
    stopped(store, engine="fake", options={"model": "m"})
    numpy = versions()["numpy"]
    since = "since the run it began"
    version = f"arcgrid {arcgrid.__version__}"
    changes = {
        f'"version":"{version}"': (
            '"version":"arcgrid 0"',
            f"the solver identity has changed {since}: arcgrid 0, now {version}",
        ),
        f'"numpy":"{numpy}"': (
            '"numpy":"1.0"',
            f"the numpy has changed {since}: 1.0, now {numpy}; start a new run",
        ),
        '"model":"m"}': (
            '"model":"n"}',
            f"the model has changed {since}: m, now n; start a new run",
        ),
        ',"model":"m"},"machine"': (
            '},"machine"',
            f"the model has changed {since}: None, now m; start a new run",
        ),
    }
    with Store(store) as found:
        (record,) = found._db.execute("SELECT record FROM runs").fetchone()
    for old, (new, problem) in changes.items():
        assert old in record
        with closing(sqlite3.connect(store)) as db:
            changed = record.replace(old, new, 1)
            db.execute("UPDATE runs SET record = ?, digest = NULL", (changed,))
            db.commit()
        assert said(StoreError, resume, "it", store=store) == problem


def test_a_file_that_has_changed_is_named(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "mine_going_on", raising=False)
    solver = tmp_path / "mine_going_on.py"
    solver.write_text("def solve(puzzle, budget):\n    return [[grid] for grid in puzzle.test]\n")
    with pytest.raises(KeyboardInterrupt):
        run(str(solver), few(3), store=store, inline=True, name="it", watcher=Told(1))
    solver.write_text("def solve(puzzle, budget):\n    return []\n")
    problem = f"the solver {solver} has changed since the run it began (mine_going_on.py)"
    assert said(StoreError, resume, "it", store=store) == f"{problem}; start a new run"


# -- what failed --------------------------------------------------------------------------


def test_what_failed_is_run_again_as_a_run_of_its_own(store: Path) -> None:
    first = run(
        "identity", few(5), store=store, engine="fake", name="it", workers=3, seed=4, memory=5
    )
    with Store(store) as opened:
        (record,) = opened._db.execute("SELECT record FROM runs").fetchone()
        for old, new in (
            (f'"machine":"{first.run.plan.machine}"', '"machine":"of yesterday"'),
            (f'"numpy":"{versions()["numpy"]}"', '"numpy":"1.0"'),
        ):
            assert old in record
            record = record.replace(old, new)
        opened._db.execute("UPDATE runs SET record = ?, digest = NULL", (record,))
    closed_by.append("seccomp")
    told = Told()
    result = run_failed(
        "it",
        store=store,
        watcher=told,
        **GIVEN,
    )
    failed = few(5).subset([IDS[0], IDS[2], IDS[4]])
    assert result.tasks.ids == failed.ids
    assert (result.run.name, result.run.note) == ("identity-1", "what failed in it")
    isolation = Isolation(holds=held("seccomp"))
    plan = replace(
        first.run.plan, task_set=failed.name, digest=failed.digest, asked=tuple(failed.ids)
    )
    assert result.run.plan == replace(plan, isolation=isolation)
    assert ("begin", "identity-1", 0, 3) in told.events
    orders = made[-1].orders
    assert (orders.workers, orders.max_cost, orders.start_seconds) == (3, 0.5, 44.0)
    assert (orders.scheduler, orders.allow_versions) == ("tcp://host:1", True)
    with Store(store) as found:
        assert read_run(found, found.find_run("it")).records() == first.records()


def test_what_failed_with_other_limits(store: Path) -> None:
    shard: dict[str, Any] = {"store": store, "engine": "fake", "name": "it", "shard": (1, 2)}
    run("identity", few(6), **shard)
    result = run_failed("it", store=store, seconds=2.5, memory=99, workers=6)
    assert result.run.plan.budget == Budget("low", 2, 2.5, 99, 0)
    assert (result.run.plan.workers, result.run.plan.shard) == (6, None)
    orders = made[-1].orders
    assert (orders.max_cost, orders.scheduler, orders.allow_versions) == (None, None, False)
    assert orders.start_seconds == START_SECONDS
    run("identity", MINI.subset([IDS[1]]), store=store, engine="fake", name="good")
    assert said(StoreError, run_failed, "good", store=store) == "nothing failed in the run good"
