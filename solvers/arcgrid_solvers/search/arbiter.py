"""The arbiter: which answers, out of all families' candidates, fill the attempts.

Every candidate gets a probability of being right; candidates with the same answer add up, but of
each family only the best counts, so that clones do not vote.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from arcgrid import Answer, Grid, Guess
from arcgrid_solvers.search.candidate import Candidate

PRIOR = {"states": 0.0, "transforms": 0.0, "cells": 0.0}


def probability(candidate: Candidate) -> float:
    """How likely a candidate's answer is right, from what is known of the candidate."""
    share = sum(candidate.fits) / len(candidate.fits)
    score = 1.0 + PRIOR.get(candidate.family, 0.0) - 0.06 * candidate.bits
    if candidate.held_out is not None:
        held = sum(candidate.held_out) / len(candidate.held_out)
        score += 2.0 * held - 1.0
    if share < 1:
        score -= 3 + 3 * (1 - share)
    return 1 / (1 + math.exp(-score))


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
    def candidate(self) -> Candidate:
        """The likeliest candidate with this answer."""
        return max(self.best.values(), key=lambda pair: pair[0])[1]


class Arbiter:
    """All answers found so far, for each test input."""

    def __init__(self, tests: int, attempts: int) -> None:
        self.attempts = attempts
        self.found: list[dict[bytes, Found]] = [{} for _ in range(tests)]

    def add(self, candidate: Candidate) -> bool:
        """Take a candidate into account; True when that changes the answer."""
        chance = probability(candidate)
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

    def answer(self) -> Answer:
        """The best guesses for each test input, with the program that makes them in words."""
        return Answer(
            tuple(
                tuple(_guess(found[key]) for key in self._ranked(found)) for found in self.found
            )
        )


def _guess(found: Found) -> Guess:
    candidate = found.candidate
    words = f"{candidate.family}: {candidate.program.explain()}"
    return Guess(found.grid, confidence=min(found.chance, 1.0), explanation=words)
