"""What a file holds, in words: for those who named it where something else is wanted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from arcgrid.errors import ArcgridError
from arcgrid.formats.contents import describe
from arcgrid.formats.submissions import read_submission
from arcgrid.formats.tasks import read_tasks

PAIR = {"input": [[1]], "output": [[2]]}
TASK = {"train": [PAIR], "test": [PAIR]}
ATTEMPT = {"attempt_1": [[1]]}

# name: what a file holds, what that is
HELD: dict[str, tuple[object, str | None]] = {
    "a task": (TASK, "a task"),
    "half a task": ({"train": [PAIR]}, None),
    "the other half": ({"test": [PAIR]}, None),
    "challenges": ({"ab": TASK}, "tasks by id"),
    "challenges with odd ids": ({"train": TASK, "test": TASK}, "tasks by id"),
    "a bundled file": ({"train": {"ab": TASK}, "eval": {}}, "bundled task sets"),
    "a bundled file whose first half is empty": ({"train": {}, "eval": {}}, "bundled task sets"),
    "half a bundled file": ({"train": {"ab": TASK}}, None),
    "pairs": ([PAIR], "RE-ARC pairs"),
    "official results": ({"score": 1, "task_results": {}}, "official results"),
    "a score": ({"score": 1}, None),
    "rows of results": ({"task_results": {}}, None),
    "solutions": ({"ab": [[[1]]]}, "solutions"),
    "a Kaggle submission": ({"ab": [ATTEMPT]}, "a submission"),
    "an AAB task": ([ATTEMPT, {}], "a submission"),
    "an AAB task that begins with metadata": ([{"id": 1, **ATTEMPT}], "a submission"),
    "objects": ([{"a": 1}], None),
    "lists of objects": ({"ab": [{"a": 1}]}, None),
    "lists of numbers": ({"ab": [1]}, None),
    "an empty list in an object": ({"ab": []}, None),
    "an object in an object": ({"ab": {"a": 1}}, None),
    "nothing": ({}, None),
    "an empty list": ([], None),
    "a list of lists": ([[1]], None),
    "a number": (1, None),
    "no object with a name in it": ({"ab": "train"}, None),
}


@pytest.mark.parametrize(("value", "wanted"), HELD.values(), ids=HELD)
def test_what_a_file_holds(value: object, wanted: str | None, tmp_path: Path) -> None:
    file = tmp_path / "b.json"
    file.write_text(json.dumps(value))
    assert describe(file) == wanted
    (tmp_path / "c.json").write_text("[")
    (tmp_path / "a.txt").write_text("[")
    assert describe(tmp_path) == wanted


def test_what_cannot_be_described(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[")
    assert describe(tmp_path / "a.json") is None
    assert describe(tmp_path / "b.json") is None
    (tmp_path / "empty").mkdir()
    assert describe(tmp_path / "empty") is None


def test_it_is_said_where_something_else_is_wanted(tmp_path: Path) -> None:
    bundled, task = tmp_path / "bundled.json", tmp_path / "task.json"
    bundled.write_text(json.dumps({"train": {"ab": TASK}, "eval": {}}))
    task.write_text(json.dumps(TASK))
    for path, held in ((bundled, "bundled task sets"), (task, "a task")):
        with pytest.raises(ArcgridError) as caught:
            read_submission(path)
        assert str(caught.value) == f"{path}: this holds {held}, and a submission is wanted"
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps([ATTEMPT]))
    with pytest.raises(ArcgridError) as caught:
        read_tasks(answers)
    assert str(caught.value) == f"{answers}: this holds a submission, and tasks are wanted"
