"""Task formats that are written: directory, Kaggle's pair of files, bundled; round trips."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcgrid import Task, TaskSet
from arcgrid.errors import ArcgridError, FormatError, TaskError
from arcgrid.formats.bundled import format_bundled, is_bundled, read_bundled, write_bundled
from arcgrid.formats.format import Split, TaskOptions
from arcgrid.formats.kaggle import (
    challenges_path,
    format_challenges,
    format_solutions,
    iter_challenges,
    read_challenges,
    write_challenges,
)
from arcgrid.formats.task_json import format_task, read_task_directory, write_task_directory
from arcgrid.formats.tasks import read_tasks
from tests.samples import pair, task, task_sets, tasks

FILE_IDS = st.text("abc0 ,!_-é", min_size=1, max_size=8)
SOME = task("ab", [[1]], [[2]])
TEXT = format_task(SOME).removesuffix("\n")
UNKNOWN = Task("cd", SOME.train, (pair([[1]]), pair([[2]], [[3]])))


@given(st.lists(tasks(ids=FILE_IDS), min_size=1, max_size=3, unique_by=lambda task: task.id))
def test_a_directory_round_trips(
    tmp_path_factory: pytest.TempPathFactory, given: list[Task]
) -> None:
    path = tmp_path_factory.mktemp("tasks")
    write_task_directory(path, given)
    assert {task.id: task for task in read_task_directory(path)} == {
        task.id: task for task in given
    }


@given(task_sets())
def test_a_pair_of_files_round_trips(
    tmp_path_factory: pytest.TempPathFactory, given: TaskSet
) -> None:
    path = tmp_path_factory.mktemp("kaggle") / "x_challenges.json"
    write_challenges(path, given)
    assert read_challenges(path).tasks == given.tasks
    without = [
        Task(one.id, one.train, tuple(pair(p.input.tolist()) for p in one.test)) for one in given
    ]
    assert list(iter_challenges(path)) == without
    assert format_challenges(read_challenges(path)) == path.read_text()


@given(task_sets(answers=False), st.sampled_from(["train", "eval"]))
def test_a_bundled_file_round_trips(
    tmp_path_factory: pytest.TempPathFactory, given: TaskSet, split: Split
) -> None:
    path = tmp_path_factory.getbasetemp() / "bundled.json"
    write_bundled(path, given, split)
    assert is_bundled(path)
    assert read_bundled(path, split, "x").tasks == given.tasks
    assert not len(read_bundled(path, "eval" if split == "train" else "train", "x"))
    assert format_bundled(read_bundled(path, split, "x"), split) == path.read_text()


def test_the_texts() -> None:
    assert format_challenges([SOME]) == (
        '{"ab": {"train": [{"input": [[1,2]], "output": [[2,1]]}], '
        '"test": [{"input": [[0]]}, {"input": [[1]]}]}}\n'
    )
    assert format_solutions([SOME]) == '{"ab": [[[1]], [[2]]]}\n'
    assert format_bundled([SOME], "eval") == f'{{"train": {{}},\n"eval": {{"ab": {TEXT}}}}}\n'
    assert format_bundled([]) == '{"train": {},\n"eval": {}}\n'


def test_unknown_outputs_in_a_pair_of_files(tmp_path: Path) -> None:
    path = tmp_path / "x_challenges.json"
    with pytest.raises(TaskError) as caught:
        write_challenges(path, [SOME, UNKNOWN])
    problem = "task cd, test[0]: the output is not known, which solutions cannot say"
    assert str(caught.value) == problem
    assert not list(tmp_path.iterdir())
    none = Task("cd", SOME.train, (pair([[1]]),))
    write_challenges(path, [none])
    assert [file.name for file in tmp_path.iterdir()] == ["x_challenges.json"]
    assert read_challenges(path).tasks == (none,)
    (tmp_path / "x_solutions.json").write_text("{}")
    with pytest.raises(
        FormatError, match=r"x_solutions\.json: this file would be taken for the sol"
    ):
        write_challenges(path, [none])


@pytest.mark.parametrize("name", ["x", "x.json", "x_challenges.json"])
def test_the_name_says_what_is_written(name: str) -> None:
    assert challenges_path(Path("a") / name) == Path("a/x_challenges.json")


def test_solutions_that_are_there(tmp_path: Path) -> None:
    """The same ones stay; others would be lost, or taken for those of these tasks."""
    challenges, solutions = tmp_path / "x_challenges.json", tmp_path / "x_solutions.json"
    write_challenges(challenges, [SOME])
    challenges.unlink()
    write_challenges(challenges, [SOME])
    assert read_challenges(challenges).tasks == (SOME,)
    solutions.write_text("{}")
    challenges.unlink()
    with pytest.raises(FormatError) as caught:
        write_challenges(challenges, [SOME])
    problem = "these solutions are others, and would be lost: give them another name first"
    assert str(caught.value) == f"{solutions}: {problem}"
    assert not challenges.exists()


def test_names_that_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"/x\.json: the name is wanted to hold `challenges`$"):
        write_challenges(tmp_path / "x.json", [SOME])
    with pytest.raises(FormatError, match=r"^task a/b: this id cannot be the name of a file$"):
        write_task_directory(tmp_path / "x", [task("a/b", [[1]])])
    write_task_directory(tmp_path / "y", [SOME])
    with pytest.raises(FormatError, match=r"/y: this directory is not empty: name a new one$"):
        write_task_directory(tmp_path / "y", [SOME])
    with pytest.raises(FormatError, match=r"/z/b\.json: cannot write: no such file or directory$"):
        write_bundled(tmp_path / "z" / "b.json", [SOME])


# name: the text of a bundled file, what is wrong
BUNDLED_FAULTS: dict[str, tuple[str, str]] = {
    "cut": ('{"train": {', ": not JSON: input data was truncated"),
    "a list": ("[]", ": expected object, got array"),
    "no second half": ('{"train": {}}', ": the key 'eval' is missing"),
    "a half that is a list": ('{"train": [], "eval": {}}', ": expected object, got array"),
    "a task that is none": (
        '{"train": {"ab": {}}, "eval": {}}',
        ", task ab: the key 'train' is missing",
    ),
    "no grid": (
        '{"train": {"ab": {"train": [{"input": [[1], []], "output": 1}], "test": []}}, "eval": {}}',
        ", task ab, train[0].input, row 1: 0 cells, but row 0 has 1",
    ),
}


@pytest.mark.parametrize(("text", "problem"), BUNDLED_FAULTS.values(), ids=BUNDLED_FAULTS)
def test_malformed_bundled_files(text: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_text(text)
    with pytest.raises(ArcgridError) as caught:
        read_bundled(path, "train", "x")
    assert str(caught.value) == f"{path}{problem}"


@pytest.mark.parametrize("before", ["", " \n", "\ufeff"])
def test_a_bundled_file_is_not_one_set(before: str, tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text(before + format_bundled([SOME]))
    with pytest.raises(
        FormatError, match=r"b\.json: a bundled file holds two sets: convert one of th"
    ):
        read_tasks(tmp_path / "b.json")
    halves: dict[Split, list[str]] = {"train": ["ab"], "eval": []}
    for split, ids in halves.items():
        half = read_tasks(tmp_path / "b.json", TaskOptions(split=split))
        assert (half.ids, half.name) == (ids, str(tmp_path / "b.json"))
