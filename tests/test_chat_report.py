"""Samples, efforts and transcripts where people see them: tables, the report, the command."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import arcgrid
from arcgrid.cli import main
from arcgrid.report.html.talk import MOST_SAMPLES, reply_text, request_text
from arcgrid.scoring.rules import DEFAULT_RULE
from tests.chats import TASK, ask, mini, right, serving
from tests.endpoint import MODEL, ChatServer, Reply, Request, answer, fail, knowing, say
from tests.reports import outcomes_of

IDS = [task.id for task in arcgrid.load("arcgrid/mini")][:4]


def call(*words: object) -> str:
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return result.stdout


def run_words(server: ChatServer, *more: object) -> list[object]:
    words: list[object] = ["run", "chat", "--tasks", "arcgrid/mini", "--yes"]
    words += [word for id in IDS for word in ("--only", id)]
    return [*words, "-O", f"model={MODEL}", "-O", f"base_url={server.url}", *more]


def report_of(tmp_path: Path, *runs: str) -> Any:
    """What the page of a report knows."""
    call("report", *runs, "-o", tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text("utf-8")
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def test_one_command_makes_a_run_for_each_effort_and_a_line(store: Path, tmp_path: Path) -> None:
    with serving(knowing(mini(*IDS))) as server:
        words = run_words(server, "--effort", "high,low,medium", "--name", "mine", "--json")
        found = json.loads(call(*words))
    assert [run["run"]["name"] for run in found["runs"]] == ["mine-low", "mine-medium", "mine-high"]
    assert "repeats" not in found
    asked = [request.body["reasoning_effort"] for request in server.requests]
    assert sorted(set(asked)) == ["high", "low", "medium"]
    charts = report_of(tmp_path, "mine-high", "mine-low", "mine-medium")["charts"]
    assert charts["efforts"] == [[1, 2, 0]]  # from low to high
    assert [entry["cpu"] for entry in charts["score"]] == [None] * 3


def test_efforts_of_other_solvers_go_by_their_cpu_time(store: Path, tmp_path: Path) -> None:
    call("run", "transforms", "--tasks", "arcgrid/mini", "--limit", 2, "--effort", "low,medium")
    call("run", "transforms", "--tasks", "arcgrid/mini", "--limit", 3, "--effort", "low")
    charts = report_of(tmp_path, "transforms-1", "transforms-2", "transforms-3")["charts"]
    assert charts["efforts"] == [[0, 1]]  # the third is over another set
    assert all(entry["cpu"] > 0 for entry in charts["score"])


def test_repeats_of_efforts_have_a_spread_each(store: Path) -> None:
    words = ["run", "identity", "--tasks", "arcgrid/mini", "--limit", "1", "--inline"]
    words += ["--effort", "low,high", "--repeat", "2", "--name", "x"]
    found = json.loads(call(*words, "--json"))
    names = [run["run"]["name"] for run in found["runs"]]
    assert names == ["x-low-1", "x-low-2", "x-high-1", "x-high-2"]
    rules = [entry["rule"] for entry in found["repeats"]]
    assert rules.count(DEFAULT_RULE) == 2


@pytest.mark.parametrize("efforts", ["", "low,low", "lwo", "low,"])
def test_wrong_efforts_are_named(efforts: str) -> None:
    words = ["run", "identity", "--tasks", "arcgrid/mini", "--effort", efforts]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2
    assert f"{efforts!r} is not low, medium or high, or several of them" in result.stderr


def test_the_report_has_the_curve_and_every_sample(store: Path, tmp_path: Path) -> None:
    with serving(knowing(mini(*IDS))) as server:
        result = ask(server, store, *IDS, name="mine", options={"samples": 5})
    data = report_of(tmp_path, "mine")
    (curve,) = data["charts"]["samples"]
    points = result.sample_curve()
    assert [point[0] for point in curve["points"]] == [1, 2, 3, 4, 5]
    assert curve["points"][-1][1] == pytest.approx(points[-1].percent, rel=1e-5)
    (run,) = data["runs"]
    for outcome in outcomes_of(run):
        task = result.tasks[data["tasks"][outcome["task"]]["id"]]
        assert len(outcome["samples"]) == 5 * len(task.test)
        assert "unshown" not in outcome
        for sample in outcome["samples"]:
            assert "The last input" in data["requests"][sample["request"]]
            assert json.loads(sample["reply"])["grid"]
            assert data["grids"][sample["grid"]]
    assert len(data["requests"]) == sum(len(task.test) for task in result.tasks)


def test_of_many_samples_the_report_has_the_first(store: Path, tmp_path: Path) -> None:
    with serving(right) as server:
        ask(server, store, name="mine", options={"samples": MOST_SAMPLES + 3})
    (outcome,) = outcomes_of(report_of(tmp_path, "mine")["runs"][0])
    assert (len(outcome["samples"]), outcome["unshown"]) == (MOST_SAMPLES, 3)


def test_without_samples_there_is_no_such_chart(store: Path, tmp_path: Path) -> None:
    call("run", "identity", "--tasks", "arcgrid/mini", "--limit", 1, "--inline", "--name", "plain")
    data = report_of(tmp_path, "plain")
    assert (data["charts"]["samples"], data["charts"]["efforts"], data["requests"]) == ([], [], [])


def test_texts_of_requests_and_replies() -> None:
    parts = [{"type": "text", "text": "see"}, {"type": "image_url", "image_url": {"url": "data:"}}]
    messages = [{"role": "system", "content": "be brief"}, {"role": "user", "content": parts}]
    shown = request_text(json.dumps({"messages": messages}))
    assert shown == "[system]\nbe brief\n\n[user]\nsee\n[a picture]"
    call_ = {"function": {"name": "answer", "arguments": '{"grid": []}'}}
    said = say(None, reasoning_content="hm", tool_calls=[call_]).body.decode()
    assert reply_text(said) == 'hm\n\n{"grid": []}'
    assert reply_text("<html>") == "<html>"
    assert reply_text('{"choices": []}') == '{"choices": []}'
    assert reply_text(say("x" * 9000).body.decode()) == "x" * 4000 + " …"


def test_the_command_shows_the_curve_and_what_samples_took(store: Path) -> None:
    def behave(request: Request) -> Reply:
        replies = [fail(500), say("no"), right(request), answer(request, [[1]])]
        return replies[min(request.number, 3)]

    with serving(behave) as server:
        ask(server, store, name="mine", workers=1, options={"samples": 3})
    lines = call("samples", "mine").splitlines()
    assert lines[0] == (f"mine: arcgrid/mini [1 of 40 tasks], percent solved under {DEFAULT_RULE}")
    cells = [line.split() for line in lines[3:6]]
    assert cells == [
        ["1", "33.33%", "47.14", "33.33%"],
        ["2", "66.67%", "47.14", "66.67%"],
        ["3", "100.00%", "0.00", "100.00%"],
    ]
    assert lines[6] == "3 samples: 2 grid, 1 no-grid; read: 2 by schema"
    assert lines[7].startswith("a reply took ")
    assert lines[8] == "tokens: 300 sent, 150 replied, 90 of these reasoning; cost: ?"
    assert lines[9] == "sent again: 1 request"
    found = json.loads(call("samples", "mine", "--json"))
    assert found["curve"][0] == {
        "samples": 1,
        "percent": pytest.approx(100 / 3),
        "deviation": pytest.approx(100 * (2 / 9) ** 0.5),
        "oracle": pytest.approx(100 / 3),
    }


def test_a_run_without_samples_says_so(store: Path) -> None:
    call("run", "identity", "--tasks", "arcgrid/mini", "--limit", 1, "--inline", "--name", "plain")
    result = CliRunner().invoke(main, ["samples", "plain"])
    assert result.exit_code == 2
    assert result.stderr == "Error: the run plain has no samples: its solver asks no model\n"


def test_show_tells_how_many_voted(store: Path) -> None:
    with serving(right) as server:
        ask(server, store, name="mine", options={"samples": 2})
    assert "(2 of 2 samples)" in call("show", TASK, "--run", "mine")
