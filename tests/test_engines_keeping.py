"""Workers from outside: what they are counted, how they are limited, what is left of them."""

from __future__ import annotations

import fcntl
import os
import resource
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import arcgrid
from arcgrid.engines.local import keep, pool, sandbox, tree
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
from arcgrid.isolation import Isolation
from arcgrid.result import Budget
from arcgrid.runner import resume
from arcgrid.solver import find_solver
from arcgrid.store import Store
from tests.runs import explanation, outcomes_of, run_hostile, run_small
from tests.test_programs import HELLO, run_program
from tests.test_runner import SLOW, Interrupter

# -- what is counted ---------------------------------------------------------------------------


class Usage:
    """Processes below a warden, made up: CPU seconds of each, and of its children that ended."""

    ROUNDING = 0.02

    def __init__(self) -> None:
        self.own: dict[int, float] = {}
        self.ended: dict[int, float] = {}
        self.stands: dict[int, list[object]] = {}

    def cpu(self, pid: int) -> float:
        return self.own.get(pid, 0.0)

    def cpu_of_children(self, pid: int) -> float:
        return self.ended.get(pid, 0.0)

    def resident(self, pids: list[int]) -> int:
        return len(pids)

    def parent(self, pid: int) -> int:
        return 1

    def standing(self, pid: int) -> list[object]:
        return self.stands.get(pid, [])

    def files_of_memory(self, pids: list[int], shared_memory: str) -> int:
        return 0

    def reset_peak(self, pid: int) -> None:
        pass

    def status(self, pid: int, name: str) -> int | None:
        return None


WARDEN, WORKER, PUZZLE, KEEPER, CHILD = 10, 11, 12, 13, 14
TICK = 1 / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("fresh", [True, False])
def test_a_puzzle_is_counted_what_it_used_itself_and_no_more(
    fresh: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage, below = Usage(), [WORKER]
    monkeypatch.setattr(tree, "usage", usage)
    monkeypatch.setattr(tree, "descendants", lambda _: list(below))
    seen = tree.Tree(WARDEN)
    seen.worker_is(WORKER, fresh)
    usage.own[WORKER], usage.ended[WORKER] = 3.0, 7.0  # start-up, and the puzzles before
    seen.begin()
    if fresh:
        below.append(PUZZLE)
    usage.own[PUZZLE if fresh else WORKER] = 0.5 + (0.0 if fresh else 3.0)
    usage.ended[PUZZLE if fresh else WORKER] = 0.25 + (0.0 if fresh else 7.0)  # of a child
    assert seen.used().cpu_seconds == pytest.approx(0.75)
    if fresh:  # it has ended, and the worker has seen it
        below.remove(PUZZLE)
        usage.ended[WORKER] += 0.75
        assert seen.used().cpu_seconds == pytest.approx(0.75)


@pytest.mark.parametrize(("seen_end", "counted"), [(1.0, 1.25), (0.95, 1.2), (0.0, 1.25)])
def test_a_child_whose_end_nobody_saw_is_counted_as_it_was_last_seen(
    seen_end: float, counted: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some of what is seen is lost in rounding: that counts for nothing."""
    usage, below = Usage(), [WORKER]
    monkeypatch.setattr(tree, "usage", usage)
    monkeypatch.setattr(tree, "descendants", lambda _: list(below))
    seen = tree.Tree(WARDEN)
    seen.worker_is(WORKER, fresh=True)
    seen.begin()
    below += [PUZZLE, CHILD]
    usage.own = {PUZZLE: 0.25, CHILD: 1.0}
    assert not seen.is_over(1 << 30)
    below.remove(CHILD)
    del usage.own[CHILD]
    usage.ended[PUZZLE] = seen_end
    for _ in range(2):
        assert seen.used().cpu_seconds == pytest.approx(counted)
    seen.begin()
    assert not seen.is_over(1 << 30)
    assert seen.used().cpu_seconds == pytest.approx(0.25 + seen_end)


def test_a_child_that_ends_between_two_readings_is_counted_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usage, below = Usage(), [WORKER, PUZZLE, CHILD]
    monkeypatch.setattr(tree, "usage", usage)
    monkeypatch.setattr(tree, "descendants", lambda _: list(below))
    seen = tree.Tree(WARDEN)
    seen.worker_is(WORKER, fresh=True)
    seen.begin()
    usage.own = {CHILD: 1.0}
    assert not seen.is_over(1 << 30)

    def cpu(pid: int) -> float:  # read after what its parent has seen end
        usage.ended[PUZZLE] = 1.0
        return 0.0

    monkeypatch.setattr(usage, "cpu", cpu)
    for _ in range(2):
        assert seen.used().cpu_seconds == pytest.approx(1.0)


@pytest.mark.parametrize("changed", ["warden", "keeper", "worker"])
def test_what_a_puzzle_may_not_change_is_looked_at(
    changed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = Usage()
    monkeypatch.setattr(tree, "usage", usage)
    monkeypatch.setattr(tree, "descendants", lambda _: [KEEPER, WORKER])
    monkeypatch.setattr(usage, "parent", {WORKER: KEEPER, KEEPER: WARDEN}.__getitem__)
    usage.stands[WORKER] = [(1024, 1024)]
    seen = tree.Tree(WARDEN)
    seen.worker_is(WORKER, fresh=True)
    assert not seen.is_changed
    usage.stands[{"warden": WARDEN, "keeper": KEEPER, "worker": WORKER}[changed]] = [(5, 5)]
    assert seen.is_changed


@pytest.mark.parametrize(
    ("claimed", "taken"), [(None, 50), (-5, 50), (1, 50), (70, 70), (100, 100), (1 << 62, 100)]
)
def test_a_claimed_peak_is_taken_as_far_as_it_can_be(claimed: int | None, taken: int) -> None:
    assert tree.Used(1.0, 50).or_higher(claimed, most=100) == tree.Used(1.0, taken)
    assert tree.Used(1.0, None).or_higher(None, most=100).peak_memory is None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux sees from outside")
@pytest.mark.parametrize("fresh", [True, False])
def test_children_that_a_puzzle_waited_for_are_counted(fresh: bool, store: Path) -> None:
    for outcome in run_hostile(store, "burn_in_a_child", fresh=fresh):
        assert outcome.cpu_seconds >= float(explanation(outcome)) - 2 * TICK
    for outcome in run_hostile(store, "burn_in_a_child_that_it_ignores", fresh=fresh):
        assert outcome.cpu_seconds >= float(explanation(outcome)) / 2, "as it was last seen"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux sees from outside")
def test_a_process_that_came_after_the_count_is_ended_by_the_sweep() -> None:
    """A shell in the place of the warden, with a worker and what a puzzle left."""
    script = "sleep 60 & echo $!; read go; sleep 60 & echo $!; wait $!; read go; kill %1"
    with subprocess.Popen(
        ["sh", "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as warden:
        assert warden.stdin is not None
        assert warden.stdout is not None
        worker = int(warden.stdout.readline())
        seen = tree.Tree(warden.pid)
        seen.worker_is(worker, fresh=True)
        seen.begin()
        assert seen.used().peak_memory is None, "there is no puzzle's process yet"
        print(file=warden.stdin)
        left = int(warden.stdout.readline())
        seen.kill()
        assert os.path.exists(f"/proc/{left}")
        assert seen.sweep()
        assert Path(f"/proc/{worker}/stat").read_text().rpartition(") ")[2][0] == "S"
        assert not seen.used().peak_memory
        print(file=warden.stdin)


SOLVE = """
tests = len(json.loads(line)["test"])
guess = {"grid": [[1]], "explanation": str(time.process_time())}
print(json.dumps({"type": "answer", "guesses": [[guess]] * tests}), flush=True)
print(json.dumps({"type": "done"}), flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux sees from outside")
def test_what_a_program_used_is_counted_though_it_has_ended(store: Path) -> None:
    work = (
        "sys.stdin.readline(); line = sys.stdin.readline() or sys.exit()\n"
        "block = bytearray(os.urandom(4096)) * (100 << 8); del block\n"
        "while time.process_time() < 0.3: pass\n"
    )
    outcome = run_program(store, HELLO + work + SOLVE)
    assert outcome.cpu_seconds >= float(explanation(outcome)) - 2 * TICK
    assert outcome.peak_memory is not None
    assert outcome.peak_memory > 100 << 20


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
