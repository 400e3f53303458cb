"""Documents as Markdown, LaTeX and CSV: for notes, papers and spreadsheets."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence

from arcgrid.report.document import Cell, Document, Range, Table

_LATEX = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "±": r"$\pm$",
    "−": r"$-$",
    "…": r"\dots{}",
    "×": r"$\times$",
}


def format_markdown(document: Document) -> str:
    """Write a document as Markdown (GitHub's tables); lines are paragraphs."""
    parts = []
    for part in document:
        if isinstance(part, Table):
            heads = [column.title for column in part.columns]
            rules = ["---:" if column.right else "---" for column in part.columns]
            rows = [heads, rules, *(map(_markdown, row) for row in part.rows)]
            parts.append("\n".join(f"| {' | '.join(row)} |" for row in rows))
        elif part.strip():
            parts.append(_markdown(part.strip()))
    return "\n\n".join(parts) + "\n"


def format_latex(document: Document) -> str:
    r"""Write a document as LaTeX: tables with `booktabs`, lines as comments above and below.

    `\usepackage{booktabs}` is all that a document needs; text is escaped, a range has an en dash.
    """
    parts = [r"% \usepackage{booktabs}"]
    for part in document:
        if isinstance(part, Table):
            parts.append(_latex_table(part))
        elif part.strip():
            parts += [f"% {line}" for line in part.strip().splitlines()]
    return "\n".join(parts) + "\n"


def format_csv(document: Document) -> str:
    """Write the tables of a document as CSV (RFC 4180): values rather than their texts.

    A value that is not known is empty. Several tables have an empty line between them; lines of
    text are left out.
    """
    tables = [part for part in document if isinstance(part, Table)]
    return "\n".join(map(_csv_table, tables))


FORMS: dict[str, Callable[[Document], str]] = {
    "markdown": format_markdown,
    "latex": format_latex,
    "csv": format_csv,
}
"""How a document leaves: by name, apart from plain text and JSON."""


def escape_latex(text: str) -> str:
    """A text that LaTeX prints as it is."""
    return "".join(_LATEX.get(char, char) for char in text)


def _latex_table(table: Table) -> str:
    kinds = "".join("r" if column.right else "l" for column in table.columns)
    head = _latex_row([column.title for column in table.columns])
    rows = [_latex_row(row) for row in table.rows]
    lines = [
        rf"\begin{{tabular}}{{{kinds}}}",
        *(r"\toprule", head, r"\midrule"),
        *rows,
        *(r"\bottomrule", r"\end{tabular}"),
    ]
    return "\n".join(lines)


def _latex_row(cells: Sequence[str]) -> str:
    return " & ".join(map(_latex_cell, cells)) + r" \\"


def _latex_cell(cell: str) -> str:
    if not isinstance(cell, Range):
        return escape_latex(cell)
    if not cell.parts:
        return cell.replace("-", "--")
    above, below = cell.parts
    return rf"$\pm{above}$" if above == below else f"$^{{+{above}}}_{{-{below}}}$"


def _markdown(text: str) -> str:
    return re.sub(r"([\\|*_`<>\[\]])", r"\\\1", text).replace("\n", " ")


def _csv_table(table: Table) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    split = [
        any(isinstance(row[at], Range) for row in table.rows) for at in range(len(table.columns))
    ]
    writer.writerow(
        name
        for at, column in enumerate(table.columns)
        for name in _csv_names(column.title or f"column {at + 1}", split[at])
    )
    for row in table.rows:
        writer.writerow(
            value for cell, two in zip(row, split, strict=True) for value in _csv_values(cell, two)
        )
    return file.getvalue()


def _csv_names(title: str, two: bool) -> tuple[str, ...]:
    return (f"{title} low", f"{title} high") if two else (title,)


def _csv_values(cell: str, two: bool) -> tuple[object, ...]:
    """The value that a cell tells; the two ends of a range."""
    if isinstance(cell, Range):
        return tuple(cell.raw) if isinstance(cell.raw, tuple) else ("", "")
    value = (cell.raw if cell.raw is not None else "") if isinstance(cell, Cell) else str(cell)
    return (value, "") if two else (value,)
