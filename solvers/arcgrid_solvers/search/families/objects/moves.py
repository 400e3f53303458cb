"""Shapes that erase, recolor or move objects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from arcgrid_solvers.search.families.objects.aims import (
    Heading,
    Target,
    aimed,
    nearest,
    own_headings,
    reach,
    singles,
    taken,
    toward,
)
from arcgrid_solvers.search.families.objects.scene import Layers, Scene, Thing, bits_of
from arcgrid_solvers.search.families.objects.sheet import Patch, Shape, Sheet

_MOST_OFFSETS = 12

DELETE = Shape("delete", "is deleted", 2.0, lambda scene, thing: (thing.mask, ()), painted=False)
RECOLOR = Shape("recolor", "is painted", 2.0, lambda scene, thing: (0, thing.layers), own=False)


def moved_layers(scene: Scene, thing: Thing, direction: int, steps: int) -> Layers:
    """The object's cells after some steps."""
    step = scene.board.step
    return tuple([(color, step(mask, direction, steps)) for color, mask in thing.layers])


def steps_to(scene: Scene, thing: Thing, direction: int, border: bool) -> int:
    """How far an object can move before something is in its way, or the border."""
    key = ("steps", thing.index, direction, border)
    found = scene.cache.get(key)
    if found is None:
        obstacles = 0 if border else taken(scene) & ~thing.mask
        found, _ = reach(scene.board, thing.mask, direction, obstacles)
        scene.cache[key] = found
    assert isinstance(found, int)
    return found


def sliding(headings: list[Heading]) -> Iterator[Shape]:
    """Move in a direction until something is in the way, or the border."""
    for heading in headings:
        for border in (False, True):
            yield _slid(heading, border)


def _slid(heading: Heading, border: bool) -> Shape:
    def patch(scene: Scene, thing: Thing) -> Patch | None:
        ways = heading.of(scene, thing)
        if len(ways) != 1:
            return None
        steps = steps_to(scene, thing, ways[0], border)
        return (thing.mask, moved_layers(scene, thing, ways[0], steps)) if steps else None

    until = "to the border" if border else "until something is in its way"
    return Shape("slide", f"moves {heading.words} {until}", 3.0 + heading.bits + border, patch)


def approaching(target: Target) -> Iterator[Shape]:
    """Move toward a target until contact, or a step onto it, maybe as a copy."""
    for keep in (False, True):
        for further in (0, 1):
            for oblique in (False, True):
                yield _approached(target, further, keep, oblique)


def _approached(target: Target, further: int, keep: bool, oblique: bool) -> Shape:
    def patch(scene: Scene, thing: Thing) -> Patch | None:
        found = toward(scene, thing, target.cells(scene, thing), oblique)
        if found is None or not found[1] + further:
            return None
        layers = moved_layers(scene, thing, found[0], found[1] + further)
        return (0 if keep else thing.mask), layers

    words = f"{'is copied' if keep else 'moves'} {'onto' if further else 'up to'} {target.words}"
    words += ", straight or oblique" if oblique else ""
    return Shape("approach", words, 3.0 + target.bits + further + keep + oblique, patch)


def marking(target: Target) -> Iterator[Shape]:
    """Paint the target's cell that is nearest to the object, which may vanish."""
    for keep in (False, True):
        yield _marked(target, keep)


def _marked(target: Target, keep: bool) -> Shape:
    def patch(scene: Scene, thing: Thing) -> Patch | None:
        key = ("nearest", thing.index, target.cells(scene, thing))
        if key not in scene.cache:
            scene.cache[key] = nearest(scene.board, thing, key[2])
        cell = scene.cache[key]
        assert isinstance(cell, int)
        return ((0 if keep else thing.mask), ((thing.color, cell),)) if cell else None

    words = f"{'stays' if keep else 'goes'} and paints the nearest cell of {target.words}"
    return Shape("mark", words, 4.0 + target.bits, patch)


def extent(thing: Thing, direction: int) -> int:
    """The side of the object's box in a direction."""
    if direction < 4:
        return thing.width if direction % 2 else thing.height
    return max(thing.height, thing.width)


def stepping(headings: list[Heading]) -> Iterator[Shape]:
    """Move in a direction by the object's own extent and a gap, as a whole or as a copy."""
    for heading in headings:
        for gap in (0, 1, 2):
            for keep in (False, True):
                yield _stepped(heading, gap, keep)


def _stepped(heading: Heading, gap: int, keep: bool) -> Shape:
    def patch(scene: Scene, thing: Thing) -> Patch | None:
        ways = heading.of(scene, thing)
        if not ways or (len(ways) > 1 and not keep):
            return None
        layers: Layers = ()
        for way in ways:
            layers += moved_layers(scene, thing, way, extent(thing, way) + gap)
        return (0 if keep else thing.mask), layers

    words = "is copied" if keep else "moves"
    words += f" {heading.words} by its own extent" + (f" and {gap} more" if gap else "")
    return Shape("step", words, 4.0 + heading.bits + gap, patch)


def offsets(sheet: Sheet) -> Iterator[Shape]:
    """Move or copy by a fixed offset, as seen from the outputs."""
    counts: Counter[tuple[int, int]] = Counter()
    for pair, thing in sheet.things:
        scene, after = sheet.scenes[pair], sheet.afters[pair]
        color, mask = thing.layers[0]
        row, column = divmod((mask & -mask).bit_length() - 1, scene.board.width)
        for bit in bits_of(after.colors[color] & after.changed):
            down, right = bit // scene.board.width - row, bit % scene.board.width - column
            moved = scene.board.shift(mask, down, right)
            if moved.bit_count() == mask.bit_count() and not moved & ~after.colors[color]:
                counts[down, right] += 1
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    for (down, right), count in ranked[:_MOST_OFFSETS]:
        for keep in (False, True):
            if count > 1:
                yield _offset(down, right, keep)


def _offset(down: int, right: int, keep: bool) -> Shape:
    def patch(scene: Scene, thing: Thing) -> Patch | None:
        shift = scene.board.shift
        layers = tuple([(color, shift(mask, down, right)) for color, mask in thing.layers])
        return (0 if keep else thing.mask), layers

    words = f"{'is copied' if keep else 'moves'} by {down} down and {right} right"
    return Shape("offset", words, 8.0 + keep, patch)


def flipping() -> Iterator[Shape]:
    """Mirror the object in its place, or turn it by a half."""
    for down, right, words in (
        (False, True, "is mirrored left-right"),
        (True, False, "is mirrored upside down"),
        (True, True, "is turned by a half"),
    ):
        for keep in (False, True):
            yield _flipped(down, right, keep, words)


def _flipped(down: bool, right: bool, keep: bool, words: str) -> Shape:
    def patch(scene: Scene, thing: Thing) -> Patch | None:
        rows = thing.top + thing.bottom if down else None
        columns = thing.left + thing.right if right else None
        return (0 if keep else thing.mask), mirrored(scene, thing, rows, columns)

    words += " as well" if keep else ""
    return Shape("flip", words, 4.0 + keep, patch)


def mirrored(scene: Scene, thing: Thing, rows: int | None, columns: int | None) -> Layers:
    """The object's cells, their rows and columns subtracted from these sums."""
    key = ("mirror", thing.index, rows, columns)
    if key not in scene.cache:
        layers = []
        for color, mask in thing.layers:
            cells = [
                (
                    row if rows is None else rows - row,
                    column if columns is None else columns - column,
                )
                for row, column in scene.board.cells(mask)
            ]
            layers.append((color, scene.board.put(cells)))
        scene.cache[key] = tuple(layers)
    found = scene.cache[key]
    assert isinstance(found, tuple)
    return found


def all_headings(marks: list[Target]) -> list[Heading]:
    """Single directions, fixed or seen from the object."""
    return [*singles(), *own_headings(), *(way for target in marks for way in aimed(target))]
