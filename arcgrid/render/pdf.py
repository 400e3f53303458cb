"""Pictures as PDF bytes, one picture a page; a contact sheet takes as many pages as it needs.

Where it says nothing else, 96 pixels are an inch. Fonts are embedded, the date is fixed: the same
picture and the same versions give the same bytes. All of a grid is filled areas that overlap, none
of them a stroke: no line is longer than its grid, and nothing shines through between two cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from fpdf import FPDF
from fpdf.drawing import DrawingContext, PaintedPath
from fpdf.drawing_primitives import Transform
from numpy.typing import ArrayLike

from arcgrid.grid import COLORS
from arcgrid.palette import BORDER, ink, rgb
from arcgrid.render import font, pictures, sheets
from arcgrid.render.cells import CORE, HALO, Area, layers, lines, marks
from arcgrid.render.pictures import Attempts
from arcgrid.render.scene import (
    Box,
    Label,
    Rect,
    Scene,
    Stroke,
    Unknown,
    digit_size,
    one_line,
    question_size,
)
from arcgrid.render.style import PLAIN, Style
from arcgrid.task import Pair, TaskSet
from arcgrid.task import Task as _Task

POINTS = 72
"""Points in an inch."""

_DATE = datetime(2000, 1, 1, tzinfo=UTC)


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
    """The truth, and an attempt with its wrong cells outlined, as a PDF file of one page."""
    return paint([pictures.attempt(attempt, truth, style)], style)


def task_set(
    tasks: TaskSet | Iterable[_Task],
    style: Style = PLAIN,
    attempts: Mapping[str, Attempts] | None = None,
) -> bytes:
    """A contact sheet of tasks, or of attempts at them by id, as a PDF file of some pages."""
    return paint(sheets.pages(tasks, style, attempts), style)


def lacking(text: str) -> str:
    """The letters of a text that no font here has, each once; `?` is drawn for them."""
    return font.lacking(one_line(text))


def paint(scenes: Sequence[Scene], style: Style = PLAIN) -> bytes:
    """Any scenes as a PDF file, each on a page of its size."""
    file = FPDF(unit="pt")
    file.set_creation_date(_DATE)
    file.set_auto_page_break(False)
    file.set_margin(0)
    fonts = {font.printed(label.text)[1] for scene in scenes for label in scene.labels} | {
        font.AILERON
    }
    for one in sorted(fonts, key=lambda one: one.name):
        file.add_font(one.name, fname=one.path)
    file.set_title(one_line(scenes[0].name))
    for scene in scenes:
        page = _Page(file, style, POINTS * scene.inch)
        file.add_page(format=(scene.width * page.points, scene.height * page.points))
        page.paint(scene)
    return bytes(file.output())


@dataclass(frozen=True, slots=True)
class _Page:
    """A page that is painted on: a pixel is so many points."""

    file: FPDF
    style: Style
    points: float

    def paint(self, scene: Scene) -> None:
        """Everything of a scene: areas and lines, and all text over them."""
        theme = self.style.theme
        with self.file.drawing_context() as context:
            if not self.style.transparent:
                self._fill(context, theme.paper, [(0, 0, scene.width, scene.height)])
            self._fill(context, theme.faint, scene.dividers)
            for box in scene.boxes:
                self._paint_box(context, box)
            for unknown in scene.unknowns:
                dashes = (4 * scene.pen, 4 * scene.pen)
                self._stroke(context, _outline(unknown, scene.pen), dashes)
            for stroke in scene.strokes():
                self._stroke(context, stroke)
        for box in scene.boxes:
            if box.digits:
                self._write_digits(box)
        for label in scene.labels:
            self._write(label)
        for one in scene.unknowns:
            size = question_size(one)
            base = one.y + one.height // 2 + round(0.36 * size)
            self._write(Label(one.x + one.width // 2, base, "?", size, "middle"))

    def _paint_box(self, context: DrawingContext, box: Box) -> None:
        for value, areas in layers(box):
            self._fill(context, self.style.colors[value], areas)
        self._fill(context, BORDER, lines(box))
        for color, rects in zip((HALO, CORE), marks(box), strict=True):
            self._fill(context, color, rects)

    def _fill(
        self, context: DrawingContext, color: str, areas: Sequence[Area] | Sequence[Rect]
    ) -> None:
        """Areas of one color, as one: where two of them meet, there is no seam."""
        if areas:
            path = self._path(fill_color=color, stroke_color=None)
            path.style.intersection_rule = "NONZERO"
            for area in areas:
                path.rectangle(*area)
            context.add_item(path, clone=False)

    def _stroke(
        self, context: DrawingContext, stroke: Stroke, dashes: tuple[int, int] | None = None
    ) -> None:
        path = self._path(fill_color=None, stroke_color=getattr(self.style.theme, stroke.tone))
        path.style.stroke_width = stroke.thick
        path.style.stroke_cap_style = "BUTT" if dashes else "ROUND"
        path.style.stroke_join_style = "MITER" if dashes else "ROUND"
        path.style.stroke_dash_pattern = dashes
        path.style.auto_close = False
        path.move_to(*stroke.points[0])
        for point in stroke.points[1:]:
            path.line_to(*point)
        context.add_item(path, clone=False)

    def _path(self, **colors: str | None) -> PaintedPath:
        """A path whose unit is a pixel."""
        path = PaintedPath()
        path.transform = Transform.scaling(self.points, self.points)
        path.style.fill_color, path.style.stroke_color = (
            colors["fill_color"],
            colors["stroke_color"],
        )
        return path

    def _write_digits(self, box: Box) -> None:
        file, size = self.file, digit_size(box.cell)
        file.set_font(font.AILERON.name, size=size * self.points)
        half, middle = file.get_string_width("0") / 2, (box.cell + box.line) / 2
        for value in range(COLORS):
            file.set_text_color(*rgb(ink(self.style.colors[value])))
            for row, column in np.argwhere(box.cells == value).tolist():
                x = box.x + column * box.cell + middle
                y = box.y + row * box.cell + middle + 0.36 * size
                file.text(x * self.points - half, y * self.points, str(value))

    def _write(self, label: Label) -> None:
        text, chosen = font.printed(label.text)
        file = self.file
        file.set_font(chosen.name, size=label.size * self.points)
        file.set_text_color(*rgb(getattr(self.style.theme, label.tone)))
        share = {"start": 0.0, "middle": 0.5, "end": 1.0}[label.anchor]
        back = share * file.get_string_width(text)
        file.text(label.x * self.points - back, label.y * self.points, text)


def _outline(unknown: Unknown, pen: int) -> Stroke:
    left, top = unknown.x + pen / 2, unknown.y + pen / 2
    right, bottom = left + unknown.width - pen, top + unknown.height - pen
    corners = ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))
    return Stroke(corners, pen, "muted")
