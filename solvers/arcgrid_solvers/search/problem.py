"""What families are asked: the pairs and test inputs of one puzzle, and the work they may do.

What families give back lives in `candidate`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from arcgrid import Grid, Puzzle


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """One puzzle as a family sees it, maybe with its colors renamed or with pairs added.

    Attributes:
        inputs, outputs: the train pairs.
        tests: the test inputs.
        level: how many reductions it takes from the puzzle to this problem.
    """

    inputs: tuple[Grid, ...]
    outputs: tuple[Grid, ...]
    tests: tuple[Grid, ...]
    level: int = 0

    @classmethod
    def of(cls, puzzle: Puzzle) -> Problem:
        """The problem that a puzzle poses."""
        outputs = tuple(pair.output for pair in puzzle.train if pair.output is not None)  # all are
        return cls(tuple(pair.input for pair in puzzle.train), outputs, puzzle.test)

    @property
    def keeps_shape(self) -> bool:
        """True when every output has its input's shape."""
        pairs = zip(self.inputs, self.outputs, strict=True)
        return all(before.shape == after.shape for before, after in pairs)

    def equals(self, other: Problem) -> bool:
        """Whether all grids are the same."""
        return all(
            len(some) == len(others) and all(map(np.array_equal, some, others))
            for some, others in zip(self.grids, other.grids, strict=True)
        )

    @property
    def grids(self) -> tuple[tuple[Grid, ...], ...]:
        """Inputs, outputs and tests."""
        return self.inputs, self.outputs, self.tests

    def without(self, pair: int) -> Problem:
        """The same problem with one train pair held out: its input becomes the only test."""
        others = [index for index in range(len(self.inputs)) if index != pair]
        return Problem(
            tuple(self.inputs[index] for index in others),
            tuple(self.outputs[index] for index in others),
            (self.inputs[pair],),
        )


@dataclass(slots=True)
class Meter:
    """Counts work, in units that are the same on every machine: about a million a CPU-second.

    Whoever works asks `exhausted` between steps and stops by itself; nothing looks at a clock.

    Attributes:
        limit: units that may be spent.
        effort: how hard to try: `low`, `medium` or `high`.
        spent: units spent so far.
        stages: units spent by the name of the stage.
        notes: what was cut short, for people.
        whole: the meter that this is a part of, where all is counted once more.
    """

    limit: int
    effort: str = "low"
    spent: int = 0
    stages: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    whole: Meter | None = None

    def part(self, limit: int, effort: str | None = None) -> Meter:
        """A meter for a part of the work, with at most so many of the units left here.

        It may be done at another effort.
        """
        return Meter(min(limit, self.left), effort or self.effort, notes=self.notes, whole=self)

    def spend(self, units: int, stage: str) -> None:
        """Count work that was done."""
        self.spent += units
        self.stages[stage] = self.stages.get(stage, 0) + units
        if self.whole is not None:
            self.whole.spend(units, stage)

    def note(self, text: str) -> None:
        """Say what was cut short, once."""
        if text not in self.notes:
            self.notes.append(text)

    @property
    def left(self) -> int:
        """Units that may still be spent."""
        return max(self.limit - self.spent, 0)

    @property
    def exhausted(self) -> bool:
        """True once all is spent."""
        return self.spent >= self.limit


def pairs_of(problem: Problem) -> Iterator[tuple[Grid, Grid]]:
    """The train pairs, one by one."""
    return zip(problem.inputs, problem.outputs, strict=True)
