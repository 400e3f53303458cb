"""Runs of `chat`: samples and votes, kills and going on, the key, engines."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import arcgrid
from arcgrid.cli import main
from arcgrid.errors import SolverError, StoreError
from arcgrid.runner import resume, run_failed
from arcgrid.sample import Sample
from arcgrid.store import Store
from arcgrid.watcher import Silent
from tests.chats import (
    KEY,
    TASK,
    ask,
    mini,
    only,
    right,
    samples_of,
    serving,
    truth,
)
from tests.endpoint import Behavior, Reply, Request, answer, fail, in_turn, knowing, say

WRONG, OTHER = [[1, 2], [3, 4]], [[5]]


def grids(*given: Any) -> Behavior:
    """Answers with these grids in turn."""
    return lambda request: answer(request, given[min(request.number, len(given) - 1)])


# -- samples and votes --------------------------------------------------------------------


def test_the_two_most_frequent_grids_fill_the_attempts(store: Path) -> None:
    given: list[Any] = [OTHER, WRONG, truth(), WRONG, truth(), WRONG]
    with serving(grids(*given)) as server:
        result = ask(server, store, workers=1, options={"samples": 6})
    outcome = only(result)
    assert outcome.answer is not None
    first, second = outcome.answer.guesses[0]
    assert (first.grid.tolist(), first.explanation) == (WRONG, "3 of 6 samples")
    assert (second.grid.tolist(), second.confidence) == (truth().tolist(), 2 / 6)
    assert result.scores[0].percent == 100
    kept = samples_of(store, result)
    assert [sample.grid.tolist() for sample in kept if sample.grid is not None] == [
        grid if isinstance(grid, list) else grid.tolist() for grid in given
    ]
    assert outcome.tokens == 6 * 150


def test_every_test_input_has_its_own_samples(store: Path) -> None:
    task = mini("gravity-down")["gravity-down"]
    with serving(knowing(mini("gravity-down"))) as server:
        result = ask(server, store, "gravity-down", options={"samples": 3})
    assert [(sample.test, sample.number) for sample in samples_of(store, result)] == [
        (test, number) for test in range(len(task.test)) for number in range(3)
    ]


def test_answers_come_as_the_vote_changes(store: Path) -> None:
    with serving(grids(WRONG, WRONG, truth(), OTHER)) as server:
        outcome = only(ask(server, store, workers=1, options={"samples": 4}))
    shown = [
        [guess.grid.tolist() for guess in timed.answer.guesses[0]] for timed in outcome.answers
    ]
    assert shown == [[WRONG], [WRONG, truth().tolist()]]
    times = [timed.seconds for timed in outcome.answers]
    assert times == sorted(times)
    assert times[-1] <= outcome.wall_seconds


def test_moved_and_recolored_copies_are_asked_about_and_undone(store: Path) -> None:
    """The model answers with the input; undone, every sample is the puzzle's own test input."""
    with serving(lambda request: answer(request, request.last_grid())) as server:
        result = ask(server, store, options={"samples": 8, "augment": 8})
    own = mini()[TASK].test[0].input
    shown = {request.last_grid().tobytes() for request in server.requests}
    assert len(shown) == 8
    kept = samples_of(store, result)
    assert len({sample.view for sample in kept}) == 8
    assert kept[0].view == ""
    assert all(s.grid is not None and s.grid.tolist() == own.tolist() for s in kept)
    outcome = only(result)
    assert outcome.answer is not None
    assert outcome.answer.guesses[0][0].explanation == "8 of 8 samples"


def test_seeds_differ_between_samples_and_are_the_same_in_every_run(store: Path) -> None:
    with serving(right) as server:
        for _ in range(2):
            ask(server, store, workers=1, options={"samples": 3, "seeds": "true"})
    seeds = [request.body["seed"] for request in server.requests]
    assert len(set(seeds[:3])) == 3
    assert seeds[:3] == seeds[3:]


# -- going on -----------------------------------------------------------------------------


def test_a_run_that_is_killed_repeats_no_finished_request(store: Path) -> None:
    """SIGKILL in the middle of a puzzle; what was answered before is not asked again."""
    enough = threading.Event()

    def behave(request: Request) -> Reply:
        if request.number == 5:
            enough.set()
            time.sleep(60)
        return answer(request, truth() if request.number % 2 else WRONG)

    with serving(behave) as server:
        script = (
            "import sys; from pathlib import Path; from tests.chats import *\n"
            "class Here:\n    url = sys.argv[1]\n"
            "ask(Here, Path(sys.argv[2]), name='killed', workers=1, options={'samples': 8})\n"
        )
        process = subprocess.Popen([sys.executable, "-c", script, server.url, str(store)])
        assert enough.wait(60)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        result = resume("killed", store=store)
    assert len(server.requests) == 9  # eight, and the one that was in flight
    assert len(samples_of(store, result)) == 8
    outcome = only(result)
    assert outcome.kind == "answered"
    assert outcome.tokens == 8 * 150


def test_ctrl_c_stops_it_while_requests_are_in_flight(store: Path) -> None:
    enough, over = threading.Event(), threading.Event()

    def behave(request: Request) -> Reply:
        if request.number == 3:
            enough.set()
            over.wait(60)
        return right(request)

    with serving(behave) as server:
        words = ["run", "chat", "--tasks", "arcgrid/mini", "--only", TASK, "--name", "mine"]
        words += ["--workers", "1", "--yes", "-O", "model=m", "-O", "samples=5"]
        command = [sys.executable, "-m", "arcgrid", *words, "-O", f"base_url={server.url}"]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        assert enough.wait(60)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
        assert process.returncode == 130
        assert said.splitlines()[-1] == "Stopped; go on with: arcgrid run --resume mine"
        over.set()
        resume("mine", store=store)
    assert len(server.requests) == 6  # five, and the one that was in flight


def test_a_pause_between_sessions_is_no_time_of_the_puzzle(store: Path) -> None:
    """Two samples of long ago, a day apart: two seconds of the puzzle's ten."""
    with serving(in_turn(fail(401))) as server:
        with pytest.raises(SolverError):
            ask(server, store, name="old", seconds=10.0, options={"samples": 3})
        with Store(store) as opened:
            run = opened.find_run("old")
            for number, day in enumerate(("22", "23")):
                started = f"2026-11-{day}T10:00:00.000+00:00"
                sample = Sample(0, number, "no-grid", seconds=1.0, started=started)
                opened.add_sample(run, TASK, sample)
        server.behave = right
        outcome = only(resume("old", store=store))
    assert outcome.kind == "answered"
    assert int(outcome.wall_seconds) in range(2, 10)


def test_a_mistake_of_ours_ends_the_run_rather_than_hangs(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr("arcgrid.engines.chat.endpoint.request_body", broken)
    with serving(right) as server, pytest.raises(ZeroDivisionError, match="ours"):
        ask(server, store)


def test_an_interruption_ends_it_and_it_goes_on(store: Path) -> None:
    class Interrupter(Silent):
        def outcome(self, task: arcgrid.Task, outcome: arcgrid.Outcome) -> None:
            raise KeyboardInterrupt

    ids = ["diagonal-flip", "mirror-left-right", "mine-counts"]
    with serving(knowing(mini(*ids))) as server:
        with pytest.raises(KeyboardInterrupt):
            ask(server, store, *ids, name="mine", workers=1, watcher=Interrupter())
        result = resume("mine", store=store)
    assert result.outcomes["answered"] == 3
    assert len(samples_of(store, result)) == 3


def test_what_failed_is_asked_again_in_a_run_of_its_own(store: Path) -> None:
    ids = ["diagonal-flip", "mirror-left-right", "mine-counts"]
    behave = knowing(mini(*ids))
    with serving(lambda one: fail(418) if one.number == 1 else behave(one)) as server:
        ask(server, store, *ids, name="mine", workers=1)
        again = run_failed("mine", store=store)
    assert len(again.tasks) == 1
    assert again.outcomes["answered"] == 1
    assert len(server.requests) == 4


def test_a_run_does_not_go_on_with_another_prompt(store: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('user = "one {{ test.rows }}"')
    with serving(in_turn(fail(401))) as server, pytest.raises(SolverError):
        ask(server, store, name="mine", options={"prompt": str(path)})
    path.write_text('user = "two {{ test.rows }}"')
    with pytest.raises(StoreError, match="the prompt has changed since the run mine began"):
        resume("mine", store=store)


# -- the key ------------------------------------------------------------------------------


def telling(request: Request) -> Reply:
    """A server that says the key again wherever it can."""
    said = request.headers["Authorization"]
    quoted = f"You sent {said}, that is {KEY!r}"
    replies = [
        fail(500, quoted),
        Reply(200, quoted.encode()),
        say(quoted, refusal=quoted),
        answer(request, truth(), reasoning_content=quoted),
        fail(418, quoted, {"X-Key": KEY}),
    ]
    return replies[request.number] if request.number < len(replies) else fail(401, quoted)


def test_the_key_is_nowhere(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Not in the store, an error, a log, a transcript, a report, nor in a submission."""
    monkeypatch.setenv("ARCGRID_API_KEY", KEY)
    said: list[str] = []
    with serving(telling) as server:
        with pytest.raises(SolverError) as caught:
            ask(server, store, name="told", workers=1, options={"samples": 9, "retries": "3"})
        said.append(str(caught.value))
        said.append(repr(caught.value.__cause__) + repr(caught.value.__context__))
        server.behave = lambda request: answer(request, truth(), reasoning_content=KEY)
        result = resume("told", store=store)
        words = ["run", "chat", "--tasks", "arcgrid/mini", "--only", TASK, "--yes"]
        words += ["-O", "model=puzzler-1", "-O", f"base_url={server.url}"]
        for arguments in (
            words,
            [*words, "--json"],
            ["report", "told", "-o", str(tmp_path / "report.html")],
            ["export", "told", "-o", str(tmp_path / "submission.json")],
            ["show", TASK, "--run", "told"],
            ["outcomes", "told", "--json"],
            ["score", "told"],
            ["table", "--json"],
            ["runs", "--json"],
        ):
            shown = CliRunner().invoke(main, arguments)
            assert shown.exit_code == 0, shown.output
            said.append(shown.output)
        server.behave = telling
        monkeypatch.setattr(server, "requests", [None] * 100)
        said.append(CliRunner().invoke(main, words).output)
    assert KEY in server.requests[-1].headers["Authorization"]
    with Store(store) as opened:
        kept = opened.transcripts(result.run, TASK)
    assert any(transcript and "[key]" in transcript.reply for _, transcript in kept)
    said += capfd.readouterr()
    assert not [text for text in said if KEY in text]
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or KEY.encode() not in path.read_bytes(), path


# -- engines ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("solver", "engine", "message"),
    [
        ("chat", "local", "the solver chat runs in the engine chat, not in local"),
        ("chat", "inline", "the solver chat runs in the engine chat, not in inline"),
        ("identity", "chat", "the engine chat runs chat, not identity"),
    ],
)
def test_chat_has_its_own_engine(store: Path, solver: str, engine: str, message: str) -> None:
    with pytest.raises(SolverError, match=message):
        arcgrid.run(solver, mini(), engine=engine, options={"model": "m"}, store=store)


def test_without_the_extra_it_says_what_to_install(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("arcgrid.engines.chat.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "httpx2", None)
    words = ["run", "chat", "--tasks", "arcgrid/mini", "-O", "model=m", "--yes"]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2
    assert result.stderr == (
        "Error: the solver chat needs the package httpx2: pip install 'arcgrid[chat]'\n"
    )
