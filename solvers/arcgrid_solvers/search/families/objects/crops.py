"""Outputs that are one object of the input, chosen by a selector: cut out, or its color alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from arcgrid import Grid, ops
from arcgrid_solvers.background import Background
from arcgrid_solvers.search.candidate import Candidate
from arcgrid_solvers.search.families.objects.facts import Facts, Selector, facts_of
from arcgrid_solvers.search.families.objects.scene import Scene, Segmentation, Thing, make_scene
from arcgrid_solvers.search.families.objects.sheet import MOST_THINGS, NAME, Census, picked
from arcgrid_solvers.search.problem import Meter, Problem

_MOTIONS = (
    "",
    "mirrored left-right",
    "mirrored upside down",
    "turned by a half",
    "transposed",
    "turned by three quarters",
    "turned by a quarter",
    "mirrored in the other diagonal",
)
_BACK = (0, 1, 2, 3, 4, 6, 5, 7)
"""The motions that undo them."""

_MOST_SELECTORS = 12
_KEPT = 3


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A grid made of one object.

    Attributes:
        ring: how much smaller than the object's box the grid is, on each side.
        make: the grid, of the grid that the object is in.
    """

    words: str
    bits: float
    ring: int
    make: Callable[[Scene, Grid, Thing], Grid]


def _box(grid: Grid, thing: Thing, ring: int = 0) -> Grid:
    rows = slice(thing.top + ring, thing.bottom + 1 - ring)
    return np.ascontiguousarray(grid[rows, thing.left + ring : thing.right + 1 - ring])


def _alone(scene: Scene, grid: Grid, thing: Thing) -> Grid:
    lone = np.where(picked(thing.mask, scene), grid, scene.background).astype(np.uint8)
    return _box(lone, thing)


def _plain(scene: Scene, grid: Grid, thing: Thing) -> Grid:
    lone = np.where(picked(thing.mask, scene), thing.color, scene.background).astype(np.uint8)
    return _box(lone, thing)


FORMS = (
    Form("the box around", 0.0, 0, lambda scene, grid, thing: _box(grid, thing)),
    Form("only", 1.0, 0, _alone),
    Form("in its most common color, only", 3.0, 0, _plain),
    Form("the inside of the box around", 2.0, 1, lambda scene, grid, thing: _box(grid, thing, 1)),
)


def _solid(shape: tuple[int, int]) -> Form:
    def make(scene: Scene, grid: Grid, thing: Thing) -> Grid:
        return np.full(shape, thing.color, np.uint8)

    return Form(f"{shape[0]} x {shape[1]} in the color of", 3.0, 0, make)


@dataclass(frozen=True, slots=True, eq=False)
class CropRule:
    """A form of the one object that a selector chooses, moved by one of eight motions."""

    segmentation: Segmentation
    background: Background
    selector: Selector
    form: Form
    motion: int

    @property
    def bits(self) -> float:
        """Its description length."""
        return 4.0 + self.selector.bits + self.form.bits + 3.0 * (self.motion > 0)

    def run(self, grid: Grid) -> Grid | None:
        """The output for an input; None where there is no such object or several that differ."""
        scene = make_scene(grid, self.segmentation, self.background.of(grid), MOST_THINGS)
        return None if scene is None else self.apply(grid, scene, facts_of(scene))

    def apply(self, grid: Grid, scene: Scene, facts: list[Facts]) -> Grid | None:
        """The output for an input whose objects are known."""
        made: Grid | None = None
        for thing in scene.things:
            if not self.selector.holds(facts[thing.index]):
                continue
            form = self.form.make(scene, grid, thing)
            if not form.size or (made is not None and not np.array_equal(made, form)):
                return None
            made = form
        return None if made is None else ops.transform(made, self.motion)

    def explain(self) -> str:
        """The rule in words."""
        motion = f", {_MOTIONS[self.motion]}" if self.motion else ""
        chosen = self.selector.words.replace("each", "the", 1)
        return f"{self.segmentation.words}: {self.form.words} {chosen}{motion}"


def crops(problem: Problem, census: Census, meter: Meter, seen: set[bytes]) -> Iterator[Candidate]:
    """Rules that choose one object in every pair, simple ones first; `seen` has their answers."""
    shapes = {output.shape for output in problem.outputs}
    forms = list(FORMS)
    if len(shapes) == 1 and all((output == output.flat[0]).all() for output in problem.outputs):
        (shape,) = shapes
        forms.append(_solid((int(shape[0]), int(shape[1]))))
    for form in forms:
        for motion, matching in enumerate(_matches(problem, census, form, meter)):
            if meter.exhausted:
                return
            if matching and all(matching & members for members in _by_pair(census)):
                yield from _choose(problem, census, (form, motion), matching, meter, seen)


def _by_pair(census: Census) -> list[int]:
    """The objects of each pair."""
    members = [0] * len(census.scenes)
    for index, (pair, _) in enumerate(census.things):
        members[pair] |= 1 << index
    return members


def _matches(problem: Problem, census: Census, form: Form, meter: Meter) -> list[int]:
    """For each motion the objects whose form is the output."""
    found = [0] * 8
    turned = [[ops.transform(output, motion) for motion in _BACK] for output in problem.outputs]
    for index, (pair, thing) in enumerate(census.things):
        output = problem.outputs[pair]
        sides = (thing.height - 2 * form.ring, thing.width - 2 * form.ring)
        meter.spend(2, NAME)
        if form in FORMS and sorted(sides) != sorted(output.shape):
            continue
        meter.spend(40, NAME)
        made = form.make(census.scenes[pair], problem.inputs[pair], thing)
        for motion, back in enumerate(turned[pair]):
            if made.shape == back.shape and (made == back).all():
                found[motion] |= 1 << index
    return found


def _choose(
    problem: Problem,
    census: Census,
    what: tuple[Form, int],
    matching: int,
    meter: Meter,
    seen: set[bytes],
) -> Iterator[Candidate]:
    """Candidates for one form and motion, given the objects that match."""
    everything = (1 << len(census.things)) - 1
    left = _KEPT
    meter.spend(30 + 2 * len(census.conditions.all), NAME)
    selectors = census.conditions.select(matching, everything & ~matching, _MOST_SELECTORS)
    for selector, _ in selectors:
        rule = CropRule(census.segmentation, census.background, selector, *what)
        answers = tuple(rule.run(grid) for grid in problem.tests)
        meter.spend(150 * len(answers), NAME)
        key = b"".join(b"" if g is None else bytes(g.shape) + g.tobytes() for g in answers)
        if key in seen or not _fits(problem, census, rule):
            continue
        seen.add(key)
        left -= 1
        fits = (True,) * len(problem.inputs)
        held = _held_out(problem, census, rule, matching, meter)
        yield Candidate(NAME, rule, 4.0 + rule.bits, answers, fits, held)
        if not left or meter.exhausted:
            return


def _fits(problem: Problem, census: Census, rule: CropRule) -> bool:
    """Whether a rule reproduces every pair."""
    rows = zip(problem.inputs, census.scenes, census.facts, problem.outputs, strict=True)
    for grid, scene, facts, output in rows:
        made = rule.apply(grid, scene, facts)
        if made is None or not np.array_equal(made, output):
            return False
    return True


def _held_out(
    problem: Problem, census: Census, rule: CropRule, matching: int, meter: Meter
) -> tuple[bool, ...] | None:
    """Whether a selector learned without a pair chooses the right object in it."""
    pairs = _by_pair(census)
    if len(pairs) < 2:
        return None
    return tuple(
        _without(problem, census, rule, (matching, pairs), at, meter) for at in range(len(pairs))
    )


def _without(
    problem: Problem,
    census: Census,
    rule: CropRule,
    members: tuple[int, Sequence[int]],
    pair: int,
    meter: Meter,
) -> bool:
    matching, pairs = members
    others = sum(cells for index, cells in enumerate(pairs) if index != pair)
    meter.spend(100 + len(census.conditions.all), NAME)
    for selector, _ in census.conditions.select(matching & others, others & ~matching, 1):
        found = CropRule(rule.segmentation, rule.background, selector, rule.form, rule.motion)
        made = found.apply(problem.inputs[pair], census.scenes[pair], census.facts[pair])
        return made is not None and np.array_equal(made, problem.outputs[pair])
    return False
