"""The rows of a report's tables: each run with its scores, and the reported figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from arcgrid.report.html.charts import figures_beside
from arcgrid.report.scores import format_counts, no_score
from arcgrid.report.text import format_seconds
from arcgrid.report.where import NOT_COMPARABLE, is_mixed, where
from arcgrid.reported import FIGURE_SETS, Figure
from arcgrid.result import Score
from arcgrid.sources import RunResult


@dataclass(frozen=True, slots=True)
class RuleCell:
    """A score under one rule, as text."""

    rule: str
    figure: str
    interval: str
    solved: str
    about: str


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run of the headline, as text."""

    number: int
    name: str
    solver: str
    setting: str
    task_set: str
    digest: str
    cells: tuple[RuleCell, ...]
    unscored: str
    outcomes: str
    unfinished: str
    cpu: str
    wall: str
    cost: str
    about: str


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One reported figure, as text; `comparable` where a run was asked for the same set."""

    system: str
    setting: str
    benchmark: str
    task_set: str
    figure: str
    dollars: str
    minutes: str
    when: str
    source: str
    comparable: bool


def run_row(number: int, result: RunResult) -> RunRow:
    """The row of a run."""
    run, plan = result.run, result.run.plan
    done = len(result.by_task)
    scores = result.finished.scores if result.scores else []
    left = len(plan.asked) - done
    versions = ", ".join(f"{name} {version}" for name, version in sorted(plan.versions.items()))
    kept = "" if plan.isolation is None else str(plan.isolation)
    mixed = NOT_COMPARABLE if is_mixed(run) else ""
    about = (where(run), mixed, versions, kept, run.started[:10])
    dollars = result.dollars_per_task
    return RunRow(
        number=number,
        name=run.name,
        solver=" ".join(filter(None, (plan.solver.name, str(plan.options.get("model", ""))))),
        setting=f"effort {plan.budget.effort}, {plan.budget.attempts} attempts, "
        f"{plan.budget.seconds:g} s a task, seed {plan.budget.seed}",
        task_set=plan.task_set,
        digest=plan.digest[:12],
        cells=tuple(_rule_cell(score, not left) for score in scores),
        unscored="no task is done yet" if result.scores else no_score(result),
        outcomes=format_counts(result.outcomes),
        unfinished=f"unfinished: scored over {done} of {len(plan.asked)} tasks" if left else "",
        cpu=format_seconds(run.cpu_seconds),
        wall=format_seconds(run.wall_seconds),
        cost="cost not stated" if dollars is None else f"${dollars * len(plan.asked):,.2f}",
        about="; ".join(filter(None, about)),
    )


def figure_rows(results: Sequence[RunResult]) -> list[FigureRow]:
    """The figures reported for the runs' benchmarks, best first."""
    sets = {FIGURE_SETS.get(result.run.plan.task_set) for result in results} - {None}
    found = figures_beside(results)
    found.sort(key=lambda figure: (-(figure.percent or 0), figure.system))
    return [_figure_row(figure, figure.task_set in sets) for figure in found]


def _rule_cell(score: Score, whole: bool) -> RuleCell:
    low, high = score.interval
    return RuleCell(
        rule=score.rule,
        figure=f"{score.percent:.2f}%" + (" error" if score.lower_is_better else ""),
        interval=f"{low:.1f} to {high:.1f}" if whole else "",
        solved=f"{score.numerator:.6g} of {score.denominator} {score.unit}",
        about=f"up to {score.attempts} attempts; 95% interval by {score.interval_method}",
    )


def _figure_row(figure: Figure, comparable: bool) -> FigureRow:
    sign = {"about": "~", "below": "<"}.get(figure.qualifier, "")
    dollars, minutes = figure.cost_usd_per_task, figure.minutes_per_task
    note = f" ({figure.note})" if figure.note else ""
    return FigureRow(
        system=figure.system,
        setting=figure.setting or "",
        benchmark=figure.benchmark,
        task_set=figure.task_set or "",
        figure=f"{sign}{figure.percent:.4g}%",
        dollars="" if dollars is None else f"${dollars:g}",
        minutes="" if minutes is None else f"{minutes:g} min",
        when=figure.reported_on,
        source=f"{figure.source}{note}",
        comparable=comparable,
    )
