"""What a report answers in a real browser: how good, why not, and which of two runs is better."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect

from arcgrid import Guess, as_grid
from arcgrid.palette import PALETTES
from arcgrid.report.html import format_report
from tests import test_browser
from tests.reports import entry, many_entries, outcome, sample_entries, tasks
from tests.test_browser import Open, Opened, painted

browser, open_page, report = test_browser.browser, test_browser.open_page, test_browser.report


def card_of(page: Page, run: str) -> Locator:
    return page.locator(".verdict-run").filter(has=page.get_by_role("heading", name=run))


def test_the_verdict_comes_first(report: Opened) -> None:
    page = report.page
    first = page.locator("#overview > section").first
    expect(first).to_have_id("verdict")
    two = card_of(page, "two")
    expect(two.locator(".figure b")).to_have_text("25%")
    expect(two.locator(".figure")).to_contain_text("95% interval")
    expect(two.locator(".figure small")).to_have_text("1 of 4 tasks, rule arc-prize")
    expect(two.locator(".counts")).to_have_text("1 solved0 in part1 near1 wrong1 none")
    expect(two.locator(".why")).to_have_text(
        "3 not solved: 1 with 1 to 5 wrong cells · 1 wrong size · 1 timeout"
    )


def test_an_unfinished_run_says_how_far_it_is(report: Opened) -> None:
    one = card_of(report.page, "one")
    expect(one.locator(".figure b")).to_have_text("33.3%")
    expect(one.locator(".figure .warning")).to_have_text("3 of 4 tasks done")
    assert "interval" not in one.locator(".figure").inner_text()
    said = report.page.locator("#charts svg").first.locator("text").all_text_contents()
    assert any("one (3 of 4)" in text for text in said)


LINKS = [
    ("one", "1 solved", ["aa"]),
    ("one", "1 near", ["bb"]),
    ("one", "1 none", ["cc"]),
    ("one", "1 left", ["dd"]),
    ("one", "2 not solved", ["bb", "cc"]),
    ("one", "1 error", ["cc"]),
    ("two", "1 wrong size", ["aa"]),
    ("two", "1 timeout", ["bb"]),
    ("two", "1 with 1 to 5 wrong cells", ["dd"]),
]


@pytest.mark.parametrize(("run", "name", "ids"), LINKS)
def test_each_figure_leads_to_its_tasks(
    report: Opened, run: str, name: str, ids: list[str]
) -> None:
    card_of(report.page, run).get_by_role("link", name=name, exact=True).click()
    assert report.ids() == ids
    expect(report.page.locator("#tasks")).to_be_focused()
    report.page.go_back()
    expect(report.page.locator("#count")).to_have_text("4 tasks")


def test_points_of_charts_list_their_tasks(report: Opened) -> None:
    page = report.page
    chart = page.locator("#charts figure").filter(has_text="Score by train pairs")
    chart.locator("circle.r1").last.click()
    assert report.ids() == ["bb", "dd"]
    expect(page.locator(".chip").first).to_have_text("train pairs: 2 ✕")
    page.get_by_role("button", name="Remove the filter train pairs: 2").click()
    sure = page.locator("#charts figure").filter(has_text="stated confidence")
    sure.locator("circle").last.click()
    assert report.ids() == ["aa"]
    sure.locator("summary").click()
    sure.get_by_role("link", name="80%").click()
    assert report.ids() == ["bb"]


def test_failures_stand_in_groups(report: Opened) -> None:
    page = report.page
    table = page.locator("#clusters")
    expect(page.locator("#clusters-title")).to_have_text("Where one fails")
    group = table.locator("tr").filter(has=page.get_by_role("link", name="rows of three"))
    expect(group.locator("td.number").first).to_have_text("1")
    table.get_by_role("link", name="almost").click()
    assert report.ids() == ["bb"]
    page.locator("#filters select[name=run]").select_option("two")
    expect(page.locator("#clusters-title")).to_have_text("Where two fails")


def test_two_runs_are_compared(report: Opened) -> None:
    page = report.page
    duel = page.locator("#duel")
    expect(duel.locator("li")).to_have_text(
        ["0 both solve", "1 only one, or more of it", "1 only two, or more of it", "1 neither"]
    )
    expect(duel).to_contain_text("Exact McNemar test of 1 against 1: p = 1")
    duel.get_by_role("link", name="1 only two").click()
    assert report.ids() == ["cc"]
    page.locator("#compare select").first.select_option("1")
    expect(duel).to_contain_text("Choose two different runs")
    page.locator("#compare select").last.select_option("0")
    expect(duel.locator("li").nth(1)).to_have_text("1 only two, or more of it")


def test_a_table_stands_beside_the_cards(report: Opened) -> None:
    page = report.page
    page.locator("#filters select[name=view]").select_option("table")
    expect(page.locator("#cards")).to_be_hidden()
    names = page.locator("#table tbody th")
    expect(names).to_have_text(["aa", "bb", "cc", "dd"])
    page.get_by_role("button", name="wrong cells").click()
    page.get_by_role("button", name="wrong cells").click()
    expect(names).to_have_text(["bb", "aa", "cc", "dd"])
    head = page.locator("#table th", has_text="wrong cells")
    expect(head).to_have_attribute("aria-sort", "descending")
    assert page.url.endswith("#sort=distance&down=1&view=table")
    page.locator("#table a", has_text="bb").click()
    expect(report.task()).to_have_text("bb")
    page.keyboard.press("Escape")
    expect(page.locator("#table a", has_text="bb")).to_be_focused()


def test_cards_show_what_they_are_sorted_by(report: Opened) -> None:
    about = report.page.locator(".card .about")
    expect(about.first).to_have_text("1 pair, 1 test")
    for key, texts in {
        "distance": ["0 wrong cells", "1 wrong cell", "not known", "not known"],
        "confidence": ["confidence 0.80", "confidence 0.90", "not known", "not known"],
        "verdict": ["solved", "near miss", "no attempt", "not run yet"],
    }.items():
        report.page.locator("#filters select[name=sort]").select_option(key)
        expect(about).to_have_text(texts)


def test_many_runs_stand_by_solver_and_can_be_hidden(open_page: Open) -> None:
    page = open_page(format_report(many_entries())).page
    rows = page.locator("#verdict tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("50% ± 39.5")
    expect(rows.first).to_contain_text("0% to 100%")
    chart = page.locator("#charts figure").first
    expect(chart.locator("circle.dot")).to_have_count(2)
    page.get_by_label("Show flat").uncheck()
    expect(chart.locator("circle.dot")).to_have_count(1)
    page.locator("#verdict summary").click()
    expect(page.locator(".verdict-run")).to_have_count(10)


def test_a_run_without_known_answers_shows_its_outcomes(open_page: Open) -> None:
    (first, *rest) = tasks()
    unknown = replace(first, test=tuple(replace(pair, output=None) for pair in first.test))
    asked = replace(tasks(), tasks=(unknown, *rest))
    page = open_page(format_report([entry("r", asked, {"bb": outcome(kind="timeout")})])).page
    expect(page.locator("#verdict")).to_contain_text("no score: the answers are not known here")
    page.locator("#verdict").get_by_role("link", name="1 timeout").last.click()
    expect(page.locator("#count")).to_have_text("1 of 4 tasks")


def test_all_runs_of_a_task_stand_together(open_page: Open) -> None:
    page = open_page(format_report(many_entries()), "#task=aa").page
    together = page.get_by_role("region", name="All runs together")
    expect(together.locator("h3")).to_have_text("Test 0: 2 different answers")
    right = together.locator(".attempt").first
    expect(right.locator(".verdict")).to_have_text("correct")
    expect(right.locator(".by li")).to_have_count(7)
    expect(right.locator(".by li").last).to_have_text("and 3 more")


def test_the_bar_has_the_verdict_and_stays(open_page: Open) -> None:
    low = {"width": 900, "height": 400}
    page = open_page(format_report(sample_entries()), "#task=bb", viewport=low).page
    expect(page.locator(".bar-verdict")).to_contain_text("near miss, 1 cell wrong")
    page.evaluate("window.scrollTo(0, 500)")
    box = page.locator(".bar-verdict").bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 60


@pytest.mark.parametrize("width", [380, 1440])
def test_grids_stand_side_by_side(open_page: Open, width: int) -> None:
    size = {"width": width, "height": 900}
    page = open_page(format_report(sample_entries()), "#task=bb", viewport=size).page
    boxes = {
        name: page.get_by_role("img", name=name).first.bounding_box()
        for name in (
            *("train 0 input", "train 0 output", "test 0 input", "test 0 truth"),
            *("test 0 attempt 1", "test 0 attempt 2"),
        )
    }
    tops = {name: box["y"] for name, box in boxes.items() if box is not None}
    assert len(tops) == 6
    assert tops["train 0 input"] == pytest.approx(tops["train 0 output"], abs=2)
    assert tops["test 0 input"] == pytest.approx(tops["test 0 truth"], abs=2)
    if width == 1440:
        assert tops["test 0 attempt 1"] == pytest.approx(tops["test 0 truth"], abs=30)
        train, test = (boxes[name] for name in ("train 0 input", "test 0 input"))
        assert train is not None
        assert test is not None
        assert train["x"] + 300 < test["x"]


def test_the_truth_can_be_hidden(report: Opened) -> None:
    page = report.page
    page.locator(".card a", has_text="bb").click()
    page.get_by_label("Hide the truth").check()
    assert page.get_by_role("img", name="truth").count() == 0
    assert page.locator("rect.wrong").count() == 0
    assert "wrong" not in page.locator("#task").inner_text()
    page.get_by_label("Hide the truth").uncheck()
    expect(page.get_by_role("img", name="test 0 truth")).to_be_visible()


def test_the_right_color_shows_inside_the_ring(report: Opened) -> None:
    report.page.locator(".card a", has_text="bb").click()
    attempt = report.page.locator(".tests").get_by_role("img", name="test 0 attempt 1")
    right = attempt.locator("rect.right")
    expect(right).to_be_hidden()
    attempt.hover()
    expect(right).to_be_visible()
    color = right.evaluate("node => getComputedStyle(node).fill")
    assert [[color]] == painted([[0]], "classic")
    assert "classic" in PALETTES


def test_grids_tasks_and_lists_can_be_copied(open_page: Open) -> None:
    found = open_page(format_report(sample_entries()), permissions=["clipboard-read"])
    page = found.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    def copied(name: str) -> str:
        page.evaluate("navigator.clipboard.writeText('')")
        page.get_by_role("button", name=name, exact=True).first.click()
        page.wait_for_function("async () => await navigator.clipboard.readText() !== ''")
        text: str = page.evaluate("navigator.clipboard.readText()")
        return text

    page.locator("#filters select[name=show]").select_option("unsolved")
    assert copied("Copy ids") == "bb\ncc"
    rows = json.loads(copied("Copy JSON"))
    assert [row["id"] for row in rows] == ["bb", "cc"]
    assert (rows[0]["verdict"], rows[0]["wrong"], rows[0]["explanation"]) == ("near", 1, "almost")
    lines = copied("Copy CSV").splitlines()
    assert lines[0].startswith("id,set,size,pairs,colors,run,verdict,outcome,solved,wrong")
    assert lines[1].startswith("bb,hand-made,") or lines[1].startswith("bb,")
    page.locator(".card a", has_text="bb").click()
    assert json.loads(copied("Copy test 0 truth as JSON")) == [[7, 8], [9, 0]]
    task = json.loads(copied("Copy the task as JSON"))
    assert task["test"] == [{"input": [[1]], "output": [[7, 8], [9, 0]]}]
    assert task["train"][0] == {"input": [[1, 2]], "output": [[2, 1]]}


def test_a_program_is_shown_step_by_step(open_page: Open) -> None:
    steps = (("turn it around", as_grid([[1, 2]])), ("paint it", as_grid([[3, 4], [5, 6]])))
    told = outcome((0.5, [Guess(as_grid([[7, 8], [9, 0]]), 0.5, "two steps", steps)]))
    page = open_page(format_report([entry("r", tasks(), {"bb": told})]), "#task=bb").page
    strip = page.get_by_role("list", name="Steps of test 0 attempt 1").locator("figure")
    expect(strip.locator("figcaption")).to_have_text(["turn it around", "paint it"])
    assert test_browser.colors_of(strip.nth(1)) == painted([[3, 4], [5, 6]], "classic")
