"""Shapes whose place is that of another object: aligned with it, or it copied to this one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from arcgrid_solvers.search.families.objects.aims import Target
from arcgrid_solvers.search.families.objects.scene import Layers, Scene, Thing
from arcgrid_solvers.search.families.objects.sheet import Patch, Shape

Box = tuple[int, int, int, int]
"""Top, left, bottom, right."""

_WAYS: tuple[tuple[str, Callable[[Box, Box], tuple[int, int]]], ...] = (
    ("its top is in line with", lambda own, other: (other[0] - own[0], 0)),
    ("its bottom is in line with", lambda own, other: (other[2] - own[2], 0)),
    ("its left side is in line with", lambda own, other: (0, other[1] - own[1])),
    ("its right side is in line with", lambda own, other: (0, other[3] - own[3])),
    ("it is in the same rows as the middle of", lambda own, other: (_middle(own, other, 0), 0)),
    ("it is in the same columns as the middle of", lambda own, other: (0, _middle(own, other, 1))),
    (
        "it is in the middle of",
        lambda own, other: (_middle(own, other, 0), _middle(own, other, 1)),
    ),
)


def _middle(own: Box, other: Box, axis: int) -> int:
    """How far the middle of a box must move."""
    return (other[axis] + other[axis + 2] - own[axis] - own[axis + 2]) // 2


def aligning(target: Target) -> Iterator[Shape]:
    """Move or copy the object so that it is in line with a target."""
    for words, way in _WAYS:
        for keep in (False, True):
            yield _aligned(target, words, way, keep)


def _target_box(scene: Scene, thing: Thing, target: Target) -> Box | None:
    cells = target.cells(scene, thing)
    key = ("box", cells)
    if key not in scene.cache:
        places = scene.board.cells(cells)
        rows, columns = [row for row, _ in places], [column for _, column in places]
        box = (min(rows), min(columns), max(rows), max(columns)) if places else None
        scene.cache[key] = box
    found = scene.cache[key]
    assert found is None or isinstance(found, tuple)
    return found


def _aligned(
    target: Target, words: str, way: Callable[[Box, Box], tuple[int, int]], keep: bool
) -> Shape:
    def patch(scene: Scene, thing: Thing) -> Patch | None:
        box = _target_box(scene, thing, target)
        if box is None:
            return None
        down, right = way((thing.top, thing.left, thing.bottom, thing.right), box)
        if not down and not right:
            return None
        return (0 if keep else thing.mask), _shifted(scene, thing, down, right)

    said = f"{'is copied' if keep else 'moves'} such that {words} {target.words}"
    return Shape("align", said, 4.0 + target.bits + keep, patch)


def _shifted(scene: Scene, thing: Thing, down: int, right: int) -> Layers:
    shift = scene.board.shift
    return tuple([(color, shift(mask, down, right)) for color, mask in thing.layers])


def _most_colors(scene: Scene) -> Thing | None:
    """The one object of the most colors."""
    most = max((len(thing.layers) for thing in scene.things), default=0)
    found = [thing for thing in scene.things if len(thing.layers) == most]
    return found[0] if len(found) == 1 else None


def pasting() -> Iterator[Shape]:
    """Copy a special object to the middle of this one, which may vanish."""
    for words, find in (
        ("the largest object", lambda scene: scene.largest),
        ("the object of the most colors", _most_colors),
    ):
        for keep in (True, False):
            yield _pasted(words, find, keep)


def _pasted(words: str, find: Callable[[Scene], Thing | None], keep: bool) -> Shape:
    def patch(scene: Scene, thing: Thing) -> Patch | None:
        source = find(scene)
        if source is None or source is thing:
            return None
        down = (thing.top + thing.bottom - source.top - source.bottom) // 2
        right = (thing.left + thing.right - source.left - source.right) // 2
        return (0 if keep else thing.mask), _shifted(scene, source, down, right)

    said = f"gets {words} copied {'to' if keep else 'in place of'} it"
    return Shape("paste", said, 5.0, patch)
