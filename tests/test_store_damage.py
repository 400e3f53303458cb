"""Stores that something happened to: it is said what is damaged, and the rest can be read."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

import arcgrid
from arcgrid.errors import DamagedError, StoreError
from arcgrid.result import Answer, Guess, Outcome, TimedAnswer
from arcgrid.store import Store
from arcgrid.store.limits import ANSWERS, ERROR, EXPLANATION
from arcgrid.store.repair import Finding, check, repair
from tests.flips import flip, invoke, make_store
from tests.runs import run_small
from tests.test_store import OLD, OUTCOMES, PLAN, TESTS, described

HINT = "see `arcgrid store check`"


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute(statement)
        db.commit()


# what is changed in the run `first`: what is wrong with it, and with which task
CHANGES: dict[str, tuple[str, str | None, str]] = {
    "a cell of an attempt": (
        "UPDATE attempts SET grid = '[[7]]' WHERE task = 'blow-up-by-three'",
        "blow-up-by-three",
        "its outcome is not what was stored",
    ),
    "an attempt that is gone": (
        "DELETE FROM attempts WHERE task = 'blow-up-by-three'",
        "blow-up-by-three",
        "its outcome is not what was stored",
    ),
    "a time": (
        "UPDATE outcomes SET wall_seconds = 9 WHERE task = 'bars-in-order'",
        "bars-in-order",
        "its outcome is not what was stored",
    ),
    "a kind": (
        "UPDATE outcomes SET kind = 'answfred' WHERE task = 'bars-in-order'",
        "bars-in-order",
        "its outcome is not what was stored",
    ),
    "an outcome that is gone": (
        "DELETE FROM outcomes WHERE task = 'bars-in-order'",
        "bars-in-order",
        "its outcome is missing",
    ),
    "its budget": (
        "UPDATE runs SET record = replace(record, '\"attempts\":2', '\"attempts\":3')",
        None,
        "its record is not what was stored",
    ),
    "its record": (
        "UPDATE runs SET record = 'x', digest = NULL",
        None,
        "JSON is malformed",
    ),
}


@pytest.mark.parametrize(("statement", "task", "problem"), CHANGES.values(), ids=CHANGES)
def test_a_damaged_run_is_named_and_others_are_read(
    statement: str, task: str | None, problem: str, store: Path
) -> None:
    make_store(store)
    sound = {name: invoke(f"score {name} --json", store).stdout for name in ("first", "second")}
    of_first = "(SELECT id FROM runs WHERE name = 'first')"
    where = " AND run = " if "WHERE" in statement else " WHERE id = "
    change(store, f"{statement}{where}{of_first}")

    refused = invoke("score first", store)
    place = "" if task is None or "missing" in problem else f"task {task}: "
    wanted = f"Error: {store}: the run first is damaged: {place}"
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.startswith(wanted)
    assert refused.stderr.endswith(f"; {HINT}\n")
    assert invoke("score second --json", store).stdout == sound["second"]
    listed = invoke("runs", store)
    assert "second" in listed.stdout
    assert "the run first is damaged" in listed.stderr

    found = check(store).findings
    assert [(one.run, one.task) for one in found] == [("first", task)]
    assert found[0].problem.startswith(problem)
    checked = invoke("store check", store)
    assert (checked.exit_code, checked.stdout.startswith(f"{store}: damaged, ")) == (2, True)

    repaired = invoke("store repair", store)
    assert repaired.exit_code == 0, repaired.output
    assert check(store).findings == ()
    assert invoke("score second --json", store).stdout == sound["second"]
    if task is not None:  # the outcome that is left out is had again
        assert len(arcgrid.resume("first", store=store).by_task) == 6
        assert invoke("outcomes first", store).exit_code == 0
    assert Path(f"{store}.damaged-1").exists()


def test_bytes_flipped_anywhere(store: Path) -> None:
    make_store(store)
    assert [problem for problems in flip(store, 2, 12) for problem in problems] == []


KILLED = """
import os, sys
from pathlib import Path
from arcgrid.store import Store
from tests.test_store import OUTCOMES, PLAN
opened = Store(Path(sys.argv[1]), create=True)
run = opened.create_run(PLAN, "mine")
with opened.session(run, lambda: (0.0, 0.0)):
    for task in list(OUTCOMES)[:2]:
        opened.add_outcome(run, task, 2, 42, OUTCOMES[task])
    print("held", flush=True)
    sys.stdin.readline()
    os._exit(9)
"""


def killed(store: Path) -> None:
    """A store whose harness was killed with two outcomes in the log."""
    command = [sys.executable, "-c", KILLED, str(store)]
    subprocess.run(command, input=b"\n", check=False, stdout=subprocess.DEVNULL)


def test_a_log_that_is_gone_is_noticed(store: Path) -> None:
    killed(store)
    wal = Path(f"{store}-wal")
    kept = store.with_name("kept")
    for end in ("", "-wal"):
        shutil.copy(f"{store}{end}", f"{kept}{end}")
    with Store(kept) as opened:  # as long as it is there, nothing is lost
        assert len(opened.outcomes(opened.find_run("mine"))) == 2
    with Store(kept) as opened:  # and once it was carried into the file, it is not wanted
        assert len(opened.outcomes(opened.find_run("mine"))) == 2

    wal.unlink()
    with pytest.raises(StoreError) as caught:
        Store(store)
    problem = f"{store.name}-wal, which belongs to it, is gone, and what was done last"
    assert str(caught.value) == f"{store}: {problem}; `arcgrid store repair` keeps the rest"
    gone = f"{store.name}-wal is gone, and what was done last with it"
    assert check(store).findings == (Finding(None, None, gone),)
    assert repair(store)[1] is None
    assert check(store).findings == ()
    with Store(store) as opened:
        assert opened.find_run("mine").done == 0


MARK = "UPDATE log SET wanted = 1"
CARRY = "PRAGMA wal_checkpoint(TRUNCATE)"


@pytest.mark.parametrize("steps", [[MARK], [MARK, CARRY]], ids=["marked", "carried"])
@pytest.mark.parametrize("first", [Store, check], ids=["opened", "checked"])
def test_a_log_is_not_gone_where_a_run_was_killed_while_it_began(
    store: Path, steps: list[str], first: Callable[[Path], object]
) -> None:
    with Store(store, create=True) as opened:
        run = opened.create_run(PLAN, "mine")
        opened.add_outcome(run, "one", 2, 42, OUTCOMES["one"])
        for step in steps:
            opened._db.execute(step).fetchone()
        killed = store.with_name("killed.sqlite")
        for end in ("", "-wal"):
            shutil.copy(f"{store}{end}", f"{killed}{end}")
    seen = first(killed)
    if isinstance(seen, Store):
        seen.__exit__()
    assert not Path(f"{killed}-wal").exists()
    assert check(killed).findings == ()
    with Store(killed) as opened:
        assert opened.find_run("mine").done == 1


def test_a_lock_that_is_deleted_lets_nobody_in(store: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(store)]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process,
        Store(store, create=True) as opened,
    ):
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdout.readline()
        run = opened.find_run("mine")
        for lock in store.parent.glob("*.lock"):
            lock.unlink()
        busy = f"{store}: another process is working on the run mine"
        with pytest.raises(StoreError) as caught, opened.session(run, lambda: (0.0, 0.0)):
            pytest.fail("two processes work on one run")
        assert str(caught.value) == busy
        process.stdin.write(b"\n")
        process.stdin.flush()
        process.wait()
        with opened.session(run, lambda: (0.0, 0.0)):  # it was killed: its lock holds nobody
            opened.add_outcome(run, "three", 1, 42, OUTCOMES["three"])
        assert opened.find_run("mine").ended is not None


SEALED = 4
"""The version of stores that first had checksums."""


@pytest.mark.parametrize("version", range(1, SEALED))
def test_an_older_store_gets_its_checksums(version: int, tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    shutil.copy(OLD / f"version-{version}.sqlite", path)
    before = check(path)
    assert (before.findings, before.unsealed) == ((), before.outcomes)
    assert repair(path)[1] is None
    assert check(path) == replace(before, unsealed=0)
    change(path, "UPDATE outcomes SET cpu_seconds = 77")
    assert len(check(path).findings) == before.outcomes


def test_what_a_solver_says_without_end_is_clipped(store: Path) -> None:
    guesses = (Guess(arcgrid.as_grid([[1]]), 0.5, "w" * 1_000_000),) * 5
    answers = [TimedAnswer(float(n), Answer((guesses,), tokens=n)) for n in range(ANSWERS + 3)]
    error = "e" * 1_000_000
    outcome = Outcome("error", 1.0, 1.0, answers=tuple(answers[-20:]), error=error)
    many = Outcome("answered", 1.0, 1.0, answers=tuple(replace_guesses(one) for one in answers))
    with Store(store, create=True) as opened:
        run = opened.create_run(PLAN, "mine")
        opened.add_outcome(run, "one", 1, 42, outcome)
        opened.add_outcome(run, "two", 1, 42, many)
        found = opened.outcomes(run)
    one, two = found["one"], found["two"]
    assert {len(timed.answer.guesses[0]) for timed in one.answers} == {PLAN.budget.attempts}
    assert one.guesses_beyond == 3
    said = one.answers[0].answer.guesses[0][0].explanation or ""
    assert EXPLANATION <= len(said) < EXPLANATION + 100
    assert "[983,616 characters are not kept]" in said
    assert ERROR <= len(one.error or "") < ERROR + 100
    assert (len(two.answers), two.answers[-1].answer.tokens) == (ANSWERS, ANSWERS + 2)
    assert two.output == "\n[the 3 answers before are not kept]"
    assert store.stat().st_size < 4_000_000


def replace_guesses(timed: TimedAnswer) -> TimedAnswer:
    small = (Guess(arcgrid.as_grid([[1]])),)
    return replace(timed, answer=Answer((small,), tokens=timed.answer.tokens))


def test_limits_leave_alone_what_keeps_them(store: Path) -> None:
    with Store(store, create=True) as opened:
        run = opened.create_run(PLAN, "mine")
        opened.add_outcome(run, "one", 2, 42, OUTCOMES["one"])
        assert described(opened.outcomes(run)["one"]) == described(OUTCOMES["one"])


def test_a_store_that_is_worked_on_is_not_repaired(store: Path) -> None:
    run_small(store, "identity", inline=True)
    with Store(store) as opened, opened.session(opened.find_run("latest"), lambda: (0.0, 0.0)):
        busy = invoke("store repair", store)
    assert "another process is working on the run identity-1" in busy.stderr
    assert invoke("store repair", store).stdout.endswith("there was nothing to repair\n")
    assert os.listdir(store.parent) == [store.name]


def test_a_damaged_newest_run_is_not_another_one(store: Path) -> None:
    make_store(store)
    change(store, "UPDATE runs SET record = 'x' WHERE name = 'second'")
    with Store(store) as opened:
        assert [run.name for run in opened.runs()] == ["first"]
        assert len(opened.damaged()) == 1
        find: Callable[[str], object] = opened.find_run
        for name in ("latest", "second"):
            with pytest.raises(DamagedError, match="the run second is damaged: its record is not"):
                find(name)


def test_a_column_that_has_another_name_is_damage_that_can_be_repaired(store: Path) -> None:
    make_store(store)
    with closing(sqlite3.connect(store)) as db:
        db.execute("PRAGMA writable_schema = ON")
        change = (
            "UPDATE sqlite_schema SET sql = replace(sql, 'tries', 'trias') WHERE name = 'samples'"
        )
        db.execute(change)
        db.commit()
    for run in ("first", "second"):
        refused = invoke(f"outcomes {run} --json", store)
        assert refused.exit_code == 2
        assert f"the run {run} is damaged: no such column: tries; {HINT}" in refused.stderr
    problem = "its samples: no such column: tries"
    found, _ = repair(store)
    assert found.findings == tuple(Finding(run, None, problem) for run in ("second", "first"))
    assert check(store).findings == ()
    assert invoke("outcomes first --json", store).exit_code == 0


@pytest.mark.parametrize("part", [0.9, 0.7, 0.5])
def test_what_is_left_of_a_store_that_was_cut_off_is_kept(part: float, store: Path) -> None:
    with Store(store, create=True) as opened:
        for _ in range(60):
            run = opened.create_run(PLAN)
            for task, outcome in OUTCOMES.items():
                opened.add_outcome(run, task, TESTS[task], 42, outcome)
        before = {run.name: opened.outcomes(run) for run in opened.runs()}
    whole = store.read_bytes()
    store.write_bytes(whole[: int(len(whole) * part)])

    assert invoke("runs", store).stderr.endswith(f"malformed; {HINT}\n")
    found = check(store)
    left = f"{int(len(whole) * part):,} of {len(whole):,} bytes are left"
    assert found.findings[0] == Finding(None, None, f"it is cut off: {left}")
    assert (found.runs > 0, found.outcomes > 0) == (True, part > 0.6)
    assert len(invoke("store check", store).output.splitlines()) <= 22

    repaired, kept = repair(store)
    assert (repaired, kept) == (found, Path(f"{store}.damaged-1"))
    assert check(store).findings == ()
    with Store(store) as opened:
        after = {run.name: opened.outcomes(run) for run in opened.runs()}
    assert len(after) == found.runs
    assert sum(map(len, after.values())) == found.outcomes
    for name, outcomes in after.items():
        for task, outcome in outcomes.items():
            assert described(outcome) == described(before[name][task])
