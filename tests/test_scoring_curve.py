"""The score by the number of samples: against a direct simulation, and the run's own score."""

from __future__ import annotations

import math
import random
import statistics

import pytest

from arcgrid import Grid, TaskSet, as_grid
from arcgrid.engines.chat.work import voted
from arcgrid.sample import Sample
from arcgrid.scoring.curve import sample_curve
from arcgrid.scoring.rules import RULES, score
from tests.samples import submission, task, task_set

TASKS = task_set(task("one", [[1]]), task("two", [[2]], [[3]]), task("none", [[4]]))
RIGHT = {("one", 0): 1, ("two", 0): 2, ("two", 1): 3}
POOLS: dict[tuple[str, int], list[int | None]] = {
    ("one", 0): [1, 1, 5, 5, 5, 6, 6, 7],
    ("two", 0): [2, 5, 6, 6, 7, 8, None, None],
    ("two", 1): [3, 3, 3, 5],  # time was up
}


def sample(test: int, number: int, name: int | None) -> Sample:
    grid: Grid | None = None if name is None else as_grid([[name]])
    return Sample(test, number, "no-grid" if name is None else "grid", grid)


SAMPLES = {
    (id, test): [sample(test, number, name) for number, name in enumerate(pool)]
    for (id, test), pool in POOLS.items()
}


def simulated(tasks: TaskSet, drawn: int, rule: str, attempts: int, times: int) -> list[float]:
    """Scores with so many samples of each test input, drawn at random, in random order."""
    chance = random.Random(5)
    scores = []
    for _ in range(times):
        answers = {}
        for one in tasks:
            picked: list[Sample] = []
            for test in range(len(one.test)):
                pool = SAMPLES.get((one.id, test), [])
                picked += chance.sample(pool, min(drawn, len(pool)))
            guesses = voted(picked, len(one.test), attempts).guesses
            answers[one.id] = [[guess.grid for guess in test] for test in guesses]
        scores.append(score(tasks, submission(answers), rule).percent_solved)
    return scores


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("attempts", [1, 2])
def test_it_is_what_a_direct_simulation_gives(rule: str, attempts: int) -> None:
    curve = sample_curve(TASKS, SAMPLES, RULES[rule], attempts)
    assert [point.samples for point in curve] == list(range(1, 9))
    for point in (curve[0], curve[2], curve[5]):
        scores = simulated(TASKS, point.samples, rule, attempts, 600)
        error = max(point.deviation / math.sqrt(600), 1e-9)
        assert abs(statistics.mean(scores) - point.percent) < 4.5 * error
        assert statistics.stdev(scores) == pytest.approx(point.deviation, rel=0.2, abs=1e-9)


def test_the_deviation_of_one_vote_in_two_is_that_of_a_fair_coin() -> None:
    pool = [sample(0, 0, 1), sample(0, 1, 5)]
    first, last = sample_curve(
        task_set(task("one", [[1]])), {("one", 0): pool}, RULES["arc-prize"], 1
    )
    assert (first.percent, first.deviation) == pytest.approx((50, 50))
    assert (last.percent, last.deviation) == pytest.approx((50, 50))  # a tie: the first seen wins


def test_with_all_samples_it_is_the_score_of_the_run_but_for_ties() -> None:
    *_, last = sample_curve(TASKS, SAMPLES, RULES["kaggle-2024"], 1)
    # one: 5 wins for sure; two[0]: 6 does; two[1]: 3 does
    assert last.percent == pytest.approx(25)
    assert last.deviation == pytest.approx(0)
    *_, tied = sample_curve(TASKS, SAMPLES, RULES["kaggle-2024"], 2)
    # one: 1 and 6 are tied for the second place; two[0]: four grids are
    assert tied.percent == pytest.approx(100 * (0.5 + 1 / 4 + 1) / 4)


def test_the_oracle_needs_one_right_sample() -> None:
    first, *_, last = sample_curve(TASKS, SAMPLES, RULES["kaggle-2024"], 2)
    assert first.oracle == pytest.approx(100 * (2 / 8 + 1 / 8 + 3 / 4) / 4)
    assert last.oracle == pytest.approx(75)


def test_no_samples_have_no_curve() -> None:
    assert sample_curve(TASKS, {}, RULES["arc-prize"], 2) == []


def test_many_samples_have_some_points() -> None:
    pool = [sample(0, number, 1 + number % 3) for number in range(100)]
    curve = sample_curve(task_set(task("one", [[1]])), {("one", 0): pool}, RULES["arc-prize"], 2)
    assert [point.samples for point in curve] == [*range(1, 17), 23, 32, 45, 64, 91, 100]
