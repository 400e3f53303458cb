"""Grids, pairs, tasks, attempts and task sets as scenes, ready to be painted.

Where everything goes is worked out in `layout`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from arcgrid.errors import GridError
from arcgrid.grid import COLORS, Grid, format_size
from arcgrid.render.layout import (
    TILE,
    Block,
    Layout,
    Panel,
    Sketch,
    Spacing,
    arrange,
    arrange_freely,
    place,
)
from arcgrid.render.scene import Label, Scene, one_line, shortened, text_width
from arcgrid.render.style import Style
from arcgrid.scoring.verdicts import verdict_of, wrong_cells
from arcgrid.task import Pair, Task, TaskSet

Attempts = Sequence[Sequence[ArrayLike]]
"""For each test input of a task, the grids that were attempted."""

WIDTH = 960
"""How wide a picture of a task may be where nothing is said, in pixels."""
SHEET_WIDTH = 1600
"""How wide a contact sheet may be where nothing is said, in pixels."""

_TILE_WIDTH, _TILE_HEIGHT = 230, 170  # about; tiles fill the sheet's width
_TILE_CELL = 10
_TILE_GAP = 24
_PAGE = 1.414  # height of a page of a contact sheet, for its width: as A4


def as_cells(value: ArrayLike) -> Grid:
    """The cells of a picture: any two-dimensional grid of 0..9, and 10 for cells left empty.

    Raises:
        GridError: the value is no such grid.
    """
    try:
        cells = np.asarray(value)
    except ValueError:
        raise GridError("the rows of a grid have one length", "ragged") from None
    if cells.ndim != 2 or not cells.size or cells.dtype.kind not in "iu":
        raise GridError("a grid in a picture is rows of integers, at least 1x1", "type")
    outside = np.argwhere((cells < 0) | (cells > COLORS))
    if len(outside):
        row, column = outside[0].tolist()
        problem = f"{cells[row, column]} is not a color (0 to 9) or 10 for an empty cell"
        raise GridError(problem, "color", row=row, column=column)
    return cells.astype(np.uint8, copy=False)


def grid(grid: ArrayLike, style: Style) -> Scene:
    """One grid over its size."""
    cells = as_cells(grid)
    return _scene([[Block((_panel(cells),))]], style, f"grid {format_size(cells)}")


def pair(pair: Pair, style: Style) -> Scene:
    """Input, arrow, output."""
    output = pair.output if style.answers else None
    name = f"{format_size(pair.input)} to {'?' if output is None else format_size(output)}"
    return _scene([[_pair_block(pair, style.answers)]], style, name)


def task(task: Task, style: Style, attempts: Attempts = ()) -> Scene:
    """A task under its id: train pairs, test pairs, and attempts at the tests.

    Wrong cells are marked where the answer is known, and shown.
    """
    sections = _sections(task, style.answers)
    truths = [pair.output if style.answers else None for pair in task.test]
    tried = [
        Block((_attempt_panel(as_cells(attempt), truth),), f"test[{test}] attempt_{number}")
        for test, (truth, tries) in enumerate(zip(truths, attempts, strict=False))
        for number, attempt in enumerate(tries, 1)
    ]
    return _scene([*sections, tried], style, f"task {one_line(task.id)}", title=task.id)


def attempt(attempt: ArrayLike, truth: ArrayLike, style: Style) -> Scene:
    """An attempt with its wrong cells marked, beside the truth."""
    tried, true = as_cells(attempt), as_cells(truth)
    panels = (_attempt_panel(tried, true, "attempt "), _panel(true, f"truth {format_size(true)}"))
    name = f"attempt {_verdict(tried, true)}"
    return _scene([[Block(panels, arrow=False)]], style, name)


def task_set(tasks: TaskSet | Iterable[Task], style: Style) -> Scene:
    """A contact sheet of all tasks."""
    [scene] = _sheets(tasks, style, None)
    return scene


def pages(tasks: TaskSet | Iterable[Task], style: Style) -> list[Scene]:
    """A contact sheet of all tasks, on pages."""
    return _sheets(tasks, style, _PAGE)


def _sections(task: Task, answers: bool) -> list[list[Block]]:
    return [
        [_pair_block(pair, True, f"train[{number}]") for number, pair in enumerate(task.train)],
        [_pair_block(pair, answers, f"test[{number}]") for number, pair in enumerate(task.test)],
    ]


def _pair_block(pair: Pair, answers: bool, header: str = "") -> Block:
    if pair.output is None or not answers:
        # As large as the input: the true size would give a part of the answer away.
        height, width = pair.input.shape
        second = Panel(height, width, None)
    else:
        second = _panel(pair.output)
    return Block((_panel(pair.input), second), header)


def _panel(cells: Grid, caption: str | None = None) -> Panel:
    height, width = cells.shape
    return Panel(height, width, cells, format_size(cells) if caption is None else caption)


def _attempt_panel(tried: Grid, truth: Grid | None, what: str = "") -> Panel:
    caption = format_size(tried) if truth is None else _verdict(tried, truth)
    wrong = None if truth is None else wrong_cells(tried, truth)
    height, width = tried.shape
    return Panel(height, width, tried, what + caption, wrong)


def _verdict(tried: Grid, truth: Grid) -> str:
    verdict = verdict_of(tried, truth)
    said = {"solved": "correct", "size": "wrong size"}.get(verdict.kind, f"{verdict.wrong} wrong")
    return f"{format_size(tried)}: {said}"


def _scene(sections: list[list[Block]], style: Style, name: str, title: str = "") -> Scene:
    """A picture as narrow as its layout, with a title where there is one."""
    room = style.width or WIDTH
    gap = Spacing.of(room, style.labels)
    top, font = gap.margin, round(1.25 * gap.font)
    titled = bool(title) and style.labels
    above = 2 * gap.margin + 2 * font * titled
    layout = arrange_freely(sections, room - 2 * gap.margin, above, style, gap)
    sketch = Sketch.empty()
    width = layout.width + 2 * gap.margin
    if titled:
        # A narrow picture may become wider for its title, but not wider than asked for.
        width = max(width, min(room, text_width(one_line(title), font) + 2 * gap.margin))
        text = shortened(title, font, width - 2 * gap.margin)
        sketch.labels.append(Label(gap.margin, top + font, text, font, strong=True))
        top += 2 * font
    place(layout, gap.margin, top, sketch)
    return sketch.scene(width, top + layout.height + gap.margin, name)


def _sheets(tasks: TaskSet | Iterable[Task], style: Style, page: float | None) -> list[Scene]:
    """Tiles in rows; a row is as high as its highest tile, a page as full as it can be."""
    name = tasks.name if isinstance(tasks, TaskSet) else ""
    chosen = tuple(tasks)
    width = style.width or SHEET_WIDTH
    gap = replace(Spacing.of(min(width, 1120), style.labels), column=_TILE_GAP)
    inner = width - 2 * gap.margin
    columns = max(1, min(len(chosen), (inner + gap.column) // (_TILE_WIDTH + gap.column)))
    tile = max(60, (inner + gap.column) // columns - gap.column)
    tile = tile if len(chosen) >= columns > 1 else min(tile, 2 * _TILE_WIDTH)
    heading = f"{one_line(name) or 'tasks'}: {len(chosen)} task{'s' * (len(chosen) != 1)}"
    rows = [chosen[start : start + columns] for start in range(0, len(chosen), columns)]
    layouts = [[_tile(task, tile, style) for task in row] for row in rows]
    label = round(1.6 * TILE.font) if style.labels else 0
    font = round(1.25 * gap.font)
    scenes, sketch, top = [], Sketch.empty(), gap.margin

    def finish() -> None:
        scenes.append(sketch.scene(width, top - gap.row + gap.margin, heading))

    if style.labels:
        text = shortened(heading, font, inner)
        sketch.labels.append(Label(gap.margin, top + font, text, font, strong=True))
        top += 2 * font
    for row, entries in zip(rows, layouts, strict=True):
        height = label + max(layout.height for layout in entries)
        if page is not None and sketch.boxes and top + height + gap.margin > width * page:
            finish()
            sketch, top = Sketch.empty(), gap.margin
        for number, (entry, layout) in enumerate(zip(row, entries, strict=True)):
            x = gap.margin + number * (tile + gap.column)
            if label:
                text = shortened(entry.id, TILE.font, tile)
                sketch.labels.append(Label(x, top + TILE.font, text, TILE.font))
            place(layout, x, top + label, sketch)
        top += height + gap.row
    finish()
    return scenes


def _tile(task: Task, width: int, style: Style) -> Layout:
    """A task in a tile; of one with too many pairs, as many train pairs as there is room for."""
    cells = range(1, (style.cell or _TILE_CELL) + 1)
    train, test = _sections(task, style.answers)
    while True:
        layout = arrange([train, test], width, _TILE_HEIGHT, cells, TILE)
        if (layout.width <= width and layout.height <= _TILE_HEIGHT) or len(train) == 1:
            return layout
        train = train[:-1]
