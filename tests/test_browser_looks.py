"""How a page looks in a real browser: what can be seen, on screens and on paper, and how well."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from arcgrid.report.html import format_report
from arcgrid.scoring.rules import RULES
from arcgrid.sources import RunResult
from tests import test_browser
from tests.reports import many_entries, sample_entries
from tests.test_browser import Open

browser, open_page, report = test_browser.browser, test_browser.open_page, test_browser.report

ENTRIES = "arc-agi-1/evaluation"


def luminance(color: str) -> float:
    """Relative luminance of a `rgb(r, g, b)`, as WCAG 2 defines it."""
    red, green, blue = (int(part) / 255 for part in re.findall(r"\d+", color)[:3])
    parts = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def style_of(page: Page, selector: str, name: str) -> str:
    value: str = page.locator(selector).first.evaluate(
        "(node, name) => getComputedStyle(node)[name]", name
    )
    return value


def test_contrast_is_computed_as_it_is_defined() -> None:
    assert contrast("rgb(0, 0, 0)", "rgb(255, 255, 255)") == pytest.approx(21)
    assert contrast("rgb(119, 119, 119)", "rgb(255, 255, 255)") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_borders_and_outcomes_can_be_told_from_the_ground(open_page: Open, theme: str) -> None:
    page = open_page(format_report(sample_entries()), color_scheme=theme).page
    sheet = style_of(page, ".verdict-run", "backgroundColor")
    for field in ("#filters select", "#filters input", "#takeaway button"):
        assert contrast(style_of(page, field, "borderTopColor"), sheet) >= 3, field
    for kind in ("solved", "part", "near", "wrong"):
        key = f".verdict-run .key.{kind}"
        assert contrast(style_of(page, key, "backgroundColor"), sheet) >= 3, kind
    for kind in ("none", "left"):
        outline = re.search(r"rgb\(.*?\)", style_of(page, f".key.{kind}", "boxShadow"))
        assert outline is not None
        assert contrast(outline[0], sheet) >= 3, kind
    for number in range(2):
        assert contrast(style_of(page, f".swatch.r{number}", "backgroundColor"), sheet) >= 3


@pytest.mark.parametrize("width", [380, 820, 1440])
def test_no_column_of_scores_is_out_of_sight(open_page: Open, width: int) -> None:
    """It is in the window, or the table can be seen to scroll: its last column is cut."""
    page = open_page(
        format_report(sample_entries(ENTRIES)), viewport={"width": width, "height": 900}
    ).page
    assert page.evaluate("document.documentElement.scrollWidth") == width
    table = page.locator("table.runs")
    seen = table.evaluate(
        "node => [...node.tBodies[0].rows[0].cells].map(cell => {"
        " const { left, right, width } = cell.getBoundingClientRect();"
        " return width > 0 && left >= 0 && right <= innerWidth + 1; })"
    )
    assert seen == [True] * (len(RULES) + 4)


def test_numbers_are_rounded_where_people_read_them(open_page: Open) -> None:
    runs = sample_entries()
    page = open_page(format_report(runs)).page
    texts = page.locator("#verdict, #scores").all_inner_texts()
    assert not re.findall(r"\d+\.\d{3,} ", " ".join(texts))


def test_charts_name_their_axes(open_page: Open) -> None:
    page = open_page(format_report(sample_entries(ENTRIES))).page
    for svg in page.locator("#charts svg").all():
        assert svg.locator("text.axis-title").count() == 1
        said = " ".join(svg.locator("text").all_text_contents())
        assert re.search("task|pairs|colors|confidence|samples|grid", said), said


@pytest.mark.parametrize("width", [380, 820, 1440])
def test_labels_of_charts_do_not_cross(open_page: Open, width: int) -> None:
    page = open_page(
        format_report(sample_entries(ENTRIES)), viewport={"width": width, "height": 900}
    ).page
    boxes: list[list[float]] = page.locator("#charts figure svg").first.evaluate(
        "svg => [...svg.querySelectorAll('text')].map(node => {"
        " const { left, top, right, bottom } = node.getBoundingClientRect();"
        " return [left + 1, top + 3, right - 1, bottom - 3]; })"
    )
    assert len(boxes) > 20
    for number, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[:number]:
            apart = left >= other[2] or other[0] >= right or top >= other[3] or other[1] >= bottom
            assert apart, (number, other)


@pytest.mark.parametrize("make", [lambda: many_entries(2), lambda: sample_entries(ENTRIES)])
def test_paper_has_text_that_can_be_read_and_no_page_to_spare(
    open_page: Open, tmp_path: Path, make: Callable[[], list[RunResult]]
) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed (Debian: apt-get install poppler-utils)")
    page = open_page(format_report(make())).page
    path = tmp_path / "report.pdf"
    path.write_bytes(page.pdf(prefer_css_page_size=True, format="A4"))
    words = subprocess.run(
        ["pdftotext", "-bbox", path, "-"], capture_output=True, text=True, check=True
    ).stdout
    heights = [
        float(low) - float(high)
        for high, low in re.findall(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)"', words)
    ]
    assert len(heights) > 200
    assert min(heights) > 7, "glyph boxes in points: type of 6 pt or more"
    last = words[words.rindex("<page ") :]
    assert last.count("<word") > 12, "the last page has more than a stray line"


def test_paper_keeps_headings_with_their_grids(report: test_browser.Opened) -> None:
    report.page.locator(".card a", has_text="aa").click()
    report.page.emulate_media(media="print")
    for heading in ("h2", "h3", "h4"):
        for node in report.page.locator(f"#task {heading}").all():
            kept = node.evaluate(
                "node => getComputedStyle(node).breakAfter === 'avoid'"
                " || getComputedStyle(node.parentElement).breakInside === 'avoid'"
            )
            assert kept
    expect(report.page.locator(".bar button").first).to_be_hidden()
