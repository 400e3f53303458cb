"""Objects of a grid, as sets of cells that are the bits of integers.

Bit `row * width + column` stands for a cell. Moving, joining and comparing such sets takes a
fraction of a microsecond each, which is what lets thousands of effects be tried on every object.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property

import numpy as np

from arcgrid import Grid, ops

Layers = tuple[tuple[int, int], ...]
"""Colors, each with the cells that have it."""

STEPS = ((-1, 0), (0, 1), (1, 0), (0, -1), (-1, 1), (1, 1), (1, -1), (-1, -1))
"""Down and right of the eight directions: four straight ones, then the oblique ones."""

DIRECTIONS = (
    "up",
    "right",
    "down",
    "left",
    "up and right",
    "down and right",
    "down and left",
    "up and left",
)
OPPOSITE = (2, 3, 0, 1, 6, 7, 4, 5)


def bits_of(mask: int) -> Iterator[int]:
    """The positions of the bits that are set."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


@dataclass(frozen=True, slots=True)
class Board:
    """Where sets of cells live: a height and a width."""

    height: int
    width: int
    full: int
    keeps: tuple[int, ...]

    def shift(self, mask: int, down: int, right: int) -> int:
        """Move cells; those that would leave the board vanish."""
        if not -self.width < right < self.width:
            return 0
        mask &= self.keeps[right]
        by = down * self.width + right
        return (mask << by) & self.full if by >= 0 else mask >> -by

    def step(self, mask: int, direction: int, times: int = 1) -> int:
        """Move cells in a direction."""
        down, right = STEPS[direction]
        return self.shift(mask, down * times, right * times)

    def sweep(self, mask: int, direction: int, free: int) -> int:
        """The cells that are reached from some cells, moving through free ones only."""
        down, right = STEPS[direction]
        times = 1
        free &= self.full
        while times < max(self.height, self.width):
            mask |= free & self.shift(mask, down * times, right * times)
            free &= self.shift(free, down * times, right * times)
            times *= 2
        return mask

    def box(self, top: int, left: int, height: int, width: int) -> int:
        """The cells of a rectangle, as far as it is on the board."""
        bottom, right = min(top + height, self.height), min(left + width, self.width)
        top, left = max(top, 0), max(left, 0)
        if bottom <= top or right <= left:
            return 0
        row = ((1 << (right - left)) - 1) << left
        return sum(row << (i * self.width) for i in range(top, bottom))

    def put(self, cells: list[tuple[int, int]]) -> int:
        """The set of some cells, as far as they are on the board."""
        mask = 0
        for row, column in cells:
            if 0 <= row < self.height and 0 <= column < self.width:
                mask |= 1 << (row * self.width + column)
        return mask

    def cells(self, mask: int) -> list[tuple[int, int]]:
        """Row and column of each cell of a set."""
        return [divmod(bit, self.width) for bit in bits_of(mask)]


@cache
def board(height: int, width: int) -> Board:
    """The board of a size."""
    rows = sum(1 << (row * width) for row in range(height))
    keeps = [0] * (2 * width)
    for right in range(-width + 1, width):
        columns = range(max(0, -right), min(width, width - right))
        keeps[right] = rows * sum(1 << column for column in columns)
    return Board(height, width, (1 << (height * width)) - 1, tuple(keeps))


def masks_of(values: np.ndarray[tuple[int, ...], np.dtype[np.integer]], count: int) -> list[int]:
    """For each value below `count` the cells that have it."""
    flat = values.ravel()
    found = []
    for value in range(count):
        packed = np.packbits(flat == value, bitorder="little")
        found.append(int.from_bytes(packed.tobytes(), "little"))
    return found


@dataclass(frozen=True, slots=True)
class Segmentation:
    """A way to see objects: connectivity (0: all cells of a color are one), many colors or one."""

    connectivity: int
    multicolor: bool

    @property
    def words(self) -> str:
        """The way in words."""
        if not self.connectivity:
            return "the cells of a color"
        colors = "any colors" if self.multicolor else "one color"
        return f"objects of {colors} ({self.connectivity} neighbors)"


@dataclass(slots=True, eq=False)
class Thing:
    """An object: its cells by color, the most common color first, and the box around it."""

    index: int
    mask: int
    layers: Layers
    color: int
    top: int
    left: int
    height: int
    width: int
    size: int

    @property
    def bottom(self) -> int:
        """Its last row."""
        return self.top + self.height - 1

    @property
    def right(self) -> int:
        """Its last column."""
        return self.left + self.width - 1


@dataclass(eq=False)
class Scene:
    """A grid with its objects."""

    board: Board
    background: int
    colors: list[int]
    things: list[Thing]
    cache: dict[object, object] = field(default_factory=dict)

    @cached_property
    def free(self) -> int:
        """The cells of background."""
        return self.colors[self.background]

    @cached_property
    def largest(self) -> Thing | None:
        """The one largest object, if there is one."""
        sizes = sorted((thing.size for thing in self.things), reverse=True)
        if not sizes or (len(sizes) > 1 and sizes[0] == sizes[1]):
            return None
        return next(thing for thing in self.things if thing.size == sizes[0])


def make_scene(grid: Grid, segmentation: Segmentation, background: int, most: int) -> Scene | None:
    """The objects of a grid, None if there are more than `most`."""
    place = board(*grid.shape)
    colors = masks_of(grid, 10)
    if not segmentation.connectivity:
        sets = [mask for color, mask in enumerate(colors) if mask and color != background]
    else:
        labels = ops.label(
            grid,
            connectivity=segmentation.connectivity,
            multicolor=segmentation.multicolor,
            background=background,
        )
        count = int(labels.max()) + 1
        if count > most + 1:
            return None
        sets = masks_of(labels, count)[1:]
    things = [_thing(index, mask, colors, place) for index, mask in enumerate(sets)]
    return Scene(place, background, colors, things)


def _thing(index: int, mask: int, colors: list[int], place: Board) -> Thing:
    layers = [(color, mask & cells) for color, cells in enumerate(colors) if mask & cells]
    layers.sort(key=lambda layer: -layer[1].bit_count())
    top = ((mask & -mask).bit_length() - 1) // place.width
    bottom = (mask.bit_length() - 1) // place.width
    row = 0
    rest = mask >> (top * place.width)
    while rest:
        row |= rest & ((1 << place.width) - 1)
        rest >>= place.width
    left = (row & -row).bit_length() - 1
    width = row.bit_length() - left
    height = bottom - top + 1
    return Thing(
        index, mask, tuple(layers), layers[0][0], top, left, height, width, mask.bit_count()
    )
