"""The table of figures: which rows, in which order, and its text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import arcgrid
from arcgrid.errors import StoreError
from arcgrid.report.figures import FigureTable, TableRow, figures_document
from arcgrid.report.table import table
from arcgrid.report.text import format_document
from arcgrid.reported import benchmarks, distinct, figures_of
from tests.runs import run_small


def test_every_arc_agi_figure_has_a_row(store: Path) -> None:
    made = table()
    assert made.benchmark == "arc-agi-1"
    assert {row.kind for row in made.rows} == {"reported"}
    assert sorted(row.value for row in made.rows) == sorted(
        figure.value for figure in distinct(figures_of("arc-agi-1"))
    )
    assert not store.exists()


@pytest.mark.parametrize("benchmark", benchmarks())
def test_the_best_is_first(benchmark: str, store: Path) -> None:
    rows = table(benchmark).rows
    figures = [row.value if row.percent is None else row.percent for row in rows]
    assert figures == sorted(figures, reverse=True)
    assert len(rows) == len(distinct(figures_of(benchmark)))
    assert all(row.source and row.when for row in rows)


SEEN = [("GPT-4o", 5.0), ("o1", 32.0), ("o3", 75.7), ("o3", 87.5), ("human", 85.0)]


@pytest.mark.parametrize(("system", "percent"), SEEN)
def test_a_figure_is_in_the_table(system: str, percent: float, store: Path) -> None:
    assert (system, percent) in [(row.system, row.percent) for row in arcgrid.table().rows]
    lines = [line for line in str(arcgrid.table()).splitlines() if f"{percent:g} %" in line]
    assert any(line.split()[:2] == ["reported", system] for line in lines)


def figures_text(figures: FigureTable, width: int | None = None) -> str:
    return format_document(figures_document(figures), width)


def row(**changes: object) -> TableRow:
    fields: dict[str, Any] = {
        "kind": "reported",
        "system": "some system",
        "setting": None,
        "task_set": None,
        "percent": None,
        "value": 0.0,
        "metric": "elo",
        "qualifier": "exact",
        "interval": None,
        "rule": None,
        "cost_usd_per_task": None,
        "minutes_per_task": None,
        "when": "2024",
        "source": "somewhere",
        "note": None,
    }
    return TableRow(**(fields | changes))


ROWS = (
    row(
        system="o9",
        setting="high",
        task_set="public",
        percent=91.5,
        value=366.0,
        metric="task_mean_sum",
        cost_usd_per_task=17.0,
        minutes_per_task=1.3,
        when="2024-12-20",
        note="as told",
    ),
    row(
        kind="this machine",
        system="mine",
        setting="effort low, 2 attempts",
        task_set="x [2 of 9 tasks]",
        percent=31.875,
        value=31.875,
        metric="percent",
        interval=(27.25, 36.5),
        rule="arc-prize",
        when="2026-11-22",
        source="run mine-1",
    ),
    row(percent=25.0, value=25.0, qualifier="below"),
    row(value=2727.0, qualifier="about"),
)
GOLDEN = Path(__file__).parent / "golden" / "table.txt"


def test_the_text_of_a_table() -> None:
    made = FigureTable("some", ROWS, ("run old: its solver has changed",))
    assert str(made) == GOLDEN.read_text("utf-8")
    assert figures_text(made) == str(made)


def test_the_columns_of_a_table_stand_below_each_other() -> None:
    head, _, *lines = str(FigureTable("some", ROWS)).splitlines()
    for name, cells in {"system": ["o9", "mine"], "when": ["2024-12-20", "2026-11-22"]}.items():
        assert [line.index(cell) for line, cell in zip(lines, cells, strict=False)] == [
            head.index(name)
        ] * 2


def test_a_result_that_two_sources_tell_stands_once(store: Path) -> None:
    found = [row for row in table().rows if row.system == "o3" and "public" in (row.task_set or "")]
    assert [(row.percent, row.total, row.submission) for row in found] == [
        (91.5, 366.0, "open_ai_o3_high_20241220"),
        (82.8, 331.0, "open_ai_o3_low_20241220"),
    ]
    report, results = "arcprize.org o3 report", "arc-agi-benchmarking results.json"
    assert all(report in row.source and results in row.source for row in found)
    assert str(table()).count("91.5 %") == 1


@pytest.mark.parametrize("width", [80, 100, 150, 200])
def test_a_table_fits_its_terminal(width: int, store: Path) -> None:
    run_small(store, "identity")
    text = figures_text(table(), width)
    assert max(map(len, text.splitlines())) <= width
    assert "identity-1" in text
    for word in ("efficiency", "attempts", "public-evaluation-400"):
        assert word in text, "no word is cut"


def test_an_unreadable_store_is_an_error(store: Path) -> None:
    store.write_text("this is no database, it only lies where one should be" * 100)
    with pytest.raises(StoreError) as caught:
        table()
    assert str(caught.value) == f"{store}: cannot use the run store: file is not a database"
