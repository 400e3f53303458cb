"""The registry of families: each declares itself, keeps to its work, and can be left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import numpy as np
import pytest

import arcgrid
from arcgrid import ArcgridError, ArgumentError, Budget, Grid, as_grid
from arcgrid.result import Effort
from arcgrid_solvers.search import families, solve
from arcgrid_solvers.search.candidate import Candidate
from arcgrid_solvers.search.families import FAMILIES, chosen
from arcgrid_solvers.search.family import Family
from arcgrid_solvers.search.problem import Meter, Problem
from arcgrid_solvers.search.solver import ALLOWANCES, searches

TASKS = ("diagonal-flip", "gravity-down", "keep-the-top-half", "legend-recolor", "zoom-by-counter")
SLACK = 200_000
"""Units that a family may work on after the meter is exhausted, until it looks again."""

each_family = pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)


def problem_of(id: str) -> Problem:
    return Problem.of(arcgrid.load("arcgrid/mini")[id].puzzle)


def test_every_module_here_is_a_family_in_the_registry() -> None:
    home = Path(families.__file__).parent
    there = {path.stem for path in home.iterdir() if not path.name.startswith("__")}
    assert there == set(FAMILIES)
    assert [family.name for family in FAMILIES.values()] == list(FAMILIES)


@each_family
@pytest.mark.parametrize("effort", ALLOWANCES)
def test_a_family_knows_every_effort(family: Family, effort: str) -> None:
    assert family.units is None or family.units[effort] <= ALLOWANCES[effort].units
    assert list(family.reductions(problem_of(TASKS[0]), effort))
    assert list(family.propose(problem_of(TASKS[0]), Meter(0, effort))) == []


@each_family
@pytest.mark.parametrize("limit", [0, 1_000, 50_000])
def test_a_family_stops_when_the_work_is_used_up(family: Family, limit: int) -> None:
    for id in TASKS:
        meter = Meter(limit)
        for candidate in family.propose(problem_of(id), meter):
            assert candidate.family == family.name
        assert meter.spent <= limit + SLACK
        assert meter.spent == sum(meter.stages.values())


@each_family
def test_without_pairs_there_are_no_candidates(family: Family) -> None:
    assert list(family.propose(Problem((), (), (np.zeros((3, 3), np.uint8),)), Meter(10_000))) == []


# -- ablations ----------------------------------------------------------------------------


def asked(families: str = "", without: str = "") -> list[str]:
    return [family.name for family in chosen(families, without)]


def test_families_are_chosen_in_the_order_of_all() -> None:
    first, *others = FAMILIES
    last = others[-1]
    assert asked() == list(FAMILIES)
    assert asked(f"{last},{first}") == [first, last]
    assert asked(without=first) == others
    assert asked(f"{first},{last}", last) == [first]


def test_unknown_families_are_refused() -> None:
    known = ", ".join(FAMILIES)
    with pytest.raises(ArgumentError) as error:
        chosen("cellz")
    assert str(error.value) == f"unknown family 'cellz'; known: {known}"
    with pytest.raises(ArgumentError) as error:
        chosen(without="cells,nobody")
    assert str(error.value) == f"unknown family 'nobody'; known: {known}"
    with pytest.raises(ArgumentError) as error:
        chosen("cells", "cells")
    assert str(error.value) == "no family is left to ask"


@pytest.mark.parametrize("option", ["families", "without"])
def test_a_run_with_an_unknown_family_does_not_begin(option: str, store: Path) -> None:
    with pytest.raises(ArcgridError) as error:
        arcgrid.run("search", "arcgrid/mini", options={option: "cells,cellz"}, store=store)
    assert str(error.value).startswith(f"option {option}=cells,cellz: Expected `str` matching")
    assert all(name in str(error.value) for name in FAMILIES)


def test_only_the_families_asked_for_answer() -> None:
    puzzle = arcgrid.load("arcgrid/mini")["diagonal-flip"].puzzle
    for name in FAMILIES:
        guesses = [
            guess
            for answer in solve(puzzle, Budget(), families=name)
            for test in answer.guesses
            for guess in test
        ]
        assert {str(guess.explanation).partition(":")[0] for guess in guesses} <= {name}
    left = list(solve(puzzle, Budget(), without="transforms"))[-1]
    assert "transforms" not in str(left.guesses[0][0].explanation)


# -- a family of one's own ----------------------------------------------------------------


class Ones:
    """A program that answers with one cell."""

    def run(self, grid: Grid) -> Grid | None:
        return as_grid([[1]])

    def explain(self) -> str:
        return "one blue cell"


def propose(problem: Problem, meter: Meter) -> Iterator[Candidate]:
    meter.spend(meter.limit, "ones")
    answers = tuple(as_grid([[1]]) for _ in problem.tests)
    yield Candidate("ones", Ones(), 1.0, answers, (True,) * len(problem.inputs))


ONES = Family("ones", propose, weight=0.5, units={"low": 7, "medium": 7, "high": 7})


def test_a_line_in_the_registry_is_all_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cast(dict[str, Family], FAMILIES), "ones", ONES)
    puzzle = arcgrid.load("arcgrid/mini")["diagonal-flip"].puzzle
    [*_, answer] = solve(puzzle, Budget(), families="ones")
    assert answer.guesses[0][0].explanation == "ones: one blue cell"
    assert "ones" in asked()


@pytest.mark.parametrize(
    ("effort", "weights", "asked"),
    [
        ("low", (4.0, 4.0), ["one", "two"]),
        ("low", (-9.0, -9.0), ["one", "two", "three"]),
        ("medium", (4.0, 4.0), ["one", "two", "three"]),
    ],
    ids=["sure at low", "unsure at low", "sure at medium"],
)
def test_at_low_effort_the_search_ends_when_two_sure_families_agree(
    effort: Effort, weights: tuple[float, float], asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first: list[str] = []

    def family(name: str, weight: float) -> Family:
        def propose(problem: Problem, meter: Meter) -> Iterator[Candidate]:
            if name not in first:
                first.append(name)
            answers = tuple(as_grid([[1]]) for _ in problem.tests)
            yield Candidate(name, Ones(), 1.0, answers, (True,) * len(problem.inputs))

        return Family(name, propose, weight)

    registry = {
        name: family(name, weight)
        for name, weight in zip(("one", "two", "three"), (*weights, -9.0), strict=True)
    }
    for module in ("families", "arbiter", "solver"):
        monkeypatch.setattr(f"arcgrid_solvers.search.{module}.FAMILIES", registry)
    puzzle = arcgrid.load("arcgrid/mini")["diagonal-flip"].puzzle
    list(solve(puzzle, Budget(effort=effort)))
    assert first == asked


def test_a_family_gets_its_units_and_no_more() -> None:
    meter = Meter(100)
    [search] = searches(problem_of(TASKS[0]), meter, [ONES])
    assert len(list(search)) == 1
    assert (meter.spent, meter.stages) == (7, {"ones": 7})


def test_nobody_is_asked_once_the_work_is_done() -> None:
    meter = Meter(0)
    assert [list(search) for search in searches(problem_of(TASKS[0]), meter, [ONES])] == [[]]
    assert meter.spent == 0
