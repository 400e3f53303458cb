"""A run as a submission directory of arc-agi-benchmarking, each attempt with tokens and cost.

The file format is in `formats.aab_metadata`; other formats are written by `convert`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from arcgrid.formats.aab_metadata import AttemptRecord, format_task_records
from arcgrid.formats.files import file_name
from arcgrid.grid import Grid, grid_bytes
from arcgrid.result import Guess
from arcgrid.sample import Sample, total_cost
from arcgrid.sources import RunResult
from arcgrid.writing import write_directory

ATTEMPTS = 2
"""Attempts at each test input that are written: the official scorer takes as many as it finds."""


@dataclass(frozen=True, slots=True)
class Export:
    """What was written.

    Attributes:
        tasks, outputs, attempts: how many of each.
        left_out: attempts past the second.
        without_cost: attempts whose cost is not known.
    """

    tasks: int
    outputs: int
    attempts: int
    left_out: int
    without_cost: int


def export_aab(result: RunResult, path: Path) -> Export:
    """Write the answers of a run, for each task that it has come to.

    Where a model was asked, an attempt carries the samples that voted for it, and the first attempt
    at a test input those that came to none as well, so that what a task cost is the sum over its
    attempts. A test input without any attempt but with samples has one that is an empty list.

    Raises:
        FormatError: the directory is not empty, an id cannot be the name of a file, or a file
            cannot be written; then nothing is.
    """
    written: dict[str, list[list[AttemptRecord]]] = {}
    left_out = 0
    for id, outcome in result.by_task.items():
        guesses = outcome.answer.guesses if outcome.answer else ((),) * len(result.tasks[id].test)
        left_out += sum(max(0, len(given) - ATTEMPTS) for given in guesses)
        written[id] = [
            _records(result, id, test, given[:ATTEMPTS]) for test, given in enumerate(guesses)
        ]
    names = {id: file_name(id) for id in written}
    write_directory(
        path, ((names[id], format_task_records(tests)) for id, tests in written.items())
    )
    every = [record for tests in written.values() for given in tests for record in given]
    return Export(
        tasks=len(written),
        outputs=sum(map(len, written.values())),
        attempts=len(every),
        left_out=left_out,
        without_cost=sum(record.cost is None for record in every),
    )


def _records(
    result: RunResult, id: str, test: int, guesses: Sequence[Guess]
) -> list[AttemptRecord]:
    samples = result.samples_by_test.get((id, test), ())
    if not samples:
        return [_record(result, id, test, guess.grid, guess, ()) for guess in guesses]
    if not guesses:
        return [_record(result, id, test, None, None, samples)]
    shares: dict[bytes, list[Sample]] = {grid_bytes(guess.grid): [] for guess in guesses}
    first = next(iter(shares.values()))
    for sample in samples:
        key = b"" if sample.grid is None else grid_bytes(sample.grid)
        shares.get(key, first).append(sample)
    return [
        _record(result, id, test, guess.grid, guess, given)
        for guess, given in zip(guesses, shares.values(), strict=True)
    ]


def _record(
    result: RunResult,
    id: str,
    test: int,
    grid: Grid | None,
    guess: Guess | None,
    samples: Sequence[Sample],
) -> AttemptRecord:
    run, plan = result.run, result.run.plan
    answered = [sample for sample in samples if sample.kind != "failed"]
    start, end = _times(samples) or (run.started, run.ended or run.started)
    about: dict[str, Any] = {
        "run": run.name,
        "solver": f"{plan.solver.name} ({plan.solver.version})",
        "effort": plan.budget.effort,
        "samples": len(samples),
        "times": "of the samples" if samples else "of the whole run",
        "confidence": None if guess is None else guess.confidence,
    }
    return AttemptRecord(
        grid=grid,
        model=str(plan.options.get("model", plan.solver.name)),
        provider=str(plan.options.get("base_url", "arcgrid")),
        start=start,
        end=end,
        reply="" if guess is None else guess.explanation or "",
        prompt_tokens=_sum([sample.usage.prompt for sample in answered]),
        output_tokens=_sum([sample.usage.output for sample in answered]),
        reasoning_tokens=_sum([sample.usage.reasoning for sample in answered]),
        prompt_cost=_sum([sample.prompt_cost for sample in samples]),
        cost=total_cost(samples),
        task=id,
        test=test,
        about=about,
    )


def _times(samples: Sequence[Sample]) -> tuple[str, str] | None:
    """From the first request of some samples to the last reply."""
    starts = [(datetime.fromisoformat(one.started), one.seconds or 0.0) for one in samples]
    if not starts:
        return None
    end = max(start + timedelta(seconds=seconds) for start, seconds in starts)
    return min(start for start, _ in starts).isoformat(), end.isoformat()


def _sum(values: Sequence[Any]) -> Any:
    """The sum; None where one is, or there is none."""
    return None if not values or None in values else sum(values)
