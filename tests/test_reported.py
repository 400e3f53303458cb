"""The reported figures: read as they are written down, and none without its source."""

from __future__ import annotations

import csv
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest

from arcgrid.errors import UnknownNameError
from arcgrid.reported import Figure, benchmarks, distinct, figures, figures_of

ROWS = list(
    csv.DictReader(
        resources.files("arcgrid").joinpath("data/figures.csv").read_text("utf-8").splitlines()
    )
)
SHARED = Path(__file__).parents[1].parent / "shared" / "figures.csv"

# system, setting, task set, percent
ARC_FIGURES = [
    ("GPT-4o", None, "unspecified", 5.0),
    ("o1", None, "unspecified", 32.0),
    ("o3", "high-efficiency (standard compute)", "semi-private-100", 75.7),
    ("o3", "low-efficiency (high compute)", "semi-private-100", 87.5),
    ("human", "threshold", "threshold", 85.0),
    ("o3", "low-efficiency (high compute)", "public-evaluation-400", 91.5),
]


@pytest.mark.parametrize("wanted", ARC_FIGURES, ids=str)
def test_an_arc_agi_figure(wanted: tuple[str, str | None, str, float]) -> None:
    found = [
        (figure.system, figure.setting, figure.task_set, figure.percent)
        for figure in figures_of("arc-agi-1")
    ]
    assert wanted in found


@pytest.mark.skipif(not SHARED.is_file(), reason=f"the shared figures are not here ({SHARED})")
def test_the_figures_are_the_shared_ones() -> None:
    assert list(csv.DictReader(SHARED.read_text("utf-8").splitlines())) == ROWS


@pytest.mark.parametrize(("figure", "row"), list(zip(figures(), ROWS, strict=True)))
def test_a_figure_is_as_it_is_written_down(figure: Figure, row: dict[str, str]) -> None:
    for name, text in row.items():
        value = getattr(figure, name)
        if not text:
            assert value is None, name
        elif isinstance(value, str):
            assert value == text, name
        else:
            assert value == float(text), name


@pytest.mark.parametrize("figure", figures(), ids=lambda figure: f"{figure.system}")
def test_a_figure_is_sound(figure: Figure) -> None:
    assert figure.source
    assert figure.reported_on
    assert figure.qualifier in ("exact", "about", "below")
    assert figure.metric in ("accuracy_percent", "task_mean_sum", "outputs_solved", "elo")
    if figure.metric in ("task_mean_sum", "outputs_solved"):
        assert figure.denominator is not None
    assert (figure.percent is None) == (figure.metric == "elo")
    assert figure.percent is None or 0 <= figure.percent <= 100


def test_a_sum_in_percent() -> None:
    sums = {f.submission: f.percent for f in figures_of("arc-agi-1") if f.submission}
    assert sums["open_ai_o3_high_20241220"] == 91.5
    assert sums["open_ai_o1_med_20241217"] == 31.875


def test_figures_agree_to_the_digits_of_the_coarser() -> None:
    coarse, fine = (
        figure
        for figure in figures_of("arc-agi-1")
        if (figure.system, figure.task_set) == ("o3", "public-evaluation-400")
        and (figure.setting or "").startswith("high-efficiency")
    )
    (merged,) = distinct([coarse, fine])
    assert (merged.value, merged.total, merged.denominator) == (82.8, 331.0, 400)
    assert (merged.samples, merged.submission) == (6, "open_ai_o3_low_20241220")
    assert merged.source == f"{coarse.source}; {fine.source}"
    assert len(distinct([coarse, replace(fine, value=332.0)])) == 2
    assert len(distinct([coarse, replace(fine, setting="another")])) == 2


def test_benchmarks_in_the_order_of_the_file() -> None:
    assert benchmarks() == list(dict.fromkeys(row["benchmark"] for row in ROWS))
    assert benchmarks()[0] == "arc-agi-1"
    assert sum(len(figures_of(name)) for name in benchmarks()) == len(ROWS)


def test_an_unknown_benchmark_suggests_the_nearest() -> None:
    with pytest.raises(UnknownNameError) as caught:
        figures_of("arc-agi1")
    assert str(caught.value) == "unknown benchmark 'arc-agi1'; did you mean arc-agi-1?"
