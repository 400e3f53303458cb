"""Workers from outside: when their time is over, how they are limited, what is left of them."""

from __future__ import annotations

import fcntl
import os
import resource
import selectors
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import arcgrid
from arcgrid.engines.local import keep, pool, sandbox
from arcgrid.engines.local.keep import (
    PREFIX,
    Keep,
    Kept,
    remove_stale_directories,
    wait_for_removals,
)
from arcgrid.engines.local.messages import Job, Setup
from arcgrid.engines.local.pipes import Callbacks, Pipes
from arcgrid.engines.local.process import Start, State, WorkerProcess
from arcgrid.engines.local.strict import find_bubblewrap
from arcgrid.isolation import Isolation, Level
from arcgrid.result import Budget
from arcgrid.runner import resume
from arcgrid.solver import find_solver
from arcgrid.store import Store
from tests.runs import explanation, outcomes_of, run_small
from tests.test_runner import SLOW, Interrupter

# -- when their time is over -------------------------------------------------------------------


def test_an_answer_that_lay_unread_beyond_the_deadline_does_not_count(tmp_path: Path) -> None:
    """The harness was stopped: what has come in the meantime is refused by its own clock."""
    solver = tmp_path / "quick.py"
    solver.write_text("def solve(puzzle, budget):\n    return [[grid] for grid in puzzle.test]\n")
    setup = Setup(find_solver(str(solver)), {}, 1 << 30, fresh=True, apart=False)
    keep = sandbox.keep_of(setup.source, sandbox.settle(Isolation()), (), setup.memory)
    puzzle = arcgrid.load("arcgrid/mini")[0].puzzle
    with selectors.DefaultSelector() as selector:
        worker = WorkerProcess(Start(setup, keep, 60.0), selector)
        try:
            until(worker, State.READY, selector)
            for seconds, kind, answers in ((60.0, "answered", 1), (0.4, "timeout", 0)):
                worker.give(Job.of(0, puzzle, Budget(seconds=seconds)))
                time.sleep(0 if seconds > 1 else 0.8)
                while (ended := worker.take_outcome()) is None:
                    read(selector, 60.0)
                assert (ended[1].kind, len(ended[1].answers)) == (kind, answers)
                until(worker, State.READY, selector)
        finally:
            worker.close()


def until(worker: WorkerProcess, state: State, selector: selectors.BaseSelector) -> None:
    deadline = time.monotonic() + 30
    while worker.state is not state:
        if time.monotonic() > deadline:
            pytest.fail(f"it stays {worker.state}")
        read(selector, 1.0)


def read(selector: selectors.BaseSelector, seconds: float) -> None:
    for key, _ in selector.select(seconds):
        if key.fd in selector.get_map():
            key.data()


# -- how they are limited ----------------------------------------------------------------------

TELLS = """
import os, resource
from arcgrid import Guess

def solve(puzzle, budget):
    size, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    threads = sorted(name for name in os.environ if "THREADS" in name and os.environ[name] == "1")
    return [[Guess(pair, explanation=f"{size} {' '.join(threads)}")] for pair in puzzle.test]
"""

ONE_THREAD = (
    "BLIS_NUM_THREADS MKL_NUM_THREADS NUMBA_NUM_THREADS NUMEXPR_NUM_THREADS OMP_NUM_THREADS "
    "OPENBLAS_NUM_THREADS VECLIB_MAXIMUM_THREADS"
)


@pytest.mark.parametrize("level", ["off", "default"])
def test_libraries_run_one_thread_and_files_stay_small(
    level: str, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MKL_NUM_THREADS", "8")
    solver = tmp_path / "tells.py"
    solver.write_text(TELLS)
    result = run_small(store, str(solver), limit=1, sandbox=level)
    soft, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = 1 << 30 if soft == resource.RLIM_INFINITY else min(soft, 1 << 30)
    assert explanation(outcomes_of(store, result)[0]) == f"{size} {ONE_THREAD}"


WORN = """
import os
from arcgrid import Guess

worker = os.urandom(8).hex()

def solve(puzzle, budget):
    if puzzle.test[0].tolist() == GRID:
        raise MemoryError
    return [[Guess(pair, explanation=worker)] for pair in puzzle.test]
"""


@pytest.mark.parametrize("fresh", [True, False])
def test_a_worker_that_ran_out_of_memory_serves_no_more(
    fresh: bool, store: Path, tmp_path: Path
) -> None:
    solver = tmp_path / "worn.py"
    second_puzzle = arcgrid.load("arcgrid/mini").tasks[1].puzzle
    solver.write_text(WORN.replace("GRID", str(second_puzzle.test[0].tolist())))
    first, second, third, fourth = outcomes_of(
        store, run_small(store, str(solver), limit=4, fresh=fresh)
    )
    assert second.kind == "memory"
    assert explanation(first) != explanation(third), "another worker"
    assert explanation(third) == explanation(fourth), "which is kept"


@pytest.mark.parametrize("level", ["off", "default", "strict"])
@pytest.mark.parametrize("fresh", [True, False])
def test_a_worker_whose_puzzles_leave_nothing_is_kept(
    fresh: bool, level: Level, store: Path, tmp_path: Path
) -> None:
    if level == "strict" and find_bubblewrap()[0] is None:
        pytest.skip("no bubblewrap")
    solver = tmp_path / "sound.py"
    solver.write_text(WORN.replace("GRID", "None"))
    result = run_small(store, str(solver), limit=4, fresh=fresh, sandbox=level)
    assert len({explanation(outcome) for outcome in outcomes_of(store, result)}) == 1


def test_a_run_goes_on_with_as_many_workers_as_told(store: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_small(store, SLOW, limit=5, name="broken", workers=1, watcher=Interrupter(1))
    resume("broken", workers=3, store=store)
    with Store(store) as opened:
        (machine,) = opened.find_run("broken").machines
    assert machine.workers == 3


# -- what is left of them ----------------------------------------------------------------------


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    """A worker that sleeps, under its warden, in a directory of the test's own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(keep, "_KILL_SECONDS", 2.0)

    def nothing(*_: Any) -> None:
        pass

    with selectors.DefaultSelector() as selector:
        pipes = Pipes(selector, Callbacks(nothing, nothing, nothing, nothing))
        kept = Kept(Keep(["/bin/sh", "-c", "echo begun; exec sleep 600"]), pipes)
        while not list(tmp_path.glob(f"{PREFIX}*")) or "begun" not in pipes.output:
            pipes.read_output()
        yield kept
        kept.end()
        pipes.close()


def test_a_warden_that_was_stopped_goes_on_to_end_its_worker(kept: Kept, tmp_path: Path) -> None:
    os.kill(kept.pid, signal.SIGSTOP)
    assert kept.end() == -signal.SIGKILL, "the warden tells how the worker ended"
    wait_for_removals(20)
    assert list(tmp_path.glob(f"{PREFIX}*")) == []


def test_the_directory_of_a_warden_that_was_killed_is_removed(kept: Kept, tmp_path: Path) -> None:
    os.kill(kept.pid, signal.SIGKILL)
    assert kept.end() is None, "nobody knows"
    wait_for_removals(20)
    assert list(tmp_path.glob(f"{PREFIX}*")) == []


def test_what_killed_runs_left_is_removed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left, new, held, other = (
        tmp_path / name for name in (f"{PREFIX}left", f"{PREFIX}new", f"{PREFIX}held", "other")
    )
    for folder in (left, new, held, other):
        (folder / "deep").mkdir(parents=True)
        if folder is not new:
            os.utime(folder, (1e9, 1e9))
    descriptor = os.open(held, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    remove_stale_directories()
    wait_for_removals(20)
    os.close(descriptor)
    assert sorted(tmp_path.iterdir()) == sorted([new, held, other])


WAITS = """
from arcgrid.engines.local.keeper import clear
import os, time
remove = clear.remove
def waiting(directory):
    while not os.path.exists(os.path.dirname(directory) + "/go"):
        time.sleep(0.01)
    remove(directory)
clear.remove = waiting
"""
"""Has directories removed by keepers only once there is a file `go` beside them."""


@pytest.fixture
def slow_removal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The directory of temporary files; what is to be removed there stays until the test's end."""
    sandbox.settle(Isolation())  # what is tried on this machine has workers too
    start = "main(sys.argv[1:])"
    assert start in keep._BOOTSTRAP
    monkeypatch.setattr(keep, "_BOOTSTRAP", keep._BOOTSTRAP.replace(start, WAITS + start))
    monkeypatch.setattr(pool, "LAST_SECONDS", 0.1)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    try:
        yield tmp_path
    finally:
        (tmp_path / "go").touch()
        wait_for_removals(20)
    assert list(tmp_path.glob(f"{PREFIX}*")) == [], "it was removed after all"


@pytest.mark.parametrize("number", [0, signal.SIGKILL])
def test_nobody_waits_for_the_directory_of_a_worker(
    slow_removal: Path, kept: Kept, number: int
) -> None:
    """Of one that ended, and of one whose warden was killed."""
    os.kill(kept.pid, number)
    assert kept.end() == (None if number else -signal.SIGKILL)
    assert len(list(slow_removal.glob(f"{PREFIX}*"))) == 1


def test_a_run_does_not_wait_for_what_is_left_of_its_workers_or_of_others(
    slow_removal: Path, store: Path
) -> None:
    left = slow_removal / f"{PREFIX}left"
    left.mkdir()
    os.utime(left, (0, 0))
    assert run_small(store, "identity").outcomes["answered"] == 2
    assert left in (there := list(slow_removal.glob(f"{PREFIX}*")))
    assert len(there) == 2


@pytest.mark.skipif(not os.getuid(), reason="nothing is closed to root")
def test_a_directory_that_a_solver_closed_is_removed_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    closed = tmp_path / f"{PREFIX}closed"
    (closed / "within").mkdir(parents=True)
    os.utime(closed, (0, 0))
    closed.chmod(0)
    remove_stale_directories()
    wait_for_removals(20)
    assert not closed.exists()
