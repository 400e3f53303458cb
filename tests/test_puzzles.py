"""The bundled puzzles: sound, varied, and true to their stated rules."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import pytest

import arcgrid
import arcgrid_tasks
from tests.mini_rules import RULES

HOME = Path(arcgrid_tasks.__file__).parent
TASKS = arcgrid.load("arcgrid/mini")
with open(HOME / "mini.csv", newline="") as file:
    STATED = {row["id"]: row for row in csv.DictReader(file)}


def test_every_puzzle_states_its_rule() -> None:
    assert list(STATED) == sorted(STATED)
    assert set(STATED) == {task.id for task in TASKS} == set(RULES)
    for row in STATED.values():
        assert row["rule"].endswith(".")
        assert "\n" not in row["rule"]


def test_there_are_enough_and_they_differ() -> None:
    sizes = {
        size
        for task in TASKS
        for pair in (*task.train, *task.test)
        for size in (pair.input.shape, pair.output.shape if pair.output is not None else ())
    }
    assert len(TASKS) >= 24
    assert len({row["concept"] for row in STATED.values()}) >= 12
    assert {len(task.test) for task in TASKS} == {1, 2, 3}
    assert {(1, 1), (30, 30)} <= sizes


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_the_stated_rule_makes_every_output(task: arcgrid.Task) -> None:
    for pair in (*task.train, *task.test):
        assert pair.output is not None
        assert RULES[task.id](pair.input.tolist()) == pair.output.tolist()


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_a_puzzle_is_a_puzzle(task: arcgrid.Task) -> None:
    assert 2 <= len(task.train) <= 5
    inputs = sorted(pair.input.tolist() for pair in (*task.train, *task.test))
    assert all(one != other for one, other in pairwise(inputs))
    assert all(pair.output is not None for pair in task.test)
