"""What the engine dask makes of a scheduler without workers, on a cluster that is only played."""

from __future__ import annotations

from typing import Any

import pytest

from arcgrid.engines.dask import alone
from arcgrid.errors import SolverError
from tests.test_engines_dask_losses import Played, check_each_once, solve


class Clock:
    """Time that goes on when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(alone, "time", clock)
    return clock


def looks_again(clock: Clock, played: Played) -> None:
    """Half a second later, the engine is told again who is there."""
    clock.now += 0.5
    assert clock.now < 1500, "it would be waited for without end"
    played.see()


START = "`dask worker tcp://played:1` starts one"


def test_a_scheduler_without_workers_is_told_and_given_up(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    told: list[str] = []
    with pytest.raises(SolverError) as caught:
        solve(
            monkeypatch,
            lambda played: looks_again(clock, played),
            settings={"start_seconds": 20, "on_note": told.append},
        )
    problem = f"tcp://played:1: the scheduler has no worker after 20 seconds: {START}"
    assert str(caught.value) == problem
    assert told == [
        "tcp://played:1: getting workers ready",
        f"tcp://played:1: the scheduler has no worker, 3 of 20 seconds: {START}",
        f"tcp://played:1: the scheduler has no worker, 13 of 20 seconds: {START}",
    ]
    assert clock.now == 1020


def test_a_worker_that_joins_in_time_begins_the_wait_anew(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    """All workers go for 15 of 20 seconds, three times."""
    told: list[str] = []
    gone: list[float] = []

    def play(played: Played) -> None:
        if not played.workers and clock.now >= gone[-1] + 15:
            played.workers["a:1"] = 1
        if not played.workers:
            looks_again(clock, played)
        elif played.at_work and len(gone) < 3:
            gone.append(clock.now)
            played.kill("a:1")
            played.workers.clear()
            played.see()
        elif played.enrolling or played.at_work:
            played.go_on()
        else:
            looks_again(clock, played)

    settings: dict[str, Any] = {"start_seconds": 20, "on_note": told.append}
    _, ended = solve(monkeypatch, play, settings=settings, a_1=1)
    outcomes = check_each_once(ended, 4)
    assert {one.given_back for one in outcomes.values()} == {0, 2}
    assert len(gone) == 3


def test_who_loses_all_workers_is_told_that_the_run_can_go_on(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    def play(played: Played) -> None:
        if played.enrolling or len(played.begun) < 2:
            played.go_on()
        else:
            played.workers.clear()
            looks_again(clock, played)

    with pytest.raises(SolverError) as caught:
        solve(monkeypatch, play, settings={"start_seconds": 20}, a_1=1)
    assert str(caught.value) == (
        f"tcp://played:1: the scheduler has no worker after 20 seconds: {START}; "
        "what is done is kept, and --resume goes on"
    )
