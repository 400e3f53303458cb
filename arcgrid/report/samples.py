"""The samples of a run for people: the score by their number, what they were, what they took."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from arcgrid.report.document import Cell, Document, Table
from arcgrid.report.text import count, format_seconds
from arcgrid.sample import SAMPLE_KINDS, Sample, total_cost
from arcgrid.sources import RunResult

_COLUMNS = (">samples", ">score", ">deviation", ">best of them")


def samples_document(result: RunResult, rule: str) -> Document:
    """A row for each number of samples, then lines about all of them.

    Raises:
        UnknownNameError: there is no such rule.
    """
    rows = [
        (
            Cell(str(point.samples), point.samples),
            Cell(f"{point.percent:.2f}%", point.percent),
            Cell(f"{point.deviation:.2f}", point.deviation),
            Cell(f"{point.oracle:.2f}%", point.oracle),
        )
        for point in result.sample_curve(rule)
    ]
    every = [sample for given in result.samples_by_test.values() for sample in given]
    name = f"{result.run.name}: {result.run.plan.task_set}, percent solved under {rule}"
    return [name, Table.of(_COLUMNS, rows), *sample_lines(every)]


def sample_lines(samples: Sequence[Sample]) -> list[str]:
    """How many samples came to what, how they were read, and what they took."""
    kinds = [sample.kind for sample in samples]
    counted = [f"{kinds.count(kind)} {kind}" for kind in SAMPLE_KINDS if kind in kinds]
    ways = [sample.read_by for sample in samples if sample.read_by]
    read = [f"{ways.count(way)} by {way}" for way in dict.fromkeys(ways)]
    lines = [f"{count(len(samples), 'sample')}: {', '.join(counted)}; read: {', '.join(read)}"]
    seconds = sorted(sample.seconds for sample in samples if sample.seconds is not None)
    if seconds:
        ninety = seconds[min(len(seconds) - 1, int(0.9 * len(seconds)))]
        median = format_seconds(statistics.median(seconds))
        lines.append(f"a reply took {median} (median), {format_seconds(ninety)} (9 of 10)")
    sides = {"prompt": "sent", "output": "replied", "reasoning": "of these reasoning"}
    told = [f"{_tokens(samples, side)} {what}" for side, what in sides.items()]
    cost = total_cost(samples)
    lines.append(f"tokens: {', '.join(told)}; cost: {'?' if cost is None else f'${cost:,.4f}'}")
    retries = sum(sample.tries - 1 for sample in samples)
    again = f"sent again: {count(retries, 'request')}"
    return [*lines, *([again] if retries else [])]


def _tokens(samples: Sequence[Sample], side: str) -> str:
    """Tokens of one side over all replies; `?` where a reply does not say."""
    given = [getattr(one.usage, side) for one in samples if one.kind != "failed"]
    return "?" if not given or None in given else f"{sum(given):,}"
