"""Task files and directories: a round trip, and a corpus of malformed files word for word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given

from arcgrid import ArcgridError, Task
from arcgrid.errors import FormatError
from arcgrid.formats.task_json import (
    format_task,
    parse_task,
    read_task_directory,
    read_task_file,
    task_record,
)
from tests.samples import task, tasks


@given(tasks())
def test_a_task_round_trips(any_task: Task) -> None:
    text = format_task(any_task)
    assert parse_task(text.encode(), any_task.id) == any_task
    assert parse_task(json.dumps(json.loads(text), indent=1).encode(), any_task.id) == any_task


@given(tasks())
def test_a_record_holds_what_the_file_does(any_task: Task) -> None:
    assert task_record(any_task) == {"id": any_task.id} | json.loads(format_task(any_task))
    hidden = task_record(any_task, answers=False)
    assert all(set(pair) == {"input"} for pair in hidden["test"])
    assert hidden["train"] == task_record(any_task)["train"]


GOLDEN = """{"train": [
  {"input": [[1,2]], "output": [[2,1]]}
],
"test": [
  {"input": [[0]], "output": [[3]]},
  {"input": [[1]], "output": [[4,5]]}
]}
"""


def test_the_text_of_a_task() -> None:
    assert format_task(task("x", [[3]], [[4, 5]])) == GOLDEN


def test_other_keys_are_ignored() -> None:
    text = '{"name": "x", "train": [{"input": [[1]], "output": [[2]], "id": 3}], '
    text += '"test": [{"input": [[1]]}]}'
    assert not parse_task(text.encode(), "x").has_answers


def test_a_directory_of_kaggle_files(tmp_path: Path) -> None:
    for name in ("ab", "x_challenges", "x_solutions"):
        (tmp_path / f"{name}.json").write_text(GOLDEN)
    with pytest.raises(FormatError) as caught:
        read_task_directory(tmp_path)
    problem = "this directory holds Kaggle files; name one, such as x_challenges.json"
    assert str(caught.value) == f"{tmp_path}: {problem}"


def with_grid(grid: str) -> str:
    """A task whose second test input is this text."""
    good = '{"input": [[1]], "output": [[2]]}'
    return f'{{"train": [{good}], "test": [{good}, {{"input": {grid}}}]}}'


def with_pairs(train: str, test: str = '[{"input": [[1]]}]') -> str:
    return f'{{"train": {train}, "test": {test}}}'


PLACE = "test[1].input"
CELL = f"{PLACE}, row 1, column 1"
NUMBER = "is not an integer from 0 to 9"

# name: text, what comes after the file's name
MALFORMED: dict[str, tuple[str, str]] = {
    "empty": ("", ": not JSON: input data was truncated"),
    "text": ("hello", ": not JSON: invalid character (byte 0)"),
    "cut off": (with_grid("[[1]]")[:-9], ": not JSON: input data was truncated"),
    "more text": (with_grid("[[1]]") + "{}", ": not JSON: trailing characters (byte 110)"),
    "NaN": (with_grid("[[NaN]]"), ": not JSON: invalid character (byte 103)"),
    "leading zero": (with_grid("[[01]]"), ": not JSON: invalid number (byte 104)"),
    "a list": ("[]", ": expected object, got array"),
    "null": ("null", ": expected object, got null"),
    "no train": ('{"test": []}', ": the key 'train' is missing"),
    "no test": ('{"train": []}', ": the key 'test' is missing"),
    "train no list": (with_pairs("{}"), ", train: expected array, got object"),
    "test no list": (with_pairs("[]", "3"), ", test: expected array, got int"),
    "a pair no object": (with_pairs("[[]]"), ", train[0]: expected object, got array"),
    "no input": (with_pairs('[{"output": [[1]]}]'), ", train[0]: the key 'input' is missing"),
    "no output": (with_pairs('[{"input": [[1]]}]'), ", train[0]: the output is missing"),
    "train empty": (with_pairs("[]"), ", train: there is no train pair"),
    "test empty": (
        with_pairs('[{"input": [[1]], "output": [[1]]}]', "[]"),
        ", test: there is no test input",
    ),
    "a key twice": ('{"train": [], "test": [], "train": []}', ": the key 'train' occurs twice"),
    "a key twice in a pair": (
        with_pairs('[{"input": [[1]], "input": [[1]], "output": [[1]]}]'),
        ", train[0]: the key 'input' occurs twice",
    ),
    "output null": (
        with_pairs('[{"input": [[1]], "output": null}]'),
        ", train[0].output: a grid is a list of rows, not null",
    ),
    "ragged": (with_grid("[[1, 2], [3]]"), f", {PLACE}, row 1: 1 cells, but row 0 has 2"),
    "empty grid": (with_grid("[]"), f", {PLACE}: the grid has no rows"),
    "empty rows": (with_grid("[[], []]"), f", {PLACE}: the grid has no columns"),
    "31 rows": (with_grid(str([[0]] * 31)), f", {PLACE}: 31x1 is larger than 30x30"),
    "31 columns": (with_grid(str([[0] * 31])), f", {PLACE}: 1x31 is larger than 30x30"),
    "10": (with_grid("[[1, 2], [3, 10]]"), f", {CELL}: 10 is not a color (0 to 9)"),
    "-1": (with_grid("[[1, 2], [3, -1]]"), f", {CELL}: -1 is not a color (0 to 9)"),
    "2.0": (with_grid("[[1, 2], [3, 2.0]]"), f", {CELL}: 2.0 {NUMBER}"),
    "1e0": (with_grid("[[1, 2], [3, 1e0]]"), f", {CELL}: 1.0 {NUMBER}"),
    "text cell": (with_grid('[[1, 2], [3, "4"]]'), f', {CELL}: "4" {NUMBER}'),
    "true cell": (with_grid("[[1, 2], [3, true]]"), f", {CELL}: true {NUMBER}"),
    "null cell": (with_grid("[[1, 2], [3, null]]"), f", {CELL}: null {NUMBER}"),
    "nested cell": (with_grid("[[1, 2], [3, [4]]]"), f", {CELL}: [4] {NUMBER}"),
    "one row": (with_grid("[1, 2]"), f", {PLACE}, row 0: a row is a list of colors, not 1"),
    "text row": (with_grid('["12"]'), f', {PLACE}, row 0: a row is a list of colors, not "12"'),
    "text grid": (with_grid('"12"'), f', {PLACE}: a grid is a list of rows, not "12"'),
    "a huge number": (with_grid("[[1e400]]"), f", {PLACE}[0][0]: number out of range"),
    "too deep": (
        with_grid("[" * 100_000 + "]" * 100_000),
        ": not JSON that can be read: it is nested too deeply",
    ),
}


@pytest.mark.parametrize(("text", "message"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_file(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "abc.json"
    file.write_text(text)
    with pytest.raises(ArcgridError) as caught:
        read_task_file(file)
    assert str(caught.value) == f"{file}{message}"


BYTES = {
    "no utf-8": b'{"train": [{"input": [["\xff"]]}]}',
    "a lone surrogate": with_grid('[["X"]]').encode().replace(b"X", b"\xed\xa0\x80"),
    "utf-16": with_grid("[[1]]").encode("utf-16"),
    "a zero byte": with_grid("[[1]]").encode() + b"\0",
}


@pytest.mark.parametrize("text", BYTES.values(), ids=BYTES)
def test_a_file_that_is_no_text(text: bytes, tmp_path: Path) -> None:
    file = tmp_path / "abc.json"
    file.write_bytes(text)
    with pytest.raises(FormatError, match=r"abc\.json.*: not JSON: .") as caught:
        read_task_file(file)
    assert "\n" not in str(caught.value)


def test_a_byte_order_mark_is_allowed(tmp_path: Path) -> None:
    file = tmp_path / "abc.json"
    file.write_bytes(b"\xef\xbb\xbf" + GOLDEN.encode())
    assert read_task_file(file) == task("abc", [[3]], [[4, 5]])


def test_text_without_a_file_names_the_task() -> None:
    with pytest.raises(FormatError) as caught:
        parse_task(b"{}", "abc")
    assert str(caught.value) == "task abc: the key 'train' is missing"


def test_a_directory_in_the_order_of_names(tmp_path: Path) -> None:
    for id in ("b", "a.b", "c"):
        (tmp_path / f"{id}.json").write_text(format_task(task(id, [[1]])))
    (tmp_path / "notes.txt").write_text("not a task")
    found = read_task_directory(tmp_path)
    assert [entry.id for entry in found] == ["a.b", "b", "c"]
    assert found.name == str(tmp_path)


def test_a_directory_without_tasks(tmp_path: Path) -> None:
    with pytest.raises(FormatError) as caught:
        read_task_directory(tmp_path)
    assert str(caught.value) == f"{tmp_path}: there is no .json file in this directory"
