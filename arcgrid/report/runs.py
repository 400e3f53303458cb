"""The runs of a store, for people and as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from arcgrid.errors import DamagedError, StoreError
from arcgrid.report.document import Cell, Document, Table
from arcgrid.report.records import run_record, score_record
from arcgrid.report.text import format_seconds
from arcgrid.result import Score
from arcgrid.sources import read_runs
from arcgrid.store import Run, Store

COLUMNS = (
    *("run", "---id", "~solver", "~tasks", ">done", ">score", "----tags", "-started (UTC)"),
    *("-->wall", "-->CPU", "-----~note"),
)


@dataclass(frozen=True, slots=True)
class ListedRun:
    """A run with its score under the default rule; None where it cannot be scored.

    `damage` says what is wrong with what the store holds of it.
    """

    run: Run
    score: Score | None
    damage: str | None = None


def list_runs(store: Store) -> list[ListedRun]:
    """All runs, newest first; one whose tasks are gone has no score."""
    listed = []
    for run in store.runs():
        try:
            (result,) = read_runs(store, [run])
        except DamagedError as error:
            listed.append(ListedRun(run, None, str(error)))
        except StoreError:
            listed.append(ListedRun(run, None))
        else:
            listed.append(ListedRun(run, result.score()))
    return listed


def runs_record(runs: Sequence[ListedRun]) -> dict[str, Any]:
    """Runs as plain values."""
    return {
        "runs": [
            run_record(one.run) | {"score": None if one.score is None else score_record(one.score)}
            for one in runs
        ]
    }


def runs_document(runs: Sequence[ListedRun]) -> Document:
    """A row for each run."""
    return [Table.of(COLUMNS, [_row(one.run, one.score) for one in runs])]


def _row(run: Run, score: Score | None) -> Sequence[str]:
    return (
        run.name,
        run.id,
        run.plan.solver.name,
        run.plan.task_set,
        Cell(f"{run.done} of {len(run.plan.asked)}", run.done),
        Cell("?", None) if score is None else Cell(f"{score.percent:.2f}%", score.percent),
        " ".join(run.tags),
        run.started[:16].replace("T", " "),
        Cell(format_seconds(run.wall_seconds), run.wall_seconds),
        Cell(format_seconds(run.cpu_seconds), run.cpu_seconds),
        run.note,
    )
