"""What the engine dask makes of losses, on a cluster that is only played: without processes."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

import arcgrid
from arcgrid.engines.dask import bench
from arcgrid.engines.dask import engine as of_dask
from arcgrid.engines.dask.cluster import Event, Present, Replied, SchedulerLost
from arcgrid.engines.dask.messages import (
    Done,
    Lost,
    Message,
    Order,
    Place,
    Ready,
    Work,
    format_message,
    parse_message,
)
from arcgrid.engines.engine import Assignment, Orders
from arcgrid.errors import SolverError
from arcgrid.machine import Machine
from arcgrid.result import Budget, Outcome
from arcgrid.solver import find_solver

SOURCE = find_solver("identity")
PUZZLE = arcgrid.load("arcgrid/mini")[0].puzzle
Play = Callable[["Played"], None]


class Played:
    """A cluster of workers that do what a test says, once nothing else is left to happen.

    Args:
        play: called whenever the engine would wait for ever.
        workers: threads by address; the host is what stands before the colon.

    Attributes:
        at_work: calls that have not been replied to: worker and the key of its puzzle by call.
        begun: how often each puzzle was handed to a worker.
        enrolling: as `at_work`, for workers that get ready.
    """

    address = "tcp://played:1"

    def __init__(self, play: Play, workers: dict[str, int]) -> None:
        self.workers = dict(workers)
        self.at_work: dict[int, tuple[str, str]] = {}
        self.enrolling: dict[int, str] = {}
        self.begun: Counter[str] = Counter()
        self.events = self
        self._play = play
        self._queue: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.see()

    # -- what the engine calls ------------------------------------------------------------

    def get(self) -> Event:
        if self._queue.empty():
            self._play(self)
        return self._queue.get_nowait()  # raises where the engine would wait for ever

    def call(
        self, call: int, worker: str, function: Callable[..., Any], *given: Any
    ) -> Future[None]:
        if function.__name__ == "look":
            place = Place(Machine(worker.partition(":")[0], "played", 1), {})
            self.reply(call, place)
        else:
            message = parse_message(given[1])
            assert isinstance(message, Work)
            self.at_work[call] = worker, message.assignment.key
            self.begun[message.assignment.key] += 1
        return Future()

    def hold(
        self, call: int, worker: str, function: Callable[..., bytes], order: bytes
    ) -> Future[None]:
        assert function.__name__ == "enrol"
        assert isinstance(parse_message(order), Order)
        self.enrolling[call] = worker
        return Future()

    def close(self, *_: object) -> None:
        pass

    # -- what a test calls ----------------------------------------------------------------

    def see(self) -> None:
        """The engine is told which workers are there."""
        self._queue.put(Present(dict(self.workers)))

    def reply(self, call: int, message: Message) -> None:
        self._queue.put(Replied(call, format_message(message)))

    def answer(self, call: int) -> None:
        """A worker is done with a puzzle."""
        self.at_work.pop(call)
        self.reply(call, Done(Outcome("answered", 0.1, 0.1)))

    def kill(self, worker: str) -> list[int]:
        """A worker is gone with all that it worked on; another comes in its place."""
        threads = self.workers.pop(worker)
        lost = [call for call, (one, _) in self.at_work.items() if one == worker]
        for call in lost:
            del self.at_work[call]
        host, _, port = worker.partition(":")
        self.workers[f"{host}:{int(port) + 100}"] = threads
        self.see()
        return lost

    def go_on(self) -> None:
        """Whoever gets ready is; else the puzzle that was handed out first is done."""
        if self.enrolling:
            for call in list(self.enrolling):
                del self.enrolling[call]
                self.reply(call, Ready())
        elif self.at_work:
            self.answer(min(self.at_work))

    def lose_scheduler(self) -> None:
        self._queue.put(SchedulerLost())


def solve(
    monkeypatch: pytest.MonkeyPatch,
    play: Play,
    puzzles: int = 4,
    most: int = 0,
    settings: dict[str, Any] | None = None,
    **workers: int,
) -> tuple[Played, list[tuple[str, Outcome]]]:
    """Keys and outcomes of so many puzzles, as they end; workers are `host_port=threads`."""
    played = Played(play, {name.replace("_", ":"): number for name, number in workers.items()})
    monkeypatch.setattr(of_dask, "Cluster", lambda *_: played)
    orders = Orders(
        *(SOURCE, {}, 1 << 30, most),
        scheduler=played.address,
        allow_versions=True,
        **(settings or {}),
    )
    given = [Assignment(f"p{number}", PUZZLE, Budget()) for number in range(puzzles)]
    with of_dask.DaskEngine(orders) as engine:
        return played, list(engine.solve(given))


def check_each_once(ended: list[tuple[str, Outcome]], puzzles: int) -> dict[str, Outcome]:
    assert sorted(key for key, _ in ended) == sorted(f"p{number}" for number in range(puzzles))
    return dict(ended)


def killed_by(puzzle: str, times: int) -> Play:
    """Workers that are killed so many times while they work on a puzzle."""
    left = [times]

    def play(played: Played) -> None:
        at = [worker for worker, key in played.at_work.values() if key == puzzle]
        if at and left[0]:
            left[0] -= 1
            played.kill(at[0])
        else:
            played.go_on()

    return play


@pytest.mark.parametrize("times", [1, 2])
def test_a_puzzle_is_given_back_twice(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    played, ended = solve(monkeypatch, killed_by("p1", times), a_1=1, b_1=1)
    outcomes = check_each_once(ended, 4)
    assert {one.kind for one in outcomes.values()} == {"answered"}
    assert outcomes["p1"].given_back == times
    assert played.begun["p1"] == times + 1


def test_the_third_loss_is_a_crash_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    played, ended = solve(monkeypatch, killed_by("p1", 9), a_1=1, b_1=1)
    outcomes = check_each_once(ended, 4)
    crash = outcomes.pop("p1")
    assert (crash.kind, crash.given_back, played.begun["p1"]) == ("crash", 2, 3)
    assert crash.machine in ("a", "b")
    assert crash.error == f"what worked on it was lost 3 times, the last on {crash.machine}"
    assert {(one.kind, one.given_back) for one in outcomes.values()} == {("answered", 0)}


def test_who_worked_beside_it_is_given_back_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both threads of the worker are lost; what waits for one is not begun, and does not count."""
    _, ended = solve(monkeypatch, killed_by("p1", 1), a_1=2)
    assert {key: one.given_back for key, one in ended} == {"p0": 1, "p1": 1, "p2": 0, "p3": 0}


def test_a_process_that_is_lost_alone_gives_its_puzzle_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its Dask worker goes on with the other one."""
    left = [1]

    def play(played: Played) -> None:
        call = next((call for call, (_, key) in played.at_work.items() if key == "p1"), None)
        if call is not None and left:
            left.pop()
            del played.at_work[call]
            played.reply(call, Lost(begun=True))
        else:
            played.go_on()

    played, ended = solve(monkeypatch, play, a_1=2)
    check_each_once(ended, 4)
    assert {key: one.given_back for key, one in ended} == {"p0": 0, "p1": 1, "p2": 0, "p3": 0}
    assert played.begun == {"p0": 1, "p1": 2, "p2": 1, "p3": 1}


def test_what_was_not_begun_is_not_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody at the address knows of the run: another process may have taken it."""
    losses = [True, True, False, False, False]

    def play(played: Played) -> None:
        if played.at_work and losses:
            call, _ = played.at_work.popitem()
            played.reply(call, Lost(begun=losses.pop(0)))
        else:
            played.go_on()

    played, ended = solve(monkeypatch, play, a_1=1)
    outcomes = check_each_once(ended, 4)
    assert {one.kind for one in outcomes.values()} == {"answered"}
    assert {key: one.given_back for key, one in ended} == {"p0": 2, "p1": 0, "p2": 0, "p3": 0}
    assert played.begun == {"p0": 6, "p1": 1, "p2": 1, "p3": 1}


def test_a_worker_that_joins_late_works_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def play(played: Played) -> None:
        if len(played.begun) == 2 and "b:1" not in played.workers:
            played.workers["b:1"] = 1
            played.see()
        elif played.enrolling:
            played.go_on()
        else:  # who came last is the quickest
            played.answer(max(played.at_work, key=lambda call: played.at_work[call]))

    _, ended = solve(monkeypatch, play, puzzles=6, a_1=1)
    outcomes = check_each_once(ended, 6)
    assert Counter(one.machine for one in outcomes.values()) == {"a": 2, "b": 4}


def test_an_outcome_that_comes_twice_is_kept_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that Dask gave up replies all the same, after its puzzle was begun elsewhere."""
    late: list[int] = []

    def play(played: Played) -> None:
        if late:
            played.go_on()
            played.reply(late.pop(), Done(Outcome("answered", 9.0, 9.0)))
        elif "a:1" in played.workers and played.at_work:
            late.extend(played.kill("a:1"))
        else:
            played.go_on()

    played, ended = solve(monkeypatch, play, a_1=1, b_1=1)
    outcomes = check_each_once(ended, 4)
    assert late == []
    assert sum(played.begun.values()) == 4 + 1
    assert sum(one.given_back for one in outcomes.values()) == 1
    assert {one.wall_seconds for one in outcomes.values()} == {0.1}


def test_kernels_are_compiled_once_a_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """One worker of a machine gets ready at a time, those of different machines together."""
    seen: list[list[str]] = []

    def play(played: Played) -> None:
        if played.enrolling:
            seen.append(sorted(played.enrolling.values()))
        played.go_on()

    solve(monkeypatch, play, puzzles=9, a_1=1, a_2=1, a_3=1, b_1=1, b_2=1)
    assert seen == [["a:1", "b:1"], ["a:2", "b:2"], ["a:3"]]


@pytest.mark.parametrize(("most", "together"), [(0, 5), (3, 3), (1, 1)])
def test_each_thread_has_one_puzzle_and_all_as_many_as_are_allowed(
    monkeypatch: pytest.MonkeyPatch, most: int, together: int
) -> None:
    seen: list[Counter[str]] = []

    def play(played: Played) -> None:
        seen.append(Counter(worker for worker, _ in played.at_work.values()))
        played.go_on()

    _, ended = solve(monkeypatch, play, puzzles=12, most=most, a_1=2, b_1=3)
    check_each_once(ended, 12)
    assert max(sum(one.values()) for one in seen) == together
    assert max(one["a:1"] for one in seen) <= 2
    assert max(one["b:1"] for one in seen) <= 3


def test_no_more_calls_last_than_the_cluster_has_connections(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With none left, nobody could be asked who is there: that would be a lost scheduler."""
    monkeypatch.setattr(of_dask, "MOST_CALLS", 3)
    most = 0

    def play(played: Played) -> None:
        nonlocal most
        most = max(most, len(played.at_work))
        played.go_on()

    _, ended = solve(monkeypatch, play, puzzles=12, most=9, a_1=4, b_1=4)
    check_each_once(ended, 12)
    assert most == 3


def test_nothing_is_handed_out_while_an_outcome_is_being_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    played = Played(Played.go_on, {"a:1": 1})
    monkeypatch.setattr(of_dask, "Cluster", lambda *_: played)
    orders = Orders(SOURCE, {}, 1 << 30, 0, scheduler=played.address, allow_versions=True)
    given = [Assignment(f"p{number}", PUZZLE, Budget()) for number in range(3)]
    with of_dask.DaskEngine(orders) as engine:
        for number, _ in enumerate(engine.solve(given), 1):
            assert sum(played.begun.values()) == number


def test_a_lost_scheduler_ends_it_with_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def play(played: Played) -> None:
        if played.at_work:
            played.lose_scheduler()
        else:
            played.go_on()

    with pytest.raises(SolverError) as caught:
        solve(monkeypatch, play, a_1=1)
    hint = "what is done is kept, and --resume goes on"
    assert str(caught.value) == f"the Dask scheduler {Played.address} is lost; {hint}"


# -- the other side of a call -------------------------------------------------------------------


def test_puzzles_of_all_runs_share_the_threads_of_a_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each run would work on its first puzzle until the other has begun: that is never."""

    class Bench:
        at_work = together = 0

        def work(self, _: bytes) -> bytes:
            Bench.at_work += 1
            begun.wait(0.2)
            Bench.together = max(Bench.together, Bench.at_work)
            if Bench.at_work > 1:
                begun.set()
            Bench.at_work -= 1
            return b"done"

    async def both() -> list[bytes]:
        return await asyncio.gather(
            *(bench.work(run, b"", dask_worker=worker) for run in ("one", "two"))
        )

    begun = threading.Event()
    monkeypatch.setattr(bench, "_benches", {"one": Bench(), "two": Bench()})
    with ThreadPoolExecutor(1) as threads:
        worker = SimpleNamespace(executors={"default": threads})
        assert asyncio.run(both()) == [b"done", b"done"]
    assert Bench.together == 1


def test_who_does_not_know_the_run_says_that_nothing_was_begun() -> None:
    reply = asyncio.run(bench.work("no run", b"", dask_worker=SimpleNamespace()))
    assert parse_message(reply) == Lost(begun=False)
