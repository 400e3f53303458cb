"""More of the further features of cells, slowly: of extents, of ways, of patterns, of kinds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from arcgrid import Grid
from tests.search.families.cells.twins import STEPS, look
from tests.search.families.layers.plain_features import (
    MOST,
    NONE,
    Box,
    Cell,
    blobs,
    box_of,
    cells_of,
    join,
    ranked,
    side,
    things,
)

Item = TypeVar("Item")


def rectangles(mask: set[Cell], height: int, width: int) -> list[set[Cell]]:
    """All rectangles of cells of a set, of any shape."""
    found = []
    for top, left in mask:
        for bottom in range(top, height):
            for right in range(left, width):
                cells = {
                    (row, col) for row in range(top, bottom + 1) for col in range(left, right + 1)
                }
                if not cells <= mask:
                    break
                found.append(cells)
    return found


def rectangle_features(
    what: str, mask: set[Cell], every: list[set[Cell]], shape: tuple[int, int]
) -> dict[str, set[Cell]]:
    """The cells for which each flag of the rectangles of some cells holds."""
    height, width = shape

    def within(shapes: set[tuple[int, int]]) -> set[Cell]:
        found: set[Cell] = set()
        for one in every:
            top, left, bottom, right = box_of(one)
            if (bottom + 1 - top, right + 1 - left) in shapes:
                found |= one
        return found

    bands = {(height, n) for n in range(2, width + 1)} | {(n, width) for n in range(2, height + 1)}
    largest = max((len(one) for one in every), default=0)
    return {
        f"is in a largest {what} rectangle": {
            cell for one in every if len(one) == largest >= 4 for cell in one
        },
        f"is in a {what} square of side 2": within({(2, 2)}),
        f"is in a {what} square of side 3": within({(3, 3)}),
        f"is in three {what} cells in a row": within({(1, 3), (3, 1)}),
        f"is in a {what} square of side 4": within({(4, 4)}),
        f"is in a {what} band from border to border": within(
            {shape for shape in bands if shape[0] * shape[1] >= 4}
        ),
    }


def extents(grid: Grid) -> dict[str, dict[Cell, int]]:
    """Features of rectangles, of all cells at once."""
    features: dict[str, dict[Cell, int]] = {}
    for what in ("background", "filled"):
        mask = {cell for cell in cells_of(grid) if (grid[cell] == 0) == (what == "background")}
        every = rectangles(mask, *grid.shape)
        area = {
            cell: max((len(r) for r in every if cell in r and len(r) >= 4), default=0)
            for cell in cells_of(grid)
        }
        for words, cells in rectangle_features(what, mask, every, grid.shape).items():
            features[words] = {cell: int(cell in cells) for cell in area}
        features[f"area of the {what} rectangle"] = {
            cell: min(size, MOST) for cell, size in area.items()
        }
        features[f"larger {what} rectangles"] = {
            cell: min(len({other for other in area.values() if other > size}), MOST)
            for cell, size in area.items()
        }
    return features


IN_BOX = (
    "half of the blob's box from above (1 in the middle)",
    "half of the blob's box from the left",
    "is in the middle of a blob's box",
    "is a corner of a blob's box",
    "row in the blob's box modulo 2",
    "column in the blob's box modulo 2",
    "is in a blob's box",
    "depth in the blob's box",
)


def boxed(grid: Grid, cell: Cell) -> dict[str, int]:
    """Features of the smallest box of a blob around a cell, and of clusters."""
    around = [box_of(blob) for blob in blobs(grid) if is_in(cell, box_of(blob))]
    features = dict.fromkeys(IN_BOX, 0)
    if around:
        top, left, bottom, right = min(
            around, key=lambda box: (box[2] + 1 - box[0]) * (box[3] + 1 - box[1])
        )
        i, j, below, beside = cell[0] - top, cell[1] - left, bottom - cell[0], right - cell[1]
        found = (
            side(i - below),
            side(j - beside),
            abs(i - below) <= 1 and abs(j - beside) <= 1,
            min(i, below) == 0 and min(j, beside) == 0,
            i % 2,
            j % 2,
            True,
            min(i, below, j, beside),
        )
        features = dict(zip(IN_BOX, map(int, found), strict=True))
    for place, words in enumerate(("rarest", "second rarest")):
        colors = ranked(grid)[place : place + 1]
        cells = {found for found in cells_of(grid) if int(grid[found]) in colors}
        features[f"is in the box of a cluster of the {words} color"] = int(
            any(len(one) > 1 and is_in(cell, box_of(one)) for one in clusters(cells))
        )
    return features


def is_in(cell: Cell, box: Box) -> bool:
    return box[0] <= cell[0] <= box[2] and box[1] <= cell[1] <= box[3]


def clusters(cells: set[Cell]) -> list[set[Cell]]:
    """Cells in groups: the squares of side 3 around two of a group touch, from one to the next."""
    left, found = set(cells), []
    while left:
        group = {left.pop()}
        todo = list(group)
        while todo:
            row, col = todo.pop()
            near = {c for c in left if max(abs(c[0] - row), abs(c[1] - col)) <= 3}
            left -= near
            group |= near
            todo += near
        found.append(group)
    return found


def ways(grid: Grid) -> dict[str, dict[Cell, int]]:
    """Features of ways, of all cells at once."""
    features: dict[str, dict[Cell, int]] = {}
    order = ranked(grid)
    steps = [walk(grid, color) for color in order]
    for place, words in enumerate(("rarest", "second rarest", "third rarest")):
        far = steps[place] if place < len(order) else dict.fromkeys(cells_of(grid), MOST)
        features[f"way from the {words} color"] = far
        features[f"way from the {words} color modulo 2 (2: none)"] = {
            cell: 2 if n == MOST else n % 2 for cell, n in far.items()
        }
        features[f"has a way from the {words} color"] = {c: int(n < MOST) for c, n in far.items()}
    features["color with the shortest way"] = {
        cell: min(
            ((far[cell], place, order[place]) for place, far in enumerate(steps)),
            default=(MOST, 0, NONE),
        )[2]
        if any(far[cell] < MOST for far in steps)
        else NONE
        for cell in cells_of(grid)
    }
    return features


def walk(grid: Grid, color: int) -> dict[Cell, int]:
    """Steps through background from the nearest cell of a color."""
    far = {cell: 0 if grid[cell] == color else MOST for cell in cells_of(grid)}
    for n in range(1, MOST):
        for row, col in [cell for cell in far if far[cell] == n - 1]:
            for down, right in STEPS[::2]:
                near = (row + down, col + right)
                if look(grid, *near) == 0 and far[near] == MOST:
                    far[near] = n
    return far


def through(grid: Grid, cell: Cell) -> dict[str, int]:
    """Rare colors that are seen through all else."""
    words = ("above", "above right", "right", "below right", "below", "below left", "left")
    order = ranked(grid)
    rare = set(order[:-1]) if len(order) > 1 else set(order)
    features = {}
    for (down, right), name in zip(STEPS, (*words, "above left"), strict=True):
        seen = [
            look(grid, cell[0] + n * down, cell[1] + n * right) for n in range(1, max(grid.shape))
        ]
        features[f"rare color {name}"] = next((color for color in seen if color in rare), NONE)
    found = list(features.values())
    for name, some in (("on a diagonal", found[1::2]), ("in line", found[::2])):
        features[f"rare color {name}"] = next((color for color in some if color != NONE), NONE)
    return features


def main(line: list[int]) -> int:
    """The most common color of a line."""
    return max(range(10), key=line.count)


def period(items: list[Item]) -> int:
    """The shortest period of a list."""
    return next(n for n in range(1, len(items) + 1) if items[n:] == items[: len(items) - n])


def continued(items: list[Item], empty: Callable[[Item], bool], at: int) -> Item | None:
    """What would be at a place if what is between the first and the last went on; None if empty."""
    there = [k for k, item in enumerate(items) if not empty(item)]
    if not there:
        return None
    span = items[there[0] : there[-1] + 1]
    return span[(at - there[0]) % period(span)]


def patterns(grid: Grid, cell: Cell) -> dict[str, int]:
    """Colors that patterns would put at a cell."""
    (row, col), (height, width) = cell, grid.shape
    features: dict[str, int | None] = {}
    for name, line, at in (
        ("row", grid[row].tolist(), col),
        ("column", grid[:, col].tolist(), row),
    ):
        enough = len(line) - line.count(0) > 1
        features[f"color of the {name} continued"] = continued(line, lambda c: c == 0, at)
        if not enough:
            features[f"color of the {name} continued"] = NONE
        features[f"majority of the {name}"] = main(line)
    wholes = {"rows": (grid.tolist(), row, col), "columns": (grid.T.tolist(), col, row)}
    for name, (some, at, along) in wholes.items():
        whole: list[int] | None = continued(some, lambda line: not any(line), at)
        features[f"color of the {name} continued"] = NONE if whole is None else whole[along]
    agree = 0
    for line, sign in [(r, 1) for r in grid.tolist()] + [(c, -1) for c in grid.T.tolist()]:
        agree += sign * line.count(main(line))
    features["majority of the row or column, whichever is the rule"] = features[
        "majority of the row" if agree > 0 else "majority of the column"
    ]
    empty = [k for k, line in enumerate(grid.tolist()) if not any(line)]
    features["color in the first row at the row's number"] = grid[0, row % width]
    features["color in the first row at the row's number below the pattern"] = (
        grid[0, (row - empty[0]) % width] if empty else NONE
    )
    features["color in the first column at the column's number"] = grid[col % height, 0]
    return {words: NONE if feature is None else int(feature) for words, feature in features.items()}


def kinds(grid: Grid, cell: Cell, names: tuple[str, ...]) -> dict[str, int]:
    """Colors in the thing and next to the region, and blobs that look like the cell's own."""
    thing = next((t for t in things(grid) if cell in t), set())
    region = next(r for r in join(grid, lambda a, b: a == b, STEPS[::2]) if cell in r)
    around = {
        look(grid, row + down, col + right)
        for row, col in region
        for down, right in STEPS[::2]
        if (row + down, col + right) not in region
    }
    features = {}
    for color, name in enumerate(names):
        features[f"{name} is in the thing"] = int(color in {int(grid[c]) for c in thing})
        features[f"{name} is next to the region"] = int(color in around)
    own = next((blob for blob in blobs(grid) if cell in blob), None)
    features |= dict(
        zip(
            (
                "blobs of this very shape",
                "color of the others of this very shape",
                "blob has the shape of one in a corner",
            ),
            alike(grid, own) if own else (0, NONE, 0),
            strict=True,
        )
    )
    return features


def shape_of(cells: set[Cell]) -> frozenset[Cell]:
    top, left, _, _ = box_of(cells)
    return frozenset((row - top, col - left) for row, col in cells)


def alike(grid: Grid, own: set[Cell]) -> tuple[int, int, int]:
    same = [blob for blob in blobs(grid) if shape_of(blob) == shape_of(own)]
    colors = {int(grid[min(blob)]) for blob in same if blob != own}
    corners = {(r, c) for r in (0, grid.shape[0] - 1) for c in (0, grid.shape[1] - 1)}
    others = any(blob & corners for blob in same if blob != own)
    return (
        min(len(same), 5),
        colors.pop() if len(colors) == 1 else NONE,
        int(others and not own & corners),
    )


MOTIONS: dict[str, Callable[[int, int, int, int], tuple[float, float]]] = {
    "left-right": lambda a, b, row, col: (row, b - col),
    "upside down": lambda a, b, row, col: (a - row, col),
    "half a turn": lambda a, b, row, col: (a - row, b - col),
    "a quarter turn": lambda a, b, row, col: ((a - b) / 2 + col, (a + b) / 2 - row),
    "a quarter turn back": lambda a, b, row, col: ((a + b) / 2 - col, (b - a) / 2 + row),
    "diagonally": lambda a, b, row, col: ((a - b) / 2 + col, (b - a) / 2 + row),
}
"""Where each takes a cell, with twice the row and the column of the center."""


def symmetric(grid: Grid, ignored: int) -> dict[str, dict[Cell, int]]:
    """What each symmetry about its best center puts where; colors by motion and cell."""
    filled = [cell for cell in cells_of(grid) if grid[cell] not in (0, ignored)]
    features = {}
    for name, move in MOTIONS.items():
        best: tuple[int, tuple[int, int] | None] = (0, None)
        if len(filled) >= 4:
            top, left, bottom, right = box_of(set(filled))
            for a in range(2 * top, 2 * bottom + 1) if name != "left-right" else (0,):
                for b in range(2 * left, 2 * right + 1) if name != "upside down" else (0,):
                    if (a + b) % 2 and list(MOTIONS).index(name) > 2:
                        continue
                    score = 0
                    for row, col in filled:
                        color = look(grid, *map(int, move(a, b, row, col)))
                        unknown = color in (NONE, ignored)
                        score += -1 if unknown else 2 if color == grid[row, col] else -4
                    if best[1] is None or score > best[0]:
                        best = (score, (a, b))
        features[name] = {
            cell: NONE if best[1] is None else look(grid, *map(int, move(*best[1], *cell)))
            for cell in cells_of(grid)
        }
    return features


def symmetries(grid: Grid) -> dict[str, dict[Cell, int]]:
    """Features of symmetry, of all cells at once."""
    order = ranked(grid)
    several = len(order) > 1
    features = {}
    for words, ignored in (
        ("", NONE),
        (" without the rarest color", order[0] if several else NONE),
        (" without the main color", order[-1] if several else NONE),
    ):
        found = symmetric(grid, ignored)
        for name, colors in found.items():
            features[f"color by symmetry {name}{words}"] = colors
        turns = [name for name in found if "turn" in name]
        for name, some, otherwise in (("symmetry", list(found), 0), ("turn", turns, NONE)):
            features[f"color by any {name}{words}"] = {
                cell: next(
                    (found[way][cell] for way in some if found[way][cell] not in (0, NONE)),
                    otherwise,
                )
                for cell in cells_of(grid)
            }
    return features
