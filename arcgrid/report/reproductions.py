"""Rescored published tables as plain values for JSON, and as text for people."""

from __future__ import annotations

from typing import Any

from arcgrid.report.document import Cell, Document, Table
from arcgrid.report.text import count
from arcgrid.reproduce import Reproduction, System

_LISTED = 20


def reproduction_record(found: Reproduction) -> dict[str, Any]:
    """All systems as plain values: `rows` counts, `differences` lists the rows that differ."""
    return {
        "systems": [_system_record(system) for system in found.systems],
        "without_attempts": list(found.without_attempts),
        "unreadable": list(found.unreadable),
        "agrees": found.agrees,
    }


def reproduction_document(found: Reproduction) -> Document:
    """All systems as a table, then what differs."""
    rows = [
        (
            system.name,
            Cell(str(len(system.rows)), len(system.rows)),
            Cell(str(system.differing), system.differing),
            Cell(f"{system.published:g}", system.published),
            Cell(f"{system.row_sum:g}", system.row_sum),
            Cell("?" if system.rescored is None else f"{system.rescored:g}", system.rescored),
            Cell("?" if system.percent is None else f"{system.percent:.2f}", system.percent),
        )
        for system in found.systems
    ]
    columns = (
        *("~system", ">task rows", ">differing", ">published total", "->sum of its rows"),
        *(">rescored", "->% of the set"),
    )
    lines = [line for system in found.systems for line in _problems(system)]
    lines += [f"{name}: not rescored, its attempts are not here" for name in found.without_attempts]
    lines += [f"not read: {problem}" for problem in found.unreadable]
    if found.systems:
        first = found.systems[0]
        total = count(sum(len(system.rows) for system in found.systems), "task row")
        differing = sum(system.differing for system in found.systems)
        where = f"{first.task_set} sha256:{first.digest[:12]} by the rule {first.rule}"
        systems = count(len(found.systems), "system")
        lines.append(f"{systems}, {total}, {differing} differing; {where}")
    return [Table.of(columns, rows), *lines]


def _system_record(system: System) -> dict[str, Any]:
    return {
        "name": system.name,
        "rows": len(system.rows),
        "differing": system.differing,
        "published": system.published,
        "rescored": system.rescored,
        "rule": system.rule,
        "tasks": system.task_set,
        "digest": system.digest,
        "row_sum": system.row_sum,
        "total_agrees": system.total_agrees,
        "percent": system.percent,
        "differences": [
            {"task": row.task, "published": row.published, "rescored": row.rescored}
            for row in system.rows
            if row.differs
        ],
        "total_tasks": system.total_tasks,
        "unpublished": list(system.unpublished),
        "unanswered": list(system.unanswered),
        "problem": system.problem,
        "place": system.place,
    }


def _problems(system: System) -> list[str]:
    lines = []
    if system.problem is not None:
        lines.append(f"{system.name}: cannot be rescored: {system.problem}")
        return lines
    if system.total_tasks != len(system.rows):
        lines.append(
            f"{system.name}: the official file says {system.total_tasks} tasks, but has "
            f"{len(system.rows)} rows"
        )
    if abs(system.published - system.row_sum) > 1e-6:
        lines.append(
            f"{system.name}: the official total is {system.published:g}, but its own rows sum to "
            f"{system.row_sum:g}"
        )
    differing = [row for row in system.rows if row.differs]
    for row in differing[:_LISTED]:
        here = "no such task in the set" if row.rescored is None else f"{row.rescored:g} here"
        lines.append(f"{system.name}: task {row.task}: {row.published:g} published, {here}")
    if len(differing) > _LISTED:
        lines.append(f"{system.name}: ... {len(differing)} rows differ in all")
    if system.unpublished:
        lines.append(f"{system.name}: {len(system.unpublished)} tasks have attempts but no row")
    if system.unanswered:
        lines.append(f"{system.name}: {len(system.unanswered)} rows have no attempts (scored 0)")
    return lines
