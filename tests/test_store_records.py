"""What the store says and keeps to the letter: names, limits, who holds a run, words of damage."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from arcgrid import as_grid
from arcgrid.errors import DamagedError, StoreError
from arcgrid.result import Answer, Guess, Outcome, TimedAnswer
from arcgrid.sample import Sample
from arcgrid.store import Run, Store, holding, wal
from arcgrid.store.limits import ANSWERS, ERROR, EXPLANATION, OUTPUT, STEPS
from arcgrid.store.names import made_up_name
from arcgrid.store.trials import Trial, TrialStore
from tests.test_store import (
    OUTCOMES,
    PLAN,
    SAMPLE,
    TESTS,
    TRANSCRIPT,
    described,
    described_sample,
    filled,
)

ONE = as_grid([[1]])


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()


# -- names --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("solver", "taken", "name"),
    [
        ("search", set(), "search-1"),
        ("search", {"search-1", "search-2", "search-4"}, "search-3"),
        ("some/where/Mine_2.py:solve", set(), "Mine_2-1"),
        ("what is (this)?.py", set(), "what-is-this-1"),
        ("-.X+Z.-.py", set(), "X+Z-1"),
        ("???.py:X", {"run-1"}, "run-2"),
        ("exec:./mine --flag", set(), "exec-1"),
    ],
)
def test_a_name_is_made_of_the_solvers(solver: str, taken: set[str], name: str) -> None:
    assert made_up_name(solver, taken) == name


def test_names_and_words_that_are_refused(store: Path) -> None:
    with filled(store) as opened:
        run = opened.create_run(PLAN)
        assert re.fullmatch("[0-9a-f]{8}", run.id)
        named = "a run's name has letters, digits, and . _ + - (and is not 'latest')"
        for name in ("latest", "", "a b", ".a", "a" * 101):
            with pytest.raises(StoreError) as caught:
                opened.create_run(PLAN, name)
            assert str(caught.value) == f"{named}, not {name!r}"
        tries: list[Callable[[], object]] = [
            lambda: opened.create_run(PLAN, "mine"),
            lambda: opened.rename_run(run, "mine"),
        ]
        for do in tries:
            with pytest.raises(StoreError) as caught:
                do()
            assert str(caught.value) == f"{store}: there is a run named 'mine' already"
        for tag in ("two words", ""):
            with pytest.raises(StoreError) as caught:
                opened.mark_run(run, ["one", tag], "")
            assert str(caught.value) == "a tag is one word"
        assert opened.create_run(PLAN, "a" * 100).name == "a" * 100


@pytest.mark.parametrize(
    ("before", "shown"), [("ab", "ab"), ("x" * 40 + "y" * 40, "y" * 40)], ids=["short", "long"]
)
def test_a_name_that_is_not_utf_8_cannot_be_kept(before: str, shown: str, store: Path) -> None:
    plan = replace(PLAN, task_set=f"{before}\udc80{'c' * 39}d")
    with Store(store, create=True) as opened, pytest.raises(StoreError) as caught:
        opened.create_run(plan)
    name = f"{shown}\udc80{'c' * 39}"
    assert str(caught.value) == f"a name that is not UTF-8 cannot be kept: {name!r}"


# -- limits -------------------------------------------------------------------------------


def stored(store: Path, outcome: Outcome) -> Outcome:
    """An outcome as it comes back."""
    with Store(store, create=True) as opened:
        run = opened.create_run(PLAN)
        opened.add_outcome(run, "one", 1, 42, outcome)
        return opened.outcomes(run)["one"]


def answer(*guesses: Guess) -> TimedAnswer:
    return TimedAnswer(0.5, Answer((guesses,)))


def test_texts_that_are_short_enough_are_kept_whole(store: Path) -> None:
    steps = (("word", ONE),) * STEPS
    guess = Guess(ONE, 0.5, "w" * EXPLANATION, steps)
    outcome = Outcome(
        "error", 1.0, 1.0, answers=(answer(guess),), error="e" * ERROR, output="o" * OUTPUT
    )
    found = stored(store, outcome)
    assert (found.error, found.output) == (outcome.error, outcome.output)
    assert described(found) == described(outcome)
    assert found.answer is not None
    assert len(found.answer.guesses[0][0].steps) == STEPS


def test_of_texts_that_are_too_long_the_ends_are_kept(store: Path) -> None:
    def text(limit: int) -> str:
        return "a" * (limit // 2) + "-" * 1234 + "z" * (limit // 2)

    def clipped(limit: int) -> str:
        return text(limit).replace("-" * 1234, "\n[1,234 characters are not kept]\n")

    steps = (("word", ONE),) * (STEPS + 1)
    told = (Guess(ONE, 0.5, text(EXPLANATION)), Guess(ONE, None, None, steps), Guess(ONE))
    outcome = Outcome(
        "error",
        1.0,
        1.0,
        answers=tuple([answer(Guess(ONE))] * ANSWERS + [answer(*told)]),
        error=text(ERROR),
        output=text(OUTPUT),
        guesses_beyond=4,
    )
    found = stored(store, outcome)
    assert found.error == clipped(ERROR)
    assert found.output == clipped(OUTPUT) + "\n[the 1 answers before are not kept]"
    assert (len(found.answers), found.guesses_beyond) == (ANSWERS, 5)
    assert found.answer is not None
    first, second = found.answer.guesses[0]
    assert (first.explanation, first.confidence) == (clipped(EXPLANATION), 0.5)
    assert (second.explanation, len(second.steps)) == (None, STEPS)


# -- what is read back --------------------------------------------------------------------


def test_records_say_what_was_put_in(store: Path) -> None:
    with filled(store) as opened:
        run = opened.find_run("mine")
        assert run.started.endswith("+00:00")
        assert (run.ended or "").endswith("+00:00")
        assert opened.submission(run).name == "mine"
        assert opened.done(run) == set(OUTCOMES)
        failed = Sample(0, 2, "failed", problem="status 500", tries=3, cost=0.0, started="now")
        opened.add_sample(run, "two", failed, TRANSCRIPT)
        opened.add_sample(run, "two", SAMPLE, TRANSCRIPT)
        assert [described_sample(one) for one in opened.samples(run)["two"]] == [
            described_sample(failed),
            described_sample(SAMPLE),
        ]
    with closing(sqlite3.connect(store)) as db:
        assert db.execute("SELECT started FROM runs").fetchone() == (run.started,)
        query = "SELECT count(*) FROM attempts WHERE steps IS NOT NULL"
        assert db.execute(query).fetchone() == (0,), "nothing is kept of no steps"


HINT = "see `arcgrid store check`"
READERS: dict[str, Callable[[Store, Run], object]] = {
    "outcomes": Store.done,
    "attempts": Store.outcomes,
    "attempts ": Store.submission,
    "samples": Store.samples,
    "samples ": lambda opened, run: opened.transcripts(run, "one"),
}


@pytest.mark.parametrize("table", READERS)
def test_whatever_is_read_names_the_run_that_is_damaged(table: str, store: Path) -> None:
    with filled(store) as opened:
        run = opened.find_run("mine")
    change(store, f"DROP TABLE {table}")
    with Store(store) as opened, pytest.raises(DamagedError) as caught:
        READERS[table](opened, run)
    problem = f"no such table: {table.strip()}"
    assert str(caught.value) == f"{store}: the run mine is damaged: {problem}; {HINT}"
    assert caught.value.damage == problem


OUTCOME_DAMAGES = {
    "UPDATE outcomes SET tokens = 78 WHERE task = 'one'": (
        "task one: its outcome is not what was stored"
    ),
    "UPDATE outcomes SET task = 'z' || task WHERE task != 'two'": (
        "task zone: the run was not asked for this task"
    ),
    "DELETE FROM outcomes WHERE task != 'two'": "it has ended, and outcomes are missing: 2",
    "UPDATE outcomes SET kind = 'lost', digest = NULL": "an outcome of kind lost",
    "UPDATE outcomes SET answered_at = 'x', digest = NULL": (
        "Expecting value: line 1 column 1 (char 0)"
    ),
}


@pytest.mark.parametrize("statement", OUTCOME_DAMAGES)
def test_damage_to_outcomes_is_said(statement: str, store: Path) -> None:
    filled(store).__exit__()
    change(store, statement)
    with Store(store) as opened:
        run = opened.find_run("mine")
        for read in (opened.outcomes, opened.submission):
            with pytest.raises(DamagedError) as caught:
                read(run)
            problem = OUTCOME_DAMAGES[statement]
            assert str(caught.value) == f"{store}: the run mine is damaged: {problem}; {HINT}"


def test_damage_to_a_run_is_said(store: Path) -> None:
    filled(store).__exit__()
    change(store, "UPDATE runs SET record = replace(record, 'some set', 'same set')")
    problem = "the run mine is damaged: its record is not what was stored"
    with Store(store) as opened:
        assert opened.runs() == []
        assert [str(one) for one in opened.damaged()] == [f"{store}: {problem}; {HINT}"]
        for name in ("mine", "latest"):
            with pytest.raises(DamagedError, match=problem):
                opened.find_run(name)


def test_a_run_that_cannot_be_read_is_named_as_far_as_it_can(store: Path) -> None:
    filled(store).__exit__()
    change(store, "UPDATE runs SET record = 'x', digest = NULL")
    with Store(store) as opened:
        [found] = opened.damaged()
    assert str(found).startswith(f"{store}: the run mine is damaged: JSON is malformed")
    change(store, "UPDATE runs SET name = CAST(x'ff' AS TEXT)")
    with Store(store) as opened:
        [found] = opened.damaged()
    problem = "the run number 1 is damaged: a text is not UTF-8"
    assert str(found) == f"{store}: {problem}; {HINT}"


def test_a_store_is_made_with_the_directories_above_it(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "store.sqlite"
    for _ in range(2):
        Store(path, create=True).__exit__()
    assert path.exists()
    below = path / "store.sqlite"
    with pytest.raises(StoreError) as caught:
        Store(below, create=True)
    assert str(caught.value) == f"{below}: cannot use the run store: File exists"


def test_a_run_that_goes_on_lacks_outcomes_rightly(store: Path) -> None:
    with Store(store, create=True) as opened:
        run = opened.create_run(PLAN, "mine")
        opened.add_outcome(run, "one", TESTS["one"], 42, OUTCOMES["one"])
        assert list(opened.outcomes(run)) == ["one"]


def test_trials_come_back_in_their_order_until_they_are_dropped(store: Path) -> None:
    trials = [Trial(1.5, 0, ONE), Trial(2.0), Trial(2.5, 1, as_grid([[2, 3]]))]
    with TrialStore(store, create=True) as opened:
        run, other = opened.create_run(PLAN, "mine"), opened.create_run(PLAN, "other")
        assert opened.trials(run) == {}
        for trial in trials:
            opened.add_trial(run, "two", trial)
        opened.add_trial(run, "one", trials[0])
        opened.add_trial(other, "two", trials[0])
        opened.drop_trials(run, "one")
        found = opened.trials(run)
        assert opened.trials(other).keys() == {"two"}
        opened.drop_trials(run, "two")
        assert opened.trials(run) == {}
        assert opened.trials(other).keys() == {"two"}
    assert found.keys() == {"two"}
    for one, trial in zip(found["two"], trials, strict=True):
        assert (one.seconds, one.test) == (trial.seconds, trial.test)
        assert np.array_equal(one.grid, trial.grid)  # type: ignore[arg-type]  # None equals None
    change(store, "DROP TABLE trials")
    with TrialStore(store) as opened, pytest.raises(StoreError, match="no such table: trials"):
        opened.trials(run)


# -- the log ------------------------------------------------------------------------------


@pytest.mark.parametrize("largest", [0, wal.LARGEST], ids=["grown", "small"])
def test_a_log_that_has_grown_is_carried_into_the_file(
    largest: int, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wal, "LARGEST", largest)
    with Store(store, create=True) as opened:
        run = opened.create_run(PLAN, "mine")
        with opened.session(run, lambda: (0.0, 0.0)):
            opened.add_outcome(run, "one", TESTS["one"], 42, OUTCOMES["one"])
            alone = shutil.copy(store, store.with_name("alone.sqlite"))
            with closing(sqlite3.connect(alone)) as db:
                (there,) = db.execute("SELECT count(*) FROM outcomes").fetchone()
    assert there == (largest == 0)


# -- who holds a run ----------------------------------------------------------------------


def held_by(store: Path, holder: object) -> bool:
    """Whether a run can be worked on though somebody is entered as working on it."""
    with Store(store) as opened:
        run = opened.find_run("mine")
        text = holder if isinstance(holder, str) else json.dumps(holder)
        opened._db.execute("UPDATE runs SET holder = ?", (text,))
        try:
            with opened.session(run, lambda: (0.0, 0.0)):
                return False
        except StoreError as error:
            said = str(error)
    assert said == f"{store}: another process is working on the run mine"
    return True


def holder_now(store: Path) -> list[object]:
    """Who is entered while this process works on a run."""
    with Store(store) as opened, opened.session(opened.find_run("mine"), lambda: (0.0, 0.0)):
        (text,) = opened._db.execute("SELECT holder FROM runs").fetchone()
    found: list[object] = json.loads(text)
    return found


def started(pid: int) -> str:
    """The 22nd field of `/proc/PID/stat`; the second is the name, in brackets."""
    return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[19].decode()


def test_a_run_is_held_by_who_is_alive(store: Path, tmp_path: Path) -> None:
    filled(store).__exit__()
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    machine = f"{boot} {os.readlink('/proc/self/ns/pid')}"
    assert holder_now(store) == [machine, os.getpid(), started(os.getpid())]
    with closing(sqlite3.connect(store)) as db:
        assert db.execute("SELECT holder FROM runs").fetchone() == (None,), "nobody from then on"
    sleeper = tmp_path / os.fsdecode(b"a) Z 1 \xff")  # such a name makes the file hard to read
    shutil.copy(shutil.which("sleep") or "", sleeper)
    with subprocess.Popen([sleeper, "60"]) as process, ExitStack() as stack:
        stack.callback(process.kill)
        since = started(process.pid)
        assert held_by(store, [machine, process.pid, since])
        for other in (
            ["another machine", process.pid, since],
            [machine, process.pid, "1"],  # a later process of the same number
            [machine, process.pid, None],
            [machine, os.getpid(), started(os.getpid())],
            [machine, process.pid],
            [machine, "x", since],
            7,
            "what is this",
        ):
            assert not held_by(store, other), other
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert not held_by(store, [machine, process.pid, since]), "it is dead, though not buried"
    assert not held_by(store, [machine, process.pid, since])
    assert not held_by(store, [machine, process.pid, None])


def test_where_nothing_is_known_of_processes_the_lock_file_decides(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(store).__exit__()

    def unknown(*_: object) -> str:
        raise OSError

    monkeypatch.setattr(os, "readlink", unknown)
    monkeypatch.setattr(holding, "_started", lambda _: None)
    name = os.uname().nodename
    assert holder_now(store) == [name, os.getpid(), None]
    assert not held_by(store, [name, 1, None])
