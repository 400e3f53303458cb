"""The registry of families: each declares itself, keeps to its work, and can be left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import arcgrid
from arcgrid import ArcgridError, ArgumentError, Budget
from arcgrid_solvers.search import families, solve
from arcgrid_solvers.search.families import FAMILIES, chosen
from arcgrid_solvers.search.family import Family
from arcgrid_solvers.search.problem import Meter, Problem
from arcgrid_solvers.search.solver import ALLOWANCES

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
    assert str(error.value).startswith(
        f"search: option {option}=cells,cellz: Expected `str` matching"
    )
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
