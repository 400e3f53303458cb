"""Workers as they start: how long they may take, what they may say, what is told of them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from arcgrid.engines.local import pool
from arcgrid.errors import SolverError
from arcgrid.watcher import Silent
from tests.runs import explanation, outcomes_of, run_small


class Listener(Silent):
    """Remembers what is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def say(self, text: str) -> None:
        self.told.append(text)


def test_a_worker_that_cannot_be_started_again_ends_its_puzzles_not_the_run(
    store: Path, tmp_path: Path
) -> None:
    solver = tmp_path / "once.py"
    solver.write_text("import os\ndef solve(puzzle, budget):\n    os._exit(1)\n")

    class Breaks(Listener):
        def outcome(self, *_: object) -> None:
            solver.write_text("raise RuntimeError('broken now')\n")

    listener = Breaks()
    result = run_small(store, str(solver), limit=4, fresh=False, watcher=listener)
    first, *others = outcomes_of(store, result)
    assert first.error == "the worker ended by itself with exit code 1"
    assert {outcome.kind for outcome in others} == {"crash"}
    for outcome in others:
        assert outcome.error is not None
        assert outcome.error.startswith(f"no worker could be started, {pool.STARTS} times: ")
        assert "broken now" in outcome.error
    assert len(listener.told) == pool.STARTS - 1


def test_a_start_that_takes_too_long_is_told_and_ends(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("arcgrid.engines.local.engine._SAY_SECONDS", 0.4)
    solver = tmp_path / "sleepy.py"
    solver.write_text("import time\ntime.sleep(60)\n")
    listener = Listener()
    with pytest.raises(SolverError, match=r"sleepy.py: not ready after 1 seconds"):
        run_small(store, str(solver), start_seconds=1, watcher=listener)
    assert listener.told[0] == "the solver is still being started: 0.4 of 1 seconds"


THREADED = """
import threading, time, arcgrid

threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
seen = []

def solve(puzzle, budget):
    seen.append(1)
    return [[arcgrid.Guess(grid, explanation=str(len(seen)))] for grid in puzzle.test]
"""


@pytest.mark.skipif(sys.platform != "linux", reason="others share a process anyway")
@pytest.mark.parametrize("fresh", [True, False])
def test_puzzles_that_share_a_process_though_they_should_not_are_told_once(
    fresh: bool, store: Path
) -> None:
    solver = store.parent / "threaded.py"
    solver.write_text(THREADED)
    listener = Listener()
    result = run_small(store, str(solver), limit=3, fresh=fresh, watcher=listener)
    assert [explanation(outcome) for outcome in outcomes_of(store, result)] == ["1", "2", "3"]
    assert listener.told == ([pool.SHARED] if fresh else [])
    assert result.run.plan.isolation is not None
    assert not result.run.plan.isolation.fresh, "as it is, not as it was wanted"


SPEAKS = """
import os, sys

for _ in range({times}):
    os.write(int(sys.argv[3]), b'{line}\\n')

def solve(puzzle, budget):
    return [[grid] for grid in puzzle.test]
"""


def test_what_a_solver_says_without_end_while_it_is_imported_is_told_once(store: Path) -> None:
    listener = Listener()
    for line in ('{"type": "Warming", "done": 0, "total": 9}', '{"type": "Warming"}'):
        solver = store.parent / "speaks.py"
        solver.write_text(SPEAKS.format(times=1000, line=line))
        run_small(store, str(solver), limit=1, watcher=listener)
    assert listener.told == ["compiling the solver's kernels: 0 of 9"]


@pytest.mark.parametrize("changed", ["true", "false"])
def test_whoever_forges_the_end_of_a_run_is_named(store: Path, changed: str) -> None:
    solver = store.parent / "speaks.py"
    line = f'{{"type": "Failed", "problem": "forged", "changed": {changed}}}'
    solver.write_text(SPEAKS.format(times=1, line=line))
    with pytest.raises(SolverError) as caught:
        run_small(store, str(solver))
    assert str(caught.value) == f"{solver}: forged"


UNMADE = """
import __main__, os, arcgrid

worker = os.urandom(8).hex()
begin = __main__._Worker._be_child

def be_child(self, job):
    if job.number == 1:
        self.memory = "not a number"
    begin(self, job)

__main__._Worker._be_child = be_child

def solve(puzzle, budget):
    return [[arcgrid.Guess(grid, explanation=worker)] for grid in puzzle.test]
"""


def test_a_worker_whose_puzzle_could_not_begin_is_replaced(store: Path) -> None:
    solver = store.parent / "unmade.py"
    solver.write_text(UNMADE)
    first, second, third = outcomes_of(store, run_small(store, str(solver), limit=3))
    assert (first.kind, second.kind, third.kind) == ("answered", "crash", "answered")
    assert second.output.startswith("a process for the puzzle could not be made: TypeError(")
    assert explanation(first) != explanation(third), "another worker"
