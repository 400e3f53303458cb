"""Run results as HTML for a notebook; `arcgrid.notebook` finds the function by its entry point."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from arcgrid.sources import RunResult


def run_result(result: RunResult) -> str:
    """A run's outcomes and its score under every rule as HTML."""
    run = result.run
    plan = run.plan
    counts = ", ".join(f"{count} {kind}" for kind, count in result.outcomes.items() if count)
    heading = f"run {run.name}: {plan.solver.name} on {plan.task_set} sha256:{plan.digest[:12]}"
    lines = [f"<p><b>{escape(heading)}</b><br>{escape(counts or 'no outcomes yet')}</p>"]
    if result.scores:
        columns = ("rule", "score", "95% interval", "solved", "attempts")
        rows = [
            (
                score.rule,
                f"{score.percent:.2f}%" + (" error" if score.lower_is_better else ""),
                f"{score.interval[0]:.2f} to {score.interval[1]:.2f}",
                f"{score.numerator:g} of {score.denominator} {score.unit}",
                str(score.attempts),
            )
            for score in result.scores
        ]
        lines += ["<table>", _row("th", columns), *(_row("td", row) for row in rows), "</table>"]
    else:
        lines.append("<p>not scored: the answers are not known</p>")
    return "\n".join(lines)


def _row(cell: str, texts: Sequence[str]) -> str:
    return "<tr>" + "".join(f"<{cell}>{escape(text)}</{cell}>" for text in texts) + "</tr>"
