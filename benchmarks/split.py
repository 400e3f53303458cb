"""The fixed split of the ARC-AGI-1 training set that solvers are developed and checked on.

Nobody looks at the tasks of the check part that a solver fails: only their number counts.
"""

from __future__ import annotations

import hashlib

import arcgrid

TRAINING = "arc-agi-1/training"
DEVELOP_TASKS = 280
"""The first so many tasks by the SHA-256 of their id develop; the others check."""


def split_training() -> tuple[list[arcgrid.Task], list[arcgrid.Task]]:
    """The tasks to develop on, and the tasks to check with."""
    tasks = sorted(
        arcgrid.load(TRAINING), key=lambda task: hashlib.sha256(task.id.encode()).hexdigest()
    )
    return tasks[:DEVELOP_TASKS], tasks[DEVELOP_TASKS:]
