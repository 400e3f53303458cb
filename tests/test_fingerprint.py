"""Fingerprints survive what they should, leaks are found, versions of sets are told apart."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import arcgrid
from arcgrid.errors import SubmissionError, TaskError
from arcgrid.fingerprint import (
    MOTIONS,
    difference,
    fingerprint,
    leaks,
    match_inputs,
    symmetric_fingerprint,
)
from arcgrid.result import Submission
from arcgrid.task import Pair, Task, TaskSet

MINI = arcgrid.load("arcgrid/mini")


def moved(task: Task, motion: Callable[[arcgrid.Grid], arcgrid.Grid], colors: list[int]) -> Task:
    """A task after a motion and a renaming of colors, under another id, its pairs reversed."""
    names = np.array(colors, dtype=np.uint8)

    def move(pair: Pair) -> Pair:
        output = None if pair.output is None else names[motion(pair.output)]
        return Pair(names[motion(pair.input)], output)

    train, test = ([move(pair) for pair in reversed(side)] for side in (task.train, task.test))
    return Task(f"{task.id}-moved", tuple(train), tuple(test))


@pytest.mark.parametrize("task", MINI, ids=lambda task: task.id)
def test_the_order_of_pairs_does_not_matter(task: Task) -> None:
    other = Task("other", task.train[::-1], task.test[::-1])
    assert fingerprint(task) == fingerprint(other)
    assert symmetric_fingerprint(task) == symmetric_fingerprint(other)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(MINI.tasks), st.sampled_from(sorted(MOTIONS)), st.permutations(range(10)))
def test_symmetries_and_colors_do_not_matter(task: Task, motion: str, colors: list[int]) -> None:
    other = moved(task, MOTIONS[motion], colors)
    assert symmetric_fingerprint(task) == symmetric_fingerprint(other)
    if motion != "identity":
        assert [leak.kind for leak in leaks(TaskSet("a", (task,)), TaskSet("b", (other,)))] == (
            ["exact"] if fingerprint(task) == fingerprint(other) else ["symmetric"]
        )


def test_the_eight_motions_are_the_symmetries_of_the_square() -> None:
    grid = np.array([[1, 2, 3], [4, 5, 6]], dtype=np.uint8)
    results = {motion(grid).tobytes() + bytes(motion(grid).shape) for motion in MOTIONS.values()}
    assert len(results) == 8
    assert MOTIONS["rotate 90"](grid).tolist() == [[4, 1], [5, 2], [6, 3]]


def test_different_puzzles_differ() -> None:
    assert len({fingerprint(task) for task in MINI}) == len(MINI)
    assert len({symmetric_fingerprint(task) for task in MINI}) == len(MINI)


def single(id: str, *pairs: tuple[list[list[int]], list[list[int]]]) -> Task:
    """A task whose last pair is the test."""
    made = [Pair(np.array(one), np.array(other)) for one, other in pairs]
    return Task(id, tuple(made[:-1]), tuple(made[-1:]))


def test_colors_are_renamed_for_the_whole_task_not_for_each_pair() -> None:
    one = single("one", ([[1]], [[2]]), ([[1]], [[3]]))
    other = single("other", ([[1]], [[2]]), ([[2]], [[3]]))
    assert symmetric_fingerprint(one) != symmetric_fingerprint(other)


def test_pairs_that_look_alike_are_tried_in_every_order() -> None:
    """Each pair alone is `a -> b`; only all together tell who is who."""
    one = single("one", ([[1]], [[2]]), ([[2]], [[3]]), ([[3]], [[1]]))
    other = single("other", ([[5]], [[4]]), ([[7]], [[5]]), ([[4]], [[7]]))
    assert symmetric_fingerprint(one) == symmetric_fingerprint(other)
    third = single("third", ([[1]], [[2]]), ([[2]], [[1]]), ([[3]], [[1]]))
    assert symmetric_fingerprint(one) != symmetric_fingerprint(third)


def test_too_many_orders_are_refused_by_name() -> None:
    pairs = [([[color]], [[other]]) for color in range(10) for other in range(10)]
    with pytest.raises(TaskError, match="task many: too many pairs are equal up to their colors"):
        symmetric_fingerprint(single("many", *pairs))


def test_an_unknown_output_is_not_a_known_one() -> None:
    known = single("known", ([[1]], [[2]]), ([[1]], [[2]]))
    unknown = Task("unknown", known.train, (Pair(known.test[0].input),))
    assert fingerprint(known) != fingerprint(unknown)


def test_a_set_with_itself_gives_its_duplicates() -> None:
    copy = Task("copy", MINI.tasks[3].train[::-1], MINI.tasks[3].test)
    found = leaks(TaskSet("x", (*MINI.tasks, copy)), TaskSet("x", (*MINI.tasks, copy)))
    assert [(leak.kind, {leak.first, leak.second}) for leak in found] == [
        ("exact", {"copy", MINI.tasks[3].id})
    ]


def test_shared_pairs_are_found_across_train_and_test() -> None:
    task = MINI.tasks[0]
    other = Task("other", (task.test[0],), (Pair(np.array([[1]]), np.array([[2]])),))
    (leak,) = leaks(TaskSet("a", (task,)), TaskSet("b", (other,)))
    assert (leak.kind, leak.first, leak.second, leak.shared) == (
        *("shared pairs", task.id, "other"),
        1,
    )


def test_leaks_are_told_by_kind_then_by_id() -> None:
    tasks = [Task(id, task.train, task.test) for id, task in zip("cab", MINI, strict=False)]
    alike = moved(tasks[2], MOTIONS["transpose"], [*range(9, -1, -1)])
    second = TaskSet("y", (alike, *tasks[1::-1]))
    assert [(leak.kind, leak.first) for leak in leaks(TaskSet("x", tuple(tasks)), second)] == [
        ("exact", "a"),
        ("exact", "c"),
        ("symmetric", "b"),
    ]
    reversed = [(leak.kind, leak.first) for leak in leaks(second, TaskSet("x", tuple(tasks)))]
    assert reversed == [("exact", "a"), ("exact", "c"), ("symmetric", alike.id)]


def test_what_changed_between_versions() -> None:
    first, second, third, fourth = MINI.tasks[:4]
    reordered = Task(second.id, second.train[::-1], second.test)
    changed = Task(third.id, third.train[:-1], third.test)
    found = difference(
        TaskSet("a", (first, second, third)), TaskSet("b", (first, reordered, changed, fourth))
    )
    assert found.same == (first.id,)
    assert found.reordered == (second.id,)
    assert found.changed == (third.id,)
    assert (found.removed, found.added) == ((), (fourth.id,))


def test_arc_agi_1_recurs_in_arc_agi_2() -> None:
    """773 ids recur, all with their pairs reordered (measured for this project, 2026)."""
    first, second = arcgrid.load("arc-agi-1/training"), arcgrid.load("arc-agi-2/training")
    found = difference(first, second)
    assert (len(found.same), len(found.reordered)) == (0, 391)


def test_answers_follow_their_inputs() -> None:
    task = next(task for task in MINI if len(task.test) == 3)
    turned = Task(task.id, task.train, (task.test[2], task.test[0], task.test[1]))
    answers = tuple((pair.output,) for pair in task.test)
    submission = Submission("s", {task.id: answers, "elsewhere": ()})
    asked, target = TaskSet("a", (task,)), TaskSet("b", (turned,))
    assert arcgrid.score(asked, Submission("s", {task.id: answers})).percent == 100
    assert arcgrid.score(target, Submission("s", {task.id: answers})).percent == 0
    assert arcgrid.score(target, match_inputs(submission, asked, target)).percent == 100


def test_answers_that_do_not_fit_the_set_they_are_for_are_named() -> None:
    task = next(task for task in MINI if len(task.test) == 1)
    tasks = TaskSet("a", (task,))
    message = f"^s, task {task.id}: answers for 2 test inputs, but a has 1$"
    with pytest.raises(SubmissionError, match=message):
        match_inputs(Submission("s", {task.id: ((), ())}), tasks, tasks)


def test_answers_to_equal_inputs_are_not_told_apart() -> None:
    one, two = (Pair(np.array([[1]]), np.array([[color]])) for color in (1, 2))
    other = Pair(np.array([[5]]), np.array([[6]]))
    asked = TaskSet("a", (Task("t", (one,), (one, two, other)),))
    turned = TaskSet("b", (Task("t", (one,), (other, one, two)),))
    answers = Submission("s", {"t": tuple((pair.output,) for pair in (one, two, other))})
    message = r"^s, task t: two tests have one input, and b has another order$"
    with pytest.raises(SubmissionError, match=message):
        match_inputs(answers, asked, turned)
    assert match_inputs(answers, asked, asked).attempts == answers.attempts


def test_what_is_matched_is_in_both_sets_and_lost_last_answers_stay_lost() -> None:
    task = next(task for task in MINI if len(task.test) == 3)
    turned = Task(task.id, task.train, task.test[::-1])
    first = ((task.test[0].output,),)
    given = Submission("s", {"elsewhere": (), task.id: first}, partial=True, mapping={"x": "mixed"})
    found = match_inputs(given, TaskSet("a", (task,)), TaskSet("b", (turned,)))
    assert found.attempts == {task.id: ((), (), *first)}
    assert found.mapping == {}
    nowhere = TaskSet("c", (Task("elsewhere", task.train, task.test),))
    assert match_inputs(given, TaskSet("a", (task,)), nowhere).attempts == {}


def test_published_fingerprints_never_change() -> None:
    task = single("t", ([[1, 2]], [[2], [1]]), ([[3]], [[0]]))
    assert fingerprint(task) == "7698dcc29bbce0d7c803f1c4d0fb22be2300838878945ff88e976804e6a0e5f5"
    assert (
        symmetric_fingerprint(task)
        == "cccefff652a85f9e6884a3d747bcba7411d4fc48e9d9dbb902c24d6fd0994b9d"
    )


def test_where_one_pair_ends_and_the_next_begins_is_in_a_fingerprint() -> None:
    """The cells are the same, one after the other; the grids are not."""
    one = single("one", ([[1, 2]], [[3]]), ([[4]], [[5]]))
    other = single("other", ([[1]], [[2, 3]]), ([[4]], [[5]]))
    tests = Task("tests", (*one.train, *one.test), one.test), Task("x", one.train, one.test * 2)
    assert len({fingerprint(task) for task in (one, other, *tests)}) == 4


def test_sizes_are_in_a_fingerprint_where_the_output_is_unknown() -> None:
    """Six cells in two rows are not six in one, whatever is made of them."""
    train = (Pair(np.array([[0]]), np.array([[0]])),)  # looks the same after every motion
    grids = np.array([[1, 2, 3], [4, 5, 6]]), np.array([[1, 2, 3, 4, 5, 6]])
    low, flat = (symmetric_fingerprint(Task("t", train, (Pair(grid),))) for grid in grids)
    assert low != flat


def test_ten_thousand_orders_are_tried_and_no_more() -> None:
    """Seven pairs that look alike have 5,040; two more, alike among themselves, double that."""
    seven = [([[color]], [[color]]) for color in range(7)]
    two = [([[color, color]], [[color]]) for color in range(2)]
    last = ([[0]], [[0]])
    assert len(symmetric_fingerprint(single("t", *seven, two[0], last))) == 64
    with pytest.raises(TaskError, match="too many pairs are equal up to their colors"):
        symmetric_fingerprint(single("t", *seven, *two, last))


def test_pairs_that_look_different_have_one_order() -> None:
    """Eight pairs would have 40,320, and more than 10,000 are refused."""
    shapes = [[[0] * number + [1] * (10 - number)] for number in range(1, 10)]
    task = single("t", *((shape, shape) for shape in shapes))
    assert symmetric_fingerprint(task) == symmetric_fingerprint(
        Task("u", task.train[::-1], task.test)
    )


def test_unknown_outputs_are_no_shared_pairs() -> None:
    train = MINI.tasks[0].train
    unknown = (Pair(np.array([[1]])),)
    one, other = Task("one", train[:1], unknown), Task("other", train[1:2], unknown)
    assert leaks(TaskSet("a", (one,)), TaskSet("b", (other,))) == []
