"""Rigid motions of a grid, and letting its cells fall."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from arcgrid import Grid
from arcgrid_solvers.transforms.analysis import Analysis
from arcgrid_solvers.transforms.transform import Examples, Transform

Motion = Callable[[Grid], Grid]

MOTIONS: dict[str, Motion] = {
    "flip left-right": lambda grid: grid[:, ::-1],
    "flip top-bottom": lambda grid: grid[::-1],
    "turn by 180 degrees": lambda grid: grid[::-1, ::-1],
    "turn left": lambda grid: np.rot90(grid),
    "turn right": lambda grid: np.rot90(grid, -1),
    "flip along the main diagonal": lambda grid: grid.T,
    "flip along the other diagonal": lambda grid: grid[::-1, ::-1].T,
}
"""The rigid motions other than standing still, simplest first."""

TURNED = (
    "turn left",
    "turn right",
    "flip along the main diagonal",
    "flip along the other diagonal",
)
"""The motions that change height for width."""


def motions(examples: Examples) -> Iterator[Transform]:
    """Every rigid motion that makes a grid of the right shape."""
    shape, wanted = examples[0].before.grid.shape, examples[0].after.shape
    for name, move in MOTIONS.items():
        if wanted == (shape[::-1] if name in TURNED else shape):
            yield Transform(name, 1, _moved(move))


def _moved(move: Motion) -> Callable[[Analysis], Grid]:
    return lambda analysis: np.ascontiguousarray(move(analysis.grid))


FALLS = {"bottom": 0, "left": 1, "top": 2, "right": 3}
"""How many quarter turns to the left bring a side to the bottom."""


def falls(examples: Examples) -> Iterator[Transform]:
    """Let all cells that are not background fall to one side."""
    if examples[0].keeps_shape:
        for side, turns in FALLS.items():
            yield Transform(f"let all cells fall to the {side}", 2, _fallen(turns))


def _fallen(turns: int) -> Callable[[Analysis], Grid]:
    def apply(analysis: Analysis) -> Grid:
        grid = np.rot90(analysis.grid, turns)
        order = np.argsort(grid != analysis.background, axis=0, kind="stable")
        fallen = np.take_along_axis(grid, order, axis=0)
        return np.ascontiguousarray(np.rot90(fallen, -turns))

    return apply
