"""Served pages in a real browser: a report that grows while its run goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import arcgrid
from arcgrid.result import Answer, Guess, Outcome, TimedAnswer
from arcgrid.task import Task
from arcgrid.view.server import Server
from tests import test_browser
from tests.views import SlowRun, serving

browser = test_browser.browser
"""The fixture: one browser for all tests here."""


@pytest.fixture
def slow(store: Path) -> SlowRun:
    return SlowRun(store, arcgrid.load("arcgrid/mini"))


@pytest.fixture
def server(slow: SlowRun) -> Iterator[Server]:
    with serving(slow.site()) as server:
        yield server


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """The served page; at its end nothing was said, and nothing but the page was asked for."""
    said: list[str] = []
    asked: set[str] = set()
    context = browser.new_context(viewport={"width": 1280, "height": 700})
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.add(request.url.partition("#")[0]))
    page.goto(server.address)
    yield page
    context.close()
    assert said == []
    assert {url for url in asked if not url.startswith("data:")} == {server.address}


def outcome(task: Task, right: bool) -> Outcome:
    """All outputs solved, or the inputs as they are."""
    grids = [pair.output if right else pair.input for pair in task.test]
    guesses = tuple((Guess(grid),) for grid in grids if grid is not None)
    return Outcome("answered", 0.5, 0.5, answers=(TimedAnswer(0.5, Answer(guesses)),))


def come(slow: SlowRun, *ids: str, right: bool = True) -> None:
    for id in ids:
        slow.add(id, outcome(slow.tasks[id], right))


def test_outcomes_appear_as_they_come(page: Page, slow: SlowRun) -> None:
    ids = slow.tasks.ids
    link = page.locator("header [role=status]")
    expect(link).to_have_text("live: 40 left")
    expect(page.locator("#verdict .figure")).to_have_text("no task is done yet")
    come(slow, *ids[:4])
    expect(link).to_have_text("live: 36 left")
    expect(page.locator("table.runs .chosen b").last).to_have_text("100.00%")
    expect(page.locator("#verdict .figure")).to_contain_text("4 of 40 tasks done")
    page.locator("#filters select[name=show]").select_option("solved")
    expect(page.locator("#count")).to_have_text("4 of 40 tasks")
    come(slow, ids[4], ids[5])
    come(slow, ids[6], right=False)
    expect(page.locator("#count")).to_have_text("6 of 40 tasks")
    assert page.locator(".card .id").all_inner_texts() == ids[:6]
    expect(page.locator("#filters select[name=show]")).to_have_value("solved")
    expect(page.locator("table.runs .warning")).to_have_text(
        "unfinished: scored over 7 of 40 tasks"
    )
    come(slow, *ids[7:])
    slow.end()
    expect(link).to_have_text("live: all is done")
    expect(page.locator("table.runs .warning")).to_have_count(0)


def test_place_and_focus_stay(page: Page, slow: SlowRun) -> None:
    ids = slow.tasks.ids
    expect(page.locator("header [role=status]")).to_have_text("live: 40 left")
    card = page.locator(f'.card a[data-key="{ids[30]}"]')
    come(slow, ids[0])
    expect(page.locator("header [role=status]")).to_have_text("live: 39 left")
    card.scroll_into_view_if_needed()
    card.focus()
    page.locator("#charts summary").first.evaluate("node => node.parentElement.open = true")
    page.wait_for_function("() => scrollY > 0")
    before = card.bounding_box()
    come(slow, *ids[1:3], ids[30])
    expect(card.locator("svg.marks .solved.square")).to_have_count(1)
    expect(card).to_be_focused()
    after = card.bounding_box()
    assert before is not None
    assert after is not None
    assert after["y"] == pytest.approx(before["y"], abs=2)
    assert page.locator("#charts details[open]").count() == 1


def test_what_comes_in_above_moves_nothing(page: Page, slow: SlowRun) -> None:
    ids = slow.tasks.ids
    come(slow, *ids[12:])
    page.locator("#filters select[name=show]").select_option("solved")
    expect(page.locator("#count")).to_have_text("28 of 40 tasks")
    card = page.locator(f'.card a[data-key="{ids[14]}"]')
    card.focus()
    page.wait_for_function("() => scrollY > 0")
    before = card.bounding_box()
    come(slow, *ids[:12])
    expect(page.locator("#count")).to_have_text("40 tasks")
    after = card.bounding_box()
    assert before is not None
    assert after is not None
    assert after["y"] == pytest.approx(before["y"], abs=2)


def test_what_is_typed_stays(page: Page, slow: SlowRun) -> None:
    expect(page.locator("header [role=status]")).to_have_text("live: 40 left")
    search = page.get_by_label("Search")
    search.fill("gravity")
    come(slow, "gravity-down")
    expect(page.locator(".card svg.marks .solved.square")).to_have_count(1)
    expect(search).to_have_value("gravity")
    expect(search).to_be_focused()


def test_an_open_task_gets_its_outcome(page: Page, slow: SlowRun) -> None:
    expect(page.locator("header [role=status]")).to_have_text("live: 40 left")
    page.locator('.card a[data-key="gravity-down"]').click()
    expect(page.locator("#result")).to_contain_text("not run yet")
    come(slow, "gravity-down")
    expect(page.locator(".tests .attempt .verdict")).to_have_text(["correct", "correct"])
    expect(page.locator("#task h1")).to_have_text("gravity-down")


def test_the_page_says_when_its_server_has_gone(browser: Browser, slow: SlowRun) -> None:
    page = browser.new_page()
    with serving(slow.site()) as server:
        page.goto(server.address)
        expect(page.locator("header [role=status]")).to_have_text("live: 40 left")
    expect(page.locator("header [role=status]")).to_have_text(
        "not connected: arcgrid view has ended"
    )
    expect(page.locator(".card").first).to_be_visible()
    page.close()
