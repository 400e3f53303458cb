"""How a run stands while it goes on, in words and on standard error."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

import arcgrid
from arcgrid import TaskSet
from arcgrid.cli.progress import Progress
from arcgrid.report.standing import Standing
from arcgrid.sources import RunResult
from arcgrid.watcher import Silent
from tests.reports import entry, outcome, sample_entries, tasks
from tests.runs import run_small


def test_the_score_is_over_what_is_done() -> None:
    one, two = sample_entries()
    assert str(Standing(one)) == "33.3% (6.1 to 79.2), 2 answered, 1 error"
    assert str(Standing(two)) == "25.0% (4.6 to 69.9), 3 answered, 1 timeout"
    assert (Standing(one).done, Standing(one).asked) == (3, 4)


def test_it_goes_on_from_what_a_run_has() -> None:
    one, two = sample_entries()
    standing = Standing(one)
    standing.add(two.tasks["dd"], outcome(kind="timeout"))
    assert str(standing) == "25.0% (4.6 to 69.9), 2 answered, 1 timeout, 1 error"


def test_without_answers_there_is_no_score() -> None:
    pair = replace(tasks()["aa"].test[0], output=None)
    asked = TaskSet("unknown", (replace(tasks()["aa"], test=(pair,)),))
    result = entry("one", asked, {"aa": outcome(kind="timeout")})
    assert str(Standing(result)) == "1 timeout"
    assert str(Standing(replace(result, by_task={}))) == "none"


def test_a_watcher_is_told_what_there_is_already(store: Path) -> None:
    told: list[tuple[list[str], int]] = []

    class Stops(Silent):
        def begin(self, result: RunResult, left: int) -> None:
            told.append((list(result.by_task), left))

        def outcome(self, *_: object) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_small(store, "identity", limit=3, inline=True, watcher=Stops())
    with pytest.raises(KeyboardInterrupt):
        arcgrid.resume("latest", watcher=Stops())
    assert [(len(done), left) for done, left in told] == [(0, 3), (1, 2)]


def test_lines_say_score_outcomes_and_time_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds = count(0.0, 60.0)
    monkeypatch.setattr("arcgrid.cli.progress.time.monotonic", lambda: next(seconds))
    one, two = sample_entries()
    progress = Progress()
    progress.begin(replace(one, by_task={}), 4)
    progress.outcome(one.tasks["aa"], one.by_task["aa"])
    progress.outcome(two.tasks["bb"], two.by_task["bb"])
    _, first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("1 of 4 tasks done, 100.0% (20.7 to 100.0), 1 answered; about ")
    assert second.startswith("2 of 4 tasks done, 50.0% (9.5 to 90.5), 1 answered, 1 timeout; ")
    assert second.endswith(" s left")
