"""Ways to look at an input so that every output cell has cells of the input as its counterparts.

A way makes an *alignment*: layers of the output's shape. Layer 0 is looked at closely, the others
say only which color they have at a cell; further numbers may tell places apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from arcgrid import MAX_SIDE, Grid, ops
from arcgrid_solvers.background import Background
from arcgrid_solvers.search.problem import Problem, pairs_of

_MOST_PARTS = 16


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """Layers (layer, row, column) and further numbers, all of the output's shape."""

    layers: Grid
    extras: tuple[Grid, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One way to look at an input.

    Attributes:
        words: what it does, to stand before "cell by cell"; empty for the input as it is.
        layers, extras: names of the layers that are told apart, and of the further numbers.
        look: the alignment of an input and its background, None where the way makes no sense.
        bits: what it costs to mention it.
    """

    words: str
    layers: tuple[str, ...]
    extras: tuple[str, ...]
    look: Callable[[Grid, int], Alignment | None]
    bits: float


def views(problem: Problem, background: Background) -> Iterator[View]:
    """The ways that make alignments of the right shape for all train pairs, simple ones first."""
    if not problem.inputs:
        return
    for view in _all_views(problem):
        alignments = [view.look(grid, background.of(grid)) for grid in problem.inputs]
        if all(
            alignment is not None and alignment.layers.shape[1:] == output.shape
            for alignment, output in zip(alignments, problem.outputs, strict=True)
        ):
            yield view


def _all_views(problem: Problem) -> Iterator[View]:
    if problem.keeps_shape:
        yield View("", ("the grid",), (), _as_it_is, 0.0)
        return
    if all(a.shape == b.shape[::-1] for a, b in pairs_of(problem)):
        yield View("on the transposed grid, ", ("the grid",), (), _transposed, 3.0)
        yield View("on the turned grid, ", ("the grid",), (), _turned, 3.0)
    yield from _multiples(problem)
    yield from _parts(problem)
    for name, chosen in _CROPS:
        yield View(f"cut to {name}, ", ("the cutting",), (), _crop(chosen), 6.0)


def _as_it_is(grid: Grid, background: int) -> Alignment:
    return Alignment(grid[None])


def _transposed(grid: Grid, background: int) -> Alignment:
    return Alignment(np.ascontiguousarray(grid.T)[None])


def _turned(grid: Grid, background: int) -> Alignment:
    return Alignment(np.ascontiguousarray(np.rot90(grid))[None])


# Outputs that are a multiple of the input.

_TILES = ("the tile", "the enlarged grid", "the flipped tile", "the tile upside down")
_PLACES = ("tile row", "tile column", "row in the tile", "column in the tile")
_PARITIES = ("tile row modulo 2", "tile column modulo 2", "row in the block", "column in the block")


def _multiples(problem: Problem) -> Iterator[View]:
    factors = [
        (b.shape[0] // a.shape[0], b.shape[1] // a.shape[1])
        for a, b in pairs_of(problem)
        if b.shape[0] % a.shape[0] == 0 and b.shape[1] % a.shape[1] == 0
    ]
    if len(factors) < len(problem.inputs):
        return
    found: list[tuple[str, Callable[[Grid, int], tuple[int, int]]]] = []
    if len(set(factors)) == 1:
        found.append((f"{factors[0][0]}x{factors[0][1]} times", lambda grid, _: factors[0]))
    else:
        found.append(("as many times as it has colors", _count_colors))
        found.append(("as many times as it has filled cells", _count_filled))
    for words, factor in found:
        layers = (*_TILES, "the turned tile")
        yield View(
            f"tiled {words}, ", layers, (*_PLACES, *_PARITIES), _multiply(factor, False), 4.0
        )
        yield View(
            f"enlarged {words}, ", layers, (*_PLACES, *_PARITIES), _multiply(factor, True), 4.0
        )


def _count_colors(grid: Grid, background: int) -> tuple[int, int]:
    count = len(set(np.unique(grid).tolist()) - {background})
    return count, count


def _count_filled(grid: Grid, background: int) -> tuple[int, int]:
    count = int((grid != background).sum())
    return count, count


def _multiply(
    factor: Callable[[Grid, int], tuple[int, int]], enlarge: bool
) -> Callable[[Grid, int], Alignment | None]:
    def look(grid: Grid, background: int) -> Alignment | None:
        down, right = factor(grid, background)
        height, width = grid.shape
        if not (0 < down * height <= MAX_SIDE and 0 < right * width <= MAX_SIDE):
            return None
        tiled = np.tile(grid, (down, right))
        large = grid.repeat(down, axis=0).repeat(right, axis=1)
        layers = [
            *((large, tiled) if enlarge else (tiled, large)),
            np.tile(grid[:, ::-1], (down, right)),
            np.tile(grid[::-1], (down, right)),
            np.tile(grid[::-1, ::-1], (down, right)),
        ]
        rows, columns = np.indices(tiled.shape)
        numbers: tuple[Any, ...] = (
            rows // height,
            columns // width,
            rows % height,
            columns % width,
            rows // height % 2,
            columns // width % 2,
            rows % down,
            columns % right,
        )
        return Alignment(np.array(layers), tuple(number.astype(np.uint8) for number in numbers))

    return look


# Outputs that are one part of the input, or have a cell for every part.


def _parts(problem: Problem) -> Iterator[View]:
    shapes = [(a.shape, b.shape) for a, b in pairs_of(problem)]
    for gap in (0, 1):
        counts = {
            ((a[0] + gap) // (b[0] + gap), (a[1] + gap) // (b[1] + gap))
            for a, b in shapes
            if (a[0] + gap) % (b[0] + gap) == 0 and (a[1] + gap) % (b[1] + gap) == 0
        }
        if len(counts) == 1:
            down, right = counts.pop()
            if 1 < down * right <= _MOST_PARTS:
                names = tuple(f"part {k + 1}" for k in range(down * right))
                words = f"from {down}x{right} parts, "
                yield View(words, names, (), _panels(down, right, gap), 4.0)
        results = {b for _, b in shapes}
        blocks = {
            ((a[0] + gap) // b[0] - gap, (a[1] + gap) // b[1] - gap)
            for a, b in shapes
            if (a[0] + gap) % b[0] == 0 and (a[1] + gap) % b[1] == 0
        }
        if len(blocks) == 1:
            down, right = blocks.pop()
            if min(down, right) > 0 and 1 < down * right <= _MOST_PARTS:
                names = tuple(f"block cell {k + 1}" for k in range(down * right))
                yield View(
                    f"from blocks of {down}x{right}, ", names, (), _blocks(down, right, gap), 4.0
                )
        elif len(results) == 1:
            height, width = results.pop()
            yield View(
                f"from {height}x{width} blocks, ",
                ("a block's first cell", "a block's second cell"),
                (),
                _summary(height, width, gap),
                4.0,
            )


def _panels(down: int, right: int, gap: int) -> Callable[[Grid, int], Alignment | None]:
    def look(grid: Grid, background: int) -> Alignment | None:
        height, width = grid.shape
        if (height + gap) % down or (width + gap) % right:
            return None
        tall, wide = (height + gap) // down - gap, (width + gap) // right - gap
        if min(tall, wide) < 1:
            return None
        parts = [
            grid[i * (tall + gap) : i * (tall + gap) + tall, j * (wide + gap) :][:, :wide]
            for i in range(down)
            for j in range(right)
        ]
        return Alignment(np.array(parts))

    return look


def _blocks(down: int, right: int, gap: int) -> Callable[[Grid, int], Alignment | None]:
    def look(grid: Grid, background: int) -> Alignment | None:
        height, width = grid.shape
        if (height + gap) % (down + gap) or (width + gap) % (right + gap):
            return None
        parts = [grid[i :: down + gap, j :: right + gap] for i in range(down) for j in range(right)]
        return Alignment(np.array(parts))

    return look


def _summary(tall: int, wide: int, gap: int) -> Callable[[Grid, int], Alignment | None]:
    def look(grid: Grid, background: int) -> Alignment | None:
        height, width = grid.shape
        if (height + gap) % tall or (width + gap) % wide:
            return None
        down, right = (height + gap) // tall - gap, (width + gap) // wide - gap
        if min(down, right) < 1 or down * right < 2:
            return None
        return _blocks(down, right, gap)(grid, background)

    return look


# Outputs that are a part cut out.

_CROPS: tuple[tuple[str, Callable[[Grid, int], tuple[int, int, int, int] | None]], ...]


def _content(grid: Grid, background: int) -> tuple[int, int, int, int] | None:
    rows = np.flatnonzero((grid != background).any(axis=1))
    columns = np.flatnonzero((grid != background).any(axis=0))
    if not len(rows):
        return None
    top, left = int(rows[0]), int(columns[0])
    return top, left, int(rows[-1]) + 1 - top, int(columns[-1]) + 1 - left


def _thing(
    multicolor: bool, sign: int, column: int
) -> Callable[[Grid, int], tuple[int, int, int, int] | None]:
    def choose(grid: Grid, background: int) -> tuple[int, int, int, int] | None:
        found = ops.components(grid, 8, multicolor, background)
        if not len(found):
            return None
        top, left, height, width = found[np.argmax(sign * found[:, column]), 2:6].tolist()
        return top, left, height, width

    return choose


_CROPS = (
    ("what is there", _content),
    ("the largest thing", _thing(True, 1, 1)),
    ("the smallest thing", _thing(True, -1, 1)),
    ("the largest blob", _thing(False, 1, 1)),
    ("the smallest blob", _thing(False, -1, 1)),
)


def _crop(
    choose: Callable[[Grid, int], tuple[int, int, int, int] | None],
) -> Callable[[Grid, int], Alignment | None]:
    def look(grid: Grid, background: int) -> Alignment | None:
        box = choose(grid, background)
        if box is None:
            return None
        top, left, height, width = box
        return Alignment(grid[top : top + height, left : left + width].copy()[None])

    return look
