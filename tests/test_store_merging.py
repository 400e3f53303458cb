"""Joining shards in this process: what is refused, word for word, and what the whole is."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import arcgrid
from arcgrid.errors import StoreError
from arcgrid.machine import Machine
from arcgrid.sample import Transcript
from arcgrid.selection import shard_of
from arcgrid.solver import SolverSource
from arcgrid.store import RunPlan, Store
from arcgrid.store.merging import merge
from arcgrid.store.repair import Check, check
from tests.test_store import OUTCOMES, PLAN, SAMPLE, TESTS, TRANSCRIPT, described, described_sample

MINI = arcgrid.load("arcgrid/mini")
TASKS = MINI.subset(MINI.ids[:9])
SOLVER = SolverSource("mine", "mine", "solve", "file", "ab" * 32)
KIND = dict(zip(TASKS.ids, [*OUTCOMES] * 3, strict=True))
"""Which outcome a task ends in."""

Change = Callable[[RunPlan], RunPlan]


def plan_of(number: int, of: int) -> RunPlan:
    shard, part = shard_of(TASKS, number, of)
    plan = replace(PLAN, solver=SOLVER, workers=number, machine=f"cpu {min(number, 2)}")
    versions = {"python": "3.11", "numpy": f"2.{number}"} if of == 2 else {"python": "3.11"}
    return replace(plan, asked=tuple(part.ids), shard=shard, digest=part.digest, versions=versions)


def make(path: Path, plan: RunPlan, name: str | None = "mine", leave: int = 0) -> Path:
    """A store with a shard, all but the last few of its tasks done."""
    assert plan.shard is not None
    number = plan.shard.number
    with Store(path, create=True) as opened:
        run = opened.create_run(plan, name)
        opened.add_machine(run, Machine("shared", "cpu", number))
        opened.add_machine(run, Machine(f"own {number}", "cpu", 1))
        with opened.session(run, lambda: (float(number), 2.0 * number)):
            for id in plan.asked[: len(plan.asked) - leave]:
                opened.add_outcome(run, id, TESTS[KIND[id]], number, OUTCOMES[KIND[id]])
                opened.add_sample(run, id, SAMPLE, TRANSCRIPT)
                opened.add_sample(run, id, replace(SAMPLE, number=5), Transcript(id, "{}"))
    return path


def make_all(folder: Path, of: int = 3, change: dict[int, Change] | None = None) -> list[Path]:
    changes = change or {}
    return [
        make(folder / f"{number}.sqlite", changes.get(number, same)(plan_of(number, of)))
        for number in range(1, of + 1)
    ]


def same(plan: RunPlan) -> RunPlan:
    return plan


def refusal(paths: list[Path], out: Path, **settings: Any) -> str:
    with pytest.raises(StoreError) as caught:
        merge(paths, out, **settings)
    return str(caught.value)


def test_samples_keep_their_seals(tmp_path: Path) -> None:
    out = tmp_path / "out.sqlite"
    merge(make_all(tmp_path), out)
    with closing(sqlite3.connect(out)) as db:
        db.execute("UPDATE samples SET cost = 0")
        db.commit()
    assert len(check(out).findings) == 2 * len(TASKS.ids)


def test_the_whole_is_the_sum_of_its_parts(tmp_path: Path) -> None:
    paths = make_all(tmp_path)
    out = tmp_path / "made" / "out.sqlite"
    run = merge([*paths[::-1], paths[0]], out)
    parts = []
    for path in paths:
        with Store(path) as opened:
            parts.append(opened.find_run("mine"))
    first = plan_of(1, 3)
    assert run.plan == replace(
        first,
        task_set=TASKS.name,
        digest=TASKS.digest,
        asked=tuple(TASKS.ids),
        workers=3,
        machine="cpu 2; cpu 1",
        shard=None,
    )
    assert (run.name, run.done, run.tags, run.note) == ("mine", 9, (), "")
    assert (run.wall_seconds, run.cpu_seconds) == (6.0, 12.0)
    assert run.started == min(part.started for part in parts)
    assert run.ended == max(part.ended or "" for part in parts)
    own = [Machine(f"own {number}", "cpu", 1) for number in (1, 2, 3)]
    assert run.machines == (*own, Machine("shared", "cpu", 3))
    assert check(out) == Check(1, 9, 0, ())
    with Store(out) as opened:
        found = opened.outcomes(run)
        assert list(found) == TASKS.ids
        for id, outcome in found.items():
            assert described(outcome) == described(OUTCOMES[KIND[id]])
            assert [text for _, text in opened.transcripts(run, id)] == [
                TRANSCRIPT,
                Transcript(id, "{}"),
            ]
        assert [described_sample(one) for one in opened.samples(run)[TASKS.ids[0]]] == [
            described_sample(SAMPLE),
            described_sample(replace(SAMPLE, number=5)),
        ]
        assert opened.done(run) == set(TASKS.ids)


def test_one_shard_is_a_whole(tmp_path: Path) -> None:
    run = merge(make_all(tmp_path, of=1), tmp_path / "out.sqlite")
    assert run.plan.asked == tuple(TASKS.ids)


def test_a_run_joins_others_in_a_store(tmp_path: Path) -> None:
    paths = make_all(tmp_path, of=2, change={2: lambda plan: replace(plan, versions={})})
    out = tmp_path / "out.sqlite"
    with Store(out, create=True) as opened:
        other = opened.create_run(PLAN, "mine")
    problem = f"{out}: there is a run named 'mine' already"
    assert refusal(paths, out, allow_versions=True) == problem
    said = refusal(paths, out, allow_versions=True, name="a/b")
    assert said.startswith("a run's name has letters, digits")
    run = merge(paths, out, allow_versions=True, name="second")
    assert run.name == "second"
    assert run.plan.versions == {"python": "3.11; none", "numpy": "2.1; none"}
    assert (run.plan.workers, len(run.id)) == (2, 8)
    with Store(out) as opened:
        assert opened.runs() == [run, other]
    for path, name in zip(paths, ("one", "two"), strict=True):
        with Store(path) as opened:
            opened.rename_run(opened.find_run("mine"), name)
    assert merge(paths, out, allow_versions=True).name == "mine-1"
    assert merge(paths, out, allow_versions=True).name == "mine-2"


def test_a_part_that_was_killed_leaves_the_use_of_the_whole_unknown(tmp_path: Path) -> None:
    paths = make_all(tmp_path)
    with Store(paths[1]) as opened:
        opened._db.execute("UPDATE runs SET sessions_ended = 0, ended = NULL")
    run = merge(paths, tmp_path / "out.sqlite")
    assert (run.wall_seconds, run.cpu_seconds) == (None, None)
    assert run.ended is not None


def budget(**changes: Any) -> Change:
    return lambda plan: replace(plan, budget=replace(plan.budget, **changes))


def shard(**changes: Any) -> Change:
    def change(plan: RunPlan) -> RunPlan:
        assert plan.shard is not None
        return replace(plan, shard=replace(plan.shard, **changes))

    return change


def solver(**changes: Any) -> Change:
    return lambda plan: replace(plan, solver=replace(plan.solver, **changes))


BUDGET = "effort low, 2 attempts, 10 s, 2147483648 bytes"
SET = f"{TASKS.name} {TASKS.digest[:12]}"
ONE, OTHER = f"mine {'ab' * 6}", f"mine {'cd' * 6}"
# what the second shard has otherwise: what it is called, and how both are shown
DISAGREEMENTS: list[tuple[Change, str, str, str]] = [
    (shard(of=4), "number of shards", "3", "4"),
    (shard(digest="cd" * 32), "set", SET, f"{TASKS.name} {'cd' * 6}"),
    (shard(tasks=10), "set", SET, SET),
    (solver(digest="cd" * 32), "solver", ONE, OTHER),
    (solver(digest=None), "solver", ONE, "mine"),
    (solver(function="other"), "solver", ONE, ONE),
    (solver(version="mine 1.0"), "solver", ONE, ONE),
    (
        lambda plan: replace(plan, options={"depth": 3}),
        "options",
        str(PLAN.options),
        "{'depth': 3}",
    ),
    (budget(seed=6), "seed", "5", "6"),
    (budget(seconds=2.5), "budget", BUDGET, BUDGET.replace("10 s", "2.5 s")),
    (budget(effort="high"), "budget", BUDGET, BUDGET.replace("low", "high")),
    (budget(attempts=3), "budget", BUDGET, BUDGET.replace("2 a", "3 a")),
    (budget(memory=5), "budget", BUDGET, BUDGET.replace("2147483648", "5")),
    (lambda plan: replace(plan, engine="dask"), "engine", "local", "dask"),
]


@pytest.mark.parametrize(("change", "what", "one", "other"), DISAGREEMENTS)
def test_what_two_parts_disagree_in_is_said(
    change: Change, what: str, one: str, other: str, tmp_path: Path
) -> None:
    paths = make_all(tmp_path, change={2: change})
    places = f"{one} in {paths[0]} (run mine), and {other} in {paths[1]} (run mine)"
    said = refusal(paths, tmp_path / "out.sqlite", allow_versions=True)
    assert said == f"these are no parts of one run: their {what} is {places}"


def test_a_solver_without_a_digest_is_told_by_its_module(tmp_path: Path) -> None:
    changes = {number: solver(digest=None, module=f"of {number}") for number in (1, 2, 3)}
    said = refusal(make_all(tmp_path, change=changes), tmp_path / "out.sqlite")
    assert said.startswith("these are no parts of one run: their solver is mine in ")


def test_versions_are_joined_when_that_is_allowed(tmp_path: Path) -> None:
    paths = make_all(tmp_path, of=2)
    one, other = ({"python": "3.11", "numpy": f"2.{number}"} for number in (1, 2))
    places = f"{one} in {paths[0]} (run mine), and {other} in {paths[1]} (run mine)"
    hint = "; --allow-versions joins them all the same"
    said = refusal(paths, tmp_path / "out.sqlite")
    assert said == f"these are no parts of one run: their versions is {places}{hint}"
    run = merge(paths, tmp_path / "out.sqlite", allow_versions=True)
    assert run.plan.versions == {"python": "3.11", "numpy": "2.1; 2.2"}


def test_shards_that_are_missing_are_listed(tmp_path: Path) -> None:
    out = tmp_path / "out.sqlite"
    paths = make_all(tmp_path, of=9)
    assert refusal(paths[:8], out) == "1 of 9 shards missing: 9/9"
    assert refusal(paths[1:], out) == "1 of 9 shards missing: 1/9"
    listed = "4/9, 5/9, 6/9, 7/9, 8/9"
    assert refusal(paths[:3], out) == f"6 of 9 shards missing: {listed} and 1 more"
    assert refusal([*paths[:3], paths[8]], out) == f"5 of 9 shards missing: {listed}"
    again = tmp_path / "again.sqlite"
    again.write_bytes(paths[1].read_bytes())
    double = f"shard 2/9 is double: in {paths[1]} (run mine), and in {again} (run mine)"
    assert refusal([*paths, again], out) == double
    assert not out.exists()


def test_there_is_no_shard(tmp_path: Path) -> None:
    out, path = tmp_path / "out.sqlite", tmp_path / "whole.sqlite"
    Store(path, create=True).create_run(PLAN, "mine")
    hint = "see `arcgrid run --shard`"
    assert refusal([path], out) == f"none of these stores holds a shard: {hint}"
    wanted = "none of these stores holds a shard named 'mine'"
    assert refusal([path], out, run="mine") == f"{wanted}: {hint}"


def test_a_shard_that_is_not_done(tmp_path: Path) -> None:
    paths = make_all(tmp_path)
    part = tmp_path / "part.sqlite"
    make(part, plan_of(2, 3), "part", leave=1)
    hint = f"go on with: arcgrid run --resume part --store {part}"
    said = refusal([paths[0], part, paths[2]], tmp_path / "out.sqlite")
    assert said == f"{part}: shard 2/3 lacks 1 of its outcomes; {hint}"


def first_places(plan: RunPlan) -> RunPlan:
    """The places of the first tasks of the whole, whatever tasks it has."""
    return shard(places=tuple(range(len(plan.asked))))(plan)


def fewer_places(plan: RunPlan) -> RunPlan:
    assert plan.shard is not None
    return shard(places=plan.shard.places[1:])(plan)


def places_beyond(plan: RunPlan) -> RunPlan:
    return shard(places=tuple(range(9, 9 + len(plan.asked))))(plan)


def one_task_twice(plan: RunPlan) -> RunPlan:
    return replace(plan, asked=(plan_of(1, 3).asked[0], *plan.asked[1:]))


WRONG = [first_places, fewer_places, places_beyond, one_task_twice]


@pytest.mark.parametrize("change", WRONG)
def test_shards_that_do_not_make_up_the_whole(change: Change, tmp_path: Path) -> None:
    said = refusal(make_all(tmp_path, change={3: change}), tmp_path / "out.sqlite")
    assert said == "the shards are not the 9 tasks of the whole, each once"


def test_shards_of_more_tasks_than_the_whole(tmp_path: Path) -> None:
    changes = dict.fromkeys((1, 2, 3), shard(tasks=10))
    said = refusal(make_all(tmp_path, change=changes), tmp_path / "out.sqlite")
    assert said == "the shards together are not the 10 tasks of the whole"


def test_runs_that_are_no_shards_are_left_alone(tmp_path: Path) -> None:
    paths = make_all(tmp_path)
    with Store(paths[0]) as opened:
        opened.create_run(PLAN, "whole")
    make(paths[0], replace(plan_of(1, 3), options={}), "other")
    out = tmp_path / "out.sqlite"
    assert "their options is" in refusal(paths, out)
    assert merge(paths, out, run="mine").name == "mine"
