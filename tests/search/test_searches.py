"""The solver around the families: whom it asks about what, for how long, and when it ends."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Any, TypeAlias, cast

import pytest

import arcgrid
from arcgrid import Budget, Grid, Pair, Puzzle, as_grid
from arcgrid.result import Effort
from arcgrid_solvers.search import solve
from arcgrid_solvers.search.candidate import Candidate
from arcgrid_solvers.search.families import FAMILIES, chosen
from arcgrid_solvers.search.family import Family, Reduction, copied, unchanged
from arcgrid_solvers.search.problem import Meter, Problem
from arcgrid_solvers.search.solver import ALLOWANCES, searches, warmup
from tests.search.test_search import grids_of


def problem_of(id: str) -> Problem:
    return Problem.of(arcgrid.load("arcgrid/mini")[id].puzzle)


def shown(problem: Problem) -> list[list[list[list[int]]]]:
    return [[grid.tolist() for grid in grids] for grids in problem.grids]


PUZZLE = Puzzle((Pair([[1, 2]], [[2, 1]]),), ([[3, 4]],))  # type: ignore[arg-type]  # lists will do


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
    assert ONES in chosen()


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
    [search] = searches(problem_of("diagonal-flip"), meter, [ONES])
    assert len(list(search)) == 1
    assert (meter.spent, meter.stages) == (7, {"ones": 7})


def test_nobody_is_asked_once_the_work_is_done() -> None:
    meter = Meter(0)
    assert [list(search) for search in searches(problem_of("diagonal-flip"), meter, [ONES])] == [[]]
    assert meter.spent == 0


# -- problems and work --------------------------------------------------------------------


def test_a_part_of_a_meter_counts_in_the_whole() -> None:
    whole = Meter(100, "medium")
    whole.spend(30, "first")
    part = whole.part(50)
    part.spend(20, "second")
    assert (part.left, whole.left) == (30, 50)
    assert whole.stages == {"first": 30, "second": 20}
    assert whole.part(1_000).limit == 50
    assert (part.effort, whole.part(1, "low").effort) == ("medium", "low")
    part.note("cut short")
    part.note("cut short")
    assert whole.notes == ["cut short"]
    part.spend(30, "second")
    assert part.exhausted
    assert not whole.exhausted
    part.spend(30, "second")
    assert (part.left, whole.left, whole.spent) == (0, 0, 110)


def test_the_problem_of_a_puzzle() -> None:
    problem = Problem.of(PUZZLE)
    assert shown(problem) == [[[[1, 2]]], [[[2, 1]]], [[[3, 4]]]]
    assert (problem.level, problem.keeps_shape) == (0, True)
    assert not replace(problem, outputs=(as_grid([[1]]),)).keeps_shape


def test_problems_are_equal_grid_by_grid() -> None:
    problem = Problem.of(PUZZLE)
    assert problem.equals(Problem.of(PUZZLE))
    nines = (as_grid([[9, 9]]),)
    assert not problem.equals(replace(problem, inputs=nines))
    assert not problem.equals(replace(problem, outputs=nines))
    assert not problem.equals(replace(problem, tests=nines))
    assert not problem.equals(replace(problem, tests=problem.tests * 2))


def test_a_pair_held_out_is_the_only_test() -> None:
    one, other = ((as_grid([[n]]), as_grid([[n, n]])) for n in (1, 2))
    problem = Problem((one[0], other[0]), (one[1], other[1]), (as_grid([[5]]),))
    assert shown(problem.without(0)) == [[[[2]]], [[[2, 2]]], [[[1]]]]
    assert shown(problem.without(1)) == [[[[1]]], [[[1, 1]]], [[[2]]]]


# -- who is asked about what --------------------------------------------------------------

Asked: TypeAlias = tuple[str, Problem, int, str]
"""A family's name, the problem, the work allowed, and the effort."""

SMALL = Problem((as_grid([[1, 2]]),), (as_grid([[2, 1]]),), (as_grid([[3, 4]]),))
LARGE = ALLOWANCES["medium"]


def listener(name: str, heard: list[Asked], spends: int = 0, **more: Any) -> Family:
    """A family that notes what it is asked, and has one candidate for everything."""

    def propose(problem: Problem, meter: Meter) -> Iterator[Candidate]:
        heard.append((name, problem, meter.limit, meter.effort))
        meter.spend(spends, name)
        yield Candidate(name, Ones(), 1.0, problem.tests, (True,) * len(problem.inputs))

    return Family(name, propose, weight=0.0, **more)


def standing_for(monkeypatch: pytest.MonkeyPatch, *problems: Problem) -> None:
    """Has these problems stand for any; their candidates come back with a bit more each."""

    def back(candidate: Candidate) -> Candidate:
        return replace(candidate, bits=candidate.bits + 1, reduced=True)

    def reductions(problem: Problem, effort: str) -> Iterator[Reduction]:
        assert effort == "medium"
        yield from (Reduction(each, back) for each in problems)

    monkeypatch.setattr("arcgrid_solvers.search.solver.reductions", reductions)


def mirrored_too(problem: Problem, effort: str) -> Iterator[Reduction]:
    assert effort == ("medium" if problem is SMALL else "low")
    yield unchanged(problem)
    yield copied(problem, 1)


def test_families_are_asked_in_turn_about_their_first_reductions_then_their_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[Asked] = []
    families = [
        listener("one", heard, units={"low": 5, "medium": 7}, reductions=mirrored_too),
        listener("two", heard, spends=10),
    ]
    other = Problem((as_grid([[5]]),), (as_grid([[6]]),), (as_grid([[7]]),))
    standing_for(monkeypatch, other)
    meter = Meter(LARGE.whole, "medium")
    candidates = [each for search in searches(SMALL, meter, families) for each in search]
    assert [(name, len(problem.inputs), *rest) for name, problem, *rest in heard] == [
        ("one", 1, 7, "medium"),
        ("two", 1, LARGE.units, "medium"),
        ("one", 2, 7, "medium"),
        ("one", 1, 5, "low"),
        ("two", 1, LARGE.each, "low"),
        ("one", 2, 5, "low"),
    ]
    assert [problem is SMALL for _, problem, _, _ in heard[:2]] == [True, True]
    assert [problem is other for _, problem, _, _ in heard[3:5]] == [True, True]
    assert [each.bits for each in candidates] == [1, 1, 1, 2, 2, 2]
    assert [len(each.fits) for each in candidates] == [1] * 6, "as of the problem itself"
    assert (meter.spent, meter.stages) == (20, {"one": 0, "two": 20})


def test_what_stands_for_a_problem_has_its_own_share_of_the_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[Asked] = []
    standing_for(monkeypatch, *[SMALL] * 9)
    meter = Meter(LARGE.whole, "medium")
    greedy = listener("greedy", heard, spends=LARGE.units)
    assert len(list(map(list, searches(SMALL, meter, [greedy])))) == 3
    shares = [limit for _, _, limit, _ in heard]
    assert shares == [LARGE.units, LARGE.each, LARGE.each]
    assert sum(share for share in shares) < meter.spent == 3 * LARGE.units


def test_a_problem_without_pairs_is_nobodys() -> None:
    heard: list[Asked] = []
    nothing = Problem((), (), SMALL.tests)
    assert list(searches(nothing, Meter(10), [listener("one", heard)])) == []


# -- answers ------------------------------------------------------------------------------


def registered(monkeypatch: pytest.MonkeyPatch, *families: Family) -> None:
    registry = {family.name: family for family in families}
    for module in ("families", "arbiter", "solver"):
        monkeypatch.setattr(f"arcgrid_solvers.search.{module}.FAMILIES", registry)


def test_an_answer_is_given_anew_when_it_changes_and_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forgotten: list[str] = []
    families = [
        listener(name, [], release=lambda name=name: forgotten.append(name))
        for name in ("one", "two", "three")
    ]
    registered(monkeypatch, *families)
    answers = list(solve(PUZZLE, Budget(), families="one,two", without="two"))
    assert [len(answer.guesses[0]) for answer in answers] == [0, 1]
    assert [guess.explanation for guess in answers[-1].guesses[0]] == ["one: one blue cell"]
    assert forgotten == ["one"]
    both = list(solve(PUZZLE, Budget(), without="three"))
    assert [len(answer.guesses[0]) for answer in both] == [0, 1, 1]
    assert both[2].guesses[0][0].explanation == "one, two: one blue cell"
    assert both[2].guesses[0][0].confidence != both[1].guesses[0][0].confidence


def test_the_budget_says_how_many_guesses_and_how_hard_to_try(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[Asked] = []

    def propose(problem: Problem, meter: Meter) -> Iterator[Candidate]:
        for bits in range(5):
            answers = (as_grid([[bits]]),)
            yield Candidate("many", Ones(), bits, answers, (True,) * len(problem.inputs))

    registered(monkeypatch, Family("many", propose, weight=0.0), listener("one", heard))
    *_, last = solve(PUZZLE, Budget("medium", attempts=3))
    assert len(last.guesses[0]) == 3
    assert [(limit, effort) for _, _, limit, effort in heard][:1] == [(LARGE.units, "medium")]


def test_all_that_is_loaded_late_is_loaded_by_a_puzzle(monkeypatch: pytest.MonkeyPatch) -> None:
    """One with things in two colors, of which all becomes its mirror image."""
    heard: list[Asked] = []
    loaded: list[str] = []
    registered(monkeypatch, listener("one", heard))
    monkeypatch.setattr("arcgrid_solvers.search.solver.load_all", loaded.append)
    warmup()
    assert loaded == ["arcgrid_solvers.search"]
    name, problem, _, effort = heard[0]
    small = [[0, 1, 0], [0, 2, 2], [0, 0, 0]]
    turned = [[0, 0, 0], [1, 2, 0], [0, 2, 0]]
    mirrored = [[0, 1, 0], [2, 2, 0], [0, 0, 0]], [[0, 0, 0], [0, 2, 1], [0, 2, 0]]
    assert (name, effort) == ("one", "low")
    assert shown(problem) == [[small, turned], [*mirrored], [small]]


def test_families_forget_a_puzzle_whose_answers_nobody_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forgotten: list[str] = []
    one = listener("one", [], release=lambda: forgotten.append("one"))
    registered(monkeypatch, one)
    answers = solve(PUZZLE, Budget())
    assert isinstance(answers, Generator)
    assert next(answers).guesses == ((),)
    next(answers)
    answers.close()
    assert forgotten == ["one"]


def test_what_was_cut_short_is_said_in_the_last_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    registered(monkeypatch, listener("one", [], spends=ALLOWANCES["low"].whole))
    *_, before, last = solve(PUZZLE, Budget())
    assert before.guesses[0][0].explanation == "one: one blue cell"
    words = "one: one blue cell [cut short: the work allowed is done]"
    assert last.guesses[0][0].explanation == words
    assert grids_of(last) == grids_of(before) == [[[[3, 4]]]]


class Walking(Ones):
    def walk(self, grid: Grid) -> list[tuple[str, Grid]]:
        return [("look", grid)]


def test_the_steps_come_with_the_last_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def propose(problem: Problem, meter: Meter) -> Iterator[Candidate]:
        yield Candidate("one", Walking(), 1.0, problem.tests, (True,))

    registered(monkeypatch, Family("one", propose, weight=0.0))
    *_, before, last = solve(PUZZLE, Budget())
    assert before.guesses[0][0].steps == ()
    assert [(words, grid.tolist()) for words, grid in last.guesses[0][0].steps] == [
        ("look", [[3, 4]])
    ]
