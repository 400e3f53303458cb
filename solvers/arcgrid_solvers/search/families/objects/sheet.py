"""Effects on objects, and what the pairs say of them: whom they suit and what they explain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from arcgrid import Grid
from arcgrid_solvers.background import Background
from arcgrid_solvers.search.families.objects.aims import Paint
from arcgrid_solvers.search.families.objects.facts import Conditions, Facts, Selector, facts_of
from arcgrid_solvers.search.families.objects.scene import (
    Layers,
    Scene,
    Segmentation,
    Thing,
    bits_of,
    make_scene,
    masks_of,
)
from arcgrid_solvers.search.problem import Meter, Problem

NAME = "objects"
MOST_THINGS = 60

Patch = tuple[int, Layers]
"""Cells that become background, and then cells to paint by color."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """What becomes of an object's cells, their colors aside.

    Attributes:
        patch: cells to erase, cells to draw in the object's own colors; None where senseless.
        own: whether it may be drawn in the object's own colors.
        painted: whether it may be drawn in one color of any kind.
    """

    kind: str
    words: str
    bits: float
    patch: Callable[[Scene, Thing], Patch | None]
    own: bool = True
    painted: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Effect:
    """A shape with what it is drawn in; without a paint that is the object's own colors."""

    shape: Shape
    paint: Paint | None

    @property
    def kind(self) -> str:
        """The kind of its shape."""
        return self.shape.kind

    @property
    def bits(self) -> float:
        """What it costs to say."""
        return self.shape.bits + (self.paint.bits if self.paint else 0.0)

    @property
    def words(self) -> str:
        """The effect in words."""
        return self.shape.words + (f" in {self.paint.words}" if self.paint else "")

    def patch(self, scene: Scene, thing: Thing) -> Patch | None:
        """What it does to an object of a scene."""
        patch = self.shape.patch(scene, thing)
        if patch is None or self.paint is None:
            return patch
        color = self.paint.of(scene, thing)
        return None if color < 0 else (patch[0], ((color, joined(patch[1])),))


def joined(layers: Layers) -> int:
    """The cells of all layers."""
    mask = 0
    for _, cells in layers:
        mask |= cells
    return mask


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """What the pairs say of an effect.

    Attributes:
        suits, harms: the objects where it agrees with the output, and where it does not.
        explains: for objects that it suits, the changed cells that it explains.
        total: all of those.
    """

    effect: Effect
    suits: int
    harms: int
    explains: dict[int, int]
    total: int


@dataclass(frozen=True, slots=True, eq=False)
class After:
    """An output as seen from its input: cells by color, the changed ones, where its bits begin."""

    colors: list[int]
    changed: int
    start: int
    cells: bytes


@dataclass(slots=True)
class _Tally:
    """What becomes of all objects under one shape.

    Attributes:
        drawn: the objects that it makes sense for.
        fine: those where it agrees with the output in the object's own colors.
        ones: those where it does if drawn in a color, by color.
        covers: the changed cells that it explains if it agrees, by object.
        useful: the objects where there are such cells.
    """

    drawn: int = 0
    fine: int = 0
    useful: int = 0
    ones: dict[int, int] = field(default_factory=dict)
    covers: dict[int, int] = field(default_factory=dict)

    def trial(self, effect: Effect, suits: int, drawn: int) -> Trial | None:
        """The trial of the shape in a paint, given whom that suits; None if it is useless."""
        useful = suits & self.useful
        if not useful:
            return None
        total = 0
        explains = {index: self.covers[index] for index in bits_of(useful)}
        for cells in explains.values():
            total |= cells
        return Trial(effect, suits, drawn & ~suits, explains, total)


class Census:
    """All objects of a problem seen in one way, with their facts.

    Attributes:
        scenes, facts: of the train inputs.
        things: the objects of the train inputs, each with the index of its pair.
        table: what tells them apart; objects of the tests come after those of the pairs.
    """

    def __init__(
        self, pairs: int, background: Background, segmentation: Segmentation, scenes: list[Scene]
    ) -> None:
        self.segmentation, self.background = segmentation, background
        rows = [facts_of(scene) for scene in scenes]
        self.conditions = Conditions([row for some in rows for row in some])
        self.scenes, self.facts = scenes[:pairs], rows[:pairs]
        self.things = [
            (index, thing) for index, scene in enumerate(self.scenes) for thing in scene.things
        ]


class Sheet(Census):
    """A census with what becomes of the cells in outputs of the inputs' shapes.

    Attributes:
        painted: for each paint (see `mix`) whose color in it is which.
        afters: the outputs.
        patience: a shape that is of no use up to the pair of this index is given up.
    """

    def __init__(
        self,
        problem: Problem,
        background: Background,
        segmentation: Segmentation,
        scenes: list[Scene],
    ) -> None:
        super().__init__(len(problem.inputs), background, segmentation, scenes)
        self.painted: list[dict[int, int]] = []
        self.afters: list[After] = []
        start = 0
        for scene, output in zip(self.scenes, problem.outputs, strict=True):
            colors = masks_of(output, 10)
            same = sum(a & b for a, b in zip(colors, scene.colors, strict=True))
            changed = scene.board.full ^ same
            self.afters.append(After(colors, changed, start, output.tobytes()))
            start += output.size
        self.patience = 1 if all(after.changed for after in self.afters[:2]) else len(self.afters)

    def weigh(self, shape: Shape, paints: Sequence[Paint], meter: Meter) -> list[Trial]:
        """What the pairs say of a shape in every paint that explains something."""
        tally = self._tally(shape, meter)
        if not tally.useful:
            return []
        found = []
        if shape.own:
            found.append(tally.trial(Effect(shape, None), tally.fine, tally.drawn))
        for paint, sets in zip(paints, self.painted, strict=True):
            if shape.painted:
                suits = drawn = 0
                for color, members in sets.items():
                    suits |= members & tally.ones.get(color, 0)
                    drawn |= members & tally.drawn
                found.append(tally.trial(Effect(shape, paint), suits, drawn))
        meter.spend(3 * len(found), NAME)
        return [row for row in found if row is not None]

    def _tally(self, shape: Shape, meter: Meter) -> _Tally:
        """Try a shape on all objects; stop if it does nothing good in the first two pairs."""
        tally = _Tally()
        tried = 0
        for index, (pair, thing) in enumerate(self.things):
            if pair > self.patience and not tally.useful:
                break
            patch = shape.patch(self.scenes[pair], thing)
            tried += 1
            if patch is not None:
                self._try(tally, index, pair, patch)
        meter.spend(6 + 5 * tried, NAME)
        return tally

    def _try(self, tally: _Tally, index: int, pair: int, patch: Patch) -> None:
        """Compare a patch with the output."""
        erased, layers = patch
        after, drawn = self.afters[pair], joined(layers)
        rest = erased & ~drawn
        tally.drawn |= 1 << index
        if rest & ~after.changed:
            return
        agrees = False
        for color, mask in layers:
            if mask & ~after.colors[color]:
                break
        else:
            tally.fine |= 1 << index
            agrees = True
        if drawn:
            color = after.cells[(drawn & -drawn).bit_length() - 1]
            if not drawn & ~after.colors[color]:
                tally.ones[color] = tally.ones.get(color, 0) | 1 << index
                agrees = True
        if agrees:
            covered = drawn & after.changed
            if rest:
                covered |= rest & after.colors[self.scenes[pair].background]
            if covered:
                tally.covers[index] = covered << after.start
                tally.useful |= 1 << index

    def mix(self, paints: Sequence[Paint]) -> None:
        """Find whom each color of each paint belongs to, for `weigh`."""
        for paint in paints:
            sets: dict[int, int] = {}
            for index, (pair, thing) in enumerate(self.things):
                color = paint.of(self.scenes[pair], thing)
                if color >= 0:
                    sets[color] = sets.get(color, 0) | 1 << index
            self.painted.append(sets)

    def cells(self, pairs: Sequence[int]) -> int:
        """The changed cells of some pairs."""
        return sum(self.afters[pair].changed << self.afters[pair].start for pair in pairs)

    def members(self, pairs: Sequence[int]) -> int:
        """The objects of some pairs."""
        return sum(1 << index for index, (pair, _) in enumerate(self.things) if pair in pairs)


def make_scenes(
    problem: Problem, background: Background, segmentation: Segmentation, meter: Meter
) -> list[Scene] | None:
    """The scenes of train and test inputs, None where there are too many objects."""
    scenes = []
    for grid in (*problem.inputs, *problem.tests):
        meter.spend(60 + grid.size // 4, NAME)
        scene = make_scene(grid, segmentation, background.of(grid), MOST_THINGS)
        if scene is None:
            return None
        scenes.append(scene)
        meter.spend(150 * len(scene.things), NAME)
    return scenes


@dataclass(frozen=True, slots=True, eq=False)
class Clause:
    """An effect on the objects that a selector chooses."""

    selector: Selector
    effect: Effect


@dataclass(frozen=True, slots=True, eq=False)
class ObjectRule:
    """Clauses that apply all at once: first everything is erased, then painted clause by clause."""

    segmentation: Segmentation
    background: Background
    clauses: tuple[Clause, ...]

    @property
    def bits(self) -> float:
        """Its description length."""
        each = (2.0 + clause.selector.bits + clause.effect.bits for clause in self.clauses)
        return 2.0 + sum(each)

    def run(self, grid: Grid) -> Grid | None:
        """The output for an input, None where there are too many objects."""
        scene = make_scene(grid, self.segmentation, self.background.of(grid), MOST_THINGS)
        return None if scene is None else self.apply(grid, scene, facts_of(scene))

    def apply(self, grid: Grid, scene: Scene, facts: list[Facts]) -> Grid:
        """The output for an input whose objects are known."""
        erased = 0
        strokes: list[tuple[int, int]] = []
        for clause in self.clauses:
            for thing in scene.things:
                if clause.selector.holds(facts[thing.index]):
                    patch = clause.effect.patch(scene, thing)
                    if patch is not None:
                        erased |= patch[0]
                        strokes += patch[1]
        made = grid.copy()
        for color, mask in [(scene.background, erased), *strokes]:
            made[picked(mask, scene)] = color
        made.setflags(write=False)
        return made

    def explain(self) -> str:
        """The rule in words."""
        said = [f"{clause.selector.words} {clause.effect.words}" for clause in self.clauses]
        return f"{self.segmentation.words}: {'; '.join(said)}"


def picked(mask: int, scene: Scene) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """A set of cells as a mask of the grid's shape."""
    height, width = scene.board.height, scene.board.width
    packed = np.frombuffer(mask.to_bytes(-(-height * width // 8), "little"), np.uint8)
    flat = np.unpackbits(packed, bitorder="little", count=height * width)
    return flat.reshape(height, width).astype(np.bool_)


def wanted_by(trial: Trial, goal: int, others: int) -> Iterator[int]:
    """Objects that an effect must be applied to: all that it helps, or only who is needed."""
    helped = needed = 0
    for index, cells in trial.explains.items():
        if cells & goal:
            helped |= 1 << index
            if cells & goal & ~others:
                needed |= 1 << index
    yield helped
    if needed != helped:
        yield needed
