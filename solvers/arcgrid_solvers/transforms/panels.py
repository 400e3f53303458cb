"""Panels: the equal parts of a grid, or the parts between its lines; picked, overlaid or joined.

Learned tables over panels are in `tables`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise, permutations

import numpy as np

from arcgrid import Grid
from arcgrid_solvers.transforms.analysis import Analysis, Piece
from arcgrid_solvers.transforms.picks import PICKS, pick_all
from arcgrid_solvers.transforms.transform import Examples, Transform

MAX_NAMED = 9
"""Panels picked by their number: no more than this many."""

MAX_OVERLAID = 4
"""Panels overlaid in every possible order: no more than this many."""


@dataclass(frozen=True, slots=True)
class Panels:
    """The parts of a grid in reading order, and into how many rows and columns they fall."""

    pieces: list[Piece]
    rows: int
    columns: int

    @property
    def equal(self) -> bool:
        """True when all panels have one shape."""
        return len({piece.grid.shape for piece in self.pieces}) == 1


Split = Callable[[Analysis], Panels | None]


def _between_lines(analysis: Analysis) -> Panels | None:
    """Cut along the full rows and columns of one color, the color with the most of them."""
    grid = analysis.grid
    best: tuple[int, list[slice], list[slice]] | None = None
    for color in analysis.colors:
        across, down = (grid == color).all(axis=1), (grid == color).all(axis=0)
        lines = int(across.sum() + down.sum())
        if lines and not across.all() and lines > (best[0] if best else 0):
            best = lines, _runs(across), _runs(down)
    return best and _panels(analysis, best[1], best[2])


def _runs(line: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[slice]:
    """The stretches between lines."""
    ends = [-1, *np.flatnonzero(line).tolist(), len(line)]
    return [slice(low + 1, high) for low, high in pairwise(ends) if high - low > 1]


def _equal_parts(rows: int, columns: int) -> Split:
    def split(analysis: Analysis) -> Panels | None:
        height, width = analysis.grid.shape
        if height % rows or width % columns:
            return None
        return _panels(analysis, _stretches(height, rows), _stretches(width, columns))

    return split


def _squares(analysis: Analysis) -> Panels | None:
    height, width = analysis.grid.shape
    side = min(height, width)
    if height == width or height % side or width % side:
        return None
    return _equal_parts(height // side, width // side)(analysis)


def _stretches(length: int, parts: int) -> list[slice]:
    step = length // parts
    return [slice(start, start + step) for start in range(0, length, step)]


def _panels(analysis: Analysis, rows: list[slice], columns: list[slice]) -> Panels | None:
    if len(rows) * len(columns) < 2:
        return None
    pieces = [
        Piece(analysis.grid[row, column], analysis.foreground[row, column], row.start, column.start)
        for row in rows
        for column in columns
    ]
    return Panels(pieces, len(rows), len(columns))


SPLITS: dict[str, tuple[str, Split]] = {
    "parts between the lines": ("part between the lines", _between_lines),
    "left and right halves": ("left or right half", _equal_parts(1, 2)),
    "upper and lower halves": ("upper or lower half", _equal_parts(2, 1)),
    "thirds side by side": ("third from left to right", _equal_parts(1, 3)),
    "thirds upon each other": ("third from top to bottom", _equal_parts(3, 1)),
    "quarters": ("quarter", _equal_parts(2, 2)),
    "ninths": ("ninth", _equal_parts(3, 3)),
    "squares": ("square", _squares),
}
"""Ways to cut a grid, by the name of the parts: what one part is called, and how to cut."""


def panels(analysis: Analysis, split: str) -> Panels | None:
    """Cut a grid in one of the ways of `SPLITS`."""
    return analysis.recall(("panels", split), lambda: SPLITS[split][1](analysis))


def panel_crops(examples: Examples) -> Iterator[Transform]:
    """Keep one panel: by its number, or by what is in it."""
    for split, (noun, _) in SPLITS.items():
        cut = panels(examples[0].before, split)
        if cut is None:
            continue
        for number in range(min(len(cut.pieces), MAX_NAMED)):
            name = f"crop to {noun} number {number + 1}"
            yield Transform(name, 1.5 + number / 10, _numbered(split, number))
        for index, pick in enumerate(PICKS):
            name = f"crop to {pick.name.format(noun)}"
            yield Transform(name, 1.2 + pick.cost, _picked(split, index))


def _numbered(split: str, number: int) -> Callable[[Analysis], Grid | None]:
    def apply(analysis: Analysis) -> Grid | None:
        cut = panels(analysis, split)
        return None if cut is None or number >= len(cut.pieces) else cut.pieces[number].grid

    return apply


def _picked(split: str, index: int) -> Callable[[Analysis], Grid | None]:
    def apply(analysis: Analysis) -> Grid | None:
        cut = panels(analysis, split)
        if cut is None:
            return None
        picked = analysis.recall(("picked panel", split), lambda: pick_all(cut.pieces))[index]
        return None if picked is None else cut.pieces[picked].grid

    return apply


def overlays(examples: Examples) -> Iterator[Transform]:
    """Lay all panels upon each other, in every order; background lets what is below show."""
    for split in SPLITS:
        cut = panels(examples[0].before, split)
        if cut is None or not cut.equal or len(cut.pieces) > MAX_OVERLAID:
            continue
        for order in permutations(range(len(cut.pieces))):
            said = ", ".join(str(number + 1) for number in order)
            name = f"overlay the {split} in the order {said}, the last on top"
            yield Transform(name, 2, _overlaid(split, order))


def _overlaid(split: str, order: tuple[int, ...]) -> Callable[[Analysis], Grid | None]:
    def apply(analysis: Analysis) -> Grid | None:
        cut = panels(analysis, split)
        if cut is None or not cut.equal or len(cut.pieces) != len(order):
            return None
        result = cut.pieces[order[0]].grid
        for number in order[1:]:
            piece = cut.pieces[number]
            result = np.where(piece.mask, piece.grid, result)
        return result

    return apply


def unlined(examples: Examples) -> Iterator[Transform]:
    """Take the lines away and move the parts together."""
    yield Transform("take the lines away", 1.5, _without_lines)


def _without_lines(analysis: Analysis) -> Grid | None:
    cut = panels(analysis, "parts between the lines")
    if cut is None:
        return None
    rows = [
        cut.pieces[start : start + cut.columns] for start in range(0, len(cut.pieces), cut.columns)
    ]
    return np.block([[piece.grid for piece in row] for row in rows])
