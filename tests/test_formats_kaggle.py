"""Kaggle's files: challenges, solutions and submissions; round trips and malformed files."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcgrid import ArcgridError, GridError, Submission, TaskSet
from arcgrid.errors import FormatError
from arcgrid.formats.format import TaskOptions
from arcgrid.formats.kaggle import (
    PLACEHOLDER,
    format_submission,
    iter_challenges,
    read_challenges,
    read_submission,
)
from arcgrid.formats.task_json import task_record
from arcgrid.result import Attempt
from tests.samples import IDS, SMALL, submission, task_sets


def shown(attempt: Attempt) -> object:
    """An attempt as a plain value."""
    if isinstance(attempt, GridError):
        return str(attempt)
    return None if attempt is None else attempt.tolist()


def shown_all(given: Submission) -> dict[str, list[list[object]]]:
    return {
        id: [[shown(attempt) for attempt in attempts] for attempts in tests]
        for id, tests in given.attempts.items()
    }


BAD = GridError("the grid has no rows", "empty")
ATTEMPTS = st.lists(st.none() | st.just(BAD) | SMALL, max_size=3).map(tuple)
SUBMISSIONS: st.SearchStrategy[dict[str, tuple[tuple[Attempt, ...], ...]]] = st.dictionaries(
    IDS, st.lists(ATTEMPTS, min_size=1, max_size=3).map(tuple), max_size=3
)


@given(SUBMISSIONS)
def test_a_submission_round_trips(
    tmp_path_factory: pytest.TempPathFactory, attempts: dict[str, tuple[tuple[Attempt, ...], ...]]
) -> None:
    file = tmp_path_factory.getbasetemp() / "submission.json"
    text = format_submission(Submission("any", attempts))
    file.write_text(text, encoding="utf-8")
    read = read_submission(file)
    wanted = {id: [two_of(given) for given in tests] for id, tests in attempts.items()}
    assert shown_all(read) == wanted
    assert format_submission(read) == text


def two_of(attempts: tuple[Attempt, ...]) -> list[object]:
    """What an export holds: two attempts, the placeholder where there is none."""
    padded = [*attempts, None, None][:2]
    empty = json.loads(PLACEHOLDER)
    return [empty if one is None or one is BAD else shown(one) for one in padded]


GOLDEN = """{"aa": [{"attempt_1": [[1,2]], "attempt_2": [[0,0],[0,0]]}],
"bb": [{"attempt_1": [[3]], "attempt_2": [[4]]}, {"attempt_1": [[0,0],[0,0]], \
"attempt_2": [[0,0],[0,0]]}]}
"""


def test_the_text_of_a_submission() -> None:
    given = submission({"aa": [[[[1, 2]]]], "bb": [[[[3]], [[4]], [[5]]], [None, BAD]]})
    assert format_submission(given) == GOLDEN


def test_an_id_that_json_cannot_hold() -> None:
    """It was the name of a file."""
    with pytest.raises(FormatError) as caught:
        format_submission(Submission("any", {"a\udcff": ()}))
    assert caught.value.task == "a\udcff"
    assert str(caught.value).endswith(": this id is not UTF-8, which JSON needs")


# name: what one test input holds, the attempts that it stands for
READ: dict[str, tuple[str, list[object]]] = {
    "two": ('{"attempt_1": [[1]], "attempt_2": [[2]]}', [[[1]], [[2]]]),
    "the other way round": ('{"attempt_2": [[2]], "attempt_1": [[1]]}', [[[1]], [[2]]]),
    "none": ("{}", []),
    "null": ('{"attempt_1": [[1]], "attempt_2": null}', [[[1]], None]),
    "only the second": ('{"attempt_2": [[2]]}', [None, [[2]]]),
    "five": ('{"attempt_5": [[5]], "attempt_1": [[1]]}', [[[1]], None, None, None, [[5]]]),
    "tenth after second": (
        json.dumps({f"attempt_{n}": [[n % 10]] for n in (10, 2, 1, 3, 4, 5, 6, 7, 8, 9)}),
        [[[n % 10]] for n in range(1, 11)],
    ),
    "malformed": (
        '{"attempt_1": [[1, 2], [3]], "attempt_2": [[11]]}',
        ["row 1: 1 cells, but row 0 has 2", "row 0, column 0: 11 is not a color (0 to 9)"],
    ),
    "empty": (
        '{"attempt_1": [], "attempt_2": [[]]}',
        ["the grid has no rows", "the grid has no columns"],
    ),
    "text": ('{"attempt_1": "[[1]]"}', ['a grid is a list of rows, not "[[1]]"']),
    "text cells": (
        '{"attempt_1": [["1"]]}',
        ['row 0, column 0: "1" is not an integer from 0 to 9'],
    ),
    "a float": ('{"attempt_1": [[1.0]]}', ["row 0, column 0: 1.0 is not an integer from 0 to 9"]),
    "an object": ('{"attempt_1": {"a": 1}}', ["a grid is a list of rows, not {'a': 1}"]),
    "too large": (json.dumps({"attempt_1": [[0]] * 31}), ["31x1 is larger than 30x30"]),
}


@pytest.mark.parametrize(("text", "wanted"), READ.values(), ids=READ)
def test_what_a_test_input_holds(text: str, wanted: list[object], tmp_path: Path) -> None:
    file = tmp_path / "submission.json"
    file.write_text(f'{{"ab": [{text}]}}')
    read = read_submission(file)
    assert read.name == str(file)
    assert shown_all(read) == {"ab": [wanted]}


OBJECT = "an object with attempt_1 and attempt_2 is wanted"
SUBMISSION_FAULTS: dict[str, tuple[str, str]] = {
    "a list": ("[]", ": expected object, got array"),
    "a task no list": (
        '{"ab": {}}',
        ", task ab: a list with one object for each test input is wanted",
    ),
    "a test no object": ('{"ab": [{}, []]}', f", task ab, test[1]: {OBJECT}"),
    "a test null": ('{"ab": [null]}', f", task ab, test[0]: {OBJECT}"),
    "another key": (
        '{"ab": [{"attempt_1": [[1]], "answer": [[1]]}]}',
        ", task ab, test[0]: the key 'answer' is not attempt_1, attempt_2 ...",
    ),
    "attempt_0": (
        '{"ab": [{"attempt_0": [[1]]}]}',
        ", task ab, test[0]: the key 'attempt_0' is not attempt_1, attempt_2 ...",
    ),
    "attempt_01": (
        '{"ab": [{"attempt_01": [[1]]}]}',
        ", task ab, test[0]: the key 'attempt_01' is not attempt_1, attempt_2 ...",
    ),
    "attempt_1000000000": (
        '{"ab": [{"attempt_1000000000": [[1]]}]}',
        ", task ab, test[0]: the key 'attempt_1000000000' is not attempt_1, attempt_2 ...",
    ),
    "a task twice": ('{"ab": [], "cd": [], "ab": []}', ": the key 'ab' occurs twice"),
    "an attempt twice": (
        '{"ab": [{"attempt_1": [[1]], "attempt_1": [[1]]}]}',
        ", ab[0]: the key 'attempt_1' occurs twice",
    ),
}


@pytest.mark.parametrize(("text", "message"), SUBMISSION_FAULTS.values(), ids=SUBMISSION_FAULTS)
def test_a_malformed_submission(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "submission.json"
    file.write_text(text)
    with pytest.raises(FormatError) as caught:
        read_submission(file)
    assert str(caught.value) == f"{file}{message}"


NO_JSON = {
    "empty": b"",
    "text": b"hello",
    "cut off": b'{"ab": [{"attempt_1": [[1',
    "no colon": b'{"ab" []}',
    "no comma": b'{"ab": [] "cd": []}',
    "more text": b'{"ab": []} []',
    "a cell cut off": b'{"ab": [{"attempt_1": [[1,]]}]}',
    "no utf-8": b'{"ab": [{"attempt_1": [["\xff"]]}]}',
    "NaN": b'{"ab": [{"attempt_1": [[NaN]]}]}',
    "too deep": b'{"ab": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
}


@pytest.mark.parametrize("text", NO_JSON.values(), ids=NO_JSON)
def test_a_submission_that_is_no_json(text: bytes, tmp_path: Path) -> None:
    file = tmp_path / "submission.json"
    file.write_bytes(text)
    with pytest.raises(FormatError, match=r"submission\.json.*: not JSON") as caught:
        read_submission(file)
    assert str(caught.value).startswith(f"{file}")
    assert "\n" not in str(caught.value)


def test_solutions_of_tasks_that_were_left_out(tmp_path: Path) -> None:
    (tmp_path / "x_challenges.json").write_text(json.dumps({"ab": NO_TRAIN, "cd": TASK}))
    (tmp_path / "x_solutions.json").write_text(json.dumps({"ab": [[[1]]], "cd": [[[2]]]}))
    wrong: list[str] = []
    options = TaskOptions(skip=lambda error: wrong.append(str(error)))
    (task,) = read_challenges(tmp_path / "x_challenges.json", options)
    assert (task.id, task.has_answers) == ("cd", True)
    assert wrong == [f"{tmp_path}/x_challenges.json, task ab, train: there is no train pair"]


def test_a_missing_submission(tmp_path: Path) -> None:
    file = tmp_path / "submission.json"
    with pytest.raises(FormatError) as caught:
        read_submission(file)
    assert str(caught.value) == f"{file}: no such file or directory"


def write_set(tasks: TaskSet, folder: Path, solutions: bool = True) -> Path:
    """Write a task set as challenges and, in a file beside them, solutions."""
    records = {task.id: task_record(task) for task in tasks}
    challenges = {
        id: {"train": record["train"], "test": [{"input": p["input"]} for p in record["test"]]}
        for id, record in records.items()
    }
    file = folder / "x_challenges.json"
    file.write_text(json.dumps(challenges))
    (folder / "x_solutions.json").unlink(missing_ok=True)
    if solutions:
        outputs = {id: [p["output"] for p in record["test"]] for id, record in records.items()}
        (folder / "x_solutions.json").write_text(json.dumps(outputs))
    return file


@given(task_sets())
def test_challenges_and_solutions_round_trip(
    tmp_path_factory: pytest.TempPathFactory, tasks: TaskSet
) -> None:
    folder = tmp_path_factory.getbasetemp()
    read = read_challenges(write_set(tasks, folder))
    assert read.tasks == tasks.tasks
    assert read.digest == tasks.digest
    alone = read_challenges(write_set(tasks, folder, solutions=False))
    assert [task.puzzle for task in alone] == [task.puzzle for task in tasks]
    assert not any(task.has_answers for task in alone)


TASK = {"train": [{"input": [[1]], "output": [[2]]}], "test": [{"input": [[3]]}]}
NO_TRAIN = {"train": [], "test": [{"input": [[3]]}]}
RAGGED = {"train": TASK["train"], "test": [{"input": [[1, 2], [3]]}]}

CHALLENGE_FAULTS: dict[str, tuple[str, str]] = {
    "no task": ("{}", ": there is no task in this file"),
    "a list": ("[]", ": expected object, got array"),
    "a task no object": ('{"ab": 1}', ", task ab: expected object, got int"),
    "no train": (json.dumps({"ab": NO_TRAIN}), ", task ab, train: there is no train pair"),
    "ragged": (
        json.dumps({"ab": TASK, "cd": RAGGED}),
        ", task cd, test[0].input, row 1: 1 cells, but row 0 has 2",
    ),
    "two tasks with one id": (
        f'{{"ab": {json.dumps(TASK)}, "ab": {json.dumps(TASK)}}}',
        ": the key 'ab' occurs twice",
    ),
    "a key twice in a pair": (
        '{"ab": {"train": [], "test": [{"input": 1, "input": 2}]}}',
        ", ab.test[0]: the key 'input' occurs twice",
    ),
    "an id on two lines": ('{"a\\nb": 1}', ", task a b: expected object, got int"),
}


@pytest.mark.parametrize(("text", "message"), CHALLENGE_FAULTS.values(), ids=CHALLENGE_FAULTS)
def test_malformed_challenges(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "x_challenges.json"
    file.write_text(text)
    with pytest.raises(ArcgridError) as caught:
        read_challenges(file)
    assert str(caught.value) == f"{file}{message}"
    if text != "{}":
        with pytest.raises(ArcgridError) as caught:
            list(iter_challenges(file))
        assert str(caught.value) == f"{file}{message}"


@pytest.mark.parametrize("read", [read_challenges, read_submission])
def test_a_file_that_cannot_be_read_on(
    read: Callable[[Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Damaged(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

        def fileno(self) -> int:
            return 0

    monkeypatch.setattr("arcgrid.formats.files.open_file", lambda path: Damaged())
    with pytest.raises(FormatError) as caught:
        read(tmp_path / "a.json")
    assert str(caught.value) == f"{tmp_path}/a.json: cannot be read: input/output error"


SOLUTION_FAULTS: dict[str, tuple[Any, str]] = {
    "a list": ([], ": expected object, got array"),
    "another task": ({"ab": [[[1]]], "cd": []}, ", task cd: the challenges have no such task"),
    "a task missing": ({}, ", task ab: the solutions do not have this task"),
    "a task no list": ({"ab": 1}, ", task ab: expected array, got int"),
    "too few": ({"ab": []}, ", task ab: 0 outputs for 1 test inputs"),
    "too many": ({"ab": [[[1]], [[1]]]}, ", task ab: 2 outputs for 1 test inputs"),
    "a color": (
        {"ab": [[[1, 10]]]},
        ", task ab, output[0], row 0, column 1: 10 is not a color (0 to 9)",
    ),
    "an object with a key twice": (
        '{"ab": [{"a": 1, "a": 2}]}',
        ", ab[0]: the key 'a' occurs twice",
    ),
    "null": ({"ab": [None]}, ", task ab, output[0]: a grid is a list of rows, not null"),
}


@pytest.mark.parametrize(("solutions", "message"), SOLUTION_FAULTS.values(), ids=SOLUTION_FAULTS)
def test_solutions_that_do_not_fit(solutions: object, message: str, tmp_path: Path) -> None:
    (tmp_path / "x_challenges.json").write_text(json.dumps({"ab": TASK}))
    file = tmp_path / "x_solutions.json"
    file.write_text(solutions if isinstance(solutions, str) else json.dumps(solutions))
    with pytest.raises(ArcgridError) as caught:
        read_challenges(tmp_path / "x_challenges.json")
    assert str(caught.value) == f"{file}{message}"
