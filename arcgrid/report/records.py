"""Runs, scores and outcomes as plain values, for JSON and for data frames.

What people read of them is in `scores`, `runs` and `outcomes`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from arcgrid.result import Outcome, Score
from arcgrid.sources import RunResult
from arcgrid.store import Run


def score_record(score: Score) -> dict[str, Any]:
    """A score as plain values; `interval` is [low, high] in percent."""
    coverage = score.coverage
    return {
        "rule": score.rule,
        "numerator": score.numerator,
        "denominator": score.denominator,
        "percent": score.percent,
        "interval": list(score.interval),
        "interval_method": score.interval_method,
        "lower_is_better": score.lower_is_better,
        "unit": score.unit,
        "attempts": score.attempts,
        "task_set": score.task_set,
        "digest": score.digest,
        "coverage": {
            "tasks_missing": coverage.tasks_missing,
            "outputs_unanswered": coverage.outputs_unanswered,
            "attempts_null": coverage.attempts_null,
            "attempts_malformed": coverage.attempts_malformed,
            "attempts_beyond": coverage.attempts_beyond,
        },
    }


def run_record(run: Run) -> dict[str, Any]:
    """A run as plain values."""
    plan = run.plan
    return {
        "id": run.id,
        "name": run.name,
        "solver": plan.solver.name,
        "solver_version": plan.solver.version,
        "solver_digest": plan.solver.digest,
        "options": plan.options,
        "task_set": plan.task_set,
        "digest": plan.digest,
        "asked": len(plan.asked),
        "done": run.done,
        "effort": plan.budget.effort,
        "attempts": plan.budget.attempts,
        "seconds": plan.budget.seconds,
        "memory": plan.budget.memory,
        "seed": plan.budget.seed,
        "engine": plan.engine,
        "workers": plan.workers,
        "versions": plan.versions,
        "machine": plan.machine,
        "isolation": None if plan.isolation is None else asdict(plan.isolation),
        "started": run.started,
        "ended": run.ended,
        "wall_seconds": run.wall_seconds,
        "cpu_seconds": run.cpu_seconds,
        "tags": list(run.tags),
        "note": run.note,
    }


def result_record(result: RunResult) -> dict[str, Any]:
    """A run with its scores and the counts of its outcomes."""
    return {
        "run": run_record(result.run),
        "scores": [score_record(score) for score in result.scores],
        "outcomes": result.outcomes,
    }


def outcome_record(task: str, outcome: Outcome, solved: float | None) -> dict[str, Any]:
    """An outcome as plain values, without its answers."""
    return {
        "task": task,
        "kind": outcome.kind,
        "solved": solved,
        "wall_seconds": outcome.wall_seconds,
        "cpu_seconds": outcome.cpu_seconds,
        "peak_memory": outcome.peak_memory,
        "answers": len(outcome.answers),
        "guesses_beyond": outcome.guesses_beyond,
        "cost": outcome.cost,
        "tokens": outcome.tokens,
        "error": outcome.error,
        "output": outcome.output,
    }


def answer_record(outcome: Outcome) -> list[dict[str, Any]]:
    """Every answer of an outcome as plain values, in time order."""
    return [
        {
            "seconds": timed.seconds,
            "guesses": [
                [
                    {
                        "grid": guess.grid.tolist(),
                        "confidence": guess.confidence,
                        "explanation": guess.explanation,
                    }
                    for guess in test
                ]
                for test in timed.answer.guesses
            ],
        }
        for timed in outcome.answers
    ]
