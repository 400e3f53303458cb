"""What commands answer about runs: tables by set and order, standing, near misses, warnings."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import arcgrid
from arcgrid import ArgumentError
from arcgrid.cli import main
from arcgrid.errors import UnknownNameError
from arcgrid.formats.task_json import write_task_directory
from arcgrid.report.table import table
from arcgrid.store import Store
from tests.runs import run_small
from tests.samples import task

EASY = ["diagonal-flip", "quarter-turn"]
"""Bundled puzzles that `transforms` solves."""

HOSTILE = Path(__file__).parent / "fixtures" / "hostile.py"


def call(*arguments: object, status: int = 0, input: str | None = None) -> str:
    result = CliRunner().invoke(main, list(map(str, arguments)), input=input)
    assert result.exit_code == status, result.output
    return result.stdout if status == 0 else result.stderr


def lines(*arguments: object) -> list[str]:
    return [line.strip() for line in call(*arguments).splitlines()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three tasks: one that the input solves, one that it nearly does, one that it does not."""
    near = [[1, 2], [3, 4]]
    tasks = [
        arcgrid.Task("right", task("x", [[1]]).train, (arcgrid.Pair([[5]], [[5]]),)),  # type: ignore[arg-type]  # lists
        arcgrid.Task("near", task("x", [[1]]).train, (arcgrid.Pair(near, [[1, 2], [3, 0]]),)),  # type: ignore[arg-type]  # lists
        arcgrid.Task("size", task("x", [[1]]).train, (arcgrid.Pair([[5]], [[5, 5]]),)),  # type: ignore[arg-type]  # lists
    ]
    write_task_directory(tmp_path / "set", tasks)
    return tmp_path / "set"


def test_outcomes_by_standing_and_order(store: Path, folder: Path) -> None:
    call("run", "identity", "--tasks", folder, "--workers", 1)

    def shown(*options: str) -> list[tuple[str, ...]]:
        rows = [line.split() for line in lines("outcomes", "latest", *options)[2:-1]]
        return [(row[0], row[2], row[3], row[4]) for row in rows]

    assert shown("--solved") == [("right", "1", "0", "1x1")]
    assert shown("--near") == [("near", "0", "1", "2x2")]
    assert shown("--unsolved", "--sort", "cells") == [
        ("near", "0", "1", "2x2"),
        ("size", "0", "?", "1x2"),
    ]
    slowest = [row[0] for row in shown("--sort", "time")]
    assert set(slowest) == {"right", "near", "size"}
    with Store(store) as opened:
        times = {id: one.wall_seconds for id, one in opened.outcomes(opened.runs()[0]).items()}
    assert slowest == sorted(times, key=times.__getitem__, reverse=True)


def test_outcomes_are_shown_when_the_tasks_are_gone(store: Path, folder: Path) -> None:
    call("run", "identity", "--tasks", folder, "--workers", 1)
    shutil.rmtree(folder)
    shown = lines("outcomes", "latest")
    assert [line.split()[:4] for line in shown[2:5]] == [
        [id, "answered", "?", "?"] for id in ("near", "right", "size")
    ]
    assert shown[5].startswith("not judged: the tasks of the run identity-1 cannot be loaded")
    assert "cannot be loaded" in call("outcomes", "latest", "--solved", status=2)
    assert "identity-1" in call("runs")
    assert "not shown: run identity-1: the tasks of the run" in call("table")


def test_runs_are_renamed_tagged_listed_and_deleted(store: Path) -> None:
    run_small(store, "identity", name="one")
    run_small(store, "transforms", name="two", limit=None, only=EASY)
    assert call("runs", "rename", "one", "first") == "run one is now first\n"
    said = call("runs", "tag", "first", "paper", "draft", "--note", "the floor")
    assert said == "run first: tags paper draft; note: the floor\n"
    assert "first" in call("runs", "--tag", "paper")
    assert "two" not in call("runs", "--tag", "paper")
    assert call("runs", "tag", "first", "draft", "--remove") == (
        "run first: tags paper; note: the floor\n"
    )
    listed = json.loads(call("runs", "--json"))["runs"]
    assert [(run["name"], run["tags"], run["score"]["percent"]) for run in listed] == [
        ("two", [], 100.0),
        ("first", ["paper"], 0.0),
    ]
    said = call("runs", "delete", "first", status=1, input="n\n")
    asked = CliRunner().invoke(main, ["runs", "delete", "first"], input="n\n").stdout
    assert "identity on arcgrid/mini [2 of 40 tasks], 2 outcomes, begun" in asked
    assert "first" in call("runs")
    assert call("runs", "delete", "first", "--yes").endswith("run first is removed\n")
    assert "first" not in call("runs")


def test_a_run_of_errors_shows_the_commonest(store: Path) -> None:
    result = CliRunner().invoke(
        main,
        ["run", f"{HOSTILE}:raise_error", "--tasks", "arcgrid/mini", "--limit", "3"],
    )
    assert "nothing was answered; 3 of 3 times: RuntimeError: no idea\n" in result.stdout
    assert "all of it: arcgrid outcomes hostile-1\n" in result.stdout


def test_a_comparison_warns_of_a_side_that_is_not_whole(store: Path, tmp_path: Path) -> None:
    run_small(store, "identity", name="part", limit=2)
    run_small(store, "transforms", name="whole", limit=6)
    shown = lines("compare", "part", "whole", "--tasks", "arcgrid/mini")
    warning = "WARNING: part has no answer to 38 of 40 tasks, which count as not solved"
    assert shown[0].startswith(warning)
    assert any(line.startswith(warning) for line in shown[-3:])
    fair = call("compare", "whole", "whole")
    assert "WARNING" not in fair
    assert "Of 6 tasks, whole (number 1) scores" in fair


def test_the_table_answers_what_is_asked(store: Path) -> None:
    run_small(store, "identity", name="small")
    run_small(store, "transforms", name="mini", limit=40)
    whole = table()
    assert {row.source for row in whole.others} == {"run small", "run mini"}
    assert all(row.kind == "reported" for row in whole.rows)
    assert [row.source for row in table(tasks="arcgrid/mini").rows] == ["run mini"]
    assert table(tasks="arcgrid/mini").skipped == (
        "there are no reported figures over arcgrid/mini here",
    )
    told = table(tasks="arc-agi-1/evaluation")
    assert {row.task_set for row in told.rows} == {"public-evaluation-400"}
    assert (len(table(mine=True).rows), len(table(mine=True, runs=["small"]).others)) == (0, 1)
    by_name = [row.system.lower() for row in table(sort="system").rows]
    assert by_name == sorted(by_name)
    when = [row.when for row in table(sort="when").rows]
    assert when == sorted(when, reverse=True)
    costs = [row.cost_usd_per_task for row in table(sort="cost").rows]
    known = [cost for cost in costs if cost is not None]
    assert costs[: len(known)] == sorted(known)
    assert "unknown run 'nope'" in call("table", "--run", "nope", status=2)
    with pytest.raises(UnknownNameError, match="unknown order 'size'"):
        table(sort="size")


def test_no_figure_for_arc_agi_2_is_said() -> None:
    shown = call("table", "--tasks", "arc-agi-2/evaluation", "--mine")
    assert "o3" not in shown
    shown = call("table", "--tasks", "arc-agi-2/evaluation")
    assert "there are no reported figures over arc-agi-2/evaluation here" in shown


# a file, where it is given: what it is told to be
KINDS: dict[str, tuple[str, list[str], str]] = {
    "a submission as tasks": (
        '{"ab": [{"attempt_1": [[1]], "attempt_2": null}]}',
        ["show", "f.json"],
        "f.json: this holds a submission, and tasks are wanted",
    ),
    "an AAB file as tasks": (
        '[{"attempt_1": [[1]]}]',
        ["run", "identity", "--tasks", "f.json"],
        "f.json: this holds a submission, and tasks are wanted",
    ),
    "results as tasks": (
        '{"score": 1.0, "task_results": {}}',
        ["show", "f.json"],
        "f.json: this holds official results, and tasks are wanted",
    ),
    "solutions as tasks": (
        '{"ab": [[[1]]]}',
        ["gallery", "f.json", "-o", "g"],
        "f.json: this holds solutions, and tasks are wanted",
    ),
    "a task as a submission": (
        '{"train": [{"input": [[1]], "output": [[1]]}], "test": [{"input": [[1]]}]}',
        ["convert", "f.json", "-o", "s.csv", "--format", "kaggle-2020"],
        "f.json: this holds a task, and a submission is wanted",
    ),
}


@pytest.mark.parametrize(("text", "arguments", "message"), KINDS.values(), ids=KINDS)
def test_a_file_of_the_wrong_kind_is_told_as_what_it_is(
    text: str, arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("f.json").write_text(text)
    assert call(*arguments, status=2) == f"Error: {message}\n"


def test_tasks_are_written_as_a_pair_by_a_bare_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = call("convert", "arcgrid/mini", "-o", "mini", "--format", "kaggle-tasks")
    assert said.startswith("mini_challenges.json: kaggle-tasks, 40 tasks")
    assert arcgrid.load("mini_challenges.json").digest == arcgrid.load("arcgrid/mini").digest


@pytest.mark.parametrize("claim", ["250", "-5", "nan"])
def test_a_claim_is_a_percentage(claim: str, store: Path) -> None:
    run_small(store, "identity")
    said = call("audit", "latest", f"--claim={claim}", status=2)
    assert said.startswith("Error: a claim is a figure from 0 to 100 percent")


def test_a_claim_that_does_not_come_out_names_the_nearest(store: Path, tmp_path: Path) -> None:
    run_small(store, "transforms", limit=None, only=EASY)
    shown = call("audit", "latest", "--claim", "99")
    assert "no rule, set version or denominator gives 99%" in shown
    assert "the nearest is 100.0000%: arc-prize on arcgrid/mini [2 of 40 tasks], 2 of 2" in shown


def test_an_audit_says_what_it_is_against(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("output_id,output\n")
    result = CliRunner().invoke(main, ["audit", str(tmp_path / "s.csv")])
    assert "audited against arc-agi-1/evaluation, as no other set is named" in result.stderr


def test_a_run_as_records(store: Path) -> None:
    result = run_small(store, "transforms", limit=None, only=[*EASY, "maze-thread"])
    records = result.records()
    assert [record["task"] for record in records] == result.tasks.ids
    assert (round(result.percent or 0), sorted(result.solved)) == (67, sorted(EASY))
    assert [record["solved"] for record in records] == [1.0, 0.0, 1.0]


def test_sets_are_looked_into_like_lists() -> None:
    tasks = arcgrid.load("arcgrid/mini")
    assert tasks[0].id == tasks.ids[0]
    assert tasks[-1].id == tasks.ids[-1]
    assert tasks[:10].ids == tasks.ids[:10]
    assert tasks[:10].name == "arcgrid/mini [10 of 40 tasks]"
    assert tasks._ipython_key_completions_() == tasks.ids
    with pytest.raises(IndexError):
        tasks[40]


def test_directions_have_names() -> None:
    grid = arcgrid.as_grid([[1, 0], [0, 2]])
    for number, name in enumerate(("up", "right", "down", "left")):
        assert (
            arcgrid.ops.gravity(grid, name).tolist()  # type: ignore[arg-type]  # one of the four
            == arcgrid.ops.gravity(grid, number).tolist()
        )
    with pytest.raises(ArgumentError, match="a direction is up, right, down or left, not 'dwn'"):
        arcgrid.ops.gravity(grid, "dwn")  # type: ignore[arg-type]  # that is the fault


# commands that write a file, after which it is there
WRITES: dict[str, list[str]] = {
    "export": ["export", "latest", "-o", "out"],
    "render": ["render", "arcgrid/mini/gravity-down", "-o", "out.png"],
    "report": ["report", "latest", "-o", "out"],
    "gallery": ["gallery", "arcgrid/mini", "-o", "out"],
    "convert": ["convert", "latest", "-o", "out", "--format", "kaggle", "--lossy"],
    "table": ["table", "-o", "out"],
}


@pytest.mark.parametrize("arguments", WRITES.values(), ids=WRITES)
def test_nothing_is_written_over_without_force(
    arguments: list[str], store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_small(store, "identity")
    monkeypatch.chdir(tmp_path)
    call(*arguments)
    before = {path: path.read_bytes() for path in tmp_path.rglob("out*") if path.is_file()}
    said = call(*arguments, status=2)
    assert said.endswith(": this exists already (--force writes it anew)\n")
    assert {path: path.read_bytes() for path in before} == before
    for path in before:
        path.write_text("an old file")
    call(*arguments, "--force")
    assert {path: path.read_bytes() for path in before} == before
