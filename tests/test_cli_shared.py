"""Options that many commands share do the same on each of them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import arcgrid
from arcgrid import Budget
from arcgrid.cli import main
from arcgrid.formats.kaggle import write_submission
from arcgrid.formats.task_json import write_task_directory
from arcgrid.store import Store
from tests import published

TASKS = arcgrid.load("arcgrid/mini")[:3]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with a set, one of whose files is no task, answers, results, and a run `mine`.

    The run is in `other.sqlite`, which is not where commands look of themselves.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ARCGRID_STORE", raising=False)
    write_task_directory(Path("set"), TASKS)
    shutil.copytree("set", "odd")
    Path("odd", "broken.json").write_text('{"train": [], "test": []}')
    result = arcgrid.run("identity", "set", name="mine", store="other.sqlite", inline=True)
    write_submission(Path("answers.json"), result.submission)
    official = published.results(dict.fromkeys(TASKS.ids, 1.0))
    published.write(Path("published"), "someone", official, published.truth(TASKS), "file")
    return tmp_path


def call(line: str) -> Result:
    return CliRunner().invoke(main, line.split())


@pytest.mark.parametrize(
    "line",
    [
        "audit mine --tasks set",
        "compare mine mine",
        "convert mine --format kaggle --lossy -o converted.json",
        "export mine -o exported.json",
        "outcomes mine",
        "render --run mine -o sheet.png",
        "report mine -o report.html",
        "score mine",
        "show --run mine {task}",
        "store check",
    ],
)
def test_the_run_is_found_in_the_store_that_is_named(desk: Path, line: str) -> None:
    line = line.format(task=TASKS.ids[0])
    assert call(line).exit_code == 2
    found = call(f"{line} --store other.sqlite")
    assert found.exit_code == 0, found.output


@pytest.mark.parametrize(
    "line",
    [
        "audit answers.json --tasks odd",
        "compare answers.json answers.json --tasks odd",
        "gallery odd -o gallery.html",
        "reproduce published --tasks odd",
        "score answers.json --tasks odd",
        "tasks diff odd set",
        "tasks fingerprint odd",
        "tasks leaks odd set",
    ],
)
def test_tasks_that_are_not_sound_are_left_out_where_asked(desk: Path, line: str) -> None:
    refused = call(line)
    assert refused.exit_code == 2
    assert "broken" in refused.stderr
    taken = call(f"{line} --skip-invalid")
    assert taken.exit_code == 0, taken.output
    assert "broken" in taken.stderr


@pytest.mark.parametrize(
    ("line", "intervals"),
    [
        ("audit answers.json --tasks set", True),
        ("compare answers.json answers.json --tasks set", False),
        ("outcomes mine --store other.sqlite", False),
        ("reproduce published --tasks set", False),
        ("runs --store other.sqlite", False),
        ("score answers.json --tasks set", True),
        ("solvers", False),
        ("table --store other.sqlite", True),
        ("tasks fingerprint set", False),
        ("tasks leaks set set", False),
        ("tasks list", False),
    ],
)
def test_intervals_are_written_as_plus_and_minus(desk: Path, line: str, intervals: bool) -> None:
    plain, signed = call(f"{line} --format latex"), call(f"{line} --format latex --plus-minus")
    assert signed.exit_code == 0, signed.output
    assert (signed.stdout != plain.stdout) is intervals
    assert ("^{+" in signed.stdout or r"\pm" in signed.stdout) is intervals


def test_a_table_of_reproductions_goes_to_a_file(desk: Path) -> None:
    line = "reproduce published --tasks set --format csv --output table.csv"
    assert call(line).exit_code == 0
    assert Path("table.csv").read_text().startswith("system,task rows,")
    assert call(line).exit_code == 2
    assert call(f"{line} --force").exit_code == 0


def test_the_table_is_sorted_as_asked(desk: Path) -> None:
    rows = json.loads(call("table --sort system --json").stdout)["rows"]
    systems = [row["system"].lower() for row in rows]
    assert systems == sorted(systems)
    assert systems != [
        row["system"].lower() for row in json.loads(call("table --json").stdout)["rows"]
    ]


def test_what_a_run_is_told_is_in_its_plan(desk: Path) -> None:
    Path("ids.txt").write_text("\n".join(TASKS.ids[1:]))
    limits = "--effort medium --attempts 3 --seconds 7 --memory 512m --seed 5 --start-seconds 90"
    closed = "--network --allow odd --fresh --workers 1"
    done = call(f"run identity --tasks set --ids ids.txt {limits} {closed} --store told.sqlite")
    assert done.exit_code == 0, done.output
    with Store("told.sqlite") as opened:
        plan = opened.find_run("latest").plan
    assert plan.budget == Budget("medium", 3, 7, 512 << 20, 5)
    assert plan.asked == tuple(TASKS.ids[1:])
    assert "network open" in str(plan.isolation)
    assert plan.workers == 1


def test_a_task_as_digits_or_as_half_blocks(desk: Path) -> None:
    for options in ("--digits", "--cells half", "--cells wide --digits"):
        found = call(f"show set/{TASKS.ids[0]} {options}")
        assert found.exit_code == 0, found.output
        assert f"task {TASKS.ids[0]}" in found.stdout
    assert call(f"show set/{TASKS.ids[0]} --cells round").exit_code == 2


def test_the_sentence_for_a_paper_counts_what_it_says(desk: Path) -> None:
    """Shares of tasks are scores, not tasks that are solved; the test says what it counts."""
    by_share = call("compare answers.json answers.json --tasks set").stdout
    assert "scores 0 (0.0%)" in by_share
    assert "exact McNemar test of 0 tasks against 0)." in by_share
    whole = call("compare answers.json answers.json --tasks set --rule all-outputs").stdout
    assert "solves 0 (0.0%)" in whole


def test_an_empty_shard_says_that_it_is(desk: Path) -> None:
    shards = [
        call(f"run identity --tasks set --inline --shard {n}/40 --store {n}.sqlite")
        for n in range(1, 41)
    ]
    said = [done.output for done in shards]
    assert sum("no task of the set is in this shard" in text for text in said) == 40 - len(TASKS)
    assert not any("answers to these tasks are not known" in text for text in said)
    stores = " ".join(f"{number}.sqlite" for number in range(1, 41))
    merged = call(f"merge {stores} 1.sqlite -o whole.sqlite")
    assert merged.exit_code == 0, merged.output
    assert "of 40 stores" in merged.output
