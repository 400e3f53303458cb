"""The operations of the search on single images, in plain Python: slow, and easy to read.

`ORACLES` has, by the words of each variant, what it makes of a state: an image, or a list of them.
An oracle gets the state and the shape of the canvas; None: nothing comes out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from tests.kernels import plain
from tests.kernels.plain import Cell, Grid, at, cells, inside, moved

COLORS = range(1, 10)
ENOUGH = 32
"""The longest side that an image may have: 30 cells and a frame."""


@lru_cache(100)
def filled_of(grid: Grid) -> list[Cell]:
    return [cell for cell in cells(grid) if at(grid, cell)]


@lru_cache(100)
def main_of(grid: Grid) -> int:
    return max(plain.most_common(grid, 0), 0)


class Image(NamedTuple):
    grid: Grid
    row: int
    col: int

    @property
    def height(self) -> int:
        return len(self.grid)

    @property
    def width(self) -> int:
        return len(self.grid[0])

    @property
    def filled(self) -> list[Cell]:
        return filled_of(self.grid)

    @property
    def main(self) -> int:
        """The most common color but 0; 0 in an empty image."""
        return main_of(self.grid)

    def box(self, top: int, left: int, height: int, width: int) -> Image:
        part = plain.crop(self.grid, top, left, height, width)
        return Image(part, self.row + top, self.col + left)

    def with_grid(self, grid: Grid) -> Image:
        return Image(grid, self.row, self.col)


State: TypeAlias = Image | list[Image]
Oracle: TypeAlias = Callable[[State, Cell], State | None]
OnImage: TypeAlias = Callable[[Image], Image | None]

ORACLES: dict[str, Oracle] = {}


def each(words: str, one: OnImage) -> None:
    """An oracle for an image, and for the images of a list; those that it fails on are lost."""
    each_on_canvas(words, lambda image, canvas: one(image))


def on_each(one: Callable[[Image, Cell], Image | None]) -> Oracle:
    def oracle(state: State, canvas: Cell) -> State | None:
        if isinstance(state, Image):
            return one(state, canvas)
        made = [one(image, canvas) for image in state]
        return [image for image in made if image is not None] or None

    return oracle


def each_on_canvas(words: str, one: Callable[[Image, Cell], Image | None]) -> None:
    assert words not in ORACLES
    ORACLES[words] = on_each(one)


def grids(words: str, one: Callable[[Grid], Grid], *, empty: bool = True) -> None:
    """An oracle that leaves the place alone; `empty`: whether empty images are taken."""
    each(words, lambda im: im.with_grid(one(im.grid)) if empty or im.filled else None)


def blank(height: int, width: int, color: int = 0) -> Grid:
    return ((color,) * width,) * height


def paint_at(grid: Grid, painted: dict[Cell, int]) -> Grid:
    return tuple(
        tuple(painted.get((row, col), color) for col, color in enumerate(line))
        for row, line in enumerate(grid)
    )


# Colors


def only(grid: Grid, colors: Iterable[int]) -> Grid:
    kept = set(colors)
    return tuple(tuple(cell if cell in kept else 0 for cell in row) for row in grid)


def common(grid: Grid) -> int:
    return plain.most_common(grid, 0)


def rare(grid: Grid) -> int:
    """The rarest color, the lower one when tied."""
    return plain.least_common(grid, 0)


def others(color: int) -> list[int]:
    return [other for other in COLORS if other != color]


for _color in COLORS:
    grids(f"keep {{{_color}}}", lambda grid, c=_color: only(grid, [c]))  # type: ignore[misc]  # mypy infers no lambda with a default
    grids(f"erase {{{_color}}}", lambda grid, c=_color: only(grid, others(c)))  # type: ignore[misc]  # mypy infers no lambda with a default
grids(
    "exchange empty and filled",
    lambda grid: tuple(tuple(0 if cell else common(grid) for cell in row) for row in grid),
    empty=False,
)
grids(
    "unite colors",
    lambda grid: tuple(tuple(common(grid) if cell else 0 for cell in row) for row in grid),
    empty=False,
)
grids("keep the most common color", lambda grid: only(grid, [common(grid)]), empty=False)
grids("erase the most common color", lambda grid: only(grid, others(common(grid))), empty=False)
grids("keep the rarest color", lambda grid: only(grid, [rare(grid)]), empty=False)
grids("erase the rarest color", lambda grid: only(grid, others(rare(grid))), empty=False)
grids("one cell of the most common color", lambda grid: ((common(grid),),), empty=False)


# Motions, halves, crops


def to_heavy_corner(grid: Grid) -> Grid:
    """Mirrored until the center of what is filled is not below or right of the middle."""
    filled = [cell for cell in cells(grid) if at(grid, cell)]
    if 2 * sum(row for row, _ in filled) > len(filled) * (len(grid) - 1):
        grid = plain.flipud(grid)
    if 2 * sum(col for _, col in filled) > len(filled) * (len(grid[0]) - 1):
        grid = plain.fliplr(grid)
    return grid


grids("mirror left-right", plain.fliplr)
grids("mirror up-down", plain.flipud)
grids("turn by 180 degrees", plain.rot180)
grids("transpose", plain.transpose)
grids("turn by 90 degrees clockwise", plain.rot270)
grids("turn by 90 degrees counterclockwise", plain.rot90)
grids("transpose about the other diagonal", plain.antitranspose)
grids("mirror so that most lies at the upper left", to_heavy_corner)


def half(image: Image, side: int) -> Image | None:
    tall = image.height // 2 if side < 2 else image.height
    wide = image.width if side < 2 else image.width // 2
    if not tall or not wide:
        return None
    top = image.height - tall if side == 1 else 0
    return image.box(top, image.width - wide if side == 3 else 0, tall, wide)


for _side, _name in enumerate(("upper", "lower", "left", "right")):
    each(f"take the {_name} half", lambda image, side=_side: half(image, side))  # type: ignore[misc]  # mypy infers no lambda with a default


def trim(image: Image) -> Image | None:
    """None where there is nothing to trim, or nothing else."""
    if not image.filled:
        return None
    box = plain.box_of(image.filled)
    return None if box[2:] == (image.height, image.width) else image.box(*box)


def changed(image: Image, grid: Grid) -> Image | None:
    return None if grid == image.grid else image.with_grid(grid)


def merge_lines(image: Image) -> Image | None:
    grid = plain.transpose(plain.remove_repeated_rows(plain.transpose(image.grid)))
    rows = [i for i in range(image.height) if not i or image.grid[i] != image.grid[i - 1]]
    return changed(image, tuple(grid[i] for i in rows))


def drop_empty(image: Image) -> Image | None:
    return changed(image, plain.remove_lines(image.grid, 0)) if image.filled else None


def strip(image: Image) -> Image | None:
    fits = image.height > 2 and image.width > 2
    return image.box(1, 1, image.height - 2, image.width - 2) if fits else None


each("trim", trim)
each("leave out empty lines", drop_empty)
each("merge repeated lines", merge_lines)
each("take off the outermost cells", strip)
each(
    "put at the upper left corner",
    lambda im: Image(im.grid, 0, 0) if (im.row, im.col) != (0, 0) else None,
)


# Shapes


def fill_enclosed(grid: Grid, connectivity: int) -> Grid:
    return plain.paint(grid, plain.enclosed_cells(grid, 0, connectivity), common(grid))


def take_enclosed(grid: Grid, connectivity: int) -> Grid:
    inner = plain.enclosed_cells(grid, 0, connectivity)
    return plain.paint(blank(*plain.size(grid)), inner, common(grid))


def split_rim(grid: Grid, connectivity: int) -> tuple[Grid, Grid]:
    """The filled cells next to empty ones or to the outside, and all others."""
    around = plain.pad(grid, 1, 1, 1, 1, 0)
    rim = [
        (row, col)
        for row, col in cells(grid)
        if grid[row][col]
        and any(
            not at(around, c) for c in plain.neighbors(around, (row + 1, col + 1), connectivity)
        )
    ]
    core = [cell for cell in cells(grid) if cell not in set(rim)]
    return plain.paint(grid, core, 0), plain.paint(grid, rim, 0)


def outline(image: Image, connectivity: int) -> Image | None:
    if not image.filled or max(image.height, image.width) + 2 > ENOUGH:
        return None
    around = plain.pad(image.grid, 1, 1, 1, 1, 0)
    edge = [
        cell
        for cell in cells(around)
        if not at(around, cell)
        and any(at(around, near) for near in plain.neighbors(around, cell, connectivity))
    ]
    grid = plain.paint(blank(*plain.size(around)), edge, image.main)
    return Image(grid, image.row - 1, image.col - 1)


grids("fill what is enclosed", lambda grid: fill_enclosed(grid, 4), empty=False)
grids("fill what is enclosed, corners open", lambda grid: fill_enclosed(grid, 8), empty=False)
grids("take what is enclosed", lambda grid: take_enclosed(grid, 4), empty=False)
grids("take what is enclosed, corners open", lambda grid: take_enclosed(grid, 8), empty=False)
grids("take the rim", lambda grid: split_rim(grid, 8)[0], empty=False)
grids("take the rim along sides", lambda grid: split_rim(grid, 4)[0], empty=False)
grids("take all but the rim", lambda grid: split_rim(grid, 8)[1], empty=False)
each("outline", lambda image: outline(image, 8))
each("outline along sides", lambda image: outline(image, 4))


def ink(image: Image) -> int:
    """What the box of an image is drawn with, also where it is empty."""
    return image.main or 1


def frame(image: Image) -> Image | None:
    height, width = image.height + 2, image.width + 2
    if max(height, width) > ENOUGH:
        return None
    ring = plain.border(blank(height, width), ink(image), 1)
    return Image(ring, image.row - 1, image.col - 1)


def center(image: Image) -> Image:
    """The one, two or four cells in the middle."""
    rows = [row for row in range(image.height) if abs(2 * row - image.height + 1) <= 1]
    cols = [col for col in range(image.width) if abs(2 * col - image.width + 1) <= 1]
    middle = blank(len(rows), len(cols), ink(image))
    return Image(middle, image.row + rows[0], image.col + cols[0])


def corners(image: Image) -> Image:
    ends = [(row, col) for row in (0, image.height - 1) for col in (0, image.width - 1)]
    return image.with_grid(plain.paint(blank(image.height, image.width), ends, ink(image)))


def middle_lines(image: Image) -> Image | None:
    if image.height % 2 == 0 or image.width % 2 == 0:
        return None
    cross = [
        (row, col)
        for row, col in cells(image.grid)
        if 2 * row + 1 == image.height or 2 * col + 1 == image.width
    ]
    return image.with_grid(plain.paint(blank(image.height, image.width), cross, ink(image)))


each("fill the box", lambda im: im.with_grid(blank(im.height, im.width, ink(im))))
each(
    "draw the edge of the box",
    lambda im: im.with_grid(plain.border(blank(im.height, im.width), ink(im), 1)),
)
each("draw a frame around the box", frame)
each("mark the center", center)
each("mark the corners", corners)
each("draw the middle lines", middle_lines)


# What spreads

UP, UP_RIGHT, RIGHT, DOWN_RIGHT, DOWN, DOWN_LEFT, LEFT, UP_LEFT = plain.STEPS
SETS = {
    "up": [UP],
    "down": [DOWN],
    "left": [LEFT],
    "right": [RIGHT],
    "up and down": [UP, DOWN],
    "left and right": [RIGHT, LEFT],
    "to all sides": [UP, RIGHT, DOWN, LEFT],
    "up right": [UP_RIGHT],
    "down right": [DOWN_RIGHT],
    "down left": [DOWN_LEFT],
    "up left": [UP_LEFT],
    "up right and down left": [UP_RIGHT, DOWN_LEFT],
    "up left and down right": [DOWN_RIGHT, UP_LEFT],
    "along diagonals": [UP_RIGHT, DOWN_RIGHT, DOWN_LEFT, UP_LEFT],
    "in all directions": list(plain.STEPS),
}


def met(grid: Grid, cell: Cell, step: Cell) -> int:
    """The first color on the way from a cell, or 0."""
    cell = moved(cell, step)
    while inside(grid, cell):
        if at(grid, cell):
            return at(grid, cell)
        cell = moved(cell, step)
    return 0


def smear(image: Image, steps: list[Cell]) -> Image | None:
    """Each empty cell looks back, in clockwise order of the directions from up."""
    if len(image.filled) in (0, image.height * image.width):
        return None
    painted = {}
    for cell in cells(image.grid):
        back = [met(image.grid, cell, (-down, -right)) for down, right in steps]
        painted[cell] = at(image.grid, cell) or next((color for color in back if color), 0)
    return image.with_grid(paint_at(image.grid, painted))


for _name, _steps in SETS.items():
    each(f"smear {_name}", lambda image, steps=_steps: smear(image, steps))  # type: ignore[misc]  # mypy infers no lambda with a default


def lines(grid: Grid, steps: list[Cell]) -> dict[Cell, int]:
    """What lies between cells of one color in line; where lines cross the last one counts."""
    painted: dict[Cell, int] = {}
    for start in cells(grid):
        for step in steps:
            way = plain.ray(grid, start, step, 0)
            end = moved(start, step, len(way) + 1)
            if at(grid, start) and inside(grid, end) and at(grid, end) == at(grid, start):
                painted |= dict.fromkeys(way, at(grid, start))
    return painted


def connect(image: Image, steps: list[Cell]) -> Image:
    return image.with_grid(paint_at(image.grid, lines(image.grid, steps)))


def connecting(image: Image, steps: list[Cell]) -> Image | None:
    painted = lines(image.grid, steps)
    empty = blank(image.height, image.width)
    return image.with_grid(paint_at(empty, painted)) if painted else None


for _name, _steps in {
    "across": [RIGHT],
    "down": [DOWN],
    "across and down": [RIGHT, DOWN],
    "along diagonals": [UP_RIGHT, DOWN_RIGHT],
}.items():
    each(
        f"connect equal colors in line {_name}",
        lambda image, steps=_steps: connect(image, steps),  # type: ignore[misc]  # mypy infers no lambda with a default
    )
    each(
        f"take the lines that connect equal colors in line {_name}",
        lambda image, steps=_steps: connecting(image, steps),  # type: ignore[misc]  # mypy infers no lambda with a default
    )


def grow(grid: Grid, connectivity: int, times: int) -> Grid:
    """In rounds; where two colors come to a cell in one round, the one that came first counts."""
    front = [cell for cell in cells(grid) if at(grid, cell)]
    known = {cell: at(grid, cell) for cell in front}
    for _ in range(times):
        reached = []
        for cell in front:
            for near in sorted(plain.neighbors(grid, cell, connectivity)):
                if near not in known:
                    known[near] = known[cell]
                    reached.append(near)
        front = reached
    return paint_at(grid, known)


grids("grow into all empty cells", lambda grid: grow(grid, 4, 99), empty=False)
grids("grow into all empty cells over corners", lambda grid: grow(grid, 8, 99), empty=False)
grids("grow by one cell", lambda grid: grow(grid, 4, 1), empty=False)
grids("grow by one cell over corners", lambda grid: grow(grid, 8, 1), empty=False)
for _side, _name in enumerate(("up", "right", "down", "left")):
    grids(
        f"let cells fall {_name}",
        lambda grid, side=_side: plain.gravity(grid, side, 0),  # type: ignore[misc]  # mypy infers no lambda with a default
    )
    grids(
        f"let objects fall {_name}",
        lambda grid, side=_side: plain.fall(grid, side, 0, 4),  # type: ignore[misc]  # mypy infers no lambda with a default
    )


# On the canvas


ColorOf: TypeAlias = Callable[[Image, Cell, Cell], int | None]
"""Of a cell, by the image and the shape of the canvas; None: nothing comes out."""


def on_canvas(words: str, color_of: ColorOf) -> None:
    """An oracle that says the color of each cell of the canvas; None: it fails."""

    def one(image: Image, canvas: Cell) -> Image | None:
        rows, columns = canvas
        if not image.filled or not (1 <= rows <= 30 and 1 <= columns <= 30):
            return None
        found = {
            (row, col): color_of(image, canvas, (row, col))
            for row in range(rows)
            for col in range(columns)
        }
        known = {cell: color for cell, color in found.items() if color is not None}
        if len(known) < len(found):
            return None
        return Image(paint_at(blank(rows, columns), known), 0, 0)

    each_on_canvas(words, one)


def put(image: Image, canvas: Cell, cell: Cell) -> int:
    place = cell[0] - image.row, cell[1] - image.col
    return at(image.grid, place) if inside(image.grid, place) else 0


def wrap(image: Image, canvas: Cell, cell: Cell) -> int:
    """Cells in reading order."""
    flat = [color for row in image.grid for color in row]
    place = cell[0] * canvas[1] + cell[1]
    return flat[place] if place < len(flat) else 0


def scale(image: Image, canvas: Cell, cell: Cell) -> int | None:
    """Both sides a whole number of times larger, or both smaller; of a block its first cell."""
    if canvas[0] % image.height == 0 and canvas[1] % image.width == 0:
        tall, wide = canvas[0] // image.height, canvas[1] // image.width
        return image.grid[cell[0] // tall][cell[1] // wide]
    if image.height % canvas[0] == 0 and image.width % canvas[1] == 0:
        tall, wide = image.height // canvas[0], image.width // canvas[1]
        return image.grid[cell[0] * tall][cell[1] * wide]
    return None


def tile(image: Image, canvas: Cell, cell: Cell) -> int:
    return image.grid[cell[0] % image.height][cell[1] % image.width]


def mirror_tile(image: Image, canvas: Cell, cell: Cell) -> int:
    block = plain.mirror_tile(image.grid, 2, 2)
    return block[cell[0] % len(block)][cell[1] % len(block[0])]


def to_and_fro(length: int) -> list[int]:
    """Each end once."""
    return [*range(length), *range(length - 2, 0, -1)]


def fold(image: Image, canvas: Cell, cell: Cell) -> int:
    rows, columns = to_and_fro(image.height), to_and_fro(image.width)
    return image.grid[rows[cell[0] % len(rows)]][columns[cell[1] % len(columns)]]


def tile_in_place(image: Image, canvas: Cell, cell: Cell) -> int:
    return tile(image, canvas, (cell[0] - image.row, cell[1] - image.col))


@lru_cache(100)
def repeated(grid: Grid) -> tuple[int, int, dict[Cell, int] | None]:
    """Sides and known colors of the tile that a grid consists of; None: there is no such tile."""
    down, right = (plain.period(grid, axis, 0) for axis in (0, 1))
    whole = (down, right) == plain.size(grid)
    return down, right, None if whole else plain.unit_cell(grid, down, right, 0, 0)


def continued(image: Image, canvas: Cell, cell: Cell) -> int | None:
    down, right, found = repeated(image.grid)
    return None if found is None else found.get((cell[0] % down, cell[1] % right), 0)


@lru_cache(100)
def diagonal_step(grid: Grid) -> Cell | None:
    """The shortest diagonal way that a grid can be moved to lie on itself, in two filled cells."""
    height, width = plain.size(grid)
    ways = [
        (down, right) for down in range(1, height) for right in range(1 - width, width) if right
    ]
    for down, right in sorted(ways, key=lambda way: (way[0] + abs(way[1]), way[0], -way[1])):
        tall, wide = height - down, width - abs(right)
        lower = plain.crop(grid, down, max(right, 0), tall, wide)
        if lower == plain.crop(grid, 0, max(-right, 0), tall, wide) and len(filled_of(lower)) > 1:
            return down, right
    return None


def continued_diagonally(image: Image, canvas: Cell, cell: Cell) -> int | None:
    step = diagonal_step(image.grid)
    if step is None:
        return None
    way = [moved(cell, step, times) for times in range(-ENOUGH, ENOUGH)]
    return next((at(image.grid, place) for place in way if inside(image.grid, place)), 0)


def fractal(chosen: Callable[[Image, int], bool]) -> ColorOf:
    """The image in place of each of its cells whose color is chosen."""

    def color_of(image: Image, canvas: Cell, cell: Cell) -> int | None:
        if canvas != (image.height**2, image.width**2):
            return None
        big = image.grid[cell[0] // image.height][cell[1] // image.width]
        return tile(image, canvas, cell) if chosen(image, big) else 0

    return color_of


def pinwheel(turn: Callable[[Grid], Grid]) -> ColorOf:
    """Four squares, clockwise, each the one before it after a turn."""

    def color_of(image: Image, canvas: Cell, cell: Cell) -> int | None:
        if image.height != image.width or canvas != (2 * image.height, 2 * image.width):
            return None
        second = turn(image.grid)
        third = turn(second)
        upper, lower = plain.hconcat(image.grid, second), plain.hconcat(turn(third), third)
        return at(plain.vconcat(upper, lower), cell)

    return color_of


on_canvas("put on the canvas", put)
on_canvas("wrap into the canvas", wrap)
on_canvas("scale to the canvas", scale)
on_canvas("tile the canvas", tile)
on_canvas("tile the canvas with mirrored copies", mirror_tile)
on_canvas("tile the canvas, mirrored copies sharing edges", fold)
on_canvas("tile the canvas in place", tile_in_place)
on_canvas("tile the canvas with quarter turns, clockwise", pinwheel(plain.rot270))
on_canvas("tile the canvas with quarter turns, counterclockwise", pinwheel(plain.rot90))
on_canvas("continue the pattern over the canvas", continued)
on_canvas("continue the diagonal pattern over the canvas", continued_diagonally)
on_canvas("fill the canvas with its main color", lambda image, canvas, cell: image.main)
on_canvas("repeat in each of its own filled cells", fractal(lambda image, color: color > 0))
on_canvas("repeat in each of its own empty cells", fractal(lambda image, color: color == 0))
on_canvas("repeat in each cell of its main color", fractal(lambda im, color: color == im.main))


# What is hidden


def repair(what: str, one: Callable[[Grid], Grid | None]) -> None:
    """Oracles for images of which at least a half is known, and not all: the whole, or what is new.

    What is new is the box of the cells that were not known.
    """

    def taken(image: Image) -> Image | None:
        area, filled = image.height * image.width, len(image.filled)
        if area < 16 or filled == area or 2 * filled < area:
            return None
        grid = one(image.grid)
        return None if grid is None else image.with_grid(grid)

    def new(image: Image) -> Image | None:
        whole, unknown = taken(image), set(cells(image.grid)) - set(image.filled)
        return whole and whole.box(*plain.box_of(unknown))

    each(f"complete the {what}", taken)
    each(f"take what completes the {what}", new)


def continued_here(grid: Grid) -> Grid | None:
    image = Image(grid, 0, 0)
    found = {cell: continued(image, (0, 0), cell) for cell in cells(grid)}
    known = {cell: color for cell, color in found.items() if color is not None}
    return paint_at(grid, known) if known else None


repair("symmetry", lambda grid: plain.complete_symmetry(grid, 0))
repair("lattice", lambda grid: plain.complete_lattice(grid, 0))
repair("pattern", continued_here)
