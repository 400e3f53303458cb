"""No isolation: the solver runs in this process, prints live, and lets a debugger in.

No limit is enforced; for writing a solver, not for figures.
"""

from __future__ import annotations

import bdb
import sys
from collections.abc import Iterable, Iterator
from typing import Self

from arcgrid.engines.ask import answer_puzzle
from arcgrid.engines.engine import Assignment, EngineKind, Orders
from arcgrid.result import Answer, Outcome, TimedAnswer
from arcgrid.solver import convert_options, load_solver


class InlineEngine:
    """Runs one solver in this process, one puzzle after the other."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders

    def __enter__(self) -> Self:
        """Load the solver and warm it up.

        Raises:
            SolverError: the solver cannot be loaded, or refuses an option.
        """
        self._solver = load_solver(self._orders.source)
        self._options = convert_options(self._solver.solve, self._orders.options)
        if self._solver.warmup is not None:
            self._solver.warmup()
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def solve(self, assignments: Iterable[Assignment]) -> Iterator[tuple[str, Outcome]]:
        """Yield the key and the outcome of every assignment, in their order."""
        for assignment in assignments:
            try:
                outcome = self._outcome(assignment)
            except bdb.BdbQuit:
                raise KeyboardInterrupt from None
            yield assignment.key, outcome

    def _outcome(self, assignment: Assignment) -> Outcome:
        attempts = assignment.budget.attempts
        answers: list[TimedAnswer] = []
        beyond = 0

        def on_answer(seconds: float, answer: Answer) -> None:
            nonlocal beyond
            kept, beyond = answer.within(attempts)
            answers.append(TimedAnswer(seconds, kept))

        ending = answer_puzzle(
            self._solver, assignment.puzzle, assignment.budget, self._options, on_answer
        )
        if ending.error is not None:
            print(ending.error, file=sys.stderr)
        return Outcome(
            kind=ending.kind,
            wall_seconds=ending.wall_seconds,
            cpu_seconds=ending.cpu_seconds,
            answers=tuple(answers),
            error=ending.error,
            guesses_beyond=beyond,
        )


ENGINE: EngineKind = EngineKind(
    name="inline",
    about="this process: no isolation, no limits, a debugger may stop in it",
    make=InlineEngine,
    limits=False,
    parallel=False,
)
