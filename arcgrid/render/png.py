"""Pictures as PNG bytes, in palette mode: every color of the palette is an entry of its own.

Entry 0..9 are the cells' colors as they are, so that a picture can be read back cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from io import BytesIO
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from arcgrid.errors import ArcgridError
from arcgrid.grid import COLORS
from arcgrid.palette import BORDER, ink, rgb
from arcgrid.render import font, pictures, sheets
from arcgrid.render.cells import CORE, HALO, marks
from arcgrid.render.pictures import Attempts
from arcgrid.render.scene import (
    LINED,
    TONES,
    Box,
    Label,
    Scene,
    Stroke,
    Tone,
    Unknown,
    digit_size,
    one_line,
    question_size,
)
from arcgrid.render.style import PLAIN, Style
from arcgrid.task import Pair, TaskSet
from arcgrid.task import Task as _Task

PAPER, LINE, FAINT, _HALO, _CORE = range(10, 15)
"""Entries of the picture's palette: ground, lines around cells, dividers, outlines."""

MAX_PIXELS = 1 << 28
"""A picture of more pixels is refused: few programs open one."""

_SHADES = 15  # of text on its ground, the ground itself left out
_TEXT = 16  # the shades of each tone
_DIGITS = _TEXT + len(TONES) * _SHADES  # and of each color's ink

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
    """The truth, and an attempt with its wrong cells outlined, as a PNG file."""
    return paint(pictures.attempt(attempt, truth, style), style)


def task_set(
    tasks: TaskSet | Iterable[_Task],
    style: Style = PLAIN,
    attempts: Mapping[str, Attempts] | None = None,
) -> bytes:
    """A contact sheet of tasks, or of attempts at them by id, as a PNG file.

    Raises:
        ArcgridError: the sheet would have more than 268 million pixels.
    """
    return paint(sheets.task_set(tasks, style, attempts), style)


def lacking(text: str) -> str:
    """The letters of a text that no font here has, each once; `?` is drawn for them."""
    return font.lacking(one_line(text))


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
        _paint_box(canvas, box)
    for unknown in scene.unknowns:
        _paint_unknown(canvas, unknown, scene.pen)
    for label in scene.labels:
        _paint_label(canvas, label)
    for stroke in scene.strokes():
        _paint_stroke(canvas, stroke)
    image = Image.fromarray(canvas, "P")
    colors, opacity = _entries(style)
    image.putpalette(colors)
    # Level 3 takes a third of the time of level 6, for files a little larger.
    options: dict[str, Any] = {"compress_level": 3}
    if style.transparent:
        options["transparency"] = opacity
    if scene.on_paper or style.dpi:
        options["dpi"] = (1 / scene.inch, 1 / scene.inch)
    file = BytesIO()
    image.save(file, "PNG", **options)
    return file.getvalue()


@lru_cache(maxsize=64)
def _entries(style: Style) -> tuple[bytes, bytes]:
    """The picture's palette: red, green and blue of each entry, and the opacity of each."""
    theme = style.theme
    paper, clear = rgb(theme.paper), style.transparent
    entries = [(*rgb(color), 255) for color in style.colors]
    entries.append((*paper, 0 if clear else 255))
    entries += [(*rgb(color), 255) for color in (BORDER, theme.faint, HALO, CORE)]
    entries += [(0, 0, 0, 255)] * (_TEXT - len(entries))
    for color in (getattr(theme, tone) for tone in TONES):
        for shade in range(1, _SHADES + 1):
            if clear:
                entries.append((*rgb(color), 255 * shade // _SHADES))
            else:
                entries.append((*_mixed(paper, rgb(color), shade), 255))
    for color in style.colors:
        entries += [
            (*_mixed(rgb(color), rgb(ink(color)), shade), 255) for shade in range(1, _SHADES + 1)
        ]
    colors = b"".join(bytes(entry[:3]) for entry in entries)
    return colors, bytes(entry[3] for entry in entries)


def _mixed(
    ground: tuple[int, int, int], color: tuple[int, int, int], shade: int
) -> tuple[int, int, int]:
    red, green, blue = (
        under + (over - under) * shade // _SHADES for under, over in zip(ground, color, strict=True)
    )
    return red, green, blue


def _shades(tone: Tone) -> int:
    """The first entry of a tone: its faintest shade."""
    return _TEXT + TONES.index(tone) * _SHADES


def _paint_box(canvas: Canvas, box: Box) -> None:
    """All cells at once: a tile for each value is put where the value is."""
    width, height = box.size
    rows, columns = box.cells.shape
    tiles = _tiles(box.cell, box.line, box.digits)
    block = tiles[box.cells].transpose(0, 2, 1, 3).reshape(rows * box.cell, columns * box.cell)
    area = canvas[box.y : box.y + height, box.x : box.x + width]
    area[: rows * box.cell, : columns * box.cell] = block
    if box.line:
        area[: box.line, :] = area[-box.line :, :] = LINE
        area[:, : box.line] = area[:, -box.line :] = LINE
    for entry, rects in zip((_HALO, _CORE), marks(box), strict=True):
        for x, y, across, down in rects:
            canvas[y : y + down, x : x + across] = entry


@lru_cache(maxsize=256)
def _tiles(cell: int, line: int, digits: bool) -> NDArray[np.uint8]:
    """For each value the entries of a cell with its lines above and to the left."""
    tiles = np.empty((COLORS + 1, cell, cell), np.uint8)
    tiles[:] = np.arange(COLORS + 1, dtype=np.uint8)[:, None, None]
    if digits:
        size = digit_size(cell)
        for value in range(COLORS):
            inked, _, _ = font.inked(str(value), size)
            height, width = inked.shape
            top, left = (cell + line - height) // 2, (cell + line - width) // 2
            _blend(tiles[value], inked, left, top, _DIGITS + value * _SHADES)
    if cell >= LINED:
        tiles[:, :line, :] = tiles[:, :, :line] = LINE
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
    inked, left, top = font.inked(label.text, label.size)
    x = label.x + left
    if label.anchor == "middle":
        x = label.x - inked.shape[1] // 2
    elif label.anchor == "end":
        x = label.x - inked.shape[1]
    _blend(canvas, inked, x, label.y + top, _shades(label.tone))


def _paint_unknown(canvas: Canvas, unknown: Unknown, pen: int) -> None:
    """A dashed frame with a question mark."""
    first = _shades("muted")
    area = canvas[unknown.y : unknown.y + unknown.height, unknown.x : unknown.x + unknown.width]
    for edge in (area[:pen].T, area[-pen:].T, area[:, :pen], area[:, -pen:]):
        edge[np.arange(len(edge)) % (8 * pen) < 4 * pen] = first + _SHADES - 1
    inked, _, _ = font.inked("?", question_size(unknown))
    height, width = inked.shape
    x = unknown.x + (unknown.width - width) // 2
    y = unknown.y + (unknown.height - height) // 2
    _blend(canvas, inked, x, y, first)


def _paint_stroke(canvas: Canvas, stroke: Stroke) -> None:
    """A line with round ends: a pixel is inked by how far its middle is from the line."""
    reach = stroke.thick / 2 + 1
    xs, ys = zip(*stroke.points, strict=True)
    left, top = int(min(xs) - reach), int(min(ys) - reach)
    height, width = int(max(ys) + reach) + 1 - top, int(max(xs) + reach) + 1 - left
    across, down = np.arange(width) + left + 0.5, (np.arange(height) + top + 0.5)[:, None]
    nearest = np.full((height, width), np.inf)
    for (x, y), (to_x, to_y) in pairwise(stroke.points):
        along, aside = to_x - x, to_y - y
        share = ((across - x) * along + (down - y) * aside) / (along**2 + aside**2)
        share = np.clip(share, 0, 1)
        nearest = np.minimum(
            nearest, np.hypot(across - x - share * along, down - y - share * aside)
        )
    inked = (np.clip(stroke.thick / 2 + 0.5 - nearest, 0, 1) * 255).astype(np.uint8)
    _blend(canvas, inked, left, top, _shades(stroke.tone))
