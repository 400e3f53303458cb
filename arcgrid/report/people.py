"""What people came to together: their mean, and how far they lie apart."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import replace

from arcgrid.report.figures import TableRow


def mean_rows(rows: Sequence[TableRow]) -> list[TableRow]:
    """A row for each task set and setting that two people or more have finished.

    Args:
        rows: those of runs, the newest first. Of each person the first run that was finished
            counts: who has seen the answers is no measure any more.
    """
    groups: dict[tuple[str | None, str | None], dict[str, TableRow]] = {}
    for row in rows:
        if row.person is not None and row.note is None:  # an unfinished run has a note
            groups.setdefault((row.digest, row.setting), {})[row.person] = row
    return [_mean(list(people.values())) for people in groups.values() if len(people) > 1]


def _mean(rows: Sequence[TableRow]) -> TableRow:
    figures = [row.value for row in rows]
    mean = statistics.fmean(figures)
    minutes = [row.minutes_per_task for row in rows if row.minutes_per_task is not None]
    return replace(
        rows[0],
        system=f"human, mean of {len(rows)}",
        setting=f"{rows[0].setting}, standard deviation {statistics.stdev(figures):.4g}, "
        f"{min(figures):.4g} to {max(figures):.4g}",
        percent=mean,
        value=mean,
        interval=None,
        minutes_per_task=statistics.fmean(minutes) if len(minutes) == len(rows) else None,
        when=max(row.when for row in rows),
        source=", ".join(sorted(row.source for row in rows)),
        person=None,
    )
