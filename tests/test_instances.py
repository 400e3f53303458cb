"""Fresh instances of training tasks, and what is told of them."""

from __future__ import annotations

import importlib.metadata

import numpy as np
import pytest

import arcgrid
from arcgrid import Answer, Guess, Outcome
from arcgrid.result import TimedAnswer
from benchmarks.fresh import solved
from benchmarks.instances import PACKAGE, instances_of, original_of
from benchmarks.split import second_part, split_training

IDS = ("0d3d703e", "3c9b0459")


@pytest.fixture(scope="module")
def fresh() -> arcgrid.TaskSet:
    try:
        importlib.metadata.distribution(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        pytest.skip(f"{PACKAGE} is not installed")
    return instances_of(arcgrid.load("arc-agi-1/training").subset(IDS), 3, "tests")


def test_instances_are_as_large_as_their_task_and_all_different(fresh: arcgrid.TaskSet) -> None:
    tasks = arcgrid.load("arc-agi-1/training")
    assert [task.id for task in fresh] == [f"{id}-{index}" for id in IDS for index in range(3)]
    for task in fresh:
        original = tasks[original_of(task.id)]
        assert (len(task.train), len(task.test)) == (len(original.train), len(original.test))
        assert not {*task.train, *task.test} & {*original.train, *original.test}
    pairs = [pair for task in fresh for pair in (*task.train, *task.test)]
    assert len(set(pairs)) == len(pairs)


def test_instances_follow_the_rule_of_their_task(fresh: arcgrid.TaskSet) -> None:
    for task in fresh:
        if original_of(task.id) == "3c9b0459":  # half a turn
            for pair in (*task.train, *task.test):
                assert pair.output is not None
                assert np.array_equal(np.rot90(pair.input, 2), pair.output)


def test_instances_depend_on_the_seed_alone(fresh: arcgrid.TaskSet) -> None:
    tasks = arcgrid.load("arc-agi-1/training").subset(IDS)
    assert instances_of(tasks, 3, "tests").digest == fresh.digest
    assert instances_of(tasks, 3, "others").digest != fresh.digest
    assert instances_of(tasks, 1, "tests")["0d3d703e-0"] == fresh["0d3d703e-0"]


def test_what_an_outcome_is_worth() -> None:
    grid, other = np.zeros((1, 1), np.uint8), np.ones((1, 1), np.uint8)
    task = arcgrid.Task(
        "a", (arcgrid.Pair(grid, grid),), (arcgrid.Pair(grid, other), arcgrid.Pair(other, grid))
    )
    guesses = (Guess(grid, explanation="cells: no"), Guess(other, explanation="objects, cells: b"))
    answer = Answer((guesses, (Guess(other, explanation="states: c"),)))
    outcome = Outcome("answered", 1.0, 1.0, answers=(TimedAnswer(1.0, answer),))
    assert solved(task, outcome).share == 0.5
    assert solved(task, outcome).families == ("objects", "cells")
    assert solved(task, Outcome("timeout", 1.0, 1.0)).share == 0


def test_the_parts_do_not_overlap() -> None:
    develop, check = split_training()
    second = second_part()
    assert (len(develop), len(check), len(second)) == (280, 120, 125)
    assert len({task.id for task in [*develop, *check, *second]}) == 525
