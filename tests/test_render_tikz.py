"""TeX with TikZ: what is in it, escapes, and where there is a TeX, that it compiles."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from pypdf import PdfReader

from arcgrid import Grid, Task, TaskSet
from arcgrid.render import pictures, tikz
from arcgrid.render.style import Style
from tests.pictures import HOSTILE_IDS, STYLES, attempts, gravity, padded, some, tried
from tests.samples import IDS, grids

RECTANGLE = re.compile(r"\(([0-9.]+),([0-9.]+)\) rectangle \+\(([0-9.]+),([0-9.]+)\)")


def compiled(text: str, folder: Path) -> PdfReader:
    """A document of LaTeX as PDF."""
    if shutil.which("pdflatex") is None:
        pytest.skip("pdflatex is not here (Debian: apt-get install texlive-pictures)")
    (folder / "document.tex").write_text(text)
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "document.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace")
    assert done.returncode == 0, done.stdout[-2000:]
    return PdfReader(folder / "document.pdf")


def test_areas_are_those_of_the_cells() -> None:
    """The cells, read back from the areas in the order in which they are painted."""
    style = Style(cell=10, lines=False, labels=False, transparent=True)
    [box] = pictures.grid(padded(), style).boxes
    canvas = np.full(padded().shape, 10, np.uint8)
    for value, drawn in re.findall(r"\\fill\[arcgrid([0-9])\] (.*);", tikz.grid(padded(), style)):
        for x, y, width, height in RECTANGLE.findall(drawn):
            left, top = (int(x) - box.x) // 10, (int(y) - box.y) // 10
            canvas[top : top + int(height) // 10, left : left + int(width) // 10] = value
    assert (canvas == padded()).all()


@given(grids(max_side=12))
@settings(max_examples=20)
def test_digits_are_those_of_the_cells(grid: Grid) -> None:
    nodes = re.findall(r"\{([0-9])\};$", tikz.grid(grid, Style(digits=True, cell=12)), re.MULTILINE)
    assert [int(node) for node in nodes] == grid.ravel().tolist()


def test_the_picture_has_the_size_that_is_said() -> None:
    text = tikz.task(gravity(), Style(width="84mm"))
    width = re.search(r"paperwidth=([0-9.]+)bp", text)
    assert width is not None
    assert float(width[1]) == pytest.approx(84 / 25.4 * 72, abs=0.01)


@given(IDS)
@settings(max_examples=50)
def test_any_id_is_text_in_ascii(id: str) -> None:
    text = tikz.task(Task(id, gravity().train, gravity().test))
    assert text.isascii()
    assert text.count("\n\\begin{tikzpicture}") == text.count("\n\\end{tikzpicture}") == 1


def test_what_is_special_to_tex_is_escaped() -> None:
    text = tikz.grid([[1]], Style(title=r"\input{x} 50% #1 $x_1^2$ ~ & {a} <b> ``c'' é--Ž…"))
    [title] = [line for line in text.splitlines() if "textbackslash" in line]
    wanted = (
        r"{\textbackslash{}input\{x\} 50\% \#1 \$x\_1\textasciicircum{}2\$ \textasciitilde{} \& "
        r"\{a\} \textless{}b\textgreater{} {`}{`}c{'}{'} \'{e}{-}{-}\v{Z}\ldots{}};"
    )
    assert title.endswith(wanted)


@pytest.mark.parametrize("style", STYLES, ids=repr)
def test_it_compiles_alone(style: Style, tmp_path: Path) -> None:
    [page] = compiled(tikz.task(gravity(), style, attempts()), tmp_path).pages
    scene = pictures.task(gravity(), style, attempts())
    assert float(page.mediabox.width) == pytest.approx(scene.width * scene.inch * 72, abs=0.05)
    assert float(page.mediabox.height) == pytest.approx(scene.height * scene.inch * 72, abs=0.05)


def test_a_contact_sheet_compiles(tmp_path: Path) -> None:
    [page] = compiled(tikz.task_set(some(), Style(width="150mm"), tried()), tmp_path).pages
    assert "majority" in page.extract_text()


def test_it_can_be_input(tmp_path: Path) -> None:
    (tmp_path / "one.tex").write_text(tikz.task(gravity(), Style(width="60mm")))
    (tmp_path / "two.tex").write_text(tikz.grid([[1, 2]], Style(width="20mm")))
    inputs = (
        "Before\n\\begin{figure}\\input{one.tex}\\input{two.tex}\\caption{Both}\\end{figure}\nAfter"
    )
    [page] = compiled(document(inputs), tmp_path).pages
    text = page.extract_text()
    for part in ("Before", "train[0]", "1x2", "Both", "After"):
        assert part in text


def test_hostile_ids_compile(tmp_path: Path) -> None:
    ids = (*HOSTILE_IDS.values(), r"\end{document}$%\undefined", "é ñ Ž ő ů ß æ Ø × → – “”")
    for number, id in enumerate(ids):
        named = TaskSet(id, (Task(id, gravity().train, gravity().test),))
        text = tikz.task_set(named, Style(caption=id, width="50mm"))
        (tmp_path / f"{number}.tex").write_text(text)
    inputs = "\n\n".join(f"\\input{{{number}.tex}}" for number in range(len(ids)))
    assert compiled(document(inputs), tmp_path).pages


def document(body: str) -> str:
    lines = ["\\documentclass{article}", "\\usepackage{tikz}", "\\begin{document}"]
    return "\n".join([*lines, body, "\\end{document}", ""])
