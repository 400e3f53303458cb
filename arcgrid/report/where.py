"""Where a run was worked on, in words, and whether its CPU seconds can be compared."""

from __future__ import annotations

from collections import Counter

from arcgrid.report.text import count
from arcgrid.store import Run

NOT_COMPARABLE = "CPU seconds of different kinds of processors are not comparable"


def where(run: Run) -> str:
    """The machines by kind, with their workers; of an older run what its plan says."""
    plan = run.plan
    if not run.machines:
        return f"{count(plan.workers, 'worker')} on {plan.machine}"
    kinds = Counter((machine.processor, machine.workers) for machine in run.machines)
    if len(run.machines) == 1:
        ((processor, workers),) = kinds
        return f"{count(workers, 'worker')} on {processor}"
    parts = [
        f"{number} of {processor} with {count(workers, 'worker')}{' each' if number > 1 else ''}"
        for (processor, workers), number in sorted(kinds.items())
    ]
    return f"{count(len(run.machines), 'machine')}: {'; '.join(parts)}"


def is_mixed(run: Run) -> bool:
    """Whether machines of different kinds worked on it."""
    return len({machine.processor for machine in run.machines}) > 1


def where_lines(run: Run) -> list[str]:
    """What is worth telling where several machines worked on a run; nothing of one machine."""
    if len(run.machines) < 2:
        return []
    return [f"on {where(run)}", *([NOT_COMPARABLE] if is_mixed(run) else [])]
