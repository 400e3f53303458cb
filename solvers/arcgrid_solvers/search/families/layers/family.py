"""Rules of layers: which color is put where, by the shortest conjunctions that tell cells apart.

What is known of a cell are features of the input around it, and what every state of the search for
states has there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from arcgrid import Grid
from arcgrid_solvers.background import Background
from arcgrid_solvers.search.candidate import Candidate
from arcgrid_solvers.search.families.cells.views import View, views
from arcgrid_solvers.search.families.layers.board import Board, Rows
from arcgrid_solvers.search.families.layers.conditions import Conditions
from arcgrid_solvers.search.families.layers.learn import Clause, Learner, Said
from arcgrid_solvers.search.families.layers.plans import Actions
from arcgrid_solvers.search.families.layers.rule import Condition, LayerRule, Stroke
from arcgrid_solvers.search.families.layers.sources import feature_rows, state_rows
from arcgrid_solvers.search.families.layers.steps import (
    Part,
    Step,
    forget,
    grids_of,
    note,
    partial,
)
from arcgrid_solvers.search.families.states.family import GROWTH, reductions
from arcgrid_solvers.search.families.states.search import release as release_states
from arcgrid_solvers.search.families.states.search import search_of
from arcgrid_solvers.search.families.states.sizes import Shape, SizeRule
from arcgrid_solvers.search.family import Family
from arcgrid_solvers.search.problem import Meter, Problem

NAME = "layers"
MOST_VIEWS = 3
MOST_ANSWERS = 6
LEAST_SHARE = 0.02
"""What an answer must have of all weight to be proposed."""

SIZE_BITS_PER_COST = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Canvases:
    """The canvases that outputs are put on, and what is known of their cells by features.

    Attributes:
        shapes: of the train outputs, then of the tests'.
        bits: what it costs to mention how they come about.
        view, features: how cells of the input are seen on them, if they are.
        size: how the shapes are found, where there is no view.
    """

    shapes: tuple[Shape, ...]
    bits: float
    view: View | None = None
    features: Rows | None = None
    size: SizeRule | None = None

    @property
    def base(self) -> Grid:
        """What cells are where nothing is said of them: what is seen there, or black."""
        base: Grid = np.zeros(sum(rows * columns for rows, columns in self.shapes), np.uint8)
        if self.features is not None:
            base = self.features.values[0]
        return base


class _Search:
    """The search for one problem: boards, one after the other, and what is learned from each."""

    def __init__(self, problem: Problem, meter: Meter) -> None:
        self.problem, self.meter = problem, meter
        self.background = Background.shared_by((*problem.inputs, *problem.tests))
        self.trains = len(problem.inputs)
        self.target = np.concatenate([output.ravel() for output in problem.outputs])

    def candidates(self) -> Iterator[Candidate]:
        """From each size of the output with its states, then from views of other sizes."""
        seen = list(islice(self._seen(), MOST_VIEWS))
        search = search_of(self.problem, self.meter, GROWTH[self.meter.effort])
        for size in search.grow():
            if self.meter.exhausted:
                return
            agreeing = [one for one in seen if one.shapes[self.trains :] == size.tests]
            seen = [one for one in seen if one not in agreeing]
            pieces, _ = search.gather(all=True)
            for canvases in agreeing or [self._sized(size)]:
                self.meter.spend(pieces.cells.size // 300, NAME)
                states = state_rows(search, pieces, canvases.base, self.target)
                yield from self._learn(canvases, states)
        for canvases in seen:
            if not self.meter.exhausted:
                yield from self._learn(canvases)

    def _seen(self) -> Iterator[Canvases]:
        """The canvases of the problem's views."""
        for view in views(self.problem, self.background):
            found = feature_rows(self.problem, view, self.background)
            if found is not None:
                features, alignments = found
                self.meter.spend(200 * len(alignments) + features.values.size // 150, NAME)
                shapes = tuple(alignment.layers.shape[1:] for alignment in alignments)
                yield Canvases(shapes, view.bits, view, features)

    def _sized(self, size: SizeRule) -> Canvases:
        """The canvases of a size alone."""
        shapes = (*((o.shape[0], o.shape[1]) for o in self.problem.outputs), *size.tests)
        return Canvases(shapes, SIZE_BITS_PER_COST * size.cost, size=size)

    def _learn(self, canvases: Canvases, *states: Rows) -> Iterator[Candidate]:
        """Candidates from the layers on some canvases."""
        parts = (*([canvases.features] if canvases.features else []), *states)
        board = Board.of(parts, canvases.base, self.target, canvases.shapes, self.trains)
        self.meter.spend(board.values.size // 200, NAME)
        learner = Learner(board, Conditions.of(board), Actions.of(board))
        answers = learner.answers()
        if not self.problem.level:
            steps = [self._step(canvases, learner, part) for part in partial(learner)]
            note(self.problem, steps)
        self.meter.spend(500 + learner.work // 250, NAME)
        whole = sum(said.weight for said in answers)
        for said in answers[:MOST_ANSWERS]:
            if said.weight >= LEAST_SHARE * whole:
                rule = self._rule(canvases, learner, said.clauses)
                fits = (True,) * self.trains
                bits, share = canvases.bits + said.cost, said.weight / whole
                yield Candidate(NAME, rule, bits, _grids(said, board), fits, share=share)

    def _rule(self, canvases: Canvases, learner: Learner, clauses: Sequence[Clause]) -> LayerRule:
        strokes = tuple(_stroke(clause, learner) for clause in clauses)
        return LayerRule(canvases.view, self.background, canvases.size, strokes)

    def _step(self, canvases: Canvases, learner: Learner, part: Part) -> Step:
        rule = self._rule(canvases, learner, part.clauses)
        return Step(rule, grids_of(learner.board, part.cells), canvases.bits + part.cost)


def _stroke(clause: Clause, learner: Learner) -> Stroke:
    """A clause with its layers, to be run on any grid."""
    board, layer = learner.board, clause.action.layer
    asked = learner.conditions.info[list(clause.conditions)].tolist()
    return Stroke(
        clause.action.color,
        None if layer < 0 else board.layer(layer),
        tuple(Condition(board.layer(layer), operation, value) for layer, operation, value in asked),
    )


def _grids(said: Said, board: Board) -> tuple[Grid, ...]:
    """The test outputs of what is said of their cells."""
    grids = []
    for index in range(board.trains, len(board.shapes)):
        begin, end = (board.starts[at] - board.cells for at in (index, index + 1))
        grid = said.cells[begin:end].reshape(board.shapes[index]).astype(np.uint8)
        grid.setflags(write=False)
        grids.append(grid)
    return tuple(grids)


def propose(problem: Problem, meter: Meter) -> Iterator[Candidate]:
    """What rules say of the tests, what has most weight first."""
    if problem.inputs and not meter.exhausted:
        yield from _Search(problem, meter).candidates()


def release() -> None:
    """Forget the search for states, and the steps."""
    release_states()
    forget()


FAMILY = Family(NAME, propose, weight=-3.7, reductions=reductions, release=release)
