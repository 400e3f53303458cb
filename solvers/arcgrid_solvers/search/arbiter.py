"""The arbiter: which answers, out of all families' candidates, fill the attempts.

Every candidate gets a probability of being right; candidates with the same answer add up, but of
each family only the best counts, so that clones do not vote.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from arcgrid import Answer, Grid, GridError, Guess, as_grid
from arcgrid_solvers.search.candidate import Candidate, Evidence, Step, Stepwise, evidence_of
from arcgrid_solvers.search.families import FAMILIES

WEIGHTS = Evidence(
    renamed=-0.3, bits=-0.017, fits_all=-0.1, fits=0.4, held_out=2.0, share=4.8, reduced=0.2
)
"""What each piece of evidence counts in the logistic model of a candidate's chances.

These and the families' own weights are fitted on fresh instances of develop tasks, by
`python -m benchmarks.weights`."""

SHARPNESS, OFFSET = 1.34, -0.67
"""What the odds of an answer are raised to, and its logarithm shifted by, for a confidence.

Fitted in the same way: of all answers to a test one at most is right, so that they share."""

AGREED = 0.85
"""A chance from which on there is no need to look any further."""


EPSILON = 1e-9
"""What no chance is nearer to 1 than."""


def chance_of(candidate: Candidate) -> float:
    """How likely a candidate's answer is right, from what is known of the candidate alone."""
    score = FAMILIES[candidate.family].weight
    for weighed in evidence_of(candidate, WEIGHTS):
        score += weighed  # not `sum`, which rounds in another way from Python 3.12 on
    return 1 / (1 + math.exp(-score))


def weight_of(chance: float, sharpness: float = SHARPNESS, offset: float = OFFSET) -> float:
    """How much an answer of such a chance counts, where that none is right counts 1."""
    chance = min(chance, 1 - EPSILON)
    return math.exp(offset + sharpness * math.log(chance / (1 - chance)))


@dataclass(slots=True)
class Found:
    """One answer to one test input: who gives it."""

    grid: Grid
    best: dict[str, tuple[float, Candidate]] = field(default_factory=dict)

    @property
    def chance(self) -> float:
        """The chance that some family that gives this answer is right, as if independent."""
        wrong = math.prod(1 - chance for chance, _ in self.best.values())
        return 1 - wrong

    @property
    def weight(self) -> float:
        """How much the answer counts among all, where that none of them is right counts 1."""
        return weight_of(self.chance)

    @property
    def families(self) -> list[str]:
        """Who gives this answer, the likeliest first."""
        return sorted(self.best, key=lambda family: (-self.best[family][0], family))

    @property
    def candidate(self) -> Candidate:
        """The likeliest candidate with this answer."""
        return self.best[self.families[0]][1]


class Arbiter:
    """All answers found so far, for each test input."""

    def __init__(self, tests: int, attempts: int) -> None:
        self.attempts = attempts
        self.found: list[dict[bytes, Found]] = [{} for _ in range(tests)]

    def add(self, candidate: Candidate) -> bool:
        """Take a candidate into account; True when that changes the answer."""
        chance = chance_of(candidate)
        changed = False
        for found, grid in zip(self.found, candidate.answers, strict=True):
            if grid is None:
                continue
            before = self._ranked(found)
            key = bytes(grid.shape) + grid.tobytes()
            entry = found.setdefault(key, Found(grid))
            known = entry.best.get(candidate.family)
            if known is None or known[0] < chance:
                entry.best[candidate.family] = chance, candidate
                changed |= self._ranked(found) != before
        return changed

    def _ranked(self, found: dict[bytes, Found]) -> list[bytes]:
        return sorted(found, key=lambda key: (-found[key].chance, key))[: self.attempts]

    @property
    def agreed(self) -> bool:
        """True when for every test input two families are likely right with one answer."""
        return all(
            any(len(entry.best) > 1 and entry.chance >= AGREED for entry in found.values())
            for found in self.found
        )

    def answer(self, notes: Sequence[str] = (), inputs: Sequence[Grid] = ()) -> Answer:
        """The best guesses for each test input, with the program that makes them in words.

        Notes on what was cut short are added to the words. Given the test inputs, programs that
        can show what they make on their way do so.
        """
        return Answer(
            tuple(
                tuple(
                    _guess(found[key], confidence, notes, inputs[test : test + 1])
                    for key, confidence in zip(ranked, confidences(found, ranked), strict=True)
                )
                for test, found in enumerate(self.found)
                for ranked in [self._ranked(found)]
            )
        )


def confidences(found: Mapping[bytes, Found], ranked: Sequence[bytes]) -> list[float]:
    """How likely some of the answers to a test are right, in all at most 1."""
    whole = 1.0
    for entry in found.values():
        whole += entry.weight
    return [found[key].weight / whole for key in ranked]


def _guess(found: Found, confidence: float, notes: Sequence[str], input: Sequence[Grid]) -> Guess:
    """The guess with its words: who gives it, and the program of the likeliest, with its steps."""
    program = found.candidate.program
    walks = [program.walk(grid) for grid in input] if isinstance(program, Stepwise) else []
    steps = [step for walk in walks for step in _shown(walk)]
    words = f"{', '.join(found.families)}: {program.explain()}"
    words += f" [cut short: {'; '.join(notes)}]" if notes else ""
    return Guess(found.grid, confidence=confidence, explanation=words, steps=tuple(steps))


def _shown(walk: Iterable[Step]) -> Iterator[Step]:
    """The steps that are grids: what lies between may be larger than a grid can be."""
    for words, made in walk:
        with suppress(GridError):
            yield words, as_grid(made)
