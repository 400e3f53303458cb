"""Two images in one: one is cut by, scaled to or repeated in the other."""

from __future__ import annotations

from arcgrid import MAX_SIDE
from arcgrid.kernels import inner, types
from arcgrid_solvers.search.families.states.images import (
    COLORS,
    HEIGHT,
    IMAGE,
    INT,
    LIST,
    MEMORY_T,
    NOTHING,
    VIEW_T,
    WIDTH,
    Canvas,
    Memory,
    State,
    View,
    push,
    view,
)
from arcgrid_solvers.search.families.states.operations.operation import (
    OPERATION_T,
    Operation,
    Variant,
)

COLORED_BY_SMALL, CUT_BY_LARGE, CUT_BY_GAPS, IN_FILLED, IN_EMPTY, IN_COLORS = range(6)
"""The first three take a large and a small image, the others an outer and an inner one."""

FIRST_OUTER, LAST_OUTER, PLAIN_OUTER, COLORFUL_OUTER = range(4)


@inner(types.boolean(MEMORY_T, INT, INT))
def comes_first(memory: Memory, first: int, b: int) -> bool:
    """Whether of two images the first is the outer one; it is if both have as many colors."""
    if b <= LAST_OUTER:
        return b == FIRST_OUTER
    own, other, more = memory.images[first, COLORS], memory.images[first + 1, COLORS], 0
    for color in range(1, 10):
        more += (own >> color & 1) - (other >> color & 1)
    return more <= 0 if b == PLAIN_OUTER else more >= 0


@inner(types.boolean(VIEW_T, INT, INT, INT, INT))
def mostly_filled(grid: View, top: int, left: int, height: int, width: int) -> bool:
    """Whether at least half of a box is filled."""
    filled = 0
    for i in range(top, top + height):
        for j in range(left, left + width):
            filled += grid[i, j] != 0
    return 2 * filled >= height * width


@inner(types.boolean(MEMORY_T, INT, INT, INT))
def scaled(memory: Memory, large: int, small: int, a: int) -> bool:
    """The large image in the small one's colors; or the small one, cut as the large one is."""
    big, little = view(memory, large), view(memory, small)
    height, width = little.shape
    down, right = big.shape[0] // height, big.shape[1] // width
    if down * height != big.shape[0] or right * width != big.shape[1] or down * right < 2:
        return False
    if a == COLORED_BY_SMALL:
        out = view(memory, push(memory, big.shape[0], big.shape[1], 0, 0))
        for i in range(out.shape[0]):
            for j in range(out.shape[1]):
                out[i, j] = little[i // down, j // right] if big[i, j] else 0
        return True
    out = view(memory, push(memory, height, width, 0, 0))
    for i in range(height):
        for j in range(width):
            filled = mostly_filled(big, i * down, j * right, down, right)
            out[i, j] = little[i, j] if filled == (a == CUT_BY_LARGE) else 0
    return True


@inner(types.boolean(MEMORY_T, INT, INT, INT))
def repeated(memory: Memory, outer: int, within: int, a: int) -> bool:
    """The inner image for each cell of the outer one that is filled, or empty, or in its color."""
    cells, small = view(memory, outer), view(memory, within)
    height, width = small.shape
    rows, columns = cells.shape[0] * height, cells.shape[1] * width
    if rows > MAX_SIDE or columns > MAX_SIDE or cells.size < 2:
        return False
    out = view(memory, push(memory, rows, columns, 0, 0))
    for i in range(rows):
        for j in range(columns):
            cell, own = cells[i // height, j // width], small[i % height, j % width]
            if a == IN_COLORS:
                out[i, j] = cell if own else 0
            else:
                out[i, j] = own if (cell != 0) == (a == IN_FILLED) else 0
    return True


@inner(OPERATION_T)
def merge(memory: Memory, state: State, a: int, b: int, canvas: Canvas) -> int:
    """One image of a list of exactly two."""
    images, first = memory.images, state.first
    if state.number != 2:
        return NOTHING
    if a <= CUT_BY_GAPS:
        area = images[first, HEIGHT] * images[first, WIDTH]
        other = images[first + 1, HEIGHT] * images[first + 1, WIDTH]
        if area == other:
            return NOTHING
        large = first if area > other else first + 1
        done = scaled(memory, large, 2 * first + 1 - large, a)
    else:
        outer = first if comes_first(memory, first, b) else first + 1
        done = repeated(memory, outer, 2 * first + 1 - outer, a)
    return IMAGE if done else NOTHING


_INNER = (
    (IN_FILLED, "repeat the {1} in each filled cell of the {0}"),
    (IN_EMPTY, "repeat the {1} in each empty cell of the {0}"),
    (IN_COLORS, "repeat the {1} in the color of each cell of the {0}"),
)
_ORDERS = (
    ("first", "last"),
    ("last", "first"),
    ("one with fewer colors", "other"),
    ("one with more colors", "other"),
)
SUBGRIDS = Operation(
    "subgrids",
    merge,
    (
        Variant("color the large one by the small one, scaled up to it", COLORED_BY_SMALL, 0, LIST),
        Variant("take the small one where the large one is mostly filled", CUT_BY_LARGE, 0, LIST),
        Variant("take the small one where the large one is mostly empty", CUT_BY_GAPS, 0, LIST),
        *(
            Variant(text.format(*names), a, b, LIST)
            for a, text in _INNER
            for b, names in enumerate(_ORDERS)
        ),
    ),
)
