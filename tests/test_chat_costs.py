"""What `chat` costs: accounts, the limit, the preflight, and the pace of requests."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import arcgrid
from arcgrid.cli import main
from arcgrid.engines.chat.limits import Pace
from arcgrid.engines.engine import Estimate
from arcgrid.errors import ArcgridError, SolverError
from arcgrid.runner import resume
from arcgrid.store import Store
from arcgrid.watcher import Silent
from tests.chats import (
    REPLY_COST,
    TASK,
    ask,
    only,
    priced,
    right,
    serving,
)
from tests.endpoint import Behavior, Reply, Request, answer

WRONG = [[1, 2], [3, 4]]


# -- costs --------------------------------------------------------------------------------


def test_costs_and_tokens_are_in_the_store_and_the_table(store: Path, tmp_path: Path) -> None:
    with serving(right) as server:
        result = ask(server, store, options=priced(tmp_path) | {"samples": 4})
    outcome = only(result)
    assert outcome.cost == pytest.approx(4 * REPLY_COST)
    assert outcome.tokens == 600
    assert result.dollars_per_task == outcome.cost
    (row,) = arcgrid.table(store=store).others
    assert row.cost_usd_per_task == outcome.cost
    assert row.minutes_per_task == pytest.approx(outcome.wall_seconds / 60)
    assert (row.system, row.model) == ("chat", "puzzler-1")
    assert "chat puzzler-1, run chat-1" in str(arcgrid.table(store=store))
    assert row.setting == "effort low, 2 attempts, 4 samples"
    assert result.run.plan.versions["price"] == "of 2026-11-24"


def test_an_unknown_price_is_unknown(store: Path) -> None:
    with serving(right) as server:
        result = ask(server, store)
    assert (only(result).cost, result.dollars_per_task) == (None, None)
    assert only(result).tokens == 150


@pytest.mark.parametrize("workers", [1, 8])
def test_max_cost_is_never_passed_and_the_run_goes_on_with_more(
    store: Path, tmp_path: Path, workers: int
) -> None:
    """Each request may cost about 0.0125 dollars and does cost 0.0006."""
    ids = [task.id for task in arcgrid.load("arcgrid/mini")][:8]
    options = priced(tmp_path) | {"max_tokens": "50", "samples": "2"}
    with serving(knowing_cheaply(ids)) as server:
        with pytest.raises(SolverError, match=r"stopped before the cost passes \$0.01: \$0.00"):
            ask(server, store, *ids, name="poor", workers=workers, max_cost=0.01, options=options)
        asked = len(server.requests)
        with Store(store) as opened:
            run = opened.find_run("poor")
            spent = sum(
                sample.cost or 0 for given in opened.samples(run).values() for sample in given
            )
        assert 0 < spent <= 0.01
        assert spent == pytest.approx(asked * REPLY_COST)
        result = resume("poor", max_cost=1.0, store=store)
    assert result.outcomes["answered"] == len(ids)
    total = sum(outcome.cost or 0 for outcome in result.by_task.values())
    assert total == pytest.approx(len(server.requests) * REPLY_COST)


def test_replies_in_flight_are_kept_when_the_run_has_to_stop(store: Path, tmp_path: Path) -> None:
    """They are paid: one is slow while another request finds that none can succeed any more."""

    def behave(request: Request) -> Reply:
        if request.number == 1:
            return Reply(401, b'{"error": {"message": "the key has expired"}}')
        return replace(answer(request, WRONG), delay=0.5)

    with serving(behave) as server:
        with pytest.raises(SolverError, match="the key has expired"):
            ask(server, store, name="expired", workers=2, options={"samples": "9"})
        assert len(server.requests) == 2
        with Store(store) as opened:
            kept = opened.samples(opened.find_run("expired"))
    assert [sample.kind for given in kept.values() for sample in given] == ["grid"]


def knowing_cheaply(ids: list[str]) -> Behavior:
    usage = {"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150}
    return lambda request: answer(request, WRONG, usage=usage)


def test_a_cost_that_is_not_told_counts_as_the_most_that_it_may_be(
    store: Path, tmp_path: Path
) -> None:
    options = priced(tmp_path) | {"max_tokens": "1000", "samples": "8"}
    with serving(lambda request: answer(request, WRONG, usage=None)) as server:
        with pytest.raises(SolverError, match="stopped before the cost passes"):
            ask(server, store, name="blind", max_cost=0.015, options=options)
        assert len(server.requests) == 1
        with pytest.raises(SolverError, match="stopped before the cost passes"):
            resume("blind", max_cost=0.015, store=store)
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("options", "cost", "message"),
    [
        ({"max_tokens": "9"}, 1.0, "--max-cost needs a price, and none is known for puzzler-1"),
        ({}, 0.0, "--max-cost must be more than 0, not 0"),
    ],
)
def test_a_limit_that_cannot_be_kept_is_refused(
    store: Path, options: dict[str, str], cost: float, message: str
) -> None:
    with serving(right) as server, pytest.raises(ArcgridError, match=message):
        ask(server, store, max_cost=cost, options=options)
    assert server.requests == []


def test_a_limit_needs_a_limit_on_replies_and_a_solver_that_pays(
    store: Path, tmp_path: Path
) -> None:
    with serving(right) as server, pytest.raises(SolverError, match="needs -O max_tokens=N"):
        ask(server, store, max_cost=1.0, options=priced(tmp_path))
    with pytest.raises(SolverError, match="is for solvers that ask models"):
        arcgrid.run("identity", "arcgrid/mini", max_cost=1.0, store=store)


def test_the_preflight_says_what_will_be_sent_and_can_stop_it(store: Path, tmp_path: Path) -> None:
    told: list[Estimate] = []

    class Careful(Silent):
        def preflight(self, estimate: Estimate) -> None:
            told.append(estimate)
            raise KeyboardInterrupt

    options = priced(tmp_path) | {"max_tokens": "1000", "samples": "3"}
    with serving(right) as server:
        with pytest.raises(KeyboardInterrupt):
            ask(server, store, "gravity-down", watcher=Careful(), options=options)
        assert server.requests == []
    (estimate,) = told
    assert (estimate.requests, estimate.output_tokens) == (6, 6000)  # two test inputs
    assert estimate.cost == pytest.approx((estimate.prompt_tokens * 2.0 + 6000 * 8.0) / 1e6)
    with Store(store) as opened:
        assert opened.runs() == []


def test_the_command_asks_before_it_pays(store: Path, tmp_path: Path) -> None:
    with serving(right) as server:
        words = ["run", "chat", "--tasks", "arcgrid/mini", "--only", TASK]
        words += ["-O", "model=puzzler-1", "-O", f"base_url={server.url}"]
        runner = CliRunner()
        for said in ("n\n", ""):
            stopped = runner.invoke(main, words, input=said)
            assert stopped.exit_code == 1
            assert server.requests == []
        lines = stopped.stderr.splitlines()
        assert re.fullmatch(
            r"2 requests, about \d+ tokens to send, replies without a limit", lines[0]
        )
        assert lines[1] == "cost: unknown (no price is known for puzzler-1 at 127.0.0.1)"
        assert runner.invoke(main, words, input="y\n").exit_code == 0
        assert runner.invoke(main, [*words, "--yes"]).exit_code == 0
    assert len(server.requests) == 4


# -- pace ---------------------------------------------------------------------------------


def test_the_pace_never_has_more_within_any_minute() -> None:
    """A clock that goes as far as the pace says: every window of a minute is within the limits."""
    chance = random.Random(3)
    pace, now = Pace(requests=5, tokens=1000), 0.0
    sent: list[tuple[float, int]] = []
    for _ in range(300):
        tokens = chance.randint(1, 400)
        now += chance.random() * 5
        while wait := pace.delay(now, tokens):
            now += wait
        pace.enter(now, tokens)
        sent.append((now, tokens))
    for start, _ in sent:
        window = [tokens for when, tokens in sent if start <= when < start + 60]
        assert len(window) <= 5
        assert sum(window) <= 1000
    assert now < 300 * 60 / 2  # and yet it goes on


def test_tokens_are_corrected_once_they_are_known() -> None:
    pace = Pace(tokens=1000)
    entry = pace.enter(0.0, 900)
    assert pace.delay(1.0, 200) == 59.0
    entry.tokens = 100
    assert pace.delay(1.0, 200) == 0.0
    assert pace.delay(1.0, 5000) == 59.0  # larger than the limit: alone in its minute
    assert pace.delay(60.5, 5000) == 0.0


def test_a_pause_holds_all_back() -> None:
    pace = Pace()
    assert pace.delay(0.0, 1) == 0.0
    pace.pause(30.0)
    pace.pause(10.0)
    assert pace.delay(0.0, 1) == 30.0
    assert pace.delay(31.0, 1) == 0.0
