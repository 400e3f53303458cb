"""What a puzzle is counted: CPU and memory of its processes, those that ended too, from outside."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from arcgrid.engines.local import tree
from tests.runs import explanation, run_hostile
from tests.test_programs import HELLO, run_program


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
        assert Path(f"/proc/{worker}/stat").read_text().rpartition(") ")[2][0] in "RS"
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
