"""Scaling, repeating, mirroring, framing, and tiling a grid by its own pattern.

Factors are constant, or a fact of the grid such as its number of colors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np

from arcgrid import MAX_SIDE, Grid
from arcgrid_solvers.transforms.analysis import Analysis, Mask
from arcgrid_solvers.transforms.crops import one_period
from arcgrid_solvers.transforms.motions import MOTIONS, Motion
from arcgrid_solvers.transforms.transform import Examples, Transform

Shape = tuple[int, int]
Enlarge = Callable[[Grid, int, int], Grid]


def _scaled(grid: Grid, rows: int, columns: int) -> Grid:
    return grid.repeat(rows, axis=0).repeat(columns, axis=1)


def _repeated(grid: Grid, rows: int, columns: int) -> Grid:
    return np.tile(grid, (rows, columns))


def _mirrored(grid: Grid, rows: int, columns: int) -> Grid:
    row = np.hstack([grid[:, ::-1] if column % 2 else grid for column in range(columns)])
    return np.vstack([row[::-1] if number % 2 else row for number in range(rows)])


ENLARGE: dict[str, Enlarge] = {
    "scale up": _scaled,
    "repeat": _repeated,
    "repeat, every other copy mirrored,": _mirrored,
}

FACTS: dict[str, Callable[[Analysis], int]] = {
    "the number of colors": lambda analysis: int((analysis.counts > 0).sum()),
    "the number of colors but the background": lambda analysis: len(analysis.colors),
    "the number of cells that are not background": lambda analysis: int(analysis.foreground.sum()),
    "the number of background cells": lambda analysis: int(analysis.counts[analysis.background]),
    "the number of objects": lambda analysis: len(analysis.pieces("touching")),
    "the number of cells of the most common color": lambda analysis: int(analysis.counts.max()),
    "the height": lambda analysis: analysis.grid.shape[0],
    "the width": lambda analysis: analysis.grid.shape[1],
}
"""What a factor may depend on."""

DIRECTIONS: dict[str, Callable[[int], Shape]] = {
    "both ways": lambda factor: (factor, factor),
    "downwards": lambda factor: (factor, 1),
    "sideways": lambda factor: (1, factor),
}


def _growth(examples: Examples) -> Shape | None:
    """How many times higher and wider the first grid becomes, or None."""
    height, width = examples[0].before.grid.shape
    wanted_height, wanted_width = examples[0].after.shape
    if wanted_height % height or wanted_width % width:
        return None
    return wanted_height // height, wanted_width // width


def enlargements(examples: Examples) -> Iterator[Transform]:
    """Scale or repeat by constant factors, or by a fact of the grid."""
    growth = _growth(examples)
    if growth is None or all(example.keeps_shape for example in examples):
        return
    rows, columns = growth
    for verb, enlarge in ENLARGE.items():
        name = f"{verb} {rows}x{columns} times"
        yield Transform(name, 1, _enlarged(enlarge, lambda analysis: growth))
        for fact, count in FACTS.items():
            for direction, factors in DIRECTIONS.items():
                if factors(count(examples[0].before)) == growth:
                    name = f"{verb} {direction} by {fact}"
                    yield Transform(name, 2, _enlarged(enlarge, _by(count, factors)))


def _by(
    count: Callable[[Analysis], int], factors: Callable[[int], Shape]
) -> Callable[[Analysis], Shape]:
    return lambda analysis: factors(count(analysis))


def _enlarged(
    enlarge: Enlarge, factors: Callable[[Analysis], Shape]
) -> Callable[[Analysis], Grid | None]:
    def apply(analysis: Analysis) -> Grid | None:
        rows, columns = factors(analysis)
        height, width = analysis.grid.shape
        if not (0 < rows * height <= MAX_SIDE and 0 < columns * width <= MAX_SIDE):
            return None
        return enlarge(analysis.grid, rows, columns)

    return apply


def arrangements(examples: Examples) -> Iterator[Transform]:
    """Lay moved copies of the grid beside each other, each place's motion found in the examples."""
    growth = _growth(examples)
    if growth in (None, (1, 1)) or any(_growth([example]) != growth for example in examples):
        return
    chosen: list[str] = []
    for row in range(growth[0]):
        for column in range(growth[1]):
            names = (name for name in COPIES if _found(name, row, column, examples))
            name = next(names, None)
            if name is None:
                return
            chosen.append(name)
    said = ", ".join(chosen)
    name = f"lay {growth[0]}x{growth[1]} copies side by side: {said}"
    yield Transform(name, 1.5 + len(set(chosen)) / 4, _arranged(chosen, growth))


COPIES: dict[str, Motion] = {
    "as it is": lambda grid: grid,
    **MOTIONS,
    "empty": np.zeros_like,
}


def _found(name: str, row: int, column: int, examples: Examples) -> bool:
    """Whether the copy moved so is at this place in all examples."""
    for example in examples:
        grid = example.before.grid
        height, width = grid.shape
        top, left = row * height, column * width
        place = example.after[top : top + height, left : left + width]
        if not np.array_equal(COPIES[name](grid), place):
            return False
    return True


def _arranged(chosen: list[str], growth: Shape) -> Callable[[Analysis], Grid | None]:
    rows, columns = growth

    def apply(analysis: Analysis) -> Grid | None:
        copies = [COPIES[name](analysis.grid) for name in chosen]
        if any(copy.shape != analysis.grid.shape for copy in copies):
            return None
        return np.block([copies[row * columns : (row + 1) * columns] for row in range(rows)])

    return apply


def _colored(color: int) -> Callable[[Analysis], Mask]:
    return lambda analysis: analysis.grid == color


WHERE: dict[str, Callable[[Analysis], Mask]] = {
    "is not background": lambda analysis: analysis.foreground,
    "is background": lambda analysis: ~analysis.foreground,
    "has the most common color": lambda analysis: analysis.grid == analysis.counts.argmax(),
    "has the most common color but the background": lambda s: np.isin(s.grid, s.colors[:1]),
    "has the rarest color": lambda analysis: np.isin(analysis.grid, analysis.colors[-1:]),
    **{f"has color {color}": _colored(color) for color in range(10)},
}


def patterns(examples: Examples) -> Iterator[Transform]:
    """Put the grid, or its negative, wherever one of its own cells has some property."""
    if _growth(examples) != examples[0].before.grid.shape:
        return
    for words, where in WHERE.items():
        yield Transform(f"put a copy of the grid where a cell {words}", 2, _patterned(where))
    yield Transform("scale each cell up and cut it by the pattern", 2.2, _patterned_by_color)


def _patterned(where: Callable[[Analysis], Mask]) -> Callable[[Analysis], Grid]:
    def apply(analysis: Analysis) -> Grid:
        background = np.uint8(analysis.background)
        height, width = analysis.grid.shape
        here = _scaled(where(analysis).astype(np.uint8), height, width)
        return np.where(here, _repeated(analysis.grid, height, width), background)

    return apply


def _patterned_by_color(analysis: Analysis) -> Grid:
    height, width = analysis.grid.shape
    here = _repeated(analysis.foreground.astype(np.uint8), height, width)
    return np.where(here, _scaled(analysis.grid, height, width), np.uint8(analysis.background))


def reductions(examples: Examples) -> Iterator[Transform]:
    """Scale down: by a constant factor, or until no smaller grid holds as much."""
    height, width = examples[0].before.grid.shape
    wanted_height, wanted_width = examples[0].after.shape
    rows, columns = height // wanted_height, width // wanted_width
    if rows * columns > 1 and (rows * wanted_height, columns * wanted_width) == (height, width):
        yield Transform("scale down until a cell is one cell", 1, lambda s: _smallest(s.grid))
        name = f"keep one cell of every {rows}x{columns}"
        yield Transform(name, 2, lambda analysis: analysis.grid[::rows, ::columns])


def _smallest(grid: Grid) -> Grid:
    """Divide by the largest block size that all equal blocks allow."""
    steps = []
    for side in (grid, grid.T):
        changes = np.flatnonzero((side[1:] != side[:-1]).any(axis=1)) + 1
        steps.append(int(np.gcd.reduce([*changes.tolist(), len(side)])))
    return grid[:: steps[0], :: steps[1]]


def frames(examples: Examples) -> Iterator[Transform]:
    """Add a border: of one color, or of the cells next to it."""
    height, width = examples[0].before.grid.shape
    if examples[0].after.shape != (height + 2, width + 2):
        return
    color = int(examples[0].after[0, 0])
    name = f"add a border of color {color}"
    yield Transform(name, 1.5, lambda analysis: np.pad(analysis.grid, 1, constant_values=color))
    yield Transform(
        "widen the border by one cell", 2, lambda analysis: np.pad(analysis.grid, 1, "edge")
    )


def continuations(examples: Examples) -> Iterator[Transform]:
    """Continue the pattern to the size of the outputs, or to a size in proportion."""
    before, after = examples[0].before.grid.shape, examples[0].after.shape
    if before == after or after[0] < before[0] or after[1] < before[1]:
        return
    name = f"continue the pattern to {after[0]}x{after[1]}"
    yield Transform(name, 2, lambda analysis: _continued(analysis.grid, after))
    rows, columns = Fraction(after[0], before[0]), Fraction(after[1], before[1])
    name = f"continue the pattern to {rows} times the height and {columns} times the width"
    yield Transform(name, 2.2, lambda analysis: _continued_by(analysis.grid, rows, columns))


def _continued_by(grid: Grid, rows: Fraction, columns: Fraction) -> Grid | None:
    height, width = grid.shape
    return _continued(grid, (int(height * rows), int(width * columns)))


def _continued(grid: Grid, shape: Shape) -> Grid | None:
    if max(shape) > MAX_SIDE:
        return None
    tile = one_period(grid)
    rows, columns = -(-shape[0] // len(tile)), -(-shape[1] // tile.shape[1])
    return np.tile(tile, (rows, columns))[: shape[0], : shape[1]]
