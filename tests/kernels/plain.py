"""Every function of `arcgrid.ops` in plain Python over tuples of tuples: slow, and easy to read.

They are the oracles of the tests and the plain-Python peers of the benchmark. Names and arguments
are those of `arcgrid.ops`; a stack is a tuple of grids.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import TypeAlias

Grid: TypeAlias = tuple[tuple[int, ...], ...]
Cell: TypeAlias = tuple[int, int]

STEPS = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
SIDES = ((-1, 0), (0, 1), (1, 0), (0, -1))


# What the functions below are written with.


def size(grid: Grid) -> Cell:
    return len(grid), len(grid[0])


def cells(grid: Grid) -> list[Cell]:
    return [(row, col) for row in range(len(grid)) for col in range(len(grid[0]))]


def inside(grid: Grid, cell: Cell) -> bool:
    return 0 <= cell[0] < len(grid) and 0 <= cell[1] < len(grid[0])


def at(grid: Grid, cell: Cell) -> int:
    return grid[cell[0]][cell[1]]


def moved(cell: Cell, step: Cell, times: int = 1) -> Cell:
    return cell[0] + step[0] * times, cell[1] + step[1] * times


def paint(grid: Grid, painted: Iterable[Cell], color: int) -> Grid:
    rows = [list(row) for row in grid]
    for row, col in painted:
        rows[row][col] = color
    return tuple(map(tuple, rows))


def marked(grid: Grid, marks: Iterable[Cell]) -> Grid:
    return paint(tuple((0,) * len(row) for row in grid), marks, 1)


def neighbors(grid: Grid, cell: Cell, connectivity: int) -> list[Cell]:
    steps = STEPS if connectivity == 8 else SIDES
    return [moved(cell, step) for step in steps if inside(grid, moved(cell, step))]


def regions(
    grid: Grid, connectivity: int, multicolor: bool, background: int | None
) -> list[list[Cell]]:
    """The cells of each component, in reading order of their first cells."""
    seen: set[Cell] = set()
    found = []
    for start in cells(grid):
        if start in seen or at(grid, start) == background:
            continue
        region, todo = {start}, [start]
        while todo:
            for near in neighbors(grid, todo.pop(), connectivity):
                joins = at(grid, near) == at(grid, start)
                if multicolor:
                    joins = at(grid, near) != background
                if joins and near not in region:
                    region.add(near)
                    todo.append(near)
        seen |= region
        found.append(sorted(region))
    return found


def box_of(region: Iterable[Cell]) -> tuple[int, int, int, int]:
    rows, cols = zip(*region, strict=True)
    top, left = min(rows), min(cols)
    return top, left, max(rows) - top + 1, max(cols) - left + 1


def agree(one: int, two: int, unknown: int | None) -> bool:
    return one == two or unknown in (one, two)


def line(grid: Grid, axis: int, index: int) -> tuple[int, ...]:
    return tuple(row[index] for row in grid) if axis else grid[index]


# Geometry


def rot90(grid: Grid) -> Grid:
    return tuple(zip(*grid, strict=True))[::-1]


def rot180(grid: Grid) -> Grid:
    return tuple(row[::-1] for row in grid[::-1])


def rot270(grid: Grid) -> Grid:
    return tuple(zip(*grid[::-1], strict=True))


def flipud(grid: Grid) -> Grid:
    return grid[::-1]


def fliplr(grid: Grid) -> Grid:
    return tuple(row[::-1] for row in grid)


def transpose(grid: Grid) -> Grid:
    return tuple(zip(*grid, strict=True))


def antitranspose(grid: Grid) -> Grid:
    return rot180(transpose(grid))


def transform(grid: Grid, motion: int) -> Grid:
    if motion & 4:
        grid = transpose(grid)
    if motion & 2:
        grid = flipud(grid)
    return fliplr(grid) if motion & 1 else grid


def crop(grid: Grid, row: int, column: int, height: int, width: int) -> Grid:
    return tuple(line[column : column + width] for line in grid[row : row + height])


def pad(grid: Grid, top: int, bottom: int, left: int, right: int, color: int) -> Grid:
    blank = ((color,) * (left + len(grid[0]) + right),)
    middle = tuple((color,) * left + row + (color,) * right for row in grid)
    return blank * top + middle + blank * bottom


def shift(grid: Grid, down: int, right: int, color: int) -> Grid:
    source = {moved(cell, (down, right)): at(grid, cell) for cell in cells(grid)}
    height, width = size(grid)
    return tuple(
        tuple(source.get((row, col), color) for col in range(width)) for row in range(height)
    )


def roll(grid: Grid, down: int, right: int) -> Grid:
    height, width = size(grid)
    return tuple(
        tuple(grid[(row - down) % height][(col - right) % width] for col in range(width))
        for row in range(height)
    )


def trim(grid: Grid, background: int) -> Grid:
    rest = [cell for cell in cells(grid) if at(grid, cell) != background]
    return crop(grid, *box_of(rest)) if rest else grid


def half(grid: Grid, side: int) -> Grid:
    height, width = size(grid)
    if side == 0:
        return grid[: height // 2]
    if side == 1:
        return grid[height - height // 2 :]
    if side == 2:
        return tuple(row[: width // 2] for row in grid)
    return tuple(row[width - width // 2 :] for row in grid)


def quarter(grid: Grid, corner: int) -> Grid:
    return half(half(grid, corner // 2), 2 + corner % 2)


def hconcat(grid: Grid, other: Grid) -> Grid:
    return tuple(one + two for one, two in zip(grid, other, strict=True))


def vconcat(grid: Grid, other: Grid) -> Grid:
    return grid + other


def tile(grid: Grid, rows: int, columns: int) -> Grid:
    return tuple(row * columns for row in grid) * rows


def mirror_tile(grid: Grid, rows: int, columns: int) -> Grid:
    band = tuple(
        tuple(cell for j in range(columns) for cell in (row[::-1] if j % 2 else row))
        for row in grid
    )
    return tuple(row for i in range(rows) for row in (band[::-1] if i % 2 else band))


def upscale(grid: Grid, rows: int, columns: int) -> Grid:
    return tuple(
        tuple(cell for cell in row for _ in range(columns)) for row in grid for _ in range(rows)
    )


def downscale(grid: Grid, rows: int, columns: int) -> Grid:
    return tuple(row[::columns] for row in grid[::rows])


def remove_repeated_rows(grid: Grid) -> Grid:
    return tuple(row for i, row in enumerate(grid) if not i or row != grid[i - 1])


def remove_repeated_columns(grid: Grid) -> Grid:
    return transpose(remove_repeated_rows(transpose(grid)))


def remove_lines(grid: Grid, color: int) -> Grid:
    rows = [row for row in grid if set(row) != {color}]
    columns = [column for column in zip(*rows, strict=True) if set(column) != {color}]
    return tuple(zip(*columns, strict=True)) or ((color,),)


# Color


def histogram(grid: Grid) -> tuple[int, ...]:
    counts = Counter(cell for row in grid for cell in row)
    return tuple(counts[color] for color in range(10))


def palette(grid: Grid) -> int:
    return sum(1 << color for color in {cell for row in grid for cell in row})


def count_colors(grid: Grid) -> int:
    return len({cell for row in grid for cell in row})


def most_common(grid: Grid, ignore: int | None) -> int:
    counts = Counter(cell for row in grid for cell in row if cell != ignore)
    return min(counts, key=lambda color: (-counts[color], color), default=-1)


def least_common(grid: Grid, ignore: int | None) -> int:
    counts = Counter(cell for row in grid for cell in row if cell != ignore)
    return min(counts, key=lambda color: (counts[color], color), default=-1)


def recolor(grid: Grid, table: Sequence[int]) -> Grid:
    return tuple(tuple(table[cell] for cell in row) for row in grid)


def replace(grid: Grid, old: int, new: int) -> Grid:
    return tuple(tuple(new if cell == old else cell for cell in row) for row in grid)


def swap(grid: Grid, one: int, two: int) -> Grid:
    names = {one: two, two: one}
    return tuple(tuple(names.get(cell, cell) for cell in row) for row in grid)


def mask(grid: Grid, color: int) -> Grid:
    return tuple(tuple(int(cell == color) for cell in row) for row in grid)


def keep(grid: Grid, color: int, background: int) -> Grid:
    return tuple(tuple(cell if cell == color else background for cell in row) for row in grid)


def normalize(grid: Grid) -> Grid:
    names: dict[int, int] = {}
    return tuple(tuple(names.setdefault(cell, len(names)) for cell in row) for row in grid)


# Compare


def hash64(grid: Grid) -> int:
    def mixed(value: int) -> int:
        value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 % 2**64
        value = (value ^ value >> 27) * 0x94D049BB133111EB % 2**64
        return value ^ value >> 31

    flat = [cell for row in grid for cell in row]
    state = mixed(len(grid) * 65536 + len(grid[0]))
    for start in range(0, len(flat), 16):
        word = int("".join(map(str, flat[start : start + 16])), 16)
        state = mixed(state ^ word)
    return state


def equal(grid: Grid, other: Grid) -> bool:
    return grid == other


def distance(grid: Grid, other: Grid) -> int:
    one = {cell: at(grid, cell) for cell in cells(grid)}
    two = {cell: at(other, cell) for cell in cells(other)}
    return sum(one.get(cell) != two.get(cell) for cell in one.keys() | two.keys())


def difference(grid: Grid, other: Grid) -> Grid:
    return tuple(
        tuple(int(a != b) for a, b in zip(one, two, strict=True))
        for one, two in zip(grid, other, strict=True)
    )


def canonical(grid: Grid) -> Grid:
    every = [transform(grid, motion) for motion in range(8)]
    return min(moved for moved in every if len(moved) <= len(moved[0]))


def find(
    grid: Grid, template: Grid, motions: int, transparent: int | None
) -> list[tuple[int, int, int]]:
    seen, found = [], []
    for motion in range(8):
        patch = transform(template, motion)
        if not motions >> motion & 1 or patch in seen:
            continue
        seen.append(patch)
        wanted = [
            (cell, at(patch, cell)) for cell in cells(patch) if at(patch, cell) != transparent
        ]
        height, width = size(patch)
        found += [
            (row, col, motion)
            for row in range(len(grid) - height + 1)
            for col in range(len(grid[0]) - width + 1)
            if all(grid[row + i][col + j] == color for (i, j), color in wanted)
        ]
    return found


# Components


def label(grid: Grid, connectivity: int, multicolor: bool, background: int | None) -> Grid:
    labels = tuple((0,) * len(row) for row in grid)
    for index, region in enumerate(regions(grid, connectivity, multicolor, background)):
        labels = paint(labels, region, index + 1)
    return labels


def count_components(
    grid: Grid, connectivity: int, multicolor: bool, background: int | None
) -> int:
    return len(regions(grid, connectivity, multicolor, background))


def shape_of(region: Sequence[Cell]) -> Grid:
    top, left, height, width = box_of(region)
    return marked(((0,) * width,) * height, [(row - top, col - left) for row, col in region])


def count_holes(shape: Grid, connectivity: int) -> int:
    """Areas of 0 that do not reach the margin put around the shape."""
    return len(regions(pad(shape, 1, 1, 1, 1, 0), 12 - connectivity, False, 1)) - 1


def components(
    grid: Grid, connectivity: int, multicolor: bool, background: int | None
) -> list[tuple[int, ...]]:
    rows: list[tuple[int, ...]] = []
    for region in regions(grid, connectivity, multicolor, background):
        top, left, height, width = box_of(region)
        shape = shape_of(region)
        motions = [transform(shape, motion) for motion in range(8)]
        code = min(map(hash64, motions))
        rows.append(
            (
                at(grid, region[0]),
                len(region),
                top,
                left,
                height,
                width,
                count_holes(shape, connectivity),
                int(any(len(neighbors(grid, cell, 4)) < 4 for cell in region)),
                sum(1 << motion for motion in range(8) if motions[motion] == shape),
                sum(1 << color for color in {at(grid, cell) for cell in region}),
                code - 2**64 if code >= 2**63 else code,
            )
        )
    return rows


def objects(
    grid: Grid, connectivity: int, multicolor: bool, background: int | None
) -> tuple[Grid, ...]:
    found = []
    for region in regions(grid, connectivity, multicolor, background):
        others = set(cells(grid)) - set(region)
        found.append(crop(paint(grid, others, background or 0), *box_of(region)))
    return tuple(found)


def keep_components(
    grid: Grid, least: int, most: int, connectivity: int, multicolor: bool, background: int
) -> Grid:
    every = regions(grid, connectivity, multicolor, background)
    gone = [cell for region in every if not least <= len(region) <= most for cell in region]
    return paint(grid, gone, background)


# Fill


def flood(grid: Grid, row: int, column: int, color: int, connectivity: int) -> Grid:
    every = regions(grid, connectivity, False, None)
    return paint(grid, next(region for region in every if (row, column) in region), color)


def enclosed_cells(grid: Grid, background: int, connectivity: int) -> list[Cell]:
    open_ground = mask(grid, background)
    return [
        cell
        for region in regions(open_ground, connectivity, False, 0)
        if all(len(neighbors(grid, cell, 4)) == 4 for cell in region)
        for cell in region
    ]


def enclosed(grid: Grid, background: int, connectivity: int) -> Grid:
    return marked(grid, enclosed_cells(grid, background, connectivity))


def fill_enclosed(grid: Grid, color: int, background: int, connectivity: int) -> Grid:
    return paint(grid, enclosed_cells(grid, background, connectivity), color)


def convex_hull(grid: Grid, color: int, background: int) -> Grid:
    """By row, between the chords of all pairs of points."""
    points = [cell for cell in cells(grid) if at(grid, cell) != background]
    ends = {row: [col for r, col in points if r == row] for row, _ in points}
    hull = []
    for row in range(len(grid)):
        crossings = [
            Fraction(pick(ends[high]))
            + Fraction(row - high, max(low - high, 1)) * (pick(ends[low]) - pick(ends[high]))
            for high in ends
            for low in ends
            if high <= row <= low
            for pick in (min, max)
        ]
        if crossings:
            between = range(ceil(min(crossings)), floor(max(crossings)) + 1)
            hull += [(row, col) for col in between if grid[row][col] == background]
    return paint(grid, hull, color)


def outline(grid: Grid, color: int, background: int, connectivity: int) -> Grid:
    found = [
        cell
        for cell in cells(grid)
        if at(grid, cell) == background
        and any(at(grid, near) != background for near in neighbors(grid, cell, connectivity))
    ]
    return paint(grid, found, color)


def rim(grid: Grid, color: int, background: int, connectivity: int) -> Grid:
    found = [
        cell
        for cell in cells(grid)
        if at(grid, cell) != background
        and any(at(grid, near) == background for near in neighbors(grid, cell, connectivity))
    ]
    return paint(grid, found, color)


def border(grid: Grid, color: int, thickness: int) -> Grid:
    height, width = size(grid)
    found = [
        (row, col)
        for row, col in cells(grid)
        if min(row, col, height - 1 - row, width - 1 - col) < thickness
    ]
    return paint(grid, found, color)


def fill_boxes(grid: Grid, color: int, background: int, connectivity: int) -> Grid:
    found = []
    for region in regions(grid, connectivity, False, background):
        top, left, height, width = box_of(region)
        found += [(top + row, left + col) for row in range(height) for col in range(width)]
    return paint(grid, [cell for cell in found if at(grid, cell) == background], color)


def bounding_box(grid: Grid, background: int) -> tuple[int, int, int, int]:
    rest = [cell for cell in cells(grid) if at(grid, cell) != background]
    return box_of(rest) if rest else (0, 0, 0, 0)


def frames(grid: Grid, background: int) -> list[tuple[int, ...]]:
    found: list[tuple[int, ...]] = []
    for region in regions(grid, 4, False, background):
        top, left, height, width = box_of(region)
        blank = ((0,) * width,) * height
        if height >= 3 and width >= 3 and shape_of(region) == border(blank, 1, 1):
            found.append((at(grid, region[0]), top, left, height, width))
    return found


def rectangles(grid: Grid, background: int) -> list[tuple[int, ...]]:
    every = [(region, box_of(region)) for region in regions(grid, 4, False, background)]
    return [(at(grid, region[0]), *box) for region, box in every if len(region) == box[2] * box[3]]


def largest_rectangle(grid: Grid, color: int) -> tuple[int, ...]:
    """Of all boxes, grown from each top left cell row by row while they are of the color."""
    best = (0, 0, 0, 0)
    for row, col in cells(grid):
        width = len(grid[0]) - col
        for height in range(1, len(grid) - row + 1):
            run = 0
            while run < width and grid[row + height - 1][col + run] == color:
                run += 1
            width = run
            if height * width > best[2] * best[3]:
                best = row, col, height, width
    return best


# Lines


def ray(grid: Grid, start: Cell, step: Cell, background: int) -> list[Cell]:
    found, cell = [], moved(start, step)
    while inside(grid, cell) and at(grid, cell) == background:
        found.append(cell)
        cell = moved(cell, step)
    return found


def shoot(
    grid: Grid, row: int, column: int, down: int, right: int, color: int, background: int
) -> Grid:
    return paint(grid, ray(grid, (row, column), (down, right), background), color)


def rays(grid: Grid, source: int, directions: int, color: int, background: int) -> Grid:
    found = [
        cell
        for start in cells(grid)
        if at(grid, start) == source
        for direction, step in enumerate(STEPS)
        if directions >> direction & 1
        for cell in ray(grid, start, step, background)
    ]
    return paint(grid, found, color)


def connect(grid: Grid, source: int, color: int, directions: int, background: int) -> Grid:
    found = []
    for start in cells(grid):
        for direction, step in enumerate(STEPS):
            if at(grid, start) == source and directions >> direction & 1:
                way = ray(grid, start, step, background)
                end = moved(start, step, len(way) + 1)
                if inside(grid, end) and at(grid, end) == source:
                    found += way
    return paint(grid, found, color)


def draw_line(
    grid: Grid, row: int, column: int, down: int, right: int, length: int, color: int
) -> Grid:
    way = [moved((row, column), (down, right), times) for times in range(length)]
    return paint(grid, [cell for cell in way if inside(grid, cell)], color)


def bounce(
    grid: Grid, row: int, column: int, down: int, right: int, color: int, background: int
) -> Grid:
    def blocked(cell: Cell) -> bool:
        return not inside(grid, cell) or at(grid, cell) != background

    cell, step, seen, way = (row, column), (down, right), set(), []
    while (cell, step) not in seen:
        seen.add((cell, step))
        if blocked(moved(cell, step)):
            vertical = blocked(moved(cell, (step[0], 0)))
            horizontal = blocked(moved(cell, (0, step[1])))
            step = (
                -step[0] if vertical or not horizontal else step[0],
                -step[1] if horizontal or not vertical else step[1],
            )
            if blocked(moved(cell, step)):
                break
        cell = moved(cell, step)
        way.append(cell)
    return paint(grid, way, color)


# Motion


def gravity(grid: Grid, direction: int, background: int) -> Grid:
    if direction == 3:
        fallen = [sorted(row, key=lambda cell: cell == background) for row in grid]
        return tuple(map(tuple, fallen))
    turned = {0: rot90, 1: rot180, 2: rot270}[direction]
    back = {0: rot270, 1: rot180, 2: rot90}[direction]
    return back(gravity(turned(grid), 3, background))


def slide(grid: Grid, color: int, direction: int, background: int) -> Grid:
    own = [cell for cell in cells(grid) if at(grid, cell) == color]
    if not own or color == background:
        return grid
    rest, step, far = paint(grid, own, background), SIDES[direction], 0

    def is_free(times: int) -> bool:
        places = [moved(cell, step, times) for cell in own]
        return all(inside(grid, cell) and at(rest, cell) == background for cell in places)

    while is_free(far + 1):
        far += 1
    return paint(rest, [moved(cell, step, far) for cell in own], color)


def fall(grid: Grid, direction: int, background: int, connectivity: int) -> Grid:
    """Step by step: all that nothing holds up moves one cell."""
    step = SIDES[direction]
    every = [
        (at(grid, region[0]), set(region))
        for region in regions(grid, connectivity, False, background)
    ]
    while True:
        resting: set[Cell] = set()
        held = [False] * len(every)
        for _ in every:
            for index, (_, region) in enumerate(every):
                below = {moved(cell, step) for cell in region} - region
                if any(not inside(grid, cell) or cell in resting for cell in below):
                    held[index] = True
                    resting |= region
        if all(held):
            break
        every = [
            (color, region if held[index] else {moved(cell, step) for cell in region})
            for index, (color, region) in enumerate(every)
        ]
    out = paint(grid, cells(grid), background)
    for color, region in every:
        out = paint(out, region, color)
    return out


def align(grid: Grid, direction: int, background: int) -> Grid:
    if all(cell == background for row in grid for cell in row):
        return grid
    top, left, height, width = bounding_box(grid, background)
    far = (top, len(grid[0]) - left - width, len(grid) - top - height, left)[direction]
    return shift(grid, *moved((0, 0), SIDES[direction], far), background)


# Pattern


def period(grid: Grid, axis: int, unknown: int | None) -> int:
    lines = transpose(grid) if axis else grid
    for distance in range(1, len(lines)):
        pairs = zip(lines, lines[distance:], strict=False)
        if all(agree(a, b, unknown) for one, two in pairs for a, b in zip(one, two, strict=True)):
            return distance
    return len(lines)


def unit_cell(
    grid: Grid, rows: int, columns: int, skew: int, unknown: int | None
) -> dict[Cell, int] | None:
    found: dict[Cell, int] = {}
    for row, col in cells(grid):
        place = row % rows, (col - row // rows * skew) % columns
        color = grid[row][col]
        if color != unknown and found.setdefault(place, color) != color:
            return None
    return found


def lattice(grid: Grid, unknown: int | None) -> tuple[int, int, int]:
    height, width = size(grid)
    every = sorted(
        (rows * columns, rows, skew, columns)
        for rows in range(1, height + 1)
        for columns in range(1, width + 1)
        for skew in range(columns if rows < height else 1)
    )
    for _, rows, skew, columns in every:
        if unit_cell(grid, rows, columns, skew, unknown) is not None:
            return rows, columns, skew
    raise AssertionError("the grid is a unit cell of itself")


def complete_lattice(grid: Grid, unknown: int) -> Grid:
    rows, columns, skew = lattice(grid, unknown)
    cell = unit_cell(grid, rows, columns, skew, unknown) or {}
    return tuple(
        tuple(
            cell.get((row % rows, (col - row // rows * skew) % columns), unknown)
            for col in range(len(grid[0]))
        )
        for row in range(len(grid))
    )


def symmetries(grid: Grid, unknown: int | None) -> int:
    found = 0
    for motion in range(8):
        other = transform(grid, motion)
        if size(other) == size(grid) and all(
            agree(at(grid, cell), at(other, cell), unknown) for cell in cells(grid)
        ):
            found |= 1 << motion
    return found


def mirror_axis(grid: Grid, axis: int, unknown: int | None) -> int:
    lines = transpose(grid) if axis else grid
    middle = len(lines) - 1
    for total in sorted(range(1, 2 * middle), key=lambda total: (abs(total - middle), -total)):
        pairs = [(i, total - i) for i in range(len(lines)) if 0 <= total - i < len(lines)]
        if all(
            agree(a, b, unknown) for i, j in pairs for a, b in zip(lines[i], lines[j], strict=True)
        ):
            return total
    return -1


def rotation_center(grid: Grid, unknown: int | None) -> tuple[int, int]:
    height, width = size(grid)
    every = [
        (y, x) for y in range(2 * height - 1) for x in range(2 * width - 1) if (x + y) % 2 == 0
    ]
    for y, x in sorted(every, key=lambda c: abs(c[0] - height + 1) + abs(c[1] - width + 1)):
        turned = {(r, c): ((y - x) // 2 + c, (y + x) // 2 - r) for r, c in cells(grid)}
        pairs = [(a, b) for a, b in turned.items() if a != b and inside(grid, b)]
        if pairs and all(agree(at(grid, a), at(grid, b), unknown) for a, b in pairs):
            return y, x
    return -1, -1


def complete_symmetry(grid: Grid, unknown: int) -> Grid:
    flip, mirror = mirror_axis(grid, 0, unknown), mirror_axis(grid, 1, unknown)
    motions = [motion for motion in range(1, 8) if symmetries(grid, unknown) >> motion & 1]
    place = {
        motion: {
            (row, col): (index // len(grid[0]), index % len(grid[0]))
            for row, col in cells(grid)
            for index in [transform(numbered(grid), motion)[row][col]]
        }
        for motion in motions
    }
    out, before = grid, None
    while out != before:
        before = out
        for row, col in cells(grid):
            if out[row][col] != unknown:
                continue
            images = [(flip - row, col), (row, mirror - col)]
            images += [place[motion][row, col] for motion in motions]
            known = [at(out, cell) for cell in images if inside(grid, cell)]
            known = [color for color in known if color != unknown]
            out = paint(out, [(row, col)], known[0] if known else unknown)
    return out


def numbered(grid: Grid) -> Grid:
    width = len(grid[0])
    return tuple(tuple(range(row * width, row * width + width)) for row in range(len(grid)))


def separator_color(grid: Grid, background: int | None) -> int:
    lines = [set(row) for row in grid] + [set(column) for column in zip(*grid, strict=True)]
    counts = Counter(min(line) for line in lines if len(line) == 1 and background not in line)
    return min(counts, key=lambda color: (-counts[color], color), default=-1)


def separators(grid: Grid, color: int) -> list[Cell]:
    return [
        (axis, index)
        for axis in (0, 1)
        for index in range(size(grid)[axis])
        if set(line(grid, axis, index)) == {color}
    ]


def split_boxes(grid: Grid, color: int) -> list[tuple[int, ...]]:
    full = separators(grid, color)
    runs: list[list[Cell]] = [[], []]
    for axis in (0, 1):
        start = 0
        for index in range(size(grid)[axis] + 1):
            if index == size(grid)[axis] or (axis, index) in full:
                if index > start:
                    runs[axis].append((start, index - start))
                start = index + 1
    return [(top, left, tall, wide) for top, tall in runs[0] for left, wide in runs[1]]


def split(grid: Grid, color: int) -> tuple[Grid, ...]:
    return tuple(crop(grid, *box) for box in split_boxes(grid, color))


def join(stack: Sequence[Grid], columns: int, color: int, thickness: int) -> Grid:
    bands = []
    for start in range(0, len(stack), columns):
        band = stack[start]
        for part in stack[start + 1 : start + columns]:
            band = hconcat(pad(band, 0, 0, 0, thickness, color), part)
        bands.append(band)
    out = bands[0]
    for band in bands[1:]:
        out = vconcat(pad(out, 0, thickness, 0, 0, color), band)
    return out


# Logic


def overlay(grid: Grid, other: Grid, transparent: int) -> Grid:
    return tuple(
        tuple(a if b == transparent else b for a, b in zip(one, two, strict=True))
        for one, two in zip(grid, other, strict=True)
    )


def logical_and(grid: Grid, other: Grid, background: int) -> Grid:
    return tuple(
        tuple(background if b == background else a for a, b in zip(one, two, strict=True))
        for one, two in zip(grid, other, strict=True)
    )


def logical_or(grid: Grid, other: Grid, background: int) -> Grid:
    return tuple(
        tuple(b if a == background else a for a, b in zip(one, two, strict=True))
        for one, two in zip(grid, other, strict=True)
    )


def logical_xor(grid: Grid, other: Grid, background: int) -> Grid:
    return logical_or(
        subtract(grid, other, background), subtract(other, grid, background), background
    )


def logical_not(grid: Grid, color: int, background: int) -> Grid:
    return tuple(tuple(color if cell == background else background for cell in row) for row in grid)


def subtract(grid: Grid, other: Grid, background: int) -> Grid:
    return tuple(
        tuple(a if b == background else background for a, b in zip(one, two, strict=True))
        for one, two in zip(grid, other, strict=True)
    )


def overlay_all(stack: Sequence[Grid], transparent: int) -> Grid:
    out = stack[0]
    for layer in stack[1:]:
        out = overlay(out, layer, transparent)
    return out


def vote(stack: Sequence[Grid]) -> Grid:
    return tuple(
        tuple(most_common((column,), None) for column in zip(*rows, strict=True))
        for rows in zip(*stack, strict=True)
    )
