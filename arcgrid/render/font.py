"""The fonts that come with arcgrid, for pictures that carry their text as drawn letters.

Aileron Regular (CC0), and DejaVu Sans Condensed for text with letters that Aileron lacks; beside
each in `data/` a text says where it comes from, how it was cut down, and its license.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

_DATA = Path(__file__).parents[1] / "data"


@dataclass(frozen=True, slots=True)
class Font:
    """A font: its name, its file, and the letters it has, as ranges of code points."""

    name: str
    path: Path
    ranges: tuple[tuple[int, int], ...]

    def has(self, letter: str) -> bool:
        """Whether the font has a letter."""
        return any(low <= ord(letter) <= high for low, high in self.ranges)


AILERON = Font("Aileron", _DATA / "aileron.ttf", ((0x20, 0x7E), (0xB1, 0xB1), (0x2026, 0x2026)))
DEJAVU = Font(
    "DejaVu",
    _DATA / "dejavu.ttf",
    (
        *((0x20, 0x7E), (0xA0, 0x24F), (0x300, 0x34F), (0x384, 0x38A), (0x38C, 0x38C)),
        *((0x38E, 0x3A1), (0x3A3, 0x525), (0x1E00, 0x1EFB), (0x2010, 0x2027), (0x2030, 0x205E)),
        *((0x2074, 0x208E), (0x20A0, 0x20B5), (0x2100, 0x2109), (0x2190, 0x22FF)),
        *((0x25A0, 0x269C), (0x2713, 0x2718)),
    ),
)


def lacking(text: str) -> str:
    """The letters of a text that neither font has, each once, as they come."""
    return "".join(dict.fromkeys(char for char in _composed(text) if not DEJAVU.has(char)))


@lru_cache(maxsize=4096)
def printed(text: str) -> tuple[str, Font]:
    """A text as it is drawn, and the font for all of it: `?` stands for letters that none has."""
    text = _composed(text)
    if all(map(AILERON.has, text)):
        return text, AILERON
    return "".join(char if DEJAVU.has(char) else "?" for char in text), DEJAVU


def _composed(text: str) -> str:
    """A text in which an accent and its letter are one, where there is such a letter."""
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=4096)
def inked(text: str, size: int) -> tuple[NDArray[np.uint8], int, int]:
    """A line of text as coverage 0..255, and how far left and up of its start it reaches.

    Returns:
        An array of shape (height, width), and the column and row of its corner as seen from the
        beginning of the base line, in pixels.
    """
    shown, chosen = printed(text)
    font = _font(chosen, size)
    left, top, right, bottom = (round(edge) for edge in font.getbbox(shown, anchor="ls"))
    image = Image.new("L", (max(1, right - left), max(1, bottom - top)))
    ImageDraw.Draw(image).text((-left, -top), shown, fill=255, font=font, anchor="ls")
    return np.asarray(image), left, top


@lru_cache(maxsize=64)
def _font(font: Font, size: int) -> ImageFont.FreeTypeFont:
    # The basic engine is in every build of Pillow: the other one would place letters differently.
    return ImageFont.truetype(str(font.path), size, layout_engine=ImageFont.Layout.BASIC)
