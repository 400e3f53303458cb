"""Writes the tables of `formats.md`: `python -m docs.formats_page`.

They come from the formats' own values, so that a format is said in one place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from arcgrid.formats import submissions, tasks
from arcgrid.formats.format import SubmissionFormat, TaskFormat

PAGE = Path(__file__).with_name("formats.md")


def table(formats: Iterable[SubmissionFormat | TaskFormat]) -> str:
    """A row for each format that comes with arcgrid."""
    lines = ["| Format | Shape | Written by `convert` |", "|---|---|---|"]
    for format in formats:
        about = re.sub(r"\|", r"\\|", format.about)
        lines.append(f"| `{format.name}` | {about} | {'yes' if format.write else ''} |")
    return "\n".join(lines)


def page() -> str:
    """The page with its tables made anew."""
    text = PAGE.read_text()
    for name, formats in (("submissions", submissions.FORMATS), ("tasks", tasks.FORMATS)):
        marks = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, _, rest = text.partition(marks[0])
        _, _, after = rest.partition(marks[1])
        text = f"{before}{marks[0]}\n{table(formats)}\n\n{marks[1]}{after}"
    return text


if __name__ == "__main__":
    PAGE.write_text(page())
