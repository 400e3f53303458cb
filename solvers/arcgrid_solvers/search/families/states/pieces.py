"""Pieces: images put on the canvas of the output, and which of them are nowhere wrong.

A piece is a tuple of images at its place or at the canvas' origin, in its own colors or painted in
one. It may be used in three ways: all of its cells, the filled ones alone, or the empty ones alone.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from arcgrid.kernels import inner, kernel, types
from arcgrid_solvers.search.families.states.arena import (
    COST,
    FIRST,
    ID_TABLE_T,
    IDS_T,
    NODES_T,
    TUPLES_T,
    Ids,
    Nodes,
    Tuples,
    slot_of,
)
from arcgrid_solvers.search.families.states.images import (
    CELLS_T,
    COL,
    HEIGHT,
    INT,
    MEMORY_T,
    OFFSET,
    ROW,
    ROW_T,
    TABLE_T,
    VIEW_T,
    WIDTH,
    Cells,
    Memory,
    Row,
    Table,
    View,
)
from arcgrid_solvers.search.records import record

TUPLE, PLACE, PAINT, PIECE_COST, CLEAN_ALL, CLEAN_FILLED, CLEAN_EMPTY = range(7)
"""Columns of the table of pieces; the last three have a bit for each pair without a wrong cell."""
PIECE_FIELDS = 7

IN_PLACE, AT_ORIGIN = range(2)
OWN_COLORS = 0
"""In PAINT; other values are the color of all filled cells."""

ALL, FILLED, EMPTY = range(3)
"""Which cells of a piece are used."""

BITS = 16
"""Of the hash table of pieces."""


class Outputs(NamedTuple):
    """What pieces are laid on, and should look like.

    Attributes:
        canvases: height and width of each grid's output.
        starts: where the cells of each one begin, in a piece and in the target; then the end.
        target: the cells of the train outputs, which come first.
        trains: how many of these there are.
    """

    canvases: Table
    starts: Row
    target: Cells
    trains: int


class Pieces(NamedTuple):
    """Pieces found: the cells of all canvases, and a row of facts for each."""

    cells: View
    info: Table


OUTPUTS_T = record(Outputs, TABLE_T, ROW_T, CELLS_T, INT)
PIECES_T = record(Pieces, VIEW_T, TABLE_T)


@inner(types.void(MEMORY_T, INT, INT, OUTPUTS_T, INT, CELLS_T))
def lay(memory: Memory, image: int, place: int, outputs: Outputs, column: int, out: Cells) -> None:
    """Write an image onto the canvas of a column."""
    cells, row = memory.cells, memory.images[image]
    top = 0 if place == AT_ORIGIN else row[ROW]
    left = 0 if place == AT_ORIGIN else row[COL]
    height, width, offset = row[HEIGHT], row[WIDTH], row[OFFSET]
    rows, columns = outputs.canvases[column, 0], outputs.canvases[column, 1]
    start = outputs.starts[column]
    for i in range(rows):
        y = i - top
        for j in range(columns):
            x = j - left
            inside = 0 <= y < height and 0 <= x < width
            out[start + i * columns + j] = cells[offset + y * width + x] if inside else 0


@inner(types.void(NODES_T, IDS_T, IDS_T))
def choose_images(nodes: Nodes, row: Ids, chosen: Ids) -> None:
    """The image of each node of a tuple, -1 where there is none."""
    for column in range(len(row)):
        node = row[column]
        chosen[column] = nodes.table[node, FIRST] if node >= 0 else -1


@inner(types.boolean(TABLE_T, IDS_T))
def at_origin(images: Table, chosen: Ids) -> bool:
    """Whether all images of a tuple lie at the origin already."""
    for column in range(len(chosen)):
        if chosen[column] >= 0:
            image = images[chosen[column]]
            if image[ROW] or image[COL]:
                return False
    return True


FILLED_COLORS, EMPTY_COLORS, WRONG_CELLS = range(3)
"""Columns of a survey: target colors at filled cells and at empty cells, wrong filled cells."""


@inner(types.void(CELLS_T, OUTPUTS_T, INT, TABLE_T))
def survey(piece: Cells, outputs: Outputs, column: int, found: Table) -> None:
    """Compare a piece with one pair's output."""
    filled, empty, wrong = 0, 0, 0
    target = outputs.target
    for index in range(outputs.starts[column], outputs.starts[column + 1]):
        color, wanted = piece[index], 1 << target[index]
        if color:
            filled |= wanted
            wrong += target[index] != color
        else:
            empty |= wanted
    found[column, FILLED_COLORS], found[column, EMPTY_COLORS] = filled, empty
    found[column, WRONG_CELLS] = wrong


@inner(INT(INT))
def count_bits(mask: int) -> int:
    """How many bits are set."""
    found = 0
    while mask:
        mask &= mask - 1
        found += 1
    return found


@inner(INT(TABLE_T, INT, ROW_T))
def clean_pairs(surveyed: Table, paint: int, row: Row) -> int:
    """Write down in which pairs all cells, the filled ones, the empty ones are right.

    Returns how many these are for the best way to use a piece in a paint.
    """
    whole, filled, empty = 0, 0, 0
    for column in range(len(surveyed)):
        right = surveyed[column, WRONG_CELLS] == 0
        if paint != OWN_COLORS:
            right = surveyed[column, FILLED_COLORS] & ~(1 << paint) == 0
        blank = surveyed[column, EMPTY_COLORS] & ~1 == 0
        whole |= (right and blank) << column
        filled |= right << column
        empty |= blank << column
    row[CLEAN_ALL], row[CLEAN_FILLED], row[CLEAN_EMPTY] = whole, filled, empty
    right = count_bits(filled)
    return max(right, count_bits(empty)) if paint == OWN_COLORS else right


@inner(types.boolean(VIEW_T, IDS_T, INT))
def is_new(pieces: View, slots: Ids, last: int) -> bool:
    """Note the last piece in the hash table, unless one with the same cells is there."""
    code = np.uint64(14695981039346656037)
    for index in range(pieces.shape[1]):
        code = (code ^ np.uint64(pieces[last, index])) * np.uint64(1099511628211)
    slot = slot_of(BITS, code ^ (code >> np.uint64(32)))
    while slots[slot] >= 0:
        same = True
        for index in range(pieces.shape[1]):
            if pieces[slots[slot], index] != pieces[last, index]:
                same = False
                break
        if same:
            return False
        slot = (slot + 1) & ((1 << BITS) - 1)
    slots[slot] = last
    return True


@inner(types.boolean(MEMORY_T, IDS_T, INT, OUTPUTS_T, INT, CELLS_T, TABLE_T))
def lay_trains(
    memory: Memory,
    chosen: Ids,
    place: int,
    outputs: Outputs,
    least: int,
    draft: Cells,
    surveyed: Table,
) -> bool:
    """Lay the images of the train columns and survey them; False once too few can be clean."""
    trains = len(surveyed)
    for column in range(trains):
        lay(memory, chosen[column], place, outputs, column, draft)
        survey(draft, outputs, column, surveyed)
    own, empty = 0, 0
    uniform = np.zeros(10, np.int64)
    best = 0
    for column in range(trains):
        colors = surveyed[column, FILLED_COLORS]
        own += surveyed[column, WRONG_CELLS] == 0
        empty += surveyed[column, EMPTY_COLORS] & ~1 == 0
        for color in range(1, 10):
            uniform[color] += colors & ~(1 << color) == 0
            best = max(best, uniform[color])
    return max(own, empty, best) >= least


@inner(types.void(MEMORY_T, IDS_T, INT, OUTPUTS_T, CELLS_T))
def lay_tests(memory: Memory, chosen: Ids, place: int, outputs: Outputs, draft: Cells) -> None:
    """Lay the images of the other columns; nothing where there is none."""
    for column in range(outputs.trains, len(chosen)):
        if chosen[column] >= 0:
            lay(memory, chosen[column], place, outputs, column, draft)
        else:
            for index in range(outputs.starts[column], outputs.starts[column + 1]):
                draft[index] = 0


@kernel(INT(MEMORY_T, NODES_T, TUPLES_T, ROW_T, OUTPUTS_T, INT, INT, PIECES_T))
def gather(
    memory: Memory,
    nodes: Nodes,
    tuples: Tuples,
    order: Row,
    outputs: Outputs,
    paints: int,
    least: int,
    pieces: Pieces,
) -> int:
    """Fill `pieces` with what is clean in at least so many pairs; return how many there are.

    `order` are the tuples to look at; `paints` has a bit for each color to paint with.
    """
    cells, info, found = pieces.cells, pieces.info, 0
    slots = np.full(1 << BITS, -1, np.int32)
    chosen = np.empty(tuples.rows.shape[1], np.int32)
    draft = np.empty(cells.shape[1], np.uint8)
    surveyed = np.empty((outputs.trains, 3), np.int64)
    for number in range(len(order)):
        state = order[number]
        choose_images(nodes, tuples.rows[state], chosen)
        for place in range(2):
            if place == AT_ORIGIN and at_origin(memory.images, chosen):
                continue
            if not lay_trains(memory, chosen, place, outputs, least, draft, surveyed):
                continue
            lay_tests(memory, chosen, place, outputs, draft)
            for paint in range(10):
                if paint and not paints >> paint & 1:
                    continue
                if found == len(cells):
                    return found
                if clean_pairs(surveyed, paint, info[found]) < least:
                    continue
                for index in range(len(draft)):
                    color = draft[index]
                    cells[found, index] = paint if paint and color else color
                if is_new(cells, slots, found):
                    info[found, TUPLE], info[found, PLACE], info[found, PAINT] = state, place, paint
                    info[found, PIECE_COST] = tuples.facts[state, COST]
                    found += 1
    return found


FULL_GAIN = 1 << 10
"""What filling a cell counts that is not empty in the output, against one that is."""


@inner(INT(CELLS_T, INT, OUTPUTS_T, INT, CELLS_T))
def gained(piece: Cells, way: int, outputs: Outputs, focus: int, painted: Cells) -> int:
    """How much a piece fills that is not yet painted, in the pairs of the focus."""
    filled, empty = 0, 0
    for column in range(outputs.trains):
        if not focus >> column & 1:
            continue
        for index in range(outputs.starts[column], outputs.starts[column + 1]):
            free = 1 - painted[index]
            color = piece[index]
            filled += free & (color != 0)
            empty += free & (color == 0)
    if way == ALL:
        return filled * FULL_GAIN + empty
    return filled * FULL_GAIN if way == FILLED else empty


@inner(INT(TABLE_T, INT, INT, ID_TABLE_T))
def usable_ways(info: Table, subset: int, depth: int, out: Ids) -> int:
    """List the pieces, and the ways to use them, that are clean in a set of pairs."""
    count = 0
    for piece in range(len(info)):
        if info[piece, PIECE_COST] > depth:
            continue
        for way in range(3):
            if info[piece, CLEAN_ALL + way] & subset == subset:
                out[count, 0], out[count, 1] = piece, way
                count += 1
    return count


@kernel(INT(PIECES_T, OUTPUTS_T, INT, INT, INT, TABLE_T, CELLS_T, CELLS_T))
def stack(
    pieces: Pieces,
    outputs: Outputs,
    subset: int,
    focus: int,
    depth: int,
    chosen: Table,
    canvas: Cells,
    painted: Cells,
) -> int:
    """Choose pieces, each the one that fills most of what is still missing; return how many.

    Only pieces without a wrong cell in the pairs of `subset` are used; `focus` says in which pairs
    to count what they fill. `chosen` gets the piece and the way it is used; a cell keeps what it
    got first, and what nothing fills stays 0.
    """
    for index in range(len(canvas)):
        canvas[index], painted[index] = 0, 0
    cells, used = pieces.cells, 0
    usable = np.empty((3 * len(cells), 2), np.int32)
    count = usable_ways(pieces.info, subset, depth, usable)
    while used < len(chosen):
        best, most = -1, 0
        for number in range(count):
            piece, way = usable[number, 0], usable[number, 1]
            gain = gained(cells[piece], way, outputs, focus, painted)
            if gain > most:
                best, most = number, gain
        if best < 0:
            break
        piece, way = usable[best, 0], usable[best, 1]
        chosen[used, 0], chosen[used, 1] = piece, way
        used += 1
        for index in range(len(canvas)):
            color = cells[piece, index]
            if not painted[index] and (way == ALL or (color != 0) == (way == FILLED)):
                canvas[index], painted[index] = color, 1
        if most < FULL_GAIN:
            break
    return used
