"""Shapes that are drawn: rays, rows of copies, connections, boxes, reflections."""

from __future__ import annotations

from collections.abc import Iterator

from arcgrid_solvers.search.families.objects.aims import Heading, Target, toward
from arcgrid_solvers.search.families.objects.moves import extent, mirrored, moved_layers
from arcgrid_solvers.search.families.objects.scene import STEPS, Layers, Scene, Thing
from arcgrid_solvers.search.families.objects.sheet import Patch, Shape

_STOPS = ("until something is in its way", "to the border", "to the border behind all else")
_SOURCES = ("it", "its middle", "its corner", "its least common color")
_EVERY, _MIDDLE, _CORNER, _LEAST = range(4)


def rays(headings: list[Heading], sources: tuple[int, ...]) -> Iterator[Shape]:
    """Rays from the object."""
    for heading in headings:
        for source in sources:
            for stop in range(3):
                yield _ray(heading, source, stop)


def _source(scene: Scene, thing: Thing, source: int, direction: int) -> int:
    """The cells that a ray starts from."""
    if source == _EVERY:
        return thing.mask
    if source == _LEAST:
        return thing.layers[-1][1] if len(thing.layers) > 1 else 0
    if source == _MIDDLE:
        top, left = (thing.top + thing.bottom) // 2, (thing.left + thing.right) // 2
        return scene.board.box(top, left, 2 - thing.height % 2, 2 - thing.width % 2)
    down, right = STEPS[direction]
    if not down or not right:
        return 0
    row = thing.bottom if down > 0 else thing.top
    return scene.board.box(row, thing.right if right > 0 else thing.left, 1, 1)


def _swept(scene: Scene, thing: Thing, source: int, way: int, stop: int) -> int:
    """The cells of a ray."""
    key = (thing.index, source, way, stop)
    found = scene.cache.get(key)
    if found is None:
        front = _source(scene, thing, source, way)
        free = scene.board.full if stop else scene.free
        if source == _MIDDLE and not stop:
            # It begins within the object, and shows where the object is not.
            free |= thing.mask
        found = scene.board.sweep(front, way, free)
        found &= scene.free if stop == 2 or source == _MIDDLE else ~front
        scene.cache[key] = found
    assert isinstance(found, int)
    return found


def _ray(heading: Heading, source: int, stop: int) -> Shape:
    def patch(scene: Scene, thing: Thing) -> Patch | None:
        drawn = 0
        for way in heading.of(scene, thing):
            drawn |= _swept(scene, thing, source, way, stop)
        return (0, ((thing.color, drawn),)) if drawn else None

    words = f"sends a ray from {_SOURCES[source]} {heading.words} {_STOPS[stop]}"
    bits = 3.0 + heading.bits + (0.0, 1.5, 2.0, 1.5)[source] + (0.0, 0.5, 1.0)[stop]
    return Shape("ray", words, bits, patch)


def repeating(headings: list[Heading]) -> Iterator[Shape]:
    """The object repeated in a direction to the border."""
    for heading in headings:
        for gap in (0, 1, 2):
            yield _repeated(heading, gap)


def _repeated(heading: Heading, gap: int) -> Shape:
    def patch(scene: Scene, thing: Thing) -> Patch | None:
        layers: Layers = ()
        for way in heading.of(scene, thing):
            key = ("repeat", thing.index, way, gap)
            if key not in scene.cache:
                scene.cache[key] = _row_of(scene, thing, way, extent(thing, way) + gap)
            found = scene.cache[key]
            assert isinstance(found, tuple)
            layers += found
        return (0, layers) if layers else None

    words = f"is repeated {heading.words}" + (f" with gaps of {gap}" if gap else "")
    return Shape("repeat", words, 4.0 + heading.bits + gap, patch)


def _row_of(scene: Scene, thing: Thing, way: int, step: int) -> Layers:
    """Copies of an object, a step apart."""
    layers: Layers = ()
    for times in range(1, 31):
        more = moved_layers(scene, thing, way, step * times)
        if not any(mask for _, mask in more):
            break
        layers += more
    return layers


def connecting(target: Target) -> Iterator[Shape]:
    """The way from the object to a target that it would hit."""
    for oblique in (False, True):
        yield _connected(target, oblique)


def _connected(target: Target, oblique: bool) -> Shape:
    def patch(scene: Scene, thing: Thing) -> Patch | None:
        found = toward(scene, thing, target.cells(scene, thing), oblique)
        if found is None or not found[1]:
            return None
        drawn, front = 0, thing.mask
        for _ in range(found[1]):
            front = scene.board.step(front, found[0])
            drawn |= front
        drawn &= ~thing.mask
        return 0, ((thing.color, drawn),)

    words = f"is connected with {target.words}" + (", straight or oblique" if oblique else "")
    return Shape("connect", words, 2.0 + target.bits + oblique, patch)


def boxes() -> Iterator[Shape]:
    """The box around the object, filled or surrounded, and the cells next to it."""
    yield Shape("box", "gets its box filled", 3.0, _filled, own=False)
    yield Shape("inside", "gets its holes filled", 2.0, _inside, own=False)
    for thickness in (1, 2, 0):
        yield _ringed(thickness)
    yield Shape("outline", "gets free cells around it painted", 3.0, _outlined)


def _inside(scene: Scene, thing: Thing) -> Patch | None:
    """The background that the object encloses, up to corners."""
    board = scene.board
    box = board.box(thing.top, thing.left, thing.height, thing.width) & ~thing.mask
    core = board.box(thing.top + 1, thing.left + 1, thing.height - 2, thing.width - 2)
    outside = box & ~core
    rest = box & core
    while rest and outside:
        outside = rest & (
            board.step(outside, 0)
            | board.step(outside, 1)
            | board.step(outside, 2)
            | board.step(outside, 3)
        )
        rest &= ~outside
    rest &= scene.free
    return (0, ((thing.color, rest),)) if rest else None


def _filled(scene: Scene, thing: Thing) -> Patch | None:
    box = scene.board.box(thing.top, thing.left, thing.height, thing.width) & scene.free
    return (0, ((thing.color, box),)) if box else None


def _outlined(scene: Scene, thing: Thing) -> Patch | None:
    around = 0
    for direction in range(8):
        around |= scene.board.step(thing.mask, direction)
    around &= scene.free
    return (0, ((thing.color, around),)) if around else None


def _ringed(thickness: int) -> Shape:
    """Thickness 0 is half of the shorter side."""

    def patch(scene: Scene, thing: Thing) -> Patch | None:
        by = thickness or min(thing.height, thing.width) // 2
        board = scene.board
        outer = board.box(
            thing.top - by, thing.left - by, thing.height + 2 * by, thing.width + 2 * by
        )
        inner = board.box(thing.top, thing.left, thing.height, thing.width)
        return (0, ((thing.color, outer & ~inner),)) if by else None

    size = f"of {thickness}" if thickness else "of half its side"
    return Shape("ring", f"gets a frame {size}", 3.0 + thickness / 2, patch)


def reflecting(target: Target) -> Iterator[Shape]:
    """The object mirrored at the middle of a target, or at the target's line it points at."""
    for ways, words in (
        (((0, 1),), "left-right"),
        (((1, 0),), "upside down"),
        (((0, 1), (1, 0), (1, 1)), "in both ways"),
    ):
        yield _reflected(target, ways, words)
    for keep in (False, True):
        yield _across(target, keep)


def _reflected(target: Target, ways: tuple[tuple[int, int], ...], words: str) -> Shape:
    def patch(scene: Scene, thing: Thing) -> Patch | None:
        cells = scene.board.cells(target.cells(scene, thing))
        if not cells:
            return None
        rows = min(row for row, _ in cells) + max(row for row, _ in cells)
        columns = min(column for _, column in cells) + max(column for _, column in cells)
        layers: Layers = ()
        for down, right in ways:
            layers += mirrored(scene, thing, rows if down else None, columns if right else None)
        return 0, layers

    said = f"is mirrored {words} at the middle of {target.words}"
    return Shape("reflect", said, 5.0 + target.bits, patch)


def _across(target: Target, keep: bool) -> Shape:
    def patch(scene: Scene, thing: Thing) -> Patch | None:
        cells = target.cells(scene, thing)
        found = toward(scene, thing, cells)
        if found is None or found[0] > 3:
            return None
        met = scene.board.step(thing.mask, found[0], found[1] + 1) & cells
        other = next((other for other in scene.things if other.mask & met), None)
        if other is None:
            return None
        upright = found[0] % 2 == 0
        lines = [cell[0] if upright else cell[1] for cell in scene.board.cells(other.mask)]
        axis = 2 * max(sorted(set(lines)), key=lines.count)
        layers = mirrored(scene, thing, axis if upright else None, None if upright else axis)
        return (0 if keep else thing.mask), layers

    words = f"is {'copied' if keep else 'moved'} to the other side of {target.words}"
    return Shape("across", words, 5.0 + target.bits + keep, patch)


def unfolding(headings: list[Heading]) -> Iterator[Shape]:
    """The object's mirror image next to it."""
    for heading in headings:
        for overlap in (0, 1):
            yield _unfolded(heading, overlap)


def _unfolded(heading: Heading, overlap: int) -> Shape:
    def patch(scene: Scene, thing: Thing) -> Patch | None:
        layers: Layers = ()
        for way in heading.of(scene, thing):
            if way > 3:
                return None
            edge = (
                2 * thing.top - 1 + overlap,
                2 * thing.right + 1 - overlap,
                2 * thing.bottom + 1 - overlap,
                2 * thing.left - 1 + overlap,
            )[way]
            rows, columns = (edge, None) if way % 2 == 0 else (None, edge)
            layers += mirrored(scene, thing, rows, columns)
        return (0, layers) if layers else None

    words = f"is unfolded {heading.words}" + (" about its edge" if overlap else "")
    return Shape("unfold", words, 4.0 + heading.bits + overlap, patch)
