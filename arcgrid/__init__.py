"""arcgrid: toolkit and evaluation harness for ARC-style grid puzzles.

Names are loaded when first used, so that `import arcgrid` stays quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from arcgrid import ops
    from arcgrid.datasets import find_task, load
    from arcgrid.errors import ArcgridError, ArgumentError, GridError
    from arcgrid.formats.detect import read_submission
    from arcgrid.grid import Grid, as_grid
    from arcgrid.ops import GridStack
    from arcgrid.report.table import table
    from arcgrid.result import Answer, Budget, Guess, Outcome, Score, Submission
    from arcgrid.runner import resume, run
    from arcgrid.scoring import score
    from arcgrid.solver import Solver
    from arcgrid.task import Pair, Puzzle, Task, TaskSet

__version__ = "0.1.0"

_HOME = {
    "find_task": "datasets",
    "load": "datasets",
    "read_submission": "formats.detect",
    "table": "report.table",
    "resume": "runner",
    "run": "runner",
    "score": "scoring",
    "ArcgridError": "errors",
    "ArgumentError": "errors",
    "GridError": "errors",
    "Grid": "grid",
    "as_grid": "grid",
    "GridStack": "ops",
    "Answer": "result",
    "Budget": "result",
    "Guess": "result",
    "Outcome": "result",
    "Score": "result",
    "Submission": "result",
    "Solver": "solver",
    "Pair": "task",
    "Puzzle": "task",
    "Task": "task",
    "TaskSet": "task",
}

__all__ = [
    "Answer",
    "ArcgridError",
    "ArgumentError",
    "Budget",
    "Grid",
    "GridError",
    "GridStack",
    "Guess",
    "Outcome",
    "Pair",
    "Puzzle",
    "Score",
    "Solver",
    "Submission",
    "Task",
    "TaskSet",
    "__version__",
    "as_grid",
    "find_task",
    "load",
    "ops",
    "read_submission",
    "resume",
    "run",
    "score",
    "table",
]


def __getattr__(name: str) -> object:
    if name == "ops":
        return importlib.import_module("arcgrid.ops")
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'arcgrid' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"arcgrid.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
