"""Grids, pairs, tasks and attempts as scenes, ready to be painted.

Where everything goes is worked out in `layout`; many tasks at once are in `sheets`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from arcgrid.errors import GridError
from arcgrid.grid import COLORS, Grid, format_size
from arcgrid.render.blocks import Block, Panel, Spacing
from arcgrid.render.layout import Layout, Sections, arrange
from arcgrid.render.places import Placed, pairs_of, parse_pairs
from arcgrid.render.placing import Sketch, place
from arcgrid.render.scene import Label, Scene, one_line, shortened, text_width, wrapped
from arcgrid.render.style import Style
from arcgrid.scoring.verdicts import verdict_of, wrong_cells
from arcgrid.task import Pair, Task

Attempts = Sequence[Sequence[ArrayLike]]
"""For each test input of a task, the grids that were attempted."""

WIDTH = 960
"""How wide a picture of a task may be where nothing is said, in pixels at 96 to the inch."""
TALL = 800
"""A picture is at most this high, or 9/16 of its width, while cells stay comfortable: so it is
seen whole on a phone (380 wide), in a column of a paper and on a slide (1,600 wide)."""
COMFORTABLE = 5
"""Below this many pixels, a cell's size goes before the picture's height."""
READABLE = 11
"""The same for cells with digits."""
COMPARABLE = 9
"""The same where attempts are to be compared with the truth, cell by cell."""
_LARGEST = 24  # of a cell that is chosen, or a fortieth of the picture's width


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
    """A task under its id: train pairs, test pairs, and attempts beside the truth.

    Wrong cells are outlined where the answer is known, and shown.
    """
    sections = [train_section(task, style), *sections_of_tests(task, style, attempts)]
    compared = any(map(len, attempts))
    return _scene(sections, style, f"task {one_line(task.id)}", task.id, compared)


def attempt(attempt: ArrayLike, truth: ArrayLike, style: Style) -> Scene:
    """The truth, and beside it an attempt with its wrong cells outlined."""
    tried, true = as_cells(attempt), as_cells(truth)
    block = attempt_block("attempt", tried, true)
    return _scene([[Block((_panel(true),), "truth"), block]], style, block.header, compared=True)


def train_section(task: Task, style: Style) -> list[Block]:
    """The train pairs that are chosen."""
    return [
        _pair_block(pair, True, f"train[{number}]")
        for number, pair in pairs_of(task, "train", parse_pairs(style.pairs))
    ]


def sections_of_tests(
    task: Task, style: Style, attempts: Attempts = (), *, named: bool = True
) -> list[list[Block]]:
    """The test pairs that are chosen, in one section; with attempts, in one each.

    Args:
        task: the task.
        style: says which pairs, and whether answers are shown.
        attempts: for each test input, the grids that were attempted.
        named: call attempts, and a test that is the only one, by their names.
    """
    chosen = pairs_of(task, "test", parse_pairs(style.pairs))
    alone = not named and len(task.test) == 1
    truths = [
        _pair_block(pair, style.answers, "" if alone else f"test[{number}]")
        for number, pair in chosen
    ]
    if not attempts:
        return [truths]
    return [
        [truth, *_attempt_blocks(placed, attempts, style, named)]
        for truth, placed in zip(truths, chosen, strict=True)
    ]


def _attempt_blocks(placed: Placed, attempts: Attempts, style: Style, named: bool) -> list[Block]:
    truth = placed.pair.output if style.answers else None
    tries = attempts[placed.number] if placed.number < len(attempts) else ()
    return [
        attempt_block(f"attempt_{number}" if named else "", as_cells(one), truth)
        for number, one in enumerate(tries, 1)
    ]


def attempt_block(name: str, tried: Grid, truth: Grid | None) -> Block:
    """An attempt under what it is: solved, of a wrong size, or with so many wrong cells.

    Where the truth is not known, it stands under its name alone.
    """
    height, width = tried.shape
    size = format_size(tried)
    verdict = verdict_of(tried, truth)
    if truth is None or verdict.kind == "unknown":
        return Block((Panel(height, width, tried, size),), name, beside=True)
    said = {"solved": "solved", "size": "wrong size"}.get(verdict.kind, f"{verdict.wrong} wrong")
    if verdict.kind == "size":
        size += f", not {format_size(truth)}"
    panel = Panel(height, width, tried, size, wrong_cells(tried, truth))
    header = f"{name}: {said}" if name else said
    return Block((panel,), header, verdict.kind == "solved", beside=True)


def _pair_block(pair: Pair, answers: bool, header: str = "") -> Block:
    if pair.output is None or not answers:
        # As large as the input: the true size would give a part of the answer away.
        height, width = pair.input.shape
        second = Panel(height, width, None)
    else:
        second = _panel(pair.output)
    return Block((_panel(pair.input), second), header)


def _panel(cells: Grid) -> Panel:
    height, width = cells.shape
    return Panel(height, width, cells, format_size(cells))


def _scene(
    sections: Sections, style: Style, name: str, title: str = "", compared: bool = False
) -> Scene:
    """A picture as narrow as its layout, with a title and a caption where there are any."""
    room = style.room(WIDTH)
    gap = Spacing.of(room, style)
    frame = Frame.of(style, gap, title, room - 2 * gap.margin)
    layout = _arranged(sections, room, frame.height + 2 * gap.margin, style, compared)
    width = layout.width + 2 * gap.margin
    # A narrow picture may become wider for its text, but not wider than asked for.
    width = max(width, min(room, frame.width + 2 * gap.margin))
    frame = Frame.of(style, gap, title, width - 2 * gap.margin)
    sketch = Sketch()
    top = frame.place_title(sketch, gap.margin, gap.margin)
    place(layout, gap.margin, top, sketch)
    bottom = frame.place_caption(sketch, gap.margin, top + layout.height)
    return scene(sketch, style, (width, bottom + gap.margin), name)


def scene(sketch: Sketch, style: Style, size: tuple[int, int], name: str) -> Scene:
    """The finished picture.

    Args:
        sketch: all that is on it.
        style: says how large it is on paper.
        size: width and height.
        name: for those who hear it.
    """
    return Scene(
        *size,
        name,
        style.inch(size[0]),
        style.on_paper,
        max(1, round(style.scale)),
        tuple(sketch.boxes),
        tuple(sketch.unknowns),
        tuple(sketch.arrows),
        tuple(sketch.signs),
        tuple(sketch.labels),
        tuple(sketch.dividers),
    )


@dataclass(frozen=True, slots=True)
class Frame:
    """The text over and under a picture.

    Attributes:
        title: the line above; empty for none.
        caption: the lines below.
        font, large: sizes of the caption's and the title's text.
        width: that both would like to have, in pixels.
    """

    title: str
    caption: tuple[str, ...]
    font: int
    large: int
    width: int

    @classmethod
    def of(cls, style: Style, gap: Spacing, title: str, room: int) -> Frame:
        """The text of a picture that has so much room across."""
        text = (title if style.labels else "") if style.title is None else style.title
        large = round(1.25 * gap.font)
        below = tuple(wrapped(style.caption, gap.font, room))
        # A caption under a small picture is rather a block of text than a column of words.
        comfortable = min(text_width(style.caption, gap.font), 24 * gap.font) if below else 0
        wanted = max(text_width(one_line(text), large) if text else 0, comfortable)
        return cls(shortened(text, large, room), below, gap.font, large, wanted)

    @property
    def height(self) -> int:
        """What both take, in pixels."""
        return self._title_height + self._caption_height

    @property
    def _title_height(self) -> int:
        return 2 * self.large if self.title else 0

    @property
    def _caption_height(self) -> int:
        lines = len(self.caption)
        return round(0.8 * self.font) + round(1.4 * self.font * lines) if lines else 0

    def place_title(self, sketch: Sketch, x: int, y: int) -> int:
        """Put the title at a point; returns where the picture begins."""
        if self.title:
            sketch.labels.append(Label(x, y + self.large, self.title, self.large, tone="ink"))
        return y + self._title_height

    def place_caption(self, sketch: Sketch, x: int, y: int) -> int:
        """Put the caption below a picture that ends at y; returns where all ends."""
        base = y + round(1.8 * self.font)
        for number, line in enumerate(self.caption):
            at = base + round(1.4 * self.font * number)
            sketch.labels.append(Label(x, at, line, self.font, tone="ink"))
        return y + self._caption_height


def _arranged(sections: Sections, room: int, above: int, style: Style, compared: bool) -> Layout:
    """A layout in a height that gives way before cells get too small.

    Args:
        sections: what is laid out.
        room: pixels there are across, with margins.
        above: pixels that text and margins take of the height.
        style: its `cell` is taken as it is, if there is one; cells with digits are larger.
        compared: whether cells are to be compared.
    """
    scale, gap = style.scale, Spacing.of(room, style)
    width = room - 2 * gap.margin
    # On paper a picture is as wide as is said, so that its height is what may have to give way.
    height = (room if style.on_paper else max(round(TALL * scale), room * 9 // 16)) - above
    cell = style.cell_pixels
    if cell is not None:
        return arrange(sections, width, height, range(cell, cell + 1), cell, gap)
    least = READABLE if style.digits else COMPARABLE if compared else COMFORTABLE
    scale = scale / 2 if style.on_paper else scale  # print is read from nearer, and is sharper
    largest = width if style.on_paper else max(round(_LARGEST * scale), room // 40)
    enough = min(largest, max(1, round(least * scale)))
    cells = range(1, largest + 1)
    return arrange(sections, width, height, cells, enough, gap, full=style.on_paper)
