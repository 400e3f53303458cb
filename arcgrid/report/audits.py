"""Audits as plain values for JSON, and as text for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from arcgrid.audit import Audit, Claim
from arcgrid.report.records import format_scores, score_record
from arcgrid.report.text import format_table
from arcgrid.result import Spending

_LISTED = 10

_MAPPINGS = {
    "index": "by pair_index",
    "position": "by position",
    "mixed": "by position, as an entry names several pair_index",
    "twice": "by position, as two entries name one pair_index",
    "range": "by position, as a pair_index is none of the task",
}


def audit_record(audit: Audit) -> dict[str, Any]:
    """An audit as plain values; unknown cost and tokens are null."""
    record = asdict(audit)
    record["scores"] = [score_record(score) for score in audit.scores]
    return record


def format_audit(audit: Audit, claim: float | None, width: int | None = None) -> str:
    """Format an audit for people."""
    attempts = f"{audit.attempts} attempts at {audit.outputs} outputs of {audit.tasks} tasks"
    mapping = ", ".join(f"{count} {_MAPPINGS[kind]}" for kind, count in audit.mapping.items())
    lines = [
        f"{audit.name}: format {audit.format or 'run'}, {attempts}",
        f"missing tasks: {_listed(audit.missing)}",
        f"extra tasks: {_listed(audit.extra)}",
        f"wrong number of outputs: {_listed(audit.misfits)}",
        f"attempts that are no grids: {_counted(audit.faults)}",
        f"attempts that repeat an earlier one: {audit.repeats}",
        f"tasks mapped to test inputs: {mapping}",
    ]
    if audit.texts:
        lines.append(f"text answers: {audit.texts}, read by {audit.extractor}")
    lines += [f"cost: {_cost(audit.spending)}", f"tokens: {_tokens(audit.spending)}", ""]
    text = "\n".join(lines) + "\n" + format_scores(audit.scores, width)
    return text if claim is None else text + _format_claims(audit.claims, claim, width)


def _format_claims(claims: Sequence[Claim], claim: float, width: int | None) -> str:
    if not claims:
        return f"\nno rule, set version or denominator gives {claim:g}%\n"
    rows = [
        (
            found.rule,
            found.task_set,
            found.digest[:12],
            found.denominator,
            f"{found.solved:.6g} of {found.of}",
            f"{found.percent:.4f}",
        )
        for found in claims
    ]
    columns = ("rule", "task set", "-sha256", "denominator", ">solved", ">percent")
    return f"\n{claim:g}% comes out by\n" + format_table(columns, rows, width)


def _listed(ids: Sequence[str]) -> str:
    if not ids:
        return "none"
    more = " ..." if len(ids) > _LISTED else ""
    return f"{len(ids)}: {' '.join(ids[:_LISTED])}{more}"


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {what}" for what, count in counts.items()) or "none"


def _cost(spending: Spending | None) -> str:
    if spending is None or spending.cost is None:
        return "unknown"
    partly = f", not counting {spending.without_cost} attempts that do not say" * bool(
        spending.without_cost
    )
    return f"${spending.cost:.6g} in all{partly}"


def _tokens(spending: Spending | None) -> str:
    if spending is None or spending.tokens is None:
        return "unknown"
    partly = f", not counting {spending.without_tokens} attempts that do not say" * bool(
        spending.without_tokens
    )
    return f"{spending.tokens:,} in all{partly}"
