"""Contact sheets: many tasks at once, or a run's attempts at them, in rows of one size of cell.

One task at a time is in `pictures`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from arcgrid.errors import ArgumentError
from arcgrid.render.blocks import Spacing
from arcgrid.render.layout import Arrangement, Layout, arrangements
from arcgrid.render.pictures import (
    Attempts,
    Frame,
    as_cells,
    scene,
    sections_of_tests,
    train_section,
)
from arcgrid.render.placing import Sketch, place
from arcgrid.render.scene import Label, Scene, Sign, Tone, one_line, shortened, text_width
from arcgrid.render.style import Style
from arcgrid.scoring.rules import DEFAULT_RULE, find_rule
from arcgrid.scoring.verdicts import hits, verdict_of
from arcgrid.task import Task, TaskSet

WIDTH = 1600
"""How wide a contact sheet may be where nothing is said, in pixels at 96 to the inch."""
CELLS = (4, 8)
"""The least and the largest cell of a row, in pixels at 96 to the inch."""
WANTED = 5
"""A row that is half full takes no task that makes its cells smaller than this, in such pixels."""
HIGH, HIGHEST = 170, 340
"""How high a tile is, in such pixels: where cells can be larger than the least, and at most."""

_FONT = 12
_PAGE = 1.414  # height of a page of a contact sheet, for its width: as A4


def task_set(
    tasks: TaskSet | Iterable[Task],
    style: Style,
    attempts: Mapping[str, Attempts] | None = None,
) -> Scene:
    """A contact sheet of all tasks; with attempts by task id, of these beside the truth."""
    [sheet] = _Sheet.of(tasks, style, attempts).scenes(None)
    return sheet


def pages(
    tasks: TaskSet | Iterable[Task],
    style: Style,
    attempts: Mapping[str, Attempts] | None = None,
) -> list[Scene]:
    """A contact sheet on pages."""
    return list(_Sheet.of(tasks, style, attempts).scenes(_PAGE))


@dataclass(slots=True, eq=False)
class _Tile:
    """A task on a sheet.

    Attributes:
        name: its id, with what is left out.
        solved: whether it is solved, where that is known.
        arranged: how it may be arranged.
        width: the most there is, in pixels.
        high: the height it should keep to where it can, in pixels.
        spacing: of what it shows.
        found: its layouts by size of cell.
    """

    name: str
    solved: bool | None
    arranged: Sequence[Arrangement]
    width: int
    high: int
    spacing: Spacing
    found: dict[int, Layout] = field(default_factory=dict)

    @property
    def tone(self) -> Tone:
        """The color of its name."""
        return "ink" if self.solved is None else "good" if self.solved else "bad"

    def at(self, cell: int) -> Layout:
        """The layout at a size of cell: of those low enough the narrowest."""
        if cell not in self.found:
            self.found[cell] = min(
                (one.at(cell, self.spacing) for one in self.arranged),
                key=lambda layout: (
                    max(self.width, layout.width),
                    layout.is_torn,
                    max(self.high, layout.height),
                    layout.width,
                    layout.height,
                ),
            )
        return self.found[cell]

    def across(self, cell: int) -> int:
        """The tile's width at a size of cell: its name may widen it, if it is not too long."""
        indent = 0 if self.solved is None else self.spacing.indent
        named = indent + text_width(self.name, self.spacing.font)
        return max(self.at(cell).width, min(named, 16 * self.spacing.font, self.width))


@dataclass(frozen=True, slots=True, eq=False)
class _Sheet:
    """Tiles that are to be put on a sheet, and the sizes of all that is around them."""

    tiles: Sequence[_Tile]
    heading: str
    style: Style
    width: int
    gap: Spacing
    cells: range

    @classmethod
    def of(
        cls,
        tasks: TaskSet | Iterable[Task],
        style: Style,
        attempts: Mapping[str, Attempts] | None,
    ) -> _Sheet:
        name = one_line(tasks.name) if isinstance(tasks, TaskSet) else ""
        chosen = tuple(tasks)
        scale, width = style.scale, style.room(WIDTH)
        gap = Spacing.of(min(width, round(1120 * scale)), style)
        gap = replace(gap, column=round(24 * scale), row=round(20 * scale))
        low, high = (max(1, round(side * scale)) for side in CELLS)
        cells = range(style.cell_pixels or low, (style.cell_pixels or high) + 1)
        inner = width - 2 * gap.margin
        font = None if style.on_paper else _FONT
        spacing = _within(Spacing.of(width, style, font=font), style, attempts is not None)
        tiles = [_tile(task, style, attempts, inner, cells, spacing) for task in chosen]
        heading = f"{name or 'tasks'}: {len(chosen)} task{'s' * (len(chosen) != 1)}"
        return cls(tiles, heading, style, width, gap, cells)

    def scenes(self, page: float | None) -> Iterator[Scene]:
        """The sheet, on pages so high for their width, or on one."""
        gap = self.gap
        frame = Frame.of(self.style, gap, self.heading, self.width - 2 * gap.margin)
        sketch = Sketch()
        top = frame.place_title(sketch, gap.margin, gap.margin)
        for row, cell in self._rows():
            height = max(tile.at(cell).height for tile in row) + self._label_height
            full = page is not None and top + height + gap.margin > self.width * page
            if full and sketch.boxes:
                yield self._finished(sketch, top - gap.row)
                sketch, top = Sketch(), gap.margin
            self._place_row(row, cell, top, sketch)
            top += height + gap.row
        yield self._finished(sketch, frame.place_caption(sketch, gap.margin, top - gap.row))

    def _finished(self, sketch: Sketch, bottom: int) -> Scene:
        size = (self.width, bottom + self.gap.margin)
        return scene(sketch, self.style, size, self.heading)

    @property
    def _label_height(self) -> int:
        return round(1.6 * self.tiles[0].spacing.font) if self.style.labels else 0

    def _place_row(self, row: Sequence[_Tile], cell: int, top: int, sketch: Sketch) -> None:
        x = self.gap.margin
        for tile in row:
            wide, font = tile.across(cell), tile.spacing.font
            if self.style.labels:
                at = x
                if tile.solved is not None:
                    sketch.signs.append(Sign(x, top + font, tile.spacing.sign, tile.solved))
                    at += tile.spacing.indent
                text = shortened(tile.name, font, wide - (at - x))
                sketch.labels.append(Label(at, top + font, text, font, tone=tile.tone))
            place(tile.at(cell), x, top + self._label_height, sketch)
            x += wide + self.gap.column

    def _rows(self) -> Iterator[tuple[Sequence[_Tile], int]]:
        """Tiles in rows, each with its size of cell: as many as fit, unless cells get too small."""
        start, wanted = 0, round(WANTED * self.style.scale)
        while start < len(self.tiles):
            end = start + 1
            cell = self._cell(self.tiles[start:end])
            while end < len(self.tiles):
                smaller = self._cell(self.tiles[start : end + 1])
                half = 2 * self._across(self.tiles[start:end], cell) >= self.width
                if not smaller or (smaller < min(cell, wanted) and half):
                    break
                end, cell = end + 1, smaller
            yield self.tiles[start:end], cell
            start = end

    def _cell(self, row: Sequence[_Tile]) -> int:
        """The largest cell at which a row fits; 0 for none, where there is more than one tile."""
        inner = self.width - 2 * self.gap.margin
        for cell in reversed(self.cells):
            low = all(tile.at(cell).height <= tile.high for tile in row)
            if (low or cell == self.cells.start) and self._across(row, cell) <= inner:
                return cell
        if len(row) > 1:
            return 0
        smaller = reversed(range(1, self.cells.start))
        return next((cell for cell in smaller if row[0].at(cell).width <= inner), 1)

    def _across(self, row: Sequence[_Tile], cell: int) -> int:
        return sum(tile.across(cell) for tile in row) + self.gap.column * (len(row) - 1)


def _within(spacing: Spacing, style: Style, headed: bool) -> Spacing:
    """The spacing within tiles."""
    scale = style.scale
    return replace(
        spacing,
        header=spacing.header if headed else 0,
        caption=0,
        join=round(11 * scale),
        column=round(9 * scale),
        row=round(6 * scale),
    )


def _tile(
    task: Task,
    style: Style,
    attempts: Mapping[str, Attempts] | None,
    width: int,
    cells: range,
    spacing: Spacing,
) -> _Tile:
    """A task, or the attempts at it; of one with too many pairs, as many train pairs as fit."""
    high, highest = (round(side * style.scale) for side in (HIGH, HIGHEST))
    name = one_line(task.id)
    if attempts is not None:
        tries = attempts.get(task.id) or [()] * len(task.test)
        sections = sections_of_tests(task, style, tries, named=False)
        if not sections:
            problem = f"a sheet of attempts shows tests, and the pairs {style.pairs} are none"
            raise ArgumentError(problem)
        arranged = arrangements(sections)
        name += "" if any(map(len, tries)) else ": no attempt"
        return _Tile(name, _solved(task, style, tries), arranged, width, high, spacing)
    train, tests = train_section(task, style), sections_of_tests(task, style)
    shown = len(train)
    while True:
        left_out = f" ({shown} of {len(train)} train pairs)" if shown < len(train) else ""
        arranged = arrangements([train[:shown], *tests])
        tile = _Tile(name + left_out, None, arranged, width, high, spacing)
        if shown < 2 or tile.at(cells.start).height <= highest:
            return tile
        shown -= 1


def _solved(task: Task, style: Style, attempts: Attempts) -> bool | None:
    """Whether attempts solve a task under the default rule; None where that is not to be said."""
    if not (task.has_answers and style.answers):
        return None
    verdicts = [
        [verdict_of(as_cells(one), pair.output) for one in tries]
        for pair, tries in zip(task.test, attempts, strict=False)
    ]
    return all(hits(verdicts, len(task.test), find_rule(DEFAULT_RULE).attempts))
