"""Comparisons as plain values for JSON, and as text for people."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from arcgrid.report.document import Cell, Document, Table
from arcgrid.report.records import score_record
from arcgrid.report.text import count
from arcgrid.scoring.compare import Comparison, PairedDifference
from arcgrid.scoring.rules import find_rule

_LISTED = 40


def comparison_record(comparison: Comparison) -> dict[str, Any]:
    """A comparison as plain values; `interval` is [low, high] in percentage points."""
    return {
        "rule": comparison.rule,
        "task_set": comparison.task_set,
        "digest": comparison.digest,
        "unit": comparison.unit,
        "names": list(comparison.names),
        "scores": [score_record(score) for score in comparison.scores],
        "union": score_record(comparison.union),
        "pairs": [asdict(pair) for pair in comparison.pairs],
    }


def comparison_document(comparison: Comparison) -> Document:
    """Each figure, any of them, then every two: counts, the test, and one sentence for a paper."""
    figures = (*comparison.scores, comparison.union)
    rows = [
        (
            name,
            Cell(f"{score.numerator:.6g}", score.numerator),
            Cell(str(score.denominator), score.denominator),
            Cell(f"{score.percent:.2f}", score.percent),
        )
        for name, score in zip((*comparison.names, "any of them"), figures, strict=True)
    ]
    figure = f">{comparison.rule} %{' error' if comparison.union.lower_is_better else ''}"
    columns = ("~compared", ">solved", f">of ({comparison.unit})", figure)
    warnings = _warnings(comparison)
    lines = [line for pair in comparison.pairs for line in _pair_lines(pair, comparison)]
    return [
        *warnings,
        f"{comparison.task_set}  sha256:{comparison.digest[:12]}",
        Table.of(columns, rows),
        *lines,
        *(["", *warnings] if warnings else []),
    ]


def _warnings(comparison: Comparison) -> list[str]:
    """What makes a comparison unfair: a side that has not answered all."""
    return [
        f"WARNING: {name} has no answer to {missing} of {count(comparison.tasks, 'task')}, which "
        "count as not solved: it is unfinished, or a part only"
        for name, score in zip(comparison.names, comparison.scores, strict=True)
        if (missing := score.coverage.tasks_missing)
    ]


def _pair_lines(pair: PairedDifference, comparison: Comparison) -> list[str]:
    return [
        "",
        f"{pair.first} against {pair.second}",
        f"  both {pair.both}, only the first {pair.only_first}, only the second "
        f"{pair.only_second}, neither {pair.neither} ({comparison.unit})",
        f"  {sentence(pair, comparison)}",
        f"  the smallest difference this set could resolve: {pair.resolvable:.2f} points",
        f"  won:  {_listed(pair.won)}",
        f"  lost: {_listed(pair.lost)}",
    ]


def sentence(pair: PairedDifference, comparison: Comparison) -> str:
    """A paired comparison in one sentence, as a paper has it."""
    scores = dict(zip(comparison.names, comparison.scores, strict=True))
    # Tasks may count by their solved share; the test counts who solves more of each.
    verb = "scores" if find_rule(comparison.rule).partial else "solves"
    first, second = (
        f"{name} {verb} {score.numerator:.6g} ({score.percent_solved:.1f}%)"
        for name, score in ((name, scores[name]) for name in (pair.first, pair.second))
    )
    low, high = pair.interval
    return (
        f"Of {scores[pair.first].denominator} {comparison.unit}, {first} and {second}: "
        f"a difference of {pair.difference:+.2f} points (95% {low:+.2f} to {high:+.2f}, "
        f"paired bootstrap; p = {pair.p_value:.3g}, exact McNemar test of "
        f"{pair.only_first} {comparison.unit} against {pair.only_second})."
    )


def _listed(ids: tuple[str, ...]) -> str:
    more = f" ... ({len(ids)} in all; --json lists them)" if len(ids) > _LISTED else ""
    return (" ".join(ids[:_LISTED]) or "none") + more
