"""The figures that others reported, each with its source.

`data/figures.csv` is the one place where they are written down; nothing is measured here.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib import resources

from arcgrid.errors import UnknownNameError

FIGURE_SETS: Mapping[str, str] = {"arc-agi-1/evaluation": "public-evaluation-400"}
"""What the figures call a named task set."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One reported figure; None stands for what the source does not say.

    Attributes:
        benchmark: such as `arc-agi-1` or `codeforces`.
        task_set: which tasks, in the words of the field, such as `semi-private-100`.
        system: who or what was measured.
        submission: id of the published attempts behind it.
        setting: how it was run.
        metric: `accuracy_percent`, `task_mean_sum`, `outputs_solved` or `elo`.
        value: the figure in the metric's unit.
        denominator: what a sum or a count is out of.
        qualifier: `exact`, `about` or `below`.
        note: what one should know.
        samples, tokens: per task and in all.
        cost_usd_total, cost_usd_per_task: US dollars.
        minutes_per_task: wall-clock minutes.
        reported_on: date or year.
        source: where it was reported.
        total: the sum or count that the figure is a share of `denominator` by, where it is known.
    """

    benchmark: str
    task_set: str | None
    system: str
    submission: str | None
    setting: str | None
    metric: str
    value: float
    denominator: int | None
    qualifier: str
    note: str | None
    samples: int | None
    tokens: int | None
    cost_usd_total: float | None
    cost_usd_per_task: float | None
    minutes_per_task: float | None
    reported_on: str
    source: str
    total: float | None = None

    @property
    def percent(self) -> float | None:
        """The figure in percent, or None where it is no share (an Elo rating)."""
        if self.metric == "accuracy_percent":
            return self.value
        return None if self.denominator is None else 100 * self.value / self.denominator


@cache
def figures() -> tuple[Figure, ...]:
    """All reported figures in the order of the file."""
    text = resources.files("arcgrid").joinpath("data/figures.csv").read_text("utf-8")
    return tuple(_parse_figure(row) for row in csv.DictReader(text.splitlines()))


def benchmarks() -> list[str]:
    """The names of all benchmarks that have figures, in the order of the file."""
    return list(dict.fromkeys(figure.benchmark for figure in figures()))


def benchmark_of(task_set: str) -> str | None:
    """The benchmark that a named task set is of, where it has figures: what is before the slash."""
    name = task_set.partition("/")[0]
    return name if name in benchmarks() else None


def figures_of(benchmark: str) -> list[Figure]:
    """The figures of one benchmark.

    Raises:
        UnknownNameError: there are none; it suggests the nearest name.
    """
    if benchmark not in benchmarks():
        raise UnknownNameError("benchmark", benchmark, benchmarks())
    return [figure for figure in figures() if figure.benchmark == benchmark]


def percentages(benchmark: str) -> list[Figure]:
    """The figures of one benchmark that are percentages, each result once.

    Raises:
        UnknownNameError: there are none; it suggests the nearest name.
    """
    return [figure for figure in distinct(figures_of(benchmark)) if figure.percent is not None]


def distinct(figures: Iterable[Figure]) -> list[Figure]:
    """Figures without repetitions: what two sources tell of one result becomes one figure.

    Benchmark, set, system and setting are the same, and the percentages agree to the digits of the
    one with fewer; the first says how it is written, both what else is known, and both are sources.
    """
    found: list[Figure] = []
    for figure in figures:
        place = next((at for at, other in enumerate(found) if _agree(figure, other)), None)
        if place is None:
            found.append(figure)
        else:
            found[place] = _merged(found[place], figure)
    return found


def _agree(one: Figure, other: Figure) -> bool:
    if one.percent is None or other.percent is None or one.qualifier != other.qualifier:
        return False
    keys = ((f.benchmark, f.task_set, f.system, f.setting) for f in (one, other))
    digits = min(_decimals(one), _decimals(other))
    half = 0.5 * 10.0**-digits + 1e-9
    return len(set(keys)) == 1 and abs(one.percent - other.percent) <= half


def _decimals(figure: Figure) -> int:
    """The decimals of a percentage as it is written; a sum or count out of so many is exact."""
    if figure.metric != "accuracy_percent":
        return 9
    return len(f"{figure.value:.9f}".rstrip("0").partition(".")[2])


def _merged(first: Figure, second: Figure) -> Figure:
    known = {
        field.name: getattr(second, field.name)
        for field in fields(Figure)
        if getattr(first, field.name) is None
    }
    sources = f"{first.source}; {second.source}"
    return replace(first, **known, source=sources)


def _parse_figure(row: dict[str, str]) -> Figure:
    def number(name: str) -> float | None:
        return float(row[name]) if row[name] else None

    def count(name: str) -> int | None:
        return int(row[name]) if row[name] else None

    return Figure(
        benchmark=row["benchmark"],
        task_set=row["task_set"] or None,
        system=row["system"],
        submission=row["submission"] or None,
        setting=row["setting"] or None,
        metric=row["metric"],
        value=float(row["value"]),
        denominator=count("denominator"),
        qualifier=row["qualifier"],
        note=row["note"] or None,
        samples=count("samples"),
        tokens=count("tokens"),
        cost_usd_total=number("cost_usd_total"),
        cost_usd_per_task=number("cost_usd_per_task"),
        minutes_per_task=number("minutes_per_task"),
        reported_on=row["reported_on"],
        source=row["source"],
        total=float(row["value"]) if row["denominator"] else None,
    )
