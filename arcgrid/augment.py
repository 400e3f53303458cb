"""Copies of a puzzle that mean the same, and answers to them brought back: for solver writers.

A copy is moved by one of the eight symmetries of the square, its colors are permuted, its train
pairs stand in another order. Whoever answers copies undoes that on the answers, and lets them vote.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from arcgrid.errors import ArgumentError
from arcgrid.grid import COLORS, Grid, as_grid, grid_bytes
from arcgrid.result import Guess
from arcgrid.task import Pair, Puzzle

MOTIONS = 8
"""Symmetries of the square: 0 to 3 are quarter turns clockwise, 4 to 7 the same mirrored before."""

PLAIN = tuple(range(COLORS))
"""Every color as itself."""


@dataclass(frozen=True, slots=True)
class Augmentation:
    """One way to make a copy of a puzzle, which can be undone on its answers.

    Attributes:
        motion: 0 to 7: mirrored left to right from 4 on, then so many (mod 4) quarter turns
            clockwise.
        colors: for each color the one that stands for it in the copy; a permutation of 0..9.
        order: the places of the train pairs in the copy; empty for as they are.

    Raises:
        ArgumentError: the motion, the colors or the order is none.
    """

    motion: int = 0
    colors: tuple[int, ...] = PLAIN
    order: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "colors", tuple(self.colors))
        object.__setattr__(self, "order", tuple(self.order))
        if self.motion not in range(MOTIONS):
            raise ArgumentError(f"a motion is 0 to {MOTIONS - 1}, not {self.motion!r}")
        if sorted(self.colors) != list(PLAIN):
            raise ArgumentError(f"colors are a permutation of 0 to 9, not {self.colors}")
        if sorted(self.order) != list(range(len(self.order))):
            raise ArgumentError(f"an order is a permutation of places, not {self.order}")

    def apply(self, puzzle: Puzzle) -> Puzzle:
        """The copy of a puzzle.

        Raises:
            ArgumentError: the order is for another number of train pairs.
        """
        order = self.order or tuple(range(len(puzzle.train)))
        if len(order) != len(puzzle.train):
            problem = (
                f"an order of {len(order)} train pairs, and the puzzle has {len(puzzle.train)}"
            )
            raise ArgumentError(problem)
        train = [puzzle.train[place] for place in order]
        pairs = [
            Pair(
                self.apply_to(one.input),
                None if one.output is None else self.apply_to(one.output),
            )
            for one in train
        ]
        return Puzzle(tuple(pairs), tuple(map(self.apply_to, puzzle.test)))

    def apply_to(self, grid: Grid) -> Grid:
        """A grid as it is in the copy."""
        moved = grid[:, ::-1] if self.motion >= MOTIONS // 2 else grid
        return as_grid(np.array(self.colors, np.uint8)[np.rot90(moved, -(self.motion % 4))])

    def undo(self, grid: Grid) -> Grid:
        """A grid of the copy as it is in the puzzle: `undo(apply_to(grid))` is the grid."""
        plain = np.argsort(self.colors).astype(np.uint8)[np.rot90(grid, self.motion % 4)]
        return as_grid(plain[:, ::-1] if self.motion >= MOTIONS // 2 else plain)


def augmentations(
    puzzle: Puzzle,
    number: int,
    seed: int = 0,
    *,
    motions: Sequence[int] = tuple(range(MOTIONS)),
    colors: bool = True,
    keep: Iterable[int] = (0,),
    order: bool = True,
) -> list[Augmentation]:
    """Draw different ways to copy a puzzle; the first leaves it as it is.

    Args:
        puzzle: what is to be copied.
        number: how many, the plain one included; fewer where there are not as many.
        seed: of the draw.
        motions: those allowed.
        colors: permute colors.
        keep: colors that stay themselves, such as black, which many take for a background.
        order: permute train pairs.

    Raises:
        ArgumentError: `number` is less than 1, or a motion or color is none.
    """
    if number < 1:
        raise ArgumentError(f"number is at least 1, not {number}")
    draw = random.Random(seed)
    kept = set(keep)
    free = [color for color in PLAIN if color not in kept]
    found = {Augmentation(): None}
    for _ in range(50 * number):  # few motions and nothing else may be all there is
        if len(found) == number:
            break
        chosen = dict(zip(free, draw.sample(free, len(free)), strict=True)) if colors else {}
        places = draw.sample(range(len(puzzle.train)), len(puzzle.train)) if order else []
        plain = places == sorted(places)
        made = Augmentation(
            draw.choice(list(motions)),
            tuple(chosen.get(color, color) for color in PLAIN),
            () if plain else tuple(places),
        )
        found.setdefault(made)
    return list(found)


def vote(grids: Iterable[Grid]) -> list[Guess]:
    """Count equal grids: guesses, the most frequent first, of two the one that was seen first.

    Each guess has its share of the votes as its confidence.

    >>> from arcgrid import as_grid
    >>> one, two = as_grid([[1]]), as_grid([[2]])
    >>> [(guess.grid.tolist(), guess.confidence) for guess in vote([two, one, one, two, one])]
    [([[1]], 0.6), ([[2]], 0.4)]
    """
    counts: dict[bytes, int] = {}
    first: dict[bytes, Grid] = {}
    for grid in grids:
        key = grid_bytes(grid)
        counts[key] = counts.get(key, 0) + 1
        first.setdefault(key, grid)
    total = sum(counts.values())
    return [
        Guess(first[key], counts[key] / total)
        for key in sorted(counts, key=lambda key: -counts[key])
    ]
