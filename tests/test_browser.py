"""The pages in a real browser: what one sees, clicks and types; and that nothing is fetched.

Needs chromium (`ARCGRID_CHROMIUM`, or one on the path). Without it the tests skip, unless
`ARCGRID_REQUIRE_BROWSER` is set, as CI does: then they fail.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, expect, sync_playwright

from arcgrid.palette import PALETTES, rgb
from arcgrid.report.html import format_report, gallery
from tests.reports import MARKUP, TRUTHS, hostile_entry, sample_entries, tasks

expect.set_options(timeout=30_000)  # a busy machine is no failure

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    names = [os.environ.get("ARCGRID_CHROMIUM", ""), *CHROMIUM]
    path = next(filter(None, map(shutil.which, filter(None, names))), None)
    if path is None:
        reason = "no chromium is installed (Debian: apt-get install chromium)"
        if os.environ.get("ARCGRID_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@dataclass
class Opened:
    """An open page, with all it said and asked for."""

    page: Page
    url: str
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", self._request)

    def _request(self, request: Request) -> None:
        if not request.url.startswith("data:"):
            self.asked.append(request.url.partition("#")[0])

    def ids(self) -> list[str]:
        """The ids of the tasks that are listed."""
        return self.page.locator(".card .id").all_inner_texts()

    def task(self) -> Locator:
        """The heading of the task that is open."""
        return self.page.locator("#task h1")


Open = Callable[..., Opened]


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a page; at the end nothing was said on the console, nothing but the page asked for."""
    opened: list[Opened] = []

    def open_text(text: str, hash: str = "", **settings: Any) -> Opened:
        path = tmp_path / f"page{len(opened)}.html"
        path.write_text(text, "utf-8")
        given: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, **settings}
        context = browser.new_context(**given)
        found = Opened(context.new_page(), path.as_uri())
        found.watch()
        found.page.goto(found.url + hash)
        opened.append(found)
        return found

    yield open_text
    for one in opened:
        one.page.context.close()
        assert one.said == []
        assert set(one.asked) == {one.url}


@pytest.fixture
def report(open_page: Open) -> Opened:
    """The report on the two runs made by hand."""
    return open_page(format_report(sample_entries()))


def colors_of(grid: Locator) -> list[list[str]]:
    """The colors of a grid's cells as the browser paints them, by row and column."""
    cells: list[list[Any]] = grid.locator("rect[data-row]").evaluate_all(
        "cells => cells.map(c => [+c.dataset.row, +c.dataset.column, getComputedStyle(c).fill])"
    )
    rows: dict[int, list[str]] = {}
    for row, column, color in cells:
        assert len(rows.setdefault(row, [])) == column
        rows[row].append(color)
    return list(rows.values())


def painted(rows: list[list[int]], palette: str) -> list[list[str]]:
    colors = PALETTES[palette]
    return [["rgb({}, {}, {})".format(*rgb(colors[cell])) for cell in row] for row in rows]


def test_a_report_opens(report: Opened) -> None:
    page = report.page
    assert page.title() == "Report: one, two"
    assert report.ids() == ["aa", "bb", "cc", "dd"]
    expect(page.locator("#charts figure")).to_have_count(6)
    expect(page.locator("#charts svg")).to_have_count(6)
    expect(page.locator("#count")).to_have_text("4 tasks")
    assert page.locator("table.runs tbody tr").count() == 2
    marks = page.locator(".card").nth(1).locator(".marks")
    assert marks.get_attribute("aria-label") == "one: near miss, two: no attempt"


def test_figures_without_cost_or_time_are_lines_with_names(open_page: Open) -> None:
    report = open_page(format_report(sample_entries("arc-agi-1/evaluation")))
    chart = report.page.locator("#charts figure").first
    expect(chart.locator("circle.reported-point")).to_have_count(2)  # o3: 1.3 and 13.8 minutes
    assert chart.locator("line.reported-line").count() > 10
    expect(chart.get_by_text("~50% o1 Pro")).to_be_visible()
    chart.get_by_role("button", name="Cost").click()
    expect(chart.locator("circle.reported-point")).to_have_count(4)  # o3: $20, $17; TRM, ARM
    expect(chart.locator("line.run-line")).to_have_count(2)


FILTERS: list[tuple[dict[str, str], list[str]]] = [
    ({"show": "solved"}, ["aa"]),
    ({"show": "solved", "run": "two"}, ["cc"]),
    ({"show": "unsolved"}, ["bb", "cc"]),
    ({"show": "left"}, ["dd"]),
    ({"show": "none"}, ["cc"]),
    ({"show": "wrong", "run": "two"}, ["aa"]),
    ({"why": "size", "run": "two"}, ["aa"]),
    ({"why": "timeout", "run": "two"}, ["bb"]),
    ({"why": "error"}, ["cc"]),
    ({"why": "cells5"}, ["bb"]),
    ({"show": "near"}, ["bb"]),
    ({"show": "near", "run": "two"}, ["dd"]),
    ({"kind": "error"}, ["cc"]),
    ({"kind": "timeout", "run": "two"}, ["bb"]),
    ({"kind": "left"}, ["dd"]),
    ({"versus": "two"}, ["aa", "cc"]),
    ({"versus": "two", "duel": "won"}, ["aa"]),
    ({"versus": "two", "duel": "lost"}, ["cc"]),
    ({"versus": "two", "duel": "both"}, []),
    ({"versus": "two", "duel": "neither"}, ["bb"]),
    ({"sort": "distance"}, ["aa", "bb", "cc", "dd"]),
    ({"sort": "size"}, ["aa", "bb", "cc", "dd"]),
    ({"sort": "time", "run": "two"}, ["aa", "bb", "cc", "dd"]),
]


def test_filters(report: Opened) -> None:
    for choices, ids in FILTERS:
        report.page.evaluate("location.hash = ''")
        expect(report.page.locator("#count")).to_have_text("4 tasks")
        for name, value in choices.items():
            report.page.locator(f"#filters select[name={name}]").select_option(value)
        assert report.ids() == ids, choices
        count = "4 tasks" if len(ids) == 4 else f"{len(ids)} of 4 tasks"
        expect(report.page.locator("#count")).to_have_text(count)


def test_search_finds_ids_explanations_and_errors(report: Opened) -> None:
    search = report.page.get_by_label("Search")
    for text, ids in (("BB", ["bb"]), ("rows of three", ["aa"]), ("no idea", ["cc"]), ("zz", [])):
        search.fill(text)
        assert report.ids() == ids


def test_sorting_may_descend(report: Opened) -> None:
    report.page.get_by_label("descending").check()
    assert report.ids() == ["dd", "cc", "bb", "aa"]


def test_a_task_shows_its_grids_in_the_palettes_colors(report: Opened) -> None:
    page = report.page
    page.locator(".card a", has_text="aa").click()
    expect(report.task()).to_have_text("aa")
    truth = page.get_by_role("img", name="test 0 truth, 2 rows, 3 columns")
    for palette in PALETTES:
        page.locator("#palette").select_option(palette)
        assert colors_of(truth) == painted(TRUTHS["aa"], palette)
    assert page.locator("rect.wrong").count() == 0
    expect(page.locator(".explanation")).to_have_text("rows of three")
    expect(page.locator(".tests .attempt .verdict")).to_have_text("correct")


def test_wrong_cells_are_marked_and_named(report: Opened) -> None:
    report.page.locator(".card a", has_text="bb").click()
    attempt = report.page.get_by_role("img", name="test 0 attempt 1")
    assert colors_of(attempt) == painted([[7, 8], [9, 1]], "classic")
    ring = attempt.locator("rect.wrong")
    expect(ring).to_have_count(1)
    box, cell = (
        found.bounding_box()
        for found in (ring, attempt.locator('rect[data-row="1"][data-column="1"]'))
    )
    assert box is not None
    assert cell is not None
    assert cell["x"] < box["x"] + box["width"] / 2 < cell["x"] + cell["width"]
    assert cell["y"] < box["y"] + box["height"] / 2 < cell["y"] + cell["height"]
    assert attempt.locator("desc").text_content() == "78 / 91; wrong at row 1 column 1"
    expect(report.page.locator(".tests .attempt .verdict")).to_have_text(
        ["1 of 4 cells wrong", "wrong size, 2 × 2 is right"]
    )


def test_a_time_line_tells_when_each_answer_came(report: Opened) -> None:
    report.page.locator(".card a", has_text="aa").click()
    steps = report.page.locator(".line li")
    expect(steps).to_have_text(["0.25 s: 1 cell wrong", "0.75 s: solved"])


def test_the_runs_of_a_task_are_a_click_apart(report: Opened) -> None:
    page = report.page
    page.locator(".card a", has_text="cc").click()
    expect(page.locator("#result pre")).to_have_text("ValueError: no idea")
    page.get_by_role("button", name="two").click()
    expect(page.locator(".tests .attempt .verdict")).to_have_text(
        ["wrong size, 3 × 3 is right", "correct"]
    )
    assert page.url.endswith("#task=cc&run=two")


def test_the_keyboard_leads_through(report: Opened) -> None:
    keyboard = report.page.keyboard
    keyboard.press("n")
    for key, id in (("n", "bb"), ("ArrowRight", "cc"), ("p", "bb"), ("ArrowLeft", "aa")):
        keyboard.press(key)
        expect(report.task()).to_have_text(id)
    keyboard.press("d")
    assert report.page.get_by_label("Digits").is_checked()
    keyboard.press("c")
    assert report.page.locator("#palette").input_value() == "site"
    keyboard.press("Escape")
    expect(report.page.locator("#overview")).to_be_visible()
    expect(report.page.locator(".card a").first).to_be_focused()
    keyboard.press("/")
    keyboard.type("nd")
    expect(report.page.get_by_label("Search")).to_have_value("nd")
    assert report.task().count() == 0 or not report.task().is_visible()


def test_next_stays_within_what_is_listed(report: Opened) -> None:
    report.page.locator("#filters select[name=versus]").select_option("two")
    report.page.locator(".card a", has_text="aa").click()
    report.page.get_by_role("button", name="Next").click()
    expect(report.task()).to_have_text("cc")
    expect(report.page.get_by_role("button", name="Next")).to_be_disabled()


def test_digits_can_be_read_on_every_color(report: Opened) -> None:
    report.page.locator(".card a", has_text="aa").click()
    digits = report.page.get_by_role("img", name="test 0 truth").locator("text")
    assert not digits.first.is_visible()
    report.page.get_by_label("Digits").check()
    assert digits.all_text_contents() == ["1", "2", "3", "4", "5", "6"]
    assert digits.first.is_visible()


def test_a_link_leads_to_a_task_of_a_run(open_page: Open) -> None:
    found = open_page(format_report(sample_entries()), "#task=bb&run=two&show=unsolved")
    expect(found.task()).to_have_text("bb")
    expect(found.page.locator("#result .facts")).to_contain_text("timeout")
    expect(found.page.locator(".place")).to_have_text("2 of 3")
    found.page.get_by_role("button", name="All tasks").click()
    assert found.ids() == ["aa", "bb", "dd"]


def test_a_link_to_no_task_shows_all(open_page: Open) -> None:
    found = open_page(format_report(sample_entries()), "#task=nothing&sort=nonsense&near=x")
    expect(found.page.locator("#count")).to_have_text("4 tasks")


def test_markup_from_tasks_solvers_and_submissions_does_nothing(open_page: Open) -> None:
    found = open_page(format_report([hostile_entry()]), f"#task={quote(MARKUP)}")
    expect(found.task()).to_have_text(MARKUP)
    expect(found.page.locator(".explanation")).to_have_text(MARKUP)
    expect(found.page.locator("#result pre")).to_have_text(MARKUP)
    assert found.page.evaluate("window.hacked === undefined")
    assert found.page.locator("img").count() == 0


def test_a_page_cannot_fetch(open_page: Open) -> None:
    found = open_page(gallery(tasks()))
    fetched = "fetch('data.json').then(() => 'fetched', () => 'refused')"
    assert found.page.evaluate(fetched) == "refused"
    assert any("Content Security Policy" in line for line in found.said)
    found.said.clear()


def test_a_gallery_has_tasks_and_no_runs(open_page: Open) -> None:
    found = open_page(gallery(tasks()))
    assert found.ids() == list(TRUTHS)
    assert found.page.locator(".marks").count() == 0
    found.page.locator("#filters select[name=sort]").select_option("colors")
    found.page.keyboard.press("Escape")
    found.page.locator(".card a").first.click()
    expect(found.page.locator("#task h2")).to_have_text(["Train", "Test"])


@pytest.mark.parametrize("hash", ["", "#task=aa"])
def test_a_phone_scrolls_in_one_direction(open_page: Open, hash: str) -> None:
    phone = {"width": 380, "height": 700}
    found = open_page(format_report(sample_entries()), hash, viewport=phone)
    assert found.page.evaluate("document.documentElement.scrollWidth") == 380


def test_light_and_dark(open_page: Open) -> None:
    found = open_page(format_report(sample_entries()), color_scheme="dark")

    def ground() -> str:
        color: str = found.page.evaluate("getComputedStyle(document.body).backgroundColor")
        return color

    assert ground() == "rgb(21, 23, 27)"
    found.page.locator("#theme").select_option("light")
    assert ground() == "rgb(251, 250, 247)"
    found.page.reload()
    assert ground() == "rgb(251, 250, 247)"


def test_paper_gets_the_tasks_without_the_controls(report: Opened) -> None:
    report.page.emulate_media(media="print", color_scheme="dark")
    expect(report.page.locator("#filters")).to_be_hidden()
    expect(report.page.locator(".switches")).to_be_hidden()
    assert report.page.pdf()[:5] == b"%PDF-"


def test_everything_has_a_name_for_screen_readers(report: Opened) -> None:
    report.page.locator(".card a", has_text="aa").click()
    unnamed = """() => [...document.querySelectorAll("svg, select, input, button, [role=region]")]
        .filter(node => !(node.labels?.length || node.ariaLabel || node.textContent.trim()
            || node.getAttribute("aria-labelledby"))).map(node => node.outerHTML)"""
    assert report.page.evaluate(unnamed) == []
    expect(report.task()).to_be_focused()
