"""A person's session in a real browser: by mouse, by touch, by keys alone, and what is scored."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

import arcgrid
from arcgrid.grid import Grid
from arcgrid.sources import RunResult, read_run
from arcgrid.store import Store
from arcgrid.task import TaskSet
from arcgrid.view.server import Server
from arcgrid.view.solve import sitting
from tests import test_browser, test_browser_axe
from tests.test_browser_axe import barriers
from tests.views import serving

browser, axe = test_browser.browser, test_browser_axe.axe

IDS = ("mirror-left-right", "swap-the-paint", "unroll-the-frame")
"""The puzzles in their order: solved by a flip, failed, and solved cell by cell."""


@pytest.fixture
def tasks() -> TaskSet:
    return arcgrid.load("arcgrid/mini").subset(IDS)


@pytest.fixture
def server(store: Path, tasks: TaskSet) -> Iterator[Server]:
    with sitting(store, tasks, "Ada", 2) as site, serving(site) as server:
        yield server


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """The page of the person; at its end nothing was said on the console."""
    with_page = opened(browser, server)
    yield next(with_page)
    next(with_page, None)


def opened(browser: Browser, server: Server, **settings: Any) -> Iterator[Page]:
    given: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, **settings}
    context = browser.new_context(**given)
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(server.address)
    expect(page.locator("h1")).to_have_text("arcgrid/mini [3 of 40 tasks]")
    yield page
    context.close()
    assert said == []


def drawn(page: Page) -> list[list[int]]:
    """The cells of the grid that is worked on."""
    cells: list[list[int]] = page.locator(".board rect[data-row]").evaluate_all(
        "cells => cells.map(c => [+c.dataset.row, +c.dataset.column, +c.classList[0].slice(1)])"
    )
    rows: dict[int, list[int]] = {}
    for row, _, color in cells:
        rows.setdefault(row, []).append(color)
    return list(rows.values())


def cell(page: Page, row: int, column: int) -> Any:
    return page.locator(f'.board rect[data-row="{row}"][data-column="{column}"]')


def click(page: Page, row: int, column: int) -> None:
    x, y = middle(page, row, column)
    page.mouse.click(x, y)


def middle(page: Page, row: int, column: int) -> tuple[float, float]:
    box = cell(page, row, column).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def paint(page: Page, truth: Grid) -> None:
    """Paint a grid with the mouse, cell by cell."""
    for value in sorted(set(truth.ravel().tolist()) - {0}):
        page.locator(".color").nth(value).click()
        for row, column in zip(*(truth == value).nonzero(), strict=True):
            click(page, int(row), int(column))


def resize(page: Page, height: int, width: int) -> None:
    for name, value in (("height", height), ("width", width)):
        page.get_by_label(name).fill(str(value))
        page.get_by_label(name).press("Tab")


def answer(tasks: TaskSet, id: str) -> Grid:
    grid = tasks[id].test[0].output
    assert grid is not None
    return grid


def result_of(store: Path) -> RunResult:
    with Store(store) as opened:
        return read_run(opened, opened.find_run("latest"))


def solve_by_keys(page: Page) -> None:
    expect(page.locator("h1")).to_have_text("Puzzle 1")
    expect(page.locator(".board")).to_be_focused()
    press(page, "i h Control+Enter")
    expect(page.locator("h1")).to_have_text("Puzzle 1: solved")
    expect(page.locator("h1")).to_be_focused()
    press(page, "Tab")
    expect(page.get_by_role("link", name="Next: puzzle 2")).to_be_focused()
    press(page, "Enter")


def fail(page: Page) -> None:
    expect(page.locator("h1")).to_have_text("Puzzle 2")
    page.get_by_role("button", name="Copy from input").click()
    page.get_by_role("button", name="Submit attempt 1 of 2").click()
    expect(page.locator("#message")).to_have_text("Not right: 1 attempt left.")
    expect(page.locator(".board")).to_be_focused()
    page.get_by_role("button", name="Submit attempt 2 of 2").click()
    expect(page.locator("h1")).to_have_text("Puzzle 2: not solved")
    expect(page.locator(".attempt .verdict")).to_have_text(["not right", "not right"])
    assert page.locator(".attempt rect.wrong").count() > 0
    expect(page.get_by_role("img", name="test 0 answer")).to_be_visible()
    expect(page.locator(".lede")).to_contain_text("swap-the-paint")
    page.get_by_role("link", name="Next: puzzle 3").click()


def solve_by_mouse(page: Page, truth: Grid) -> None:
    expect(page.locator("h1")).to_have_text("Puzzle 3")
    resize(page, *truth.shape)
    paint(page, truth)
    assert drawn(page) == truth.tolist()
    page.get_by_role("button", name="Submit attempt 1 of 2").click()
    expect(page.locator("h1")).to_have_text("Puzzle 3: solved")
    expect(page.locator("#message")).to_be_hidden()


def test_a_whole_session(page: Page, store: Path, tasks: TaskSet) -> None:
    """One puzzle by keys alone, one failed, one by mouse; all are scored."""
    page.get_by_role("link", name="Solve puzzle 1").click()
    solve_by_keys(page)
    fail(page)
    solve_by_mouse(page, answer(tasks, "unroll-the-frame"))
    page.get_by_role("link", name="All puzzles").click()
    expect(page.locator(".lede")).to_contain_text("3 of 3 puzzles done, 2 solved")
    for name in ("Puzzle 1: solved", "Puzzle 2: not solved", "Puzzle 3: solved"):
        expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    result = result_of(store)
    assert result.solved == ["mirror-left-right", "unroll-the-frame"]
    assert [len(one.answers) for one in result.by_task.values()] == [1, 2, 1]
    assert all(one.wall_seconds > 0 for one in result.by_task.values())


def test_from_the_list_to_the_answer_by_keys_alone(page: Page, store: Path, tasks: TaskSet) -> None:
    expect(page.locator("h1")).to_be_focused()
    press(page, "Tab Enter")
    expect(page.locator(".board")).to_be_focused()
    truth = answer(tasks, "mirror-left-right")
    for name, size in (("width", truth.shape[1]), ("height", truth.shape[0])):
        while page.evaluate("document.activeElement.name") != name:
            press(page, "Shift+Tab")
        press(page, "Control+a")
        page.keyboard.type(str(size))
    while "board" not in page.evaluate("document.activeElement.className"):
        press(page, "Tab")
    for row in truth.tolist():
        for value in row:
            press(page, f"{value} Space ArrowRight")
        press(page, "ArrowDown " + "ArrowLeft " * len(row))
    assert drawn(page) == truth.tolist()
    press(page, "Control+Enter")
    expect(page.locator("h1")).to_have_text("Puzzle 1: solved")
    assert result_of(store).solved == ["mirror-left-right"]


def start(page: Page, height: int = 4, width: int = 5) -> None:
    """A puzzle with an empty grid of a size, and the focus on it."""
    page.get_by_role("link", name="Solve puzzle 1").click()
    resize(page, height, width)
    page.locator(".board").focus()


def press(page: Page, keys: str) -> None:
    for key in keys.split():
        page.keyboard.press(key)


# keys: the rows that come of them
KEYS: dict[str, list[str]] = {
    "3 Space": ["30000", "00000", "00000", "00000"],
    "3 Shift+ArrowRight Shift+ArrowDown Space": ["33000", "33000", "00000", "00000"],
    "3 Shift+ArrowRight Space Delete": ["00000", "00000", "00000", "00000"],
    "3 f": ["33333", "33333", "33333", "33333"],
    "3 Space ArrowRight 4 f": ["34444", "44444", "44444", "44444"],
    "3 Space Control+z": ["00000", "00000", "00000", "00000"],
    "3 Space Control+z Control+y": ["30000", "00000", "00000", "00000"],
    "3 Space Control+z Control+Shift+z": ["30000", "00000", "00000", "00000"],
    "3 Space h": ["00003", "00000", "00000", "00000"],
    "3 Space v": ["00000", "00000", "00000", "30000"],
    "3 Space r": ["0003", "0000", "0000", "0000", "0000"],
    "3 Space Shift+ArrowRight h": ["03000", "00000", "00000", "00000"],
    "3 Space Shift+ArrowRight r": ["30000", "00000", "00000", "00000"],
    "3 Space Shift+ArrowDown r": ["03000", "00000", "00000", "00000"],
    "3 Space Shift+ArrowRight Control+c ArrowDown Control+v": ["30000", "03000", "00000", "00000"],
    "3 Space Control+x ArrowDown Control+v": ["00000", "30000", "00000", "00000"],
    "3 Control+a Space": ["33333", "33333", "33333", "33333"],
    "ArrowDown Shift+ArrowRight Escape 3 Space": ["00000", "03000", "00000", "00000"],
    "ArrowUp ArrowLeft 3 Space": ["30000", "00000", "00000", "00000"],
}


def test_every_key_does_what_the_page_says(page: Page) -> None:
    start(page)
    for keys, rows in KEYS.items():
        page.get_by_role("button", name="Reset").click()
        resize(page, 4, 5)
        page.locator(".board").focus()
        press(page, "Escape " + "ArrowUp " * 5 + "ArrowLeft " * 5 + keys)
        assert ["".join(map(str, row)) for row in drawn(page)] == rows, keys


def test_what_does_not_fit_is_said(page: Page) -> None:
    start(page, 2, 5)
    press(page, "3 Shift+ArrowRight Shift+ArrowRight r")
    expect(page.locator("#where")).to_have_text("turned, it would reach beyond the grid")
    press(page, "Escape ArrowLeft ArrowLeft Space")
    expect(page.locator("#where")).to_have_text("row 0, column 0: green")


def test_the_mouse_paints_fills_and_selects(page: Page) -> None:
    start(page)
    page.locator(".color").nth(2).click()
    page.mouse.move(*middle(page, 1, 0))
    page.mouse.down()
    page.mouse.move(*middle(page, 1, 4))
    page.mouse.up()
    assert drawn(page) == [[0] * 5, [2] * 5, [0] * 5, [0] * 5]
    page.get_by_role("button", name="Fill").click()
    page.locator(".color").nth(7).click()
    click(page, 3, 2)
    assert drawn(page) == [[0] * 5, [2] * 5, [7] * 5, [7] * 5]
    page.get_by_role("button", name="Select").click()
    page.mouse.move(*middle(page, 1, 1))
    page.mouse.down()
    page.mouse.move(*middle(page, 2, 2))
    page.mouse.up()
    expect(page.locator("#where")).to_have_text("2 × 2 selected")
    page.get_by_role("button", name="Flip ↕").click()
    assert drawn(page)[1:3] == [[2, 7, 7, 2, 2], [7, 2, 2, 7, 7]]
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Undo").click()
    assert drawn(page) == [[0] * 5, [2] * 5, [0] * 5, [0] * 5]


def test_a_finger_paints(browser: Browser, server: Server) -> None:
    phone = {"viewport": {"width": 380, "height": 760}, "has_touch": True, "is_mobile": True}
    for page in opened(browser, server, **phone):
        page.get_by_role("link", name="Solve puzzle 1").tap()
        page.locator(".color").nth(4).tap()
        cell(page, 1, 1).tap(force=True)
        assert drawn(page) == [[0, 0, 0], [0, 4, 0], [0, 0, 0]]
        resize(page, 30, 30)
        assert page.evaluate("document.documentElement.scrollWidth") == 380
        cell(page, 29, 29).tap(force=True)
        assert drawn(page)[29][29] == 4


def test_a_page_that_is_loaded_again_keeps_what_was_drawn(page: Page) -> None:
    start(page)
    press(page, "3 Space ArrowRight 4 Space")
    page.reload()
    expect(page.locator(".board")).to_be_focused()
    assert drawn(page)[0] == [3, 4, 0, 0, 0]
    page.go_back()
    expect(page.locator("h1")).to_have_text("arcgrid/mini [3 of 40 tasks]")
    expect(page.get_by_role("link", name="Puzzle 1: begun")).to_be_visible()


def test_who_gives_up_sees_the_answer(page: Page, store: Path) -> None:
    start(page)
    page.get_by_role("button", name="Give up").click()
    expect(page.locator("h1")).to_have_text("Puzzle 1: not solved")
    expect(page.get_by_role("img", name="test 0 answer")).to_be_visible()
    assert list(result_of(store).by_task) == ["mirror-left-right"]


def test_two_tabs_have_one_clock(browser: Browser, server: Server) -> None:
    page = browser.new_context().new_page()
    page.goto(server.address)
    start(page)
    other = page.context.new_page()
    other.goto(f"{server.address}#2")
    expect(other.locator("h1")).to_have_text("Puzzle 2")
    page.get_by_role("button", name="Submit attempt 1 of 2").click()
    expect(page.locator("#message")).to_have_text("this puzzle is not open any more: open it again")
    expect(page.get_by_role("button", name="Submit attempt 1 of 2")).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_barriers(browser: Browser, server: Server, axe: str, theme: str) -> None:
    # The page's own policy lets no script of others in: the test has to go round it.
    for page in opened(browser, server, color_scheme=theme, bypass_csp=True):
        page.evaluate(axe)
        assert barriers(page.evaluate("axe.run()")) == []
        start(page)
        press(page, "3 Shift+ArrowRight Space")
        assert barriers(page.evaluate("axe.run()")) == []
        page.get_by_role("button", name="Submit attempt 1 of 2").click()
        expect(page.locator("#message")).to_have_text("Not right: 1 attempt left.")
        assert barriers(page.evaluate("axe.run()")) == []
        page.get_by_role("button", name="Submit attempt 2 of 2").click()
        expect(page.locator("h1")).to_have_text("Puzzle 1: not solved")
        assert barriers(page.evaluate("axe.run()")) == []


def test_the_page_says_when_its_server_has_gone(
    browser: Browser, store: Path, tasks: TaskSet
) -> None:
    with sitting(store, tasks, "Ada", 2) as site, serving(site) as server:
        page = browser.new_page()
        page.goto(f"{server.address}#1")
        expect(page.locator(".board")).to_be_focused()
        press(page, "3 Space")
    page.get_by_role("button", name="Submit attempt 1 of 2").click()
    expect(page.locator("#message")).to_contain_text("Not connected: arcgrid view has ended.")
    assert drawn(page)[0][0] == 3
    page.close()
