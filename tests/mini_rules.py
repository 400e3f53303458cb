"""The rule of every bundled puzzle as a short function on nested lists, keyed by puzzle id.
Each restates the sentence in `tasks/arcgrid_tasks/mini.csv`; the tests run it on every pair."""

from collections import Counter
from collections.abc import Callable

Grid = list[list[int]]
Cell = tuple[int, int]

GREY = 5
ORTHOGONAL = [(-1, 0), (0, 1), (1, 0), (0, -1)]  # clockwise from up, as the beam turns
DIAGONAL = [(-1, -1), (-1, 1), (1, 1), (1, -1)]


# Helpers


def blank(height: int, width: int) -> Grid:
    """Return a black grid."""
    return [[0] * width for _ in range(height)]


def copied(grid: Grid) -> Grid:
    """Return a copy that can be painted."""
    return [row[:] for row in grid]


def transposed(grid: Grid) -> Grid:
    """Swap rows and columns."""
    return [list(column) for column in zip(*grid, strict=True)]


def turned(grid: Grid, quarters: int = 1) -> Grid:
    """Turn clockwise by quarter turns."""
    for _ in range(quarters):
        grid = transposed(grid[::-1])
    return grid


def cells_of(grid: Grid) -> dict[Cell, int]:
    """Return every cell's color, in reading order."""
    return {(r, c): color for r, row in enumerate(grid) for c, color in enumerate(row)}


def region(start: Cell, allowed: set[Cell], steps: list[Cell]) -> set[Cell]:
    """Return the allowed cells that can be reached from `start`."""
    found, todo = {start}, [start]
    while todo:
        r, c = todo.pop()
        near = {(r + dr, c + dc) for dr, dc in steps} & allowed - found
        found |= near
        todo += near
    return found


def regions(allowed: set[Cell], steps: list[Cell]) -> list[set[Cell]]:
    """Split cells into connected regions, in reading order."""
    found: list[set[Cell]] = []
    for cell in sorted(allowed):
        if not any(cell in known for known in found):
            found.append(region(cell, allowed, steps))
    return found


def objects(grid: Grid) -> list[tuple[int, set[Cell]]]:
    """Return the color and cells of every one-colored object, corners touching included."""
    cells = cells_of(grid)
    return [
        (color, found)
        for color in sorted(set(cells.values()) - {0})
        for found in regions({p for p in cells if cells[p] == color}, ORTHOGONAL + DIAGONAL)
    ]


def cut_out(cells: set[Cell], grid: Grid) -> Grid:
    """Return the box around some cells, with all others black."""
    rows, columns = [r for r, _ in cells], [c for _, c in cells]
    return [
        [grid[r][c] if (r, c) in cells else 0 for c in range(min(columns), max(columns) + 1)]
        for r in range(min(rows), max(rows) + 1)
    ]


def panels(grid: Grid) -> list[Grid]:
    """Split a grid at its full grey columns, or at its full grey rows if it has none."""
    flipped = transposed(grid)
    if not any(set(column) == {GREY} for column in flipped):
        return [transposed(panel) for panel in panels(flipped)]
    parts: list[Grid] = [[]]
    for column in flipped:
        if set(column) == {GREY}:
            parts.append([])
        else:
            parts[-1].append(column)
    return [transposed(part) for part in parts]


def scaled(grid: Grid, factor: int) -> Grid:
    """Blow every cell up to a square block."""
    return [[c for c in row for _ in range(factor)] for row in grid for _ in range(factor)]


# One transform


def mirror_left_right(grid: Grid) -> Grid:
    """Reverse every row."""
    return [row[::-1] for row in grid]


def quarter_turn(grid: Grid) -> Grid:
    """Turn a quarter clockwise."""
    return turned(grid)


def diagonal_flip(grid: Grid) -> Grid:
    """Make rows columns."""
    return transposed(grid)


def blow_up_by_three(grid: Grid) -> Grid:
    """Make every cell a 3 by 3 block."""
    return scaled(grid, 3)


def one_cell_per_block(grid: Grid) -> Grid:
    """Make every 2 by 2 block one cell."""
    return [row[::2] for row in grid[::2]]


def trim_the_margin(grid: Grid) -> Grid:
    """Crop to the colored cells."""
    return cut_out({p for p, color in cells_of(grid).items() if color}, grid)


def keep_the_top_half(grid: Grid) -> Grid:
    """Drop the lower half of the rows."""
    return copied(grid[: len(grid) // 2])


def wallpaper_three(grid: Grid) -> Grid:
    """Lay nine copies in a square."""
    return [row * 3 for row in grid * 3]


def mirror_quilt(grid: Grid) -> Grid:
    """Lay the picture and its mirror images around a centre."""
    top = [row + row[::-1] for row in grid]
    return top + copied(top[::-1])


def swap_the_paint(grid: Grid) -> Grid:
    """Pass red, yellow and orange round."""
    swap = {2: 4, 4: 7, 7: 2}
    return [[swap.get(color, color) for color in row] for row in grid]


# A few steps


def gravity_down(grid: Grid) -> Grid:
    """Drop the colors of each column."""
    return transposed([sorted(column, key=bool) for column in transposed(grid)])


def pulled_to_wall(grid: Grid) -> Grid:
    """Drop everything towards the grey side."""
    quarters = next(n for n in range(4) if set(turned(grid, n)[-1]) == {GREY})
    return turned(gravity_down(turned(grid, quarters)), 4 - quarters)


def trapped_rain(grid: Grid) -> Grid:
    """Fill the gaps that have ground on both sides."""
    return [
        [1 if not c and any(row[:i]) and any(row[i:]) else c for i, c in enumerate(row)]
        for row in grid
    ]


def count_the_blobs(grid: Grid) -> Grid:
    """Write one cell per object."""
    return [[color for color, _ in objects(grid)]]


def majority_color(grid: Grid) -> Grid:
    """Name the most common color."""
    return [[Counter(cells_of(grid).values()).most_common(1)[0][0]]]


def mine_counts(grid: Grid) -> Grid:
    """Write how many of its eight neighbours are mines into each cell that is none."""
    cells, out = cells_of(grid), copied(grid)
    for (r, c), color in cells.items():
        if not color:
            around = [cells.get((r + dr, c + dc)) for dr, dc in ORTHOGONAL + DIAGONAL]
            out[r][c] = around.count(9)
    return out


def flood_the_rooms(grid: Grid) -> Grid:
    """Fill each closed room with the color of its dot."""
    cells, out = cells_of(grid), copied(grid)
    for room in regions({p for p in cells if cells[p] != GREY}, ORTHOGONAL):
        closed = all(0 < r < len(grid) - 1 and 0 < c < len(grid[0]) - 1 for r, c in room)
        if closed:
            for r, c in room:
                out[r][c] = max(cells[p] for p in room)
    return out


def join_the_pairs(grid: Grid) -> Grid:
    """Draw the lines across, then the lines down over them."""
    cells, out = cells_of(grid), copied(grid)
    pairs = [(p, q) for p in cells for q in cells if p < q and 0 < cells[p] == cells[q]]
    for (top, left), (bottom, right) in sorted(pairs, key=lambda pair: pair[0][1] == pair[1][1]):
        for r in range(top, bottom + 1):
            for c in range(left, right + 1):
                out[r][c] = grid[top][left]
    return out


def rays_to_the_wall(grid: Grid) -> Grid:
    """Shoot each dot to the right, up to and over the first wall cell."""
    out = copied(grid)
    for row in out:
        stop = row.index(GREY) + 1 if GREY in row else len(row)
        if row[0]:
            row[:stop] = [row[0]] * stop
    return out


def cookie_cutter(grid: Grid) -> Grid:
    """Cut the right picture out of the left one."""
    left, right = panels(grid)
    return [
        [0 if cut else c for c, cut in zip(*rows, strict=True)]
        for rows in zip(left, right, strict=True)
    ]


def either_not_both(grid: Grid) -> Grid:
    """Keep the cells colored in one panel only."""
    first, second = panels(grid)
    return [
        [0 if a and b else a or b for a, b in zip(*rows, strict=True)]
        for rows in zip(first, second, strict=True)
    ]


def sweep_the_specks(grid: Grid) -> Grid:
    """Erase the objects of one cell."""
    out = copied(grid)
    for _, cells in objects(grid):
        if len(cells) == 1:
            [(r, c)] = cells
            out[r][c] = 0
    return out


def bars_in_order(grid: Grid) -> Grid:
    """Put the bars where bars stand, the shortest first."""
    columns = transposed(grid)
    bars = iter(
        sorted((column for column in columns if any(column)), key=lambda bar: -bar.count(0))
    )
    return transposed([next(bars) if any(column) else column for column in columns])


def largest_shape(grid: Grid) -> Grid:
    """Cut out the object with the most cells."""
    return cut_out(max((cells for _, cells in objects(grid)), key=len), grid)


def paint_by_size(grid: Grid) -> Grid:
    """Give each object the color whose number is its size."""
    out = copied(grid)
    for _, cells in objects(grid):
        for r, c in cells:
            out[r][c] = len(cells)
    return out


def finish_the_mirror(grid: Grid) -> Grid:
    """Reflect the picture in the grey line."""
    axis = next((r for r, row in enumerate(grid) if set(row) == {GREY}), None)
    if axis is None:
        return transposed(finish_the_mirror(transposed(grid)))
    out = copied(grid)
    for (r, c), color in cells_of(grid).items():
        if color and 0 <= 2 * axis - r < len(grid):
            out[2 * axis - r][c] = color
    return out


def counter_push(grid: Grid) -> Grid:
    """Move the picture right by the yellow count, or left by the green one."""
    shift, out = grid[0].count(4) - grid[0].count(3), blank(len(grid), len(grid[0]))
    for (r, c), color in cells_of(grid).items():
        if r and color:
            out[r][c + shift] = color
    return out


def clockwise_border(grid: Grid) -> list[Cell]:
    """Return the border's cells clockwise from the top left corner."""
    bottom, right = len(grid) - 1, len(grid[0]) - 1
    top_right = [(0, c) for c in range(right)] + [(r, right) for r in range(bottom)]
    return top_right + [(bottom - r, right - c) for r, c in top_right]


def ring_step(grid: Grid) -> Grid:
    """Move the border's colors one step clockwise."""
    out, border = copied(grid), clockwise_border(grid)
    for (r, c), (nr, nc) in zip(border, border[1:] + border[:1], strict=True):
        out[nr][nc] = grid[r][c]
    return out


def unroll_the_frame(grid: Grid) -> Grid:
    """Write the border as one row."""
    return [[grid[r][c] for r, c in clockwise_border(grid)]]


# More thought


def mend_the_weave(grid: Grid) -> Grid:
    """Fill the holes from the smallest tile that repeats."""
    height, width, cells = len(grid), len(grid[0]), cells_of(grid)
    sizes = [(h, w) for h in range(1, height) for w in range(1, width)]
    for h, w in sorted(sizes, key=lambda size: size[0] * size[1]):
        seen = {(r % h, c % w, color) for (r, c), color in cells.items() if color}
        tile = {(r, c): color for r, c, color in seen}
        if len(tile) == len(seen) == h * w:
            return [[tile[r % h, c % w] for c in range(width)] for r in range(height)]
    raise ValueError("no tile repeats")


def legend_recolor(grid: Grid) -> Grid:
    """Recolor the picture by the pairs of the legend."""
    legend, picture = panels(grid)
    swap = {old: new for old, new in legend if old}
    return [[swap.get(color, color) for color in row] for row in picture]


def billiard_shot(grid: Grid) -> Grid:
    """Roll the ball away from its tail until it drops into the pocket."""
    out, where = copied(grid), {color: p for p, color in cells_of(grid).items()}
    (r, c), (tail_r, tail_c) = where[2], where[3]
    dr, dc = r - tail_r, c - tail_c
    while grid[r + dr][c + dc] != 8:
        dr = -dr if r + dr in (0, len(grid) - 1) else dr
        dc = -dc if c + dc in (0, len(grid[0]) - 1) else dc
        r, c = r + dr, c + dc
        out[r][c] = out[r][c] or 3
    return out


def zoom_by_counter(grid: Grid) -> Grid:
    """Blow the picture up by the number of grey cells under it."""
    return scaled(grid[:-1], grid[-1].count(GREY))


def maze_thread(grid: Grid) -> Grid:
    """Draw the way from red to green by filling every other dead end."""
    path = {p for p, color in cells_of(grid).items() if color != GREY}
    ends = {(r, c) for r, c in path if grid[r][c]}
    while dead := [
        (r, c) for r, c in path - ends if sum((r + dr, c + dc) in path for dr, dc in ORTHOGONAL) < 2
    ]:
        path -= set(dead)
    return [
        [4 if (r, c) in path - ends else color for c, color in enumerate(row)]
        for r, row in enumerate(grid)
    ]


def vote_of_three(grid: Grid) -> Grid:
    """Take each cell's color from the panels that agree."""
    return [
        [Counter(votes).most_common(1)[0][0] for votes in zip(*rows, strict=True)]
        for rows in zip(*panels(grid), strict=True)
    ]


def turning_beam(grid: Grid) -> Grid:
    """Follow the beam, left at magenta and right at orange."""
    cells, out, heading = cells_of(grid), copied(grid), 1
    r, c = next(p for p in cells if cells[p] == 2)
    while (r, c) in cells:
        heading = (heading + {6: -1, 7: 1}.get(grid[r][c], 0)) % 4
        out[r][c] = out[r][c] or 2
        r, c = r + ORTHOGONAL[heading][0], c + ORTHOGONAL[heading][1]
    return out


def color_histogram(grid: Grid) -> Grid:
    """Draw a bar as long as each color's count, the longest on top."""
    counts = Counter(color for row in grid for color in row if color).most_common()
    return [[color] * count + [0] * (counts[0][1] - count) for color, count in counts]


def holes(cells: set[Cell], grid: Grid) -> int:
    """Count the holes of an object."""
    others = set(cells_of(grid)) - cells
    edge = (0, len(grid) - 1), (0, len(grid[0]) - 1)
    return sum(
        not any(r in edge[0] or c in edge[1] for r, c in found)
        for found in regions(others, ORTHOGONAL)
    )


def paint_by_holes(grid: Grid) -> Grid:
    """Give each object the color one above its number of holes."""
    out = copied(grid)
    for _, cells in objects(grid):
        for r, c in cells:
            out[r][c] = 1 + holes(cells, grid)
    return out


def symmetry_sieve(grid: Grid) -> Grid:
    """Paint objects green if they are their own mirror image and red if not."""
    out = copied(grid)
    for _, cells in objects(grid):
        shape = cut_out(cells, grid)
        for r, c in cells:
            out[r][c] = 3 if shape == mirror_left_right(shape) else 2
    return out


def odd_panel(grid: Grid) -> Grid:
    """Return the panel whose shape is found once."""
    shapes = [[[bool(c) for c in row] for row in panel] for panel in panels(grid)]
    return next(
        panel for panel, shape in zip(panels(grid), shapes, strict=True) if shapes.count(shape) == 1
    )


RULES: dict[str, Callable[[Grid], Grid]] = {
    "bars-in-order": bars_in_order,
    "billiard-shot": billiard_shot,
    "blow-up-by-three": blow_up_by_three,
    "color-histogram": color_histogram,
    "cookie-cutter": cookie_cutter,
    "count-the-blobs": count_the_blobs,
    "counter-push": counter_push,
    "diagonal-flip": diagonal_flip,
    "either-not-both": either_not_both,
    "finish-the-mirror": finish_the_mirror,
    "flood-the-rooms": flood_the_rooms,
    "gravity-down": gravity_down,
    "join-the-pairs": join_the_pairs,
    "keep-the-top-half": keep_the_top_half,
    "largest-shape": largest_shape,
    "legend-recolor": legend_recolor,
    "majority-color": majority_color,
    "maze-thread": maze_thread,
    "mend-the-weave": mend_the_weave,
    "mine-counts": mine_counts,
    "mirror-left-right": mirror_left_right,
    "mirror-quilt": mirror_quilt,
    "odd-panel": odd_panel,
    "one-cell-per-block": one_cell_per_block,
    "paint-by-holes": paint_by_holes,
    "paint-by-size": paint_by_size,
    "pulled-to-wall": pulled_to_wall,
    "quarter-turn": quarter_turn,
    "rays-to-the-wall": rays_to_the_wall,
    "ring-step": ring_step,
    "swap-the-paint": swap_the_paint,
    "sweep-the-specks": sweep_the_specks,
    "symmetry-sieve": symmetry_sieve,
    "trapped-rain": trapped_rain,
    "trim-the-margin": trim_the_margin,
    "turning-beam": turning_beam,
    "unroll-the-frame": unroll_the_frame,
    "vote-of-three": vote_of_three,
    "wallpaper-three": wallpaper_three,
    "zoom-by-counter": zoom_by_counter,
}
