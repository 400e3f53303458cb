"""What a command shows, as a value: tables and lines of text. Pure.

`text` writes it for terminals, `markup` for papers and spreadsheets; `FORMS` has them all by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self, TypeAlias


class Cell(str):
    """A cell's text, with the value that it tells: spreadsheets get that one.

    Attributes:
        raw: the value; None where it is unknown or there is none.
    """

    raw: object
    __slots__ = ("raw",)

    def __new__(cls, text: str, raw: object) -> Self:
        """Make a cell of its text and its value."""
        made = super().__new__(cls, text)
        made.raw = raw
        return made


class Range(Cell):
    """An interval around a figure, as a range or as what is above and below the figure.

    Attributes:
        raw: its (low, high).
        parts: what is added and taken away, as text; empty for a range.
    """

    parts: tuple[str, ...]
    __slots__ = ("parts",)

    @classmethod
    def of(
        cls, low: float, high: float, figure: float, plus_minus: bool = False, decimals: int = 1
    ) -> Range:
        """`27.2-36.5`, or `+4.6 -4.7`, or `±4.6` where both are the same."""
        ends = (f"{low:.{decimals}f}", f"{high:.{decimals}f}")
        parts = (f"{high - figure:.{decimals}f}", f"{figure - low:.{decimals}f}")
        text = "-".join(ends)
        if plus_minus:
            text = f"±{parts[0]}" if parts[0] == parts[1] else f"+{parts[0]} -{parts[1]}"
        made = cls(text, (low, high))
        made.parts = parts if plus_minus else ()
        return made


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading, how it is set, and how soon it is left out; 0 is never."""

    title: str
    right: bool
    wraps: bool
    drop: int

    @classmethod
    def of(cls, name: str) -> Column:
        """Read the marks before a name.

        `>` aligns right, `~` lets cells wrap at words, `-` says that the column may be left out
        where it is narrow, more of them the sooner.
        """
        title = name.lstrip(">~-")
        marks = name[: len(name) - len(title)]
        return cls(title, ">" in marks, "~" in marks, marks.count("-"))


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under columns.

    Attributes:
        columns: as `Column.of` reads them.
        rows: as many cells as there are columns, all text; a `Cell` has its value with it.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, names: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
        """A table with columns of these names, marks in front."""
        return cls(tuple(map(Column.of, names)), tuple(map(tuple, rows)))


Document: TypeAlias = Sequence["Table | str"]
"""Tables and lines in the order in which they are read; an empty line is a gap."""
