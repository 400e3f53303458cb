"""Commands about sets and sides, run in process: leaks, differences, fingerprints, comparisons."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import arcgrid
from arcgrid.cli import main
from arcgrid.fingerprint import fingerprint, symmetric_fingerprint
from arcgrid.formats.kaggle import write_submission
from arcgrid.formats.task_json import write_task_directory
from tests.samples import submission, task

A, B = [[1]], [[2, 3]]


def call(*arguments: object) -> str:
    result = CliRunner().invoke(main, list(map(str, arguments)))
    assert result.exit_code == 0, result.output
    return result.stdout


def record(*arguments: object) -> Any:
    return json.loads(call(*arguments, "--json"))


@pytest.fixture
def sets(tmp_path: Path) -> tuple[Path, Path]:
    """Two sets that share one task under two names, and the id of another."""
    shared = task("here", A)
    first, second = tmp_path / "first", tmp_path / "second"
    write_task_directory(first, [shared, task("both", B), task("old", [[4, 5, 6]])])
    there = arcgrid.Task("there", shared.train, shared.test)
    write_task_directory(second, [there, task("both", B, A), task("new", [[7], [8]])])
    return first, second


def test_leaks_are_between_the_two_sets_in_their_order(sets: tuple[Path, Path]) -> None:
    first, second = sets
    found = {
        (one["kind"], one["first"], one["second"])
        for one in record("tasks", "leaks", *sets)["leaks"]
    }
    assert ("exact", "here", "there") in found
    turned = record("tasks", "leaks", second, first)["leaks"]
    assert ("exact", "there", "here") in {
        (one["kind"], one["first"], one["second"]) for one in turned
    }
    assert record("tasks", "leaks", first, first)["first"] == str(first)
    assert "1 exact, 0 symmetric" in call("tasks", "leaks", *sets)


def test_what_differs_between_two_sets(sets: tuple[Path, Path]) -> None:
    found = record("tasks", "diff", *sets)
    assert (found["removed"], found["added"]) == (["here", "old"], ["new", "there"])
    assert (found["same"], found["changed"]) == ([], ["both"])


def test_fingerprints_are_those_of_the_tasks(sets: tuple[Path, Path]) -> None:
    tasks = arcgrid.load(sets[0])
    rows = [line.split() for line in call("tasks", "fingerprint", sets[0]).splitlines()[2:]]
    assert rows == [
        [one.id, fingerprint(one)[:16], symmetric_fingerprint(one)[:16]] for one in tasks
    ]
    found = record("tasks", "fingerprint", sets[0])
    assert fingerprint(tasks["old"]) in json.dumps(found)
    assert symmetric_fingerprint(tasks["old"]) in json.dumps(found)


def test_sides_are_compared_in_their_order_under_the_rule(
    tmp_path: Path, sets: tuple[Path, Path]
) -> None:
    _, second = sets
    half, none = tmp_path / "half.json", tmp_path / "none.json"
    write_submission(half, submission({"both": [[B], [[[9]]]]}))
    write_submission(none, submission({"both": [[[[9]]], [[[9]]]]}))
    asked = ("--tasks", second)
    found = record("compare", half, none, *asked)
    assert (found["rule"], found["pairs"][0]["won"]) == ("arc-prize", ["both"])
    assert (found["pairs"][0]["first"], found["pairs"][0]["lost"]) == (str(half), [])
    strict = record("compare", half, none, *asked, "--rule", "all-outputs")
    assert (strict["rule"], strict["pairs"][0]["won"]) == ("all-outputs", [])
    turned = record("compare", none, half, *asked)
    assert (turned["pairs"][0]["first"], turned["pairs"][0]["lost"]) == (str(none), ["both"])
