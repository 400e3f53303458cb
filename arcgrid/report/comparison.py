"""Comparisons as plain values for JSON, and as text for people."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from arcgrid.report.records import score_record
from arcgrid.report.text import format_table
from arcgrid.scoring.compare import Comparison, PairedDifference

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


def format_comparison(comparison: Comparison, width: int | None = None) -> str:
    """Format a comparison: each figure, any of them, then every two."""
    rows = [
        (name, f"{score.numerator:.6g}", str(score.denominator), f"{score.percent:.2f}")
        for name, score in zip(
            (*comparison.names, "any of them"),
            (*comparison.scores, comparison.union),
            strict=True,
        )
    ]
    figure = f">{comparison.rule} %{' error' if comparison.union.lower_is_better else ''}"
    columns = ("", ">solved", f">of ({comparison.unit})", figure)
    text = f"{comparison.task_set}  sha256:{comparison.digest[:12]}\n"
    text += format_table(columns, rows, width)
    return text + "".join(_format_pair(pair, comparison.unit) for pair in comparison.pairs)


def _format_pair(pair: PairedDifference, unit: str) -> str:
    low, high = pair.interval
    return (
        f"\n{pair.first} against {pair.second}\n"
        f"  both {pair.both}, only the first {pair.only_first}, only the second "
        f"{pair.only_second}, neither {pair.neither} ({unit})\n"
        f"  difference in solved {pair.difference:+.2f} points, 95% [{low:+.2f}, {high:+.2f}] "
        f"(paired bootstrap); p = {pair.p_value:.3g} (exact McNemar)\n"
        f"  the smallest difference this set could resolve: {pair.resolvable:.2f} points\n"
        f"  won:  {_listed(pair.won)}\n"
        f"  lost: {_listed(pair.lost)}\n"
    )


def _listed(ids: tuple[str, ...]) -> str:
    more = f" ... ({len(ids)} in all; --json lists them)" if len(ids) > _LISTED else ""
    return (" ".join(ids[:_LISTED]) or "none") + more
