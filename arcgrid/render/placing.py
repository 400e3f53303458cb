"""From a layout to what is painted: boxes, labels, arrows and signs at their points.

How large everything is, and what is beside what, is worked out in `layout`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from arcgrid.render.blocks import Block, Panel, Spacing
from arcgrid.render.layout import Layout, Part, Row
from arcgrid.render.scene import Arrow, Box, Label, Rect, Sign, Tone, Unknown


@dataclass(slots=True)
class Sketch:
    """What has been placed so far."""

    boxes: list[Box] = field(default_factory=list)
    unknowns: list[Unknown] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    signs: list[Sign] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    dividers: list[Rect] = field(default_factory=list)


def place(layout: Layout, x: int, y: int, sketch: Sketch) -> None:
    """Put everything of a layout into a sketch, with the layout's corner at a point."""
    gap = layout.spacing
    for number, part in enumerate(layout.parts):
        if number:
            sketch.dividers.append((x, y + gap.row - gap.pen, layout.width, gap.pen))
            y += 2 * gap.row
        _place_part(layout, part, x, y, sketch)
        y += part.height


def _place_part(layout: Layout, part: Part, x: int, y: int, sketch: Sketch) -> None:
    gap = layout.spacing
    lefts = []
    for column, wide in enumerate(part.columns):
        if column in part.dividers:
            sketch.dividers.append((x, y, gap.pen, part.height))
            x += gap.column
        lefts.append(x)
        x += wide + gap.column
    for row in part.rows:
        for left, wide, block in zip(lefts, part.columns, row.blocks, strict=False):
            _place_block(layout, row, block, (left, y, wide), sketch)
        y += row.height + gap.row


def _place_block(
    layout: Layout, row: Row, block: Block, place: tuple[int, int, int], sketch: Sketch
) -> None:
    """A block in its column, which begins at x and is so wide, of a row whose top is at y."""
    x, _, wide = place
    gap, cell = layout.spacing, layout.cell
    spots = list(_spots(layout, row, block, place))
    left, top, slot = spots[0]
    if gap.header and block.header:
        base = top - round(0.7 * gap.font)
        if block.solved is not None:
            sketch.signs.append(Sign(x, base, gap.sign, block.solved))
            tone: Tone = "good" if block.solved else "bad"
            sketch.labels.append(Label(x + gap.indent, base, block.header, gap.font, tone=tone))
        elif layout.across or block.beside:
            sketch.labels.append(Label(x, base, block.header, gap.font, tone="ink"))
        else:
            at = x + wide // 2
            sketch.labels.append(Label(at, base, block.header, gap.font, "middle", "ink"))
    for panel, (at, level, room) in zip(block.panels, spots, strict=True):
        _place_panel(panel, at + room // 2, level, cell, gap, sketch)
    if len(block.panels) > 1:
        length = gap.join * 3 // 5
        start = (gap.join - length) // 2
        if layout.across:
            least = min(gap.side(panel.height, cell) for panel in block.panels)
            arrow = Arrow(left + slot + start, top + least // 2, length)
        else:
            arrow = Arrow(x + wide // 2, spots[1][1] - gap.join + start, length, down=True)
        sketch.arrows.append(arrow)


def _spots(
    layout: Layout, row: Row, block: Block, place: tuple[int, int, int]
) -> Iterator[tuple[int, int, int]]:
    """Where the panels of a block go: left, top, and the width of which they are in the middle."""
    x, y, wide = place
    gap = layout.spacing
    upper = y + row.header
    if layout.across or not row.lower:
        for panel in block.panels:
            slot = gap.panel(panel, layout.cell)[0]
            yield x, upper, slot
            x += slot + gap.join
        return
    lower = upper + row.upper + gap.join
    if block.beside:
        yield x, lower, gap.panel(block.panels[0], layout.cell)[0]
        return
    for _, top in zip(block.panels, (upper, lower), strict=False):
        yield x, top, wide


def _place_panel(
    panel: Panel, center: int, top: int, cell: int, gap: Spacing, sketch: Sketch
) -> None:
    width, height = gap.side(panel.width, cell), gap.side(panel.height, cell)
    left = center - width // 2
    if panel.cells is None:
        sketch.unknowns.append(Unknown(left, top, width, height))
    else:
        digits = bool(gap.digits) and cell >= gap.digits
        box = Box(left, top, cell, panel.cells, panel.wrong, gap.line(cell), digits)
        sketch.boxes.append(box)
    if gap.caption and panel.caption:
        base = top + height + round(1.2 * gap.font)
        sketch.labels.append(Label(center, base, panel.caption, gap.font, "middle"))
