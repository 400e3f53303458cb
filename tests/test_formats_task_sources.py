"""Task formats that are only read: RE-ARC, Mini-ARC, ConceptARC and 1D-ARC folders, BARC."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from arcgrid.errors import ArcgridError, FormatError
from arcgrid.formats.barc import iter_barc, parse_barc
from arcgrid.formats.mini_arc import parse_mini_arc, read_mini_arc
from arcgrid.formats.re_arc import parse_re_arc, read_re_arc, read_re_arc_file
from arcgrid.formats.task_tree import read_task_tree
from arcgrid.formats.tasks import read_tasks
from arcgrid.task import Task, TaskSet

PAIRS = [{"input": [[n]], "output": [[n, n]]} for n in range(10)]
TASK = {"train": [PAIRS[1]], "test": [PAIRS[2]]}


def fill(path: Path, files: dict[str, object]) -> Path:
    for name, value in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(value if isinstance(value, str) else json.dumps(value))
    return path


def inputs(task: Task) -> list[int]:
    return [int(pair.input[0, 0]) for pair in (*task.train, *task.test)]


def test_re_arc_is_split_by_its_seed(tmp_path: Path) -> None:
    fill(tmp_path, {"tasks/ab.json": PAIRS, "tasks/cd.json": PAIRS, "metadata.json": "{}"})
    tasks = read_re_arc(tmp_path)
    assert tasks.name == f"{tmp_path} [seed 0: 3 train, 1 test]"
    assert [(task.id, len(task.train), len(task.test)) for task in tasks] == [
        ("ab", 3, 1),
        ("cd", 3, 1),
    ]
    # Known for good: the split must never change.
    assert [inputs(task) for task in tasks] == RE_ARC_CHOSEN
    assert [inputs(task) for task in read_re_arc(tmp_path, seed=1)] != RE_ARC_CHOSEN
    assert tasks.origin == str(tmp_path)
    assert read_tasks(tmp_path) == tasks
    assert read_re_arc(tmp_path / "tasks").digest == tasks.digest
    assert inputs(read_re_arc_file(tmp_path / "tasks/ab.json")) == RE_ARC_CHOSEN[0]
    assert inputs(parse_re_arc(json.dumps(PAIRS).encode(), "ab")) == RE_ARC_CHOSEN[0]
    (four,) = {len(task.test) for task in read_re_arc(tmp_path, train=6, tests=4)}
    assert four == 4


RE_ARC_CHOSEN: list[list[int]] = [[3, 5, 9, 7], [8, 0, 3, 4]]

RE_ARC_FAULTS: dict[str, tuple[str, str]] = {
    "too few": (json.dumps(PAIRS[:3]), ": 3 pairs; 3 + 1 are wanted"),
    "a task": (json.dumps(TASK), ": expected array, got object"),
    "no output": ('[{"input": [[1]]}]', ", [0]: the key 'output' is missing"),
    "a key twice": ('[{"input": 1, "input": 2}]', ", [0]: the key 'input' occurs twice"),
    "no grid": (
        json.dumps([{"input": [[1]], "output": [[1], []]}] * 4),
        ", [3].output, row 1: 0 cells, but row 0 has 1",
    ),
    "no grid in the input": (
        json.dumps([{"input": [[1], []], "output": [[1]]}] * 4),
        ", [3].input, row 1: 0 cells, but row 0 has 1",
    ),
}


@pytest.mark.parametrize(("text", "problem"), RE_ARC_FAULTS.values(), ids=RE_ARC_FAULTS)
def test_malformed_re_arc(text: str, problem: str, tmp_path: Path) -> None:
    fill(tmp_path, {"ab.json": text})
    with pytest.raises(ArcgridError) as caught:
        read_re_arc(tmp_path)
    assert str(caught.value) == f"{tmp_path}/ab.json{problem}"


@pytest.mark.parametrize("read", [read_re_arc, read_mini_arc])
def test_a_directory_without_a_file(read: Callable[[Path], TaskSet], tmp_path: Path) -> None:
    with pytest.raises(FormatError) as caught:
        read(tmp_path)
    assert str(caught.value) == f"{tmp_path}: there is no .json file in this directory"


@pytest.mark.parametrize("before", ["", " \n", "\ufeff", "\ufeff "])
def test_re_arc_is_told_by_its_first_file(before: str, tmp_path: Path) -> None:
    fill(tmp_path, {"ab.json": before + json.dumps(PAIRS), "metadata.json": "{}"})
    assert [inputs(task) for task in read_tasks(tmp_path)] == RE_ARC_CHOSEN[:1]


MINI = {"train": [{"input": [["0", "1"]], "output": [[2, "9"]]}], "test": [PAIRS[3]]}


def test_mini_arc(tmp_path: Path) -> None:
    fill(tmp_path, {"two words, and more!_l6.json": MINI})
    tasks = read_mini_arc(tmp_path)
    assert tasks.name == tasks.origin == str(tmp_path)
    (task,) = tasks
    assert task.id == "two words, and more!_l6"
    assert task.train[0].input.tolist() == [[0, 1]]
    assert task.train[0].output is not None
    assert task.train[0].output.tolist() == [[2, 9]]
    with pytest.raises(ArcgridError, match=r'row 0, column 0: "0" is not an integer from 0 to 9$'):
        read_tasks(tmp_path)


def test_null_in_mini_arc(tmp_path: Path) -> None:
    fill(tmp_path, {"a.json": '{"train": [{"input": [["1", null]], "output": [[1]]}], "test": []}'})
    with pytest.raises(ArcgridError) as caught:
        read_mini_arc(tmp_path)
    place = f"{tmp_path}/a.json, train[0].input, row 0, column 1"
    assert str(caught.value) == f"{place}: null is not an integer from 0 to 9"
    unknown = {"train": [PAIRS[1]], "test": [{"input": [[1]], "output": [[None]]}]}
    fill(tmp_path, {"a.json": unknown})
    with pytest.raises(ArcgridError) as caught:
        read_mini_arc(tmp_path)
    place = f"{tmp_path}/a.json, test[0].output, row 0, column 0"
    assert str(caught.value) == f"{place}: null is not an integer from 0 to 9"
    fill(
        tmp_path,
        {
            "a.json": {
                "train": [{"input": [["1", None]], "output": [[1]]}],
                "test": [{"input": [[1]], "output": [[None]]}],
            }
        },
    )
    tasks = read_mini_arc(tmp_path, null_as=0)
    assert (tasks.name, tasks.origin) == (f"{tmp_path} [null read as 0]", str(tmp_path))
    assert tasks.tasks[0].train[0].input.tolist() == [[1, 0]]


@pytest.mark.parametrize("cell", ['"10"', '"-1"', '"X"', '""', '"a"', '"²"', "1.0", "true", "[1]"])
def test_cells_that_are_none_in_mini_arc(cell: str) -> None:
    text = f'{{"train": [{{"input": [[{cell}]], "output": [[1]]}}], "test": []}}'
    with pytest.raises(
        ArcgridError, match=r"^train\[0\]\.input, row 0, column 0: .* is not an int"
    ):
        parse_mini_arc(text.encode(), "ab")


MINI_FAULTS: dict[str, tuple[str, str]] = {
    "a list": ("[]", "expected object, got array"),
    "no test": ('{"train": []}', "the key 'test' is missing"),
    "no pair": ('{"train": [], "test": []}', "task ab, train: there is no train pair"),
    "no output": (
        '{"train": [{"input": [[1]]}], "test": []}',
        "train[0]: the key 'output' is missing",
    ),
    "a row of text": (
        '{"train": [{"input": ["11"], "output": [["1"]]}], "test": []}',
        "train[0].input[0]: expected array, got str",
    ),
    "a key twice": ('{"train": [], "train": [], "test": []}', "the key 'train' occurs twice"),
    "cut": ('{"train"', "not JSON: input data was truncated"),
}


@pytest.mark.parametrize(("text", "problem"), MINI_FAULTS.values(), ids=MINI_FAULTS)
def test_malformed_mini_arc(text: str, problem: str) -> None:
    with pytest.raises(ArcgridError) as caught:
        parse_mini_arc(text.encode(), "ab")
    assert str(caught.value) == problem


def test_folders_of_tasks(tmp_path: Path) -> None:
    fill(
        tmp_path, {"Above/Above2.json": TASK, "Above/Above10.json": TASK, "1d_x/1d_x_0.json": TASK}
    )
    tasks = read_task_tree(tmp_path)
    assert tasks.name == tasks.origin == str(tmp_path)
    assert [task.id for task in tasks] == ["1d_x_0", "Above10", "Above2"]
    assert read_tasks(tmp_path) == tasks
    assert read_tasks(tmp_path / "Above")["Above2"] == tasks["Above2"]
    fill(tmp_path, {"beside.json": TASK})
    assert read_tasks(tmp_path).ids == ["beside"]


def test_malformed_folders(tmp_path: Path) -> None:
    with pytest.raises(FormatError) as caught:
        read_task_tree(tmp_path)
    assert str(caught.value) == f"{tmp_path}: there is no .json file below this directory"
    fill(tmp_path, {"a/ab.json": TASK, "b/ab.json": TASK})
    with pytest.raises(FormatError) as caught:
        read_task_tree(tmp_path)
    assert (
        str(caught.value)
        == f"{tmp_path}/b/ab.json: a task of this id is in {tmp_path}/a/ab.json too"
    )
    fill(tmp_path, {"b/ab.json": "{}"})
    (tmp_path / "a" / "ab.json").unlink()
    with pytest.raises(FormatError, match=r"/b/ab\.json: the key 'train' is missing$"):
        read_task_tree(tmp_path)


def line(*examples: object, **more: object) -> str:
    return json.dumps({"examples": examples, **more}) + "\n"


GOOD = line([[[1.0, 2.0]], [[3]]], [[[4]], [[5.0]]], source='print({"a": 1})', seeds=["x"])


def test_barc(tmp_path: Path) -> None:
    file = tmp_path / "100k.jsonl"
    file.write_text(GOOD + "\n" + GOOD)
    tasks = list(iter_barc(file))
    assert [task.id for task in tasks] == ["100k-00000001", "100k-00000003"]
    assert tasks[0].train[0].input.tolist() == [[1, 2]]
    assert (len(tasks[0].train), len(tasks[0].test)) == (1, 1)
    assert tasks[0].test[0].input.tolist() == [[4]]
    assert parse_barc(GOOD.encode(), "100k-00000001") == tasks[0]
    assert read_tasks(file).tasks == tuple(tasks)


BARC_FAULTS: dict[str, tuple[str, str]] = {
    "no JSON": ("x\n", ": not JSON: invalid character (byte 0)"),
    "no examples": ("{}\n", ": the key 'examples' is missing"),
    "too few": (line([[[1]], [[1]]]), ": 1 examples; 1 and one more are wanted"),
    "three grids": (
        line([[[1]], [[1]]], [[[1]]] * 3),
        ", examples[1]: an input and an output are wanted, not 3 grids",
    ),
    "no whole number": (
        line([[[1]], [[1]]], [[[1]], [[1, 2.5]]]),
        ", examples[1].output, row 0, column 1: 2.5 is not an integer from 0 to 9",
    ),
    "no color": (
        line([[[1]], [[1]]], [[[12.0]], [[1]]]),
        ", examples[1].input, row 0, column 0: 12 is not a color (0 to 9)",
    ),
    "text": (line([[["1"]], [[1]]]), ", examples[0][0][0][0]: expected float, got str"),
    "true": (line([[[True]], [[1]]]), ", examples[0][0][0][0]: expected float, got bool"),
    "a key twice": ('{"examples": [], "examples": []}\n', ": the key 'examples' occurs twice"),
}


@pytest.mark.parametrize(("text", "problem"), BARC_FAULTS.values(), ids=BARC_FAULTS)
def test_malformed_barc(text: str, problem: str, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(GOOD + text + GOOD)
    found = iter_barc(file)
    next(found)
    with pytest.raises(ArcgridError) as caught:
        next(found)
    assert str(caught.value) == f"{file}:2{problem}"
    skipped: list[ArcgridError] = []
    assert [task.id for task in iter_barc(file, skip=skipped.append)] == [
        "a-00000001",
        "a-00000003",
    ]
    assert list(map(str, skipped)) == [f"{file}:2{problem}"]


def test_barc_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"a\.jsonl: no such file or directory$"):
        list(iter_barc(tmp_path / "a.jsonl"))


def test_barc_that_cannot_be_read_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Damaged(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr("arcgrid.formats.files.open_file", lambda path: Damaged())
    with pytest.raises(FormatError) as caught:
        list(iter_barc(tmp_path / "a.jsonl"))
    assert str(caught.value) == f"{tmp_path}/a.jsonl: cannot be read: input/output error"


def test_more_test_pairs_in_barc(tmp_path: Path) -> None:
    text = line(*[[[[n]], [[n]]] for n in range(5)])
    task = parse_barc(text.encode(), "a-00000001", tests=2)
    assert (inputs(task), len(task.test)) == ([0, 1, 2, 3, 4], 2)
    (tmp_path / "a.jsonl").write_text(text)
    assert list(iter_barc(tmp_path / "a.jsonl", tests=2)) == [task]


def test_lines_of_barc_have_a_longest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond it there is no telling where the next line begins, so that none is left out."""
    longest = 3 << 20
    monkeypatch.setattr("arcgrid.formats.barc.MAX_LINE", longest)
    file = tmp_path / "a.jsonl"
    file.write_text(GOOD.rstrip().ljust(longest - 1) + "\n" + GOOD)
    skipped: list[ArcgridError] = []
    assert len(list(iter_barc(file, skip=skipped.append))) == 2
    file.write_text("x".ljust(longest - 1) + "\n" + GOOD)
    assert len(list(iter_barc(file, skip=skipped.append))) == 1
    assert len(skipped) == 1
    file.write_text(GOOD + GOOD.rstrip().ljust(longest) + "\n" + GOOD)
    with pytest.raises(FormatError) as caught:
        list(iter_barc(file, skip=skipped.append))
    assert str(caught.value) == f"{file}:2: a line is longer than 3 MiB"


def test_the_split_of_re_arc_needs_no_order() -> None:
    task = parse_re_arc(json.dumps(PAIRS).encode(), "ab", train=9, tests=1)
    assert sorted(inputs(task)) == list(range(10))
