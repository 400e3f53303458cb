"""The fonts: what they have, what stands for letters that neither has, how wide text is."""

from __future__ import annotations

from io import BytesIO

import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from arcgrid import Task
from arcgrid.render import font, pdf, png, tikz
from arcgrid.render.font import AILERON, DEJAVU, Font, lacking, printed
from arcgrid.render.scene import text_width
from arcgrid.render.style import Style
from tests.pictures import gravity

FOREIGN = ("Größe 3×5", "déjà vu", "задача 7", "σκιά → φως", "Ħamrun ≤ ½")


def letters(one: Font) -> set[str]:
    return {chr(code) for code in TTFont(one.path).getBestCmap()}


def test_the_fonts_have_what_they_are_said_to_have() -> None:
    assert {char for char in map(chr, range(0x3000)) if DEJAVU.has(char)} == letters(DEJAVU)
    said = {char for char in map(chr, range(0x3000)) if AILERON.has(char)}
    assert said <= letters(AILERON)
    assert said <= letters(DEJAVU)


def test_a_text_has_one_font() -> None:
    assert printed("train[0]: 3x5…") == ("train[0]: 3x5…", AILERON)
    for text in FOREIGN:
        assert printed(text) == (text, DEJAVU)
        assert lacking(text) == ""
    assert printed("e\u0301") == ("é", DEJAVU)


def test_letters_that_no_font_has() -> None:
    assert printed("数 é") == ("? é", DEJAVU)
    assert lacking("数独🧩数") == "数独🧩"
    for form in (png, pdf):
        assert form.lacking("a\n数") == "数"
    assert tikz.lacking("é ñ ç š ů … ±\n") == ""
    assert tikz.lacking("задача") == "задч"


@pytest.mark.parametrize("text", FOREIGN)
def test_letters_are_drawn(text: str) -> None:
    named = Task(text, gravity().train, gravity().test)
    asked = Task("".join(c if c.isascii() else "?" for c in text), gravity().train, gravity().test)
    assert png.task(named) != png.task(asked)
    [page] = PdfReader(BytesIO(pdf.task(named))).pages
    assert text in page.extract_text()


@pytest.mark.parametrize("text", [*FOREIGN, "gravity-down", "attempt_1: 8 wrong", "MMM WWW", "%@"])
def test_text_is_no_wider_than_is_thought(text: str) -> None:
    for size in (9, 12, 28):
        inked, left, _ = font.inked(text, size)
        assert left + inked.shape[1] <= text_width(text, size) + 1


def test_a_font_is_only_in_a_pdf_that_needs_it() -> None:
    plain = pdf.task(gravity())
    both = pdf.task(gravity(), Style(caption="déjà vu"))
    assert b"DejaVu" not in plain
    assert b"DejaVu" in both
    assert len(plain) < len(both) < 100_000
