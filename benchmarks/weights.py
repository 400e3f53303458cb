"""Fit the weights of the arbiter of `search` on fresh instances of the develop tasks.

Run as `python -m benchmarks.weights`; it prints the weight that belongs into each family's
declaration, what belongs into `arbiter.WEIGHTS`, and then into `arbiter.SHARPNESS` and `OFFSET`.
These are fitted with the weights that the arbiter has: run it again when those have changed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from arcgrid import Task
from arcgrid_solvers.search.arbiter import Arbiter, weight_of
from arcgrid_solvers.search.candidate import Candidate, Evidence, evidence_of
from arcgrid_solvers.search.families import FAMILIES
from arcgrid_solvers.search.problem import Meter, Problem
from arcgrid_solvers.search.solver import ALLOWANCES, searches
from benchmarks.instances import instances_of
from benchmarks.split import split_training

EFFORT = "low"
INSTANCES, SEED = 1, "weights"
"""Of each task; other ones than those that `fresh` measures."""

NAMES = (*FAMILIES, *Evidence._fields)
SCALES = Evidence(
    renamed=1.0, bits=0.1, fits_all=1.0, fits=1.0, held_out=1.0, share=1.0, reduced=1.0
)
"""Evidence is multiplied by this, so that the penalty on large weights treats all alike."""

PENALTY = 0.3
ROUNDS = 60


def inputs_of(candidate: Candidate) -> list[float]:
    """What the model knows of a candidate, in the order of `NAMES`."""
    own = [float(candidate.family == family) for family in FAMILIES]
    return [*own, *evidence_of(candidate, SCALES)]


Chances = list[tuple[float, bool]]
"""Of one test input: the chance of each answer by the arbiter, and whether it is right."""


def rows_of(task: Task) -> tuple[list[list[float]], list[float], list[Chances]]:
    """The inputs of each candidate for a task, whether it solves all test inputs, all chances."""
    meter, inputs, right = Meter(ALLOWANCES[EFFORT].whole, EFFORT), [], []
    arbiter = Arbiter(len(task.test), 1)
    for search in searches(Problem.of(task.puzzle), meter):
        for candidate in search:
            inputs.append(inputs_of(candidate))
            arbiter.add(candidate)
            solved = [
                answer is not None
                and pair.output is not None
                and np.array_equal(answer, pair.output)
                for answer, pair in zip(candidate.answers, task.test, strict=True)
            ]
            right.append(float(all(solved)))
    for family in FAMILIES.values():
        family.release()
    chances = [
        [(entry.chance, np.array_equal(entry.grid, pair.output)) for entry in found.values()]
        for found, pair in zip(arbiter.found, task.test, strict=True)
        if pair.output is not None
    ]
    return inputs, right, chances


def surprise(values: NDArray[np.float64], tests: list[Chances]) -> float:
    """How little what is right was expected, in all, with some sharpness and offset."""
    sharpness, offset = values
    total = 0.0
    for chances in tests:
        weights = [weight_of(chance, sharpness, offset) for chance, _ in chances]
        right = sum(weight for weight, (_, holds) in zip(weights, chances, strict=True) if holds)
        total -= np.log((right or 1.0) / (1 + sum(weights)))
    return float(total)


def fit(
    inputs: NDArray[np.float64], right: NDArray[np.float64], shares: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Weights of a logistic model, by Newton's method with a penalty on their squares."""
    weights = np.zeros(inputs.shape[1])
    for _ in range(ROUNDS):
        chances = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (shares * (right - chances)) - PENALTY * weights
        spread = (inputs * (shares * chances * (1 - chances))[:, None]).T @ inputs
        weights = weights + np.linalg.solve(spread + PENALTY * np.eye(len(weights)), slope)
    return weights


def main() -> None:
    """Print the weights; a task counts by the root of its number of candidates."""
    found = [rows_of(task) for task in instances_of(split_training()[0], INSTANCES, SEED)]
    inputs = np.array([row for rows, _, _ in found for row in rows])
    right = np.array([value for _, values, _ in found for value in values])
    shares = np.array([len(rows) ** -0.5 for rows, _, _ in found for _ in rows])
    scales = [1.0] * len(FAMILIES) + list(SCALES)
    for name, weight, scale in zip(NAMES, fit(inputs, right, shares), scales, strict=True):
        print(f"{name:12} {weight * scale:6.3f}")
    tests = [chances for _, _, tests in found for chances in tests]
    best = minimize(surprise, (1.0, 0.0), (tests,), method="Nelder-Mead").x
    for name, value in zip(("sharpness", "offset"), best, strict=True):
        print(f"{name:12} {value:6.3f}")


if __name__ == "__main__":
    main()
