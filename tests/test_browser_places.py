"""Where one is on a page in a real browser: address, history, focus, keys, and how one gets out."""

from __future__ import annotations

from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

import arcgrid
from arcgrid.report.html import format_report, gallery
from tests import test_browser
from tests.reports import entry, guess, outcome, sample_entries, tasks
from tests.test_browser import Open, Opened

browser, open_page, report = test_browser.browser, test_browser.open_page, test_browser.report


@pytest.fixture
def mini(open_page: Open) -> Opened:
    """The gallery of forty tasks, in a low window: it scrolls."""
    return open_page(gallery(arcgrid.load("arcgrid/mini")), viewport={"width": 700, "height": 500})


def scrolled(page: Page) -> int:
    place: int = page.evaluate("Math.round(scrollY)")
    return place


def scroll_to(page: Page, y: int) -> None:
    """Scroll, and wait until the page has taken note of it."""
    page.evaluate("y => window.scrollTo(0, y)", y)
    page.wait_for_function("y => Math.abs((history.state?.y ?? -1) - y) < 2", arg=y)


def is_in_sight(page: Page, selector: str) -> bool:
    found: bool = page.locator(selector).evaluate(
        "node => { const { top, bottom } = node.getBoundingClientRect();"
        " return bottom > 0 && top < innerHeight; }"
    )
    return found


@pytest.mark.parametrize("leave", ["back", "Escape", "button"])
def test_back_from_a_task_keeps_place_and_focus(mini: Opened, leave: str) -> None:
    page = mini.page
    scroll_to(page, 1500)
    place = scrolled(page)
    card = page.locator('.card a[data-key="mine-counts"]')
    card.scroll_into_view_if_needed()
    page.wait_for_function("() => Math.abs(history.state?.y - scrollY) < 2")
    place = scrolled(page)
    assert place > 800
    card.click()
    expect(mini.task()).to_have_text("mine-counts")
    if leave == "back":
        page.go_back()
    elif leave == "Escape":
        page.keyboard.press("Escape")
    else:
        page.get_by_role("button", name="All tasks").click()
    expect(card).to_be_focused()
    assert abs(scrolled(page) - place) < 2


def test_back_after_escape_does_not_open_the_task_again(report: Opened) -> None:
    page = report.page
    page.locator("#verdict").get_by_role("link", name="1 near").first.click()
    assert report.ids() == ["bb"]
    page.locator(".card a", has_text="bb").click()
    expect(report.task()).to_have_text("bb")
    page.keyboard.press("Escape")
    expect(page.locator(".card a", has_text="bb")).to_be_focused()
    page.go_back()
    expect(page.locator("#count")).to_have_text("4 tasks")
    expect(page.locator("#overview")).to_be_visible()
    page.go_forward()
    expect(page.locator("#count")).to_have_text("1 of 4 tasks")


def test_next_keeps_the_place_on_the_page(open_page: Open) -> None:
    low = {"width": 900, "height": 400}
    found = open_page(format_report(sample_entries()), "#task=aa&run=two", viewport=low)
    found.page.evaluate("window.scrollTo(0, 120)")
    before = scrolled(found.page)
    box = found.page.locator("#next").bounding_box()
    assert box is not None
    found.page.mouse.click(box["x"] + 9, box["y"] + 9)
    expect(found.task()).to_have_text("bb")
    assert scrolled(found.page) == before
    expect(found.page.locator("#next")).to_be_focused()


def test_the_run_of_a_task_is_the_run_of_the_list(report: Opened) -> None:
    page = report.page
    page.locator("#filters select[name=show]").select_option("solved")
    assert report.ids() == ["aa"]
    page.locator(".card a", has_text="aa").click()
    page.get_by_role("button", name="two").click()
    page.keyboard.press("Escape")
    expect(page.locator("#overview")).to_be_visible()
    assert report.ids() == ["cc"]
    expect(page.locator("#filters select[name=run]")).to_have_value("two")
    assert page.url.endswith("#run=two&show=solved")


def test_arrows_lead_nowhere_outside_a_task_and_scroll_what_scrolls(open_page: Open) -> None:
    narrow = {"width": 700, "height": 600}
    found = open_page(format_report(sample_entries()), viewport=narrow)
    page = found.page
    page.keyboard.press("ArrowRight")
    expect(page.locator("#overview")).to_be_visible()
    region = page.locator("#clusters")
    region.focus()
    assert region.evaluate("node => node.scrollWidth > node.clientWidth")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.getElementById('clusters').scrollLeft > 0")
    expect(page.locator("#overview")).to_be_visible()


def test_the_skip_link_changes_nothing(report: Opened) -> None:
    page = report.page
    page.locator("#filters select[name=show]").select_option("solved")
    page.locator("#skip").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#tasks")).to_be_focused()
    assert report.ids() == ["aa"]
    assert page.url.endswith("#show=solved")
    page.locator(".card a").first.click()
    page.locator("#skip").focus()
    page.keyboard.press("Enter")
    expect(report.task()).to_be_focused()


def test_a_link_to_a_list_leads_to_the_list(open_page: Open) -> None:
    low = {"width": 900, "height": 400}
    found = open_page(format_report(sample_entries()), "#show=unsolved", viewport=low)
    assert found.ids() == ["bb", "cc"]
    assert is_in_sight(found.page, "#tasks-title")
    plain = open_page(format_report(sample_entries()), viewport=low)
    assert scrolled(plain.page) == 0


@pytest.mark.parametrize("name", ["Digits", "descending"])
def test_keys_work_after_a_click_on_a_box(report: Opened, name: str) -> None:
    report.page.get_by_label(name).check()
    report.page.keyboard.press("n")
    expect(report.task()).to_be_visible()
    first = report.task().inner_text()
    report.page.locator("#digits").focus()
    report.page.keyboard.press("n")
    expect(report.task()).not_to_have_text(first)
    report.page.locator("#digits").focus()
    report.page.keyboard.press("p")
    expect(report.task()).to_have_text(first)


def test_a_link_to_an_unknown_task_says_so(open_page: Open) -> None:
    found = open_page(format_report(sample_entries()), "#task=nothing")
    expect(found.page.locator("#notice")).to_contain_text("There is no task “nothing”")
    expect(found.page.locator("#overview")).to_be_visible()
    found.page.evaluate("location.hash = 'task=aa'")
    expect(found.task()).to_have_text("aa")
    expect(found.page.locator("#notice")).to_be_hidden()


def test_no_hits_have_a_way_out(report: Opened) -> None:
    page = report.page
    page.get_by_label("Search").fill("nothing like it")
    expect(page.locator("#count")).to_have_text("0 of 4 tasks")
    expect(page.locator("#nothing")).to_be_visible()
    page.get_by_role("button", name="Clear the filters").click()
    assert report.ids() == ["aa", "bb", "cc", "dd"]
    expect(page.locator("#nothing")).to_be_hidden()
    expect(page.get_by_label("Search")).to_have_value("")


def test_each_filter_can_be_taken_off(report: Opened) -> None:
    page = report.page
    page.locator("#filters select[name=show]").select_option("unsolved")
    page.get_by_label("Search").fill("idea")
    assert report.ids() == ["cc"]
    page.get_by_role("button", name="Remove the filter “idea”").click()
    assert report.ids() == ["bb", "cc"]
    page.get_by_role("button", name="Remove the filter not solved").click()
    assert report.ids() == ["aa", "bb", "cc", "dd"]
    assert page.locator(".chip").count() == 0


def test_what_scrolls_takes_the_focus(open_page: Open) -> None:
    told = outcome((0.5, [guess([[7, 8], [9, 1]], 0.5, "a long story. " * 140)]))
    found = open_page(format_report([entry("r", tasks(), {"bb": told})]), "#task=bb")
    story = found.page.locator(".explanation")
    assert story.evaluate("node => node.scrollHeight > node.clientHeight")
    expect(story).to_have_attribute("tabindex", "0")
    story.focus()
    expect(story).to_be_focused()
    found.page.keyboard.press("End")
    found.page.wait_for_function("() => document.querySelector('.explanation').scrollTop > 0")


def test_headings_leave_no_level_out(open_page: Open) -> None:
    for hash in ("", "#task=bb&run=one"):
        found = open_page(format_report(sample_entries("arc-agi-1/evaluation")), hash)
        levels: list[int] = found.page.evaluate(
            "[...document.querySelectorAll('h1, h2, h3, h4, h5')]"
            ".filter(node => node.checkVisibility()).map(node => Number(node.tagName[1]))"
        )
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        assert 3 in levels
