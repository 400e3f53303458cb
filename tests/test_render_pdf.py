"""PDF: pages, their sizes, the text on them, and the font that is embedded."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader

from arcgrid.render import pdf, pictures
from arcgrid.render.style import PLAIN, Style
from tests.pictures import STYLES, gravity, inside, mini


def test_pdf_pages_have_the_size_of_the_picture() -> None:
    for style in STYLES:
        scene = pictures.task(gravity(), style)
        reader = PdfReader(BytesIO(pdf.task(gravity(), style)))
        [page] = reader.pages
        assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(
            (scene.width * pdf.POINTS, scene.height * pdf.POINTS), abs=0.01
        )
    text = PdfReader(BytesIO(pdf.task(gravity()))).pages[0].extract_text()
    assert "gravity-down" in text
    assert "train[0]" in text
    assert "5x4" in text


def test_pdf_embeds_its_font() -> None:
    [page] = PdfReader(BytesIO(pdf.task(gravity()))).pages
    [name] = page["/Resources"]["/Font"]  # type: ignore[index]  # as pypdf has it
    described = page["/Resources"]["/Font"][name]["/DescendantFonts"][0]  # type: ignore[index]  # as pypdf has it
    assert "/FontFile2" in described["/FontDescriptor"]


def test_a_contact_sheet_in_pdf_has_pages() -> None:
    wide = pictures.pages(mini(), Style(width=800))
    reader = PdfReader(BytesIO(pdf.task_set(mini(), Style(width=800))))
    assert len(reader.pages) == len(wide) > 1
    for scene in wide:
        inside(scene)
        assert scene.height <= scene.width * 1.5
    assert sum(len(scene.boxes) for scene in wide) == len(pictures.task_set(mini(), PLAIN).boxes)
