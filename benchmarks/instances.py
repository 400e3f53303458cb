"""Fresh instances of training tasks: other pairs that the same rule makes, by RE-ARC's generators.

The generators (M. Hodel, "Addressing the Abstraction and Reasoning Corpus via Procedural Example
Generation", 2024) come with the package reasoning-gym. What is measured on instances is in `fresh`.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import random
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

from arcgrid import GridError, Pair, Task, TaskSet, as_grid

PACKAGE = "reasoning-gym"
INSTALL = "pip install --no-deps --require-hashes -r requirements-fresh.lock"
DIFFICULTY = 0.0, 0.6
"""The bounds between which generators draw sizes and numbers of things; they allow 0 to 1."""

MOST_SIDE = 30
MOST_DRAWS = 50
"""So many draws a pair, then the instance is given up."""

Generator = Callable[[random.Random, float, float], dict[str, Any]]


def instances_of(tasks: Iterable[Task], number: int, seed: str) -> TaskSet:
    """So many instances of each task, of as many pairs and tests as the task has.

    The same on every machine. An instance's id is the task's, a dash, and which one it is. Pairs
    with a side over 30 are drawn again; a task whose generator makes no others has fewer instances.
    """
    generators = _generators()
    found = []
    for task in tasks:
        for index in range(number):
            instance = _instance(task, index, seed, getattr(generators, f"generate_{task.id}"))
            if instance is not None:
                found.append(instance)
    return TaskSet(f"{number} fresh instances a task, seed {seed}", tuple(found))


def original_of(instance: str) -> str:
    """The id of the task that an instance is one of."""
    return instance.rpartition("-")[0]


def _instance(task: Task, index: int, seed: str, generate: Generator) -> Task | None:
    dice = random.Random(f"{seed}/{task.id}/{index}")
    pairs: list[Pair] = []
    wanted = len(task.train) + len(task.test)
    for _ in range(MOST_DRAWS * wanted):
        pair = _draw(generate, dice)
        if pair is not None and pair not in pairs:
            pairs.append(pair)
        if len(pairs) == wanted:
            train, test = tuple(pairs[: len(task.train)]), tuple(pairs[len(task.train) :])
            return Task(f"{task.id}-{index}", train, test)
    return None


def _draw(generate: Generator, dice: random.Random) -> Pair | None:
    """A pair, None where the generator fails, or makes too large a grid or what is none."""
    try:
        made = generate(dice, *DIFFICULTY)
    except Exception:  # generators fail on draws that they cannot place, in many ways
        return None
    grids = made["input"], made["output"]
    if any(not 0 < len(grid) <= MOST_SIDE or not 0 < len(grid[0]) <= MOST_SIDE for grid in grids):
        return None
    try:
        return Pair(*map(as_grid, grids))
    except GridError:  # such as one with a color below 0
        return None


def _generators() -> ModuleType:
    """The module of all generators, without the package around it, which imports much else."""
    try:
        package = importlib.metadata.distribution(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        raise SystemExit(f"{PACKAGE} is not installed: {INSTALL}") from None
    home = str(Path(str(package.locate_file("reasoning_gym"))) / "arc")
    if home not in sys.path:
        sys.path.append(home)
    return importlib.import_module("rearc_utils.generators")
