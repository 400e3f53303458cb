"""Templates: what the outputs show around objects, learned relative to each object's middle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from arcgrid_solvers.search.families.objects.scene import Scene, Thing
from arcgrid_solvers.search.families.objects.sheet import NAME, Patch, Shape, Sheet
from arcgrid_solvers.search.problem import Meter

_REACH = 30
_SIDE = 2 * _REACH + 1
_OUTSIDE, _OWN = 10, 11
Frame = NDArray[np.uint8]


def _grid(colors: list[int], height: int, width: int) -> Frame:
    """The grid of cells by color."""
    made = np.zeros(height * width, np.uint8)
    count = -(-height * width // 8)
    for color, mask in enumerate(colors):
        if mask:
            packed = np.frombuffer(mask.to_bytes(count, "little"), np.uint8)
            made[np.unpackbits(packed, bitorder="little", count=height * width) != 0] = color
    return made.reshape(height, width)


def _frame(grid: Frame, thing: Thing, filler: int) -> Frame:
    """A grid moved so that the object's middle (or the cell above and left) is in the middle."""
    frame = np.full((_SIDE, _SIDE), filler, np.uint8)
    top = _REACH - (thing.top + thing.bottom) // 2
    left = _REACH - (thing.left + thing.right) // 2
    frame[top : top + grid.shape[0], left : left + grid.shape[1]] = grid
    return frame


def stamps(sheet: Sheet, pairs: Sequence[int], meter: Meter) -> Iterator[Shape]:
    """Templates for all objects, for those of a color, of a size of the box."""
    keys = (
        lambda thing: (thing.height % 2, thing.width % 2),
        lambda thing: (thing.color,),
        lambda thing: (thing.height, thing.width),
        lambda thing: (thing.size,),
    )
    outs, news = {}, {}
    for pair in pairs:
        after, place = sheet.afters[pair], sheet.scenes[pair].board
        outs[pair] = _grid(after.colors, place.height, place.width)
        changed = [0, after.changed] + [0] * 8
        news[pair] = _grid(changed, place.height, place.width)
    members = [(pair, thing) for pair, thing in sheet.things if pair in outs]
    frames = [
        (thing, _frame(outs[pair], thing, _OUTSIDE), _frame(news[pair], thing, 0) != 0)
        for pair, thing in members
    ]
    seen: set[bytes] = set()
    for key in keys:
        groups: dict[tuple[int, ...], list[int]] = {}
        for index, (_, thing) in enumerate(members):
            groups.setdefault(key(thing), []).append(index)
        for group in groups.values():
            for own in (False, True):
                if meter.exhausted:
                    return
                meter.spend(50 + 80 * len(group), NAME)
                template = _template([frames[index] for index in group], own)
                if template is not None and template.tobytes() not in seen:
                    seen.add(template.tobytes())
                    yield _stamp(template)


def _template(frames: list[tuple[Thing, Frame, NDArray[np.bool_]]], own: bool) -> Frame | None:
    """What all frames agree on where some have changed; `_OUTSIDE` elsewhere."""
    agreed = np.full((_SIDE, _SIDE), _OUTSIDE, np.uint8)
    fine = np.ones((_SIDE, _SIDE), np.bool_)
    fresh = np.zeros((_SIDE, _SIDE), np.uint8)
    for thing, shown, new in frames:
        if own:
            shown = np.where(shown == thing.color, _OWN, shown)
        known = shown != _OUTSIDE
        fine &= ~known | (agreed == _OUTSIDE) | (shown == agreed)
        agreed = np.where(known, shown, agreed)
        fresh += new
    sure = fine & (fresh > 1)
    fine &= fresh > 0
    if 2 * sure.sum() < fine.sum():
        fine = sure
    if own and not (fine & (agreed == _OWN)).any():
        return None
    return np.where(fine, agreed, _OUTSIDE).astype(np.uint8) if fine.any() else None


def _stamp(template: Frame) -> Shape:
    colors: dict[int, list[tuple[int, int]]] = {}
    for row, column in zip(*np.nonzero(template != _OUTSIDE), strict=True):
        cell = (int(row) - _REACH, int(column) - _REACH)
        colors.setdefault(int(template[row, column]), []).append(cell)

    def patch(scene: Scene, thing: Thing) -> Patch | None:
        row, column = (thing.top + thing.bottom) // 2, (thing.left + thing.right) // 2
        layers = []
        for color, cells in colors.items():
            mask = scene.board.put([(row + down, column + right) for down, right in cells])
            layers.append((thing.color if color == _OWN else color, mask))
        return 0, tuple(layers)

    count = sum(len(cells) for cells in colors.values())
    words = f"gets a template of {count} cells stamped around it"
    return Shape("stamp", words, 6.0 + 1.5 * count, patch, painted=False)
