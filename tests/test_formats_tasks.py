"""Any path to tasks: what it is told to be, and every unsound file of a directory."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from arcgrid import ArcgridError
from arcgrid.errors import UnknownNameError
from arcgrid.formats.format import TaskOptions
from arcgrid.formats.task_json import format_task, is_task_file
from arcgrid.formats.tasks import check_tasks, read_tasks
from tests.samples import task

TASK = format_task(task("x", [[3]], [[4]])).strip()

# name: text, is it one task, the ids
TOLD: dict[str, tuple[str, bool, list[str]]] = {
    "a task": (TASK, True, ["file"]),
    "a task with other keys": ('{"name": "x",' + TASK[1:], True, ["file"]),
    "white space before": (" \n" + TASK.replace(": [\n", ":\n [\n"), True, ["file"]),
    "challenges": (f'{{"ab": {TASK}, "cd": {TASK}}}', False, ["ab", "cd"]),
    "one challenge": (f'{{"ab": {TASK}}}', False, ["ab"]),
}


@pytest.mark.parametrize(("text", "single", "ids"), TOLD.values(), ids=TOLD)
def test_a_file_is_told_by_its_keys(
    text: str, single: bool, ids: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "file.json"
    file.write_text(text)
    assert is_task_file(file) is single
    tasks = read_tasks(file)
    assert [entry.id for entry in tasks] == ids
    assert tasks.name == tasks.origin == str(file)


def test_a_directory_is_told(tmp_path: Path) -> None:
    (tmp_path / "ab.json").write_text(TASK)
    assert [entry.id for entry in read_tasks(tmp_path)] == ["ab"]


FAULTS: dict[str, tuple[str, str]] = {
    "empty": ("", ": not JSON: input data was truncated"),
    "an empty object": ("{}", ": an empty object: neither a task nor tasks by id"),
    "a list": ("[]", ": expected object, got array"),
    "half a task": ('{"test": []}', ": the key 'train' is missing"),
    "the other half": ('{"train": []}', ": the key 'test' is missing"),
    "another thing": ('{"a": "b"}', ", task a: expected object, got str"),
}


@pytest.mark.parametrize(("text", "message"), FAULTS.values(), ids=FAULTS)
def test_neither(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "file.json"
    file.write_text(text)
    with pytest.raises(ArcgridError) as caught:
        read_tasks(file)
    assert str(caught.value) == f"{file}{message}"
    tasks, problems = check_tasks(file)
    assert tasks is None
    assert list(map(str, problems)) == [f"{file}{message}"]


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, problem in {
        "none": "no such file or directory",
        "pipe": "a pipe or a device, and no file",
    }.items():
        with pytest.raises(ArcgridError) as caught:
            read_tasks(tmp_path / name)
        assert str(caught.value) == f"{tmp_path}/{name}: {problem}"


def test_a_format_can_be_named(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('{"examples": [[[[1]], [[1]]], [[[2]], [[2]]]]}\n')
    assert read_tasks(file, TaskOptions("barc")).ids == ["a-00000001"]
    with pytest.raises(UnknownNameError) as caught:
        read_tasks(file, TaskOptions("bark"))
    assert str(caught.value) == "unknown task format 'bark'; did you mean barc?"


def test_a_file_too_large_for_one_task_is_of_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file.json"
    file.write_text(TASK)
    monkeypatch.setattr("arcgrid.formats.task_json.MAX_WHOLE", len(TASK))
    assert is_task_file(file)
    monkeypatch.setattr("arcgrid.formats.task_json.MAX_WHOLE", len(TASK) - 1)
    assert not is_task_file(file)


def test_every_unsound_file_of_a_directory_is_named(tmp_path: Path) -> None:
    bad = {"b": "{}", "d": TASK.replace("3", "30"), "e": "["}
    for id, text in ({"a": TASK, "c": TASK} | bad).items():
        (tmp_path / f"{id}.json").write_text(text)
    tasks, problems = check_tasks(tmp_path)
    assert tasks is None
    assert list(map(str, problems)) == [
        f"{tmp_path}/b.json: the key 'train' is missing",
        f"{tmp_path}/d.json, test[0].output, row 0, column 0: 30 is not a color (0 to 9)",
        f"{tmp_path}/e.json: not JSON: input data was truncated",
    ]


def test_sound_tasks_have_no_problem(tmp_path: Path) -> None:
    file = tmp_path / "x_challenges.json"
    file.write_text(json.dumps({"ab": json.loads(TASK)}))
    tasks, problems = check_tasks(file)
    assert tasks is not None
    assert (len(tasks), tasks.outputs, problems) == (1, 2, [])


def test_a_directory_without_tasks_has_a_problem(tmp_path: Path) -> None:
    tasks, problems = check_tasks(tmp_path)
    assert tasks is None
    message = f"{tmp_path}: there is no .json file in this directory"
    assert list(map(str, problems)) == [message]
