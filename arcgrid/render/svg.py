"""Pictures as SVG text: one path for each color, one for all lines, and the labels.

The same picture and the same version of arcgrid give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import ArrayLike

from arcgrid.grid import COLORS
from arcgrid.palette import BORDER, ink
from arcgrid.render import pictures
from arcgrid.render.pictures import Attempts
from arcgrid.render.scene import (
    LEGIBLE,
    LINED,
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
    """An attempt beside the truth, wrong cells marked, as an SVG document."""
    return paint(pictures.attempt(attempt, truth, style), style)


def task_set(tasks: TaskSet | Iterable[_Task], style: Style = PLAIN) -> str:
    """A contact sheet of tasks as an SVG document."""
    return paint(pictures.task_set(tasks, style), style)


def paint(scene: Scene, style: Style = PLAIN) -> str:
    """Any scene as an SVG document."""
    theme = style.theme
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{scene.width}" height="{scene.height}" '
        f'viewBox="0 0 {scene.width} {scene.height}" role="img">',
        f"<title>{escape(scene.name)}</title>",
    ]
    if not style.transparent:
        parts.append(f'<path fill="{theme.paper}" d="M0 0h{scene.width}v{scene.height}H0z"/>')
    parts += _cells(scene, style)
    parts += _lines(scene, style)
    parts += _labels(scene, style)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _cells(scene: Scene, style: Style) -> list[str]:
    """One path for each color, then one for black and one for white marks."""
    paths: list[list[str]] = [[] for _ in style.colors]
    marks: dict[str, list[str]] = {}
    for box in scene.boxes:
        for value, row, column, height, width in runs(box):
            x, y = box.x + column * box.cell, box.y + row * box.cell
            paths[value].append(_rect((x, y, width * box.cell, height * box.cell)))
        for value, rect in box.marks():
            color = ink(style.colors[value]) if value < len(paths) else style.theme.ink
            marks.setdefault(color, []).append(_rect(rect))
    filled = [*zip(style.colors, paths, strict=True), *sorted(marks.items())]
    return [
        f'<path shape-rendering="crispEdges" fill="{color}" d="{"".join(path)}"/>'
        for color, path in filled
        if path
    ]


def runs(box: Box) -> list[tuple[int, int, int, int, int]]:
    """Rectangles of one value that cover the box: value, row, column, height, width.

    Runs along a row; equal runs in the rows below join them.
    """
    found: list[tuple[int, int, int, int, int]] = []
    open: dict[tuple[int, int, int], int] = {}  # value, column, width -> the row it began in
    count, columns = box.cells.shape
    for row in range(count + 1):
        runs = []
        if row < count:
            cells = box.cells[row]
            edges = [0, *(np.flatnonzero(np.diff(cells)) + 1).tolist(), columns]
            runs = [(int(cells[start]), start, end - start) for start, end in pairwise(edges)]
            runs = [run for run in runs if run[0] < COLORS]
        for run in open.keys() - set(runs):
            value, column, width = run
            found.append((value, open[run], column, row - open[run], width))
        open = {run: open.get(run, row) for run in runs}
    return sorted(found)


def _rect(rect: Rect) -> str:
    x, y, width, height = rect
    return f"M{x} {y}h{width}v{height}h-{width}z"


def _lines(scene: Scene, style: Style) -> list[str]:
    """Lines around cells, unknown outputs, dividers and arrows: a path each."""
    theme = style.theme
    parts = []
    lines = "".join(map(_box_lines, scene.boxes))
    if lines:
        parts.append(f'<path fill="none" stroke="{BORDER}" d="{lines}"/>')
    unknowns = "".join(map(_outline, scene.unknowns))
    if unknowns:
        dashes = 'stroke-dasharray="4 4"'
        parts.append(f'<path fill="none" stroke="{theme.muted}" {dashes} d="{unknowns}"/>')
    dividers = "".join(map(_rect, scene.dividers))
    if dividers:
        parts.append(f'<path fill="{theme.faint}" d="{dividers}"/>')
    arrows = "".join(
        "M" + "L".join(f"{x:g} {y:g}" for x, y in stroke)
        for arrow in scene.arrows
        for stroke in arrow.strokes
    )
    if arrows:
        parts.append(f'<path fill="none" stroke="{theme.muted}" d="{arrows}"/>')
    return parts


def _box_lines(box: Box) -> str:
    width, height = box.size
    step = box.cell if box.cell >= LINED else None
    x, y = box.x + 0.5, box.y + 0.5
    across = "".join(
        f"M{box.x} {y + down:g}h{width}" for down in range(0, height, step or height - 1)
    )
    along = "".join(
        f"M{x + right:g} {box.y}v{height}" for right in range(0, width, step or width - 1)
    )
    return across + along


def _outline(unknown: Unknown) -> str:
    x, y = unknown.x + 0.5, unknown.y + 0.5
    return f"M{x:g} {y:g}h{unknown.width - 1}v{unknown.height - 1}h-{unknown.width - 1}z"


def _labels(scene: Scene, style: Style) -> list[str]:
    """Labels in two tones, question marks, and digits: a row of one ink is one element."""
    theme = style.theme
    parts = []
    for color, strong in ((theme.ink, True), (theme.muted, False)):
        texts = [_text(label) for label in scene.labels if label.strong is strong]
        if not strong:
            texts += [_question_mark(unknown) for unknown in scene.unknowns]
        if texts:
            parts += [f'<g font-family="{_FONTS}" fill="{color}">', *texts, "</g>"]
    if style.digits:
        for box in scene.boxes:
            if box.cell >= LEGIBLE:
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
        y = box.y + row * box.cell + box.cell / 2 + 0.5 + 0.36 * size
        for color in sorted(set(inks)):
            shown = [
                column for column, cell in enumerate(cells) if cell < 10 and inks[cell] == color
            ]
            if shown:
                xs = " ".join(f"{box.x + (at + 0.5) * box.cell + 0.5:g}" for at in shown)
                text = "".join(str(cells[at]) for at in shown)
                parts.append(f'<text x="{xs}" y="{y:.2f}" fill="{color}">{text}</text>')
    return [*parts, "</g>"]
