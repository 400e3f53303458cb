"""Runs as submission directories of arc-agi-benchmarking: accepted there, and the same here."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import arcgrid
from arcgrid.audit import audit
from arcgrid.cli import main
from arcgrid.export import export_aab
from arcgrid.formats.submissions import read_submission
from arcgrid.scoring.rules import RULES
from arcgrid.sources import RunResult
from tests.chats import REPLY_COST, ask, mini, priced, right, serving
from tests.endpoint import Reply, Request, answer, fail, knowing, say

IDS = [task.id for task in arcgrid.load("arcgrid/mini")][:6]

SHAPE: dict[str, Any] = {
    "answer": list,
    "metadata": {
        "model": str,
        "provider": str,
        "start_timestamp": datetime.fromisoformat,
        "end_timestamp": datetime.fromisoformat,
        "choices": [{"index": int, "message": {"role": str, "content": str}}],
        "kwargs": dict,
        "usage": {
            "prompt_tokens": int,
            "completion_tokens": int,
            "total_tokens": int,
            "completion_tokens_details": {
                "reasoning_tokens": int,
                "accepted_prediction_tokens": int,
                "rejected_prediction_tokens": int,
            },
        },
        "cost": {"prompt_cost": float, "completion_cost": float, "total_cost": float},
        "task_id": str,
        "pair_index": int,
    },
}
"""What the models of the official scorer want of an attempt."""


def check(value: Any, shape: Any) -> None:
    if isinstance(shape, dict):
        for key, inner in shape.items():
            check(value[key], inner)
    elif isinstance(shape, list):
        for each in value:
            check(each, shape[0])
    elif isinstance(shape, type):
        assert isinstance(value, shape), (value, shape)
    else:
        shape(value)


def files_in(path: Path) -> dict[str, Any]:
    return {file.stem: json.loads(file.read_text()) for file in sorted(path.glob("*.json"))}


def attempts_in(path: Path) -> list[Any]:
    tests = [test for given in files_in(path).values() for test in given]
    return [test[key] for test in tests for key in test]


def rough(request: Request) -> Reply:
    """A model that mumbles now and then, and an endpoint that refuses now and then."""
    if request.number % 5 == 0:
        return say("no idea")
    return fail(418) if request.number % 7 == 0 else knowing(mini(*IDS))(request)


def asked(store: Path, tmp_path: Path, **more: Any) -> RunResult:
    with serving(rough) as server:
        return ask(server, store, *IDS, workers=1, options=priced(tmp_path) | {"samples": 3} | more)


def test_scores_tokens_and_cost_are_those_of_the_run(store: Path, tmp_path: Path) -> None:
    result = asked(store, tmp_path)
    done = export_aab(result, tmp_path / "out")
    read = read_submission(tmp_path / "out")
    assert (done.tasks, done.outputs) == (len(IDS), result.tasks.outputs)
    for rule in RULES:
        found, own = arcgrid.score(result.tasks, read, rule), result.score(rule)
        assert own is not None
        assert (found.numerator, found.percent) == (own.numerator, own.percent)
    spending = audit(result.tasks, read).spending
    assert spending is not None
    assert spending.cost == pytest.approx(sum(one.cost or 0 for one in result.by_task.values()))
    assert spending.tokens == sum(one.tokens or 0 for one in result.by_task.values())
    assert (spending.without_cost, spending.without_tokens) == (0, 0)


def test_every_attempt_has_what_the_official_scorer_wants(store: Path, tmp_path: Path) -> None:
    export_aab(asked(store, tmp_path), tmp_path / "out")
    every = attempts_in(tmp_path / "out")
    assert every
    for attempt in every:
        check(attempt, SHAPE)
        cost = attempt["metadata"]["cost"]
        assert cost["total_cost"] == pytest.approx(cost["prompt_cost"] + cost["completion_cost"])


def test_an_attempt_carries_the_samples_that_voted_for_it(store: Path, tmp_path: Path) -> None:
    """Three for the first, one for the second, one for a third, and one without a grid."""
    grids = [[[1]], [[1]], [[2]], [[1]], [[3]]]

    def behave(request: Request) -> Reply:
        number = request.number
        return answer(request, grids[number]) if number < 5 else say("nothing")

    with serving(behave) as server:
        result = ask(server, store, workers=1, options=priced(tmp_path) | {"samples": 6})
    export_aab(result, tmp_path / "out")
    first, second = (attempt["metadata"] for attempt in attempts_in(tmp_path / "out"))
    assert first["cost"]["total_cost"] == pytest.approx(5 * REPLY_COST)
    assert second["cost"]["total_cost"] == pytest.approx(REPLY_COST)
    assert first["cost"]["prompt_cost"] == pytest.approx(5 * 100 * 2 / 1e6)
    assert first["usage"]["completion_tokens_details"]["reasoning_tokens"] == 5 * 30
    assert (first["model"], first["choices"][0]["message"]["content"]) == (
        "puzzler-1",
        "3 of 6 samples",
    )
    assert first["kwargs"]["arcgrid"] == {
        "run": result.run.name,
        "solver": f"chat (arcgrid {arcgrid.__version__})",
        "effort": "low",
        "samples": 5,
        "times": "of the samples",
        "confidence": 0.5,
        "unknown": [],
    }


def test_a_test_input_without_a_grid_still_says_its_cost(store: Path, tmp_path: Path) -> None:
    with serving(lambda _: say("I see a cat")) as server:
        result = ask(server, store, options=priced(tmp_path))
    export_aab(result, tmp_path / "out")
    (attempt,) = attempts_in(tmp_path / "out")
    assert attempt["answer"] == []
    assert attempt["metadata"]["cost"]["total_cost"] == pytest.approx(REPLY_COST)
    read = read_submission(tmp_path / "out")
    assert arcgrid.score(result.tasks, read).numerator == 0


def test_what_is_not_known_is_read_back_as_unknown(store: Path, tmp_path: Path) -> None:
    with serving(lambda request: answer(request, [[1]], usage=None)) as server:
        result = ask(server, store)
    done = export_aab(result, tmp_path / "out")
    assert done.without_cost == 1
    (attempt,) = attempts_in(tmp_path / "out")
    assert attempt["metadata"]["kwargs"]["arcgrid"]["unknown"] == ["cost", "tokens"]
    assert attempt["metadata"]["cost"]["total_cost"] == 0
    spending = audit(result.tasks, read_submission(tmp_path / "out")).spending
    assert spending is not None
    assert (spending.cost, spending.tokens) == (None, None)


def test_runs_of_other_solvers_have_no_cost(store: Path, tmp_path: Path) -> None:
    result = arcgrid.run("transforms", mini(*IDS), attempts=3, inline=True, store=store)
    done = export_aab(result, tmp_path / "out")
    read = read_submission(tmp_path / "out")
    own = result.score()
    assert own is not None
    assert arcgrid.score(result.tasks, read).numerator == own.numerator
    assert done.without_cost == done.attempts
    beyond = [
        len(test) - 2
        for one in result.by_task.values()
        if one.answer
        for test in one.answer.guesses
    ]
    assert done.left_out == sum(many for many in beyond if many > 0)
    for attempt in attempts_in(tmp_path / "out"):
        check(attempt, SHAPE)


def test_the_command_writes_and_says_what_it_did(store: Path, tmp_path: Path) -> None:
    with serving(right) as server:
        ask(server, store, name="mine", options={"samples": 2})
    words = ["export", "mine", "--format", "aab"]
    result = CliRunner().invoke(main, [*words, "-o", str(tmp_path / "out")])
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        f"{tmp_path / 'out'}: 1 task, 1 test input, 1 attempt",
        "the cost of 1 attempt is not known: 0 is written, marked in kwargs.arcgrid.unknown",
    ]
    again = CliRunner().invoke(main, [*words, "-o", str(tmp_path / "out")])
    assert (again.exit_code, again.stderr) == (
        2,
        f"Error: {tmp_path / 'out'}: this directory is not empty: name a new one\n",
    )
    bare = CliRunner().invoke(main, words)
    assert "--format aab writes a directory: name it with -o" in bare.stderr
