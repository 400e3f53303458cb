"""Options of pictures, sizes in pixels and on paper, and the names of places in a task."""

from __future__ import annotations

from typing import Any

import pytest

from arcgrid.errors import ArcgridError, ArgumentError, TaskError, UnknownNameError
from arcgrid.render.places import grid_at, pairs_of, parse_pairs
from arcgrid.render.style import Style
from tests.pictures import gravity
from tests.samples import pair, task

LENGTH = "is a whole number of pixels, or a length such as 84mm or 3.3in"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cell": 0}, "cell is 1 to 200 pixels, not 0"),
        ({"cell": 201}, "cell is 1 to 200 pixels, not 201"),
        ({"cell": "3 cells"}, f"cell {LENGTH}, not '3 cells'"),
        ({"cell": True}, f"cell {LENGTH}, not True"),
        ({"width": 99}, "width is 100 to 20,000 pixels, not 99"),
        ({"width": "5mm"}, "width is 100 to 20,000 pixels, not 5mm (59 at 300 dpi)"),
        ({"width": "9m"}, f"width {LENGTH}, not '9m'"),
        ({"width": 84.0}, f"width {LENGTH}, not 84.0"),
        ({"width": "-84mm"}, f"width {LENGTH}, not '-84mm'"),
        ({"dpi": 10}, "dpi is 24 to 2,400 pixels, not 10"),
        ({"dpi": 300.0}, "dpi is 24 to 2,400 pixels, not 300.0"),
        ({"palette": "clasic"}, "unknown palette 'clasic'; did you mean classic?"),
        (
            {"pairs": "0,x"},
            "pairs are named such as 0 and 2 (train pairs), train, test[1] or test, not 'x'",
        ),
    ],
)
def test_options_out_of_range(options: Any, message: str) -> None:
    with pytest.raises(ArcgridError) as caught:
        Style(**options)
    assert str(caught.value) == message
    assert isinstance(caught.value, UnknownNameError) == ("palette" in options)


@pytest.mark.parametrize(
    ("width", "dpi", "pixels", "on_paper"),
    [
        (None, None, 960, False),
        (None, 192, 1920, False),
        (500, 192, 500, False),
        ("500", None, 500, False),
        ("25.4mm", None, 300, True),
        ("2.54 cm", 100, 100, True),
        ("3.5in", 600, 2100, True),
        ("72.27pt", 300, 300, True),
        (".5in", 300, 150, True),
    ],
)
def test_sizes(width: Any, dpi: int | None, pixels: int, on_paper: bool) -> None:
    style = Style(width=width, dpi=dpi)
    assert style.room(960) == pixels
    assert style.on_paper == on_paper
    assert style.inch(pixels) * pixels == pytest.approx(pixels / style.resolution)


def test_a_cell_has_a_size_on_paper() -> None:
    assert Style(cell="2.54mm").cell_pixels == 30
    assert Style(cell="2.54mm").inch(7) == pytest.approx(0.1 / 30)
    assert Style(cell="12").cell_pixels == 12
    assert Style().cell_pixels is None


# Places


@pytest.mark.parametrize(
    ("text", "train", "test"),
    [
        ("", [0, 1, 2], [0, 1]),
        ("0,2", [0, 2], []),
        ("2, 0", [2, 0], []),
        ("0,0", [0], []),
        ("test", [], [0, 1]),
        ("train[1],test[0]", [1], [0]),
        ("1,train,test[1]", [1, 0, 2], [1]),
    ],
)
def test_lists_of_pairs(text: str, train: list[int], test: list[int]) -> None:
    chosen = parse_pairs(text)
    for part, numbers in (("train", train), ("test", test)):
        found = pairs_of(gravity(), part, chosen)  # type: ignore[arg-type]  # they are parts
        assert [placed.number for placed in found] == numbers
        assert [placed.pair for placed in found] == [
            getattr(gravity(), part)[number] for number in numbers
        ]


@pytest.mark.parametrize("text", ["a", ",", "0,", "-1", "train[]", "train[0].input", "1.0", "٣"])
def test_what_names_no_pair(text: str) -> None:
    with pytest.raises(ArgumentError, match="pairs are named such as"):
        parse_pairs(text)


def test_a_grid_by_its_place() -> None:
    assert (grid_at(gravity(), "train[1].output") == gravity().train[1].output).all()
    assert (grid_at(gravity(), "test[0].input") == gravity().test[0].input).all()


@pytest.mark.parametrize(
    ("place", "message"),
    [
        (
            "train[0]",
            "a grid of a task is named such as train[0].input or test[1].output, not 'train[0]'",
        ),
        ("train[3].input", "task ab, train[3]: there is 1 train pair, counted from 0"),
        ("test[2].input", "task ab, test[2]: there are 2 test pairs, counted from 0"),
        ("test[1].output", "task ab, test[1].output: this output is not known"),
    ],
)
def test_places_that_are_not_there(place: str, message: str) -> None:
    one = task("ab", [[1]])
    open = type(one)("ab", one.train, (*one.test, pair([[1]])))
    with pytest.raises((ArgumentError, TaskError)) as caught:
        grid_at(open, place)
    assert str(caught.value) == message
