"""The report as text: what it knows, what it escapes, and that equal input gives equal bytes."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given

import arcgrid
from arcgrid import Grid, Pair, Task, TaskSet, as_grid
from arcgrid.cli import main
from arcgrid.errors import StoreError, TaskError, UnknownNameError
from arcgrid.formats.json_text import parse_grid
from arcgrid.ops import count_components
from arcgrid.palette import PALETTES
from arcgrid.report.html import format_report, gallery, report
from arcgrid.report.html.charts import anytime, charts_of, groups, reliability, series_of
from arcgrid.report.html.features import count_objects, largest_grid
from arcgrid.report.html.page import palette_style, script_json
from arcgrid.report.html.pairs import pairs_of
from arcgrid.report.html.payload import payload_of
from arcgrid.report.html.records import MOST_ANSWERS, MOST_ATTEMPTS, MOST_TEXT
from arcgrid.result import Outcome
from arcgrid.scoring import verdicts
from arcgrid.scoring.rules import DEFAULT_RULE, RULES
from arcgrid.store import Store
from tests.reports import (
    GOLDEN,
    MARKUP,
    TRUTHS,
    data_of,
    entry,
    golden,
    guess,
    hostile_entry,
    outcome,
    outcomes_of,
    sample_entries,
    tasks,
)
from tests.runs import run_small
from tests.samples import grids

RULE = RULES[DEFAULT_RULE]
STATIC = Path(arcgrid.__file__).parent / "report" / "html" / "static"


class Page(HTMLParser):
    """What a browser would find in a page: elements with attributes, and their text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.elements)


def test_the_report_byte_for_byte() -> None:
    """`python -m tests.reports` writes it anew."""
    assert golden() == GOLDEN.read_text("utf-8")


def test_equal_input_gives_equal_bytes() -> None:
    assert format_report(sample_entries()) == format_report(sample_entries())
    assert gallery(tasks()) == gallery(tasks())


def test_scripts_and_styles_are_the_files_and_no_others_are_allowed() -> None:
    text = gallery(tasks())
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert sorted(scripts) == sorted(path.read_text("utf-8") for path in STATIC.glob("*.js"))
    assert style == f"{palette_style()}\n{(STATIC / 'page.css').read_text('utf-8')}"
    digests = [hashlib.sha256(part.encode()).digest() for part in (style, *scripts)]
    allowed = re.findall(r"sha256-([\w+/]+=)", text)
    assert allowed == [base64.b64encode(digest).decode() for digest in digests]


def test_markup_in_names_stays_text() -> None:
    plain, hostile = (Page(format_report([one])) for one in (sample_entries()[0], hostile_entry()))
    for tag in ("script", "img", "style", "link"):
        assert plain.count(tag) == hostile.count(tag), tag
    assert any(MARKUP in text for text in hostile.texts), "the solver's name is shown as it is"
    for _, attributes in hostile.elements:
        assert not [name for name in attributes if name.startswith("on")]


def test_markup_in_data_comes_through_unharmed() -> None:
    text = format_report([hostile_entry()])
    data = data_of(text)
    assert data["tasks"][0]["id"] == MARKUP
    (result,) = outcomes_of(data["runs"][0])
    assert data["texts"][result["error"]] == MARKUP
    assert data["texts"][result["guesses"][0][0][2]] == MARKUP


def test_json_for_a_script_is_ascii_without_marks() -> None:
    value = {"a": "<!--<script>&\u2028\u2029é\udc80", "b": [1.5, None]}
    text = script_json(value)
    assert text.isascii()
    assert not set(text) & set("<>&")
    assert json.loads(text) == value
    with pytest.raises(ValueError, match="not JSON compliant"):
        script_json(float("nan"))


def test_an_id_that_utf8_cannot_hold_is_shown_somehow() -> None:
    whole = tasks()
    odd = TaskSet("odd \udc80", (Task("x\udc80", whole.tasks[0].train, whole.tasks[0].test),))
    assert "odd ?" in gallery(odd).encode().decode()


def test_a_page_loads_nothing() -> None:
    """Its policy allows its own scripts and styles by digest, and no source at all."""
    for text in (format_report(sample_entries()), gallery(tasks())):
        page = Page(text)
        for tag, attributes in page.elements:
            for name in ("src", "action", "poster", "srcset"):
                assert name not in attributes, tag
            href = attributes.get("href") or "#"
            assert href.startswith(("#", "data:"))
        (policy,) = [a["content"] for _, a in page.elements if "http-equiv" in a]
        assert policy is not None
        assert policy.startswith("default-src 'none'; base-uri 'none'; form-action 'none'")
        assert "unsafe" not in policy
        assert policy.count("'sha256-") == 1 + page.count("script") - 1
        assert "url(" not in text
        assert "@import" not in text


def test_the_headline_has_every_rule_and_every_reported_figure() -> None:
    texts = Page(format_report(sample_entries("arc-agi-1/evaluation"))).texts
    for rule in RULES:
        assert rule in texts
    assert "unfinished: scored over 3 of 4 tasks" in texts
    for told in ("91.5%", "$20, 1.3 min", "13.8 min", "~50%", "2024-12-20"):
        assert told in texts


def test_every_palette_is_there() -> None:
    text = gallery(tasks())
    for name, colors in PALETTES.items():
        assert f':root[data-palette="{name}"] {{ --c0: {colors[0]}; --c1: {colors[1]};' in text


def test_a_report_reads_each_grid_and_judges_each_attempt_once(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run_small(store, "identity")
    attempts = sum(len(tests) for tests in result.submission.attempts.values())
    counts = Counter[str]()

    def counted(name: str, function: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object) -> object:
            counts[name] += 1
            return function(*given)

        return call

    monkeypatch.setattr("arcgrid.store.rows.parse_grid", counted("parsed", parse_grid))
    monkeypatch.setattr(verdicts, "verdict_of", counted("judged", verdicts.verdict_of))
    with Store(store) as opened:
        report([opened.find_run("latest")], opened)
    assert counts == {"parsed": attempts, "judged": attempts}


def test_the_anytime_curve_ends_at_the_score() -> None:
    one, two = sample_entries()
    assert anytime(one, RULE) == [[0.75, 25.0]]
    assert anytime(two, RULE) == [[0.5, 25.0]]


def test_the_anytime_curve_falls_where_a_better_answer_is_given_up() -> None:
    answers = ((0.1, [guess(TRUTHS["dd"])]), (0.2, [guess([[9]])]), (0.3, [guess(TRUTHS["dd"])]))
    curve = anytime(entry("r", tasks(), {"dd": outcome(*answers)}), RULE)
    assert curve == [[0.1, 25.0], [0.2, 0.0], [0.3, 25.0]]


def test_reliability_counts_attempts_by_stated_confidence() -> None:
    (first, second) = reliability(sample_entries()[0], RULE)
    assert first[:2] == [0.8, 0.0]
    assert second[:2] == [0.9, 1.0]
    assert first[4] == second[4] == 1
    assert reliability(sample_entries()[1], RULE) == []


def test_the_surest_attempts_are_in_the_last_bin() -> None:
    sure = outcome((0.1, [guess(TRUTHS["dd"], 1.0), guess([[9]], 0.0)]))
    points = reliability(entry("r", tasks(), {"dd": sure}), RULE)
    assert [(point[0], point[1], point[5]) for point in points] == [(0.0, 0.0, 0), (1.0, 1.0, 9)]


def test_groups_have_every_task_once() -> None:
    made = groups(list(enumerate(sample_entries())), RULE)
    assert [group["name"] for group in made] == ["side", "pairs", "colors"]
    for group in made:
        for run in group["runs"]:
            assert sum(value[3] for value in run["values"] if value) == 4
            solved = sum(value[0] * value[3] for value in run["values"] if value)
            assert solved == pytest.approx(100)


def test_the_largest_grid_is_not_a_test_output() -> None:
    big = Pair(as_grid([[1]]), as_grid([[0] * 30] * 30))
    assert largest_grid(Task("x", (Pair(as_grid([[1, 2]]), as_grid([[1]])),), (big,))) == 2


@given(grids(max_side=8))
def test_objects_are_counted_as_everywhere(grid: Grid) -> None:
    assert count_objects(grid) == count_components(grid, 8)


def test_charts_under_a_rule_that_reports_errors_show_what_was_solved() -> None:
    (_, standing) = charts_of(sample_entries(), RULES["kaggle-2020"])["score"]
    assert standing["percent"] == 25
    assert standing["low"] < 25 < standing["high"]


def test_an_unfinished_run_is_scored_over_what_it_has_come_to() -> None:
    (standing, whole) = charts_of(sample_entries(), RULE)["score"]
    assert standing["percent"] == pytest.approx(100 / 3, abs=1e-3)
    assert (standing["done"], standing["asked"]) == (3, 4)
    assert standing["low"] is None
    assert standing["high"] is None
    assert (whole["done"], whole["asked"], whole["percent"]) == (4, 4, 25)


def test_a_group_of_one_task_has_no_interval() -> None:
    asked = TaskSet("one", tasks().tasks[:3])
    (_, pairs, _) = groups([(0, entry("r", asked, {}))], RULE)
    assert pairs["bins"] == [1, 2]
    (several, single) = pairs["runs"][0]["values"]
    assert (several[3], single[3]) == (2, 1)
    assert single[1:3] == [None, None]
    assert None not in several


def test_figures_of_others_are_those_of_the_same_benchmark() -> None:
    for task_set, systems in (("arc-agi-1/evaluation", True), ("arc-agi-2/evaluation", False)):
        results = sample_entries(task_set)
        found = {figure["system"] for figure in charts_of(results, RULE)["reported"]}
        assert ("o3" in found) is systems
        assert any("human" in name for name in found) is systems
        assert any(name.startswith("TRM") for name in found) is systems
        assert bool(Page(format_report(results)).texts.count("o3")) is systems


def test_every_two_runs_meet_on_the_tasks_that_both_have_come_to() -> None:
    one, two = sample_entries()
    assert pairs_of([(0, one), (3, two)], RULE) == [[0, 3, 0, 1, 1, 1, 1.0]]
    solves = {id: outcome((0.1, [guess(truth)])) for id, truth in TRUTHS.items()}
    best, worst = entry("best", tasks(), solves), entry("worst", tasks(), {})
    assert pairs_of([(0, best), (1, one)], RULE) == [[0, 1, 1, 2, 0, 0, 0.5]]
    assert pairs_of([(0, best), (1, worst)], RULE) == []


def test_runs_that_differ_in_their_seed_alone_are_a_series() -> None:
    one, two = sample_entries()
    plan = replace(one.run.plan, budget=replace(one.run.plan.budget, seed=7))
    again = replace(one, run=replace(one.run, plan=plan))
    plan = replace(one.run.plan, budget=replace(one.run.plan.budget, effort="high"))
    other = replace(one, run=replace(one.run, plan=plan))
    assert series_of([one, other, again, two]) == [0, 1, 0, 0]


FAILURES = [
    (outcome((0.1, [guess([[7, 8], [9, 0]])])), "solved", None),
    (outcome((0.1, [guess([[7, 8], [9, 1]])])), "near", "cells"),
    (outcome((0.1, [guess([[7]])])), "wrong", "size"),
    (outcome((0.1, [])), "none", "silent"),
    (outcome(kind="timeout"), "none", "timeout"),
    (outcome(kind="memory"), "none", "error"),
    (outcome((0.1, [guess([[7]])]), kind="timeout"), "wrong", "size"),
]


@pytest.mark.parametrize(("found", "standing", "why"), FAILURES)
def test_a_failure_has_a_reason(found: Outcome, standing: str, why: str | None) -> None:
    (result,) = outcomes_of(payload_of([entry("r", tasks(), {"bb": found})], RULE)["runs"][0])
    assert (result["standing"], result.get("why")) == (standing, why)


def test_equal_grids_and_tasks_are_there_once() -> None:
    data = payload_of(sample_entries(), RULE)
    assert len(data["grids"]) == len(set(data["grids"]))
    assert len(data["tasks"]) == 4
    assert "123/456" in data["grids"]


def test_tasks_that_share_an_id_have_links_of_their_own() -> None:
    whole = tasks()
    other = TaskSet("other", (replace(whole.tasks[1], id="aa"),))
    data = payload_of([entry("one", whole, {}), entry("two", other, {})], RULE)
    assert [task["key"] for task in data["tasks"]] == ["aa", "bb", "cc", "dd", "aa~2"]


def test_what_is_long_is_cut_and_said_to_be() -> None:
    guesses = [guess([[number % 10]], None, "x" * 9_000) for number in range(MOST_ATTEMPTS + 3)]
    answers = [(float(number), guesses) for number in range(MOST_ANSWERS + 9)]
    found = replace(outcome(*answers), output="y" * 9_000, error="z" * 9_000)
    data = payload_of([entry("r", tasks(), {"dd": found})], RULE)
    (result,) = outcomes_of(data["runs"][0])
    assert len(result["guesses"][0]) == MOST_ATTEMPTS
    assert result["more"] == 3
    assert len(result["answers"]) == MOST_ANSWERS
    assert result["answers"][-1][0] == MOST_ANSWERS + 8
    assert len(data["texts"][result["output"]]) == MOST_TEXT
    assert data["texts"][result["error"]].endswith("z …")


def test_a_set_without_answers_has_no_scores() -> None:
    open_tasks = TaskSet(
        "open",
        tuple(replace(task, test=(Pair(task.test[0].input),)) for task in tasks()),
    )
    text = format_report([entry("r", open_tasks, {"dd": outcome((0.5, [guess([[3]])]))})])
    data = data_of(text)
    assert data["charts"]["score"] == []
    assert data["runs"][0]["scored"] is False
    (result,) = outcomes_of(data["runs"][0])
    assert "solved" not in result
    assert result["standing"] == "unknown"


def test_an_empty_set_has_no_gallery() -> None:
    with pytest.raises(TaskError) as caught:
        gallery(TaskSet("nothing", ()))
    assert str(caught.value) == "nothing: there is no task to show"


def test_a_report_needs_a_run_and_a_rule(store: Path) -> None:
    with Store(store, create=True) as opened:
        with pytest.raises(StoreError, match="a report needs a run"):
            report([], opened)
        with pytest.raises(UnknownNameError, match="did you mean arc-prize"):
            report([], opened, "arc-price")


def test_the_commands_write_what_the_functions_give(store: Path, tmp_path: Path) -> None:
    run_small(store, "identity", name="one")
    run_small(store, "identity", name="two", limit=3)
    path = tmp_path / "new" / "report.html"
    result = CliRunner().invoke(main, ["report", "one", "two", "one", "-o", str(path)])
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    with Store(store) as opened:
        runs = [opened.find_run(name) for name in ("one", "two")]
        assert path.read_text("utf-8") == report(runs, opened)
    result = CliRunner().invoke(main, ["gallery", "arcgrid/mini", "-o", str(tmp_path)])
    assert result.exit_code == 0, result.output
    page = (tmp_path / "index.html").read_text("utf-8")
    assert page == gallery(arcgrid.load("arcgrid/mini"))
    assert len(data_of(page)["tasks"]) == 40


def test_a_file_that_cannot_be_written_is_an_error(store: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["gallery", "arcgrid/mini", "-o", "/proc/nowhere"])
    assert result.exit_code == 2
    assert "Error: /proc/nowhere/index.html: cannot write:" in result.stderr
