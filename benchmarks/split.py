"""The fixed parts of training sets that solvers are developed and checked on.

Nobody looks at the tasks of the check part that a solver fails: only their number counts. All other
tasks of ARC-AGI-2, and all evaluation sets, stay aside.
"""

from __future__ import annotations

import hashlib

import arcgrid

TRAINING = "arc-agi-1/training"
SECOND_TRAINING = "arc-agi-2/training"
DEVELOP_TASKS = 280
"""The first so many tasks by the SHA-256 of their id develop; the others check."""


def split_training() -> tuple[list[arcgrid.Task], list[arcgrid.Task]]:
    """The tasks to develop on, and the tasks to check with."""
    tasks = sorted(arcgrid.load(TRAINING), key=lambda task: _order(task.id))
    return tasks[:DEVELOP_TASKS], tasks[DEVELOP_TASKS:]


def second_part() -> list[arcgrid.Task]:
    """More tasks to develop on: about half of those that ARC-AGI-2 has and ARC-AGI-1 has not."""
    known = {task.id for name in (TRAINING, "arc-agi-1/evaluation") for task in arcgrid.load(name)}
    return [
        task
        for task in arcgrid.load(SECOND_TRAINING)
        if task.id not in known and _order(task.id)[0] < "8"
    ]


def _order(id: str) -> str:
    return hashlib.sha256(id.encode()).hexdigest()
