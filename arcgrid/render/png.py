"""Pictures as PNG bytes, in palette mode: every color of the palette is an entry of its own.

Entry 0..9 are the cells' colors as they are, so that a picture can be read back cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from io import BytesIO

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageDraw

from arcgrid.errors import ArcgridError
from arcgrid.grid import COLORS
from arcgrid.palette import BORDER, ink, rgb
from arcgrid.render import font, pictures
from arcgrid.render.pictures import Attempts
from arcgrid.render.scene import (
    LEGIBLE,
    LINED,
    Box,
    Label,
    Scene,
    Unknown,
    digit_size,
    printed,
    question_size,
)
from arcgrid.render.style import PLAIN, Style
from arcgrid.task import Pair, TaskSet
from arcgrid.task import Task as _Task

PAPER, LINE, FAINT = 10, 11, 12
"""Entries of the picture's palette: the ground, lines around cells, dividers."""

MAX_PIXELS = 1 << 28
"""A picture of more pixels is refused: few programs open one."""

_SHADES = 15  # of text on its ground, the ground itself left out
_STRONG = 16
_MUTED = _STRONG + _SHADES
_DIGITS = _MUTED + _SHADES  # for each color so many shades, the last is its ink alone
_EMPTY = _DIGITS + COLORS * _SHADES  # marks on an empty cell

Canvas = NDArray[np.uint8]


def grid(grid: ArrayLike, style: Style = PLAIN) -> bytes:
    """A grid as a PNG file; a cell of 10 is left empty.

    Raises:
        GridError: the value is no grid of 0..10.
    """
    return paint(pictures.grid(grid, style), style)


def pair(pair: Pair, style: Style = PLAIN) -> bytes:
    """A pair as a PNG file."""
    return paint(pictures.pair(pair, style), style)


def task(task: _Task, style: Style = PLAIN, attempts: Attempts = ()) -> bytes:
    """A task as a PNG file, with attempts at its tests where they are given."""
    return paint(pictures.task(task, style, attempts), style)


def attempt(attempt: ArrayLike, truth: ArrayLike, style: Style = PLAIN) -> bytes:
    """An attempt beside the truth, wrong cells marked, as a PNG file."""
    return paint(pictures.attempt(attempt, truth, style), style)


def task_set(tasks: TaskSet | Iterable[_Task], style: Style = PLAIN) -> bytes:
    """A contact sheet of tasks as a PNG file.

    Raises:
        ArcgridError: the sheet would have more than 268 million pixels.
    """
    return paint(pictures.task_set(tasks, style), style)


def paint(scene: Scene, style: Style = PLAIN) -> bytes:
    """Any scene as a PNG file.

    Raises:
        ArcgridError: the picture would have more than 268 million pixels.
    """
    if scene.width * scene.height > MAX_PIXELS:
        size = f"{scene.width:,} by {scene.height:,} pixels"
        raise ArcgridError(f"the picture would have {size}; choose a smaller cell or fewer tasks")
    canvas = np.full((scene.height, scene.width), PAPER, np.uint8)
    for x, y, width, height in scene.dividers:
        canvas[y : y + height, x : x + width] = FAINT
    for box in scene.boxes:
        _paint_box(canvas, box, style.digits)
    for unknown in scene.unknowns:
        _paint_unknown(canvas, unknown)
    for label in scene.labels:
        _paint_label(canvas, label)
    image = Image.fromarray(canvas, "P")
    _paint_arrows(image, scene)
    colors, opacity = _entries(style)
    image.putpalette(colors)
    file = BytesIO()
    # Level 3 takes a third of the time of level 6, for files a little larger.
    if style.transparent:
        image.save(file, "PNG", compress_level=3, transparency=opacity)
    else:
        image.save(file, "PNG", compress_level=3)
    return file.getvalue()


@lru_cache(maxsize=64)
def _entries(style: Style) -> tuple[bytes, bytes]:
    """The picture's palette: red, green and blue of each entry, and the opacity of each."""
    theme = style.theme
    paper, clear = rgb(theme.paper), style.transparent
    entries = [(*rgb(color), 255) for color in style.colors]
    entries += [(*paper, 0 if clear else 255), (*rgb(BORDER), 255), (*rgb(theme.faint), 255)]
    entries += [(0, 0, 0, 255)] * (_STRONG - len(entries))
    for color in (theme.ink, theme.muted):
        for shade in range(1, _SHADES + 1):
            if clear:
                entries.append((*rgb(color), 255 * shade // _SHADES))
            else:
                entries.append((*_mixed(paper, rgb(color), shade), 255))
    for color in style.colors:
        entries += [
            (*_mixed(rgb(color), rgb(ink(color)), shade), 255) for shade in range(1, _SHADES + 1)
        ]
    entries.append((*rgb(theme.ink), 255))
    colors = b"".join(bytes(entry[:3]) for entry in entries)
    return colors, bytes(entry[3] for entry in entries)


def _mixed(
    ground: tuple[int, int, int], color: tuple[int, int, int], shade: int
) -> tuple[int, int, int]:
    red, green, blue = (
        under + (over - under) * shade // _SHADES for under, over in zip(ground, color, strict=True)
    )
    return red, green, blue


def _paint_box(canvas: Canvas, box: Box, digits: bool) -> None:
    """All cells at once: a tile for each value is put where the value is."""
    width, height = box.size
    rows, columns = box.cells.shape
    tiles = _tiles(box.cell, digits and box.cell >= LEGIBLE)
    block = tiles[box.cells].transpose(0, 2, 1, 3).reshape(rows * box.cell, columns * box.cell)
    area = canvas[box.y : box.y + height, box.x : box.x + width]
    area[:-1, :-1] = block
    area[0, :] = area[-1, :] = area[:, 0] = area[:, -1] = LINE
    for value, (x, y, across, down) in box.marks():
        entry = _EMPTY if value == COLORS else _DIGITS + (value + 1) * _SHADES - 1
        canvas[y : y + down, x : x + across] = entry


@lru_cache(maxsize=256)
def _tiles(cell: int, digits: bool) -> NDArray[np.uint8]:
    """For each value the entries of a cell with its lines above and to the left."""
    tiles = np.empty((COLORS + 1, cell, cell), np.uint8)
    tiles[:] = np.arange(COLORS + 1, dtype=np.uint8)[:, None, None]
    if digits:
        size = digit_size(cell)
        for value in range(COLORS):
            inked, _, _ = font.inked(str(value), size)
            height, width = inked.shape
            top, left = (cell + 1 - height) // 2, (cell + 1 - width) // 2
            _blend(tiles[value], inked, left, top, _DIGITS + value * _SHADES)
    if cell >= LINED:
        tiles[:, 0, :] = tiles[:, :, 0] = LINE
    return tiles


def _blend(canvas: Canvas, inked: NDArray[np.uint8], left: int, top: int, first: int) -> None:
    """Put text on a ground of one color whose shades begin at an entry; what is outside is cut."""
    cut = inked[max(0, -top) :, max(0, -left) :]
    top, left = max(0, top), max(0, left)
    area = canvas[top : top + cut.shape[0], left : left + cut.shape[1]]
    cut = cut[: area.shape[0], : area.shape[1]]
    shades = (cut.astype(np.uint16) * _SHADES + 127) // 255
    np.copyto(area, (first + shades - 1).astype(np.uint8), where=shades > 0)


def _paint_label(canvas: Canvas, label: Label) -> None:
    inked, left, top = font.inked(printed(label.text), label.size)
    x = label.x + left
    if label.anchor == "middle":
        x = label.x - inked.shape[1] // 2
    elif label.anchor == "end":
        x = label.x - inked.shape[1]
    _blend(canvas, inked, x, label.y + top, _STRONG if label.strong else _MUTED)


def _paint_unknown(canvas: Canvas, unknown: Unknown) -> None:
    """A dashed frame with a question mark."""
    entry = _MUTED + _SHADES - 1
    area = canvas[unknown.y : unknown.y + unknown.height, unknown.x : unknown.x + unknown.width]
    for edge in (area[0, :], area[-1, :], area[:, 0], area[:, -1]):
        edge[np.arange(len(edge)) % 8 < 4] = entry
    inked, _, _ = font.inked("?", question_size(unknown))
    height, width = inked.shape
    x = unknown.x + (unknown.width - width) // 2
    y = unknown.y + (unknown.height - height) // 2
    _blend(canvas, inked, x, y, _MUTED)


def _paint_arrows(image: Image.Image, scene: Scene) -> None:
    pen = ImageDraw.Draw(image)
    for arrow in scene.arrows:
        for stroke in arrow.strokes:
            points = [(int(x), int(y)) for x, y in stroke]
            pen.line(points, fill=_MUTED + _SHADES - 1)
