"""The search: which chains of transforms explain all train pairs, and what they answer.

A chain crops, then reshapes, then recolors; each step may be left out. Proposers of the next
step are asked only about what the last step made of the examples.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, product

import numpy as np

from arcgrid import Answer, Budget, Guess, Puzzle
from arcgrid_solvers.transforms.analysis import Analysis
from arcgrid_solvers.transforms.crops import color_crops, corner_crops, object_crops, trims
from arcgrid_solvers.transforms.motions import falls, motions
from arcgrid_solvers.transforms.panels import overlays, panel_crops, unlined
from arcgrid_solvers.transforms.repair import repairs
from arcgrid_solvers.transforms.tables import panel_tables, recolors, repaints
from arcgrid_solvers.transforms.tilings import (
    arrangements,
    continuations,
    enlargements,
    frames,
    patterns,
    reductions,
)
from arcgrid_solvers.transforms.transform import (
    IDENTITY,
    Example,
    Examples,
    Proposer,
    Transform,
    images,
)

CROPS: tuple[Proposer, ...] = (
    trims,
    color_crops,
    panel_crops,
    overlays,
    unlined,
    object_crops,
    corner_crops,
    reductions,
)
"""First step: make the grid smaller."""

RESHAPES: tuple[Proposer, ...] = (
    motions,
    enlargements,
    arrangements,
    patterns,
    frames,
    continuations,
    corner_crops,
    reductions,
)
"""Second step: move, tile or scale what is left."""

WHOLES: tuple[Proposer, ...] = (repairs, falls, repaints, panel_tables)
"""Single steps from the whole input to the output, not combined with others."""


def solve(puzzle: Puzzle, budget: Budget) -> Iterator[Answer]:
    """Answer with the simplest transforms that make every train output from its input.

    Yields an answer whenever the best `budget.attempts` guesses for a test input change; the last
    is the best. Where nothing explains the pairs, it is empty.
    """
    ranking = Ranking(puzzle, budget.attempts)
    yield ranking.answer()
    examples = [
        Example(Analysis(pair.input), pair.output)
        for pair in puzzle.train
        if pair.output is not None
    ]
    for transform in explanations(examples):
        if ranking.add(transform):
            yield ranking.answer()


class Ranking:
    """The distinct answers to each test input, simplest explanation first."""

    def __init__(self, puzzle: Puzzle, attempts: int) -> None:
        self.attempts = attempts
        self.tests = [Analysis(grid) for grid in puzzle.test]
        self.found: list[dict[bytes, tuple[float, Guess]]] = [{} for _ in puzzle.test]

    def add(self, transform: Transform) -> bool:
        """Apply a transform to all test inputs; True when that changes the answer."""
        changed = [self._add_to(index, transform) for index in range(len(self.tests))]
        return any(changed)

    def _add_to(self, index: int, transform: Transform) -> bool:
        found, grid = self.found[index], transform.apply(self.tests[index])
        if grid is None:
            return False
        key = Analysis(grid).key
        if key in found and found[key][0] <= transform.cost:
            return False
        found[key] = transform.cost, Guess(grid, explanation=transform.name)
        return key in self._best(index)

    def _best(self, index: int) -> list[bytes]:
        found = self.found[index]
        return sorted(found, key=lambda key: found[key][0])[: self.attempts]

    def answer(self) -> Answer:
        """The best guesses for each test input."""
        places = range(len(self.tests))
        return Answer(tuple(tuple(self.found[i][key][1] for key in self._best(i)) for i in places))


def explanations(examples: Examples) -> Iterator[Transform]:
    """Every transform, single or composed, that explains all examples."""
    for crops, cropped in _steps(CROPS, examples):
        for reshapes, reshaped in _steps(RESHAPES, cropped):
            for recolor in _last_steps(reshaped):
                for crop, reshape in product(crops, reshapes):
                    yield crop.then(reshape).then(recolor)
    for propose in WHOLES:
        for transform in propose(examples):
            made = images(transform, examples)
            if made is not None and _all_equal(made):
                yield transform


def _steps(
    proposers: tuple[Proposer, ...], examples: Examples
) -> list[tuple[list[Transform], list[Example]]]:
    """What transforms make of the examples; those that make the same of all are listed together.

    Such alternatives are tried as one on the train pairs, and apart on the test inputs.
    """
    found: dict[tuple[bytes, ...], tuple[list[Transform], list[Example]]] = {}
    proposed = (transform for propose in proposers for transform in propose(examples))
    for transform in chain([IDENTITY], proposed):
        made = images(transform, examples)
        if made is not None:
            key = tuple(example.before.key for example in made)
            found.setdefault(key, ([], made))[0].append(transform)
    return list(found.values())


def _last_steps(examples: Examples) -> Iterator[Transform]:
    if not all(example.keeps_shape for example in examples):
        return
    if _all_equal(examples):
        yield IDENTITY
    else:
        yield from recolors(examples)


def _all_equal(examples: Examples) -> bool:
    return all(np.array_equal(example.before.grid, example.after) for example in examples)
