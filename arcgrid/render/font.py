"""The font that comes with arcgrid, for pictures that carry their text as drawn letters.

Aileron Regular, cut down to 113 letters, in the public domain (CC0); `data/aileron.txt` says more.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

PATH = Path(__file__).parents[1] / "data" / "aileron.ttf"


@lru_cache(maxsize=4096)
def inked(text: str, size: int) -> tuple[NDArray[np.uint8], int, int]:
    """A line of text as coverage 0..255, and how far left and up of its start it reaches.

    Returns:
        An array of shape (height, width), and the column and row of its corner as seen from the
        beginning of the base line, in pixels.
    """
    font = _font(size)
    left, top, right, bottom = (round(edge) for edge in font.getbbox(text, anchor="ls"))
    image = Image.new("L", (max(1, right - left), max(1, bottom - top)))
    ImageDraw.Draw(image).text((-left, -top), text, fill=255, font=font, anchor="ls")
    return np.asarray(image), left, top


@lru_cache(maxsize=64)
def _font(size: int) -> ImageFont.FreeTypeFont:
    # The basic engine is in every build of Pillow: the other one would place letters differently.
    return ImageFont.truetype(str(PATH), size, layout_engine=ImageFont.Layout.BASIC)
