"""The grid functions as one would write them with numpy, scipy.ndimage and scikit-image.

Only where there is a usual way: `bounce`, one step after the other, has none but a loop of Python,
and how `complete_symmetry` settles conflicts has none either. Results are as ours but for their
types, for the arguments of the benchmark (a direction is down, an axis that of rows; no color is
unknown but to `complete_lattice`); `tests/kernels/test_peers.py` sees to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy import ndimage
from skimage import measure
from skimage.morphology import convex_hull_image
from skimage.segmentation import flood_fill

from arcgrid import Grid, GridStack

_CROSS = ndimage.generate_binary_structure(2, 1)
_SQUARE = ndimage.generate_binary_structure(2, 2)


def for_peer(call: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments of a call; a stack, whose grids are of one shape here, is one array."""
    if isinstance(call[0], GridStack):
        return (np.stack(list(call[0])), *call[1:])
    return call


def _structure(connectivity: int) -> Any:
    return _SQUARE if connectivity == 8 else _CROSS


def transform(grid: Grid, motion: int) -> Any:
    if motion & 4:
        grid = grid.T
    if motion & 2:
        grid = grid[::-1]
    return np.ascontiguousarray(grid[:, ::-1] if motion & 1 else grid)


def crop(grid: Grid, row: int, column: int, height: int, width: int) -> Any:
    return grid[row : row + height, column : column + width].copy()


def pad(grid: Grid, top: int, bottom: int, left: int, right: int, color: int) -> Any:
    return np.pad(grid, ((top, bottom), (left, right)), constant_values=color)


def shift(grid: Grid, down: int, right: int, color: int) -> Any:
    return ndimage.shift(grid, (down, right), order=0, cval=color)


def trim(grid: Grid, background: int) -> Any:
    rows, cols = np.nonzero(grid != background)
    if not len(rows):
        return grid
    return grid[rows.min() : rows.max() + 1, cols.min() : cols.max() + 1].copy()


def half(grid: Grid, side: int) -> Any:
    height, width = grid.shape
    parts = {
        0: grid[: height // 2],
        1: grid[height - height // 2 :],
        2: grid[:, : width // 2],
        3: grid[:, width - width // 2 :],
    }
    return parts[side].copy()


def quarter(grid: Grid, corner: int) -> Any:
    return half(half(grid, corner // 2), 2 + corner % 2)


def mirror_tile(grid: Grid, rows: int, columns: int) -> Any:
    height, width = grid.shape
    return np.pad(grid, ((0, height * (rows - 1)), (0, width * (columns - 1))), "symmetric")


def remove_repeated_rows(grid: Grid) -> Any:
    return grid[np.append(True, (grid[1:] != grid[:-1]).any(axis=1))]


def remove_repeated_columns(grid: Grid) -> Any:
    return grid[:, np.append(True, (grid[:, 1:] != grid[:, :-1]).any(axis=0))]


def remove_lines(grid: Grid, color: int) -> Any:
    other = grid != color
    if not other.any():
        return grid[:1, :1].copy()
    return grid[np.ix_(other.any(axis=1), other.any(axis=0))]


def least_common(grid: Grid, ignore: int | None) -> Any:
    colors, counts = np.unique(grid, return_counts=True)
    return colors[counts.argmin()]


def swap(grid: Grid, one: int, two: int) -> Any:
    return np.where(grid == one, two, np.where(grid == two, one, grid)).astype(np.uint8)


def normalize(grid: Grid) -> Any:
    _, first, inverse = np.unique(grid, return_index=True, return_inverse=True)
    return first.argsort().argsort()[inverse].reshape(grid.shape).astype(np.uint8)


def label(grid: Grid, connectivity: int, multicolor: bool, background: int) -> Any:
    return measure.label(grid, background=background, connectivity=connectivity // 4)


def count_components(grid: Grid, connectivity: int, multicolor: bool, background: int) -> Any:
    return measure.label(
        grid, background=background, connectivity=connectivity // 4, return_num=True
    )[1]


def components(grid: Grid, connectivity: int, multicolor: bool, background: int) -> Any:
    """Without symmetries and hashes."""
    labels = label(grid, connectivity, multicolor, background)
    regions = measure.regionprops(labels)
    return [
        (grid[tuple(region.coords[0])], region.area, *region.bbox, region.euler_number)
        for region in regions
    ]


def objects(grid: Grid, connectivity: int, multicolor: bool, background: int) -> Any:
    labels = label(grid, connectivity, multicolor, background)
    boxes = ndimage.find_objects(labels)
    return [
        np.where(labels[box] == index + 1, grid[box], background) for index, box in enumerate(boxes)
    ]


def keep_components(
    grid: Grid, least: int, most: int, connectivity: int, multicolor: bool, background: int
) -> Any:
    labels = label(grid, connectivity, multicolor, background)
    areas = np.bincount(labels.ravel())
    areas[0] = 0
    return np.where(((areas >= least) & (areas <= most))[labels], grid, background)


def enclosed(grid: Grid, background: int, connectivity: int) -> Any:
    solid = grid != background
    return ndimage.binary_fill_holes(solid, _structure(connectivity)) & ~solid


def fill_enclosed(grid: Grid, color: int, background: int, connectivity: int) -> Any:
    return np.where(enclosed(grid, background, connectivity), color, grid)


def convex_hull(grid: Grid, color: int, background: int) -> Any:
    solid = grid != background
    if not solid.any():
        return grid
    hull = convex_hull_image(solid, offset_coordinates=False)
    return np.where(hull & ~solid, color, grid)


def outline(grid: Grid, color: int, background: int, connectivity: int) -> Any:
    solid = grid != background
    return np.where(ndimage.binary_dilation(solid, _structure(connectivity)) & ~solid, color, grid)


def rim(grid: Grid, color: int, background: int, connectivity: int) -> Any:
    solid = grid != background
    core = ndimage.binary_erosion(solid, _structure(connectivity), border_value=1)
    return np.where(solid & ~core, color, grid)


def border(grid: Grid, color: int, thickness: int) -> Any:
    out = grid.copy()
    out[:thickness] = out[-thickness:] = color
    out[:, :thickness] = out[:, -thickness:] = color
    return out


def fill_boxes(grid: Grid, color: int, background: int, connectivity: int) -> Any:
    out = grid.copy()
    for box in ndimage.find_objects(label(grid, connectivity, False, background)):
        out[box] = np.where(grid[box] == background, color, out[box])
    return out


def bounding_box(grid: Grid, background: int) -> Any:
    rows, cols = np.nonzero(grid != background)
    if not len(rows):
        return 0, 0, 0, 0
    top, left = rows.min(), cols.min()
    return top, left, rows.max() - top + 1, cols.max() - left + 1


def rectangles(grid: Grid, background: int) -> Any:
    labels = label(grid, 4, False, background)
    areas = np.bincount(labels.ravel())[1:]
    boxes = ndimage.find_objects(labels)
    return [box for box, area in zip(boxes, areas, strict=True) if labels[box].size == area]


def gravity(grid: Grid, direction: int, background: int) -> Any:
    order = np.argsort(grid != background, axis=0, kind="stable")
    return np.take_along_axis(grid, order, axis=0)


def align(grid: Grid, direction: int, background: int) -> Any:
    rows = np.flatnonzero((grid != background).any(axis=1))
    return np.roll(grid, len(grid) - 1 - rows[-1], axis=0) if len(rows) else grid


def period(grid: Grid, axis: int, unknown: int | None) -> Any:
    for distance in range(1, len(grid)):
        if np.array_equal(grid[distance:], grid[:-distance]):
            return distance
    return len(grid)


def symmetries(grid: Grid, unknown: int | None) -> Any:
    return sum(np.array_equal(grid, transform(grid, motion)) << motion for motion in range(8))


def mirror_axis(grid: Grid, axis: int, unknown: int | None) -> Any:
    length = len(grid)
    for away in range(length - 1):
        if np.array_equal(grid[away:], grid[away:][::-1]):
            return length - 1 + away
        if np.array_equal(grid[: length - away], grid[: length - away][::-1]):
            return length - 1 - away
    return -1


def separators(grid: Grid, color: int) -> Any:
    full = grid == color
    return np.flatnonzero(full.all(axis=1)), np.flatnonzero(full.all(axis=0))


def separator_color(grid: Grid, background: int) -> Any:
    rows = grid[(grid == grid[:, :1]).all(axis=1), 0]
    cols = grid[0, (grid == grid[:1]).all(axis=0)]
    counts = np.bincount(np.append(rows, cols), minlength=10)
    counts[background] = 0
    return counts.argmax() if counts.any() else -1


def split(grid: Grid, color: int) -> Any:
    return [grid[rows, cols].copy() for rows, cols in _parts(grid, color)]


def frames(grid: Grid, background: int) -> Any:
    labels = label(grid, 4, False, background)
    found = []
    for index, box in enumerate(ndimage.find_objects(labels)):
        own = labels[box] == index + 1
        if min(own.shape) >= 3 and not own[1:-1, 1:-1].any():
            own[1:-1, 1:-1] = True
            if own.all():
                found.append(box)
    return found


def draw_line(
    grid: Grid, row: int, column: int, down: int, right: int, length: int, color: int
) -> Any:
    out = grid.copy()
    steps = np.arange(min(length, *grid.shape))
    out[row + steps * down, column + steps * right] = color
    return out


def slide(grid: Grid, color: int, direction: int, background: int) -> Any:
    """Downwards."""
    own = grid == color
    solid = (grid != background) & ~own
    far = 0
    lower = own
    while lower.any() and not lower[-1].any():
        lower = np.roll(lower, 1, axis=0)
        if (lower & solid).any():
            break
        far += 1
    return np.where(np.roll(own, far, axis=0), color, np.where(own, background, grid))


def canonical(grid: Grid) -> Any:
    moved = [transform(grid, motion) for motion in range(8)]
    return min((one for one in moved if len(one) <= len(one[0])), key=lambda one: one.tobytes())


def find(grid: Grid, template: Grid, motions: int, transparent: int | None) -> Any:
    patches = [transform(template, motion) for motion in range(8)]
    found = []
    for motion, patch in enumerate(patches):
        if not any(np.array_equal(patch, earlier) for earlier in patches[:motion]):
            views = sliding_window_view(grid, patch.shape)
            found.append((motion, np.argwhere((views == patch).all(axis=(2, 3)))))
    return found


def largest_rectangle(grid: Grid, color: int) -> Any:
    own = grid == color
    best = (0, 0, 0, 0, 0)
    tall = own
    for height in range(1, len(grid) + 1):
        wide = tall
        for width in range(1, grid.shape[1] + 1):
            if not wide.any():
                break
            if height * width >= -best[0]:
                row, col = divmod(int(wide.argmax()), wide.shape[1])
                best = min(best, (-height * width, row, col, height, width))
            wide = wide[:, :-1] & tall[:, width:]
        tall = tall[:-1] & own[height:]
    return best[1:]


def shoot(
    grid: Grid, row: int, column: int, down: int, right: int, color: int, background: int
) -> Any:
    steps = np.arange(1, max(grid.shape))
    rows, cols = row + steps * down, column + steps * right
    inside = (rows >= 0) & (rows < len(grid)) & (cols >= 0) & (cols < grid.shape[1])
    rows, cols = rows[inside], cols[inside]
    free = np.logical_and.accumulate(grid[rows, cols] == background)
    out = grid.copy()
    out[rows[free], cols[free]] = color
    return out


_STEPS = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))


def _seen(own: Any, ground: Any, direction: int) -> Any:
    """The ground that rays in a direction from some cells reach, all rays at once."""
    down, right = _STEPS[direction]
    target = slice(None, down) if down < 0 else slice(down, None)
    source = slice(-down, None) if down < 0 else slice(None, -down or None)
    other = slice(None, right) if right < 0 else slice(right, None)
    origin = slice(-right, None) if right < 0 else slice(None, -right or None)
    seen = np.zeros_like(ground)
    front = own
    while front.any():
        step = np.zeros_like(ground)
        step[target, other] = front[source, origin] & ground[target, other]
        seen |= step
        front = step
    return seen


def rays(grid: Grid, source: int, directions: int, color: int, background: int) -> Any:
    own, ground = grid == source, grid == background
    out = grid.copy()
    for direction in range(8):
        if directions >> direction & 1:
            out[_seen(own, ground, direction)] = color
    return out


def connect(grid: Grid, source: int, color: int, directions: int, background: int) -> Any:
    own, ground = grid == source, grid == background
    out = grid.copy()
    for direction in range(4):
        if directions >> direction & 17:
            ends = (_seen(own, ground, way) for way in (direction, direction + 4))
            out[np.logical_and(*ends)] = color
    return out


def fall(grid: Grid, direction: int, background: int, connectivity: int) -> Any:
    """Step by step: all components that nothing holds up move one cell."""
    grid, labels = grid.copy(), label(grid, connectivity, False, background)
    while True:
        lies = (labels[:-1] != labels[1:]) & (labels[:-1] > 0) & (labels[1:] > 0)
        upper, lower = labels[:-1][lies], labels[1:][lies]
        held = np.zeros(labels.max() + 1, bool)
        held[labels[-1]] = held[0] = True
        count = 0
        while count != (count := int(np.count_nonzero(held))):
            held[upper[held[lower]]] = True
        if held.all():
            return grid
        loose = ~held[labels]
        for cells, blank in ((grid, background), (labels, 0)):
            moved = np.where(loose, blank, cells)
            moved[1:][loose[:-1]] = cells[:-1][loose[:-1]]
            cells[:] = moved


def _unit_cell(grid: Grid, unknown: int | None) -> Any:
    """Rows, columns and skew of the smallest unit cell, each cell's place in it, its colors."""
    height, width = grid.shape
    row, col = np.ogrid[:height, :width]
    known = np.full(grid.shape, True) if unknown is None else grid != unknown
    colors = grid[known]
    for area in range(1, grid.size + 1):
        for rows in range(1, min(area, height) + 1):
            columns, rest = divmod(area, rows)
            if rest or columns > width:
                continue
            for skew in range(columns if rows < height else 1):
                places = row % rows * columns + (col - row // rows * skew) % columns
                cell = np.full(area, 0 if unknown is None else unknown, np.uint8)
                cell[places[known]] = colors
                if np.array_equal(cell[places[known]], colors):
                    return (rows, columns, skew), places, cell
    raise AssertionError("the grid is a unit cell of itself")


def lattice(grid: Grid, unknown: int | None) -> Any:
    return _unit_cell(grid, unknown)[0]


def complete_lattice(grid: Grid, unknown: int) -> Any:
    _, places, cell = _unit_cell(grid, unknown)
    return cell[places]


def rotation_center(grid: Grid, unknown: int | None) -> Any:
    height, width = grid.shape
    rows, cols = np.mgrid[: 2 * height - 1, : 2 * width - 1].reshape(2, -1)
    away = np.where((rows + cols) % 2, 99, abs(rows - height + 1) + abs(cols - width + 1))
    order = np.argsort(away, kind="stable")[: np.count_nonzero(away < 99)]
    turned = np.rot90(grid)
    for y, x in zip(rows[order].tolist(), cols[order].tolist(), strict=True):
        down, right = width - 1 - (y + x) // 2, (y - x) // 2
        top, left = max(0, -down), max(0, -right)
        part = grid[top : width - down, left : height - right]
        other = turned[top + down :, left + right :][: part.shape[0], : part.shape[1]]
        if part.size > 1 and np.array_equal(part, other):
            return y, x
    return -1, -1


def split_boxes(grid: Grid, color: int) -> Any:
    return [
        (rows.start, cols.start, rows.stop - rows.start, cols.stop - cols.start)
        for rows, cols in _parts(grid, color)
    ]


def _parts(grid: Grid, color: int) -> Any:
    """The slices between separators."""
    full = grid == color
    bands, columns = (
        ndimage.find_objects(ndimage.label(~full.all(axis=axis))[0]) for axis in (1, 0)
    )
    return [(rows[0], cols[0]) for rows in bands for cols in columns]


def join(layers: Any, columns: int, color: int, thickness: int) -> Any:
    """Of grids of one shape."""
    count, height, width = layers.shape
    tall, wide = height + thickness, width + thickness
    out = np.full((count // columns * tall - thickness, columns * wide - thickness), color)
    for index, layer in enumerate(layers):
        top, left = index // columns * tall, index % columns * wide
        out[top : top + height, left : left + width] = layer
    return out


def overlay_all(layers: Any, transparent: int) -> Any:
    out = layers[0].copy()
    for layer in layers[1:]:
        np.copyto(out, layer, where=layer != transparent)
    return out


def vote(layers: Any) -> Any:
    counts = (layers == np.arange(10, dtype=np.uint8)[:, None, None, None]).sum(axis=1)
    return counts.argmax(axis=0)


_WRITTEN = (
    transform,
    crop,
    pad,
    shift,
    trim,
    half,
    quarter,
    mirror_tile,
    remove_repeated_rows,
    remove_repeated_columns,
    remove_lines,
    least_common,
    swap,
    normalize,
    label,
    count_components,
    components,
    objects,
    keep_components,
    enclosed,
    fill_enclosed,
    convex_hull,
    outline,
    rim,
    border,
    fill_boxes,
    bounding_box,
    frames,
    rectangles,
    draw_line,
    gravity,
    slide,
    align,
    period,
    symmetries,
    mirror_axis,
    separator_color,
    separators,
    split,
    canonical,
    find,
    largest_rectangle,
    shoot,
    rays,
    connect,
    fall,
    lattice,
    complete_lattice,
    rotation_center,
    split_boxes,
    join,
    overlay_all,
    vote,
)

PEERS: dict[str, Callable[..., Any]] = {
    **{function.__name__: function for function in _WRITTEN},
    "rot90": lambda grid: np.rot90(grid).copy(),
    "rot180": lambda grid: np.rot90(grid, 2).copy(),
    "rot270": lambda grid: np.rot90(grid, 3).copy(),
    "flipud": lambda grid: np.flipud(grid).copy(),
    "fliplr": lambda grid: np.fliplr(grid).copy(),
    "transpose": lambda grid: grid.T.copy(),
    "antitranspose": lambda grid: grid[::-1, ::-1].T.copy(),
    "roll": lambda grid, down, right: np.roll(grid, (down, right), (0, 1)),
    "hconcat": lambda grid, other: np.hstack((grid, other)),
    "vconcat": lambda grid, other: np.vstack((grid, other)),
    "tile": lambda grid, rows, columns: np.tile(grid, (rows, columns)),
    "upscale": lambda grid, rows, columns: grid.repeat(rows, 0).repeat(columns, 1),
    "downscale": lambda grid, rows, columns: grid[::rows, ::columns].copy(),
    "histogram": lambda grid: np.bincount(grid.ravel(), minlength=10),
    "palette": lambda grid: np.unique(grid),
    "count_colors": lambda grid: len(np.unique(grid)),
    "most_common": lambda grid, ignore: np.bincount(grid.ravel()).argmax(),
    "recolor": lambda grid, table: np.array(table, np.uint8)[grid],
    "replace": lambda grid, old, new: np.where(grid == old, np.uint8(new), grid),
    "mask": lambda grid, color: (grid == color).view(np.uint8),
    "keep": lambda grid, color, background: np.where(grid == color, grid, np.uint8(background)),
    "flood": lambda grid, row, column, color, connectivity: flood_fill(
        grid, (row, column), color, connectivity=connectivity // 4
    ),
    "hash64": lambda grid: hash((grid.shape, grid.tobytes())),
    "equal": np.array_equal,
    "distance": lambda grid, other: np.count_nonzero(grid != other),
    "difference": lambda grid, other: (grid != other).view(np.uint8),
    "overlay": lambda grid, other, clear: np.where(other == clear, grid, other),
    "logical_and": lambda grid, other, ground: np.where(other == ground, np.uint8(ground), grid),
    "logical_or": lambda grid, other, ground: np.where(grid == ground, other, grid),
    "logical_xor": lambda grid, other, ground: np.where(
        grid == ground, other, np.where(other == ground, grid, np.uint8(ground))
    ),
    "logical_not": lambda grid, color, ground: np.where(
        grid == ground, np.uint8(color), np.uint8(ground)
    ),
    "subtract": lambda grid, other, ground: np.where(other == ground, grid, np.uint8(ground)),
}
"""By the name of the function."""
