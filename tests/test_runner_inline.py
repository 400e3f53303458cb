"""Runs in this process, of an engine that does as it is told: what is decided, kept and refused."""

from __future__ import annotations

import itertools
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from arcgrid import Budget
from arcgrid.engines import registry
from arcgrid.engines.engine import START_SECONDS
from arcgrid.engines.isolate import hidden as isolate_hidden
from arcgrid.engines.isolate import settle_again
from arcgrid.errors import ArcgridError, SolverError, TaskError
from arcgrid.isolation import Isolation
from arcgrid.journal import RunJournal
from arcgrid.machine import Machine, available_cores, this_machine, versions
from arcgrid.runner import puzzle_seed, run
from arcgrid.selection import Selection, shard_of
from arcgrid.solver import find_solver
from arcgrid.store import Store
from tests.fake_engine import ESTIMATE, FAKE, IDS, MINI, Told, few, held, install, made, said
from tests.fixtures.functions import flip_twice
from tests.samples import task, task_set


@pytest.fixture(autouse=True)
def _fake(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCGRID_STORE", str(tmp_path / "elsewhere.sqlite"))
    install(monkeypatch)


ALL: dict[str, Any] = {
    "name": "mine",
    "effort": "medium",
    "attempts": 3,
    "seconds": 5,
    "memory": 1 << 28,
    "seed": 7,
    "workers": 4,
    "limit": 2,
    "only": [IDS[5], IDS[0], IDS[3]],
    "sample": 3,
    "options": {"model": "m", "depth": [1]},
    "engine": "fake",
    "max_cost": 2.5,
    "sandbox": "strict",
    "network": True,
    "fresh": False,
    "start_seconds": 33.0,
    "scheduler": "tcp://host:1",
    "allow_versions": True,
    "note": "to remember",
}


def test_a_plan_is_all_that_was_said(store: Path, tmp_path: Path) -> None:
    result = run("identity", "arcgrid/mini", store=store, allow=[tmp_path / ".."], **ALL)
    asked = MINI.subset([IDS[0], IDS[3]])
    source = find_solver("identity")
    isolation = Isolation("strict", True, (str(tmp_path.parent),), False, held("landlock"))
    plan = result.run.plan
    assert plan.solver == source
    assert plan.options == ALL["options"]
    assert (plan.task_set, plan.origin) == (asked.name, MINI.origin)
    assert (plan.digest, plan.asked) == (asked.digest, tuple(asked.ids))
    assert plan.budget == Budget("medium", 3, 5, 1 << 28, 7)
    assert (plan.engine, plan.workers, plan.shard) == ("fake", 4, None)
    assert plan.versions == versions(source.packages) | {"model": "m"}
    assert plan.machine == this_machine(1).processor
    assert plan.isolation == isolation
    assert (result.run.name, result.run.note, result.run.tags) == ("mine", "to remember", ())


def test_an_engine_is_told_what_was_said(store: Path) -> None:
    told = Told()
    result = run("identity", "arcgrid/mini", store=store, watcher=told, **ALL)
    [fake] = made
    orders = fake.orders
    assert orders.source == result.run.plan.solver
    assert orders.options == ALL["options"]
    assert (orders.memory, orders.workers, orders.max_cost) == (1 << 28, 4, 2.5)
    assert orders.isolation == result.run.plan.isolation
    beside = [f"{store.resolve()}{end}" for end in ("", "-wal", "-shm", "-journal")]
    assert orders.hidden == (str(Path(MINI.origin).resolve()), *beside)
    assert (orders.start_seconds, orders.scheduler) == (33.0, "tcp://host:1")
    assert orders.allow_versions
    assert isinstance(orders.journal, RunJournal)
    assert told.events == [
        replace(ESTIMATE, requests=2, prompt_tokens=4),
        "warming",
        "a note",
        ("begin", "mine", 0, 2),
        (IDS[0], "error"),
        (IDS[3], "answered"),
        "end",
    ]
    given = [(one.key, one.puzzle, one.budget) for one in fake.given]
    tasks = [MINI[IDS[0]], MINI[IDS[3]]]
    assert given == [
        (
            one.id,
            one.puzzle,
            replace(result.run.plan.budget, seed=puzzle_seed(7, one.puzzle)),
        )
        for one in tasks
    ]
    here = this_machine(4)
    machines = (Machine("there", "cpu", 3), here)
    assert set(result.run.machines) == set(machines)
    assert [one.machine for one in result.by_task.values()] == [here.name, "there"]
    with closing(sqlite3.connect(store)) as db:
        seeds = db.execute("SELECT task, tests, seed FROM outcomes ORDER BY task").fetchall()
    assert seeds == sorted((one.id, len(one.test), puzzle_seed(7, one.puzzle)) for one in tasks)


def test_what_is_not_said_is_the_engines_own(store: Path) -> None:
    result = run("identity", few(3), store=store, engine="fake")
    plan, [fake] = result.run.plan, made
    assert plan.budget == Budget("low", 2, 7.0, 2 << 30, 0)
    assert plan.workers == available_cores()
    assert (plan.options, plan.asked) == ({}, tuple(IDS[:3]))
    assert plan.isolation == Isolation(holds=held("landlock"))
    orders = fake.orders
    assert (orders.max_cost, orders.scheduler, orders.allow_versions) == (None, None, False)
    assert orders.start_seconds == START_SECONDS
    assert (result.run.name, result.run.note) == ("identity-1", "")
    of_cluster = run("identity", few(1), store=store, engine="fake", scheduler="tcp://host:1")
    assert of_cluster.run.plan.workers == 0
    own = run("identity", few(1), store=store, inline=True)
    assert (own.run.plan.engine, own.run.plan.workers) == ("inline", 1)
    assert (own.run.plan.isolation, own.run.plan.budget.seconds) == (None, 10)


def test_only_one_task_and_a_shard_of_all(store: Path) -> None:
    assert run("identity", MINI, only=IDS[4], store=store, inline=True).run.plan.asked == (IDS[4],)
    shard, part = shard_of(few(5), 2, 3)
    result = run("identity", few(5), shard=(2, 3), store=store, inline=True)
    assert (result.run.plan.shard, result.run.plan.asked) == (shard, tuple(part.ids))
    assert result.run.plan.digest == part.digest


def test_a_sample_is_drawn_by_the_seed(store: Path) -> None:
    asked = [
        run("identity", MINI, sample=3, seed=seed, store=store, inline=True).run.plan.asked
        for seed in (0, 7)
    ]
    drawn = [tuple(Selection((), 3, seed, None).of(MINI).ids) for seed in (0, 7)]
    assert asked == drawn
    assert drawn[0] != drawn[1]


def test_a_function_is_run_as_its_engine_can(store: Path) -> None:
    def mine(puzzle: object, budget: object) -> object:
        return [[]]

    one = few(1)
    here = run(mine, one, store=store, inline=True).run.plan.solver
    assert (here.name, here.version) == ("mine", "function")
    of_a_file = run(flip_twice, one, store=store, engine="fake").run.plan.solver
    assert (Path(of_a_file.module).name, of_a_file.function) == ("functions.py", "flip_twice")
    written = run(mine, one, store=store, engine="fake").run.plan.solver
    assert Path(written.module).parent == store.parent / "solvers"
    problem = "the engine replay runs replay, not a function"
    assert said(SolverError, run, mine, one, store=store, engine="replay") == problem


def test_tasks_that_lie_nowhere_are_run(store: Path) -> None:
    result = run("identity", task_set(task("a", [[0]]), task("b", [[5]])), store=store, inline=True)
    assert (result.percent, result.solved) == (50.0, ["a"])


def test_seeds_are_the_same_for_ever() -> None:
    """What a run's outcomes depend on: another number would change every run silently."""
    one = task("any id", [[1]]).puzzle
    seeds = [1012570848183493948, 1133785120044013286]
    assert [puzzle_seed(0, one), puzzle_seed(12, one)] == seeds


def test_time_and_cpu_are_of_the_whole_session(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, cpu = itertools.count(100, 5), itertools.count(7, 2)
    monkeypatch.setattr("arcgrid.runner.time.monotonic", lambda: float(next(clock)))
    monkeypatch.setattr("arcgrid.runner.cpu_of_all", lambda: float(next(cpu)))
    result = run("identity", few(2), store=store, engine="fake")
    assert (result.run.wall_seconds, result.run.cpu_seconds) == (5.0, 1002.0)


# -- refused ------------------------------------------------------------------------------


def test_what_cannot_be_run_leaves_nothing(store: Path, tmp_path: Path) -> None:
    nothing = task_set(name="empty")
    assert (
        said(TaskError, run, "identity", nothing, store=store) == "empty: there is no task to run"
    )
    problem = said(SolverError, run, "identity", few(1), options={"a": {1j}}, store=store)
    assert problem.startswith("options must be values that JSON has: Encoding objects of type ")
    sandboxes: list[dict[str, Any]] = [
        {"sandbox": "off"},
        {"network": True},
        {"allow": [tmp_path]},
    ]
    for settings in sandboxes:
        problem = said(SolverError, run, "identity", few(1), store=store, inline=True, **settings)
        assert problem == "the engine inline has no sandbox"
    dask = "--scheduler and --allow-versions are for the engine dask, not for inline"
    for settings in ({"scheduler": "tcp://host:1"}, {"allow_versions": True}):
        assert (
            said(SolverError, run, "identity", few(1), store=store, inline=True, **settings) == dask
        )
    problem = "--max-cost is for solvers that ask models: this one states no price"
    assert (
        said(SolverError, run, "identity", few(1), store=store, inline=True, max_cost=1) == problem
    )
    for cost in (0, -1.5):
        problem = f"--max-cost must be more than 0, not {cost:g}"
        given: dict[str, Any] = {"store": store, "engine": "fake", "max_cost": cost}
        assert said(SolverError, run, "identity", few(1), **given) == problem
    with Store(store) as found:
        assert found.runs() == []


def test_an_engine_of_several_solvers_names_them(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = replace(FAKE, name="pair", serves=frozenset({"two", "one", "three"}))
    monkeypatch.setattr(registry, "plugins", lambda _: [pair])
    problem = "the engine pair runs one, three, two, not identity"
    assert said(SolverError, registry.engine_for, "identity", "pair") == problem


def test_engines_and_solvers_that_do_not_fit(store: Path) -> None:
    problem = "unknown engine 'fak'; did you mean fake?"
    assert said(ArcgridError, run, "identity", few(1), engine="fak", store=store) == problem
    problem = "the engine replay runs replay, not identity"
    assert said(SolverError, run, "identity", few(1), engine="replay", store=store) == problem
    problem = "the solver replay runs in the engine replay, not in inline"
    assert said(SolverError, run, "replay", few(1), inline=True, store=store) == problem
    assert registry.engine_for("replay").name == "replay"
    assert registry.engine_for("replay", "replay").name == "replay"
    assert registry.engine_for("mine.py").name == registry.DEFAULT_ENGINE == "local"
    assert next(iter(registry.engines())) == "fake"


def test_where_tasks_can_be_loaded_from_again(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = '{"train": [{"input": [[1]], "output": [[1]]}], "test": [{"input": [[2]]}]}'
    for name in ("one", "two"):
        Path(f"{name}.json").write_text(text)
    result = run("identity", "one.json", store=store, inline=True)
    assert result.run.plan.origin == f"{tmp_path}/one.json"
    hidden = isolate_hidden("one.json", store)
    stored = {f"{store.resolve()}{end}" for end in ("", "-wal", "-shm", "-journal")}
    assert set(hidden) == {f"{tmp_path}/one.json", f"{tmp_path}/two.json"} | stored
    Path("folder").mkdir()
    assert set(isolate_hidden("folder", store)) == {f"{tmp_path}/folder"} | stored


def test_what_was_not_kept_from_anything_stays_so() -> None:
    assert settle_again(FAKE, None) is None
    assert settle_again(registry.find_engine("inline"), Isolation()) == Isolation()
