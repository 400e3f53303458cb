"""What is sent: as much as the endpoint accepts, by the options, with the key, many at once."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from arcgrid.errors import ArcgridError, SolverError
from arcgrid.result import Budget
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
from tests.endpoint import (
    Behavior,
    ChatServer,
    Reply,
    Request,
    fail,
    in_turn,
)


def refusing(feature: str, message: str, then: Behavior = right) -> Behavior:
    """A server that does not know a field of the request."""
    return lambda request: fail(400, message) if feature in request.body else then(request)


# -- what the endpoint accepts ------------------------------------------------------------


def test_the_best_way_is_found_out_once_and_said(store: Path) -> None:
    said: list[str] = []

    class Listener(Silent):
        def say(self, text: str) -> None:
            said.append(text)

    behave = refusing(
        "response_format", "unknown field response_format", refusing("tools", "no tools here")
    )
    with serving(behave) as server:
        result = ask(server, store, workers=1, watcher=Listener(), options={"samples": 3})
    assert [request.way for request in server.requests] == ["schema", "tool", *["text"] * 3]
    assert result.scores[0].percent == 100
    assert said == ["puzzler-1 at 127.0.0.1: answers by text, reasoning effort sent"]
    assert [sample.tries for sample in samples_of(store, result)] == [1, 1, 1]


def test_many_at_once_find_out_the_same(store: Path) -> None:
    behave = refusing("response_format", "response_format is not supported")
    with serving(behave) as server:
        result = ask(server, store, workers=8, options={"samples": 8})
    assert {sample.read_by for sample in samples_of(store, result)} == {"tool"}


@pytest.mark.parametrize(
    ("field", "message", "left"),
    [
        ("reasoning_effort", "Unrecognized request argument: reasoning_effort", {"max": True}),
        ("max_completion_tokens", "Unknown parameter max_completion_tokens", {"effort": True}),
        ("seed", "seed is not supported", {"effort": True}),
    ],
)
def test_only_what_is_complained_about_is_left_out(
    store: Path, field: str, message: str, left: dict[str, bool]
) -> None:
    with serving(refusing(field, message)) as server:
        ask(server, store, options={"max_tokens": "500", "seeds": "true"})
    first, last = server.requests[0].body, server.requests[-1].body
    assert len(server.requests) == 2
    assert field in first
    assert field not in last
    assert last.get("max_tokens") == (500 if field == "max_completion_tokens" else None)
    kept = set(first) - {field} - {"max_tokens"}
    assert kept <= set(last)


def test_a_complaint_that_names_nothing_is_tried_with_less_and_less(store: Path) -> None:
    def behave(request: Request) -> Reply:
        plain = set(request.body) <= {"model", "messages"}
        return right(request) if plain else fail(400, "bad request")

    with serving(behave) as server:
        result = ask(server, store)
    assert result.scores[0].percent == 100


def test_a_prompt_that_is_too_long_is_not_taken_for_a_missing_feature(store: Path) -> None:
    with serving(in_turn(fail(400, "maximum context length exceeded"), right)) as server:
        result = ask(server, store, workers=1, options={"samples": 2})
    assert [request.way for request in server.requests] == ["schema", "schema"]
    assert [sample.kind for sample in samples_of(store, result)] == ["failed", "grid"]


@pytest.mark.parametrize("field", ["temperature", "top_k"])
def test_a_field_that_was_asked_for_is_not_traded_for_another(store: Path, field: str) -> None:
    options = {"temperature": "0.5", "extra": '{"top_k": 4}'}
    with serving(refusing(field, f"unsupported value: {field}")) as server:
        outcome = only(ask(server, store, options=options))
    assert outcome.error == f"no request was answered: status 400: unsupported value: {field}"
    (request,) = server.requests
    assert {"reasoning_effort", "response_format"} <= set(request.body)


def test_a_way_that_is_named_stays(store: Path) -> None:
    with serving(refusing("response_format", "no response_format")) as server:
        outcome = only(ask(server, store, options={"answer_by": "schema"}))
    assert outcome.kind == "error"
    assert {request.way for request in server.requests} == {"schema"}


# -- options, limits, the key -------------------------------------------------------------


WRONG_OPTIONS = {
    "no model": ({"model": ""}, "option model: it is empty"),
    "no number": ({"samples": "many"}, "option samples=many: "),
    "too many": ({"samples": "5000"}, "option samples=5000: it is 0 to 1,024"),
    "typo": ({"modle": "x"}, "unknown option of this solver 'modle'; did you mean model?"),
    "way": ({"answer_by": "pigeon"}, "option answer_by=pigeon: "),
    "prompt": ({"prompt": "rosw"}, "unknown prompt 'rosw'; did you mean rows?"),
    "no prompt": ({"prompt": "./none.toml"}, "cannot read the prompt: No such file"),
    "no prices": ({"prices": "none.toml"}, "cannot read prices: No such file"),
    "scheme": ({"base_url": "ftp://x"}, "option base_url: an http or https URL is wanted"),
    "port": ({"base_url": "http://x:99999"}, "option base_url: it is no URL"),
    "extra": ({"extra": "[1]"}, "option extra: a JSON object is wanted"),
    "key": ({"key_from": "NOT_SET"}, "option key_from: the variable NOT_SET is not set"),
}


@pytest.mark.parametrize("name", WRONG_OPTIONS)
def test_wrong_options_are_named_and_leave_no_run(store: Path, name: str) -> None:
    options, message = WRONG_OPTIONS[name]
    with serving(right) as server:
        with pytest.raises(ArcgridError) as caught:
            ask(server, store, options=options)
        assert message in str(caught.value)
        assert server.requests == []
    if store.exists():
        with Store(store) as opened:
            assert opened.runs() == []


def test_a_password_in_the_url_is_refused_without_being_told(store: Path) -> None:
    with pytest.raises(SolverError) as caught, serving(right) as server:
        ask(server, store, options={"base_url": f"https://me:{KEY}@example.org/v1"})
    assert KEY not in str(caught.value)


def test_a_key_among_the_options_is_refused(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCGRID_API_KEY", KEY)
    refused = pytest.raises(SolverError, match="an option holds the key")
    with serving(right) as server, refused as caught:
        ask(server, store, options={"extra": f'{{"api_key": "{KEY}"}}'})
    assert KEY not in str(caught.value)
    assert server.requests == []
    assert KEY.encode() not in store.read_bytes()


def test_what_is_sent(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCGRID_API_KEY", KEY)
    options = {"temperature": "0.5", "extra": '{"top_k": 4, "reasoning_effort": "minimal"}'}
    with serving(right) as server:
        ask(server, store, options=options, effort="high")
        ask(server, store, effort="high")
    with_extra, plain = server.requests
    assert with_extra.path == "/v1/chat/completions"
    assert with_extra.headers["Authorization"] == f"Bearer {KEY}"
    assert with_extra.body["temperature"] == 0.5
    assert (with_extra.body["top_k"], with_extra.body["reasoning_effort"]) == (4, "minimal")
    assert plain.body["reasoning_effort"] == "high"
    assert plain.body["response_format"]["json_schema"]["strict"] is True


def test_the_key_of_openai_goes_to_openai_alone(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ARCGRID_API_KEY", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with serving(right) as server:
        ask(server, store)
        assert "Authorization" not in server.requests[0].headers
        ask(server, store, options={"key_from": "OPENAI_API_KEY"})
    assert server.requests[1].headers["Authorization"] == f"Bearer {KEY}"


def test_many_requests_are_in_flight_without_processes(store: Path) -> None:
    all_here = threading.Barrier(32)

    def behave(request: Request) -> Reply:
        all_here.wait(timeout=60)  # nobody is answered before all have asked
        return right(request)

    with serving(behave) as server:
        result = ask(server, store, workers=32, options={"samples": 32, "timeout": 60})
    assert result.scores[0].percent == 100
    assert server.most_at_once == 32


def test_the_solver_is_a_function_too() -> None:
    from arcgrid.engines.chat import solve

    with serving(right) as server:
        puzzle = mini()[TASK].puzzle
        found = solve(puzzle, Budget(), model="m", base_url=server.url)
    assert found.guesses[0][0].grid.tolist() == truth().tolist()
    assert len(server.requests) == 2  # as many samples as attempts


async def _in_a_loop(server: ChatServer, store: Path) -> float:
    return ask(server, store).scores[0].percent


def test_it_runs_where_a_loop_is_running_already(store: Path) -> None:
    import asyncio

    with serving(right) as server:
        assert asyncio.run(_in_a_loop(server, store)) == 100
