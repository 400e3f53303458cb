"""What records show in a notebook: as HTML, and in a real Jupyter notebook that is executed."""

from __future__ import annotations

import tomllib
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from arcgrid import Pair, Task, TaskSet, as_grid, notebook
from arcgrid.notebook import Shown
from arcgrid.render import svg
from arcgrid.sources import RunResult
from tests.pictures import HOSTILE_IDS, gravity, mini
from tests.runs import run_small

ROOT = Path(__file__).parents[1]

CELLS = {
    "import arcgrid; tasks = arcgrid.load('arcgrid/mini'); tasks": "arcgrid/mini: 40 tasks",
    "task = tasks['gravity-down']; task": "<title>task gravity-down</title>",
    "task.train[0]": "<title>5x4 to 5x4</title>",
    "task.puzzle": "<title>task puzzle</title>",
    "arcgrid.run('identity', tasks, limit=2, workers=1)": "<td>arc-prize</td><td>0</td>",
}
"""Cells of a notebook, and what their HTML holds."""


def html(value: Shown) -> str:
    found = value._repr_html_()
    assert found is not None
    return found


def test_in_a_real_notebook(store: Path, tmp_path: Path) -> None:
    new: Any = nbformat.v4
    book = new.new_notebook(cells=[new.new_code_cell(code) for code in CELLS])
    client = NotebookClient(book, timeout=120, resources={"metadata": {"path": str(tmp_path)}})
    client.execute()
    for cell, wanted in zip(book.cells, CELLS.values(), strict=True):
        [output] = [one for one in cell.outputs if one.output_type == "execute_result"]
        assert wanted in output.data["text/html"]
        assert output.data["text/plain"]


def test_a_task_is_its_picture() -> None:
    assert svg.task(gravity()) in html(gravity())
    assert svg.pair(gravity().train[0]) in html(gravity().train[0])
    assert svg.task_set(mini()) in html(mini())


def test_a_puzzle_shows_no_answer() -> None:
    hidden = Task("puzzle", gravity().train, tuple(Pair(pair.input) for pair in gravity().test))
    assert svg.task(hidden) in html(gravity().puzzle)


def test_a_large_set_shows_its_first_tasks() -> None:
    grid = as_grid([[1]])
    tasks = [Task(str(number), (Pair(grid, grid),), (Pair(grid),)) for number in range(1000)]
    text = html(TaskSet("<b>", tuple(tasks)))
    assert text.startswith("<p>&lt;b&gt;: the first 60 of 1,000 tasks</p>")
    assert ">59</text>" in text
    assert ">60</text>" not in text


@pytest.mark.parametrize("id", HOSTILE_IDS.values(), ids=HOSTILE_IDS)
def test_hostile_names_are_text(id: str) -> None:
    named = Task(id, gravity().train, gravity().test)
    for text in (html(named), html(TaskSet(id, (named,)))):
        assert "<script" not in text
        assert "<b>" not in text
        assert "<!--" not in text


def test_a_run_shows_its_scores(store: Path) -> None:
    result = run_small(store, "identity")
    text = html(result)
    assert text.count("<tr>") == 1 + len(result.scores)
    assert "<br>2 answered</p>" in text
    unscored = RunResult(result.run, TaskSet("none", ()), {})
    assert "no outcomes yet" in html(unscored)
    assert "not scored" in html(unscored)


def test_a_record_that_nobody_draws_is_printed() -> None:
    class Plain(Shown):
        pass

    assert Plain()._repr_html_() is None


def test_every_entry_point_is_installed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = project["entry-points"][notebook.GROUP]
    installed = {point.name: point.value for point in entry_points(group=notebook.GROUP)}
    assert installed == declared
