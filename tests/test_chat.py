"""Language models over real HTTP on loopback: good replies, bad ones, and none."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import arcgrid
from arcgrid.engines.chat.client import pause_of
from arcgrid.engines.chat.limits import Pace
from arcgrid.errors import SolverError
from arcgrid.runner import resume
from tests.chats import (
    KEY,
    ask,
    mini,
    only,
    priced,
    right,
    samples_of,
    serving,
    truth,
)
from tests.endpoint import (
    Behavior,
    Reply,
    Request,
    answer,
    fail,
    in_turn,
    knowing,
    say,
)

WRONG = [[1, 2], [3, 4]]


def wrong(request: Request) -> Reply:
    return answer(request, WRONG)


def once(reply: Reply) -> Behavior:
    """Misbehaves on the first request, and is right from then on."""
    return in_turn(reply, right)


# -- what a reply comes to ----------------------------------------------------------------


@pytest.mark.parametrize("way", ["schema", "tool", "text"])
def test_a_right_answer_is_solved_in_each_way(store: Path, way: str) -> None:
    with serving(right) as server:
        result = ask(server, store, options={"answer_by": way})
    assert [request.way for request in server.requests] == [way]
    assert result.scores[0].percent == 100
    (sample,) = samples_of(store, result)
    read_by = {"text": "boxed-or-last-list v1"}.get(way, way)
    assert (sample.kind, sample.read_by, sample.tries) == ("grid", read_by, 1)
    assert (sample.usage.prompt, sample.usage.output, sample.usage.reasoning) == (100, 50, 30)


def test_a_wrong_answer_is_an_attempt(store: Path) -> None:
    with serving(wrong) as server:
        result = ask(server, store)
    assert result.scores[0].percent == 0
    outcome = only(result)
    assert outcome.answer is not None
    assert outcome.answer.guesses[0][0].grid.tolist() == WRONG


NO_GRIDS = {
    "prose": (say("I see a cat."), "no-grid", "the text answer holds no grid"),
    "empty": (say(""), "no-grid", "the reply is empty"),
    "null": (say(None), "no-grid", "the reply is empty"),
    "ragged": (say('{"grid": [[1], [1, 2]]}'), "no-grid", "row 1: "),
    "color": (say('{"grid": [[12]]}'), "no-grid", "row 0, column 0: "),
    "other key": (say('{"output": [[1]]}'), "no-grid", "the text answer holds no grid"),
    "refusal": (say(None, refusal="I will not."), "refusal", "I will not."),
    "filter": (say("", finish="content_filter"), "refusal", "stopped by a content filter"),
    "cut": (say("Let me think", finish="length"), "cut", "the tokens ran out"),
    "no choice": (Reply(body=b'{"choices": []}'), "no-grid", "the reply has no choice"),
    "odd choice": (Reply(body=b'{"choices": [7]}'), "no-grid", "the reply has no choice"),
    "odd message": (Reply(body=b'{"choices": [{"message": 7}]}'), "no-grid", "the reply is empty"),
}


NO_GRIDS |= {
    "half a character": (say(None, refusal="no \ud800", finish="\udfff"), "refusal", "no ?"),
}


@pytest.mark.parametrize("name", NO_GRIDS)
def test_a_reply_that_is_no_grid_is_kept_and_counted(store: Path, name: str) -> None:
    reply, kind, problem = NO_GRIDS[name]
    with serving(in_turn(reply)) as server:
        result = ask(server, store, options={"samples": 2})
    assert len(server.requests) == 2  # it is not asked for again
    outcome = only(result)
    assert outcome.kind == "answered"
    assert outcome.answer is not None
    assert outcome.answer.guesses == ((),)
    for sample in samples_of(store, result):
        assert (sample.kind, sample.grid) == (kind, None)
        assert sample.problem is not None
        assert sample.problem.startswith(problem)


def test_a_half_answer_beside_a_tool_call_is_read_from_the_call(store: Path) -> None:
    call = {"function": {"name": "answer", "arguments": json.dumps({"grid": truth().tolist()})}}
    with serving(in_turn(say("[[1]]", tool_calls=[{"function": 3}, call]))) as server:
        assert ask(server, store).scores[0].percent == 100


def test_tokens_that_are_missing_are_unknown_never_0(store: Path) -> None:
    with serving(lambda request: answer(request, truth(), usage=None)) as server:
        outcome = only(ask(server, store))
    assert (outcome.tokens, outcome.cost) == (None, None)


# -- what goes wrong on the way -----------------------------------------------------------

BIG = Reply(body=b'{"choices": "' + b"x" * (50 << 20) + b'"}')
PASSING = {
    "429": fail(429, "slow down"),
    "500": fail(500),
    "503 without JSON": Reply(503, b"<html>busy</html>"),
    "dropped": Reply(how="drop"),
    "half a reply": replace(say("[[1]]"), how="half"),
    "wrong JSON": Reply(body=b'{"choices": ['),
    "not an object": Reply(body=b"[]"),
}


@pytest.mark.parametrize("name", PASSING)
def test_what_may_pass_is_tried_again_and_paid_once(store: Path, tmp_path: Path, name: str) -> None:
    with serving(once(PASSING[name])) as server:
        result = ask(server, store, options=priced(tmp_path))
    assert len(server.requests) == 2
    (sample,) = samples_of(store, result)
    assert (sample.kind, sample.tries) == ("grid", 2)
    outcome = only(result)
    assert result.scores[0].percent == 100
    assert outcome.tokens == 150
    assert outcome.cost == pytest.approx((100 * 2 + 50 * 8) / 1e6)


@pytest.mark.parametrize("name", PASSING)
def test_what_does_not_pass_is_an_error_in_the_end(store: Path, name: str) -> None:
    with serving(in_turn(PASSING[name])) as server:
        result = ask(server, store)
    assert len(server.requests) == 3  # the first and two retries
    outcome = only(result)
    assert outcome.kind == "error"
    assert outcome.error is not None
    assert outcome.error.startswith("no request was answered: ")
    assert [sample.kind for sample in samples_of(store, result)] == ["failed"]
    lost = name in ("dropped", "half a reply", "wrong JSON", "not an object")
    assert outcome.cost == (None if lost else 0.0)


def test_one_failed_sample_leaves_the_others_their_votes(store: Path) -> None:
    bad = fail(418, "teapot")
    with serving(in_turn(bad, right, right)) as server:
        result = ask(server, store, workers=1, options={"samples": 3})
    outcome = only(result)
    assert (outcome.kind, outcome.error) == ("answered", "status 418: teapot")
    assert outcome.answer is not None
    assert outcome.answer.guesses[0][0].explanation == "2 of 3 samples"


def test_a_reply_of_50_mb_is_let_go_and_not_asked_for_again(store: Path) -> None:
    with serving(in_turn(BIG)) as server:
        result = ask(server, store)
    assert len(server.requests) == 1
    outcome = only(result)
    assert (outcome.kind, outcome.cost) == ("error", None)
    assert outcome.error == "no request was answered: the reply is larger than 8 MiB"


def test_a_slow_drip_ends_at_the_time_limit_of_the_request(store: Path) -> None:
    drip = replace(say("[[1]]"), how="drip")
    with serving(once(drip)) as server:
        result = ask(server, store, options={"timeout": "2"})
    (sample,) = samples_of(store, result)
    assert (sample.kind, sample.tries) == ("grid", 2)


def test_the_time_of_a_puzzle_ends_it_with_the_votes_that_there_are(store: Path) -> None:
    never = replace(say("[[1]]"), delay=30)
    with serving(in_turn(right, never)) as server:
        result = ask(server, store, seconds=4.0, workers=2, options={"samples": 3, "timeout": 60})
    outcome = only(result)
    assert (outcome.kind, outcome.error) == ("timeout", "not done after 4 seconds")
    assert result.scores[0].percent == 100
    assert outcome.cost is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "Tue, 24 Nov 2026 20:00:30 GMT"}, 30.0),
        ({"retry-after": "Tue, 24 Nov 2026 19:00:00 GMT"}, 0.0),
        ({"retry-after-ms": "1500", "retry-after": "7"}, 1.5),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_pauses_are_read(headers: dict[str, str], seconds: float | None) -> None:
    now = datetime(2026, 11, 24, 20, tzinfo=UTC).timestamp()
    assert pause_of(headers, now) == seconds


def test_a_pause_is_for_all_requests_and_in_place_of_the_backoff(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    pauses: list[float] = []
    monkeypatch.setattr(Pace, "pause", lambda _, until: pauses.append(until))
    slept = asyncio.sleep

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        await slept(0)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    replies = [fail(429), fail(429), fail(429, headers={"Retry-After": "9"})]
    with serving(in_turn(*replies, right)) as server:
        result = ask(server, store, options={"backoff": "0.5", "retries": 3})
    assert result.scores[0].percent == 100
    assert waits == [0.5, 1.0]  # doubled each time
    assert len(pauses) == 1


def test_a_pause_that_is_too_long_stops_the_run(store: Path) -> None:
    with (
        serving(in_turn(fail(429, headers={"Retry-After": "7200"}))) as server,
        pytest.raises(SolverError, match="the endpoint asks for a pause of 7,200 seconds"),
    ):
        ask(server, store)


USELESS = {
    "key": (fail(401, "bad key"), "the endpoint refuses requests: status 401: bad key"),
    "model": (fail(404, "no such model"), "status 404: no such model"),
    "region": (fail(403, "not here"), "status 403: not here"),
    "quota": (fail(429, "You exceeded your current quota"), "status 429: You exceeded your"),
}


@pytest.mark.parametrize("name", USELESS)
def test_what_cannot_succeed_stops_the_run_and_it_can_go_on(store: Path, name: str) -> None:
    reply, message = USELESS[name]
    with serving(in_turn(reply)) as server:
        with pytest.raises(SolverError, match=message):
            ask(server, store, name="stopped")
        assert len(server.requests) == 1
        server.behave = right
        assert resume("stopped", store=store).scores[0].percent == 100


def test_a_redirect_to_another_host_is_not_followed(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARCGRID_API_KEY", KEY)
    with serving(right) as other:
        away = Reply(307, b"", {"Location": other.url + "/chat/completions"})
        with (
            serving(in_turn(away)) as server,
            pytest.raises(SolverError, match="sends elsewhere, which is not followed"),
        ):
            ask(server, store)
    assert len(server.requests) == 1
    assert other.requests == []


def test_nobody_there_is_an_error_in_one_line(store: Path) -> None:
    with serving(right) as server:
        pass
    outcome = only(ask(server, store))
    assert outcome.kind == "error"
    assert outcome.error is not None
    assert "cannot connect" in outcome.error
    assert outcome.cost == 0.0  # nothing was sent


def test_an_endpoint_that_is_down_stops_the_run_before_tasks_are_lost(store: Path) -> None:
    ids = [task.id for task in arcgrid.load("arcgrid/mini")][:20]
    tasks = mini(*ids)
    with serving(in_turn(fail(500))) as server:
        with pytest.raises(SolverError, match="10 requests in a row have failed, the last one: "):
            ask(server, store, *ids, name="down", options={"retries": 0})
        server.behave = knowing(tasks)
        asked = len(server.requests)
        result = resume("down", store=store)
    assert result.outcomes["answered"] == len(ids)
    assert len(server.requests) - asked == tasks.outputs
