"""The commands as a user types them: what they print, and that they agree with each other."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

import arcgrid
from arcgrid.cli import main
from arcgrid.cli.options import MemorySize, terminal_colors
from arcgrid.result import OUTCOME_KINDS
from arcgrid.scoring.rules import RULES
from tests.runs import HOSTILE

MINI = ["--tasks", "arcgrid/mini", "--workers", "1"]


def call(*arguments: object, status: int = 0) -> Result:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == status, result.output
    return result


def record(*arguments: object) -> Any:
    return json.loads(call(*arguments, "--json").stdout)


def test_run_gives_scores_and_counts(store: Path) -> None:
    found = record("run", "identity", *MINI, "--name", "mine", "--limit", 3)
    assert found["run"]["name"] == "mine"
    assert [score["rule"] for score in found["scores"]] == list(RULES)
    for score in found["scores"]:
        low, high = score["interval"]
        assert low <= score["percent"] <= high
        share = 100 * score["numerator"] / score["denominator"]
        assert score["percent"] == (100 - share if score["lower_is_better"] else share)
    assert found["outcomes"] == {kind: 3 if kind == "answered" else 0 for kind in OUTCOME_KINDS}


def test_run_in_words(store: Path) -> None:
    result = call("run", "transforms", *MINI, "--only", "gravity-down", "--only", "diagonal-flip")
    lines = result.stdout.splitlines()
    version = arcgrid.__version__
    assert lines[0] == (
        f"run transforms-1: transforms (arcgrid {version}), effort low, 2 attempts, seed 0, "
        "10 s and 2,048 MiB a puzzle"
    )
    assert lines[1] == "outcomes: 2 answered"
    assert lines[3].startswith("arcgrid/mini [2 of 40 tasks]  sha256:")
    assert "arc-prize" in result.stdout
    begins, sandbox = result.stderr.splitlines()
    assert begins == (
        "run transforms-1 begins: transforms on arcgrid/mini [2 of 40 tasks], 2 tasks left"
    )
    assert sandbox.startswith("sandbox default: files ")


def test_repeat_gives_mean_and_spread(store: Path) -> None:
    command = ["run", "identity", *MINI, "--limit", 2, "--repeat", 3, "--seed", 5, "--name", "many"]
    found = record(*command)
    assert [entry["run"]["name"] for entry in found["runs"]] == ["many-1", "many-2", "many-3"]
    assert [entry["run"]["seed"] for entry in found["runs"]] == [5, 6, 7]
    first = found["repeats"][0]
    assert (first["rule"], first["mean"], first["deviation"]) == ("arc-prize", 0, 0)
    text = call("run", "identity", *MINI, "--limit", 2, "--repeat", 2).stdout
    assert (
        "arc-prize: mean score 0.00%, standard deviation 0.00 over 2 seeds (0.00 to 0.00)" in text
    )


def test_options_reach_the_solver(store: Path) -> None:
    call(
        "run",
        f"{HOSTILE}:options",
        *MINI,
        "--limit",
        1,
        "-O",
        "count=7",
        "-O",
        "deep=yes",
        status=2,
    )
    call("run", f"{HOSTILE}:options", *MINI, "--limit", 1, "-O", "count=7", "-O", "deep=true")
    task = arcgrid.load("arcgrid/mini").tasks[0].id
    answers = record("show", task, "--run", "latest")["answers"]
    assert answers[0]["guesses"][0][0]["explanation"] == "7 0.5 True"


def test_runs_newest_first(store: Path) -> None:
    assert record("runs") == {"runs": []}
    assert call("runs").stdout == f"no runs yet in {store}\n"
    assert not store.exists()
    for _ in range(2):
        call("run", "identity", *MINI, "--limit", 1)
    found = record("runs")["runs"]
    assert [run["name"] for run in found] == ["identity-2", "identity-1"]
    assert all(len(run["id"]) == 8 for run in found)
    assert call("runs").stdout.count("1 of 1") == 2


def test_outcomes_by_kind(store: Path) -> None:
    call("run", f"{HOSTILE}:raise_error", *MINI, "--limit", 2)
    found = record("outcomes", "latest", "--kind", "error")["outcomes"]
    assert [entry["kind"] for entry in found] == ["error", "error"]
    assert found[0]["error"].endswith("RuntimeError: no idea")
    assert call("outcomes", "latest").stdout.count("RuntimeError: no idea") == 2
    assert record("outcomes", "latest", "--kind", "crash")["outcomes"] == []
    unknown = CliRunner().invoke(main, ["outcomes", "latest", "--kind", "weird"])
    assert unknown.exit_code == 2
    named = ", ".join(f"'{kind}'" for kind in OUTCOME_KINDS)
    assert unknown.stderr.endswith(f"'--kind': 'weird' is not one of {named}.\n")
    said, sandbox = call("outcomes", "latest", "--kind", "crash").stdout.splitlines()
    assert said == "run hostile-1 has no such outcome of kind crash"
    assert sandbox.startswith("sandbox ")


def test_show_a_task_in_plain_digits_when_not_on_a_terminal() -> None:
    text = call("show", "arcgrid/mini/diagonal-flip").stdout
    assert "\x1b" not in text
    assert text.startswith("task diagonal-flip\n\ntrain[0]  ")
    hidden = call("show", "arcgrid/mini/diagonal-flip", "--hide-answers").stdout
    assert "-> ?" in hidden
    pair = arcgrid.load("arcgrid/mini")["diagonal-flip"].test[0]
    assert pair.output is not None
    assert record("show", "arcgrid/mini/diagonal-flip")["test"][0] == {
        "input": pair.input.tolist(),
        "output": pair.output.tolist(),
    }


def test_show_what_a_run_made_of_a_task(store: Path) -> None:
    call("run", "transforms", *MINI, "--only", "diagonal-flip")
    text = call("show", "diagonal-flip", "--run", "latest").stdout
    assert "test[0] attempt_1" in text
    assert ": correct  (" in text
    call("run", f"{HOSTILE}:crash_exit", *MINI, "--only", "diagonal-flip")
    text = call("show", "arcgrid/mini/diagonal-flip", "--run", "latest").stdout
    assert "error:\nthe worker ended by itself with exit code 3" in text
    assert text.endswith("printed:\nabout to leave\n")


def test_an_export_scores_as_its_run_does(store: Path, tmp_path: Path) -> None:
    ran = record("run", "transforms", *MINI)
    path = tmp_path / "submission.json"
    result = call("export", "latest", "--format", "kaggle", "-o", path)
    assert result.stderr == f"{path}: 40 tasks, 66 test inputs\n"
    scored = record("score", path, "--tasks", "arcgrid/mini")
    figures = [(s["rule"], s["numerator"], s["percent"], s["interval"]) for s in scored["scores"]]
    assert figures == [
        (s["rule"], s["numerator"], s["percent"], s["interval"]) for s in ran["scores"]
    ]
    assert scored["outcomes"] == {"answered": 40, "missing": 0}
    again = record("score", "latest")
    assert again["scores"] == ran["scores"]
    assert again["outcomes"] == ran["outcomes"]
    one = record("score", path, "--tasks", "arcgrid/mini", "--rule", "kaggle-2024")["scores"]
    assert [score["rule"] for score in one] == ["kaggle-2024"]


def test_an_export_fills_what_is_missing(store: Path) -> None:
    call("run", f"{HOSTILE}:crash_exit", *MINI, "--limit", 1)
    task = arcgrid.load("arcgrid/mini").tasks[0]
    exported = json.loads(call("export", "latest").stdout)
    empty = {"attempt_1": [[0, 0], [0, 0]], "attempt_2": [[0, 0], [0, 0]]}
    assert exported == {task.id: [empty] * len(task.test)}
    assert record("show", task.id, "--run", "latest")["answers"] == []


def test_resume_on_the_command_line(store: Path) -> None:
    call("run", "identity", *MINI, "--limit", 2)
    found = record("run", "--resume", "latest")
    assert found["outcomes"]["answered"] == 2
    call("run", "identity", *MINI, "--resume", "latest", status=2)


def test_the_table_says_which_row_is_which(store: Path) -> None:
    call("run", "transforms", *MINI, "--limit", 20)
    made = record("table")
    rows = made["rows"]
    assert {row["kind"] for row in rows} == {"reported"}, "a part of a set is no figure of it"
    (mine,) = made["others"]
    assert mine["kind"] == "this machine"
    assert (mine["system"], mine["source"]) == ("transforms", "run transforms-1")
    others = record("table", "--benchmark", "codeforces")["rows"]
    assert {row["kind"] for row in others} == {"reported"}


@pytest.mark.parametrize(
    ("environment", "shown"),
    [
        ({}, "256"),
        ({"NO_COLOR": ""}, "256"),
        ({"COLORTERM": "truecolor"}, "24bit"),
        ({"COLORTERM": "24bit", "TERM": "xterm"}, "24bit"),
        ({"COLORTERM": "truecolor", "NO_COLOR": "1"}, "none"),
        ({"COLORTERM": "truecolor", "TERM": "dumb"}, "none"),
    ],
)
def test_color_is_for_terminals(
    environment: dict[str, str], shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("COLORTERM", "NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdout", io.StringIO())
    assert terminal_colors() == "none"
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert terminal_colors() == shown


def test_a_task_in_a_pipe_has_no_colors() -> None:
    result = CliRunner().invoke(main, ["show", "arcgrid/mini/diagonal-flip"])
    assert "\x1b" not in result.output


@pytest.mark.parametrize(
    ("text", "size"),
    [("512", 512), ("2k", 2048), ("512m", 512 << 20), ("1.5 GiB", 3 << 29), ("1tb", 1 << 40)],
)
def test_sizes(text: str, size: int) -> None:
    assert MemorySize().convert(text, None, None) == size


@pytest.mark.parametrize("text", ["", "m", "1.2.3", "-5m", "5x", "5mbb"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(click.UsageError, match="is not a size such as 512MB or 2GiB"):
        MemorySize().convert(text, None, None)


def test_what_solvers_print_does_not_steer_the_terminal(store: Path) -> None:
    call("run", f"{HOSTILE}:steer_terminal", *MINI, "--limit", 1)
    task = arcgrid.load("arcgrid/mini").tasks[0].id
    assert "\x1b" not in call("show", task, "--run", "latest").stdout
    assert "\x1b" not in call("outcomes", "latest").stdout


def test_a_run_goes_on_as_it_began(store: Path) -> None:
    call("run", "identity", *MINI, "--limit", 2)
    for options in (["--seconds", 3], ["--limit", 9], ["--repeat", 3], ["--inline"]):
        call("run", "--resume", "latest", *options, status=2)
    call("run", "--resume", "latest", "--workers", 2)


def test_answers_of_a_run_in_every_format(store: Path, tmp_path: Path) -> None:
    ran = record("run", "transforms", *MINI, "--limit", 10)
    for form, name in (("kaggle-2020", "a.csv"), ("aab-plain", "a")):
        call("convert", "latest", "-o", tmp_path / name, "--format", form, "--lossy")
        asked = [*("--tasks", "arcgrid/mini"), "--rule", "kaggle-2024"]
        found = record("score", f"{tmp_path}/{name}", *asked)["scores"][0]
        assert found["numerator"] == ran["scores"][2]["numerator"]
