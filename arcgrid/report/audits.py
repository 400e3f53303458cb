"""Audits as plain values for JSON, and as text for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from arcgrid.audit import Audit
from arcgrid.report.document import Cell, Document, Table
from arcgrid.report.records import score_record
from arcgrid.report.scores import scores_document
from arcgrid.report.text import count
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


def audit_document(audit: Audit, claim: float | None, plus_minus: bool = False) -> Document:
    """An audit for people: what is in the submission, every score, what a claim comes from."""
    attempts = f"{count(audit.attempts, 'attempt')} at {count(audit.outputs, 'output')}"
    mapping = ", ".join(f"{number} {_MAPPINGS[kind]}" for kind, number in audit.mapping.items())
    lines = [
        f"{audit.name}: format {audit.format or 'run'}, {attempts} of {count(audit.tasks, 'task')}",
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
    claims = [] if claim is None else _claims_document(audit, claim)
    return [*lines, *scores_document(audit.scores, plus_minus), *claims]


def _claims_document(audit: Audit, claim: float) -> Document:
    if not audit.claims:
        lines = ["", f"no rule, set version or denominator gives {claim:g}%"]
        if audit.nearest is not None:
            near = audit.nearest
            lines.append(
                f"the nearest is {near.percent:.4f}%: {near.rule} on {near.task_set}, "
                f"{near.solved:.6g} of {near.of} {near.denominator}"
            )
        return lines
    rows = [
        (
            found.rule,
            found.task_set,
            found.digest[:12],
            found.denominator,
            Cell(f"{found.solved:.6g}", found.solved),
            Cell(str(found.of), found.of),
            Cell(f"{found.percent:.4f}", found.percent),
        )
        for found in audit.claims
    ]
    columns = ("rule", "~task set", "-sha256", "denominator", ">solved", ">of", ">percent")
    return ["", f"{claim:g}% comes out by", Table.of(columns, rows)]


def _listed(ids: Sequence[str]) -> str:
    if not ids:
        return "none"
    more = " ..." if len(ids) > _LISTED else ""
    return f"{len(ids)}: {' '.join(ids[:_LISTED])}{more}"


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {what}" for what, number in counts.items()) or "none"


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
