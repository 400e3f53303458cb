"""How a run stands while it goes on: the score over what is done, and the outcomes by kind."""

from __future__ import annotations

from collections.abc import Mapping

from arcgrid.report.scores import format_counts
from arcgrid.result import OUTCOME_KINDS, Outcome, OutcomeKind
from arcgrid.scoring.rules import interval_of, solved_share
from arcgrid.sources import RunResult
from arcgrid.task import Task


class Standing:
    """Counts outcomes as they come, on from those that a run has already."""

    def __init__(self, result: RunResult) -> None:
        self.asked = len(result.tasks)
        self._shares: list[float] = []
        self._kinds: dict[OutcomeKind, int] = dict.fromkeys(OUTCOME_KINDS, 0)
        for id, outcome in result.by_task.items():
            self.add(result.tasks[id], outcome)

    def add(self, task: Task, outcome: Outcome) -> None:
        """Count an outcome."""
        self._kinds[outcome.kind] += 1
        if task.has_answers:
            self._shares.append(solved_share(task, outcome.answer))

    @property
    def done(self) -> int:
        """Outcomes so far."""
        return sum(self._kinds.values())

    @property
    def kinds(self) -> Mapping[OutcomeKind, int]:
        """How many outcomes there are of each kind."""
        return self._kinds

    def __str__(self) -> str:
        """The score over what is done with its 95% interval, where answers are known; the kinds."""
        counts = format_counts(self._kinds)
        if not self._shares:
            return counts
        low, high, _ = interval_of(self._shares)
        percent = 100 * sum(self._shares) / len(self._shares)
        return f"{percent:.1f}% ({low:.1f} to {high:.1f}), {counts}"
