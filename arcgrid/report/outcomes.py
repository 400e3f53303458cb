"""What happened to each task of a run, for people and as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from arcgrid.errors import DamagedError, StoreError, printable
from arcgrid.grid import format_size
from arcgrid.report.document import Cell, Document, Table
from arcgrid.report.records import outcome_record
from arcgrid.report.text import format_bytes, format_seconds
from arcgrid.result import Outcome, OutcomeKind
from arcgrid.scoring.rules import DEFAULT_RULE, find_rule
from arcgrid.scoring.verdicts import distance, is_near
from arcgrid.sources import read_run
from arcgrid.store import Run, Store
from arcgrid.task import Task

Order = Literal["asked", "cells", "time"]
ORDERS: tuple[Order, ...] = get_args(Order)
"""As the tasks were asked for; fewest wrong cells first; longest first."""

Standing = Literal["solved", "unsolved", "near"]
"""Solved wholly, or not, or not but nearly."""

COLUMNS = (
    *("task", "outcome", ">solved", ">wrong", "->size", ">wall", "->CPU", "-->peak"),
    *("--->answers", "~error"),
)


@dataclass(frozen=True, slots=True)
class ListedOutcome:
    """What happened to one task.

    Attributes:
        task: its id.
        outcome: what the run made of it.
        solved: share of its outputs that was solved; None where that is not known.
        wrong: cells that are wrong in the best attempts; None where an output has no attempt of
            the right size, or its truth is not known.
        near: not solved, but a near miss.
        size: of the outputs, height x width each; empty where they are not known.
    """

    task: str
    outcome: Outcome
    solved: float | None = None
    wrong: int | None = None
    near: bool = False
    size: str = ""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The outcomes of a run.

    Attributes:
        run: the run.
        listed: those asked for.
        kind: the kind that was asked for; None for all.
        problem: why they are not judged, where they are not.
    """

    run: Run
    listed: tuple[ListedOutcome, ...]
    kind: str | None = None
    problem: str | None = None


def list_outcomes(
    store: Store,
    run: Run,
    *,
    kind: OutcomeKind | None = None,
    standing: Standing | None = None,
    order: Order = "asked",
) -> Outcomes:
    """The outcomes of a run, or some of them; without its tasks they are not judged.

    Raises:
        StoreError: solved ones (or others) were asked for, and the tasks cannot be loaded.
    """
    problem = None
    try:
        result = read_run(store, run)
        score = result.score()
        attempts = find_rule(DEFAULT_RULE).attempts
        listed = [
            ListedOutcome(
                id,
                outcome,
                score.solved[id] if score else None,
                distance(result.verdicts[id], attempts),
                is_near(result.verdicts[id], attempts),
                _sizes(result.tasks[id]),
            )
            for id, outcome in result.by_task.items()
        ]
    except DamagedError:
        raise
    except StoreError as error:
        if standing is not None:
            raise
        problem = str(error)
        listed = [ListedOutcome(id, outcome) for id, outcome in store.outcomes(run).items()]
    chosen = [one for one in listed if kind in (None, one.outcome.kind) and _stands(one, standing)]
    return Outcomes(run, tuple(_sorted(chosen, order)), kind, problem)


def outcomes_record(found: Outcomes) -> dict[str, Any]:
    """Outcomes as plain values."""
    return {
        "run": found.run.name,
        "outcomes": [
            outcome_record(one.task, one.outcome, one.solved) | {"wrong": one.wrong}
            for one in found.listed
        ],
    }


def outcomes_document(found: Outcomes) -> Document:
    """A row for each outcome."""
    isolation = found.run.plan.isolation
    lines = [] if found.problem is None else [f"not judged: {found.problem}"]
    lines += [] if isolation is None else [str(isolation)]
    if not found.listed:
        of_kind = f" of kind {found.kind}" if found.kind else ""
        return [f"run {found.run.name} has no such outcome{of_kind}", *lines]
    return [Table.of(COLUMNS, map(_row, found.listed)), *lines]


def _row(one: ListedOutcome) -> Sequence[str]:
    outcome = one.outcome
    return (
        printable(one.task),
        outcome.kind,
        Cell("?" if one.solved is None else f"{one.solved:.3g}", one.solved),
        Cell("?" if one.wrong is None else str(one.wrong), one.wrong),
        one.size,
        Cell(format_seconds(outcome.wall_seconds), outcome.wall_seconds),
        Cell(format_seconds(outcome.cpu_seconds), outcome.cpu_seconds),
        Cell(format_bytes(outcome.peak_memory), outcome.peak_memory),
        Cell(str(len(outcome.answers)), len(outcome.answers)),
        printable((outcome.error or "").rpartition("\n")[2]),
    )


def _sizes(task: Task) -> str:
    return " ".join("?" if one.output is None else format_size(one.output) for one in task.test)


def _stands(one: ListedOutcome, standing: Standing | None) -> bool:
    if standing is None:
        return True
    if standing == "near":
        return one.near
    return one.solved is not None and (one.solved == 1) is (standing == "solved")


def _sorted(listed: Sequence[ListedOutcome], order: Order) -> list[ListedOutcome]:
    if order == "asked":
        return list(listed)
    keys: Mapping[str, Any] = {
        "cells": lambda one: (one.wrong is None, one.wrong or 0),
        "time": lambda one: -one.outcome.wall_seconds,
    }
    return sorted(listed, key=keys[order])
