"""Contact sheets: one size of cell in a row, names over tiles, attempts, pages."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arcgrid import Task, TaskSet
from arcgrid.errors import ArgumentError
from arcgrid.render import png, sheets, svg
from arcgrid.render.scene import Label, Scene
from arcgrid.render.style import PLAIN, Style
from tests.pictures import gravity, inside, mini, some, tried, under
from tests.samples import IDS, pair, tasks


def names(scene: Scene, chosen: Sequence[Task]) -> list[Label]:
    """The labels of the tiles, in order."""
    ids = {task.id for task in chosen}
    return [label for label in scene.labels if label.text.split(":")[0] in ids]


@pytest.mark.parametrize("width", [380, 800, 1600, 3000, "170mm"])
def test_cells_are_even_within_a_row(width: int | str) -> None:
    scene = sheets.task_set(mini(), Style(width=width))
    inside(scene)
    tops = sorted({label.y for label in names(scene, mini().tasks)})
    assert len(tops) > 1
    bounds = [*tops, scene.height]
    cells: list[int] = []
    for top, bottom in pairwise(bounds):
        row = {box.cell for box in scene.boxes if top < box.y < bottom}
        assert len(row) == 1
        cells += row
    if width == 1600:
        low, high = sheets.CELLS
        assert low <= min(cells) <= max(cells) <= high


@pytest.mark.parametrize("attempted", [False, True])
def test_tiles_begin_right_under_their_names(attempted: bool) -> None:
    scene = sheets.task_set(mini(), PLAIN, tried() if attempted else None)
    for number, label in enumerate(scene.labels):
        if label in names(scene, mini().tasks):
            assert under(scene, number) < (3 if attempted else 1) * label.size


def test_the_contact_sheet_of_the_bundled_set() -> None:
    scene = sheets.task_set(mini(), PLAIN)
    assert scene.width == 1600
    assert len(scene.boxes) == sum(2 * len(task.train) + 2 * len(task.test) for task in mini())
    texts = [label.text for label in scene.labels]
    assert texts == ["arcgrid/mini: 40 tasks", *(task.id for task in mini())]


def test_rows_are_full() -> None:
    scene = sheets.task_set(mini(), PLAIN)
    tops = sorted({label.y for label in names(scene, mini().tasks)})
    for top, bottom in pairwise(tops):
        row = [box for box in scene.boxes if top < box.y < bottom]
        assert max(box.x + box.size[0] for box in row) > scene.width / 2


@pytest.mark.parametrize("width", [100, 380, 800, 3000])
@pytest.mark.parametrize("attempted", [False, True])
def test_a_contact_sheet_of_any_width(width: int, attempted: bool) -> None:
    inside(sheets.task_set(mini(), Style(width=width), tried() if attempted else None))


@given(st.lists(tasks(ids=IDS), min_size=1, max_size=6, unique_by=lambda task: task.id))
@settings(max_examples=25, deadline=None)
def test_nothing_overlaps_or_is_cut_off(chosen: list[Task]) -> None:
    inside(sheets.task_set(chosen, PLAIN))
    attempts = {task.id: [[task.train[0].input]] * len(task.test) for task in chosen[1:]}
    inside(sheets.task_set(chosen, Style(width="150mm", lines=False), attempts))


def test_a_tile_of_too_many_pairs_says_what_is_left_out() -> None:
    large = pair([[1] * 30] * 30, [[2] * 30] * 30)
    many = TaskSet("many", (Task("many", (large,) * 60, (large,)),))
    scene = sheets.task_set(many, PLAIN)
    inside(scene)
    shown = len(scene.boxes) // 2 - 1
    assert 4 <= shown < 60
    assert f"many ({shown} of 60 train pairs)" in [label.text for label in scene.labels]


def test_any_tasks_are_a_contact_sheet() -> None:
    assert "<title>tasks: 2 tasks</title>" in svg.task_set(list(some())[:2])
    assert "<title>tasks: 1 task</title>" in svg.task_set([gravity()])


def test_title_caption_and_pairs() -> None:
    style = Style(title="Three", caption="of forty", pairs="0")
    scene = sheets.task_set(some(), style)
    texts = [label.text for label in scene.labels]
    assert texts == ["Three", *(task.id for task in some()), "of forty"]
    assert len(scene.boxes) == 2 * len(some())


def test_attempts_are_told_at_a_glance() -> None:
    scene = sheets.task_set(some(), PLAIN, tried())
    inside(scene)
    found = {label.text: label.tone for label in scene.labels}
    assert found["gravity-down"] == "good"
    assert found["majority-color"] == "bad"
    assert found["maze-thread: no attempt"] == "bad"
    first = {sign.y for sign in scene.signs if sign.good}
    assert min(first) == next(label.y for label in scene.labels if label.text == "gravity-down")
    assert "train[0]" not in found
    wrong = [box for box in scene.boxes if box.wrong is not None]
    assert len(wrong) == 3 + sum(len(tries) for tries in tried()["majority-color"])
    assert png.task_set(some(), PLAIN, tried()) != png.task_set(some(), PLAIN)


def test_more_attempts_than_count_do_not_solve_a_task() -> None:
    truth = gravity().test[1].output
    assert truth is not None
    wrong = 9 - truth
    for tries, tone in (([wrong, truth], "good"), ([wrong, wrong, truth], "bad")):
        one = Task("one", gravity().train, gravity().test[1:])
        scene = sheets.task_set([one], PLAIN, {"one": [tries]})
        assert {label.tone for label in scene.labels if label.text == "one"} == {tone}


def test_a_sheet_of_attempts_needs_tests() -> None:
    with pytest.raises(ArgumentError) as caught:
        sheets.task_set(some(), Style(pairs="0,1"), tried())
    assert str(caught.value) == "a sheet of attempts shows tests, and the pairs 0,1 are none"
    scene = sheets.task_set(some(), Style(pairs="0,test[0]"), tried())
    assert [label.text for label in scene.labels].count("solved") == 1


def test_a_sheet_of_nothing() -> None:
    for labels in (True, False):
        [scene] = sheets.pages([], Style(labels=labels))
        assert scene.height > 0
        assert png.task_set([], Style(labels=labels))


def test_what_is_not_known_is_not_told() -> None:
    scene = sheets.task_set(some(), Style(answers=False), tried())
    assert not scene.signs
    assert {label.tone for label in scene.labels} <= {"ink", "muted"}


def test_pages() -> None:
    wide = sheets.pages(mini(), Style(width=800, caption="The end."))
    assert len(wide) > 1
    for scene in wide:
        inside(scene)
        assert scene.height <= scene.width * 1.5
    assert [scene.labels[-1].text == "The end." for scene in wide] == [False] * (len(wide) - 1) + [
        True
    ]
    whole = sheets.task_set(mini(), PLAIN)
    assert sum(len(scene.boxes) for scene in wide) == len(whole.boxes)
