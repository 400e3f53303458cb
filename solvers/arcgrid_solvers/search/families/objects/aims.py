"""What effects refer to besides the object itself: targets, headings, colors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from arcgrid_solvers.search.families.objects.facts import shape_of
from arcgrid_solvers.search.families.objects.scene import (
    DIRECTIONS,
    OPPOSITE,
    STEPS,
    Board,
    Scene,
    Thing,
)
from arcgrid_solvers.search.words import color_name


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """Cells that an object relates to, as seen from it."""

    words: str
    bits: float
    cells: Callable[[Scene, Thing], int]


@dataclass(frozen=True, slots=True, eq=False)
class Heading:
    """Directions, as seen from an object; none where that makes no sense."""

    words: str
    bits: float
    of: Callable[[Scene, Thing], tuple[int, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Paint:
    """A color, as seen from an object; negative where there is none."""

    words: str
    bits: float
    of: Callable[[Scene, Thing], int]


def taken(scene: Scene) -> int:
    """The cells that are not background."""
    return scene.board.full ^ scene.free


def targets(colors: list[int]) -> Iterator[Target]:
    """The kinds of targets, given the colors that all inputs have."""
    yield Target("another object", 1.0, lambda scene, thing: taken(scene) & ~thing.mask)
    for color in colors:
        yield _colored(color)
    yield Target("another of its color", 2.0, _own_color)
    yield Target("a larger one of its color", 2.0, _larger)
    yield Target("one of another color", 2.0, _other_color)
    yield Target("the largest object", 2.5, _largest)


def _colored(color: int) -> Target:
    def colored(scene: Scene, thing: Thing) -> int:
        return scene.colors[color] & ~thing.mask

    return Target(f"the nearest {color_name(color)}", 3.0, colored)


def _own_color(scene: Scene, thing: Thing) -> int:
    return scene.colors[thing.color] & ~thing.mask


def _larger(scene: Scene, thing: Thing) -> int:
    mask = 0
    for other in scene.things:
        if other.color == thing.color and other.size > thing.size:
            mask |= other.mask
    return mask


def _other_color(scene: Scene, thing: Thing) -> int:
    return taken(scene) & ~scene.colors[thing.color] & ~thing.mask


def _largest(scene: Scene, thing: Thing) -> int:
    largest = scene.largest
    return 0 if largest is None or largest is thing else largest.mask


def reach(board: Board, mask: int, direction: int, obstacles: int) -> tuple[int, bool]:
    """How many steps cells can move before an obstacle or the border, and if it is the former."""
    size = mask.bit_count()
    steps = 0
    while True:
        mask = board.step(mask, direction)
        if mask.bit_count() < size:
            return steps, False
        if mask & obstacles:
            return steps, True
        steps += 1


def toward(
    scene: Scene, thing: Thing, target: int, oblique: bool = False
) -> tuple[int, int] | None:
    """Direction of the nearest target that the object would hit, and the steps before that.

    Oblique directions count where no straight one hits, if at all.
    """
    key = (thing.index, target, oblique)
    if key not in scene.cache:
        way = _toward(scene.board, thing, target, range(4)) if target else None
        if way is None and target and oblique:
            way = _toward(scene.board, thing, target, range(4, 8))
        scene.cache[key] = way
    found = scene.cache[key]
    assert found is None or isinstance(found, tuple)
    return found


def _toward(board: Board, thing: Thing, target: int, directions: range) -> tuple[int, int] | None:
    bands = (
        board.box(0, thing.left, thing.top, thing.width),
        board.box(thing.top, thing.right + 1, thing.height, board.width),
        board.box(thing.bottom + 1, thing.left, board.height, thing.width),
        board.box(thing.top, 0, thing.height, thing.left),
    )
    best = None
    for direction in directions:
        if direction < 4 and not bands[direction] & target:
            continue
        steps, hit = reach(board, thing.mask, direction, target)
        if hit and (best is None or steps < best[1]):
            best = direction, steps
    return best


def nearest(board: Board, thing: Thing, target: int) -> int:
    """The one cell of the target that is nearest to an object's box, 0 if there are several."""
    best, found = board.height + board.width, 0
    for row, column in board.cells(target):
        down = max(thing.top - row, row - thing.bottom, 0)
        right = max(thing.left - column, column - thing.right, 0)
        if down + right < best:
            best, found = down + right, 1 << (row * board.width + column)
        elif down + right == best:
            found = 0
    return found


def singles() -> Iterator[Heading]:
    """Each direction."""
    for direction in range(8):
        yield _fixed(DIRECTIONS[direction], 3.0 + (direction >= 4), (direction,))


def sets() -> Iterator[Heading]:
    """Several directions at once."""
    yield _fixed("left and right", 3.0, (1, 3))
    yield _fixed("up and down", 3.0, (0, 2))
    yield _fixed("in all four straight directions", 2.5, (0, 1, 2, 3))
    yield _fixed("in all four oblique directions", 3.0, (4, 5, 6, 7))
    yield _fixed("in all eight directions", 3.5, tuple(range(8)))
    yield _fixed("rising to the right both ways", 4.0, (4, 6))
    yield _fixed("falling to the right both ways", 4.0, (5, 7))


def _fixed(words: str, bits: float, directions: tuple[int, ...]) -> Heading:
    return Heading(words, bits, lambda scene, thing: directions)


def aimed(target: Target) -> Iterator[Heading]:
    """Toward a target, and away from it."""

    def to(scene: Scene, thing: Thing) -> tuple[int, ...]:
        found = toward(scene, thing, target.cells(scene, thing))
        return () if found is None else (found[0],)

    def away(scene: Scene, thing: Thing) -> tuple[int, ...]:
        return tuple(OPPOSITE[direction] for direction in to(scene, thing))

    yield Heading(f"toward {target.words}", 2.0 + target.bits, to)
    yield Heading(f"away from {target.words}", 3.0 + target.bits, away)


def own_headings() -> Iterator[Heading]:
    """Headings that follow from the object itself."""
    yield Heading("along itself", 3.0, _along)
    yield Heading("toward its least common color", 3.0, _leaning)
    yield Heading(
        "away from its least common color",
        3.5,
        lambda scene, thing: tuple(OPPOSITE[d] for d in _leaning(scene, thing)),
    )
    yield Heading("to the nearest border", 3.0, _to_border)
    yield Heading(
        "away from the nearest border",
        3.0,
        lambda scene, thing: tuple(OPPOSITE[d] for d in _to_border(scene, thing)),
    )


def _along(scene: Scene, thing: Thing) -> tuple[int, ...]:
    if thing.height == thing.width:
        return ()
    return (0, 2) if thing.height > thing.width else (1, 3)


def _leaning(scene: Scene, thing: Thing) -> tuple[int, ...]:
    """From the middle of the box toward each cell of the least common color."""
    if len(thing.layers) < 2:
        return ()
    found = set()
    for row, column in scene.board.cells(thing.layers[-1][1]):
        down = 2 * row - thing.top - thing.bottom
        right = 2 * column - thing.left - thing.right
        step = ((down > 0) - (down < 0), (right > 0) - (right < 0))
        if step in STEPS:
            found.add(STEPS.index(step))
    return tuple(sorted(found))


def _to_border(scene: Scene, thing: Thing) -> tuple[int, ...]:
    board = scene.board
    gaps = (
        thing.top,
        board.width - 1 - thing.right,
        board.height - 1 - thing.bottom,
        thing.left,
    )
    least = min(gaps)
    return (gaps.index(least),) if gaps.count(least) == 1 else ()


def constant(color: int) -> Paint:
    """Always the same color."""
    return Paint(color_name(color), 3.0, lambda scene, thing: color)


OWN = Paint("its most common color", 1.0, lambda scene, thing: thing.color)


def _least(scene: Scene, thing: Thing) -> int:
    return thing.layers[-1][0] if len(thing.layers) > 1 else -1


def only_color(scene: Scene, mask: int) -> int:
    """The color that all of some cells have, -1 if there are several or none."""
    found = [color for color, cells in enumerate(scene.colors) if cells & mask]
    return found[0] if len(found) == 1 else -1


def _next(scene: Scene, thing: Thing) -> int:
    """The only color next to the box or in it."""
    around = scene.board.box(thing.top - 1, thing.left - 1, thing.height + 2, thing.width + 2)
    return only_color(scene, around & taken(scene) & ~thing.mask)


def _of_largest(scene: Scene, thing: Thing) -> int:
    return -1 if scene.largest is None or scene.largest is thing else scene.largest.color


def _met(scene: Scene, thing: Thing) -> int:
    """The color of what it would hit first in a straight or oblique direction."""
    target = taken(scene) & ~thing.mask
    found = toward(scene, thing, target)
    if found is None:
        return -1
    return only_color(scene, scene.board.step(thing.mask, found[0], found[1] + 1) & target)


def _same_shape(scene: Scene, thing: Thing) -> int:
    """The color of the others of its shape, if that is one other color."""
    key = ("shapes",)
    if key not in scene.cache:
        scene.cache[key] = [shape_of(other, scene.board) for other in scene.things]
    shapes = scene.cache[key]
    assert isinstance(shapes, list)
    found = {
        other.color
        for other, shape in zip(scene.things, shapes, strict=True)
        if shape == shapes[thing.index] and other.color != thing.color
    }
    return found.pop() if len(found) == 1 else -1


def _around(scene: Scene, thing: Thing) -> int:
    """The color of the smallest object whose box it lies in."""
    outer = [
        other
        for other in scene.things
        if other.top < thing.top
        and other.left < thing.left
        and other.right > thing.right
        and other.bottom > thing.bottom
    ]
    return min(outer, key=lambda other: other.height * other.width).color if outer else -1


def paints(new: list[int]) -> list[Paint]:
    """Colors to paint with, given those that changed cells get."""
    return [
        *map(constant, new),
        OWN,
        Paint("its least common color", 2.0, _least),
        Paint("the color next to it", 2.0, _next),
        Paint("the color of the largest object", 2.5, _of_largest),
        Paint("the color of what it points at", 3.0, _met),
        Paint("the color of another of its shape", 2.5, _same_shape),
        Paint("the color of what is around it", 2.5, _around),
    ]
