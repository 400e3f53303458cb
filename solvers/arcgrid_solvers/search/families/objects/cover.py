"""Finding clauses that together explain every changed cell of some pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from arcgrid_solvers.search.families.objects.sheet import (
    NAME,
    Clause,
    ObjectRule,
    Sheet,
    Trial,
    wanted_by,
)
from arcgrid_solvers.search.problem import Meter

_MOST_NODES = 1500
_MOST_COVERS = 24
_MOST_CLAUSES = 3
_BRANCHES = 8

Cover = tuple[Trial, ...]


def covers(rows: Sequence[Trial], goal: int, meter: Meter) -> list[Cover]:
    """Sets of effects that explain all cells of the goal; those of few bits first.

    The rows come sorted by bits. One set member after the other is chosen among those that explain
    the first cell that is still unexplained.
    """
    found: list[tuple[float, Cover]] = [
        (row.effect.bits, (row,)) for row in rows if not goal & ~row.total
    ]
    several: list[tuple[float, Cover]] = []
    if all(cover[0].effect.kind == "stamp" for _, cover in found):
        several = _combined(rows, goal, meter)
    ranked = sorted([*found, *several], key=lambda row: row[0])
    return [cover for _, cover in ranked[:_MOST_COVERS]]


def _combined(rows: Sequence[Trial], goal: int, meter: Meter) -> list[tuple[float, Cover]]:
    """Covers of several effects with their bits, of as few as possible."""
    found: list[tuple[float, Cover]] = []
    nodes = _MOST_NODES
    distinct = list(_distinct(rows, goal))
    todo: list[tuple[Cover, int]] = [((), goal)]
    for depth in range(1, _MOST_CLAUSES + 1):
        more: list[tuple[Cover, int]] = []
        for cover, left in todo:
            if nodes <= 0 or meter.exhausted:
                break
            low = left & -left
            options = [row for row in distinct if row.total & low][: 3 * _BRANCHES]
            nodes -= 1 + len(options)
            meter.spend(2 + len(distinct) // 8 + len(options), NAME)
            options.sort(key=lambda row: row.effect.bits - (row.total & left).bit_count() / 4)
            for row in options[:_BRANCHES]:
                rest = left & ~row.total
                chosen = (*cover, row)
                if rest:
                    more.append((chosen, rest))
                elif depth > 1:
                    found.append((sum(r.effect.bits + 4 for r in chosen), chosen))
        todo = more
        if found:
            break
    return found


def _distinct(rows: Sequence[Trial], goal: int) -> Iterator[Trial]:
    """One row of those that say the same of every object."""
    seen = set()
    for row in rows:
        key = (row.harms, row.suits, row.total & goal)
        if row.total & goal and key not in seen:
            seen.add(key)
            yield row


def rules(
    sheet: Sheet, cover: Cover, pairs: Sequence[int], meter: Meter, most: int
) -> Iterator[ObjectRule]:
    """Rules that apply the effects of a cover to selected objects, the simplest first."""
    goal, members = sheet.cells(pairs), sheet.members(pairs)
    options: list[list[Clause]] = []
    for row in cover:
        others = 0
        for other in cover:
            others |= other.total if other is not row else 0
        found: list[Clause] = []
        for wanted in wanted_by(row, goal, others):
            meter.spend(20 + len(sheet.conditions.all), NAME)
            banned = row.harms & members
            for selector, _ in sheet.conditions.select(wanted & members, banned, most):
                found.append(Clause(selector, row.effect))
            if found:
                break
        if not found:
            return
        options.append(found)
    first = tuple(option[0] for option in options)
    yield ObjectRule(sheet.segmentation, sheet.background, first)
    if len(options) == 1:
        for clause in options[0][1:]:
            yield ObjectRule(sheet.segmentation, sheet.background, (clause,))
