"""The run store: what goes in comes out, and what is no store is named."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path

import pytest

from arcgrid import as_grid
from arcgrid.errors import StoreError, UnknownNameError
from arcgrid.machine import Machine
from arcgrid.result import Answer, Budget, Guess, Outcome, TimedAnswer
from arcgrid.sample import Sample, Transcript, Usage
from arcgrid.solver import find_solver
from arcgrid.store import RunPlan, Store, store_path
from arcgrid.store.migrations import VERSION, migrate, run_script
from arcgrid.store.rows import SCHEMA

PLAN = RunPlan(
    solver=find_solver("identity"),
    options={"depth": 2, "names": ["a", "b"]},
    task_set="some set",
    origin="some/set",
    digest="0" * 64,
    asked=("two", "one", "three"),
    budget=Budget(seed=5),
    engine="local",
    workers=2,
    versions={"python": "3.11"},
    machine="a machine",
)

OUTCOMES = {
    "one": Outcome(
        "timeout",
        10.5,
        9.25,
        peak_memory=123456,
        answers=(
            TimedAnswer(0.5, Answer(((Guess([[1]]),), ()))),  # type: ignore[arg-type]  # lists will do
            TimedAnswer(
                1.5,
                Answer(
                    ((Guess([[2, 3]], 0.5, "why <b>"), Guess([[4]])), (Guess([[0]]),)),  # type: ignore[arg-type]  # lists will do
                    cost=0.125,
                    tokens=77,
                ),
            ),
        ),
        error="not done after 10 seconds",
        output="päinted\n",
        guesses_beyond=3,
        machine="there",
        given_back=2,
    ),
    "two": Outcome("answered", 0.1, 0.1, answers=(TimedAnswer(0.01, Answer(((),))),)),
    "three": Outcome("crash", 0.2, 0.0, error="the worker was ended by signal 11 (SIGSEGV)"),
}
TESTS = {"one": 2, "two": 1, "three": 1}


SAMPLE = Sample(
    test=1,
    number=4,
    kind="grid",
    grid=as_grid([[1, 2]]),
    view="3:0213456789:",
    read_by="tool",
    usage=Usage(100, 50, 20, 30),
    prompt_cost=0.125,
    cost=0.5,
    seconds=1.25,
    tries=2,
    started="2026-11-24T20:00:00.000+00:00",
    finish="stop",
    model="m",
)
TRANSCRIPT = Transcript('{"model": "m"}', '{"choices": []}')


def described_sample(sample: Sample) -> object:
    """A sample as comparable values."""
    values = {each.name: getattr(sample, each.name) for each in fields(sample)}
    return values | {"grid": None if sample.grid is None else sample.grid.tolist()}


def described(outcome: Outcome) -> object:
    """An outcome as comparable values."""
    answers = [
        (
            timed.seconds,
            timed.answer.cost,
            timed.answer.tokens,
            [
                [(guess.grid.tolist(), guess.confidence, guess.explanation) for guess in test]
                for test in timed.answer.guesses
            ],
        )
        for timed in outcome.answers
    ]
    names = ("kind", "wall_seconds", "cpu_seconds", "peak_memory", "error", "output")
    values = [getattr(outcome, name) for name in (*names, "machine", "given_back")]
    return (*values, outcome.guesses_beyond, answers)


def filled(path: Path) -> Store:
    opened = Store(path, create=True)
    run = opened.create_run(PLAN, "mine")
    with opened.session(run, lambda: (12.0, 20.0)):
        for task, outcome in OUTCOMES.items():
            opened.add_outcome(run, task, TESTS[task], 42, outcome)
    return opened


def test_the_last_answer_keeps_its_steps(store: Path) -> None:
    flipped, turned = as_grid([[2, 1]]), as_grid([[1], [2]])
    steps = (("flip left-right", flipped), ("turn", turned))
    answer = Answer(((Guess(turned, 0.5, "flip, then turn", steps), Guess(flipped)),))
    timed = (TimedAnswer(0.1, answer), TimedAnswer(0.2, answer))
    with Store(store, create=True) as opened:
        run = opened.create_run(PLAN, "mine")
        with opened.session(run, lambda: (12.0, 20.0)):
            opened.add_outcome(run, "one", 1, 42, Outcome("answered", 1.0, 1.0, answers=timed))
        first, last = (one.answer for one in opened.outcomes(run)["one"].answers)
    assert [guess.steps for guess in first.guesses[0]] == [(), ()]
    found, without = last.guesses[0]
    assert [(words, grid.tolist()) for words, grid in found.steps] == [
        ("flip left-right", [[2, 1]]),
        ("turn", [[1], [2]]),
    ]
    assert without.steps == ()


def test_what_goes_in_comes_out(store: Path) -> None:
    with filled(store) as opened:
        run = opened.find_run("mine")
        assert run.plan == PLAN
        assert (run.done, run.wall_seconds, run.cpu_seconds) == (3, 12.0, 20.0)
        assert run.ended is not None
        found = opened.outcomes(run)
    assert list(found) == ["two", "one", "three"]
    assert {id: described(outcome) for id, outcome in found.items()} == {
        id: described(outcome) for id, outcome in OUTCOMES.items()
    }


def test_the_submission_is_the_last_answer_of_each_task(store: Path) -> None:
    with filled(store) as opened:
        attempts = opened.submission(opened.find_run("mine")).attempts
    as_lists = {
        id: [[attempt.tolist() for attempt in test] for test in tests]  # type: ignore[union-attr]  # no faults here
        for id, tests in attempts.items()
    }
    assert as_lists == {"two": [[]], "one": [[[[2, 3]], [[4]]], [[[0]]]], "three": [[]]}


def test_machines_are_there_once_with_all_their_workers(store: Path) -> None:
    with filled(store) as opened:
        run = opened.find_run("mine")
        for name, workers in (("b", 2), ("a", 1), ("b", 4), ("b", 3)):
            opened.add_machine(run, Machine(name, "cpu", workers))
        assert opened.find_run("mine").machines == (Machine("a", "cpu", 1), Machine("b", "cpu", 4))
        opened.delete_run(run)
        assert opened.runs() == []


def test_an_outcome_is_there_once(store: Path) -> None:
    with filled(store) as opened:
        run = opened.find_run("mine")
        with pytest.raises(StoreError, match="cannot use the run store: UNIQUE constraint failed"):
            opened.add_outcome(run, "one", 2, 42, OUTCOMES["one"])


def test_runs_are_found_by_name_id_and_latest_newest_first(store: Path) -> None:
    with Store(store, create=True) as opened:
        with pytest.raises(UnknownNameError, match="unknown run 'latest'; none is known"):
            opened.find_run("latest")
        first, second = opened.create_run(PLAN, "first"), opened.create_run(PLAN)
        assert second.name == "identity-1"
        assert [run.name for run in opened.runs()] == ["identity-1", "first"]
        assert opened.find_run("latest") == opened.find_run(second.id) == second
        assert opened.find_run("first") == first
        with pytest.raises(UnknownNameError, match="unknown run 'frist'; did you mean first"):
            opened.find_run("frist")


def test_a_session_that_was_killed_leaves_the_use_unknown(store: Path) -> None:
    with Store(store, create=True) as opened:
        run = opened.create_run(PLAN, "broken")
        with opened.session(run, lambda: (1.0, 2.0)):
            assert opened.find_run("broken").cpu_seconds is None  # as a kill would leave it
        assert opened.find_run("broken").cpu_seconds == 2.0
        assert opened.find_run("broken").ended is None


def test_samples_come_back_with_their_transcripts(store: Path) -> None:
    with filled(store) as opened:
        run = opened.find_run("mine")
        failed = Sample(0, 1, "failed", problem="status 500", tries=3, cost=0.0, started="now")
        opened.add_sample(run, "two", failed, TRANSCRIPT)
        opened.add_sample(run, "two", replace(SAMPLE, test=0, number=1), TRANSCRIPT)
        opened.add_sample(run, "two", SAMPLE)
        (first, second) = opened.transcripts(run, "two")
        assert described_sample(first[0]) == described_sample(replace(SAMPLE, test=0, number=1))
        assert first[1] == TRANSCRIPT
        assert (described_sample(second[0]), second[1]) == (described_sample(SAMPLE), None)
        assert opened.transcripts(run, "one") == []
        found = opened.samples(run)["two"]
        assert [described_sample(one) for one in found] == [
            described_sample(one) for one, _ in opened.transcripts(run, "two")
        ]


def test_samples_and_requests_go_with_their_run(store: Path) -> None:
    with filled(store) as opened:
        run = opened.find_run("mine")
        other = opened.create_run(run.plan, "other")
        opened.add_sample(run, "one", SAMPLE, TRANSCRIPT)
        opened.add_sample(run, "two", SAMPLE, Transcript("{}", "{}"))
        opened.add_sample(other, "one", SAMPLE, TRANSCRIPT)
        opened.delete_run(run)
        assert opened.samples(run) == {}
        assert [text for _, text in opened.transcripts(other, "one")] == [TRANSCRIPT]
    with closing(sqlite3.connect(store)) as db:
        assert db.execute("SELECT body FROM requests").fetchall() == [(TRANSCRIPT.request,)]


def not_sqlite(path: Path) -> None:
    path.write_text("this is a text" * 100)


def other_sqlite(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE something (x)")
    db.close()


def newer(path: Path) -> None:
    Store(path, create=True).__exit__()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()


def empty(path: Path) -> None:
    path.touch()


def directory(path: Path) -> None:
    path.mkdir()


def device(path: Path) -> None:
    path.symlink_to("/dev/null")


def missing(path: Path) -> None:
    return None


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (not_sqlite, "cannot use the run store: file is not a database"),
        (other_sqlite, "this SQLite file is not a run store"),
        (newer, f"a run store of version 99; this arcgrid reads up to {VERSION}"),
        (empty, "the file is empty, and no run store"),
        (directory, "this is a directory, and no run store"),
        (device, "this is no regular file, and no run store"),
        (missing, "there is no run store here; nothing has been run yet"),
    ],
)
def test_what_is_no_store_is_named(
    tmp_path: Path, make: Callable[[Path], None], error: str
) -> None:
    path = tmp_path / "store.sqlite"
    make(path)
    with pytest.raises(StoreError) as caught:
        Store(path)
    assert str(caught.value) == f"{path}: {error}"


def test_nothing_is_left_beside_what_is_no_file(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    os.mkfifo(path)
    with pytest.raises(StoreError, match="this is no regular file, and no run store"):
        Store(path, create=True)
    assert list(tmp_path.iterdir()) == [path]


def test_where_the_store_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARCGRID_STORE", raising=False)
    assert store_path() == Path("runs/arcgrid.sqlite")
    monkeypatch.setenv("ARCGRID_STORE", "elsewhere.sqlite")
    assert store_path() == Path("elsewhere.sqlite")
    assert store_path("given.sqlite") == Path("given.sqlite")


OLD = Path(__file__).parent / "fixtures" / "stores"


@pytest.mark.parametrize("version", range(1, VERSION))
def test_a_store_of_an_earlier_version_is_read_and_goes_on(version: int, tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    shutil.copy(OLD / f"version-{version}.sqlite", path)
    with Store(path) as opened:
        run = opened.find_run("old")
        assert (run.plan.solver.name, run.plan.engine, run.tags, run.note) == (
            "identity",
            "local",
            (),
            "",
        )
        assert opened.find_run("inline-old").plan.engine == "inline"
        assert [outcome.kind for outcome in opened.outcomes(run).values()] == ["answered"] * 3
        assert opened.mark_run(run, ["paper"], "the baseline").tags == ("paper",)
    with closing(sqlite3.connect(path)) as db, closing(sqlite3.connect(":memory:")) as new:
        run_script(new, SCHEMA)
        migrate(new, 1)
        assert columns_of(db) == columns_of(new)
        assert db.execute("PRAGMA user_version").fetchone() == (VERSION,)


def columns_of(db: sqlite3.Connection) -> dict[str, list[tuple[str, str]]]:
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE sql NOT NULL")]
    return {
        table: [row[1:3] for row in db.execute(f"PRAGMA table_info({table})")] for table in tables
    }


def test_an_earlier_store_that_cannot_be_written_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.sqlite"
    shutil.copy(OLD / "version-1.sqlite", path)
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.chdir(tmp_path)
    before = path.read_bytes()
    with Store(path) as opened:
        assert opened.find_run("old").tags == ()
        with pytest.raises(StoreError, match="attempt to write a readonly database"):
            opened.rename_run(opened.find_run("old"), "new")
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == [path.name]


def test_a_run_is_renamed_marked_and_deleted(store: Path) -> None:
    with filled(store) as opened:
        run = opened.find_run("mine")
        other = opened.create_run(run.plan, "other")
        with pytest.raises(StoreError, match="there is a run named 'other' already"):
            opened.rename_run(run, "other")
        with pytest.raises(StoreError, match="a run's name has letters"):
            opened.rename_run(run, "latest")
        assert opened.rename_run(run, "ours").id == run.id
        marked = opened.mark_run(run, ["a", "b", "a"], "why")
        assert (marked.tags, marked.note) == (("a", "b"), "why")
        with pytest.raises(StoreError, match="a tag is one word"):
            opened.mark_run(run, ["two words"], "")
        opened.delete_run(run)
        assert [left.name for left in opened.runs()] == ["other"]
        assert opened.outcomes(run) == {}
        busy = pytest.raises(StoreError, match="another process is working on the run other")
        with opened.session(other, lambda: (0.0, 0.0)), Store(store) as second, busy:
            second.delete_run(other)
    assert not list(store.parent.glob("*.lock"))


def test_a_run_of_no_task_is_refused(store: Path) -> None:
    with Store(store, create=True) as opened, pytest.raises(StoreError) as caught:
        opened.create_run(replace(PLAN, asked=()))
    assert str(caught.value) == f"{PLAN.task_set}: there is no task to run"
