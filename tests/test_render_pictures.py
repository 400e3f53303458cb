"""Pictures: golden files, where everything of a task is put, attempts, hostile names."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arcgrid import Grid, Pair, Task, as_grid
from arcgrid.errors import GridError, TaskError
from arcgrid.palette import rgb
from arcgrid.render import pdf, pictures, png, svg, tikz
from arcgrid.render.scene import LEGIBLE, LINED, Scene, wrapped
from arcgrid.render.style import DARK, LIGHT, PLAIN, Style
from tests.pictures import (
    GOLDEN,
    PAGE,
    PICTURES,
    SHOWN,
    STYLES,
    SVG,
    TAGS,
    attempts,
    gravity,
    inside,
    mini,
    pixels,
    some,
    tried,
    under,
)
from tests.samples import IDS, grids, pair, task, tasks

FORMS = (svg, png, pdf, tikz)


def texts(scene: Scene) -> list[str]:
    return [label.text for label in scene.labels]


@pytest.mark.parametrize("name", PICTURES)
def test_golden_files(name: str) -> None:
    """Byte for byte; `python -m tests.pictures` writes the files anew."""
    assert PICTURES[name]() == (GOLDEN / name).read_text()


def test_the_page_shows_pictures_as_they_are() -> None:
    kept = {path.name: path.read_text() for path in PAGE.glob("*.svg")}
    assert kept == {name: draw() for name, draw in SHOWN.items()}


@pytest.mark.parametrize("name", [name for name in PICTURES if name.endswith(".svg")])
def test_svg_is_small_and_needs_nothing(name: str) -> None:
    root = ElementTree.fromstring(PICTURES[name]())
    paths = root.findall(f"{SVG}path")
    assert len(paths) <= 19  # ground, ten colors, two of outlines, one for each kind of line
    assert {element.tag for element in root.iter()} <= TAGS
    assert not re.search(r"url\(|href|<style|<image|@import", PICTURES[name]())


@pytest.mark.parametrize("style", STYLES, ids=repr)
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_equal_input_gives_equal_bytes(form: Any, style: Style) -> None:
    assert form.task(gravity(), style) == form.task(gravity(), style)
    assert form.task_set(some(), style, tried()) == form.task_set(some(), style, tried())


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_every_format_has_the_same_functions(form: Any) -> None:
    functions: dict[str, Callable[[], object]] = {
        "grid": lambda: form.grid([[1]]),
        "pair": lambda: form.pair(pair([[1]], [[2]])),
        "task": lambda: form.task(gravity()),
        "attempt": lambda: form.attempt([[1]], [[2]]),
        "task_set": lambda: form.task_set(some()),
    }
    for draw in functions.values():
        assert isinstance(draw(), str if form in (svg, tikz) else bytes)
    assert form.lacking("train[0]: 3x3 …\n") == ""


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([[0, 11]], "row 0, column 1: 11 is not a color (0 to 9) or 10 for an empty cell"),
        ([[-1]], "row 0, column 0: -1 is not a color (0 to 9) or 10 for an empty cell"),
        ([[0], [1, 2]], "the rows of a grid have one length"),
        ([1, 2], "a grid in a picture is rows of integers, at least 1x1"),
        ([[]], "a grid in a picture is rows of integers, at least 1x1"),
        ([[0.5]], "a grid in a picture is rows of integers, at least 1x1"),
    ],
)
def test_what_is_no_grid(value: Any, message: str) -> None:
    with pytest.raises(GridError) as caught:
        svg.grid(value)
    assert str(caught.value) == message


def test_dark_and_light_differ_in_what_is_no_cell() -> None:
    light, dark = png.task(gravity()), png.task(gravity(), Style(dark=True))
    assert pixels(light)[0, 0, :3].tolist() == list(rgb(LIGHT.paper))
    assert pixels(dark)[0, 0, :3].tolist() == list(rgb(DARK.paper))


# Where everything is


@pytest.mark.parametrize("width", [380, 480, 960, 1600])
def test_a_task_fits_a_phone_a_column_and_a_slide(width: int) -> None:
    for one in mini():
        scene = pictures.task(one, Style(width=width))
        assert scene.width <= width
        assert len({box.cell for box in scene.boxes}) == 1
        assert scene.height <= max(800, width * 9 // 16) or scene.boxes[0].cell <= 5
        inside(scene)


@pytest.mark.parametrize("width", ["40mm", "84mm", "170mm", "6.5in", "240pt"])
def test_on_paper_a_picture_is_as_wide_as_is_said(width: str) -> None:
    inches = {"mm": 1 / 25.4, "in": 1, "pt": 1 / 72.27}[width[-2:]] * float(width[:-2])
    for one in mini():
        scene = pictures.task(one, Style(width=width))
        inside(scene)
        assert scene.width * scene.inch == pytest.approx(inches)
        # Little is scaled: by less than a pixel of a cell, or than what text takes at the least.
        assert scene.inch * 300 == pytest.approx(1, abs=0.15) or len(one.train) == 1


def test_on_paper_a_cell_is_as_large_as_is_said() -> None:
    scene = pictures.task(gravity(), Style(cell="2.5mm"))
    for box in scene.boxes:
        assert box.cell * scene.inch * 25.4 == pytest.approx(2.5)
    [box] = pictures.grid([[1]], Style(cell="1in", width="2in", dpi=100)).boxes
    assert box.cell == 100


@given(tasks(ids=IDS), st.sampled_from(STYLES))
@settings(max_examples=60, deadline=None)
def test_nothing_overlaps_or_is_cut_off(any_task: Task, style: Style) -> None:
    inside(pictures.task(any_task, style))


@given(tasks(ids=IDS), grids(), st.sampled_from(STYLES))
@settings(max_examples=60, deadline=None)
def test_attempts_overlap_nothing(any_task: Task, grid: Grid, style: Style) -> None:
    tries = [[grid, pair.input] for pair in any_task.test]
    inside(pictures.task(any_task, style, tries))
    inside(pictures.attempt(grid, any_task.test[0].input, style))


def test_train_pairs_are_side_by_side_though_tests_are_not() -> None:
    small, large = pair([[1] * 5] * 5, [[2] * 5] * 5), pair([[3] * 25] * 25, [[4] * 25] * 25)
    scene = pictures.task(Task("both", (small,) * 4, (large,) * 2), Style(width=300))
    inputs = [box for box in scene.boxes if box.cells[0, 0] in (1, 3)]
    assert len({box.y for box in inputs[:4]}) == 1
    assert inputs[4].y < inputs[5].y


def test_input_and_output_are_joined_in_order() -> None:
    one = pictures.pair(pair([[1]], [[2]]), Style(labels=False))
    first, second = one.boxes
    [arrow] = one.arrows
    assert (first.x, first.y) < (second.x, second.y)
    assert first.cells.tolist() == [[1]]
    assert first.y + first.size[1] < arrow.y < second.y or first.x < arrow.x < second.x


def test_sizes_are_height_by_width() -> None:
    assert texts(pictures.grid(as_grid([[0] * 5] * 3), PLAIN)) == ["3x5"]


def test_labels_are_those_of_the_task() -> None:
    said = texts(pictures.task(gravity(), PLAIN))
    assert said[0] == "gravity-down"
    assert [text for text in said if "[" in text] == [
        "train[0]",
        "train[1]",
        "train[2]",
        "test[0]",
        "test[1]",
    ]
    assert not pictures.task(gravity(), Style(labels=False)).labels


@pytest.mark.parametrize("width", [300, 380, 640, 960, 1600])
def test_names_are_right_over_their_grids(width: int) -> None:
    for one in (*mini(), Task("mixed", (pair([[1]], [[2] * 30] * 30),) * 3, gravity().test)):
        scene = pictures.task(one, Style(width=width))
        names = [n for n, text in enumerate(texts(scene)) if re.match(r"(train|test)\[", text)]
        assert len(names) == len(one.train) + len(one.test)
        for number in names:
            assert under(scene, number) < scene.labels[number].size


def test_answers_can_be_hidden_and_their_size_with_them() -> None:
    known = task("ab", [[1, 2, 3]], [[1]])
    open = Task("ab", known.train, tuple(Pair(p.input) for p in known.test))
    hidden = svg.task(known, Style(answers=False))
    assert hidden == svg.task(open)
    assert "1x3" not in hidden
    assert len(pictures.task(known, Style(answers=False)).unknowns) == 2
    assert png.task(known, Style(answers=False)) == png.task(open)


def test_cell_and_width() -> None:
    assert {box.cell for box in pictures.task(gravity(), Style(cell=7)).boxes} == {7}
    narrow = pictures.task(gravity(), Style(cell=40, width=100))
    assert {box.cell for box in narrow.boxes} == {40}
    assert narrow.width > 100  # a pair that is wider is not cut


def test_small_cells_have_no_lines_and_no_digits() -> None:
    wide, small = Style(cell=LINED, labels=False), Style(cell=LINED - 1, labels=False)
    grid = as_grid([[1, 2], [3, 4]])
    assert svg.grid(grid, wide).count("v9") == 3
    assert svg.grid(grid, small).count("v7") == 2
    assert "<text" not in svg.grid(grid, Style(cell=LEGIBLE - 1, digits=True, labels=False))
    assert "<text" in svg.grid(grid, Style(cell=LEGIBLE, digits=True, labels=False))
    assert "<text" not in svg.grid(grid, Style(cell=LEGIBLE, digits=True, labels=False, dpi=192))


def test_no_lines() -> None:
    scene = pictures.task(gravity(), Style(lines=False, cell=10))
    assert {box.size[0] for box in scene.boxes} == {10 * box.cells.shape[1] for box in scene.boxes}
    assert "#555555" not in svg.task(gravity(), Style(lines=False))


def test_resolution_makes_everything_larger_and_nothing_else() -> None:
    once, twice = (
        pictures.task(gravity(), Style(dpi=dpi, cell=24 * dpi // 96)) for dpi in (96, 192)
    )
    assert texts(once) == texts(twice)
    assert [2 * label.size for label in once.labels] == [label.size for label in twice.labels]
    assert twice.pen == 2
    assert {box.line for box in twice.boxes} == {2}
    assert abs(2 * once.width - twice.width) < 0.02 * twice.width


# What is chosen


def test_chosen_pairs_keep_their_names() -> None:
    scene = pictures.task(gravity(), Style(pairs="2,0,test[1]"))
    assert [text for text in texts(scene) if "[" in text] == ["train[2]", "train[0]", "test[1]"]
    chosen = [gravity().train[2], gravity().train[0], gravity().test[1]]
    shown = {box.cells.tobytes() for box in scene.boxes}
    assert shown == {
        grid.tobytes() for p in chosen for grid in (p.input, p.output) if grid is not None
    }


def test_attempts_at_chosen_tests() -> None:
    scene = pictures.task(gravity(), Style(pairs="test[1]"), [[], [[[1]]]])
    assert "attempt_1: wrong size" in texts(scene)
    assert len(scene.boxes) == 3


def test_a_pair_that_is_not_there() -> None:
    with pytest.raises(TaskError) as caught:
        svg.task_set(some(), Style(pairs="train[9]"))
    assert str(caught.value) == (
        "task gravity-down, train[9]: there are 3 train pairs, counted from 0"
    )


def test_title_and_caption() -> None:
    words = "It falls, and falls, until it comes to rest on what is below it. " * 3
    scene = pictures.task(gravity(), Style(title="Figure", caption=words))
    inside(scene)
    first, *rest = scene.labels
    assert first.text == "Figure"
    below = [label for label in rest if label.tone == "ink" and "[" not in label.text]
    assert " ".join(label.text for label in below) == words.strip()
    assert len({label.y for label in below}) == len(below) > 1
    assert min(label.y for label in below) > max(box.y + box.size[1] for box in scene.boxes)
    bare = pictures.grid([[1]], Style(labels=False, title="A grid", caption="alone"))
    assert texts(bare) == ["A grid", "alone"]
    assert texts(pictures.task(gravity(), Style(title="")))[0] == "train[0]"
    inside(bare)


def test_text_in_lines() -> None:
    assert wrapped("one two  three", 10, 60) == ["one two", "three"]
    assert wrapped("", 10, 50) == []
    assert wrapped("x" * 50, 10, 50)[0].endswith("…")


# Attempts


def test_wrong_cells_are_outlined_and_no_others() -> None:
    truth, near, small = attempts()[0]
    scene = pictures.attempt(near, truth, PLAIN)
    true, one = scene.boxes
    assert one.wrong is not None
    assert (one.wrong == (near != truth)).all()
    assert true.wrong is None
    assert true.y == one.y
    assert texts(scene) == ["truth", "8x7", "attempt: 4 wrong", "8x7"]
    assert [sign.good for sign in scene.signs] == [False]
    assert texts(pictures.attempt(small, truth, PLAIN))[2:] == [
        "attempt: wrong size",
        "2x7, not 8x7",
    ]
    solved = pictures.attempt(truth, truth, PLAIN)
    assert texts(solved)[2] == "attempt: solved"
    assert [sign.good for sign in solved.signs] == [True]


def test_attempts_stand_beside_the_truth_under_what_they_are() -> None:
    scene = pictures.task(gravity(), PLAIN, attempts())
    inside(scene)
    for text, tone in (
        ("attempt_1: solved", "good"),
        ("attempt_2: 4 wrong", "bad"),
        ("attempt_3: wrong size", "bad"),
    ):
        number = texts(scene).index(text)
        assert scene.labels[number].tone == tone
        assert under(scene, number) < scene.labels[number].size
    assert [sign.good for sign in scene.signs] == [True, False, False]
    truth = next(box for box in scene.boxes if np.array_equal(box.cells, attempts()[0][0]))
    beside = [box for box in scene.boxes if box.y == truth.y]
    assert len(beside) >= 4  # the truth, and all three
    for form in FORMS:
        assert form.task(gravity(), PLAIN, attempts()) != form.task(gravity(), PLAIN)


@pytest.mark.parametrize(("side", "cell"), [(30, 9), (20, 9), (10, 19), (3, 24)])
def test_attempts_are_readable_at_the_default_width(side: int, cell: int) -> None:
    grid = (np.arange(side * side).reshape(side, side) % 10).astype(np.uint8)
    one = Task("large", (Pair(grid, grid),) * 4, (Pair(grid, grid),))
    scene = pictures.task(one, PLAIN, [[grid, 9 - grid]])
    assert scene.width <= pictures.WIDTH
    assert {box.cell for box in scene.boxes} == {cell}
    truth, first, second = scene.boxes[-3:]
    assert truth.y == first.y == second.y


def test_attempts_at_what_is_not_known_are_not_judged() -> None:
    for one, style in (
        (Task("open", gravity().train, tuple(Pair(p.input) for p in gravity().test)), PLAIN),
        (gravity(), Style(answers=False)),
    ):
        scene = pictures.task(one, style, attempts())
        assert not scene.signs
        assert "attempt_2" in texts(scene)
        assert all(box.wrong is None for box in scene.boxes)
