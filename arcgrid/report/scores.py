"""Scores, and what a run came to, for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from arcgrid.engines.registry import engines
from arcgrid.report.document import Cell, Document, Range, Table
from arcgrid.report.text import count, format_bytes, format_seconds
from arcgrid.report.where import where_lines
from arcgrid.result import OutcomeKind, Score
from arcgrid.sources import RunResult

COLUMNS = ("rule", ">solved", ">of", "~unit", ">percent", ">95% interval", "-interval by")


def scores_document(scores: Sequence[Score], plus_minus: bool = False) -> Document:
    """The set, a row for each rule, then what was missing, malformed or beyond the first rule."""
    first = scores[0]
    return [
        f"{first.task_set}  sha256:{first.digest[:12]}",
        Table.of(COLUMNS, [_row(score, plus_minus) for score in scores]),
        *_coverage(first),
    ]


def _row(score: Score, plus_minus: bool) -> Sequence[str]:
    error = " error" if score.lower_is_better else ""
    return (
        score.rule,
        Cell(f"{score.numerator:.6g}", score.numerator),
        Cell(str(score.denominator), score.denominator),
        f"{score.unit}, up to {count(score.attempts, 'attempt')}",
        Cell(f"{score.percent:.2f}{error}", score.percent),
        Range.of(*score.interval, score.percent, plus_minus, decimals=2),
        score.interval_method,
    )


def no_score(result: RunResult) -> str:
    """Why a run has no score."""
    if not len(result.tasks):
        return "there is no task to score: no task of the set is in this shard"
    return "the answers to these tasks are not known here, so there is no score"


def result_document(result: RunResult) -> Document:
    """What a run was, its outcomes, what it used, its scores; its commonest error."""
    run, plan = result.run, result.run.plan
    limits = f"{plan.budget.seconds:g} s and {format_bytes(plan.budget.memory)} a puzzle"
    engine = engines().get(plan.engine)
    if engine is not None and not engine.limits:
        limits = f"{plan.engine}, so without limits or isolation"
    workers = sum(one.workers for one in run.machines) or plan.workers
    at_once = count(workers, "worker")
    if engine is not None and engine.estimate is not None:
        limits = f"{plan.budget.seconds:g} s a puzzle"
        at_once = f"up to {count(plan.workers, 'request')} in flight"
    left = count(len(plan.asked) - run.done, "task")
    scores = scores_document(result.scores) if result.scores else [no_score(result)]
    return [
        f"run {run.name}: {plan.solver.name} ({plan.solver.version}), effort {plan.budget.effort}, "
        f"{count(plan.budget.attempts, 'attempt')}, seed {plan.budget.seed}, {limits}",
        f"outcomes: {format_counts(result.outcomes)}" + ("" if run.ended else f"; {left} left"),
        f"used: {format_seconds(run.cpu_seconds)} CPU, {format_seconds(run.wall_seconds)} wall, "
        f"{at_once}, harness included",
        *where_lines(run),
        *_given_back(result),
        *_commonest_error(result),
        *scores,
    ]


def _given_back(result: RunResult) -> list[str]:
    """How many puzzles were begun anew, where machines were lost."""
    number = sum(one.given_back > 0 for one in result.by_task.values())
    lost = f"{count(number, 'puzzle')} begun anew: what worked on them first was lost"
    return [lost] if number else []


def _commonest_error(result: RunResult) -> list[str]:
    """Where nothing was answered: what mostly went wrong, and the command that shows it all."""
    problems = [
        (one.error or one.kind).rstrip().rpartition("\n")[2] for one in result.by_task.values()
    ]
    if not problems or result.outcomes["answered"]:
        return []
    commonest = max(problems, key=problems.count)
    times = f"{problems.count(commonest)} of {count(len(problems), 'time')}"
    return [
        f"nothing was answered; {times}: {commonest}",
        f"all of it: arcgrid outcomes {result.run.name}",
    ]


def format_counts(counts: Mapping[OutcomeKind, int] | Mapping[str, int]) -> str:
    """Counts by kind in one line, without the kinds that did not occur."""
    return ", ".join(f"{number} {kind}" for kind, number in counts.items() if number) or "none"


def _coverage(score: Score) -> list[str]:
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
    return [f"by {score.rule}, scored zero: {', '.join(named)}"] if named else []
