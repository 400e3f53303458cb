"""The ten colors of the field: their names and the RGB values they are shown in.

Cells are numbers everywhere else.
"""

from __future__ import annotations

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


def rgb(color: str) -> tuple[int, int, int]:
    """The three components, 0..255, of a color such as `#0074D9`."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
