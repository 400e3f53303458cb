"""Per-cell rules, learned as decision trees.

Every output cell is an example: its features are facts of the input, its label is the output's
color. Leaves keep the color, say a constant one or copy a color-valued feature, so that colors
never seen before work too. Rules are learned in several ways (recipes), from several lessons: the
pairs as they are, the steps in which drawings grow, the pairs with their reflections.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from arcgrid import Grid
from arcgrid_solvers.background import Background
from arcgrid_solvers.search.candidate import Candidate
from arcgrid_solvers.search.families.cells.growth import growth, moved, plain
from arcgrid_solvers.search.families.cells.learn import (
    MOST_STEPS,
    NAME,
    CellRule,
    Lesson,
    Recipe,
    Samples,
    Tree,
    decide,
    learn,
    make_samples,
)
from arcgrid_solvers.search.families.cells.views import View, views
from arcgrid_solvers.search.family import Family
from arcgrid_solvers.search.problem import Meter, Problem

_FIRST = (
    Recipe(0, "keep"),
    Recipe(1, "copy"),
    Recipe(2, "copy"),
    Recipe(1, "keep"),
    Recipe(1, "copy", 9),
    Recipe(2, "whole"),
    Recipe(2, "copy", twins=True),
    Recipe(1, "color"),
    Recipe(2, "keep"),
    Recipe(0, "copy"),
    Recipe(1, "whole"),
    Recipe(2, "whole", 9),
)
_GROWING = (Recipe(1, "copy"), Recipe(2, "copy"))
_MOVED = (Recipe(1, "copy"), Recipe(2, "copy"))
_LATER = (Recipe(2, "copy", 25), Recipe(1, "keep", 25))
_ENOUGH = 3
_TESTED_NODES = 25
"""Larger trees hardly ever are what was meant: it is not worth learning them without a pair."""


@dataclass(slots=True, eq=False)
class _Search:
    """The search for one problem.

    Attributes:
        sure: how many candidates fit all pairs, those held out too, by their answers.
        seen: the candidates that there were, by view, steps and trees.
    """

    problem: Problem
    meter: Meter
    background: Background
    sure: dict[tuple[bytes, ...], int] = field(default_factory=dict)
    seen: set[bytes] = field(default_factory=set)

    @property
    def done(self) -> bool:
        """True when work is used up, or the same answers were found often enough."""
        return self.meter.exhausted or max(self.sure.values(), default=0) >= _ENOUGH

    def try_lesson(
        self, lesson: Lesson, view: View, recipes: tuple[Recipe, ...], steps: int = 1
    ) -> Iterator[Candidate]:
        """Candidates from one lesson seen in one way."""
        if self.done:
            return
        samples = make_samples(lesson, view, self.background, self.meter)
        if samples is None:
            return
        for recipe in recipes:
            if self.done:
                return
            candidate = self._try_recipe(samples, recipe, steps)
            if candidate is not None:
                yield candidate

    def _try_recipe(self, samples: Samples, recipe: Recipe, steps: int) -> Candidate | None:
        """The candidate of one recipe; None if it fits nothing or was there before."""
        problem = self.problem
        pairs = range(len(problem.inputs))
        grown = learn(samples, pairs, recipe, self.meter)
        parts = [part for tree in grown for part in (tree.nodes, tree.actions)]
        key = f"{samples.view.words}{steps}".encode() + b"".join(part.tobytes() for part in parts)
        fits = tuple(self._fits(samples, grown, pair, steps) for pair in pairs)
        if key in self.seen or not any(fits):
            return None
        self.seen.add(key)
        held = None
        nodes = sum(len(tree.nodes) for tree in grown)
        if len(pairs) > 1 and nodes <= _TESTED_NODES * len(grown):
            held = tuple(
                self._fits(
                    samples,
                    learn(samples, [other for other in pairs if other != pair], recipe, self.meter),
                    pair,
                    steps,
                )
                for pair in pairs
            )
        rule = CellRule(samples.view, self.background, grown, steps)
        answers = tuple(self._answers(samples, rule))
        candidate = Candidate(NAME, rule, rule.bits + recipe.bits, answers, fits, held)
        if all(fits) and held is not None and all(held):
            shown = tuple(b"" if grid is None else grid.tobytes() for grid in answers)
            self.sure[shown] = self.sure.get(shown, 0) + 1
        return candidate

    def _fits(self, samples: Samples, grown: tuple[Tree, ...], pair: int, steps: int) -> bool:
        """Whether trees reproduce a pair."""
        output = self.problem.outputs[pair]
        if steps == 1:
            begin, end = samples.starts[pair : pair + 2]
            return bool((decide(samples.matrix, grown, begin, end) == output.ravel()).all())
        rule = CellRule(samples.view, self.background, grown, steps)
        return self._equal(self._run(rule, self.problem.inputs[pair]), output)

    def _equal(self, made: Grid | None, output: Grid) -> bool:
        return made is not None and made.shape == output.shape and bool((made == output).all())

    def _run(self, rule: CellRule, grid: Grid) -> Grid | None:
        made, work = rule.apply(grid)
        self.meter.spend(work, NAME)
        return made

    def _answers(self, samples: Samples, rule: CellRule) -> Iterator[Grid | None]:
        """What a rule makes of the test inputs; samples of growth do not have them."""
        known = len(samples.shapes) - len(samples.owners)
        for index, grid in enumerate(self.problem.tests):
            if not known:
                yield self._run(rule, grid)
                continue
            at = len(samples.owners) + index
            begin, end = samples.starts[at : at + 2]
            answer = decide(samples.matrix, rule.trees, begin, end).reshape(samples.shapes[at])
            answer.setflags(write=False)
            yield answer


def propose(problem: Problem, meter: Meter) -> Iterator[Candidate]:
    """Propose rules, those of simple features first."""
    if not problem.inputs:
        return
    background = Background.shared_by((*problem.inputs, *problem.tests))
    search = _Search(problem, meter, background)
    lesson = plain(problem)
    for view in views(problem, background):
        yield from search.try_lesson(lesson, view, _FIRST)
        if problem.keeps_shape:
            yield from _grow(search, view)
            for motions in ((0, 4), tuple(range(8)), (0, 1), (0, 2)):
                if not search.done:
                    yield from search.try_lesson(moved(problem, motions), view, _MOVED)
        yield from search.try_lesson(lesson, view, _LATER)


def _grow(search: _Search, view: View) -> Iterator[Candidate]:
    """Candidates that are applied again and again."""
    for same in (True, False):
        for connectivity in (8, 4):
            if search.done:
                return
            lesson = growth(search.problem, search.background.of, connectivity, same)
            if lesson is not None:
                yield from search.try_lesson(lesson, view, _GROWING, MOST_STEPS)


FAMILY = Family(
    NAME, propose, weight=-0.5, units={"low": 100_000, "medium": 500_000, "high": 2_000_000}
)
