"""Where a run was worked on: one machine, several, kinds that mix."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from arcgrid.machine import Machine
from arcgrid.report.html.headline import run_row
from arcgrid.report.records import run_record
from arcgrid.report.scores import result_document
from arcgrid.report.table import table
from arcgrid.report.where import NOT_COMPARABLE, where, where_lines
from arcgrid.sources import RunResult, read_run
from arcgrid.store import Store
from tests.runs import run_small

HERE, SAME, OTHER = (
    Machine("a", "X, 8 cores", 8),
    Machine("b", "X, 8 cores", 8),
    Machine("c", "Y", 1),
)


@pytest.fixture
def result(store: Path) -> RunResult:
    return run_small(store, "identity", inline=True, name="mine")


def with_machines(result: RunResult, *machines: Machine) -> RunResult:
    return replace(result, run=replace(result.run, machines=machines))


@pytest.mark.parametrize(
    ("machines", "text"),
    [
        ((HERE,), "8 workers on X, 8 cores"),
        ((HERE, SAME), "2 machines: 2 of X, 8 cores with 8 workers each"),
        (
            (HERE, SAME, OTHER),
            "3 machines: 2 of X, 8 cores with 8 workers each; 1 of Y with 1 worker",
        ),
    ],
)
def test_machines_are_told_by_kind(
    result: RunResult, machines: tuple[Machine, ...], text: str
) -> None:
    run = with_machines(result, *machines).run
    assert where(run) == text
    assert run_row(0, replace(result, run=run)).about.startswith(text)


def test_an_older_run_has_what_its_plan_says(result: RunResult) -> None:
    run = with_machines(result).run
    assert where(run) == f"1 worker on {run.plan.machine}"


def test_kinds_that_mix_are_said_to_be_incomparable(result: RunResult) -> None:
    assert where_lines(with_machines(result, HERE).run) == []
    assert NOT_COMPARABLE not in where_lines(with_machines(result, HERE, SAME).run)
    mixed = with_machines(result, HERE, OTHER)
    assert NOT_COMPARABLE in where_lines(mixed.run)
    assert NOT_COMPARABLE in run_row(0, mixed).about
    assert NOT_COMPARABLE in result_document(mixed)
    assert NOT_COMPARABLE not in result_document(with_machines(result, HERE))


def test_the_table_says_it(store: Path, result: RunResult) -> None:
    with Store(store) as opened:
        for machine in (HERE, OTHER):
            opened.add_machine(result.run, machine)
        run = opened.find_run("mine")
        assert set(map(str, run_record(run)["machines"])) >= {
            "{'name': 'a', 'processor': 'X, 8 cores', 'workers': 8}"
        }
        assert read_run(opened, run).run.machines == run.machines
    found = table(store=store, mine=True)
    (row,) = [*found.rows, *found.others]
    assert row.note is not None
    assert row.note.endswith(NOT_COMPARABLE)
    assert row.note.startswith("on 3 machines: ")


def test_puzzles_that_were_given_back_are_counted(result: RunResult) -> None:
    first = next(iter(result.by_task))
    again = {first: replace(result.by_task[first], given_back=1)}
    lost = replace(result, by_task={**result.by_task, **again})
    said = "1 puzzle begun anew: what worked on them first was lost"
    assert said in result_document(lost)
    assert said not in result_document(result)
