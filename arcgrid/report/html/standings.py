"""What a run made of each task, in a word, and why it failed: what a reader asks first.

The figures are in `charts`, the records of outcomes in `records`.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from arcgrid.result import Outcome
from arcgrid.scoring.rules import Rule
from arcgrid.scoring.verdicts import Verdicts, distance, hits, is_near
from arcgrid.task import Task

Standing: TypeAlias = Literal["solved", "part", "near", "wrong", "none", "unknown"]
"""Solved wholly, in part, nearly, or not; without an attempt; with a truth that is not known."""

Failure: TypeAlias = Literal["cells", "size", "silent", "timeout", "error"]
"""Some cells wrong; an output without an attempt of the right size; no attempt: for no reason, for
want of time, or because the solver failed."""


def standing_of(task: Task, verdicts: Verdicts, rule: Rule) -> Standing:
    """What the last answer to a task is worth."""
    if not any(verdicts):
        return "none"
    if not task.has_answers:
        return "unknown"
    solved = hits(verdicts, len(task.test), rule.attempts)
    if any(solved):
        return "solved" if all(solved) else "part"
    return "near" if is_near(verdicts, rule.attempts) else "wrong"


def failure_of(outcome: Outcome, verdicts: Verdicts, rule: Rule) -> Failure:
    """Why a task that is not solved wholly is not."""
    if any(verdicts):
        return "size" if distance(verdicts, rule.attempts) is None else "cells"
    if outcome.kind == "answered":
        return "silent"
    return "timeout" if outcome.kind == "timeout" else "error"
