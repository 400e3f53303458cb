"""Puzzles made for what states can say: for each concept a rule in numpy that is to be found."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.random import Generator, default_rng

from arcgrid import Budget, Grid, Pair, Puzzle, as_grid
from arcgrid_solvers.search import solve

Made = tuple[Grid, Grid]


def shape(dice: Generator, side: int = 3) -> Grid:
    """Filled and empty cells, some of each, the border touched on all sides."""
    while True:
        cells = (dice.random((side, side)) < 0.55).astype(np.uint8)
        if cells.all(axis=None) or not (
            cells[[0, -1]].any(1).all() and cells.T[[0, -1]].any(1).all()
        ):
            continue
        return cells


def colors(dice: Generator, shape: tuple[int, int]) -> Grid:
    return dice.integers(1, 7, shape).astype(np.uint8)


def enlarged(cells: Grid, times: int) -> Grid:
    return cells.repeat(times, axis=0).repeat(times, axis=1)


def colored_by_a_small_one(dice: Generator) -> Made:
    """A large shape takes the colors of a small grid, each a quarter."""
    cells = shape(dice, 6) * 8
    small = colors(dice, (2, 2))
    grid = np.zeros((12, 12), np.uint8)
    top, left = dice.integers(0, 3, 2)
    grid[top : top + 6, left : left + 6] = cells
    grid[9:11, 9:11] = small
    return grid, np.where(cells, enlarged(small, 3), 0)


def cut_by_a_large_one(dice: Generator) -> Made:
    """A small grid keeps the colors where a large shape, scaled down, is filled."""
    cells, small = shape(dice), colors(dice, (3, 3))
    grid = np.zeros((14, 15), np.uint8)
    grid[1:10, 1:10] = enlarged(cells, 3) * 7
    row = dice.integers(0, 9)
    grid[row : row + 3, 11:14] = small
    return grid, cells * small


def repeated_in_colors(dice: Generator) -> Made:
    """The left half in each color of the right half."""
    cells, small = shape(dice, 3) * 8, colors(dice, (3, 3))
    return np.hstack([cells, small]), np.kron(small, cells // 8)


def centers_meet(dice: Generator) -> Made:
    """Rings of several sizes are laid into each other."""
    grid, made = np.zeros((13, 16), np.uint8), np.zeros((7, 7), np.uint8)
    ring = np.ones((7, 7), np.uint8)
    ring[1:-1, 1:-1] = 0
    inks = dice.permutation(np.arange(1, 8))[:3].tolist()
    places = dice.permutation([(0, 0), (0, 8), (8, 4)])
    for side, ink, (row, col) in zip((3, 5, 7), inks, places.tolist(), strict=True):
        own = np.full((side, side), ink, np.uint8)
        own[1:-1, 1:-1] = 0
        if side == 7 and row == 8:
            row = 6
        grid[row : row + side, col : col + side] = own
        edge = (7 - side) // 2
        made[edge : 7 - edge, edge : 7 - edge] = np.where(
            own, own, made[edge : 7 - edge, edge : 7 - edge]
        )
    return grid, made


def edges_go_on(dice: Generator) -> Made:
    """Every edge is repeated around the grid, the corners stay black."""
    grid = colors(dice, tuple(dice.integers(2, 6, 2)))
    made = np.pad(grid, 1, mode="edge")
    made[:: made.shape[0] - 1, :: made.shape[1] - 1] = 0
    return grid, made


def mirrors_share_a_line(dice: Generator) -> Made:
    """Reflected to the right and below, the line between is there once."""
    grid = colors(dice, (3, 4))
    return grid, np.pad(grid, ((0, 2), (0, 3)), mode="reflect")


def bars_by_number(dice: Generator) -> Made:
    """A bar for each color, as long as the color has cells, the longest first."""
    grid = np.zeros((7, 7), np.uint8)
    inks = dice.permutation(np.arange(1, 9))[:3].tolist()
    numbers = sorted(dice.permutation(np.arange(1, 9))[:3].tolist(), reverse=True)
    places = dice.permutation(49)[: sum(numbers)]
    grid.flat[places] = np.repeat(inks, numbers)
    made = np.zeros((3, numbers[0]), np.uint8)
    for row, (ink, number) in enumerate(zip(inks, numbers, strict=True)):
        made[row, :number] = ink
    return grid, made


def lines_sorted(dice: Generator) -> Made:
    """Rows by length, the shortest on top."""
    lengths = dice.permutation(np.arange(1, 8))[:6]
    grid = np.zeros((6, 8), np.uint8)
    for row, (length, ink) in enumerate(zip(lengths, dice.integers(1, 9, 6), strict=True)):
        grid[row, :length] = ink
    return grid, grid[np.argsort(lengths)]


def around_a_corner(dice: Generator) -> Made:
    """From red along the row, then down or up to green."""
    grid = np.zeros((9, 10), np.uint8)
    (row, other), (col, last) = (dice.permutation(n)[:2] for n in grid.shape)
    made = grid.copy()
    made[row, min(col, last) : max(col, last) + 1] = 8
    made[min(row, other) : max(row, other) + 1, last] = 8
    for drawn in (grid, made):
        drawn[row, col], drawn[other, last] = 2, 3
    return grid, made


def hidden_by_a_patch(dice: Generator) -> Made:
    """What the black patch hides in a picture that is its own mirror image."""
    quarter = colors(dice, (5, 5))
    quarter = np.where(np.tri(5, dtype=np.bool_), quarter, quarter.T)
    grid = np.block([[quarter, quarter[:, ::-1]], [quarter[::-1], quarter[::-1, ::-1]]])
    row, col = dice.integers(0, 3), dice.integers(0, 7)
    made = grid[row : row + 2, col : col + 3].copy()
    grid[row : row + 2, col : col + 3] = 0
    return grid, made


def quarter_turns(dice: Generator) -> Made:
    """Four of it, each turned by a quarter against the one before."""
    grid = colors(dice, (3, 3))
    turned = [np.rot90(grid, -k) for k in range(4)]
    return grid, np.block([[turned[0], turned[1]], [turned[3], turned[2]]])


CONCEPTS: tuple[Callable[[Generator], Made], ...] = (
    colored_by_a_small_one,
    cut_by_a_large_one,
    repeated_in_colors,
    centers_meet,
    edges_go_on,
    mirrors_share_a_line,
    bars_by_number,
    lines_sorted,
    around_a_corner,
    hidden_by_a_patch,
    quarter_turns,
)


@pytest.mark.parametrize("concept", CONCEPTS, ids=lambda concept: concept.__name__)
def test_a_concept_is_found(concept: Callable[[Generator], Made]) -> None:
    dice = default_rng(7)
    *known, (asked, wanted) = [
        tuple(as_grid(np.ascontiguousarray(grid, np.uint8)) for grid in concept(dice))
        for _ in range(4)
    ]
    puzzle = Puzzle(tuple(Pair(*pair) for pair in known), (asked,))
    *_, last = solve(puzzle, Budget())
    guesses = [guess.grid.tolist() for guess in last.guesses[0]]
    assert wanted.tolist() in guesses, last.guesses[0][0].explanation
