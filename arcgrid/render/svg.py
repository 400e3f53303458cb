"""Pictures as SVG text: one path for each color, one for all lines, and the labels.

The same picture and the same version of arcgrid give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape

from numpy.typing import ArrayLike

from arcgrid.palette import BORDER, ink
from arcgrid.render import pictures, sheets
from arcgrid.render.cells import CORE, HALO, lines, marks, run_rect, runs
from arcgrid.render.pictures import Attempts
from arcgrid.render.scene import (
    TONES,
    Box,
    Label,
    Rect,
    Scene,
    Unknown,
    digit_size,
    question_size,
)
from arcgrid.render.style import PLAIN, Style
from arcgrid.task import Pair, TaskSet
from arcgrid.task import Task as _Task

_FONTS = "Aileron,Helvetica,Arial,sans-serif"


def grid(grid: ArrayLike, style: Style = PLAIN) -> str:
    """A grid as an SVG document; a cell of 10 is left empty.

    Raises:
        GridError: the value is no grid of 0..10.
    """
    return paint(pictures.grid(grid, style), style)


def pair(pair: Pair, style: Style = PLAIN) -> str:
    """A pair as an SVG document."""
    return paint(pictures.pair(pair, style), style)


def task(task: _Task, style: Style = PLAIN, attempts: Attempts = ()) -> str:
    """A task as an SVG document, with attempts at its tests where they are given."""
    return paint(pictures.task(task, style, attempts), style)


def attempt(attempt: ArrayLike, truth: ArrayLike, style: Style = PLAIN) -> str:
    """The truth, and an attempt with its wrong cells outlined, as an SVG document."""
    return paint(pictures.attempt(attempt, truth, style), style)


def task_set(
    tasks: TaskSet | Iterable[_Task],
    style: Style = PLAIN,
    attempts: Mapping[str, Attempts] | None = None,
) -> str:
    """A contact sheet of tasks, or of attempts at them by id, as an SVG document."""
    return paint(sheets.task_set(tasks, style, attempts), style)


def lacking(text: str) -> str:
    """The letters of a text that cannot be drawn: none, an SVG holds text as text."""
    return ""


def paint(scene: Scene, style: Style = PLAIN) -> str:
    """Any scene as an SVG document."""
    theme = style.theme
    size = f'width="{_length(scene, scene.width)}" height="{_length(scene, scene.height)}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} '
        f'viewBox="0 0 {scene.width} {scene.height}" role="img">',
        f"<title>{escape(scene.name)}</title>",
    ]
    if not style.transparent:
        parts.append(f'<path fill="{theme.paper}" d="M0 0h{scene.width}v{scene.height}H0z"/>')
    parts += _cells(scene, style)
    parts += _lines(scene, style)
    parts += _labels(scene, style)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _length(scene: Scene, pixels: int) -> str:
    """A length in pixels, or on paper."""
    return f"{pixels * scene.inch * 25.4:.6g}mm" if scene.on_paper else str(pixels)


def _cells(scene: Scene, style: Style) -> list[str]:
    """One path for each color."""
    paths: list[list[str]] = [[] for _ in style.colors]
    for box in scene.boxes:
        for run in runs(box.cells):
            paths[run[0]].append(_rect(run_rect(box, run)))
    return [
        f'<path shape-rendering="crispEdges" fill="{color}" d="{"".join(path)}"/>'
        for color, path in zip(style.colors, paths, strict=True)
        if path
    ]


def _rect(rect: Rect) -> str:
    x, y, width, height = rect
    return f"M{x} {y}h{width}v{height}h-{width}z"


def _lines(scene: Scene, style: Style) -> list[str]:
    """A path each for lines around cells, outlines, unknown outputs, dividers; then strokes."""
    theme, pen = style.theme, scene.pen
    halos, cores = zip(*map(marks, scene.boxes), strict=True) if scene.boxes else ((), ())
    filled = [
        (BORDER, [rect for box in scene.boxes for rect in lines(box)]),
        (HALO, [rect for halo in halos for rect in halo]),
        (CORE, [rect for core in cores for rect in core]),
        (theme.faint, scene.dividers),
    ]
    parts = [
        f'<path fill="{color}" d="{"".join(map(_rect, rects))}"/>'
        for color, rects in filled
        if rects
    ]
    unknowns = "".join(_outline(unknown, pen) for unknown in scene.unknowns)
    if unknowns:
        dashes = f'{_width(pen)} stroke-dasharray="{4 * pen} {4 * pen}"'
        parts.append(f'<path fill="none" stroke="{theme.muted}"{dashes} d="{unknowns}"/>')
    strokes: dict[tuple[str, int], list[str]] = {}
    for stroke in scene.strokes():
        points = "M" + "L".join(f"{x:g} {y:g}" for x, y in stroke.points)
        strokes.setdefault((getattr(theme, stroke.tone), stroke.thick), []).append(points)
    for (color, thick), paths in sorted(strokes.items()):
        drawn = f'stroke="{color}"{_width(thick)} stroke-linecap="round" d="{"".join(paths)}"'
        parts.append(f'<path fill="none" {drawn}/>')
    return parts


def _width(thick: int) -> str:
    return "" if thick == 1 else f' stroke-width="{thick}"'


def _outline(unknown: Unknown, pen: int) -> str:
    x, y, width = unknown.x + pen / 2, unknown.y + pen / 2, unknown.width - pen
    return f"M{x:g} {y:g}h{width}v{unknown.height - pen}h-{width}z"


def _labels(scene: Scene, style: Style) -> list[str]:
    """Labels by their tone, question marks, and digits: a row of one ink is one element."""
    parts = []
    for tone in TONES:
        texts = [_text(label) for label in scene.labels if label.tone == tone]
        if tone == "muted":
            texts += [_question_mark(unknown) for unknown in scene.unknowns]
        if texts:
            color = getattr(style.theme, tone)
            parts += [f'<g font-family="{_FONTS}" fill="{color}">', *texts, "</g>"]
    for box in scene.boxes:
        if box.digits:
            parts += _digits(box, style)
    return parts


def _text(label: Label) -> str:
    anchor = "" if label.anchor == "start" else f' text-anchor="{label.anchor}"'
    text = escape(label.text)
    return f'<text x="{label.x}" y="{label.y}" font-size="{label.size}"{anchor}>{text}</text>'


def _question_mark(unknown: Unknown) -> str:
    size = question_size(unknown)
    x, y = unknown.x + unknown.width // 2, unknown.y + unknown.height // 2 + round(0.36 * size)
    return _text(Label(x, y, "?", size, "middle"))


def _digits(box: Box, style: Style) -> list[str]:
    size = digit_size(box.cell)
    parts = [f'<g font-family="{_FONTS}" font-size="{size}" text-anchor="middle">']
    inks = [ink(color) for color in style.colors]
    for row, cells in enumerate(box.cells.tolist()):
        y = box.y + row * box.cell + (box.cell + box.line) / 2 + 0.36 * size
        for color in sorted(set(inks)):
            shown = [
                column for column, cell in enumerate(cells) if cell < 10 and inks[cell] == color
            ]
            if shown:
                xs = " ".join(f"{box.x + (at + 0.5) * box.cell + box.line / 2:g}" for at in shown)
                text = "".join(str(cells[at]) for at in shown)
                parts.append(f'<text x="{xs}" y="{y:.2f}" fill="{color}">{text}</text>')
    return [*parts, "</g>"]
