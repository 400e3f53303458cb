"""Grids and tasks in a terminal: plain, in 256 and 24-bit colors, with digits, stacked."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from arcgrid import Grid, Pair, Task, as_grid
from arcgrid.palette import CLASSIC, NAMES, rgb
from arcgrid.render import ansi
from tests.samples import grids, pair, task, tasks

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
RESET = "\x1b[0m"

PLAIN = """\
task ab

train[0]  1x2 -> 1x2
1 2  -> 2 1

test[0]  1x1 -> 3x1
0     3
   -> 4
      5

test[1]  1x1 -> 1x1
1  -> 6
"""
HIDDEN = """\
task ab

train[0]  1x2 -> 1x2
1 2  -> 2 1

test[0]  1x1 -> ?
0

test[1]  1x1 -> ?
1
"""
TASK = task("ab", [[3], [4], [5]], [[6]])


def lines_of(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


def test_a_task_in_plain_digits() -> None:
    assert lines_of(ansi.task(TASK)) == lines_of(PLAIN)


def test_answers_can_be_hidden() -> None:
    assert lines_of(ansi.task(TASK, answers=False)) == lines_of(HIDDEN)


def test_an_unknown_answer_is_shown_as_such() -> None:
    open = Task("ab", TASK.train, tuple(Pair(p.input) for p in TASK.test))
    assert lines_of(ansi.task(open)) == lines_of(HIDDEN)


# Cells of black and yellow; 256 colors: the nearest of the cube, 16 + 36r + 6g + b.
CELLS: dict[str, tuple[ansi.Colors, bool, list[str]]] = {
    "plain": ("none", False, ["0 4 "]),
    "plain with digits": ("none", True, ["0 4 "]),
    "256": (
        "256",
        False,
        ["\x1b[48;5;16m\x1b[38;5;231m  \x1b[0m\x1b[48;5;220m\x1b[38;5;16m  \x1b[0m"],
    ),
    "256 with digits": (
        "256",
        True,
        ["\x1b[48;5;16m\x1b[38;5;231m0 \x1b[0m\x1b[48;5;220m\x1b[38;5;16m4 \x1b[0m"],
    ),
    "24bit": (
        "24bit",
        False,
        ["\x1b[48;2;0;0;0m\x1b[38;5;231m  \x1b[0m\x1b[48;2;255;220;0m\x1b[38;5;16m  \x1b[0m"],
    ),
    "24bit with digits": (
        "24bit",
        True,
        ["\x1b[48;2;0;0;0m\x1b[38;5;231m0 \x1b[0m\x1b[48;2;255;220;0m\x1b[38;5;16m4 \x1b[0m"],
    ),
}


@pytest.mark.parametrize(("colors", "digits", "lines"), CELLS.values(), ids=CELLS)
def test_cells(colors: ansi.Colors, digits: bool, lines: list[str]) -> None:
    assert ansi.grid(as_grid([[0, 4]]), colors, digits) == lines


@pytest.mark.parametrize("colors", ["256", "24bit"])
def test_ten_colors_are_ten_grounds(colors: ansi.Colors) -> None:
    [line] = ansi.grid(as_grid([list(range(10))]), colors)
    assert len(set(re.findall(r"\x1b\[48;[0-9;]+m", line))) == 10


def test_the_palette_is_complete() -> None:
    assert len(CLASSIC) == len(NAMES) == len(set(CLASSIC)) == 10
    assert rgb("#0074D9") == (0, 116, 217)


@given(grids())
def test_digits_are_the_grid_in_any_color(grid: Grid) -> None:
    plain = ansi.grid(grid)
    assert [[int(cell) for cell in line.split()] for line in plain] == grid.tolist()
    assert all(len(line) == 2 * grid.shape[1] for line in plain)
    for colors in ("256", "24bit"):
        shown = ansi.grid(grid, colors, digits=True)
        assert [ESCAPE.sub("", line) for line in shown] == plain
        assert all(line.count(RESET) == grid.shape[1] for line in shown)


@given(tasks())
def test_no_line_is_too_wide(any_task: Task) -> None:
    for width in (12, 80):
        lines = ansi.task(any_task, width=width).splitlines()
        body = [line for line in lines if line[:4] not in ("task", "trai", "test")]
        assert max(map(len, body)) <= width


@given(tasks())
def test_rendering_is_deterministic(any_task: Task) -> None:
    assert ansi.task(any_task, "24bit") == ansi.task(any_task, "24bit")


SIDE_BY_SIDE = ["1 2 3 4  -> 5 6 7 8"]
STACKED = ["1 2 3 4", "   |", "   v", "5 6 7 8"]


@pytest.mark.parametrize(
    ("width", "lines"), [(80, SIDE_BY_SIDE), (20, SIDE_BY_SIDE), (19, STACKED)]
)
def test_a_pair_that_is_too_wide_is_stacked(width: int, lines: list[str]) -> None:
    shown = ansi.pair(pair([[1, 2, 3, 4]], [[5, 6, 7, 8]]), width=width)
    assert [line.rstrip() for line in shown] == lines


def test_a_wide_pair_of_one_column_is_stacked() -> None:
    assert [line.rstrip() for line in ansi.pair(pair([[1]], [[2]]), width=5)] == [
        "1",
        "|",
        "v",
        "2",
    ]


def test_the_arrow_stands_in_the_middle() -> None:
    lines = ansi.pair(pair([[1], [2], [3], [4]], [[5], [6]]))
    assert lines == ["1     5", "2  -> 6", "3", "4"]


HALF_BLOCKS = [
    "\x1b[38;2;0;0;0m\x1b[48;2;0;116;217m▀\x1b[0m",
    "\x1b[38;2;255;65;54m▀\x1b[0m",
]


def test_half_blocks_hold_two_rows_a_line() -> None:
    assert ansi.grid(as_grid([[0], [1], [2]]), "24bit", cells="half") == HALF_BLOCKS


def test_half_blocks_without_color_are_digits() -> None:
    assert ansi.grid(as_grid([[0], [1]]), cells="half") == ["0 ", "1 "]
    wide = pair([[1, 2, 3, 4]], [[5, 6, 7, 8]])
    assert ansi.pair(wide, width=12, cells="half") == ansi.pair(wide, width=12)
    assert len(ansi.pair(wide, "256", width=12, cells="half")) == 1


@given(grids())
def test_half_blocks_have_a_column_a_cell(grid: Grid) -> None:
    lines = ansi.grid(grid, "256", cells="half")
    assert len(lines) == (grid.shape[0] + 1) // 2
    assert {ESCAPE.sub("", line) for line in lines} == {"▀" * grid.shape[1]}


@given(tasks())
def test_what_fits_is_not_stacked(any_task: Task) -> None:
    for width in (4, 12, 80):
        text = ansi.task(any_task, width=width)
        assert ansi.fits(any_task, width) == ("\nv\n" not in re.sub(" ", "", text))


def test_blocks_stand_side_by_side_as_far_as_there_is_room() -> None:
    blocks = [["one", "1"], ["\x1b[31mtwo\x1b[0m"], ["three", "", "3"]]
    assert ansi.side_by_side(blocks, 17) == [
        "one   \x1b[31mtwo\x1b[0m   three",
        "1",
        "            3",
    ]
    wanted = ["one   \x1b[31mtwo\x1b[0m", "1", "", "three", "", "3"]
    assert ansi.side_by_side(blocks, 16) == wanted
    assert ansi.side_by_side(blocks[:1], 1) == ["one", "1"]
    assert ansi.side_by_side([], 80) == []
