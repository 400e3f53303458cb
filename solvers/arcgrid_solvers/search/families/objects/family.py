"""Rules about objects: what is done to which of them, in relation to the others.

Many effects (moves, rays, copies, ...) are tried on every object of every pair; what each one would
do is compared with the output. Rules are made of the fewest effects that explain all changed
cells, each applied to objects that a selector tells from those where it would be wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from arcgrid import Grid
from arcgrid_solvers.background import Background
from arcgrid_solvers.search.candidate import Candidate
from arcgrid_solvers.search.families.objects.aims import Paint, paints, sets, targets
from arcgrid_solvers.search.families.objects.cover import covers, rules
from arcgrid_solvers.search.families.objects.crops import crops
from arcgrid_solvers.search.families.objects.lines import (
    boxes,
    connecting,
    rays,
    reflecting,
    repeating,
    unfolding,
)
from arcgrid_solvers.search.families.objects.moves import (
    DELETE,
    RECOLOR,
    all_headings,
    approaching,
    flipping,
    marking,
    offsets,
    sliding,
    stepping,
)
from arcgrid_solvers.search.families.objects.places import aligning, pasting
from arcgrid_solvers.search.families.objects.scene import Scene, Segmentation
from arcgrid_solvers.search.families.objects.sheet import (
    NAME,
    Census,
    ObjectRule,
    Shape,
    Sheet,
    Trial,
    make_scenes,
)
from arcgrid_solvers.search.families.objects.stamps import stamps
from arcgrid_solvers.search.family import Family
from arcgrid_solvers.search.problem import Meter, Problem

SEGMENTATIONS = (
    Segmentation(8, False),
    Segmentation(8, True),
    Segmentation(0, False),
    Segmentation(4, False),
)
_MOST_RULES = 40
_ENOUGH = 4
PRIOR_BITS = 4.0


def equal(made: Grid | None, output: Grid) -> bool:
    """Whether a program made the output."""
    return made is not None and made.shape == output.shape and bool((made == output).all())


@dataclass(frozen=True, slots=True)
class _Changes:
    """What kinds of changes there are, and the colors that cells get."""

    erases: bool
    draws: bool
    repaints: bool
    new: list[int]
    common: list[int]

    @classmethod
    def of(cls, sheet: Sheet, problem: Problem) -> _Changes:
        """The changes of all pairs."""
        erases = draws = repaints = False
        new: set[int] = set()
        for scene, after in zip(sheet.scenes, sheet.afters, strict=True):
            empty = after.colors[scene.background]
            erases |= bool(after.changed & empty)
            draws |= bool(after.changed & scene.free)
            repaints |= bool(after.changed & ~scene.free & ~empty)
            new.update(color for color in range(10) if after.colors[color] & after.changed)
            new.discard(scene.background)
        grids = (*problem.inputs, *problem.tests)
        backgrounds = {scene.background for scene in sheet.scenes}
        common = [
            color
            for color in range(10)
            if color not in backgrounds and all((grid == color).any() for grid in grids)
        ]
        return cls(erases, draws, repaints, sorted(new)[:4], common[:4])


def _near_shapes(sheet: Sheet, changes: _Changes) -> Iterator[Shape]:
    """Shapes that are cheap to try."""
    if changes.erases:
        yield DELETE
    if changes.repaints:
        yield RECOLOR
    if changes.draws:
        for target in targets(changes.common):
            yield from approaching(target)
            yield from connecting(target)
        yield from rays([*sets()], (0, 1, 2))
        yield from boxes()
        yield from offsets(sheet)
        yield from pasting()
    for target in targets(changes.common):
        yield from marking(target)


def _far_shapes(changes: _Changes) -> Iterator[Shape]:
    """Shapes that there are many of."""
    marks = list(targets(changes.common))
    headings = all_headings(marks)
    if changes.draws:
        for target in marks:
            yield from reflecting(target)
            yield from aligning(target)
        yield from stepping(headings)
        yield from rays(headings, (0, 3))
        if changes.erases:
            yield from sliding(headings)
        yield from rays(headings, (1, 2))
        yield from repeating([*headings, *sets()])
        yield from unfolding([*headings, *sets()])
    yield from flipping()


@dataclass(slots=True, eq=False)
class _Search:
    """The search for rules in one way to see objects."""

    problem: Problem
    meter: Meter
    sheet: Sheet
    changes: _Changes
    seen: set[bytes]
    paints: list[Paint] = field(default_factory=list)
    rows: list[Trial] = field(default_factory=list)

    def near(self) -> Iterator[Candidate]:
        """Candidates from effects that are cheap to try."""
        self.paints = paints(self.changes.new)
        self.sheet.mix(self.paints)
        self.gather(_near_shapes(self.sheet, self.changes))
        if not self.meter.exhausted:
            self.gather(stamps(self.sheet, self.pairs, self.meter))
        yield from self.candidates()

    def far(self) -> Iterator[Candidate]:
        """Candidates from all effects, after `near`."""
        # These are so many that each must show its use in the very first pair.
        self.sheet.patience -= 1
        self.gather(_far_shapes(self.changes))
        yield from self.candidates()

    @property
    def pairs(self) -> range:
        """All train pairs."""
        return range(len(self.problem.inputs))

    def gather(self, shapes: Iterator[Shape]) -> None:
        """Weigh shapes in all paints until work is used up."""
        for shape in shapes:
            if self.meter.exhausted:
                break
            self.rows += self.sheet.weigh(shape, self.paints, self.meter)
        self.rows.sort(key=lambda row: row.effect.bits)

    def candidates(self) -> Iterator[Candidate]:
        """Candidates from the effects that were weighed."""
        made = 0
        for cover in covers(self.rows, self.sheet.cells(self.pairs), self.meter):
            for rule in rules(self.sheet, cover, self.pairs, self.meter, 3):
                if self.meter.exhausted or made >= _MOST_RULES:
                    return
                made += 1
                candidate = self._judge(rule)
                if candidate is not None:
                    yield candidate

    def _judge(self, rule: ObjectRule) -> Candidate | None:
        """The candidate of a rule, None if it does not fit or its answers were there before."""
        if not all(self._fits(rule, pair) for pair in self.pairs):
            return None
        answers = []
        for grid in self.problem.tests:
            self.meter.spend(200, NAME)
            answers.append(rule.run(grid))
        key = b"".join(b"" if g is None else bytes(g.shape) + g.tobytes() for g in answers)
        if key in self.seen:
            return None
        self.seen.add(key)
        fits = (True,) * len(self.problem.inputs)
        return Candidate(
            NAME, rule, PRIOR_BITS + rule.bits, tuple(answers), fits, self._held_out(rule)
        )

    def _fits(self, rule: ObjectRule, pair: int) -> bool:
        self.meter.spend(100, NAME)
        return equal(self._apply(rule, pair), self.problem.outputs[pair])

    def _apply(self, rule: ObjectRule, pair: int) -> Grid:
        scene = self.sheet.scenes[pair]
        return rule.apply(self.problem.inputs[pair], scene, self.sheet.facts[pair])

    def _held_out(self, rule: ObjectRule) -> tuple[bool, ...] | None:
        """Whether effects of the same kinds, found without a pair, reproduce it."""
        if len(self.pairs) < 2:
            return None
        kinds = {clause.effect.kind for clause in rule.clauses}
        return tuple(self._without(pair, kinds) for pair in self.pairs)

    def _without(self, pair: int, kinds: set[str]) -> bool:
        others = [other for other in self.pairs if other != pair]
        rows = [row for row in self.rows if row.effect.kind in kinds and row.effect.kind != "stamp"]
        if "stamp" in kinds:
            for shape in stamps(self.sheet, others, self.meter):
                rows += self.sheet.weigh(shape, self.paints, self.meter)
            rows.sort(key=lambda row: row.effect.bits)
        goal = self.sheet.cells(others)
        for cover in covers(rows, goal, self.meter):
            for rule in rules(self.sheet, cover, others, self.meter, 1):
                if all(self._fits(rule, other) for other in others):
                    return self._fits(rule, pair)
        return False


def propose(problem: Problem, meter: Meter) -> Iterator[Candidate]:
    """Propose rules about objects, seen in one way after the other."""
    if not problem.inputs or meter.exhausted:
        return
    background = Background.shared_by((*problem.inputs, *problem.tests))
    answers: set[bytes] = set()
    searches: list[_Search] = []
    found: list[Candidate] = []
    stages: list[Iterator[Candidate]] = []
    for segmentation, scenes in _views(problem, background, meter):
        if problem.keeps_shape:
            sheet = Sheet(problem, background, segmentation, scenes)
            search = _Search(problem, meter, sheet, _Changes.of(sheet, problem), answers)
            stages = [search.near()] if searches else [search.near(), search.far()]
            searches.append(search)
        else:
            census = Census(len(problem.inputs), background, segmentation, scenes)
            stages = [crops(problem, census, meter, answers)]
        for stage in stages:
            yield from _collect(stage, found, meter)
    for search in searches[1:]:
        yield from _collect(search.far(), found, meter)


def _collect(
    stage: Iterator[Candidate], found: list[Candidate], meter: Meter
) -> Iterator[Candidate]:
    """The candidates of a stage, unless there are enough or work is used up."""
    if meter.exhausted or _enough(found):
        return
    for candidate in stage:
        found.append(candidate)
        yield candidate


def _enough(found: list[Candidate]) -> bool:
    """Whether more work would be wasted: one passes every test, or there are several."""
    return len(found) >= _ENOUGH or any(
        candidate.held_out and all(candidate.held_out) for candidate in found
    )


def _views(
    problem: Problem, background: Background, meter: Meter
) -> Iterator[tuple[Segmentation, list[Scene]]]:
    """The ways to see objects that differ, as long as there is work left."""
    seen: set[tuple[int, ...]] = set()
    for segmentation in SEGMENTATIONS:
        if meter.exhausted:
            return
        scenes = make_scenes(problem, background, segmentation, meter)
        if scenes is None or not all(scene.things for scene in scenes[: len(problem.inputs)]):
            continue
        key = tuple(thing.mask for scene in scenes for thing in scene.things)
        if key not in seen:
            seen.add(key)
            yield segmentation, scenes


FAMILY = Family(
    NAME, propose, weight=-1.2, units={"low": 60_000, "medium": 300_000, "high": 2_000_000}
)
