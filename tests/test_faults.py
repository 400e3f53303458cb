"""Faults around a run: no room, no rights, no lock, odd clocks, signals; nothing stored is lost."""

from __future__ import annotations

import itertools
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

import arcgrid
from arcgrid.cli import main
from arcgrid.errors import StoreError
from arcgrid.result import Outcome
from arcgrid.store import Store, files, outcomes
from arcgrid.store import store as store_module
from arcgrid.task import Task
from arcgrid.watcher import Silent
from tests.kills import outcomes_of
from tests.runs import HOSTILE, SOLVERS, explanation, run_small

STEADY = str(SOLVERS / "steady.py")
TASKS = 4


class After(Silent):
    """Does something once so many outcomes are in the store."""

    def __init__(self, count: int, action: Callable[[], object]) -> None:
        self.left, self.action = count, action

    def outcome(self, task: Task, outcome: Outcome) -> None:
        self.left -= 1
        if not self.left:
            self.action()


def check_goes_on(store: Path, stored: int) -> None:
    """What was stored before a fault is there, and the run ends as one without any."""
    with Store(store) as opened:
        assert len(opened.outcomes(opened.find_run("it"))) == stored
    arcgrid.resume("it", store=store)
    whole = store.with_name("whole.sqlite")
    run_small(whole, STEADY, limit=TASKS, name="it")
    assert outcomes_of(store, "it") == outcomes_of(whole, "it")


@pytest.fixture
def file_size() -> Iterator[Callable[[int], None]]:
    """Sets how large files can grow, until the end of the test."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_stops_a_run_that_goes_on_later(
    store: Path, file_size: Callable[[int], None]
) -> None:
    full = After(2, lambda: file_size(4096))  # less than any file of the store has by now
    with pytest.raises(StoreError, match=r"store\.sqlite: cannot use the run store: ") as caught:
        run_small(store, STEADY, limit=TASKS, name="it", watcher=full)
    assert "\n" not in str(caught.value)
    file_size(resource.RLIM_INFINITY)
    check_goes_on(store, 2)


def test_a_store_that_is_locked_for_too_long_stops_a_run_that_goes_on_later(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_BUSY_SECONDS", 0.1)
    Store(store, create=True).__exit__()
    with closing(sqlite3.connect(store, isolation_level=None)) as other:
        locked = After(2, lambda: other.execute("BEGIN IMMEDIATE"))
        problem = f"{store}: cannot use the run store: database is locked"
        with pytest.raises(StoreError) as caught:
            run_small(store, STEADY, limit=TASKS, name="it", watcher=locked)
        assert str(caught.value) == problem
        other.execute("ROLLBACK")
    check_goes_on(store, 2)


def test_a_store_that_cannot_be_written_is_read_and_not_run_in(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_small(store, STEADY, name="it")
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert CliRunner().invoke(main, ["score", "it"]).exit_code == 0
    problem = "cannot use the run store: attempt to write a readonly database"
    for line in (["run", STEADY, "--tasks", "arcgrid/mini"], ["runs", "delete", "it", "--yes"]):
        result = CliRunner().invoke(main, line)
        assert (result.exit_code, result.stderr.splitlines()[-1]) == (
            2,
            f"Error: {store}: {problem}",
        )


def test_a_clock_that_steps_back_changes_no_order(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hours = itertools.count(23, -1)

    def now() -> str:
        return f"2026-11-27T{next(hours):02}:00:00.000+00:00"

    monkeypatch.setattr(outcomes, "now", now)
    monkeypatch.setattr(store_module, "now", now)
    first = run_small(store, "identity").run
    with pytest.raises(ZeroDivisionError):
        run_small(store, STEADY, limit=TASKS, name="it", watcher=After(1, lambda: 1 // 0))
    result = arcgrid.resume("latest", store=store)
    assert (result.run.name, len(result.by_task)) == ("it", TASKS)
    assert result.run.started < first.started
    assert (result.run.ended or "") < result.run.started
    assert (result.run.wall_seconds or -1) >= 0
    for line in ("runs", "outcomes it", f"report it -o {store.with_name('report.html')}"):
        assert CliRunner().invoke(main, line.split()).exit_code == 0


REFUSED = {
    "another solver": ["identity"],
    "another set": ["--tasks", "arcgrid/mini"],
    "another budget": ["--seconds", "5"],
    "another seed": ["--seed", "7"],
}


@pytest.mark.parametrize("words", REFUSED.values(), ids=REFUSED)
def test_a_run_is_not_gone_on_with_by_something_else(words: list[str], store: Path) -> None:
    run_small(store, STEADY, name="it")
    result = CliRunner().invoke(main, ["run", *words, "--resume", "it"])
    assert result.exit_code == 2
    assert "--resume" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_stop_a_run_that_goes_on_later(number: signal.Signals, store: Path) -> None:
    command = [sys.executable, "-m", "arcgrid", "run", STEADY, "--tasks", "arcgrid/mini"]
    more = ["--limit", str(TASKS), "--name", "it", "--workers", "1"]
    with subprocess.Popen([*command, *more], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        assert said.startswith("run it begins")
        process.send_signal(number)
        said = process.stderr.read()
    assert process.returncode == 130
    assert said.endswith("Stopped; go on with: arcgrid run --resume it\n")
    with Store(store) as opened:
        stored = opened.find_run("it").done
    assert stored < TASKS
    check_goes_on(store, stored)


def started(*words: str, name: str) -> subprocess.Popen[str]:
    """A run as a command, once it has begun."""
    command = [sys.executable, "-m", "arcgrid", "run", *words, "--tasks", "arcgrid/mini"]
    more = ["--name", name, "--workers", "1"]
    process = subprocess.Popen([*command, *more], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert process.stderr.readline().startswith(f"run {name} begins")
    return process


def test_two_runs_in_one_store_lose_nothing(store: Path) -> None:
    names = ("one", "two")
    both = [started(STEADY, "--limit", str(TASKS), name=name) for name in names]
    for process in both:
        process.communicate()
        assert process.returncode == 0
    one, two = (outcomes_of(store, name) for name in names)
    assert one == two
    assert len(one) == TASKS


def test_an_answer_that_comes_late_is_refused_though_the_harness_was_stopped(store: Path) -> None:
    settings = ("--limit", "1", "--seconds", "0.6", "-O", "seconds=1")
    with started(f"{HOSTILE}:slow", *settings, name="it") as process:
        time.sleep(0.3)
        process.send_signal(signal.SIGSTOP)
        time.sleep(1.2)
        process.send_signal(signal.SIGCONT)
        process.communicate()
    with Store(store) as opened:
        (outcome,) = opened.outcomes(opened.find_run("it")).values()
    assert (outcome.kind, explanation(outcome)) == ("timeout", "early")
