"""Templates: figures in the grid of which others are begun, in the colors that recur, and finished.

The cells of a figure whose colors are found elsewhere too are its anchors. Where the anchors of a
figure, moved, turned or enlarged, are found, the rest of it is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from arcgrid import Grid, ops
from arcgrid_solvers.background import Background
from arcgrid_solvers.search.candidate import Candidate
from arcgrid_solvers.search.family import Family
from arcgrid_solvers.search.problem import Meter, Problem

NAME = "templates"
SCALES = (1, 2, 3, 4)
MOST_CELLS = 100
"""Larger figures are none that others are begun of."""

BITS = 12.0
UNITS = 400
"""What it costs to look for one figure in one way."""

Cells: TypeAlias = NDArray[np.int64]
"""Cells as rows: row, column, color."""

Way: TypeAlias = tuple[bool, int, int, int]
"""How a figure is drawn: transposed first; then rows and columns times 1 or -1; its scale."""

WAYS: tuple[Way, ...] = tuple(product((False, True), (1, -1), (1, -1), SCALES))


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """A thing of several colors: its anchors, the other cells, and what is nothing of it."""

    anchors: Cells
    rest: Cells
    others: NDArray[np.bool_]

    def placed(self, grid: Grid, background: int) -> Iterator[Placement]:
        """Where its anchors are found elsewhere in the grid, each way of drawing them once."""
        seen: set[bytes] = set()
        for order, way in enumerate(WAYS):
            drawn = _drawn(np.concatenate([self.anchors, self.rest]), way)
            drawn[:, :2] -= drawn[0, :2]
            key = drawn[np.lexsort(drawn.T)].tobytes()
            if key not in seen:
                seen.add(key)
                count = len(self.anchors) * way[3] ** 2
                yield from self._found(grid, background, drawn, count, order)

    def _found(
        self, grid: Grid, background: int, drawn: Cells, count: int, order: int
    ) -> Iterator[Placement]:
        """Where the first cells of what is drawn, so many, are found."""
        starts = np.argwhere((grid == drawn[0, 2]) & self.others)
        rows = starts[:, :1] + drawn[:, 0]
        columns = starts[:, 1:] + drawn[:, 1]
        inside = (rows >= 0) & (rows < grid.shape[0]) & (columns >= 0) & (columns < grid.shape[1])
        rows, columns = np.where(inside, rows, 0), np.where(inside, columns, 0)
        there, wanted = grid[rows, columns], drawn[:, 2]
        right = (there == wanted) & self.others[rows, columns]
        begun = (right | ~inside)[:, :count].all(axis=1)
        free = (there == background) | (there == wanted) | ~inside
        for at in np.flatnonzero(begun):
            held = inside[at]
            yield Placement(
                (-int(held[:count].sum()), order),
                len(self.anchors) > 1,
                bool(held[:count].all()),
                bool(free[at].all()),
                np.column_stack([rows[at], columns[at], wanted])[held],
                int(held[:count].sum()),
            )


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """A place where a figure is begun.

    Attributes:
        rank: the lower, the likelier.
        several: whether more than one anchor says so.
        whole: whether none of its anchors is beyond the border.
        free: whether the other cells are background, or as they should be.
        cells: all of it that is in the grid, the anchors first.
        anchors: how many of these.
    """

    rank: tuple[int, int]
    several: bool
    whole: bool
    free: bool
    cells: Cells
    anchors: int


def _drawn(cells: Cells, way: Way) -> Cells:
    """Cells drawn in another way; each becomes a block of cells, one after the other."""
    transposed, down, right, scale = way
    places = cells[:, 1::-1] if transposed else cells[:, :2]
    blocks = (places * (down, right) * scale)[:, None] + np.argwhere(np.ones((scale, scale)))
    colors = cells[:, 2].repeat(scale * scale)
    return np.column_stack([blocks.reshape(-1, 2), colors])


@dataclass(frozen=True)
class View:
    """A grid with the figures in it.

    Attributes:
        grid, background: what is looked at.
        every: whether all things of several colors are figures; else those of most colors.
    """

    grid: Grid
    background: int
    every: bool

    @cached_property
    def labels(self) -> NDArray[np.int64]:
        """The number of the thing that each cell belongs to, 0 for background."""
        return np.asarray(
            ops.label(self.grid, connectivity=8, multicolor=True, background=self.background),
            np.int64,
        )

    @cached_property
    def chosen(self) -> list[int]:
        """The things that are figures."""
        colors = {
            thing: len(np.unique(self.grid[self.labels == thing]))
            for thing in range(1, int(self.labels.max()) + 1)
        }
        least = 2 if self.every else max(2, max(colors.values(), default=0))
        return [thing for thing, number in colors.items() if number >= least]

    @cached_property
    def placements(self) -> list[Placement]:
        """Where all figures are begun, the likeliest first."""
        found = [
            placement
            for figure in self._figures()
            for placement in figure.placed(self.grid, self.background)
        ]
        return sorted(found, key=lambda placement: placement.rank)

    def _figures(self) -> Iterator[Figure]:
        for thing in self.chosen:
            own = self.labels == thing
            others = ~own if self.every else ~np.isin(self.labels, self.chosen)
            recurring = np.isin(self.grid, self.grid[others & (self.labels > 0)]) & own
            if 0 < recurring.sum() < own.sum() <= MOST_CELLS:
                yield Figure(self._cells(recurring), self._cells(own & ~recurring), ~own)

    def _cells(self, mask: NDArray[np.bool_]) -> Cells:
        return np.column_stack([np.argwhere(mask), self.grid[mask]])


@dataclass(frozen=True, slots=True)
class Finishing:
    """A program: figures are finished where they are begun.

    Attributes:
        background: what is background.
        every: as in `View`.
        keep: whether the figures themselves stay.
        lone: whether one anchor is enough.
        over: whether the rest may be drawn over something.
        beyond: whether anchors may be beyond the border.
    """

    background: Background
    every: bool
    keep: bool
    lone: bool
    over: bool
    beyond: bool

    @property
    def bits(self) -> float:
        """Its description length."""
        return BITS + self.every + (not self.keep) + self.lone + self.over + self.beyond

    def run(self, grid: Grid) -> Grid | None:
        """The output for an input, None where nothing is begun."""
        return self.finish(View(grid, self.background.of(grid), self.every))

    def finish(self, view: View) -> Grid | None:
        """The output for a grid that is looked at already."""
        made, used = view.grid.copy(), np.zeros(view.grid.shape, np.bool_)
        if not self.keep:
            made[np.isin(view.labels, view.chosen)] = view.background
        for placement in view.placements:
            rows, columns = placement.cells[: placement.anchors, :2].T
            if self._allows(placement) and not used[rows, columns].any():
                used[rows, columns] = True
                rows, columns, colors = placement.cells.T
                made[rows, columns] = colors
        if not used.any():
            return None
        made.setflags(write=False)
        return made

    def _allows(self, placement: Placement) -> bool:
        return (
            (self.lone or placement.several)
            and (self.over or placement.free)
            and (self.beyond or placement.whole)
        )

    def explain(self) -> str:
        """The program in words."""
        which = "every thing of several colors" if self.every else "the thing of most colors"
        more = [
            *["of one cell"] * self.lone,
            *["beyond the border"] * self.beyond,
        ]
        where = f" ({', '.join(more)})" if more else ""
        over = " over what is there" if self.over else ""
        taken = "" if self.keep else ", and take the thing itself away"
        return (
            f"finish{over} where the part of {which} that has colors found elsewhere{where} "
            f"is there again, turned, mirrored or enlarged{taken}"
        )


def propose(problem: Problem, meter: Meter) -> Iterator[Candidate]:
    """Programs that finish figures, where they explain all pairs."""
    if not (problem.inputs and problem.keeps_shape) or meter.exhausted:
        return
    background = Background.shared_by((*problem.inputs, *problem.tests))
    seen: set[bytes] = set()
    for every in (False, True):
        views = [
            View(grid, background.of(grid), every) for grid in (*problem.inputs, *problem.tests)
        ]
        for view in views:
            meter.spend(UNITS * (1 + len(WAYS) * len(view.chosen) // 8), NAME)
            if not view.chosen or meter.exhausted:
                return
        for candidate in _fitting(problem, background, every, views):
            shown = b"".join(b"" if a is None else a.tobytes() for a in candidate.answers)
            if shown not in seen:
                seen.add(shown)
                yield candidate


def _fitting(
    problem: Problem, background: Background, every: bool, views: list[View]
) -> Iterator[Candidate]:
    """Candidates of all programs that see figures in one way, and fit."""
    pairs = len(problem.inputs)
    choices = product((True, False), (False, True), (False, True), (False, True))
    programs = [Finishing(background, every, *choice) for choice in choices]
    fits = {
        program: tuple(
            made is not None and np.array_equal(made, output)
            for made, output in zip(
                map(program.finish, views[:pairs]), problem.outputs, strict=True
            )
        )
        for program in sorted(programs, key=lambda program: program.bits)
    }
    held_out = tuple(_without(pair, list(fits.values())) for pair in range(pairs))
    for program, fitting in fits.items():
        if all(fitting):
            answers = tuple(map(program.finish, views[pairs:]))
            yield Candidate(NAME, program, program.bits, answers, fitting, held_out)


def _without(pair: int, fits: list[tuple[bool, ...]]) -> bool:
    """Whether the first program that fits all other pairs fits this one."""
    for fitting in fits:
        if all(fitting[:pair] + fitting[pair + 1 :]):
            return fitting[pair]
    return False


FAMILY = Family(
    NAME, propose, weight=0.3, units={"low": 60_000, "medium": 200_000, "high": 200_000}
)
