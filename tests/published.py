"""Published runs made up for the tests, in the shapes of the real ones."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

import arcgrid
from arcgrid.formats.task_json import format_task
from arcgrid.task import Pair, Task, TaskSet

IDS = ("aa", "bb", "cc")
SHARED = Path(__file__).parents[2] / "shared" / "published"


def task_set(folder: Path) -> TaskSet:
    """Three tasks, of which `bb` has two tests, as a directory of files."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, id in enumerate(IDS):
        pairs = [
            Pair(np.full((1, 2), color), np.full((2, 1), color)) for color in (number, number + 3)
        ]
        task = Task(id, (pairs[0],), tuple(pairs[: 2 if id == "bb" else 1]))
        (folder / f"{id}.json").write_text(format_task(task))
    return arcgrid.load(folder)


def truth(tasks: TaskSet) -> dict[str, Any]:
    """The perfect attempts, as JSON."""
    return {
        task.id: [
            {"attempt_1": pair.output.tolist(), "attempt_2": None}
            for pair in task.test
            if pair.output is not None
        ]
        for task in tasks
    }


def results(rows: dict[str, Any], score: float | None = None) -> dict[str, Any]:
    """An official results file; the total is the sum of the rows unless said otherwise."""
    numbers = [row["score"] if isinstance(row, dict) else row for row in rows.values()]
    total = sum(numbers) if score is None else score
    return {"score": total, "total_tasks": len(rows), "task_results": rows}


def write(root: Path, name: str, official: Any, attempts: dict[str, Any], shape: str) -> None:
    """Write a published run as `file` (one attempts.json) or `directory` (one file a task)."""
    home = root / "results" / name
    home.mkdir(parents=True)
    (home / "results.json").write_text(json.dumps(official))
    if shape == "file":
        (home / "attempts.json").write_text(json.dumps(attempts))
        return
    folder = root / "submissions" / name
    folder.mkdir(parents=True)
    for id, answers in attempts.items():
        (folder / f"{id}.json").write_text(json.dumps(answers))


def zipped(root: Path, target: Path) -> None:
    """Pack a folder into a zip."""
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(root.rglob("*.json")):
            archive.write(path, path.relative_to(root))
