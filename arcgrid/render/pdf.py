"""Pictures as PDF bytes, one picture a page; a contact sheet takes as many pages as it needs.

Sizes are those of the other formats at 96 pixels to the inch. The font is embedded, the date is
fixed: the same picture and the same versions give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from fpdf import FPDF
from numpy.typing import ArrayLike

from arcgrid.grid import COLORS
from arcgrid.palette import BORDER, ink, rgb
from arcgrid.render import font, pictures
from arcgrid.render.pictures import Attempts
from arcgrid.render.scene import (
    LEGIBLE,
    LINED,
    Box,
    Label,
    Rect,
    Scene,
    digit_size,
    printed,
    question_size,
)
from arcgrid.render.style import PLAIN, Style
from arcgrid.render.svg import runs
from arcgrid.task import Pair, TaskSet
from arcgrid.task import Task as _Task

POINTS = 0.75
"""Points in a pixel."""

_DATE = datetime(2000, 1, 1, tzinfo=UTC)
_FONT = "Aileron"


def grid(grid: ArrayLike, style: Style = PLAIN) -> bytes:
    """A grid as a PDF file of one page; a cell of 10 is left empty.

    Raises:
        GridError: the value is no grid of 0..10.
    """
    return paint([pictures.grid(grid, style)], style)


def pair(pair: Pair, style: Style = PLAIN) -> bytes:
    """A pair as a PDF file of one page."""
    return paint([pictures.pair(pair, style)], style)


def task(task: _Task, style: Style = PLAIN, attempts: Attempts = ()) -> bytes:
    """A task as a PDF file of one page, with attempts at its tests where they are given."""
    return paint([pictures.task(task, style, attempts)], style)


def attempt(attempt: ArrayLike, truth: ArrayLike, style: Style = PLAIN) -> bytes:
    """An attempt beside the truth, wrong cells marked, as a PDF file of one page."""
    return paint([pictures.attempt(attempt, truth, style)], style)


def task_set(tasks: TaskSet | Iterable[_Task], style: Style = PLAIN) -> bytes:
    """A contact sheet of tasks as a PDF file of as many pages as it needs."""
    return paint(pictures.pages(tasks, style), style)


def paint(scenes: Iterable[Scene], style: Style = PLAIN) -> bytes:
    """Any scenes as a PDF file, each on a page of its size."""
    file = FPDF(unit="pt")
    file.set_creation_date(_DATE)
    file.set_auto_page_break(False)
    file.set_margin(0)
    file.add_font(_FONT, fname=font.PATH)
    for number, scene in enumerate(scenes):
        if not number:
            file.set_title(printed(scene.name))
        file.add_page(format=(scene.width * POINTS, scene.height * POINTS))
        _paint_page(file, scene, style)
    return bytes(file.output())


def _paint_page(file: FPDF, scene: Scene, style: Style) -> None:
    theme = style.theme
    if not style.transparent:
        _fill(file, theme.paper, [(0, 0, scene.width, scene.height)])
    _fill(file, theme.faint, scene.dividers)
    file.set_line_width(POINTS)
    for box in scene.boxes:
        _paint_box(file, box, style)
    file.set_draw_color(*rgb(theme.muted))
    for arrow in scene.arrows:
        for stroke in arrow.strokes:
            file.polyline([(x * POINTS, y * POINTS) for x, y in stroke])
    file.set_dash_pattern(4 * POINTS, 4 * POINTS)
    for one in scene.unknowns:
        width, height = (one.width - 1) * POINTS, (one.height - 1) * POINTS
        file.rect((one.x + 0.5) * POINTS, (one.y + 0.5) * POINTS, width, height)
    file.set_dash_pattern()
    for label in scene.labels:
        _write(file, label, theme.ink if label.strong else theme.muted)
    for one in scene.unknowns:
        size = question_size(one)
        base = one.y + one.height // 2 + round(0.36 * size)
        _write(file, Label(one.x + one.width // 2, base, "?", size, "middle"), theme.muted)


def _paint_box(file: FPDF, box: Box, style: Style) -> None:
    """Cells in runs of one color, lines over them, then marks and digits."""
    rects: dict[int, list[Rect]] = {}
    for value, row, column, height, width in runs(box):
        x, y = box.x + column * box.cell, box.y + row * box.cell
        rects.setdefault(value, []).append((x, y, width * box.cell, height * box.cell))
    for value, found in rects.items():
        _fill(file, style.colors[value], found)
    width, height = box.size
    file.set_draw_color(*rgb(BORDER))
    step = box.cell if box.cell >= LINED else 0
    for down in range(0, height, step or height - 1):
        level = (box.y + down + 0.5) * POINTS
        file.line(box.x * POINTS, level, (box.x + width) * POINTS, level)
    for right in range(0, width, step or width - 1):
        aside = (box.x + right + 0.5) * POINTS
        file.line(aside, box.y * POINTS, aside, (box.y + height) * POINTS)
    for value, rect in box.marks():
        color = ink(style.colors[value]) if value < COLORS else style.theme.ink
        _fill(file, color, [rect])
    if style.digits and box.cell >= LEGIBLE:
        _write_digits(file, box, style)


def _write_digits(file: FPDF, box: Box, style: Style) -> None:
    size = digit_size(box.cell)
    file.set_font(_FONT, size=size * POINTS)
    half = file.get_string_width("0") / 2
    for value in range(COLORS):
        file.set_text_color(*rgb(ink(style.colors[value])))
        for row, column in zip(*(box.cells == value).nonzero(), strict=True):
            x = box.x + (int(column) + 0.5) * box.cell + 0.5
            y = box.y + (int(row) + 0.5) * box.cell + 0.5 + 0.36 * size
            file.text(x * POINTS - half, y * POINTS, str(value))


def _fill(file: FPDF, color: str, rects: Iterable[Rect]) -> None:
    file.set_fill_color(*rgb(color))
    for x, y, width, height in rects:
        file.rect(x * POINTS, y * POINTS, width * POINTS, height * POINTS, style="F")


def _write(file: FPDF, label: Label, color: str) -> None:
    text = printed(label.text)
    file.set_font(_FONT, size=label.size * POINTS)
    file.set_text_color(*rgb(color))
    back = {"start": 0.0, "middle": 0.5, "end": 1.0}[label.anchor] * file.get_string_width(text)
    file.text(label.x * POINTS - back, label.y * POINTS, text)
