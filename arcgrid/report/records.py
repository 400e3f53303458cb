"""Runs, scores and outcomes as plain values for JSON, and as text for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from arcgrid.engines.registry import engines
from arcgrid.report.text import count, format_bytes, format_seconds, format_table
from arcgrid.result import Outcome, OutcomeKind, Score
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
        "started": run.started,
        "ended": run.ended,
        "wall_seconds": run.wall_seconds,
        "cpu_seconds": run.cpu_seconds,
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


def format_scores(scores: Sequence[Score], width: int | None = None) -> str:
    """Format scores as a table, then say what was missing, malformed or beyond the rule."""
    columns = ("rule", ">solved", ">of", "~unit", ">percent", ">95% interval", "-interval by")
    rows = [
        (
            score.rule,
            f"{score.numerator:.6g}",
            str(score.denominator),
            f"{score.unit}, up to {score.attempts} attempts",
            f"{score.percent:.2f}{' error' if score.lower_is_better else ''}",
            f"{score.interval[0]:.2f} to {score.interval[1]:.2f}",
            score.interval_method,
        )
        for score in scores
    ]
    text = format_table(columns, rows, width)
    first = scores[0]
    counted = _coverage_line(first)
    return f"{first.task_set}  sha256:{first.digest[:12]}\n{text}{counted}"


def format_result(result: RunResult, width: int | None = None) -> str:
    """Format a run: what it was, its outcomes, its scores, what it used."""
    run, plan = result.run, result.run.plan
    limits = f"{plan.budget.seconds:g} s and {format_bytes(plan.budget.memory)} a puzzle"
    engine = engines().get(plan.engine)
    if engine is not None and not engine.limits:
        limits = f"{plan.engine}, so without limits or isolation"
    lines = [
        f"run {run.name}: {plan.solver.name} ({plan.solver.version}), effort {plan.budget.effort}, "
        f"{plan.budget.attempts} attempts, seed {plan.budget.seed}, {limits}",
        f"outcomes: {format_counts(result.outcomes)}"
        + ("" if run.ended else f"; {len(plan.asked) - run.done} tasks are left"),
        f"used: {format_seconds(run.cpu_seconds)} CPU, {format_seconds(run.wall_seconds)} wall, "
        f"{plan.workers} workers, harness included",
        "",
    ]
    scores = (
        format_scores(result.scores, width)
        if result.scores
        else "the answers to these tasks are not known here, so there is no score\n"
    )
    return "\n".join(lines) + scores


def format_counts(counts: Mapping[OutcomeKind, int] | Mapping[str, int]) -> str:
    """Counts by kind in one line, without the kinds that did not occur."""
    return ", ".join(f"{number} {kind}" for kind, number in counts.items() if number) or "none"


def _coverage_line(score: Score) -> str:
    coverage = score.coverage
    counts = {
        "missing task": coverage.tasks_missing,
        "test output": coverage.outputs_unanswered,
        "null attempt": coverage.attempts_null,
        "malformed attempt": coverage.attempts_malformed,
        "attempt": coverage.attempts_beyond,
    }
    ends = {"test output": " without an attempt", "attempt": f" beyond its {score.attempts}"}
    named = [count(number, what) + ends.get(what, "") for what, number in counts.items() if number]
    return f"by {score.rule}, scored zero: {', '.join(named)}\n" if named else ""
