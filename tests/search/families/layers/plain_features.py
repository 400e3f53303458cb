"""The further features of cells, slowly, from their definitions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from arcgrid import Grid
from tests.search.families.cells.twins import STEPS, look

NONE, MOST = 10, 31
Item = TypeVar("Item")
Cell = tuple[int, int]
Box = tuple[int, int, int, int]
"""Top, left, bottom, right: the first and the last row and column."""


def cells_of(grid: Grid) -> Iterator[Cell]:
    return ((row, col) for row in range(grid.shape[0]) for col in range(grid.shape[1]))


def counts(grid: Grid) -> dict[int, int]:
    """How many cells each color has that is not background (0)."""
    flat = grid.ravel().tolist()
    return {color: flat.count(color) for color in sorted(set(flat) - {0})}


def ranked(grid: Grid) -> list[int]:
    """Colors but the background, the rarest first."""
    return sorted(counts(grid), key=lambda color: counts(grid)[color])


def join(grid: Grid, alike: Callable[[int, int], bool], steps: tuple[Cell, ...]) -> list[set[Cell]]:
    """Components by their first cells."""
    found: list[set[Cell]] = []
    for start in cells_of(grid):
        if any(start in component for component in found):
            continue
        component, todo = {start}, [start]
        while todo:
            row, col = todo.pop()
            for down, right in steps:
                near = (row + down, col + right)
                color = look(grid, *near)
                if color != NONE and near not in component and alike(int(grid[row, col]), color):
                    component.add(near)
                    todo.append(near)
        found.append(component)
    return found


def blobs(grid: Grid) -> list[set[Cell]]:
    """Of one color, joined at sides and corners."""
    return [b for b in join(grid, lambda a, b: a == b, STEPS) if grid[min(b)]]


def things(grid: Grid) -> list[set[Cell]]:
    """Of any colors but background."""
    return [t for t in join(grid, lambda a, b: (a > 0) == (b > 0), STEPS) if grid[min(t)]]


def box_of(cells: set[Cell]) -> Box:
    rows, cols = zip(*cells, strict=True)
    return min(rows), min(cols), max(rows), max(cols)


def beyond(at: int, first: int, last: int) -> int:
    return min(at - first, 0) or max(at - last, 0)


def side(number: int) -> int:
    return (number > 0) - (number < 0) + 1


def references(grid: Grid) -> dict[str, Box | None]:
    order = ranked(grid)
    found: dict[str, Box | None] = {}
    every = {cell for cell in cells_of(grid) if grid[cell]}
    for name, color in (("the rarest color", 0), ("the main color", -1)):
        of_color = {cell for cell in every if order and grid[cell] == order[color]}
        found[name] = box_of(of_color) if of_color else None
    sizes = [len(thing) for thing in things(grid)]
    found["the largest thing"] = box_of(things(grid)[sizes.index(max(sizes))]) if sizes else None
    found["all that is there"] = box_of(every) if every else None
    return found


def relative(grid: Grid, cell: Cell) -> dict[str, int]:
    """Features relative to the references."""
    features: dict[str, int] = {}
    for name, box in references(grid).items():
        down = right = top = left = 0
        if box is not None:
            down, right = beyond(cell[0], box[0], box[2]), beyond(cell[1], box[1], box[3])
            top, left = cell[0] - box[0], cell[1] - box[1]
        tall, wide = abs(down), abs(right)
        mine = {
            f"above, beside or below {name}": side(down),
            f"left, along or right of {name}": side(right),
            f"rows away from {name}": tall,
            f"columns away from {name}": wide,
            f"steps from {name}": max(tall, wide),
            f"the shorter way to {name}": min(tall, wide),
            f"steps in line from {name}": tall + wide,
            f"is on a diagonal of {name}": tall == wide,
            f"direction from {name} (0 more beside, 2 more above or below)": side(tall - wide),
            f"is in the box of {name}": max(tall, wide) == 0,
            f"rising diagonal from {name} plus 15": min(max(top + left + 15, 0), MOST),
            f"falling diagonal from {name} plus 15": min(max(top - left + 15, 0), MOST),
            f"rows less columns from {name} modulo 3": (top - left) % 3,
        }
        for m in (2, 3, 4):
            mine[f"steps from {name} modulo {m}"] = max(tall, wide) % m
            mine[f"rows below the top of {name} modulo {m}"] = top % m
            mine[f"columns from the left of {name} modulo {m}"] = left % m
            if m < 4:
                mine[f"rows and columns from {name} modulo {m}"] = (top + left) % m
        features |= {
            words: int(feature) if box is not None else 0 for words, feature in mine.items()
        }
    return features


def nearest(grid: Grid, cell: Cell) -> dict[str, int]:
    """Features of the nearest blobs."""
    features: dict[str, int] = {}
    for way in ("by steps", "in line"):
        apart = []
        for blob in blobs(grid):
            top, left, bottom, right = box_of(blob)
            down, across = beyond(cell[0], top, bottom), beyond(cell[1], left, right)
            far = abs(down) + abs(across) if way == "in line" else max(abs(down), abs(across))
            apart.append((far, int(grid[min(blob)]), down, across))
        far, color, down, across = min(apart, key=lambda found: found[0], default=(99, NONE, 0, 0))
        tied = sum(found[0] == far for found in apart) > 1
        features |= {
            f"color of the nearest blob {way}": color,
            f"has two nearest blobs {way}": int(tied),
            f"distance to the nearest blob {way}": min(far, MOST),
            f"distance to the nearest blob {way} modulo 2": far % 2,
            f"color of the only nearest blob {way}": NONE if tied else color,
        }
    steps = max(abs(down), abs(across))
    return features | {
        "steps to the blob nearest in line": steps,
        "steps to the blob nearest in line modulo 2": steps % 2,
        "above, beside or below the nearest blob": side(down),
        "left, along or right of the nearest blob": side(across),
    }


def spacing(grid: Grid, cell: Cell) -> dict[str, int]:
    """Features of the lattice of markers."""
    order = [color for color in ranked(grid) if counts(grid)[color] > 1]
    down = right = step = 0
    if order:
        markers = [found for found in cells_of(grid) if grid[found] == order[0]]
        (a, b), (c, d) = markers[:2]
        step = max(abs(c - a), abs(d - b))
        middle = markers[len(markers) // 2]
        down, right = cell[0] - middle[0], cell[1] - middle[1]
    return {
        "steps from the middle marker modulo their distance": (
            max(abs(down), abs(right)) % step if step else 0
        ),
        "rows from the middle marker modulo their distance": down % step if step else 0,
        "columns from the middle marker modulo their distance": right % step if step else 0,
        "rows from the middle marker modulo twice their distance": down % (2 * step) if step else 0,
        "columns from the middle marker modulo twice their distance": (
            min(right % (2 * step), MOST) if step else 0
        ),
    }


def borders(grid: Grid, cell: Cell) -> dict[str, int]:
    """Features of the borders."""
    (height, width), (row, col) = grid.shape, cell
    below, right = height - 1 - row, width - 1 - col
    features = {
        "row modulo 4": row % 4,
        "column modulo 4": col % 4,
        "larger of row and column": max(cell),
        "smaller of row and column": min(cell),
        "half from above (1 in the middle)": side(row - below),
        "half from the left": side(col - right),
    }
    for m in (2, 3, 4):
        features[f"row from below modulo {m}"] = below % m
        features[f"column from the right modulo {m}"] = right % m
    return features
