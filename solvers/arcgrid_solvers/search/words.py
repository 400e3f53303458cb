"""Words that several families use."""

from __future__ import annotations

from arcgrid.palette import NAMES


def color_name(color: int) -> str:
    """A color's name; 10 is none."""
    return NAMES[color] if color < len(NAMES) else "none"
