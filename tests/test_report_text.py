"""Aligned tables: cells are literal, numbers stand to the right, nothing is cut off."""

from __future__ import annotations

import pytest

from arcgrid.report.text import format_bytes, format_seconds, format_table

TABLE = """\
name          count
───────────────────
one               1
twenty-five   1,025
"""


def test_a_table() -> None:
    rows = [("one", "1"), ("twenty-five", "1,025")]
    lines = format_table(("name", ">count"), rows).splitlines()
    assert [line.strip() for line in lines] == TABLE.splitlines()


LITERAL = ["[12]", "[3 of 400 tasks]", "[bold]x[/bold]", "[/x]", ":smile:", "\\[a]", "a\\", "[a"]


@pytest.mark.parametrize("cell", LITERAL)
def test_a_cell_is_literal(cell: str) -> None:
    assert format_table(("c",), [(cell,)]).splitlines()[-1].strip() == cell


COLUMNS = ("run", "---id", "~tasks", ">done", "-started")
ROWS = [
    ("search-1", "0123abcd", "arc-agi-1/training [60 of 400 tasks]", "60", "2026-11-22 10:00"),
    ("a-longer-name-2", "4567abcd", "arcgrid/mini", "40", "2026-11-23 10:00"),
]


@pytest.mark.parametrize("width", range(24, 101))
def test_a_table_is_never_wider_than_its_terminal(width: int) -> None:
    text = format_table(COLUMNS, ROWS, width)
    assert max(map(len, text.splitlines())) <= width
    assert ("0123abcd" in text) or "id" in text.partition("not shown here:")[2]
    assert width < 50 or "a-longer-name-2" in text


def test_a_narrow_table_wraps_at_words_and_leaves_out_what_tells_least() -> None:
    assert format_table(COLUMNS, ROWS, 60) == NARROW
    assert format_table(COLUMNS, ROWS, 200) == format_table(COLUMNS, ROWS)


NARROW = """\
 run               tasks                               done
 ──────────────────────────────────────────────────────────
 search-1          arc-agi-1/training [60 of 400         60
                   tasks]
 a-longer-name-2   arcgrid/mini                          40
not shown here: id, started
"""


def test_what_is_cut_ends_in_an_ellipsis() -> None:
    text = format_table(("~c", "d"), [("abcdefghij" * 5, "0123456789" * 5)], 40)
    assert text.splitlines()[-1].count("…") == 2


def test_a_table_without_rows_has_its_heading() -> None:
    head, line = format_table(("name", ">count"), []).splitlines()
    assert head.split() == ["name", "count"]
    assert set(line.strip()) == {"─"}


SECONDS = [(None, "?"), (0, "0.00 s"), (9.994, "9.99 s"), (10, "10 s"), (12345.6, "12,346 s")]


@pytest.mark.parametrize(("seconds", "text"), SECONDS)
def test_seconds(seconds: float | None, text: str) -> None:
    assert format_seconds(seconds) == text


BYTES = [(None, "?"), (0, "0 MiB"), (1 << 20, "1 MiB"), (2 << 30, "2,048 MiB")]


@pytest.mark.parametrize(("size", "text"), BYTES)
def test_bytes(size: int | None, text: str) -> None:
    assert format_bytes(size) == text
