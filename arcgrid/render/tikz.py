r"""Pictures as TeX with TikZ: `\input` them in a document that loads TikZ, or compile them alone.

Text is in the document's own font. What TeX would need packages for beyond TikZ is not there.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from arcgrid.grid import COLORS
from arcgrid.palette import BORDER, ink
from arcgrid.render import pictures, sheets
from arcgrid.render.cells import CORE, HALO, Area, layers, lines, marks
from arcgrid.render.pictures import Attempts
from arcgrid.render.scene import (
    TONES,
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

_HEAD = r"""% {name}
% Drawn by arcgrid: \input this where TikZ is loaded, or compile it as it is.
\ifdefined\tikzpicture\else
\documentclass{{article}}
\usepackage{{fix-cm,tikz}}
\usepackage[paperwidth={width}bp,paperheight={height}bp,margin=0pt]{{geometry}}
\pagestyle{{empty}}
\topskip=0pt \parindent=0pt
\def\arcgridalone{{}}
\begin{{document}}
\fi
\begin{{tikzpicture}}[x={unit}bp,y=-{unit}bp]
"""
_FOOT = r"""\end{tikzpicture}%
\ifdefined\arcgridalone\expandafter\enddocument\fi
"""
_POINTS = 72  # TeX's bp in an inch

_ESCAPES = {char: f"\\{char}" for char in "#$%&_{}"} | {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "{''}",
    "'": "{'}",
    "`": "{`}",  # the braces keep these from becoming other letters with their neighbors
    "-": "{-}",
    ",": "{,}",
    "…": r"\ldots{}",
    "–": "{--}",
    "—": "{---}",
    "’": "{'}",
    "“": "{``}",
    "”": "{''}",
}
_ESCAPES |= {
    char: f"\\ensuremath{{\\{name}}}"
    for char, name in {"±": "pm", "×": "times", "→": "to", "←": "gets", "≤": "leq"}.items()
}
_ESCAPES |= {
    char: f"\\{name}{{}}"
    for char, name in {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "ø": "o", "Ø": "O"}.items()
}
"""What stands for letters that TeX takes for something else, or does not know by themselves."""

_ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0306": "u",
    "\u0307": ".",
    "\u0308": '"',
    "\u030a": "r",
    "\u030b": "H",
    "\u030c": "v",
    "\u0323": "d",
    "\u0327": "c",
}
"""The commands that put an accent on a letter."""


def grid(grid: ArrayLike, style: Style = PLAIN) -> str:
    """A grid as TeX; a cell of 10 is left empty.

    Raises:
        GridError: the value is no grid of 0..10.
    """
    return paint(pictures.grid(grid, style), style)


def pair(pair: Pair, style: Style = PLAIN) -> str:
    """A pair as TeX."""
    return paint(pictures.pair(pair, style), style)


def task(task: _Task, style: Style = PLAIN, attempts: Attempts = ()) -> str:
    """A task as TeX, with attempts at its tests where they are given."""
    return paint(pictures.task(task, style, attempts), style)


def attempt(attempt: ArrayLike, truth: ArrayLike, style: Style = PLAIN) -> str:
    """The truth, and an attempt with its wrong cells outlined, as TeX."""
    return paint(pictures.attempt(attempt, truth, style), style)


def task_set(
    tasks: TaskSet | Iterable[_Task],
    style: Style = PLAIN,
    attempts: Mapping[str, Attempts] | None = None,
) -> str:
    """A contact sheet of tasks, or of attempts at them by id, as TeX."""
    return paint(sheets.task_set(tasks, style, attempts), style)


def lacking(text: str) -> str:
    """The letters of a text that TeX does not have without more packages, each once."""
    return "".join(dict.fromkeys(char for char in one_line(text) if _tex(char) is None))


def paint(scene: Scene, style: Style = PLAIN) -> str:
    """Any scene as TeX."""
    points = _POINTS * scene.inch
    width, height = (f"{side * points:.6g}" for side in (scene.width, scene.height))
    name = scene.name.encode("ascii", "replace").decode()
    parts = [_HEAD.format(name=name, width=width, height=height, unit=f"{points:.6g}")]
    colors = {f"arcgrid{value}": color for value, color in enumerate(style.colors)}
    colors |= {"arcgridpaper": style.theme.paper, "arcgridfaint": style.theme.faint}
    colors |= {f"arcgrid{tone}": getattr(style.theme, tone) for tone in TONES}
    colors |= {"arcgridline": BORDER, "arcgridhalo": HALO, "arcgridcore": CORE}
    for label, color in colors.items():
        parts.append(f"\\definecolor{{{label}}}{{HTML}}{{{color[1:]}}}\n")
    parts.append(f"\\path[use as bounding box] (0,0) rectangle ({scene.width},{scene.height});\n")
    if not style.transparent:
        parts.append(_fill("paper", [(0, 0, scene.width, scene.height)]))
    parts.append(_fill("faint", scene.dividers))
    for box in scene.boxes:
        parts += _box(box, style, points)
    parts += [_unknown(unknown, scene.pen, points) for unknown in scene.unknowns]
    parts += [_stroke(stroke, points) for stroke in scene.strokes()]
    parts += [_label(label, points) for label in scene.labels]
    return "".join([*parts, _FOOT])


def _box(box: Box, style: Style, points: float) -> list[str]:
    halo, core = marks(box)
    parts = [_fill(str(value), areas) for value, areas in layers(box)]
    parts += [_fill("line", lines(box)), _fill("halo", halo), _fill("core", core)]
    if box.digits:
        size, middle = digit_size(box.cell), (box.cell + box.line) / 2
        for (row, column), value in np.ndenumerate(box.cells):
            if value < COLORS:
                shade = "black" if ink(style.colors[value]) == "#000000" else "white"
                x, y = box.x + column * box.cell + middle, box.y + row * box.cell + middle
                at = f"({x:g},{y + 0.36 * size:g})"
                parts.append(_node(at, str(value), size * points, "base", shade))
    return parts


def _fill(color: str, areas: Sequence[Area] | Sequence[Rect]) -> str:
    """Areas of one color as one path, so that there is no seam where two of them meet."""
    if not areas:
        return ""
    drawn = " ".join(f"({x:g},{y:g}) rectangle +({w:g},{h:g})" for x, y, w, h in areas)
    return f"\\fill[arcgrid{color}] {drawn};\n"


def _stroke(stroke: Stroke, points: float) -> str:
    drawn = " -- ".join(f"({x:g},{y:g})" for x, y in stroke.points)
    look = f"arcgrid{stroke.tone},line width={stroke.thick * points:.4g}bp,line cap=round"
    return f"\\draw[{look},line join=round] {drawn};\n"


def _unknown(unknown: Unknown, pen: int, points: float) -> str:
    """A dashed frame with a question mark."""
    x, y, dash = unknown.x + pen / 2, unknown.y + pen / 2, 4 * pen * points
    look = f"line width={pen * points:.4g}bp,dash pattern=on {dash:.4g}bp off {dash:.4g}bp"
    across, down = unknown.width - pen, unknown.height - pen
    frame = f"\\draw[arcgridmuted,{look}] ({x:g},{y:g}) rectangle +({across},{down});\n"
    size = question_size(unknown)
    base = unknown.y + unknown.height // 2 + round(0.36 * size)
    return frame + _label(Label(unknown.x + unknown.width // 2, base, "?", size, "middle"), points)


def _label(label: Label, points: float) -> str:
    text = "".join(_tex(char) or "?" for char in one_line(label.text))
    anchor = {"start": "base west", "middle": "base", "end": "base east"}[label.anchor]
    at = f"({label.x},{label.y})"
    return _node(at, text, label.size * points, anchor, f"arcgrid{label.tone}")


def _node(at: str, text: str, size: float, anchor: str, color: str) -> str:
    font = f"\\fontsize{{{size:.4g}bp}}{{{size:.4g}bp}}\\selectfont"
    return f"\\node[anchor={anchor},inner sep=0pt,{color},font={font}] at {at} {{{text}}};\n"


def _tex(char: str) -> str | None:
    """A letter in TeX, with its accent; None for one that it does not have."""
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isascii():
        return char
    parts = unicodedata.normalize("NFD", char)
    base, accent = parts[0], _ACCENTS.get(parts[1:])
    return None if accent is None or not base.isascii() else f"\\{accent}{{{base}}}"
