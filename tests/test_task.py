"""Pairs, tasks, puzzles and task sets: what is refused, word for word, and what identity means."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given

from arcgrid import ArcgridError, GridError, Pair, Puzzle, Task, TaskSet, as_grid
from arcgrid.errors import TaskError, UnknownNameError
from tests.samples import pair, task, task_set, task_sets, tasks

ONE = as_grid([[1]])
TWO = as_grid([[2]])
BAD = np.array([[10]])
KNOWN = Pair(ONE, TWO)
OPEN = Pair(ONE)

FAULTS: dict[str, tuple[Callable[[], object], type[ArcgridError], str]] = {
    "pair, bad input": (
        lambda: Pair(BAD, TWO),
        GridError,
        "input, row 0, column 0: 10 is not a color (0 to 9)",
    ),
    "pair, bad output": (
        lambda: Pair(ONE, BAD),
        GridError,
        "output, row 0, column 0: 10 is not a color (0 to 9)",
    ),
    "task, empty id": (
        lambda: Task("", (KNOWN,), (OPEN,)),
        TaskError,
        "a task id is a string that is not empty, not ''",
    ),
    "task, id no string": (
        lambda: Task(7, (KNOWN,), (OPEN,)),  # type: ignore[arg-type]  # wrong on purpose
        TaskError,
        "a task id is a string that is not empty, not 7",
    ),
    "task, no train": (
        lambda: Task("t", (), (OPEN,)),
        TaskError,
        "task t, train: there is no train pair",
    ),
    "task, no test": (
        lambda: Task("t", (KNOWN,), ()),
        TaskError,
        "task t, test: there is no test input",
    ),
    "task, train output unknown": (
        lambda: Task("t", (KNOWN, OPEN), (OPEN,)),
        TaskError,
        "task t, train[1]: the output is missing",
    ),
    "puzzle, no train": (
        lambda: Puzzle((), (ONE,)),
        TaskError,
        "train: there is no train pair",
    ),
    "puzzle, no test": (
        lambda: Puzzle((KNOWN,), ()),
        TaskError,
        "test: there is no test input",
    ),
    "puzzle, train output unknown": (
        lambda: Puzzle((OPEN,), (ONE,)),
        TaskError,
        "train[0]: the output is missing",
    ),
    "puzzle, bad test": (
        lambda: Puzzle((KNOWN,), (ONE, BAD)),
        GridError,
        "test[1], row 0, column 0: 10 is not a color (0 to 9)",
    ),
    "puzzle, no pair": (
        lambda: Puzzle((KNOWN, (ONE, ONE)), (ONE,)),  # type: ignore[arg-type]  # that is the fault
        TaskError,
        "train[1]: a Pair is wanted, not a value of type tuple",
    ),
    "task, no pair": (
        lambda: Task("a", (KNOWN,), ((1, 2),)),  # type: ignore[arg-type]  # that is the fault
        TaskError,
        "task a, test[0]: a Pair is wanted, not a value of type tuple",
    ),
    "set, no task": (
        lambda: TaskSet("my set", (task("a", [[1]]), 2)),  # type: ignore[arg-type]  # the fault
        TaskError,
        "my set, tasks[1]: a Task is wanted, not a value of type int",
    ),
    "set, an id twice": (
        lambda: task_set(task("a", [[1]]), task("b", [[1]]), task("b", [[2]]), name="my set"),
        TaskError,
        "my set, task b: two tasks have this id",
    ),
    "set, unknown task": (
        lambda: task_set(task("abcdef12", [[1]]), name="my set")["abcdef13"],
        UnknownNameError,
        "unknown task of my set 'abcdef13'; did you mean abcdef12?",
    ),
    "set, subset of unknown": (
        lambda: task_set(task("a", [[1]]), name="my set").subset(["a", "zz"]),
        UnknownNameError,
        "unknown task of my set 'zz'; known: a",
    ),
}


@pytest.mark.parametrize(("make", "kind", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault(make: Callable[[], object], kind: type[ArcgridError], message: str) -> None:
    with pytest.raises(kind) as caught:
        make()
    assert str(caught.value) == message


RECORDS = [KNOWN, Task("t", (KNOWN,), (OPEN,)), Puzzle((KNOWN,), (ONE,)), task_set()]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_record_is_frozen(record: Pair | Task | Puzzle | TaskSet) -> None:
    field = dataclasses.fields(record)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(record, field, None)


def test_plain_lists_become_grids_and_tuples() -> None:
    made = Task("t", [Pair([[1]], [[2]])], [Pair([[3]])])  # type: ignore[arg-type]  # lists will do
    assert made.train == (pair([[1]], [[2]]),)
    assert made.test == (pair([[3]]),)
    assert not made.train[0].input.flags.writeable


@given(tasks())
def test_a_puzzle_is_the_task_without_id_and_test_outputs(any_task: Task) -> None:
    puzzle = any_task.puzzle
    assert puzzle.train == any_task.train
    assert [grid.tolist() for grid in puzzle.test] == [p.input.tolist() for p in any_task.test]
    assert {field.name for field in dataclasses.fields(puzzle)} == {"train", "test"}


@given(tasks())
def test_equality_is_by_cells(any_task: Task) -> None:
    copy = Task(
        any_task.id,
        tuple(Pair(p.input.copy(), p.output) for p in any_task.train),
        tuple(Pair(p.input.copy(), p.output) for p in any_task.test),
    )
    assert copy == any_task
    assert hash(copy) == hash(any_task)
    assert copy.content == any_task.content
    assert copy.puzzle == any_task.puzzle
    assert hash(copy.puzzle) == hash(any_task.puzzle)


def test_hashes_tell_apart() -> None:
    pairs = [pair([[n]], [[0]]) for n in range(10)]
    assert len(set(map(hash, pairs))) > 1
    assert len({hash(Puzzle((each,), (ONE,))) for each in pairs}) > 1


UNEQUAL: dict[str, tuple[object, object]] = {
    "a shape": (pair([[1, 1]]), pair([[1], [1]])),
    "a cell": (pair([[1]], [[2]]), pair([[1]], [[3]])),
    "an output": (pair([[1]]), pair([[1]], [[1]])),
    "an id": (task("a", [[1]]), task("b", [[1]])),
    "a pair and no pair": (pair([[1]]), "pair"),
    "a puzzle's order": (Puzzle((KNOWN,), (ONE, TWO)), Puzzle((KNOWN,), (TWO, ONE))),
    "train and test": (Puzzle((KNOWN,), (ONE, TWO)), Puzzle((KNOWN, KNOWN), (ONE,))),
}


@pytest.mark.parametrize(("one", "other"), UNEQUAL.values(), ids=UNEQUAL)
def test_these_differ(one: object, other: object) -> None:
    assert one != other


def test_has_answers() -> None:
    assert Task("t", (KNOWN,), (KNOWN, KNOWN)).has_answers
    assert not Task("t", (KNOWN,), (KNOWN, OPEN)).has_answers


class TestTaskSet:
    three = task_set(task("b", [[1]], [[2]]), task("a", [[3]]), task("c", [[4]]), name="three")

    def test_order_size_and_look_up(self) -> None:
        assert [t.id for t in self.three] == ["b", "a", "c"]
        assert (len(self.three), self.three.outputs) == (3, 4)
        assert self.three["a"] is self.three.tasks[1]
        assert "a" in self.three
        assert "z" not in self.three
        assert TaskSet("x", list(self.three.tasks)).tasks == self.three.tasks  # type: ignore[arg-type]  # a list will do
        assert (self.three[0].id, self.three[-1].id) == ("b", "c")
        assert (self.three[1:].ids, self.three[1:].name) == (["a", "c"], "three [2 of 3 tasks]")
        assert repr(self.three) == "TaskSet('three', 3 tasks, 4 outputs)"

    def test_a_subset_keeps_the_order_and_says_how_many(self) -> None:
        some = self.three.subset(["c", "b", "c"])
        assert [t.id for t in some] == ["b", "c"]
        assert some.name == "three [2 of 3 tasks]"
        assert some.origin == "three"
        unsound = dataclasses.replace(self.three, left_out=("d: no grid",))
        assert unsound.subset("ab").left_out == ("d: no grid",)
        assert self.three.subset("abc") is self.three

    def test_the_digest_is_of_the_content(self) -> None:
        again = TaskSet("other name", tuple(reversed(self.three.tasks)), "elsewhere")
        assert again.digest == self.three.digest
        assert len(again.digest) == 64

    def test_the_digest_changes_with_an_answer(self) -> None:
        changed = task_set(task("b", [[1]], [[2]]), task("a", [[3]]), task("c", [[5]]))
        assert changed.digest != self.three.digest

    def test_a_name_that_is_no_utf_8_has_a_digest(self) -> None:
        assert len(task_set(task("\udcff", [[1]])).digest) == 64


@given(task_sets())
def test_the_whole_is_its_own_subset(whole: TaskSet) -> None:
    assert whole.subset(t.id for t in whole) is whole
