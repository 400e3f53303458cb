"""Functions as solvers: in this process, and in workers, to which their source travels."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import arcgrid
from arcgrid import Budget, Puzzle
from arcgrid.errors import SolverError
from tests.fixtures.functions import flip_twice

SCRIPT = """
import numpy as np
from math import floor
import arcgrid

TURNS = (1, 2)
def helper(grid):
    return np.rot90(grid, TURNS[floor(0.5)])

class Box:
    def __init__(self, grid):
        self.grid = grid

def solve(puzzle, budget, times: int = 1):
    return [[Box(helper(grid)).grid] for grid in puzzle.test]

result = arcgrid.run(solve, "arcgrid/mini", limit=3, workers=1, options={"times": "2"})
print(result.outcomes["answered"], result.run.plan.solver.version)
again = arcgrid.resume(result.run.name)
print(again.outcomes["answered"])

data = np.zeros(3)
def stuck(puzzle, budget):
    return [[data] for grid in puzzle.test]
try:
    arcgrid.run(stuck, "arcgrid/mini", limit=1)
except arcgrid.ArcgridError as error:
    print(error)
"""


def test_a_function_of_a_script_travels_with_all_that_it_names(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(SCRIPT)
    result = subprocess.run(
        [sys.executable, "mine.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert result.stdout.splitlines() == [
        "3 file",
        "3",
        "stuck names what cannot travel to a worker: data (a ndarray); put it in a file, make it "
        "an option (-O), or run inline=True",
    ]


def test_a_function_of_a_module_is_its_file(store: Path) -> None:
    result = arcgrid.run(flip_twice, "arcgrid/mini", limit=2, workers=1)
    assert result.outcomes["answered"] == 2
    assert result.run.plan.solver.module.endswith("functions.py")


def test_anything_callable_runs_inline(store: Path) -> None:
    seen: list[int] = []

    def solve(puzzle: Puzzle, budget: Budget) -> object:
        seen.append(len(puzzle.test))
        return [[grid] for grid in puzzle.test]

    result = arcgrid.run(solve, "arcgrid/mini", limit=3, inline=True)
    assert len(seen) == 3
    assert (result.run.plan.solver.name, result.run.plan.solver.version) == ("solve", "function")
    with pytest.raises(SolverError, match="seen \\(of the function around solve\\)"):
        arcgrid.run(solve, "arcgrid/mini", limit=3)
    assert len(arcgrid.run(solve, "arcgrid/mini", limit=1, inline=True).records()) == 1


def test_what_is_no_function_says_so(store: Path) -> None:
    with pytest.raises(SolverError, match="print is no function: only inline=True can call it"):
        arcgrid.run(print, "arcgrid/mini")
    lambdas = lambda puzzle, budget: [[grid] for grid in puzzle.test]  # noqa: E731  # the case
    with pytest.raises(SolverError, match="write it with def"):
        arcgrid.run(lambdas, "arcgrid/mini")
    assert not store.exists()
