"""Guesses that every output equals its input: the floor of any score table."""

from __future__ import annotations

from arcgrid import Answer, Budget, Guess, Puzzle


def solve(puzzle: Puzzle, budget: Budget) -> Answer:
    """Answer each test input with itself."""
    return Answer(tuple((Guess(grid, explanation="identity"),) for grid in puzzle.test))
