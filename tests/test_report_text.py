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


def test_a_narrow_table_wraps_and_loses_nothing() -> None:
    text = format_table(("~c", "~d"), [("abcdefghij" * 5, "0123456789" * 5)], 60)
    lines = text.splitlines()
    assert max(map(len, lines)) <= 60
    letters = "".join(lines[2:])
    assert letters.count("j") == letters.count("9") == 5


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
